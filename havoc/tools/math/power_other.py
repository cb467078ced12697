"""Power and sample size of chi-square tests, of correlations and of variances."""

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.power_means import LARGEST_NONCENTRALITY
from havoc.tools.math.power_solving import (
    TOPIC,
    PowerResult,
    checked_effect,
    checked_n,
    checked_power,
    checked_size,
    rounded_up,
    smallest_notice,
    solve_effect,
    solve_n,
    summary,
    tails,
    unknown,
)
from havoc.tools.math.quadrature import gauss_legendre
from havoc.tools.operation import Arguments, operation
from havoc.tools.values import SETTING, Alpha, Alternative, Count, Matrix, Number, Numbers, Positive, Probability

NODES = 128
"""Gauss-Legendre: more nodes do not change the tenth digit of the power of a correlation."""
SMALLEST_ALPHA = 1e-9
NEGLIGIBLE = 1e-13
"""Probability outside the range that is integrated over."""


class ChiSquarePowerResult(PowerResult):
    """Sample size and power of a chi-square test."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "effect_size", "df")

    effect_size: float
    """Cohen's w: root of the sum of (p1 - p0)^2 / p0."""
    df: int
    noncentrality: float
    """n w^2, of the chi-square distribution under the alternative."""


class PowerChiSquare(Arguments):
    """The effect in one of three forms, and n or power."""

    aliases: ClassVar = {"w": "effect_size", "N": "n", "sample_size": "n", "expected": "null_proportions"}

    n: Count | None = None
    """All observations together. Left out, it is computed."""
    effect_size: Positive | None = None
    """Cohen's w (0.1 small, 0.3 medium, 0.5 large). Left out with the proportions, it is computed."""
    proportions: Numbers | None = None
    """Proportions of the categories under the alternative, for a test of goodness of fit."""
    null_proportions: Numbers | None = None
    """Proportions under the hypothesis; left out, all equal."""
    table: Matrix | None = None
    """Proportions of the cells of a two-way table under the alternative, for a test of independence."""
    df: Count | None = None
    """Degrees of freedom; not needed with proportions or a table."""
    power: Probability | None = None
    """Left out, it is computed."""
    alpha: Alpha = 0.05


class CorrelationPowerResult(PowerResult):
    """Sample size and power of the test that a correlation is zero."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "correlation")

    correlation: float
    """Correlation of the population that is detected."""
    fisher_z_power: float
    """Power at n by Fisher's z, as R's package pwr computes it."""
    fisher_z_n: float | None = None
    """n by Fisher's z, not rounded; None where n was given."""


class PowerCorrelation(Arguments):
    """Two of n, correlation and power."""

    aliases: ClassVar = {"r": "correlation", "rho": "correlation", "sample_size": "n"}

    n: Count | None = None
    """Pairs of values. Left out, it is computed."""
    correlation: Number | None = None
    """Pearson correlation to detect, between -1 and 1. Left out, it is computed."""
    power: Probability | None = None
    """Left out, it is computed."""
    alternative: Alternative = "two-sided"
    """`greater`: the correlation is positive."""
    alpha: Alpha = 0.05


