"""Rewriting expressions and solving equations exactly."""

import math
from collections.abc import Iterator
from typing import Any, Literal

import sympy

from havoc.tools.errors import ToolError
from havoc.tools.math.expression import parse
from havoc.tools.math.expression_fields import difference, read_equation
from havoc.tools.math.expression_tree import Node, symbols
from havoc.tools.math.symbolic_work.conversion import as_numbers, as_text, declare, to_sympy
from havoc.tools.math.symbolic_work.numbers import agree

MAX_TERMS = 2000
"""Terms that a power may be expanded to."""
MAX_DEGREE = 100
READABLE = 150
"""Characters beyond which a root of a cubic or quartic is better given as a number."""
ACCURACY = 1e-8
"""Left over, relative to the terms, when a solution is put into its equation."""


def rewrite(text: str, how: Literal["simplify", "expand", "factor"], positive: list[str]) -> dict[str, Any]:
    """The expression in another form, compared with the given one at sample points."""
    node = parse(text, "expression")
    expression = to_sympy(node, declare(symbols(node), positive))
    if how == "expand":
        _refuse_long_powers(expression)
        found = sympy.expand(expression)
    elif how == "factor":
        found = _factored(expression)
    else:
        found = sympy.simplify(expression)
    if agree(expression, found) is False:
        raise ToolError(
            "", "", "the other form does not have the same values", "give the assumption positive, or simplify parts"
        )
    written = as_text(found)
    if written is None:
        raise ToolError("", "", "the result is too long to read", "give a smaller expression")
    return {"expression": written, "terms": len(sympy.Add.make_args(found)), "factors": _factors(found)}


def _factored(expression: Any) -> Any:
    if expression.is_Integer and abs(expression) > 1:
        primes = sympy.factorint(expression).items()
        powers = [sympy.Pow(base, power, evaluate=False) if power > 1 else base for base, power in primes]
        return sympy.Mul(*powers, evaluate=False)
    return sympy.factor(expression)


def _factors(expression: Any) -> list[list[Any]]:
    pairs = [one.as_base_exp() if one.is_Pow else (one, 1) for one in sympy.Mul.make_args(expression)]
    return [[as_text(base), str(power)] for base, power in pairs]


def _refuse_long_powers(expression: Any) -> None:
    for power in expression.atoms(sympy.Pow):
        if power.exp.is_Integer and power.exp > 1 and power.base.is_Add:
            terms = math.comb(int(power.exp) + len(power.base.args) - 1, len(power.base.args) - 1)
            if terms > MAX_TERMS:
                raise ToolError(
                    "", "", f"expanding {power.exp}th powers gives {terms:,} terms", f"at most {MAX_TERMS} are written"
                )


def solve(equations: list[str], unknowns: list[str], positive: list[str], real: bool) -> dict[str, Any]:
    """All solutions that are found, each put into its equations again."""
    nodes: list[Node] = [difference(read_equation(text, f"equations[{index}]")) for index, text in enumerate(equations)]
    names = declare(symbols(*nodes), positive)
    names |= declare(unknowns, positive, real=real)  # parameters are real
    system = [to_sympy(node, names) for node in nodes]
    wanted = [names[name] for name in unknowns]
    for index, one in enumerate(system):
        if not one.free_symbols & set(wanted):
            state = "always holds" if sympy.simplify(one) == 0 else "never holds, or depends on parameters only"
            raise ToolError(f"equations[{index}]", "", f"the equation {state}", f"give an equation in {', '.join(unknowns)}")
    polynomial = all(_polynomial(one, wanted) is not None for one in system)
    if len(system) == len(wanted) == 1 and polynomial:
        found = list(_polynomial_roots(system[0], wanted[0]))
    else:
        solved = sympy.solve(system, wanted, dict=True) or _by_logarithms(system, wanted)
        found = [(_complete(solution, wanted), 1) for solution in solved]
    # Roots of polynomials are found whatever is assumed of the name.
    found = [
        one for one in found if not any(one[0][names[name]].is_positive is False for name in positive if name in unknowns)
    ]
    kept = [(solution, multiplicity) for solution, multiplicity in found if _holds(system, solution)]
    return {
        "solutions": [_described(solution, multiplicity) for solution, multiplicity in kept],
        "rejected": len(found) - len(kept),
        "polynomial": polynomial,
    }


