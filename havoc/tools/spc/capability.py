"""Process capability of normal data: indices with intervals, expected and observed nonconforming."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.checks import normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.spc.capability_intervals import cp_interval, cpk_interval, cpm_interval
from havoc.tools.spc.sigma import SigmaEstimate, moving_range_sigma, pooled_sigma, range_sigma, s_sigma
from havoc.tools.values import SETTING, Alpha, Count, Number, Numbers, Positive, Rows

TOPIC = "Capability"
MAX_STUDY = 200_000
ENOUGH = 100
"""Values that AIAG's SPC manual asks for before a capability is quoted."""


class Specification(Arguments):
    """Limits that single items must keep."""

    aliases: ClassVar[Mapping[str, str]] = {
        "LSL": "lsl",
        "USL": "usl",
        "lower": "lsl",
        "upper": "usl",
        "T": "target",
        "x": "data",
        "values": "data",
        "sample": "data",
        "measurements": "data",
        "samples": "subgroups",
    }

    lsl: Number | None = None
    """Lower specification limit."""
    usl: Number | None = None
    """Upper specification limit."""


class Capability(Specification):
    """Measurements of a process, and its specification."""

    data: Numbers | None = None
    """Individual values in time order, or subgroups one after the other with `subgroup_size`."""
    subgroups: Rows | None = None
    """Subgroups in time order; instead of `data`."""
    subgroup_size: Count | None = None
    """Values per subgroup in `data`; left out, or 1, they are individuals."""
    target: Number | None = None
    """Target value; needed for Cpm."""
    sigma_method: Annotated[Literal["default", "pooled", "rbar", "sbar", "mr", "median_mr"], SETTING] = "default"
    """Within sigma: of subgroups pooled, rbar or sbar (default pooled), of individuals mr or median_mr (default mr)."""
    alpha: Alpha = 0.05


class CapabilityFromSummary(Specification):
    """What a report prints of a process, and its specification."""

    aliases: ClassVar[Mapping[str, str]] = {
        **{name: field for name, field in Specification.aliases.items() if field in ("lsl", "usl", "target")},
        "sd": "overall_sd",
        "s": "overall_sd",
        "sigma": "within_sd",
    }

    mean: Number
    n: Count
    """Values behind mean and standard deviation."""
    within_sd: Positive | None = None
    """Short-term sigma, as Rbar / d2; gives Cp, Cpk."""
    overall_sd: Positive | None = None
    """Standard deviation of all values; gives Pp, Ppk, Cpm."""
    within_df: Positive | None = None
    """Degrees of freedom of within_sd; n - 1 where left out."""
    target: Number | None = None
    """Target value; needed for Cpm."""
    alpha: Alpha = 0.05


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


@operation(
    "process_capability",
    topic=TOPIC,
    source="Montgomery, Introduction to Statistical Quality Control, chapter 8; Bissell (1990), Appl. Stat. 39, 331-340",
    examples=(
        {
            "subgroups": [[74.03, 74.002, 74.019], [73.995, 73.992, 74.001], [73.988, 74.024, 74.021], [74.0, 74.01, 73.99]],
            "lsl": 73.95,
            "usl": 74.05,
            "target": 74.0,
        },
        {"data": [10.1, 9.9, 10.0, 10.3, 9.8, 10.0, 10.2, 9.9], "usl": 11.0},
    ),
)
def process_capability(arguments: Capability) -> CapabilityResult:
    """Is a process able to keep its specification limits?

    Cp, Cpk (within sigma) and Pp, Ppk, Cpm (overall sigma) with intervals, expected and observed ppm, for stable and normal
    data; with one limit Cp and Pp are undefined. Check stability first (xbar_r_chart, i_mr_chart). For data that are not
    normal use capability_nonnormal; for counts binomial_capability or poisson_capability; without the data
    process_capability_from_summary.
    """
    check_limits(arguments, arguments.target)
    groups = _subgroups(arguments)
    values = np.array([value for group in groups for value in group])
    name = "subgroups" if arguments.data is None else "data"
    if values.size > MAX_STUDY:
        raise ToolError(name, "", f"{values.size:,} values", f"give at most {MAX_STUDY:,}, or use the summary")
    if values.size < 2 or np.ptp(values) == 0:
        raise ToolError(name, "", "the values do not vary", "give at least two different values")
    within = _within(groups, arguments.sigma_method)
    mean, overall = float(values.mean()), float(values.std(ddof=1))
    process = _Process(arguments.lsl, arguments.usl, arguments.target, mean, values.size, arguments.alpha)
    below = None if arguments.lsl is None else 1e6 * float((values < arguments.lsl).mean())
    above = None if arguments.usl is None else 1e6 * float((values > arguments.usl).mean())
    observed = Nonconforming(basis="observed", below_lsl=below, above_usl=above, total=(below or 0.0) + (above or 0.0))
    normal = normality("the data", values.tolist())
    notices = small_sample(values.size, ENOUGH, "the study") + _stability(groups, mean, within.sigma)
    if normal.holds is False:
        message = "The data are not normal: expected ppm and Z are not to be trusted; use capability_nonnormal."
        notices.append(Notice(code="not_normal", message=message))
    return _result(process, within, overall, observed, [normal], notices)


