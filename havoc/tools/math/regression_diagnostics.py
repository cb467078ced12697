"""Residuals, leverage and influence of a linear regression, row by row."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from havoc.tools.checks import CHECK_LEVEL, normality
from havoc.tools.errors import ToolError
from havoc.tools.math.least_squares import LeastSquares, Vector, conditioning
from havoc.tools.math.linear_regression import LinearModel, fit_linear
from havoc.tools.math.regression_table import TOPIC, durbin_watson, serial_correlation
from havoc.tools.operation import operation
from havoc.tools.result import Assumption, Result

Mask = NDArray[np.bool_]
INFLUENTIAL = 1.0
"""Cook's distance from which a row moves the coefficients to the edge of their 50% region (Cook and Weisberg 1982)."""


class RegressionDiagnosticsResult(Result):
    """What each row does to the fit."""

    headline: ClassVar[tuple[str, ...]] = (
        "outliers",
        "influential",
        "high_leverage",
        "breusch_pagan_p_value",
        "durbin_watson",
        "press",
    )

    fitted: list[float]
    residuals: list[float]
    """Observed minus fitted."""
    standardized_residuals: list[float | None]
    """Internally studentised: residual / (s sqrt(1 - leverage)); None where the leverage is 1."""
    studentized_residuals: list[float | None]
    """Externally studentised (deleted t, R-student): with s from the other rows; None where that cannot be computed."""
    press_residuals: list[float | None]
    """Observed minus the prediction by the other rows; None where the leverage is 1."""
    leverage: list[float]
    """Diagonal of the hat matrix; the mean is p / n."""
    cooks_distance: list[float | None]
    """None where the leverage is 1."""
    dffits: list[float | None]
    """Change of the fitted value, in standard errors, when the row is left out."""
    outliers: list[int]
    """1-based rows whose studentised residual is significant after Bonferroni's correction."""
    influential: list[int]
    """1-based rows with a Cook's distance above 1."""
    high_leverage: list[int]
    """1-based rows with a leverage above 3 p / n."""
    outlier_p_value: float | None
    """Bonferroni p value of the largest studentised residual; None with one residual degree of freedom."""
    breusch_pagan: float
    """Koenker's studentised statistic for a variance that depends on the predictors."""
    breusch_pagan_df: int
    breusch_pagan_p_value: float
    durbin_watson: float
    """Near 2 without serial correlation, if the rows are in time order."""
    press: float | None
    """Sum of squared press_residuals; None where a leverage is 1."""
    s: float
    """Residual standard deviation."""


