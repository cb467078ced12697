"""Pearson's chi-square: goodness of fit to given proportions, and independence in a table of counts."""

import math
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.sided import finding
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import SETTING, Alpha, Counts, Labels, Matrix, Numbers

TOPIC = "Tables of counts"
MAX_COUNT = 10**12
MAX_CELLS = 10_000
FEW = 5
"""Expected count below which a cell counts as small; up to a fifth of them may be (Cochran, W. G. (1954), Biometrics 10)."""
SMALL_SHARE = 0.2


class GoodnessOfFitResult(Result):
    """How well counts agree with hypothesised proportions."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "df", "p_value")

    statistic: float
    """Pearson's chi-square."""
    df: int
    p_value: float
    expected: list[float]
    """Counts that the hypothesis expects."""
    contributions: list[float]
    """(observed - expected)^2 / expected of each category; their sum is the statistic."""
    g_statistic: float
    """Likelihood-ratio chi-square."""
    g_p_value: float
    significant: bool
    """p_value < alpha."""


class GoodnessOfFit(Arguments):
    """Counts of categories and what is expected of them."""

    aliases: ClassVar = {"counts": "observed", "o": "observed", "e": "expected", "proportions": "expected", "p": "expected"}

    observed: Counts
    """How often each category was seen."""
    expected: Numbers | None = None
    """Expected counts or proportions in the same order, scaled to the total. Left out, all are expected equally."""
    estimated: Annotated[int, Field(ge=0, le=MAX_CELLS), SETTING] = 0
    """Parameters that were estimated from the same data to find `expected`; each costs one degree of freedom."""
    alpha: Alpha = 0.05


class IndependenceResult(Result):
    """Association of two classifications."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "df", "p_value", "cramers_v", "p_value_yates")

    statistic: float
    """Pearson's chi-square, without continuity correction."""
    df: int
    p_value: float
    statistic_yates: float | None
    """With Yates's correction; None except for 2x2 tables."""
    p_value_yates: float | None
    g_statistic: float
    """Likelihood-ratio chi-square."""
    g_p_value: float
    cramers_v: float
    """Association from 0 to 1: sqrt(statistic / (n (min(rows, columns) - 1)))."""
    expected: list[list[float]]
    """Counts that independence expects."""
    residuals: list[list[float]]
    """(observed - expected) / sqrt(expected)."""
    adjusted_residuals: list[list[float]]
    """Residuals over their standard errors: beyond +-2 a cell differs from independence."""
    significant: bool
    """p_value < alpha."""


class Independence(Arguments):
    """A table of counts."""

    aliases: ClassVar = {"observed": "table", "counts": "table", "data": "table"}

    table: Matrix
    """Counts: one list per row of the table."""
    row_names: Labels | None = None
    column_names: Labels | None = None
    alpha: Alpha = 0.05


@operation(
    "chi_square_goodness_of_fit",
    topic=TOPIC,
    source="Pearson, K. (1900), Philosophical Magazine 50, 157-175; NIST/SEMATECH e-Handbook 1.3.5.15",
    examples=({"observed": [315, 101, 108, 32], "expected": [9, 3, 3, 1]}, {"observed": [18, 22, 20, 24]}),
)
def chi_square_goodness_of_fit(arguments: GoodnessOfFit) -> GoodnessOfFitResult:
    """Do the counts of categories agree with hypothesised proportions?

    For two categories one_proportion is exact. For a table that is classified in two ways use chi_square_independence;
    for measured values use normality_test or fit_distribution instead of sorting them into classes.
    """
    observed = np.asarray(arguments.observed, dtype=np.float64)
    if observed.size < 2:
        raise ToolError("observed", arguments.observed, "one category", "give the counts of two categories or more")
    total = _total("observed", observed)
    weights = np.ones(observed.size) if arguments.expected is None else np.asarray(arguments.expected)
    if weights.size != observed.size:
        raise ToolError(
            "expected", arguments.expected, f"{weights.size} values for {observed.size} categories", "give one for each"
        )
    if weights.min() <= 0:
        index = int(weights.argmin())
        raise ToolError(f"expected[{index}]", weights[index], "not above 0", "leave out categories that cannot occur")
    df = observed.size - 1 - arguments.estimated
    if df < 1:
        raise ToolError(
            "estimated", arguments.estimated, f"leaves {df} degrees of freedom", "give fewer parameters, or more categories"
        )
    shares = weights / weights.max()
    expected = shares / shares.sum() * total
    if expected.min() <= 0:
        raise ToolError("expected", arguments.expected, "the proportions differ too much for a double", "merge categories")
    contributions = (observed - expected) ** 2 / expected
    statistic = float(contributions.sum())
    g = _g(observed, expected)
    p = float(stats.chi2.sf(statistic, df))
    return GoodnessOfFitResult(
        method="Chi-square test of goodness of fit",
        n_used=int(total),
        statistic=statistic,
        df=df,
        p_value=p,
        expected=expected.tolist(),
        contributions=contributions.tolist(),
        g_statistic=g,
        g_p_value=float(stats.chi2.sf(g, df)),
        significant=p < arguments.alpha,
        conventions={
            "expected": "equal in all categories" if arguments.expected is None else "as given, scaled to the total count",
            "degrees of freedom": f"categories - 1 - {arguments.estimated} estimated parameters",
        },
        assumptions=[_large_enough(expected)],
        conclusion=finding("The departure from the expected proportions", p, arguments.alpha),
    )


