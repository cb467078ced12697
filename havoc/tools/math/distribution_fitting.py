"""Which distribution fits a sample: maximum likelihood, Anderson-Darling and information criteria for each candidate."""

import math
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from scipy import optimize, stats

from havoc.tools.checks import small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Alpha, Numbers, short_list

TOPIC = "Distributions"
ENOUGH = 20
"""Values below which most candidates fit equally well."""
MAX_VALUES = 100_000
SCAN = 41
"""Thresholds that the search of a three-parameter fit starts from."""
Candidate = Literal[
    "normal",
    "lognormal",
    "weibull",
    "weibull_3",
    "gamma",
    "exponential",
    "logistic",
    "loglogistic",
    "gumbel_max",
    "gumbel_min",
    "beta",
]
TWO_PARAMETERS: tuple[Candidate, ...] = (
    "normal",
    "lognormal",
    "weibull",
    "gamma",
    "exponential",
    "logistic",
    "loglogistic",
    "gumbel_max",
    "gumbel_min",
)
Values = npt.NDArray[np.float64]
Fitted = tuple[dict[str, float], Any]
"""Parameters, and scipy's frozen distribution."""

# Upper percentage points of A2 with estimated parameters: the factor c of A2 (1 + c / n^e), then significance: value.
# Stephens, M. A. (1974), JASA 69, 730-737, (1977), Biometrika 64, 583-588, and (1979), Biometrika 66, 591-595.
_EXPONENTIAL = (0.6, 1.0, {0.15: 0.922, 0.10: 1.078, 0.05: 1.341, 0.025: 1.606, 0.01: 1.957})
_EXTREME_VALUE = (0.2, 0.5, {0.25: 0.474, 0.10: 0.637, 0.05: 0.757, 0.025: 0.877, 0.01: 1.038})
_LOGISTIC = (0.25, 1.0, {0.25: 0.426, 0.10: 0.563, 0.05: 0.660, 0.025: 0.769, 0.01: 0.906, 0.005: 1.010})
_TABLES = {
    "exponential": _EXPONENTIAL,
    "weibull": _EXTREME_VALUE,
    "gumbel_max": _EXTREME_VALUE,
    "gumbel_min": _EXTREME_VALUE,
    "logistic": _LOGISTIC,
    "loglogistic": _LOGISTIC,
}


