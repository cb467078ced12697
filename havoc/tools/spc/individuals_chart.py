"""The chart of single values and their moving ranges."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Assumption, Notice
from havoc.tools.spc.chart import (
    TOPIC,
    Array,
    ChartResult,
    ControlChart,
    StagedArguments,
    Standards,
    make_chart,
    moving_range_chart,
    parts,
    refuse_no_spread,
    standards,
    summary,
)
from havoc.tools.spc.sigma import SigmaEstimate, moving_range_sigma, moving_ranges
from havoc.tools.values import SETTING, Numbers


class IndividualsChart(StagedArguments, Standards):
    """Single values in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "points": "sample", "mean": "center"}

    sample: Numbers
    """One value per point, in time order."""
    estimator: Annotated[Literal["mean", "median"], SETTING] = "mean"
    """Mean or median moving range; the median is not inflated by a few jumps."""


class IndividualsChartResult(ChartResult):
    """Individuals and moving ranges."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl", "ucl", "sigma_within")

    dispersion_chart: ControlChart
    """Moving ranges of two; the first belongs to the second value. Only points beyond its limit count: ranges overlap.
    Ranges across the beginning of a stage, or of excluded points, are not judged."""
    sigma_within: float
    """Standard deviation from moving ranges; with stages that of the last one."""
    sigma_estimator: str
    moving_range_mean: float | None
    """Mean of the moving ranges that sigma is made of; None where sigma is given."""
    lag1_autocorrelation: float
    """Correlation of each value with the one before."""


@operation(
    "i_mr_chart",
    topic=TOPIC,
    source="Montgomery, D. C., Introduction to Statistical Quality Control, section 6.4; NIST/SEMATECH e-Handbook 6.3.2.2",
    examples=({"sample": [10.2, 10.0, 9.8, 10.1, 10.4, 9.9, 10.0, 10.3, 9.7, 10.1]},),
)
def i_mr_chart(arguments: IndividualsChart) -> IndividualsChartResult:
    """Are single values, taken one at a time, in control?

    For batches, daily figures and slow or destructive measurements. With several values at a time use xbar_r_chart; for
    small lasting shifts ewma_chart or cusum_chart. Skewed or autocorrelated values give false alarms, which is reported.
    """
    values = np.asarray(arguments.sample)
    if values.size < 3:
        raise ToolError("sample", arguments.sample, "too few values for a chart", "give at least 3, better 20 or more")
    given = standards(arguments)
    stages = parts(values.size, arguments, estimated=given is None)
    center, sigma = np.empty(values.size), np.empty(values.size)
    for stage in stages:
        estimate = (
            SigmaEstimate(given[1], math.inf, "given") if given else _estimate(values, stage.kept, arguments.estimator)
        )
        refuse_no_spread(estimate.sigma, "sample")
        sigma[stage.points] = estimate.sigma
        center[stage.points] = given[0] if given else values[stage.kept].mean()
    starts = [stage.points.start for stage in stages]
    main = make_chart("individual value", values, center, sigma, arguments.rules, starts=starts)
    kept = [index for stage in stages for index in stage.kept]
    moving = moving_range_chart("moving range", values, sigma, kept, starts)
    common = summary({"individuals": main, "moving range": moving}, arguments, "II" if given else "I")
    overall = f"the standard deviation of all values is {np.std(values, ddof=1):.6g}"
    common["conventions"] |= {
        "sigma": f"{estimate.estimator}; {overall}",
        "moving range": "of two successive values, none across excluded points; no run rules, since ranges share values",
    }
    # About the centre of each stage: a known change of level is no autocorrelation.
    lag1 = _lag1(values - center if len(stages) > 1 else values)
    bound = 2 / math.sqrt(values.size)
    independent = Assumption(
        name="independence of successive values",
        holds=abs(lag1) <= bound,
        detail=f"lag-1 autocorrelation {lag1:.3f}, limit {bound:.3f}",
    )
    if not independent.holds:
        message = f"Successive values are correlated ({lag1:.2f}): moving ranges misjudge sigma, and limits mislead."
        common["warnings"].append(Notice(code="autocorrelation", message=message))
    if given:
        common["undefined"] |= {"moving_range_mean": "sigma is given"}
    return IndividualsChartResult(
        method="Individuals and moving range chart",
        n_used=len(kept),
        dispersion_chart=moving,
        sigma_within=estimate.sigma,
        sigma_estimator=estimate.estimator,
        moving_range_mean=None if given else float(moving_ranges(values, stages[-1].kept).mean()),
        lag1_autocorrelation=lag1,
        assumptions=[normality("the values", (values - center)[kept].tolist()), independent],
        **common,
    )


def _estimate(values: Array, kept: list[int], estimator: str) -> SigmaEstimate:
    return moving_range_sigma(values, median=estimator == "median", kept=kept)


def _lag1(values: Array) -> float:
    deviations = values - values.mean()
    total = float(deviations @ deviations)
    return float(deviations[1:] @ deviations[:-1]) / total if total > 0 else 0.0
