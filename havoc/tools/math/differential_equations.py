"""Initial value problems of ordinary differential equations."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import integrate as solvers

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import Expression, Name, checked_name, read, reading_conventions
from havoc.tools.math.numeric_function import Budget, NumericFunction
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, SETTING, Named, Number

TOPIC = "Differential equations"
MAX_EQUATIONS = 20
MAX_MAGNITUDE = 1e150
"""A solution beyond is taken to run to infinity."""
CHECK = 0.1
"""The second run, from which the error is estimated, has tolerances smaller by this factor."""
Method = Literal["automatic", "nonstiff", "stiff"]
SOLVERS: dict[Method, str] = {"automatic": "LSODA", "nonstiff": "DOP853", "stiff": "Radau"}


class InitialValueProblem(Arguments):
    """Derivatives, where to begin and where to end."""

    aliases: ClassVar = {"derivatives": "equations", "y0": "initial", "t0": "begin", "start": "begin", "stop": "end"}

    equations: Annotated[Named[Expression], DATA]
    """Derivative of each unknown, as {"x": "v", "v": "-x"} for x'' = -x; an equation of order n is n of first order."""
    initial: Annotated[Named[Number], DATA]
    """Value of each unknown at `begin`."""
    begin: Number = 0.0
    end: Number
    variable: Name = "t"
    """The name of the independent variable."""
    points: Annotated[int, Field(ge=2, le=1000), SETTING] = 21
    """Equally spaced times to report, both ends included."""
    method: Annotated[Method, SETTING] = "automatic"
    relative_tolerance: Annotated[float, Field(ge=1e-12, le=1e-3), SETTING] = 1e-8
    absolute_tolerance: Annotated[float, Field(ge=1e-20, le=1.0), SETTING] = 1e-10


class InitialValueResult(Result):
    """The solution at equally spaced times."""

    headline: ClassVar[tuple[str, ...]] = ("final", "error_estimate")

    times: list[float]
    solution: dict[str, list[float]]
    """Values of each unknown at `times`."""
    final: dict[str, float]
    """Values at the end."""
    error_estimate: dict[str, float]
    """Largest difference over `times` from a second run with a tenth of the tolerances."""
    evaluations: int
    """Of the equations, in both runs."""


@operation(
    "ode_initial_value",
    topic=TOPIC,
    source="Hairer, Norsett and Wanner (1993) and Hairer and Wanner (1996), Solving Ordinary Differential Equations I, II",
    examples=(
        {"equations": {"y": "-2*y"}, "initial": {"y": 1}, "end": 1},
        {"equations": {"x": "v", "v": "-x"}, "initial": {"x": 1, "v": 0}, "end": 6.283185307179586, "points": 5},
    ),
)
def ode_initial_value(arguments: InitialValueProblem) -> InitialValueResult:
    """How do quantities develop from their initial values, given their derivatives?

    Solves y' = f(t, y) for one or several unknowns with error control, twice, so that the error can be estimated.
    `automatic` switches between methods for stiff and other problems. For a plain integral use integrate.
    """
    names = list(arguments.equations)
    functions = _functions(arguments, names)
    first = np.array([arguments.initial[name] for name in names])
    times = np.linspace(arguments.begin, arguments.end, arguments.points)
    if not (np.diff(times) * (arguments.end - arguments.begin) > 0).all():
        raise ToolError("end", arguments.end, "too near to begin for different times", "give another end, or fewer points")
    runs = [_run(arguments, functions, first, times, factor) for factor in (1.0, CHECK)]
    (values, count), (finer, more) = runs
    errors = np.abs(values - finer).max(axis=1)
    scale = np.abs(finer).max(axis=1)
    allowed = 1e4 * (arguments.absolute_tolerance + arguments.relative_tolerance * scale)
    doubtful = [name for name, error, limit in zip(names, errors, allowed, strict=True) if error > limit]
    message = f"{', '.join(doubtful)} changes far beyond the tolerance in a second run: the problem magnifies errors."
    final = {name: float(value) for name, value in zip(names, finer[:, -1], strict=True)}
    shown = ", ".join(f"{name} = {value:.8g}" for name, value in final.items())
    nodes = [read(text, f"equations.{name}") for name, text in arguments.equations.items()]
    return InitialValueResult(
        method=f"{SOLVERS[arguments.method]} with error control",
        n_used=len(names),
        times=times.tolist(),
        solution={name: row.tolist() for name, row in zip(names, finer, strict=True)},
        final=final,
        error_estimate={name: float(error) for name, error in zip(names, errors, strict=True)},
        evaluations=count + more,
        conventions=reading_conventions(*nodes) | {"reported values": "of the second, finer run"},
        warnings=[Notice(code="sensitive", message=message)] if doubtful else [],
        conclusion=f"At {arguments.variable} = {arguments.end:g}: {shown}.",
    )


def _functions(arguments: InitialValueProblem, names: list[str]) -> list[NumericFunction]:
    if not 1 <= len(names) <= MAX_EQUATIONS:
        raise ToolError("equations", "", f"{len(names)} equations", f"give 1 to {MAX_EQUATIONS}")
    for name in (*names, arguments.variable):
        checked_name(name, "equations" if name in names else "variable")
    if arguments.variable in names:
        raise ToolError("variable", arguments.variable, "also an unknown", "give the independent variable another name")
    if set(arguments.initial) != set(names):
        wrong = sorted(set(arguments.initial) ^ set(names))[0]
        problem = "no initial value" if wrong in names else "no equation"
        raise ToolError(f"initial.{wrong}", wrong, problem, "give an initial value for each unknown, and no others")
    if arguments.begin == arguments.end or not math.isfinite(arguments.end - arguments.begin):
        raise ToolError("end", arguments.end, "no distance from begin, or one beyond doubles", "give another end")
    budget = Budget()
    return [
        NumericFunction(read(text, f"equations.{name}"), [arguments.variable, *names], f"equations.{name}", budget)
        for name, text in arguments.equations.items()
    ]


def _run(
    arguments: InitialValueProblem, functions: list[NumericFunction], first: Any, times: Any, factor: float
) -> tuple[np.ndarray[Any, Any], int]:
    """Values at `times` and the number of evaluations.

    Raises:
        ToolError: the solution leaves where the equations are defined, or runs to infinity.
    """

    def derivative(time: float, state: Sequence[float]) -> list[float]:
        slopes = [float(function(time, *state)) for function in functions]
        if not all(map(math.isfinite, slopes)) or max(map(abs, state)) > MAX_MAGNITUDE:
            raise _ends(arguments, time)
        return slopes

    found = solvers.solve_ivp(
        derivative,
        (arguments.begin, arguments.end),
        first,
        method=SOLVERS[arguments.method],
        t_eval=times,
        rtol=max(arguments.relative_tolerance * factor, 3e-14),
        atol=arguments.absolute_tolerance * factor,
    )
    if found.status != 0 or not np.isfinite(found.y).all():
        raise _ends(arguments, float(found.t[-1]) if len(found.t) else arguments.begin)
    return found.y, int(found.nfev)


def _ends(arguments: InitialValueProblem, time: float) -> ToolError:
    problem = f"the solution cannot be followed beyond {arguments.variable} = {time:.6g}: it becomes infinite or undefined"
    return ToolError("end", arguments.end, problem, "end before that point, or check the equations")
