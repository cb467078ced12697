"""Predictions against published values and statsmodels."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.fit_model import ModelledExperiment, fit_experiment
from havoc.tools.doe.model_prediction import predict_response
from tests.tools.doe.experiments import CHEM_REACT, EDDY, FILTRATION, YIELD

# Montgomery and Runger, Applied Statistics and Probability for Engineers, Table 12-2: wire bond pull strength.
PULL = {
    "factors": [{"name": "length", "low": 1, "high": 20}, {"name": "height", "low": 50, "high": 600}],
    "data": {
        "length": [2, 8, 11, 10, 8, 4, 2, 2, 9, 8, 4, 11, 12, 2, 4, 4, 20, 1, 10, 15, 15, 16, 17, 6, 5],
        "height": [
            *(50, 110, 120, 550, 295, 200, 375, 52, 100, 300, 412, 400, 500),
            *(360, 205, 400, 600, 585, 540, 250, 290, 510, 590, 100, 400),
        ],
    },
    "response": [
        *(9.95, 24.45, 31.75, 35.00, 25.02, 16.86, 14.38, 9.60, 24.35, 27.50, 17.08, 37.00, 41.95),
        *(11.66, 21.65, 17.89, 69.00, 10.30, 34.93, 46.59, 44.88, 54.12, 56.63, 22.13, 21.15),
    ],
    "model": "linear",
}


def test_pull_strength():
    # Montgomery and Runger, Examples 12-8 and 12-9: at length 8 and height 275 the mean is 27.66 with the interval 26.66 to
    # 28.66, and a new observation lies in 22.81 to 32.51.
    row = predict_response(**PULL, points={"length": [8], "height": [275]}).predictions[0]
    assert row.fit == pytest.approx(27.66, abs=5e-3)
    assert (row.ci_low, row.ci_high) == pytest.approx((26.66, 28.66), abs=6e-3)
    assert (row.pi_low, row.pi_high) == pytest.approx((22.81, 32.51), abs=6e-3)
    assert not row.extrapolated


def test_eddy_current_probe():
    # NIST/SEMATECH e-Handbook 5.6.1.10: 150 turns, distance 0.50, gauge 46 by the model of turns and distance: 3.47261.
    points = {"turns": [150], "distance": [0.50], "gauge": [46]}
    result = predict_response(**EDDY, model=["turns", "distance"], points=points)
    assert result.predictions[0].fit == pytest.approx(3.47261, abs=5e-6)


def test_the_tolerance_factor_of_a_plain_sample():
    # Bowker (1947), in Eisenhart, Hastay and Wallis, Techniques of Statistical Analysis, Table 2.1: n = 10, 95% of the
    # population with 95% confidence: 3.379. A model of the constant alone is a plain sample.
    y = [9.8, 10.2, 10.4, 9.9, 10.1, 10.0, 10.3, 9.7, 10.2, 9.6]
    result = predict_response(factors=1, data={"A": [-1, 1] * 5}, response=y, model=[], points={"A": [0]})
    row = result.predictions[0]
    assert (row.tolerance_high - row.fit) / np.std(y, ddof=1) == pytest.approx(3.379, abs=1e-3)


def test_it_agrees_with_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    points = {"Time": [82.0, 88.5], "Temperature": [171.0, 178.0]}
    result = predict_response(**YIELD, points=points, alpha=0.1)
    fit, _ = fit_experiment(ModelledExperiment.model_validate(YIELD))
    rows = fit.rows(fit.coding.code(points, "points"))
    other = sm.OLS(fit.response, fit.matrix).fit().get_prediction(rows).summary_frame(0.1)
    for index, row in enumerate(result.predictions):
        assert (row.ci_low, row.ci_high, row.pi_low, row.pi_high, row.standard_error) == pytest.approx(
            tuple(other[["mean_ci_lower", "mean_ci_upper", "obs_ci_lower", "obs_ci_upper", "mean_se"]].iloc[index])
        )


def test_blocks_are_averaged():
    # An identity: without the blocks' shift the prediction is the constant at the centre.
    result = predict_response(**CHEM_REACT, points={"Time": [85], "Temp": [175]})
    fit, _ = fit_experiment(ModelledExperiment.model_validate(CHEM_REACT))
    assert result.predictions[0].fit == pytest.approx(fit.coefficients[0])


def test_intervals_grow_away_from_the_centre_and_extrapolation_is_marked():
    result = predict_response(**YIELD, points={"Time": [85, 90, 99], "Temperature": [175, 180, 175]})
    widths = [row.pi_high - row.pi_low for row in result.predictions]
    assert widths == sorted(widths)
    assert [row.extrapolated for row in result.predictions] == [False, False, True]
    assert "extrapolation" in {notice.code for notice in result.warnings}
    for row in result.predictions:
        assert row.tolerance_low < row.pi_low < row.ci_low < row.fit < row.ci_high < row.pi_high < row.tolerance_high


def test_a_saturated_model_predicts_without_intervals():
    model = ["A", "B", "C", "D", "AB", "AC", "AD", "BC", "BD", "CD", "ABC", "ABD", "ACD", "BCD", "ABCD"]
    points = {name: [1] for name in "ABCD"}
    result = predict_response(**FILTRATION, model=model, points=points)
    assert result.predictions[0].fit == pytest.approx(96)
    assert result.predictions[0].pi_low is None
    assert "s" in result.undefined


@pytest.mark.parametrize(
    ("points", "path"),
    [
        ({"Time": [85]}, "points"),
        ({"Time": [85], "Temperature": [175], "Pressure": [1]}, "points.Pressure"),
        ({"Time": ["hot"], "Temperature": [175]}, "points.Time[0]"),
    ],
)
def test_points_that_do_not_fit_are_named(points, path):
    with pytest.raises(ToolError) as caught:
        predict_response(**YIELD, points=points)
    assert caught.value.path == path
