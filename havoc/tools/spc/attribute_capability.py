"""Capability of counted data: nonconforming items (binomial) and nonconformities (Poisson)."""

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.capability_indices import TOPIC
from havoc.tools.values import Alpha, Count, Counts, Numbers, Probability, equal_lengths

SHIFT = 1.5
"""Motorola's allowance for drift between short-term and long-term sigma."""


class BinomialCapability(Arguments):
    """Nonconforming items in samples."""

    aliases: ClassVar[Mapping[str, str]] = {
        "defectives": "nonconforming",
        "d": "nonconforming",
        "n": "sample_sizes",
        "sample_size": "sample_sizes",
    }

    nonconforming: Counts
    """Nonconforming items in each sample, in time order; or one total."""
    sample_sizes: Counts
    """Items in each sample; one number if all are equal."""
    target: Probability | None = None
    """Proportion nonconforming that must not be exceeded."""
    alpha: Alpha = 0.05


class PoissonCapability(Arguments):
    """Nonconformities in units."""

    aliases: ClassVar[Mapping[str, str]] = {
        "defects": "nonconformities",
        "c": "nonconformities",
        "n": "units",
        "sizes": "units",
        "opportunities_per_unit": "opportunities",
    }

    nonconformities: Counts
    """Nonconformities (defects) in each sample, in time order; or one total."""
    units: Numbers
    """Units (or area) inspected in each sample; one number if all are equal."""
    opportunities: Count | None = None
    """Opportunities for a nonconformity in one unit; needed for DPMO and the sigma level."""
    alpha: Alpha = 0.05


class BinomialCapabilityResult(Result):
    """A proportion and its place on the normal scale."""

    headline: ClassVar[tuple[str, ...]] = ("proportion", "ppm", "z", "sigma_level")

    proportion: float
    """Proportion nonconforming, all samples together."""
    ci_low: float
    """Lower end of the exact (Clopper-Pearson) interval of the proportion at confidence 1 - alpha."""
    ci_high: float
    ppm: float
    """Nonconforming items per million."""
    z: float | None
    """Process Z (long-term): the normal quantile with this proportion above it."""
    z_ci_low: float | None
    z_ci_high: float | None
    sigma_level: float | None
    """z + 1.5, the short-term sigma level of Six Sigma."""
    p_value: float | None
    """One-sided exact test that the proportion is below the target."""


class PoissonCapabilityResult(Result):
    """A rate of nonconformities."""

    headline: ClassVar[tuple[str, ...]] = ("dpu", "dpmo", "sigma_level", "throughput_yield")

    dpu: float
    """Defects per unit."""
    ci_low: float
    """Lower end of the exact interval of the rate at confidence 1 - alpha."""
    ci_high: float
    throughput_yield: float
    """exp(-dpu): expected share of units without a nonconformity."""
    dpmo: float | None
    """Defects per million opportunities."""
    z: float | None
    """Normal quantile with the share dpmo / 10^6 above it (long-term)."""
    sigma_level: float | None
    """z + 1.5, the short-term sigma level of Six Sigma."""


@operation(
    "binomial_capability",
    topic=TOPIC,
    source="Clopper and Pearson (1934), Biometrika 26, 404-413; Montgomery, Statistical Quality Control, ch. 8",
    examples=(
        {"nonconforming": [12, 15, 8, 10, 4, 7, 16, 9, 14, 10], "sample_sizes": [500]},
        {"nonconforming": [34], "sample_sizes": [10000], "target": 0.005},
    ),
)
def binomial_capability(arguments: BinomialCapability) -> BinomialCapabilityResult:
    """How capable is a process that is judged by the number of nonconforming items?

    Proportion with its exact interval, ppm, process Z and sigma level. Check stability first (p_chart). For nonconformities,
    of which an item can have several, use poisson_capability; for measurements process_capability.
    """
    found = arguments.nonconforming
    sizes = _spread("sample_sizes", [float(size) for size in arguments.sample_sizes], found)
    for index, (bad, size) in enumerate(zip(found, sizes, strict=True)):
        if bad > size:
            raise ToolError(f"nonconforming[{index}]", bad, f"more than the sample of {size:g}", "check the counts")
    bad, items = sum(found), round(math.fsum(sizes))
    test = stats.binomtest(bad, items, arguments.target or 0.5, alternative="less")
    interval = stats.binomtest(bad, items).proportion_ci(1 - arguments.alpha, method="exact")
    p, low, high = bad / items, float(interval.low), float(interval.high)
    z, z_low, z_high = _quantile(p), _quantile(high), _quantile(low)
    undefined = {
        name: "the normal quantile of a proportion of 0 or 1 is infinite"
        for name, value in (("z", z), ("sigma_level", z), ("z_ci_low", z_low), ("z_ci_high", z_high))
        if value is None
    }
    if arguments.target is None:
        undefined["p_value"] = "no target was given"
    expected = [size * p for size in sizes]
    limit = [3 * math.sqrt(size * p * (1 - p)) for size in sizes]
    return BinomialCapabilityResult(
        method="Binomial capability",
        n_used=items,
        proportion=p,
        ci_low=low,
        ci_high=high,
        ppm=1e6 * p,
        z=z,
        z_ci_low=z_low,
        z_ci_high=z_high,
        sigma_level=None if z is None else z + SHIFT,
        p_value=None if arguments.target is None else float(test.pvalue),
        conventions={"sigma level": "z (long-term) + 1.5; Minitab's process Z is without the shift", "interval": "exact"},
        warnings=_unstable(found, expected, limit),
        undefined=undefined,
        conclusion=f"{1e6 * p:.5g} ppm are nonconforming"
        + ("." if z is None else f": process Z = {z:.4g}, sigma level {z + SHIFT:.4g} with the 1.5 shift."),
    )


