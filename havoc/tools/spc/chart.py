"""What control charts share: their arguments, one chart as a value, and how it is made from points, centre and sigma."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments
from havoc.tools.result import Notice, Result
from havoc.tools.spc.constants import d2, d3
from havoc.tools.spc.run_rules import Rules, Violation, chosen_rules, find_violations, rule_conventions
from havoc.tools.spc.sigma import moving_ranges
from havoc.tools.values import SETTING, Number, Positive, ShortList

TOPIC = "Control charts"
ENOUGH_POINTS = 20
"""Points from which limits of phase I are usually trusted (Montgomery)."""
WIDTH = 3.0
"""Standard deviations from the centre line to a limit."""
Array = NDArray[np.float64]


class ControlChart(BaseModel):
    """One chart. Every list has one entry per point, in time order."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    statistic: str
    """What is plotted, as `subgroup mean`."""
    points: list[float]
    center_line: list[float]
    lcl: list[float]
    ucl: list[float]
    sigma: list[float]
    """Standard deviation of each plotted point, from which the zones of the rules come."""
    violations: list[Violation]
    in_control: bool


class ChartArguments(Arguments):
    """What every chart takes."""

    rules: Rules = "western_electric"
    """Western Electric, nelson, aiag, three_sigma, or numbers of Nelson's rules."""
    exclude: Annotated[ShortList[Annotated[int, Field(ge=1)]], SETTING] = Field(default_factory=list)
    """1-based points that are shown and not used for the limits; exclude only what has a documented cause."""


class StagedArguments(ChartArguments):
    """A chart whose limits may be computed anew after a known change of the process."""

    stages: Annotated[ShortList[Annotated[int, Field(ge=2)]], SETTING] = Field(default_factory=list)
    """1-based points at which a new stage begins, ascending; every stage has its own limits, and rules start anew."""


