"""Regression diagnostics against published values and the definition by deletion."""

import numpy as np
import pytest
from regression_data import DELIVERY, DELIVERY_TIME, DISTANCE, SPEED

from havoc.tools import ToolError
from havoc.tools.math.linear_regression import linear_regression
from havoc.tools.math.regression_diagnostics import regression_diagnostics

# Brownlee (1965): oxidation of ammonia, R's `stackloss`.
STACKLOSS = {
    "air": [80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70],
    "water": [27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20],
    "acid": [89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91],
}
LOSS = [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15]


def test_delivery_times():
    # Montgomery, Peck and Vining (2012), Tables 4.1 and 6.1, observation 9: standardised 3.2138, R-student 4.3108,
    # leverage 0.49829, PRESS residual 14.7889, Cook's distance 3.418 (from rounded steps), DFFITS 4.2961.
    result = regression_diagnostics(predictors=DELIVERY, response=DELIVERY_TIME)
    assert result.standardized_residuals[8] == pytest.approx(3.2138, abs=5.1e-5)
    assert result.studentized_residuals[8] == pytest.approx(4.3108, abs=5.1e-5)
    assert result.leverage[8] == pytest.approx(0.49829, abs=5.1e-6)
    assert result.press_residuals[8] == pytest.approx(14.7889, abs=5.1e-5)
    assert result.cooks_distance[8] == pytest.approx(3.418, abs=2e-3)
    assert result.dffits[8] == pytest.approx(4.2961, abs=5.1e-5)
    assert (result.outliers, result.influential, result.high_leverage) == ([9], [9], [9, 22])


def test_stack_loss():
    # Cook and Weisberg (1982) and R's influence.measures: row 21 has R-student -3.33, standardised -2.64, Cook 0.692;
    # row 17 the largest leverage, 0.412.
    result = regression_diagnostics(predictors=STACKLOSS, response=LOSS)
    assert result.studentized_residuals[20] == pytest.approx(-3.33, abs=5e-3)
    assert result.standardized_residuals[20] == pytest.approx(-2.64, abs=5e-3)
    assert result.cooks_distance[20] == pytest.approx(0.692, abs=5e-4)
    assert max(result.leverage) == result.leverage[16] == pytest.approx(0.412, abs=5e-4)


def test_breusch_pagan_on_cars():
    # R's lmtest::bptest(lm(dist ~ speed, cars)): BP = 3.2149, df = 1, p-value = 0.07297.
    result = regression_diagnostics(predictors={"speed": SPEED}, response=DISTANCE)
    assert result.breusch_pagan == pytest.approx(3.2149, abs=5e-5)
    assert (result.breusch_pagan_df, result.breusch_pagan_p_value) == (1, pytest.approx(0.07297, abs=5e-6))


@pytest.mark.parametrize("row", [0, 8, 21])
def test_deletion_is_what_it_says(row):
    # Definition: fit without the row, and predict it.
    result = regression_diagnostics(predictors=DELIVERY, response=DELIVERY_TIME)
    without = {name: values[:row] + values[row + 1 :] for name, values in DELIVERY.items()}
    at = {name: [values[row]] for name, values in DELIVERY.items()}
    refit = linear_regression(predictors=without, response=DELIVERY_TIME[:row] + DELIVERY_TIME[row + 1 :], new_points=at)
    gap = DELIVERY_TIME[row] - refit.predictions[0].fit
    assert result.press_residuals[row] == pytest.approx(gap)
    single = np.hypot(refit.s, refit.predictions[0].standard_error)
    assert result.studentized_residuals[row] == pytest.approx(gap / single)


def test_leverages_sum_to_the_coefficients():
    result = regression_diagnostics(predictors=DELIVERY, response=DELIVERY_TIME)
    assert sum(result.leverage) == pytest.approx(3)
    assert sum(result.residuals) == pytest.approx(0, abs=1e-9)
    assert result.press == pytest.approx(sum(value**2 for value in result.press_residuals))


def test_a_row_that_alone_decides_a_coefficient():
    # The only row of level B has leverage 1: its residual is 0 whatever was measured.
    data = {"line": ["A", "A", "A", "B"]}
    result = regression_diagnostics(predictors=data, response=[1.0, 2.0, 4.0, 9.0])
    assert result.standardized_residuals[3] is None
    assert result.press is None
    assert result.undefined["press"]


def test_without_intercept_the_variance_test_still_has_one():
    result = regression_diagnostics(predictors={"x": [1, 2, 3, 4, 5]}, response=[1.1, 2.3, 2.8, 4.4, 4.7], intercept=False)
    assert result.breusch_pagan_df == 1


def test_an_exact_fit_has_no_residuals_to_look_at():
    with pytest.raises(ToolError) as caught:
        regression_diagnostics(predictors={"x": [1, 2, 3]}, response=[2, 4, 6])
    assert caught.value.path == "response"
