"""Tests that use only on which side of a value the data lie: sign test, Mood's median test and the runs test."""

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import gammaln

from havoc.tools.errors import ToolError
from havoc.tools.math.ranks import TOPIC, differences_from
from havoc.tools.math.sided import finding, z_p_value
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import Alpha, Alternative, Groups, Number, Numbers, equal_lengths

FEW = 5
"""Expected count below which the chi-square approximation is poor."""
MAX_EXACT_RUNS = 1000
"""Values up to which the exact distribution of the number of runs is summed."""


class SignTestResult(Result):
    """How many values lie on either side of the hypothesised median."""

    headline: ClassVar[tuple[str, ...]] = ("above", "below", "p_value", "median", "ci_low", "ci_high")

    above: int
    below: int
    equal: int
    """Values equal to the hypothesised median; they are left out of the test."""
    p_value: float
    """Exact binomial."""
    median: float
    """Of the sample, or of the differences."""
    ci_low: float | None
    """Lower end of an interval for the median: an ordered value; None with too few values."""
    ci_high: float | None
    confidence: float | None
    """What the interval between these ordered values really covers: 1 - alpha or more."""
    significant: bool
    """p_value < alpha."""


class SignTest(Arguments):
    """One sample, or two measurements of the same items."""

    aliases: ClassVar = {"x": "sample", "y": "paired_with", "before": "sample", "after": "paired_with", "mu": "median"}

    sample: Numbers
    paired_with: Numbers | None = None
    """Second measurement of the same items, in the same order; the test is of sample - paired_with."""
    median: Number = 0.0
    """Hypothesised median of the sample, or of the differences."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class MoodMedianResult(Result):
    """How many values of each sample lie above the median of all."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "df", "p_value", "grand_median")

    statistic: float
    """Pearson's chi-square of the table above / not above."""
    df: int
    p_value: float
    grand_median: float
    """Of all values together."""
    above: dict[str, int]
    """Values above the grand median."""
    not_above: dict[str, int]
    medians: dict[str, float]
    significant: bool
    """p_value < alpha."""


class MoodMedian(Arguments):
    """Independent samples."""

    aliases: ClassVar = {"data": "groups", "samples": "groups"}

    groups: Groups
    alpha: Alpha = 0.05


