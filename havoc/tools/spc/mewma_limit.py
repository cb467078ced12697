"""The run length of a multivariate EWMA in control, and the limit that gives a wanted one."""

from functools import cache

import numpy as np
from scipy import optimize, stats

from havoc.tools.errors import ToolError

NODES = 60
"""Gauss-Legendre nodes over the distance from the target."""
LONGEST = 1e9
"""Beyond this length solving the equations loses all digits."""


@cache
def mewma_arl(characteristics: int, weight: float, limit: float) -> float | None:
    """Average run length in control, for the steady-state covariance; None above LONGEST.

    Only the length r of the smoothed vector matters in control, and (r/lambda)^2 after the next point is non-central
    chi-square: L(r) = 1 + integral of L(s) f(s | r) ds up to the limit (Rigdon 1995; Runger and Prabhu 1996, Communications
    in Statistics 25, 1701-1706), here by Gauss-Legendre quadrature.
    """
    # No chart signals more often than one without memory at the same limit.
    if stats.chi2.sf(limit, characteristics) * LONGEST < 1:
        return None
    largest = np.sqrt(limit * weight / (2 - weight))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    lengths = largest * (nodes + 1) / 2
    shares = weights * largest / 2 * 2 * lengths / weight**2
    after = (lengths / weight) ** 2
    away = ((1 - weight) * lengths / weight) ** 2
    kernel = stats.ncx2.pdf(after[None, :], characteristics, np.maximum(away, 1e-12)[:, None]) * shares[None, :]
    steps = np.linalg.solve(np.eye(NODES) - kernel, np.ones(NODES))
    length = 1 + float((stats.chi2.pdf(after, characteristics) * shares) @ steps)
    return length if 1 <= length < LONGEST and steps.min() > 0 else None


@cache
def mewma_limit(characteristics: int, weight: float, run_length: float) -> float:
    """The limit whose average run length in control is `run_length`.

    Raises:
        ToolError: there is none.
    """

    def excess(limit: float) -> float:
        return float(np.log((mewma_arl(characteristics, weight, limit) or LONGEST) / run_length))

    # A chart without memory (lambda 1) needs the largest limit.
    lowest, highest = 0.05 * characteristics, float(stats.chi2.isf(1 / run_length, characteristics)) * 1.05 + 1
    if excess(lowest) > 0:
        raise ToolError("run_length", run_length, "too short for this lambda", "give a longer one, or the limit")
    found: float = optimize.brentq(excess, lowest, highest, xtol=1e-6)
    return found
