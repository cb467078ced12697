"""A root of a function of one variable, and of systems of equations, numerically."""

import math
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from scipy import optimize

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import (
    Expression,
    Expressions,
    Name,
    chosen_variable,
    difference,
    read_equation,
    reading_conventions,
)
from havoc.tools.math.numeric_function import Budget, NumericFunction
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, SETTING, FiniteNumbers, Named, Number

TOPIC = "Roots and optima"
SCANNED = 2000
"""Points of the bracket at which signs are compared, to see other roots."""
SEARCH_STEPS = 100
"""Times that the interval around a starting point grows by half."""


class FindRoot(Arguments):
    """An equation, and where to look."""

    aliases: ClassVar = {
        "expression": "equation",
        "function": "equation",
        "f": "equation",
        "interval": "bracket",
        "x0": "start",
    }

    equation: Expression
    """Such as `cos(x) = x`; an expression without = is set equal to 0."""
    variable: Name | None = None
    bracket: FiniteNumbers | None = None
    """Two ends between which to look."""
    start: Number | None = None
    """Where to begin, instead of a bracket."""


class RootResult(Result):
    """One root."""

    headline: ClassVar[tuple[str, ...]] = ("root", "residual")

    root: float
    residual: float
    """Left minus right side at the root."""
    derivative: float | None
    """Slope there; near 0 the root is multiple and less precise."""
    other_roots: list[float]
    """Other places in the bracket where the sign changes, to four digits."""
    evaluations: int


class RootOfSystem(Arguments):
    """Several equations, and where to begin."""

    aliases: ClassVar = {"x0": "start", "guess": "start"}

    equations: Expressions
    """As many as unknowns."""
    start: Annotated[Named[Number], DATA]
    """A first guess for each unknown."""
    tolerance: Annotated[float, Field(gt=1e-14, lt=1e-2), SETTING] = 1e-10
    """Relative change of the unknowns at which to stop."""


class SystemRootResult(Result):
    """A point where all equations hold."""

    headline: ClassVar[tuple[str, ...]] = ("solution", "largest_residual")

    solution: dict[str, float]
    largest_residual: float
    """Largest difference of the sides of an equation."""
    condition_number: float | None
    """Of the matrix of derivatives at the solution."""


@operation(
    "find_root",
    topic=TOPIC,
    source="Brent (1973), Algorithms for Minimization without Derivatives, chapter 4 (scipy brentq)",
    examples=({"equation": "cos(x) = x", "bracket": [0, 1]}, {"equation": "x^3 - 2*x - 5", "start": 2}),
)
def find_root(arguments: FindRoot) -> RootResult:
    """Where does an equation of one variable hold, numerically?

    Brent's method wherever the sign changes within `bracket`; or from `start`, around which a change of sign is sought. One
    at a pole or a jump is refused. For exact roots and all roots of a polynomial use solve_equation, for several unknowns
    find_root_of_system.
    """
    relation = read_equation(arguments.equation, "equation")
    variable = chosen_variable(arguments.variable, "variable", relation.left, relation.right)
    budget, counted = Budget(), [0]
    compiled = NumericFunction(difference(relation), [variable], "equation", budget)

    def function(x: float) -> float:
        counted[0] += 1
        return float(compiled(x))

    if (arguments.bracket is None) == (arguments.start is None):
        raise ToolError("bracket", "", "either a bracket or a start is needed", "give bracket=[low, high], or start")
    if arguments.bracket is not None:
        low, high = _ends(arguments.bracket)
        others = _changes(compiled, low, high)
        if not others:
            problem = "no change of sign between the ends"
            raise ToolError("bracket", arguments.bracket, problem, "give ends where left minus right side differ in sign")
    else:
        others = [_around(function, float(arguments.start or 0.0))]
    roots = [_refined(function, *ends) for ends in others[:20]]
    proper = [root for root in roots if root is not None]
    if not proper:
        problem = "the sign changes at a pole or a jump, where the equation does not hold"
        raise ToolError("bracket" if arguments.bracket else "start", "", problem, "look elsewhere")
    root = proper[0]
    step = 1e-6 * (1 + abs(root))
    slope = (function(root + step) - function(root - step)) / (2 * step)
    residual = function(root)
    return RootResult(
        method="Brent's method",
        n_used=1,
        root=root,
        residual=residual,
        derivative=slope if math.isfinite(slope) else None,
        other_roots=[float(f"{other:.4g}") for other in proper[1:]],
        evaluations=counted[0],
        conventions=reading_conventions(relation.left, relation.right) | {"several roots": "the least in the bracket"},
        warnings=_notices(proper[1:]),
        undefined={} if math.isfinite(slope) else {"derivative": "the function is not defined on both sides"},
        conclusion=f"The equation holds at {variable} = {root:.10g}.",
    )


