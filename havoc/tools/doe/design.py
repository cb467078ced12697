"""The table of runs that every design operation gives, and how runs are put in order."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from havoc.tools.doe.factor import Factor, Factors
from havoc.tools.errors import BadValueError, ToolError
from havoc.tools.operation import Arguments
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Name, Seed, ShortList, short_list

MAX_RUNS = 20_000
MAX_TEXT = 10_000
"""Characters of a list in one text."""
YATES = "first factor changes fastest (Yates)"
AS_CONSTRUCTED = "as the construction gives the runs"


def _separated(value: object) -> object:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise BadValueError(f"a text of {len(value):,} characters", f"give at most {MAX_TEXT:,}", value=value)
        return [part.strip() for part in re.split(r"[,;\n]", value) if part.strip()]
    return short_list(value)


Texts = Annotated[list[Name], BeforeValidator(_separated)]
"""A list of texts; one text is taken apart at its commas."""
Integers = ShortList[int]
"""A list of whole numbers."""

CenterPoints = Annotated[int, Field(ge=0, le=100), SETTING]
"""Number of runs with every factor at its middle."""


class RunArguments(Arguments):
    """How runs are repeated and put in order."""

    randomize: Annotated[bool, SETTING] = True
    """Put the runs in random order within their block; centre points are spread evenly, not stacked at the end."""
    seed: Seed = 0
    replicates: Annotated[int, Field(ge=1, le=100), SETTING] = 1
    """How often the whole design, centre points included, is run."""
    block_on_replicates: Annotated[bool, SETTING] = False
    """Make each replicate a block of its own (or a set of blocks, where the design has blocks)."""


class DesignArguments(RunArguments):
    """What every design operation takes."""

    factors: Factors
    """A count, or the factors with low and high (or levels) in natural units."""


class Design(Result):
    """A table of runs, in run order."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "center_points")

    runs: int
    """Number of runs, replicates and centre points included."""
    center_points: int
    factor_names: list[str]
    factor_units: list[str]
    natural: list[list[float | str]]
    """runs x factors, in natural units."""
    coded: list[list[float]]
    """runs x factors, low -1 and high +1."""
    standard_order: list[int]
    """1-based position of each run in standard order; of factorials Yates', whose first factor changes fastest."""
    point_types: list[str]
    """`factorial`, `axial`, `center`, `edge`, `vertex`, ... of each run."""
    blocks: list[int]
    """1-based block of each run."""


def run_table(
    factors: Sequence[Factor],
    coded: NDArray[np.float64],
    point_types: Sequence[str],
    arguments: RunArguments,
    blocks: Sequence[int] | None = None,
) -> dict[str, Any]:
    """The fields of Design, replicated and in run order.

    Args:
        factors: in the order of the columns.
        coded: float64, runs x factors, in standard order, centre points last.
        point_types: of each row of `coded`.
        arguments: replicates, randomize and seed.
        blocks: 1-based block of each row; runs are randomised within blocks, which keep their order.

    Raises:
        ToolError: more runs than `MAX_RUNS`.
    """
    count = len(coded) * arguments.replicates
    if count > MAX_RUNS:
        raise ToolError(
            "factors" if isinstance(arguments, DesignArguments) else "treatments",
            len(factors),
            f"{count:,} runs",
            f"choose a smaller design; at most {MAX_RUNS:,} runs are made",
        )
    table = np.tile(coded, (arguments.replicates, 1)) + 0.0  # -0.0 is 0.0
    types = list(point_types) * arguments.replicates
    one = np.asarray(blocks if blocks is not None else [1] * len(coded))
    block = np.tile(one, arguments.replicates)
    if arguments.block_on_replicates:
        block += np.repeat(np.arange(arguments.replicates) * int(one.max()), len(one))
    order = _run_order(np.array([kind == "center" for kind in types]), block, arguments)
    table = table[order]
    return {
        "runs": count,
        "n_used": count,
        "center_points": sum(kind == "center" for kind in types),
        "factor_names": [factor.name for factor in factors],
        "factor_units": [factor.unit for factor in factors],
        "natural": _natural(factors, table),
        "coded": table.tolist(),
        "standard_order": (order + 1).tolist(),
        "point_types": [types[i] for i in order],
        "blocks": block[order].tolist(),
    }


