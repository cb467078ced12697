"""Operating characteristic curves of sampling plans."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from havoc.tools.figures.drawing import drawing
from havoc.tools.figures.style import BLUE, CYCLE, VERMILION, new_figure
from havoc.tools.spc.sampling_curves import CurvePoint, OcCurve, OcCurveResult
from havoc.tools.spc.sampling_double import DoublePlan, DoublePlanResult
from havoc.tools.spc.sampling_plans import SinglePlanResult, SinglePlanSearch


@drawing("oc_curve", "oc_curve")
def several_curves(arguments: OcCurve, result: OcCurveResult) -> Figure:
    """Probability of acceptance of each plan."""
    figure, (axes,) = new_figure("Operating characteristic")
    for plan, colour in zip(result.plans, CYCLE * len(result.plans), strict=False):
        _curve(axes, plan.points, f"n = {plan.sample_size}, c = {plan.acceptance_number}", colour)
    _finish(axes)
    axes.legend()
    return figure


@drawing("oc_curve", "acceptance_sampling_single")
def single_curve(arguments: SinglePlanSearch, result: SinglePlanResult) -> Figure:
    """Probability of acceptance with the two agreed points, and the outgoing quality."""
    title = f"Single sampling plan n = {result.sample_size}, c = {result.acceptance_number}"
    figure, (left, right) = new_figure(title, columns=2)
    _curve(left, result.curve, "", BLUE)
    for quality, accepted, name in (
        (arguments.aql, result.probability_accept_aql, "AQL"),
        (arguments.ltpd, result.probability_accept_ltpd, "LTPD"),
    ):
        if quality is not None and accepted is not None:
            left.plot(100 * quality, 100 * accepted, "o", color=VERMILION)
            left.annotate(name, (100 * quality, 100 * accepted), (6, 4), textcoords="offset points")
    _finish(left)
    right.plot([100 * point.proportion for point in result.curve], [100 * point.aoq for point in result.curve], color=BLUE)
    right.axhline(100 * result.aoql, color=VERMILION, linestyle="--", linewidth=1)
    right.annotate(f"AOQL {100 * result.aoql:.2f}%", (0, 100 * result.aoql), (2, 3), textcoords="offset points")
    right.set(xlabel="Incoming quality [% nonconforming]", ylabel="Average outgoing quality [%]", title="Outgoing quality")
    right.set_ylim(0, 115 * result.aoql)
    return figure


@drawing("oc_curve", "acceptance_sampling_double")
def double_curve(arguments: DoublePlan, result: DoublePlanResult) -> Figure:
    """Probability of acceptance, and how many items are inspected on average."""
    figure, (left, right) = new_figure("Double sampling plan", columns=2)
    proportions = [100 * point.proportion for point in result.curve]
    left.plot(proportions, [100 * point.probability_accept for point in result.curve], color=BLUE)
    _finish(left)
    right.plot(proportions, [point.asn for point in result.curve], color=BLUE)
    right.set(xlabel="Incoming quality [% nonconforming]", ylabel="Average sample number [items]", title="Items inspected")
    right.set_ylim(bottom=0)
    return figure


def _curve(axes: Axes, curve: list[CurvePoint], label: str, colour: str) -> None:
    axes.plot(
        [100 * point.proportion for point in curve],
        [100 * point.probability_accept for point in curve],
        color=colour,
        label=label,
    )


def _finish(axes: Axes) -> None:
    axes.set(xlabel="Incoming quality [% nonconforming]", ylabel="Lots accepted [%]", title="Acceptance")
    axes.set_xlim(left=0)
    axes.set_ylim(0, 102)
