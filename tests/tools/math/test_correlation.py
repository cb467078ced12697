"""Correlations against published values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.correlation import correlation, partial_correlation
from havoc.tools.math.linear_regression import linear_regression

SETTINGS = settings(deadline=None, derandomize=True)

# Hollander and Wolfe (1973), p. 187f: lightness of canned tuna and a panel's score; R's example(cor.test).
LIGHTNESS = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
SCORE = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]


def test_tuna_by_kendall():
    # R 4 documentation: T = 26, p-value = 0.1194, tau 0.4444444; p-value = 0.05972 (greater).
    result = correlation(x=LIGHTNESS, y=SCORE, method="kendall")
    assert result.coefficient == pytest.approx(0.4444444, abs=5e-8)
    assert result.p_value == pytest.approx(0.1194, abs=5e-5)
    greater = correlation(x=LIGHTNESS, y=SCORE, method="kendall", alternative="greater")
    assert greater.p_value == pytest.approx(0.05972, abs=5e-6)


def test_tuna_by_pearson():
    # R 4, cor.test(x, y): t = 1.8411, df = 7, p-value = 0.1082, interval -0.1497426 0.8955795, cor 0.5711816.
    result = correlation(x=LIGHTNESS, y=SCORE)
    assert result.coefficient == pytest.approx(0.5711816, abs=5e-8)
    assert (result.statistic, result.df) == (pytest.approx(1.8411, abs=5e-5), 7)
    assert result.p_value == pytest.approx(0.1082, abs=5e-5)
    assert (result.ci_low, result.ci_high) == pytest.approx((-0.1497426, 0.8955795), abs=5e-8)


def test_law_schools():
    # Efron and Tibshirani (1993), Table 3.1: correlation 0.776 of 15 law schools.
    lsat = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
    gpa = [3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]
    assert correlation(x=lsat, y=gpa).coefficient == pytest.approx(0.776, abs=5e-4)


def test_spearman_by_hand():
    # Ranks differ by 1, 1, 0, 1, 1: rho = 1 - 6 * 4 / (5 * 24).
    result = correlation(x=[1, 2, 3, 4, 5], y=[20, 10, 30, 50, 40], method="spearman")
    assert result.coefficient == pytest.approx(0.8)
    # Bonett and Wright's error by hand: sqrt((1 + 0.32) / 2).
    margin = 1.959963984540054 * (1.32 / 2) ** 0.5
    assert result.ci_high == pytest.approx(np.tanh(np.arctanh(0.8) + margin))
    assert result.r_squared is None


def test_partial_correlation_by_the_textbook_formula():
    rng = np.random.default_rng(3)
    z = rng.normal(size=20)
    x, y = z + rng.normal(size=20), z - rng.normal(size=20)
    pairs = [correlation(x=a.tolist(), y=b.tolist()).coefficient for a, b in ((x, y), (x, z), (y, z))]
    by_hand = (pairs[0] - pairs[1] * pairs[2]) / np.sqrt((1 - pairs[1] ** 2) * (1 - pairs[2] ** 2))
    result = partial_correlation(x=x.tolist(), y=y.tolist(), controls=z.tolist())
    assert result.coefficient == pytest.approx(by_hand)
    assert result.simple == pytest.approx(pairs[0])


def test_partial_correlation_is_the_regression_s_test():
    # Identity: t of x in the regression of y on x and the controls.
    rng = np.random.default_rng(7)
    x, y, z, w = rng.normal(size=(4, 15)).tolist()
    result = partial_correlation(x=x, y=y, controls={"z": z, "w": w})
    row = linear_regression(predictors={"x": x, "z": z, "w": w}, response=y).coefficients[1]
    assert result.statistic == pytest.approx(row.statistic)
    assert result.p_value == pytest.approx(row.p_value)


columns = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=5, max_size=25)


@SETTINGS
@given(columns, st.sampled_from(["pearson", "spearman", "kendall"]), st.floats(0.1, 9), st.integers(-9, 9))
def test_symmetry_scale_and_sign(pairs, method, scale, shift):
    x, y = map(list, zip(*pairs, strict=True))
    if len(set(x)) < 2 or len(set(y)) < 2:
        return
    one = correlation(x=x, y=y, method=method)
    other = correlation(x=y, y=[shift - scale * value for value in x], method=method)
    assert other.coefficient == pytest.approx(-one.coefficient, abs=1e-9)
    assert other.p_value == pytest.approx(one.p_value, abs=1e-7)
    assert one.ci_low <= one.coefficient <= one.ci_high


def test_perfect_correlation():
    result = correlation(x=[1, 2, 3, 4], y=[2, 4, 6, 8])
    assert (result.coefficient, result.p_value, result.statistic) == (pytest.approx(1), 0, None)
    assert correlation(x=[1, 2, 3, 4], y=[2, 4, 6, 8], alternative="less").p_value == 1


def test_offsets_cost_no_digits():
    x = [1, 2, 3, 4, 5]
    y = [1.0, 3.0, 2.0, 5.0, 4.0]
    moved = correlation(x=[1e9 + value for value in x], y=y).coefficient
    assert moved == pytest.approx(0.8, rel=1e-12)


def test_a_single_point_that_decides_is_warned_of():
    result = correlation(x=[1, 2, 3, 4, 5, 100], y=[5, 4, 3, 2, 1, 100])
    assert "not_linear" in {notice.code for notice in result.warnings}


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (correlation, {"x": [1, 2, 3], "y": [1, 2]}, "y"),
        (correlation, {"x": [1, 2, 3], "y": [4, 4, 4]}, "y"),
        (correlation, {"x": [1, 2], "y": [1, 2]}, "x"),
        (partial_correlation, {"x": [1, 2, 4, 3], "y": [1, 2, 3, 5], "controls": {"z": [1, 1, 1, 1]}}, "controls.z"),
        (partial_correlation, {"x": [1, 2, 4, 3], "y": [1, 2, 3, 5], "controls": {"z": [1, 2, 4, 3]}}, "x"),
        (partial_correlation, {"x": [1, 2, 4, 3], "y": [1, 2, 3, 5], "controls": {"z": [1, 2, 4]}}, "controls.z"),
        (
            partial_correlation,
            {"x": [1, 2, 4, 3, 6], "y": [1, 2, 3, 5, 1], "controls": {"z": [1, 2, 4, 1, 0], "w": [2, 4, 8, 2, 0]}},
            "controls",
        ),
    ],
)
def test_what_cannot_correlate_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path


def test_partial_correlation_of_kim_s_example():
    # Kim, S. (2015), ppcor: example(pcor.test), Pearson: estimate -0.6720863, p-value 0.06789202, statistic -2.223267.
    half_life = [7, 15, 19, 15, 21, 22, 57, 15, 20, 18]
    disposition = [0, 0.964, 0, 0, 0.921, 0, 0, 1.006, 0, 1.011]
    controls = {
        "deg": [9, 2, 3, 4, 1, 3, 1, 3, 6, 1],
        "BC": [1.78e-02, 1.05e-06, 1.37e-05, 7.18e-03, 0, 0, 0, 4.48e-03, 2.10e-06, 0],
    }
    result = partial_correlation(x=half_life, y=disposition, controls=controls)
    assert result.coefficient == pytest.approx(-0.6720863, abs=5e-8)
    assert result.p_value == pytest.approx(0.06789202, abs=5e-9)
    assert result.statistic == pytest.approx(-2.223267, abs=5e-7)
