"""Capability where means of subgroups vary by nature: between and within variation together."""

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy import stats

from havoc.tools.checks import normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Result
from havoc.tools.spc.capability_indices import ENOUGH, LIMIT_ALIASES, TOPIC, Specification, check_limits, expected
from havoc.tools.spc.sigma import moving_range_sigma, pooled_sigma
from havoc.tools.values import Rows

MAX_SUBGROUPS = 50_000


class BetweenWithin(Specification):
    """Subgroups of one size, and their specification."""

    aliases: ClassVar[Mapping[str, str]] = LIMIT_ALIASES | {"samples": "subgroups"}

    subgroups: Rows
    """Subgroups of equal size, in time order: batches, rolls, setups."""


class BetweenWithinResult(Result):
    """Indices on the between/within sigma."""

    headline: ClassVar[tuple[str, ...]] = ("cpk", "cp", "sigma_between_within", "sigma_between", "sigma_within")

    mean: float
    sigma_within: float
    """Inside subgroups."""
    sigma_between: float
    """Of the true subgroup means."""
    sigma_between_within: float
    """sqrt(between^2 + within^2)."""
    sigma_overall: float
    """Standard deviation of all values (n - 1)."""
    cp: float | None
    """(USL - LSL) / (6 sigma between/within)."""
    cpl: float | None
    cpu: float | None
    cpk: float
    ppm_expected: float
    """Expected outside the limits, with the between/within sigma."""
    f: float | None
    """Mean square between over mean square within subgroups."""
    p_value: float | None
    """Of that F: small where the means vary more than the within variation explains."""


@operation(
    "capability_between_within",
    topic=TOPIC,
    source="Montgomery, Statistical Quality Control, chapters 6 and 8 (components of variation); Searle et al. (1992)",
    examples=(
        {
            "subgroups": [
                [49.8, 49.7, 49.5],
                [46.9, 51.3, 49.7],
                [51.2, 48.7, 49.5],
                [48.2, 50.7, 50.3],
                [50.1, 50.9, 49.0],
            ],
            "lsl": 45,
            "usl": 55,
        },
    ),
)
def capability_between_within(arguments: BetweenWithin) -> BetweenWithinResult:
    """How capable is a process whose batches or setups differ by nature, so that within variation alone flatters it?

    sigma^2 = between^2 + within^2. For a process whose subgroups should not differ use process_capability, where such a
    difference counts as instability.
    """
    check_limits(arguments, None)
    groups = arguments.subgroups
    n, k = len(groups[0]), len(groups)
    if n < 2 or not 2 <= k <= MAX_SUBGROUPS:
        problem = f"{k} subgroups of {n}"
        raise ToolError("subgroups", "", problem, f"give 2 to {MAX_SUBGROUPS:,} subgroups of at least 2 values")
    for index, group in enumerate(groups):
        if len(group) != n:
            raise ToolError(f"subgroups[{index}]", "", f"{len(group)} values, the first has {n}", "give equal sizes")
    table = np.asarray(groups, dtype=np.float64)
    if np.ptp(table) == 0:
        raise ToolError("subgroups", "", "the values do not vary", "give data that vary")
    means = table.mean(axis=1)
    within, spread = pooled_sigma(groups), moving_range_sigma(means.tolist())
    between = math.sqrt(max(0.0, spread.sigma**2 - within.sigma**2 / n))
    both = math.hypot(between, within.sigma)
    if both == 0:
        raise ToolError("subgroups", "", "neither between nor within variation can be estimated", "give more subgroups")
    mean = float(table.mean())
    lsl, usl = arguments.lsl, arguments.usl
    cpl = None if lsl is None else (mean - lsl) / (3 * both)
    cpu = None if usl is None else (usl - mean) / (3 * both)
    cpk = min(index for index in (cpl, cpu) if index is not None)
    below, above, _ = expected(mean, both, lsl, usl)
    inside = float(np.square(table - means[:, None]).sum()) / (k * (n - 1))
    f = None if inside == 0 else n * float(np.square(means - mean).sum()) / (k - 1) / inside
    undefined = {}
    if lsl is None or usl is None:
        undefined = dict.fromkeys(("cp", "cpl" if lsl is None else "cpu"), "the specification has one limit")
    if f is None:
        undefined |= dict.fromkeys(("f", "p_value"), "the variation within subgroups is zero")
    return BetweenWithinResult(
        method="Between/within capability, normal distribution",
        n_used=table.size,
        mean=mean,
        sigma_within=within.sigma,
        sigma_between=between,
        sigma_between_within=both,
        sigma_overall=float(table.std(ddof=1)),
        cp=None if lsl is None or usl is None else (usl - lsl) / (6 * both),
        cpl=cpl,
        cpu=cpu,
        cpk=cpk,
        ppm_expected=1e6 * min(1.0, (below or 0.0) + (above or 0.0)),
        f=f,
        p_value=None if f is None else float(stats.f.sf(f, k - 1, k * (n - 1))),
        conventions={
            "within": within.estimator,
            "between": f"sqrt(({spread.estimator} of the means)^2 - within^2 / n), at least 0 (Minitab's default)",
        },
        assumptions=[normality("the subgroup means", means.tolist())],
        warnings=small_sample(table.size, ENOUGH, "the study"),
        undefined=undefined,
        conclusion=f"Cpk between/within = {cpk:.4g}; sigma between subgroups {between:.4g}, within {within.sigma:.4g}.",
    )
