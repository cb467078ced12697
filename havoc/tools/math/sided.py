"""P values and quantiles of the standard normal distribution for a stated alternative; shared by the approximate tests."""

from typing import Literal

from scipy import stats

Side = Literal["two-sided", "less", "greater"]
"""`less`: small values of the statistic speak against the hypothesis."""


def z_p_value(z: float, side: Side) -> float:
    """P value of a standard normal statistic."""
    if side == "two-sided":
        return float(2 * stats.norm.sf(abs(z)))
    return float(stats.norm.sf(z) if side == "greater" else stats.norm.cdf(z))


def z_quantile(alpha: float, side: Side) -> float:
    """Half width of an interval in standard errors: all of alpha on one side, or half of it on each."""
    return float(stats.norm.isf(alpha / 2 if side == "two-sided" else alpha))


def finding(what: str, p_value: float, alpha: float) -> str:
    """The conclusion `what is (not) significant at alpha`, with the p value."""
    return f"{what} is {'' if p_value < alpha else 'not '}significant at alpha = {alpha:g} (p = {p_value:.4g})."
