"""Counts of events over an exposure: one Poisson rate against a value, and two rates against each other."""

import math
from typing import ClassVar

from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.sided import Side, finding, z_p_value
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import Alpha, Alternative, Count, Positive

TOPIC = "Proportions and rates"
MAX_EVENTS = 10**9
"""Events up to which Poisson and binomial tails keep full precision at an instant."""
FEW = 10
"""Events below which the normal approximation of a Poisson count is poor (NIST/SEMATECH e-Handbook 6.3.3.1)."""


class OneRateResult(Result):
    """A rate with its interval and, against a hypothesised value, its tests."""

    headline: ClassVar[tuple[str, ...]] = ("rate", "ci_low", "ci_high", "p_value")

    rate: float
    """events / exposure."""
    ci_low: float
    """Lower end of the exact interval at confidence 1 - alpha; 0 where the interval is one-sided downwards."""
    ci_high: float | None
    """Upper end; None where the interval is one-sided upwards."""
    p_value: float | None
    """Exact Poisson test; None without null_rate."""
    statistic: float | None
    """z = (events - expected) / sqrt(expected); None without null_rate."""
    p_value_z: float | None
    """P value of z; None without null_rate."""
    significant: bool | None
    """p_value < alpha; None without null_rate."""


class OneRate(Arguments):
    """Events in an exposure."""

    aliases: ClassVar = {
        "x": "events",
        "count": "events",
        "defects": "events",
        "time": "exposure",
        "units": "exposure",
        "n": "exposure",
        "rate0": "null_rate",
        "hypothesis": "null_rate",
    }

    events: Count
    """Events seen, such as defects or failures."""
    exposure: Positive = 1.0
    """Where they were seen: units, hours, square metres."""
    null_rate: Positive | None = None
    """Hypothesised events per unit of exposure. Left out, only the interval is computed."""
    alternative: Alternative = "two-sided"
    """`greater`: the true rate is above the hypothesised one."""
    alpha: Alpha = 0.05


class TwoRatesResult(Result):
    """The ratio and the difference of two rates."""

    headline: ClassVar[tuple[str, ...]] = ("rate_ratio", "ci_low", "ci_high", "p_value", "difference")

    rate1: float
    rate2: float
    rate_ratio: float | None
    """rate1 / rate2; None where the second sample has no events."""
    ci_low: float
    """Lower end of the exact interval of the ratio; 0 where the interval is one-sided downwards."""
    ci_high: float | None
    """Upper end; None where it is infinite."""
    p_value: float
    """Exact conditional (binomial) test of equal rates."""
    statistic: float
    """z with the pooled rate."""
    p_value_z: float
    """P value of z."""
    difference: float
    """rate1 - rate2."""
    significant: bool
    """p_value < alpha."""


class TwoRates(Arguments):
    """Events and exposures of two independent samples."""

    aliases: ClassVar = {
        "x1": "events1",
        "x2": "events2",
        "count1": "events1",
        "count2": "events2",
        "time1": "exposure1",
        "time2": "exposure2",
        "n1": "exposure1",
        "n2": "exposure2",
    }

    events1: Count
    exposure1: Positive
    """Units, hours or area in which events1 were seen."""
    events2: Count
    exposure2: Positive
    """In the same measure as exposure1."""
    alternative: Alternative = "two-sided"
    """`greater`: the first rate is the larger one."""
    alpha: Alpha = 0.05


@operation(
    "one_rate",
    topic=TOPIC,
    source="Garwood, F. (1936), Biometrika 28, 437-442",
    examples=({"events": 14, "exposure": 400, "null_rate": 0.02}, {"events": 0, "exposure": 1200}),
)
def one_rate(arguments: OneRate) -> OneRateResult:
    """How large is a rate of events, and does it differ from a given value?

    For counts per unit, time or area that follow a Poisson distribution. For units that are good or bad use
    one_proportion; for times to failure mtbf_interval or life_data_analysis.
    """
    events, exposure, null, side = arguments.events, arguments.exposure, arguments.null_rate, arguments.alternative
    _check_events("events", events)
    low, high = _garwood(events, arguments.alpha, side)
    common = {
        "method": "One Poisson rate, exact interval" + ("" if null is None else " and test"),
        "n_used": events,
        "rate": events / exposure,
        "ci_low": low / exposure,
        "ci_high": None if high is None else high / exposure,
    }
    undefined = {} if high is not None else {"ci_high": "the interval of a one-sided test has no upper end"}
    conventions = {"interval": "exact (Garwood), by chi-square quantiles", "alternative": side}
    if null is None:
        names = ("p_value", "statistic", "p_value_z", "significant")
        return OneRateResult(
            **common,
            **dict.fromkeys(names),
            conventions=conventions,
            undefined=undefined | dict.fromkeys(names, "no null_rate was given"),
            conclusion=f"The rate is {events / exposure:.4g} per unit of exposure.",
        )
    expected = null * exposure
    if expected > MAX_EVENTS:
        raise ToolError("null_rate", null, f"{expected:.3g} expected events", f"give at most {MAX_EVENTS:,} with exposure")
    z = (events - expected) / math.sqrt(expected)
    p = _poisson_p(events, expected, side)
    conventions["two-sided exact p"] = "sum of the counts no more probable than the observed one (R poisson.test)"
    return OneRateResult(
        **common,
        p_value=p,
        statistic=z,
        p_value_z=z_p_value(z, side),
        significant=p < arguments.alpha,
        undefined=undefined,
        conventions=conventions,
        assumptions=[
            Assumption(
                name="normal approximation for z",
                holds=expected >= FEW,
                detail=f"expected events under the hypothesis = {expected:.4g}, needed {FEW}",
            ),
            _POISSON,
        ],
        conclusion=finding(f"The difference from a rate of {null:g}", p, arguments.alpha),
    )


