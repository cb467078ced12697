"""Box-Behnken designs: three levels, second-order models, no corner runs."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.design import (
    Design,
    DesignArguments,
    order_conventions,
    require_numeric,
    run_table,
    with_centers,
    yates,
)
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import SETTING

SETS: dict[int, tuple[tuple[int, ...], ...]] = {
    3: ((1, 2), (1, 3), (2, 3)),
    4: ((1, 2), (3, 4), (1, 4), (2, 3), (1, 3), (2, 4)),
    5: ((1, 2), (3, 4), (2, 5), (1, 3), (4, 5), (2, 3), (1, 4), (3, 5), (1, 5), (2, 4)),
    6: ((1, 2, 4), (2, 3, 5), (3, 4, 6), (1, 4, 5), (2, 5, 6), (1, 3, 6)),
    7: ((4, 5, 6), (1, 6, 7), (2, 5, 7), (1, 2, 4), (3, 4, 7), (1, 3, 5), (2, 3, 6)),
    9: (
        *((1, 4, 7), (2, 5, 8), (3, 6, 9), (1, 2, 3), (4, 5, 6), (7, 8, 9), (1, 5, 9), (3, 4, 8), (2, 6, 7)),
        *((1, 6, 8), (2, 4, 9), (3, 5, 7), (1, 4, 7), (2, 5, 8), (3, 6, 9)),
    ),
    10: (
        *((2, 6, 7, 10), (1, 2, 5, 10), (2, 3, 7, 8), (2, 4, 6, 9), (1, 8, 9, 10)),
        *((3, 4, 5, 10), (1, 4, 7, 8), (3, 5, 7, 9), (1, 3, 6, 9), (4, 5, 6, 8)),
    ),
}
"""Box and Behnken (1960), Table 4: the factors that vary together, each set over all its corners, while others are at 0."""
CENTER_POINTS = {3: 3, 4: 3, 5: 6, 6: 6, 7: 6, 9: 10, 10: 10}
"""Their numbers of centre runs in the whole design."""
BLOCKS = {4: (3,), 5: (2,), 6: (2,), 7: (2,), 9: (5,)}
"""Numbers of blocks into which a design divides orthogonally."""


class BoxBehnkenDesign(Design):
    """Midpoints of edges (or of faces) of the cube, and its centre."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "edge_runs", "center_points", "quadratic_terms")

    edge_runs: int
    """Runs other than centre points, in all replicates."""
    quadratic_terms: int
    """Coefficients of the full second-order model, the constant included."""


class BoxBehnken(DesignArguments):
    """3 to 7, 9 or 10 numeric factors."""

    aliases: ClassVar = {"centers": "center_points", "centre_points": "center_points", "k": "factors"}

    center_points: Annotated[int, Field(ge=0, le=100), SETTING] | None = None
    """Centre runs of one replicate, in all its blocks together; without, Box and Behnken's 3, 3, 6, 6, 6 (9, 10: 10)."""
    blocks: Annotated[int, Field(ge=1, le=5), SETTING] = 1
    """1, or the number of orthogonal blocks: 3 for 4 factors, 2 for 5, 6 and 7, 5 for 9."""


@operation(
    "box_behnken",
    topic="Response surface designs",
    source="Box, G. E. P. and Behnken, D. W. (1960), Technometrics 2, 455-475",
    examples=(
        {"factors": 3},
        {
            "factors": [
                {"name": "Temperature", "low": 100, "high": 200},
                {"name": "Pressure", "low": 10, "high": 50},
                {"name": "Speed", "low": 50, "high": 150},
            ]
        },
        {"factors": 4, "blocks": 3, "randomize": False},
    ),
)
def box_behnken(arguments: BoxBehnken) -> BoxBehnkenDesign:
    """Which runs does a Box-Behnken design have, for a full quadratic model in 3 to 7, 9 or 10 numeric factors?

    Three levels, and no run at a corner of the cube: take it where extreme combinations are impossible or dangerous, and all
    runs are made in one go. To build on a factorial, or for 2 or 8 factors, use central_composite; to screen many factors
    first, definitive_screening or fractional_factorial; with limits on combinations, optimal_design.
    """
    k = len(arguments.factors)
    if k not in SETS:
        remedy = "use central_composite" if k in (2, 8) else "screen the factors first (definitive_screening)"
        raise ToolError(
            "factors", k, f"there is no Box-Behnken design for {k} factors", f"give 3 to 7, 9 or 10, or {remedy}"
        )
    require_numeric(arguments.factors, "a Box-Behnken design")
    edges, blocks = _edges(k, arguments.blocks)
    centers = CENTER_POINTS[k] if arguments.center_points is None else arguments.center_points
    if centers % arguments.blocks:
        raise ToolError(
            "center_points",
            centers,
            f"cannot be shared equally by {arguments.blocks} blocks",
            f"give a multiple of {arguments.blocks}; without it the blocks are not orthogonal",
        )
    coded, types, blocks = with_centers(edges, "edge", centers // arguments.blocks, blocks)
    table = run_table(arguments.factors, coded, types, arguments, blocks)
    notices = []
    if centers * arguments.replicates == 0:
        notices.append(
            Notice(
                code="no_center_points", message="Without centre runs the constant and the squares cannot all be estimated."
            )
        )
    return BoxBehnkenDesign(
        **table,
        edge_runs=len(edges) * arguments.replicates,
        quadratic_terms=(k + 1) * (k + 2) // 2,
        method=f"Box-Behnken design for {k} factors",
        conventions=order_conventions(arguments)
        | {"center_points": f"{centers} in a replicate; Box and Behnken (and Minitab) take {CENTER_POINTS[k]}"},
        warnings=notices,
        conclusion=f"The Box-Behnken design has {table['runs']} runs, {table['center_points']} of them centre points.",
    )


def _edges(k: int, blocks: int) -> tuple[NDArray[np.float64], list[int]]:
    """Runs without centre points in Box and Behnken's order, and the block of each."""
    if blocks != 1 and blocks not in BLOCKS.get(k, ()):
        possible = " or ".join(str(count) for count in (1, *BLOCKS.get(k, ())))
        raise ToolError("blocks", blocks, f"no orthogonal blocks of that number for {k} factors", f"give {possible}")
    sets = SETS[k]
    rows, numbers = [], []
    for index, members in enumerate(sets):
        corners = yates(len(members))
        for corner in corners:
            row = np.zeros(k)
            row[[member - 1 for member in members]] = corner
            rows.append(row)
            by_set = k in (4, 5, 9)  # whole sets make the blocks; for 6 and 7 the sign of their triple product does
            numbers.append(1 + index * blocks // len(sets) if by_set else 1 + int(np.prod(corner) > 0) * (blocks - 1))
    return np.array(rows), numbers
