"""Transformations of one sample to normality: Box-Cox and Johnson."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from scipy import optimize, special, stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.capability_indices import TOPIC
from havoc.tools.values import SETTING, Alpha, Number, Numbers

RANGE = 5.0
"""The search for lambda covers -5 to 5 (as Minitab's)."""
MAX_TRANSFORMED = 100_000
ENOUGH = 15
"""Values below which four percentiles say nothing about a family."""

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class BoxCox:
    """(x^lambda - 1) / lambda; the logarithm at 0. Data are positive."""

    power: float

    def __call__(self, values: Array) -> Array:
        """Transformed values."""
        result: Array = special.boxcox(values, self.power)
        return result


@dataclass(frozen=True)
class Johnson:
    """gamma + eta f((x - epsilon) / lambda), f by family: SU arcsinh, SB log(y / (1 - y)), SL log (lambda is 1)."""

    family: Literal["SU", "SB", "SL"]
    gamma: float
    eta: float
    epsilon: float
    lambda_: float
    z: float
    """Normal quantile at which the four percentiles were taken."""

    def __call__(self, values: Array) -> Array:
        """Transformed values; infinite or NaN outside the range of a bounded family."""
        y = (values - self.epsilon) / self.lambda_
        with np.errstate(all="ignore"):
            shape = np.arcsinh(y) if self.family == "SU" else special.logit(y) if self.family == "SB" else np.log(y)
        result: Array = self.gamma + self.eta * shape
        return result


def fit_box_cox(values: Array, alpha: float) -> tuple[BoxCox, tuple[float | None, float | None], float]:
    """The maximum-likelihood lambda in [-5, 5], its interval (ends beyond the range are None), and the log-likelihood there.

    Box and Cox (1964), J. R. Statist. Soc. B 26, 211-252; the interval is the likelihood ratio's.

    Raises:
        ToolError: a value is not positive, or all are equal.
    """
    for index, value in enumerate(values):
        if value <= 0:
            raise ToolError(f"data[{index}]", value, "not positive", "use johnson_transform, or shift the data knowingly")
    _check_spread(values)
    # In units of the geometric mean the powers stay near 1.
    logs = np.log(values) - np.log(values).mean()

    def likelihood(power: float) -> float:
        scaled = logs if power == 0 else np.expm1(power * logs) / power
        return -len(logs) / 2 * math.log(float(np.square(scaled - scaled.mean()).mean()))

    found = optimize.minimize_scalar(lambda power: -likelihood(power), bounds=(-RANGE, RANGE), method="bounded")
    best, top = float(found.x), -float(found.fun)
    drop = float(stats.chi2.isf(alpha, 1)) / 2

    def end(edge: float) -> float | None:
        if likelihood(edge) >= top - drop:
            return None
        return float(optimize.brentq(lambda power: likelihood(power) - top + drop, *sorted((edge, best))))

    return BoxCox(best), (end(-RANGE), end(RANGE)), top


def fit_johnson(values: Array) -> Johnson:
    """The Johnson curve through four percentiles whose transform is nearest to normal by Anderson-Darling.

    Slifker and Shapiro (1980), Technometrics 22, 239-246, over the z of Chou, Polansky and Mason (1998), JQT 30, 133-141.

    Raises:
        ToolError: there are too few or too uniform values, or no curve covers them.
    """
    if values.size < ENOUGH:
        raise ToolError("data", "", f"{values.size} values", f"give at least {ENOUGH}")
    _check_spread(values)
    ordered = np.sort(values)
    middle, scale = float(np.median(ordered)), float(np.ptp(ordered))
    standard = (ordered - middle) / scale
    best, least = None, math.inf
    for z in np.arange(0.25, 1.2501, 0.01):
        for curve in _through_percentiles(standard, float(z)):
            distance = anderson_darling(curve(standard))
            if distance < least:
                best, least = curve, distance
    if best is None:
        raise ToolError("data", "", "no Johnson curve covers the data", "use box_cox_transform, or look for ties")
    if best.family == "SL":
        gamma = best.gamma - best.eta * math.log(scale)
        return Johnson("SL", gamma, best.eta, middle + scale * best.epsilon, 1.0, best.z)
    return Johnson(best.family, best.gamma, best.eta, middle + scale * best.epsilon, scale * best.lambda_, best.z)


def _through_percentiles(ordered: Array, z: float) -> list[Johnson]:
    """Curves whose percentiles at -3z, -z, z, 3z are those of the data."""
    positions = special.ndtr(np.array([-3 * z, -z, z, 3 * z])) * len(ordered) - 0.5
    a, b, c, d = np.interp(positions, np.arange(len(ordered)), ordered).tolist()
    m, n, p = d - c, b - a, c - b
    if min(m, n, p) <= 0:
        return []
    curves = []
    product, up, down, centre = m * n / p**2, m / p, n / p, (c + b) / 2
    if product > 1:
        eta = 2 * z / math.acosh((up + down) / 2)
        gamma = eta * math.asinh((down - up) / (2 * math.sqrt(product - 1)))
        wide = 2 * p * math.sqrt(product - 1) / ((up + down - 2) * math.sqrt(up + down + 2))
        curves.append(Johnson("SU", gamma, eta, centre + p * (down - up) / (2 * (up + down - 2)), wide, z))
    elif product < 1:
        inverse, both = 1 / product - 1, (1 + 1 / up) * (1 + 1 / down)
        eta = z / math.acosh(math.sqrt(both) / 2)
        gamma = eta * math.asinh((1 / down - 1 / up) * math.sqrt(both - 4) / (2 * inverse))
        wide = p * math.sqrt((both - 2) ** 2 - 4) / inverse
        low = centre - wide / 2 + p * (1 / down - 1 / up) / (2 * inverse)
        if low < ordered[0] and ordered[-1] < low + wide:
            curves.append(Johnson("SB", gamma, eta, low, wide, z))
    if up > 1:
        eta = 2 * z / math.log(up)
        low = centre - p / 2 * (up + 1) / (up - 1)
        if low < ordered[0]:
            curves.append(Johnson("SL", eta * math.log((up - 1) / (p * math.sqrt(up))), eta, low, 1.0, z))
    return curves


def anderson_darling(ordered: Array) -> float:
    """A^2 of ascending values against the normal distribution with their own mean and standard deviation, unadjusted."""
    standard = (ordered - ordered.mean()) / ordered.std(ddof=1)
    return anderson_darling_of(special.log_ndtr(standard), special.log_ndtr(-standard))


def anderson_darling_of(log_cdf: Array, log_sf: Array) -> float:
    """A^2 from log F and log (1 - F) of ascending values; infinite where a value is impossible."""
    n = len(log_cdf)
    weights = 2 * np.arange(1, n + 1) - 1
    distance = float(-n - (weights * (log_cdf + log_sf[::-1])).sum() / n)
    return distance if math.isfinite(distance) else math.inf


def _check_spread(values: Array) -> None:
    if values.size < 3 or np.ptp(values) == 0:
        raise ToolError("data", "", "fewer than three values, or all equal", "give data that vary")
    if values.size > MAX_TRANSFORMED:
        raise ToolError("data", "", f"{values.size:,} values", f"give at most {MAX_TRANSFORMED:,}")


class BoxCoxArguments(Arguments):
    """Positive values."""

    aliases: ClassVar[Mapping[str, str]] = {"x": "data", "values": "data", "sample": "data", "lambda": "power"}

    data: Numbers
    """Positive values."""
    power: Number | None = None
    """Lambda to use instead of the best one."""
    rounded: Annotated[bool, SETTING] = False
    """Round the best lambda to the nearest half, as Minitab does for capability."""
    alpha: Alpha = 0.05


class BoxCoxResult(Result):
    """A power and the transformed data."""

    headline: ClassVar[tuple[str, ...]] = ("power", "ci_low", "ci_high", "best_power")

    power: float
    """Lambda that was used."""
    best_power: float
    """Lambda of the largest likelihood, between -5 and 5."""
    rounded_power: float
    """The best lambda rounded to the nearest half."""
    ci_low: float | None
    """Lower end of the likelihood interval of lambda at confidence 1 - alpha."""
    ci_high: float | None
    log_likelihood: float
    """At the best lambda, in units of the geometric mean and without constants."""
    transformed: list[float]
    """(x^lambda - 1) / lambda, or log x."""


@operation(
    "box_cox_transform",
    topic=TOPIC,
    source="Box and Cox (1964), J. R. Statist. Soc. B 26, 211-252",
    examples=(
        {"data": [0.6, 1.1, 1.3, 1.8, 2.2, 2.9, 3.7, 4.6, 6.4, 9.8]},
        {"data": [0.6, 1.1, 1.3, 1.8, 2.2, 2.9, 3.7, 4.6, 6.4, 9.8], "power": 0},
    ),
)
def box_cox_transform(arguments: BoxCoxArguments) -> BoxCoxResult:
    """Which power makes positive data most nearly normal?

    The lambda of the largest likelihood with its interval, and the transformed data. For data with zeros, negative values or
    two tails use johnson_transform; for capability of such data capability_nonnormal.
    """
    values = np.asarray(arguments.data, dtype=np.float64)
    best, (low, high), likelihood = fit_box_cox(values, arguments.alpha)
    nearest = round(2 * best.power) / 2
    power = arguments.power if arguments.power is not None else nearest if arguments.rounded else best.power
    if abs(power) > RANGE:
        raise ToolError("power", power, f"outside -{RANGE:g} to {RANGE:g}", "give a smaller power")
    transformed = BoxCox(power)(values)
    undefined = {
        name: f"the interval reaches beyond {edge:g}"
        for name, end, edge in (("ci_low", low, -RANGE), ("ci_high", high, RANGE))
        if end is None
    }
    inside = (low is None or low <= 0) and (high is None or high >= 0)
    return BoxCoxResult(
        method="Box-Cox transformation by maximum likelihood",
        n_used=values.size,
        power=power,
        best_power=best.power,
        rounded_power=nearest,
        ci_low=low,
        ci_high=high,
        log_likelihood=likelihood,
        transformed=transformed.tolist(),
        conventions={"form": "(x^lambda - 1) / lambda; Minitab writes x^lambda", "range": "lambda from -5 to 5"},
        assumptions=[normality("the data", arguments.data), normality("the transformed data", transformed.tolist())],
        warnings=_edge_notice(best.power),
        undefined=undefined,
        conclusion=f"The best lambda is {best.power:.4g}; the logarithm (0) is {'' if inside else 'not '}in its interval.",
    )


def _edge_notice(power: float) -> list[Notice]:
    if abs(power) < RANGE - 0.01:
        return []
    return [Notice(code="at_the_edge", message=f"The best lambda lies at the end of the range: {power:.4g}.")]


class JohnsonArguments(Arguments):
    """Values of any sign."""

    aliases: ClassVar[Mapping[str, str]] = {"x": "data", "values": "data", "sample": "data"}

    data: Numbers


class JohnsonResult(Result):
    """A Johnson curve and the transformed data."""

    headline: ClassVar[tuple[str, ...]] = ("family", "gamma", "eta", "epsilon", "lambda_")

    family: Literal["SU", "SB", "SL"]
    """Unbounded, bounded or lognormal system."""
    gamma: float
    eta: float
    epsilon: float
    """Location, in the unit of the data."""
    lambda_: float
    """Scale, in the unit of the data; 1 in the lognormal system."""
    z: float
    """Normal quantile at which the four percentiles were taken."""
    anderson_darling_before: float
    """A^2 of the data against the normal distribution."""
    anderson_darling_after: float
    """A^2 of the transformed data."""
    transformed: list[float]


@operation(
    "johnson_transform",
    topic=TOPIC,
    source="Slifker and Shapiro (1980), Technometrics 22, 239-246; Chou, Polansky, Mason (1998), JQT 30, 133-141",
    examples=(
        {"data": [0.2, 0.5, 0.6, 0.9, 1.1, 1.3, 1.4, 1.8, 2.0, 2.2, 2.9, 3.1, 3.7, 4.6, 5.0, 6.4, 7.7, 9.8, 13.0, 17.1]},
    ),
)
def johnson_transform(arguments: JohnsonArguments) -> JohnsonResult:
    """Which Johnson curve turns data of any sign into normal ones?

    For data that Box-Cox cannot help: bounded, heavy-tailed or with negative values. It has four parameters and follows the
    sample closely, so check it on new data. Simpler, for positive data: box_cox_transform.
    """
    values = np.asarray(arguments.data, dtype=np.float64)
    curve = fit_johnson(values)
    transformed = curve(values)
    before, after = anderson_darling(np.sort(values)), anderson_darling(np.sort(transformed))
    return JohnsonResult(
        method=f"Johnson transformation, {curve.family} family",
        n_used=values.size,
        family=curve.family,
        gamma=curve.gamma,
        eta=curve.eta,
        epsilon=curve.epsilon,
        lambda_=curve.lambda_,
        z=curve.z,
        anderson_darling_before=before,
        anderson_darling_after=after,
        transformed=transformed.tolist(),
        conventions={"choice": "smallest Anderson-Darling A^2 over z = 0.25 to 1.25 (Minitab: largest p value)"},
        assumptions=[normality("the transformed data", transformed.tolist())],
        conclusion=f"The {curve.family} curve lowers Anderson-Darling's A^2 from {before:.4g} to {after:.4g}.",
    )
