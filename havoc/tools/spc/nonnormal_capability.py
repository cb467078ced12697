"""Capability of data that are not normal: by the percentiles of a fitted distribution, or after a transformation."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import optimize, special, stats

from havoc.tools.checks import normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.capability_indices import (
    DATA_ALIASES,
    ENOUGH,
    LIMIT_ALIASES,
    TOPIC,
    Specification,
    check_limits,
    expected,
)
from havoc.tools.spc.capability_intervals import cp_interval, cpk_interval
from havoc.tools.spc.transformations import (
    MAX_TRANSFORMED,
    BoxCox,
    Johnson,
    anderson_darling,
    anderson_darling_of,
    fit_box_cox,
    fit_johnson,
)
from havoc.tools.values import SETTING, Alpha, Numbers

TAIL = float(stats.norm.sf(3))
"""0.00135: what a normal distribution has beyond three sigma."""

Array = np.ndarray[Any, np.dtype[np.float64]]
Family = Literal["weibull", "lognormal", "gamma"]
FAMILIES: tuple[Family, ...] = ("weibull", "lognormal", "gamma")


class NonnormalCapability(Specification):
    """Measurements of a process, its specification, and how to treat their shape."""

    aliases: ClassVar[Mapping[str, str]] = LIMIT_ALIASES | DATA_ALIASES

    data: Numbers
    """Measurements of a stable process."""
    method: Annotated[Literal["best_fit", "weibull", "lognormal", "gamma", "box_cox", "johnson"], SETTING] = "best_fit"
    """A distribution, a transformation, or the distribution that fits best by Anderson-Darling."""
    alpha: Alpha = 0.05


class Fit(BaseModel):
    """How well one distribution follows the data."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    distribution: str
    parameters: dict[str, float]
    """Maximum likelihood; location is 0."""
    anderson_darling: float
    """A^2; smaller is better."""
    log_likelihood: float


class NonnormalCapabilityResult(Result):
    """Overall indices; a within sigma has no meaning here, so there is no Cp or Cpk."""

    headline: ClassVar[tuple[str, ...]] = ("ppk", "pp", "ppm_expected_overall", "distribution")

    distribution: str
    """Distribution or transformation that was used."""
    parameters: dict[str, float]
    pp: float | None
    ppl: float | None
    ppu: float | None
    ppk: float | None
    """The smaller of ppl and ppu."""
    ppk_ci_low: float | None
    """Bissell's interval in the transformed scale; the percentile method has none."""
    ppk_ci_high: float | None
    pp_ci_low: float | None
    pp_ci_high: float | None
    percentile_low: float | None
    """0.135% point of the distribution, in the unit of the data."""
    median: float | None
    """50% point of the distribution."""
    percentile_high: float | None
    """99.865% point of the distribution."""
    lsl_transformed: float | None
    usl_transformed: float | None
    ppm_observed: float
    ppm_expected_overall: float
    fits: list[Fit]
    """Distributions that were tried; empty for a transformation."""


@dataclass(frozen=True)
class Distribution:
    """A fitted distribution on the positive numbers."""

    name: Family
    parameters: dict[str, float]
    frozen: Any
    """The scipy distribution with these parameters."""


