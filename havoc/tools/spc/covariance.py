"""Covariance matrices of several characteristics: from columns, and as given from an earlier stable period."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from havoc.tools.errors import ToolError

MAX_CONDITION = 1e12
MAX_CHARACTERISTICS, MAX_ROWS = 50, 10_000
SYMMETRY = 1e-6
"""Difference between the two halves of a given matrix that counts as rounding, as a share of the spreads."""
Array = NDArray[np.float64]


def as_table(columns: Mapping[str, list[float]], where: str = "columns") -> tuple[list[str], Array]:
    """The names, and one row per unit.

    Raises:
        ToolError: there is one characteristic only, or too many of them or of rows.
    """
    if len(columns) < 2:
        raise ToolError(where, len(columns), "one characteristic", "give at least 2; for one use i_mr_chart")
    if len(columns) > MAX_CHARACTERISTICS:
        problem = f"more than {MAX_CHARACTERISTICS} characteristics"
        raise ToolError(where, len(columns), problem, "chart the main components, or what belongs together")
    rows = len(next(iter(columns.values())))
    if rows > MAX_ROWS:
        raise ToolError(where, rows, "too many rows for a chart", f"give at most {MAX_ROWS:,}")
    return list(columns), np.array(list(columns.values()), dtype=np.float64).T


def as_subgroups(table: Array, size: int, where: str = "columns") -> Array:
    """Successive rows together: subgroup, unit, characteristic.

    Raises:
        ToolError: the last subgroup is not complete.
    """
    if len(table) % size:
        remedy = "give complete subgroups"
        raise ToolError("subgroup_size", size, f"does not divide the {len(table)} rows of {where}", remedy)
    return table.reshape(-1, size, table.shape[1])


def within(groups: Array) -> Array:
    """The covariance matrix of each subgroup."""
    inside = groups - groups.mean(axis=1, keepdims=True)
    result: Array = np.einsum("mni,mnj->mij", inside, inside) / (groups.shape[1] - 1)
    return result


def estimate(groups: Array, names: list[str], where: str = "columns") -> tuple[Array, Array]:
    """Means, and the covariance: the average of those within subgroups, or that of single rows.

    Raises:
        ToolError: there are too few points for it.
    """
    m, n, p = groups.shape
    needed = p + 2 if n == 1 else 2
    if m < needed or (n > 1 and m * (n - 1) <= p):
        raise ToolError(where, m, f"too few points for {p} characteristics", f"give at least {needed}, better 50")
    center: Array = groups.mean(axis=(0, 1))
    covariance: Array = np.cov(groups[:, 0, :].T) if n == 1 else within(groups).mean(axis=0)
    return center, covariance


def given_means(means: Mapping[str, float], names: list[str]) -> Array:
    """The given means in the order of the columns.

    Raises:
        ToolError: a column has none.
    """
    for name in names:
        if name not in means:
            raise ToolError("means", name, "this column has no mean", "give the mean of each column, or none")
    return np.array([means[name] for name in names])


def given_covariance(rows: list[list[float]], names: list[str]) -> Array:
    """The given covariance matrix.

    Raises:
        ToolError: it has another size than the columns, is not symmetric, or is no covariance.
    """
    p = len(names)
    matrix = np.array(rows, dtype=np.float64)
    if matrix.shape != (p, p):
        shape = f"{matrix.shape[0]} by {matrix.shape[1]}"
        raise ToolError("covariance", shape, f"there are {p} columns", f"give {p} rows of {p}, in the order of the columns")
    variances = np.diag(matrix)
    for index, variance in enumerate(variances.tolist()):
        if variance <= 0:
            raise ToolError(f"covariance[{index}][{index}]", variance, "a variance is not above 0", "give variances there")
    correlations = matrix / np.sqrt(np.outer(variances, variances))
    if np.abs(correlations - correlations.T).max() > SYMMETRY:
        raise ToolError("covariance", "", "not symmetric", "give the same covariance on both sides of the diagonal")
    if np.linalg.eigvalsh(correlations)[0] < -SYMMETRY:
        raise ToolError("covariance", "", "no data have this matrix", "check its signs, and that |cov| <= sd1 sd2")
    symmetric: Array = (matrix + matrix.T) / 2
    return symmetric


def inverse(covariance: Array, names: list[str], where: str = "columns") -> Array:
    """S^-1.

    Raises:
        ToolError: the covariance is singular. Judged on the correlations, so that units do not matter.
    """
    spread = np.sqrt(np.diag(covariance))
    scaled = covariance / np.outer(spread, spread)
    if not np.isfinite(scaled).all() or np.linalg.cond(scaled) > MAX_CONDITION:
        raise ToolError(
            where, ", ".join(names), "a column is constant, or follows from the others", "leave out what repeats others"
        )
    result: Array = np.linalg.inv(scaled) / np.outer(spread, spread)
    return result
