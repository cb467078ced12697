"""Sums and products over an index."""

from collections.abc import Callable
from typing import Any

import sympy

from havoc.tools.errors import ToolError
from havoc.tools.math.symbolic_work.calculus import point, read, settled, summary
from havoc.tools.math.symbolic_work.conversion import as_numbers

MAX_DIRECT = 200
"""Terms that are also added one by one, as a check."""


def summation(text: str, index: str, lower: str, upper: str, positive: list[str]) -> dict[str, Any]:
    """The sum, and the direct sum of the first terms where all are numbers."""
    return _over(sympy.summation, sympy.Sum, lambda one, other: one + other, text, index, lower, upper, positive)


def product(text: str, index: str, lower: str, upper: str, positive: list[str]) -> dict[str, Any]:
    """The product, and the direct product of the first factors where all are numbers."""
    return _over(_product, sympy.Product, lambda one, other: one * other, text, index, lower, upper, positive)


def _product(expression: Any, limits: tuple[Any, Any, Any]) -> Any:
    """sympy has no infinite products but as limits of finite ones."""
    index, first, last = limits
    if last != sympy.oo:
        return sympy.product(expression, limits)
    end = sympy.Symbol("end", integer=True, positive=True)
    finite = sympy.product(expression, (index, first, end))
    if finite.has(sympy.Product):
        return finite
    return sympy.limit(sympy.gammasimp(finite.rewrite(sympy.gamma)), end, sympy.oo)


def _over(
    closed_form: Callable[..., Any],
    unevaluated: Any,
    combine: Callable[[Any, Any], Any],
    text: str,
    index: str,
    lower: str,
    upper: str,
    positive: list[str],
) -> dict[str, Any]:
    expression, names = read(text, [index], positive)
    # The index runs over whole numbers, which lets (-1)^n and the like be simplified.
    whole = sympy.Symbol(index, integer=True)
    expression = expression.subs(names[index], whole)
    first, last = point(lower, "lower", names), point(upper, "upper", names)
    for path, end in (("lower", first), ("upper", last)):
        if end.is_number and not end.is_infinite and not end.is_integer:
            raise ToolError(path, str(end), "not a whole number", "an index takes whole steps")
    if first.is_Integer and last.is_Integer and last < first:
        raise ToolError("upper", str(last), "below lower, so nothing is left", "give lower and upper in order")
    whole_result = closed_form(expression, (whole, first, last))
    found, condition = settled(whole_result, unevaluated)
    if found is None:
        # mpmath extrapolates the partial sums.
        value = sympy.nan if whole_result.free_symbols or unevaluated is sympy.Product else sympy.N(whole_result, 15)
        return {"kind": "none", "value": float(value) if value.is_Float and value.is_finite else None}
    answer = {**summary(found), "condition": condition}
    if answer["kind"] == "number" and first.is_Integer and last.is_Integer and last - first < MAX_DIRECT:
        total = expression.subs(whole, first)
        for step in range(int(first) + 1, int(last) + 1):
            total = combine(total, expression.subs(whole, step))
        numbers = as_numbers(total)
        answer["direct"] = None if numbers is None else numbers[0]
    return answer
