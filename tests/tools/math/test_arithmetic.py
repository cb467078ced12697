"""Arithmetic with exact values and units."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.arithmetic import evaluate


def test_the_unit_stays_with_the_sum():
    result = evaluate(expression="12.5 mm + 3 mm")
    assert (result.value, result.result_unit, result.exact) == (15.5, "mm", "31/2")


# Exact values of trigonometric functions and of logarithms: any table, e.g. NIST DLMF 4.17.
@pytest.mark.parametrize(
    ("text", "exact", "value"),
    [
        ("1/3 + 1/6", "1/2", 0.5),
        ("0.1 + 0.2", "3/10", 0.3),
        ("sin(pi/12)*4", None, math.sqrt(6) - math.sqrt(2)),
        ("cos(pi/6)", "sqrt(3)/2", math.sqrt(3) / 2),
        ("sqrt(8)", "2*sqrt(2)", 2 * math.sqrt(2)),
        ("log(e^3)", "3", 3),
        ("log(1024, 2)", "10", 10),
        ("gamma(1/2)", "sqrt(pi)", math.sqrt(math.pi)),
        ("binomial(52, 5)", "2598960", 2598960),
        ("cbrt(-8)", "-2", -2),
        ("0^0", "1", 1),
        ("max(2, 3) - abs(-1)", "2", 2),
    ],
)
def test_exact_and_double(text, exact, value):
    result = evaluate(expression=text)
    assert result.value == pytest.approx(value, rel=1e-15)
    assert exact is None or result.exact == exact
    assert result.imaginary == 0


def test_twenty_factorial_and_beyond_doubles():
    # 20! = 2 432 902 008 176 640 000; 200! has 375 digits (OEIS A000142, A034886).
    assert evaluate(expression="20!").exact == "2432902008176640000"
    large = evaluate(expression="200!")
    assert large.value is None
    assert "double precision" in large.undefined["value"]
    assert large.decimal.endswith("e+374")
    assert len(large.exact) == 375


def test_cancellation_does_not_cost_digits():
    # Exactly 0, since (sqrt 2 + sqrt 3)^2 = 5 + 2 sqrt 6; and 1e-30 next to 1.
    assert evaluate(expression="(sqrt(2) + sqrt(3))^2 - 5 - 2*sqrt(6)").value == 0
    assert evaluate(expression="(1 + 1e-30) - 1").value == 1e-30
    assert evaluate(expression="1e16 + 1 - 1e16").value == 1


def test_long_exact_powers_fall_back_to_decimals():
    result = evaluate(expression="(1 + 1/1000000)^1000000")
    # (1 + 1/n)^n = e (1 - 1/(2n) + 11/(24 n^2) - ...)
    assert result.value == pytest.approx(math.e * (1 - 0.5e-6 + 11 / 24 * 1e-12), rel=1e-15)
    assert "exact" in result.undefined


def test_variables_and_units_together():
    # Deflection of a simply supported beam, F L^3 / (48 E I).
    result = evaluate(expression="F*L^3/(48*E*I)", values={"F": 1000, "L": 2, "E": 210e9, "I": 1e-6})
    assert result.value == pytest.approx(8000 / 10.08e6, rel=1e-15)
    assert result.result_unit == ""
    speed = evaluate(expression="10 m/(t s)", values={"t": 4})
    assert (speed.value, speed.result_unit) == (2.5, "m/s")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("3 kg*2 m/(4 s)^2", "kg*m/s^2"),
        ("6 mm/(2 mm)", ""),
        ("sqrt(9 mm^2)", "mm"),
        ("abs(-2 V) + max(1 V, 3 V)", "V"),
        ("1/(2 s)", "1/s"),
        ("(4 m)^(1/2)", "m^(1/2)"),
        ("90 N/(3 mm^2)", "N/mm^2"),
        ("5 min + 3 min", "min"),
        ("2 kg/(4 m*s^2)", "kg/(m*s^2)"),
        ("3 µm + 2 μm", "μm"),
        ("2 °C - 1 °C", "°C"),
    ],
)
def test_units_follow_the_arithmetic(text, unit):
    assert evaluate(expression=text).result_unit == unit


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("3 mm + 2 cm", "mm and cm cannot be added"),
        ("3 mm + 2", "mm and a plain number"),
        ("max(1 s, 1 m)", "s and m cannot be compared"),
        ("sin(3 m)", "sin of the unit m"),
        ("2^(3 s)", "an exponent with the unit s"),
        ("(2 m)^sqrt(2)", "to a power that is no plain number"),
    ],
)
def test_units_that_do_not_go_together_are_named(text, part):
    with pytest.raises(ToolError, match=part.replace("(", r"\(")):
        evaluate(expression=text)


def test_complex_values_are_told_apart():
    result = evaluate(expression="(-8)^(1/3)")
    assert result.value is None
    assert result.imaginary == pytest.approx(math.sqrt(3))
    assert result.decimal == "1 + 1.73205080756888*i"


@pytest.mark.parametrize("text", ["1/0", "log(0)", "tan(pi/2)", "0^-1", "gamma(0)", "1/(1 - 1)", "0*(1/0)", "log(1)^-2"])
def test_undefined_values_are_refused(text):
    with pytest.raises(ToolError):
        evaluate(expression=text)


def test_a_value_without_use_is_refused():
    with pytest.raises(ToolError) as caught:
        evaluate(expression="2 mm", values={"x": 1})
    assert caught.value.path == "values.x"


def test_the_logarithm_that_was_taken_is_said():
    assert "natural" in evaluate(expression="log(10)").conventions["log"]
    assert "log" not in evaluate(expression="log10(10)").conventions
