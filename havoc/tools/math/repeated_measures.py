"""Analysis of variance of repeated measures: the same subjects under several conditions."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import stats

from havoc.tools.checks import normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import SETTING, Alpha, Matrix, Name, ShortList

Array = NDArray[np.float64]


class RepeatedMeasuresArguments(Arguments):
    """A table of subjects by conditions."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "measurements", "table": "measurements"}

    measurements: Matrix
    """One row per subject, one column per condition or time."""
    conditions: Annotated[ShortList[Name], SETTING] = Field(default_factory=list, max_length=100)
    """Names of the columns."""
    alpha: Alpha = 0.05


class RepeatedMeasuresResult(Result):
    """The analysis of variance table, with and without corrections for sphericity."""

    headline: ClassVar[tuple[str, ...]] = ("f", "p_value", "p_greenhouse_geisser", "epsilon_greenhouse_geisser")

    f: float
    df_conditions: int
    df_error: int
    p_value: float
    """If the differences of all pairs of conditions have one variance (sphericity)."""
    sum_of_squares_conditions: float
    sum_of_squares_subjects: float
    sum_of_squares_error: float
    epsilon_greenhouse_geisser: float
    p_greenhouse_geisser: float
    epsilon_huynh_feldt: float
    """At most 1."""
    p_huynh_feldt: float
    mauchly_w: float | None
    mauchly_p_value: float | None
    partial_eta_squared: float
    means: dict[str, float]
    significant: bool
    """By the Greenhouse-Geisser p."""


@operation(
    "repeated_measures_anova",
    topic="Means",
    source="Greenhouse and Geisser (1959), Psychometrika 24, 95-112; Huynh and Feldt (1976), J. Educational Statistics 1",
    examples=({"measurements": [[30, 28, 16, 34], [14, 18, 10, 22], [24, 20, 18, 30], [38, 34, 20, 44], [26, 28, 14, 30]]},),
)
def repeated_measures_anova(arguments: RepeatedMeasuresArguments) -> RepeatedMeasuresResult:
    """Do several conditions differ, measured on the same subjects?

    For two conditions t_test_paired says the same; for different subjects in each condition use one_way_anova; for ranks
    friedman.
    """
    table = np.asarray(arguments.measurements, dtype=np.float64)
    n, k = table.shape
    if n < 2 or k < 2:
        raise ToolError("measurements", "", f"{n} subjects and {k} conditions", "give at least 2 of both")
    if arguments.conditions and len(arguments.conditions) != k:
        raise ToolError(
            "conditions", arguments.conditions, f"{len(arguments.conditions)} names for {k} columns", "name each column"
        )
    names = arguments.conditions or [f"condition {index + 1}" for index in range(k)]
    grand, by_subject, by_condition = table.mean(), table.mean(axis=1), table.mean(axis=0)
    conditions = n * float(((by_condition - grand) ** 2).sum())
    subjects = k * float(((by_subject - grand) ** 2).sum())
    residuals = table - by_subject[:, None] - by_condition[None, :] + grand
    error = float((residuals**2).sum())
    total = conditions + subjects + error
    if error <= 1e-12 * total or total == 0:
        raise ToolError("measurements", "", "conditions and subjects explain everything", "check the data")
    df, df_error = k - 1, (k - 1) * (n - 1)
    f = conditions / df / (error / df_error)
    gg, hf = _epsilons(table)
    corrected = float(stats.f.sf(f, df * gg, df_error * gg))
    w, mauchly = _mauchly(table)
    checks = [normality("residuals", residuals.ravel().tolist())]
    if mauchly is not None:
        detail = f"Mauchly W = {w:.4g}, p = {mauchly:.4g}"
        checks.append(Assumption(name="sphericity", holds=mauchly >= 0.05, detail=detail))
    undefined = {} if mauchly is not None else dict.fromkeys(("mauchly_w", "mauchly_p_value"), _WHY)
    return RepeatedMeasuresResult(
        method="Analysis of variance of repeated measures",
        n_used=n * k,
        f=f,
        df_conditions=df,
        df_error=df_error,
        p_value=float(stats.f.sf(f, df, df_error)),
        sum_of_squares_conditions=conditions,
        sum_of_squares_subjects=subjects,
        sum_of_squares_error=error,
        epsilon_greenhouse_geisser=gg,
        p_greenhouse_geisser=corrected,
        epsilon_huynh_feldt=hf,
        p_huynh_feldt=float(stats.f.sf(f, df * hf, df_error * hf)),
        mauchly_w=w,
        mauchly_p_value=mauchly,
        partial_eta_squared=conditions / (conditions + error),
        means=dict(zip(names, by_condition.tolist(), strict=True)),
        significant=corrected < arguments.alpha,
        undefined=undefined,
        assumptions=checks,
        warnings=small_sample(n, 5, "the study"),
        conventions={"correction": "Greenhouse-Geisser decides; it is never too liberal"},
        conclusion=f"The conditions {'differ' if corrected < arguments.alpha else 'do not differ significantly'} "
        f"(Greenhouse-Geisser p = {corrected:.4g}).",
    )


_WHY = "needs three conditions or more, and more subjects than conditions"


def _contrasts(table: Array) -> Array:
    """Covariance of orthonormal contrasts of the conditions, (k - 1) x (k - 1)."""
    k = table.shape[1]
    basis = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, : k - 1]]))[0][:, 1:]
    return np.atleast_2d(np.cov((table @ basis).T))


def _epsilons(table: Array) -> tuple[float, float]:
    """Greenhouse-Geisser's and Huynh-Feldt's epsilon."""
    n, k = table.shape
    if k == 2:
        return 1.0, 1.0
    covariance = _contrasts(table)
    gg = float(np.trace(covariance) ** 2 / ((k - 1) * (covariance**2).sum()))
    denominator = (k - 1) * (n - 1 - (k - 1) * gg)
    hf = (n * (k - 1) * gg - 2) / denominator if denominator > 0 else 1.0
    return gg, float(min(1.0, max(gg, hf)))


def _mauchly(table: Array) -> tuple[float | None, float | None]:
    """Mauchly's test of sphericity (1940), with Box's chi-square approximation."""
    n, k = table.shape
    p = k - 1
    if p < 2 or n <= p:
        return None, None
    covariance = _contrasts(table)
    w = float(np.linalg.det(covariance) / (np.trace(covariance) / p) ** p)
    if not 0 < w <= 1:
        return None, None
    scale = 1 - (2 * p**2 + p + 2) / (6 * p * (n - 1))
    statistic = -(n - 1) * scale * np.log(w)
    return w, float(stats.chi2.sf(statistic, p * (p + 1) / 2 - 1))