class VariancePowerResult(PowerResult):
    """Sample size and power of a test of variances."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "sd_ratio")

    sd_ratio: float
    """Ratio of standard deviations that is detected."""
    variance_ratio: float
    """Its square."""


class PowerVariance(Arguments):
    """Two of n, sd_ratio and power."""

    aliases: ClassVar = {"ratio": "sd_ratio", "standard_deviation_ratio": "sd_ratio", "sample_size": "n"}

    n: Count | None = None
    """Sample size, of each group for two samples. Left out, it is computed."""
    sd_ratio: Positive | None = None
    """True standard deviation over the hypothesised one (two samples: first over second). For a ratio of variances give its
    square root. Left out, it is computed, above 1 (below it for `less`)."""
    power: Probability | None = None
    """Left out, it is computed."""
    design: Annotated[Literal["one-sample", "two-sample"], SETTING] = "one-sample"
    """One standard deviation against a value (chi-square test), or two against each other (F test)."""
    alternative: Alternative = "two-sided"
    """`greater`: the ratio is above 1."""
    alpha: Alpha = 0.05


@operation(
    "power_chi_square",
    topic=TOPIC,
    source="Cohen, J. (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 7",
    examples=(
        {"effect_size": 0.3, "df": 3, "power": 0.8},
        {"proportions": [0.3, 0.3, 0.4], "n": 200},
        {"table": [[0.225, 0.125, 0.125, 0.125], [0.16, 0.16, 0.04, 0.04]], "n": 200},
    ),
)
def power_chi_square(arguments: PowerChiSquare) -> ChiSquarePowerResult:
    """How many observations does a chi-square test need, or what power does it have?

    For goodness of fit (proportions against null_proportions) and for independence in a two-way table. Give the effect as
    proportions, as a table or as Cohen's w with df. For two proportions power_two_proportions is more exact.
    """
    effect, df = _chi_square_effect(arguments)
    solved = unknown(n=arguments.n, effect_size=effect, power=arguments.power)
    if effect is not None:
        checked_size("effect_size", effect)
    critical = stats.chi2.isf(arguments.alpha, df)

    def power_at(n: float, w: float) -> float:
        return float(stats.ncx2.sf(critical, df, min(n * w * w, 1e7)))

    if arguments.power is not None:
        checked_power(arguments.power, arguments.alpha)
    exact_n = float(checked_n(arguments.n, 1)) if arguments.n is not None else 0.0
    if effect is None and arguments.power is not None:
        effect = solve_effect(lambda w: power_at(exact_n, w), arguments.power, 0.0, math.inf)
    elif arguments.n is None and effect is not None and arguments.power is not None:
        checked_effect("proportions" if arguments.table is None else "table", "", effect, "greater")
        w = effect
        exact_n = solve_n(lambda n: power_at(n, w), arguments.power, 1)
    effect = float(effect or 0.0)
    whole = rounded_up(exact_n)
    power = power_at(whole, effect)
    return ChiSquarePowerResult(
        **summary(solved, exact_n, power, arguments.power, whole),
        method="Chi-square test",
        effect_size=effect,
        df=df,
        noncentrality=whole * effect**2,
        conventions={"distribution": "noncentral chi-square with noncentrality n w^2 (pwr, G*Power)", "rounding": "n up"},
        warnings=smallest_notice(exact_n, 1, solved),
        conclusion=f"n = {whole} detects w = {effect:.4g} with power {power:.4f} at alpha = {arguments.alpha:g}.",
    )


@operation(
    "power_correlation",
    topic=TOPIC,
    source="Guenther, W. C. (1977), American Statistician 31, 45-48 (exact); Cohen (1988), chapter 3 (Fisher's z)",
    examples=(
        {"correlation": 0.3, "power": 0.8},
        {"correlation": 0.3, "n": 50, "alternative": "greater"},
        {"n": 30, "power": 0.9},
    ),
)
def power_correlation(arguments: PowerCorrelation) -> CorrelationPowerResult:
    """How many pairs show that a correlation is not zero, or with what power do they?

    Exact for a bivariate normal population: given the x values, t is noncentral t, and the noncentrality is averaged over
    their spread. Fisher's z, as many programs take it, is given beside it.
    """
    side, alpha = arguments.alternative, arguments.alpha
    correlation = arguments.correlation
    solved = unknown(n=arguments.n, correlation=correlation, power=arguments.power)
    if correlation is not None and not -1 < correlation < 1:
        raise ToolError("correlation", correlation, "outside (-1, 1)", "give a correlation between -1 and 1")
    if alpha < SMALLEST_ALPHA:
        raise ToolError("alpha", alpha, "too small for an accurate power", f"give at least {SMALLEST_ALPHA:g}")
    if arguments.power is not None:
        checked_power(arguments.power, alpha)

    def power_at(n: float, rho: float) -> float:
        return _correlation_power(n, rho, side, alpha)

    exact_n = float(checked_n(arguments.n, 4)) if arguments.n is not None else 0.0
    fisher_n = None
    if correlation is None and arguments.power is not None:
        most = -1 + 1e-9 if side == "less" else 1 - 1e-9
        correlation = solve_effect(lambda rho: power_at(exact_n, rho), arguments.power, 0.0, most)
    elif arguments.n is None and correlation is not None and arguments.power is not None:
        checked_effect("correlation", correlation, correlation, side)
        rho = correlation
        exact_n = solve_n(lambda n: power_at(n, rho), arguments.power, 4)
        fisher_n = solve_n(lambda n: _fisher_z_power(n, rho, side, alpha), arguments.power, 4)
    correlation = float(correlation or 0.0)
    whole = rounded_up(exact_n)
    power = power_at(whole, correlation)
    return CorrelationPowerResult(
        **summary(solved, exact_n, power, arguments.power, whole),
        method="Test that a Pearson correlation is zero (exact)",
        correlation=correlation,
        fisher_z_power=_fisher_z_power(whole, correlation, side, alpha),
        fisher_z_n=fisher_n,
        conventions={
            "distribution": "exact for a bivariate normal population (G*Power); R's pwr takes Fisher's z"
            + ("" if fisher_n is None else f", which gives n = {fisher_n:.4f}"),
            "rounding": "n up",
        },
        warnings=smallest_notice(exact_n, 4, solved),
        conclusion=f"n = {whole} pairs detect a correlation of {correlation:.4g} with power {power:.4f} "
        f"at alpha = {alpha:g}.",
    )


@operation(
    "power_variance",
    topic=TOPIC,
    source="Guenther, W. C. (1977), Sampling Inspection in Statistical Quality Control; NIST/SEMATECH e-Handbook 7.2.3.2",
    examples=(
        {"sd_ratio": 1.5, "power": 0.9, "alternative": "greater"},
        {"sd_ratio": 2, "n": 16, "design": "two-sample"},
        {"n": 25, "power": 0.8},
    ),
)
def power_variance(arguments: PowerVariance) -> VariancePowerResult:
    """How many values does a test of one or two standard deviations need, or what power does it have?

    One sample: chi-square test against a hypothesised value. Two samples of equal size: F test. Both need normal data; for
    other data plan for Levene's test with more values. For means use power_t_test.
    """
    side, alpha, two = arguments.alternative, arguments.alpha, arguments.design == "two-sample"
    solved = unknown(n=arguments.n, sd_ratio=arguments.sd_ratio, power=arguments.power)
    if arguments.sd_ratio is not None:
        checked_size("sd_ratio", arguments.sd_ratio)

    def power_at(n: float, log_ratio: float) -> float:
        null = stats.f(n - 1, n - 1) if two else stats.chi2(n - 1)
        variance_ratio = math.exp(2 * min(max(log_ratio, -300.0), 300.0))
        above = 0.0 if side == "less" else null.sf(null.isf(alpha / tails(side)) / variance_ratio)
        below = 0.0 if side == "greater" else null.cdf(null.ppf(alpha / tails(side)) / variance_ratio)
        return float(above + below)

    if arguments.power is not None:
        checked_power(arguments.power, alpha)
    exact_n = float(checked_n(arguments.n, 2)) if arguments.n is not None else 0.0
    ratio = arguments.sd_ratio
    if ratio is None and arguments.power is not None:
        most = -math.inf if side == "less" else math.inf
        ratio = math.exp(min(solve_effect(lambda log: power_at(exact_n, log), arguments.power, 0.0, most), 300.0))
    elif arguments.n is None and ratio is not None and arguments.power is not None:
        log_ratio = math.log(ratio)
        checked_effect("sd_ratio", ratio, log_ratio, side)
        exact_n = solve_n(lambda n: power_at(n, log_ratio), arguments.power, 2)
    ratio = float(ratio or 1.0)
    whole = rounded_up(exact_n)
    power = power_at(whole, math.log(ratio))
    return VariancePowerResult(
        **summary(solved, exact_n, power, arguments.power, whole * (2 if two else 1)),
        method="F test of two variances" if two else "Chi-square test of one variance",
        sd_ratio=ratio,
        variance_ratio=ratio**2,
        conventions={
            "ratio": "of standard deviations, not of variances",
            "tails": "alpha / 2 in each" if tails(side) == 2 else "one",
            "rounding": "n up",
        },
        warnings=smallest_notice(exact_n, 2, solved),
        conclusion=f"n = {whole}{' per group' if two else ''} detects a ratio of standard deviations of {ratio:.4g} "
        f"with power {power:.4f} at alpha = {alpha:g}.",
    )


def _chi_square_effect(arguments: PowerChiSquare) -> tuple[float | None, int]:
    """Cohen's w (None where it is the unknown) and the degrees of freedom."""
    forms = {name: getattr(arguments, name) for name in ("effect_size", "proportions", "table")}
    given = [name for name, value in forms.items() if value is not None]
    if len(given) > 1:
        raise ToolError(given[1], "", "the effect is described twice", f"give one of {', '.join(given)}")
    if arguments.null_proportions is not None and arguments.proportions is None:
        raise ToolError("proportions", "", "missing", "give the proportions under the alternative, too")
    if arguments.table is not None:
        cells = np.asarray(_shares("table", [value for row in arguments.table for value in row]))
        table = cells.reshape(len(arguments.table), -1)
        if min(table.shape) < 2:
            raise ToolError("table", arguments.table, "not a two-way table", "give two rows and two columns or more")
        null = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
        if not null.all():
            raise ToolError("table", arguments.table, "a row or column is all 0", "leave it out")
        return float(np.sqrt(((table - null) ** 2 / null).sum())), (table.shape[0] - 1) * (table.shape[1] - 1)
    if arguments.proportions is not None:
        alternative = np.asarray(_shares("proportions", arguments.proportions))
        given_null = arguments.null_proportions or [1.0] * alternative.size
        if len(given_null) != alternative.size:
            raise ToolError("null_proportions", given_null, f"{alternative.size} proportions are given", "give as many")
        null = np.asarray(_shares("null_proportions", given_null, normalise=arguments.null_proportions is None))
        if not null.all():
            raise ToolError("null_proportions", given_null, "a proportion is 0", "leave the category out")
        return float(np.sqrt(((alternative - null) ** 2 / null).sum())), alternative.size - 1
    if arguments.df is None or not 1 <= arguments.df <= 10**6:
        raise ToolError(
            "df", "" if arguments.df is None else arguments.df, "needed with w", "give degrees of freedom from 1"
        )
    return arguments.effect_size, arguments.df


