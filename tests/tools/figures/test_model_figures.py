"""Figures of fitted models show the numbers of the fit."""

import numpy as np
import pytest

from havoc.tools.doe.canonical_analysis import canonical_analysis
from havoc.tools.doe.factorial_analysis import analyze_factorial
from havoc.tools.doe.response_surface import CENTRAL_COMPOSITE, analyze_response_surface
from havoc.tools.figures import life, residuals, surfaces
from havoc.tools.math.kaplan_meier import kaplan_meier
from havoc.tools.math.life_data import weibull_analysis
from havoc.tools.math.linear_regression import linear_regression

NAMES = {"<b>A & B</b>": [0, 10]}


def _drawn(drawer, operation, call):
    arguments = operation.arguments.model_validate(call)
    return drawer.function(arguments, operation(**call))


def test_contours_are_those_of_the_model_and_mark_the_stationary_point():
    figure = _drawn(surfaces.contours, canonical_analysis, CENTRAL_COMPOSITE)
    axes = figure.axes[0]
    star = next(line for line in axes.lines if line.get_marker() == "*")
    # Montgomery, Design and Analysis of Experiments, example 11.2: the maximum is at 86.95 minutes and 176.52 degrees.
    assert star.get_xdata()[0] == pytest.approx(86.95, abs=0.01)
    assert star.get_ydata()[0] == pytest.approx(176.53, abs=0.02)
    runs = next(line for line in axes.lines if line.get_marker() == "o")
    assert list(runs.get_xdata()) == CENTRAL_COMPOSITE["data"]["Time"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Time", "Temperature")


def test_the_grid_holds_the_fitted_values_at_the_runs():
    arguments = analyze_response_surface.arguments.model_validate(CENTRAL_COMPOSITE)
    fit, _ = surfaces.fit_experiment(arguments)
    x, y, z = surfaces._evaluated(fit, arguments, 0, 1)
    # The middle of the grid is the centre of the design.
    middle = surfaces.POINTS // 2
    assert (x[middle, middle], y[middle, middle]) == pytest.approx((85, 175), abs=1e-9)
    fitted = analyze_response_surface(**CENTRAL_COMPOSITE).fitted
    assert z[middle, middle] == pytest.approx(fitted[4], abs=1e-9)


def test_one_factor_is_a_curve():
    call = {"factors": NAMES, "data": {"<b>A & B</b>": [0, 5, 10, 0, 5, 10]}, "response": [1, 5, 2, 1.2, 5.1, 2.2]}
    for drawer in (surfaces.contours, surfaces.surface):
        axes = _drawn(drawer, analyze_response_surface, call).axes[0]
        curve, runs = axes.lines
        assert list(runs.get_ydata()) == call["response"]
        assert max(curve.get_ydata()) > 5


def test_three_factors_are_three_pairs():
    rng = np.random.default_rng(0)
    data = {name: rng.uniform(-1, 1, 20).tolist() for name in "ABC"}
    call = {"factors": {name: [-1, 1] for name in "ABC"}, "data": data, "response": rng.normal(size=20).tolist()}
    figure = _drawn(surfaces.contours, analyze_response_surface, call)
    assert [axes.get_xlabel() + axes.get_ylabel() for axes in figure.axes] == ["AB", "AC", "BC"]


def test_the_panel_shows_every_residual_and_names_the_outlier():
    x = list(range(1, 21))
    y = [2 * value + (0.1 if value % 2 else -0.1) for value in x]
    y[6] += 5
    call = {"predictors": {"x": x}, "response": y}
    figure = _drawn(residuals.of_regression, linear_regression, call)
    normal, against, bars, order = figure.axes
    assert len(normal.lines[0].get_xdata()) == len(against.lines[0].get_xdata()) == 20
    assert sum(patch.get_height() for patch in bars.patches) == 20
    shown = np.asarray(order.lines[0].get_ydata())
    assert abs(shown.sum()) < 1e-9
    assert int(np.abs(shown).argmax()) == 6
    assert [text.get_text() for text in order.texts] == ["7"]


def test_residuals_of_a_factorial_experiment_are_data_less_fit():
    call = analyze_factorial.examples[0]
    figure = _drawn(residuals.of_factorial, analyze_factorial, call)
    against = figure.axes[1]
    fitted, left = (np.asarray(part) for part in against.lines[0].get_data())
    assert fitted + left == pytest.approx(np.asarray(call["response"], dtype=float))


def test_weibull_paper_makes_the_fit_a_line_through_the_failures():
    times = [16, 34, 53, 75, 93, 120]  # Abernethy's six failures: about shape 1.4 and scale 76 by any method
    figure = _drawn(life.weibull_plot, weibull_analysis, {"times": times, "unit": "h"})
    axes = figure.axes[0]
    points, line = axes.lines[0], axes.lines[1]
    assert list(points.get_xdata()) == times
    result = weibull_analysis(times=times)
    x, y = (np.asarray(part) for part in line.get_data())
    assert np.diff(y)[0] / np.diff(np.log(x))[0] == pytest.approx(result.shape)
    assert axes.get_xlabel() == "Time [h]"
    # Without suspensions the middle of step i of n is (i - 1/2) / n.
    expected = [np.log(-np.log(1 - (rank - 0.5) / 6)) for rank in range(1, 7)]
    assert list(points.get_ydata()) == pytest.approx(expected)


def test_survival_steps_down_at_the_failures():
    call = {"times": [1, 2, 3, 4, 5, 6], "censored": [0, 1, 0, 0, 1, 0]}
    axes = _drawn(life.survival, kaplan_meier, call).axes[0]
    # By hand: 5/6, then 3/4 of it, then 2/3 of that, then nothing.
    heights = sorted(set(np.round(axes.lines[0].get_ydata(), 12)), reverse=True)
    assert heights == pytest.approx([1, 5 / 6, 5 / 8, 5 / 12, 0])