@operation(
    "capability_nonnormal",
    topic=TOPIC,
    source="ISO 22514-4; Chou, Polansky, Mason (1998), JQT 30, 133-141; Clements (1989), Quality Progress 22(9), 95-100",
    examples=(
        {"data": [0.4, 0.6, 0.9, 1.1, 1.2, 1.6, 1.7, 2.1, 2.6, 2.8, 3.1, 3.9, 4.2, 5.1, 6.3, 7.2], "usl": 12.0},
        {
            "data": [0.4, 0.6, 0.9, 1.1, 1.2, 1.6, 1.7, 2.1, 2.6, 2.8, 3.1, 3.9, 4.2, 5.1, 6.3, 7.2],
            "lsl": 0.1,
            "usl": 12.0,
            "method": "box_cox",
        },
    ),
)
def capability_nonnormal(arguments: NonnormalCapability) -> NonnormalCapabilityResult:
    """Is a process whose data are not normal able to keep its specification limits?

    Pp and Ppk from the 0.135%, 50% and 99.865% points of a fitted distribution (percentile method), or from transformed data
    and limits. The numbers of different methods are not comparable. For normal data process_capability.
    """
    check_limits(arguments, None)
    values = np.asarray(arguments.data, dtype=np.float64)
    if not 3 <= values.size <= MAX_TRANSFORMED:
        raise ToolError("data", "", f"{values.size:,} values", f"give 3 to {MAX_TRANSFORMED:,}")
    if np.ptp(values) == 0:
        raise ToolError("data", "", "the values do not vary", "give at least two different values")
    if arguments.method in ("box_cox", "johnson"):
        return _transformed(arguments, values)
    return _percentiles(arguments, values)


def _observed(arguments: NonnormalCapability, values: Array) -> float:
    outside = np.zeros(values.size, dtype=bool)
    if arguments.lsl is not None:
        outside |= values < arguments.lsl
    if arguments.usl is not None:
        outside |= values > arguments.usl
    return 1e6 * float(outside.mean())


def _one_sided(arguments: NonnormalCapability) -> dict[str, str]:
    if arguments.lsl is not None and arguments.usl is not None:
        return {}
    missing = ("ppl", "lsl_transformed") if arguments.lsl is None else ("ppu", "usl_transformed")
    return dict.fromkeys(("pp", "pp_ci_low", "pp_ci_high", *missing), "the specification has one limit")


def _percentiles(arguments: NonnormalCapability, values: Array) -> NonnormalCapabilityResult:
    for index, value in enumerate(values):
        if value <= 0:
            remedy = "use method johnson, or process_capability if the data are normal"
            raise ToolError(f"data[{index}]", value, "not positive, as these distributions are", remedy)
    ordered = np.sort(values)
    wanted = FAMILIES if arguments.method == "best_fit" else tuple(name for name in FAMILIES if name == arguments.method)
    fitted = [fit_distribution(name, ordered) for name in wanted]
    fits = [
        Fit(
            distribution=one.name,
            parameters=one.parameters,
            anderson_darling=anderson_darling_of(one.frozen.logcdf(ordered), one.frozen.logsf(ordered)),
            log_likelihood=float(one.frozen.logpdf(ordered).sum()),
        )
        for one in fitted
    ]
    chosen = min(range(len(fits)), key=lambda index: fits[index].anderson_darling)
    best = fitted[chosen].frozen
    low, middle, high = float(best.ppf(TAIL)), float(best.ppf(0.5)), float(best.isf(TAIL))
    lsl, usl = arguments.lsl, arguments.usl
    ppl = None if lsl is None else (middle - lsl) / (middle - low)
    ppu = None if usl is None else (usl - middle) / (high - middle)
    pp = None if lsl is None or usl is None else (usl - lsl) / (high - low)
    ppk = min(index for index in (ppl, ppu) if index is not None)
    below = 0.0 if lsl is None else float(best.cdf(lsl))
    above = 0.0 if usl is None else float(best.sf(usl))
    no_interval = "the percentile method has no interval; transformations have"
    gone = dict.fromkeys(("ppk_ci_low", "ppk_ci_high", "pp_ci_low", "pp_ci_high"), no_interval)
    gone |= dict.fromkeys(("lsl_transformed", "usl_transformed"), "nothing was transformed")
    return NonnormalCapabilityResult(
        method=f"Percentile method, {fits[chosen].distribution} distribution",
        n_used=values.size,
        distribution=fits[chosen].distribution,
        parameters=fits[chosen].parameters,
        pp=pp,
        ppl=ppl,
        ppu=ppu,
        ppk=ppk,
        ppk_ci_low=None,
        ppk_ci_high=None,
        pp_ci_low=None,
        pp_ci_high=None,
        percentile_low=low,
        median=middle,
        percentile_high=high,
        lsl_transformed=None,
        usl_transformed=None,
        ppm_observed=_observed(arguments, values),
        ppm_expected_overall=1e6 * min(1.0, below + above),
        fits=fits,
        conventions={
            "index": "ISO 22514: (USL - X50) / (X99.865 - X50), (X50 - LSL) / (X50 - X0.135); Z-score methods differ",
            "fit": "maximum likelihood with location 0" + ("; smallest A^2 chosen" if len(fits) > 1 else ""),
        },
        assumptions=[normality("the data", arguments.data)],
        warnings=small_sample(values.size, ENOUGH, "the study") + _chosen_by_data(arguments.method),
        undefined=_one_sided(arguments) | gone,
        conclusion=f"Ppk = {ppk:.4g} by the percentiles of the {fits[chosen].distribution} distribution.",
    )


