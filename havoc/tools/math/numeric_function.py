"""An expression as a function of doubles."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import special

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_tree import (
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    parts,
    symbols,
)

MAX_STEPS = 4_000_000
"""Operations on doubles that the functions of one call may take together; a second or two."""
CALL_STEPS, FUNCTION_STEPS = 10, 8
"""What calling an expression, and a function such as sin in it, costs in operations."""

Values = Any
"""A double or an array of doubles."""
_Compiled = Callable[[Sequence[Values]], Values]

_FUNCTIONS: dict[str, Callable[..., Values]] = {
    **{name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log10", "log2", "sqrt")},
    **{name: getattr(np, name) for name in ("cbrt", "abs", "sign", "floor", "ceil")},
    **{"asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2, "ln": np.log},
    **{"asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh},
    **{"erf": special.erf, "erfc": special.erfc, "gamma": special.gamma, "loggamma": special.gammaln},
    "cot": lambda x: 1 / np.tan(x),
    "sec": lambda x: 1 / np.cos(x),
    "csc": lambda x: 1 / np.sin(x),
    "log": lambda x, base=None: np.log(x) if base is None else np.log(x) / np.log(base),
    "factorial": lambda n: special.gamma(n + 1),
    "binomial": special.binom,
    "min": lambda *values: _all(np.minimum, values),
    "max": lambda *values: _all(np.maximum, values),
}


class BudgetError(ToolError):
    """A search that needs more evaluations than one call may take."""

    def __init__(self) -> None:
        super().__init__("", "", "the search needs too many evaluations", "narrow the range, or simplify the expression")


class Budget:
    """Steps that several functions may make together, so that no search runs away."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        """Take `steps`.

        Raises:
            BudgetError: they are used up.
        """
        self._left -= steps
        if self._left < 0:
            raise BudgetError


class NumericFunction:
    """Value of `node` for given values of its symbols; NaN or infinite where it is not defined.

    Args:
        names: symbols, in the order of the call's arguments.
        path: the argument that the expression came in, for errors.
        budget: shared with the other functions of the operation.
    """

    def __init__(self, node: Node, names: Sequence[str], path: str, budget: Budget) -> None:
        unknown = [name for name in symbols(node) if name not in names]
        if unknown:
            known = f"only {', '.join(names)} may occur" if names else "no names may occur"
            raise ToolError(path, unknown[0], f"{unknown[0]} has no value", f"write its value as a number; {known}")
        self._compiled = _compile(node, {name: index for index, name in enumerate(names)}, path)
        self._cost = CALL_STEPS + sum(FUNCTION_STEPS if isinstance(part, Call) else 1 for part in parts(node))
        self._budget = budget

    def __call__(self, *values: Values) -> Values:
        """The value at `values`, doubles or arrays alike."""
        self._budget.spend(self._cost)
        # A numpy double divides by zero quietly, where a Python float would raise.
        return self._compiled([value if isinstance(value, np.ndarray) else np.float64(value) for value in values])


def _compile(node: Node, places: dict[str, int], path: str) -> _Compiled:
    match node:
        case Number(value):
            if abs(value) > 1.7e308:
                raise ToolError(path, "", "a number too large for a double", "rescale the expression")
            return _constant(float(value))
        case Constant(name):
            return _constant(math.pi if name == "pi" else math.e)
        case Symbol(name):
            place = places[name]
            return lambda values: values[place]
        case Negative(operand):
            inner = _compile(operand, places, path)
            return lambda values: -inner(values)
        case Sum(terms):
            first, *others = [_compile(term, places, path) for term in terms]
            return lambda values: sum((other(values) for other in others), start=first(values))
        case Product(factors, divisors):
            return _quotient(
                [_compile(one, places, path) for one in factors], [_compile(one, places, path) for one in divisors]
            )
        case Power(base, exponent):
            root, power = _compile(base, places, path), _compile(exponent, places, path)
            return lambda values: root(values) ** power(values)
        case Call(function, arguments):
            compute, inputs = _FUNCTIONS[function], [_compile(argument, places, path) for argument in arguments]
            return lambda values: compute(*[one(values) for one in inputs])


def _constant(number: float) -> _Compiled:
    value = np.float64(number)
    return lambda values: value


def _quotient(factors: list[_Compiled], divisors: list[_Compiled]) -> _Compiled:
    def compute(values: Sequence[Values]) -> Values:
        result = factors[0](values)
        for factor in factors[1:]:
            result = result * factor(values)
        for divisor in divisors:
            result = result / divisor(values)
        return result

    return compute


def _all(combine: Callable[[Values, Values], Values], values: Sequence[Values]) -> Values:
    result = values[0]
    for value in values[1:]:
        result = combine(result, value)
    return result
