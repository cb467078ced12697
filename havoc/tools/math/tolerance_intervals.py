"""Tolerance intervals: what contains a stated part of the population, with a stated confidence."""

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from scipy import optimize, stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.math.quadrature import gauss_legendre
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import SETTING, Alpha, Count, Number, Numbers, Positive, Probability

TOPIC = "Tolerance intervals"
Side = Annotated[Literal["two-sided", "lower", "upper"], SETTING]
NODES = 128
"""Of the Gauss-Legendre rule."""
FARTHEST = 9.0
"""Standard errors of the mean that are integrated over: beyond lies 2e-19."""
LARGEST_N, LARGEST_REQUIRED = 10**7, 10**9
SMALLEST_COVERAGE, LARGEST_COVERAGE, SMALLEST_ALPHA = 1e-6, 1 - 1e-10, 1e-9
"""Within these the quantiles of the noncentral distributions are good to six digits."""


class NormalToleranceResult(Result):
    """An interval about the mean with its factor."""

    headline: ClassVar[tuple[str, ...]] = ("lower", "upper", "k")

    lower: float | None
    """Lower tolerance limit; None for an upper interval."""
    upper: float | None
    """Upper tolerance limit; None for a lower interval."""
    k: float
    """Tolerance factor: the limits are mean -+ k standard deviations."""
    k_howe: float | None = None
    """Howe's approximate two-sided factor (NIST k2), for comparison; None for one-sided intervals."""
    mean: float
    standard_deviation: float
    """With n - 1."""
    coverage: float
    """Part of the population that is contained."""
    confidence: float


class NormalTolerance(Arguments):
    """A sample, or its mean, standard deviation and size."""

    aliases: ClassVar = {
        "data": "sample",
        "values": "sample",
        "x": "sample",
        "sd": "standard_deviation",
        "p": "coverage",
        "proportion": "coverage",
    }

    sample: Numbers | None = None
    mean: Number | None = None
    """Instead of the sample."""
    standard_deviation: Positive | None = None
    """Instead of the sample, with n - 1."""
    n: Count | None = None
    """Instead of the sample."""
    coverage: Probability = 0.95
    """Part of the population to contain, 99% as 0.99."""
    side: Side = "two-sided"
    """`lower`: the part lies above the lower limit."""
    method: Annotated[Literal["exact", "howe"], SETTING] = "exact"
    """Two-sided factor: exact, or Howe's approximation (NIST, conventional tables)."""
    alpha: Alpha = 0.05


class NonparametricToleranceResult(Result):
    """An interval between two order statistics."""

    headline: ClassVar[tuple[str, ...]] = ("lower", "upper", "achieved_confidence", "required_n")

    lower: float | None
    """Lower tolerance limit; None for an upper interval."""
    upper: float | None
    """Upper tolerance limit; None for a lower interval."""
    lower_rank: int | None
    """Rank of the lower limit in the sorted sample, from 1."""
    upper_rank: int | None
    """Rank of the upper limit."""
    achieved_confidence: float
    """Confidence that the interval really has: above 1 - alpha where the sample is large enough."""
    required_n: int
    """Smallest sample of which the extremes reach coverage and confidence."""
    coverage: float
    enough: bool
    """The sample is large enough for coverage and confidence."""


class NonparametricTolerance(Arguments):
    """A sample."""

    aliases: ClassVar = {"data": "sample", "values": "sample", "x": "sample", "p": "coverage", "proportion": "coverage"}

    sample: Numbers
    coverage: Probability = 0.95
    """Part of the population to contain, 99% as 0.99."""
    side: Side = "two-sided"
    """`lower`: the part lies above the lower limit."""
    alpha: Alpha = 0.05


class ToleranceSampleSizeResult(Result):
    """A sample size for a distribution-free tolerance interval."""

    headline: ClassVar[tuple[str, ...]] = ("n", "achieved_confidence")

    n: int
    achieved_confidence: float
    """Confidence with n: the first to reach 1 - alpha."""
    coverage: float


