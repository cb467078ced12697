"""Linear regression against NIST's certified values and published analyses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regression_data import DELIVERY, DELIVERY_TIME, DISTANCE, SPEED
from strd import (
    LONGLEY,
    LONGLEY_ERRORS,
    LONGLEY_ESTIMATES,
    LONGLEY_Y,
    NORRIS_X,
    NORRIS_Y,
    PONTIUS_X,
    PONTIUS_Y,
    WAMPLER3,
    WAMPLER_X,
)

from havoc.tools import ToolError
from havoc.tools.math.linear_regression import linear_regression

SETTINGS = settings(deadline=None, derandomize=True, max_examples=40)

DIGITS = 1e-11


def estimates(result):
    return [row.estimate for row in result.coefficients]


def errors(result):
    return [row.standard_error for row in result.coefficients]


def test_norris():
    # NIST StRD Norris, certified.
    result = linear_regression(predictors={"x": NORRIS_X}, response=NORRIS_Y)
    assert estimates(result) == pytest.approx([-0.262323073774029, 1.00211681802045], rel=DIGITS)
    assert errors(result) == pytest.approx([0.232818234301152, 0.429796848199937e-03], rel=DIGITS)
    assert result.s == pytest.approx(0.884796396144373, rel=DIGITS)
    assert result.r_squared == pytest.approx(0.999993745883712, rel=1e-14)
    assert result.f_statistic == pytest.approx(5436385.54079785, rel=DIGITS)


def test_pontius():
    # NIST StRD Pontius, certified; a quadratic as two columns whose sizes differ by 1e6.
    result = linear_regression(predictors={"x": PONTIUS_X, "x2": [x * x for x in PONTIUS_X]}, response=PONTIUS_Y)
    certified = [0.673565789473684e-03, 0.732059160401003e-06, -0.316081871345029e-14]
    assert estimates(result) == pytest.approx(certified, rel=1e-10)
    spread = [0.107938612033077e-03, 0.157817399981659e-09, 0.486652849992036e-16]
    assert errors(result) == pytest.approx(spread, rel=1e-10)
    assert result.s == pytest.approx(0.205177424076185e-03, rel=1e-10)
    assert result.f_statistic == pytest.approx(185330865.995752, rel=1e-10)


def test_no_intercept_1():
    # NIST StRD NoInt1, certified: R squared is about 0.
    result = linear_regression(predictors={"x": list(range(60, 71))}, response=list(range(130, 141)), intercept=False)
    assert estimates(result) == pytest.approx([2.07438016528926], rel=DIGITS)
    assert errors(result) == pytest.approx([0.165289256198347e-01], rel=DIGITS)
    assert result.s == pytest.approx(3.56753034006338, rel=DIGITS)
    assert result.r_squared == pytest.approx(0.999365492298663, rel=DIGITS)
    assert result.f_statistic == pytest.approx(15750.25, rel=DIGITS)
    assert "about 0" in result.conventions["total sum of squares"]


def test_no_intercept_2():
    # NIST StRD NoInt2, certified.
    result = linear_regression(predictors={"x": [4, 5, 6]}, response=[3, 4, 4], intercept=False)
    assert estimates(result) == pytest.approx([0.727272727272727], rel=DIGITS)
    assert errors(result) == pytest.approx([0.420827318078432e-01], rel=DIGITS)
    assert result.s == pytest.approx(0.369274472937998, rel=DIGITS)
    assert result.r_squared == pytest.approx(0.993348115299335, rel=DIGITS)
    assert result.f_statistic == pytest.approx(298.666666666667, rel=DIGITS)


def test_longley():
    # NIST StRD Longley, certified.
    result = linear_regression(predictors=LONGLEY, response=LONGLEY_Y)
    assert estimates(result) == pytest.approx(LONGLEY_ESTIMATES, rel=1e-10)
    assert errors(result) == pytest.approx(LONGLEY_ERRORS, rel=1e-10)
    assert result.s == pytest.approx(304.854073561965, rel=DIGITS)
    assert result.r_squared == pytest.approx(0.995479004577296, rel=DIGITS)
    assert result.f_statistic == pytest.approx(330.285339234588, rel=DIGITS)
    assert "collinear" in {notice.code for notice in result.warnings}
    # Belsley, Kuh and Welsch's scaled condition number of these data: 43275.
    assert result.condition_number == pytest.approx(43275, abs=1)


def test_longley_s_inflation_factors():
    # Published by SAS, SPSS and R's car for these data: 135.53, 1788.51, 33.62, 3.59, 399.15, 758.98.
    result = linear_regression(predictors=LONGLEY, response=LONGLEY_Y)
    factors = [row.vif for row in result.coefficients[1:]]
    assert factors == pytest.approx([135.53, 1788.51, 33.62, 3.59, 399.15, 758.98], abs=6e-3)
    assert result.coefficients[0].vif is None


def test_raw_powers_keep_their_digits():
    # NIST StRD Wampler3, certified: every coefficient is 1, residual sd 2360.14502379268.
    powers = {f"x{power}": [x**power for x in WAMPLER_X] for power in range(1, 6)}
    result = linear_regression(predictors=powers, response=WAMPLER3)
    assert estimates(result) == pytest.approx([1] * 6, rel=1e-9)
    assert result.s == pytest.approx(2360.14502379268, rel=DIGITS)


def test_cars():
    # R 4, summary(lm(dist ~ speed, cars)) as in its documentation and textbooks.
    result = linear_regression(predictors={"speed": SPEED}, response=DISTANCE, new_points={"speed": [12, 19, 24, 40]})
    assert estimates(result) == pytest.approx([-17.5791, 3.9324], abs=5e-5)
    assert errors(result) == pytest.approx([6.7584, 0.4155], abs=5e-5)
    assert [row.statistic for row in result.coefficients] == pytest.approx([-2.601, 9.464], abs=5e-4)
    assert result.p_value == pytest.approx(1.49e-12, abs=5e-15)
    assert (result.s, result.df_residual) == (pytest.approx(15.38, abs=5e-3), 48)
    assert (result.r_squared, result.r_squared_adjusted) == pytest.approx((0.6511, 0.6438), abs=5e-5)
    assert result.durbin_watson == pytest.approx(1.6762, abs=5e-5)
    point = result.predictions[0]
    assert (point.fit, point.ci_low, point.ci_high) == pytest.approx((29.60981, 24.39514, 34.82448), abs=5e-6)
    assert [point.extrapolated for point in result.predictions] == [False, False, False, True]


def test_pure_error_of_cars():
    # R 4: anova(lm(dist ~ speed), lm(dist ~ factor(speed))) has 17 and 31 df, F = 1.2369, p = 0.2948.
    rows = {row.source: row for row in linear_regression(predictors={"speed": SPEED}, response=DISTANCE).anova}
    assert (rows["Lack of fit"].df, rows["Pure error"].df) == (17, 31)
    assert rows["Lack of fit"].f == pytest.approx(1.2369, abs=5e-5)
    assert rows["Lack of fit"].p_value == pytest.approx(0.2948, abs=5e-5)


def test_delivery_times():
    # Montgomery, Peck and Vining (2012), examples 3.1 to 3.12 and 9.1: coefficients 2.34123, 1.61591, 0.01438; F = 261.24,
    # R squared 0.9596, PRESS 459.039, VIF 3.1; at 8 cases and 275 feet 19.22, mean 17.66 to 20.78 (from rounded
    # steps), one delivery 12.28 to 26.16.
    result = linear_regression(predictors=DELIVERY, response=DELIVERY_TIME, new_points={"cases": [8], "distance": [275]})
    assert estimates(result) == pytest.approx([2.34123, 1.61591, 0.01438], abs=5.1e-6)
    assert result.f_statistic == pytest.approx(261.24, abs=5.1e-3)
    assert result.r_squared == pytest.approx(0.9596, abs=5e-5)
    assert result.press == pytest.approx(459.039, abs=1e-3)
    assert result.coefficients[1].vif == pytest.approx(3.1, abs=0.05)
    point = result.predictions[0]
    assert point.fit == pytest.approx(19.22, abs=5e-3)
    assert (point.ci_low, point.ci_high) == pytest.approx((17.66, 20.78), abs=2e-2)
    assert (point.pi_low, point.pi_high) == pytest.approx((12.28, 26.16), abs=6e-3)
    assert result.unusual == [9, 22]


def test_plant_weights():
    # R 4 documentation, example(lm), Dobson (1990): control minus treatment 0.371 with error 0.3114, t = 1.191, p = 0.249,
    # residual error 0.6964, R squared 0.07308, adjusted 0.02158. Sum contrasts are half of R's.
    control = [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14]
    treated = [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69]
    result = linear_regression(predictors={"group": ["Ctl"] * 10 + ["Trt"] * 10}, response=control + treated)
    assert [row.name for row in result.coefficients] == ["Intercept", "group[Ctl]"]
    assert result.coefficients[1].estimate == pytest.approx(0.371 / 2, abs=5e-7)
    assert result.coefficients[1].standard_error == pytest.approx(0.3114 / 2, abs=3e-5)
    assert result.coefficients[1].p_value == pytest.approx(0.249, abs=5e-4)
    assert result.s == pytest.approx(0.6964, abs=5e-5)
    assert (result.r_squared, result.r_squared_adjusted) == pytest.approx((0.07308, 0.02158), abs=5e-6)
    assert "sum contrasts" in result.conventions["categorical predictors"]


def test_a_factor_s_last_level_is_minus_the_sum():
    # By hand: balanced means 1, 2, 6 have the grand mean 3, and effects -2, -1, 3.
    data = {"line": ["a", "a", "b", "b", "c", "c"]}
    result = linear_regression(predictors=data, response=[0, 2, 1, 3, 5, 7], new_points={"line": ["c", "a"]})
    assert estimates(result) == pytest.approx([3, -2, -1])
    assert [point.fit for point in result.predictions] == pytest.approx([6, 1])
    rows = {row.source: row for row in result.anova}
    assert (rows["line"].df, rows["line"].sum_of_squares) == (2, pytest.approx(28))


@SETTINGS
@given(st.integers(0, 2**32 - 1), st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_shift_scale_and_order(seed, shift, scale):
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(2, 12))
    y = 1 + 2 * x - z + rng.normal(size=12)
    one = linear_regression(predictors={"x": x.tolist(), "z": z.tolist()}, response=y.tolist())
    order = rng.permutation(12)
    moved = {"z": z[order].tolist(), "x": (shift + scale * x[order]).tolist()}
    other = linear_regression(predictors=moved, response=y[order].tolist())
    assert other.coefficients[2].estimate * scale == pytest.approx(one.coefficients[1].estimate, rel=1e-6)
    assert other.r_squared == pytest.approx(one.r_squared, rel=1e-8)
    assert other.press == pytest.approx(one.press, rel=1e-7)


def test_an_exact_fit_has_no_tests():
    result = linear_regression(predictors={"x": [1, 2, 3, 4]}, response=[3, 5, 7, 9])
    assert result.s == 0
    assert result.f_statistic is None
    assert result.undefined["p_value"]
    assert result.warnings[0].code == "exact_fit"


def test_a_small_spread_on_a_large_offset_is_no_exact_fit():
    # Deviations of 1e-3 at 1e9 are 1e4 times the spacing of doubles there, so the slope and its error are theirs.
    x, gaps = [1.0, 2.0, 3.0, 4.0, 5.0], [0.001, 0.003, 0.002, 0.005, 0.004]
    result = linear_regression(predictors=x, response=[1e9 + gap for gap in gaps])
    near = linear_regression(predictors=x, response=gaps)
    assert result.coefficients[1].estimate == pytest.approx(near.coefficients[1].estimate, rel=1e-3)
    assert result.s == pytest.approx(near.s, rel=1e-3)


def test_a_list_alone_is_x():
    one = linear_regression(x=[1, 2, 3, 4], y=[1, 3, 2, 5], new_points=[6])
    other = linear_regression(predictors={"x": [1, 2, 3, 4]}, response=[1, 3, 2, 5], new_points={"x": [6]})
    assert one == other


def test_nearly_repeated_columns_are_warned_of():
    x = [1.0, 2.0, 3.0, 4.0, 5.0]
    near = [1.0, 2.0, 3.0, 4.0, 5.0 + 1e-8]
    result = linear_regression(predictors={"x": x, "near": near}, response=[1, 3, 2, 5, 4])
    assert {"ill_conditioned", "collinear"} <= {notice.code for notice in result.warnings}


@pytest.mark.parametrize(
    ("arguments", "path", "part"),
    [
        ({"predictors": {"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "response": [1, 3, 2, 4]}, "predictors", "combination of"),
        ({"predictors": {"a": [1, 1, 1]}, "response": [1, 3, 2]}, "predictors.a", "does not vary"),
        ({"predictors": {"a": [1, 2]}, "response": [1, 3]}, "predictors", "2 observations for 2"),
        ({"predictors": {"a": [1, 2, 3]}, "response": [2, 2, 2]}, "response", "does not vary"),
        ({"predictors": {"a": [1, 2, 3]}, "response": [1, 2]}, "response", "2 values for 3 rows"),
        ({"predictors": {"a": ["u", "v", "u"]}, "response": [1, 2, 4], "intercept": False}, "predictors.a", "intercept"),
        (
            {"predictors": {"a": ["u", "v", "u"]}, "response": [1, 2, 4], "new_points": {"a": ["w"]}},
            "new_points.a[0]",
            "no level",
        ),
        ({"predictors": {"a": [1, 2, 3]}, "response": [1, 2, 4], "new_points": {"b": [1]}}, "new_points", "missing"),
    ],
)
def test_what_does_not_determine_a_model_is_named(arguments, path, part):
    with pytest.raises(ToolError) as caught:
        linear_regression(**arguments)
    assert caught.value.path == path
    assert part in str(caught.value)
