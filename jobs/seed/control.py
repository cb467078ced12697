"""Control charts and capability as the tool `dsl_executor` answers them."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy import integrate, special, stats

from jobs.seed.outcome import Json, outcome


@cache
def range_constants(n: int) -> tuple[float, float]:
    """(d2, d3): mean and standard deviation of the range of n standard normal values, by quadrature (Tippett 1925).

    The range R of n values has the distribution P(R <= w) = n * integral of phi(x) * (Phi(x + w) - Phi(x))^(n - 1) dx;
    its moments are the integrals of its upper tail.
    """
    grid = np.linspace(-8.0, 8.0, 1601)
    density, below = stats.norm.pdf(grid), stats.norm.cdf(grid)

    def upper_tail(width: float) -> float:
        return float(1.0 - n * integrate.simpson(density * (stats.norm.cdf(grid + width) - below) ** (n - 1), x=grid))

    widths = np.linspace(0.0, 12.0, 1201)
    tails = np.array([upper_tail(width) for width in widths])
    mean = float(integrate.simpson(tails, x=widths))
    square = float(integrate.simpson(2 * widths * tails, x=widths))
    return mean, math.sqrt(square - mean**2)


def xbar_r_chart(subgroups: Sequence[Sequence[float]]) -> Json:
    """Limits of the X-bar and R charts at three sigma of the plotted statistic, with sigma = R-bar / d2."""
    values = np.asarray(subgroups, float)
    size = values.shape[1]
    d2, d3 = range_constants(size)
    means, ranges = values.mean(axis=1), np.ptp(values, axis=1)
    sigma = ranges.mean() / d2
    reach = 3 * sigma / math.sqrt(size)
    lower, upper = means.mean() - reach, means.mean() + reach
    r_upper = ranges.mean() + 3 * d3 * sigma
    r_lower = max(0.0, ranges.mean() - 3 * d3 * sigma)
    return outcome(
        {
            "xbar_center": means.mean(),
            "xbar_lcl": lower,
            "xbar_ucl": upper,
            "r_center": ranges.mean(),
            "r_lcl": r_lower,
            "r_ucl": r_upper,
            "sigma_within": sigma,
            "xbar_out_of_limits": _outside(means, lower, upper),
            "r_out_of_limits": _outside(ranges, r_lower, r_upper),
        },
        {"sigma": "R-bar/d2", "subgroup_size": size, "subgroups": len(values)},
        values.size,
        ["few_subgroups"] if len(values) < 20 else [],
    )


def individuals_chart(data: Sequence[float]) -> Json:
    """Limits of the individuals and moving range charts, with sigma = MR-bar / d2(2)."""
    values = np.asarray(data, float)
    d2, d3 = range_constants(2)
    moving = np.abs(np.diff(values))
    sigma = moving.mean() / d2
    lower, upper = values.mean() - 3 * sigma, values.mean() + 3 * sigma
    mr_upper = moving.mean() + 3 * d3 * sigma
    return outcome(
        {
            "center": values.mean(),
            "lcl": lower,
            "ucl": upper,
            "mr_center": moving.mean(),
            "mr_ucl": mr_upper,
            "sigma_within": sigma,
            "out_of_limits": _outside(values, lower, upper),
            "mr_out_of_limits": [point + 1 for point in _outside(moving, 0.0, mr_upper)],
        },
        {"sigma": "MR-bar/d2", "moving_range_length": 2},
        values.size,
        ["few_points"] if values.size < 20 else [],
    )


def capability(subgroups: Sequence[Sequence[float]], lsl: float, usl: float, confidence_level: float = 0.95) -> Json:
    """Cp, Cpk (within) and Pp, Ppk (overall), with Bissell's (1990) interval of Cpk.

    Within sigma is the pooled standard deviation over c4(df + 1), overall sigma the standard deviation with n - 1.
    """
    values = np.asarray(subgroups, float)
    df = values.size - len(values)
    within = math.sqrt(values.var(axis=1, ddof=1).mean()) / _c4(df + 1)
    overall = values.std(ddof=1)
    nearest = min(usl - values.mean(), values.mean() - lsl)
    cpk = nearest / (3 * within)
    z = stats.norm.ppf(0.5 + confidence_level / 2)
    spread = z * math.sqrt(1 / (9 * values.size * cpk**2) + 1 / (2 * df))
    return outcome(
        {
            "mean": values.mean(),
            "sigma_within": within,
            "sigma_overall": overall,
            "cp": (usl - lsl) / (6 * within),
            "cpk": cpk,
            "cpk_confidence_interval": sorted([cpk * (1 - spread), cpk * (1 + spread)]),
            "pp": (usl - lsl) / (6 * overall),
            "ppk": nearest / (3 * overall),
        },
        {"sigma_within": "pooled/c4", "cpk_interval": "Bissell", "df": df, "confidence_level": confidence_level},
        values.size,
        ["small_sample"] if values.size < 50 else [],
    )


def _c4(n: int) -> float:
    """Mean of the standard deviation of n standard normal values."""
    return math.sqrt(2 / (n - 1)) * math.exp(special.gammaln(n / 2) - special.gammaln((n - 1) / 2))


def _outside(values: np.ndarray, lower: float, upper: float) -> list[int]:
    """Points beyond the limits, numbered from 1; a point on a limit is no signal."""
    return [int(index) + 1 for index in np.flatnonzero((values < lower) | (values > upper))]
