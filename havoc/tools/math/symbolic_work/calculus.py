"""Derivatives, integrals, limits and series."""

from typing import Any, Literal

import sympy

from havoc.tools.errors import ToolError
from havoc.tools.math.expression import parse
from havoc.tools.math.expression_fields import is_infinite
from havoc.tools.math.expression_tree import symbols
from havoc.tools.math.symbolic_work.conversion import as_numbers, as_text, declare, to_sympy
from havoc.tools.math.symbolic_work.numbers import agree


def read(text: str, variables: list[str], positive: list[str]) -> tuple[Any, dict[str, Any]]:
    """The expression, and all its symbols by name with `variables` among them."""
    node = parse(text, "expression")
    names = declare(sorted({*symbols(node), *variables}), positive)
    return to_sympy(node, names), names


def point(text: str, path: str, names: dict[str, Any]) -> Any:
    """A limit of integration or the like."""
    sign = is_infinite(text)
    if sign:
        return sign * sympy.oo
    node = parse(text, path)
    return to_sympy(node, names | declare([name for name in symbols(node) if name not in names], []))


def summary(expression: Any) -> dict[str, Any]:
    """Exact text and doubles of a result; `kind` is number, symbolic, infinite or undefined."""
    exact = as_text(expression)
    if expression.has(sympy.nan, sympy.zoo) or expression.has(sympy.AccumBounds):
        return {"kind": "undefined", "exact": exact, "value": None, "imaginary": 0.0}
    if expression.is_infinite or expression.has(sympy.oo, -sympy.oo):
        return {"kind": "infinite", "exact": exact, "value": None, "imaginary": 0.0}
    numbers = None if expression.free_symbols else as_numbers(expression)
    if numbers is None:
        return {"kind": "symbolic", "exact": exact, "value": None, "imaginary": 0.0}
    return {"kind": "number", "exact": exact, "value": numbers[0], "imaginary": numbers[1]}


def settled(found: Any, unevaluated: Any) -> tuple[Any, str | None]:
    """What was found, and under which condition; None where it still has `unevaluated` parts."""
    if isinstance(found, sympy.Piecewise):
        expression, condition = found.args[0]
        inner, further = settled(expression, unevaluated)
        conditions = [] if condition == sympy.true else [str(as_text(condition))]
        return inner, " and ".join([*conditions, *([further] if further else [])]) or None
    return (None, None) if found.has(unevaluated) else (found, None)


def differentiate(text: str, variable: str, order: int, at: dict[str, str], positive: list[str]) -> dict[str, Any]:
    """The derivative, and its value at a point."""
    expression, names = read(text, [variable], positive)
    derivative = sympy.diff(expression, names[variable], order)
    simpler = sympy.simplify(derivative)
    if sympy.count_ops(simpler) < sympy.count_ops(derivative) and agree(simpler, derivative):
        derivative = simpler
    values = {names[name]: sympy.Rational(value) for name, value in at.items() if name in names}
    return {**summary(derivative), "at": summary(derivative.subs(values)) if at else None}


def integrate(text: str, variable: str, lower: str | None, upper: str | None, positive: list[str]) -> dict[str, Any]:
    """The integral as sympy finds it; `kind` is `none` where it finds none. An antiderivative is differentiated again."""
    expression, names = read(text, [variable], positive)
    symbol = names[variable]
    if lower is None or upper is None:
        found, condition = settled(sympy.integrate(expression, symbol), sympy.Integral)
        if found is None:
            return {"kind": "none"}
        return {**summary(found), "condition": condition, "verified": agree(sympy.diff(found, symbol), expression)}
    ends = (symbol, point(lower, "lower", names), point(upper, "upper", names))
    found, condition = settled(sympy.integrate(expression, ends), sympy.Integral)
    return {"kind": "none"} if found is None else {**summary(found), "condition": condition}


def limit(
    text: str, variable: str, at: str, direction: Literal["both", "from_above", "from_below"], positive: list[str]
) -> dict[str, Any]:
    """The limit, with those from either side where `both` are asked for, and values of the expression on the way."""
    expression, names = read(text, [variable], positive)
    symbol, target = names[variable], point(at, "point", names)
    sides = {"both": "-+", "from_above": "+", "from_below": "-"}[direction]
    if target.is_infinite:
        sides = "-" if target == sympy.oo else "+"
    limits = {side: sympy.limit(expression, symbol, target, side) for side in sides}
    if any(one.has(sympy.Limit) for one in limits.values()):
        return {"kind": "none"}
    first, *others = limits.values()
    same = not others or sympy.simplify(first - others[0]) == 0 or first == others[0]
    return {
        "agree": same,
        "sides": {side: summary(one) for side, one in limits.items()},
        "approach": {side: _approach(expression, symbol, target, side) for side in sides},
    }


def _approach(expression: Any, symbol: Any, target: Any, side: str) -> list[list[float]]:
    """Values ever nearer to the point; empty where they are not numbers, or cancel to fewer digits than can be had."""
    values = []
    for step in (6, 9, 12):
        gap = sympy.Integer(10) ** (step if target.is_infinite else -step)
        near = gap * (1 if target == sympy.oo else -1) if target.is_infinite else target + (gap if side == "+" else -gap)
        # Substituted as a float during the evaluation: an exact (1 + 1/n)^n would have n digits, and so would n!.
        value = expression.evalf(20, subs={symbol: sympy.Float(near, 60)}, maxn=400)
        parts = value.as_real_imag()
        if not all(part.is_Float or part.is_Rational for part in parts) or any(_cancelled(part) for part in parts):
            return []
        values.append([float(part) for part in parts])
    return values


def _cancelled(part: Any) -> bool:
    return bool(part.is_Float and part._prec < 30)


def series(text: str, variable: str, about: str, terms: int, positive: list[str]) -> dict[str, Any]:
    """The power series up to, and without, the power `terms`, with its coefficients."""
    expression, names = read(text, [variable], positive)
    symbol, centre = names[variable], point(about, "point", names)
    shifted = expression.subs(symbol, symbol + centre)
    expansion = sympy.series(shifted, symbol, 0, terms).removeO()
    if expansion.has(sympy.Order, sympy.nan, sympy.zoo):
        raise ToolError("", "", "no series was found", "give a point where the expression is defined")
    expansion = sympy.expand(expansion)
    powers: dict[Any, Any] = {}
    for term in sympy.Add.make_args(expansion):
        coefficient, power = term.as_coeff_exponent(symbol)
        if coefficient.has(symbol):
            raise ToolError("", "", "the expansion is no power series", "expand about another point")
        powers[power] = powers.get(power, 0) + coefficient
    ordered = sorted((power for power in powers if power < terms), key=float)
    found = sympy.Add(*[powers[power] * (symbol - centre) ** power for power in ordered], evaluate=False)
    return {
        "exact": as_text(found),
        "coefficients": [{"power": str(power), **summary(powers[power])} for power in ordered],
    }
