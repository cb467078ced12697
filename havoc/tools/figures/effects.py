"""Effects of an experiment: half-normal plot, Pareto chart, main effects and interactions."""

import itertools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from havoc.tools.doe.factorial_analysis import FactorialExperiment, FactorialResult
from havoc.tools.doe.lenth import Lenth, LenthResult
from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, CYCLE, GREY, ORANGE, VERMILION, new_figure, with_unit

MOST_BARS = 25
MOST_FACTORS = 6
"""Factors whose effects are drawn; of more, the first ones."""


@drawing("effects", "lenth_effects")
def lenth_panel(arguments: Lenth, result: LenthResult) -> Figure:
    """Half-normal plot beside the Pareto chart, with both margins."""
    figure, (left, right) = new_figure("Effects without replicates (Lenth)", columns=2, height=4.5)
    names = [effect.name for effect in result.effects]
    sizes = [effect.effect for effect in result.effects]
    active = [effect.significant for effect in result.effects]
    _half_normal(left, names, sizes, active, arguments.unit)
    _pareto(right, names, sizes, active, arguments.unit)
    right.axvline(result.margin_of_error, color=VERMILION, linestyle="--", label="ME")
    right.axvline(result.simultaneous_margin_of_error, color=VERMILION, linestyle=":", label="SME")
    right.legend(loc="lower right")
    return figure


@drawing("effects", "analyze_factorial")
def factorial_panel(arguments: FactorialExperiment, result: FactorialResult) -> Figure:
    """Half-normal plot beside the Pareto chart."""
    figure, (left, right) = new_figure("Effects", columns=2, height=4.5)
    shown = [effect for effect in result.effects if effect.effect is not None]
    names, sizes = [effect.term for effect in shown], [effect.effect or 0.0 for effect in shown]
    active = [effect.significant for effect in shown]
    _half_normal(left, names, sizes, active, arguments.unit)
    _pareto(right, names, sizes, active, arguments.unit)
    if result.margin_of_error is not None:
        right.axvline(result.margin_of_error, color=VERMILION, linestyle="--", label="ME (Lenth)")
        right.legend(loc="lower right")
    return figure


@drawing("main_effects", "analyze_factorial")
def main_effects(arguments: FactorialExperiment, result: FactorialResult) -> Figure:
    """Mean response at each level of each factor."""
    factors = arguments.factors[:MOST_FACTORS]
    figure, axes = new_figure("Main effects", columns=len(factors), height=3.4)
    response = np.asarray(arguments.response)
    for panel, factor in zip(axes, factors, strict=True):
        levels, means = _means(arguments.data[factor.name], response)
        panel.plot(range(len(levels)), means, "o-", color=BLUE)
        panel.set_xticks(range(len(levels)), levels)
        panel.set(xlabel=with_unit(factor.name, factor.unit))
        panel.set_ylim(*_limits(arguments, response))
        panel.axhline(response.mean(), color=GREY, linestyle="--", linewidth=0.8)
    axes[0].set_ylabel(with_unit("Mean response", arguments.unit))
    return figure


@drawing("interactions", "analyze_factorial")
def interactions(arguments: FactorialExperiment, result: FactorialResult) -> Figure:
    """Mean response by one factor, a line for each level of another; lines that are not parallel are interactions."""
    factors = arguments.factors[:4]
    pairs = list(itertools.combinations(factors, 2)) or [(factors[0], factors[0])]
    columns = min(3, len(pairs))
    rows = -(-len(pairs) // columns)
    figure, axes = new_figure("Interactions", rows=rows, columns=columns, height=max(3.4, 2.6 * rows))
    response = np.asarray(arguments.response)
    for panel, (one, other) in zip(axes, pairs, strict=False):
        column = np.array([str(value) for value in arguments.data[other.name]])
        for level, colour in zip(dict.fromkeys(column.tolist()), CYCLE, strict=False):
            chosen = column == level
            values = [value for value, keep in zip(arguments.data[one.name], chosen, strict=True) if keep]
            levels, means = _means(values, response[chosen])
            panel.plot(levels, means, "o-", color=colour, label=f"{other.name} {_short(level)}")
        panel.set(xlabel=with_unit(one.name, one.unit), ylabel=with_unit("Mean", arguments.unit))
        panel.legend(fontsize=8)
    for panel in axes[len(pairs) :]:
        panel.set_visible(False)
    return figure


def _half_normal(axes: Axes, names: list[str], sizes: list[float], active: list[bool], unit: str) -> None:
    order = np.argsort(np.abs(sizes))
    quantiles = stats.halfnorm.ppf((np.arange(1, len(sizes) + 1) - 0.5) / len(sizes))
    for quantile, index in zip(quantiles, order, strict=True):
        axes.plot(abs(sizes[index]), quantile, "o", color=VERMILION if active[index] else BLUE)
        if active[index]:
            axes.annotate(names[index], (abs(sizes[index]), quantile), (-6, 4), textcoords="offset points", ha="right")
    axes.set(xlabel=with_unit("Absolute effect", unit), ylabel="Half-normal quantile", title="Half-normal plot")
    axes.set_xlim(left=0)


def _pareto(axes: Axes, names: list[str], sizes: list[float], active: list[bool], unit: str) -> None:
    order = np.argsort(np.abs(sizes))[-MOST_BARS:]
    places = np.arange(len(order))
    axes.barh(places, np.abs(sizes)[order], color=[ORANGE if active[index] else GREY for index in order])
    axes.set_yticks(places, [names[index] for index in order], fontsize=8 if len(order) > 12 else 10)
    axes.set(xlabel=with_unit("Absolute effect", unit), title="Pareto chart")


def _means(column: list[object], response: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[list[str], list[float]]:
    """Levels in rising order (as they come, where they are texts), and the mean response at each."""
    levels = list(dict.fromkeys(column))
    if all(isinstance(level, (int, float)) for level in levels):
        levels.sort()
    keys = np.array([levels.index(value) for value in column])
    return [_short(level) for level in levels], [float(response[keys == index].mean()) for index in range(len(levels))]


def _limits(arguments: FactorialExperiment, response: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """One scale for all factors."""
    means = [mean for factor in arguments.factors for mean in _means(arguments.data[factor.name], response)[1]]
    room = 0.1 * (max(means) - min(means)) or 1.0
    return min(means) - room, max(means) + room


def _short(level: object) -> str:
    try:
        return f"{float(str(level)):g}"
    except ValueError:
        return str(level)