class ToleranceSampleSize(Arguments):
    """What the interval must contain."""

    aliases: ClassVar = {"p": "coverage", "proportion": "coverage"}

    coverage: Probability = 0.95
    """Part of the population to contain, 99% as 0.99."""
    side: Annotated[Literal["two-sided", "one-sided"], SETTING] = "two-sided"
    discard: Count = 0
    """Extreme values that may be left outside, over both ends together."""
    alpha: Alpha = 0.05


@operation(
    "tolerance_interval_normal",
    topic=TOPIC,
    source="ISO 16269-6:2014; Odeh, R. E. and Owen, D. B. (1980), Tables for Normal Tolerance Limits; Howe, W. G. (1969), "
    "JASA 64, 610-620; NIST/SEMATECH e-Handbook 7.2.6.3",
    examples=(
        {"sample": [9.8, 10.2, 10.4, 9.9, 10.1, 10.0, 9.7, 10.3], "coverage": 0.99, "unit": "mm"},
        {"mean": 97.07, "standard_deviation": 0.0268, "n": 43, "coverage": 0.9, "alpha": 0.01, "side": "lower"},
    ),
)
def tolerance_interval_normal(arguments: NormalTolerance) -> NormalToleranceResult:
    """Between which limits does a stated part of a normal population lie, with confidence 1 - alpha?

    From a sample or from its mean, standard deviation and n. For data that are not normal use
    tolerance_interval_nonparametric; for the mean itself an interval of t_test_one_sample; the sample limits say nothing
    about capability indices.
    """
    mean, deviation, n = _moments(arguments)
    p, confidence, two = arguments.coverage, 1 - arguments.alpha, arguments.side == "two-sided"
    if not SMALLEST_COVERAGE <= p <= LARGEST_COVERAGE:
        raise ToolError("coverage", p, "too extreme for an accurate factor", "give 1e-6 to 1 - 1e-10")
    if arguments.alpha < SMALLEST_ALPHA:
        raise ToolError("alpha", arguments.alpha, "too extreme for an accurate factor", f"give at least {SMALLEST_ALPHA:g}")
    howe = howe_factor(n, p, confidence) if two else None
    if howe is None:
        k = one_sided_factor(n, p, confidence)
    else:
        k = howe if arguments.method == "howe" else two_sided_factor(n, p, confidence)
    known = arguments.sample is not None
    assumption = Assumption(name="normality", holds=None, detail="only summary statistics were given")
    lower = None if arguments.side == "upper" else mean - k * deviation
    upper = None if arguments.side == "lower" else mean + k * deviation
    return NormalToleranceResult(
        method=f"{arguments.side.capitalize()} normal tolerance interval",
        n_used=n,
        lower=lower,
        upper=upper,
        k=k,
        k_howe=howe,
        mean=mean,
        standard_deviation=deviation,
        coverage=p,
        confidence=confidence,
        conventions={
            "factor": "noncentral t, exact"
            if howe is None
            else f"{arguments.method}; exact gives {two_sided_factor(n, p, confidence):.5f}, Howe {howe:.5f}",
            "ddof": "1",
        },
        assumptions=[normality("sample", arguments.sample) if known and arguments.sample else assumption],
        undefined=_one_end(arguments.side),
        conclusion=f"With confidence {confidence:g}, at least {p:.6g} of the population lies {_where(lower, upper)}.",
    )


