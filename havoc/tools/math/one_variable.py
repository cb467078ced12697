"""What the operations on expressions of one variable share."""

from typing import Any, ClassVar

from pydantic import Field

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import Expression, Name, Names, checked_positive, chosen_variable, read, read_point
from havoc.tools.math.expression_tree import Node
from havoc.tools.operation import Arguments

TOPIC = "Calculus"
SYMPY = "sympy 1.14 (Meurer et al. 2017, PeerJ Computer Science 3:e103)"
REAL = {"names": "real numbers; those in `positive` above 0"}


class OneVariable(Arguments):
    """An expression and its variable."""

    aliases: ClassVar = {"expr": "expression", "function": "expression", "f": "expression", "with_respect_to": "variable"}

    expression: Expression
    variable: Name | None = None
    """May be left out where the expression has one name, or x among others."""
    positive: Names = Field(default_factory=list)
    """Symbols that are known to be above 0."""


def read_variable(arguments: OneVariable, **points: str) -> tuple[Node, str]:
    """The tree of the expression and the name of its variable; `points` are limits and the like, by argument."""
    node = read(arguments.expression, "expression")
    ends = [end for end in (read_point(text, path) for path, text in points.items()) if end is not None]
    checked_positive(arguments.positive, node, *ends)
    return node, chosen_variable(arguments.variable, "variable", node)


def job_texts(arguments: OneVariable, variable: str) -> dict[str, Any]:
    """What every symbolic job on one variable is given."""
    return {"text": arguments.expression, "variable": variable, "positive": arguments.positive}


def readable(text: str | None) -> str:
    """The text of a result.

    Raises:
        ToolError: it is too long, which a job tells by None.
    """
    if text is None:
        raise ToolError("expression", "", "the result is too long to read", "give a smaller expression, or numbers")
    return text
