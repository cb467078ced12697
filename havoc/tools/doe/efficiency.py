"""How well a design estimates a model: efficiencies and prediction variance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from havoc.tools.doe.design import yates
from havoc.tools.doe.model_matrix import Term, cube_moments, expand
from havoc.tools.errors import ToolError

GRID_FACTORS = 7
"""Up to so many factors the largest prediction variance is looked for on the 3-level grid, then at the corners."""
CORNER_FACTORS = 12


@dataclass(frozen=True)
class Efficiency:
    """Of one design for one model; 100 is that of an orthogonal two-level design of the same size."""

    d: float
    """100 |X'X|^(1/p) / n."""
    a: float
    """100 p / (n trace (X'X)^-1)."""
    g: float
    """100 p / (n largest prediction variance)."""
    average_variance: float
    """Mean of the prediction variance over the cube, relative to the error variance: what I-optimality minimises."""
    largest_variance: float
    """Over the points of `region`, relative to the error variance."""


def inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """(X'X)^-1.

    Raises:
        ToolError: the runs do not determine all terms.
    """
    runs, terms = matrix.shape
    rank = int(np.linalg.matrix_rank(matrix))
    if rank < terms:
        raise ToolError(
            "model",
            "",
            f"{runs} runs determine {rank} of {terms} terms",
            "leave terms out, or add runs; fully aliased terms cannot be told apart",
        )
    _, triangle = np.linalg.qr(matrix)
    root = np.linalg.inv(triangle)
    return np.asarray(root @ root.T)


def efficiency(coded: NDArray[np.float64], terms: Sequence[Term], points: NDArray[np.float64]) -> Efficiency:
    """Efficiencies of the runs `coded` for the model `terms`; the largest variance over `points`.

    Raises:
        ToolError: the runs do not determine all terms.
    """
    matrix = expand(coded, terms)
    runs, count = matrix.shape
    dispersion = inverse(matrix)
    _, logarithm = np.linalg.slogdet(matrix.T @ matrix)
    candidates = expand(points, terms)
    largest = float(np.einsum("ij,jk,ik->i", candidates, dispersion, candidates).max())
    return Efficiency(
        d=float(100 * np.exp(logarithm / count) / runs),
        a=float(100 * count / (runs * np.trace(dispersion))),
        g=100 * count / (runs * largest),
        average_variance=float(np.sum(dispersion * cube_moments(terms))),
        largest_variance=largest,
    )


def region(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points over which the largest prediction variance is taken: the design, and the grid or the corners of the cube."""
    k = coded.shape[1]
    if k <= GRID_FACTORS:
        axes = np.meshgrid(*[np.array([-1.0, 0.0, 1.0])] * k, indexing="ij")
        return np.vstack([coded, np.column_stack([axis.ravel() for axis in axes])])
    return np.vstack([coded, yates(k)]) if k <= CORNER_FACTORS else coded