@operation(
    "process_capability_from_summary",
    topic=TOPIC,
    source="Montgomery, Introduction to Statistical Quality Control, chapter 8; Bissell (1990), Appl. Stat. 39, 331-340",
    examples=(
        {"mean": 264.06, "n": 100, "overall_sd": 32.02, "lsl": 200},
        {"mean": 10.02, "n": 125, "within_sd": 0.05, "overall_sd": 0.06, "lsl": 9.8, "usl": 10.2, "target": 10},
    ),
)
def process_capability_from_summary(arguments: CapabilityFromSummary) -> CapabilityResult:
    """Capability indices from mean, standard deviation and number of values, as reports print them.

    within_sd gives Cp and Cpk, overall_sd gives Pp, Ppk and Cpm; never one for the other. Normality and stability cannot be
    checked without the data: with them use process_capability.
    """
    check_limits(arguments, arguments.target)
    if arguments.n < 2:
        raise ToolError("n", arguments.n, "a standard deviation needs two values", "give n of at least 2")
    if arguments.within_sd is None and arguments.overall_sd is None:
        raise ToolError("overall_sd", "", "missing", "give within_sd, overall_sd, or both")
    within = None
    if arguments.within_sd is not None:
        given = arguments.within_df is not None
        name = "as given" if given else "as given, with n - 1"
        within = SigmaEstimate(arguments.within_sd, arguments.within_df or arguments.n - 1, name)
    process = _Process(arguments.lsl, arguments.usl, arguments.target, arguments.mean, arguments.n, arguments.alpha)
    unknown = [Assumption(name="normality of the data", holds=None, detail="only summary statistics were given")]
    return _result(process, within, arguments.overall_sd, None, unknown, [])


@dataclass(frozen=True)
class _Process:
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


def _subgroups(arguments: Capability) -> list[list[float]]:
    """Subgroups as given, or cut from the data; single values where there are none."""
    if (arguments.data is None) == (arguments.subgroups is None):
        which = "missing" if arguments.data is None else "given beside subgroups"
        raise ToolError("data", "", which, "give either data (individuals) or subgroups")
    if arguments.subgroups is not None:
        return arguments.subgroups
    values, size = arguments.data or [], arguments.subgroup_size or 1
    if len(values) % size:
        problem = f"{len(values)} values do not fill subgroups of {size}"
        raise ToolError("subgroup_size", size, problem, "leave out the incomplete one, or give subgroups")
    return [values[start : start + size] for start in range(0, len(values), size)]


def _within(groups: Sequence[Sequence[float]], method: str) -> SigmaEstimate:
    """Within sigma by the estimator that was asked for."""
    individuals = all(len(group) == 1 for group in groups)
    if method == "default":
        method = "mr" if individuals else "pooled"
    if individuals != (method in ("mr", "median_mr")):
        kind = "individual values" if individuals else "subgroups"
        raise ToolError("sigma_method", method, f"the data are {kind}", "leave sigma_method out")
    if individuals:
        return moving_range_sigma([group[0] for group in groups], median=method == "median_mr")
    estimators = {"pooled": pooled_sigma, "rbar": range_sigma, "sbar": s_sigma}
    return estimators[method](groups)


def _stability(groups: Sequence[Sequence[float]], mean: float, sigma: float) -> list[Notice]:
    """A notice where subgroup means (or individuals) lie outside three sigma of the within variation."""
    outside = sum(abs(math.fsum(group) / len(group) - mean) > 3 * sigma / math.sqrt(len(group)) for group in groups)
    if not outside:
        return []
    message = f"{outside} of {len(groups)} points lie outside the 3-sigma limits: an unstable process has no capability."
    return [Notice(code="not_stable", message=message)]


def _indices(process: _Process, sigma: float) -> tuple[float | None, float | None, float | None, float]:
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


def _result(
    process: _Process,
    within: SigmaEstimate | None,
    overall: float | None,
    observed: Nonconforming | None,
    assumptions: list[Assumption],
    notices: list[Notice],
) -> CapabilityResult:
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
        both, lower, upper, smaller = _indices(process, sigma)
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


def _cpm(process: _Process, overall: float | None, undefined: dict[str, str]) -> dict[str, float | None]:
    """Cpm and its interval; adds the reason to `undefined` where it has no value."""
    names = ("cpm", "cpm_ci_low", "cpm_ci_high")
    if process.target is None or process.lsl is None or process.usl is None or not overall:
        what = "target" if process.target is None else "overall standard deviation" if not overall else "second limit"
        undefined |= dict.fromkeys(names, f"Cpm needs a {what}")
        return dict.fromkeys(names)
    off = process.mean - process.target
    cpm = (process.usl - process.lsl) / (6 * math.hypot(overall, off))
    return dict(zip(names, (cpm, *cpm_interval(cpm, process.n, off / overall, process.alpha)), strict=True))


def _conventions(process: _Process, within: SigmaEstimate | None) -> dict[str, str]:
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
