"""Integrals against published values, and what becomes of doubtful ones."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.differential_equations import ode_initial_value
from havoc.tools.math.integrals import integrate
from havoc.tools.math.numeric_integral import integral, oscillating_integral


# Gradshteyn and Ryzhik and NIST DLMF: 7.2.1 (Gauss), 6.2.9 (Dirichlet), 5.12.1 (Euler's beta), 25.5.1 (Bose),
# 7.2.7 (Fresnel); Dalzell (1944), J. London Math. Soc. 19, 133: 22/7 - pi; Serret (1844): pi log(2)/8.
@pytest.mark.parametrize(
    ("text", "lower", "upper", "value"),
    [
        ("exp(-x^2)", "-inf", "inf", math.sqrt(math.pi)),
        ("sin(x)/x", 0, "inf", math.pi / 2),
        ("x^3*(1 - x)^5", 0, 1, 1 / 504),
        ("x^3/(exp(x) - 1)", 0, "inf", math.pi**4 / 15),
        ("sin(x^2)", 0, "inf", math.sqrt(math.pi / 8)),
        ("x^4*(1 - x)^4/(1 + x^2)", 0, 1, 22 / 7 - math.pi),
        ("log(1 + x)/(1 + x^2)", 0, 1, math.pi * math.log(2) / 8),
        ("1/(1 + x^4)", 0, "inf", math.pi / (2 * math.sqrt(2))),
        ("1/(2 + cos(x))", 0, "2*pi", 2 * math.pi / math.sqrt(3)),
        ("log(x)", 0, 1, -1),
        ("1/sqrt(x*(1 - x))", 0, 1, math.pi),
        ("sqrt(tan(x))", 0, "pi/2", math.pi / math.sqrt(2)),
        ("exp(-x^2/2)/sqrt(2*pi)", -1.96, 1.96, 0.9500042097035593),
        ("abs(x - 1)", 0, 3, 2.5),
        ("x^2", 3, 0, -9),
        ("x", 2, 2, 0),
    ],
)
def test_definite(text, lower, upper, value):
    result = integrate(expression=text, lower=lower, upper=upper)
    assert result.value == pytest.approx(value, rel=1e-9, abs=1e-12)
    if result.quadrature is not None:
        assert result.quadrature == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_the_sophomore_s_dream_is_numerical():
    # J. Bernoulli (1697): the integral of x^x from 0 to 1 is 0.78343051071213440705... (OEIS A083648).
    result = integrate(expression="x^x", lower=0, upper=1)
    assert result.value == pytest.approx(0.78343051071213440706, rel=1e-12)
    assert result.integral is None
    assert result.warnings[0].code == "numerical"


def test_exact_forms():
    assert integrate(expression="sin(x)/x", lower=0, upper="inf").integral == "pi/2"
    assert integrate(expression="cos(x)^20", lower=0, upper="pi").integral == "46189*pi/262144"
    assert integrate(expression="x*exp(x)").integral == "(x - 1)*exp(x)"
    assert integrate(expression="1/(1 + x^2)").integral == "atan(x)"


def test_conditions_are_said():
    named = integrate(expression="exp(-a*x^2)", lower="-inf", upper="inf", positive=["a"])
    assert named.integral == "sqrt(pi)/sqrt(a)"
    assert named.value is None
    general = integrate(expression="exp(-a*x^2)", lower="-inf", upper="inf")
    assert "conditional" in [one.code for one in general.warnings]


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("1/x", -1, 1),
        ("1/x", -1, 2),
        ("1/x^2", -1, 1),
        ("1/x", 1, "inf"),
        ("sin(x)", 0, "inf"),
        ("tan(x)", 0, "pi"),
        ("exp(x)", 0, "inf"),
        ("1/(x - 1/3)", 0, 1),
    ],
)
def test_divergence_is_refused(text, lower, upper):
    with pytest.raises(ToolError) as caught:
        integrate(expression=text, lower=lower, upper=upper)
    assert caught.value.path == "expression"


def test_a_peak_that_quadrature_misses_is_not_passed_over():
    with pytest.raises(ToolError, match=r"sympy gives 0\.0177245, quadrature 0"):
        integrate(expression="exp(-((x - 500)/0.01)^2)", lower="-inf", upper="inf")


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"expression": "x", "lower": 0}, "upper"),
        ({"expression": "x", "lower": "x", "upper": 1}, "lower"),
        ({"expression": "x", "lower": 0, "upper": "inf - 1"}, "upper"),
        ({"expression": "x", "lower": float("inf"), "upper": 1}, "lower"),
        ({"expression": "x^x"}, "expression"),
        ({"expression": "9^9^9^9*x", "lower": 0, "upper": 1}, "expression"),
    ],
)
def test_what_cannot_be_integrated_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        integrate(**arguments)
    assert caught.value.path == path


def test_quadrature_is_not_fooled_by_symmetric_poles():
    assert not integral(lambda x: 1 / x if x else math.inf, -1, 2).converged
    assert not integral(lambda x: 1 / x if x else math.inf, -1, 1).converged


def test_abel_s_limit():
    # Abel's limit of the integral of sin is 1, though the integral diverges: it may confirm only.
    found = oscillating_integral(math.sin, 0, math.inf)
    assert found.value == pytest.approx(1, abs=1e-4)
    assert found.confirms_only


def test_an_integral_is_the_solution_of_its_differential_equation():
    result = integrate(expression="exp(-x)*sin(3*x)", lower=0, upper=2)
    slope = {"equations": {"y": "exp(-x)*sin(3*x)"}, "initial": {"y": 0}, "variable": "x", "end": 2}
    assert ode_initial_value(**slope).final["y"] == pytest.approx(result.value, rel=1e-7)
