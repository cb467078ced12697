"""The chart of single values and their moving ranges."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Assumption
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
from havoc.tools.spc.constants import d2, d3
from havoc.tools.spc.sigma import moving_range_sigma
from havoc.tools.values import SETTING, Numbers


class IndividualsChart(ChartArguments, Standards):
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
    """Moving ranges of two; the first belongs to the second value. Only points beyond its limit count: ranges overlap."""
    sigma_within: float
    """Standard deviation from moving ranges."""
    moving_range_mean: float
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
    kept = used(values.size, arguments.exclude)
    given = standards(arguments)
    estimate = moving_range_sigma(values[kept].tolist(), median=arguments.estimator == "median")
    center, sigma = given or (float(values[kept].mean()), estimate.sigma)
    main = make_chart("individual value", values, center, sigma, arguments.rules)
    ranges = np.abs(np.diff(values))
    moving = make_chart("moving range", ranges, d2(2) * sigma, d3(2) * sigma, "three_sigma", floor=0.0)
    common = summary({"individuals": main, "moving range": moving}, arguments, "II" if given else "I")
    lag1 = _lag1(values)
    common["conventions"] |= {
        "sigma": "given"
        if given
        else f"{estimate.estimator}; the standard deviation of all values is {np.std(values, ddof=1):.6g}",
        "moving range": "of two successive values; no run rules, since successive ranges share a value",
    }
    independent = Assumption(
        name="independence of successive values",
        holds=abs(lag1) <= 2 / math.sqrt(values.size),
        detail=f"lag-1 autocorrelation {lag1:.3f}, limit {2 / math.sqrt(values.size):.3f}",
    )
    return IndividualsChartResult(
        method="Individuals and moving range chart",
        n_used=len(kept),
        dispersion_chart=moving,
        sigma_within=sigma,
        moving_range_mean=float(np.abs(np.diff(values[kept])).mean()),
        lag1_autocorrelation=lag1,
        assumptions=[normality("the values", values[kept].tolist()), independent],
        **common,
    )


def _lag1(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    deviations = values - values.mean()
    total = float(deviations @ deviations)
    return float(deviations[1:] @ deviations[:-1]) / total if total > 0 else 0.0