@operation(
    "poisson_capability",
    topic=TOPIC,
    source="Garwood (1936), Biometrika 28, 437-442; Montgomery, Statistical Quality Control, ch. 1",
    examples=(
        {"nonconformities": [21, 24, 16, 12, 15, 5, 28, 20], "units": [100], "opportunities": 50},
        {"nonconformities": [7], "units": [350]},
    ),
)
def poisson_capability(arguments: PoissonCapability) -> PoissonCapabilityResult:
    """How many defects per unit, and per million opportunities, does a process make (DPU, DPMO)?

    Rate with its exact interval, yield, DPMO, sigma level. Check stability first (u_chart). For items that are either good
    or bad use binomial_capability; for measurements process_capability.
    """
    found = arguments.nonconformities
    sizes = _spread("units", arguments.units, found)
    defects, units = sum(found), math.fsum(sizes)
    dpu = defects / units
    low = float(stats.chi2.ppf(arguments.alpha / 2, 2 * defects)) / 2 / units if defects else 0.0
    high = float(stats.chi2.isf(arguments.alpha / 2, 2 * defects + 2)) / 2 / units
    if arguments.opportunities == 0:
        raise ToolError("opportunities", 0, "no opportunity", "give at least 1")
    share = None if arguments.opportunities is None else dpu / arguments.opportunities
    if share is not None and share > 1:
        problem = f"fewer than the {dpu:g} defects per unit"
        raise ToolError("opportunities", arguments.opportunities, problem, "count the opportunities of one unit")
    z = None if share is None else _quantile(share)
    undefined = {}
    if share is None:
        undefined = dict.fromkeys(("dpmo", "z", "sigma_level"), "the opportunities per unit were not given")
    elif z is None:
        undefined = dict.fromkeys(("z", "sigma_level"), "the normal quantile of a proportion of 0 or 1 is infinite")
    level = "" if z is None else f", sigma level {z + SHIFT:.4g} with the 1.5 shift"
    return PoissonCapabilityResult(
        method="Poisson capability",
        n_used=len(found),
        dpu=dpu,
        ci_low=low,
        ci_high=high,
        throughput_yield=math.exp(-dpu),
        dpmo=None if share is None else 1e6 * share,
        z=z,
        sigma_level=None if z is None else z + SHIFT,
        conventions={"sigma level": "z (long-term) + 1.5", "interval": "exact (Garwood)"},
        warnings=_unstable(found, [size * dpu for size in sizes], [3 * math.sqrt(size * dpu) for size in sizes]),
        undefined=undefined,
        conclusion=f"{dpu:.4g} defects per unit{level}.",
    )


def _spread(name: str, sizes: list[float], counts: list[int]) -> list[float]:
    """One size for each count."""
    if len(sizes) == 1:
        sizes = sizes * len(counts)
    equal_lengths(nonconforming=counts, **{name: sizes})
    for index, size in enumerate(sizes):
        if not 0 < size < 1e15:
            raise ToolError(f"{name}[{index}]", size, "not a size above 0", "give what was inspected")
    if sum(counts) >= 1e15:
        raise ToolError("counts", "", "too large", "check the counts")
    return sizes


def _quantile(share: float) -> float | None:
    return float(stats.norm.isf(share)) if 0 < share < 1 else None


def _unstable(found: list[int], expected: list[float], limit: list[float]) -> list[Notice]:
    """A notice where samples lie outside three sigma about the average."""
    away = np.abs(np.asarray(found) - np.asarray(expected)) > np.asarray(limit)
    outside = int(away.sum()) if len(found) > 1 else 0
    if not outside:
        return []
    message = f"{outside} of {len(found)} samples lie outside 3 sigma: an unstable process has no capability."
    return [Notice(code="not_stable", message=message)]
