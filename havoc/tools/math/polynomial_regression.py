"""Regression on the powers of one predictor, fitted so that high degrees keep their digits."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.math.least_squares import LeastSquares, least_squares
from havoc.tools.math.model_columns import INTERCEPT, MAX_CELLS
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
from havoc.tools.values import SETTING, Alpha, Numbers, equal_lengths

MAX_DEGREE = 15
HIGH_DEGREE = 4
"""Degree from which a polynomial swings between the points (Montgomery, Peck and Vining, section 7.2.1)."""


class PolynomialRegression(Arguments):
    """One predictor and a response."""

    aliases: ClassVar = {"predictor": "x", "response": "y", "order": "degree", "predict": "new_points", "at": "new_points"}

    x: Numbers
    """The predictor."""
    y: Numbers
    """The response, in the same order."""
    degree: Annotated[int, Field(ge=1, le=MAX_DEGREE), SETTING] = 2
    """Highest power of x; all lower ones are in the model."""
    new_points: Numbers | None = None
    """Values of x at which to predict."""
    alpha: Alpha = 0.05


class PolynomialRegressionResult(RegressionResult):
    """A fitted polynomial; `coefficients` belong to the powers of x, the constant first."""

    degree: int


@operation(
    "polynomial_regression",
    topic=TOPIC,
    source="Montgomery, Peck and Vining (2012), Introduction to Linear Regression Analysis, 5th ed., chapter 7; "
    "Bjorck, A. (1967), BIT 7, 257-278; certified by NIST StRD (Wampler, Filip)",
    examples=(
        {"x": [1, 2, 3, 4, 5, 6, 7], "y": [2.2, 4.9, 10.4, 16.8, 26.3, 36.7, 50.4], "degree": 2, "new_points": [3.5]},
        {"x": [0, 1, 2, 3, 4, 5], "y": [1.0, 2.1, 2.9, 4.2, 5.1, 5.8], "degree": 1},
    ),
)
def polynomial_regression(arguments: PolynomialRegression) -> PolynomialRegressionResult:
    """Which polynomial in one predictor fits a response?

    For a straight line or quadratic in one x; the table tells which degree still helps (each degree after the lower
    ones). For several predictors use linear_regression; for a known physical curve a nonlinear fit extrapolates better.
    """
    equal_lengths(x=arguments.x, y=arguments.y)
    x, y = np.asarray(arguments.x), np.asarray(arguments.y)
    degree = arguments.degree
    different = np.unique(x).size
    if different <= degree:
        raise ToolError(
            "x", arguments.x, f"{different} different values for degree {degree}", "lower the degree or add settings of x"
        )
    if x.size * (degree + 1) > MAX_CELLS:
        raise ToolError("x", "", f"{x.size:,} values", f"give at most {MAX_CELLS // (degree + 1):,}: sample them")
    middle, half = x.min() / 2 + x.max() / 2, x.max() / 2 - x.min() / 2
    names = [INTERCEPT, "x", *(f"x^{power}" for power in range(2, degree + 1))]
    basis = _chebyshev(x, middle, half, degree)
    fit = least_squares(basis, y, names, centred=True, path="x", response_path="y")
    conversion = _conversion(middle, half, degree)
    powers = (conversion @ fit.coefficients.astype(np.longdouble)).astype(np.float64)
    errors = np.linalg.norm((conversion @ fit.root.astype(np.longdouble)).astype(np.float64), axis=1) * np.sqrt(
        fit.mean_square
    )
    if not (np.isfinite(powers).all() and np.isfinite(errors).all()):
        raise ToolError("x", arguments.x, "the powers of x leave double precision", "rescale or centre x")
    table = coefficient_table(names, powers, errors, _inflation(x, errors, fit, degree), fit.df, arguments.alpha)
    rows = None
    if arguments.new_points is not None:
        rows = _chebyshev(np.asarray(arguments.new_points), middle, half, degree).astype(np.float64)
    # Distinct x, not distinct rows of the basis, are the settings that replicate.
    common = summary(fit, table, _degree_rows(fit), rows, arguments.alpha, replicate_rows(x[:, None], fit))
    if any(prediction.extrapolated for prediction in common["predictions"]):
        message = "Some new points lie outside the fitted x; a polynomial says nothing there."
        common["warnings"].append(Notice(code="extrapolation", message=message))
    if degree >= HIGH_DEGREE:
        message = f"A polynomial of degree {degree} swings between the points; a lower one or a physical model is safer."
        common["warnings"].append(Notice(code="high_degree", message=message))
    return PolynomialRegressionResult(
        method=f"Polynomial regression of degree {degree}, ordinary least squares",
        **common,
        degree=degree,
        conventions={
            "coefficients": "of the powers of x as given; fitted in Chebyshev polynomials of x scaled to -1..1",
            "sums of squares of terms": "sequential (type I), each degree after the lower ones",
        },
        assumptions=[normality("residuals", fit.standardized.tolist()), *serial_correlation(fit)] if not fit.exact else [],
    )


def _chebyshev(x: NDArray[np.float64], middle: float, half: float, degree: int) -> NDArray[np.longdouble]:
    """Extended precision, [values, degree + 1]: Chebyshev polynomials of the scaled x."""
    scaled = (x.astype(np.longdouble) - middle) / half
    columns = [np.ones_like(scaled), scaled]
    for _ in range(degree - 1):
        columns.append(2 * scaled * columns[-1] - columns[-2])
    return np.stack(columns, axis=1)


def _conversion(middle: float, half: float, degree: int) -> NDArray[np.longdouble]:
    """Extended precision, [power, Chebyshev degree]: the Chebyshev polynomials of the scaled x in powers of x."""
    slope, offset = 1 / np.longdouble(half), -np.longdouble(middle) / np.longdouble(half)
    matrix = np.zeros((degree + 1, degree + 1), dtype=np.longdouble)
    matrix[0, 0] = 1
    matrix[:2, 1] = offset, slope
    for column in range(2, degree + 1):
        before = matrix[:, column - 1]
        matrix[:, column] = 2 * offset * before - matrix[:, column - 2]
        matrix[1:, column] += 2 * slope * before[:-1]
    return matrix


def _inflation(x: NDArray[np.float64], errors: NDArray[np.float64], fit: LeastSquares, degree: int) -> list[float | None]:
    """Inflation factors of the raw powers; none where the fit is exact or the powers leave double precision."""
    factors: list[float | None] = [None]
    for power in range(1, degree + 1):
        column = x**power
        deviations = column - column.mean()
        square = float(deviations @ deviations)
        if fit.exact or not np.isfinite(square):
            factors.append(None)
        else:
            factors.append(max(1.0, float(errors[power] ** 2 / fit.mean_square * square)))
    return factors


def _degree_rows(fit: LeastSquares) -> list[AnovaRow]:
    rows = []
    for degree in range(1, fit.effects.size):
        square = float(fit.effects[degree] ** 2)
        f, p = f_test(square, 1, fit.mean_square, fit.df)
        rows.append(AnovaRow(source=f"degree {degree}", df=1, sum_of_squares=square, mean_square=square, f=f, p_value=p))
    return rows
