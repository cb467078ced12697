"""Poisson regression of counts, with exposure."""

from typing import ClassVar

import numpy as np
from scipy import stats

from havoc.tools.checks import CHECK_LEVEL
from havoc.tools.errors import ToolError
from havoc.tools.math.generalized_linear import (
    LinkCoefficient,
    LinkPrediction,
    LinkTerm,
    exposure_offset,
    fit_link,
    link_predictions,
    link_table,
)
from havoc.tools.math.model_columns import Predictors, model_columns
from havoc.tools.math.regression_table import TOPIC
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import Alpha, Counts, Numbers

MAX_PREDICTIONS = 10_000
MAX_EVENTS = 10**9


class PoissonRegressionResult(Result):
    """A model of the rate of events."""

    headline: ClassVar[tuple[str, ...]] = ("coefficients", "likelihood_ratio", "p_value", "deviance", "dispersion")

    coefficients: list[LinkCoefficient]
    """On the log rate; `ratio` is the rate ratio."""
    terms: list[LinkTerm]
    """Wald test of each predictor as a whole."""
    likelihood_ratio: float
    """Chi-square of the whole model: null deviance minus deviance."""
    df_model: int
    p_value: float
    """Of likelihood_ratio."""
    significant: bool
    """p_value < alpha."""
    deviance: float
    df_residual: int
    null_deviance: float
    log_likelihood: float
    aic: float
    """2 p - 2 log likelihood."""
    dispersion: float
    """Pearson's chi-square / df_residual: 1 for Poisson counts, above it where they vary more."""
    dispersion_p_value: float
    """Of Pearson's chi-square, upper tail."""
    fitted: list[float]
    """Expected count of each row."""
    predictions: list[LinkPrediction]
    """Expected counts per unit of exposure at the new points."""


class PoissonRegression(Arguments):
    """Counts and what may explain them."""

    aliases: ClassVar = {
        "x": "predictors",
        "y": "response",
        "counts": "response",
        "at": "new_points",
        "new_data": "new_points",
        "time": "exposure",
    }

    predictors: Predictors
    """Predictor -> its values: numbers, or texts for a categorical predictor; a list alone is `x`."""
    response: Counts
    """Count of events in each row."""
    exposure: Numbers | None = None
    """Time, area or units in which each row's events were counted; its logarithm is the offset. All 1 where left out."""
    new_points: Predictors | None = None
    """Predictor -> its values at points to predict."""
    alpha: Alpha = 0.05


@operation(
    "poisson_regression",
    topic=TOPIC,
    source="McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., chapter 6; "
    "Dobson, A. J. (1990), An Introduction to Generalized Linear Models",
    examples=(
        {
            "predictors": {"speed": [10, 20, 30, 40, 50, 60], "line": ["A", "B", "A", "B", "A", "B"]},
            "response": [2, 5, 4, 9, 8, 16],
            "exposure": [100, 120, 100, 120, 100, 120],
        },
        {"predictors": {"day": [1, 2, 3, 4, 5]}, "response": [3, 4, 8, 9, 14], "new_points": {"day": [6]}},
    ),
)
def poisson_regression(arguments: PoissonRegression) -> PoissonRegressionResult:
    """How does the rate of events depend on predictors?

    For counts of defects, failures or accidents, with the exposure in which they were counted. For events out of a known
    number of trials use logistic_regression; to compare two rates only two_rates.
    """
    model = model_columns(arguments.predictors, True, "predictors")
    matrix = model.matrix(arguments.predictors, "predictors")
    response = np.asarray(arguments.response, dtype=np.float64)
    for name, column in (("response", arguments.response), ("exposure", arguments.exposure)):
        if column is not None and len(column) != len(matrix):
            raise ToolError(name, column, f"{len(column)} values for {len(matrix)} rows", "give one for each row")
    if response.sum() == 0:
        raise ToolError("response", arguments.response, "no events", "give rows with events, or an interval with one_rate")
    if response.max() > MAX_EVENTS:
        raise ToolError("response", response.max(), "too many events", f"give at most {MAX_EVENTS:,} in a row")
    offset = None if arguments.exposure is None else exposure_offset(arguments.exposure)
    rows = None
    if arguments.new_points is not None:
        rows = model.matrix(arguments.new_points, "new_points")
        if len(rows) > MAX_PREDICTIONS:
            raise ToolError("new_points", "", f"{len(rows):,} points", f"give at most {MAX_PREDICTIONS:,}")
    fit = fit_link(model, matrix, response, "poisson", offset=offset)
    df = len(model.names) - 1
    ratio = max(0.0, fit.null_deviance - fit.deviance)
    p = float(stats.chi2.sf(ratio, df))
    dispersion, excess = fit.pearson / fit.df, float(stats.chi2.sf(fit.pearson, fit.df))
    notices = []
    if excess < CHECK_LEVEL:
        message = (
            f"The counts vary more than Poisson counts: standard errors should be {np.sqrt(dispersion):.3g} times as large."
        )
        notices.append(Notice(code="overdispersion", message=message))
    return PoissonRegressionResult(
        method="Poisson regression, maximum likelihood",
        n_used=len(matrix),
        **link_table(model, fit, arguments.alpha),
        likelihood_ratio=ratio,
        df_model=df,
        p_value=p,
        significant=p < arguments.alpha,
        deviance=fit.deviance,
        df_residual=fit.df,
        null_deviance=fit.null_deviance,
        log_likelihood=fit.log_likelihood,
        aic=2 * len(model.names) - 2 * fit.log_likelihood,
        dispersion=dispersion,
        dispersion_p_value=excess,
        fitted=fit.mean.tolist(),
        predictions=[] if rows is None else link_predictions(fit, rows, "poisson", arguments.alpha),
        conventions={
            "offset": "none" if offset is None else "logarithm of the exposure; predictions are per unit of exposure",
            "standard errors": f"Poisson, dispersion 1; quasi-Poisson ones are {np.sqrt(dispersion):.4g} times as large",
            "intervals": "Wald; profile-likelihood ones (R confint) differ in small samples",
            **model.coding,
        },
        assumptions=[
            Assumption(
                name="variance equal to the mean",
                holds=excess >= CHECK_LEVEL,
                detail=f"Pearson chi-square / df = {dispersion:.4g}, p = {excess:.4g}",
            )
        ],
        warnings=notices,
        conclusion=f"The model is {'' if p < arguments.alpha else 'not '}significant at alpha = {arguments.alpha:g} "
        f"(likelihood ratio = {ratio:.4g}, p = {p:.4g}).",
    )
