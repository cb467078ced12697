"""Capability indices of a normal process from its mean and sigmas, and the result that holds them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.spc.capability_intervals import cp_interval, cpk_interval, cpm_interval
from havoc.tools.spc.sigma import SigmaEstimate
from havoc.tools.values import Number

TOPIC = "Capability"
ENOUGH = 100
"""Values that AIAG's SPC manual asks for before a capability is quoted."""


LIMIT_ALIASES = {"LSL": "lsl", "USL": "usl", "lower": "lsl", "upper": "usl"}
DATA_ALIASES = {"x": "data", "values": "data", "sample": "data", "measurements": "data"}


class Specification(Arguments):
    """Limits that single items must keep."""

    aliases: ClassVar[Mapping[str, str]] = LIMIT_ALIASES

    lsl: Number | None = None
    """Lower specification limit."""
    usl: Number | None = None
    """Upper specification limit."""


class Nonconforming(BaseModel):
    """Parts per million outside the limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    basis: Literal["observed", "expected within", "expected overall"]
    below_lsl: float | None
    """None without that limit."""
    above_usl: float | None
    total: float


class CapabilityResult(Result):
    """Indices, their intervals, and what lies outside the limits."""

    headline: ClassVar[tuple[str, ...]] = ("cpk", "cp", "ppk", "pp", "cpm", "ppm_expected_overall")

    mean: float
    sigma_within: float | None
    """Short-term standard deviation, on which Cp and Cpk stand."""
    sigma_overall: float | None
    """Standard deviation of all values (n - 1), on which Pp, Ppk and Cpm stand."""
    df_within: float | None
    """Degrees of freedom of sigma_within."""
    cp: float | None
    cp_ci_low: float | None
    cp_ci_high: float | None
    cpl: float | None
    """(mean - LSL) / (3 sigma within)."""
    cpu: float | None
    """(USL - mean) / (3 sigma within)."""
    cpk: float | None
    """The smaller of cpl and cpu."""
    cpk_ci_low: float | None
    cpk_ci_high: float | None
    pp: float | None
    pp_ci_low: float | None
    pp_ci_high: float | None
    ppl: float | None
    ppu: float | None
    ppk: float | None
    """The smaller of ppl and ppu."""
    ppk_ci_low: float | None
    ppk_ci_high: float | None
    cpm: float | None
    """(USL - LSL) / (6 sqrt(s^2 + (mean - target)^2)), s overall."""
    cpm_ci_low: float | None
    cpm_ci_high: float | None
    z_bench_within: float | None
    """z of the normal distribution whose upper tail is the expected proportion outside both limits, short-term."""
    z_bench_overall: float | None
    ppm_observed: float | None
    ppm_expected_within: float | None
    ppm_expected_overall: float | None
    nonconforming: list[Nonconforming]
    """The same by limit."""


@dataclass(frozen=True)
class Process:
    """What the indices need besides sigma."""

    lsl: float | None
    usl: float | None
    target: float | None
    mean: float
    n: int
    alpha: float


def check_limits(specification: Specification, target: float | None) -> None:
    """Raise unless there is a limit, the limits are in order, and the target is between them."""
    lsl, usl = specification.lsl, specification.usl
    if lsl is None and usl is None:
        raise ToolError("usl", "", "no specification limit", "give lsl, usl, or both; capability compares with them")
    if lsl is not None and usl is not None and lsl >= usl:
        raise ToolError("usl", usl, f"not above lsl = {lsl:g}", "give usl > lsl")
    if target is not None and ((lsl is not None and target < lsl) or (usl is not None and target > usl)):
        raise ToolError("target", target, "outside the specification limits", "give a target between them")


def indices(process: Process, sigma: float) -> tuple[float | None, float | None, float | None, float]:
    """Two-sided index, lower, upper, and the smaller of them."""
    lsl, usl, mean = process.lsl, process.usl, process.mean
    lower = None if lsl is None else (mean - lsl) / (3 * sigma)
    upper = None if usl is None else (usl - mean) / (3 * sigma)
    both = None if lsl is None or usl is None else (usl - lsl) / (6 * sigma)
    return both, lower, upper, min(index for index in (lower, upper) if index is not None)


def expected(
    mean: float, sigma: float, lsl: float | None, usl: float | None
) -> tuple[float | None, float | None, float | None]:
    """Normal proportions below and above the limits, and Z bench; the latter None where all lies outside."""
    below = None if lsl is None else float(stats.norm.sf((mean - lsl) / sigma))
    above = None if usl is None else float(stats.norm.sf((usl - mean) / sigma))
    total = (below or 0.0) + (above or 0.0)
    if total >= 1:
        return below, above, None
    if total > 0:
        return below, above, float(stats.norm.isf(total))
    # Beyond 37 sigma the tail underflows; the nearer limit has all of it that counts.
    distances = ([] if lsl is None else [mean - lsl]) + ([] if usl is None else [usl - mean])
    return below, above, min(distances) / sigma


def capability_result(
    process: Process,
    within: SigmaEstimate | None,
    overall: float | None,
    observed: Nonconforming | None,
    assumptions: list[Assumption],
    notices: list[Notice],
) -> CapabilityResult:
    """Every index that the sigmas and limits define, and the reason for every other."""
    fields: dict[str, Any] = dict.fromkeys(CapabilityResult.model_fields.keys() - Result.model_fields.keys())
    undefined: dict[str, str] = {}
    lines = [] if observed is None else [observed]
    fields |= {"mean": process.mean, "ppm_observed": None if observed is None else observed.total}
    one_sided = process.lsl is None or process.usl is None
    for kind, letter, sigma, df in (
        ("within", "c", None if within is None else within.sigma, 0.0 if within is None else within.df),
        ("overall", "p", overall, process.n - 1.0),
    ):
        names = [f"{letter}{end}" for end in ("p", "pl", "pu", "pk")]
        names += [f"{letter}p_ci_low", f"{letter}p_ci_high", f"{letter}pk_ci_low", f"{letter}pk_ci_high"]
        names += [f"z_bench_{kind}", f"ppm_expected_{kind}"]
        if sigma is None or sigma == 0:
            reason = "no such standard deviation was given" if sigma is None else "the variation within subgroups is zero"
            undefined |= dict.fromkeys([f"sigma_{kind}", *names] if sigma is None else names, reason)
            fields[f"sigma_{kind}"] = sigma
            continue
        both, lower, upper, smaller = indices(process, sigma)
        below, above, z = expected(process.mean, sigma, process.lsl, process.usl)
        total = 1e6 * min(1.0, (below or 0.0) + (above or 0.0))
        interval = cpk_interval(smaller, process.n, df, process.alpha)
        wide = (None, None) if both is None else cp_interval(both, df, process.alpha)
        values = (both, lower, upper, smaller, *wide, *interval, z, total)
        fields |= {f"sigma_{kind}": sigma, **dict(zip(names, values, strict=True))}
        lines.append(
            Nonconforming(
                basis="expected within" if kind == "within" else "expected overall",
                below_lsl=None if below is None else 1e6 * below,
                above_usl=None if above is None else 1e6 * above,
                total=total,
            )
        )
        if one_sided:
            gone = [names[0], names[4], names[5], names[1 if process.lsl is None else 2]]
            undefined |= dict.fromkeys(gone, "the specification has one limit")
        if z is None:
            undefined[names[8]] = "everything is expected outside the limits"
    fields["df_within"] = None if within is None else within.df
    fields |= _cpm(process, overall, undefined)
    for name, given in (("df_within", within), ("ppm_observed", observed)):
        if given is None:
            undefined[name] = "only summary statistics were given" if name == "ppm_observed" else "no within_sd was given"
    quoted = "cpk" if fields["cpk"] is not None else "ppk"
    index = fields[quoted]
    if index is None:
        conclusion = "The variation is zero: no index is defined."
    else:
        sentence = f"{quoted.capitalize()} = {index:.4g} ({100 * (1 - process.alpha):g}% interval "
        conclusion = sentence + f"{fields[quoted + '_ci_low']:.4g} to {fields[quoted + '_ci_high']:.4g})."
    return CapabilityResult(
        method="Process capability, normal distribution",
        n_used=process.n,
        **fields | {"nonconforming": lines},
        conventions=_conventions(process, within),
        assumptions=assumptions,
        warnings=notices,
        undefined=undefined,
        conclusion=conclusion,
    )


def _cpm(process: Process, overall: float | None, undefined: dict[str, str]) -> dict[str, float | None]:
    """Cpm and its interval; adds the reason to `undefined` where it has no value."""
    names = ("cpm", "cpm_ci_low", "cpm_ci_high")
    if process.target is None or process.lsl is None or process.usl is None or not overall:
        what = "target" if process.target is None else "overall standard deviation" if not overall else "second limit"
        undefined |= dict.fromkeys(names, f"Cpm needs a {what}")
        return dict.fromkeys(names)
    off = process.mean - process.target
    cpm = (process.usl - process.lsl) / (6 * math.hypot(overall, off))
    return dict(zip(names, (cpm, *cpm_interval(cpm, process.n, off / overall, process.alpha)), strict=True))


def _conventions(process: Process, within: SigmaEstimate | None) -> dict[str, str]:
    found = {
        "Cp, Cpk": "no within sigma given" if within is None else f"within sigma: {within.estimator}, df {within.df:.5g}",
        "Pp, Ppk": f"overall standard deviation, n - 1 = {process.n - 1} degrees of freedom, no c4 (Minitab's default)",
        "intervals": f"confidence {1 - process.alpha:g}; Cp, Pp chi-square, Cpk, Ppk Bissell, Cpm Boyles",
        "ppm": "observed; expected from the normal distribution with within and with overall sigma",
    }
    target, lsl, usl = process.target, process.lsl, process.usl
    if target is not None and lsl is not None and usl is not None:
        found["Cpm"] = "(USL - LSL) / (6 sqrt(s^2 + (mean - T)^2)), s overall"
        share = 2 * min(target - lsl, usl - target) / (usl - lsl)
        if not math.isclose(share, 1, rel_tol=1e-9):
            found["Cpm"] += f"; with 2 min(T - LSL, USL - T) for USL - LSL it would be {share:.4g} of this"
    return found
