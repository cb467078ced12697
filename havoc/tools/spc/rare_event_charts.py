"""Charts for events so rare that counts are mostly zero: cases between events (g) and time between events (t)."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.spc.chart import (
    TOPIC,
    Array,
    ChartArguments,
    ChartResult,
    ControlChart,
    refuse_no_spread,
    summary,
    used,
)
from havoc.tools.spc.run_rules import chosen_rules, find_violations
from havoc.tools.spc.sigma import moving_range_sigma
from havoc.tools.values import Counts, Numbers

TAIL = 0.00135
"""Probability beyond each limit: that of three sigma of a normal statistic."""
JUST_BEYOND = 3.01
"""Score of a point beyond its limit, at least."""
POWER = 3.6
"""t^(1/3.6) makes exponential times nearly normal (Nelson 1994)."""


class GArguments(ChartArguments):
    """Opportunities between events."""

    aliases: ClassVar[Mapping[str, str]] = {"counts": "cases", "data": "cases", "sample": "cases"}

    cases: Counts
    """Cases (days, units, patients) without event between successive events, in time order."""


class TArguments(ChartArguments):
    """Times between events."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "times", "sample": "times"}

    times: Numbers
    """Time between successive events, in time order; above 0."""


class RareEventResult(ChartResult):
    """A chart on which high points are good news."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl", "ucl", "mean_between_events")

    mean_between_events: float
    """Cases, or time, between events on average."""


@operation(
    "g_chart",
    topic=TOPIC,
    source="Benneyan, J. C. (2001), Health Care Management Science 4, 305-318",
    examples=({"cases": [12, 30, 5, 44, 18, 9, 27, 61, 15, 22]},),
)
def g_chart(arguments: GArguments) -> RareEventResult:
    """Do rare events come more or less often than usual, counted in cases between them?

    For events of which most samples hold none (infections, accidents). High points are good: many cases without event.
    Limits are quantiles of the geometric distribution. With measured times use t_chart, for frequent events c_chart or
    p_chart.
    """
    values = np.asarray(arguments.cases, dtype=np.float64)
    kept = used(values.size, arguments.exclude)
    mean = float(values[kept].mean())
    if mean <= 0:
        raise ToolError("cases", arguments.cases, "every case is an event", "for frequent events use p_chart")
    geometric = stats.geom(1 / (mean + 1), loc=-1)
    unbiased = stats.geom((len(kept) - 1) / len(kept) / (mean + 1), loc=-1)
    # Points as normal scores of the geometric distribution: rules see the probability of a point, not its distance.
    scores = stats.norm.ppf(np.clip((geometric.cdf(values) + geometric.cdf(values - 1)) / 2, 1e-12, 1 - 1e-12))
    limits = {
        "center": float(geometric.median()),
        "lcl": max(0.0, float(geometric.ppf(TAIL))),
        "ucl": float(geometric.ppf(1 - TAIL)),
    }
    model = f"geometric, p = 1/(mean + 1); with Minitab's (n - 1)/n of it the upper one is {unbiased.ppf(1 - TAIL):g}"
    return _result("g chart", "cases between events", values, scores, limits, mean, arguments, model)


@operation(
    "t_chart",
    topic=TOPIC,
    source="Nelson, L. S. (1994), Journal of Quality Technology 26, 239-240",
    examples=({"times": [12.5, 30.1, 5.2, 44.0, 18.3, 9.9, 27.4, 61.0, 15.2, 22.8]},),
)
def t_chart(arguments: TArguments) -> RareEventResult:
    """Do rare events come more or less often than usual, by the time between them?

    Times are raised to the power 1/3.6, charted as individuals, and limits transformed back. High points are good. In whole
    cases instead of time use g_chart.
    """
    values = np.asarray(arguments.times)
    for index, value in enumerate(arguments.times):
        if value <= 0:
            raise ToolError(f"times[{index}]", value, "not above 0", "give the time since the event before")
    kept = used(values.size, arguments.exclude)
    transformed = values ** (1 / POWER)
    center = float(transformed[kept].mean())
    sigma = moving_range_sigma(transformed, kept=kept).sigma
    refuse_no_spread(sigma, "times")
    limits = {
        "center": center**POWER,
        "lcl": max(0.0, center - 3 * sigma) ** POWER,
        "ucl": (center + 3 * sigma) ** POWER,
    }
    scores = (transformed - center) / sigma
    mean = float(values[kept].mean())
    return _result("t chart", "time between events", values, scores, limits, mean, arguments, "x^(1/3.6), moving ranges")


def _result(
    method: str,
    statistic: str,
    values: Array,
    scores: Array,
    limits: Mapping[str, float],
    mean: float,
    arguments: ChartArguments,
    model: str,
) -> RareEventResult:
    beyond = (values > limits["ucl"]) | (values < limits["lcl"])
    # A count on a limit may lie beyond three sigma in probability; a signal is what the limits say.
    scores = np.where(beyond, np.copysign(np.maximum(np.abs(scores), JUST_BEYOND), scores), np.clip(scores, -3, 3))
    violations = find_violations(scores, chosen_rules(arguments.rules), points=values)
    count = values.size
    chart = ControlChart(
        statistic=statistic,
        points=values.tolist(),
        center_line=[limits["center"]] * count,
        lcl=[limits["lcl"]] * count,
        ucl=[limits["ucl"]] * count,
        sigma=[(limits["ucl"] - limits["center"]) / 3] * count,
        violations=violations,
        in_control=not violations,
    )
    common = summary({method: chart}, arguments, "I")
    common["conventions"] |= {"limits": f"probability limits of 0.135% on each side ({model}); the zones of rules too"}
    return RareEventResult(method=method, n_used=count - len(set(arguments.exclude)), mean_between_events=mean, **common)
