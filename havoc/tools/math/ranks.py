"""Rank tests of one or two samples: Mann-Whitney and Wilcoxon's signed ranks, with their estimates of location."""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.sided import Side, finding, z_quantile
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import Alpha, Alternative, Number, Numbers, equal_lengths

TOPIC = "Nonparametric tests"
EXACT = 49
"""Values per sample up to which, without ties, the exact distribution is used (as R does)."""
MAX_PAIRS = 2_000_000
"""Differences or averages up to which the estimate of location is computed."""
TOO_MANY = f"more than {MAX_PAIRS:,} pairs of values"
NO_TIES = Notice(code="ties", message="Equal values make the exact distribution wrong; the normal one with ties is used.")


class MannWhitneyResult(Result):
    """The comparison of two samples by ranks."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "p_value", "difference", "ci_low", "ci_high")

    statistic: float
    """U of the first sample: pairs in which it is the larger, ties half (R's W)."""
    u2: float
    """U of the second sample."""
    rank_sum: float
    """Sum of the ranks of the first sample (Minitab's W)."""
    p_value: float
    exact: bool
    """Whether p_value is exact."""
    difference: float | None
    """Hodges-Lehmann estimate of first minus second: the median of all differences."""
    ci_low: float | None
    """Lower end of its interval at confidence 1 - alpha or a little more; None where there is none."""
    ci_high: float | None
    medians: list[float]
    superiority: float
    """Estimated probability that a value of the first sample is larger than one of the second, ties half."""
    significant: bool
    """p_value < alpha."""


class MannWhitney(Arguments):
    """Two independent samples."""

    aliases: ClassVar = {
        "x": "group1",
        "y": "group2",
        "a": "group1",
        "b": "group2",
        "sample1": "group1",
        "sample2": "group2",
    }

    group1: Numbers
    """First sample."""
    group2: Numbers
    """Second sample."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class WilcoxonResult(Result):
    """Signed ranks of one sample, or of paired differences."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "minimum", "p_value", "pseudomedian", "ci_low", "ci_high")

    statistic: float
    """V: sum of the ranks of the positive differences (R)."""
    minimum: float
    """The smaller of the sums of positive and of negative ranks (scipy, most tables)."""
    p_value: float
    exact: bool
    """Whether p_value is exact."""
    pseudomedian: float | None
    """Hodges-Lehmann estimate: the median of all averages of two values."""
    ci_low: float | None
    """Lower end of its interval at confidence 1 - alpha or a little more; None where there is none."""
    ci_high: float | None
    n_nonzero: int
    """Differences that are not 0; only these are ranked."""
    significant: bool
    """p_value < alpha."""


class Wilcoxon(Arguments):
    """One sample, or two measurements of the same items."""

    aliases: ClassVar = {
        "x": "sample",
        "y": "paired_with",
        "before": "sample",
        "after": "paired_with",
        "group1": "sample",
        "group2": "paired_with",
        "mu": "median",
    }

    sample: Numbers
    paired_with: Numbers | None = None
    """Second measurement of the same items, in the same order; the test is of sample - paired_with."""
    median: Number = 0.0
    """Hypothesised median of the sample, or of the differences."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


@operation(
    "mann_whitney",
    topic=TOPIC,
    source="Mann and Whitney (1947), Annals of Mathematical Statistics 18, 50-60; "
    "Hodges and Lehmann (1963), ibid. 34, 598-611",
    examples=({"group1": [0.80, 0.83, 1.89, 1.04, 1.45, 1.38], "group2": [1.15, 0.88, 0.90, 0.74, 1.21]},),
)
def mann_whitney(arguments: MannWhitney) -> MannWhitneyResult:
    """Does one of two independent samples tend to larger values?

    Also called Wilcoxon's rank sum test. For skewed data, outliers or ordered categories; it compares medians only where
    both distributions have the same shape. For roughly normal data t_test tells more; for pairs use wilcoxon, for more
    than two samples kruskal_wallis.
    """
    one, two = np.asarray(arguments.group1), np.asarray(arguments.group2)
    n1, n2 = one.size, two.size
    pooled = np.concatenate([one, two])
    if pooled.min() == pooled.max():
        raise ToolError("group1", arguments.group1, "all values of both samples are equal", "check the data")
    side = arguments.alternative
    ties = np.unique(pooled).size < pooled.size
    exact = not ties and max(n1, n2) <= EXACT
    test = stats.mannwhitneyu(one, two, alternative=side, method="exact" if exact else "asymptotic")
    u, p = float(test.statistic), float(test.pvalue)
    estimate: tuple[float | None, float | None, float | None] = (None, None, None)
    undefined = dict.fromkeys(("difference", "ci_low", "ci_high"), TOO_MANY)
    if n1 * n2 <= MAX_PAIRS:
        cut = _cut(
            _rank_sum_counts(n1, n2) if exact else None,
            n1 * n2 / 2,
            _tied_error(pooled, n1, n2),
            z_quantile(arguments.alpha, side),
            arguments.alpha / (2 if side == "two-sided" else 1),
        )
        estimate, undefined = _location(np.subtract.outer(one, two).ravel(), cut, side, "difference")
    return MannWhitneyResult(
        method=f"Mann-Whitney test, {'exact' if exact else 'normal approximation'}",
        n_used=n1 + n2,
        statistic=u,
        u2=n1 * n2 - u,
        rank_sum=u + n1 * (n1 + 1) / 2,
        p_value=p,
        exact=exact,
        difference=estimate[0],
        ci_low=estimate[1],
        ci_high=estimate[2],
        medians=[float(np.median(one)), float(np.median(two))],
        superiority=u / (n1 * n2),
        significant=p < arguments.alpha,
        undefined=undefined,
        conventions=_conventions(exact, side)
        | {"statistic": "U of the first sample (R's W); Minitab's W is rank_sum; tables use the smaller U"},
        assumptions=[
            Assumption(
                name="equal shapes",
                holds=None,
                detail="needed to read a difference of medians; look at plots of both samples",
            )
        ],
        warnings=[NO_TIES] if ties and max(n1, n2) <= EXACT else [],
        conclusion=finding("The difference in location", p, arguments.alpha),
    )


@operation(
    "wilcoxon",
    topic=TOPIC,
    source="Wilcoxon, F. (1945), Biometrics Bulletin 1, 80-83; Hodges and Lehmann (1963), Annals of Mathematical Statistics "
    "34, 598-611",
    examples=(
        {"sample": [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55], "paired_with": [0.88, 0.65, 0.60, 2.05, 1.06, 1.29, 1.07]},
        {"sample": [10.2, 9.7, 10.9, 10.4, 11.3, 9.9, 10.8], "median": 10},
    ),
)
def wilcoxon(arguments: Wilcoxon) -> WilcoxonResult:
    """Does the median of a sample, or of paired differences, differ from a given value?

    Wilcoxon's signed rank test assumes a symmetric distribution; for a skewed one use sign_test, for a roughly normal one
    t_test_one_sample or t_test_paired. For two independent samples use mann_whitney.
    """
    values = np.asarray(arguments.sample)
    if arguments.paired_with is not None:
        equal_lengths(sample=arguments.sample, paired_with=arguments.paired_with)
        values = values - np.asarray(arguments.paired_with)
    differences = differences_from(arguments.sample, arguments.paired_with, arguments.median)
    nonzero = differences[differences != 0]
    n, side = nonzero.size, arguments.alternative
    if n == 0:
        raise ToolError("sample", arguments.sample, "every difference is 0", "check the data and the hypothesised median")
    ranks = stats.rankdata(np.abs(nonzero))
    positive = float(ranks[nonzero > 0].sum())
    ties, zeros = np.unique(np.abs(nonzero)).size < n, n < values.size
    exact = not ties and not zeros and n <= EXACT
    test = stats.wilcoxon(nonzero, alternative=side, correction=not exact, method="exact" if exact else "asymptotic")
    p = float(min(1.0, test.pvalue))
    estimate: tuple[float | None, float | None, float | None] = (None, None, None)
    undefined = dict.fromkeys(("pseudomedian", "ci_low", "ci_high"), TOO_MANY)
    size = values.size
    if size * (size + 1) // 2 <= MAX_PAIRS:
        cut = _cut(
            _signed_rank_counts(size) if exact else None,
            size * (size + 1) / 4,
            math.sqrt(size * (size + 1) * (2 * size + 1) / 24),
            z_quantile(arguments.alpha, side),
            arguments.alpha / (2 if side == "two-sided" else 1),
        )
        first, second = np.triu_indices(size)
        estimate, undefined = _location(values[first] / 2 + values[second] / 2, cut, side, "pseudomedian")
    notices = [NO_TIES] if ties and n <= EXACT else []
    if zeros:
        message = f"{values.size - n} differences are 0 and were left out of the ranks (Wilcoxon's rule)."
        notices.append(Notice(code="zeros", message=message))
    return WilcoxonResult(
        method=f"Wilcoxon signed rank test, {'exact' if exact else 'normal approximation'}",
        n_used=values.size,
        statistic=positive,
        minimum=min(positive, n * (n + 1) / 2 - positive),
        p_value=p,
        exact=exact,
        pseudomedian=estimate[0],
        ci_low=estimate[1],
        ci_high=estimate[2],
        n_nonzero=n,
        significant=p < arguments.alpha,
        undefined=undefined,
        conventions=_conventions(exact, side) | {"statistic": "V, the sum of positive ranks (R); scipy gives the minimum"},
        assumptions=[_symmetry(values)],
        warnings=notices,
        conclusion=finding(f"The difference of the median from {arguments.median:g}", p, arguments.alpha),
    )


def differences_from(sample: list[float], paired_with: list[float] | None, median: float) -> NDArray[np.float64]:
    """sample - paired_with - median, on a grid of 2^-40 of the data: 1.3 - 1.2 and 0.3 - 0.2 are equal, as on paper."""
    largest = max(map(abs, [*sample, *(paired_with or ()), median]))
    step = math.ldexp(1.0, max(math.frexp(largest)[1] - 40, -1000))
    differences = np.asarray(sample) - (0 if paired_with is None else np.asarray(paired_with)) - median
    return np.rint(differences / step) * step


def _conventions(exact: bool, side: str) -> dict[str, str]:
    return {
        "distribution": f"exact without ties up to {EXACT} values per sample, else normal, corrected for ties and continuity"
        + ("" if exact else "; the normal one was used"),
        "alternative": side,
    }


def _tied_error(pooled: NDArray[np.float64], n1: int, n2: int) -> float:
    total = n1 + n2
    counts = np.unique(pooled, return_counts=True)[1].astype(np.float64)
    return math.sqrt(n1 * n2 / 12 * (total + 1 - float((counts**3 - counts).sum()) / (total * (total - 1))))


def _rank_sum_counts(n1: int, n2: int) -> list[int]:
    """Arrangements for each U: the Gaussian binomial coefficient, factor by factor."""
    counts = [1] + [0] * (n1 * n2)
    for index in range(1, n1 + 1):
        for u in range(n1 * n2, n2 + index - 1, -1):
            counts[u] -= counts[u - n2 - index]
        for u in range(index, n1 * n2 + 1):
            counts[u] += counts[u - index]
    return counts


def _signed_rank_counts(n: int) -> list[int]:
    """Sets of signs for each sum of positive ranks."""
    counts = [1] + [0] * (n * (n + 1) // 2)
    for rank in range(1, n + 1):
        for total in range(len(counts) - 1, rank - 1, -1):
            counts[total] += counts[total - rank]
    return counts


def _cut(counts: Sequence[int] | None, mean: float, error: float, z: float, tail: float) -> int:
    """How many ordered differences lie outside the interval at each end (Hollander and Wolfe, sections 3.3 and 4.3)."""
    if counts is None:
        return max(0, math.floor(mean - z * error))
    allowed, below = tail * sum(counts), 0
    for statistic, count in enumerate(counts):
        below += count
        if below > allowed:
            return statistic
    return len(counts)


def _location(
    differences: NDArray[np.float64], cut: int, side: Side, name: str
) -> tuple[tuple[float | None, float | None, float | None], dict[str, str]]:
    """Estimate, lower and upper end, and why an end is missing."""
    undefined: dict[str, str] = {}
    low = high = None
    if cut == 0:
        undefined |= dict.fromkeys(("ci_low", "ci_high"), "too few values for an interval of this confidence")
    else:
        ordered = np.partition(differences, [cut - 1, differences.size - cut])
        low, high = float(ordered[cut - 1]), float(ordered[differences.size - cut])
    if side == "less":
        low, undefined["ci_low"] = None, "the interval of a one-sided test has no lower end"
    elif side == "greater":
        high, undefined["ci_high"] = None, "the interval of a one-sided test has no upper end"
    return (float(np.median(differences)), low, high), undefined


def _symmetry(values: NDArray[np.float64]) -> Assumption:
    spread = values.std(ddof=1) if values.size > 2 else 0.0
    if not spread > 0:
        return Assumption(name="symmetry", holds=None, detail="too few different values to tell")
    skewness = float(stats.skew(values, bias=False))
    return Assumption(
        name="symmetry", holds=abs(skewness) < 1, detail=f"sample skewness = {skewness:.3g}, should be within +-1"
    )
