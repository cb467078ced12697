"""Maximum likelihood for models with a link: the fit that logistic and Poisson regression share."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import stats
from scipy.optimize import linprog

from havoc.tools.errors import ToolError
from havoc.tools.math.least_squares import Vector, refuse_repeats
from havoc.tools.math.model_columns import INTERCEPT, ModelColumns

MAX_ITERATIONS = 100
TOLERANCE = 1e-12
MAX_SEPARATION_ROWS = 10_000
"""Different rows up to which separation is decided by linear programming."""
EXTREME = 10.0
"""Linear predictors beyond this (probabilities of 0.00005) are looked at for separation."""
DECIDED = 1e-7
LARGEST_LOG = 690.0
"""Natural logarithm of about 1e300."""

Family = Literal["binomial", "poisson"]


class LinkCoefficient(BaseModel):
    """One coefficient on the scale of the link, and its factor on the scale of odds or rates."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    estimate: float
    """Change of the log odds, or of the log rate, for one unit more."""
    standard_error: float
    statistic: float
    """Wald z: estimate / standard error."""
    p_value: float
    """Two-sided."""
    ci_low: float
    """Lower end of the Wald interval at confidence 1 - alpha."""
    ci_high: float
    ratio: float | None
    """exp(estimate): the odds ratio, or the rate ratio, for one unit more; None for the intercept and beyond 1e300."""
    ratio_low: float | None
    """Lower end of its interval."""
    ratio_high: float | None


class LinkTerm(BaseModel):
    """Wald test of a predictor as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    df: int
    statistic: float
    """Wald chi-square."""
    p_value: float


class LinkPrediction(BaseModel):
    """The fitted mean at a new point."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    fit: float
    """Probability of the event, or expected count (per unit of exposure where one was given)."""
    ci_low: float
    """Lower end of its interval at confidence 1 - alpha, symmetric on the scale of the link."""
    ci_high: float


@dataclass(frozen=True)
class LinkFit:
    """A fit on the scale of the link."""

    estimates: Vector
    covariance: Vector
    mean: Vector
    """[n]: probabilities, or expected counts."""
    deviance: float
    null_deviance: float
    pearson: float
    """Pearson's chi-square of the fit."""
    log_likelihood: float
    df: int
    """Residual degrees of freedom."""


def fit_link(
    model: ModelColumns,
    matrix: Vector,
    response: Vector,
    family: Family,
    *,
    trials: Vector | None = None,
    offset: Vector | None = None,
) -> LinkFit:
    """Maximum likelihood by iteratively reweighted least squares (statsmodels).

    Args:
        model: names and terms of the columns.
        matrix: [n, p].
        response: [n] counts of events.
        family: `binomial` with the logit, `poisson` with the log link.
        trials: [n], binomial.
        offset: [n], logarithm of the exposure; needs a model with an intercept.

    Raises:
        ToolError: columns repeat each other, or the likelihood has no maximum because columns separate the responses.
    """
    import statsmodels.api as sm

    n, p = matrix.shape
    if n <= p:
        raise ToolError(
            "predictors", "", f"{n} rows for {p} coefficients", f"give at least {p + 1} rows, or a smaller model"
        )
    largest = np.abs(matrix).max(axis=0)
    scale = largest * np.sqrt(((matrix / largest) ** 2).sum(axis=0) / n)
    scaled = matrix / scale
    refuse_repeats(scaled / np.sqrt(n), model.names, "predictors")
    # About its mean the offset cannot push the first step out of double precision; the intercept takes the mean back.
    shift = 0.0 if offset is None else float(offset.mean())
    offset = None if offset is None else offset - shift
    kind = sm.families.Binomial() if family == "binomial" else sm.families.Poisson()
    endogenous = response if trials is None else np.column_stack([response, trials - response])
    with warnings.catch_warnings():
        # Convergence and separation are judged below, where the message can name the column.
        warnings.simplefilter("ignore")
        try:
            fitted = sm.GLM(endogenous, scaled, family=kind, offset=offset).fit(maxiter=MAX_ITERATIONS, tol=TOLERANCE)
            null_deviance = float(fitted.null_deviance)
        except ValueError:
            # statsmodels raises it where weights overflow.
            _refuse_separation(model, scaled, response, trials)
            raise ToolError(
                "predictors", "", "the likelihood leaves double precision", "centre or rescale the columns"
            ) from None
    linear = np.asarray(fitted.predict(which="linear")) - (0.0 if offset is None else offset)
    if not fitted.converged or not np.isfinite(linear).all() or np.ptp(linear) > EXTREME:
        _refuse_separation(model, scaled, response, trials)
    if not fitted.converged:
        raise ToolError("predictors", "", f"no maximum in {MAX_ITERATIONS} iterations", "centre or rescale the columns")
    estimates = np.asarray(fitted.params) / scale
    estimates[0] -= shift
    return LinkFit(
        estimates=estimates,
        covariance=np.asarray(fitted.cov_params()) / np.outer(scale, scale),
        mean=np.asarray(fitted.fittedvalues),
        deviance=max(0.0, float(fitted.deviance)),
        null_deviance=max(0.0, null_deviance),
        pearson=float(fitted.pearson_chi2),
        log_likelihood=float(fitted.llf),
        df=n - p,
    )


