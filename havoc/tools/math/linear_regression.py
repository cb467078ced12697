"""Linear regression on one or more predictors, numeric or categorical."""

from typing import Annotated, ClassVar

import numpy as np
from scipy.linalg import solve

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.math.least_squares import LeastSquares, Vector, least_squares
from havoc.tools.math.model_columns import ModelColumns, Predictors, model_columns
from havoc.tools.math.regression_table import (
    TOPIC,
    AnovaRow,
    RegressionResult,
    coefficient_table,
    f_test,
    replicate_rows,
    serial_correlation,
    summary,
)
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice
from havoc.tools.values import SETTING, Alpha, Numbers

COLLINEAR = 10.0
"""Variance inflation factor from which predictors disturb each other (Montgomery, Peck and Vining, section 9.4.2)."""
MAX_PREDICTIONS = 10_000


class LinearModel(Arguments):
    """Observations of a response and of what may explain it."""

    aliases: ClassVar = {"x": "predictors", "y": "response", "factors": "predictors", "constant": "intercept"}

    predictors: Predictors
    """Predictor -> its values, one for each response: numbers, or texts for a categorical predictor; a list alone is `x`.
    Add columns of products or squares for interactions and curvature."""
    response: Numbers
    """The response, in the order of the predictors."""
    intercept: Annotated[bool, SETTING] = True
    """Whether the model has a constant."""
    alpha: Alpha = 0.05


class LinearRegression(LinearModel):
    """Observations, and new points to predict."""

    aliases: ClassVar = LinearModel.aliases | {"predict": "new_points", "new_data": "new_points", "at": "new_points"}

    new_points: Predictors | None = None
    """Predictor -> its values at points to predict."""


class LinearRegressionResult(RegressionResult):
    """A fitted linear model."""

    unusual: list[int]
    """1-based rows with a standardised residual beyond 2 or a leverage above 3 p / n; regression_diagnostics tells more."""


@operation(
    "linear_regression",
    topic=TOPIC,
    source="Montgomery, Peck and Vining (2012), Introduction to Linear Regression Analysis, 5th ed., chapters 2-4 and 9; "
    "Bjorck, A. (1967), BIT 7, 257-278; certified by NIST StRD, linear least squares",
    examples=(
        {
            "predictors": {"temperature": [20, 25, 30, 35, 40, 45]},
            "response": [8.1, 9.9, 12.2, 13.8, 16.1, 17.9],
            "new_points": {"temperature": [32]},
        },
        {
            "predictors": {"time": [1, 2, 3, 4, 5, 6, 7, 8], "supplier": ["A", "B", "A", "B", "A", "B", "A", "B"]},
            "response": [3.1, 5.2, 5.0, 7.1, 6.8, 9.3, 9.1, 11.0],
        },
    ),
)
def linear_regression(arguments: LinearRegression) -> LinearRegressionResult:
    """How does a response depend linearly on one or more predictors?

    Gives coefficients with tests, intervals and inflation factors, the analysis of variance, the fit and predictions.
    For powers of one predictor use polynomial_regression, which stays accurate; for a yes/no response
    logistic_regression; for counts poisson_regression. regression_diagnostics lists residuals and influence.
    """
    model, matrix, fit = fit_linear(arguments)
    rows = None
    if arguments.new_points is not None:
        rows = model.matrix(arguments.new_points, "new_points")
        if len(rows) > MAX_PREDICTIONS:
            raise ToolError("new_points", "", f"{len(rows):,} points", f"give at most {MAX_PREDICTIONS:,}")
    factors = fit.inflation(matrix)
    errors = np.sqrt(np.diag(fit.unscaled) * fit.mean_square)
    table = coefficient_table(model.names, fit.coefficients, errors, factors, fit.df, arguments.alpha)
    common = summary(fit, table, _term_rows(model, fit), rows, arguments.alpha, replicate_rows(matrix, fit))
    collinear = [name for name, factor in zip(model.names, factors, strict=True) if factor and factor > COLLINEAR]
    if collinear:
        message = f"Variance inflation above {COLLINEAR:g}: {', '.join(collinear[:10])}. Their coefficients are unstable."
        common["warnings"].append(Notice(code="collinear", message=message))
    if any(prediction.extrapolated for prediction in common["predictions"]):
        message = "Some new points lie outside the fitted data; the model is not tested there."
        common["warnings"].append(Notice(code="extrapolation", message=message))
    limit = 3 * fit.coefficients.size / fit.response.size
    unusual = np.flatnonzero((np.abs(fit.standardized) > 2) | (fit.leverage > limit)) + 1
    about = (
        "about the mean" if model.intercept else "about 0, since there is no intercept; not comparable with other R squared"
    )
    return LinearRegressionResult(
        method="Linear regression, ordinary least squares",
        **common,
        unusual=unusual.tolist(),
        conventions={
            "total sum of squares": about,
            "sums of squares of terms": "adjusted (type III), each after all others",
            **model.coding,
        },
        assumptions=[normality("residuals", fit.standardized.tolist()), *serial_correlation(fit)] if not fit.exact else [],
    )


def fit_linear(arguments: LinearModel) -> tuple[ModelColumns, Vector, LeastSquares]:
    """The coding, the matrix and the fit.

    Raises:
        ToolError: the data do not determine the model.
    """
    model = model_columns(arguments.predictors, arguments.intercept, "predictors")
    matrix = model.matrix(arguments.predictors, "predictors")
    response = np.asarray(arguments.response, dtype=np.float64)
    if len(matrix) != response.size:
        raise ToolError(
            "response", arguments.response, f"{response.size} values for {len(matrix)} rows", "give one for each row"
        )
    fit = least_squares(matrix, response, model.names, centred=model.intercept, path="predictors")
    return model, matrix, fit


def _term_rows(model: ModelColumns, fit: LeastSquares) -> list[AnovaRow]:
    rows = []
    for term in model.terms:
        part = slice(term.start, term.stop)
        estimates, df = fit.coefficients[part], term.stop - term.start
        square = float(estimates @ solve(fit.unscaled[part, part], estimates, assume_a="sym"))
        f, p = f_test(square / df, df, fit.mean_square, fit.df)
        rows.append(AnovaRow(source=term.name, df=df, sum_of_squares=square, mean_square=square / df, f=f, p_value=p))
    return rows
