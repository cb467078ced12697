"""Tables and checks of a fitted model: coefficients, analysis of variance, lack of fit, residuals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.doe.analysis_terms import CONSTANT
from havoc.tools.doe.fit_model import EXACT, ModelFit
from havoc.tools.result import Assumption, Notice

OUTLYING = 3.0
"""Studentised residual from which a run is pointed out."""


class Coefficient(BaseModel):
    """One coefficient in coded units."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    term: str
    coefficient: float
    """Change of the response for one coded unit."""
    standard_error: float | None
    """None without error degrees of freedom."""
    statistic: float | None
    """t."""
    p_value: float | None
    ci_low: float | None
    ci_high: float | None
    vif: float | None
    """Variance inflation factor; None for the constant."""


class AnovaRow(BaseModel):
    """One line of an analysis of variance."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str
    df: int
    sum_of_squares: float
    """Adjusted: what the source explains beyond all others."""
    mean_square: float | None
    statistic: float | None = None
    """F; None where there is nothing to test by."""
    p_value: float | None = None
    sequential_sum_of_squares: float | None = None
    """What the source explains beyond those above it; equals the adjusted one in orthogonal designs."""


def f_test(df: int, ss: float, error_mean_square: float | None, error_df: int) -> dict[str, Any]:
    """Fields of an AnovaRow, tested by `error_mean_square` where there is one."""
    test: dict[str, Any] = {"df": df, "sum_of_squares": ss, "mean_square": ss / df if df else None}
    if df and error_mean_square:
        test["statistic"] = ss / df / error_mean_square
        test["p_value"] = float(stats.f.sf(test["statistic"], df, error_df))
    return test


def anova_row(fit: ModelFit, source: str, positions: Sequence[int], *, sequential: bool = True) -> AnovaRow:
    """The test that the columns at `positions` are all 0."""
    df, ss = len(positions), fit.adjusted_ss(positions)
    return AnovaRow(
        source=source,
        sequential_sum_of_squares=fit.sequential_ss(positions) if sequential else None,
        **f_test(df, ss, fit.mean_square, fit.df_error),
    )


def coefficient_table(fit: ModelFit, alpha: float) -> list[Coefficient]:
    """Each coefficient with its t test, interval and variance inflation."""
    spread = np.linalg.norm(fit.root, axis=1)
    quantile = float(stats.t.ppf(1 - alpha / 2, fit.df_error)) if fit.df_error else 0.0
    table = []
    for index, (name, value) in enumerate(zip(fit.names, fit.coefficients.tolist(), strict=True)):
        column = fit.matrix[:, index] - fit.matrix[:, index].mean()
        vif = None if name == CONSTANT else max(1.0, float(spread[index] ** 2 * (column @ column)))
        error = None if fit.s is None else fit.s * float(spread[index])
        table.append(
            Coefficient(
                term=name,
                coefficient=value,
                standard_error=error,
                statistic=None if error is None else value / error,
                p_value=None if error is None else float(2 * stats.t.sf(abs(value / error), fit.df_error)),
                ci_low=None if error is None else value - quantile * error,
                ci_high=None if error is None else value + quantile * error,
                vif=vif,
            )
        )
    return table


def pure_error(fit: ModelFit) -> tuple[float, int]:
    """Sum of squares within groups of runs at the same point and in the same block, and its degrees of freedom."""
    groups: dict[tuple[float, ...], list[float]] = {}
    for point, value in zip(np.round(fit.bases, 9).tolist(), fit.response.tolist(), strict=True):
        groups.setdefault(tuple(point), []).append(value)
    ss = sum(float(((np.array(group) - np.mean(group)) ** 2).sum()) for group in groups.values() if len(group) > 1)
    return ss, len(fit.response) - len(groups)


def error_rows(fit: ModelFit) -> list[AnovaRow]:
    """Lack of fit and pure error where points are repeated, the whole error, and the total."""
    ss, df = pure_error(fit)
    rows = []
    lack = fit.df_error - df
    if df and lack:
        mean_square = ss / df if ss > (EXACT * np.abs(fit.response).max()) ** 2 else None
        rows.append(AnovaRow(source="Lack of fit", **f_test(lack, max(0.0, fit.ss_error - ss), mean_square, df)))
        rows.append(AnovaRow(source="Pure error", df=df, sum_of_squares=ss, mean_square=ss / df))
    rows.append(AnovaRow(source="Error", df=fit.df_error, sum_of_squares=fit.ss_error, mean_square=fit.mean_square))
    total = len(fit.response) - 1
    rows.append(AnovaRow(source="Total", df=total, sum_of_squares=fit.ss_total, mean_square=None))
    return rows


def studentized(fit: ModelFit) -> list[float | None]:
    """Externally studentised residual of each run; None where the run is fitted exactly whatever it measures."""
    if fit.exact or fit.df_error < 2:
        return [None] * len(fit.response)
    free = 1 - fit.leverage
    found: list[float | None] = []
    for residual, share in zip(fit.residuals.tolist(), free.tolist(), strict=True):
        deleted = 0.0 if share < 1e-10 else (fit.ss_error - residual**2 / share) / (fit.df_error - 1)
        found.append(residual / float(np.sqrt(deleted * share)) if deleted > 1e-12 * fit.ss_error else None)
    return found


def cooks_distances(fit: ModelFit) -> list[float | None]:
    """Of each run; None where its leverage is 1 or there is no error estimate."""
    if fit.mean_square is None:
        return [None] * len(fit.response)
    p, mean_square = len(fit.coefficients), fit.mean_square
    pairs = zip(fit.residuals.tolist(), fit.leverage.tolist(), strict=True)
    return [None if h > 1 - 1e-10 else e**2 * h / (p * mean_square * (1 - h) ** 2) for e, h in pairs]


def residual_checks(fit: ModelFit) -> tuple[list[Assumption], list[Notice]]:
    """Normality of the residuals, runs that lie far out, and runs that decide the fit."""
    if fit.exact:
        return [Assumption(name="normality of residuals", holds=None, detail="the model leaves no residuals")], []
    notices = []
    far = [f"{run} ({value:.3g})" for run, value in enumerate(studentized(fit), 1) if value and abs(value) > OUTLYING]
    if far:
        text = f"Studentised residuals beyond {OUTLYING:g} at runs {', '.join(far[:10])}: check how they were made."
        notices.append(Notice(code="outlying_runs", message=text))
    decisive = [str(run) for run, value in enumerate(cooks_distances(fit), 1) if value is not None and value > 1]
    if decisive:
        text = f"Cook's distance is above 1 at runs {', '.join(decisive[:10])}: they decide the coefficients."
        notices.append(Notice(code="influential_runs", message=text))
    return [normality("residuals", fit.residuals.tolist())], notices


def no_error_reason(fit: ModelFit) -> str:
    """Why there are no standard errors."""
    return (
        "the model has as many coefficients as there are runs, so no error is left to estimate"
        if fit.df_error == 0
        else "the model passes through every run, so its error is 0"
    )