def _shares(name: str, values: list[float], *, normalise: bool = False) -> list[float]:
    total = math.fsum(values)
    if normalise:
        return [value / total for value in values]
    if len(values) < 2 or min(values) < 0 or abs(total - 1) > 1e-3:
        raise ToolError(name, values, f"not proportions (sum {total:.4g})", "give two or more from 0 that add up to 1")
    # Rounded proportions may miss 1 by a little; the test compares shares.
    return [value / total for value in values]


def _correlation_power(n: float, rho: float, side: str, alpha: float) -> float:
    """Noncentral t power, averaged over the spread of x: its sum of squares is chi-square with n - 1 degrees of freedom."""
    slope = rho / math.sqrt((1 - rho) * (1 + rho))
    low, high = np.sqrt(stats.chi2.ppf(NEGLIGIBLE, n - 1)), np.sqrt(stats.chi2.isf(NEGLIGIBLE, n - 1))
    nodes, weights = gauss_legendre(NODES)
    spread = (low + high) / 2 + (high - low) / 2 * nodes
    density = stats.chi.pdf(spread, n - 1) * weights * (high - low) / 2
    critical = stats.t.isf(alpha / tails(side), n - 2)
    shift = np.clip(slope * spread, -LARGEST_NONCENTRALITY, LARGEST_NONCENTRALITY)
    above = 0.0 if side == "less" else stats.nct.sf(critical, n - 2, shift)
    below = 0.0 if side == "greater" else stats.nct.sf(critical, n - 2, -shift)
    return float(np.dot(density, above + below) / density.sum())


def _fisher_z_power(n: float, rho: float, side: str, alpha: float) -> float:
    """Cohen's approximation: critical r from t, arctanh with its bias rho / (2 (n - 1)), variance 1 / (n - 3)."""
    t = stats.t.isf(alpha / tails(side), n - 2)
    critical = math.atanh(t / math.sqrt(t * t + n - 2))
    centre = math.atanh(rho) + rho / (2 * (n - 1))
    above = 0.0 if side == "less" else float(stats.norm.sf((critical - centre) * math.sqrt(n - 3)))
    below = 0.0 if side == "greater" else float(stats.norm.sf((critical + centre) * math.sqrt(n - 3)))
    return above + below
