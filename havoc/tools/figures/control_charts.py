"""Control charts with limits, zones and signals, run charts, and cumulative sums."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, GREEN, GREY, ORANGE, SKY, VERMILION, new_figure, with_unit
from havoc.tools.spc.attribute_charts import AttributeChartResult
from havoc.tools.spc.chart import ChartArguments, ControlChart
from havoc.tools.spc.individuals_chart import IndividualsChart, IndividualsChartResult
from havoc.tools.spc.memory_charts import CusumArguments, CusumResult, EwmaArguments, EwmaResult
from havoc.tools.spc.multivariate_charts import MewmaArguments, MewmaResult, MultivariateArguments, TSquaredResult
from havoc.tools.spc.randomness import RunTestArguments, RunTestResult
from havoc.tools.spc.rare_event_charts import RareEventResult
from havoc.tools.spc.short_run_charts import ShortRunArguments, ShortRunResult
from havoc.tools.spc.variables_charts import SubgroupChart, SubgroupChartResult

DENSE = 80
"""Points beyond which markers are left out."""


@drawing("control_chart", "xbar_r_chart", "xbar_s_chart", "i_mr_chart", "target_chart", "z_mr_chart")
def two_charts(
    arguments: SubgroupChart | IndividualsChart | ShortRunArguments,
    result: SubgroupChartResult | IndividualsChartResult | ShortRunResult,
) -> Figure:
    """Location above, dispersion below."""
    figure, (above, below) = new_figure(result.method.split(" (")[0], rows=2, height=6)
    _chart(above, result.chart, arguments.unit, zones=True)
    start = 2 if len(result.dispersion_chart.points) < len(result.chart.points) else 1
    _chart(below, result.dispersion_chart, arguments.unit, zones=False, start=start)
    return figure


@drawing(
    "control_chart", "p_chart", "np_chart", "c_chart", "u_chart", "laney_p_chart", "laney_u_chart", "g_chart", "t_chart"
)
def one_chart(arguments: ChartArguments, result: AttributeChartResult | RareEventResult) -> Figure:
    """Counts or rates with the limits of each point."""
    figure, (axes,) = new_figure(result.method)
    _chart(axes, result.chart, arguments.unit, zones=False)
    return figure


@drawing("control_chart", "ewma_chart")
def ewma(arguments: EwmaArguments, result: EwmaResult) -> Figure:
    """The moving average with its limits."""
    figure, (axes,) = new_figure(f"EWMA chart, lambda {arguments.weight:g}, L {arguments.width:g}")
    _chart(axes, result.chart, arguments.unit, zones=False)
    return figure


@drawing("control_chart", "cusum_chart")
def cusum(arguments: CusumArguments, result: CusumResult) -> Figure:
    """Both sums around zero with the decision interval."""
    figure, (axes,) = new_figure(f"{result.method}, k {arguments.k:g}, h {arguments.h:g}")
    numbers = np.arange(1, len(result.points) + 1)
    axes.plot(numbers, result.upper_sums, "o-", color=BLUE, markersize=3, label="C+ (above target)")
    axes.plot(numbers, [-value for value in result.lower_sums], "s-", color=ORANGE, markersize=3, label="C- (below target)")
    for side in (1, -1):
        axes.axhline(side * result.decision_interval, color=VERMILION, linestyle="--", linewidth=1)
    axes.axhline(0, color=GREY, linewidth=0.8)
    for violation in result.violations:
        value = (
            result.upper_sums[violation.index - 1] if violation.side == "above" else -result.lower_sums[violation.index - 1]
        )
        axes.plot(violation.index, value, "o", markerfacecolor="none", markeredgecolor=VERMILION, markersize=9)
    axes.set(xlabel="Point", ylabel=with_unit("Cumulative sum", arguments.unit))
    axes.legend(loc="upper left")
    return figure


@drawing("control_chart", "t_squared_chart", "mewma_chart")
def multivariate(arguments: MultivariateArguments | MewmaArguments, result: TSquaredResult | MewmaResult) -> Figure:
    """The statistic with its upper limit."""
    figure, (axes,) = new_figure(result.method)
    limit = result.ucl if isinstance(result, TSquaredResult) else result.limit
    numbers = np.arange(1, len(result.points) + 1)
    axes.plot(numbers, result.points, "o-", color=BLUE, markersize=4)
    axes.axhline(limit, color=VERMILION, linestyle="--")
    axes.annotate(f"UCL {limit:.4g}", (1, limit), (0, 4), textcoords="offset points", color=VERMILION)
    for number in numbers[np.asarray(result.points) > limit]:
        axes.plot(number, result.points[number - 1], "o", markerfacecolor="none", markeredgecolor=VERMILION, markersize=10)
    axes.set(xlabel="Point", ylabel="T²" if isinstance(result, TSquaredResult) else "MEWMA T²")
    axes.set_ylim(bottom=0)
    return figure


@drawing("run_chart", "run_test")
def run_chart(arguments: RunTestArguments, result: RunTestResult) -> Figure:
    """Values in time order about their median, with the four probabilities."""
    figure, (axes,) = new_figure("Run chart")
    numbers = np.arange(1, len(arguments.sample) + 1)
    axes.plot(numbers, arguments.sample, "o-" if len(numbers) <= DENSE else "-", color=BLUE, markersize=4)
    axes.axhline(result.median, color=GREEN, label=f"median {result.median:.5g}")
    found = (
        f"clustering p {result.p_clustering:.3g}   mixtures p {result.p_mixtures:.3g}   "
        f"trends p {result.p_trends:.3g}   oscillation p {result.p_oscillation:.3g}"
    )
    axes.set(xlabel="Observation", ylabel=with_unit("Value", arguments.unit))
    axes.set_title(found, fontsize=9)
    axes.legend()
    return figure


def _chart(axes: Axes, chart: ControlChart, unit: str, *, zones: bool, start: int = 1) -> None:
    count = len(chart.points)
    numbers = np.arange(start, start + count)
    center, sigma = np.array(chart.center_line), np.array(chart.sigma)
    if zones:
        for multiple in (1, 2):
            for side in (1, -1):
                axes.plot(numbers, center + side * multiple * sigma, color=SKY, linewidth=0.7, linestyle=":")
    style = "steps-mid" if len(set(chart.ucl)) > 1 else "default"
    axes.plot(numbers, center, color=GREEN, linewidth=1)
    for limits in (chart.lcl, chart.ucl):
        axes.plot(numbers, limits, color=VERMILION, linewidth=1, linestyle="--", drawstyle=style)
    axes.plot(numbers, chart.points, "o-" if count <= DENSE else "-", color=BLUE, markersize=4, linewidth=1)
    _signals(axes, chart, start)
    for value, name in ((chart.ucl[-1], "UCL"), (chart.center_line[-1], "CL"), (chart.lcl[-1], "LCL")):
        axes.annotate(f"{name} {value:.5g}", (numbers[-1], value), (6, -3), textcoords="offset points", fontsize=8)
    axes.margins(x=0.02)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="Point", ylabel=with_unit(chart.statistic, unit))


def _signals(axes: Axes, chart: ControlChart, start: int) -> None:
    """A ring around each signalling point, with the numbers of the rules."""
    rules: dict[int, list[str]] = {}
    for violation in chart.violations:
        rules.setdefault(violation.index, []).append(violation.rule)
    for index, numbers in rules.items():
        place = (start + index - 1, chart.points[index - 1])
        axes.plot(*place, "o", markerfacecolor="none", markeredgecolor=VERMILION, markersize=10, markeredgewidth=1.5)
        axes.annotate(",".join(_unique(numbers)), place, (6, 6), textcoords="offset points", fontsize=8, color=VERMILION)


def _unique(numbers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(numbers))
