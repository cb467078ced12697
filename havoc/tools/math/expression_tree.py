"""The tree of a mathematical expression."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal, exact."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant:
    """pi or e."""

    name: Literal["pi", "e"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A variable, a parameter or a unit."""

    name: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms; a subtracted one is Negative."""

    terms: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus an operand."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Product:
    """Factors, over divisors."""

    factors: tuple["Node", ...]
    divisors: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Power:
    """A base to an exponent."""

    base: "Node"
    exponent: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `FUNCTIONS`."""

    function: str
    arguments: tuple["Node", ...]


Node = Number | Constant | Symbol | Sum | Negative | Product | Power | Call
Comparison = Literal["=", "<=", ">=", "<", ">"]


@dataclass(frozen=True, slots=True)
class Relation:
    """Two sides and what stands between them."""

    left: Node
    comparison: Comparison
    right: Node


def parts(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from parts(child)


def children(node: Node) -> tuple[Node, ...]:
    """What a node is made of, in the order of the text."""
    match node:
        case Sum(terms):
            return terms
        case Negative(operand):
            return (operand,)
        case Product(factors, divisors):
            return factors + divisors
        case Power(base, exponent):
            return (base, exponent)
        case Call(_, arguments):
            return arguments
    return ()


def symbols(*nodes: Node) -> list[str]:
    """Names of the symbols, in the order of the alphabet."""
    return sorted({part.name for node in nodes for part in parts(node) if isinstance(part, Symbol)})
