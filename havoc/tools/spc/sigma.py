"""Estimators of sigma from ranges and standard deviations within subgroups, and from successive differences."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from havoc.tools.errors import ToolError
from havoc.tools.spc.constants import c4, d2, d3

_SBAR_EFFICIENCY = ((2, 0.88), (3, 0.92), (4, 0.94), (5, 0.95), (7, 0.96), (9, 0.97), (17, 0.98), (64, 0.99))
"""Degrees of freedom of an average of standard deviations, relative to the pooled one, up to this size."""


@dataclass(frozen=True)
class SigmaEstimate:
    """An estimate of the standard deviation within subgroups."""

    sigma: float
    df: float
    """Effective degrees of freedom, for intervals of capability."""
    estimator: str
    """Its formula, as `Rbar/d2`."""


def range_sigma(subgroups: Sequence[Sequence[float]]) -> SigmaEstimate:
    """Rbar/d2; with unequal sizes the average of R/d2 weighted by (d2/d3)^2 (minimum variance, Burr 1969).

    Degrees of freedom 0.9 sum(n - 1) (Patnaik 1950; Minitab).
    """
    sizes = _sizes(subgroups)
    weights = [(d2(n) / d3(n)) ** 2 for n in sizes]
    ratios = [(max(group) - min(group)) / d2(n) for group, n in zip(subgroups, sizes, strict=True)]
    sigma = math.fsum(weight * ratio for weight, ratio in zip(weights, ratios, strict=True)) / math.fsum(weights)
    name = "Rbar/d2" if len(set(sizes)) == 1 else "weighted mean of R/d2"
    return SigmaEstimate(sigma, 0.9 * sum(n - 1 for n in sizes), name)


def s_sigma(subgroups: Sequence[Sequence[float]]) -> SigmaEstimate:
    """Sbar/c4; with unequal sizes the unweighted mean of s/c4 (qcc's convention). df after Bissell (1990)."""
    sizes = _sizes(subgroups)
    ratios = [float(np.std(group, ddof=1)) / c4(n) for group, n in zip(subgroups, sizes, strict=True)]
    df = math.fsum(next((share for size, share in _SBAR_EFFICIENCY if n <= size), 1.0) * (n - 1) for n in sizes)
    name = "Sbar/c4" if len(set(sizes)) == 1 else "mean of s/c4"
    return SigmaEstimate(math.fsum(ratios) / len(ratios), df, name)


def pooled_sigma(subgroups: Sequence[Sequence[float]], *, unbiased: bool = True) -> SigmaEstimate:
    """Root of the pooled variance, over c4(sum(n - 1) + 1) where `unbiased` (Minitab's default for capability)."""
    groups = [group for group in subgroups if len(group) > 1]
    if not groups:
        raise ToolError("subgroups", len(subgroups), "no subgroup has two values", "give subgroups, or individual values")
    df = sum(len(group) - 1 for group in groups)
    squares = math.fsum(float(np.var(group, ddof=1)) * (len(group) - 1) for group in groups)
    sigma = math.sqrt(squares / df)
    return SigmaEstimate(sigma / c4(df + 1) if unbiased else sigma, df, "pooled s/c4" if unbiased else "pooled s")


def moving_ranges(values: Sequence[float] | NDArray[np.float64], kept: Sequence[int] | None = None) -> NDArray[np.float64]:
    """|x_i - x_(i-1)|, without the ranges that a value not in `kept` (0-based) takes part in."""
    ranges: NDArray[np.float64] = np.abs(np.diff(np.asarray(values, dtype=np.float64)))
    if kept is None:
        return ranges
    present = np.zeros(ranges.size + 1, dtype=bool)
    present[list(kept)] = True
    return ranges[present[1:] & present[:-1]]


def moving_range_sigma(
    values: Sequence[float] | NDArray[np.float64], *, median: bool = False, kept: Sequence[int] | None = None
) -> SigmaEstimate:
    """Mean moving range of two over d2(2) = 1.128, or the median over 0.954, which a few jumps do not inflate.

    Degrees of freedom 0.62 per range: successive ranges share a value (Wheeler and Chambers).

    Args:
        values: in time order.
        median: take the median moving range.
        kept: 0-based values to use; a range across a value that is left out is no range of successive values.
    """
    ranges = moving_ranges(values, kept)
    if ranges.size == 0:
        raise ToolError("sample", len(values), "no two successive values", "give at least 2 values in time order")
    df = 0.62 * ranges.size
    if median:
        # The median of |N(0, 2)|: 0.6745 sqrt 2.
        return SigmaEstimate(float(np.median(ranges)) / 0.9538725524, df, "median MR/0.954")
    return SigmaEstimate(float(ranges.mean()) / d2(2), df, "MRbar/d2(2)")


def successive_sigma(values: Sequence[float]) -> SigmaEstimate:
    """Root of half the mean squared successive difference (MSSD; von Neumann 1941)."""
    if len(values) < 2:
        raise ToolError("sample", len(values), "one value has no successive difference", "give at least 2 values")
    squares = np.diff(np.asarray(values, dtype=np.float64)) ** 2
    return SigmaEstimate(math.sqrt(float(squares.mean()) / 2), 2 / 3 * (len(values) - 1), "root of MSSD/2")


def _sizes(subgroups: Sequence[Sequence[float]]) -> list[int]:
    for index, group in enumerate(subgroups):
        if len(group) < 2:
            raise ToolError(
                f"subgroups[{index}]",
                list(group),
                "a subgroup of one value has no spread",
                "use i_mr_chart for single values",
            )
    return [len(group) for group in subgroups]
