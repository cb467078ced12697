"""Survival without a distribution: the Kaplan-Meier estimate, and the log-rank test between groups."""

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import SETTING, Alpha, Counts, Labels, Numbers, equal_lengths

TOPIC = "Reliability"
MAX_GROUPS = 50
MAX_TIMES = 100_000
Values = npt.NDArray[Any]


class Survival(BaseModel):
    """The estimate just after one failure time."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    time: float
    at_risk: int
    """Units still running just before."""
    failures: int
    survival: float
    """Estimated probability of surviving this time."""
    standard_error: float
    """Greenwood's."""
    ci_low: float
    ci_high: float


class Curve(BaseModel):
    """The survival curve of one group."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    group: str
    n: int
    failures: int
    expected_failures: float | None = None
    """Under equal survival in all groups; None with one group."""
    median: float | None
    """Time by which half have failed; None where survival stays above 1/2."""
    median_ci_low: float | None
    """None where the upper band stays above 1/2."""
    median_ci_high: float | None
    """None where the lower or upper band never falls to 1/2."""
    steps: list[Survival]
    """One for each failure time."""


class KaplanMeierResult(Result):
    """Survival curves, and the log-rank test with two groups or more."""

    headline: ClassVar[tuple[str, ...]] = ("medians", "statistic", "p_value", "df", "curves")

    curves: list[Curve]
    medians: dict[str, float | None]
    """Median of each group; None where survival stays above 1/2."""
    statistic: float | None
    """Chi-square of the log-rank test; None with one group."""
    df: int | None
    p_value: float | None
    significant: bool | None
    """p_value < alpha; None with one group."""


class KaplanMeier(Arguments):
    """Times, which of them are censored, and groups."""

    aliases: ClassVar = {"data": "times", "suspended": "censored", "group": "groups", "strata": "groups"}

    times: Numbers
    """Time of each unit: of its failure, or of when it was last seen running."""
    censored: Counts | None = None
    """1 for a unit that still ran, 0 for a failure; left out, all failed. (R's status is the other way round.)"""
    groups: Labels | None = None
    """Group of each unit, to compare by the log-rank test."""
    interval: Annotated[Literal["log-log", "log", "plain"], SETTING] = "log-log"
    """Scale on which the interval is symmetric: log-log stays within 0 and 1; R's default is log, Minitab's plain."""
    alpha: Alpha = 0.05


@operation(
    "kaplan_meier",
    topic=TOPIC,
    source="Kaplan, E. L. and Meier, P. (1958), JASA 53, 457-481; Kalbfleisch, J. D. and Prentice, R. L. (2002), The "
    "Statistical Analysis of Failure Time Data, 2nd ed., chapter 1; Mantel, N. (1966), Cancer Chemother. Rep. 50, 163-170",
    examples=(
        {"times": [6, 6, 6, 6, 7, 9, 10, 10, 11], "censored": [0, 0, 0, 1, 0, 1, 0, 1, 1], "unit": "weeks"},
        {
            "times": [9, 13, 13, 18, 23, 5, 5, 8, 8, 12],
            "censored": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
            "groups": ["new", "new", "new", "new", "new", "old", "old", "old", "old", "old"],
        },
    ),
)
def kaplan_meier(arguments: KaplanMeier) -> KaplanMeierResult:
    """What part of units survives how long, and do groups differ, when some were still running at the end?

    The product-limit estimate with Greenwood's standard error, and the log-rank test for groups. No distribution is
    assumed, so nothing is said beyond the last time: for B10 lives and predictions use weibull_analysis or
    life_data_analysis.
    """
    times, failed, labels = _read(arguments)
    names = list(dict.fromkeys(labels.tolist()))
    z = float(stats.norm.isf(arguments.alpha / 2))
    statistic = p_value = df = None
    expected: dict[str, float] = {}
    if len(names) > 1:
        statistic, df, expected = _log_rank(times, failed, labels, names)
        p_value = float(stats.chi2.sf(statistic, df))
    curves = [
        _curve(name, times[labels == name], failed[labels == name], expected.get(name), arguments.interval, z)
        for name in names
    ]
    notices = []
    small = [one.group for one in curves if one.failures < 5]
    if small:
        message = f"Fewer than 5 failures in {', '.join(small)}: intervals and the log-rank test are rough."
        notices.append(Notice(code="few_failures", message=message))
    medians = {one.group: one.median for one in curves}
    shown = "; ".join(f"{name}: {'not reached' if one is None else f'{one:g}'}" for name, one in medians.items())
    tested = ""
    if p_value is not None:
        different = "differ" if p_value < arguments.alpha else "do not differ"
        tested = f" The groups {different} significantly (log-rank chi-square {statistic:.4g}, p = {p_value:.4g})."
    one_group = "there is one group, so that there is nothing to compare"
    return KaplanMeierResult(
        method="Kaplan-Meier estimate" + (" and log-rank test" if len(names) > 1 else ""),
        n_used=times.size,
        curves=curves,
        medians=medians,
        statistic=statistic,
        df=df,
        p_value=p_value,
        significant=None if p_value is None else p_value < arguments.alpha,
        conventions={
            "interval": f"pointwise, {arguments.interval}, Greenwood's variance; R's default is log, Minitab's plain",
            "ties": "units censored at a failure time count as at risk then",
            "median": "first time at which survival is 1/2 or less; R takes the middle of a step at exactly 1/2",
            "log-rank": "hypergeometric variance (Mantel), as R survdiff",
        },
        assumptions=[
            Assumption(
                name="independent censoring", holds=None, detail="units must not be taken off because they are failing"
            )
        ],
        warnings=notices,
        undefined={field: one_group for field in ("statistic", "df", "p_value", "significant")} if p_value is None else {},
        conclusion=f"Median survival {shown}.{tested}",
    )


def _read(arguments: KaplanMeier) -> tuple[Values, npt.NDArray[np.bool_], npt.NDArray[np.str_]]:
    times = arguments.times
    censored = arguments.censored if arguments.censored is not None else [0] * len(times)
    groups = arguments.groups if arguments.groups is not None else ["all"] * len(times)
    equal_lengths(times=times, censored=censored, groups=groups)
    if len(times) > MAX_TIMES:
        raise ToolError("times", "", f"{len(times):,} times", f"give at most {MAX_TIMES:,}")
    for index, (time, mark) in enumerate(zip(times, censored, strict=True)):
        if time < 0:
            raise ToolError(f"times[{index}]", time, "below 0", "give times from 0")
        if mark > 1:
            raise ToolError(
                f"censored[{index}]", mark, "neither 0 nor 1", "give 1 for a unit that still ran, 0 for a failure"
            )
    if all(censored):
        raise ToolError("censored", censored, "no unit failed", "use reliability_demonstration for tests without failures")
    if len(set(groups)) > MAX_GROUPS:
        raise ToolError("groups", groups, f"{len(set(groups))} groups", f"give at most {MAX_GROUPS}")
    return np.asarray(times), np.asarray(censored) == 0, np.asarray(groups)


def _counts(times: Values, failed: npt.NDArray[np.bool_], at: Values) -> tuple[Values, Values]:
    """Units at risk just before each of the times `at`, and failures at it."""
    ordered, failures = np.sort(times), np.sort(times[failed])
    at_risk = times.size - np.searchsorted(ordered, at, side="left")
    number = np.searchsorted(failures, at, side="right") - np.searchsorted(failures, at, side="left")
    return at_risk.astype(float), number.astype(float)


def _curve(
    name: str, times: Values, failed: npt.NDArray[np.bool_], expected: float | None, interval: str, z: float
) -> Curve:
    at = np.unique(times[failed])
    at_risk, failures = _counts(times, failed, at)
    survival = np.cumprod(1 - failures / at_risk)
    # Greenwood's sum is infinite where the last unit at risk fails; survival is 0 there, and so is its error.
    terms = np.divide(failures, at_risk * (at_risk - failures), out=np.zeros_like(at), where=at_risk > failures)
    relative = np.sqrt(np.cumsum(terms))
    low, high = _band(survival, relative, interval, z)
    steps = [
        Survival(
            time=float(at[i]),
            at_risk=int(at_risk[i]),
            failures=int(failures[i]),
            survival=float(survival[i]),
            standard_error=float(survival[i] * relative[i]),
            ci_low=float(low[i]),
            ci_high=float(high[i]),
        )
        for i in range(at.size)
    ]
    return Curve(
        group=name,
        n=times.size,
        failures=int(failed.sum()),
        expected_failures=expected,
        median=_first_below(at, survival),
        median_ci_low=_first_below(at, low),
        median_ci_high=_first_below(at, high),
        steps=steps,
    )


def _band(survival: Values, relative: Values, interval: str, z: float) -> tuple[Values, Values]:
    """Pointwise limits; where nothing survives (or nothing failed) they close on the estimate."""
    inside = (survival > 0) & (survival < 1)
    low, high = survival.copy(), survival.copy()
    s, error = survival[inside], relative[inside]
    if interval == "plain":
        low[inside], high[inside] = s - z * s * error, s + z * s * error
    elif interval == "log":
        low[inside], high[inside] = s * np.exp(-z * error), s * np.exp(z * error)
    else:
        width = z * error / np.abs(np.log(s))
        low[inside], high[inside] = s ** np.exp(width), s ** np.exp(-width)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _first_below(at: Values, curve: Values) -> float | None:
    reached = np.flatnonzero(curve <= 0.5 + 1e-12)
    return float(at[reached[0]]) if reached.size else None


def _log_rank(
    times: Values, failed: npt.NDArray[np.bool_], labels: npt.NDArray[np.str_], names: list[str]
) -> tuple[float, int, dict[str, float]]:
    """Chi-square, degrees of freedom and expected failures of each group."""
    at = np.unique(times[failed])
    at_risk, failures = _counts(times, failed, at)
    by_group = [_counts(times[labels == name], failed[labels == name], at) for name in names]
    shares = np.array([risk / at_risk for risk, _ in by_group])
    observed = np.array([number.sum() for _, number in by_group])
    expected = shares @ failures
    spread = np.divide(failures * (at_risk - failures), at_risk - 1, out=np.zeros_like(at), where=at_risk > 1)
    covariance = np.diag(shares @ spread) - (shares * spread) @ shares.T
    # The rows add up to zero, so that one of them says nothing; groups that were never compared say nothing, either.
    compared = np.flatnonzero(expected > 0)
    if compared.size < 2 or not spread.any():
        raise ToolError("groups", "", "the groups never have units at risk together", "give groups with overlapping times")
    used = compared[:-1]
    difference = (observed - expected)[used]
    solved: Any = np.linalg.solve(covariance[np.ix_(used, used)], difference)
    statistic = float(difference @ solved)
    if not math.isfinite(statistic) or statistic < 0:
        raise ToolError("groups", "", "the groups cannot be compared", "give groups with overlapping times")
    return statistic, used.size, dict(zip(names, expected.tolist(), strict=True))
