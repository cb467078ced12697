"""Samples: probability plot, histogram, and groups side by side."""

import numpy as np
from matplotlib.figure import Figure
from scipy import stats

from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, GREY, INK, ORANGE, SKY, VERMILION, new_figure, with_unit
from havoc.tools.math.anova import OneWayArguments, OneWayResult, WelchAnovaResult
from havoc.tools.math.descriptive import Describe, DescribeResult
from havoc.tools.math.multiple_comparisons import ComparisonsResult, PairsArguments
from havoc.tools.math.normality import NormalityArguments, NormalityResult
from havoc.tools.math.t_tests import TTest, TTestResult

PROBABILITIES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


@drawing("probability_plot", "normality_test")
def probability_plot(arguments: NormalityArguments, result: NormalityResult) -> Figure:
    """Sorted values against normal quantiles (positions of Blom), with the line of the fitted distribution."""
    figure, (axes,) = new_figure(f"Normal probability plot: {result.method} {result.statistic:.4g}, p {result.p_value:.3g}")
    values = np.sort(arguments.sample)
    n = values.size
    quantiles = stats.norm.ppf((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    mean, deviation = values.mean(), values.std(ddof=1)
    edges = np.array([quantiles[0], quantiles[-1]]) * 1.1
    axes.plot(mean + deviation * edges, edges, color=VERMILION, linewidth=1)
    axes.plot(values, quantiles, "o", color=BLUE, markersize=4)
    ticks = [p for p in PROBABILITIES if edges[0] <= stats.norm.ppf(p) <= edges[1]]
    axes.set_yticks(stats.norm.ppf(ticks), [f"{100 * p:g}" for p in ticks])
    axes.set(xlabel=with_unit("Value", arguments.unit), ylabel="Percent")
    return figure


@drawing("histogram", "describe")
def histogram(arguments: Describe, result: DescribeResult) -> Figure:
    """Histogram above, box plot below."""
    figure, (above, below) = new_figure("Distribution of the sample", rows=2, height=4.6)
    bins = max(5, min(60, round(np.sqrt(result.n)) + 1))
    above.hist(arguments.sample, bins=bins, color=SKY, edgecolor=INK, linewidth=0.5)
    for value, name, colour in ((result.mean, "mean", VERMILION), (result.median, "median", ORANGE)):
        above.axvline(value, color=colour, linewidth=1.5, label=f"{name} {value:.5g}")
    above.set(ylabel="Count")
    above.legend()
    below.boxplot(arguments.sample, orientation="horizontal", widths=0.5, medianprops={"color": ORANGE})
    below.set(xlabel=with_unit("Value", arguments.unit))
    below.set_yticks([])
    return figure


@drawing("groups", "t_test")
def two_groups(arguments: TTest, result: TTestResult) -> Figure:
    """Both samples as points and boxes."""
    return _groups("Two samples", {"group1": arguments.group1, "group2": arguments.group2}, arguments.unit)


@drawing("groups", "one_way_anova", "welch_anova")
def several_groups(arguments: OneWayArguments, result: OneWayResult | WelchAnovaResult) -> Figure:
    """Every sample as points and a box."""
    return _groups(f"{result.method}: p {result.p_value:.3g}", arguments.groups, arguments.unit)


@drawing("differences", "tukey_hsd", "games_howell", "dunnett", "fisher_lsd")
def differences(arguments: PairsArguments, result: ComparisonsResult) -> Figure:
    """Interval of each difference; those that exclude zero are coloured."""
    count = len(result.comparisons)
    figure, (axes,) = new_figure(result.method, height=max(3.0, 0.35 * count + 1.5))
    for place, one in enumerate(reversed(result.comparisons)):
        colour = VERMILION if one.significant else BLUE
        low = one.ci_low if one.ci_low is not None else one.difference
        high = one.ci_high if one.ci_high is not None else one.difference
        axes.plot([low, high], [place, place], color=colour, linewidth=2)
        axes.plot(one.difference, place, "o", color=colour)
    axes.axvline(0, color=GREY, linestyle="--", linewidth=1)
    axes.set_yticks(range(count), [f"{one.first} - {one.second}" for one in reversed(result.comparisons)])
    axes.set(xlabel=with_unit("Difference of means", arguments.unit))
    return figure


def _groups(title: str, groups: dict[str, list[float]], unit: str) -> Figure:
    figure, (axes,) = new_figure(title)
    places = range(1, len(groups) + 1)
    axes.boxplot(list(groups.values()), tick_labels=list(groups), medianprops={"color": ORANGE}, showfliers=False)
    rng = np.random.default_rng(0)
    for place, values in zip(places, groups.values(), strict=True):
        axes.plot(place + rng.uniform(-0.08, 0.08, len(values)), values, "o", color=BLUE, markersize=4, alpha=0.7)
    axes.set(ylabel=with_unit("Value", unit), xlabel="Group")
    return figure
