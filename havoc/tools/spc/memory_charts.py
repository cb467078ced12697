"""Charts with memory, for small lasting shifts: EWMA and the tabular CUSUM."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Result
from havoc.tools.spc.chart import (
    TOPIC,
    Array,
    ChartArguments,
    ChartResult,
    Standards,
    make_chart,
    refuse_no_spread,
    standards,
    summary,
    used,
)
from havoc.tools.spc.run_length import cusum_arl, ewma_arl
from havoc.tools.spc.run_rules import EDGE, MAX_POINTS, Violation
from havoc.tools.spc.sigma import moving_range_sigma, s_sigma
from havoc.tools.values import SETTING, Number, Numbers, Rows

MAX_K, MAX_H = 5.0, 50.0
"""Sigmas of the points; beyond them a CUSUM practically never signals."""
TOO_LONG = "the chart practically never signals"


class MemoryArguments(ChartArguments, Standards):
    """Single values or subgroups, in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "mean": "center", "mu": "center"}

    sample: Numbers | None = None
    """Single values, in time order; instead of subgroups."""
    subgroups: Rows | None = None
    """Subgroups of equal size, in time order; instead of sample."""
    target: Number | None = None
    """Where the statistic starts and what deviations are taken from; the centre where it is left out."""


class EwmaArguments(MemoryArguments):
    """An EWMA chart."""

    weight: Annotated[float, Field(ge=0.001, le=1), SETTING] = 0.2
    """Lambda: share of the newest point, 0.05 to 0.25 for small shifts."""
    width: Annotated[float, Field(gt=0, le=10), SETTING] = 2.962
    """L: limits in standard deviations of the EWMA; 2.962 with lambda 0.2 has an in-control run length of 500."""
    limits: Annotated[Literal["time-varying", "steady-state"], SETTING] = "time-varying"


class EwmaResult(ChartResult):
    """An EWMA chart."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl_steady", "ucl_steady", "sigma_within")

    sigma_within: float
    lcl_steady: float
    """Lower limit after many points."""
    ucl_steady: float
    arl_in_control: float | None
    """Average number of points between false alarms, for steady-state limits; None above a thousand million."""


class CusumArguments(MemoryArguments):
    """A tabular CUSUM."""

    k: Annotated[float, Field(ge=0), SETTING] = 0.5
    """Reference value, half of the shift to be found; in `units`."""
    h: Annotated[float, Field(gt=0), SETTING] = 4.0
    """Decision interval, in `units`; 4 (Minitab) or 5 sigma are usual."""
    units: Annotated[Literal["sigma", "data"], SETTING] = "sigma"
    """Of k and h: standard deviations of the plotted points, or the unit of the data (NIST/SEMATECH e-Handbook)."""
    head_start: Annotated[bool, SETTING] = False
    """Start both sums at h/2 (fast initial response)."""


class CusumResult(Result):
    """Both sums, in the unit of the data."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "target", "decision_interval", "sigma_within")

    points: list[float]
    """Values, or subgroup means."""
    upper_sums: list[float]
    """C+: sum of deviations above target + K."""
    lower_sums: list[float]
    """C-: sum of deviations below target - K, as a positive number."""
    upper_counts: list[int]
    """Successive points for which C+ has been above 0: the shift began where it started to count."""
    lower_counts: list[int]
    target: float
    reference_value: float
    """K, in the unit of the data."""
    decision_interval: float
    """H, in the unit of the data; a signal is a sum strictly above it."""
    violations: list[Violation]
    in_control: bool
    phase: str
    sigma_within: float
    """Standard deviation of single values."""
    arl_in_control: float | None
    """Average number of points between false alarms; None above a thousand million."""
    arl_one_sigma: float | None
    """Average number of points until a shift of one sigma of the points is found; None above a thousand million."""


@operation(
    "ewma_chart",
    topic=TOPIC,
    source="Lucas, J. M. and Saccucci, M. S. (1990), Technometrics 32, 1-12; Montgomery, section 9.2",
    examples=({"sample": [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46], "center": 10, "sigma": 1},),
)
def ewma_chart(arguments: EwmaArguments) -> EwmaResult:
    """Has the mean shifted a little, judged by an exponentially weighted moving average?

    For shifts of half to one and a half sigma; it tolerates non-normal single values when lambda is small. For large shifts
    i_mr_chart or xbar_r_chart react at once. Run rules do not apply: successive points share their past.
    """
    points, n, center, sigma, phase = _points(arguments)
    start = arguments.target if arguments.target is not None else center
    weight = arguments.weight
    smoothed = np.empty(points.size)
    level = start
    for index, point in enumerate(points):
        level = weight * point + (1 - weight) * level
        smoothed[index] = level
    shares = weight / (2 - weight) * np.ones(points.size)
    if arguments.limits == "time-varying":
        shares *= 1 - (1 - weight) ** (2 * np.arange(1, points.size + 1))
    spread = sigma / np.sqrt(n) * np.sqrt(shares)
    chart = make_chart("EWMA", smoothed, start, spread * arguments.width / 3, "three_sigma")
    common = summary({"EWMA": chart}, arguments, phase)
    steady = arguments.width * sigma / np.sqrt(n) * np.sqrt(weight / (2 - weight))
    other = "steady-state" if arguments.limits == "time-varying" else "time-varying"
    common["conventions"] = {
        "limits": f"{arguments.limits} ({other} ones differ for the first points only)",
        "parameters": f"L = {arguments.width:g}, lambda = {weight:g}; Minitab's default is L = 3",
        "start": "at the target, else at the centre",
        "rules": "points beyond the limits only: successive points share their past",
    }
    run_length = ewma_arl(0.0, weight, arguments.width)
    if run_length is None:
        common["undefined"] |= {"arl_in_control": TOO_LONG}
    return EwmaResult(
        method="EWMA chart",
        n_used=points.size * n,
        sigma_within=sigma,
        lcl_steady=start - steady,
        ucl_steady=start + steady,
        arl_in_control=run_length,
        **common,
    )


