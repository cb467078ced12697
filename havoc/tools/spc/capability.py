"""Process capability of normal data, and from summary statistics."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np

from havoc.tools.checks import normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Assumption, Notice
from havoc.tools.spc.capability_indices import (
    DATA_ALIASES,
    ENOUGH,
    LIMIT_ALIASES,
    TOPIC,
    CapabilityResult,
    Nonconforming,
    Process,
    Specification,
    capability_result,
    check_limits,
)
from havoc.tools.spc.sigma import SigmaEstimate, moving_range_sigma, pooled_sigma, range_sigma, s_sigma
from havoc.tools.values import SETTING, Alpha, Count, Number, Numbers, Positive, Rows

MAX_STUDY = 200_000


class Capability(Specification):
    """Measurements of a process, and its specification."""

    aliases: ClassVar[Mapping[str, str]] = LIMIT_ALIASES | DATA_ALIASES | {"T": "target", "samples": "subgroups"}

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
        **LIMIT_ALIASES,
        "T": "target",
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
    process = Process(arguments.lsl, arguments.usl, arguments.target, mean, values.size, arguments.alpha)
    below = None if arguments.lsl is None else 1e6 * float((values < arguments.lsl).mean())
    above = None if arguments.usl is None else 1e6 * float((values > arguments.usl).mean())
    observed = Nonconforming(basis="observed", below_lsl=below, above_usl=above, total=(below or 0.0) + (above or 0.0))
    normal = normality("the data", values.tolist())
    notices = small_sample(values.size, ENOUGH, "the study") + _stability(groups, mean, within.sigma)
    if normal.holds is False:
        message = "The data are not normal: expected ppm and Z are not to be trusted; use capability_nonnormal."
        notices.append(Notice(code="not_normal", message=message))
    return capability_result(process, within, overall, observed, [normal], notices)


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
    process = Process(arguments.lsl, arguments.usl, arguments.target, arguments.mean, arguments.n, arguments.alpha)
    unknown = [Assumption(name="normality of the data", holds=None, detail="only summary statistics were given")]
    return capability_result(process, within, arguments.overall_sd, None, unknown, [])


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
