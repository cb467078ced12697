"""Logistic regression against published analyses."""

import math

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.math.contingency import chi_square_independence
from havoc.tools.math.logistic_regression import logistic_regression

# Dalal, Fowlkes and Hoadley (1989), JASA 84, 945-957: O-ring distress on 23 flights before Challenger, temperature in F.
TEMPERATURE = [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
DISTRESS = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1]
# Bliss (1935): beetles killed by carbon disulphide, log10 dose.
DOSE = [1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839]
BEETLES = [59, 60, 62, 56, 63, 59, 62, 60]
KILLED = [6, 13, 18, 28, 52, 53, 61, 60]
# Spector and Mazzeo (1980), as in Greene, Econometric Analysis: does a teaching method (PSI) improve a grade?
GPA = [
    *[2.66, 2.89, 3.28, 2.92, 4.0, 2.86, 2.76, 2.87, 3.03, 3.92, 2.63, 3.32, 3.57, 3.26, 3.53, 2.74],
    *[2.75, 2.83, 3.12, 3.16, 2.06, 3.62, 2.89, 3.51, 3.54, 2.83, 3.39, 2.67, 3.65, 4.0, 3.1, 2.39],
]
TUCE = [
    *[20, 22, 24, 12, 21, 17, 17, 21, 25, 29, 20, 23, 23, 25, 26, 19],
    *[25, 19, 23, 25, 22, 28, 14, 26, 24, 27, 17, 24, 21, 23, 21, 19],
]
PSI = [0] * 18 + [1] * 14
GRADE = [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 1]


def test_challenger():
    # As Agresti's Categorical Data Analysis and R's summary(glm) print it: 15.0429 (7.3786), -0.2322 (0.1082); null deviance
    # 28.267, residual 20.315 on 21 df, AIC 24.315. Dalal et al. expect distress at 31 F almost certainly.
    result = logistic_regression(predictors={"t": TEMPERATURE}, response=DISTRESS, new_points={"t": [31]})
    assert [row.estimate for row in result.coefficients] == pytest.approx([15.0429, -0.2322], abs=5.1e-5)
    assert [row.standard_error for row in result.coefficients] == pytest.approx([7.3786, 0.1082], abs=5.1e-5)
    assert (result.null_deviance, result.deviance) == pytest.approx((28.267, 20.315), abs=5e-4)
    assert (result.df_residual, result.aic) == (21, pytest.approx(24.315, abs=5e-4))
    assert result.predictions[0].fit > 0.999


def test_beetles():
    # Dobson (1990), Table 8.4: intercept -60.72 (5.18), slope 34.27 (2.91), deviance 11.23 on 6 df.
    result = logistic_regression(predictors={"dose": DOSE}, response=KILLED, trials=BEETLES)
    assert [row.estimate for row in result.coefficients] == pytest.approx([-60.72, 34.27], abs=5e-3)
    assert [row.standard_error for row in result.coefficients] == pytest.approx([5.18, 2.91], abs=5e-3)
    assert (result.deviance, result.df_residual) == (pytest.approx(11.23, abs=5e-3), 6)


def test_teaching_method():
    # Greene, Econometric Analysis, and Stata: -13.02135 (4.931325), GPA 2.826113 (1.262941), TUCE .0951577 (.1415542),
    # PSI 2.378688 (1.064564); log likelihood -12.889633, LR chi2(3) = 15.40, p = 0.0015, pseudo R2 = 0.3740.
    result = logistic_regression(predictors={"GPA": GPA, "TUCE": TUCE, "PSI": PSI}, response=GRADE)
    estimates = [row.estimate for row in result.coefficients]
    assert estimates == pytest.approx([-13.02135, 2.826113, 0.0951577, 2.378688], abs=6e-6)
    errors = [row.standard_error for row in result.coefficients]
    assert errors == pytest.approx([4.931325, 1.262941, 0.1415542, 1.064564], abs=2e-6)
    assert result.log_likelihood == pytest.approx(-12.889633, abs=2e-6)
    assert (result.likelihood_ratio, result.df_model) == (pytest.approx(15.40, abs=5e-3), 3)
    assert result.p_value == pytest.approx(0.0015, abs=5e-5)
    assert result.r_squared_deviance == pytest.approx(0.3740, abs=5e-5)


