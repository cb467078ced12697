"""The value of an arithmetic expression, with units."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import Field

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import Expression, exact_text, read, reading_conventions
from havoc.tools.math.expression_tree import Call, Constant, Negative, Node, Number, Power, Product, Sum, Symbol, symbols
from havoc.tools.math.sandbox import SANDBOX
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import DATA, Finite, Named

TOPIC = "Algebra"
KEEPS_UNIT = frozenset({"abs", "min", "max"})
Unit = Mapping[str, Fraction]
"""Powers of the names in a unit: m/s is {"m": 1, "s": -1}."""


class Evaluate(Arguments):
    """An expression whose names are values or units."""

    aliases: ClassVar = {"expr": "expression", "text": "expression", "formula": "expression", "variables": "values"}

    expression: Expression
    """Such as `12.5 mm + 3 mm` or `F*L^3/(48*E*I)`."""
    values: Annotated[Named[Finite], DATA] = Field(default_factory=dict)
    """Value of each variable; other names are units."""


class EvaluateResult(Result):
    """One number, exact and as double."""

    headline: ClassVar[tuple[str, ...]] = ("value", "result_unit", "exact")

    value: float | None
    """None where it is complex or leaves double precision."""
    exact: str | None
    """Exact form, as `sqrt(2)/2`."""
    decimal: str
    """15 significant digits as text, whatever the size; i is the imaginary unit."""
    imaginary: float | None
    """Imaginary part; 0 for real numbers."""
    result_unit: str
    """Unit that follows from the expression; empty for plain numbers."""


@operation(
    "evaluate",
    topic=TOPIC,
    source="Arithmetic on exact rationals (sympy); decimals by interval-checked evaluation (Johansson, mpmath)",
    examples=(
        {"expression": "12.5 mm + 3 mm"},
        {"expression": "F*L^3/(48*E*I)", "values": {"F": 1000, "L": 2, "E": 210e9, "I": 1e-6}},
        {"expression": "sqrt(2)*sin(pi/4)"},
    ),
)
def evaluate(arguments: Evaluate) -> EvaluateResult:
    """What is the value of an arithmetic expression?

    Names are variables (given in `values`) or units, which are kept as text and never converted: mm and cm cannot be added.
    For roots of an equation use solve_equation, to rearrange one simplify, to integrate one integrate.
    """
    path = "expression"
    node = read(arguments.expression, path)
    names = symbols(node)
    unused = [name for name in arguments.values if name not in names]
    if unused:
        raise ToolError(f"values.{unused[0]}", unused[0], "does not occur in the expression", "leave it out")
    units = [name for name in names if name not in arguments.values]
    unit = _unit(node, _Reading(arguments.values, path))
    values = {name: exact_text(value) for name, value in arguments.values.items()}
    answer = SANDBOX.run("evaluate", path, text=arguments.expression, values=values, units=units)
    undefined: dict[str, str] = {}
    value, imaginary = (answer[part] if math.isfinite(answer[part]) else None for part in ("value", "imaginary"))
    if value is None or imaginary is None:
        missing = [name for name, part in (("value", value), ("imaginary", imaginary)) if part is None]
        undefined |= dict.fromkeys(missing, "beyond double precision; see decimal")
    if imaginary != 0:
        value = None
        undefined["value"] = "the number is complex; see decimal"
    if answer["exact"] is None:
        undefined["exact"] = "the exact form is too long to read"
    shown = unit_text(unit)
    return EvaluateResult(
        method="Exact arithmetic, then decimals",
        n_used=1,
        value=value,
        exact=answer["exact"],
        decimal=answer["decimal"],
        imaginary=imaginary,
        result_unit=shown,
        conventions=reading_conventions(node) | {"powers": "principal value; real roots of negatives by cbrt(x)"},
        undefined=undefined,
        conclusion=f"The value is {answer['decimal']}{' ' + shown if shown else ''}.",
    )


@dataclass(frozen=True)
class _Reading:
    """What the names of an expression mean."""

    values: Mapping[str, float]
    path: str


def _unit(node: Node, reading: _Reading) -> Unit:
    """The unit of a part.

    Raises:
        ToolError: a sum, a function or an exponent has units that do not go together.
    """
    match node:
        case Number() | Constant():
            return {}
        case Symbol(name):
            return {} if name in reading.values else {name: Fraction(1)}
        case Negative(operand):
            return _unit(operand, reading)
        case Sum(terms):
            return _common(terms, "added", reading)
        case Product(factors, divisors):
            sides = [(_unit(one, reading), 1) for one in factors] + [(_unit(one, reading), -1) for one in divisors]
            names = [name for unit, _ in sides for name in unit]
            powers = {name: sum(sign * unit.get(name, Fraction(0)) for unit, sign in sides) for name in names}
            return {name: Fraction(power) for name, power in powers.items() if power}
        case Power(base, exponent):
            return _power(_unit(base, reading), exponent, reading)
        case Call(function, arguments):
            if function in KEEPS_UNIT:
                return _common(arguments, "compared", reading)
            if function == "sqrt":
                return _power(_unit(arguments[0], reading), Number(Fraction(1, 2)), reading)
            for argument in arguments:
                _refuse_unit(_unit(argument, reading), f"{function} of", reading)
    return {}


def _common(nodes: tuple[Node, ...], what: str, reading: _Reading) -> Unit:
    first, *others = [_unit(node, reading) for node in nodes]
    for other in others:
        if other != first:
            names = " and ".join(unit_text(unit) or "a plain number" for unit in (first, other))
            raise ToolError(
                reading.path, "", f"{names} cannot be {what}", "convert to one unit first, or give variables in values"
            )
    return first


def _power(unit: Unit, exponent: Node, reading: _Reading) -> Unit:
    _refuse_unit(_unit(exponent, reading), "an exponent with", reading)
    if not unit:
        return {}
    power = _rational(exponent)
    if power is None:
        raise ToolError(
            reading.path, "", f"{unit_text(unit)} to a power that is no plain number", "write the power as a number"
        )
    return {name: old * power for name, old in unit.items() if power}


def _rational(node: Node) -> Fraction | None:
    """A number, minus a number, or a quotient of two."""
    match node:
        case Number(value):
            return value
        case Negative(Number(value)):
            return -value
        case Product((Number(above),), (Number(below),)) if below:
            return above / below
    return None


def _refuse_unit(unit: Unit, where: str, reading: _Reading) -> None:
    if unit:
        name = unit_text(unit)
        raise ToolError(
            reading.path, name, f"{where} the unit {name}", f"divide by the unit first, or give {name} in values"
        )


def unit_text(unit: Unit) -> str:
    """A unit as text: `kg*m/s^2`."""
    above = [_factor(name, power) for name, power in unit.items() if power > 0]
    below = [_factor(name, -power) for name, power in unit.items() if power < 0]
    if not below:
        return "*".join(above)
    divisor = below[0] if len(below) == 1 else f"({'*'.join(below)})"
    return f"{'*'.join(above) or '1'}/{divisor}"


def _factor(name: str, power: Fraction) -> str:
    if power == 1:
        return name
    return f"{name}^{power}" if power.denominator == 1 else f"{name}^({power})"
