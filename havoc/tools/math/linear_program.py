"""Linear programs, with whole-numbered variables where asked for."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy import optimize

from havoc.tools.errors import ToolError
from havoc.tools.math.expression import parse_relation
from havoc.tools.math.expression_fields import Expression, Expressions, Names, difference, read
from havoc.tools.math.expression_size import refuse_bombs
from havoc.tools.math.expression_tree import Negative, Node, Number, Product, Sum, Symbol
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import DATA, SETTING, Named, Numbers

TOPIC = "Roots and optima"
SECONDS = 1.0
CONSTANT = ""
"""The key of the constant in a linear form."""
Linear = Mapping[str, Fraction]


class LinearProgram(Arguments):
    """A linear objective and linear constraints."""

    aliases: ClassVar = {"expression": "objective", "subject_to": "constraints", "integers": "integer"}

    objective: Expression
    """Such as `3*x + 5*y`."""
    constraints: Expressions
    """Such as `x + 2*y <= 8`."""
    goal: Annotated[Literal["minimize", "maximize"], SETTING] = "maximize"
    bounds: Annotated[Named[Numbers], DATA] = Field(default_factory=dict)
    """[low, high] of variables that are not just 0 or more."""
    free: Names = Field(default_factory=list)
    """Variables that may be negative without limit."""
    integer: Names = Field(default_factory=list)
    """Variables that must be whole numbers."""


class ConstraintReport(BaseModel):
    """One constraint at the optimum."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    constraint: str
    slack: float
    """Distance of the two sides; 0 where it binds."""
    shadow_price: float | None
    """Change of the optimal value per unit of the right side; None with whole-numbered variables."""


class LinearProgramResult(Result):
    """The optimum of a linear program."""

    headline: ClassVar[tuple[str, ...]] = ("value", "point")

    value: float
    """The objective at the optimum."""
    point: dict[str, float]
    constraints: list[ConstraintReport]


