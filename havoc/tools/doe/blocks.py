"""Randomised complete and balanced incomplete block designs for one factor."""

from itertools import combinations
from math import comb
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from havoc.tools.doe.design import AS_CONSTRUCTED, Design, RunArguments, order_conventions, run_table
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.galois import is_field, tables
from havoc.tools.doe.latin_square import Treatments
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.values import DATA

MAX_BLOCKS = 500
MAX_BASES = 12_000
"""Base blocks among which a cyclic design is looked for."""


class BlockDesign(Design):
    """Treatments in blocks; the run order is random within each block."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "block_count", "block_size", "efficiency", "degrees_of_freedom_for_error")

    block_count: int
    block_size: int
    """Runs in each block."""
    replications: int
    """How often each treatment occurs."""
    concurrence: int
    """In how many blocks any two treatments meet (lambda)."""
    efficiency: float
    """Variance of a treatment difference in complete blocks over that here, at equal replication and error."""
    layout: list[list[str]]
    """Treatments of each block, in run order."""
    degrees_of_freedom_for_error: int
    """Of the additive model of treatments and blocks."""


class RandomizedBlocks(RunArguments):
    """Treatments, each once in every block (or `replicates` times)."""

    aliases: ClassVar = {"factors": "treatments", "n_blocks": "blocks"}

    treatments: Treatments
    blocks: Annotated[int, Field(ge=2, le=MAX_BLOCKS), DATA]
    """Number of blocks."""


class IncompleteBlocks(RunArguments):
    """Treatments and the number that one block holds."""

    aliases: ClassVar = {"factors": "treatments", "k": "block_size"}

    treatments: Treatments
    block_size: Annotated[int, Field(ge=2, le=25), DATA]
    """Runs in each block, fewer than treatments."""


@operation(
    "randomized_block_design",
    topic="Block designs",
    source="Montgomery, Design and Analysis of Experiments, 4.1; Fisher (1935), The Design of Experiments",
    examples=({"treatments": 4, "blocks": 5}, {"treatments": ["P", "Q", "R"], "blocks": 3, "seed": 7}),
)
def randomized_block_design(arguments: RandomizedBlocks) -> BlockDesign:
    """In which order are treatments run, each once in every block?

    For one nuisance direction: batches, days, machines. Where a block cannot hold all treatments take
    balanced_incomplete_block_design; with two directions latin_square; for several two-level factors full_factorial or
    fractional_factorial with blocks.
    """
    n = len(arguments.treatments)
    members = [list(range(n)) for _ in range(arguments.blocks)]
    return _design(arguments, arguments.treatments, members, "Randomised complete block design")


@operation(
    "balanced_incomplete_block_design",
    topic="Block designs",
    source="Yates (1936); Fisher and Yates (1938), Statistical Tables; Montgomery, Design and Analysis of Experiments, 4.4",
    examples=({"treatments": 4, "block_size": 3}, {"treatments": 7, "block_size": 3, "seed": 2}),
)
def balanced_incomplete_block_design(arguments: IncompleteBlocks) -> BlockDesign:
    """Which treatments go into which block, where a block cannot hold all and every two must meet equally often?

    Affine planes and cyclic designs (difference sets) where a small one is found, otherwise all combinations. Where a
    block can hold all treatments take randomized_block_design.
    """
    v, k = len(arguments.treatments), arguments.block_size
    if k >= v:
        raise ToolError("block_size", k, f"a block holds all {v} treatments", "use randomized_block_design")
    members = _affine(v, k) or _cyclic(v, k) or _with_fixed_point(v, k)
    if members is None:
        if comb(v, k) > MAX_BLOCKS:
            raise ToolError(
                "block_size",
                k,
                f"no balanced design of {v} treatments is known here",
                f"all combinations are {comb(v, k):,}",
            )
        members = [list(block) for block in combinations(range(v), k)]
    return _design(arguments, arguments.treatments, members, "Balanced incomplete block design")


def _design(arguments: RunArguments, treatments: list[str], members: list[list[int]], method: str) -> BlockDesign:
    v, k, b = len(treatments), len(members[0]), len(members)
    factor = Factor(name="Treatment", levels=list(treatments))
    codes = np.array(factor.level_codes())
    coded = codes[[one for block in members for one in block]][:, None]
    numbers = [index + 1 for index, block in enumerate(members) for _ in block]
    table = run_table([factor], coded, ["treatment"] * len(coded), arguments, numbers)
    layout: dict[int, list[str]] = {}
    for number, row in zip(table["blocks"], table["natural"], strict=True):
        layout.setdefault(number, []).append(str(row[0]))
    concurrence = sum(0 in block and 1 in block for block in members) * arguments.replicates
    return BlockDesign(
        **table,
        block_count=len(layout),
        block_size=table["runs"] // len(layout),
        replications=table["runs"] // v,
        concurrence=concurrence,
        efficiency=v * (k - 1) / (k * (v - 1)),
        layout=list(layout.values()),
        degrees_of_freedom_for_error=table["runs"] - v - len(layout) + 1,
        method=method,
        conventions=order_conventions(arguments, AS_CONSTRUCTED)
        | {"blocks": f"{b} in a replicate; the runs of a block are in random order"},
        conclusion=f"{table['runs']} runs in {len(layout)} blocks hold each treatment {table['runs'] // v} times.",
    )


def _affine(v: int, k: int) -> list[list[int]] | None:
    """The lines of the affine plane of order k, where v = k^2 and there is a field of k."""
    if v != k * k or not is_field(k):
        return None
    add, multiply = tables(k)
    sloped = [[x * k + int(add[multiply[slope, x], shift]) for x in range(k)] for slope in range(k) for shift in range(k)]
    return sloped + [[x * k + y for y in range(k)] for x in range(k)]


def _cyclic(v: int, k: int) -> list[list[int]] | None:
    """Blocks that one or two base blocks give by adding 0, ..., v - 1; None where no such base is found.

    The differences within the base blocks hold every residue equally often (Bose 1939).
    """
    bases = _bases(v, k)
    for key, base in bases.items():
        if len(set(key)) == 1:
            return _developed([base], v)
    total = 2 * k * (k - 1)
    if total % (v - 1) == 0 and 2 * v < comb(v, k):
        for key, base in bases.items():
            other = bases.get(tuple(total // (v - 1) - count for count in key))
            if other is not None:
                return _developed([base, other], v)
    return None


def _with_fixed_point(v: int, k: int) -> list[list[int]] | None:
    """For v = 2k: a base block of k - 1 with a point that stays, and one of k, developed mod v - 1."""
    if v != 2 * k or k < 3:
        return None
    short, whole = _bases(v - 1, k - 1), _bases(v - 1, k)
    for key, base in short.items():
        other = whole.get(tuple(k - 1 - count for count in key))
        if other is not None:
            return [[*block, v - 1] for block in _developed([base], v - 1)] + _developed([other], v - 1)
    return None


def _bases(v: int, k: int) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Counts of the differences 1, ..., v - 1 -> a block of k residues that has them; empty where there are too many."""
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    if comb(v - 1, k - 1) > MAX_BASES:
        return found
    for rest in combinations(range(1, v), k - 1):
        base = (0, *rest)
        counts = [0] * v
        for i in base:
            for j in base:
                counts[(i - j) % v] += 1
        found.setdefault(tuple(counts[1:]), base)
    return found


def _developed(bases: list[tuple[int, ...]], v: int) -> list[list[int]]:
    return [sorted((one + shift) % v for one in base) for base in bases for shift in range(v)]
