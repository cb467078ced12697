"""Bootstrap intervals and permutation tests."""

import math
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.sided import finding
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Alpha, Alternative, Numbers, Seed

TOPIC = "Resampling"
MAX_DRAWS = {"mean": 90_000_000, "median": 45_000_000, "standard_deviation": 75_000_000, "variance": 75_000_000}
"""Values drawn by one bootstrap, which takes two thirds of a second."""
MAX_PERMUTED = 30_000_000
"""Values rearranged by one permutation test, which takes about a second."""
RESAMPLES, LEAST_RESAMPLES = 9_999, 100
"""Where the call names none: the former, or as many as the time allows, but not fewer than the latter."""
IN_TAIL = 5
"""Resamples beyond an end of the interval below which the end is a matter of chance."""
MAX_JACKKNIFE = 3_000
"""Values in a sample up to which BCa leaves each one out."""
MAX_EXACT = 100_000
"""Arrangements up to which the permutation test is exact."""
FEW = 10
"""Values in a sample below which a bootstrap interval is too short."""
STEP = 1_000_000
"""Values held at once."""

Array = NDArray[np.float64]
Statistic = Callable[..., Any]


def _mean(sample: Array, axis: int = -1) -> Any:
    return sample.mean(axis=axis)


def _median(sample: Array, axis: int = -1) -> Any:
    return np.median(sample, axis=axis)


def _deviation(sample: Array, axis: int = -1) -> Any:
    return sample.std(axis=axis, ddof=1)


def _variance(sample: Array, axis: int = -1) -> Any:
    return sample.var(axis=axis, ddof=1)


ONE: dict[str, Statistic] = {"mean": _mean, "median": _median, "standard_deviation": _deviation, "variance": _variance}


class BootstrapResult(Result):
    """A statistic with its bootstrap interval."""

    headline: ClassVar[tuple[str, ...]] = ("estimate", "ci_low", "ci_high", "standard_error", "bias")

    estimate: float
    """The statistic of the data."""
    ci_low: float
    """Lower end of the interval at confidence 1 - alpha."""
    ci_high: float
    standard_error: float
    """Standard deviation of the statistic over the resamples."""
    bias: float
    """Mean of the statistic over the resamples minus the estimate."""
    resamples: int
    """B."""
    seed: int


class BootstrapInterval(Arguments):
    """One sample, or two to compare."""

    aliases: ClassVar = {
        "data": "sample",
        "x": "sample",
        "group1": "sample",
        "y": "second",
        "group2": "second",
        "b": "resamples",
        "n_resamples": "resamples",
        "stat": "statistic",
    }

    sample: Numbers
    second: Numbers | None = None
    """Second sample: the interval is of the statistic's difference, first minus second, or of its ratio."""
    statistic: Annotated[Literal["mean", "median", "standard_deviation", "variance"], SETTING] = "mean"
    """Standard deviation and variance with n - 1."""
    comparison: Annotated[Literal["difference", "ratio"], SETTING] = "difference"
    """How two samples are compared."""
    method: Annotated[Literal["bca", "percentile"], SETTING] | None = None
    """Bias-corrected and accelerated, or the plain percentiles of the resamples. Without, `bca` up to 3,000 values in a
    sample and `percentile` beyond, where both agree."""
    resamples: Annotated[int, Field(ge=LEAST_RESAMPLES, le=100_000), SETTING] | None = None
    """B. Without, 9999, or fewer beyond 4,500 values."""
    seed: Seed = 0
    alpha: Alpha = 0.05


class PermutationResult(Result):
    """The comparison of two samples over rearrangements of their values."""

    headline: ClassVar[tuple[str, ...]] = ("difference", "p_value", "exact")

    difference: float
    """The statistic of the first sample minus that of the second."""
    p_value: float
    p_value_error: float
    """Standard error of p_value from the random choice of rearrangements; 0 where it is exact."""
    exact: bool
    """Whether all rearrangements were counted."""
    rearrangements: int
    """How many were counted, or drawn."""
    seed: int
    significant: bool
    """p_value < alpha."""


class PermutationTest(Arguments):
    """Two independent samples."""

    aliases: ClassVar = {
        "x": "group1",
        "y": "group2",
        "sample1": "group1",
        "sample2": "group2",
        "n_resamples": "resamples",
        "b": "resamples",
    }

    group1: Numbers
    """First sample."""
    group2: Numbers
    """Second sample."""
    statistic: Annotated[Literal["mean", "median"], SETTING] = "mean"
    """Whose difference is compared."""
    alternative: Alternative = "two-sided"
    resamples: Annotated[int, Field(ge=LEAST_RESAMPLES, le=100_000), SETTING] | None = None
    """Rearrangements to draw where all are too many. Without, 9999, or fewer beyond 3,000 values."""
    seed: Seed = 0
    alpha: Alpha = 0.05


