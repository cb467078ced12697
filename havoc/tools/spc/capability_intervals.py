"""Confidence intervals of capability indices from normal data."""

import math

from scipy import stats


def cp_interval(cp: float, df: float, alpha: float) -> tuple[float, float]:
    """Of Cp or Pp, exact where sigma^2 is a chi-square variable: Cp sqrt(chi^2 / df).

    Montgomery, Introduction to Statistical Quality Control, chapter 8; Kushler and Hurley (1992), JQT 24, 188-195.
    """
    low, high = stats.chi2.ppf(alpha / 2, df), stats.chi2.isf(alpha / 2, df)
    return cp * math.sqrt(low / df), cp * math.sqrt(high / df)


def cpk_interval(cpk: float, n: int, df: float, alpha: float) -> tuple[float, float]:
    """Of Cpk or Ppk, Bissell's approximation: Cpk +- z sqrt(1 / (9 n) + Cpk^2 / (2 df)).

    Bissell (1990), Applied Statistics 39, 331-340.
    """
    margin = float(stats.norm.isf(alpha / 2)) * math.sqrt(1 / (9 * n) + cpk**2 / (2 * df))
    return cpk - margin, cpk + margin


def cpm_interval(cpm: float, n: int, off_target: float, alpha: float) -> tuple[float, float]:
    """Of Cpm; `off_target` is (mean - target) / sigma.

    Chi-square with n (1 + a^2)^2 / (1 + 2 a^2) degrees of freedom: Boyles (1991), JQT 23, 17-26.
    """
    squared = off_target**2
    df = n * (1 + squared) ** 2 / (1 + 2 * squared)
    return cp_interval(cpm, df, alpha)