class Fit(BaseModel):
    """One fitted distribution."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    distribution: str
    parameters: dict[str, float]
    """Maximum likelihood estimates."""
    log_likelihood: float
    aic: float
    """2 k - 2 log-likelihood, k parameters: smaller is better."""
    bic: float
    """k ln n - 2 log-likelihood: smaller is better."""
    anderson_darling: float
    """A2, without a small-sample factor: smaller is better."""
    p_value: float | None = None
    """Of A2 with estimated parameters; None where no table exists."""
    p_value_note: str = ""
    """How exact the p value is, or why there is none."""
    adequate: bool | None = None
    """p_value is at least alpha; None without p value."""


class FittingResult(Result):
    """The best fit, and all of them in order."""

    headline: ClassVar[tuple[str, ...]] = ("distribution", "parameters", "aic", "anderson_darling", "p_value")

    distribution: str
    """The best of the candidates by the chosen criterion."""
    parameters: dict[str, float]
    log_likelihood: float
    aic: float
    bic: float
    anderson_darling: float
    p_value: float | None
    """Of the Anderson-Darling statistic; None where no table exists."""
    fits: list[Fit]
    """All candidates, best first."""
    skipped: dict[str, str]
    """Candidate that cannot have produced these data, or has no maximum -> why."""


class Fitting(Arguments):
    """A sample and the candidates."""

    aliases: ClassVar = {"data": "sample", "values": "sample", "x": "sample", "candidates": "distributions"}

    sample: Numbers
    distributions: Annotated[
        tuple[Candidate, ...], BeforeValidator(short_list), SETTING, Field(min_length=1, max_length=11)
    ] = TWO_PARAMETERS
    """The candidates. `weibull_3` has a threshold; `beta` needs values between 0 and 1."""
    criterion: Annotated[Literal["aic", "bic", "anderson_darling"], SETTING] = "aic"
    """By which the candidates are ordered."""
    alpha: Alpha = 0.05


@operation(
    "fit_distribution",
    topic=TOPIC,
    source="D'Agostino, R. B. and Stephens, M. A. (1986), Goodness-of-Fit Techniques, chapter 4; Akaike, H. (1974), "
    "IEEE Trans. Automatic Control 19, 716-723",
    examples=(
        {"sample": [17.88, 28.92, 33.0, 41.52, 42.12, 45.6, 48.48, 51.84, 51.96, 54.12, 55.56, 67.8, 68.64]},
        {"sample": [2.1, 3.4, 2.8, 4.9, 3.7, 2.5, 6.2, 3.1], "distributions": ["weibull", "lognormal"], "unit": "h"},
    ),
)
def fit_distribution(arguments: Fitting) -> FittingResult:
    """Which distribution fits these data best, with which parameters?

    Maximum likelihood for each candidate, ordered by AIC (or BIC, or Anderson-Darling), with a test of fit where published
    tables exist. A p value above alpha does not prove a distribution; prefer one with a physical reason. For censored lives
    use life_data_analysis; to test normality alone the normality tests; for probabilities distribution_probability.
    """
    sample = np.sort(np.asarray(arguments.sample))
    _usable(sample)
    fits, skipped = [], {}
    for name in dict.fromkeys(arguments.distributions):
        try:
            fits.append(_fit(name, sample, arguments.alpha))
        except ToolError as error:
            skipped[name] = error.problem
    if not fits:
        name, why = next(iter(skipped.items()))
        raise ToolError("distributions", arguments.distributions, f"none can be fitted ({name}: {why})", "add normal")
    fits.sort(key=lambda fit: getattr(fit, arguments.criterion))
    best = fits[0]
    notices = small_sample(sample.size, ENOUGH, "sample")
    if best.adequate is False:
        message = f"Even the best candidate, {best.distribution}, is rejected by its test of fit."
        notices.append(Notice(code="no_adequate_fit", message=message))
    close = [fit.distribution for fit in fits[1:] if fit.aic - best.aic < 2]
    if close:
        message = f"{', '.join(close)} fit about as well (AIC within 2): the data cannot tell them apart."
        notices.append(Notice(code="close_competitors", message=message))
    return FittingResult(
        method="Maximum likelihood fits of " + ", ".join(fit.distribution for fit in fits),
        n_used=sample.size,
        distribution=best.distribution,
        parameters=best.parameters,
        log_likelihood=best.log_likelihood,
        aic=best.aic,
        bic=best.bic,
        anderson_darling=best.anderson_darling,
        p_value=best.p_value,
        fits=fits,
        skipped=skipped,
        conventions={
            "estimates": "maximum likelihood; the standard deviation of normal and lognormal has divisor n, Minitab's n - 1",
            "anderson_darling": "at the estimates; for normal and lognormal with n - 1, as its p value is defined (Minitab)",
            "threshold": "0, except of weibull_3: local maximum of the likelihood with shape above 1",
        },
        warnings=notices,
        undefined={} if best.p_value is not None else {"p_value": best.p_value_note},
        conclusion=f"By {arguments.criterion} the best of {len(fits)} is {best.distribution} (AIC {best.aic:.6g}, "
        f"A2 {best.anderson_darling:.4g}).",
    )


def _usable(sample: Values) -> None:
    if sample.size < 3:
        raise ToolError("sample", sample.tolist(), "too few values to fit", "give at least 3, better 20")
    if sample.size > MAX_VALUES:
        raise ToolError("sample", "", f"{sample.size:,} values", f"give at most {MAX_VALUES:,}; draw a random part of them")
    spread, largest = float(np.ptp(sample)), float(np.abs(sample).max())
    if spread <= 1e-9 * largest:
        raise ToolError("sample", sample.tolist(), "the values hardly differ", "subtract what they have in common")
    if not 1e-100 < largest < 1e100:
        raise ToolError("sample", sample.tolist(), "the values are out of range", "change the unit")


def _fit(name: Candidate, sample: Values, alpha: float) -> Fit:
    if name in ("lognormal", "weibull", "gamma", "loglogistic") and sample[0] <= 0:
        raise ToolError("sample", float(sample[0]), "values of 0 or below", "leave it out")
    if name == "exponential" and sample[0] < 0:
        raise ToolError("sample", float(sample[0]), "values below 0", "leave it out")
    parameters, frozen = FITTERS[name](sample)
    log_likelihood = float(np.sum(frozen.logpdf(sample)))
    if not math.isfinite(log_likelihood):
        raise ToolError("sample", "", "the likelihood has no finite maximum", "leave it out")
    n, k = sample.size, len(parameters)
    # The test of normality is defined with the n - 1 standard deviation.
    tested = frozen
    if name == "normal":
        tested = stats.norm(sample.mean(), sample.std(ddof=1))
    elif name == "lognormal":
        tested = stats.lognorm(np.log(sample).std(ddof=1), 0, math.exp(np.log(sample).mean()))
    a2 = _anderson_darling(tested, sample)
    p_value, note = _p_value(name, a2, n)
    return Fit(
        distribution=name,
        parameters=parameters,
        log_likelihood=log_likelihood,
        aic=2 * k - 2 * log_likelihood,
        bic=k * math.log(n) - 2 * log_likelihood,
        anderson_darling=a2,
        p_value=p_value,
        p_value_note=note,
        adequate=None if p_value is None else p_value >= alpha,
    )


def _anderson_darling(frozen: Any, sample: Values) -> float:
    n = sample.size
    logs = np.maximum(frozen.logcdf(sample), -1e5) + np.maximum(frozen.logsf(sample[::-1]), -1e5)
    return float(-n - np.dot(2 * np.arange(1, n + 1) - 1, logs) / n)


def _p_value(name: str, a2: float, n: int) -> tuple[float | None, str]:
    """Significance of A2 when the parameters are estimated, and how it was found."""
    if name in ("normal", "lognormal"):
        return _normal_p_value(a2 * (1 + 0.75 / n + 2.25 / n**2)), "D'Agostino and Stephens (1986), table 4.9"
    if name not in _TABLES:
        return None, f"no table of Anderson-Darling exists for {name} with all parameters estimated"
    factor, exponent, table = _TABLES[name]
    adjusted = a2 * (1 + factor / n**exponent)
    levels, points = list(table), list(table.values())
    if adjusted <= points[0]:
        return levels[0], f"at least {levels[0]:g}, the end of Stephens' table"
    if adjusted >= points[-1]:
        return levels[-1], f"at most {levels[-1]:g}, the end of Stephens' table"
    return float(np.exp(np.interp(adjusted, points, np.log(levels)))), "interpolated in Stephens' table"


def _normal_p_value(a2: float) -> float:
    """D'Agostino and Stephens (1986), table 4.9: four pieces of one curve."""
    if a2 >= 0.6:
        return math.exp(1.2937 - 5.709 * a2 + 0.0186 * a2**2) if a2 < 13 else 0.0
    if a2 > 0.34:
        return math.exp(0.9177 - 4.279 * a2 - 1.38 * a2**2)
    if a2 > 0.2:
        return 1 - math.exp(-8.318 + 42.796 * a2 - 59.938 * a2**2)
    return 1 - math.exp(-13.436 + 101.14 * a2 - 223.73 * a2**2)


