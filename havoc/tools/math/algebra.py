"""Rewriting expressions, and solving equations exactly."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from havoc.tools.errors import ToolError
from havoc.tools.math.expression_fields import (
    ExactNumber,
    Expression,
    Expressions,
    Names,
    checked_name,
    checked_positive,
    read,
    read_equation,
    reading_conventions,
)
from havoc.tools.math.expression_tree import Call, parts, symbols
from havoc.tools.math.sandbox import SANDBOX
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING

TOPIC = "Algebra"
REAL_FUNCTIONS = frozenset({"abs", "sign", "floor", "ceil", "min", "max", "cbrt"})
NAMES_ARE_REAL = {"names": "real numbers; those in `positive` above 0"}


class Rewrite(Arguments):
    """An expression to write differently."""

    aliases: ClassVar = {"expr": "expression", "text": "expression", "assume_positive": "positive"}

    expression: Expression
    positive: Names = Field(default_factory=list)
    """Symbols that are known to be above 0, which lets roots and logarithms be combined."""


class Factor(BaseModel):
    """One factor of a product."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    factor: str
    power: str


class RewriteResult(Result):
    """An expression in another form."""

    headline: ClassVar[tuple[str, ...]] = ("expression",)

    expression: str
    """The new form, which every other operation reads."""
    terms: int
    """Terms of the outermost sum."""
    factors: list[Factor]
    """Factors of the outermost product."""


class Solve(Arguments):
    """Equations in one or more unknowns."""

    aliases: ClassVar = {"equation": "equations", "expression": "equations", "unknown": "unknowns", "variable": "unknowns"}

    equations: Expressions
    """One or several; an expression without = is set equal to 0."""
    unknowns: Names = Field(default_factory=list)
    """What to solve for; may be left out where the equations have no other names."""
    positive: Names = Field(default_factory=list)
    """Symbols that are known to be above 0; solutions that are not are left out."""
    domain: Annotated[Literal["complex", "real"], SETTING] = "complex"
    """Which solutions to list."""


