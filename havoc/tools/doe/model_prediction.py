"""Predictions of a fitted model with their intervals."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.doe.analysis_terms import Coding, Vector
from havoc.tools.doe.fit_model import ModelFit, ModelledExperiment, fit_experiment
from havoc.tools.doe.model_tables import no_error_reason, residual_checks
from havoc.tools.doe.response_surface import CENTRAL_COMPOSITE
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import Columns, Probability

MAX_POINTS = 10_000


class Prediction(BaseModel):
    """The model's answer for one point."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    point: dict[str, float | str]
    """In natural units."""
    fit: float
    """Estimated mean response."""
    standard_error: float | None
    """Of the mean; None without an error estimate, as all below."""
    ci_low: float | None
    """Interval for the mean at confidence 1 - alpha."""
    ci_high: float | None
    pi_low: float | None
    """Interval for one new run at confidence 1 - alpha."""
    pi_high: float | None
    tolerance_low: float | None
    """Interval for the share `coverage` of all runs at this point, at confidence 1 - alpha."""
    tolerance_high: float | None
    extrapolated: bool
    """A factor is outside its range in the data, or the point has more leverage than any run."""


class PredictionResult(Result):
    """Predictions at the points, in their order."""

    headline: ClassVar[tuple[str, ...]] = ("predictions", "s")

    predictions: list[Prediction]
    s: float | None
    """Error standard deviation of the model."""
    df_error: int
    coverage: float
    """Of the tolerance intervals."""


class PredictionArguments(ModelledExperiment):
    """An experiment with its model, and the points to predict."""

    aliases: ClassVar[Mapping[str, str]] = {
        **ModelledExperiment.aliases,
        "new_data": "points",
        "settings": "points",
        "at": "points",
    }

    points: Columns
    """A column for each factor, in natural units: where to predict."""
    coverage: Probability = 0.95
    """Share of the runs that a tolerance interval holds."""


@operation(
    "predict_response",
    topic="Analysis of experiments",
    source="Myers, Montgomery and Anderson-Cook, Response Surface Methodology, 2.5; Wallis, W. A. (1951), Tolerance "
    "intervals for linear regression, 2nd Berkeley Symposium, 43-51",
    examples=(
        {**CENTRAL_COMPOSITE, "points": {"Time": [86.95, 80], "Temperature": [176.53, 170]}},
        {**CENTRAL_COMPOSITE, "points": {"Time": [95], "Temperature": [175]}, "model": "linear", "alpha": 0.1},
    ),
)
def predict_response(arguments: PredictionArguments) -> PredictionResult:
    """What response does the fitted model predict at given settings, and how sure is it?

    Gives the mean with its confidence interval, the prediction interval for one new run (compare a confirmation run with
    this one), and the tolerance interval for most runs. Points outside the experiment are marked. To find good settings use
    optimize_desirability.
    """
    fit, notices = fit_experiment(arguments)
    count = len(next(iter(arguments.points.values())))
    if count > MAX_POINTS:
        raise ToolError("points", "", f"{count:,} points", f"give at most {MAX_POINTS:,}")
    names = [factor.name for factor in fit.coding.settable]
    for name in arguments.points:
        if name not in names:
            raise ToolError(f"points.{name}", "", "no factor of the model", f"the factors are {', '.join(names)}")
    coded = fit.coding.code(arguments.points, "points")
    rows = predictions(fit, coded, points_of(fit.coding, coded), arguments.alpha, arguments.coverage)
    assumptions, more = residual_checks(fit)
    outside = [str(index) for index, row in enumerate(rows, 1) if row.extrapolated]
    if outside:
        text = f"Points outside the experiment: {', '.join(outside[:10])}; there the model was never compared with data."
        more = [*more, Notice(code="extrapolation", message=text)]
    if fit.s is None:
        text = f"There are no intervals: {no_error_reason(fit)}."
        more = [*more, Notice(code="no_intervals", message=text)]
    first = rows[0]
    interval = "" if first.pi_low is None else f", and one new run lies between {first.pi_low:.5g} and {first.pi_high:.5g}"
    confidence = "" if first.pi_low is None else f" with {100 * (1 - arguments.alpha):g}% confidence"
    return PredictionResult(
        method="Prediction from the least-squares fit",
        n_used=len(fit.response),
        predictions=rows,
        s=fit.s,
        df_error=fit.df_error,
        coverage=arguments.coverage,
        conventions={
            "prediction interval": "for one new run; with blocks at their mean, and without their scatter",
            "tolerance interval": "two-sided, Wallis' approximation with the leverage of the point",
            "extrapolated": "a factor outside its smallest and largest value in the data, or more leverage than any run",
        },
        assumptions=assumptions,
        warnings=[*notices, *more],
        undefined={"s": no_error_reason(fit)} if fit.s is None else {},
        conclusion=f"At the first point the mean response is {first.fit:.5g}{interval}{confidence}.",
    )


def predictions(
    fit: ModelFit, coded: Vector, points: Sequence[dict[str, float | str]], alpha: float, coverage: float
) -> list[Prediction]:
    """Predictions at coded points [m, bases] that stand for the natural `points`."""
    rows = fit.rows(coded)
    means = rows @ fit.coefficients
    leverage = np.linalg.norm(rows @ fit.root, axis=1) ** 2
    outside = _outside(fit, coded, leverage)
    found = []
    for point, mean, share, far in zip(points, means.tolist(), leverage.tolist(), outside.tolist(), strict=True):
        margins: list[float] = []
        if fit.s is not None:
            quantile = float(stats.t.isf(alpha / 2, fit.df_error))
            chi2 = float(stats.chi2.ppf(alpha, fit.df_error))
            factor = np.sqrt(fit.df_error * float(stats.ncx2.ppf(coverage, 1, share)) / chi2)
            margins = [quantile * fit.s * np.sqrt(share), quantile * fit.s * np.sqrt(1 + share), factor * fit.s]
        ends: list[float | None] = [float(mean + sign * margin) for margin in margins for sign in (-1, 1)]
        ci_low, ci_high, pi_low, pi_high, low, high = ends or [None] * 6
        found.append(
            Prediction(
                point=point,
                fit=mean,
                standard_error=None if fit.s is None else float(fit.s * np.sqrt(share)),
                ci_low=ci_low,
                ci_high=ci_high,
                pi_low=pi_low,
                pi_high=pi_high,
                tolerance_low=low,
                tolerance_high=high,
                extrapolated=far,
            )
        )
    return found


def points_of(coding: Coding, coded: Vector) -> list[dict[str, float | str]]:
    """Natural settings of coded points [m, bases]."""
    return [coding.natural_values(row) for row in coded.tolist()]


def _outside(fit: ModelFit, coded: Vector, leverage: Vector) -> NDArray[np.bool_]:
    free = len(fit.coding.bases) - (len(fit.coding.factors[-1].levels or []) - 1 if fit.coding.blocks else 0)
    low, high = fit.bases[:, :free].min(axis=0) - 1e-9, fit.bases[:, :free].max(axis=0) + 1e-9
    beyond = np.any((coded[:, :free] < low) | (coded[:, :free] > high), axis=1)
    return np.asarray(beyond | (leverage > fit.leverage.max() * (1 + 1e-9)))
