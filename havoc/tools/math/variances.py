"""Tests of spread: two groups, several groups, and one sample against a value."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Alpha, Alternative, Groups, Numbers, Positive

TOPIC = "Variances"


class TwoSamples(Arguments):
    """Two independent samples."""

    aliases: ClassVar[Mapping[str, str]] = {"a": "group1", "b": "group2"}

    group1: Numbers
    group2: Numbers
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class FTestResult(Result):
    """Ratio of two variances."""

    headline: ClassVar[tuple[str, ...]] = ("f", "p_value", "ratio_ci_low", "ratio_ci_high")

    f: float
    """Variance of the first over that of the second."""
    df1: int
    df2: int
    p_value: float
    ratio_ci_low: float
    """Two-sided interval for the ratio of variances at confidence 1 - alpha."""
    ratio_ci_high: float
    standard_deviations: list[float]
    significant: bool


class EqualVariancesArguments(Arguments):
    """Independent samples."""

    aliases: ClassVar[Mapping[str, str]] = {"samples": "groups", "data": "groups"}

    groups: Groups
    alpha: Alpha = 0.05


class LeveneArguments(EqualVariancesArguments):
    """Independent samples, and the centre that distances are taken from."""

    center: Annotated[Literal["median", "mean", "trimmed"], SETTING] = "median"
    """Median: Brown-Forsythe, robust. Mean: Levene's original. Trimmed: 10% cut at each end."""


class EqualVariancesResult(Result):
    """One statistic for all groups."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "p_value", "standard_deviations")

    statistic: float
    df1: int
    df2: int | None
    """None for Bartlett's chi-square."""
    p_value: float
    standard_deviations: dict[str, float]
    """Of each group, with n - 1."""
    significant: bool