class ChartResult(Result):
    """A chart with its limits."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl", "ucl")

    chart: ControlChart
    center: float
    """Centre line; with stages that of the last one."""
    lcl: float | None
    """Lower control limit; None where it differs between points."""
    ucl: float | None
    """Upper control limit; None where it differs between points."""
    in_control: bool
    """No rule is broken on any chart of the result."""
    phase: str
    """`I`: limits from these data; `II`: limits from the given centre and sigma."""


def make_chart(
    statistic: str,
    points: Sequence[float] | Array,
    center: float | Array,
    sigma: Sequence[float] | Array | float,
    rules: str | list[int],
    *,
    floor: float | None = None,
    ceiling: float | None = None,
    starts: Sequence[int] = (0,),
) -> ControlChart:
    """A chart with limits at three sigma, clipped to what the statistic can be.

    Args:
        statistic: what is plotted.
        points: in time order.
        center: of all points, or of each.
        sigma: of each plotted point, or of all.
        rules: as ChartArguments.rules; `three_sigma` for statistics that depend on each other (moving ranges).
        floor: smallest possible value, where limits end.
        ceiling: largest possible value.
        starts: 0-based points at which rules start anew.
    """
    values = np.asarray(points, dtype=np.float64)
    middle = np.broadcast_to(np.asarray(center, dtype=np.float64), values.shape)
    spread = np.broadcast_to(np.asarray(sigma, dtype=np.float64), values.shape)
    lower, upper = middle - WIDTH * spread, middle + WIDTH * spread
    if floor is not None:
        lower = np.maximum(lower, floor)
    if ceiling is not None:
        upper = np.minimum(upper, ceiling)
    # A clipped limit at the edge of what is possible cannot be crossed, so that z alone decides.
    z = (values - middle) / spread
    chosen = chosen_rules(rules)
    violations = []
    for start, end in pairwise([*starts, values.size]):
        found = find_violations(z[start:end], chosen, points=values[start:end])
        violations += [violation.moved(start) for violation in found]
    return ControlChart(
        statistic=statistic,
        points=values.tolist(),
        center_line=middle.tolist(),
        lcl=lower.tolist(),
        ucl=upper.tolist(),
        sigma=spread.tolist(),
        violations=violations,
        in_control=not violations,
    )


def moving_range_chart(
    statistic: str, values: Array, sigma: Array | float, kept: Sequence[int], starts: Sequence[int] = (0,)
) -> ControlChart:
    """Ranges of successive values, the first of the second value, against limits of normal values with `sigma`.

    Points beyond the limits are the only signals. Ranges across the beginning of a stage, and of values that are not in
    `kept`, are shown and not judged.
    """
    spread = np.broadcast_to(np.asarray(sigma, dtype=np.float64), values.shape)[1:]
    chart = make_chart(statistic, moving_ranges(values), d2(2) * spread, d3(2) * spread, "three_sigma", floor=0.0)
    judged = set(kept) - {start for start in starts if start > 0}
    used_before = set(kept)
    violations = [one for one in chart.violations if one.index in judged and one.index - 1 in used_before]
    return chart.model_copy(update={"violations": violations, "in_control": not violations})


@dataclass(frozen=True)
class Part:
    """The points of one stage, and those of them that its limits are made of; 0-based."""

    points: slice
    kept: list[int]


def parts(count: int, arguments: StagedArguments, *, estimated: bool = True) -> list[Part]:
    """The stages of a chart of `count` points; `estimated` where the limits come from the points.

    Raises:
        ToolError: a point of `exclude` or `stages` does not exist, or a stage has fewer than two points left.
    """
    starts = [0, *(number - 1 for number in arguments.stages), count]
    for index, number in enumerate(arguments.stages):
        if number > count:
            raise ToolError(f"stages[{index}]", number, f"there are {count} points", "give 1-based numbers of points")
        if starts[index] >= number - 1:
            raise ToolError(f"stages[{index}]", number, "not after the stage before", "give ascending numbers")
    kept = used(count, arguments.exclude, estimated=estimated)
    found = [Part(slice(a, b), [index for index in kept if a <= index < b]) for a, b in pairwise(starts)]
    for index, part in enumerate(found):
        if estimated and len(part.kept) < 2:
            raise ToolError("stages", arguments.stages, f"stage {index + 1} has fewer than two points", "join it to another")
    return found


def used(count: int, exclude: Sequence[int], *, estimated: bool = True) -> list[int]:
    """0-based points that the limits are made of.

    Raises:
        ToolError: a point of `exclude` does not exist, or fewer than two are left for limits that are `estimated`.
    """
    for index, number in enumerate(exclude):
        if number > count:
            raise ToolError(f"exclude[{index}]", number, f"there are {count} points", "give 1-based numbers of points")
    left_out = set(exclude)
    kept = [index for index in range(count) if index + 1 not in left_out]
    if estimated and len(kept) < 2:
        path = "exclude" if left_out else ""
        raise ToolError(path, len(kept), "limits need at least two points", "give more points, or center and sigma")
    return kept


def refuse_no_spread(sigma: float, field: str) -> None:
    """Raise where the estimated sigma is 0: limits on the centre line would call every other point a signal."""
    if sigma <= 0:
        raise ToolError(field, "", "the estimate of sigma is 0", "check for constant or rounded values, or give sigma")


def limit(values: Sequence[float]) -> float | None:
    """The limit where it is one, None where it differs between points."""
    return values[0] if all(value == values[0] for value in values) else None


def summary(charts: Mapping[str, ControlChart], arguments: ChartArguments, phase: str) -> dict[str, Any]:
    """The fields of ChartResult that follow from the charts; the first is the main one.

    A dispersion chart that is out of control comes first in the conclusion: it makes the other's limits meaningless.
    """
    (name, main), *others = charts.items()
    notices = []
    stages = arguments.stages if isinstance(arguments, StagedArguments) else []
    count = min(end - start for start, end in pairwise([1, *stages, len(main.points) + 1])) - len(set(arguments.exclude))
    if phase == "I" and count < ENOUGH_POINTS:
        message = f"Limits from {count} points are provisional; {ENOUGH_POINTS} or more are usual."
        notices.append(Notice(code="few_points", message=message))
    for other_name, other in others:
        if any(violation.index not in arguments.exclude for violation in other.violations):
            message = f"The {other_name} chart is out of control, so the limits of the {name} chart are not to be trusted."
            notices.append(Notice(code="dispersion_out_of_control", message=message))
    signals = [f"{name_}: {len(chart.violations)}" for name_, chart in charts.items() if chart.violations]
    undefined = {}
    for field, values in (("lcl", main.lcl), ("ucl", main.ucl)):
        if limit(values) is None:
            undefined[field] = "it differs between points; see chart"
    return {
        "chart": main,
        "center": main.center_line[-1],
        "lcl": limit(main.lcl),
        "ucl": limit(main.ucl),
        "in_control": not signals,
        "phase": phase,
        "excluded": sorted(set(arguments.exclude)),
        "warnings": notices,
        "undefined": undefined,
        "conventions": {**rule_conventions(arguments.rules), "limits": "three standard deviations of the plotted statistic"},
        "conclusion": f"Signals on {'; '.join(signals)}." if signals else "No signals: the process looks stable.",
    }


class Standards(BaseModel):
    """Given centre and sigma of phase II; mixed into the arguments of charts of measurements."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    center: Number | None = None
    """Centre line of phase II, from an earlier stable period; with sigma."""
    sigma: Positive | None = None
    """Standard deviation of single values in that period."""


def standards(arguments: Standards) -> tuple[float, float] | None:
    """Centre and sigma where both are given.

    Raises:
        ToolError: only one is given.
    """
    if (arguments.center is None) != (arguments.sigma is None):
        missing = "center" if arguments.center is None else "sigma"
        raise ToolError(missing, "", "missing", "give both center and sigma of phase II, or neither")
    if arguments.center is None or arguments.sigma is None:
        return None
    return arguments.center, arguments.sigma