def _normal(x: Values) -> Fitted:
    mean, deviation = float(x.mean()), float(x.std())
    return {"mean": mean, "standard_deviation": deviation}, stats.norm(mean, deviation)


def _lognormal(x: Values) -> Fitted:
    logs = np.log(x)
    mean, deviation = float(logs.mean()), float(logs.std())
    return {"log_mean": mean, "log_standard_deviation": deviation}, stats.lognorm(deviation, 0, math.exp(mean))


def _exponential(x: Values) -> Fitted:
    return {"scale": float(x.mean())}, stats.expon(0, x.mean())


def _location_scale(x: Values, family: Any) -> tuple[float, float]:
    """scipy's fit, on standardised values: its searches stop at absolute tolerances."""
    centre, spread = float(x.mean()), float(x.std())
    location, scale = family.fit((x - centre) / spread)
    return centre + spread * float(location), spread * float(scale)


def _weibull(x: Values) -> Fitted:
    location, scale = _location_scale(np.log(x), stats.gumbel_l)
    shape, life = 1 / scale, math.exp(location)
    return {"shape": shape, "scale": life}, stats.weibull_min(shape, 0, life)


def _weibull_3(x: Values) -> Fitted:
    """The local maximum with shape above 1: the likelihood has no bound as the threshold nears the smallest value."""
    if x.size > 5000:
        raise ToolError("sample", "", "more than 5,000 values for a threshold", "leave it out")
    spread = float(np.ptp(x))

    def negative(log_gap: float) -> float:
        threshold = x[0] - spread * math.exp(log_gap)
        parameters, frozen = _weibull(x - threshold)
        return -float(np.sum(frozen.logpdf(x - threshold))) if parameters["shape"] > 1 else math.inf

    gaps = np.linspace(math.log(1e-6), math.log(1e3), SCAN)
    heights = [negative(gap) for gap in gaps]
    inner = [i for i in range(1, SCAN - 1) if heights[i] <= heights[i - 1] and heights[i] < heights[i + 1]]
    if not inner:
        raise ToolError("sample", "", "the likelihood has no maximum in the threshold", "leave it out")
    best = min(inner, key=lambda i: heights[i])
    found = optimize.minimize_scalar(
        negative, bounds=(gaps[best - 1], gaps[best + 1]), method="bounded", options={"xatol": 1e-10}
    )
    threshold = float(x[0] - spread * math.exp(found.x))
    parameters, _ = _weibull(x - threshold)
    shape, scale = parameters["shape"], parameters["scale"]
    return {"shape": shape, "scale": scale, "threshold": threshold}, stats.weibull_min(shape, threshold, scale)


