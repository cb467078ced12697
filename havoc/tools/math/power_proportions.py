"""Power and sample size for proportions: one against a value, two against each other, and an interval's width."""

import math
from typing import ClassVar

from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.power_means import SampleSizeResult
from havoc.tools.math.power_solving import (
    MAX_N,
    TOPIC,
    PowerResult,
    checked_effect,
    checked_n,
    checked_power,
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
from havoc.tools.result import Notice
from havoc.tools.values import Alpha, Alternative, Count, Positive, Probability

FEW = 5
"""Expected successes and failures below which the normal approximation is poor (Fleiss, Levin and Paik, section 2.1)."""


class OneProportionPowerResult(PowerResult):
    """Sample size and power of a test of one proportion."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "exact_power", "proportion")

    proportion: float
    """The true proportion that is detected."""
    exact_power: float
    """Power of the exact binomial test at n; it jumps up and down with n."""
    exact_alpha: float
    """What the exact test's error of the first kind really is at n: at most alpha."""
    continuity_corrected_n: float | None = None
    """n_unrounded with the continuity correction (NIST corrects the rounded n); None where n was given."""


class PowerOneProportion(Arguments):
    """The proportion of the hypothesis, and two of n, proportion and power."""

    aliases: ClassVar = {"p0": "null_proportion", "p1": "proportion", "p": "proportion", "sample_size": "n"}

    null_proportion: Probability
    """The hypothesised proportion, 5% as 0.05."""
    proportion: Probability | None = None
    """The true proportion to detect. Left out, it is computed, above the hypothesised one (below it for `less`)."""
    n: Count | None = None
    """Sample size. Left out, it is computed."""
    power: Probability | None = None
    """Probability of detecting it. Left out, it is computed."""
    alternative: Alternative = "two-sided"
    """`greater`: the true proportion is above the hypothesised one."""
    alpha: Alpha = 0.05


class TwoProportionsPowerResult(PowerResult):
    """Sample size and power of a comparison of two proportions."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "proportion1", "proportion2")

    proportion1: float
    proportion2: float
    n2: int
    """Size of the second sample."""
    effect_size: float
    """Cohen's h: difference of 2 arcsin(sqrt p), first minus second."""
    continuity_corrected_n: float | None = None
    """n_unrounded with the continuity correction of Fleiss; None where n was given."""


class PowerTwoProportions(Arguments):
    """The first proportion, and two of n, second proportion and power."""

    aliases: ClassVar = {"p1": "proportion1", "p2": "proportion2", "sample_size": "n"}

    proportion1: Probability
    """Proportion in the first group (control), 5% as 0.05."""
    proportion2: Probability | None = None
    """Proportion in the second group to detect. Left out, it is computed, above the first (below it for `greater`)."""
    n: Count | None = None
    """Sample size of each group; of the first with `ratio`. Left out, it is computed."""
    power: Probability | None = None
    """Probability of detecting the difference. Left out, it is computed."""
    ratio: Positive = 1.0
    """n of the second sample over n of the first."""
    alternative: Alternative = "two-sided"
    """`less`: the first proportion is below the second."""
    alpha: Alpha = 0.05


class SampleSizeForProportion(Arguments):
    """The margin and what is expected of the proportion."""

    aliases: ClassVar = {"margin_of_error": "margin", "p": "proportion", "N": "population"}

    margin: Probability
    """Half-width of the interval, as a fraction: 3 percentage points as 0.03."""
    proportion: Probability = 0.5
    """Expected proportion; 0.5 is the worst case."""
    population: Count | None = None
    """Size of a finite population that is sampled without replacement."""
    alpha: Alpha = 0.05


@operation(
    "power_one_proportion",
    topic=TOPIC,
    source="Fleiss, J. L., Levin, B. and Paik, M. C. (2003), Statistical Methods for Rates and Proportions, 3rd ed., "
    "chapter 2; NIST/SEMATECH e-Handbook 7.2.4.2",
    examples=(
        {"null_proportion": 0.1, "proportion": 0.2, "power": 0.9, "alternative": "greater"},
        {"null_proportion": 0.02, "proportion": 0.05, "n": 300},
        {"null_proportion": 0.5, "n": 100, "power": 0.8},
    ),
)
def power_one_proportion(arguments: PowerOneProportion) -> OneProportionPowerResult:
    """How many items does a test of one proportion against a value need, or what power does it have?

    Give two of n, proportion and power. The search uses the normal approximation, as handbooks do; the power of the exact
    binomial test at that n is reported beside it. To compare two samples use power_two_proportions; for the width of an
    interval sample_size_for_proportion; to demonstrate a reliability reliability_demonstration.
    """
    null, side, alpha = arguments.null_proportion, arguments.alternative, arguments.alpha
    solved = unknown(n=arguments.n, proportion=arguments.proportion, power=arguments.power)
    quantile = stats.norm.isf(alpha / tails(side))

    def power_at(n: float, p: float) -> float:
        critical, spread = quantile * math.sqrt(null * (1 - null)), math.sqrt(p * (1 - p))
        return _normal_power((p - null) * math.sqrt(n), critical, spread, side)

    if arguments.power is not None:
        checked_power(arguments.power, alpha)
    exact_n = float(checked_n(arguments.n, 1)) if arguments.n is not None else 0.0
    proportion = arguments.proportion
    if proportion is None and arguments.power is not None:
        most = 1e-12 if side == "less" else 1 - 1e-12
        proportion = solve_effect(lambda p: power_at(exact_n, p), arguments.power, null, most)
    elif arguments.n is None and proportion is not None and arguments.power is not None:
        checked_effect("proportion", proportion, proportion - null, side)
        p = proportion
        exact_n = solve_n(lambda n: power_at(n, p), arguments.power, 1)
    proportion = float(proportion or 0.0)
    whole = rounded_up(exact_n)
    power = power_at(whole, proportion)
    exact_power, exact_alpha = _binomial_power(whole, null, proportion, side, alpha)
    corrected = _corrected(exact_n, abs(proportion - null), 2.0) if solved == "n" else None
    return OneProportionPowerResult(
        **summary(solved, exact_n, power, arguments.power, whole),
        method="Test of one proportion (normal approximation)",
        proportion=proportion,
        exact_power=exact_power,
        exact_alpha=exact_alpha,
        continuity_corrected_n=corrected,
        conventions={
            "approximation": "normal, variance of the hypothesis under the hypothesis and of the alternative under the "
            "alternative (Minitab, NIST); R's pwr uses the arcsine transformation",
            "exact test": "equal tails" if side == "two-sided" else "one tail",
            "rounding": "n up",
        },
        warnings=[*smallest_notice(exact_n, 1, solved), *_few(whole, null, proportion)],
        conclusion=f"n = {whole} distinguishes a proportion of {proportion:.6g} from {null:g} with power {power:.4f} "
        f"at alpha = {alpha:g}; the exact test has power {exact_power:.4f}.",
    )


@operation(
    "power_two_proportions",
    topic=TOPIC,
    source="Fleiss, J. L., Levin, B. and Paik, M. C. (2003), Statistical Methods for Rates and Proportions, 3rd ed., "
    "chapter 4",
    examples=(
        {"proportion1": 0.5, "proportion2": 0.75, "power": 0.9},
        {"proportion1": 0.05, "proportion2": 0.02, "n": 500, "alternative": "greater"},
        {"proportion1": 0.5, "n": 50, "power": 0.9},
    ),
)
def power_two_proportions(arguments: PowerTwoProportions) -> TwoProportionsPowerResult:
    """How many items per group does a comparison of two proportions need, or what power does it have?

    Give two of n, proportion2 and power; the test is the z test with pooled variance (without continuity correction).
    For one sample against a value use power_one_proportion; for more than two groups power_chi_square.
    """
    first, side, alpha, ratio = arguments.proportion1, arguments.alternative, arguments.alpha, arguments.ratio
    if not 1e-6 <= ratio <= 1e6:
        raise ToolError("ratio", ratio, "too far from 1", "give a ratio of sample sizes between 1e-6 and 1e6")
    solved = unknown(n=arguments.n, proportion2=arguments.proportion2, power=arguments.power)
    quantile = stats.norm.isf(alpha / tails(side))
    smallest = max(1, math.ceil(1 / ratio))

    def power_at(n: float, second: float) -> float:
        pooled = (first + ratio * second) / (1 + ratio)
        critical = quantile * math.sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
        spread = math.sqrt(first * (1 - first) + second * (1 - second) / ratio)
        return _normal_power((first - second) * math.sqrt(n), critical, spread, side)

    if arguments.power is not None:
        checked_power(arguments.power, alpha)
    exact_n = float(checked_n(arguments.n, smallest)) if arguments.n is not None else 0.0
    second = arguments.proportion2
    if second is None and arguments.power is not None:
        most = 1e-12 if side == "greater" else 1 - 1e-12
        second = solve_effect(lambda p: power_at(exact_n, p), arguments.power, first, most)
    elif arguments.n is None and second is not None and arguments.power is not None:
        checked_effect("proportion2", second, first - second, side)
        p = second
        exact_n = solve_n(lambda n: power_at(n, p), arguments.power, smallest)
    second = float(second or 0.0)
    whole = rounded_up(exact_n)
    whole2 = rounded_up(ratio * whole)
    power = power_at(whole, second)
    return TwoProportionsPowerResult(
        **summary(solved, exact_n, power, arguments.power, whole + whole2),
        method="Test of two proportions (z, pooled variance)",
        proportion1=first,
        proportion2=second,
        n2=whole2,
        effect_size=2 * math.asin(math.sqrt(first)) - 2 * math.asin(math.sqrt(second)),
        continuity_corrected_n=_corrected(exact_n, abs(first - second), 2 * (1 + 1 / ratio)) if solved == "n" else None,
        conventions={
            "approximation": "normal with pooled variance under the hypothesis (Minitab, R power.prop.test with strict = "
            "TRUE); R's pwr uses the arcsine transformation",
            "rounding": "n up in both groups",
        },
        warnings=[*smallest_notice(exact_n, smallest, solved), *_few(min(whole, whole2), first, second)],
        conclusion=f"n = {whole} and {whole2} distinguish the proportions {first:g} and {second:.6g} with power {power:.4f} "
        f"at alpha = {alpha:g}.",
    )


@operation(
    "sample_size_for_proportion",
    topic=TOPIC,
    source="Cochran, W. G. (1977), Sampling Techniques, 3rd ed., section 4.4",
    examples=({"margin": 0.05}, {"margin": 0.03, "proportion": 0.1, "population": 2000}),
)
def sample_size_for_proportion(arguments: SampleSizeForProportion) -> SampleSizeResult:
    """How many items estimate a proportion to within a margin of error?

    The half-width of the interval at confidence 1 - alpha is at most `margin` if the proportion is as expected; without
    an expectation the worst case, 0.5, holds for all. To detect a difference use power_one_proportion.
    """
    p, alpha, population = arguments.proportion, arguments.alpha, arguments.population
    scale = float(stats.norm.isf(alpha / 2)) * math.sqrt(p * (1 - p))

    def margin(n: float) -> float:
        return scale / math.sqrt(n) * finite_correction(n, population)

    largest = MAX_N if population is None else population
    exact = solve_n(lambda n: -margin(n), -arguments.margin, 1, largest=largest, path="margin")
    whole = rounded_up(exact)
    return SampleSizeResult(
        method="Sample size for a proportion",
        n_used=whole,
        n=whole,
        n_unrounded=exact,
        margin=margin(whole),
        conventions={
            "interval": "normal (Wald); Wilson's is a little narrower at proportions near 0.5",
            "population": "infinite" if population is None else f"{population}, finite population correction",
            "rounding": "up",
        },
        warnings=_few(whole, p, p),
        conclusion=f"n = {whole} estimates a proportion of about {p:g} to within {margin(whole):.6g} "
        f"at confidence {1 - alpha:g}.",
    )


def _normal_power(shift: float, critical: float, spread: float, side: str) -> float:
    """Probability that a normal deviate about `shift` leaves the acceptance region (-critical, critical)."""
    above = 0.0 if side == "less" else float(stats.norm.sf((critical - shift) / spread))
    below = 0.0 if side == "greater" else float(stats.norm.sf((critical + shift) / spread))
    return above + below


def _binomial_power(n: int, null: float, p: float, side: str, alpha: float) -> tuple[float, float]:
    """Power of the exact binomial test, and the alpha that it really has."""
    under_null, under_p = stats.binom(n, null), stats.binom(n, p)
    power = size = 0.0
    if side != "less":
        # Reject from the smallest count whose upper tail is at most alpha.
        last_accepted = under_null.isf(alpha / tails(side))
        power, size = float(under_p.sf(last_accepted)), float(under_null.sf(last_accepted))
    if side != "greater":
        first_accepted = under_null.ppf(alpha / tails(side))
        if under_null.cdf(first_accepted) <= alpha / tails(side):
            first_accepted += 1
        power += float(under_p.cdf(first_accepted - 1))
        size += float(under_null.cdf(first_accepted - 1))
    return power, size


def _corrected(n: float, difference: float, steps: float) -> float:
    """n with the continuity correction (Fleiss, Levin and Paik 2003, equations 2.12 and 4.19)."""
    return n / 4 * (1 + math.sqrt(1 + steps / (n * difference))) ** 2


def _few(n: int, *proportions: float) -> list[Notice]:
    expected = min(n * min(p, 1 - p) for p in proportions)
    if expected >= FEW:
        return []
    message = f"Only {expected:.3g} successes or failures are expected; below {FEW} the normal approximation is poor."
    return [Notice(code="few_expected", message=message)]
