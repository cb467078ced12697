"""Analysis of covariance: group means compared at the same value of a covariate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import stats
from scipy.linalg import solve_triangular

from havoc.tools.checks import CHECK_LEVEL, normality, small_sample
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import Alpha, Labels, Numbers, NumericColumns, equal_lengths

MAX_LEVELS = 100
MAX_COVARIATES = 10
ENOUGH = 5
"""Values per group below which equal slopes can hardly be judged."""
REPEATED = 1e-10
"""Share of a covariate's spread within groups below which nothing of it is left beside groups and other covariates."""
Array = NDArray[np.float64]


class AncovaArguments(Arguments):
    """A measurement, its groups, and one or more covariates, one row per measurement."""

    aliases: ClassVar[Mapping[str, str]] = {
        "y": "response",
        "group": "factor",
        "groups": "factor",
        "treatment": "factor",
        "covariate": "covariates",
        "x": "covariates",
    }

    response: Numbers
    factor: Labels
    """Group of each row."""
    covariates: NumericColumns
    """What was measured beside the response and not influenced by the groups; one list, or named columns."""
    alpha: Alpha = 0.05


class AncovaRow(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str
    df: int
    sum_of_squares: float
    """Type III: after all other terms."""
    mean_square: float
    f: float | None
    p_value: float | None


class AdjustedMean(BaseModel):
    """One group at the overall means of the covariates."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    n: int
    mean: float
    """As measured."""
    adjusted_mean: float
    standard_error: float
    """Of the adjusted mean."""
    ci_low: float
    """Interval of the adjusted mean at confidence 1 - alpha, for this group alone."""
    ci_high: float


class AncovaResult(Result):
    """The table, the common slopes and the adjusted means."""

    headline: ClassVar[tuple[str, ...]] = ("f", "p_value", "adjusted_means", "slopes", "p_equal_slopes")

    f: float
    """Of the groups, after the covariates."""
    p_value: float
    df_factor: int
    df_error: int
    table: list[AncovaRow]
    slopes: dict[str, float]
    """Common slope within groups of each covariate, response units per unit of the covariate."""
    p_covariates: dict[str, float]
    adjusted_means: list[AdjustedMean]
    f_equal_slopes: float | None
    """Test that the slopes are equal in all groups."""
    p_equal_slopes: float | None
    residual_sd: float
    """Root of the error mean square."""
    r_squared: float
    significant: bool


@operation(
    "ancova",
    topic="Means",
    source="Fisher (1932), Statistical Methods for Research Workers; Montgomery, Design and Analysis of Experiments, 15.3",
    examples=(
        {
            "response": [36, 41, 39, 42, 49, 40, 48, 39, 45, 44, 35, 37, 42, 34, 32],
            "factor": ["1", "1", "1", "1", "1", "2", "2", "2", "2", "2", "3", "3", "3", "3", "3"],
            "covariates": {"diameter": [20, 25, 24, 25, 32, 22, 28, 22, 30, 28, 21, 23, 26, 21, 15]},
        },
    ),
)
def ancova(arguments: AncovaArguments) -> AncovaResult:
    """Do groups differ in their means once a covariate that could not be held constant is allowed for?

    The covariate must not be influenced by the groups, and its slope must be the same in all: read p_equal_slopes first.
    Without a covariate use one_way_anova; with several factors, or slopes that differ, linear_regression.
    """
    columns = arguments.covariates
    equal_lengths(response=arguments.response, factor=arguments.factor)
    if len(columns) > MAX_COVARIATES:
        raise ToolError("covariates", len(columns), "too many covariates", f"give at most {MAX_COVARIATES}")
    for name, column in columns.items():
        if len(column) != len(arguments.response):
            problem = f"{len(column)} values, response has {len(arguments.response)}"
            raise ToolError(f"covariates.{name}", column, problem, "give lists of equal length")
    y, x = (
        np.asarray(arguments.response),
        np.column_stack([np.asarray(column, dtype=np.float64) for column in columns.values()]),
    )
    levels = list(dict.fromkeys(arguments.factor))
    if not 2 <= len(levels) <= MAX_LEVELS:
        raise ToolError("factor", arguments.factor, f"{len(levels)} groups", f"give 2 to {MAX_LEVELS} groups")
    number = {level: index for index, level in enumerate(levels)}
    group = np.array([number[label] for label in arguments.factor])
    sizes = np.bincount(group)
    k, c = len(levels), x.shape[1]
    df = y.size - k - c
    if df < 1:
        raise ToolError("response", y.size, "no degrees of freedom are left for error", f"give at least {k + c + 1} rows")
    y_within, x_within = _within(y[:, None], group, sizes)[:, 0], _within(x, group, sizes)
    fit = _fit(x_within, y_within, list(columns), np.ptp(x, axis=0))
    total = float(((y - y.mean()) ** 2).sum())
    if fit.error <= 1e-20 * total or total == 0:
        raise ToolError("response", "", "the model fits exactly, so there is no error to test against", "check the data")
    mean_square = fit.error / df
    without = _fit(x - x.mean(axis=0), y - y.mean(), list(columns), np.ptp(x, axis=0)).error
    factor = _row("factor", k - 1, max(0.0, without - fit.error), mean_square, df)
    squares = fit.slopes**2 / (fit.root**2).sum(axis=1)
    rows = [_row(name, 1, float(ss), mean_square, df) for name, ss in zip(columns, squares, strict=True)]
    error = AncovaRow(source="error", df=df, sum_of_squares=fit.error, mean_square=mean_square, f=None, p_value=None)
    parallel = _equal_slopes(x_within, y_within, group, k, fit.error)
    p_value, p_covariates = _p(factor, df), {row.source: _p(row, df) for row in rows}
    residuals = y_within - x_within @ fit.slopes
    differ = "differ" if p_value < arguments.alpha else "do not differ significantly"
    return AncovaResult(
        method="Analysis of covariance with common slopes",
        n_used=y.size,
        f=factor.f or 0.0,
        p_value=p_value,
        df_factor=k - 1,
        df_error=df,
        table=[factor, *rows, error],
        slopes=dict(zip(columns, fit.slopes.tolist(), strict=True)),
        p_covariates=p_covariates,
        adjusted_means=_adjusted(levels, y, x, group, fit, mean_square, df, arguments.alpha),
        f_equal_slopes=parallel[0] if parallel else None,
        p_equal_slopes=parallel[1] if parallel else None,
        residual_sd=float(np.sqrt(mean_square)),
        r_squared=1 - fit.error / total,
        significant=p_value < arguments.alpha,
        undefined={} if parallel else dict.fromkeys(("f_equal_slopes", "p_equal_slopes"), _NO_SLOPES),
        assumptions=[
            normality("residuals", residuals.tolist()),
            _slopes_assumption(parallel),
            *(_unaffected(name, x[:, index], group, sizes) for index, name in enumerate(columns)),
        ],
        warnings=small_sample(int(sizes.min()), ENOUGH, levels[int(sizes.argmin())]) + _slopes_notice(parallel),
        conventions={
            "sums of squares": "Type III, each term after all others (Minitab's adjusted); R's aov gives sequential ones",
            "adjusted means": "at the overall means of the covariates",
        },
        conclusion=f"The adjusted means {differ} at alpha = {arguments.alpha:g} (p = {p_value:.4g}).",
    )


_NO_SLOPES = "the groups have too few different values of the covariates for slopes of their own"


@dataclass(frozen=True)
class _Fit:
    slopes: Array
    """[c]"""
    root: Array
    """[c, c]: root root' is the inverse of the cross products."""
    error: float
    """Residual sum of squares."""


def _within(values: Array, group: NDArray[np.int64], sizes: NDArray[np.int64]) -> Array:
    """`values` [n, c] less the means of their groups."""
    means = np.column_stack([np.bincount(group, weights=column) / sizes for column in values.T])
    centred: Array = values - means[group]
    # A second pass takes out what rounding left in the first.
    left = np.column_stack([np.bincount(group, weights=column) / sizes for column in centred.T])
    return centred - left[group]


def _fit(x: Array, y: Array, names: list[str], spread: Array) -> _Fit:
    """Least squares of centred `y` on centred `x`.

    Raises:
        ToolError: a covariate does not vary within the groups, or repeats others there.
    """
    scale = np.where(spread > 0, spread, 1.0)
    q, r = np.linalg.qr(x / scale)
    for index, name in enumerate(names):
        if abs(r[index, index]) <= REPEATED * np.sqrt(len(y)) or spread[index] == 0:
            problem = "is determined by the groups and the other covariates"
            raise ToolError(f"covariates.{name}", "", problem, "leave it out, or give values that vary within the groups")
    effects = q.T @ y
    residuals = y - q @ effects
    root = solve_triangular(r, np.eye(len(names))) / scale[:, None]
    return _Fit(solve_triangular(r, effects) / scale, root, float(residuals @ residuals))


def _row(source: str, df: int, squares: float, mean_square: float, df_error: int) -> AncovaRow:
    f = squares / df / mean_square
    p = float(stats.f.sf(f, df, df_error))
    return AncovaRow(source=source, df=df, sum_of_squares=squares, mean_square=squares / df, f=f, p_value=p)


def _p(row: AncovaRow, df_error: int) -> float:
    return float(stats.f.sf(row.f, row.df, df_error))


def _equal_slopes(x: Array, y: Array, group: NDArray[np.int64], k: int, common: float) -> tuple[float, float] | None:
    """F and p of separate slopes against common ones; None where a group does not determine its own."""
    c = x.shape[1]
    df = y.size - k - k * c
    if df < 1:
        return None
    separate = 0.0
    for index in range(k):
        rows = group == index
        if rows.sum() <= c or np.linalg.matrix_rank(x[rows]) < c:
            return None
        residuals = y[rows] - x[rows] @ np.linalg.lstsq(x[rows], y[rows], rcond=None)[0]
        separate += float(residuals @ residuals)
    if separate <= 1e-20 * float(y @ y):
        return None
    more = (k - 1) * c
    f = max(0.0, common - separate) / more / (separate / df)
    return f, float(stats.f.sf(f, more, df))


def _slopes_assumption(parallel: tuple[float, float] | None) -> Assumption:
    if parallel is None:
        return Assumption(name="equal slopes", holds=None, detail=_NO_SLOPES)
    detail = f"interaction of factor and covariates F = {parallel[0]:.4g}, p = {parallel[1]:.4g}"
    return Assumption(name="equal slopes", holds=parallel[1] >= CHECK_LEVEL, detail=detail)


def _slopes_notice(parallel: tuple[float, float] | None) -> list[Notice]:
    if parallel is None or parallel[1] >= CHECK_LEVEL:
        return []
    message = "The slopes differ between groups, so the difference of groups depends on where it is read."
    return [Notice(code="unequal_slopes", message=message)]


def _unaffected(name: str, column: Array, group: NDArray[np.int64], sizes: NDArray[np.int64]) -> Assumption:
    """Whether the groups differ in a covariate (one-way analysis of variance)."""
    k = sizes.size
    inner = _within(column[:, None], group, sizes)[:, 0]
    within = float(inner @ inner)
    between = float(((column - column.mean() - inner) ** 2).sum())
    f = between / (k - 1) / (within / (column.size - k))
    p = float(stats.f.sf(f, k - 1, column.size - k))
    return Assumption(name=f"{name} unaffected by the groups", holds=p >= CHECK_LEVEL, detail=f"F = {f:.4g}, p = {p:.4g}")


def _adjusted(
    levels: list[str],
    y: Array,
    x: Array,
    group: NDArray[np.int64],
    fit: _Fit,
    mean_square: float,
    df: int,
    alpha: float,
) -> list[AdjustedMean]:
    quantile = float(stats.t.isf(alpha / 2, df))
    center = x.mean(axis=0)
    found = []
    for index, level in enumerate(levels):
        rows = group == index
        distance = x[rows].mean(axis=0) - center
        mean, n = float(y[rows].mean()), int(rows.sum())
        adjusted = mean - float(distance @ fit.slopes)
        error = float(np.sqrt(mean_square * (1 / n + ((distance @ fit.root) ** 2).sum())))
        found.append(
            AdjustedMean(
                name=level,
                n=n,
                mean=mean,
                adjusted_mean=adjusted,
                standard_error=error,
                ci_low=adjusted - quantile * error,
                ci_high=adjusted + quantile * error,
            )
        )
    return found