def _polynomial(expression: Any, unknowns: list[Any]) -> Any:
    """The numerator as a polynomial in the unknowns; None where it is none."""
    poly = sympy.numer(sympy.together(expression)).as_poly(*unknowns)
    return None if poly is None or poly.free_symbols_in_domain & set(unknowns) else poly


def _polynomial_roots(expression: Any, unknown: Any) -> Iterator[tuple[dict[Any, Any], int]]:
    """Roots with their multiplicities: exact up to degree 4 and wherever sympy finds them, else to 20 digits."""
    poly = _polynomial(expression, [unknown])
    if poly.degree() > MAX_DEGREE:
        raise ToolError("", "", f"a polynomial of degree {poly.degree()}", f"degrees go to {MAX_DEGREE}")
    for factor, multiplicity in poly.factor_list()[1]:
        exact = sympy.roots(factor)
        complete = sum(exact.values()) == factor.degree()
        if complete and (factor.free_symbols_in_domain or factor.degree() <= 2 or all(map(_readable, exact))):
            for root, count in exact.items():
                yield {unknown: root}, multiplicity * count
        elif factor.free_symbols_in_domain:
            raise NotImplementedError("no formula for roots with parameters")
        else:
            for root in factor.nroots(n=20, maxsteps=200):
                yield {unknown: root}, multiplicity


def _readable(root: Any) -> bool:
    """Cardano's formula writes three real roots with the imaginary unit, which helps nobody."""
    if len(str(root)) > READABLE:
        return False
    numbers = as_numbers(root)
    return numbers is None or not root.has(sympy.I) or abs(numbers[1]) > 1e-12 * (1 + abs(numbers[0]))


def _complete(solution: dict[Any, Any], unknowns: list[Any]) -> dict[Any, Any]:
    """The solution with the unknowns that it leaves free."""
    return {unknown: solution.get(unknown, unknown) for unknown in unknowns}


def _by_logarithms(system: list[Any], wanted: list[Any]) -> list[dict[Any, Any]]:
    """Solutions of first = second after the logarithm of both: sympy misses an exponent over a base below 1."""
    if len(system) != 1 or len(terms := sympy.Add.make_args(system[0])) != 2:
        return []
    first, second = terms if sympy.Mul.make_args(terms[1])[0].is_negative else reversed(terms)
    logarithms = sympy.expand_log(sympy.log(first) - sympy.log(-second), force=True)
    solutions: list[dict[Any, Any]] = sympy.solve([logarithms], wanted, dict=True)
    return solutions


def _holds(system: list[Any], solution: dict[Any, Any]) -> bool:
    """Whether the solution satisfies the equations; True where parameters or free unknowns leave nothing to compare."""
    for expression in system:
        left = expression.subs(solution)
        if left.free_symbols or left == 0:
            continue
        terms = [as_numbers(term.subs(solution)) for term in sympy.Add.make_args(expression)]
        numbers = as_numbers(left)
        if numbers is None:
            return False
        sizes = [abs(complex(term[0], term[1])) for term in terms if term is not None]
        if not abs(complex(numbers[0], numbers[1])) <= ACCURACY * max(sizes, default=1.0):
            return False
    return True


def _described(solution: dict[Any, Any], multiplicity: int) -> dict[str, Any]:
    values = {}
    for unknown, value in solution.items():
        approximate = bool(value.atoms(sympy.Float))
        numbers = None if value.free_symbols else as_numbers(value)
        exact = None if approximate else as_text(value)
        values[str(unknown)] = {
            "exact": exact,
            "value": None if numbers is None else numbers[0],
            "imaginary": 0.0 if numbers is None else numbers[1],
        }
    return {"values": values, "multiplicity": multiplicity}
