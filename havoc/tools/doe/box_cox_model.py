"""Box and Cox's power transformation of the response of an experiment's model."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import stats
from scipy.optimize import brentq, minimize_scalar

from havoc.tools.doe.analysis_terms import Vector
from havoc.tools.doe.fit_model import ModelFit, ModelledExperiment, fit_experiment
from havoc.tools.doe.response_surface import CENTRAL_COMPOSITE
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result

REACH = 5.0
"""Lambda is searched from -5 to 5."""
ROUNDING = 0.5
"""Step of the lambdas that have a name: -1 reciprocal, 0 logarithm, 0.5 square root."""
MOST_LOG = 40.0
"""Largest |log(y / geometric mean)| whose powers are computed."""
LITTLE_SPREAD = 2.0
"""Ratio of the largest to the smallest response below which a transformation changes little."""
NAMES = {
    -2.0: "1/y^2",
    -1.0: "1/y",
    -0.5: "1/sqrt(y)",
    0.0: "log(y)",
    0.5: "sqrt(y)",
    1.0: "y, no transformation",
    2.0: "y^2",
}


class ProfilePoint(BaseModel):
    """One point of the profile likelihood."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    power: float
    log_likelihood: float
    """Less its maximum."""


class BoxCoxModelResult(Result):
    """The power of the response that suits the model best."""

    headline: ClassVar[tuple[str, ...]] = ("power", "ci_low", "ci_high", "rounded_power", "transformation")

    power: float
    """Lambda with the largest likelihood."""
    ci_low: float | None
    """Lower end of the profile interval at confidence 1 - alpha; None below -5."""
    ci_high: float | None
    """Upper end; None above 5."""
    rounded_power: float
    """Nearest multiple of 0.5 within the interval; the estimate to one decimal where there is none."""
    transformation: str
    """What rounded_power means."""
    needed: bool
    """Whether the interval excludes 1, no transformation."""
    log_likelihood_ratio: float
    """Twice the gain of the log likelihood over no transformation; chi-squared with one degree of freedom."""
    p_value: float
    """Of no transformation."""
    r_squared: float
    """Of the model for the untransformed response."""
    transformed_r_squared: float
    """Of the model for the response to the rounded power."""
    transformed: list[float]
    """Response to the rounded power (logarithm for 0)."""
    profile: list[ProfilePoint]
    """For a figure, at powers from -5 to 5."""