def test_two_levels_are_the_odds_ratio_of_the_table():
    # Identity: log(ad / bc) with standard error sqrt(1/a + 1/b + 1/c + 1/d); sum contrasts are half the difference.
    result = logistic_regression(predictors={"line": ["new", "old"] * 2}, response=[12, 30, 0, 0], trials=[50, 60, 1, 1])
    a, b, c, d = 12, 39, 30, 31
    half = result.coefficients[1]
    assert 2 * half.estimate == pytest.approx(math.log(a * d / (b * c)))
    assert 2 * half.standard_error == pytest.approx(math.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    table = chi_square_independence(table=[[a, b], [c, d]])
    assert result.likelihood_ratio == pytest.approx(table.g_statistic)


def test_single_trials_and_counts_agree():
    result = logistic_regression(predictors={"dose": DOSE}, response=KILLED, trials=BEETLES)
    dose = [x for x, n in zip(DOSE, BEETLES, strict=True) for _ in range(n)]
    dead = [int(i < k) for k, n in zip(KILLED, BEETLES, strict=True) for i in range(n)]
    single = logistic_regression(predictors={"dose": dose}, response=dead)
    assert single.coefficients[1].estimate == pytest.approx(result.coefficients[1].estimate, rel=1e-9)
    assert single.likelihood_ratio == pytest.approx(result.likelihood_ratio)
    assert single.area_under_curve == pytest.approx(result.area_under_curve)
    assert single.hosmer_lemeshow == pytest.approx(result.hosmer_lemeshow)


def test_the_other_event_turns_the_signs():
    words = ["bad" if value else "good" for value in DISTRESS]
    bad = logistic_regression(predictors={"t": TEMPERATURE}, response=words, event="bad")
    good = logistic_regression(predictors={"t": TEMPERATURE}, response=words)
    assert (bad.event, good.event) == ("bad", "good")
    assert bad.coefficients[1].estimate == pytest.approx(-good.coefficients[1].estimate)
    assert bad.area_under_curve == pytest.approx(good.area_under_curve)
    assert bad.coefficients[1].ratio == pytest.approx(1 / good.coefficients[1].ratio)


def test_shift_and_scale_of_a_predictor():
    celsius = [(value - 32) / 1.8 for value in TEMPERATURE]
    one = logistic_regression(predictors={"t": TEMPERATURE}, response=DISTRESS)
    other = logistic_regression(predictors={"t": celsius}, response=DISTRESS)
    assert other.coefficients[1].estimate == pytest.approx(1.8 * one.coefficients[1].estimate)
    assert other.deviance == pytest.approx(one.deviance)


def test_hosmer_lemeshow_by_hand():
    # Three settings are three groups: the sum of (seen - expected)^2 / (n p (1 - p)) over the settings, which is Pearson's
    # chi-square of the fit, on 3 - 2 df.
    result = logistic_regression(predictors={"x": [1, 2, 3]}, response=[4, 12, 13], trials=[20, 20, 20])
    intercept, slope = (row.estimate for row in result.coefficients)
    fitted = 1 / (1 + np.exp(-(intercept + slope * np.array([1, 2, 3]))))
    by_hand = ((np.array([4, 12, 13]) - 20 * fitted) ** 2 / (20 * fitted * (1 - fitted))).sum()
    assert (result.hosmer_lemeshow, result.hosmer_lemeshow_df) == (pytest.approx(by_hand), 1)


@pytest.mark.parametrize(
    ("predictors", "response", "path"),
    [
        ({"a": [1, 2, 3, 4, 5, 6]}, [0, 0, 0, 1, 1, 1], "predictors.a"),
        ({"a": [1, 2, 3, 3, 5, 6]}, [0, 0, 0, 1, 1, 1], "predictors.a"),
        ({"b": [3, 1, 2, 6, 4, 5], "line": list("uuvvww")}, [1, 0, 1, 0, 1, 1], "predictors.line"),
        ({"a": [1, 2, 3, 4, 5, 6], "b": [1.5, 1.5, 3.5, 3.5, 5.5, 5.5]}, [0, 1, 0, 1, 0, 1], "predictors"),
    ],
    ids=["complete", "quasi-complete", "a level", "two together"],
)
def test_separation_is_refused_by_name(predictors, response, path):
    with pytest.raises(ToolError, match="separates the responses") as caught:
        logistic_regression(predictors=predictors, response=response)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"predictors": {"a": [1, 2, 3]}, "response": [0, 1, 2]}, "response"),
        ({"predictors": {"a": [1, 2, 3]}, "response": [1, 1, 1]}, "response"),
        ({"predictors": {"a": [1, 2, 3]}, "response": [0, 1]}, "response"),
        ({"predictors": {"a": [1, 2, 3]}, "response": [1, 5, 2], "trials": [4, 4, 4]}, "response[1]"),
        ({"predictors": {"a": [1, 2, 3]}, "response": [0, 1, 1], "event": "yes"}, "event"),
        ({"predictors": {"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "response": [0, 1, 0, 1]}, "predictors"),
        ({"predictors": {"a": [7, 7, 7, 7]}, "response": [0, 1, 0, 1]}, "predictors.a"),
    ],
)
def test_what_does_not_determine_a_model_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        logistic_regression(**arguments)
    assert caught.value.path == path
