"""Student's and Welch's t tests, from data and from summary statistics."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from scipy import stats

from havoc.tools.checks import equal_variances, normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import SETTING, Alpha, Alternative, Count, Number, Numbers, Positive, equal_lengths

TOPIC = "Means"
ENOUGH = 15
"""Values per sample from which the t test tolerates moderate skewness (Moore, Notz and Fligner, The Basic Practice of
Statistics)."""


class TTestResult(Result):
    """A t statistic with its interval."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "p_value", "df", "difference", "ci_low", "ci_high")

    statistic: float
    """t, for first minus second (or sample minus hypothesised mean)."""
    df: float
    """Degrees of freedom; Welch's are not rounded."""
    p_value: float
    difference: float
    """Estimated difference of means, in the unit of the data."""
    standard_error: float
    ci_low: float | None
    """Lower end of the interval for the difference at confidence 1 - alpha; None where it is one-sided."""
    ci_high: float | None
    """Upper end of that interval."""
    means: list[float]
    standard_deviations: list[float]
    """With n - 1."""
    effect_size: float
    """Cohen's d: the difference over the pooled (one sample, paired: the sample's) standard deviation."""
    significant: bool
    """p_value < alpha."""


class TTest(Arguments):
    """Two independent samples."""

    aliases: ClassVar = {"a": "group1", "b": "group2", "sample1": "group1", "sample2": "group2"}

    group1: Numbers
    """First sample."""
    group2: Numbers
    """Second sample."""
    equal_variances: Annotated[bool, SETTING] = False
    """Pool the variances (Student) instead of Welch's test."""
    difference: Number = 0.0
    """Hypothesised difference of the means."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class OneSampleTTest(Arguments):
    """One sample against a value."""

    aliases: ClassVar = {"data": "sample", "values": "sample", "x": "sample", "mu": "mean", "mu0": "mean", "popmean": "mean"}

    sample: Numbers
    mean: Number = 0.0
    """Hypothesised mean."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class PairedTTest(Arguments):
    """Two measurements of the same items."""

    aliases: ClassVar = {"group1": "before", "group2": "after", "x": "before", "y": "after"}

    before: Numbers
    """First measurement of each item."""
    after: Numbers
    """Second measurement of the same items, in the same order."""
    difference: Number = 0.0
    """Hypothesised mean of before - after."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class TTestFromSummary(Arguments):
    """What a report prints of each sample."""

    mean1: Number
    sd1: Positive
    """Standard deviation with n - 1."""
    n1: Count
    mean2: Number
    """Mean of the second sample; with n2 left out, the hypothesised mean."""
    sd2: Positive | None = None
    n2: Count | None = None
    equal_variances: Annotated[bool, SETTING] = False
    """Pool the variances (Student) instead of Welch's test."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


@operation(
    "t_test",
    topic=TOPIC,
    source="Welch, B. L. (1947), Biometrika 34, 28-35; NIST/SEMATECH e-Handbook 7.3.1",
    examples=(
        {"group1": [1, 2, 3, 4, 5], "group2": [2, 3, 4, 5, 6]},
        {"group1": [12.1, 11.9, 12.4, 12.0], "group2": [12.6, 12.8, 12.5, 12.9], "unit": "mm"},
    ),
)
def t_test(arguments: TTest) -> TTestResult:
    """Do two independent samples differ in their means?

    Welch's test, which does not assume equal variances; `equal_variances` pools them (Student's test).
    For two measurements of the same items use t_test_paired: treating pairs as independent loses power.
    With more than two samples use one_way_anova; with strong skewness and few values mann_whitney.
    """
    one, two = _sample("group1", arguments.group1), _sample("group2", arguments.group2)
    groups = {"group1": arguments.group1, "group2": arguments.group2}
    result = _two_samples(
        (float(one.mean()), float(one.std(ddof=1)), one.size),
        (float(two.mean()), float(two.std(ddof=1)), two.size),
        arguments.difference,
        arguments,
    )
    assumptions = [normality(name, group) for name, group in groups.items()]
    assumptions.append(equal_variances(groups))
    notices = [notice for name, group in groups.items() for notice in small_sample(len(group), ENOUGH, name)]
    return TTestResult(**result, assumptions=assumptions, warnings=notices)


