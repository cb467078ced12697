"""Fold-over: the follow-up runs that take aliases of a screening design apart."""

from typing import Annotated, Any, ClassVar

import numpy as np

from havoc.tools.doe.design import (
    Design,
    order_conventions,
    require_two_levels,
    run_table,
)
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.fraction_words import Fraction, factor_letters, generator_words
from havoc.tools.doe.fractional_factorial import FractionChoice, chosen_fraction, fraction_facts
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import SETTING, Matrix, Name

MAX_FACTORS = 50


class FoldOverDesign(Design):
    """The original runs (block 1) and the fold-over (block 2)."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "resolution", "original_resolution", "folded_factors")

    folded_factors: list[str]
    """Factors whose signs the second block reverses."""
    original_resolution: int | None
    """Of block 1 alone; None where the runs were given."""
    resolution: int | None
    """Of both blocks together, before blocks are counted as an effect; None where the runs were given, or where the two
    halves make the full factorial."""
    generators: list[str]
    """Of block 1, as `E = ABC`."""
    defining_relation: list[str]
    """Words of both blocks together, shortest first."""
    word_length_pattern: list[int]
    """Number of words of length 3, 4, ... of both blocks together."""
    aliases: list[str]
    """Main effects and two-factor interactions that share an estimate in both blocks together."""
    clear_interactions: list[str]
    """Two-factor interactions that share their estimate with no main effect and no other two-factor interaction."""
    clear_interaction_count: int


class FoldOver(FractionChoice):
    """A fraction (by generators, runs or resolution as in fractional_factorial), or the runs of any two-level design."""

    fold_on: Annotated[Name, SETTING] = "all"
    """`all`, or the name (or letter) of the one factor whose signs are reversed."""
    design: Matrix | None = None
    """The original runs in coded units, instead of a fraction."""


@operation(
    "fold_over",
    topic="Factorial designs",
    source="Box and Hunter (1961), Technometrics 3, 311-351; Montgomery, Design and Analysis of Experiments, 8.6",
    examples=(
        {"factors": 7, "runs": 8},
        {"factors": 7, "runs": 8, "fold_on": "D", "randomize": False},
        {"factors": 3, "design": [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]},
    ),
)
def fold_over(arguments: FoldOver) -> FoldOverDesign:
    """Which runs must follow a screening design to free its main effects, or one factor, of aliases?

    Reversing all signs makes resolution IV of resolution III; reversing one factor frees that factor and its two-factor
    interactions. The new runs are a block of their own. To plan from the start with fewer aliases use fractional_factorial
    with a higher resolution; to add runs for single interactions use optimal_design.
    """
    factors = arguments.factors
    require_two_levels(factors, "a fold-over")
    folded = _folded(arguments, factors)
    if arguments.design is not None:
        original = _given_runs(arguments, len(factors))
        facts = _unknown_facts()
    else:
        fraction = chosen_fraction(arguments)
        original = fraction.table()
        facts = _facts(fraction, folded, factor_letters(factors))
    signs = np.where(folded, -1.0, 1.0)
    types = ["factorial" if row.any() else "center" for row in original]
    table = run_table(
        factors, np.vstack([original, original * signs]), types * 2, arguments, [1] * len(original) + [2] * len(original)
    )
    names = [factor.name for factor, one in zip(factors, folded, strict=True) if one]
    before, after = facts["original_resolution"], facts["resolution"]
    gained = f"; the resolution goes from {before} to {after}" if before is not None and after is not None else ""
    return FoldOverDesign(
        **table,
        **facts,
        folded_factors=names,
        method="Full fold-over" if all(folded) else f"Fold-over on {names[0]}",
        conventions=order_conventions(arguments) | {"blocks": "1 the original runs, 2 the fold-over"},
        warnings=_notices(original, original * signs),
        conclusion=f"The fold-over doubles the design to {table['runs']} runs{gained}.",
    )


def _folded(arguments: FoldOver, factors: list[Factor]) -> list[bool]:
    if arguments.fold_on.lower() == "all":
        return [True] * len(factors)
    names = [factor.name for factor in factors]
    for one in (names, list(factor_letters(factors))):
        if arguments.fold_on in one:
            return [name == arguments.fold_on for name in one]
    raise ToolError("fold_on", arguments.fold_on, "no such factor", f"give all, or one of {', '.join(names)}")


def _given_runs(arguments: FoldOver, count: int) -> Any:
    for name in ("generators", "runs", "resolution"):
        if getattr(arguments, name) is not None:
            raise ToolError(name, getattr(arguments, name), "design gives the runs already", f"leave {name} or design out")
    runs = np.array(arguments.design)
    if runs.shape[1] != count:
        raise ToolError("design", "", f"{runs.shape[1]} columns for {count} factors", "give a column for each factor")
    wrong = np.argwhere(~np.isin(runs, (-1, 0, 1)))
    if len(wrong):
        row, column = wrong[0]
        raise ToolError(f"design[{row}][{column}]", runs[row, column], "not coded", "give -1 and +1 (0 for centre runs)")
    return runs


def _facts(fraction: Fraction, folded: list[bool], letters: str) -> dict[str, Any]:
    """Of both blocks together: one more basic column, the block, multiplies every reversed factor."""
    block = 1 << fraction.basic
    columns = tuple(column ^ (block if one else 0) for column, one in zip(fraction.columns, folded, strict=True))
    facts = fraction_facts(Fraction(columns, fraction.signs, fraction.basic + 1), letters)
    return {
        **facts,
        "generators": generator_words(fraction, letters),
        "original_resolution": fraction_facts(fraction, letters)["resolution"],
        "undefined": {"resolution": FULL} if facts["resolution"] is None else {},
    }


FULL = "the two halves make the full factorial, which confounds nothing"


def _unknown_facts() -> dict[str, Any]:
    reason = "the runs were given, not the generators; see design_properties for the alias matrix"
    return {
        "original_resolution": None,
        "resolution": None,
        "undefined": {"original_resolution": reason, "resolution": reason},
        **{name: [] for name in ("generators", "defining_relation", "word_length_pattern", "aliases", "clear_interactions")},
        "clear_interaction_count": 0,
    }


def _notices(original: Any, new: Any) -> list[Notice]:
    if {tuple(row) for row in original.tolist()} & {tuple(row) for row in (new + 0.0).tolist() if any(row)}:
        return [
            Notice(
                code="fold_over_repeats",
                message="Reversing these signs repeats runs of the original design (every word holds an even number of the "
                "reversed factors), which frees nothing: fold on one factor.",
            )
        ]
    return []