class VarianceArguments(Arguments):
    """One sample and a standard deviation."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "sigma0": "sigma", "sd": "sigma"}

    sample: Numbers
    sigma: Positive
    """Hypothesised standard deviation."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class VarianceResult(Result):
    """Chi-square test of one variance."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "p_value", "standard_deviation", "sigma_ci_low", "sigma_ci_high")

    statistic: float
    """(n - 1) s^2 / sigma^2."""
    df: int
    p_value: float
    standard_deviation: float
    sigma_ci_low: float
    """Two-sided interval for the standard deviation at confidence 1 - alpha."""
    sigma_ci_high: float
    significant: bool


@operation(
    "f_test_variances",
    topic=TOPIC,
    source="Snedecor and Cochran (1983), Statistical Methods; NIST/SEMATECH e-Handbook 1.3.5.9",
    examples=({"group1": [5.1, 4.8, 5.6, 4.4, 5.3], "group2": [5.0, 5.1, 4.9, 5.0, 5.2]},),
)
def f_test_variances(arguments: TwoSamples) -> FTestResult:
    """Do two samples differ in their variances?

    Very sensitive to long tails: with any doubt about normality use levene, which also takes more than two groups.
    """
    one, two = (_spread(name, values) for name, values in (("group1", arguments.group1), ("group2", arguments.group2)))
    df1, df2 = len(arguments.group1) - 1, len(arguments.group2) - 1
    f = one**2 / two**2
    below, above = float(stats.f.cdf(f, df1, df2)), float(stats.f.sf(f, df1, df2))
    p = {"less": below, "greater": above, "two-sided": min(1.0, 2 * min(below, above))}[arguments.alternative]
    half = arguments.alpha / 2
    return FTestResult(
        method="F test of two variances",
        n_used=df1 + df2 + 2,
        f=f,
        df1=df1,
        df2=df2,
        p_value=p,
        ratio_ci_low=f / float(stats.f.isf(half, df1, df2)),
        ratio_ci_high=f * float(stats.f.isf(half, df2, df1)),
        standard_deviations=[one, two],
        significant=p < arguments.alpha,
        assumptions=[normality("group1", arguments.group1), normality("group2", arguments.group2)],
        conventions={"alternative": arguments.alternative, "ddof": "1", "interval": "two-sided"},
        conclusion=_verdict(p, arguments.alpha),
    )


@operation(
    "levene",
    topic=TOPIC,
    source="Levene, H. (1960); Brown, M. B. and Forsythe, A. B. (1974), JASA 69, 364-367; NIST/SEMATECH e-Handbook 1.3.5.10",
    examples=({"groups": {"A": [5.1, 4.8, 5.6, 4.4, 5.3], "B": [5.0, 5.1, 4.9, 5.0, 5.2], "C": [5.4, 4.9, 5.1, 5.2, 4.7]}},),
)
def levene(arguments: LeveneArguments) -> EqualVariancesResult:
    """Do two or more samples differ in their variances, normal or not?

    An analysis of variance of distances from the median of each group. For data that are surely normal bartlett is sharper.
    """
    deviations = _deviations(arguments.groups)
    samples = list(arguments.groups.values())
    cut = {"proportiontocut": 0.1} if arguments.center == "trimmed" else {}
    statistic, p = stats.levene(*samples, center=arguments.center, **cut)
    k, n = len(samples), sum(map(len, samples))
    if not np.isfinite(statistic):
        raise ToolError("groups", "", "all distances from the centre are equal", "give more values per group")
    name = {"median": "Brown-Forsythe test", "mean": "Levene's test (means)", "trimmed": "Levene's test (trimmed means)"}
    return EqualVariancesResult(
        method=name[arguments.center],
        n_used=n,
        statistic=float(statistic),
        df1=k - 1,
        df2=n - k,
        p_value=float(p),
        standard_deviations=deviations,
        significant=bool(p < arguments.alpha),
        conventions={"center": f"{arguments.center}; R's car and Minitab take the median, the original the mean"},
        conclusion=_verdict(float(p), arguments.alpha),
    )


@operation(
    "bartlett",
    topic=TOPIC,
    source="Bartlett, M. S. (1937), Proceedings of the Royal Society A 160, 268-282; NIST/SEMATECH e-Handbook 1.3.5.7",
    examples=({"groups": {"A": [5.1, 4.8, 5.6, 4.4, 5.3], "B": [5.0, 5.1, 4.9, 5.0, 5.2], "C": [5.4, 4.9, 5.1, 5.2, 4.7]}},),
)
def bartlett(arguments: EqualVariancesArguments) -> EqualVariancesResult:
    """Do two or more normal samples differ in their variances?

    The most powerful test for normal data, and misleading for others: it takes long tails for unequal variances. In doubt
    use levene.
    """
    deviations = _deviations(arguments.groups)
    for group, deviation in deviations.items():
        if deviation == 0:
            raise ToolError(f"groups.{group}", arguments.groups[group], "does not vary", "give two different values or more")
    statistic, p = stats.bartlett(*arguments.groups.values())
    return EqualVariancesResult(
        method="Bartlett's test",
        n_used=sum(map(len, arguments.groups.values())),
        statistic=float(statistic),
        df1=len(deviations) - 1,
        df2=None,
        p_value=float(p),
        standard_deviations=deviations,
        significant=bool(p < arguments.alpha),
        undefined={"df2": "a chi-square has one number of degrees of freedom"},
        assumptions=[normality(name, group) for name, group in arguments.groups.items()],
        conclusion=_verdict(float(p), arguments.alpha),
    )


@operation(
    "variance_chi_square",
    topic=TOPIC,
    source="Snedecor and Cochran (1983), Statistical Methods; NIST/SEMATECH e-Handbook 1.3.5.8",
    examples=({"sample": [10.1, 9.9, 10.3, 9.8, 10.0, 10.2], "sigma": 0.1},),
)
def variance_chi_square(arguments: VarianceArguments) -> VarianceResult:
    """Does the standard deviation of one sample differ from a given value?

    Also gives the interval for sigma. For normal values only: long tails spoil it whatever the sample size.
    """
    deviation = _spread("sample", arguments.sample)
    df = len(arguments.sample) - 1
    statistic = df * deviation**2 / arguments.sigma**2
    below, above = float(stats.chi2.cdf(statistic, df)), float(stats.chi2.sf(statistic, df))
    p = {"less": below, "greater": above, "two-sided": min(1.0, 2 * min(below, above))}[arguments.alternative]
    half = arguments.alpha / 2
    return VarianceResult(
        method="Chi-square test of one variance",
        n_used=df + 1,
        statistic=statistic,
        df=df,
        p_value=p,
        standard_deviation=deviation,
        sigma_ci_low=deviation * np.sqrt(df / stats.chi2.isf(half, df)),
        sigma_ci_high=deviation * np.sqrt(df / stats.chi2.ppf(half, df)),
        significant=p < arguments.alpha,
        assumptions=[normality("the sample", arguments.sample)],
        conventions={"alternative": arguments.alternative, "ddof": "1", "interval": "two-sided"},
        conclusion=f"The standard deviation {'differs' if p < arguments.alpha else 'does not differ significantly'} from "
        f"{arguments.sigma:g} (p = {p:.4g}).",
    )


def _spread(name: str, values: list[float]) -> float:
    if len(values) < 2 or min(values) == max(values):
        raise ToolError(name, values, "has no spread", "give two different values or more")
    return float(np.std(values, ddof=1))


def _deviations(groups: Mapping[str, list[float]]) -> dict[str, float]:
    found: dict[str, Any] = {}
    for name, group in groups.items():
        if len(group) < 2:
            raise ToolError(f"groups.{name}", group, "one value has no spread", "give at least 2 values in each group")
        found[name] = float(np.std(group, ddof=1))
    if not any(found.values()):
        raise ToolError("groups", "", "no group varies", "check the data")
    return found


def _verdict(p: float, alpha: float) -> str:
    return f"The variances {'differ' if p < alpha else 'do not differ significantly'} at alpha = {alpha:g} (p = {p:.4g})."
