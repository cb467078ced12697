"""Life data with censoring: Weibull, lognormal, loglogistic and exponential, with intervals for what engineers ask."""

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from scipy import special, stats

from havoc.tools.errors import BadValueError, ToolError
from havoc.tools.math.censored_likelihood import (
    EXTREME_VALUE,
    LOGISTIC,
    NORMAL,
    Estimates,
    Observations,
    Standard,
    estimate,
)
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, SETTING, Alpha, Counts, Numbers, equal_lengths, short_list

TOPIC = "Reliability"
MAX_ROWS = 100_000
FEW_FAILURES = 10
"""Failures below which normal-approximation intervals are too narrow (Meeker and Escobar 1998, section 8.4)."""
Life = Literal["weibull", "lognormal", "loglogistic", "exponential"]
STANDARDS: dict[str, Standard] = {
    "weibull": EXTREME_VALUE,
    "exponential": EXTREME_VALUE,
    "lognormal": NORMAL,
    "loglogistic": LOGISTIC,
}


def _times_or_none(value: object) -> list[float | None]:
    """Times above 0; null (or 0 as a start) for an open end."""
    if not isinstance(value, (list, tuple)) or not value:
        raise BadValueError("not a list of times", "give times, and null for an open end: [null, 100, 200]", value=value)
    if len(value) > MAX_ROWS:
        raise BadValueError(f"{len(value):,} rows", f"give at most {MAX_ROWS:,}; use frequencies for equal rows")
    times: list[float | None] = []
    for index, entry in enumerate(value):
        if entry is not None and type(entry) not in (int, float):
            raise BadValueError("not a time", "give numbers, and null for an open end", f"[{index}]", entry)
        if entry is not None and not (entry == 0 or 1e-100 < entry < 1e100):
            raise BadValueError("not a time", "give 0, or times between 1e-100 and 1e100", f"[{index}]", entry)
        times.append(None if entry is None else float(entry))
    return times


_OPEN_TIMES: dict[str, Any] = {"type": "array", "items": {"type": ["number", "null"]}, "minItems": 1}
OpenTimes = Annotated[list[float | None], BeforeValidator(_times_or_none), WithJsonSchema(_OPEN_TIMES), DATA]
Percents = Annotated[tuple[float, ...], BeforeValidator(short_list), SETTING, Field(min_length=1, max_length=100)]
Missions = Annotated[tuple[float, ...], BeforeValidator(short_list), SETTING, Field(max_length=100)]


