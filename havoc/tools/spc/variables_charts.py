"""Charts of subgroups of measurements: Xbar-R and Xbar-S."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from havoc.tools.operation import operation
from havoc.tools.spc.chart import (
    TOPIC,
    ChartArguments,
    ChartResult,
    ControlChart,
    Standards,
    make_chart,
    standards,
    summary,
    used,
)
from havoc.tools.spc.constants import c4, c5, d2, d3
from havoc.tools.spc.sigma import SigmaEstimate, range_sigma, s_sigma
from havoc.tools.values import Rows


class SubgroupChart(ChartArguments, Standards):
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
    """Standard deviation within subgroups, in the unit of the data."""
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

    For subgroups of more than 8 measurements, or of varying size. For small equal ones xbar_r_chart does as well.
    """
    return _subgroup_chart(arguments, ranges=False)


def _subgroup_chart(arguments: SubgroupChart, *, ranges: bool) -> SubgroupChartResult:
    groups = arguments.subgroups
    kept = used(len(groups), arguments.exclude)
    given = standards(arguments)
    sizes = np.array([len(group) for group in groups])
    means = np.array([np.mean(group) for group in groups])
    spreads = np.array([np.ptp(group) if ranges else np.std(group, ddof=1) for group in groups if len(group) > 1])
    estimate = (range_sigma if ranges else s_sigma)([groups[index] for index in kept])
    if given is not None:
        estimate = SigmaEstimate(given[1], np.inf, "given")
    sigma = estimate.sigma
    total = sum(len(groups[index]) for index in kept)
    center = given[0] if given else float(sum(sum(groups[index]) for index in kept) / total)
    factor = np.array([d2(n) if ranges else c4(n) for n in sizes.tolist()])
    width = np.array([d3(n) if ranges else c5(n) for n in sizes.tolist()])
    name = "range" if ranges else "standard deviation"
    main = make_chart("subgroup mean", means, center, sigma / np.sqrt(sizes), arguments.rules)
    spread = make_chart(f"subgroup {name}", spreads, factor * sigma, width * sigma, "three_sigma", floor=0.0)
    common = summary({"means": main, name: spread}, arguments, "II" if given else "I")
    other = "S" if ranges else "R"
    common["conventions"] |= {
        "sigma": f"{estimate.estimator}, exact constants; pooled s would estimate {_pooled(groups, kept):.6g}",
        "center": "weighted grand mean" if len(set(sizes.tolist())) > 1 else "grand mean",
    }
    return SubgroupChartResult(
        method=f"Xbar-{'R' if ranges else 'S'} chart (an Xbar-{other} chart takes the other measure of spread)",
        n_used=total,
        dispersion_chart=spread,
        sigma_within=sigma,
        sigma_estimator=estimate.estimator,
        sample_sizes=sizes.tolist(),
        dispersion_center=float(spreads[kept].mean()),
        **common,
    )


def _pooled(groups: list[list[float]], kept: list[int]) -> float:
    df = sum(len(groups[index]) - 1 for index in kept)
    return float(np.sqrt(sum(np.var(groups[index], ddof=1) * (len(groups[index]) - 1) for index in kept) / df))