@operation(
    "bootstrap_interval",
    topic=TOPIC,
    source="Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 and 14",
    examples=(
        {"sample": [94, 197, 16, 38, 99, 141, 23], "statistic": "mean", "resamples": 2000, "seed": 1},
        {
            "sample": [94, 197, 16, 38, 99, 141, 23],
            "second": [52, 104, 146, 10, 51, 30, 40, 27, 46],
            "statistic": "median",
            "method": "percentile",
        },
    ),
)
def bootstrap_interval(arguments: BootstrapInterval) -> BootstrapResult:
    """Between which values does a mean, median, standard deviation or difference lie, without assuming a distribution?

    For statistics without a good formula, and skewed data of 10 values or more. For means of roughly normal data the
    intervals of t_test or t_test_one_sample are exact, for medians of few values sign_test.
    """
    samples = [_checked("sample", arguments.sample, arguments.statistic)]
    if arguments.second is not None:
        samples.append(_checked("second", arguments.second, arguments.statistic))
    total = sum(sample.size for sample in samples)
    resamples = _resamples(arguments.resamples, total, MAX_DRAWS[arguments.statistic], "sample")
    small = max(sample.size for sample in samples) <= MAX_JACKKNIFE
    method = arguments.method or ("bca" if small else "percentile")
    if method == "bca" and not small:
        raise ToolError(
            "method", "bca", f"more than {MAX_JACKKNIFE:,} values", "use percentile, which agrees for large samples"
        )
    statistic = _combined(arguments)
    estimate = float(statistic(*samples))
    if not math.isfinite(estimate):
        raise ToolError("second", arguments.second, "the ratio has no value", "compare by difference")
    test = stats.bootstrap(
        samples,
        statistic,
        n_resamples=resamples,
        batch=max(1, STEP // total),
        vectorized=True,
        confidence_level=1 - arguments.alpha,
        method="BCa" if method == "bca" else "percentile",
        rng=np.random.default_rng(arguments.seed),
    )
    low, high = (float(end) for end in test.confidence_interval)
    drawn = test.bootstrap_distribution
    if not (math.isfinite(low) and math.isfinite(high) and np.isfinite(drawn).all()):
        raise ToolError(
            "sample", arguments.sample, "the resamples give no interval", "use the percentile method, or give more values"
        )
    notices = []
    smallest = min(sample.size for sample in samples)
    if smallest < FEW:
        message = f"The smallest sample has {smallest} values; below {FEW} a bootstrap interval is usually too short."
        notices.append(Notice(code="small_sample", message=message))
    if resamples * arguments.alpha / 2 < IN_TAIL:
        message = f"Fewer than {IN_TAIL} of {resamples} resamples lie beyond each end, so the ends depend on chance."
        notices.append(Notice(code="few_resamples", message=message))
    name = arguments.statistic.replace("_", " ")
    what = name if arguments.second is None else f"{arguments.comparison} of the {name}s"
    return BootstrapResult(
        method=f"Bootstrap interval ({'BCa' if method == 'bca' else 'percentile'}) for the {what}",
        n_used=total,
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        standard_error=float(drawn.std(ddof=1)),
        bias=float(drawn.mean()) - estimate,
        resamples=resamples,
        seed=arguments.seed,
        conventions={
            "resampling": f"{resamples} resamples, each sample by itself, seed {arguments.seed} (numpy PCG64)",
            "ddof": "1",
            **_adapted(arguments.resamples, resamples, total),
            **_adapted_method(arguments.method, small),
        },
        warnings=notices,
        conclusion=f"The {what} is {estimate:.4g}, with an interval from {low:.4g} to {high:.4g} "
        f"at confidence {1 - arguments.alpha:g}.",
    )


@operation(
    "permutation_test",
    topic=TOPIC,
    source="Fisher, R. A. (1935), The Design of Experiments, section 21; Phipson and Smyth (2010), Statistical "
    "Applications in Genetics and Molecular Biology 9, 39",
    examples=({"group1": [94, 197, 16, 38, 99, 141, 23], "group2": [52, 104, 146, 10, 51, 30, 40, 27, 46]},),
)
def permutation_test(arguments: PermutationTest) -> PermutationResult:
    """Do two independent samples differ in mean or median, judged by rearranging their values?

    Needs no distribution, only that the values could have fallen to either sample alike. Exact where there are few
    rearrangements. For roughly normal data t_test gives an interval too; for ranks mann_whitney.
    """
    one, two = np.asarray(arguments.group1), np.asarray(arguments.group2)
    pooled = np.concatenate([one, two])
    for name, sample in (("group1", one), ("group2", two)):
        if sample.size < 2:
            raise ToolError(name, sample.tolist(), "a permutation test needs two values", "give at least 2 in each sample")
    if pooled.min() == pooled.max():
        raise ToolError("group1", arguments.group1, "all values of both samples are equal", "check the data")
    # The mean's difference is a growing function of the first sample's mean, which keeps it finite for large values.
    unit = float(np.abs(pooled).max())
    one, two = one / unit, two / unit
    statistic = _mean if arguments.statistic == "mean" else _median
    count = math.comb(pooled.size, min(one.size, two.size)) if min(one.size, two.size) <= 20 else MAX_EXACT + 1
    exact = count <= MAX_EXACT
    resamples = MAX_EXACT if exact else _resamples(arguments.resamples, pooled.size, MAX_PERMUTED, "group1")

    def difference(first: Array, second: Array, axis: int = -1) -> Any:
        gap = statistic(first, axis=axis) - statistic(second, axis=axis)
        # Equal sums in another order differ in the last bits; on a grid of 2^-40 they tie as they do on paper.
        return np.rint(gap * 2.0**40) / 2.0**40

    test = stats.permutation_test(
        (one, two),
        difference,
        vectorized=True,
        alternative=arguments.alternative,
        n_resamples=resamples,
        batch=max(1, STEP // pooled.size),
        rng=np.random.default_rng(arguments.seed),
    )
    p = float(min(1.0, test.pvalue))
    drawn = count if exact else resamples
    error = 0.0 if exact else math.sqrt(p * (1 - p) / drawn)
    least = (2 if arguments.alternative == "two-sided" else 1) / (drawn + 1)
    notices = []
    if not exact and least >= arguments.alpha:
        message = f"With {drawn} rearrangements p_value cannot fall below {least:.3g}, so nothing can be significant."
        notices.append(Notice(code="few_resamples", message=message))
    name = "means" if arguments.statistic == "mean" else "medians"
    return PermutationResult(
        method=f"Permutation test of the {name}, {'exact' if exact else 'random rearrangements'}",
        n_used=pooled.size,
        difference=float(statistic(one) - statistic(two)) * unit,
        p_value=p,
        p_value_error=error,
        exact=exact,
        rearrangements=drawn,
        seed=arguments.seed,
        significant=p < arguments.alpha,
        conventions={
            "two-sided p": "twice the smaller tail (scipy); others count differences that are as large in size",
            "random p": "the observed arrangement counts as one of the drawn ones",
            "alternative": arguments.alternative,
            **({} if exact else _adapted(arguments.resamples, resamples, pooled.size)),
        },
        warnings=notices,
        conclusion=finding(f"The difference of the {name}", p, arguments.alpha),
    )


def _resamples(asked: int | None, values: int, draws: int, field: str) -> int:
    """As many as were asked for, or as `draws` of `values` allow."""
    most = draws // values
    if most < LEAST_RESAMPLES:
        remedy = f"give at most {draws // LEAST_RESAMPLES:,}, such as a random part of them"
        raise ToolError(field, "", f"{values:,} values are too many to resample", remedy)
    if asked is None:
        return min(RESAMPLES, most)
    if asked > most:
        raise ToolError("resamples", asked, f"too many for {values:,} values", f"give at most {most:,}, or leave it out")
    return asked


def _adapted(asked: int | None, resamples: int, values: int) -> dict[str, str]:
    """What to say where the number of resamples was chosen below the usual one."""
    if asked is not None or resamples == RESAMPLES:
        return {}
    return {"resamples": f"{resamples}, as many as {values:,} values allow in about a second; usual are {RESAMPLES}"}


def _adapted_method(asked: str | None, small: bool) -> dict[str, str]:
    if asked is not None or small:
        return {}
    return {"method": f"percentile, since a sample has more than {MAX_JACKKNIFE:,} values; BCa would hardly differ"}


def _checked(name: str, values: list[float], statistic: str) -> Array:
    sample = np.asarray(values, dtype=np.float64)
    if sample.size < 3:
        raise ToolError(name, values, f"{sample.size} values for the {statistic.replace('_', ' ')}", "give at least 3")
    if sample.min() == sample.max():
        raise ToolError(name, values, "all values are equal, so resamples cannot differ", "check the data")
    return sample


def _combined(arguments: BootstrapInterval) -> Statistic:
    single = ONE[arguments.statistic]
    if arguments.second is None:
        return single

    def difference(first: Array, second: Array, axis: int = -1) -> Any:
        return single(first, axis=axis) - single(second, axis=axis)

    def ratio(first: Array, second: Array, axis: int = -1) -> Any:
        return single(first, axis=axis) / single(second, axis=axis)

    return ratio if arguments.comparison == "ratio" else difference
