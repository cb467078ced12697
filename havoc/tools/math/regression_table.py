"""What every least-squares regression reports: coefficients, analysis of variance, fit and predictions."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.math.least_squares import LeastSquares, Vector, conditioning
from havoc.tools.result import Assumption, Notice, Result

TOPIC = "Regression"
NO_ERROR = "the model fits exactly, so there is no error to compare with"
PERFECT = Notice(
    code="exact_fit",
    message="The model passes through every point; tests and intervals need error. Check that the response was measured.",
)


class Coefficient(BaseModel):
    """One coefficient of a model."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    estimate: float
    standard_error: float
    statistic: float | None
    """t: estimate / standard error; None where the fit is exact."""
    p_value: float | None
    """Two-sided."""
    ci_low: float
    """Lower end of the interval at confidence 1 - alpha."""
    ci_high: float
    vif: float | None
    """Variance inflation factor; None for the intercept."""


class AnovaRow(BaseModel):
    """One line of the analysis of variance."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str
    df: int
    sum_of_squares: float
    mean_square: float | None = None
    f: float | None = None
    p_value: float | None = None


class Prediction(BaseModel):
    """The response at one new point."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    fit: float
    standard_error: float
    """Of the mean response."""
    ci_low: float
    """Lower end of the interval for the mean response at confidence 1 - alpha."""
    ci_high: float
    pi_low: float
    """Lower end of the interval for one new observation at confidence 1 - alpha."""
    pi_high: float
    extrapolated: bool
    """Whether the point leaves a predictor's range, or has more leverage than any fitted one (hidden extrapolation)."""


class RegressionResult(Result):
    """A fitted line, plane or polynomial."""

    headline: ClassVar[tuple[str, ...]] = ("equation", "coefficients", "r_squared", "s", "f_statistic", "p_value")

    equation: str
    """With rounded coefficients; compute with `coefficients`."""
    coefficients: list[Coefficient]
    s: float
    """Residual standard deviation."""
    r_squared: float
    r_squared_adjusted: float
    r_squared_predicted: float | None
    """1 - PRESS / total sum of squares; None where one observation alone determines a coefficient."""
    press: float | None
    """Sum of squares of the residuals of each observation from the model without it."""
    f_statistic: float | None
    """Of the whole model; None where the fit is exact."""
    df_model: int
    df_residual: int
    p_value: float | None
    """Of f_statistic."""
    significant: bool | None
    """p_value < alpha."""
    anova: list[AnovaRow]
    durbin_watson: float | None
    """Near 2 without serial correlation of the residuals, if the rows are in time order; None where the fit is exact."""
    condition_number: float
    """Of the model's columns, each scaled to length 1; for a polynomial, of its Chebyshev columns."""
    predictions: list[Prediction]
    """At the new points, in their order."""


def summary(
    fit: LeastSquares,
    table: list[Coefficient],
    terms: list[AnovaRow],
    rows: Vector | None,
    alpha: float,
    replicates: list[AnovaRow],
) -> dict[str, Any]:
    """The fields that all regressions share. `rows` are new points in the columns of the fit."""
    df_model = fit.coefficients.size - int(fit.centred)
    explained = fit.ss_total - fit.ss_residual
    f, p = (None, None) if fit.exact else f_test(explained / df_model, df_model, fit.mean_square, fit.df)
    error = AnovaRow(source="Residual", df=fit.df, sum_of_squares=fit.ss_residual, mean_square=fit.mean_square)
    whole = AnovaRow(
        source="Regression", df=df_model, sum_of_squares=explained, mean_square=explained / df_model, f=f, p_value=p
    )
    total = AnovaRow(source="Total", df=df_model + fit.df, sum_of_squares=fit.ss_total)
    undefined: dict[str, str] = {}
    if fit.press is None:
        undefined |= dict.fromkeys(("press", "r_squared_predicted"), "an observation has leverage 1")
    if fit.exact:
        undefined |= dict.fromkeys(("f_statistic", "p_value", "significant", "durbin_watson"), NO_ERROR)
    return {
        "n_used": fit.response.size,
        "coefficients": table,
        "equation": _equation(table),
        "s": float(np.sqrt(fit.mean_square)),
        "r_squared": 1 - fit.ss_residual / fit.ss_total,
        "r_squared_adjusted": 1 - fit.mean_square / (fit.ss_total / (df_model + fit.df)),
        "r_squared_predicted": None if fit.press is None else 1 - fit.press / fit.ss_total,
        "press": fit.press,
        "f_statistic": f,
        "df_model": df_model,
        "df_residual": fit.df,
        "p_value": p,
        "significant": None if p is None else p < alpha,
        "anova": [whole, *terms, error, *replicates, total],
        "durbin_watson": None if fit.exact else durbin_watson(fit.residuals),
        "condition_number": fit.condition_number,
        "predictions": [] if rows is None else _predictions(fit, rows, alpha),
        "undefined": undefined,
        "warnings": [*conditioning(fit), *([PERFECT] if fit.exact else [])],
        "conclusion": _conclusion(fit, p, alpha),
    }


