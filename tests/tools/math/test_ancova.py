"""Analysis of covariance against a published table, and identities."""

import pytest

from havoc.tools import ToolError
from havoc.tools.math.ancova import ancova
from havoc.tools.math.anova import one_way_anova
from havoc.tools.math.linear_regression import linear_regression

# Montgomery, Design and Analysis of Experiments, Table 15.10: breaking strength of fibre from three machines, and diameter.
STRENGTH = [36, 41, 39, 42, 49, 40, 48, 39, 45, 44, 35, 37, 42, 34, 32]
DIAMETER = [20, 25, 24, 25, 32, 22, 28, 22, 30, 28, 21, 23, 26, 21, 15]
MACHINE = ["1"] * 5 + ["2"] * 5 + ["3"] * 5


def test_montgomery_s_fibre():
    # Montgomery, Example 15.5: machines adjusted SS 13.28 (2 df), F 2.61, P 0.1181; regression SS 178.01, F 69.97;
    # error 27.99 (11 df), MS 2.54; slope 0.9540; adjusted means 40.38, 41.42, 38.80.
    result = ancova(response=STRENGTH, factor=MACHINE, covariates=DIAMETER)
    machine, diameter, error = result.table
    assert [row.sum_of_squares for row in result.table] == pytest.approx([13.28, 178.01, 27.99], abs=6e-3)
    assert [row.df for row in result.table] == [2, 1, 11]
    assert (machine.f, machine.p_value) == pytest.approx((2.61, 0.1181), abs=5e-3)
    assert diameter.f == pytest.approx(69.97, abs=5e-3)
    assert error.mean_square == pytest.approx(2.54, abs=6e-3)
    assert result.slopes["x"] == pytest.approx(0.9540, abs=5e-5)
    assert [one.adjusted_mean for one in result.adjusted_means] == pytest.approx([40.38, 41.42, 38.80], abs=5e-3)
    assert not result.significant


def test_two_groups_are_a_regression_on_a_contrast():
    # The factor of two groups is the column -1, 1: its t squared is F, and so is the covariate's.
    y, x = [3.1, 4.0, 5.2, 5.8, 4.9, 6.1, 6.8, 8.3], [1, 2, 3, 4, 1.5, 2, 3.5, 4]
    side = [-1, -1, -1, -1, 1, 1, 1, 1]
    result = ancova(response=y, factor=["a"] * 4 + ["b"] * 4, covariates={"x": x})
    regression = linear_regression(response=y, predictors={"x": x, "side": side})
    _, slope, contrast = regression.coefficients
    assert result.f == pytest.approx(contrast.statistic**2)
    assert result.p_covariates["x"] == pytest.approx(slope.p_value)
    assert result.slopes["x"] == pytest.approx(slope.estimate)
    one, two = result.adjusted_means
    assert two.adjusted_mean - one.adjusted_mean == pytest.approx(2 * contrast.estimate)


def test_a_covariate_that_explains_nothing_leaves_the_means_alone():
    # x sums to zero in each group and is orthogonal to y within each: slope 0, adjusted means as measured.
    y, x = [1, 2, 3, 5, 6, 7, 11, 10, 9], [1, -2, 1] * 3
    factor = ["a"] * 3 + ["b"] * 3 + ["c"] * 3
    result = ancova(response=y, factor=factor, covariates=x)
    plain = one_way_anova(groups={"a": y[:3], "b": y[3:6], "c": y[6:]})
    assert result.slopes["x"] == pytest.approx(0, abs=1e-12)
    assert [one.adjusted_mean for one in result.adjusted_means] == pytest.approx([2, 6, 10])
    assert result.table[-1].sum_of_squares == pytest.approx(plain.sum_of_squares_within)
    assert result.table[0].sum_of_squares == pytest.approx(plain.sum_of_squares_between)


def test_equal_slopes_by_hand():
    # Lines of slope 1 and -1 with residuals (1, -2, 1)/10 each: error with own slopes 0.12 (2 df), and
    # without 4 more (1 df).
    x, bend = [-1, 0, 1], [0.1, -0.2, 0.1]
    y = [t + e for t, e in zip(x, bend, strict=True)] + [5 - t + e for t, e in zip(x, bend, strict=True)]
    result = ancova(response=y, factor=["a"] * 3 + ["b"] * 3, covariates=x + x)
    assert result.f_equal_slopes == pytest.approx(4 / (0.12 / 2))
    assert [notice.code for notice in result.warnings] == ["small_sample", "unequal_slopes"]


def test_order_shift_and_unit_do_not_matter():
    plain = ancova(response=STRENGTH, factor=MACHINE, covariates=DIAMETER)
    y, x = [1000 + 7 * value for value in STRENGTH[::-1]], [1e6 - 2.54 * value for value in DIAMETER[::-1]]
    moved = ancova(response=y, factor=MACHINE[::-1], covariates=x)
    assert (moved.f, moved.p_equal_slopes) == pytest.approx((plain.f, plain.p_equal_slopes))
    adjusted = {one.name: one.adjusted_mean for one in plain.adjusted_means}
    for one in moved.adjusted_means:
        assert one.adjusted_mean == pytest.approx(1000 + 7 * adjusted[one.name])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"factor": MACHINE[1:]}, "factor"),
        ({"factor": ["1"] * 15}, "factor"),
        ({"covariates": {"x": DIAMETER[1:]}}, "covariates.x"),
        ({"covariates": {"x": DIAMETER, "twice": [2 * x for x in DIAMETER]}}, "covariates.twice"),
        ({"covariates": {"x": [float(name) for name in MACHINE]}}, "covariates.x"),
        ({"covariates": {"x": [7] * 15}}, "covariates.x"),
        ({"response": [3 * x for x in DIAMETER]}, "response"),
        ({"response": [1, 2, 3], "factor": ["a", "a", "b"], "covariates": [1, 2, 4]}, "response"),
    ],
)
def test_what_cannot_be_analysed_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        ancova(**({"response": STRENGTH, "factor": MACHINE, "covariates": DIAMETER} | changes))
    assert caught.value.path == path