def link_table(model: ModelColumns, fit: LinkFit, alpha: float) -> dict[str, Any]:
    """`coefficients` and `terms` of a result."""
    errors = np.sqrt(np.diag(fit.covariance))
    margins = stats.norm.isf(alpha / 2) * errors
    coefficients = []
    for name, estimate, error, margin in zip(
        model.names, fit.estimates.tolist(), errors.tolist(), margins.tolist(), strict=True
    ):
        low, high = estimate - margin, estimate + margin
        shown = name != INTERCEPT and high < LARGEST_LOG
        coefficients.append(
            LinkCoefficient(
                name=name,
                estimate=estimate,
                standard_error=error,
                statistic=estimate / error,
                p_value=float(2 * stats.norm.sf(abs(estimate / error))),
                ci_low=low,
                ci_high=high,
                ratio=math.exp(estimate) if shown else None,
                ratio_low=math.exp(low) if shown else None,
                ratio_high=math.exp(high) if shown else None,
            )
        )
    terms = []
    for term in model.terms:
        part, df = slice(term.start, term.stop), term.stop - term.start
        estimates = fit.estimates[part]
        # A single column is divided directly: its variance can be too small to invert as a matrix.
        covariance = fit.covariance[part, part]
        spread = np.sqrt(np.diag(covariance))
        standard = estimates / spread
        wald = float(standard @ np.linalg.solve(covariance / np.outer(spread, spread), standard))
        terms.append(LinkTerm(name=term.name, df=df, statistic=wald, p_value=float(stats.chi2.sf(wald, df))))
    return {"coefficients": coefficients, "terms": terms}


def link_predictions(fit: LinkFit, rows: Vector, family: Family, alpha: float) -> list[LinkPrediction]:
    """The mean at new rows [m, p]."""
    from scipy.special import expit

    linear = rows @ fit.estimates
    spread = np.sqrt(np.einsum("ij,jk,ik->i", rows, fit.covariance, rows))
    margin = stats.norm.isf(alpha / 2) * spread
    back = expit if family == "binomial" else np.exp
    return [
        LinkPrediction(fit=float(back(middle)), ci_low=float(back(middle - half)), ci_high=float(back(middle + half)))
        for middle, half in zip(linear, margin, strict=True)
    ]


def _refuse_separation(model: ModelColumns, matrix: Vector, response: Vector, trials: Vector | None) -> None:
    """Raise where a direction of the coefficients makes the likelihood grow without end (Albert and Anderson 1984).

    The direction is looked for by linear programming (Konis, K. (2007), thesis, Oxford): each predictor alone first.
    """
    # +1 where every trial had the event, -1 where none had, 0 where both occurred (Poisson: any event).
    side = np.where(response == 0, -1.0, 0.0)
    if trials is not None:
        side = np.where(response == trials, 1.0, side)
    rows = np.unique(np.column_stack([side, matrix]), axis=0)
    if len(rows) > MAX_SEPARATION_ROWS:
        return
    first = int(model.intercept)
    groups = [(term.name, [*range(first), *range(term.start, term.stop)]) for term in model.terms]
    for name, columns in groups:
        direction = _separating(rows[:, 0], rows[:, 1:][:, columns])
        if direction is not None:
            raise _separation([name])
    direction = _separating(rows[:, 0], rows[:, 1:])
    if direction is not None:
        raise _separation([term.name for term in model.terms if np.abs(direction[term.start : term.stop]).max() > DECIDED])


def _separating(side: Vector, matrix: Vector) -> Vector | None:
    """A direction along which no row of either side loses and some gain; None where there is none."""
    one_sided, both = side != 0, side == 0
    gains = matrix[one_sided] * side[one_sided, None]
    if not len(gains):
        return None
    equal = {"A_eq": matrix[both], "b_eq": np.zeros(int(both.sum()))} if both.any() else {}
    found = linprog(-gains.sum(axis=0), A_ub=-gains, b_ub=np.zeros(len(gains)), bounds=(-1, 1), **equal)
    if found.status != 0 or -found.fun <= DECIDED * len(gains):
        return None
    direction: NDArray[np.float64] = found.x
    return direction


def _separation(names: Sequence[str]) -> ToolError:
    return ToolError(
        "predictors" if len(names) > 1 else f"predictors.{names[0]}",
        "",
        f"{' and '.join(names)} separates the responses, completely or but for ties: the likelihood has no maximum and a "
        "coefficient is infinite",
        "leave it out, merge levels, or collect data where both outcomes occur",
    )


def exposure_offset(exposure: Sequence[float]) -> Vector:
    """Logarithm of the exposure.

    Raises:
        ToolError: an exposure is not above 0.
    """
    values = np.asarray(exposure, dtype=np.float64)
    if values.min() <= 0:
        index = int(values.argmin())
        raise ToolError(f"exposure[{index}]", values[index], "not above 0", "give the time or area of each count")
    offset: Vector = np.log(values)
    return offset