def coefficient_table(
    names: Sequence[str], estimates: Vector, errors: Vector, factors: Sequence[float | None], df: int, alpha: float
) -> list[Coefficient]:
    """t tests and intervals of coefficients."""
    margin = stats.t.isf(alpha / 2, df)
    rows = []
    for name, estimate, error, factor in zip(names, estimates.tolist(), errors.tolist(), factors, strict=True):
        t = estimate / error if error > 0 else None
        rows.append(
            Coefficient(
                name=name,
                estimate=estimate,
                standard_error=error,
                statistic=t,
                p_value=None if t is None else float(2 * stats.t.sf(abs(t), df)),
                ci_low=float(estimate - margin * error),
                ci_high=float(estimate + margin * error),
                vif=factor,
            )
        )
    return rows


def f_test(mean_square: float, df: int, error: float, df_error: int) -> tuple[float | None, float | None]:
    """F and its p value; None where there is no error."""
    if error == 0:
        return None, None
    f = mean_square / error
    return float(f), float(stats.f.sf(f, df, df_error))


def replicate_rows(matrix: Vector, fit: LeastSquares) -> list[AnovaRow]:
    """Lack of fit and pure error, where predictor settings are repeated and the model leaves settings over."""
    settings, group = np.unique(matrix, axis=0, return_inverse=True)
    group = group.ravel()
    df_pure, df_lack = fit.response.size - len(settings), len(settings) - fit.coefficients.size
    if df_pure < 1 or df_lack < 1 or fit.exact:
        return []
    means = np.bincount(group, fit.response) / np.bincount(group)
    pure = float(((fit.response - means[group]) ** 2).sum())
    lack = max(fit.ss_residual - pure, 0.0)
    f, p = f_test(lack / df_lack, df_lack, pure / df_pure, df_pure)
    return [
        AnovaRow(source="Lack of fit", df=df_lack, sum_of_squares=lack, mean_square=lack / df_lack, f=f, p_value=p),
        AnovaRow(source="Pure error", df=df_pure, sum_of_squares=pure, mean_square=pure / df_pure),
    ]


def durbin_watson(residuals: Vector) -> float:
    """Sum of squared steps over sum of squares."""
    return float((np.diff(residuals) ** 2).sum() / (residuals @ residuals))


def serial_correlation(fit: LeastSquares) -> list[Assumption]:
    """Durbin-Watson as an assumption that only the reader can judge."""
    if fit.exact:
        return []
    value = durbin_watson(fit.residuals)
    detail = f"Durbin-Watson = {value:.4g}, near 2 without serial correlation if the rows are in time order"
    return [Assumption(name="independence of the residuals", holds=None, detail=detail)]


def _predictions(fit: LeastSquares, rows: Vector, alpha: float) -> list[Prediction]:
    centre = rows @ fit.coefficients
    spread = fit.errors_at(rows)
    single = np.sqrt(spread**2 + fit.mean_square)
    margin = stats.t.isf(alpha / 2, fit.df)
    return [
        Prediction(
            fit=value,
            standard_error=error,
            ci_low=float(value - margin * error),
            ci_high=float(value + margin * error),
            pi_low=float(value - margin * wide),
            pi_high=float(value + margin * wide),
            extrapolated=bool(outside),
        )
        for value, error, wide, outside in zip(
            centre.tolist(), spread.tolist(), single.tolist(), fit.outside(rows), strict=True
        )
    ]


def _equation(table: list[Coefficient]) -> str:
    text = "y ="
    for index, row in enumerate(table):
        sign = "-" if row.estimate < 0 else "+" if index else ""
        size = f"{abs(row.estimate):.5g}" + ("" if row.name == "Intercept" else f" {row.name}")
        text += f" {sign} {size}" if index else f" {sign}{size}"
    return text


def _conclusion(fit: LeastSquares, p: float | None, alpha: float) -> str:
    share = 1 - fit.ss_residual / fit.ss_total
    if p is None:
        return f"The model explains {share:.2%} of the variation: it fits exactly."
    return (
        f"The model is {'' if p < alpha else 'not '}significant at alpha = {alpha:g} (p = {p:.4g}) "
        f"and explains {share:.2%} of the variation."
    )