def _gamma(x: Values) -> Fitted:
    mean = float(x.mean())
    shape, _, scale = stats.gamma.fit(x / mean, floc=0)
    return {"shape": float(shape), "scale": float(scale) * mean}, stats.gamma(shape, 0, scale * mean)


def _logistic(x: Values) -> Fitted:
    location, scale = _location_scale(x, stats.logistic)
    return {"location": location, "scale": scale}, stats.logistic(location, scale)


def _loglogistic(x: Values) -> Fitted:
    location, scale = _location_scale(np.log(x), stats.logistic)
    return {"shape": 1 / scale, "scale": math.exp(location)}, stats.fisk(1 / scale, 0, math.exp(location))


def _gumbel_max(x: Values) -> Fitted:
    location, scale = _location_scale(x, stats.gumbel_r)
    return {"location": location, "scale": scale}, stats.gumbel_r(location, scale)


def _gumbel_min(x: Values) -> Fitted:
    location, scale = _location_scale(x, stats.gumbel_l)
    return {"location": location, "scale": scale}, stats.gumbel_l(location, scale)


def _beta(x: Values) -> Fitted:
    if x[0] <= 0 or x[-1] >= 1:
        raise ToolError("sample", float(x[0]), "values outside (0, 1)", "leave it out")
    shape1, shape2, _, _ = stats.beta.fit(x, floc=0, fscale=1)
    return {"shape1": float(shape1), "shape2": float(shape2)}, stats.beta(shape1, shape2)


FITTERS: dict[str, Callable[[Values], Fitted]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "weibull": _weibull,
    "weibull_3": _weibull_3,
    "gamma": _gamma,
    "exponential": _exponential,
    "logistic": _logistic,
    "loglogistic": _loglogistic,
    "gumbel_max": _gumbel_max,
    "gumbel_min": _gumbel_min,
    "beta": _beta,
}
