"""Charts of subgroups of measurements: Xbar-R and Xbar-S."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.spc.chart import (
    TOPIC,
    ChartResult,
    ControlChart,
    StagedArguments,
    Standards,
    make_chart,
    parts,
    refuse_no_spread,
    standards,
    summary,
)
from havoc.tools.spc.constants import c4, c5, d2, d3
from havoc.tools.spc.run_rules import MAX_POINTS
from havoc.tools.spc.sigma import SigmaEstimate, pooled_sigma, range_sigma, s_sigma
from havoc.tools.values import Rows

MAX_RANGE_SIZE = 25
"""Beyond this size the range throws away most of what a subgroup knows, and tables of its constants end."""


class SubgroupChart(StagedArguments, Standards):
    """Subgroups in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "subgroups", "samples": "subgroups", "mean": "center", "mu": "center"}

    subgroups: Rows
    """Measurements of each subgroup, in time order; sizes may differ."""


class SubgroupChartResult(ChartResult):
    """A chart of averages and one of spread."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl", "ucl", "sigma_within")

    dispersion_chart: ControlChart
    """Ranges, or standard deviations; read it first."""
    sigma_within: float
    """Standard deviation within subgroups, in the unit of the data; with stages that of the last one."""
    sigma_estimator: str
    sample_sizes: list[int]
    dispersion_center: float
    """Average range, or average standard deviation, of the subgroups that the limits are made of."""


@operation(
    "xbar_r_chart",
    topic=TOPIC,
    source="Montgomery, D. C., Introduction to Statistical Quality Control, chapter 6; NIST/SEMATECH e-Handbook 6.3.2",
    examples=({"subgroups": [[5.1, 4.9, 5.0], [5.2, 5.0, 4.8], [4.9, 5.1, 5.3], [5.0, 5.0, 4.9]], "unit": "mm"},),
)
def xbar_r_chart(arguments: SubgroupChart) -> SubgroupChartResult:
    """Are the averages and the ranges of small subgroups in control?

    For subgroups of 2 to 8 measurements. For larger or varying ones use xbar_s_chart, for single values i_mr_chart.
    The range chart is read first: where it signals, limits of the averages mean nothing.
    """
    return _subgroup_chart(arguments, ranges=True)


@operation(
    "xbar_s_chart",
    topic=TOPIC,
    source="Montgomery, D. C., Introduction to Statistical Quality Control, chapter 6; NIST/SEMATECH e-Handbook 6.3.2",
    examples=({"subgroups": [[5.1, 4.9, 5.0, 5.2], [5.2, 5.0, 4.8], [4.9, 5.1, 5.3, 5.0], [5.0, 5.0, 4.9, 5.1]]},),
)
def xbar_s_chart(arguments: SubgroupChart) -> SubgroupChartResult:
    """Are the averages and the standard deviations of subgroups in control?

    For subgroups of more than 8 measurements, or of varying size (sigma is then pooled). For small equal ones xbar_r_chart
    does as well, for single values i_mr_chart.
    """
    return _subgroup_chart(arguments, ranges=False)


def _subgroup_chart(arguments: SubgroupChart, *, ranges: bool) -> SubgroupChartResult:
    groups = arguments.subgroups
    sizes = [len(group) for group in groups]
    _check_sizes(sizes, ranges=ranges)
    given = standards(arguments)
    stages = parts(len(groups), arguments, estimated=given is None)
    means = np.array([np.mean(group) for group in groups])
    spreads = np.array([np.ptp(group) if ranges else np.std(group, ddof=1) for group in groups])
    center, sigma = np.empty(len(groups)), np.empty(len(groups))
    for stage in stages:
        kept = [groups[index] for index in stage.kept]
        estimate = _estimate(kept, ranges=ranges) if given is None else SigmaEstimate(given[1], np.inf, "given")
        refuse_no_spread(estimate.sigma, "subgroups")
        sigma[stage.points] = estimate.sigma
        center[stage.points] = given[0] if given else np.mean(np.concatenate(kept))
    factor = np.array([d2(n) if ranges else c4(n) for n in sizes])
    width = np.array([d3(n) if ranges else c5(n) for n in sizes])
    starts = [stage.points.start for stage in stages]
    name = "range" if ranges else "standard deviation"
    main = make_chart("subgroup mean", means, center, sigma / np.sqrt(sizes), arguments.rules, starts=starts)
    spread = make_chart(f"subgroup {name}", spreads, factor * sigma, width * sigma, "three_sigma", floor=0.0)
    common = summary({"means": main, name: spread}, arguments, "II" if given else "I")
    if given is None:
        common["conventions"] |= _other_estimates(kept, estimate)
    common["conventions"] |= {"center": "given" if given else "weighted grand mean" if len(set(sizes)) > 1 else "grand mean"}
    used = [index for stage in stages for index in stage.kept]
    return SubgroupChartResult(
        method=f"Xbar-{'R' if ranges else 'S'} chart",
        n_used=sum(sizes[index] for index in used),
        dispersion_chart=spread,
        sigma_within=estimate.sigma,
        sigma_estimator=estimate.estimator,
        sample_sizes=sizes,
        dispersion_center=float(spreads[used].mean()),
        **common,
    )


def _check_sizes(sizes: list[int], *, ranges: bool) -> None:
    if len(sizes) > MAX_POINTS:
        raise ToolError("subgroups", len(sizes), "too many points for a chart", f"give at most {MAX_POINTS:,} subgroups")
    for index, size in enumerate(sizes):
        if size < 2:
            problem = "a subgroup of one value has no spread"
            raise ToolError(f"subgroups[{index}]", size, problem, "use i_mr_chart for single values")
        if ranges and size > MAX_RANGE_SIZE:
            raise ToolError(f"subgroups[{index}]", f"{size} values", "too many for a range chart", "use xbar_s_chart")


def _estimate(groups: list[list[float]], *, ranges: bool) -> SigmaEstimate:
    if ranges:
        return range_sigma(groups)
    return s_sigma(groups) if len({len(group) for group in groups}) == 1 else pooled_sigma(groups)


def _other_estimates(groups: list[list[float]], taken: SigmaEstimate) -> dict[str, str]:
    """What other estimators would give."""
    found = [s_sigma(groups), pooled_sigma(groups), pooled_sigma(groups, unbiased=False)]
    others = ", ".join(f"{one.estimator} {one.sigma:.6g}" for one in found if one.estimator != taken.estimator)
    return {"sigma": f"{taken.estimator}, exact constants; others: {others}"}
