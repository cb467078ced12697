"""Bias of a gage against a reference: the type 1 study and AIAG's bias study."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import optimize, stats

from havoc.tools.checks import normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.constants import MAX_SUBGROUP, c4, c5, d2, d3
from havoc.tools.spc.gage_study import TOPIC
from havoc.tools.values import SETTING, Alpha, Number, Numbers, Positive

LEAST_INDEX = 1.33
"""Cg and Cgk from which a gage is usually called capable."""
ENOUGH_TYPE_1, ENOUGH_BIAS = 25, 10
"""Measurements that Bosch (booklet 10) and AIAG ask for."""

_ALIASES: Mapping[str, str] = {
    "data": "measurements",
    "values": "measurements",
    "x": "measurements",
    "ref": "reference",
    "reference_value": "reference",
    "master": "reference",
}


class TypeOneStudy(Arguments):
    """One reference part, measured repeatedly by one operator."""

    aliases: ClassVar[Mapping[str, str]] = {**_ALIASES, "T": "tolerance"}

    measurements: Numbers
    """Repeated measurements of the reference part, in time order."""
    reference: Number
    """True value of the part."""
    tolerance: Positive
    """Width of the tolerance, USL - LSL."""
    percent_of_tolerance: Annotated[float, Field(ge=0.01, le=100), SETTING] = 20.0
    """K: percent of the tolerance that the spread of the gage is compared with (Minitab 20, some companies 15)."""
    study_multiplier: Annotated[float, Field(ge=0.01, le=10), SETTING] = 6.0
    """Standard deviations that count as the spread of the gage (Bosch and Minitab 6; some companies 4)."""
    resolution: Positive | None = None
    """Smallest step of the gage."""
    alpha: Alpha = 0.05


class BiasStudy(Arguments):
    """One part of known value, measured repeatedly."""

    aliases: ClassVar[Mapping[str, str]] = _ALIASES

    measurements: Numbers
    """Repeated measurements of the part."""
    reference: Number
    """True value of the part."""
    process_sd: Positive | None = None
    """Total (process) standard deviation; gives %EV."""
    sigma_method: Annotated[Literal["standard deviation", "range"], SETTING] = "standard deviation"
    """Repeatability from the sample standard deviation, or from the range over d2* (AIAG's worked example)."""
    alpha: Alpha = 0.05


class BiasResult(Result):
    """The bias and its t test."""

    headline: ClassVar[tuple[str, ...]] = ("bias", "statistic", "p_value", "ci_low", "ci_high")

    mean: float
    bias: float
    """Mean minus reference."""
    sigma_repeatability: float
    standard_error: float
    """Of the mean."""
    statistic: float
    """t of the bias."""
    df: float
    p_value: float
    """Two-sided; small where the bias is not zero."""
    ci_low: float
    """Lower end of the interval of the bias at confidence 1 - alpha."""
    ci_high: float
    significant: bool
    """Whether zero lies outside the interval."""


class BiasStudyResult(BiasResult):
    """The bias, with the repeatability against the process."""

    percent_ev: float | None
    """Repeatability as percent of the process standard deviation."""


class TypeOneResult(BiasResult):
    """Cg and Cgk, with the bias."""

    headline: ClassVar[tuple[str, ...]] = ("cg", "cgk", "bias", "p_value")

    cg: float
    """K% of the tolerance over the spread of the gage."""
    cgk: float
    """The same after the bias is taken off."""
    percent_var_repeatability: float
    """K / Cg: spread of the gage as percent of the tolerance."""
    percent_var_repeatability_bias: float | None
    """K / Cgk; None where the bias uses up the allowance."""
    percent_resolution: float | None
    """Resolution as percent of the tolerance; 5% or less is wanted."""


@dataclass(frozen=True)
class _Repeatability:
    sigma: float
    df: float
    narrow: float
    """Factor on the interval (AIAG's d2 / d2*)."""


@operation(
    "gage_bias",
    topic=TOPIC,
    source="AIAG, Measurement Systems Analysis, 4th ed. (2010), chapter III.B (bias, independent sample method)",
    examples=(
        {"measurements": [5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0], "reference": 6.0},
        {"measurements": [5.8, 5.7, 5.9, 5.9, 6.0, 6.1], "reference": 6.0, "process_sd": 2.5},
    ),
)
def gage_bias(arguments: BiasStudy) -> BiasStudyResult:
    """Does a gage on average show the reference value of a part?

    t test of mean minus reference. For Cg and Cgk against a tolerance use gage_type1; for bias over the measuring range
    gage_linearity; for drift over time a control chart of repeated measurements of one part (xbar_r_chart).
    """
    values = _values(arguments.measurements)
    spread = _from_range(values) if arguments.sigma_method == "range" else _from_deviation(values)
    fields = _bias(values, arguments.reference, spread, arguments.alpha)
    percent = None if arguments.process_sd is None else 100 * spread.sigma / arguments.process_sd
    return BiasStudyResult(
        method="Gage bias, independent sample method",
        n_used=values.size,
        **fields,
        percent_ev=percent,
        conventions={
            "repeatability": "range / d2* with its degrees of freedom, interval times d2 / d2* (AIAG's example)"
            if arguments.sigma_method == "range"
            else "standard deviation with n - 1 degrees of freedom; sigma_method range gives AIAG's worked example"
        },
        assumptions=[normality("the measurements", arguments.measurements)],
        warnings=small_sample(values.size, ENOUGH_BIAS, "the study"),
        undefined={} if percent is not None else {"percent_ev": "no process_sd was given"},
        conclusion=_sentence(fields),
    )


@operation(
    "gage_type1",
    topic=TOPIC,
    source="Bosch, Quality Management in the Bosch Group 10: Capability of Measurement and Test Processes; VDA 5",
    examples=(
        {
            "measurements": [20.301, 20.303, 20.300, 20.299, 20.302, 20.301, 20.298, 20.300, 20.302, 20.301],
            "reference": 20.302,
            "tolerance": 0.15,
            "resolution": 0.001,
        },
    ),
)
def gage_type1(arguments: TypeOneStudy) -> TypeOneResult:
    """Is a gage good enough for a tolerance, judged by repeated measurements of one reference part (Cg, Cgk)?

    One part, one operator, before any study with operators and parts (gage_rr_anova). For the bias alone use gage_bias.
    """
    values = _values(arguments.measurements)
    fields = _bias(values, arguments.reference, _from_deviation(values), arguments.alpha)
    sigma, half = fields["sigma_repeatability"], arguments.study_multiplier / 2
    allowed = arguments.percent_of_tolerance / 100 * arguments.tolerance
    cg = allowed / (2 * half * sigma)
    cgk = (allowed / 2 - abs(fields["bias"])) / (half * sigma)
    undefined = {}
    if cgk <= 0:
        undefined["percent_var_repeatability_bias"] = "the bias uses up the allowance"
    resolution = None if arguments.resolution is None else 100 * arguments.resolution / arguments.tolerance
    notices = small_sample(values.size, ENOUGH_TYPE_1, "the study")
    if resolution is None:
        undefined["percent_resolution"] = "no resolution was given"
    elif resolution > 5:
        message = f"The resolution is {resolution:.3g}% of the tolerance; 5% or less is wanted."
        notices.append(Notice(code="coarse_resolution", message=message))
    capable = "" if min(cg, cgk) >= LEAST_INDEX else "not "
    return TypeOneResult(
        method="Type 1 gage study",
        n_used=values.size,
        **fields,
        cg=cg,
        cgk=cgk,
        percent_var_repeatability=arguments.percent_of_tolerance / cg,
        percent_var_repeatability_bias=arguments.percent_of_tolerance / cgk if cgk > 0 else None,
        percent_resolution=resolution,
        conventions={
            "Cg": f"{arguments.percent_of_tolerance / 100:g} T / ({arguments.study_multiplier:g} s)",
            "Cgk": f"({arguments.percent_of_tolerance / 200:g} T - |bias|) / ({half:g} s)",
            "limit": f"{LEAST_INDEX} for both is the usual requirement; companies differ",
        },
        assumptions=[normality("the measurements", arguments.measurements)],
        warnings=notices,
        undefined=undefined,
        conclusion=f"Cg = {cg:.4g} and Cgk = {cgk:.4g}: the gage is {capable}capable by the usual limit of {LEAST_INDEX}.",
    )


def _values(measurements: list[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.asarray(measurements, dtype=np.float64)
    if values.size < 2 or np.ptp(values) == 0:
        raise ToolError("measurements", "", "the measurements do not vary", "give two different values; a finer resolution")
    return values


def _from_deviation(values: np.ndarray[Any, np.dtype[np.float64]]) -> _Repeatability:
    return _Repeatability(float(values.std(ddof=1)), values.size - 1, 1.0)


def _from_range(values: np.ndarray[Any, np.dtype[np.float64]]) -> _Repeatability:
    """Range over d2* of one range, with the degrees of freedom of a chi variable of the same variation (Patnaik 1950)."""
    n = values.size
    if n > MAX_SUBGROUP:
        raise ToolError("sigma_method", "range", f"{n} measurements", "use the standard deviation, which is better anyway")
    mean, spread = d2(n), d3(n)
    star = math.hypot(mean, spread)
    df = float(optimize.brentq(lambda df: c5(df + 1) / c4(df + 1) - spread / mean, 1.0, 10_000.0)) if n > 2 else 1.0
    return _Repeatability(float(np.ptp(values)) / star, df, mean / star)


def _bias(
    values: np.ndarray[Any, np.dtype[np.float64]], reference: float, spread: _Repeatability, alpha: float
) -> dict[str, Any]:
    """Fields of BiasResult."""
    mean = float(values.mean())
    error = spread.sigma / math.sqrt(values.size)
    bias = mean - reference
    margin = float(stats.t.isf(alpha / 2, spread.df)) * error * spread.narrow
    return {
        "mean": mean,
        "bias": bias,
        "sigma_repeatability": spread.sigma,
        "standard_error": error,
        "statistic": bias / error,
        "df": float(spread.df),
        "p_value": float(2 * stats.t.sf(abs(bias / error), spread.df)),
        "ci_low": bias - margin,
        "ci_high": bias + margin,
        "significant": not bias - margin <= 0 <= bias + margin,
    }


def _sentence(fields: dict[str, Any]) -> str:
    verb = "differs" if fields["significant"] else "does not differ"
    return f"The bias of {fields['bias']:.4g} {verb} significantly from zero (t = {fields['statistic']:.4g})."
