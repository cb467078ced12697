"""Least squares by orthogonal decomposition, refined until the coefficients carry the digits that the data determine."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, solve_triangular

from havoc.tools.errors import ToolError
from havoc.tools.result import Notice

REFINEMENTS = 3
ILL_CONDITIONED = 1e8
"""Condition number of the columns, each scaled to length 1, from which half of a double's digits are lost to rounding."""
SINGULAR = 1e-13
"""Share of a column's length below which nothing of it is left beside the other columns."""
ROUNDING = 16 * float(np.finfo(np.float64).eps)
"""Residuals of this share of the terms that they are left from are rounding, so the fit is exact."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class LeastSquares:
    """A fit of n responses by p columns."""

    coefficients: Vector
    """[p]"""
    unscaled: Vector
    """[p, p]: (X'X)^-1; times s squared the covariance of the coefficients."""
    root: Vector
    """[p, p]: columns of the inverse triangle, so that unscaled = root root'."""
    effects: Vector
    """[p]: squares are sequential sums of squares, in the order of the columns."""
    response: Vector
    """[n]"""
    residuals: Vector
    """[n]"""
    leverage: Vector
    """[n]: diagonal of the hat matrix."""
    condition_number: float
    """Of the columns, each scaled to length 1 (Belsley, Kuh and Welsch)."""
    low: Vector
    """[p]: smallest value of each column."""
    high: Vector
    """[p]: largest value of each column."""
    noise: float
    """Size of residuals that is rounding only."""
    centred: bool
    """Whether sums of squares are about the mean (with an intercept) or about 0."""

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.response.size - self.coefficients.size

    @property
    def fitted(self) -> Vector:
        """[n]"""
        return self.response - self.residuals

    @cached_property
    def exact(self) -> bool:
        """Whether the residuals are rounding only."""
        return bool(np.abs(self.residuals).max() <= self.noise)

    @cached_property
    def ss_residual(self) -> float:
        """0 where the fit is exact."""
        return 0.0 if self.exact else float(self.residuals @ self.residuals)

    @cached_property
    def ss_total(self) -> float:
        """About the mean, or about 0 without an intercept."""
        deviations = self.response - self.response.mean() if self.centred else self.response
        return float(deviations @ deviations)

    @property
    def mean_square(self) -> float:
        """Residual variance."""
        return self.ss_residual / self.df

    @cached_property
    def press(self) -> float | None:
        """Sum of squared deleted residuals; None where a run alone determines a coefficient."""
        if 1 - self.leverage.max() < 1e-10:
            return None
        return 0.0 if self.exact else float(((self.residuals / (1 - self.leverage)) ** 2).sum())

    @cached_property
    def standardized(self) -> Vector:
        """[n]: residuals over their standard errors (internally studentised); 0 where the leverage is 1 or the fit exact."""
        errors = np.sqrt(self.mean_square * np.clip(1 - self.leverage, 0, None))
        return np.divide(self.residuals, errors, out=np.zeros_like(errors), where=errors > 1e-10 * np.sqrt(self.mean_square))

    def errors_at(self, rows: Vector) -> Vector:
        """Standard errors of the fitted mean at rows [m, p]."""
        spread: Vector = np.sqrt(self.mean_square) * np.linalg.norm(rows @ self.root, axis=1)
        return spread

    def outside(self, rows: Vector) -> NDArray[np.bool_]:
        """Whether rows [m, p] leave the range of a column, or have more leverage than any fitted row."""
        distance = np.linalg.norm(rows @ self.root, axis=1) ** 2
        beyond: NDArray[np.bool_] = np.any((rows < self.low) | (rows > self.high), axis=1)
        return np.logical_or(beyond, distance > self.leverage.max() * (1 + 1e-9))

    def inflation(self, matrix: Vector) -> list[float | None]:
        """Variance inflation factor of each column of the fitted `matrix`; None for the intercept."""
        factors: list[float | None] = []
        for index in range(matrix.shape[1]):
            column = matrix[:, index]
            deviations = column - column.mean() if self.centred else column
            intercept = self.centred and index == 0
            factors.append(None if intercept else max(1.0, float(self.unscaled[index, index] * (deviations @ deviations))))
        return factors


def least_squares(
    matrix: NDArray[np.floating],
    response: Vector,
    names: Sequence[str],
    *,
    centred: bool,
    path: str,
    response_path: str = "response",
) -> LeastSquares:
    """Fit `response` by the columns of `matrix`, which may be extended precision.

    Householder QR of the columns scaled to length 1, then iterative refinement of coefficients and residuals together with
    extended residuals (Bjorck, A. (1967), BIT 7, 257-278).

    Raises:
        ToolError: too few responses, a constant one, or columns that repeat others.
    """
    n, p = matrix.shape
    if n <= p:
        raise ToolError(path, "", f"{n} observations for {p} coefficients", f"give at least {p + 1}, or a smaller model")
    spread = np.ptp(response) if centred else np.abs(response).max()
    if spread == 0:
        raise ToolError(response_path, "", "does not vary, so there is nothing to explain", "check the data")
    largest = np.abs(matrix).max(axis=0)
    scale = largest * np.sqrt(((matrix / largest) ** 2).sum(axis=0))
    extended = (matrix / scale).astype(np.longdouble)
    scaled = extended.astype(np.float64)
    refuse_repeats(scaled, names, path)
    q, r = np.linalg.qr(scaled)
    unit = np.abs(response).max()
    target = response.astype(np.longdouble) / unit
    solution = np.zeros(p, dtype=np.longdouble)
    residuals = np.zeros(n, dtype=np.longdouble)
    for _ in range(1 + REFINEMENTS):
        gap = (target - residuals - extended @ solution).astype(np.float64)
        slant = (-(residuals @ extended)).astype(np.float64)
        step = q.T @ gap - solve_triangular(r, slant, trans="T")
        solution += solve_triangular(r, step)
        residuals += gap - q @ step
    singular = np.linalg.svd(r, compute_uv=False)
    root = solve_triangular(r, np.eye(p))
    narrow = scale.astype(np.float64)
    root = root / narrow[:, None]
    terms = np.abs(scaled) @ np.abs(solution.astype(np.float64))
    return LeastSquares(
        coefficients=(solution / scale * unit).astype(np.float64),
        unscaled=root @ root.T,
        root=root,
        effects=q.T @ response,
        response=response,
        residuals=(residuals * unit).astype(np.float64),
        leverage=np.minimum((q**2).sum(axis=1), 1.0),
        condition_number=float(singular[0] / singular[-1]),
        low=matrix.min(axis=0).astype(np.float64),
        high=matrix.max(axis=0).astype(np.float64),
        noise=ROUNDING * float(unit * max(1.0, terms.max())),
        centred=centred,
    )


def conditioning(fit: LeastSquares) -> list[Notice]:
    """A notice where rounding of the data alone can move the coefficients."""
    if fit.condition_number < ILL_CONDITIONED:
        return []
    return [
        Notice(
            code="ill_conditioned",
            message=f"The condition number of the scaled columns is {fit.condition_number:.3g}: the last digits of the data "
            "decide the coefficients. Centre the columns or leave one out.",
        )
    ]


def refuse_repeats(scaled: Vector, names: Sequence[str], path: str) -> None:
    """Refuse columns of length 1 of which one is a combination of others.

    Raises:
        ToolError: naming that column and the others.
    """
    r, pivots = qr(scaled, mode="r", pivoting=True)
    diagonal = np.abs(np.diag(r))
    rank = int((diagonal > SINGULAR * diagonal[0]).sum())
    if rank == scaled.shape[1]:
        return
    weights = solve_triangular(r[:rank, :rank], r[:rank, rank])
    others = [names[pivots[index]] for index in np.flatnonzero(np.abs(weights) > 1e-8)]
    name = names[pivots[rank]]
    raise ToolError(
        path, "", f"{name} is a combination of {', '.join(others) or 'nothing'}", "leave one of these columns out"
    )
