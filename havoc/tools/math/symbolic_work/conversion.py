"""Trees of expressions as sympy's, and sympy's as text."""

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.printing.str import StrPrinter

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_tree import Call, Constant, Negative, Node, Number, Power, Product, Sum, Symbol

MAX_EXPONENT = 1000
"""Whole powers of sums that symbolic operations may be asked for."""
MAX_TEXT = 4000
"""Characters of a result; what is longer tells nobody anything."""

Symbols = Mapping[str, Any]
"""Name -> sympy's symbol, with what is assumed of it."""

_SAME_NAME = (
    *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"),
    *("asinh", "acosh", "atanh", "exp", "log", "sqrt", "sign", "floor"),
    *("factorial", "gamma", "loggamma", "erf", "erfc", "binomial"),
)
_FUNCTIONS: dict[str, Any] = {
    **{name: getattr(sympy, name) for name in _SAME_NAME},
    "ln": sympy.log,
    "log10": lambda x: sympy.log(x, 10),
    "log2": lambda x: sympy.log(x, 2),
    # sympy's cbrt is the principal, complex root; real_root stays unevaluated for symbols.
    "cbrt": lambda x: sympy.sign(x) * sympy.Abs(x) ** sympy.Rational(1, 3),
    "abs": sympy.Abs,
    "ceil": sympy.ceiling,
    "min": sympy.Min,
    "max": sympy.Max,
}


def declare(names: list[str], positive: list[str], *, real: bool = True) -> dict[str, Any]:
    """Symbols by name: real (unless told otherwise), those in `positive` above 0."""
    return {
        name: sympy.Symbol(name, positive=True) if name in positive else sympy.Symbol(name, real=True if real else None)
        for name in names
    }


def to_sympy(node: Node, symbols: Symbols, digits: int | None = None) -> Any:
    """The tree as a sympy expression.

    Args:
        symbols: of every name in the tree.
        digits: decimal numbers become floats of so many digits instead of exact fractions.

    Raises:
        ToolError: a whole power would take more than `MAX_EXPONENT` factors, or more digits than fit.
    """

    def build(part: Node) -> Any:
        match part:
            case Number(value):
                exact = sympy.Rational(value.numerator, value.denominator)
                return exact if digits is None else sympy.Float(exact, digits)
            case Constant(name):
                return sympy.pi if name == "pi" else sympy.E
            case Symbol(name):
                return symbols[name]
            case Negative(operand):
                return -build(operand)
            case Sum(terms):
                return sympy.Add(*map(build, terms))
            case Product(factors, divisors):
                return sympy.Mul(*map(build, factors), *[_inverse(build(one)) for one in divisors])
            case Power(base, exponent):
                return _power(build(base), build(exponent))
            case Call(function, arguments):
                return _FUNCTIONS[function](*map(build, arguments))

    return build(node)


def _inverse(divisor: Any) -> Any:
    if divisor.is_zero:
        raise ToolError("", "", "division by zero", "a divisor of the expression is exactly 0")
    return divisor**-1


def _power(base: Any, exponent: Any) -> Any:
    if base.is_zero and exponent.is_negative:
        raise ToolError("", "", "division by zero", "a negative power of 0 is not defined")
    if exponent.is_Integer and base.is_Rational:
        bits = abs(int(exponent)) * max(base.p.bit_length(), base.q.bit_length())
        if bits > 2**16:
            raise ExactTooLongError
    elif exponent.is_Integer and base.free_symbols and abs(int(exponent)) > MAX_EXPONENT:
        raise ToolError("", "", f"the power {exponent}", f"symbolic powers go to {MAX_EXPONENT}")
    return base**exponent


class ExactTooLongError(ToolError):
    """An exact power with more digits than anybody can use; its decimal value may still be ordinary."""

    def __init__(self) -> None:
        super().__init__("", "", "an exact number of more than 15,000 digits", "use evaluate, which falls back to decimals")


class _Printer(StrPrinter):
    """As the parser reads it; the imaginary unit is i."""

    def _print_Exp1(self, _: Any) -> str:  # noqa: N802 - sympy's name
        return "e"

    def _print_ImaginaryUnit(self, _: Any) -> str:  # noqa: N802
        return "i"

    def _print_Infinity(self, _: Any) -> str:  # noqa: N802
        return "inf"

    def _print_NegativeInfinity(self, _: Any) -> str:  # noqa: N802
        return "-inf"

    def _print_Abs(self, expression: Any) -> str:  # noqa: N802
        return f"abs({self._print(expression.args[0])})"

    def _print_ceiling(self, expression: Any) -> str:
        return f"ceil({self._print(expression.args[0])})"


def as_text(expression: Any) -> str | None:
    """The expression as text that the parser reads back, where it has the functions; None where it is too long."""
    if sum(1 for _ in sympy.preorder_traversal(expression)) > MAX_TEXT:
        return None
    # Integers beyond 4300 digits have no text in Python.
    if any(max(number.p.bit_length(), number.q.bit_length()) > 14_000 for number in expression.atoms(sympy.Rational)):
        return None
    text = _Printer().doprint(expression).replace("**", "^")
    for name, plain in (("Min(", "min("), ("Max(", "max(")):
        text = text.replace(name, plain)
    return text if len(text) <= MAX_TEXT else None


def as_numbers(expression: Any) -> tuple[float, float, str] | None:
    """Real and imaginary part as doubles (infinite beyond their range) and 15 digits as text; None where undefined."""
    value = sympy.N(expression, 20, maxn=400)
    if value.has(sympy.nan, sympy.zoo) or value.free_symbols or not value.is_number:
        return None
    real, imaginary = (sympy.Integer(0) if one.is_Float and one._prec == 1 else one for one in value.as_real_imag())
    if not (real.is_Float or real.is_Rational or real.is_infinite) or not (imaginary.is_Float or imaginary.is_Rational):
        return None
    parts = ["0" if one == 0 else _shortest(str(sympy.N(one, 15))) for one in (real, imaginary)]
    text = parts[0] if imaginary == 0 else f"{parts[0]} {'-' if imaginary < 0 else '+'} {parts[1].lstrip('-')}*i"
    return float(real), float(imaginary), text


def _shortest(decimal: str) -> str:
    """A decimal without the zeros at its end."""
    mantissa, mark, exponent = decimal.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent
