"""Fitted response surfaces: contours of pairs of factors, and the surface over the first pair."""

import itertools

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from havoc.tools.doe.canonical_analysis import CanonicalResult
from havoc.tools.doe.fit_model import ModelFit, ModelledExperiment, fit_experiment
from havoc.tools.doe.response_surface import ResponseSurfaceResult
from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import DPI, INK, SETTINGS, VERMILION, WIDTH, new_figure, with_unit

POINTS = 41
"""Places along each axis at which the model is evaluated."""
MOST_PAIRS = 3
COLOURS = "cividis"
"""Light and dark fall together with the values, also for the colour-blind and in print."""

Grid = NDArray[np.float64]


@drawing("contours", "analyze_response_surface", "canonical_analysis")
def contours(arguments: ModelledExperiment, result: ResponseSurfaceResult | CanonicalResult) -> Figure:
    """The fitted response over pairs of factors, the others at their centre, with the runs and the stationary point."""
    fit, _ = fit_experiment(arguments)
    pairs = _pairs(fit)
    if not pairs:
        return _curve(fit, arguments)
    others = len(fit.coding.numeric) > 2
    figure, axes = new_figure(
        "Contours of the fitted response" + (", other factors at their centre" if others else ""),
        columns=len(pairs),
        height=4.2 if len(pairs) == 1 else 3.6,
    )
    for panel, (one, other) in zip(axes, pairs, strict=True):
        x, y, z = _evaluated(fit, arguments, one, other)
        filled = panel.contourf(x, y, z, levels=10, cmap=COLOURS, alpha=0.75)
        panel.clabel(panel.contour(x, y, z, levels=filled.levels, colors=INK, linewidths=0.6), fontsize=8)
        first, second = fit.coding.factors[one], fit.coding.factors[other]
        panel.plot(arguments.data[first.name], arguments.data[second.name], "o", color=INK, markersize=3, label="runs")
        _mark_stationary(panel, result, first.name, second.name, (x, y))
        panel.set(xlabel=with_unit(first.name, first.unit), ylabel=with_unit(second.name, second.unit))
    if len(pairs) == 1:
        figure.colorbar(filled, ax=axes[0], label=with_unit("Fitted response", arguments.unit))
    return figure


@drawing("surface", "analyze_response_surface", "canonical_analysis")
def surface(arguments: ModelledExperiment, result: ResponseSurfaceResult | CanonicalResult) -> Figure:
    """The fitted response as a surface over the first pair of factors."""
    fit, _ = fit_experiment(arguments)
    pairs = _pairs(fit)
    if not pairs:
        return _curve(fit, arguments)
    with rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, 5.0), dpi=DPI, layout="constrained")
        axes = figure.add_subplot(projection="3d")
    figure.suptitle("Surface of the fitted response")
    one, other = pairs[0]
    x, y, z = _evaluated(fit, arguments, one, other)
    axes.plot_surface(x, y, z, cmap=COLOURS, rcount=POINTS, ccount=POINTS, linewidth=0.2, edgecolor=INK, alpha=0.9)
    first, second = fit.coding.factors[one], fit.coding.factors[other]
    axes.set_xlabel(with_unit(first.name, first.unit))
    axes.set_ylabel(with_unit(second.name, second.unit))
    axes.set_zlabel(with_unit("Response", arguments.unit))
    return figure


def _pairs(fit: ModelFit) -> list[tuple[int, int]]:
    """Positions of the numeric factors, two by two; none where there is but one."""
    return list(itertools.combinations(fit.coding.numeric, 2))[:MOST_PAIRS]


def _evaluated(fit: ModelFit, arguments: ModelledExperiment, one: int, other: int) -> tuple[Grid, Grid, Grid]:
    """The model on a grid over the runs' range of two factors, in natural units; other bases are 0: their centre or mean."""
    places = {base.factor: number for number, base in enumerate(fit.coding.bases)}
    coded, natural = [], []
    for factor in (one, other):
        base = fit.coding.bases[places[factor]]
        column = np.asarray(arguments.data[fit.coding.factors[factor].name], dtype=np.float64)
        values = np.linspace(column.min(), column.max(), POINTS)
        natural.append(values)
        coded.append((values - base.centre) / base.half)
    grid = np.zeros((POINTS, POINTS, len(fit.coding.bases)))
    grid[..., places[one]], grid[..., places[other]] = np.meshgrid(*coded)
    response = sum(
        coefficient * np.prod(grid ** np.array(exponents), axis=-1)
        for coefficient, exponents in zip(fit.coefficients.tolist(), fit.columns, strict=True)
    )
    x, y = np.meshgrid(*natural)
    return x, y, np.asarray(response) + np.zeros_like(x)


def _curve(fit: ModelFit, arguments: ModelledExperiment) -> Figure:
    """The fitted response over the only numeric factor, with the runs."""
    factor = fit.coding.numeric[0]
    x, _, z = _evaluated(fit, arguments, factor, factor)
    figure, (axes,) = new_figure("Fitted response")
    own = fit.coding.factors[factor]
    axes.plot(x[0], np.diag(z), color=VERMILION)
    axes.plot(arguments.data[own.name], arguments.response, "o", color=INK, markersize=4)
    axes.set(xlabel=with_unit(own.name, own.unit), ylabel=with_unit("Response", arguments.unit))
    return figure


def _mark_stationary(
    panel: Axes, result: ResponseSurfaceResult | CanonicalResult, first: str, second: str, inside: tuple[Grid, Grid]
) -> None:
    """A star at the stationary point, where it lies within the grid."""
    if not isinstance(result, CanonicalResult) or result.stationary_point is None:
        return
    x, y = (result.stationary_point.point[name] for name in (first, second))
    if inside[0].min() <= x <= inside[0].max() and inside[1].min() <= y <= inside[1].max():
        panel.plot(x, y, "*", color=VERMILION, markersize=13, markeredgecolor="white", label=result.nature)
        panel.legend(loc="upper right", frameon=True, fontsize=8)
