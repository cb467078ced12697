"""Plackett-Burman designs: screening of many factors in a multiple of four runs."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.design import (
    AS_CONSTRUCTED,
    CenterPoints,
    Design,
    DesignArguments,
    order_conventions,
    require_middle,
    require_two_levels,
    run_table,
    with_centers,
)
from havoc.tools.doe.galois import paley_core
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA

FIRST_ROWS = {
    8: "+++-+--",
    12: "++-+++---+-",
    16: "++++-+-++--+---",
    20: "++--++++-+-+----++-",
    24: "+++++-+-++--++--+-+----",
    32: "----+-+-+++-++---+++++--++-+--+",
    36: "-+-+++---+++++-+++--+----+-+-++--+-",
    44: "++--+-+--+++-+++++---+-+++-----+---++-+-++-",
    48: "+++++-++++--+-+-+++--+--++-++---+-+-++----+----",
}
"""First rows of Plackett and Burman (1946), p. 323-324; the next rows are shifted cyclically, the last is all minus."""
ROWS = {28: "Paley's construction from the field of 27, last row all minus", 40: "the design of 20 runs doubled"}
SIZES = (8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48)


class PlackettBurmanDesign(Design):
    """Orthogonal main effects in a multiple of four runs."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "base_runs", "degrees_of_freedom_for_error")

    base_runs: int
    """Runs without centre points, of one replicate."""
    first_row: str | None
    """Signs of the generating row; None where the design is not cyclic."""
    degrees_of_freedom_for_error: int
    """Left by a model of main effects, with replicates and centre points."""
    regular: bool
    """Whether it is a regular fraction (a power of 2 runs), whose aliases are complete rather than partial."""


class PlackettBurman(DesignArguments):
    """2 to 47 factors with two levels each."""

    aliases: ClassVar = {"centers": "center_points", "centre_points": "center_points", "n_runs": "runs"}

    runs: Annotated[int, Field(ge=1, le=1000), DATA] | None = None
    """8, 12, ..., 48; without, the least number above the number of factors, from 12."""
    center_points: CenterPoints = 0


@operation(
    "plackett_burman",
    topic="Screening designs",
    source="Plackett, R. L. and Burman, J. P. (1946), Biometrika 33, 305-325; Paley (1933) for 28 runs",
    examples=(
        {"factors": 11},
        {"factors": 7, "runs": 12, "center_points": 3},
        {"factors": ["Temperature 60..80 °C", "Time 5..15 min", "pH 4..6", "Speed 100..300 rpm"], "randomize": False},
    ),
)
def plackett_burman(arguments: PlackettBurman) -> PlackettBurmanDesign:
    """Which runs screen up to 47 two-level factors for main effects, in a multiple of four runs?

    Main effects are orthogonal to each other, but each is partly aliased with every two-factor interaction that does not
    contain it (in 16 and 32 runs fully with some). Where interactions are likely use fractional_factorial of resolution IV,
    or fold_over afterwards; where curvature is, definitive_screening.
    """
    k = len(arguments.factors)
    if k < 2 or k > SIZES[-1] - 1:
        raise ToolError("factors", k, "not a number of factors for it", f"give 2 to {SIZES[-1] - 1}")
    require_two_levels(arguments.factors, "a Plackett-Burman design")
    require_middle(arguments.factors, arguments.center_points)
    runs = arguments.runs if arguments.runs is not None else next(size for size in SIZES[1:] if size > k)
    if runs not in SIZES:
        raise ToolError("runs", runs, "no Plackett-Burman design has so many runs", "give 8, 12, 16, ..., 48")
    if runs <= k:
        needed = next(size for size in SIZES if size > k)
        raise ToolError("runs", runs, f"too few for {k} factors", f"give at least {needed}")
    matrix = saturated(runs)[:, :k]
    coded, types, _ = with_centers(matrix, "factorial", arguments.center_points)
    table = run_table(arguments.factors, coded, types, arguments)
    regular = runs & (runs - 1) == 0
    return PlackettBurmanDesign(
        **table,
        base_runs=runs,
        first_row=FIRST_ROWS.get(runs),
        undefined={} if runs in FIRST_ROWS else {"first_row": "the design of this size is not cyclic"},
        degrees_of_freedom_for_error=table["runs"] - k - 1,
        regular=regular,
        method=f"Plackett-Burman design in {runs} runs",
        conventions=order_conventions(arguments, AS_CONSTRUCTED)
        | {"rows": ROWS.get(runs, "first row as published, then shifted right by one, last row all minus")},
        warnings=_notices(k, runs, table["runs"], regular),
        conclusion=f"The Plackett-Burman design has {table['runs']} runs.",
    )


def saturated(runs: int) -> NDArray[np.float64]:
    """float64, runs x (runs - 1), -1 and +1, all columns orthogonal; the last run is all -1."""
    if runs in FIRST_ROWS:
        first = np.array([1.0 if sign == "+" else -1.0 for sign in FIRST_ROWS[runs]])
        return np.vstack([*(np.roll(first, shift) for shift in range(runs - 1)), -np.ones(runs - 1)])
    if runs == 40:
        return _doubled(saturated(20))
    core = paley_core(27)  # 28 runs: the quadratic residues of the field of 27 make a skew core with zero diagonal
    return np.vstack([np.eye(27) - core, -np.ones(27)])


def _doubled(half: NDArray[np.float64]) -> NDArray[np.float64]:
    """Plackett and Burman's design for twice the runs: the design beside its reverse, then beside itself."""
    runs = len(half)
    tag = np.vstack([np.ones((runs, 1)), -np.ones((runs, 1))])
    return np.hstack([np.vstack([half, half]), np.vstack([-half, half]), tag])


def _notices(k: int, base: int, runs: int, regular: bool) -> list[Notice]:
    notices = [
        Notice(
            code="aliased_effects",
            message="Main effects are aliased with two-factor interactions"
            + (" completely: see fractional_factorial for the chains." if regular else " in part; plan a fold_over."),
        )
    ]
    if runs == k + 1:
        notices.append(
            Notice(
                code="saturated", message="No run is left for error: judge effects by a half-normal plot (lenth_effects)."
            )
        )
    return notices
