"""How large the numbers of an expression would become: bombs such as 9^9^9^9 are refused before anything computes them."""

import math
from collections.abc import Callable

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_tree import Call, Constant, Negative, Node, Number, Power, Product, Sum

MAX_POWER_DIGITS = 4000
"""Digits of a number, before or after the decimal point."""
MAX_FACTORIAL = 1500
"""1500! has 4115 digits."""

_BITS = MAX_POWER_DIGITS * math.log2(10)
_PLAIN: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "ln": math.log,
    "log10": math.log10,
    "log2": math.log2,
}


def refuse_bombs(node: Node, path: str) -> None:
    """Raise a ToolError where a part without symbols has more than `MAX_POWER_DIGITS` digits."""
    _size(node, path)


_Size = tuple[float | None, float]
"""A part's value (None: not known without symbols; infinite beyond doubles) and log2 of its magnitude."""


def _size(node: Node, path: str) -> _Size:
    match node:
        case Number(number):
            bits = _log2(abs(number.numerator)) - _log2(number.denominator)
            return _value(bits) if abs(bits) > 1000 else float(number), bits
        case Constant(name):
            return (math.pi, math.log2(math.pi)) if name == "pi" else (math.e, math.log2(math.e))
        case Negative(operand):
            value, bits = _size(operand, path)
            return None if value is None else -value, bits
        case Sum(terms):
            sizes = [_size(term, path) for term in terms]
            known = [value for value, _ in sizes if value is not None]
            total = math.fsum(known) if all(map(math.isfinite, known)) else math.inf
            return (total if len(known) == len(sizes) else None), _bits_of(total, max(bits for _, bits in sizes))
        case Product(factors, divisors):
            above = [_size(factor, path) for factor in factors]
            below = [_size(divisor, path) for divisor in divisors]
            bits = sum(bits for _, bits in above) - sum(bits for _, bits in below)
            values = [value for value, _ in above + below]
            negative = sum(value is not None and value < 0 for value in values) % 2 == 1
            return (None if None in values else _value(bits, negative)), bits
        case Power(base, exponent):
            return _power(_size(base, path), _size(exponent, path), path)
        case Call(function, arguments):
            return _call(function, [_size(argument, path) for argument in arguments], path)
    return None, 0.0


def _power(base: _Size, exponent: _Size, path: str) -> _Size:
    (value, bits), (power, _) = base, exponent
    if value is None or power is None or bits == 0:
        return (None if value is None or power is None else value), 0.0
    if value == 0:
        return 0.0, -math.inf
    bits *= power
    if not abs(bits) <= _BITS:
        _refuse("power", abs(bits) / math.log2(10), path)
    if value < 0:
        return (_value(bits, power % 2 == 1) if power == int(power) else None), bits
    return _value(bits), bits


def _call(function: str, sizes: list[_Size], path: str) -> _Size:
    value, bits = sizes[0]
    if value is None or any(one is None for one, _ in sizes):
        return None, 0.0
    if function in ("factorial", "gamma", "loggamma"):
        if value > MAX_FACTORIAL:
            raise ToolError(path, "", f"a factorial above {MAX_FACTORIAL}!", "give a smaller argument, or use logarithms")
        if value <= 0 or function == "loggamma":
            return None if value < 0 else 1.0, 0.0
        bits = math.lgamma(value + (function == "factorial")) / math.log(2)
        return _value(bits), bits
    if function in ("exp", "sinh", "cosh"):
        bits = value / math.log(2) if function == "exp" else abs(value) / math.log(2)
        if not abs(bits) <= _BITS:
            _refuse(function, abs(bits) / math.log2(10), path)
        return _value(bits), bits
    if function == "binomial":
        n, k = value, sizes[1][0] or 0.0
        bits = min(abs(k), abs(n - k)) * math.log2(abs(n) + 2)
        if not bits <= _BITS:
            _refuse(function, bits / math.log2(10), path)
        return None, bits
    if function in _PLAIN and math.isfinite(value):
        try:
            result = float(_PLAIN[function](value))
        except ValueError:
            return None, 0.0
        return result, _bits_of(result, bits)
    return None, max(bits for _, bits in sizes)


def _refuse(function: str, digits: float, path: str) -> None:
    count = f"{digits:,.0f}" if digits < 1e15 else "more than 1e15"
    problem = f"the {function} would give a number of {count} digits"
    raise ToolError(path, "", problem, f"numbers may have {MAX_POWER_DIGITS}; use logarithms")


def _log2(number: int) -> float:
    """log2, whatever the size; 0 for 0."""
    excess = max(0, number.bit_length() - 1000)
    return math.log2(number >> excess) + excess if number else 0.0


def _value(bits: float, negative: bool = False) -> float:
    size = 2.0**bits if bits < 1023 else math.inf
    return -size if negative else size


def _bits_of(value: float, otherwise: float) -> float:
    return math.log2(abs(value)) if math.isfinite(value) and value != 0 else otherwise
