"""Taguchi's orthogonal arrays: main effects of factors with two to five levels."""

from collections import Counter
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from havoc.tools.doe.array_tables import ARRAYS, OrthogonalArray, Table
from havoc.tools.doe.design import Design, DesignArguments, Integers, order_conventions, run_table
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.fraction_words import Fraction, alias_chains, factor_letters
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA


class TaguchiDesign(Design):
    """Factors on columns of an orthogonal array."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "array", "columns")

    array: str
    """With its true columns, as `L18(2^1 3^7)`."""
    columns: list[int]
    """1-based column of each factor."""
    level_numbers: list[list[int]]
    """runs x factors, levels from 1, in run order."""
    aliases: list[str]
    """Main effects and two-factor interactions that share a column, as `A + BC`, in letters of the factors' order; only for
    arrays with 2^m runs and two levels, where aliases are complete."""


class Taguchi(DesignArguments):
    """Factors with two to five levels."""

    aliases: ClassVar = {"n_levels": "levels", "design": "array"}

    levels: Annotated[int, Field(ge=2, le=5), DATA] | Annotated[Integers, DATA] | None = None
    """Number of levels of every factor, or of each one, for factors whose levels are not listed; 2 without."""
    array: Annotated[str, Field(max_length=40), DATA] | None = None
    """As `L8` or `L16(4^1 2^12)`; without, the smallest that has room."""
    columns: Annotated[Integers, Field(max_length=40), DATA] | None = None
    """1-based column of each factor, where interactions are to be kept apart; without, the first that fit."""


@operation(
    "taguchi",
    topic="Factorial designs",
    source="Taguchi and Konishi (1987), Orthogonal Arrays and Linear Graphs; Hedayat, Sloane and Stufken (1999), Orthogonal "
    "Arrays",
    examples=(
        {"factors": 7, "array": "L8"},
        {"factors": 4, "levels": 3},
        {
            "factors": [
                {"name": "Material", "levels": ["steel", "brass"]},
                {"name": "Speed", "levels": [100, 150, 200]},
                {"name": "Feed", "levels": [1, 2, 3]},
            ],
            "randomize": False,
        },
    ),
)
def taguchi(arguments: Taguchi) -> TaguchiDesign:
    """Which runs does a Taguchi orthogonal array give for factors with two to five levels?

    Main effects are estimated independently; most arrays confound them with interactions. With two-level factors and
    interactions of interest take fractional_factorial, which shows the aliases; for curvature of numeric factors
    box_behnken or central_composite; for all combinations full_factorial. Signal-to-noise ratios come from signal_to_noise.
    """
    factors = [_factor(factor, count) for factor, count in zip(arguments.factors, _level_counts(arguments), strict=True)]
    counts = [len(factor.level_codes()) for factor in factors]
    array, columns = _assignment(arguments, counts)
    numbers = array.make()[:, [column - 1 for column in columns]]
    codes = [np.array(factor.level_codes()) for factor in factors]
    coded = np.column_stack([code[numbers[:, i]] for i, code in enumerate(codes)])
    table = run_table(factors, coded, ["factorial"] * len(coded), arguments)
    rows = [(position - 1) % len(coded) for position in table["standard_order"]]
    return TaguchiDesign(
        **table,
        array=array.name,
        columns=columns,
        level_numbers=(numbers[rows] + 1).tolist(),
        aliases=_aliases(array, columns, factors),
        method=f"Taguchi orthogonal array {array.name}",
        conventions=order_conventions(arguments, "Taguchi's: the first column changes slowest")
        | {"columns": "numbered as in Taguchi's tables"},
        warnings=_notices(array, numbers),
        conclusion=f"{array.name} gives {table['runs']} runs.",
    )


def _level_counts(arguments: Taguchi) -> list[int]:
    wanted, factors = arguments.levels, arguments.factors
    counts = wanted if isinstance(wanted, list) else [wanted] * len(factors)
    if len(counts) != len(factors):
        raise ToolError("levels", counts, f"{len(counts)} entries for {len(factors)} factors", "give one for each factor")
    found = []
    for index, (factor, count) in enumerate(zip(factors, counts, strict=True)):
        listed = len(factor.levels) if factor.levels is not None else None
        if listed is not None and count is not None and listed != count:
            raise ToolError(f"levels[{index}]", count, f"{factor.name} lists {listed} levels", "leave levels out")
        number = listed or count or 2
        if not 2 <= number <= 5:
            raise ToolError(f"levels[{index}]", number, f"{factor.name} has {number} levels", "arrays have 2 to 5 levels")
        found.append(number)
    return found


def _factor(factor: Factor, count: int) -> Factor:
    if factor.levels is not None or count == 2:
        return factor
    low, high = factor.limits
    steps: list[float | str] = [low + i * (high - low) / (count - 1) for i in range(count - 1)]
    return Factor(name=factor.name, levels=[*steps, high], unit=factor.unit)


def _assignment(arguments: Taguchi, counts: list[int]) -> tuple[OrthogonalArray, list[int]]:
    candidates = list(ARRAYS.values())
    if arguments.array is not None:
        wanted = arguments.array.replace(" ", "").upper()
        candidates = [one for one in candidates if wanted in (one.name.replace(" ", ""), one.name.split("(")[0])]
        if not candidates:
            raise ToolError("array", arguments.array, "no such array", f"give one of {', '.join(ARRAYS)}")
    if arguments.columns is not None:
        return _on_columns(arguments.columns, candidates, counts)
    need = Counter(counts)
    for array in candidates:
        have = Counter(array.levels)
        if all(have[level] >= count for level, count in need.items()):
            free = {level: [j + 1 for j, one in enumerate(array.levels) if one == level] for level in need}
            return array, [free[level].pop(0) for level in counts]
    shape = " ".join(f"{level}^{count}" for level, count in sorted(need.items()))
    where = f"in {arguments.array}" if arguments.array is not None else "in any array"
    raise ToolError("factors", len(counts), f"no room for {shape} {where}", "use fewer factors or levels, or optimal_design")


def _on_columns(
    columns: list[int], candidates: list[OrthogonalArray], counts: list[int]
) -> tuple[OrthogonalArray, list[int]]:
    if len(columns) != len(counts):
        raise ToolError("columns", columns, f"{len(columns)} columns for {len(counts)} factors", "give one for each factor")
    if len(set(columns)) < len(columns):
        raise ToolError("columns", columns, "a column is used twice", "give different columns")
    for array in candidates:
        inside = all(1 <= column <= len(array.levels) for column in columns)
        if inside and [array.levels[column - 1] for column in columns] == counts:
            return array, columns
    raise ToolError("columns", columns, "no array has these levels in them", "name the array, and see its columns")


def _aliases(array: OrthogonalArray, columns: list[int], factors: list[Factor]) -> list[str]:
    if set(array.levels) != {2} or array.runs & (array.runs - 1):
        return []
    # Level 1 is low, so a column that multiplies an even number of basic ones is minus their product in -1 and +1.
    signs = tuple(1 if column.bit_count() % 2 else -1 for column in columns)
    return alias_chains(Fraction(tuple(columns), signs, array.runs.bit_length() - 1), factor_letters(factors))


def _notices(array: OrthogonalArray, numbers: Table) -> list[Notice]:
    if len(np.unique(numbers, axis=0)) == len(numbers) and np.prod([len(set(c)) for c in numbers.T.tolist()]) == len(
        numbers
    ):
        return []
    return [
        Notice(
            code="aliased_effects",
            message=f"{array.name} keeps main effects apart from each other, not from interactions.",
        )
    ]
