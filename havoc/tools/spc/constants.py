"""Constants that turn ranges and standard deviations of small samples from a normal population into estimates of sigma."""

import math
from functools import cache

from scipy import integrate, special, stats

from havoc.tools.errors import ToolError

MAX_SUBGROUP = 1000


@cache
def d2(n: int) -> float:
    """Mean of the range of `n` standard normal values: the integral of 1 - F(x)^n - (1 - F(x))^n (Tippett 1925)."""
    _check(n)
    value: float = integrate.quad(
        lambda x: 1 - stats.norm.cdf(x) ** n - stats.norm.sf(x) ** n, -12, 12, epsabs=1e-12, limit=200
    )[0]
    return value


@cache
def d3(n: int) -> float:
    """Standard deviation of that range: E[W^2] is twice the integral over w of w P(W > w) (Harter 1960)."""
    _check(n)

    def upper(w: float) -> float:
        # P(W <= w) = n integral phi(x) (F(x + w) - F(x))^(n-1) dx
        inside = integrate.quad(
            lambda x: stats.norm.pdf(x) * (special.ndtr(x + w) - special.ndtr(x)) ** (n - 1), -12, 12, epsabs=1e-12
        )[0]
        return w * (1 - n * inside)

    second = 2 * integrate.quad(upper, 0, 16, epsabs=1e-10, limit=200)[0]
    return math.sqrt(second - d2(n) ** 2)


@cache
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
