"""What a model leaves over: four views of its residuals, and the line through one predictor."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import stats

from havoc.tools.doe.factorial_analysis import FactorialExperiment, FactorialResult, fit_factorial
from havoc.tools.doe.fit_model import ModelledExperiment
from havoc.tools.doe.response_surface import ResponseSurfaceResult
from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, GREY, INK, VERMILION, new_figure, with_unit
from havoc.tools.math.linear_regression import LinearRegression, LinearRegressionResult, fit_linear
from havoc.tools.math.regression_diagnostics import RegressionDiagnosticsResult

Values = NDArray[np.float64]
FAR = 2.0
"""Standardised residuals beyond this are named by their row."""
MOST_NAMES = 6


@drawing("residuals", "linear_regression", "regression_diagnostics")
def of_regression(arguments: LinearRegression, result: LinearRegressionResult | RegressionDiagnosticsResult) -> Figure:
    """Residuals of a regression."""
    _, _, fit = fit_linear(arguments)
    return _panel(fit.response - fit.residuals, fit.residuals, fit.leverage, arguments.unit)


@drawing("residuals", "analyze_response_surface")
def of_surface(arguments: ModelledExperiment, result: ResponseSurfaceResult) -> Figure:
    """Residuals of a response surface."""
    fitted, residuals, leverage = (np.asarray(part) for part in (result.fitted, result.residuals, result.leverage))
    return _panel(fitted, residuals, leverage, arguments.unit)


@drawing("residuals", "analyze_factorial")
def of_factorial(arguments: FactorialExperiment, result: FactorialResult) -> Figure:
    """Residuals of a factorial analysis."""
    fit = fit_factorial(arguments).fit
    return _panel(fit.fitted, fit.residuals, fit.leverage, arguments.unit)


@drawing("fit", "linear_regression")
def line(arguments: LinearRegression, result: LinearRegressionResult) -> Figure:
    """Observed against fitted values; the diagonal is a perfect fit."""
    _, _, fit = fit_linear(arguments)
    figure, (axes,) = new_figure("Observed and fitted values")
    fitted = fit.response - fit.residuals
    ends = [min(fitted.min(), fit.response.min()), max(fitted.max(), fit.response.max())]
    axes.plot(ends, ends, color=GREY, linestyle="--", linewidth=0.9, label="observed = fitted")
    axes.plot(fitted, fit.response, "o", color=BLUE, markersize=4)
    axes.set(xlabel=with_unit("Fitted", arguments.unit), ylabel=with_unit("Observed", arguments.unit))
    axes.legend(loc="upper left")
    return figure


def _panel(fitted: Values, residuals: Values, leverage: Values, unit: str) -> Figure:
    """Normal plot, residuals against fits, histogram and residuals in order."""
    figure, (normal, against, bars, order) = new_figure("Residuals", rows=2, columns=2, height=6.4)
    label = with_unit("Residual", unit)
    far = _far(residuals, leverage)
    _normal_plot(normal, residuals, far, label)
    against.plot(fitted, residuals, "o", color=BLUE, markersize=4)
    against.set(xlabel=with_unit("Fitted", unit), ylabel=label, title="Against fitted values")
    bars.hist(residuals, bins=max(5, min(30, round(np.sqrt(residuals.size)))), color=BLUE, edgecolor="white")
    bars.set(xlabel=label, ylabel="Rows", title="Histogram")
    order.plot(range(1, residuals.size + 1), residuals, "o-", color=BLUE, markersize=4, linewidth=0.8)
    order.set(xlabel="Row", ylabel=label, title="In the order of the rows")
    for axes, places in ((against, fitted), (order, np.arange(1, residuals.size + 1))):
        axes.axhline(0, color=GREY, linestyle="--", linewidth=0.9)
        for row in far:
            _name_row(axes, row, float(places[row]), float(residuals[row]))
    return figure


def _far(residuals: Values, leverage: Values) -> list[int]:
    """Rows with the largest standardised residuals, where those are beyond `FAR`."""
    freedom = max(1.0, residuals.size - float(leverage.sum()))
    scale = np.sqrt(float(residuals @ residuals) / freedom * np.maximum(1 - leverage, 1e-12))
    standardized = np.abs(residuals) / np.where(scale > 0, scale, np.inf)
    rows = np.argsort(-standardized)[:MOST_NAMES]
    return [int(row) for row in rows if standardized[row] > FAR]


def _normal_plot(axes: Axes, residuals: Values, far: list[int], label: str) -> None:
    """Sorted residuals against normal quantiles at the positions of Blom, with the line of their standard deviation."""
    order = np.argsort(residuals, kind="stable")
    quantiles = stats.norm.ppf((np.arange(1, residuals.size + 1) - 0.375) / (residuals.size + 0.25))
    axes.plot(residuals[order], quantiles, "o", color=BLUE, markersize=4)
    spread = float(residuals.std(ddof=1)) if residuals.size > 1 else 0.0
    if spread > 0:
        ends = quantiles[[0, -1]]
        axes.plot(float(residuals.mean()) + spread * ends, ends, color=INK, linewidth=0.9)
    for place, row in enumerate(order.tolist()):
        if row in far:
            _name_row(axes, row, float(residuals[row]), float(quantiles[place]))
    axes.set(xlabel=label, ylabel="Normal quantile", title="Normal probability plot")


def _name_row(axes: Axes, row: int, x: float, y: float) -> None:
    """The row's number beside its point."""
    axes.annotate(str(row + 1), (x, y), xytext=(4, 4), textcoords="offset points", color=VERMILION, fontsize=9)
