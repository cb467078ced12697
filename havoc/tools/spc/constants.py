"""Constants that turn ranges and standard deviations of small samples from a normal population into estimates of sigma."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from havoc.tools.errors import ToolError

MAX_SUBGROUP = 1000
NODES = 300


@cache
def d2(n: int) -> float:
    """Mean of the range of `n` standard normal values: the integral of 1 - F(x)^n - (1 - F(x))^n (Tippett 1925)."""
    _check(n)
    x, weights = _nodes(-12.0, 12.0)
    return float(weights @ (1 - special.ndtr(x) ** n - special.ndtr(-x) ** n))


@cache
def d3(n: int) -> float:
    """Standard deviation of that range: E[W^2] is twice the integral over w of w P(W > w) (Harter 1960)."""
    _check(n)
    x, over_x = _nodes(-12.0, 12.0)
    w, over_w = _nodes(0.0, 18.0)
    # P(W <= w) = n integral phi(x) (F(x + w) - F(x))^(n-1) dx
    density = n * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * over_x
    within = (special.ndtr(x[:, None] + w[None, :]) - special.ndtr(x)[:, None]) ** (n - 1)
    second = 2 * float(over_w @ (w * (1 - density @ within)))
    return math.sqrt(second - d2(n) ** 2)


def _nodes(low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places and weights of a Gauss-Legendre rule that is exact to double precision for these integrands."""
    places, weights = np.polynomial.legendre.leggauss(NODES)
    return low + (high - low) * (places + 1) / 2, weights * (high - low) / 2


def c4(n: float) -> float:
    """Mean of the standard deviation (n - 1) of `n` normal values over sigma; `n` - 1 may be pooled degrees of freedom."""
    if n < 2:
        raise ToolError("subgroup size", n, "too small", "give subgroups of at least 2 values")
    return math.sqrt(2 / (n - 1)) * math.exp(special.gammaln(n / 2) - special.gammaln((n - 1) / 2))


def c5(n: float) -> float:
    """Standard deviation of that sample standard deviation over sigma."""
    return math.sqrt(1 - c4(n) ** 2)


def _check(n: int) -> None:
    if not 2 <= n <= MAX_SUBGROUP:
        raise ToolError("subgroup size", n, f"outside 2 to {MAX_SUBGROUP}", "give subgroups of at least 2 values")
