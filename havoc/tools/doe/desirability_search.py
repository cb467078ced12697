"""Desirability functions of Derringer and Suich, and the search for the point where their geometric mean is largest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Literal

import numpy as np
from scipy.optimize import minimize

from havoc.tools.doe.analysis_terms import Coding, Vector, expand
from havoc.tools.doe.fit_model import ModelFit
from havoc.tools.errors import ToolError

POINTS = 2048
"""Sobol' points for each combination of categorical levels."""
STARTS = 8
"""Best of those points, from which the search climbs."""
MAX_COMBINATIONS = 64
TINY = 1e-9
"""Smallest desirability in the logarithm of the climb."""
STEP = 1e-4
"""Coded step of the derivatives."""
APART = 0.05
"""Coded distance from which two optima are different."""

Goal = Literal["maximize", "minimize", "target"]


@dataclass(frozen=True)
class Wish:
    """What is wanted of one response."""

    fit: ModelFit
    goal: Goal
    low: float
    """Desirability 0 here and below, unless the goal is to minimise."""
    target: float
    """Desirability 1."""
    high: float
    """Desirability 0 here and above, unless the goal is to maximise."""
    weight: float
    importance: float

    @property
    def lines(self) -> list[tuple[float, float]]:
        """Slope and constant of lines in the response; the least of them, from 0 to 1, to the weight is the desirability."""
        found = []
        if self.goal != "minimize":
            found.append((1 / (self.target - self.low), -self.low / (self.target - self.low)))
        if self.goal != "maximize":
            found.append((-1 / (self.high - self.target), self.high / (self.high - self.target)))
        return found

    def least(self, value: Vector) -> Vector:
        """The least of the lines at each value of the response: below 0 where it is not acceptable."""
        return np.asarray(np.min([slope * value + constant for slope, constant in self.lines], axis=0))

    def desirability(self, value: Vector) -> Vector:
        """From 0 to 1, for each value of the response."""
        return np.asarray(np.clip(self.least(value), 0.0, 1.0) ** self.weight)


