"""One proportion against a value, and two proportions against each other."""

import math
from typing import Annotated, ClassVar, Literal

from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.sided import Side, finding, z_p_value, z_quantile
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import SETTING, Alpha, Alternative, Count, Probability

TOPIC = "Proportions and rates"
MAX_TRIALS = 10**9
"""Trials up to which binomial tails keep full precision at an instant."""
MAX_FISHER = 10**7
"""Trials up to which the hypergeometric test is computed; beyond, it and the z test agree."""
FEW = 5
"""Expected successes or failures below which the normal approximation is poor (Fleiss, Levin and Paik, section 2.1)."""


class OneProportionResult(Result):
    """A proportion with its interval and, against a hypothesised value, its tests."""

    headline: ClassVar[tuple[str, ...]] = ("proportion", "ci_low", "ci_high", "p_value", "statistic")

    proportion: float
    """events / n."""
    ci_low: float
    """Lower end of the interval at confidence 1 - alpha; 0 where the interval is one-sided downwards."""
    ci_high: float
    """Upper end; 1 where the interval is one-sided upwards."""
    p_value: float | None
    """Exact binomial test; None without null_proportion."""
    statistic: float | None
    """z of the score test, without continuity correction; None without null_proportion."""
    p_value_z: float | None
    """P value of z; None without null_proportion."""
    significant: bool | None
    """p_value < alpha; None without null_proportion."""


class OneProportion(Arguments):
    """How often something happened in how many trials."""

    aliases: ClassVar = {
        "x": "events",
        "count": "events",
        "successes": "events",
        "defectives": "events",
        "trials": "n",
        "nobs": "n",
        "p0": "null_proportion",
        "hypothesis": "null_proportion",
        "method": "interval",
    }

    events: Count
    """Trials with the event, such as defective units."""
    n: Count
    """All trials."""
    null_proportion: Probability | None = None
    """Hypothesised proportion, 5% as 0.05. Left out, only the interval is computed."""
    interval: Annotated[Literal["wilson", "exact"], SETTING] = "wilson"
    """Wilson's score interval, or the exact one of Clopper and Pearson, which never covers less than 1 - alpha."""
    alternative: Alternative = "two-sided"
    """`greater`: the true proportion is above the hypothesised one."""
    alpha: Alpha = 0.05


class TwoProportionsResult(Result):
    """The difference of two proportions with its interval and tests."""

    headline: ClassVar[tuple[str, ...]] = ("difference", "ci_low", "ci_high", "statistic", "p_value", "p_value_fisher")

    proportion1: float
    proportion2: float
    difference: float
    """First minus second."""
    ci_low: float
    """Lower end of Newcombe's interval; -1 where the interval is one-sided downwards."""
    ci_high: float
    """Upper end; 1 where the interval is one-sided upwards."""
    statistic: float
    """z with the pooled proportion, without continuity correction."""
    p_value: float
    """P value of z."""
    p_value_fisher: float | None
    """Fisher's exact test; None beyond its largest n."""
    significant: bool
    """p_value < alpha."""
    relative_risk: float | None
    """proportion1 / proportion2."""
    relative_risk_low: float | None
    """Lower end of Katz's log interval."""
    relative_risk_high: float | None


class TwoProportions(Arguments):
    """Events and trials of two independent samples."""

    aliases: ClassVar = {
        "x1": "events1",
        "x2": "events2",
        "count1": "events1",
        "count2": "events2",
        "successes1": "events1",
        "successes2": "events2",
        "trials1": "n1",
        "trials2": "n2",
    }

    events1: Count
    n1: Count
    """Trials of the first sample."""
    events2: Count
    n2: Count
    """Trials of the second sample."""
    alternative: Alternative = "two-sided"
    """`greater`: the first proportion is the larger one."""
    alpha: Alpha = 0.05


