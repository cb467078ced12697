"""Full factorial designs: every combination of all levels, with centre points and blocks."""

from math import prod
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.confounding import block_generators, block_numbers, confounded_effects
from havoc.tools.doe.design import (
    MAX_RUNS,
    CenterPoints,
    Design,
    DesignArguments,
    Integers,
    order_conventions,
    require_middle,
    run_table,
    with_centers,
    yates,
)
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.fraction_words import factor_letters
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA

MAX_BLOCKED = 10
"""Two-level factors up to which block generators are searched."""


class FullFactorialDesign(Design):
    """Every combination of all levels."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "levels", "center_points")

    levels: list[int]
    """Number of levels of each factor."""
    block_generators: list[str]
    """Interactions that tell the blocks apart, as `ABC`."""
    confounded_with_blocks: list[str]
    """Every interaction lost to blocks, the generalised ones included."""


class FullFactorial(DesignArguments):
    """Factors, with as many levels as are wanted."""

    aliases: ClassVar = {"centers": "center_points", "centre_points": "center_points", "n_levels": "levels"}

    levels: Annotated[int, Field(ge=2, le=20), DATA] | Annotated[Integers, DATA] | None = None
    """Number of levels of every factor, or of each one, for factors whose levels are not listed; 2 without."""
    center_points: CenterPoints = 0
    """Centre runs in each block."""
    blocks: Annotated[int, Field(ge=1, le=64), DATA] = 1
    """Number of blocks of each replicate: a power of 2, for two-level factors only."""


@operation(
    "full_factorial",
    topic="Factorial designs",
    source="Box, Hunter and Hunter (2005), Statistics for Experimenters, 2nd ed., ch. 5; Yates (1937)",
    examples=(
        {"factors": 3},
        {
            "factors": [
                {"name": "Temperature", "low": 160, "high": 180, "unit": "°C"},
                {"name": "Catalyst", "levels": ["A", "B"]},
            ],
            "replicates": 2,
        },
        {"factors": 4, "blocks": 2, "center_points": 2, "randomize": False},
        {"factors": 2, "levels": [2, 3]},
    ),
)
def full_factorial(arguments: FullFactorial) -> FullFactorialDesign:
    """Every combination of all levels of all factors: which runs are these?

    Estimates all main effects and all interactions. Levels may differ between factors. Beyond about five two-level
    factors take fractional_factorial (fewer runs, some effects aliased) or, for main effects only, plackett_burman. For
    curvature take box_behnken or central_composite instead of three levels of many factors.
    """
    factors = _with_levels(arguments)
    levels = [len(factor.level_codes()) for factor in factors]
    runs = prod(levels)
    if runs * arguments.replicates > MAX_RUNS:
        raise ToolError(
            "factors",
            len(factors),
            f"{len(factors)} factors have {runs:,} combinations",
            f"at most {MAX_RUNS:,} runs are made; use fractional_factorial or plackett_burman",
        )
    require_middle(factors, arguments.center_points)
    generators: list[str] = []
    confounded: list[str] = []
    blocks: list[int] | None = None
    if arguments.blocks > 1:
        _check_blocks(arguments, levels)
        letters = factor_letters(factors)
        masks = [1 << i for i in range(len(factors))]
        chosen = block_generators(masks, len(factors), arguments.blocks.bit_length() - 1)
        generators = confounded_effects(chosen, masks, letters)
        confounded = confounded_effects(chosen, masks, letters, generalised=True)
        blocks = block_numbers(yates(len(factors)), chosen)
    coded, types, blocks = with_centers(_combinations(factors), "factorial", arguments.center_points, blocks)
    table = run_table(factors, coded, types, arguments, blocks)
    shape = " x ".join(str(count) for count in levels) if len(set(levels)) > 1 else f"{levels[0]}^{len(levels)}"
    return FullFactorialDesign(
        **table,
        levels=levels,
        block_generators=generators,
        confounded_with_blocks=confounded,
        method=f"{shape} full factorial design",
        conventions=order_conventions(arguments)
        | {"center_points": "in each block of each replicate; Minitab replicates the corners only"},
        warnings=_notices(arguments, factors),
        conclusion=f"The {shape} full factorial has {table['runs']} runs.",
    )


def _with_levels(arguments: FullFactorial) -> list[Factor]:
    """The factors, those without listed levels given evenly spaced ones where more than two are wanted."""
    wanted = arguments.levels
    counts = wanted if isinstance(wanted, list) else [wanted or 2] * len(arguments.factors)
    if len(counts) != len(arguments.factors):
        raise ToolError(
            "levels", counts, f"{len(counts)} entries for {len(arguments.factors)} factors", "give one for each factor"
        )
    result = []
    for index, (factor, count) in enumerate(zip(arguments.factors, counts, strict=True)):
        if not 2 <= count <= 20:
            raise ToolError(f"levels[{index}]", count, "not a number of levels", "give 2 to 20")
        if factor.levels is not None and wanted is not None and len(factor.levels) != count:
            raise ToolError(
                f"levels[{index}]", count, f"{factor.name} lists {len(factor.levels)} levels", "leave the count out"
            )
        result.append(factor if factor.levels is not None or count == 2 else _spaced(factor, count))
    return result


def _spaced(factor: Factor, count: int) -> Factor:
    low, high = factor.limits
    steps: list[float | str] = [low + i * (high - low) / (count - 1) for i in range(count - 1)]
    return Factor(name=factor.name, levels=[*steps, high], unit=factor.unit)


def _combinations(factors: list[Factor]) -> NDArray[np.float64]:
    """Runs x factors, the first factor changing fastest."""
    grid = np.meshgrid(*[np.array(factor.level_codes()) for factor in factors], indexing="ij")
    return np.column_stack([axis.ravel(order="F") for axis in grid])


def _check_blocks(arguments: FullFactorial, levels: list[int]) -> None:
    count = arguments.blocks
    if count & (count - 1):
        raise ToolError("blocks", count, "not a power of 2", "give 2, 4, 8, ...")
    if set(levels) != {2}:
        raise ToolError(
            "blocks", count, "only two-level designs are divided into blocks", "use replicates with block_on_replicates"
        )
    if len(levels) > MAX_BLOCKED:
        raise ToolError("blocks", count, f"more than {MAX_BLOCKED} factors", "use fractional_factorial with blocks")
    if count > 2 ** (len(levels) - 1):
        raise ToolError("blocks", count, f"only {2 ** len(levels)} runs, and a block has two or more", "give fewer blocks")


def _notices(arguments: FullFactorial, factors: list[Factor]) -> list[Notice]:
    if arguments.replicates == 1 and arguments.center_points == 0:
        return [
            Notice(
                code="no_pure_error",
                message="Without replicates or centre points there is no pure error: "
                "judge effects by a half-normal plot (lenth_effects), or leave high-order interactions out of the model.",
            )
        ]
    return []