class RunsTestResult(Result):
    """The number of runs on either side of a value."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "expected_runs", "statistic", "p_value")

    runs: int
    """Stretches of values on one side."""
    expected_runs: float
    """In random order."""
    standard_deviation: float
    """Of the number of runs in random order."""
    statistic: float
    """z: negative for too few runs (drift, clusters), positive for too many (alternation)."""
    p_value: float
    """Normal, two-sided, without continuity correction."""
    p_value_exact: float | None
    """Sum of the numbers of runs no more probable than the observed one; None for many values."""
    above: int
    below: int
    equal: int
    """Values equal to `about`; they are left out."""
    about: float
    """The value that separates the sides."""
    significant: bool
    """p_value < alpha."""


class RunsTest(Arguments):
    """Values in the order in which they arose."""

    aliases: ClassVar = {"data": "sample", "x": "sample", "values": "sample", "threshold": "about", "cutoff": "about"}

    sample: Numbers
    """In time order."""
    about: Number | None = None
    """Value that separates the sides; the median of the sample where left out."""
    alpha: Alpha = 0.05


@operation(
    "sign_test",
    topic=TOPIC,
    source="Conover, W. J. (1999), Practical Nonparametric Statistics, 3rd ed., sections 3.2 and 3.4",
    examples=(
        {"sample": [10.2, 9.7, 10.9, 10.4, 11.3, 9.9, 10.8], "median": 10},
        {"sample": [12, 15, 11, 14, 16, 13], "paired_with": [11, 13, 11, 12, 15, 14]},
    ),
)
def sign_test(arguments: SignTest) -> SignTestResult:
    """Does the median of a sample, or of paired differences, differ from a given value, whatever the distribution?

    It assumes no symmetry and needs only the signs, so it has less power than wilcoxon (symmetric distributions) and
    t_test_one_sample or t_test_paired (roughly normal ones).
    """
    values = np.asarray(arguments.sample)
    if arguments.paired_with is not None:
        equal_lengths(sample=arguments.sample, paired_with=arguments.paired_with)
        values = values - np.asarray(arguments.paired_with)
    differences = differences_from(arguments.sample, arguments.paired_with, arguments.median)
    above, below = int((differences > 0).sum()), int((differences < 0).sum())
    if above + below == 0:
        raise ToolError("sample", arguments.sample, "every value equals the hypothesised median", "check the data")
    p = float(stats.binomtest(above, above + below, 0.5, arguments.alternative).pvalue)
    tail = arguments.alpha / (2 if arguments.alternative == "two-sided" else 1)
    low, high, confidence, undefined = _median_interval(np.sort(values), tail, arguments.alternative)
    equal = values.size - above - below
    return SignTestResult(
        method="Sign test, exact",
        n_used=values.size,
        above=above,
        below=below,
        equal=equal,
        p_value=p,
        median=float(np.median(values)),
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        significant=p < arguments.alpha,
        undefined=undefined,
        conventions={
            "values equal to the median": "left out of the test",
            "interval": "between ordered values, covering 1 - alpha or more; Minitab also interpolates to 1 - alpha",
            "alternative": arguments.alternative,
        },
        warnings=[Notice(code="ties", message=f"{equal} values equal the hypothesised median.")] if equal else [],
        conclusion=finding(f"The difference of the median from {arguments.median:g}", p, arguments.alpha),
    )


@operation(
    "mood_median",
    topic=TOPIC,
    source="Mood, A. M. (1950), Introduction to the Theory of Statistics, section 16.5; Conover (1999), section 4.3",
    examples=({"groups": {"A": [83, 91, 94, 89, 89, 96, 91, 92, 90], "B": [78, 82, 81, 77, 79, 81, 80, 81]}},),
)
def mood_median(arguments: MoodMedian) -> MoodMedianResult:
    """Do the medians of several independent samples differ, even with outliers?

    Counts the values above the median of all. Nothing is robuster against outliers, but kruskal_wallis has more power.
    """
    names = list(arguments.groups)
    samples = [np.asarray(group) for group in arguments.groups.values()]
    pooled = np.concatenate(samples)
    grand = float(np.median(pooled))
    above = np.array([(sample > grand).sum() for sample in samples], dtype=np.float64)
    sizes = np.array([sample.size for sample in samples], dtype=np.float64)
    share = above.sum() / pooled.size
    if not 0 < share < 1:
        raise ToolError(
            "groups", "", "no value lies above the median of all", "use kruskal_wallis: too many values are equal"
        )
    statistic = float(((above - sizes * share) ** 2 / (sizes * share * (1 - share))).sum())
    df = len(names) - 1
    p = float(stats.chi2.sf(statistic, df))
    smallest = float(sizes.min() * min(share, 1 - share))
    return MoodMedianResult(
        method="Mood's median test",
        n_used=pooled.size,
        statistic=statistic,
        df=df,
        p_value=p,
        grand_median=grand,
        above={name: int(count) for name, count in zip(names, above, strict=True)},
        not_above={name: int(count) for name, count in zip(names, sizes - above, strict=True)},
        medians={name: float(np.median(sample)) for name, sample in zip(names, samples, strict=True)},
        significant=p < arguments.alpha,
        conventions={
            "values equal to the grand median": "counted as not above it (Minitab)",
            "continuity correction": "none; scipy applies Yates's to two groups",
        },
        assumptions=[
            Assumption(
                name="expected counts large enough",
                holds=smallest >= FEW,
                detail=f"smallest expected count = {smallest:.4g}, needed {FEW}",
            )
        ],
        conclusion=finding("The difference of the medians", p, arguments.alpha),
    )


@operation(
    "runs_test_randomness",
    topic=TOPIC,
    source="Wald and Wolfowitz (1940), Annals of Mathematical Statistics 11, 147-162; NIST/SEMATECH e-Handbook 1.3.5.13",
    examples=({"sample": [12.1, 12.4, 11.8, 12.0, 12.6, 12.7, 12.5, 12.8, 11.9, 11.7, 12.2, 12.9]},),
)
def runs_test_randomness(arguments: RunsTest) -> RunsTestResult:
    """Are values in random order, or do they drift or alternate?

    Counts the runs above and below the median. Look for a cause in a run chart; for the strength of serial dependence
    use the autocorrelation, for a process in time a control chart.
    """
    values = np.asarray(arguments.sample)
    about = float(np.median(values)) if arguments.about is None else arguments.about
    side = values[values != about] > about
    above, below = int(side.sum()), int((~side).sum())
    if not above or not below:
        raise ToolError(
            "sample", arguments.sample, f"all values lie on one side of {about:g}", "give a value between them as about"
        )
    n = above + below
    runs = 1 + int((side[1:] != side[:-1]).sum())
    product = 2.0 * above * below
    expected = 1 + product / n
    variance = product * (product - n) / (n**2 * (n - 1))
    if not variance > 0:
        raise ToolError("sample", arguments.sample, "too few values for a runs test", "give at least 3 that differ")
    z = (runs - expected) / math.sqrt(variance)
    p = z_p_value(z, "two-sided")
    exact = _runs_p(runs, above, below) if n <= MAX_EXACT_RUNS else None
    direction = "fewer" if runs < expected else "more"
    return RunsTestResult(
        method=f"Runs test about {'the median' if arguments.about is None else f'{about:g}'}",
        n_used=n,
        runs=runs,
        expected_runs=expected,
        standard_deviation=math.sqrt(variance),
        statistic=z,
        p_value=p,
        p_value_exact=exact,
        above=above,
        below=below,
        equal=values.size - n,
        about=about,
        significant=p < arguments.alpha,
        undefined={} if exact is not None else {"p_value_exact": f"not summed beyond {MAX_EXACT_RUNS} values"},
        conventions={
            "values equal to about": "left out; Minitab counts them below, and takes the mean as default",
            "p value": "normal without continuity correction (NIST, Minitab)",
        },
        assumptions=[
            Assumption(
                name="normal approximation for z",
                holds=min(above, below) > 10,
                detail=f"{above} values above and {below} below, more than 10 needed",
            )
        ],
        conclusion=finding("The departure from random order", p, arguments.alpha)[:-1]
        + f", with {direction} runs than expected.",
    )


def _median_interval(
    ordered: NDArray[np.float64], tail: float, side: str
) -> tuple[float | None, float | None, float | None, dict[str, str]]:
    n = ordered.size
    # The d-th value from either end is outside with probability P(Binomial(n, 1/2) < d).
    depth = int(stats.binom.ppf(tail, n, 0.5))
    if stats.binom.cdf(depth - 1, n, 0.5) > tail or depth < 1:
        reason = "too few values for an interval of this confidence"
        return None, None, None, dict.fromkeys(("ci_low", "ci_high", "confidence"), reason)
    miss = float(stats.binom.cdf(depth - 1, n, 0.5))
    low, high = float(ordered[depth - 1]), float(ordered[n - depth])
    if side == "less":
        return None, high, 1 - miss, {"ci_low": "the interval of a one-sided test has no lower end"}
    if side == "greater":
        return low, None, 1 - miss, {"ci_high": "the interval of a one-sided test has no upper end"}
    return low, high, 1 - 2 * miss, {}


def _runs_p(runs: int, above: int, below: int) -> float:
    """Exact two-sided p value: the numbers of runs no more probable than the observed one."""
    counts = np.arange(2, 2 * min(above, below) + 2)
    half = counts // 2

    def ways(n: int, k: NDArray[np.int_]) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore"):
            logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        return np.where((k >= 0) & (k <= n), logs, -np.inf)

    even = math.log(2) + ways(above - 1, half - 1) + ways(below - 1, half - 1)
    odd = np.logaddexp(ways(above - 1, half) + ways(below - 1, half - 1), ways(above - 1, half - 1) + ways(below - 1, half))
    total = gammaln(above + below + 1) - gammaln(above + 1) - gammaln(below + 1)
    pmf = np.exp(np.where(counts % 2 == 0, even, odd) - total)
    seen = pmf[runs - 2]
    return min(1.0, float(pmf[pmf <= seen * (1 + 1e-9)].sum()))
