"""Restricted maximum likelihood for runs in groups with a common shift.

Only the ratio of the two variances has to be searched, which is safe in one dimension; statsmodels' MixedLM searches more
freely and fails on some plain experiments with a singular matrix.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from havoc.tools.doe.analysis_terms import Vector

LOG_RATIOS = (-12.0, 12.0)
"""Natural logarithms of the ratios of variances that are searched."""


@dataclass(frozen=True)
class Restricted:
    """Estimates of a model with a random shift of each group."""

    coefficients: Vector
    covariance: Vector
    within: float
    """Variance within groups."""
    between: float
    """Variance of the shifts; 0 where the likelihood is largest there."""


def restricted_likelihood(matrix: Vector, response: Vector, groups: NDArray[np.int_]) -> Restricted:
    """Fit `response` [n] by the columns of `matrix` [n, p] with a random shift for each of `groups` [n], numbered from 0.

    Patterson and Thompson (1971), Biometrika 58, 545-554: the likelihood of the contrasts that the columns leave, profiled
    over coefficients and variance within.
    """
    n, p = matrix.shape
    unit = float(np.abs(response).max())
    whole = np.column_stack([matrix, response / unit])
    cross = whole.T @ whole
    sums = np.zeros((int(groups.max()) + 1, p + 1))
    np.add.at(sums, groups, whole)
    sizes = np.bincount(groups)

    def moments(ratio: float) -> Vector:
        """whole' (I + ratio Z Z')^-1 whole."""
        return np.asarray(cross - (sums * (ratio / (1 + ratio * sizes))[:, None]).T @ sums)

    def estimate(ratio: float) -> tuple[Vector, float, float]:
        """Coefficients, variance within, and -2 log likelihood up to a constant."""
        inner = moments(ratio)
        coefficients = np.linalg.solve(inner[:p, :p], inner[:p, p])
        rest = response / unit - matrix @ coefficients
        totals = np.zeros(len(sizes))
        np.add.at(totals, groups, rest)
        variance = float(rest @ rest - ((ratio / (1 + ratio * sizes)) * totals**2).sum()) / (n - p)
        loss = (n - p) * np.log(variance) + np.log1p(ratio * sizes).sum() + np.linalg.slogdet(inner[:p, :p])[1]
        return np.asarray(coefficients), variance, float(loss)

    grid = np.linspace(*LOG_RATIOS, 49)
    losses = [estimate(float(np.exp(x)))[2] for x in grid]
    best = int(np.argmin(losses))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    found = minimize_scalar(
        lambda x: estimate(float(np.exp(x)))[2], bounds=bounds, method="bounded", options={"xatol": 1e-10}
    )
    ratio = float(np.exp(found.x)) if found.fun < estimate(0.0)[2] - 1e-9 else 0.0
    coefficients, variance, _ = estimate(ratio)
    covariance = np.asarray(np.linalg.inv(moments(ratio)[:p, :p]), dtype=np.float64)
    return Restricted(
        coefficients=coefficients * unit,
        covariance=covariance * variance * unit**2,
        within=variance * unit**2,
        between=ratio * variance * unit**2,
    )
