"""Sums and products against published values."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.sums import product, summation


# Euler (1735); NIST DLMF 25.6.1; Leibniz; Faulhaber; Apery's constant DLMF 25.6.9.
@pytest.mark.parametrize(
    ("arguments", "exact", "value"),
    [
        ({"expression": "1/n^2", "upper": "inf"}, "pi^2/6", math.pi**2 / 6),
        ({"expression": "1/n^4", "upper": "inf"}, "pi^4/90", math.pi**4 / 90),
        ({"expression": "1/n^3", "upper": "inf"}, "zeta(3)", 1.2020569031595942854),
        ({"expression": "(-1)^n/(2*n + 1)", "lower": 0, "upper": "inf"}, "pi/4", math.pi / 4),
        ({"expression": "1/n!", "lower": 0, "upper": "inf"}, "e", math.e),
        ({"expression": "n", "upper": 100}, "5050", 5050),
        ({"expression": "n^3", "upper": 100}, "25502500", 5050**2),
        ({"expression": "1/2^n", "upper": "inf"}, "1", 1),
        ({"expression": "n", "upper": 10**9}, "500000000500000000", 5.000000005e17),
    ],
)
def test_sums(arguments, exact, value):
    result = summation(**arguments)
    assert result.exact == exact
    assert result.value == pytest.approx(value, rel=1e-14)


def test_faulhaber_s_formula_is_a_polynomial():
    result = summation(expression="k^2", index="k", upper="N")
    assert result.exact == "N^3/3 + N^2/2 + N/6"
    assert result.value is None


def test_the_geometric_series_has_its_condition():
    result = summation(expression="x^n", lower=0, upper="inf")
    assert result.exact == "1/(1 - x)"
    assert "abs(x) < 1" in next(one.message for one in result.warnings if one.code == "conditional")


def test_a_sum_without_closed_form_is_numerical():
    # 1/(n^2 + 1) from 0 has the value (1 + pi coth(pi))/2; the cube has no closed form, and its terms are added here.
    result = summation(expression="1/(n^3 + n + 1)", upper="inf")
    direct = math.fsum(1 / (n**3 + n + 1) for n in range(1, 10_001)) + 0.5 / 10_000**2
    assert result.value == pytest.approx(direct, rel=1e-7)
    assert result.exact is None


# Knopp (1951), Theory and Application of Infinite Series, on infinite products: that of 1 - 1/n^2 from 2 is 1/2. A
# telescoping product by hand, and 10!.
@pytest.mark.parametrize(
    ("arguments", "exact", "value"),
    [
        ({"expression": "1 - 1/n^2", "lower": 2, "upper": "inf"}, "1/2", 0.5),
        ({"expression": "n*(n + 2)/(n + 1)^2", "upper": "inf"}, "1/2", 0.5),
        ({"expression": "k", "index": "k", "upper": 10}, "3628800", 3628800),
    ],
)
def test_products(arguments, exact, value):
    result = product(**arguments)
    assert result.exact == exact
    assert result.value == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (summation, {"expression": "1/n", "upper": "inf"}, "expression"),
        (summation, {"expression": "n", "lower": 0.5, "upper": 3}, "lower"),
        (summation, {"expression": "n", "lower": 5, "upper": 3}, "upper"),
        (summation, {"expression": "n", "index": "2", "upper": 3}, "index"),
        (summation, {"expression": "1/n", "lower": 0, "upper": 3}, "expression"),
        (product, {"expression": "n^2 + 1", "upper": 10**7}, "expression"),
        (product, {"expression": "n", "upper": "inf"}, "expression"),
    ],
)
def test_what_has_no_value_is_refused(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