@operation(
    "box_cox_transform_model",
    topic="Analysis of experiments",
    source="Box, G. E. P. and Cox, D. R. (1964), An analysis of transformations, J. R. Statist. Soc. B 26, 211-252",
    examples=(
        {**CENTRAL_COMPOSITE, "model": "linear"},
        {
            "factors": {"A": [1, 3], "B": ["x", "y"]},
            "data": {"A": [1, 3, 1, 3, 1, 3, 1, 3], "B": ["x", "x", "y", "y", "x", "x", "y", "y"]},
            "response": [2.7, 7.5, 20.5, 54.2, 2.9, 7.2, 19.8, 55.0],
            "model": "linear",
        },
    ),
)
def box_cox_transform_model(arguments: ModelledExperiment) -> BoxCoxModelResult:
    """Which power of the response suits the model of an experiment best?

    By the likelihood of the model's residuals, not of the raw response: for a plain sample use box_cox_transform. The
    response must be positive, and should span more than a factor of 2. Then analyse the transformed response with the same
    model.
    """
    fit, notices = fit_experiment(arguments)
    response = fit.response
    if response.min() <= 0:
        run = int(np.argmin(response))
        raise ToolError(f"response[{run}]", response[run], "not positive", "add a constant that makes sense in the process")
    if fit.df_error == 0 or fit.exact:
        raise ToolError("model", "", "the model leaves no residuals to judge a power by", "give a smaller model")
    logs = np.log(response) - np.log(response).mean()
    if np.abs(logs).max() > MOST_LOG:
        raise ToolError("response", "", "spans too many powers of ten", "analyse its logarithm")
    profile = Profile(fit, logs)
    grid = np.linspace(-REACH, REACH, 101)
    heights = np.array([profile.log_likelihood(float(power)) for power in grid])
    best = int(np.argmax(heights))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    found = minimize_scalar(lambda x: -profile.log_likelihood(x), bounds=bounds, method="bounded", options={"xatol": 1e-9})
    power, top = float(found.x), -float(found.fun)
    drop = float(stats.chi2.isf(arguments.alpha, 1)) / 2
    low, high = (_end(profile, power, edge, top - drop) for edge in (-REACH, REACH))
    rounded = _rounded(power, -REACH if low is None else low, REACH if high is None else high)
    ratio = max(0.0, 2 * (top - profile.log_likelihood(1.0)))
    transformed = np.log(response) if rounded == 0 else response**rounded
    undefined = {name: "beyond the powers searched" for name, end in (("ci_low", low), ("ci_high", high)) if end is None}
    needed = ratio > 2 * drop
    name = NAMES.get(rounded, f"y^{rounded:g}")
    spread = float(response.max() / response.min())
    if spread < LITTLE_SPREAD:
        text = f"The largest response is {spread:.3g} times the smallest: no power changes the analysis much."
        notices.append(Notice(code="little_spread", message=text))
    interval = f"{'below -5' if low is None else f'{low:.3g}'} to {'above 5' if high is None else f'{high:.3g}'}"
    return BoxCoxModelResult(
        method="Box-Cox transformation by the profile likelihood of the model",
        n_used=len(response),
        power=power,
        ci_low=low,
        ci_high=high,
        rounded_power=rounded,
        transformation=name,
        needed=bool(needed),
        log_likelihood_ratio=ratio,
        p_value=float(stats.chi2.sf(ratio, 1)),
        r_squared=fit.r_squared,
        transformed_r_squared=profile.r_squared(rounded),
        transformed=transformed.tolist(),
        profile=[
            ProfilePoint(power=one, log_likelihood=height - top)
            for one, height in zip(grid.tolist(), heights.tolist(), strict=True)
        ],
        conventions={
            "likelihood": "profile over coefficients and variance with the Jacobian: -n/2 log(residual sum of squares)",
            "interval": "powers whose log likelihood is within half of the chi-squared quantile of the largest",
            "rounding": "to the nearest 0.5 within the interval",
        },
        warnings=notices,
        undefined=undefined,
        conclusion=f"Power {power:.3g} suits the model best ({interval}); use {name}."
        if needed
        else f"No transformation is needed: the interval for the power ({interval}) holds 1.",
    )


class Profile:
    """Log likelihood of the model for powers of the response."""

    def __init__(self, fit: ModelFit, logs: Vector) -> None:
        self._q: NDArray[np.float64] = np.linalg.qr(fit.matrix)[0]
        self._logs = logs

    def log_likelihood(self, power: float) -> float:
        """Up to a constant, at lambda = `power`."""
        values = self._powered(power)
        rest = values - self._q @ (self._q.T @ values)
        return -len(values) / 2 * float(np.log(max(float(rest @ rest), 1e-300)))

    def r_squared(self, power: float) -> float:
        """Of the model for the transformed response."""
        values = self._powered(power)
        rest = values - self._q @ (self._q.T @ values)
        deviations = values - values.mean()
        return 1 - float(rest @ rest) / float(deviations @ deviations)

    def _powered(self, power: float) -> Vector:
        """(y^power - 1) / power of the response over its geometric mean, so that the Jacobian is 1."""
        return self._logs if abs(power) < 1e-12 else np.expm1(power * self._logs) / power


def _end(profile: Profile, power: float, edge: float, level: float) -> float | None:
    """Where the log likelihood crosses `level` between the estimate and `edge`; None where it stays above."""
    # The crossing next to the estimate, should there be several.
    previous = power
    for one in np.linspace(power, edge, 60)[1:].tolist():
        if profile.log_likelihood(one) < level:
            return float(brentq(lambda x: profile.log_likelihood(x) - level, previous, one, xtol=1e-10))
        previous = one
    return None


def _rounded(power: float, low: float, high: float) -> float:
    nearest = round(power / ROUNDING) * ROUNDING
    inside = [one for one in (nearest, nearest - ROUNDING, nearest + ROUNDING) if low <= one <= high]
    chosen = min(inside, key=lambda one: abs(one - power)) if inside else round(power, 1)
    return float(chosen) + 0.0