@operation(
    "one_proportion",
    topic=TOPIC,
    source="Wilson, E. B. (1927), JASA 22, 209-212; Clopper and Pearson (1934), Biometrika 26, 404-413; "
    "NIST/SEMATECH e-Handbook 7.2.4",
    examples=({"events": 26, "n": 200, "null_proportion": 0.1}, {"events": 0, "n": 50, "interval": "exact"}),
)
def one_proportion(arguments: OneProportion) -> OneProportionResult:
    """How large is a proportion, and does it differ from a given value?

    For units that either have the event or not. For counts of defects per area or time, where one unit can have
    several, use one_rate. For two samples use two_proportions, for more than two chi_square_independence.
    """
    _check_trials("events", arguments.events, "n", arguments.n)
    events, n, null = arguments.events, arguments.n, arguments.null_proportion
    estimate = events / n
    exact = stats.binomtest(events, n, 0.5 if null is None else null, arguments.alternative)
    chosen, other = ("wilson", "exact") if arguments.interval == "wilson" else ("exact", "wilson")
    low, high = exact.proportion_ci(1 - arguments.alpha, chosen)
    other_low, other_high = exact.proportion_ci(1 - arguments.alpha, other)
    conventions = {
        "interval": f"{chosen}; {other} would give {other_low:.6g} to {other_high:.6g}",
        "alternative": arguments.alternative,
    }
    common = {
        "method": f"One proportion, {_INTERVALS[chosen]} interval" + ("" if null is None else ", exact binomial test"),
        "n_used": n,
        "proportion": estimate,
        "ci_low": float(low),
        "ci_high": float(high),
    }
    if null is None:
        reason = "no null_proportion was given"
        return OneProportionResult(
            **common,
            p_value=None,
            statistic=None,
            p_value_z=None,
            significant=None,
            conventions=conventions,
            undefined=dict.fromkeys(("p_value", "statistic", "p_value_z", "significant"), reason),
            conclusion=f"The proportion is {estimate:.4g}, with an interval from {low:.4g} to {high:.4g}.",
        )
    z = (estimate - null) / math.sqrt(null * (1 - null) / n)
    p = float(exact.pvalue)
    conventions["two-sided exact p"] = "sum of the outcomes no more probable than the observed one (R binom.test)"
    expected = min(n * null, n * (1 - null))
    return OneProportionResult(
        **common,
        p_value=p,
        statistic=z,
        p_value_z=z_p_value(z, arguments.alternative),
        significant=p < arguments.alpha,
        conventions=conventions,
        assumptions=[
            Assumption(
                name="normal approximation for z",
                holds=expected >= FEW,
                detail=f"smallest expected count under the hypothesis = {expected:.4g}, needed {FEW}",
            )
        ],
        conclusion=finding(f"The difference from {null:g}", p, arguments.alpha),
    )


