"""Power and sample size for means: t tests, one-way analysis of variance, and intervals of a wanted width."""

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.power_solving import (
    MAX_N,
    TOPIC,
    PowerResult,
    checked_effect,
    checked_n,
    checked_power,
    checked_size,
    finite_correction,
    rounded_up,
    smallest_notice,
    solve_effect,
    solve_n,
    summary,
    tails,
    unknown,
)
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import SETTING, Alpha, Alternative, Count, Number, Numbers, Positive, Probability

Design = Annotated[Literal["two-sample", "one-sample", "paired"], SETTING]
LARGEST_NONCENTRALITY = 1e5
"""Beyond it the power is 0 or 1 to all digits."""


class TTestPowerResult(PowerResult):
    """Sample size, power and difference of a t test."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "difference")

    difference: float
    """Difference of the means that is detected, in the unit of the data."""
    effect_size: float
    """Cohen's d: the difference over the standard deviation."""
    n2: int | None = None
    """Size of the second sample; None for one sample and for pairs."""


class PowerTTest(Arguments):
    """Two of n, difference and power."""

    aliases: ClassVar = {
        "delta": "difference",
        "sd": "standard_deviation",
        "sigma": "standard_deviation",
        "sample_size": "n",
    }

    n: Count | None = None
    """Sample size of each group; of the first with `ratio`; pairs for the paired test. Left out, it is computed."""
    difference: Number | None = None
    """Difference of the means (one sample: from the hypothesised mean) to detect. Left out, it is computed."""
    power: Probability | None = None
    """Probability of detecting it. Left out, it is computed."""
    standard_deviation: Positive = 1.0
    """Standard deviation within a group; of the differences for the paired test."""
    design: Design = "two-sample"
    ratio: Positive = 1.0
    """n of the second sample over n of the first."""
    alternative: Alternative = "two-sided"
    """`greater`: the difference is above 0; `less`: below."""
    alpha: Alpha = 0.05


class AnovaPowerResult(PowerResult):
    """Sample size and power of a one-way analysis of variance."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "maximum_difference", "effect_size")

    maximum_difference: float
    """Largest minus smallest mean; where only `effect_size` was given, of the arrangement hardest to detect."""
    effect_size: float
    """Cohen's f: root mean square deviation of the means over the standard deviation within groups."""
    noncentrality: float
    """Of the F distribution under the alternative, at n."""
    df1: int
    """Degrees of freedom between groups."""
    df2: int
    """Degrees of freedom within groups."""


class PowerAnova(Arguments):
    """Two of n, power and one description of the effect."""

    aliases: ClassVar = {"k": "groups", "sd": "standard_deviation", "sigma": "standard_deviation", "f": "effect_size"}

    groups: Count | None = None
    """How many groups; not needed with `means`."""
    n: Count | None = None
    """Values in each group. Left out, it is computed."""
    means: Numbers | None = None
    """The means to detect, one per group."""
    maximum_difference: Positive | None = None
    """Largest minus smallest mean to detect, the others in the middle. Left out with all effects, it is computed."""
    effect_size: Positive | None = None
    """Cohen's f, instead of means or maximum_difference."""
    power: Probability | None = None
    """Probability of detecting it. Left out, it is computed."""
    standard_deviation: Positive = 1.0
    """Standard deviation within groups."""
    alpha: Alpha = 0.05