def order_conventions(arguments: RunArguments, standard: str = YATES) -> dict[str, str]:
    """How the runs of `run_table` are coded and ordered, for `Result.conventions`; `standard` is the standard order."""
    random = f"random within blocks by numpy's default generator with seed {arguments.seed}; centre points spread evenly"
    return {
        "coding": "low -1, high +1",
        "standard_order": standard,
        "run_order": random if arguments.randomize else "standard order, not randomised",
    }


def require_two_levels(factors: Sequence[Factor], design: str) -> None:
    """Raise a ToolError where a factor has more than two levels."""
    for index, factor in enumerate(factors):
        if factor.levels is not None and len(factor.levels) > 2:
            raise ToolError(
                f"factors[{index}].levels",
                factor.levels,
                f"{design} has two levels of each factor",
                "give two levels, or use full_factorial, taguchi or optimal_design",
            )


def require_numeric(factors: Sequence[Factor], design: str) -> None:
    """Raise a ToolError where a factor is categorical, or its levels are not evenly spaced so that 0 is none of them."""
    for index, factor in enumerate(factors):
        path = f"factors[{index}].levels"
        if factor.categorical:
            raise ToolError(path, factor.levels, f"{design} needs numeric factors", "give low and high, or leave it out")
        if factor.levels is not None and len(factor.levels) > 2:
            gaps = np.diff([float(level) for level in factor.levels])
            if not np.allclose(gaps, gaps[0], rtol=1e-9, atol=0):
                raise ToolError(path, factor.levels, "levels are not evenly spaced", "give low and high instead")


def require_middle(factors: Sequence[Factor], center_points: int) -> None:
    """Raise a ToolError where centre points are wanted of a factor that has no middle."""
    for factor in factors:
        if center_points and factor.categorical:
            raise ToolError(
                "center_points", center_points, f"{factor.name} is categorical and has no middle", "give center_points 0"
            )


def yates(count: int) -> NDArray[np.float64]:
    """float64, 2^count x count: all combinations of -1 and +1, the first column changing fastest."""
    runs = np.arange(2**count)
    return np.where(runs[:, None] >> np.arange(count) & 1, 1.0, -1.0)


def with_centers(
    coded: NDArray[np.float64], kind: str, center_points: int, blocks: Sequence[int] | None = None
) -> tuple[NDArray[np.float64], list[str], list[int]]:
    """`coded`, point types and blocks with `center_points` runs at 0 added to each block, last."""
    block = list(blocks) if blocks is not None else [1] * len(coded)
    places = sorted(set(block))
    extra = center_points * len(places)
    table = np.vstack([coded, np.zeros((extra, coded.shape[1]))])
    return table, [kind] * len(coded) + ["center"] * extra, block + [place for place in places for _ in range(center_points)]


def _run_order(center: NDArray[np.bool_], block: NDArray[np.int_], arguments: RunArguments) -> NDArray[np.int_]:
    """Positions in run order: blocks one after the other, within each at random with centre points spread."""
    if not arguments.randomize:
        return np.argsort(block, kind="stable")
    rng = np.random.default_rng(arguments.seed)
    parts = []
    for number in np.unique(block):
        rows = rng.permutation(np.flatnonzero(block == number))
        centers, others = rows[center[rows]], rows[~center[rows]]
        places = _spread(len(centers), len(rows))
        ordered = np.empty_like(rows)
        ordered[places] = centers
        ordered[np.setdiff1d(np.arange(len(rows)), places)] = others
        parts.append(ordered)
    return np.concatenate(parts)


def _spread(count: int, size: int) -> NDArray[np.int_]:
    """`count` different positions among `size`, evenly from the first to the last; one alone in the middle."""
    places = np.linspace(0, size - 1, count) if count > 1 else np.full(count, (size - 1) / 2)
    return np.floor(places + 0.5).astype(np.int_)


def _natural(factors: Sequence[Factor], table: NDArray[np.float64]) -> list[list[float | str]]:
    columns = []
    for factor, column in zip(factors, table.T, strict=True):
        values = {x: factor.natural(x) for x in set(column.tolist())}
        columns.append([values[x] for x in column.tolist()])
    return [list(row) for row in zip(*columns, strict=True)]