class Estimate(BaseModel):
    """One estimate with its interval."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    value: float
    standard_error: float
    ci_low: float
    ci_high: float


class LifeResult(Result):
    """A fitted life distribution with percentiles, reliabilities and the mean."""

    headline: ClassVar[tuple[str, ...]] = ("parameters", "b10", "b10_ci_low", "b10_ci_high", "mttf")

    distribution: str
    parameters: list[Estimate]
    """Weibull: shape, scale; exponential: scale (the mean); lognormal: log_mean, log_standard_deviation; loglogistic: shape,
    scale (the median)."""
    failures: int
    """Units known to have failed."""
    suspensions: int
    """Units still running when last seen."""
    b10: float
    """B10 life: time by which 10% fail."""
    b10_ci_low: float
    b10_ci_high: float
    percentiles: list[Estimate]
    """Bp lives, as asked for: name `B10` is the time by which 10% fail."""
    reliabilities: list[Estimate]
    """Probability of surviving each mission time, named by it."""
    mttf: float | None
    """Mean time to failure; None where the distribution has none."""
    mttf_ci_low: float | None
    mttf_ci_high: float | None
    log_likelihood: float
    aic: float
    """2 k - 2 log-likelihood: smaller is better, comparable between distributions of the same data."""


class WeibullResult(LifeResult):
    """A Weibull fit."""

    headline: ClassVar[tuple[str, ...]] = ("shape", "scale", "b10", "b10_ci_low", "b10_ci_high", "mttf")

    shape: float
    """Beta: below 1 early failures, 1 constant failure rate, above 1 wear-out."""
    shape_ci_low: float
    shape_ci_high: float
    scale: float
    """Eta, characteristic life: time by which 63.2% fail."""
    scale_ci_low: float
    scale_ci_high: float


class _Asked(Arguments):
    """What is wanted of the fit."""

    percents: Percents = (1.0, 5.0, 10.0, 50.0)
    """Percentages p of the Bp lives, between 0 and 100."""
    mission_times: Missions = ()
    """Times at which the reliability is wanted."""
    alpha: Alpha = 0.05


class WeibullAnalysis(_Asked):
    """Failure and suspension times."""

    aliases: ClassVar = {"data": "times", "failures": "times", "suspended": "censored", "counts": "frequencies"}

    times: Numbers
    """Time of each unit: of its failure, or of when it was last seen running."""
    censored: Counts | None = None
    """1 for a unit that still ran (suspension), 0 for a failure; left out, all failed."""
    frequencies: Counts | None = None
    """How many units each row stands for."""


class LifeAnalysis(_Asked):
    """Times with right censoring, or intervals with any."""

    aliases: ClassVar = {"data": "times", "failures": "times", "suspended": "censored", "counts": "frequencies"}

    distribution: Annotated[Life, SETTING] = "weibull"
    times: Numbers | None = None
    """Time of each unit: of its failure, or of when it was last seen running."""
    censored: Counts | None = None
    """1 for a unit that still ran (suspension), 0 for a failure; left out, all failed."""
    start: OpenTimes | None = None
    """Instead of times: when each unit was last seen running; null or 0 if it was never (left censored)."""
    end: OpenTimes | None = None
    """When it was first seen failed; null if never (right censored); equal to start if the time is exact."""
    frequencies: Counts | None = None
    """How many units each row stands for."""


@operation(
    "weibull_analysis",
    topic=TOPIC,
    source="Meeker, W. Q. and Escobar, L. A. (1998), Statistical Methods for Reliability Data, chapter 8; NIST/SEMATECH "
    "e-Handbook 8.4.1.2",
    examples=(
        {"times": [17.88, 28.92, 33.0, 41.52, 42.12, 45.6, 48.48, 51.84], "mission_times": [20], "unit": "1e6 rev"},
        {"times": [150, 340, 560, 800, 1130, 1720, 2470, 4210, 5230, 6890], "censored": [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]},
    ),
)
def weibull_analysis(arguments: WeibullAnalysis) -> WeibullResult:
    """Which Weibull distribution do these lives have, and what are its B10 life and its reliability?

    Maximum likelihood with suspensions (right censoring). For intervals between inspections, left censoring or another
    distribution use life_data_analysis; to compare groups without a distribution kaplan_meier; for repairable systems
    mtbf_interval.
    """
    observations = _observations(arguments.times, arguments.censored, arguments.frequencies)
    fields = _analysed("weibull", observations, arguments)
    shape, scale = fields["parameters"]
    return WeibullResult(
        **fields,
        shape=shape.value,
        shape_ci_low=shape.ci_low,
        shape_ci_high=shape.ci_high,
        scale=scale.value,
        scale_ci_low=scale.ci_low,
        scale_ci_high=scale.ci_high,
        conclusion=f"Shape {shape.value:.4g} ({shape.ci_low:.4g} to {shape.ci_high:.4g}), characteristic life "
        f"{scale.value:.6g}, B10 life {fields['b10']:.6g} ({fields['b10_ci_low']:.6g} to {fields['b10_ci_high']:.6g}).",
    )


@operation(
    "life_data_analysis",
    topic=TOPIC,
    source="Meeker, W. Q. and Escobar, L. A. (1998), Statistical Methods for Reliability Data, chapters 7 and 8; Nelson, W. "
    "(1982), Applied Life Data Analysis, chapter 8",
    examples=(
        {"distribution": "lognormal", "times": [6.7, 9.1, 12.2, 13.1, 20.0, 25.0], "censored": [0, 0, 0, 0, 1, 1]},
        {"start": [0, 100, 300, 500, 700], "end": [100, 300, 500, 700, None], "frequencies": [3, 9, 14, 8, 6], "unit": "h"},
    ),
)
def life_data_analysis(arguments: LifeAnalysis) -> LifeResult:
    """Which life distribution do censored data have: right, left or interval censored?

    Weibull, lognormal, loglogistic or exponential by maximum likelihood, with percentiles, reliabilities and the mean.
    Give times (with censored), or start and end of the interval in which each unit failed. Compare distributions by AIC.
    For a Weibull fit alone weibull_analysis is shorter; for complete data fit_distribution ranks more candidates.
    """
    if arguments.times is not None:
        if arguments.start is not None or arguments.end is not None:
            raise ToolError("start", "", "given together with times", "give times, or start and end")
        observations = _observations(arguments.times, arguments.censored, arguments.frequencies)
    elif arguments.start is None or arguments.end is None:
        raise ToolError("times", "", "missing", "give times, or both start and end")
    elif arguments.censored is not None:
        raise ToolError("censored", "", "start and end say already what is censored", "leave it out")
    else:
        observations = _intervals(arguments.start, arguments.end, arguments.frequencies)
    fields = _analysed(arguments.distribution, observations, arguments)
    named = ", ".join(f"{one.name} {one.value:.5g}" for one in fields["parameters"])
    return LifeResult(
        **fields,
        conclusion=f"{arguments.distribution.capitalize()} with {named}; B10 life {fields['b10']:.6g} "
        f"({fields['b10_ci_low']:.6g} to {fields['b10_ci_high']:.6g}).",
    )


def _observations(times: list[float], censored: list[int] | None, frequencies: list[int] | None) -> Observations:
    marks = censored if censored is not None else [0] * len(times)
    equal_lengths(times=times, censored=marks)
    for index, (time, mark) in enumerate(zip(times, marks, strict=True)):
        if not 1e-100 < time < 1e100:
            raise ToolError(f"times[{index}]", time, "not a life", "give times above 0")
        if mark > 1:
            raise ToolError(
                f"censored[{index}]", mark, "neither 0 nor 1", "give 1 for a unit that still ran, 0 for a failure"
            )
    logs = np.log(times)
    return Observations(logs, np.where(np.asarray(marks) == 1, np.inf, logs), _weights(len(times), frequencies))


def _intervals(start: list[float | None], end: list[float | None], frequencies: list[int] | None) -> Observations:
    equal_lengths(start=start, end=end)
    low, high = np.empty(len(start)), np.empty(len(start))
    for index, (first, last) in enumerate(zip(start, end, strict=True)):
        low[index] = math.log(first) if first else -math.inf
        if last is not None and last <= 0:
            raise ToolError(f"end[{index}]", last, "not a life", "give times above 0, or null if the unit still ran")
        high[index] = math.log(last) if last else math.inf
        if low[index] > high[index]:
            raise ToolError(f"end[{index}]", last, f"before start = {first:g}", "give start <= end")
        if low[index] == -math.inf and high[index] == math.inf:
            raise ToolError(f"start[{index}]", first, "nothing is known of this unit", "leave the row out")
    return Observations(low, high, _weights(len(start), frequencies))


def _weights(rows: int, frequencies: list[int] | None) -> np.ndarray[Any, np.dtype[np.float64]]:
    if rows > MAX_ROWS:
        raise ToolError("times", "", f"{rows:,} rows", f"give at most {MAX_ROWS:,}; use frequencies for equal rows")
    if frequencies is None:
        return np.ones(rows)
    if len(frequencies) != rows:
        raise ToolError("frequencies", frequencies, f"{len(frequencies)} values for {rows} rows", "give one per row")
    if sum(frequencies) == 0 or max(frequencies) > 10**9:
        raise ToolError("frequencies", frequencies, "not numbers of units", "give counts, not all 0, up to 1e9")
    return np.asarray(frequencies, dtype=np.float64)


def _analysed(name: str, observations: Observations, arguments: _Asked) -> dict[str, Any]:
    """The fields of LifeResult but the conclusion."""
    standard, z = STANDARDS[name], float(stats.norm.isf(arguments.alpha / 2))
    kept = observations.weights > 0
    data = Observations(observations.low[kept], observations.high[kept], observations.weights[kept])
    fit = estimate(data, standard, scale=1.0 if name == "exponential" else None)
    # The density of a time is that of its logarithm over the time.
    log_likelihood = fit.log_likelihood - float(np.dot(data.weights[data.exact], data.low[data.exact]))
    b10 = _percentile(10.0, fit, standard, z)
    mttf = _mttf(name, fit, z)
    parameters = _parameters(name, fit, z)
    failures = int(data.weights[data.failed].sum())
    notices = []
    if failures < FEW_FAILURES:
        message = f"Only {failures} units failed; with fewer than {FEW_FAILURES} the intervals are too narrow."
        notices.append(Notice(code="few_failures", message=message))
    units = int(data.weights.sum())
    no_mean = "the mean of this loglogistic distribution is infinite (shape of 1 or less)"
    return {
        "method": f"Maximum likelihood fit of the {name} distribution to "
        + ("complete data" if data.exact.all() else "censored data"),
        "n_used": units,
        "distribution": name,
        "parameters": parameters,
        "failures": failures,
        "suspensions": units - failures,
        "b10": b10.value,
        "b10_ci_low": b10.ci_low,
        "b10_ci_high": b10.ci_high,
        "percentiles": [_percentile(percent, fit, standard, z) for percent in arguments.percents],
        "reliabilities": [_reliability(time, fit, standard, z) for time in arguments.mission_times],
        "mttf": mttf.value if mttf else None,
        "mttf_ci_low": mttf.ci_low if mttf else None,
        "mttf_ci_high": mttf.ci_high if mttf else None,
        "log_likelihood": log_likelihood,
        "aic": 2 * len(parameters) - 2 * log_likelihood,
        "conventions": {
            "estimation": "maximum likelihood; median-rank regression would give somewhat other values",
            "intervals": "normal approximation on the logarithm (of reliabilities: on the standardised log time), as "
            "Minitab; likelihood-ratio intervals would differ with few failures",
        },
        "warnings": notices,
        "undefined": {} if mttf else {field: no_mean for field in ("mttf", "mttf_ci_low", "mttf_ci_high")},
    }


def _positive(name: str, log_value: float, log_error: float, z: float) -> Estimate:
    """An estimate whose logarithm is about normal."""
    value = math.exp(log_value)
    return Estimate(
        name=name,
        value=value,
        standard_error=value * log_error,
        ci_low=math.exp(log_value - z * log_error),
        ci_high=math.exp(log_value + z * log_error),
    )


def _parameters(name: str, fit: Estimates, z: float) -> list[Estimate]:
    location_error, scale_error = fit.standard_error(1, 0), fit.standard_error(0, 1)
    if name == "lognormal":
        low, high = fit.location - z * location_error, fit.location + z * location_error
        mean = Estimate(name="log_mean", value=fit.location, standard_error=location_error, ci_low=low, ci_high=high)
        return [mean, _positive("log_standard_deviation", fit.log_scale, scale_error, z)]
    scale = _positive("scale", fit.location, location_error, z)
    return [scale] if name == "exponential" else [_positive("shape", -fit.log_scale, scale_error, z), scale]


def _percentile(percent: float, fit: Estimates, standard: Standard, z: float) -> Estimate:
    if not 0 < percent < 100:
        raise ToolError("percents", percent, "outside (0, 100)", "give percentages, B10 as 10")
    quantile = standard.ppf(percent / 100)
    error = fit.standard_error(1, fit.scale * quantile)
    return _positive(f"B{percent:g}", fit.location + fit.scale * quantile, error, z)


def _reliability(time: float, fit: Estimates, standard: Standard, z: float) -> Estimate:
    if not 0 < time < 1e100:
        raise ToolError("mission_times", time, "not a time", "give times above 0")
    deviate = (math.log(time) - fit.location) / fit.scale
    error = fit.standard_error(-1 / fit.scale, -deviate)
    density = math.exp(float(standard.log_pdf(np.array([min(deviate, 700.0)]))[0]))
    return Estimate(
        name=f"R({time:g})",
        value=standard.sf(deviate),
        standard_error=density * error,
        ci_low=standard.sf(deviate + z * error),
        ci_high=standard.sf(deviate - z * error),
    )


def _mttf(name: str, fit: Estimates, z: float) -> Estimate | None:
    scale = fit.scale
    if name == "lognormal":
        log_mean, slope = fit.location + scale**2 / 2, scale**2
    elif name == "loglogistic":
        if scale >= 1:
            return None
        log_mean = fit.location + float(special.gammaln(1 + scale) + special.gammaln(1 - scale))
        slope = scale * float(special.digamma(1 + scale) - special.digamma(1 - scale))
    else:
        log_mean = fit.location + float(special.gammaln(1 + scale))
        slope = scale * float(special.digamma(1 + scale))
    return _positive("MTTF", log_mean, fit.standard_error(1, slope), z)
