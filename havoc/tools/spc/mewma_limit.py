"""The run length of a multivariate EWMA in control, and the limit that gives a wanted one."""

from functools import cache

import numpy as np
from scipy import optimize, stats

from havoc.tools.errors import ToolError

NODES = 60
"""Gauss-Legendre nodes over the distance from the target."""
LARGEST_LIMIT = 500.0


@cache
def mewma_arl(characteristics: int, weight: float, limit: float) -> float:
    """Average run length in control, for the steady-state covariance.

    Only the length r of the smoothed vector matters in control, and (r/lambda)^2 after the next point is non-central
    chi-square: L(r) = 1 + integral of L(s) f(s | r) ds up to the limit (Rigdon 1995; Runger and Prabhu 1996, Communications
    in Statistics 25, 1701-1706), here by Gauss-Legendre quadrature.
    """
    largest = np.sqrt(limit * weight / (2 - weight))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    lengths = largest * (nodes + 1) / 2
    shares = weights * largest / 2 * 2 * lengths / weight**2
    after = (lengths / weight) ** 2
    away = ((1 - weight) * lengths / weight) ** 2
    kernel = stats.ncx2.pdf(after[None, :], characteristics, np.maximum(away, 1e-12)[:, None]) * shares[None, :]
    steps = np.linalg.solve(np.eye(NODES) - kernel, np.ones(NODES))
    return 1 + float((stats.chi2.pdf(after, characteristics) * shares) @ steps)


@cache
def mewma_limit(characteristics: int, weight: float, run_length: float) -> float:
    """The limit whose average run length in control is `run_length`.

    Raises:
        ToolError: there is none.
    """
    # A chart of single points (lambda 1) signals with the same frequency at a larger limit; memory only lowers it.
    highest = float(stats.chi2.isf(1 / run_length, characteristics)) * 1.05 + 1
    lowest = 0.05 * characteristics
    if mewma_arl(characteristics, weight, lowest) > run_length or highest > LARGEST_LIMIT:
        raise ToolError("run_length", run_length, "no limit gives this run length", "give one between 20 and 10,000")
    found: float = optimize.brentq(
        lambda limit: np.log(mewma_arl(characteristics, weight, limit) / run_length), lowest, highest, xtol=1e-6
    )
    return found
