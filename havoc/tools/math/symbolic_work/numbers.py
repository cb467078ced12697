"""Exact values, and comparing expressions by their values."""

from fractions import Fraction
from typing import Any

import sympy

from havoc.tools.errors import ToolError
from havoc.tools.math.expression import parse
from havoc.tools.math.symbolic_work.conversion import ExactTooLongError, as_numbers, as_text, to_sympy

DIGITS = 60
"""Of decimals where exact fractions would be too long."""
_SAMPLES = (0.7310585, 1.4142135, 2.2360679, 0.3333471, 3.1622776, -0.6180339, -1.7320508, 0.1234567)


def evaluate(text: str, values: dict[str, str], units: list[str]) -> dict[str, Any]:
    """The number that `text` means, for `values` (as fractions) of its symbols and 1 for units."""
    node = parse(text, "expression")
    known = {name: _fraction(value) for name, value in values.items()} | {unit: sympy.Integer(1) for unit in units}
    try:
        number = to_sympy(node, known)
        exact = as_text(number)
    except ExactTooLongError:
        number = to_sympy(node, {name: sympy.Float(value, DIGITS) for name, value in known.items()}, DIGITS)
        exact = None
    return {"exact": exact, **described(number)}


def described(number: Any) -> dict[str, Any]:
    """The parts of a number for JSON.

    Raises:
        ToolError: the number is not defined.
    """
    numbers = as_numbers(number)
    if numbers is None:
        raise ToolError("", "", "the value is not defined", "look for a division by zero or a logarithm of 0")
    real, imaginary, decimal = numbers
    return {"value": real, "imaginary": imaginary, "decimal": decimal}


def agree(one: Any, other: Any) -> bool | None:
    """Whether two expressions have equal values at sample points where both are defined; None where too few are."""
    names = sorted(one.free_symbols | other.free_symbols, key=str)
    difference, scale, compared = one - other, abs(one) + abs(other), 0
    for shift in range(len(_SAMPLES)):
        point = {
            name: abs(_at(shift + place)) if name.is_positive else _at(shift + place) for place, name in enumerate(names)
        }
        gap, size = (as_numbers(part.subs(point)) for part in (difference, scale))
        if gap is None or size is None or not sympy.Float(size[0]).is_finite:
            continue
        compared += 1
        if abs(complex(gap[0], gap[1])) > 1e-8 * (1 + size[0]):
            return False
    return True if compared >= 2 else None


def _at(place: int) -> Any:
    return sympy.Rational(str(_SAMPLES[place % len(_SAMPLES)]))


def _fraction(text: str) -> Any:
    value = Fraction(text)
    return sympy.Rational(value.numerator, value.denominator)
