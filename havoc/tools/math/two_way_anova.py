"""Two-way analysis of variance, balanced or not, with or without interaction."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Alpha, Labels, Numbers, equal_lengths

MAX_LEVELS = 60
Array = NDArray[np.float64]


class TwoWayArguments(Arguments):
    """A measurement and two classifications of it, one row per measurement."""

    aliases: ClassVar[Mapping[str, str]] = {
        "factor1": "factor_a",
        "factor2": "factor_b",
        "blocks": "factor_b",
        "y": "response",
    }

    response: Numbers
    factor_a: Labels
    """Level of the first factor in each row."""
    factor_b: Labels
    """Level of the second factor, or the block, in each row."""
    interaction: Annotated[bool, SETTING] = True
    """Include the interaction; False for blocks. Without repeated rows it cannot be included."""
    alpha: Alpha = 0.05


class TermRow(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str
    df: int
    sum_of_squares: float
    """Type III: the term after all others, with sum contrasts."""
    mean_square: float
    f: float | None
    p_value: float | None
    sum_of_squares_type2: float | None = None
    """Type II: a main effect after the other, not after the interaction."""


class TwoWayResult(Result):
    """The analysis of variance table."""

    headline: ClassVar[tuple[str, ...]] = ("p_a", "p_b", "p_interaction", "r_squared")

    table: list[TermRow]
    p_a: float
    p_b: float
    p_interaction: float | None
    r_squared: float
    residual_sd: float
    """Root of the error mean square."""
    balanced: bool
    """Whether all cells hold equally many rows."""
    means_a: dict[str, float]
    """Means of the rows of each level."""
    means_b: dict[str, float]


@operation(
    "two_way_anova",
    topic="Means",
    source="Yates, F. (1934), JASA 29, 51-66; Montgomery, Design and Analysis of Experiments, chapter 5",
    examples=(
        {
            "response": [5.1, 5.4, 6.2, 6.0, 5.0, 5.3, 7.1, 7.4],
            "factor_a": ["low", "low", "low", "low", "high", "high", "high", "high"],
            "factor_b": ["X", "X", "Y", "Y", "X", "X", "Y", "Y"],
        },
    ),
)
def two_way_anova(arguments: TwoWayArguments) -> TwoWayResult:
    """Do two factors affect a measurement, and does the effect of one depend on the other?

    Read the interaction first. With one factor use one_way_anova; for blocks set interaction to false; for two-level
    experiments analyze_factorial says more.
    """
    equal_lengths(response=arguments.response, factor_a=arguments.factor_a, factor_b=arguments.factor_b)
    y = np.asarray(arguments.response)
    if np.ptp(y) == 0:
        raise ToolError("response", arguments.response, "all values are equal", "check the data")
    a, levels_a = _contrasts("factor_a", arguments.factor_a)
    b, levels_b = _contrasts("factor_b", arguments.factor_b)
    cells = _cells(arguments.factor_a, arguments.factor_b)
    full = len(cells) == len(levels_a) * len(levels_b)
    repeated = y.size > len(cells)
    with_interaction = arguments.interaction and full and repeated
    both = np.einsum("ni,nj->nij", a, b).reshape(y.size, -1)
    terms: dict[str, Array] = {"A": a, "B": b} | ({"A x B": both} if with_interaction else {})
    everything = np.column_stack([np.ones(y.size), *terms.values()])
    if np.linalg.matrix_rank(everything) < everything.shape[1]:
        raise ToolError("factor_b", "", "levels of both factors always occur together", "measure more combinations")
    error_df = y.size - everything.shape[1]
    error = _residual(everything, y)
    if error_df < 1:
        raise ToolError("response", y.size, "no degrees of freedom are left for error", "repeat some combinations")
    total = float(((y - y.mean()) ** 2).sum())
    if error <= 1e-12 * total:
        raise ToolError("response", "", "the model fits exactly, so there is no error to test against", "check the data")
    mean_square = error / error_df
    table = []
    for name, columns in terms.items():
        others = [np.ones(y.size), *(other for key, other in terms.items() if key != name)]
        squares = _residual(np.column_stack(others), y) - error
        table.append(_row(name, columns.shape[1], squares, mean_square, error_df, _type_two(name, terms, y)))
    table.append(TermRow(source="error", df=error_df, sum_of_squares=error, mean_square=mean_square, f=None, p_value=None))
    p_values = {row.source: row.p_value for row in table}
    residuals = y - everything @ np.linalg.lstsq(everything, y, rcond=None)[0]
    undefined, notices = {}, []
    if not with_interaction:
        reason = "not asked for" if not arguments.interaction else ("a cell is empty" if not full else "no repeated rows")
        undefined["p_interaction"] = reason
        if arguments.interaction:
            notices.append(Notice(code="no_interaction", message=f"The interaction was left out: {reason}."))
    significant = [name for name, p in p_values.items() if p is not None and p < arguments.alpha]
    return TwoWayResult(
        method="Two-way analysis of variance" + (" with interaction" if with_interaction else " without interaction"),
        n_used=y.size,
        table=table,
        p_a=p_values["A"] or 0.0,
        p_b=p_values["B"] or 0.0,
        p_interaction=p_values.get("A x B"),
        r_squared=1 - error / total,
        residual_sd=float(np.sqrt(mean_square)),
        balanced=full and len(set(cells.values())) == 1,
        means_a={level: float(y[np.array(arguments.factor_a) == level].mean()) for level in levels_a},
        means_b={level: float(y[np.array(arguments.factor_b) == level].mean()) for level in levels_b},
        undefined=undefined,
        warnings=notices,
        assumptions=[normality("residuals", residuals.tolist())],
        conventions={"sums of squares": "Type III with sum contrasts (Minitab, JMP); Type II beside it (R's car)"},
        conclusion=f"Significant at {arguments.alpha:g}: {', '.join(significant) or 'nothing'}.",
    )


def _contrasts(field: str, labels: list[str]) -> tuple[Array, list[str]]:
    """Sum contrasts (rows x levels - 1), and the levels in order of appearance."""
    levels = list(dict.fromkeys(labels))
    if not 2 <= len(levels) <= MAX_LEVELS:
        raise ToolError(field, labels, f"{len(levels)} levels", f"give 2 to {MAX_LEVELS} levels")
    codes = np.array([levels.index(label) for label in labels])
    identity = np.vstack([np.eye(len(levels) - 1), -np.ones(len(levels) - 1)])
    return identity[codes], levels


def _cells(a: list[str], b: list[str]) -> dict[tuple[str, str], int]:
    cells: dict[tuple[str, str], int] = {}
    for cell in zip(a, b, strict=True):
        cells[cell] = cells.get(cell, 0) + 1
    return cells


def _residual(columns: Array, y: Array) -> float:
    """Residual sum of squares."""
    residuals = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return float(residuals @ residuals)


def _type_two(name: str, terms: Mapping[str, Array], y: Array) -> float | None:
    if name == "A x B":
        return None
    ones = np.ones(y.size)
    other = terms["B" if name == "A" else "A"]
    return _residual(np.column_stack([ones, other]), y) - _residual(np.column_stack([ones, other, terms[name]]), y)


def _row(name: str, df: int, squares: float, mean_square: float, error_df: int, type_two: float | None) -> TermRow:
    f = squares / df / mean_square
    p = float(stats.f.sf(f, df, error_df))
    values: dict[str, Any] = {"source": name, "df": df, "sum_of_squares": squares, "mean_square": squares / df}
    return TermRow(**values, f=f, p_value=p, sum_of_squares_type2=type_two)
