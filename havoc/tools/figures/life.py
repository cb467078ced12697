"""Times to failure: the Weibull probability plot, and survival curves."""

import numpy as np
from matplotlib.figure import Figure

from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, CYCLE, GREY, VERMILION, new_figure, with_unit
from havoc.tools.math.kaplan_meier import KaplanMeier, KaplanMeierResult, kaplan_meier
from havoc.tools.math.life_data import WeibullAnalysis, WeibullResult

PERCENTS = (0.1, 1, 5, 10, 25, 50, 75, 90, 99, 99.9)
"""Marks of the axis on which a Weibull distribution is a straight line."""
MOST_CURVES = 6


@drawing("probability_plot", "weibull_analysis")
def weibull_plot(arguments: WeibullAnalysis, result: WeibullResult) -> Figure:
    """Failures on Weibull paper, at the middle of each step of the Kaplan-Meier estimate, with the fitted line."""
    repeats = arguments.frequencies or [1] * len(arguments.times)
    times = np.repeat(arguments.times, repeats).tolist()
    censored = None if arguments.censored is None else np.repeat(arguments.censored, repeats).tolist()
    steps = kaplan_meier(times=times, censored=censored).curves[0].steps
    failed = [step for step in steps if step.failures]
    before = [1.0, *(step.survival for step in failed[:-1])]
    shares = [1 - (above + step.survival) / 2 for above, step in zip(before, failed, strict=True)]
    figure, (axes,) = new_figure("Weibull probability plot", height=4.6)
    axes.plot([step.time for step in failed], _paper(np.array(shares)), "o", color=BLUE, markersize=4, label="failures")
    ends = np.array([min(step.time for step in failed) * 0.7, max(step.time for step in failed) * 1.4])
    label = f"shape {result.shape:.4g}, scale {result.scale:.4g}"
    axes.plot(ends, result.shape * np.log(ends / result.scale), color=VERMILION, linewidth=1.1, label=label)
    axes.axhline(_paper(np.array([1 - np.exp(-1)]))[0], color=GREY, linestyle=":", linewidth=0.9)
    axes.set_xscale("log")
    # Powers of ten are set in a size that cannot be read at 800 px.
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    if axes.get_xlim()[1] < 100 * axes.get_xlim()[0]:
        axes.xaxis.set_minor_formatter("{x:g}")
    marks = _paper(np.array(PERCENTS) / 100)
    axes.set_yticks(marks, [f"{percent:g}" for percent in PERCENTS])
    axes.set(xlabel=with_unit("Time", arguments.unit), ylabel="Percent failed")
    axes.legend(loc="upper left")
    return figure


@drawing("survival", "kaplan_meier")
def survival(arguments: KaplanMeier, result: KaplanMeierResult) -> Figure:
    """Share that survives, with its interval, a curve for each group."""
    figure, (axes,) = new_figure("Survival (Kaplan-Meier)", height=4.4)
    for curve, colour in zip(result.curves[:MOST_CURVES], CYCLE, strict=False):
        times = [0.0, *(step.time for step in curve.steps)]
        axes.step(times, [1.0, *(step.survival for step in curve.steps)], where="post", color=colour, label=curve.group)
        low = [1.0, *(step.ci_low for step in curve.steps)]
        high = [1.0, *(step.ci_high for step in curve.steps)]
        axes.fill_between(times, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel=with_unit("Time", arguments.unit), ylabel="Share surviving", ylim=(0, 1.03))
    if len(result.curves) > 1:
        axes.legend(loc="lower left")
    return figure


def _paper(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """ln(-ln(1 - F)), which is linear in ln t for a Weibull distribution."""
    return np.asarray(np.log(-np.log1p(-shares)))
