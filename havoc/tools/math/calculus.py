"""Derivatives, limits and power series."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import (
    ExactNumber,
    Point,
    exact_text,
    is_infinite,
    other_symbols,
    reading_conventions,
)
from havoc.tools.math.one_variable import REAL, SYMPY, TOPIC, OneVariable, job_texts, read_variable, readable
from havoc.tools.math.sandbox import SANDBOX
from havoc.tools.operation import operation
from havoc.tools.result import Result
from havoc.tools.values import DATA, SETTING, Finite, Named

MAX_ORDER = 20


class Differentiate(OneVariable):
    """What to differentiate, and how often."""

    order: Annotated[int, Field(ge=1, le=MAX_ORDER), SETTING] = 1
    at: Annotated[Named[Finite], DATA] = Field(default_factory=dict)
    """Values of names, at which the derivative is evaluated too."""


class DerivativeResult(Result):
    """A derivative."""

    headline: ClassVar[tuple[str, ...]] = ("derivative", "value")

    derivative: str
    value: float | None = None
    """At the point `at`, where one was given."""
    exact_value: str | None = None
    """The same in exact form."""


class Limit(OneVariable):
    """What to take the limit of, and where."""

    aliases: ClassVar = {**OneVariable.aliases, "at": "point", "to": "point", "side": "direction"}

    point: Point
    """A number, `pi/2`, `inf` or `-inf`."""
    direction: Annotated[Literal["both", "from_above", "from_below"], SETTING] = "both"


class LimitResult(Result):
    """A limit."""

    headline: ClassVar[tuple[str, ...]] = ("limit", "value")

    limit: str
    """Exact form; inf and -inf where the expression grows without bound."""
    value: float | None
    exists: bool
    """Whether it is one finite number."""


class Series(OneVariable):
    """What to expand, and where."""

    aliases: ClassVar = {**OneVariable.aliases, "about": "point", "at": "point", "n": "terms", "order": "terms"}

    point: Point = "0"
    terms: Annotated[int, Field(ge=1, le=MAX_ORDER), SETTING] = 6
    """The first power that is left out."""


class Coefficient(ExactNumber):
    """One coefficient."""

    power: str
    """Power of (variable - point)."""


class SeriesResult(Result):
    """The beginning of a power series."""

    headline: ClassVar[tuple[str, ...]] = ("series", "remainder")

    series: str
    coefficients: list[Coefficient]
    remainder: str
    """Order of what is left out."""


@operation(
    "differentiate",
    topic=TOPIC,
    source=SYMPY,
    examples=({"expression": "x^3 + sin(x)"}, {"expression": "x*exp(-x)", "order": 2, "at": {"x": 0}}),
)
def differentiate(arguments: Differentiate) -> DerivativeResult:
    """What is the derivative of an expression?

    `order` 2 and more gives higher derivatives, `at` also its value at a point. Where the derivative is zero tells
    solve_equation; the least value of a function is found by minimize.
    """
    node, variable = read_variable(arguments)
    at = {name: exact_text(value) for name, value in arguments.at.items()}
    answer = SANDBOX.run("differentiate", "expression", **job_texts(arguments, variable), order=arguments.order, at=at)
    derivative = readable(answer["exact"])
    point, undefined = answer["at"], {}
    if point is not None and point["kind"] == "undefined":
        raise ToolError("at", str(arguments.at), "the derivative is not defined there", "give another point")
    if point is not None and (point["value"] is None or point["imaginary"]):
        undefined["value"] = "the derivative still depends on names, is infinite or is complex; see exact_value"
    value = None if point is None or undefined else point["value"]
    return DerivativeResult(
        method=f"Derivative of order {arguments.order} by {variable}",
        n_used=1,
        derivative=derivative,
        value=value,
        exact_value=None if point is None else point["exact"],
        conventions=reading_conventions(node) | REAL,
        warnings=other_symbols([variable, *at], node),
        undefined=undefined,
        conclusion=f"The derivative is {derivative}" + ("." if value is None else f", and {value:.10g} at the point."),
    )


@operation(
    "limit",
    topic=TOPIC,
    source="Gruntz (1996), On Computing Limits in a Symbolic Manipulation System; sympy 1.14",
    examples=({"expression": "sin(x)/x", "point": 0}, {"expression": "(1 + 1/n)^n", "point": "inf"}),
)
def limit(arguments: Limit) -> LimitResult:
    """Which value does an expression approach at a point, or at infinity?

    With `direction` both the limits from either side must agree, else each is named in an error. The result is compared with
    values near the point. To put a value into an expression use evaluate.
    """
    node, variable = read_variable(arguments, point=arguments.point)
    texts = job_texts(arguments, variable)
    answer = SANDBOX.run("limit", "expression", **texts, at=arguments.point, direction=arguments.direction)
    if answer.get("kind") == "none" or any(one["kind"] == "undefined" for one in answer["sides"].values()):
        raise ToolError("expression", arguments.expression, "no limit was found", "it may oscillate; try one direction")
    if not answer["agree"]:
        below, above = (answer["sides"][side]["exact"] for side in "-+")
        problem = f"the limits differ: {below} from below, {above} from above"
        raise ToolError("direction", arguments.direction, problem, "give from_below or from_above")
    for side, found in answer["sides"].items():
        _refuse_other_limit(found, answer["approach"][side])
    first = next(iter(answer["sides"].values()))
    text, value, undefined = readable(first["exact"]), first["value"], {}
    if value is None or first["imaginary"]:
        value = None
        undefined["value"] = {"infinite": "the limit is infinite", "symbolic": "the limit depends on names"}.get(
            first["kind"], "the limit is complex"
        )
    return LimitResult(
        method="Limit by Gruntz's algorithm",
        n_used=1,
        limit=text,
        value=value,
        exists=first["kind"] != "infinite",
        conventions=reading_conventions(node) | REAL,
        warnings=other_symbols([variable], node),
        undefined=undefined,
        conclusion=f"The limit is {text}.",
    )


@operation(
    "series",
    topic=TOPIC,
    source="Taylor's theorem; " + SYMPY,
    examples=({"expression": "exp(x)*cos(x)"}, {"expression": "log(x)", "point": 1, "terms": 4}),
)
def series(arguments: Series) -> SeriesResult:
    """How does the power series of an expression about a point begin?

    Gives all powers below `terms`, negative ones at a pole included. For the value that is approached use limit.
    """
    node, variable = read_variable(arguments, point=arguments.point)
    if is_infinite(arguments.point):
        raise ToolError("point", arguments.point, "a series about infinity", "substitute 1/x and expand about 0")
    texts = job_texts(arguments, variable)
    answer = SANDBOX.run("series", "expression", **texts, about=arguments.point, terms=arguments.terms)
    text = readable(answer["exact"])
    coefficients = [
        Coefficient(power=one["power"], exact=one["exact"], value=one["value"], imaginary=one["imaginary"])
        for one in answer["coefficients"]
    ]
    centre = variable if arguments.point in ("0", "0.0") else f"({variable} - {arguments.point})"
    return SeriesResult(
        method=f"Power series about {arguments.point}",
        n_used=1,
        series=text,
        coefficients=coefficients,
        remainder=f"O({centre}^{arguments.terms})",
        conventions=reading_conventions(node) | REAL,
        warnings=other_symbols([variable], node),
        conclusion=f"The series begins with {text}.",
    )


def _refuse_other_limit(found: dict[str, Any], approach: list[list[float]]) -> None:
    """Raise where the values near the point settle on another number than the limit that was found."""
    if found["kind"] != "number" or not approach:
        return
    first, second, third = (complex(*value) for value in approach)
    settled = abs(third - second) < 0.01 * abs(second - first) or third == second
    if settled and abs(third - complex(found["value"], found["imaginary"])) > 1e-3 * (1 + abs(third)):
        problem = f"the symbolic limit {found['exact']} does not agree with the value {third.real:.6g} near the point"
        raise ToolError("expression", "", problem, "simplify the expression first")