class SampleSizeResult(Result):
    """The sample size of an estimate."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "margin")

    n: int
    """Sample size, rounded up."""
    n_unrounded: float
    margin: float
    """Half-width of the interval that n gives: at most the one asked for."""


class SampleSizeForMean(Arguments):
    """The margin and the spread."""

    aliases: ClassVar = {
        "margin_of_error": "margin",
        "sd": "standard_deviation",
        "sigma": "standard_deviation",
        "N": "population",
    }

    margin: Positive
    """Half-width of the interval, in the unit of the data."""
    standard_deviation: Positive
    """Expected standard deviation."""
    known_standard_deviation: Annotated[bool, SETTING] = False
    """The standard deviation is known (normal quantile), instead of estimated from the sample (t, iterated)."""
    population: Count | None = None
    """Size of a finite population that is sampled without replacement."""
    alpha: Alpha = 0.05


@operation(
    "power_t_test",
    topic=TOPIC,
    source="Cohen, J. (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 2; "
    "Johnson, Kotz and Balakrishnan (1995), Continuous Univariate Distributions 2, chapter 31 (noncentral t)",
    examples=(
        {"difference": 1, "power": 0.9},
        {"n": 20, "difference": 1},
        {"n": 15, "power": 0.8, "standard_deviation": 2.5, "design": "paired", "alternative": "greater", "unit": "mm"},
    ),
)
def power_t_test(arguments: PowerTTest) -> TTestPowerResult:
    """How many values does a t test need, or what power or detectable difference does it have?

    Give two of n, difference and power; the third is computed, exactly, from the noncentral t distribution.
    For more than two means use power_anova; to show that means are equal, power_equivalence; for the width of an
    interval instead of a test, sample_size_for_mean.
    """
    solved = unknown(n=arguments.n, difference=arguments.difference, power=arguments.power)
    two, side, alpha = arguments.design == "two-sample", arguments.alternative, arguments.alpha
    ratio = arguments.ratio if two else 1.0
    if not two and arguments.ratio != 1:
        raise ToolError("ratio", arguments.ratio, f"a {arguments.design} test has one sample", "leave ratio out")
    if not 1e-6 <= ratio <= 1e6:
        raise ToolError("ratio", ratio, "too far from 1", "give a ratio of sample sizes between 1e-6 and 1e6")
    smallest = max(2, math.ceil(2 / ratio)) if two else 2

    def power_at(n: float, difference: float) -> float:
        n2 = ratio * n
        df = n + n2 - 2 if two else n - 1
        scale = math.sqrt(n * n2 / (n + n2)) if two else math.sqrt(n)
        return t_power(difference / arguments.standard_deviation * scale, df, side, alpha)

    n, difference = arguments.n, arguments.difference
    if difference is not None:
        checked_size("standard_deviation", difference / arguments.standard_deviation)
    if arguments.power is not None:
        checked_power(arguments.power, alpha)
    if n is not None:
        checked_n(n, smallest)
    exact_n = float(n or 0)
    if difference is None and arguments.power is not None:
        most = -math.inf if side == "less" else math.inf
        effect = solve_effect(lambda d: power_at(exact_n, d * arguments.standard_deviation), arguments.power, 0.0, most)
        difference = effect * arguments.standard_deviation
    elif n is None and difference is not None and arguments.power is not None:
        checked_effect("difference", difference, difference, side)
        effect = difference
        exact_n = solve_n(lambda n: power_at(n, effect), arguments.power, smallest)
    whole = rounded_up(exact_n)
    difference = float(difference or 0.0)
    whole2 = rounded_up(ratio * whole) if two else None
    total = whole + (whole2 or 0)
    power = power_at(whole, difference)
    return TTestPowerResult(
        **summary(solved, exact_n, power, arguments.power, total),
        method={"two-sample": "Two-sample", "one-sample": "One-sample", "paired": "Paired"}[arguments.design] + " t test",
        difference=difference,
        effect_size=difference / arguments.standard_deviation,
        n2=whole2,
        conventions={
            "distribution": "noncentral t (iterated n); the normal approximation would give a smaller n",
            "two-sided power": "both tails count (Minitab, pwr; R power.t.test with strict = TRUE)",
            "variances": "pooled, equal in both groups",
            "rounding": "n up, so that the power is at least the one asked for",
        },
        assumptions=[
            Assumption(name="normality", holds=None, detail="no data yet"),
            Assumption(name="standard deviation", holds=None, detail=f"taken as {arguments.standard_deviation:g}"),
        ],
        warnings=smallest_notice(exact_n, smallest, solved),
        conclusion=f"n = {whole}{' per group' if two and ratio == 1 else ''} detects a difference of {difference:.6g} "
        f"with power {power:.4f} at alpha = {alpha:g}.",
    )


@operation(
    "power_anova",
    topic=TOPIC,
    source="Cohen, J. (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 8; "
    "Montgomery, D. C., Design and Analysis of Experiments, section 3.7",
    examples=(
        {"groups": 4, "maximum_difference": 1.5, "power": 0.9},
        {"means": [575, 600, 650, 675], "standard_deviation": 25, "n": 4, "alpha": 0.01},
        {"groups": 5, "effect_size": 0.25, "power": 0.8},
    ),
)
def power_anova(arguments: PowerAnova) -> AnovaPowerResult:
    """How many values per group does a one-way analysis of variance need, or what power does it have?

    Describe the effect by the means, by the largest difference of two means (the others are put in the middle, the
    arrangement hardest to detect) or by Cohen's f; leave out n, power or the effect. For two groups it equals
    power_t_test. For two-level factorial designs use the power operation of designs.
    """
    described = {"means": arguments.means, "maximum_difference": arguments.maximum_difference, "f": arguments.effect_size}
    if sum(one is not None for one in described.values()) > 1:
        raise ToolError(
            "effect_size", "", "the effect is described twice", "give one of means, maximum_difference, effect_size"
        )
    groups, alpha = _groups(arguments), arguments.alpha
    sd, spread = arguments.standard_deviation, math.sqrt(2 * groups)
    f: float | None = arguments.effect_size
    if arguments.maximum_difference is not None:
        f = arguments.maximum_difference / sd / spread
    if arguments.means is not None:
        f = float(np.std(arguments.means)) / sd
    solved = unknown(n=arguments.n, maximum_difference=f, power=arguments.power)
    if f is not None:
        checked_size("standard_deviation", f)

    def power_at(n: float, f: float) -> float:
        df2 = groups * (n - 1)
        noncentrality = min(groups * n * f * f, LARGEST_NONCENTRALITY)
        return float(stats.ncf.sf(stats.f.isf(alpha, groups - 1, df2), groups - 1, df2, noncentrality))

    if arguments.power is not None:
        checked_power(arguments.power, alpha)
    exact_n = float(checked_n(arguments.n, 2)) if arguments.n is not None else 0.0
    if f is None and arguments.power is not None:
        f = solve_effect(lambda f: power_at(exact_n, f), arguments.power, 0.0, math.inf)
    elif arguments.n is None and arguments.power is not None and f is not None:
        checked_effect("means", arguments.means, f, "greater")
        known = f
        exact_n = solve_n(lambda n: power_at(n, known), arguments.power, 2)
    f = float(f or 0.0)
    whole = rounded_up(exact_n)
    power = power_at(whole, f)
    largest = float(np.ptp(arguments.means)) if arguments.means is not None else f * sd * spread
    return AnovaPowerResult(
        **summary(solved, exact_n, power, arguments.power, whole * groups),
        method=f"One-way analysis of variance of {groups} groups",
        maximum_difference=largest,
        effect_size=f,
        noncentrality=groups * whole * f * f,
        df1=groups - 1,
        df2=groups * (whole - 1),
        conventions={
            "effect": "the means as given"
            if arguments.means is not None
            else "two means at the ends, the others in the middle (least power for this largest difference)",
            "rounding": "n up, the same in every group",
        },
        assumptions=[Assumption(name="equal variances", holds=None, detail=f"standard deviation taken as {sd:g}")],
        warnings=smallest_notice(exact_n, 2, solved),
        conclusion=f"n = {whole} per group detects a largest difference of {largest:.6g} with power {power:.4f} "
        f"at alpha = {alpha:g}.",
    )


@operation(
    "sample_size_for_mean",
    topic=TOPIC,
    source="Hahn, G. J. and Meeker, W. Q. (1991), Statistical Intervals, chapter 8; Cochran, W. G. (1977), Sampling "
    "Techniques, 3rd ed., section 4.6 (finite population)",
    examples=(
        {"margin": 0.5, "standard_deviation": 2, "unit": "mm"},
        {"margin": 2, "standard_deviation": 10, "known_standard_deviation": True, "population": 500},
    ),
)
def sample_size_for_mean(arguments: SampleSizeForMean) -> SampleSizeResult:
    """How many values estimate a mean to within a margin of error?

    The half-width of the two-sided interval at confidence 1 - alpha is at most `margin`. To detect a difference with a
    given power use power_t_test; for a proportion sample_size_for_proportion.
    """
    relative, alpha = arguments.margin / arguments.standard_deviation, arguments.alpha
    population, known = arguments.population, arguments.known_standard_deviation

    def margin(n: float, known: bool = known) -> float:
        quantile = stats.norm.isf(alpha / 2) if known else stats.t.isf(alpha / 2, n - 1)
        return float(quantile / math.sqrt(n)) * finite_correction(n, population)

    def needed(known: bool) -> float:
        largest = MAX_N if population is None else population
        return solve_n(lambda n: -margin(n, known), -relative, 1 if known else 2, largest=largest, path="margin")

    exact = needed(known)
    whole = rounded_up(exact)
    achieved = margin(whole) * arguments.standard_deviation
    return SampleSizeResult(
        method="Sample size for a mean",
        n_used=whole,
        n=whole,
        n_unrounded=exact,
        margin=achieved,
        conventions={
            "quantile": "normal, the standard deviation is known"
            if known
            else f"t with n - 1 degrees of freedom, iterated; the normal quantile would give {needed(True):.4f}",
            "population": "infinite" if population is None else f"{population}, finite population correction",
            "rounding": "up",
        },
        assumptions=[
            Assumption(
                name="standard deviation",
                holds=None,
                detail=f"taken as {arguments.standard_deviation:g}; if the sample's is larger, the interval is wider",
            )
        ],
        conclusion=f"n = {whole} estimates the mean to within {achieved:.6g} at confidence {1 - alpha:g}.",
    )


def t_power(noncentrality: float, df: float, side: str, alpha: float) -> float:
    """Probability that the noncentral t falls into the critical region."""
    shift = min(max(noncentrality, -LARGEST_NONCENTRALITY), LARGEST_NONCENTRALITY)
    critical = stats.t.isf(alpha / tails(side), df)
    above = 0.0 if side == "less" else float(stats.nct.sf(critical, df, shift))
    # P(T < -c) under delta is P(T > c) under -delta, which keeps its digits when it is small.
    below = 0.0 if side == "greater" else float(stats.nct.sf(critical, df, -shift))
    return above + below


def _groups(arguments: PowerAnova) -> int:
    if arguments.means is not None:
        if arguments.groups not in (None, len(arguments.means)):
            raise ToolError("groups", arguments.groups, f"{len(arguments.means)} means are given", "leave groups out")
        groups = len(arguments.means)
    elif arguments.groups is None:
        raise ToolError("groups", "", "missing", "give the number of groups, or the means")
    else:
        groups = arguments.groups
    if not 2 <= groups <= 10_000:
        raise ToolError("groups", groups, "not a number of groups to compare", "give 2 to 10,000 groups")
    return groups