@operation(
    "t_test_one_sample",
    topic=TOPIC,
    source="Student (1908), Biometrika 6, 1-25; NIST/SEMATECH e-Handbook 7.2.2",
    examples=({"sample": [9.8, 10.2, 10.4, 9.9, 10.1], "mean": 10},),
)
def t_test_one_sample(arguments: OneSampleTTest) -> TTestResult:
    """Does the mean of one sample differ from a given value?

    The mean of the population is compared with `mean`. For few and skewed values use wilcoxon.
    """
    return _one_sample("sample", arguments.sample, arguments.mean, "One-sample t test", arguments)


@operation(
    "t_test_paired",
    topic=TOPIC,
    source="Student (1908), Biometrika 6, 1-25; NIST/SEMATECH e-Handbook 7.3.1",
    examples=({"before": [12.1, 11.8, 12.6, 12.3], "after": [11.9, 11.5, 12.6, 12.0]},),
)
def t_test_paired(arguments: PairedTTest) -> TTestResult:
    """Do two measurements of the same items differ in their means?

    A one-sample t test of the differences before - after. Items must be in the same order in both lists.
    """
    equal_lengths(before=arguments.before, after=arguments.after)
    differences = [one - two for one, two in zip(arguments.before, arguments.after, strict=True)]
    return _one_sample("before - after", differences, arguments.difference, "Paired t test", arguments)


@operation(
    "t_test_from_summary",
    topic=TOPIC,
    source="Welch, B. L. (1947), Biometrika 34, 28-35; NIST/SEMATECH e-Handbook 7.3.1",
    examples=({"mean1": 20.1, "sd1": 6.4, "n1": 249, "mean2": 30.5, "sd2": 6.1, "n2": 79},),
)
def t_test_from_summary(arguments: TTestFromSummary) -> TTestResult:
    """A t test from means, standard deviations and sample sizes, as reports print them.

    With mean2, sd2 and n2 it compares two samples (Welch, or pooled); with mean2 alone, one sample against that value.
    The assumptions cannot be checked without the data.
    """
    if arguments.n1 < 2:
        raise ToolError("n1", arguments.n1, "a t test needs two values", "give n1 of at least 2")
    first = (arguments.mean1, arguments.sd1, arguments.n1)
    if (arguments.sd2 is None) != (arguments.n2 is None):
        raise ToolError("n2" if arguments.n2 is None else "sd2", "", "missing", "give both sd2 and n2, or neither")
    unknown = [Assumption(name="normality", holds=None, detail="only summary statistics were given")]
    if arguments.sd2 is None or arguments.n2 is None:
        one = _one(first, arguments.mean2, "One-sample t test from summary statistics", arguments)
        return TTestResult(**one, assumptions=unknown)
    if arguments.n2 < 2:
        raise ToolError("n2", arguments.n2, "a t test needs two values", "give n2 of at least 2")
    two = _two_samples(first, (arguments.mean2, arguments.sd2, arguments.n2), 0.0, arguments)
    return TTestResult(**two, assumptions=unknown)