@operation(
    "chi_square_independence",
    topic=TOPIC,
    source="Pearson, K. (1900), Philosophical Magazine 50, 157-175; Cramer, H. (1946), Mathematical Methods of Statistics; "
    "Haberman, S. J. (1973), Biometrics 29, 205-220 (residuals)",
    examples=(
        {"table": [[762, 327, 468], [484, 239, 477]]},
        {"table": [[12, 5], [9, 14]], "row_names": ["old", "new"], "column_names": ["good", "bad"]},
    ),
)
def chi_square_independence(arguments: Independence) -> IndependenceResult:
    """Are the rows and columns of a table of counts independent?

    Also for the homogeneity of several samples: one row for each. Every unit is counted once. For a 2x2 table with
    expected counts under 5 use fisher_exact; for the same units judged twice mcnemar.
    """
    table = np.asarray(arguments.table, dtype=np.float64)
    _check_table(arguments, table)
    total = _total("table", table)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    expected = np.outer(rows, columns) / total
    residuals = (table - expected) / np.sqrt(expected)
    errors = np.sqrt(np.outer(1 - rows / total, 1 - columns / total))
    statistic = float((residuals**2).sum())
    df = (rows.size - 1) * (columns.size - 1)
    p, g = float(stats.chi2.sf(statistic, df)), _g(table, expected)
    yates = _yates(table) if table.shape == (2, 2) else None
    p_yates = None if yates is None else float(stats.chi2.sf(yates, 1))
    reason = "the correction is for 2x2 tables"
    cell = np.unravel_index(int(np.abs(residuals).argmax()), table.shape)
    largest = f"{_name(arguments.row_names, 'row', cell[0])}, {_name(arguments.column_names, 'column', cell[1])}"
    return IndependenceResult(
        method="Chi-square test of independence",
        n_used=int(total),
        statistic=statistic,
        df=df,
        p_value=p,
        statistic_yates=yates,
        p_value_yates=p_yates,
        g_statistic=g,
        g_p_value=float(stats.chi2.sf(g, df)),
        cramers_v=min(1.0, math.sqrt(statistic / (total * (min(table.shape) - 1)))),
        expected=expected.tolist(),
        residuals=residuals.tolist(),
        adjusted_residuals=(residuals / errors).tolist(),
        significant=p < arguments.alpha,
        undefined={} if yates is not None else {"statistic_yates": reason, "p_value_yates": reason},
        conventions={
            "continuity correction": "none (Minitab, JMP)"
            + ("" if yates is None else f"; R and scipy apply Yates's: {yates:.6g}, p = {p_yates:.4g}"),
        },
        assumptions=[_large_enough(expected)],
        conclusion=finding("The association", p, arguments.alpha)[:-1] + f"; the largest residual is in {largest}.",
    )


def _check_table(arguments: Independence, table: NDArray[np.float64]) -> None:
    if min(table.shape) < 2:
        raise ToolError("table", arguments.table, "fewer than two rows or columns", "give at least a 2x2 table")
    if table.size > MAX_CELLS:
        raise ToolError("table", "", f"{table.size:,} cells", f"give at most {MAX_CELLS:,}: merge categories")
    bad = np.argwhere((table < 0) | (table != np.floor(table)))
    if bad.size:
        row, column = bad[0]
        raise ToolError(f"table[{row}][{column}]", table[row, column], "not a count", "give whole numbers from 0")
    for axis, what, names in ((1, "row", arguments.row_names), (0, "column", arguments.column_names)):
        empty = np.flatnonzero(table.sum(axis=axis) == 0)
        if empty.size:
            raise ToolError("table", "", f"{_name(names, what, empty[0])} holds only zeros", "leave it out")
        if names is not None and len(names) != table.shape[1 - axis]:
            raise ToolError(f"{what}_names", names, f"{len(names)} names", f"give one for each {what} of the table")


def _name(names: list[str] | None, what: str, index: int | np.intp) -> str:
    return names[index] if names is not None and index < len(names) else f"{what} {index + 1}"


def _total(name: str, counts: NDArray[np.float64]) -> float:
    total = float(counts.sum())
    if total == 0:
        raise ToolError(name, "", "all counts are 0", "give the counts that were seen")
    if total > MAX_COUNT:
        raise ToolError(name, "", f"{total:.3g} counts", f"give at most {MAX_COUNT:,} in all")
    return total


def _g(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    seen = observed > 0
    return max(0.0, float(2 * (observed[seen] * np.log(observed[seen] / expected[seen])).sum()))


def _yates(table: NDArray[np.float64]) -> float:
    (a, b), (c, d) = table
    total = table.sum()
    # The correction never reaches beyond the observed difference, as in R.
    gap = max(abs(a * d - b * c) - total / 2, 0)
    return float(total * gap / ((a + b) * (c + d)) * gap / ((a + c) * (b + d)))


def _large_enough(expected: NDArray[np.float64]) -> Assumption:
    small = int((expected < FEW).sum())
    return Assumption(
        name="expected counts large enough",
        holds=bool(small <= SMALL_SHARE * expected.size and expected.min() >= 1),
        detail=f"{small} of {expected.size} expected counts are below {FEW}, the smallest is {expected.min():.4g}",
    )