class Solution(BaseModel):
    """One solution."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    values: dict[str, ExactNumber]
    """Value of each unknown."""
    real: bool | None
    """Whether all of them are real; None where they depend on symbols."""
    multiplicity: int
    """How often the root occurs."""


class SolveResult(Result):
    """The solutions of equations."""

    headline: ClassVar[tuple[str, ...]] = ("solutions", "n_solutions", "complete")

    solutions: list[Solution]
    """Real ones first, in rising order."""
    n_solutions: int
    """Different solutions."""
    n_real: int
    complete: bool
    """Whether these are all solutions, which is certain for polynomial equations only."""


@operation(
    "simplify",
    topic=TOPIC,
    source="sympy 1.14 (Meurer et al. 2017, PeerJ Computer Science 3:e103)",
    examples=({"expression": "sin(x)^2 + cos(x)^2"}, {"expression": "(x^2 - 1)/(x - 1)"}),
)
def simplify(arguments: Rewrite) -> RewriteResult:
    """Write an expression in a simpler form.

    The result is compared with the given expression at sample points. To multiply out use expand, to write a product
    use factor, for a number use evaluate.
    """
    return _rewritten("simplify", "Simplification", arguments)


@operation(
    "expand",
    topic=TOPIC,
    source="sympy 1.14 (Meurer et al. 2017, PeerJ Computer Science 3:e103)",
    examples=({"expression": "(x + 1)^3"},),
)
def expand(arguments: Rewrite) -> RewriteResult:
    """Multiply out an expression into a sum of terms.

    The opposite is factor. Powers that would give thousands of terms are refused.
    """
    return _rewritten("expand", "Expansion", arguments)


@operation(
    "factor",
    topic=TOPIC,
    source="sympy 1.14 (Meurer et al. 2017, PeerJ Computer Science 3:e103): Zassenhaus and Wang over the rationals",
    examples=({"expression": "x^4 - 1"}, {"expression": "360"}),
)
def factor(arguments: Rewrite) -> RewriteResult:
    """Write an expression as a product of factors with rational coefficients; a whole number as a product of primes.

    The opposite is expand; for the roots of a polynomial use solve_equation.
    """
    return _rewritten("factor", "Factorisation over the rationals", arguments)


@operation(
    "solve_equation",
    topic=TOPIC,
    source="Geddes, Czapor and Labahn (1992), Algorithms for Computer Algebra; sympy 1.14",
    examples=(
        {"equations": "x^2 - 5*x + 6 = 0"},
        {"equations": ["x + y = 3", "x - y = 1"]},
        {"equations": "a*x^2 + b*x + c", "unknowns": ["x"]},
    ),
)
def solve_equation(arguments: Solve) -> SolveResult:
    """Which values solve an equation, or a system of equations, exactly?

    Each solution is put into the equations again before it is listed. Polynomials give all roots, real and complex; other
    equations may have more solutions than are found. For a root in an interval use find_root, for many linear equations
    with numbers linear_system.
    """
    relations = [read_equation(text, f"equations[{index}]") for index, text in enumerate(arguments.equations)]
    nodes = [side for relation in relations for side in (relation.left, relation.right)]
    names = symbols(*nodes)
    unknowns = arguments.unknowns or names
    if not names:
        raise ToolError("equations", arguments.equations[0], "no unknown occurs", "use evaluate for numbers")
    for index, name in enumerate(unknowns):
        checked_name(name, f"unknowns[{index}]")
        if name not in names:
            raise ToolError(
                f"unknowns[{index}]", name, "does not occur in the equations", f"the names are {', '.join(names)}"
            )
    checked_positive(arguments.positive, *nodes)
    if len(unknowns) > len(relations) and not arguments.unknowns:
        problem = f"{len(relations)} equations with the names {', '.join(names)}"
        raise ToolError("unknowns", "", problem, f"say which {len(relations)} to solve for; the others are parameters")
    # These functions are of real numbers only, and sympy solves them for such.
    used = {part.function for node in nodes for part in parts(node) if isinstance(part, Call)}
    domain = "real" if used & REAL_FUNCTIONS else arguments.domain
    texts = {"equations": arguments.equations, "unknowns": unknowns, "positive": arguments.positive}
    answer = SANDBOX.run("solve", "equations", **texts, real=domain == "real")
    found = sorted((_solution(one) for one in answer["solutions"]), key=_order)
    n_real = sum(one.real is True for one in found)
    if domain == "real":
        found = [one for one in found if one.real is not False]
    parameters = [name for name in names if name not in unknowns]
    return SolveResult(
        method="Exact solution of the equation" if len(relations) == 1 else "Exact solution of the system",
        n_used=len(relations),
        solutions=found,
        n_solutions=len(found),
        n_real=n_real,
        complete=answer["polynomial"],
        conventions=reading_conventions(*nodes) | {"imaginary unit": "written i", "domain": domain},
        warnings=_notices(answer, parameters),
        conclusion=_conclusion(found, complete=answer["polynomial"]),
    )


def _rewritten(how: Literal["simplify", "expand", "factor"], method: str, arguments: Rewrite) -> RewriteResult:
    node = read(arguments.expression, "expression")
    checked_positive(arguments.positive, node)
    answer = SANDBOX.run("rewrite", "expression", text=arguments.expression, how=how, positive=arguments.positive)
    return RewriteResult(
        method=method,
        n_used=1,
        expression=answer["expression"],
        terms=answer["terms"],
        factors=[Factor(factor=base, power=power) for base, power in answer["factors"]],
        conventions=reading_conventions(node) | NAMES_ARE_REAL,
        conclusion=f"The expression equals {answer['expression']}.",
    )


def _solution(answer: dict[str, Any]) -> Solution:
    values = {name: ExactNumber(**value) for name, value in answer["values"].items()}
    known = all(value.value is not None for value in values.values())
    return Solution(
        values=values,
        real=all(value.imaginary == 0 for value in values.values()) if known else None,
        multiplicity=answer["multiplicity"],
    )


def _order(solution: Solution) -> tuple[bool, list[tuple[float, float]]]:
    return solution.real is False, [(one.value or 0.0, one.imaginary) for one in solution.values.values()]


def _notices(answer: dict[str, Any], parameters: list[str]) -> list[Notice]:
    notices = []
    if not answer["polynomial"]:
        message = "The equation is not polynomial: there may be other solutions, as one per period of a sine."
        notices.append(Notice(code="may_be_incomplete", message=message))
    if answer["rejected"]:
        message = f"{answer['rejected']} candidates do not satisfy the equations and were left out."
        notices.append(Notice(code="rejected_candidates", message=message))
    if any(value["exact"] == name for one in answer["solutions"] for name, value in one["values"].items()):
        message = "The equations leave unknowns free: every value of those gives a solution."
        notices.append(Notice(code="infinitely_many", message=message))
    if parameters:
        notices.append(Notice(code="parameters", message=f"Taken as constants: {', '.join(parameters)}."))
    return notices


def _conclusion(found: list[Solution], *, complete: bool) -> str:
    if not found:
        return "There is no solution." if complete else "No solution was found."
    shown = [
        ", ".join(f"{name} = {one.exact or format(one.value, '.10g')}" for name, one in solution.values.items())
        for solution in found[:4]
    ]
    return f"{'The' if complete else 'Found'} solutions: {'; '.join(shown)}{'; ...' if len(found) > 4 else ''}."
