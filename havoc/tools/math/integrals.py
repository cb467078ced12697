"""Definite and indefinite integrals, each checked in a second way."""

import math
from dataclasses import replace
from typing import Any, ClassVar

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import Point, is_infinite, other_symbols, read_point, reading_conventions
from havoc.tools.math.expression_tree import Node, symbols
from havoc.tools.math.numeric_function import Budget, BudgetError, NumericFunction
from havoc.tools.math.numeric_integral import Quadrature, integral, oscillating_integral
from havoc.tools.math.one_variable import REAL, TOPIC, OneVariable, job_texts, read_variable, readable
from havoc.tools.math.sandbox import SANDBOX, SymbolicFailure
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result

CONFIRMED = 1e-5
"""Relative difference up to which a symbolic and a numerical value confirm each other."""


class Integrate(OneVariable):
    """What to integrate, with limits for a definite integral."""

    aliases: ClassVar = {**OneVariable.aliases, "a": "lower", "b": "upper", "from": "lower", "to": "upper"}

    lower: Point | None = None
    """Lower limit: a number, `pi/2`, or `-inf`."""
    upper: Point | None = None


class IntegralResult(Result):
    """An integral, exact where there is a closed form."""

    headline: ClassVar[tuple[str, ...]] = ("integral", "value")

    integral: str | None
    """Exact form; of an indefinite integral the antiderivative without its constant."""
    value: float | None
    """Value of a definite integral."""
    quadrature: float | None = None
    """The same by numerical integration, independent of the exact form."""
    quadrature_error: float | None = None
    """Its estimated error."""


@operation(
    "integrate",
    topic=TOPIC,
    source="Bronstein (2005), Symbolic Integration I (sympy 1.14); Piessens et al. (1983), QUADPACK, as the check",
    examples=(
        {"expression": "exp(-x^2)", "lower": "-inf", "upper": "inf"},
        {"expression": "x*exp(x)"},
        {"expression": "x^2", "lower": 0, "upper": 3},
    ),
)
def integrate(arguments: Integrate) -> IntegralResult:
    """What is the integral of an expression, definite or indefinite?

    With `lower` and `upper` the exact value is compared with numerical integration, and refused where they differ; where
    there is no closed form, the numerical value stands alone. Without limits the antiderivative is differentiated as a
    check. For a differential equation use ode_initial_value.
    """
    if (arguments.lower is None) != (arguments.upper is None):
        missing = "lower" if arguments.lower is None else "upper"
        raise ToolError(missing, "", "missing", "give both limits, or neither for the antiderivative")
    if arguments.lower is None or arguments.upper is None:
        node, variable = read_variable(arguments)
        return _indefinite(arguments, node, variable)
    node, variable = read_variable(arguments, lower=arguments.lower, upper=arguments.upper)
    return _definite(arguments, node, variable, (arguments.lower, arguments.upper))


def _indefinite(arguments: Integrate, node: Node, variable: str) -> IntegralResult:
    answer = SANDBOX.run("integrate", "expression", **job_texts(arguments, variable), lower=None, upper=None)
    if answer["kind"] == "none":
        problem = "no antiderivative in known functions was found"
        raise ToolError("expression", arguments.expression, problem, "give limits for a numerical value")
    if answer["verified"] is False:
        problem = "the antiderivative that was found does not have this derivative"
        raise ToolError("expression", arguments.expression, problem, "give limits, or say which names are positive")
    unchecked = Notice(code="unchecked", message="The antiderivative could not be compared with the expression by values.")
    text = readable(answer["exact"])
    return IntegralResult(
        method="Antiderivative, differentiated as a check",
        n_used=1,
        integral=text,
        value=None,
        conventions=reading_conventions(node) | REAL | {"constant": "left out"},
        warnings=other_symbols([variable], node) + ([] if answer["verified"] else [unchecked]),
        undefined={"value": "an indefinite integral has no value"},
        conclusion=f"The antiderivative is {text}, up to a constant.",
    )


