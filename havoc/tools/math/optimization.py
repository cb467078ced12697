"""The least or greatest value of an expression, with bounds and constraints."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import optimize

from havoc.tools.errors import ToolError
from havoc.tools.math.expression import parse_relation
from havoc.tools.math.expression_fields import Expression, OptionalExpressions, checked_name, read, reading_conventions
from havoc.tools.math.expression_size import refuse_bombs
from havoc.tools.math.expression_tree import Negative, Sum, symbols
from havoc.tools.math.numeric_function import Budget, BudgetError, NumericFunction
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, SETTING, Named, Number, Numbers, Seed

TOPIC = "Roots and optima"
MAX_VARIABLES = 20
FEASIBLE = 1e-7
"""By how much a constraint may be missed, relative to its sides."""
REACH = 10.0
"""Starts are drawn so far around 0, or the given start, in variables without bounds."""
RUNAWAY = 1e9
"""A variable beyond is taken to run to infinity."""
Point = np.ndarray[Any, np.dtype[np.float64]]


class Minimize(Arguments):
    """An expression, the ranges of its variables, and constraints."""

    aliases: ClassVar = {"expression": "objective", "function": "objective", "f": "objective", "x0": "start"}

    objective: Expression
    """What to make least (or greatest)."""
    bounds: Annotated[Named[Numbers], DATA] = Field(default_factory=dict)
    """[low, high] of each variable; others are free."""
    constraints: OptionalExpressions = Field(default_factory=list)
    """Such as `x + y <= 4` or `x*y = 1`."""
    goal: Annotated[Literal["minimize", "maximize"], SETTING] = "minimize"
    start: Annotated[Named[Number], DATA] = Field(default_factory=dict)
    """A first guess, used beside the random ones."""
    starts: Annotated[int, Field(ge=1, le=100), SETTING] = 20
    """Points from which the search begins."""
    seed: Seed = 0


class MinimizeResult(Result):
    """The best point found."""

    headline: ClassVar[tuple[str, ...]] = ("value", "point", "starts_agreeing")

    value: float
    """The objective at the point."""
    point: dict[str, float]
    active: list[str]
    """Bounds and constraints that hold with equality at the point."""
    starts_agreeing: int
    """Starts that ended at this value; where few did, there are other local optima."""
    starts_used: int
    other_optima: list[float]
    """Other values at which starts ended, best first."""


@dataclass(frozen=True)
class _Problem:
    names: list[str]
    objective: NumericFunction
    sign: int
    """-1 to maximise."""
    bounds: list[tuple[float, float]]
    constraints: list[tuple[str, Literal["eq", "ineq"], NumericFunction]]
    """Text, kind, and the function that is to be 0, or not below 0."""

    def cost(self, point: Point) -> float:
        return self.sign * float(self.objective(*point))

    def missed(self, point: Point) -> float:
        """By how much the worst constraint is missed."""
        values = [(kind, float(function(*point))) for _, kind, function in self.constraints]
        return max((abs(value) if kind == "eq" else max(0.0, -value) for kind, value in values), default=0.0)


@operation(
    "minimize",
    topic=TOPIC,
    source="Nocedal and Wright (2006), Numerical Optimization, 2nd ed., chapters 7 and 18 (scipy L-BFGS-B, SLSQP)",
    examples=(
        {"objective": "(1 - x)^2 + 100*(y - x^2)^2"},
        {"objective": "x*y", "constraints": ["x + y = 10"], "goal": "maximize", "bounds": {"x": [0, 10], "y": [0, 10]}},
    ),
)
def minimize(arguments: Minimize) -> MinimizeResult:
    """Where is an expression least, or greatest?

    Searches from several starts (drawn with `seed`) and says how many agree; a local optimum cannot be excluded. Give bounds
    where you can. For linear objectives and constraints use linear_program, which is exact.
    """
    problem = _problem(arguments)
    ends: list[tuple[float, Point]] = []
    warnings: list[Notice] = []
    points = _starts(arguments, problem)
    try:
        for first in points:
            end = _descent(problem, first)
            if end is not None:
                ends.append(end)
                _refuse_runaway(arguments, problem, end)
    except BudgetError:
        if not ends:
            raise
        message = f"Only {len(ends)} starts fitted into one call."
        warnings.append(Notice(code="fewer_starts", message=message))
    if not ends:
        problem_text = "no start led to a point that satisfies the constraints and has a finite value"
        raise ToolError("objective", arguments.objective, problem_text, "give bounds or a start inside the allowed range")
    ends.sort(key=lambda one: one[0])
    problem = _problem(arguments)  # with steps to spend on the report
    best, point = ends[0]
    near = 1e-6 * (1e-3 + abs(best))
    others = [value for value, _ in ends if value > best + near]
    agreeing = len(ends) - len(others)
    if len(ends) > 1 and agreeing * 4 < len(ends):
        message = f"Only {agreeing} of {len(ends)} starts ended here: there are several local optima, perhaps better ones."
        warnings.append(Notice(code="local_optima", message=message))
    if not _slope(problem, point) <= 1e-3 * (1 + abs(best)):
        message = "The slope is not 0 at the point: a kink, or an end of where the expression is defined."
        warnings.append(Notice(code="not_stationary", message=message))
    distinct = sorted({float(f"{value:.5g}") for value in others})[:5]
    values = {name: float(value) for name, value in zip(problem.names, point, strict=True)}
    shown = ", ".join(f"{name} = {value:.7g}" for name, value in values.items())
    return MinimizeResult(
        method=("SLSQP" if problem.constraints else "L-BFGS-B") + " from several starts",
        n_used=len(ends),
        value=problem.sign * best,
        point=values,
        active=_active(problem, point),
        starts_agreeing=agreeing,
        starts_used=len(ends),
        other_optima=[problem.sign * value for value in distinct],
        conventions=reading_conventions(read(arguments.objective, "objective"))
        | {"strict inequalities": "taken as <= and >=", "seed": str(arguments.seed)},
        warnings=warnings,
        conclusion=f"The {_least(arguments)} found is {problem.sign * best:.7g} at {shown}.",
    )


def _refuse_runaway(arguments: Minimize, problem: _Problem, end: tuple[float, Point]) -> None:
    value, point = end
    far = [name for name, x in zip(problem.names, point, strict=True) if abs(x) > RUNAWAY]
    if far or not abs(value) < 1e100:
        trouble = f"the search runs away without reaching a {_least(arguments)}"
        raise ToolError("objective", arguments.objective, trouble, f"give bounds for {', '.join(far) or 'every variable'}")


def _slope(problem: _Problem, point: Point) -> float:
    """Largest derivative of the objective in a variable that is free to move; 0 with constraints."""
    if problem.constraints:
        return 0.0
    slopes = [0.0]
    for place, (low, high) in enumerate(problem.bounds):
        step = 1e-6 * (1 + abs(point[place]))
        ends = [point.copy(), point.copy()]
        ends[0][place], ends[1][place] = point[place] - step, point[place] + step
        if low < point[place] - step and point[place] + step < high:
            slopes.append(abs(problem.cost(ends[1]) - problem.cost(ends[0])) / (2 * step))
    return max(slopes, key=lambda slope: math.inf if math.isnan(slope) else slope)


def _least(arguments: Minimize) -> str:
    return "minimum" if arguments.goal == "minimize" else "maximum"


def _problem(arguments: Minimize) -> _Problem:
    budget = Budget()
    node = read(arguments.objective, "objective")
    relations = [parse_relation(text, f"constraints[{index}]") for index, text in enumerate(arguments.constraints)]
    names = symbols(node, *[side for one in relations for side in (one.left, one.right)])
    if not names:
        raise ToolError("objective", arguments.objective, "no variable occurs", "use evaluate for numbers")
    if len(names) > MAX_VARIABLES:
        raise ToolError("objective", "", f"{len(names)} variables", f"give at most {MAX_VARIABLES}")
    for path, given in (("bounds", arguments.bounds), ("start", arguments.start)):
        for name in given:
            checked_name(name, path)
            if name not in names:
                raise ToolError(f"{path}.{name}", name, "does not occur in the expressions", f"they have {', '.join(names)}")
    bounds = []
    for name in names:
        low, high = _range(arguments.bounds.get(name), name)
        bounds.append((low, high))
    constraints: list[tuple[str, Literal["eq", "ineq"], NumericFunction]] = []
    for index, relation in enumerate(relations):
        path = f"constraints[{index}]"
        refuse_bombs(relation.left, path)
        refuse_bombs(relation.right, path)
        more, less = (
            (relation.right, relation.left) if relation.comparison in ("<", "<=") else (relation.left, relation.right)
        )
        function = NumericFunction(Sum((more, Negative(less))), names, path, budget)
        constraints.append((arguments.constraints[index], "eq" if relation.comparison == "=" else "ineq", function))
    objective = NumericFunction(node, names, "objective", budget)
    return _Problem(names, objective, 1 if arguments.goal == "minimize" else -1, bounds, constraints)


def _range(given: list[float] | None, name: str) -> tuple[float, float]:
    if given is None:
        return -math.inf, math.inf
    if len(given) != 2 or not given[0] < given[1] or max(map(abs, given)) > 1e100:
        raise ToolError(f"bounds.{name}", given, "not two rising numbers of ordinary size", "give [low, high]")
    return given[0], given[1]


def _starts(arguments: Minimize, problem: _Problem) -> list[Point]:
    generator = np.random.default_rng(arguments.seed)
    centre = [arguments.start.get(name, 0.0) for name in problem.names]
    low = np.array(
        [low if math.isfinite(low) else middle - REACH for (low, _), middle in zip(problem.bounds, centre, strict=True)]
    )
    high = np.array(
        [high if math.isfinite(high) else middle + REACH for (_, high), middle in zip(problem.bounds, centre, strict=True)]
    )
    drawn = list(low + (high - low) * generator.random((arguments.starts, len(centre))))
    if len(arguments.start) == len(problem.names):
        drawn[0] = np.clip(np.array(centre), low, high)
    return drawn


def _descent(problem: _Problem, first: Point) -> tuple[float, Point] | None:
    """Where the search from `first` ends; None where that is no solution."""
    if not math.isfinite(problem.cost(first)):
        return None
    bounds = optimize.Bounds(*np.array(problem.bounds).T)
    if problem.constraints:
        constraints = [
            {"type": kind, "fun": lambda point, function=function: float(function(*point))}
            for _, kind, function in problem.constraints
        ]
        options = {"maxiter": 100, "ftol": 1e-14}
        found = optimize.minimize(
            problem.cost, first, method="SLSQP", jac="3-point", bounds=bounds, constraints=constraints, options=options
        )
    else:
        options = {"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9}
        found = optimize.minimize(problem.cost, first, method="L-BFGS-B", jac="3-point", bounds=bounds, options=options)
    point = np.clip(found.x, *np.array(problem.bounds).T)
    value = problem.cost(point)
    allowed = FEASIBLE * (1 + float(np.abs(point).max()))
    return (value, point) if math.isfinite(value) and problem.missed(point) <= allowed else None


def _active(problem: _Problem, point: Point) -> list[str]:
    found = []
    for name, value, (low, high) in zip(problem.names, point, problem.bounds, strict=True):
        ends = [end for end in (low, high) if math.isfinite(end)]
        found += [f"{name} = {end:g}" for end in ends if abs(value - end) <= 1e-6 * (1e-3 + abs(end))]
    for text, _, function in problem.constraints:
        if abs(float(function(*point))) <= 1e-6 * (1 + float(np.abs(point).max())):
            found.append(text)
    return found
