"""Derivatives, limits and series against textbook results."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.calculus import differentiate, limit, series


# Standard derivatives (NIST DLMF 4.7, 4.20, 4.34, 7.2).
@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("x^3 + sin(x)", 1, "3*x^2 + cos(x)"),
        ("exp(x)", 7, "exp(x)"),
        ("log(x)", 1, "1/x"),
        ("x^x", 1, "x^x*(log(x) + 1)"),
        ("abs(x)", 1, "sign(x)"),
        ("sin(x)", 4, "sin(x)"),
        ("erf(x)", 1, "2*exp(-x^2)/sqrt(pi)"),
        ("a*x^2", 1, "2*a*x"),
    ],
)
def test_derivatives(text, order, expected):
    assert differentiate(expression=text, order=order).derivative == expected


def test_a_derivative_at_a_point():
    # The density of the normal distribution bends at 1: its second derivative is 0 there.
    result = differentiate(expression="exp(-x^2/2)/sqrt(2*pi)", order=2, at={"x": 1})
    assert result.value == 0
    slope = differentiate(expression="exp(-x^2/2)/sqrt(2*pi)", at={"x": 1}).value
    assert slope == pytest.approx(-math.exp(-0.5) / math.sqrt(2 * math.pi), rel=1e-15)


def test_parameters_are_said():
    result = differentiate(expression="a*x^2", at={"x": 3})
    assert result.value is None
    assert result.exact_value == "6*a"
    assert result.warnings[0].message == "Taken as constants: a."


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"expression": "a*b"}, "variable"),
        ({"expression": "x", "variable": "2x"}, "variable"),
        ({"expression": "1/x", "at": {"x": 0}}, "at"),
        ({"expression": "x", "order": 21}, "order"),
        ({"expression": "x", "positive": ["k"]}, "positive[0]"),
        ({"expression": "x +"}, "expression"),
        ({"expression": "sin(x)*exp(x)*log(x)*tan(x)*sqrt(x + 1)/(x^2 + cos(x))", "order": 20}, "expression"),
    ],
)
def test_what_cannot_be_differentiated_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        differentiate(**arguments)
    assert caught.value.path == path


# Limits of any calculus book; the last is Gruntz's (1996) example 8.1.
@pytest.mark.parametrize(
    ("text", "point", "direction", "expected"),
    [
        ("sin(x)/x", 0, "both", "1"),
        ("(1 + 1/n)^n", "inf", "both", "e"),
        ("(1 - cos(x))/x^2", 0, "both", "1/2"),
        ("x*log(x)", 0, "from_above", "0"),
        ("1/x", 0, "from_above", "inf"),
        ("1/x", 0, "from_below", "-inf"),
        ("1/x^2", 0, "both", "inf"),
        ("atan(x)", "-inf", "both", "-pi/2"),
        ("x^2", 3, "both", "9"),
        ("abs(x)/x", 0, "from_below", "-1"),
        ("n!^(1/n)/n", "inf", "both", "exp(-1)"),
        ("exp(x)*(exp(1/x - exp(-x)) - exp(1/x))", "inf", "both", "-1"),
    ],
)
def test_limits(text, point, direction, expected):
    assert limit(expression=text, point=point, direction=direction).limit == expected


def test_limits_that_differ_are_both_named():
    with pytest.raises(ToolError, match="-1 from below, 1 from above"):
        limit(expression="abs(x)/x", point=0)


def test_an_oscillation_has_no_limit():
    with pytest.raises(ToolError, match="no limit"):
        limit(expression="sin(1/x)", point=0)


def test_an_infinite_limit_is_no_number():
    result = limit(expression="1/x^2", point=0)
    assert result.value is None
    assert not result.exists
    assert result.undefined["value"] == "the limit is infinite"


# NIST DLMF 4.19.3 (tan), 24.2.1 (Bernoulli numbers 1, -1/2, 1/6, 0, -1/30), 4.6.1 (log).
@pytest.mark.parametrize(
    ("text", "point", "terms", "coefficients"),
    [
        ("tan(x)", 0, 8, {"1": "1", "3": "1/3", "5": "2/15", "7": "17/315"}),
        ("x/(exp(x) - 1)", 0, 5, {"0": "1", "1": "-1/2", "2": "1/12", "4": "-1/720"}),
        ("log(x)", 1, 4, {"1": "1", "2": "-1/2", "3": "1/3"}),
        ("1/sin(x)", 0, 2, {"-1": "1", "1": "1/6"}),
    ],
)
def test_series(text, point, terms, coefficients):
    result = series(expression=text, point=point, terms=terms)
    assert {one.power: one.exact for one in result.coefficients} == coefficients
    assert result.remainder.endswith(f"^{terms})")


def test_a_series_comes_near():
    result = series(expression="exp(x)*cos(x)", terms=12)
    value = sum(one.value * 0.1 ** int(one.power) for one in result.coefficients)
    assert value == pytest.approx(math.exp(0.1) * math.cos(0.1), rel=1e-14)


def test_what_has_no_power_series_is_refused():
    with pytest.raises(ToolError, match="power series"):
        series(expression="log(x)")
    with pytest.raises(ToolError) as caught:
        series(expression="1/x", point="inf")
    assert caught.value.path == "point"