@operation(
    "linear_program",
    topic=TOPIC,
    source="Huangfu and Hall (2018), Parallelizing the dual revised simplex method (HiGHS, scipy linprog)",
    examples=({"objective": "3*x + 5*y", "constraints": ["x <= 4", "2*y <= 12", "3*x + 2*y <= 18"]},),
)
def linear_program(arguments: LinearProgram) -> LinearProgramResult:
    """Where is a linear objective greatest or least under linear constraints?

    Variables are 0 or more unless `bounds` or `free` says otherwise. The optimum is the global one; shadow prices tell what
    one more unit of a resource is worth. For curved objectives or constraints use minimize.
    """
    objective = _linear(read(arguments.objective, "objective"), "objective")
    rows, kinds = [], []
    for index, text in enumerate(arguments.constraints):
        path = f"constraints[{index}]"
        relation = parse_relation(text, path)
        for side in (relation.left, relation.right):
            refuse_bombs(side, path)
        rows.append(_linear(difference(relation), path))
        kinds.append(relation.comparison)
    names = sorted({name for form in (objective, *rows) for name in form if name != CONSTANT})
    if not names:
        raise ToolError("objective", arguments.objective, "no variable occurs", "use evaluate for numbers")
    for path, given in (("bounds", arguments.bounds), ("free", arguments.free), ("integer", arguments.integer)):
        unknown = [name for name in given if name not in names]
        if unknown:
            raise ToolError(path, unknown[0], "does not occur in the program", f"the variables are {', '.join(names)}")
    # linprog minimises with rows <=: what is to be at least is multiplied by -1.
    signs = [-1.0 if kind in (">", ">=") else 1.0 for kind in kinds]
    matrix = np.array([[sign * float(row.get(name, 0)) for name in names] for sign, row in zip(signs, rows, strict=True)])
    right = np.array([-sign * float(row.get(CONSTANT, 0)) for sign, row in zip(signs, rows, strict=True)])
    equal = np.array([kind == "=" for kind in kinds])
    direction = -1.0 if arguments.goal == "maximize" else 1.0
    found = optimize.linprog(
        direction * np.array([float(objective.get(name, 0)) for name in names]),
        A_ub=matrix[~equal] if not equal.all() else None,
        b_ub=right[~equal] if not equal.all() else None,
        A_eq=matrix[equal] if equal.any() else None,
        b_eq=right[equal] if equal.any() else None,
        bounds=[_bounds(arguments, name) for name in names],
        integrality=[int(name in arguments.integer) for name in names],
        method="highs",
        options={"time_limit": SECONDS},
    )
    if found.status != 0:
        problem, remedy = {
            1: ("no optimum was found in time", "give a smaller program"),
            2: ("no point satisfies all constraints", "loosen one of them"),
            3: (
                f"the objective can be made {'greater' if direction < 0 else 'less'} without end",
                "add the missing constraint",
            ),
        }.get(found.status, ("the numbers are too ill-conditioned", "rescale the variables"))
        raise ToolError("constraints", "", problem, remedy)
    value = direction * float(found.fun) + float(objective.get(CONSTANT, 0))
    point = {name: float(x) for name, x in zip(names, found.x, strict=True)}
    prices = np.zeros(len(rows))
    prices[~equal], prices[equal] = found.ineqlin.marginals, found.eqlin.marginals
    slacks = right - matrix @ found.x
    reports = [
        ConstraintReport(
            constraint=text,
            slack=abs(float(slack)),
            shadow_price=None if arguments.integer else float(direction * sign * price) + 0.0,
        )
        for text, slack, sign, price in zip(arguments.constraints, slacks, signs, prices, strict=True)
    ]
    shown = ", ".join(f"{name} = {x:.7g}" for name, x in point.items())
    strict = [text for text, kind in zip(arguments.constraints, kinds, strict=True) if kind in ("<", ">")]
    return LinearProgramResult(
        method="Branch and bound (HiGHS)" if arguments.integer else "Dual simplex (HiGHS)",
        n_used=len(rows),
        value=value,
        point=point,
        constraints=reports,
        conventions={"bounds": "variables are 0 or more unless bounds or free says otherwise"},
        warnings=[Notice(code="strict", message=f"{text} is taken with equality allowed.") for text in strict],
        conclusion=f"The {'greatest' if direction < 0 else 'least'} value is {value:.7g} at {shown}.",
    )


def _bounds(arguments: LinearProgram, name: str) -> tuple[float | None, float | None]:
    given = arguments.bounds.get(name)
    if given is None:
        return (None, None) if name in arguments.free else (0, None)
    if len(given) != 2 or not given[0] <= given[1] or not math.isfinite(given[1] - given[0]):
        raise ToolError(f"bounds.{name}", given, "not two rising numbers", "give [low, high]")
    return given[0], given[1]


def _linear(node: Node, path: str) -> Linear:
    """Coefficient of each name, exactly.

    Raises:
        ToolError: the expression is not linear.
    """
    match node:
        case Number(value):
            return {CONSTANT: value}
        case Symbol(name):
            return {name: Fraction(1)}
        case Negative(operand):
            return {name: -value for name, value in _linear(operand, path).items()}
        case Sum(terms):
            total: dict[str, Fraction] = {}
            for term in terms:
                for name, value in _linear(term, path).items():
                    total[name] = total.get(name, Fraction(0)) + value
            return total
        case Product(factors, divisors):
            forms = [_linear(factor, path) for factor in factors]
            scale = Fraction(1)
            for form in [_linear(divisor, path) for divisor in divisors]:
                if set(form) != {CONSTANT} or not form[CONSTANT]:
                    raise _not_linear(path)
                scale /= form[CONSTANT]
            varying = [form for form in forms if set(form) != {CONSTANT}]
            if len(varying) > 1:
                raise _not_linear(path)
            for form in forms:
                if set(form) == {CONSTANT}:
                    scale *= form[CONSTANT]
            return {name: scale * value for name, value in (varying[0] if varying else {CONSTANT: Fraction(1)}).items()}
    raise _not_linear(path)


def _not_linear(path: str) -> ToolError:
    return ToolError(path, "", "not linear", "write numbers times variables, or use minimize")