def fit_distribution(name: Family, values: Array) -> Distribution:
    """Maximum likelihood, location 0. Data are positive and not all equal."""
    logs = np.log(values)
    mean_log = float(logs.mean())
    if name == "lognormal":
        sigma = float(logs.std())
        return Distribution(name, {"mu": mean_log, "sigma": sigma}, stats.lognorm(sigma, scale=math.exp(mean_log)))
    if name == "gamma":
        shape = _gamma_shape(math.log(float(values.mean())) - mean_log)
        scale = float(values.mean()) / shape
        return Distribution(name, {"shape": shape, "scale": scale}, stats.gamma(shape, scale=scale))
    shape = _weibull_shape(logs)
    top = float(logs.max())
    scale = math.exp(top + math.log(float(np.exp(shape * (logs - top)).mean())) / shape)
    return Distribution(name, {"shape": shape, "scale": scale}, stats.weibull_min(shape, scale=scale))


def _gamma_shape(gap: float) -> float:
    """Solve log k - digamma(k) = log mean - mean log, which falls from infinity to 0."""
    if gap <= 1e-12:
        raise ToolError("data", "", "the values hardly vary", "use process_capability")
    return _root(lambda shape: math.log(shape) - float(special.digamma(shape)) - gap)


def _weibull_shape(logs: Array) -> float:
    """Solve 1 / k = sum(x^k log x) / sum(x^k) - mean log x, in powers of x over its maximum."""
    shifted = logs - logs.max()
    mean = float(shifted.mean())

    def falls(shape: float) -> float:
        weights = np.exp(shape * shifted)
        return 1 / shape - float(weights @ shifted) / float(weights.sum()) + mean

    return _root(falls)


def _root(falling: Callable[[float], float]) -> float:
    """Zero of a function that falls on the positive numbers."""
    low, high = 1e-6, 1e9
    if falling(low) < 0 or falling(high) > 0:
        raise ToolError("data", "", "no distribution of this family fits", "use another method, or look for outliers")
    return math.exp(float(optimize.brentq(lambda log: falling(math.exp(log)), math.log(low), math.log(high), xtol=1e-13)))