@operation(
    "two_proportions",
    topic=TOPIC,
    source="Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, method 10; NIST/SEMATECH e-Handbook 7.3.3",
    examples=({"events1": 56, "n1": 70, "events2": 48, "n2": 80},),
)
def two_proportions(arguments: TwoProportions) -> TwoProportionsResult:
    """Do two independent samples differ in a proportion?

    With expected counts under 5 quote p_value_fisher. For the same units judged twice use mcnemar, for more than two
    samples chi_square_independence; for defects per area or time two_rates.
    """
    _check_trials("events1", arguments.events1, "n1", arguments.n1)
    _check_trials("events2", arguments.events2, "n2", arguments.n2)
    events1, n1, events2, n2 = arguments.events1, arguments.n1, arguments.events2, arguments.n2
    if events1 + events2 in (0, n1 + n2):
        raise ToolError(
            "events1",
            events1,
            "both samples have the event never, or always, so they cannot be compared",
            "give an interval for each with one_proportion",
        )
    p1, p2 = events1 / n1, events2 / n2
    pooled = (events1 + events2) / (n1 + n2)
    z = (p1 - p2) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    p = z_p_value(z, arguments.alternative)
    low, high = _newcombe(events1, n1, events2, n2, arguments.alpha, arguments.alternative)
    unpooled = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    conventions = {"alternative": arguments.alternative, "interval": "Newcombe's hybrid of two Wilson intervals"}
    conventions["standard error of z"] = "pooled" + (
        f"; unpooled would give z = {(p1 - p2) / math.sqrt(unpooled):.6g}" if unpooled else "; the unpooled one is 0"
    )
    undefined: dict[str, str] = {}
    fisher = _fisher(arguments)
    if fisher is None:
        undefined["p_value_fisher"] = f"not computed beyond {MAX_FISHER:,} trials"
    ratio, ratio_low, ratio_high = _relative_risk(arguments, undefined)
    expected = min(pooled, 1 - pooled) * min(n1, n2)
    return TwoProportionsResult(
        method="Two proportions, pooled z test",
        n_used=n1 + n2,
        proportion1=p1,
        proportion2=p2,
        difference=p1 - p2,
        ci_low=low,
        ci_high=high,
        statistic=z,
        p_value=p,
        p_value_fisher=fisher,
        significant=p < arguments.alpha,
        relative_risk=ratio,
        relative_risk_low=ratio_low,
        relative_risk_high=ratio_high,
        undefined=undefined,
        conventions=conventions,
        assumptions=[
            Assumption(
                name="normal approximation for z",
                holds=expected >= FEW,
                detail=f"smallest expected count = {expected:.4g}, needed {FEW}",
            )
        ],
        conclusion=finding("The difference of the proportions", p, arguments.alpha),
    )


_INTERVALS = {"wilson": "Wilson score", "exact": "exact (Clopper-Pearson)"}


def _check_trials(name: str, events: int, n_name: str, n: int) -> None:
    if not 1 <= n <= MAX_TRIALS:
        raise ToolError(n_name, n, "not a possible number of trials", f"give 1 to {MAX_TRIALS:,} trials")
    if events > n:
        raise ToolError(name, events, f"more events than the {n} trials", f"give {name} of at most {n_name}")


def _wilson(events: int, n: int, z: float) -> tuple[float, float]:
    p = events / n
    centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)
    return (low if events else 0.0), (high if events < n else 1.0)


def _newcombe(events1: int, n1: int, events2: int, n2: int, alpha: float, side: Side) -> tuple[float, float]:
    z = z_quantile(alpha, side)
    p1, p2 = events1 / n1, events2 / n2
    (low1, high1), (low2, high2) = _wilson(events1, n1, z), _wilson(events2, n2, z)
    low = p1 - p2 - math.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + math.hypot(high1 - p1, p2 - low2)
    return (-1.0 if side == "less" else low), (1.0 if side == "greater" else high)


def _fisher(arguments: TwoProportions) -> float | None:
    if arguments.n1 + arguments.n2 > MAX_FISHER:
        return None
    table = [
        [arguments.events1, arguments.n1 - arguments.events1],
        [arguments.events2, arguments.n2 - arguments.events2],
    ]
    return float(stats.fisher_exact(table, arguments.alternative).pvalue)


def _relative_risk(arguments: TwoProportions, undefined: dict[str, str]) -> tuple[float | None, float | None, float | None]:
    events1, n1, events2, n2 = arguments.events1, arguments.n1, arguments.events2, arguments.n2
    if not events2:
        undefined |= dict.fromkeys(
            ("relative_risk", "relative_risk_low", "relative_risk_high"), "the second sample has no events"
        )
        return None, None, None
    ratio = (events1 / n1) / (events2 / n2)
    if not events1:
        undefined |= dict.fromkeys(("relative_risk_low", "relative_risk_high"), "the first sample has no events")
        return ratio, None, None
    error = math.sqrt((1 - events1 / n1) / events1 + (1 - events2 / n2) / events2)
    margin = stats.norm.isf(arguments.alpha / 2) * error
    return ratio, float(ratio * math.exp(-margin)), float(ratio * math.exp(margin))