def _definite(arguments: Integrate, node: Node, variable: str, ends: tuple[str, str]) -> IntegralResult:
    numeric = _numeric(node, variable, ends)
    exact, reason = _symbolic(arguments, variable, ends)
    independent = numeric is not None and not numeric.confirms_only
    if exact is None and not independent:
        problem = f"no value was found: {reason}, and quadrature does not converge"
        raise ToolError("expression", arguments.expression, problem, "split the range at poles, or simplify")
    if exact is not None and exact["kind"] in ("infinite", "undefined"):
        problem = "sympy finds it divergent, quadrature does not" if independent else "the integral diverges"
        raise ToolError("expression", arguments.expression, problem, "look for poles within the limits")
    warnings = other_symbols([variable], node)
    undefined: dict[str, str] = {}
    text = value = None
    if exact is None and numeric is not None:
        value, undefined["integral"] = numeric.value, reason
        warnings.append(Notice(code="numerical", message="There is no exact form to compare the numerical value with."))
    elif exact is not None:
        text, value = readable(exact["exact"]), exact["value"]
        warnings += _checked(exact, numeric)
        if value is None:
            undefined["value"] = "the integral depends on names"
        elif exact["imaginary"]:
            value, undefined["value"] = None, "the integral is complex; see its exact form"
    shown = [part for part in (text, None if value is None else format(value, ".10g")) if part]
    return IntegralResult(
        method="Definite integral",
        n_used=1,
        integral=text,
        value=value,
        quadrature=None if numeric is None else numeric.value,
        quadrature_error=None if numeric is None else numeric.error,
        conventions=reading_conventions(node) | REAL,
        warnings=warnings,
        undefined=undefined,
        conclusion=f"The integral is {', about '.join(shown)}.",
    )


def _symbolic(arguments: Integrate, variable: str, ends: tuple[str, str]) -> tuple[dict[str, Any] | None, str]:
    """What sympy finds, or None and why."""
    texts = job_texts(arguments, variable)
    try:
        answer = SANDBOX.run("integrate", "expression", **texts, lower=ends[0], upper=ends[1])
    except SymbolicFailure as failure:
        return None, failure.problem
    return (None, "no closed form was found") if answer["kind"] == "none" else (answer, "")


def _checked(exact: dict[str, Any], numeric: Quadrature | None) -> list[Notice]:
    """Notices on a symbolic value.

    Raises:
        ToolError: the numerical value is another one.
    """
    if exact["condition"]:
        return [Notice(code="conditional", message=f"Holds where {exact['condition']}; say in `positive` what is above 0.")]
    if exact["kind"] == "symbolic":
        return []
    if numeric is None:
        return [Notice(code="unchecked", message="Quadrature does not converge, so the exact value is unconfirmed.")]
    gap = abs(complex(exact["value"] - numeric.value, exact["imaginary"]))
    if gap > CONFIRMED * (1e-3 + abs(numeric.value)) + 10 * numeric.error:
        problem = f"sympy gives {exact['value']:.6g}, quadrature {numeric.value:.6g}"
        raise ToolError("expression", "", problem, "split the range where the expression jumps or peaks")
    return []


def _numeric(node: Node, variable: str, ends: tuple[str, str]) -> Quadrature | None:
    """The integral by quadrature; None where names have no values or it does not converge."""
    limits = []
    for text, path in zip(ends, ("lower", "upper"), strict=True):
        end = read_point(text, path)
        if end is not None and variable in symbols(end):
            raise ToolError(path, text, "a limit with the variable of integration", "use another name for one of them")
        limits.append(end)
    if [name for end in (node, *limits) if end is not None for name in symbols(end) if name != variable]:
        return None
    budget = Budget()
    lower, upper = (
        is_infinite(text) * math.inf if end is None else float(NumericFunction(end, [], path, budget)())
        for end, text, path in zip(limits, ends, ("lower", "upper"), strict=True)
    )
    if math.isnan(lower) or math.isnan(upper):
        return None
    sign = -1 if lower > upper else 1
    lower, upper = min(lower, upper), max(lower, upper)
    function = NumericFunction(node, [variable], "expression", budget)
    try:
        found = integral(function, lower, upper)
        if not found.converged and math.inf in (abs(lower), abs(upper)):
            found = oscillating_integral(function, lower, upper)
    except BudgetError:
        return None
    return replace(found, value=sign * found.value) if found.converged else None
