"""Mean squares of balanced random-effects designs: intervals for the variances that are made of them, and F ratios."""

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class MeanSquare:
    """A mean square and its degrees of freedom."""

    value: float
    df: int


def f_ratio(numerator: MeanSquare, denominator: MeanSquare) -> tuple[float | None, float | None]:
    """F and its upper tail probability; None where the denominator is zero."""
    if denominator.value == 0:
        return None, None
    f = numerator.value / denominator.value
    return f, float(stats.f.sf(f, numerator.df, denominator.df))


def interval_of_sum(terms: list[tuple[float, MeanSquare]], alpha: float) -> tuple[float, float]:
    """Interval of a sum of mean squares with positive coefficients.

    Modified large sample method of Graybill and Wang (1980), JASA 75, 869-873; exact chi-square for one term.
    """
    estimate = sum(weight * square.value for weight, square in terms)
    below = math.sqrt(sum((_shrink(square.df, alpha) * weight * square.value) ** 2 for weight, square in terms))
    above = math.sqrt(sum((_stretch(square.df, alpha) * weight * square.value) ** 2 for weight, square in terms))
    return estimate - below, estimate + above


def interval_of_difference(weight: float, first: MeanSquare, second: MeanSquare, alpha: float) -> tuple[float, float]:
    """Interval of weight (first - second), cut at zero.

    Ting, Burdick, Graybill, Jeyaratnam and Lu (1990), J. Statist. Comput. Simul. 35, 135-143; for gage studies
    Burdick, Borror and Montgomery (2003), J. Quality Technology 35, 342-354.
    """
    one, two = weight * first.value, weight * second.value
    g1, h1 = _shrink(first.df, alpha), _stretch(first.df, alpha)
    g2, h2 = _shrink(second.df, alpha), _stretch(second.df, alpha)
    high = float(stats.f.isf(alpha / 2, first.df, second.df))
    low = float(stats.f.ppf(alpha / 2, first.df, second.df))
    g12 = ((high - 1) ** 2 - (g1 * high) ** 2 - h2**2) / high
    h12 = ((1 - low) ** 2 - (h1 * low) ** 2 - g2**2) / low
    below = math.sqrt(max(0.0, (g1 * one) ** 2 + (h2 * two) ** 2 + g12 * one * two))
    above = math.sqrt(max(0.0, (h1 * one) ** 2 + (g2 * two) ** 2 + h12 * one * two))
    return max(0.0, one - two - below), max(0.0, one - two + above)


def _shrink(df: int, alpha: float) -> float:
    return 1 - df / float(stats.chi2.isf(alpha / 2, df))


def _stretch(df: int, alpha: float) -> float:
    return df / float(stats.chi2.ppf(alpha / 2, df)) - 1
