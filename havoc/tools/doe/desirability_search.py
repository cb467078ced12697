"""Desirability functions of Derringer and Suich, and the search for the point where their geometric mean is largest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Literal

import numpy as np
from scipy.optimize import minimize

from havoc.tools.doe.analysis_terms import Coding, Vector
from havoc.tools.doe.fit_model import ModelFit
from havoc.tools.errors import ToolError

POINTS = 2048
"""Sobol' points for each combination of categorical levels."""
STARTS = 8
"""Best of those points, from which the search climbs."""
MAX_COMBINATIONS = 64
TINY = 1e-9
"""Smallest desirability in the logarithm of the climb."""
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

    def lines(self, value: Vector) -> list[Vector]:
        """Straight lines in the response; the desirability is the least of them, from 0 to 1, to the power of the weight."""
        found = []
        if self.goal != "minimize":
            found.append((value - self.low) / (self.target - self.low))
        if self.goal != "maximize":
            found.append((self.high - value) / (self.high - self.target))
        return found

    def desirability(self, value: Vector) -> Vector:
        """From 0 to 1, for each value of the response."""
        least = np.min(self.lines(value), axis=0)
        return np.asarray(np.clip(least, 0.0, 1.0) ** self.weight)


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


def composite(wishes: Sequence[Wish], coded: Vector) -> Vector:
    """Geometric mean of the desirabilities at coded points [m, bases], weighted by importance."""
    total = np.ones(len(coded))
    whole = sum(wish.importance for wish in wishes)
    for wish in wishes:
        total = total * wish.desirability(wish.fit.predict(coded)) ** (wish.importance / whole)
    return total


def best_points(wishes: Sequence[Wish], space: Space, seed: int) -> list[Vector]:
    """Coded points [bases] of the best local optima that the starts lead to, best first.

    The kinks of the desirabilities are taken out of the climb by one more variable for each response, which stays below its
    lines: the sum of weighted logarithms of these is smooth, and SLSQP finds where it is largest.
    """
    free = space.free
    rows = space.level_rows()
    placed = space.points(seed) if free else np.zeros((1, 0))
    candidates = np.repeat(np.array(rows), len(placed), axis=0)
    candidates[:, free] = np.tile(placed, (len(rows), 1))
    value = composite(wishes, candidates)
    if value.max() <= 0:
        # Nothing is acceptable: go where the worst response misses least.
        value = np.min([np.min(wish.lines(wish.fit.predict(candidates)), axis=0) for wish in wishes], axis=0)
    order = np.argsort(-value, kind="stable")
    starts: list[Vector] = []
    for index in order[:500].tolist():
        if all(np.linalg.norm(candidates[index] - other) > 2 * APART for other in starts):
            starts.append(candidates[index])
        if len(starts) == STARTS:
            break
    ends = [_climbed(wishes, space, start) for start in starts] if free else starts
    ends += starts
    heights = composite(wishes, np.array(ends))
    found: list[Vector] = []
    for index in np.argsort(-heights, kind="stable").tolist():
        if all(np.linalg.norm(ends[index] - other) > APART for other in found):
            found.append(ends[index])
    return found


def _climbed(wishes: Sequence[Wish], space: Space, start: Vector) -> Vector:
    free, k = space.free, len(space.free)

    def row(x: Vector) -> Vector:
        whole = start.copy()
        whole[free] = x[:k]
        return whole[None]

    def loss(x: Vector) -> float:
        parts = [wish.importance * wish.weight * np.log(max(u, TINY)) for wish, u in zip(wishes, x[k:], strict=True)]
        return -float(sum(parts))

    def room(x: Vector) -> Vector:
        coded = row(x)
        gaps = [line[0] - u for wish, u in zip(wishes, x[k:], strict=True) for line in wish.lines(wish.fit.predict(coded))]
        if space.region == "sphere":
            gaps.append(space.radius**2 - float(x[:k] @ x[:k]))
        return np.array(gaps)

    first = [float(np.clip(np.min(wish.lines(wish.fit.predict(start[None]))), TINY, 1.0)) for wish in wishes]
    edge = space.radius
    found = minimize(
        loss,
        np.concatenate([start[free], first]),
        method="SLSQP",
        bounds=[(-edge, edge)] * k + [(TINY, 1.0)] * len(wishes),
        constraints={"type": "ineq", "fun": room},
        options={"maxiter": 100, "ftol": 1e-12},
    )
    x = np.clip(np.nan_to_num(found.x[:k]), -edge, edge)
    length = float(np.linalg.norm(x))
    if space.region == "sphere" and length > edge:
        x = x * edge / length
    whole = start.copy()
    whole[free] = x
    return whole
