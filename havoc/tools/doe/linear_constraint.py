"""Linear inequalities between factors, as people write them: `2*Temperature + Pressure <= 300`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from havoc.tools.doe.factor import Factor
from havoc.tools.errors import ToolError

MAX_CHARACTERS = 500
_TERM = re.compile(r"([+-]?)\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)?\s*\*?\s*(?:\{(\d+)\})?\s*")


@dataclass(frozen=True)
class Polytope:
    """Coded points x with matrix @ x <= bound, inside the cube."""

    matrix: NDArray[np.float64]
    """constraints x factors."""
    bound: NDArray[np.float64]

    def contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which rows of `points` satisfy every inequality."""
        return np.asarray((points @ self.matrix.T <= self.bound + 1e-9).all(axis=1))

    def interval(self, point: NDArray[np.float64], axis: int) -> tuple[float, float]:
        """Ends between which `point` may move along `axis`, within -1 and +1."""
        slope = self.matrix[:, axis]
        room = self.bound - self.matrix @ point + slope * point[axis]
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = room / slope
        high = min([1.0, *ends[slope > 0].tolist()])
        low = max([-1.0, *ends[slope < 0].tolist()])
        return min(low, float(point[axis])), max(high, float(point[axis]))

    def vertices(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Vertices in random directions.

        Raises:
            ToolError: no point satisfies the constraints.
        """
        from scipy.optimize import linprog

        k = self.matrix.shape[1]
        found = []
        for _ in range(min(40, 8 * k)):
            solved = linprog(rng.normal(size=k), A_ub=self.matrix, b_ub=self.bound, bounds=[(-1, 1)] * k)
            if not solved.success:
                raise ToolError("constraints", "", "no setting of the factors satisfies all of them", "relax one")
            found.append(solved.x)
        return np.array(found)


def read_constraints(texts: Sequence[str], factors: Sequence[Factor]) -> Polytope:
    """The inequalities `texts`, written in natural units, for coded factors.

    Raises:
        ToolError: one cannot be read, or names a categorical factor.
    """
    rows: list[NDArray[np.float64]] = []
    bounds: list[float] = []
    middle = np.array([sum(factor.limits) / 2 for factor in factors])
    half = np.array([(factor.limits[1] - factor.limits[0]) / 2 for factor in factors])
    for index, text in enumerate(texts):
        natural, bound = _read(f"constraints[{index}]", text, factors)
        rows.append(natural * half)
        bounds.append(bound - float(natural @ middle))
    return Polytope(np.array(rows).reshape(len(rows), len(factors)), np.array(bounds))


def _read(path: str, text: str, factors: Sequence[Factor]) -> tuple[NDArray[np.float64], float]:
    """Coefficients and bound of `coefficients @ natural <= bound`."""
    remedy = "write it as 2*A + B <= 10, with the names of numeric factors"
    if len(text) > MAX_CHARACTERS:
        raise ToolError(path, text, "too long", remedy)
    sides = re.split(r"<=|>=|≤|≥|<|>", text)
    if len(sides) != 2:
        raise ToolError(path, text, "not one inequality", remedy)
    sign = 1.0 if re.search(r"<|≤", text) else -1.0
    left, left_constant = _side(path, sides[0], factors, remedy)
    right, right_constant = _side(path, sides[1], factors, remedy)
    coefficients = sign * (left - right)
    if not coefficients.any():
        raise ToolError(path, text, "it has no factor", remedy)
    for factor, coefficient in zip(factors, coefficients, strict=True):
        if factor.categorical and coefficient:
            raise ToolError(path, text, f"{factor.name} is categorical", remedy)
    return coefficients, sign * (right_constant - left_constant)


def _side(path: str, text: str, factors: Sequence[Factor], remedy: str) -> tuple[NDArray[np.float64], float]:
    """Coefficients of the factors, and the constant, of one side."""
    marked = text
    order: list[tuple[int, Any]] = sorted(enumerate(factors), key=lambda entry: -len(entry[1].name))
    for index, factor in order:
        marked = re.sub(rf"(?<![^\W\d])(?<!{{){re.escape(factor.name)}(?![\w}}])", f"{{{index}}}", marked)
    coefficients, constant, place = np.zeros(len(factors)), 0.0, 0
    marked = marked.strip()
    while place < len(marked):
        found = _TERM.match(marked, place)
        if found is None or (found[2] is None and found[3] is None) or (place and not found[1]):
            raise ToolError(path, text, f"cannot read {text.strip()[:40]}", remedy)
        value = float(found[2] or 1) * (-1 if found[1] == "-" else 1)
        if found[3] is None:
            constant += value
        else:
            coefficients[int(found[3])] += value
        place = found.end()
    if not marked:
        raise ToolError(path, text, "one side is empty", remedy)
    return coefficients, constant