@operation(
    "cusum_chart",
    topic=TOPIC,
    source="Page, E. S. (1954), Biometrika 41, 100-115; Montgomery, section 9.1; NIST/SEMATECH e-Handbook 6.3.2.3",
    examples=({"sample": [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46], "center": 10, "sigma": 1, "h": 5},),
)
def cusum_chart(arguments: CusumArguments) -> CusumResult:
    """Has the mean shifted a little and for good, judged by cumulative sums of deviations from target?

    Tuned to a shift of 2k sigma; the count of the signalling sum tells when the shift began. For large shifts use i_mr_chart
    or xbar_r_chart beside it. Sums go on after a signal; restart the data after an adjustment.
    """
    points, n, center, sigma, phase = _points(arguments)
    if points.size > MAX_POINTS:
        raise ToolError("sample", points.size, "too many points for a chart", f"give at most {MAX_POINTS:,}")
    target = arguments.target if arguments.target is not None else center
    unit = sigma / np.sqrt(n)
    in_sigma = arguments.units == "sigma"
    reference, interval = (arguments.k * unit, arguments.h * unit) if in_sigma else (arguments.k, arguments.h)
    k, h = reference / unit, interval / unit
    for name, value, largest in (("k", k, MAX_K), ("h", h, MAX_H)):
        if value > largest:
            raise ToolError(name, value, f"more than {largest:g} sigma of the points", "check k, h and their units")
    head = interval / 2 if arguments.head_start else 0.0
    upper, upper_counts = _sums(points - target - reference, head)
    lower, lower_counts = _sums(target - reference - points, head)
    violations = [
        Violation(rule="h", description="sum beyond the decision interval", index=index + 1, window=[index + 1], side=side)
        for index in range(points.size)
        for side, sums in (("above", upper), ("below", lower))
        if sums[index] > interval * (1 + EDGE)
    ]
    start = h / 2 if arguments.head_start else 0.0
    run_lengths = {
        "arl_in_control": cusum_arl(0.0, k, h, head_start=start),
        "arl_one_sigma": cusum_arl(1.0, k, h, head_start=start),
    }
    began = ""
    if violations:
        first = violations[0]
        count = (upper_counts if first.side == "above" else lower_counts)[first.index - 1]
        began = f" The sum of point {first.index} has grown since point {first.index - count + 1}."
    return CusumResult(
        method="Tabular CUSUM" + (" with head start" if arguments.head_start else ""),
        n_used=points.size * n,
        points=points.tolist(),
        upper_sums=upper,
        lower_sums=lower,
        upper_counts=upper_counts,
        lower_counts=lower_counts,
        target=target,
        reference_value=reference,
        decision_interval=interval,
        violations=violations,
        in_control=not violations,
        phase=phase,
        sigma_within=sigma,
        excluded=sorted(set(arguments.exclude)),
        conventions={
            "k and h": f"{k:.6g} and {h:.6g} sigma of the plotted points",
            "signal": "a sum strictly above H; no reset after it; run rules do not apply to sums",
            "run lengths": "zero state, independent normal points",
        },
        undefined={name: TOO_LONG for name, length in run_lengths.items() if length is None},
        **run_lengths,
        conclusion=f"{len(violations)} points signal.{began}" if violations else "No signal: the mean holds its target.",
    )


def _sums(deviations: Array, head: float) -> tuple[list[float], list[int]]:
    sums: list[float] = []
    counts: list[int] = []
    level, count = head, 0
    for deviation in deviations.tolist():
        level = max(0.0, level + deviation)
        count = count + 1 if level > 0 else 0
        sums.append(level)
        counts.append(count)
    return sums, counts


def _points(arguments: MemoryArguments) -> tuple[Array, int, float, float, str]:
    """Plotted points, subgroup size, centre, sigma of single values, phase."""
    if (arguments.sample is None) == (arguments.subgroups is None):
        raise ToolError("sample", "", "give either sample or subgroups", "single values as sample, groups as subgroups")
    given = standards(arguments)
    if arguments.subgroups is not None:
        sizes = {len(group) for group in arguments.subgroups}
        if len(sizes) > 1:
            raise ToolError("subgroups", "", "the subgroups differ in size", "give subgroups of one size")
        points, n = np.array([np.mean(group) for group in arguments.subgroups]), sizes.pop()
    else:
        points, n = np.asarray(arguments.sample), 1
    if given is not None:
        used(points.size, arguments.exclude, estimated=False)
        return points, n, *given, "II"
    kept = used(points.size, arguments.exclude)
    estimate = _estimate(arguments, points, kept, n)
    refuse_no_spread(estimate, "sample" if arguments.subgroups is None else "subgroups")
    return points, n, float(points[kept].mean()), estimate, "I"


def _estimate(arguments: MemoryArguments, points: Array, kept: list[int], n: int) -> float:
    if arguments.subgroups is not None and n > 1:
        return s_sigma([arguments.subgroups[index] for index in kept]).sigma
    return moving_range_sigma(points, kept=kept).sigma
