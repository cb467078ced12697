"""Sums and products over a whole-numbered index."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import (
    Expression,
    Name,
    Names,
    Point,
    checked_name,
    checked_positive,
    other_symbols,
    read,
    read_point,
    reading_conventions,
)
from havoc.tools.math.one_variable import REAL, SYMPY, TOPIC, readable
from havoc.tools.math.sandbox import SANDBOX
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result


class Terms(Arguments):
    """Terms or factors, and the range of their index."""

    aliases: ClassVar = {"term": "expression", "expr": "expression", "variable": "index", "from": "lower", "to": "upper"}

    expression: Expression
    """One term, as `1/n^2`."""
    index: Name = "n"
    """The name that runs through the whole numbers."""
    lower: Point = "1"
    """First value of the index."""
    upper: Point
    """Last value of the index; `inf`, or a name such as N."""
    positive: Names = Field(default_factory=list)
    """Symbols that are known to be above 0."""


class SumResult(Result):
    """A sum or product."""

    headline: ClassVar[tuple[str, ...]] = ("exact", "value")

    exact: str | None
    """Closed form."""
    value: float | None


@operation(
    "summation",
    topic=TOPIC,
    source="Petkovsek, Wilf and Zeilberger (1996), A = B; " + SYMPY,
    examples=(
        {"expression": "1/n^2", "lower": 1, "upper": "inf"},
        {"expression": "k^2", "index": "k", "lower": 1, "upper": "N"},
    ),
)
def summation(arguments: Terms) -> SumResult:
    """What is the sum of an expression over an index, finite or infinite?

    Up to 200 terms are also added one by one as a check. For products use product, for continuous sums integrate.
    """
    return _over("summation", "Sum", arguments)


@operation(
    "product",
    topic=TOPIC,
    source="Petkovsek, Wilf and Zeilberger (1996), A = B; " + SYMPY,
    examples=({"expression": "1 - 1/n^2", "lower": 2, "upper": "inf"}, {"expression": "k", "index": "k", "upper": 5}),
)
def product(arguments: Terms) -> SumResult:
    """What is the product of an expression over an index, finite or infinite?

    Up to 200 factors are also multiplied one by one as a check. For sums use summation.
    """
    return _over("product", "Product", arguments)


def _over(job: Literal["summation", "product"], method: str, arguments: Terms) -> SumResult:
    node = read(arguments.expression, "expression")
    checked_name(arguments.index, "index")
    ends = [read_point(arguments.lower, "lower"), read_point(arguments.upper, "upper")]
    checked_positive(arguments.positive, node, *[end for end in ends if end is not None])
    answer = SANDBOX.run(
        job,
        "expression",
        text=arguments.expression,
        index=arguments.index,
        lower=arguments.lower,
        upper=arguments.upper,
        positive=arguments.positive,
    )
    if answer["kind"] in ("infinite", "undefined") or (answer["kind"] == "none" and answer["value"] is None):
        diverges = answer["kind"] == "infinite"
        problem = f"the {job} {'diverges' if diverges else 'has no closed form that was found'}"
        raise ToolError("expression", arguments.expression, problem, "give a finite range, or check that the terms vanish")
    direct = answer.get("direct")
    if direct is not None and abs(direct - answer["value"]) > 1e-9 * (abs(direct) + 1e-300):
        problem = f"the closed form gives {answer['value']:.6g}, the terms one by one {direct:.6g}"
        raise ToolError("expression", arguments.expression, problem, "give a smaller range")
    return SumResult(
        method=method + (", also computed term by term" if direct is not None else ""),
        n_used=1,
        exact=None if answer["kind"] == "none" else readable(answer["exact"]),
        value=None if answer.get("imaginary") else answer["value"],
        conventions=reading_conventions(node) | REAL | {"index": "whole numbers, both ends included"},
        warnings=_notices(answer, [arguments.index], node),
        undefined=_undefined(answer),
        conclusion=f"The {job} is {answer.get('exact') or format(answer['value'], '.10g')}.",
    )


def _notices(answer: dict[str, Any], names: list[str], node: Any) -> list[Notice]:
    notices = other_symbols(names, node)
    if answer.get("condition"):
        notices.append(Notice(code="conditional", message=f"Holds where {answer['condition']}."))
    return notices


def _undefined(answer: dict[str, Any]) -> dict[str, str]:
    if answer["kind"] == "none":
        return {"exact": "no closed form was found"}
    if answer["value"] is None:
        return {"value": "the result depends on names"}
    return {"value": "the result is complex; see exact"} if answer["imaginary"] else {}
