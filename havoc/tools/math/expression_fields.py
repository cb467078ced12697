"""Arguments that are expressions, and what the symbolic operations' arguments and results have in common."""

from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from havoc.tools.errors import BadValueError, ToolError
from havoc.tools.math.expression import INFINITIES, MAX_CHARACTERS, has_relation, parse, parse_relation
from havoc.tools.math.expression_size import refuse_bombs
from havoc.tools.math.expression_tree import Call, Negative, Node, Relation, Sum, parts, symbols
from havoc.tools.result import Notice
from havoc.tools.values import DATA, SETTING

MAX_EXPRESSIONS = 20
"""Equations or constraints of one call."""
NATURAL_LOGARITHM = {"log": "natural logarithm; log10(x) and log(x, b) have other bases"}
EXACT = {"decimals": "read exactly: 0.1 is 1/10"}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadValueError("not a text", 'give an expression such as "2*x^2 + sin(x)"', value=value)
    if len(value) > MAX_CHARACTERS:
        raise BadValueError(f"{len(value):,} characters", f"give at most {MAX_CHARACTERS:,}", value=value)
    return value


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)) or not value:
        raise BadValueError("not a list of texts", 'give expressions such as ["x + y = 3", "x - y = 1"]', value=value)
    if len(value) > MAX_EXPRESSIONS:
        raise BadValueError(f"{len(value):,} texts", f"give at most {MAX_EXPRESSIONS}")
    for index, entry in enumerate(value):
        if not isinstance(entry, str) or len(entry) > MAX_CHARACTERS:
            remedy = f'give expressions such as "x + y = 3" of at most {MAX_CHARACTERS:,} characters'
            raise BadValueError("not a text of that size", remedy, f"[{index}]", entry)
    return list(value)


def _point(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = repr(value) if not isinstance(value, int) or value.bit_length() < 600 else ""
        if not text or text.lstrip("-") in ("inf", "nan"):
            raise BadValueError("not a finite number of ordinary size", 'give a number, or the text "inf"', value=value)
        return text
    if not isinstance(value, str):
        raise BadValueError("not a number or text", 'give 0, "pi/2" or "inf"', value=value)
    return _text(value)


def _optional_texts(value: object) -> list[str]:
    return [] if value is None or value == [] else _texts(value)


_TEXTS = {"type": "array", "items": {"type": "string", "maxLength": MAX_CHARACTERS}, "maxItems": MAX_EXPRESSIONS}
Expression = Annotated[
    str, BeforeValidator(_text), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}), DATA
]
"""Text such as `2*x^2 + sin(x)/3`."""
Expressions = Annotated[list[str], BeforeValidator(_texts), WithJsonSchema({**_TEXTS, "minItems": 1}), DATA]
"""Several texts."""
OptionalExpressions = Annotated[list[str], BeforeValidator(_optional_texts), WithJsonSchema(_TEXTS), DATA]
"""Texts, or none."""
Point = Annotated[str, BeforeValidator(_point), WithJsonSchema({"type": ["number", "string"]}), DATA]
"""A number, an expression without variables such as `pi/2`, or `inf`, `-inf`."""
Name = Annotated[str, Field(min_length=1, max_length=40), SETTING]
"""The name of a variable."""
Names = Annotated[
    list[str], BeforeValidator(_optional_texts), WithJsonSchema({"type": "array", "items": {"type": "string"}}), SETTING
]
"""Names of variables or parameters."""


class ExactNumber(BaseModel):
    """A number in exact form and as double."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    exact: str | None
    """Exact form; None where there is none, or none of a readable length."""
    value: float | None
    """Real part; None where the number depends on symbols or leaves doubles."""
    imaginary: float = 0.0
    """Imaginary part; 0 for real numbers."""


def read(text: str, path: str) -> Node:
    """The tree of an expression of ordinary size. Raises as `parse`."""
    node = parse(text, path)
    refuse_bombs(node, path)
    return node


def read_equation(text: str, path: str) -> Relation:
    """The two sides of an equation; an expression alone is equal to 0. Raises as `parse`."""
    relation = parse_relation(text, path) if has_relation(text) else parse_relation(f"{text} = 0", path)
    if relation.comparison != "=":
        raise ToolError(path, text, "an inequality", "give an equation with =")
    refuse_bombs(relation.left, path)
    refuse_bombs(relation.right, path)
    return relation


def is_infinite(point: str) -> int:
    """1 for inf, -1 for -inf, else 0."""
    text = point.strip()
    sign = -1 if text.startswith("-") else 1
    return sign if text.lstrip("+-").strip() in (*INFINITIES, "∞") else 0


def read_point(text: str, path: str) -> Node | None:
    """The tree of a point without infinite ones, which are None. Raises as `parse`."""
    return None if is_infinite(text) else read(text, path)


def chosen_variable(variable: str | None, path: str, *nodes: Node) -> str:
    """The variable that is meant: the given one, or the only symbol.

    Raises:
        ToolError: none is given and there are several; or the given one is no name.
    """
    names = symbols(*nodes)
    if variable is not None:
        checked_name(variable, path)
        return variable
    if len(names) > 1 and "x" not in names:
        raise ToolError(path, "", f"the expression has the names {', '.join(names)}", f"give {path}, one of them")
    return "x" if "x" in names or not names else names[0]


def checked_name(name: str, path: str) -> None:
    """Raise a ToolError unless `name` can be the name of a variable."""
    if symbols(parse(name, path)) != [name.strip()]:
        raise ToolError(path, name, "not the name of a variable", "give a letter or word that is no function or constant")


def checked_positive(positive: list[str], *nodes: Node) -> None:
    """Raise a ToolError where a name that is said to be positive does not occur."""
    known = symbols(*nodes)
    for index, name in enumerate(positive):
        if name not in known:
            names = f"the names are {', '.join(known)}" if known else "leave it out"
            raise ToolError(f"positive[{index}]", name, "does not occur in the expression", names)


def other_symbols(variables: list[str], *nodes: Node) -> list[Notice]:
    """A notice where names beside the variables occur, since a slip of the pen looks the same as a parameter."""
    others = [name for name in symbols(*nodes) if name not in variables]
    if not others:
        return []
    return [Notice(code="parameters", message=f"Taken as constants: {', '.join(others)}.")]


def reading_conventions(*nodes: Node) -> dict[str, str]:
    """How the text was read, where people read it in different ways."""
    used = {part.function for node in nodes for part in parts(node) if isinstance(part, Call)}
    return EXACT | (NATURAL_LOGARITHM if "log" in used else {})


def difference(relation: Relation) -> Node:
    """Left minus right side."""
    return Sum((relation.left, Negative(relation.right)))


def exact_text(value: float) -> str:
    """A double as the shortest decimal that means it, in a form that `Fraction` and the parser read."""
    return str(Fraction(repr(value)))