@operation(
    "regression_diagnostics",
    topic=TOPIC,
    source="Cook and Weisberg (1982), Residuals and Influence in Regression; Belsley, Kuh and Welsch (1980), Regression "
    "Diagnostics; Koenker, R. (1981), Journal of Econometrics 17, 107-112",
    examples=(
        {"predictors": {"x": [1, 2, 3, 4, 5, 6, 7, 20]}, "response": [2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 13.8, 30.0]},
        {
            "predictors": {"x": [1, 2, 3, 4, 5, 6], "line": ["A", "B", "A", "B", "A", "B"]},
            "response": [2.1, 4.9, 6.2, 8.8, 10.1, 13.2],
        },
    ),
)
def regression_diagnostics(arguments: LinearModel) -> RegressionDiagnosticsResult:
    """Which rows of a linear regression are outliers or decide its coefficients, and do its assumptions hold?

    Takes the same data as linear_regression, and lists residuals, leverage and influence for every row. An outlier is a
    reason to look at how it was measured, not to delete it.
    """
    _, matrix, fit = fit_linear(arguments)
    if fit.exact:
        raise ToolError("response", "", "the model passes through every point, so there are no residuals", "check the data")
    n, p = matrix.shape
    room = 1 - fit.leverage
    free = room > 1e-10
    room = np.where(free, room, 1.0)
    standardized = fit.residuals / np.sqrt(fit.mean_square * room)
    deleted = _deleted(fit, standardized, free)
    cook = standardized**2 * fit.leverage / room / p
    high = fit.leverage > 3 * p / n
    df = fit.df - 1
    sizes = np.array([0.0 if value is None else abs(value) for value in deleted])
    largest = float(sizes.max())
    bonferroni = min(1.0, float(n * 2 * stats.t.sf(largest, df))) if largest > 0 else None
    outliers = (np.flatnonzero(sizes > stats.t.isf(arguments.alpha / (2 * n), max(df, 1))) + 1).tolist()
    influential = (np.flatnonzero(free & (cook > INFLUENTIAL)) + 1).tolist()
    statistic, bp_df, bp_p = _breusch_pagan(fit, matrix)
    undefined = {}
    if bonferroni is None:
        undefined["outlier_p_value"] = "no row can be compared with the others"
    if fit.press is None:
        undefined["press"] = "an observation has leverage 1"
    factors = np.sqrt(fit.leverage / room).tolist()
    dffits = [None if value is None else value * factor for value, factor in zip(deleted, factors, strict=True)]
    return RegressionDiagnosticsResult(
        method="Regression diagnostics, ordinary least squares",
        n_used=n,
        fitted=fit.fitted.tolist(),
        residuals=fit.residuals.tolist(),
        standardized_residuals=_optional(standardized, free),
        studentized_residuals=deleted,
        press_residuals=_optional(fit.residuals / room, free),
        leverage=fit.leverage.tolist(),
        cooks_distance=_optional(cook, free),
        dffits=dffits,
        outliers=outliers,
        influential=influential,
        high_leverage=(np.flatnonzero(high) + 1).tolist(),
        outlier_p_value=bonferroni,
        breusch_pagan=statistic,
        breusch_pagan_df=bp_df,
        breusch_pagan_p_value=bp_p,
        durbin_watson=durbin_watson(fit.residuals),
        press=fit.press,
        s=float(np.sqrt(fit.mean_square)),
        undefined=undefined,
        conventions={
            "outliers": "R-student with Bonferroni's correction; Minitab flags standardised residuals beyond 2",
            "high leverage": "above 3 p / n (Minitab); Belsley, Kuh and Welsch take 2 p / n",
            "influential": "Cook's distance above 1; 4 / n is a stricter rule",
            "Breusch-Pagan": "studentised (Koenker), as R's bptest",
        },
        assumptions=[
            normality("residuals", standardized[free].tolist()),
            Assumption(
                name="constant variance",
                holds=bp_p >= CHECK_LEVEL,
                detail=f"Breusch-Pagan = {statistic:.4g}, df = {bp_df}, p = {bp_p:.4g}",
            ),
            *serial_correlation(fit),
        ],
        warnings=conditioning(fit),
        conclusion=f"Outliers: {len(outliers)}; influential rows: {len(influential)}; rows of high leverage: {high.sum()}.",
    )


def _optional(values: Vector, known: Mask) -> list[float | None]:
    if known.all():
        every: list[float | None] = values.tolist()
        return every
    return [value if is_known else None for value, is_known in zip(values.tolist(), known.tolist(), strict=True)]


def _deleted(fit: LeastSquares, standardized: Vector, free: Mask) -> list[float | None]:
    """Externally studentised residuals."""
    df = fit.df - 1
    if df < 1:
        return [None] * standardized.size
    left = fit.df - standardized**2
    # Where the other rows fit exactly, the deleted error is 0 and the ratio has no value.
    known = free & (left > 1e-9 * fit.df)
    return _optional(standardized * np.sqrt(df / np.where(known, left, 1.0)), known)


def _breusch_pagan(fit: LeastSquares, matrix: Vector) -> tuple[float, int, float]:
    """Statistic, degrees of freedom and p value: n R squared of the squared residuals on the columns."""
    columns = matrix if fit.centred else np.hstack([np.ones((len(matrix), 1)), matrix])
    columns = columns / np.abs(columns).max(axis=0)
    squares = fit.residuals**2 / fit.mean_square
    solution, _, rank, _ = np.linalg.lstsq(columns, squares)
    total = float(((squares - squares.mean()) ** 2).sum())
    left = float(((squares - columns @ solution) ** 2).sum())
    statistic = len(matrix) * max(0.0, 1 - left / total) if total > 0 else 0.0
    df = int(rank) - 1
    return statistic, df, float(stats.chi2.sf(statistic, df)) if df else 1.0