@operation(
    "find_root_of_system",
    topic=TOPIC,
    source="Powell (1970), A hybrid method for nonlinear equations (MINPACK hybrd, scipy root)",
    examples=({"equations": ["x^2 + y^2 = 4", "x*y = 1"], "start": {"x": 2, "y": 0.5}},),
)
def find_root_of_system(arguments: RootOfSystem) -> SystemRootResult:
    """Where do several equations hold together, numerically, near a first guess?

    Other solutions may exist: begin elsewhere to find them. For exact solutions use solve_equation, for linear equations
    linear_system, for one unknown find_root.
    """
    names = list(arguments.start)
    if len(names) != len(arguments.equations):
        problem = f"{len(names)} unknowns, {len(arguments.equations)} equations"
        raise ToolError("start", "", problem, "give a first guess for as many unknowns as there are equations")
    budget = Budget()
    relations = [read_equation(text, f"equations[{index}]") for index, text in enumerate(arguments.equations)]
    functions = [
        NumericFunction(difference(relation), names, f"equations[{index}]", budget)
        for index, relation in enumerate(relations)
    ]

    def system(point: np.ndarray[Any, Any]) -> list[float]:
        return [float(function(*point)) for function in functions]

    first = np.array([arguments.start[name] for name in names])
    size = max(map(abs, system(first)))
    if not math.isfinite(size):
        raise ToolError("start", str(arguments.start), "the equations are not defined there", "begin elsewhere")
    found = optimize.root(system, first, method="hybr", options={"xtol": arguments.tolerance})
    left = max(map(abs, system(found.x)))
    if not found.success or not left <= 1e-6 * (1 + size):
        raise ToolError("start", str(arguments.start), "no solution was reached from there", "begin elsewhere, nearer to it")
    jacobian = optimize.approx_fprime(found.x, system)
    condition = float(np.linalg.cond(np.atleast_2d(jacobian)))
    known = math.isfinite(condition)
    solution = {name: float(value) for name, value in zip(names, found.x, strict=True)}
    return SystemRootResult(
        method="Powell's hybrid method",
        n_used=len(functions),
        solution=solution,
        largest_residual=left,
        condition_number=condition if known else None,
        conventions=reading_conventions(*[side for one in relations for side in (one.left, one.right)]),
        warnings=[Notice(code="local", message="Other solutions may exist; this is one near the first guess.")],
        undefined={} if known else {"condition_number": "the derivatives are singular at the solution"},
        conclusion="The equations hold at " + ", ".join(f"{name} = {value:.10g}" for name, value in solution.items()) + ".",
    )


def _ends(bracket: list[float]) -> tuple[float, float]:
    if len(bracket) != 2 or not bracket[0] < bracket[1]:
        raise ToolError("bracket", bracket, "not two rising numbers", "give [low, high]")
    if not math.isfinite(bracket[1] - bracket[0]):
        raise ToolError("bracket", bracket, "too wide for double precision", "narrow it")
    return bracket[0], bracket[1]


def _changes(function: NumericFunction, low: float, high: float) -> list[tuple[float, float]]:
    """Intervals in which the sign changes, from the left; a zero at a point is an interval of length 0."""
    points = np.linspace(low, high, SCANNED + 1)
    values = np.broadcast_to(function(points), points.shape)
    signs = np.where(np.isfinite(values), np.sign(values), np.nan)
    zeros = [(float(points[place]),) * 2 for place in np.flatnonzero(signs == 0)]
    crossings = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    found = [(float(points[place]), float(points[place + 1])) for place in crossings] + zeros
    return sorted((one[0], one[1]) for one in found)


def _around(function: Any, start: float) -> tuple[float, float]:
    """The first interval around `start`, growing by a factor, in which the sign changes."""
    middle = function(start)
    if middle == 0:
        return start, start
    reach, below, above = 1e-3 * (1 + abs(start)), start, start
    for _ in range(SEARCH_STEPS):
        for near, far in ((below, start - reach), (above, start + reach)):
            one, other = function(near), function(far)
            if np.sign(one) * np.sign(other) <= 0:  # never where one is NaN
                return min(near, far), max(near, far)
        below, above, reach = start - reach, start + reach, reach * 1.5
    raise ToolError("start", start, "no change of sign was found around it", "give a bracket, or begin elsewhere")


def _refined(function: Any, low: float, high: float) -> float | None:
    """The root in the interval; None where the sign changes without a root."""
    before, after = function(low), function(high)
    if before == 0 or after == 0:
        return low if before == 0 else high
    # 1100 halvings reach the smallest double, so the limit only ends what has no root.
    tolerances = {"xtol": 1e-300, "rtol": 4 * np.finfo(float).eps, "maxiter": 2500}
    root = float(optimize.brentq(function, low, high, **tolerances, disp=False))
    left = abs(function(root))
    # At a pole the values near the change of sign grow, at a jump they stay; at a root they shrink.
    return root if left <= 1e-6 * max(abs(before), abs(after)) else None


def _notices(others: list[float]) -> list[Notice]:
    if not others:
        return []
    return [Notice(code="several_roots", message=f"The bracket holds {len(others)} other roots; narrow it to choose.")]