def _sample(name: str, values: list[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    if len(values) < 2:
        raise ToolError(name, values, "a t test needs two values", "give at least 2 values in each sample")
    return np.asarray(values, dtype=np.float64)


def _one_sample(
    name: str, values: list[float], mean: float, method: str, arguments: OneSampleTTest | PairedTTest
) -> TTestResult:
    sample = _sample(name, values)
    if np.ptp(sample) == 0:
        raise ToolError(name, values, "all values are equal, so there is no spread to test against", "check the data")
    summary = (float(sample.mean()), float(sample.std(ddof=1)), sample.size)
    return TTestResult(
        **_one(summary, mean, method, arguments),
        assumptions=[normality(name, values)],
        warnings=small_sample(sample.size, ENOUGH, name),
    )


def _one(
    summary: tuple[float, float, int], mean: float, method: str, arguments: OneSampleTTest | PairedTTest | TTestFromSummary
) -> dict[str, Any]:
    average, deviation, n = summary
    return {
        "method": method,
        "n_used": n,
        "means": [average],
        "standard_deviations": [deviation],
        "effect_size": (average - mean) / deviation,
        "conventions": {"ddof": "1", "alternative": arguments.alternative},
        **_inference(average, mean, deviation / np.sqrt(n), n - 1, arguments),
    }


def _two_samples(
    first: tuple[float, float, int],
    second: tuple[float, float, int],
    hypothesised: float,
    arguments: TTest | TTestFromSummary,
) -> dict[str, Any]:
    (mean1, sd1, n1), (mean2, sd2, n2) = first, second
    if sd1 == 0 and sd2 == 0:
        raise ToolError("group1", "", "both samples are constant, so there is no spread to test against", "check the data")
    pooled = np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))
    share1, share2 = sd1**2 / n1, sd2**2 / n2
    welch_df = (share1 + share2) ** 2 / (share1**2 / (n1 - 1) + share2**2 / (n2 - 1))
    welch = (np.sqrt(share1 + share2), welch_df)
    student = (pooled * np.sqrt(1 / n1 + 1 / n2), float(n1 + n2 - 2))
    taken, other = (student, welch) if arguments.equal_variances else (welch, student)
    name, other_name = ("Student's", "Welch's") if arguments.equal_variances else ("Welch's", "Student's")
    difference = mean1 - mean2
    alternative = _inference(difference, hypothesised, *other, arguments)
    return {
        "method": f"{name} two-sample t test",
        "n_used": n1 + n2,
        "means": [mean1, mean2],
        "standard_deviations": [sd1, sd2],
        "effect_size": float(difference / pooled),
        "conventions": {
            "ddof": "1",
            "alternative": arguments.alternative,
            "variances": f"{name} test; {other_name} would give t = {alternative['statistic']:.4g}, "
            f"df = {alternative['df']:.4g}, p = {alternative['p_value']:.4g}",
        },
        **_inference(difference, hypothesised, *taken, arguments),
    }


def _inference(
    estimate: float,
    hypothesised: float,
    standard_error: float,
    df: float,
    arguments: TTest | OneSampleTTest | PairedTTest | TTestFromSummary,
) -> dict[str, Any]:
    """Statistic, p value, interval and the sentence that says what they mean."""
    side: Literal["two-sided", "less", "greater"] = arguments.alternative
    statistic = (estimate - hypothesised) / standard_error
    distribution = stats.t(df)
    p_value = {
        "two-sided": 2 * distribution.sf(abs(statistic)),
        "less": distribution.cdf(statistic),
        "greater": distribution.sf(statistic),
    }[side]
    margin = distribution.ppf(1 - arguments.alpha / (2 if side == "two-sided" else 1)) * standard_error
    significant = bool(p_value < arguments.alpha)
    return {
        "statistic": float(statistic),
        "df": float(df),
        "p_value": float(p_value),
        "difference": float(estimate - (hypothesised if isinstance(arguments, OneSampleTTest) else 0)),
        "standard_error": float(standard_error),
        "ci_low": None if side == "less" else float(estimate - margin),
        "ci_high": None if side == "greater" else float(estimate + margin),
        "significant": significant,
        "conclusion": f"The difference is {'' if significant else 'not '}significant at alpha = {arguments.alpha:g} "
        f"(p = {p_value:.4g}).",
        "undefined": {
            "less": {"ci_low": "the interval of a one-sided test has no lower end"},
            "greater": {"ci_high": "the interval of a one-sided test has no upper end"},
        }.get(side, {}),
    }
