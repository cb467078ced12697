"""The table of runs that every design operation gives, and how runs are put in order."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.factor import Factor, Factors
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Seed

MAX_RUNS = 20_000


class DesignArguments(Arguments):
    """What every design operation takes."""

    factors: Factors
    """A count, or the factors with low and high (or levels) in natural units."""
    randomize: Annotated[bool, SETTING] = True
    """Put the runs in random order; centre points are spread, not stacked at the end."""
    seed: Seed = 0
    replicates: Annotated[int, Field(ge=1, le=100), SETTING] = 1
    """How often the whole design is run."""


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
    """1-based position of each run in the standard (Yates) order, whose first factor changes fastest."""
    point_types: list[str]
    """`factorial`, `axial`, `center`, `edge`, `vertex`, ... of each run."""
    blocks: list[int]
    """1-based block of each run."""
    properties: dict[str, Any] = Field(default_factory=dict)
    """What distinguishes the kind of design: generators, resolution, alias structure, alpha, ..."""


def run_table(
    factors: Sequence[Factor],
    coded: NDArray[np.float64],
    point_types: Sequence[str],
    arguments: DesignArguments,
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
            "factors", len(factors), f"{count:,} runs", f"choose a smaller design; at most {MAX_RUNS:,} runs are made"
        )
    table = np.tile(coded, (arguments.replicates, 1))
    types = list(point_types) * arguments.replicates
    block = np.tile(np.asarray(blocks if blocks is not None else [1] * len(coded)), arguments.replicates)
    order = np.arange(count)
    if arguments.randomize:
        order = np.random.default_rng(arguments.seed).permutation(count)
    order = order[np.argsort(block[order], kind="stable")]
    table = table[order] + 0.0  # -0.0 is 0.0
    return {
        "runs": count,
        "n_used": count,
        "center_points": sum(kind == "center" for kind in types),
        "factor_names": [factor.name for factor in factors],
        "factor_units": [factor.unit for factor in factors],
        "natural": [[factor.natural(float(x)) for factor, x in zip(factors, row, strict=True)] for row in table],
        "coded": table.tolist(),
        "standard_order": (order + 1).tolist(),
        "point_types": [types[i] for i in order],
        "blocks": block[order].tolist(),
    }