class Wishes:
    """Several wishes whose models are evaluated together."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        self.each = tuple(wishes)
        self._columns = sorted({column for wish in wishes for column in wish.fit.columns})
        self._coefficients = np.zeros((len(self._columns), len(wishes)))
        for index, wish in enumerate(wishes):
            for column, value in zip(wish.fit.columns, wish.fit.coefficients.tolist(), strict=True):
                self._coefficients[self._columns.index(column), index] = value

    def values(self, coded: Vector) -> Vector:
        """[m, wishes]: predicted responses at coded points [m, bases]."""
        return np.asarray(expand(coded, self._columns) @ self._coefficients)

    def slopes(self, coded: Vector, free: Sequence[int]) -> Vector:
        """[wishes, free]: derivatives at one point [bases], by central differences, which are exact for quadratics."""
        moved = np.repeat(coded[None], 2 * len(free), axis=0)
        rows = np.arange(len(free))
        moved[rows, free] += STEP
        moved[rows + len(free), free] -= STEP
        values = self.values(moved)
        return np.asarray((values[: len(free)] - values[len(free) :]).T / (2 * STEP))

    def composite(self, coded: Vector) -> Vector:
        """Geometric mean of the desirabilities at coded points [m, bases], weighted by importance."""
        values = self.values(coded)
        whole = sum(wish.importance for wish in self.each)
        total = np.ones(len(coded))
        for wish, value in zip(self.each, values.T, strict=True):
            total = total * wish.desirability(value) ** (wish.importance / whole)
        return total


@dataclass(frozen=True)
class Space:
    """Where the search goes: a cube or a ball in the numeric factors, and all levels of the others."""

    coding: Coding
    region: Literal["cube", "sphere"]
    radius: float

    @property
    def free(self) -> list[int]:
        """Positions of the bases that are moved."""
        return [index for index, base in enumerate(self.coding.bases) if base.factor in self.coding.numeric]

    def level_rows(self) -> list[Vector]:
        """A row of bases for each combination of categorical levels, numeric factors at 0.

        Raises:
            ToolError: there are too many.
        """
        categorical = [factor for factor in self.coding.settable if factor.categorical]
        count = prod(len(factor.levels or []) for factor in categorical)
        if count > MAX_COMBINATIONS:
            raise ToolError("factors", "", f"{count:,} combinations of levels", f"at most {MAX_COMBINATIONS} are searched")
        rows = []
        for levels in product(*[factor.levels or [] for factor in categorical]):
            chosen = dict(zip([factor.name for factor in categorical], levels, strict=True))
            middle = {factor.name: [chosen.get(factor.name, sum(factor.limits) / 2)] for factor in self.coding.settable}
            rows.append(self.coding.code(middle, "factors")[0])
        return rows

    def points(self, seed: int) -> Vector:
        """float64, points x free bases, even over the region, its centre first."""
        from scipy.stats import norm, qmc

        count = len(self.free)
        unit = qmc.Sobol(count + 1, seed=seed).random(POINTS)
        if self.region == "cube":
            placed = self.radius * (2 * unit[:, :count] - 1)
        else:
            normal = norm.ppf(np.clip(unit[:, :count], 1e-12, 1 - 1e-12))
            lengths = np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
            placed = self.radius * normal / lengths * unit[:, count:] ** (1 / count)
        return np.vstack([np.zeros(count), placed])


def best_points(wishes: Wishes, space: Space, seed: int) -> list[Vector]:
    """Coded points [bases] of the best local optima that the starts lead to, best first.

    The kinks of the desirabilities are taken out of the climb by one more variable for each response, which stays below its
    lines: the sum of weighted logarithms of these is smooth, and SLSQP finds where it is largest.
    """
    free = space.free
    rows = space.level_rows()
    placed = space.points(seed) if free else np.zeros((1, 0))
    candidates = np.repeat(np.array(rows), len(placed), axis=0)
    candidates[:, free] = np.tile(placed, (len(rows), 1))
    value = wishes.composite(candidates)
    if value.max() <= 0:
        # Nothing is acceptable: go where the worst response misses least.
        predicted = wishes.values(candidates)
        value = np.min([wish.least(column) for wish, column in zip(wishes.each, predicted.T, strict=True)], axis=0)
    order = np.argsort(-value, kind="stable")
    starts: list[Vector] = []
    for index in order[:500].tolist():
        if all(np.linalg.norm(candidates[index] - other) > 2 * APART for other in starts):
            starts.append(candidates[index])
        if len(starts) == STARTS:
            break
    ends = [_climbed(wishes, space, start) for start in starts] if free else starts
    ends += starts
    heights = wishes.composite(np.array(ends))
    found: list[Vector] = []
    for index in np.argsort(-heights, kind="stable").tolist():
        if all(np.linalg.norm(ends[index] - other) > APART for other in found):
            found.append(ends[index])
    return found


def _climbed(wishes: Wishes, space: Space, start: Vector) -> Vector:
    free, k, count = space.free, len(space.free), len(wishes.each)
    power = np.array([wish.importance * wish.weight for wish in wishes.each])
    lines = [(index, *line) for index, wish in enumerate(wishes.each) for line in wish.lines]
    owner = np.array([index for index, _, _ in lines])
    slope, constant = (np.array([line[part] for line in lines]) for part in (1, 2))
    selected = -np.eye(count)[owner]
    round_one = space.region == "sphere"

    def point(x: Vector) -> Vector:
        whole = start.copy()
        whole[free] = x[:k]
        return whole

    def loss(x: Vector) -> float:
        return -float(power @ np.log(np.maximum(x[k:], TINY)))

    def loss_slope(x: Vector) -> Vector:
        return np.concatenate([np.zeros(k), -power / np.maximum(x[k:], TINY)])

    def room(x: Vector) -> Vector:
        gaps = slope * wishes.values(point(x)[None])[0][owner] + constant - x[k:][owner]
        return np.append(gaps, space.radius**2 - float(x[:k] @ x[:k])) if round_one else gaps

    def room_slope(x: Vector) -> Vector:
        jacobian = np.hstack([slope[:, None] * wishes.slopes(point(x), free)[owner], selected])
        return np.vstack([jacobian, np.concatenate([-2 * x[:k], np.zeros(count)])]) if round_one else jacobian

    values = wishes.values(start[None])[0]
    first = [float(np.clip(wish.least(value), TINY, 1.0)) for wish, value in zip(wishes.each, values, strict=True)]
    edge = space.radius
    found = minimize(
        loss,
        np.concatenate([start[free], first]),
        jac=loss_slope,
        method="SLSQP",
        bounds=[(-edge, edge)] * k + [(TINY, 1.0)] * count,
        constraints={"type": "ineq", "fun": room, "jac": room_slope},
        options={"maxiter": 100, "ftol": 1e-12},
    )
    x = np.clip(np.nan_to_num(found.x[:k]), -edge, edge)
    length = float(np.linalg.norm(x))
    return point(x * edge / length if round_one and length > edge else x)
