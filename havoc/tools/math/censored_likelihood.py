"""Maximum likelihood for a location and a scale from censored values: the engine of the life data operations."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from havoc.tools.errors import ToolError

Values = npt.NDArray[np.float64]
Function = Callable[[Values], Values]
NO_SCALE = 12.0
"""Natural log of the scale, relative to the spread of the data, beyond which there is no maximum inside."""
SAME = 1e-3
"""Newton steps smaller than this, in standardised units, mean that the search had arrived."""


@dataclass(frozen=True)
class Standard:
    """A standardised distribution: of (y - location) / scale."""

    log_pdf: Function
    log_cdf: Function
    log_sf: Function
    score: Function
    """Derivative of log_pdf."""
    ppf: Callable[[float], float]
    sf: Callable[[float], float]


def _log_ndtr_upper(z: Values) -> Values:
    return np.asarray(special.log_ndtr(-z))


EXTREME_VALUE = Standard(
    # Smallest extreme value: the logarithm of a Weibull life.
    log_pdf=lambda z: z - np.exp(z),
    log_cdf=lambda z: np.log(-np.expm1(-np.exp(z))),
    log_sf=lambda z: -np.exp(z),
    score=lambda z: -np.expm1(z),
    ppf=lambda p: math.log(-math.log1p(-p)),
    sf=lambda z: math.exp(-math.exp(z)) if z < 700 else 0.0,
)
NORMAL = Standard(
    log_pdf=lambda z: -0.5 * z * z - 0.5 * math.log(2 * math.pi),
    log_cdf=lambda z: np.asarray(special.log_ndtr(z)),
    log_sf=_log_ndtr_upper,
    score=lambda z: -z,
    ppf=lambda p: float(special.ndtri(p)),
    sf=lambda z: float(special.ndtr(-z)),
)
LOGISTIC = Standard(
    log_pdf=lambda z: -np.abs(z) - 2 * np.log1p(np.exp(-np.abs(z))),
    log_cdf=lambda z: np.asarray(special.log_expit(z)),
    log_sf=lambda z: np.asarray(special.log_expit(-z)),
    score=lambda z: 1 - 2 * special.expit(z),
    ppf=lambda p: float(special.logit(p)),
    sf=lambda z: float(special.expit(-z)),
)


@dataclass(frozen=True)
class Observations:
    """What is known of each unit: low < y < high, or y = low = high. Infinite ends mean left or right censoring."""

    low: Values
    high: Values
    weights: Values

    @property
    def exact(self) -> npt.NDArray[np.bool_]:
        """Which are known exactly."""
        return self.low == self.high

    @property
    def failed(self) -> npt.NDArray[np.bool_]:
        """Which are known to have failed: all but the right-censored."""
        return np.isfinite(self.high)

    @property
    def middle(self) -> Values:
        """A finite value for each, to start from."""
        finite = np.where(np.isfinite(self.low), self.low, self.high)
        return np.where(np.isfinite(self.low) & np.isfinite(self.high), (finite + self.high) / 2, finite)

    def standardised(self, centre: float, spread: float) -> "Observations":
        """The same in other units."""
        return Observations((self.low - centre) / spread, (self.high - centre) / spread, self.weights)


@dataclass(frozen=True)
class Estimates:
    """Location, log of the scale, their covariance, and the log-likelihood of the y."""

    location: float
    log_scale: float
    covariance: Values
    log_likelihood: float

    @property
    def scale(self) -> float:
        """Scale of y."""
        return math.exp(self.log_scale)

    def standard_error(self, by_location: float, by_log_scale: float) -> float:
        """Of a function with this gradient (delta method)."""
        gradient = np.array([by_location, by_log_scale])
        return math.sqrt(max(0.0, float(gradient @ self.covariance @ gradient)))


def estimate(observations: Observations, standard: Standard, *, scale: float | None = None) -> Estimates:
    """The maximum of the likelihood; with `scale`, that of the location alone.

    Raises:
        ToolError: there is none (no failures, or all at one time).
    """
    if not observations.failed.any():
        raise ToolError("times", "", "no unit failed, so that nothing can be estimated", "use reliability_demonstration")
    middle = observations.middle
    centre, spread = float(np.average(middle, weights=observations.weights)), float(np.ptp(middle)) / 4
    if scale is not None:
        spread = scale
    elif spread <= 1e-9 * max(1.0, abs(centre)):
        raise ToolError("times", "", "all units have the same time", "give at least 2 different times")
    # Exact values have a density: in standardised units it is `spread` times as high.
    jacobian = float(observations.weights[observations.exact].sum()) * math.log(spread)
    data = observations.standardised(centre, spread)
    free = 1 if scale is not None else 2

    def negative(theta: Values) -> tuple[float, Values]:
        value, gradient = _log_likelihood(data, standard, float(theta[0]), float(theta[1]) if free == 2 else 0.0)
        return -value, -gradient[:free]

    found = optimize.minimize(negative, np.zeros(free), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 500})
    theta = np.asarray(found.x, dtype=np.float64)
    if not np.isfinite(theta).all() or np.abs(theta).max() > NO_SCALE:
        raise ToolError("times", "", "the likelihood has no maximum", "give failures at two or more different times")
    hessian = _hessian(negative, theta)
    step = np.linalg.solve(hessian, negative(theta)[1])
    if np.abs(step).max() > SAME or np.linalg.eigvalsh(hessian).min() <= 0:
        raise ToolError("times", "", "the likelihood has no clear maximum", "give failures at more different times")
    theta = theta - step
    covariance = np.zeros((2, 2))
    covariance[:free, :free] = np.linalg.inv(_hessian(negative, theta))
    units = np.diag([spread, 1.0])
    return Estimates(
        location=centre + spread * float(theta[0]),
        log_scale=math.log(spread) + (float(theta[1]) if free == 2 else 0.0),
        covariance=units @ covariance @ units,
        log_likelihood=-negative(theta)[0] - jacobian,
    )


def _log_likelihood(data: Observations, standard: Standard, location: float, log_scale: float) -> tuple[float, Values]:
    """Value and gradient by location and log scale."""
    scale = math.exp(log_scale)
    low, high, weights = (data.low - location) / scale, (data.high - location) / scale, data.weights
    exact, left, right = data.exact, ~np.isfinite(data.low), ~np.isfinite(data.high)
    between = ~(exact | left | right)
    value, gradient = 0.0, np.zeros(2)

    def add(which: npt.NDArray[np.bool_], log: Values, by_z: Values, z: Values) -> None:
        nonlocal value, gradient
        w = weights[which]
        value += float(np.dot(w, log))
        gradient += np.array([-np.dot(w, by_z) / scale, -np.dot(w, by_z * z)])

    z = low[exact]
    add(exact, standard.log_pdf(z) - log_scale, standard.score(z), z)
    gradient[1] -= weights[exact].sum()
    z = high[left]
    log = standard.log_cdf(z)
    add(left, log, np.exp(standard.log_pdf(z) - log), z)
    z = low[right]
    log = standard.log_sf(z)
    add(right, log, -np.exp(standard.log_pdf(z) - log), z)
    a, b = low[between], high[between]
    log = _log_difference(standard, a, b)
    at_a, at_b = np.exp(standard.log_pdf(a) - log), np.exp(standard.log_pdf(b) - log)
    add(between, log, at_b, b)
    # The lower end counts with the other sign; its logarithm is in the line above already.
    add(between, np.zeros_like(a), -at_a, a)
    return value, gradient


def _log_difference(standard: Standard, a: Values, b: Values) -> Values:
    """log(F(b) - F(a)), from the tail that is the smaller."""
    upper = standard.log_sf(a) < standard.log_cdf(b)
    larger = np.where(upper, standard.log_sf(a), standard.log_cdf(b))
    smaller = np.where(upper, standard.log_sf(b), standard.log_cdf(a))
    return np.asarray(larger + np.log(-np.expm1(smaller - larger)))


def _hessian(negative: Callable[[Values], tuple[float, Values]], theta: Values) -> Values:
    """Central differences of the exact gradient."""
    size, step = theta.size, 1e-5
    rows = [(negative(theta + step * unit)[1] - negative(theta - step * unit)[1]) / (2 * step) for unit in np.eye(size)]
    hessian = np.array(rows)
    return np.asarray((hessian + hessian.T) / 2)