@operation(
    "two_rates",
    topic=TOPIC,
    source="Przyborowski and Wilenski (1940), Biometrika 31, 313-323; Clopper and Pearson (1934), Biometrika 26, 404-413",
    examples=({"events1": 11, "exposure1": 800, "events2": 21, "exposure2": 3011},),
)
def two_rates(arguments: TwoRates) -> TwoRatesResult:
    """Do two samples differ in their rate of events?

    Given the total, the events of the first sample are binomial, which gives an exact test and interval of the ratio.
    For good or bad units use two_proportions; for more samples or a trend poisson_regression.
    """
    events1, events2, side = arguments.events1, arguments.events2, arguments.alternative
    time1, time2 = arguments.exposure1, arguments.exposure2
    _check_events("events1", events1)
    _check_events("events2", events2)
    total = events1 + events2
    if total == 0:
        raise ToolError("events1", events1, "neither sample has events", "give an interval for each with one_rate")
    share = time1 / (time1 + time2)
    if not 0 < share < 1:
        raise ToolError("exposure1", time1, "the exposures differ too much for a double", "give them in the same measure")
    test = stats.binomtest(events1, total, share, side)
    low, high = test.proportion_ci(1 - arguments.alpha, "exact")
    scale = time2 / time1
    rate1, rate2 = events1 / time1, events2 / time2
    pooled = total / (time1 + time2)
    z = (rate1 - rate2) / math.sqrt(pooled * (1 / time1 + 1 / time2))
    p = float(test.pvalue)
    undefined = {}
    if events2 == 0:
        undefined["rate_ratio"] = "the second sample has no events"
    if high == 1:
        undefined["ci_high"] = "the ratio has no upper bound"
    return TwoRatesResult(
        method="Two Poisson rates, exact conditional test",
        n_used=total,
        rate1=rate1,
        rate2=rate2,
        rate_ratio=rate1 / rate2 if events2 else None,
        ci_low=float(low / (1 - low) * scale) if low < 1 else 0.0,
        ci_high=float(high / (1 - high) * scale) if high < 1 else None,
        p_value=p,
        statistic=z,
        p_value_z=z_p_value(z, side),
        difference=rate1 - rate2,
        significant=p < arguments.alpha,
        undefined=undefined,
        conventions={
            "interval": "exact for the ratio, from the Clopper-Pearson interval of the first sample's share",
            "z": "pooled rate, no continuity correction",
            "alternative": side,
        },
        assumptions=[_POISSON],
        conclusion=finding("The difference of the rates", p, arguments.alpha),
    )


_POISSON = Assumption(
    name="Poisson counts", holds=None, detail="one total per sample cannot show whether events come singly and independently"
)


def _check_events(name: str, events: int) -> None:
    if events > MAX_EVENTS:
        raise ToolError(name, events, "more events than can be computed", f"give at most {MAX_EVENTS:,}")


def _garwood(events: int, alpha: float, side: Side) -> tuple[float, float | None]:
    tail = alpha / 2 if side == "two-sided" else alpha
    low = 0.0 if side == "less" or not events else float(stats.chi2.ppf(tail, 2 * events) / 2)
    high = None if side == "greater" else float(stats.chi2.isf(tail, 2 * events + 2) / 2)
    return low, high


def _poisson_p(events: int, expected: float, side: Side) -> float:
    distribution = stats.poisson(expected)
    if side == "less":
        return float(distribution.cdf(events))
    if side == "greater":
        return float(distribution.sf(events - 1))
    # The probability falls on either side of the mode, so the outcomes no more probable than the observed one are two
    # tails; the end of the far one is found by bisection. The tolerance keeps ties, as R's binom.test does.
    limit = distribution.logpmf(events) + 1e-7
    mode = math.floor(expected)
    if distribution.logpmf(mode) <= limit:
        return 1.0
    if events < mode:
        step = max(1, math.ceil(math.sqrt(expected)))
        inside, outside = mode, mode + step
        while distribution.logpmf(outside) > limit:
            inside, step = outside, 2 * step
            outside += step
        while outside - inside > 1:
            middle = (inside + outside) // 2
            inside, outside = (inside, middle) if distribution.logpmf(middle) <= limit else (middle, outside)
        return float(distribution.cdf(events) + distribution.sf(outside - 1))
    if distribution.logpmf(0) > limit:
        return float(distribution.sf(events - 1))
    outside, inside = 0, mode
    while inside - outside > 1:
        middle = (inside + outside) // 2
        outside, inside = (middle, inside) if distribution.logpmf(middle) <= limit else (outside, middle)
    return float(distribution.sf(events - 1) + distribution.cdf(outside))