def _transformed(arguments: NonnormalCapability, values: Array) -> NonnormalCapabilityResult:
    if arguments.method == "box_cox":
        best, _, _ = fit_box_cox(values, arguments.alpha)
        curve: BoxCox | Johnson = BoxCox(round(2 * best.power) / 2)
        parameters = {"power": round(2 * best.power) / 2, "best_power": best.power}
        title = "Box-Cox"
    else:
        johnson = fit_johnson(values)
        curve, title = johnson, f"Johnson {johnson.family}"
        parameters = {name: getattr(johnson, name) for name in ("gamma", "eta", "epsilon", "lambda_")}
    moved = curve(values)
    limits = {name: _limit(curve, name, getattr(arguments, name)) for name in ("lsl", "usl")}
    lsl, usl = limits["lsl"], limits["usl"]
    undefined = _one_sided(arguments)
    for name, index in (("lsl", "ppl"), ("usl", "ppu")):
        if getattr(arguments, name) is not None and limits[name] is None:
            reason = f"{name} lies beyond the range of the fitted curve: nothing is expected there"
            undefined |= dict.fromkeys((f"{name}_transformed", index, "pp", "pp_ci_low", "pp_ci_high"), reason)
    mean, sigma = float(moved.mean()), float(moved.std(ddof=1))
    ppl = None if lsl is None else (mean - lsl) / (3 * sigma)
    ppu = None if usl is None else (usl - mean) / (3 * sigma)
    pp = None if lsl is None or usl is None else (usl - lsl) / (6 * sigma)
    ppk = min((index for index in (ppl, ppu) if index is not None), default=None)
    n, alpha = values.size, arguments.alpha
    interval = (None, None) if ppk is None else cpk_interval(ppk, n, n - 1, alpha)
    wide = (None, None) if pp is None else cp_interval(pp, n - 1, alpha)
    if ppk is None:
        reason = "both limits lie beyond the range of the fitted curve"
        undefined |= dict.fromkeys(("ppk", "ppk_ci_low", "ppk_ci_high"), reason)
    undefined |= dict.fromkeys(("percentile_low", "median", "percentile_high"), "the data were transformed")
    below, above, _ = expected(mean, sigma, lsl, usl) if ppk is not None else (0.0, 0.0, None)
    quality = anderson_darling(np.sort(moved))
    return NonnormalCapabilityResult(
        method=f"Capability after a {title} transformation",
        n_used=n,
        distribution=title,
        parameters=parameters,
        pp=pp,
        ppl=ppl,
        ppu=ppu,
        ppk=ppk,
        ppk_ci_low=interval[0],
        ppk_ci_high=interval[1],
        pp_ci_low=wide[0],
        pp_ci_high=wide[1],
        percentile_low=None,
        median=None,
        percentile_high=None,
        lsl_transformed=lsl,
        usl_transformed=usl,
        ppm_observed=_observed(arguments, values),
        ppm_expected_overall=1e6 * min(1.0, (below or 0.0) + (above or 0.0)),
        fits=[],
        conventions={
            "limits": "transformed with the data",
            "power": "rounded to the nearest half (Minitab)" if isinstance(curve, BoxCox) else "not used",
            "sigma": "overall, n - 1, of the transformed data",
        },
        assumptions=[normality("the transformed data", moved.tolist())],
        warnings=small_sample(n, ENOUGH, "the study") + ([] if quality < 0.75 else [_poor_fit(quality)]),
        undefined=undefined,
        conclusion="No index is defined."
        if ppk is None
        else f"Ppk = {ppk:.4g} after a {title} transformation of data and limits.",
    )


def _limit(curve: BoxCox | Johnson, name: str, limit: float | None) -> float | None:
    """The limit in the transformed scale; None where there is none, or a bounded curve does not reach it."""
    if limit is None:
        return None
    if isinstance(curve, BoxCox) and limit <= 0:
        problem = "not positive, so it cannot be transformed"
        raise ToolError(name, limit, problem, "leave out a limit that nothing can pass, or use method johnson")
    moved = float(curve(np.asarray([limit]))[0])
    return moved if math.isfinite(moved) else None


def _chosen_by_data(method: str) -> list[Notice]:
    if method != "best_fit":
        return []
    message = "The distribution was chosen by these data: the 0.135% and 99.865% points depend on that choice."
    return [Notice(code="distribution_chosen", message=message)]


def _poor_fit(quality: float) -> Notice:
    return Notice(
        code="poor_fit", message=f"The transformed data are still not normal: Anderson-Darling A^2 = {quality:.4g}."
    )
