"""Poisson regression against published analyses."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.poisson_regression import poisson_regression

# Dobson (1990), page 93: a randomised trial; R's example(glm).
COUNTS = [18, 17, 15, 20, 10, 20, 25, 13, 12]
OUTCOME, TREATMENT = ["1", "2", "3"] * 3, ["1"] * 3 + ["2"] * 3 + ["3"] * 3


def test_randomised_trial():
    # R 4 documentation, example(glm): null deviance 10.5814 on 8, residual 5.1291 on 4 df, AIC 56.76; outcome 2 against 1
    # -0.4543 (0.2022), outcome 3 against 1 -0.2930 (0.1927), treatments equal. R compares with level 1, so differences of
    # the sum contrasts are its coefficients.
    result = poisson_regression(predictors={"outcome": OUTCOME, "treatment": TREATMENT}, response=COUNTS)
    assert (result.null_deviance, result.deviance) == pytest.approx((10.5814, 5.1291), abs=5e-5)
    assert (result.df_residual, result.aic) == (4, pytest.approx(56.76, abs=5e-3))
    first, second = (row.estimate for row in result.coefficients[1:3])
    assert second - first == pytest.approx(-0.4543, abs=5e-5)
    assert -first - second - first == pytest.approx(-0.2930, abs=5e-5)
    assert [row.estimate for row in result.coefficients[3:]] == pytest.approx([0, 0], abs=1e-12)
    other = {"outcome": ["z" if level == "1" else level for level in OUTCOME], "treatment": TREATMENT}
    again = poisson_regression(predictors=other, response=COUNTS)
    assert again.deviance == pytest.approx(result.deviance)


def test_two_rates_by_hand():
    # One factor of two levels is saturated: log(a / b * s / t) with standard error sqrt(1/a + 1/b).
    groups = ["a", "a", "b", "b"]
    result = poisson_regression(predictors={"group": groups}, response=[5, 7, 20, 30], exposure=[10, 20, 30, 40])
    row = result.coefficients[1]
    assert 2 * row.estimate == pytest.approx(math.log((12 / 30) / (50 / 70)))
    assert 2 * row.standard_error == pytest.approx(math.sqrt(1 / 12 + 1 / 50))
    assert result.fitted == pytest.approx([4, 8, 50 * 3 / 7, 50 * 4 / 7])
    # Pearson's chi-square by hand, on 4 - 2 df.
    pearson = sum((seen - fit) ** 2 / fit for seen, fit in zip([5, 7, 20, 30], result.fitted, strict=True))
    assert result.dispersion == pytest.approx(pearson / 2)


def test_exposure_scales_the_rate_and_nothing_else():
    data = {"predictors": {"x": [1, 2, 3, 4, 5]}, "response": [3, 4, 8, 9, 14]}
    one = poisson_regression(**data, new_points={"x": [6]})
    other = poisson_regression(**data, exposure=[10] * 5, new_points={"x": [6]})
    assert other.coefficients[1].estimate == pytest.approx(one.coefficients[1].estimate)
    assert other.predictions[0].fit == pytest.approx(one.predictions[0].fit / 10)
    assert sum(one.fitted) == pytest.approx(38)


def test_overdispersion_is_reported():
    result = poisson_regression(predictors={"x": [1, 2, 3, 4, 5, 6]}, response=[2, 30, 1, 45, 3, 60])
    assert result.dispersion > 5
    assert not result.assumptions[0].holds
    assert result.warnings[0].code == "overdispersion"


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"predictors": {"line": ["a", "a", "b", "b"]}, "response": [0, 0, 3, 5]}, "predictors.line"),
        ({"predictors": {"x": [1, 2, 3]}, "response": [0, 0, 0]}, "response"),
        ({"predictors": {"x": [1, 2, 3]}, "response": [1, 2]}, "response"),
        ({"predictors": {"x": [1, 2, 3]}, "response": [1, -2, 1]}, "response[1]"),
        ({"predictors": {"x": [1, 2, 3]}, "response": [1, 2, 3], "exposure": [1, 0, 1]}, "exposure[1]"),
        ({"predictors": {"x": [1, 2, 3]}, "response": [1, 2, 3], "exposure": [1, 1]}, "exposure"),
        ({"predictors": {"x": [1, 2]}, "response": [1, 2]}, "predictors"),
    ],
)
def test_what_does_not_determine_a_model_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        poisson_regression(**arguments)
    assert caught.value.path == path
