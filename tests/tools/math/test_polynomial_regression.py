"""Polynomial regression against NIST's certified values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strd import (
    FILIP_ERRORS,
    FILIP_ESTIMATES,
    FILIP_X,
    FILIP_Y,
    PONTIUS_X,
    PONTIUS_Y,
    WAMPLER1,
    WAMPLER2,
    WAMPLER3,
    WAMPLER3_ERRORS,
    WAMPLER4,
    WAMPLER5,
    WAMPLER_X,
)

from havoc.tools import ToolError
from havoc.tools.math.linear_regression import linear_regression
from havoc.tools.math.polynomial_regression import polynomial_regression

SETTINGS = settings(deadline=None, derandomize=True, max_examples=40)

# Extended precision carries 13 digits of these through; where a platform has none, doubles carry 7.
EXTENDED = np.finfo(np.longdouble).eps < 1e-17
DIGITS = 1e-11 if EXTENDED else 1e-6


def estimates(result):
    return [row.estimate for row in result.coefficients]


def errors(result):
    return [row.standard_error for row in result.coefficients]


def test_filip():
    # NIST StRD Filip, certified: the set on which most programs of its time failed.
    result = polynomial_regression(x=FILIP_X, y=FILIP_Y, degree=10)
    assert estimates(result) == pytest.approx(FILIP_ESTIMATES, rel=DIGITS)
    assert errors(result) == pytest.approx(FILIP_ERRORS, rel=DIGITS)
    assert result.s == pytest.approx(0.334801051324544e-02, rel=DIGITS)
    assert result.r_squared == pytest.approx(0.996727416185620, rel=DIGITS)
    assert result.f_statistic == pytest.approx(2162.43954511489, rel=DIGITS)


@pytest.mark.parametrize(("response", "powers"), [(WAMPLER1, [1] * 6), (WAMPLER2, [0.1**k for k in range(6)])])
def test_exact_polynomials(response, powers):
    # NIST StRD Wampler1 and Wampler2, certified: residual sd 0, R squared 1.
    result = polynomial_regression(x=WAMPLER_X, y=response, degree=5)
    assert estimates(result) == pytest.approx(powers, rel=1e-11)
    assert (result.s, result.r_squared) == (0, 1)
    assert result.p_value is None


@pytest.mark.parametrize(
    ("response", "factor", "s", "r_squared", "f"),
    [  # NIST StRD Wampler3, Wampler4 and Wampler5, certified.
        (WAMPLER3, 1, 2360.14502379268, 0.999995559025820, 675524.458240122),
        (WAMPLER4, 100, 236014.502379268, 0.957478440825662, 67.5524458240122),
        (WAMPLER5, 10_000, 23601450.2379268, 0.224668921574940e-02, 6.7552445824012241e-03),
    ],
)
def test_polynomials_with_error(response, factor, s, r_squared, f):
    result = polynomial_regression(x=WAMPLER_X, y=response, degree=5)
    assert estimates(result) == pytest.approx([1] * 6, rel=1e-10 if EXTENDED else 1e-5)
    assert errors(result) == pytest.approx([factor * error for error in WAMPLER3_ERRORS], rel=DIGITS)
    assert result.s == pytest.approx(s, rel=DIGITS)
    assert result.r_squared == pytest.approx(r_squared, rel=DIGITS)
    assert result.f_statistic == pytest.approx(f, rel=DIGITS)


def test_pontius():
    # NIST StRD Pontius, certified.
    result = polynomial_regression(x=PONTIUS_X, y=PONTIUS_Y)
    certified = [0.673565789473684e-03, 0.732059160401003e-06, -0.316081871345029e-14]
    assert estimates(result) == pytest.approx(certified, rel=DIGITS)
    assert result.s == pytest.approx(0.205177424076185e-03, rel=DIGITS)
    # Each load was measured twice: 17 df of lack of fit, 20 of pure error.
    assert [(row.source, row.df) for row in result.anova[-3:-1]] == [("Lack of fit", 17), ("Pure error", 20)]


@SETTINGS
@given(st.lists(st.floats(-100, 100), min_size=8, max_size=12, unique_by=lambda x: round(x, 1)), st.integers(0, 1000))
def test_a_straight_line_is_linear_regression(x, seed):
    y = (np.random.default_rng(seed).normal(size=len(x)) + 3).tolist()
    one = polynomial_regression(x=x, y=y, degree=1, new_points=[1.0])
    other = linear_regression(predictors={"x": x}, response=y, new_points={"x": [1.0]})
    assert estimates(one) == pytest.approx(estimates(other), rel=1e-8)
    assert errors(one) == pytest.approx(errors(other), rel=1e-8)
    assert one.predictions[0].pi_low == pytest.approx(other.predictions[0].pi_low, rel=1e-8)
    assert one.predictions[0].extrapolated == other.predictions[0].extrapolated
    assert one.press == pytest.approx(other.press, rel=1e-8)


def test_sequential_squares_add_up():
    result = polynomial_regression(x=[1, 2, 3, 4, 5, 6, 7], y=[2.2, 4.9, 10.4, 16.8, 26.3, 36.7, 50.4], degree=3)
    steps = [row.sum_of_squares for row in result.anova if row.source.startswith("degree")]
    assert sum(steps) == pytest.approx(result.anova[0].sum_of_squares)
    # The first step is the straight line's sum of squares, whatever comes after.
    line = polynomial_regression(x=[1, 2, 3, 4, 5, 6, 7], y=[2.2, 4.9, 10.4, 16.8, 26.3, 36.7, 50.4], degree=1)
    assert steps[0] == pytest.approx(line.anova[0].sum_of_squares)


def test_inflation_of_raw_powers_is_linear_regression_s():
    x, y = [1.0, 2, 4, 5, 7, 8], [1.0, 4, 15, 26, 48, 66]
    one = polynomial_regression(x=x, y=y)
    other = linear_regression(predictors={"x": x, "x2": [v * v for v in x]}, response=y)
    assert [row.vif for row in one.coefficients[1:]] == pytest.approx([row.vif for row in other.coefficients[1:]])


def test_extrapolation_and_high_degrees_are_warned_of():
    result = polynomial_regression(x=FILIP_X, y=FILIP_Y, degree=6, new_points=[-2.0])
    assert {notice.code for notice in result.warnings} == {"extrapolation", "high_degree"}


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"x": [1, 2, 2], "y": [1, 2, 3], "degree": 2}, "x"),
        ({"x": [1, 2, 3], "y": [1, 2, 3], "degree": 2}, "x"),
        ({"x": [1, 2, 3], "y": [1, 2]}, "y"),
        ({"x": [1, 2, 3, 4], "y": [5, 5, 5, 5]}, "y"),
        ({"x": [1, 2, 3, 4], "y": [5, 6, 5, 6], "degree": 16}, "degree"),
    ],
)
def test_what_does_not_determine_a_polynomial_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        polynomial_regression(**arguments)
    assert caught.value.path == path
