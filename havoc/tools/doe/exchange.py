"""Coordinate exchange: a search for D-, A- and I-optimal runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from havoc.tools.doe.linear_constraint import Polytope
from havoc.tools.doe.model_matrix import Term, cube_moments, expand, factor_indices, products

Criterion = Literal["D", "A", "I"]

RIDGE = 1e-6
"""Added to X'X of random starts, which need not determine the model."""
GAIN = 1e-9
"""Relative improvement below which an exchange is not made."""
MAX_SWEEPS = 100


@dataclass(frozen=True)
class Search:
    """What is searched."""

    terms: Sequence[Term]
    levels: Sequence[Sequence[float]]
    """For each factor the coded levels that it may take."""
    continuous: Sequence[bool]
    """For each factor whether a constraint may set it between its levels."""
    fixed: NDArray[np.float64]
    """Runs that stay, before those that are found."""
    polytope: Polytope
    criterion: Criterion

    def cost(self, runs: NDArray[np.float64]) -> float:
        """What is minimised: -log |X'X|, trace (X'X)^-1, or the mean variance over the cube; infinite if singular."""
        information = _information(expand(runs, self.terms))
        sign, logarithm = np.linalg.slogdet(information)
        if sign <= 0 or np.linalg.cond(information) > 1e12:
            return float("inf")
        if self.criterion == "D":
            return -float(logarithm)
        return float(np.sum(np.linalg.inv(information) * self._weights()))

    def improve(self, start: NDArray[np.float64], budget: float) -> tuple[NDArray[np.float64], float]:
        """`start` (the fixed runs first) after sweeps of exchanges until none helps or the budget is spent.

        Returns:
            The runs, and the work that was done, in about microseconds; counted, not timed, so that the same call gives the
            same design on every machine.
        """
        runs = start.copy()
        weights, indices = self._weights(), factor_indices(self.terms)
        matrix = products(runs, indices)
        inverse = _inverse(matrix)
        p = matrix.shape[1]
        spent = 0.0
        for _ in range(MAX_SWEEPS):
            changed = False
            for row in range(len(self.fixed), len(runs)):
                for axis in range(runs.shape[1]):
                    candidates = self._candidates(runs[row], axis)
                    spent += 60 + 0.006 * p * p
                    points = np.repeat(runs[row][None, :], len(candidates), axis=0)
                    points[:, axis] = candidates
                    rows = products(points, indices)
                    gains = self._gains(inverse, matrix[row], rows, weights)
                    best = int(np.argmax(gains))
                    if gains[best] > GAIN:
                        runs[row], matrix[row] = points[best], rows[best]
                        inverse = _inverse(matrix)
                        spent += 60 + 0.25 * p * p
                        changed = True
                if spent > budget:
                    return runs, spent
            if not changed:
                break
        return runs, spent

    def _gains(
        self,
        inverse: NDArray[np.float64],
        old: NDArray[np.float64],
        rows: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Relative improvement if the row `old` of the model matrix becomes each of `rows`, by a rank-two update."""
        inverse_old = inverse @ old
        inverse_rows = rows @ inverse
        a = 1 + np.einsum("ij,ij->i", inverse_rows, rows)
        b = rows @ inverse_old
        c = 1 - old @ inverse_old
        determinant = a * c + b * b
        if self.criterion == "D":
            return np.asarray(determinant - 1)
        spread = weights @ inverse_old
        old_old = inverse_old @ spread
        new_old = inverse_rows @ spread
        new_new = np.einsum("ij,ij->i", inverse_rows @ weights, inverse_rows)
        # trace(W V) falls by trace(S^-1 U'VWVU), U = [new, old], S = [[a, b], [b, -c]] (Woodbury).
        drop = (c * new_new + 2 * b * new_old - a * old_old) / np.maximum(determinant, 1e-12)
        gains = drop / np.sum(inverse * weights)
        return np.where(determinant > 1e-12, gains, -np.inf)

    def _weights(self) -> NDArray[np.float64]:
        return np.eye(len(self.terms)) if self.criterion == "A" else cube_moments(self.terms)

    def _candidates(self, run: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
        levels = np.array(self.levels[axis])
        if not len(self.polytope.bound):
            return levels
        low, high = self.polytope.interval(run, axis)
        inside = levels[(levels >= low) & (levels <= high)]
        return np.unique(np.concatenate([inside, [low, high]])) if self.continuous[axis] else inside


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(_information(matrix) + RIDGE * np.eye(matrix.shape[1])))


def _information(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(matrix.T @ matrix)