@operation(
    "tolerance_interval_nonparametric",
    topic=TOPIC,
    source="Wilks, S. S. (1941), Ann. Math. Stat. 12, 91-96; Hahn, G. J. and Meeker, W. Q. (1991), Statistical Intervals, "
    "section 5.3; ISO 16269-6:2014",
    examples=(
        {"sample": [4.1, 3.9, 5.2, 4.4, 4.0, 4.7, 4.3, 5.0, 4.6, 4.2], "coverage": 0.7, "unit": "mm"},
        {"sample": [4.1, 3.9, 5.2, 4.4, 4.0, 4.7, 4.3, 5.0, 4.6, 4.2], "coverage": 0.7, "side": "upper"},
    ),
)
def tolerance_interval_nonparametric(arguments: NonparametricTolerance) -> NonparametricToleranceResult:
    """Between which values of the sample does a stated part of any continuous population lie?

    The limits are order statistics, so no distribution is assumed; the price is a large sample (93 values for 95% with
    confidence 95%), see tolerance_sample_size. Normal data need far fewer with tolerance_interval_normal.
    """
    values = sorted(arguments.sample)
    n, p, confidence = len(values), arguments.coverage, 1 - arguments.alpha
    if n < 2:
        raise ToolError("sample", values, "one value spans nothing", "give at least 2 values")
    two = arguments.side == "two-sided"
    # The part between ranks r and s has a beta distribution: it exceeds p with probability P(binomial(n, p) < s - r).
    spacings = min(int(stats.binom.ppf(confidence, n, p)) + 1, n - 1 if two else n)
    outside = n + 1 - spacings
    rank_low = {"two-sided": outside // 2, "lower": outside, "upper": 0}[arguments.side]
    achieved = float(stats.binom.cdf(spacings - 1, n, p))
    low = values[rank_low - 1] if rank_low else None
    rank_high = rank_low + spacings
    high = values[rank_high - 1] if rank_high <= n else None
    required = _required_n(p, confidence, 2 if two else 1)
    enough = achieved >= confidence
    notices = []
    if not enough:
        message = f"{n} values reach confidence {achieved:.4f} only; {confidence:g} needs {required}."
        notices.append(Notice(code="sample_too_small", message=message))
    return NonparametricToleranceResult(
        method=f"{arguments.side.capitalize()} distribution-free tolerance interval",
        n_used=n,
        lower=low,
        upper=high,
        lower_rank=rank_low if low is not None else None,
        upper_rank=rank_high if high is not None else None,
        achieved_confidence=achieved,
        required_n=required,
        coverage=p,
        enough=enough,
        conventions={
            "ranks": "as few spacings as reach the confidence, left out evenly at both ends; an odd one at the top"
            if two
            else "the innermost order statistic that reaches the confidence"
        },
        assumptions=[
            Assumption(name="continuous population", holds=len(set(values)) == n, detail=f"{n - len(set(values))} ties")
        ],
        warnings=notices,
        undefined=_one_end(arguments.side) | {f"{name}_rank": why for name, why in _one_end(arguments.side).items()},
        conclusion=f"With confidence {achieved:.4f}, at least {p:g} of the population lies {_where(low, high)}.",
    )


@operation(
    "tolerance_sample_size",
    topic=TOPIC,
    source="Wilks, S. S. (1941), Ann. Math. Stat. 12, 91-96; ISO 16269-6:2014, annexes on distribution-free intervals",
    examples=({"coverage": 0.95}, {"coverage": 0.99, "side": "one-sided", "alpha": 0.1, "discard": 2}),
)
def tolerance_sample_size(arguments: ToleranceSampleSize) -> ToleranceSampleSizeResult:
    """How many values does a distribution-free tolerance interval need?

    The smallest n of which the extremes (or, with `discard`, the values next to them) contain the stated part of the
    population with confidence 1 - alpha. One-sided without discards this is also the zero-failure test of
    reliability_demonstration.
    """
    blocks = (2 if arguments.side == "two-sided" else 1) + arguments.discard
    if blocks > 10**6:
        raise ToolError("discard", arguments.discard, "too many", "give at most 999,998")
    confidence = 1 - arguments.alpha
    n = _required_n(arguments.coverage, confidence, blocks)
    achieved = float(stats.binom.cdf(n - blocks, n, arguments.coverage))
    return ToleranceSampleSizeResult(
        method="Sample size of a distribution-free tolerance interval",
        n_used=n,
        n=n,
        achieved_confidence=achieved,
        coverage=arguments.coverage,
        conventions={"exactness": "binomial, no approximation"},
        conclusion=f"n = {n} contains {arguments.coverage:.6g} of the population with confidence {achieved:.5f}.",
    )


def one_sided_factor(n: int, coverage: float, confidence: float) -> float:
    """k of mean + k s, exactly, from the noncentral t distribution."""
    return float(stats.nct.ppf(confidence, n - 1, stats.norm.ppf(coverage) * math.sqrt(n)) / math.sqrt(n))


def howe_factor(n: int, coverage: float, confidence: float) -> float:
    """Howe's approximate two-sided factor; it is up to 7% too large at n = 2 and 0.4% too small near n = 10."""
    z = stats.norm.isf((1 - coverage) / 2)
    return float(z * math.sqrt((n - 1) * (1 + 1 / n) / stats.chi2.ppf(1 - confidence, n - 1)))


def two_sided_factor(n: int, coverage: float, confidence: float) -> float:
    """The exact two-sided factor (Odeh and Owen 1980, section 3).

    Given how far the mean is off, x = z / sqrt(n), a half-width r contains the coverage where r^2 is the quantile of a
    noncentral chi-square with noncentrality x^2; s is large enough with a chi-square probability, averaged over z.
    """
    nodes, weights = gauss_legendre(NODES)
    z = FARTHEST / 2 * (nodes + 1)
    density = weights * FARTHEST * stats.norm.pdf(z)
    half_width_squared = stats.ncx2.ppf(coverage, 1, z * z / n)

    def excess(log_k: float) -> float:
        contained = stats.chi2.sf((n - 1) * half_width_squared / math.exp(2 * log_k), n - 1)
        return float(np.dot(density, contained)) - confidence

    start = math.log(howe_factor(n, coverage, confidence))
    return math.exp(optimize.brentq(excess, start - 2, start + 2, xtol=1e-13))


def _moments(arguments: NormalTolerance) -> tuple[float, float, int]:
    summary = (arguments.mean, arguments.standard_deviation, arguments.n)
    if arguments.sample is not None:
        if any(one is not None for one in summary):
            raise ToolError("sample", "", "given together with mean, standard_deviation or n", "give one or the other")
        sample = np.asarray(arguments.sample)
        if sample.size < 2:
            raise ToolError("sample", arguments.sample, "one value has no spread", "give at least 2 values")
        if np.ptp(sample) == 0:
            raise ToolError("sample", arguments.sample, "all values are equal", "check the data; they have no spread")
        return float(sample.mean()), float(sample.std(ddof=1)), sample.size
    mean, deviation, n = summary
    if mean is None or deviation is None or n is None:
        raise ToolError("sample", "", "missing", "give the sample, or mean, standard_deviation and n")
    if not 2 <= n <= LARGEST_N:
        raise ToolError("n", n, "not a usable sample size", f"give n from 2 to {LARGEST_N:,}")
    return mean, deviation, n


def _required_n(coverage: float, confidence: float, blocks: int) -> int:
    """Smallest n with P(binomial(n, coverage) <= n - blocks) >= confidence; it rises with n."""
    low, high = blocks - 1, blocks
    while stats.binom.cdf(high - blocks, high, coverage) < confidence:
        if high > LARGEST_REQUIRED:
            raise ToolError("coverage", coverage, f"needs more than {LARGEST_REQUIRED:,} values", "ask for less coverage")
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if stats.binom.cdf(middle - blocks, middle, coverage) < confidence:
            low = middle
        else:
            high = middle
    return high


def _one_end(side: str) -> dict[str, str]:
    missing = {"lower": "upper", "upper": "lower"}.get(side)
    return {missing: f"the interval is {side} only"} if missing else {}


def _where(low: float | None, high: float | None) -> str:
    if low is None:
        return f"below {high:.6g}"
    return f"above {low:.6g}" if high is None else f"between {low:.6g} and {high:.6g}"
