"""Central composite designs: a two-level factorial, axial points and centre points."""

from math import sqrt
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from havoc.tools.doe.confounding import block_generators, block_numbers
from havoc.tools.doe.design import Design, DesignArguments, order_conventions, require_numeric, run_table, yates
from havoc.tools.doe.fraction_catalogue import minimum_aberration
from havoc.tools.doe.fraction_words import Fraction, factor_letters, generator_words, resolution
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import SETTING

MAX_FACTORS = 11
FRACTION_FROM = 5
"""Factors from which the core is a fraction unless a full one is asked for."""
BLOCKED_CENTERS = {2: (3, 3), 3: (2, 2), 4: (2, 2), 5: (6, 1), 6: (4, 2)}
"""Centre runs in each cube block and in the axial block: Box and Hunter (1957), Table 5, for their usual blocks."""

OTHER_NAMES = {
    **dict.fromkeys(("faced", "face", "face_centred", "ccf"), "face_centered"),
    **dict.fromkeys(("circumscribed", "ccc"), "rotatable"),
    "cci": "inscribed",
}


def _usual_name(value: object) -> object:
    if not isinstance(value, str):
        return value
    name = value.strip().lower().replace("-", "_").replace(" ", "_")
    return OTHER_NAMES.get(name, name)


Alpha = Literal["rotatable", "face_centered", "spherical", "orthogonal", "inscribed"]


class CentralCompositeDesign(Design):
    """Corners, axial points and centre points."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "alpha", "factorial_runs", "axial_runs", "center_points")

    alpha: float
    """Distance of the axial points from the centre in coded units, before an inscribed design is shrunk."""
    factorial_runs: int
    """Corner runs of one replicate."""
    axial_runs: int
    """Axial runs of one replicate."""
    quadratic_terms: int
    """Coefficients of the full second-order model, the constant included."""
    generators: list[str]
    """Of the fractional core; empty where it is full."""
    resolution: int | None = None
    """Of the fractional core; None where it is full."""
    rotatable: bool
    """Whether the prediction variance depends on the distance from the centre only."""
    orthogonal_blocks: bool | None = None
    """Whether block effects are orthogonal to the model; None without blocks."""


class CentralComposite(DesignArguments):
    """2 to 11 numeric factors."""

    aliases: ClassVar = {"centers": "center_points", "centre_points": "center_points", "type": "alpha", "kind": "alpha"}

    alpha: Annotated[Alpha | Annotated[float, Field(gt=0, le=100)] | None, BeforeValidator(_usual_name), SETTING] = None
    """Where the axial points are. Without it `rotatable`, or the distance that makes the blocks orthogonal.
    `rotatable` F^(1/4) with F corners, `spherical` sqrt(k), `face_centered` 1, `orthogonal` for uncorrelated squares,
    `inscribed` rotatable, shrunk so that the axial points are at low and high; or a number."""
    core: Annotated[Literal["auto", "full", "fraction"], SETTING] = "auto"
    """The factorial part: `auto` is full below 5 factors, from there on the smallest fraction of resolution V."""
    center_points: Annotated[int, Field(ge=0, le=100), SETTING] | None = None
    """Centre runs of one replicate without blocks; without, the number of uniform precision (5, 6, 7, ... )."""
    blocks: Annotated[int, Field(ge=1, le=17), SETTING] = 1
    """1, or 2, 3, 5, 9, ...: the factorial in 1, 2, 4, 8, ... blocks and the axial points in the last."""
    center_points_cube: Annotated[int, Field(ge=0, le=50), SETTING] | None = None
    """With blocks: centre runs in each factorial block."""
    center_points_axial: Annotated[int, Field(ge=0, le=50), SETTING] | None = None
    """With blocks: centre runs in the axial block."""


@operation(
    "central_composite",
    topic="Response surface designs",
    source="Box, G. E. P. and Wilson, K. B. (1951), J. R. Stat. Soc. B 13, 1-45; Box and Hunter (1957), Ann. Math. Stat. 28",
    examples=(
        {"factors": 3},
        {
            "factors": [
                {"name": "Temperature", "low": 100, "high": 200, "unit": "°C"},
                {"name": "Time", "low": 5, "high": 15, "unit": "min"},
            ],
            "alpha": "face_centered",
            "center_points": 4,
        },
        {"factors": 3, "blocks": 3, "randomize": False},
    ),
)
def central_composite(arguments: CentralComposite) -> CentralCompositeDesign:
    """Which runs does a central composite design have, for a full quadratic model?

    A two-level factorial (or resolution V fraction) with axial and centre points; it can be made in two steps, the factorial
    first. Axial points lie outside low and high unless alpha is `face_centered` (three levels) or `inscribed`. Where corners
    are dangerous use box_behnken; with limits on combinations of factors use optimal_design.
    """
    factors, k = arguments.factors, len(arguments.factors)
    if not 2 <= k <= MAX_FACTORS:
        raise ToolError("factors", k, "not a number of factors for a central composite design", f"give 2 to {MAX_FACTORS}")
    require_numeric(factors, "a central composite design")
    core = _core(k, arguments.core)
    corners = core.table()
    blocked = arguments.blocks > 1
    cube_centers, axial_centers = _centers(arguments, k, len(corners))
    cube_blocks = _cube_blocks(arguments.blocks, core)
    n_cube, n_axial = max(cube_blocks) * cube_centers, axial_centers
    alpha = _alpha(arguments, k, len(corners), n_cube, n_axial)
    axial = np.zeros((2 * k, k))
    for i in range(k):
        axial[2 * i, i], axial[2 * i + 1, i] = -alpha, alpha
    shrink = alpha if arguments.alpha == "inscribed" else 1.0
    last = max(cube_blocks) + 1 if blocked else 1
    parts = [corners / shrink, axial / shrink, np.zeros((n_cube + n_axial, k))]
    types = ["factorial"] * len(corners) + ["axial"] * 2 * k + ["center"] * (n_cube + n_axial)
    center_blocks = [1 + i % max(cube_blocks) for i in range(n_cube)] + [last] * n_axial
    table = run_table(factors, np.vstack(parts), types, arguments, [*cube_blocks, *[last] * 2 * k, *center_blocks])
    orthogonal = sqrt(k * (1 + n_axial / (2 * k)) / (1 + n_cube / len(corners)))
    return CentralCompositeDesign(
        **table,
        alpha=alpha,
        factorial_runs=len(corners),
        axial_runs=2 * k,
        quadratic_terms=(k + 1) * (k + 2) // 2,
        generators=generator_words(core, factor_letters(factors)),
        resolution=resolution(core.columns, core.basic),
        rotatable=abs(alpha - len(corners) ** 0.25) < 1e-9,
        orthogonal_blocks=abs(alpha - orthogonal) < 1e-9 if blocked else None,
        method=f"Central composite design for {k} factors",
        conventions=_conventions(arguments, k, len(corners)),
        warnings=_notices(arguments, table["center_points"], alpha, shrink),
        conclusion=f"The central composite design has {table['runs']} runs; its axial points are at {alpha:.4g}.",
    )


def uniform_precision_centers(k: int, corners: int) -> int:
    """Centre runs that make the prediction variance at distance 1 nearly that at the centre (Box and Hunter 1957)."""
    moment = ((k + 3) + sqrt(9 * k * k + 14 * k - 7)) / (4 * (k + 2))
    return max(1, round(moment * (sqrt(corners) + 2) ** 2 - corners - 2 * k))


def _core(k: int, wanted: str) -> Fraction:
    full = Fraction(tuple(1 << i for i in range(k)), (1,) * k, k)
    if wanted == "full" or (wanted == "auto" and k < FRACTION_FROM):
        return full
    if k < FRACTION_FROM:
        raise ToolError("core", wanted, f"{k} factors have no fraction of resolution V", "leave core out")
    found = minimum_aberration(k, resolution=5)
    return full if found is None else found


def _cube_blocks(blocks: int, core: Fraction) -> list[int]:
    """The block of each corner run."""
    if blocks == 1:
        return [1] * 2**core.basic
    cubes = blocks - 1
    if cubes & (cubes - 1) or cubes > 2 ** (core.basic - 2):
        raise ToolError("blocks", blocks, "not a number of blocks for this design", "give 2, 3, 5 or 9: 1, 2, 4, 8 and one")
    generators = block_generators(core.columns, core.basic, cubes.bit_length() - 1) if cubes > 1 else []
    lost = {column ^ other for i, column in enumerate(core.columns) for other in core.columns[:i]}
    group = [0]
    for generator in generators:
        group += [one ^ generator for one in group]
    if lost & set(group):
        raise ToolError("blocks", blocks, "two-factor interactions would be lost to blocks", "give fewer blocks")
    return block_numbers(yates(core.basic), generators)


def _centers(arguments: CentralComposite, k: int, corners: int) -> tuple[int, int]:
    """Centre runs in each factorial block, and with the axial points."""
    given = (arguments.center_points_cube, arguments.center_points_axial)
    if arguments.blocks == 1:
        for name, value in zip(("center_points_cube", "center_points_axial"), given, strict=True):
            if value is not None:
                raise ToolError(name, value, "the design has no blocks", "give center_points, or blocks")
        if arguments.center_points is None:
            return 0, uniform_precision_centers(k, corners)
        return 0, arguments.center_points
    if arguments.center_points is not None:
        raise ToolError(
            "center_points", arguments.center_points, "the design has blocks", "give center_points_cube, center_points_axial"
        )
    usual = BLOCKED_CENTERS.get(k, (2, 2))
    return usual[0] if given[0] is None else given[0], usual[1] if given[1] is None else given[1]


def _alpha(arguments: CentralComposite, k: int, corners: int, n_cube: int, n_axial: int) -> float:
    wanted = arguments.alpha
    if isinstance(wanted, (int, float)):
        return float(wanted)
    runs = corners + 2 * k + n_cube + n_axial
    if wanted is None and arguments.blocks > 1:
        return sqrt(k * (1 + n_axial / (2 * k)) / (1 + n_cube / corners))
    if wanted == "orthogonal":
        return sqrt((sqrt(corners * runs) - corners) / 2)
    if wanted == "spherical":
        return sqrt(k)
    return 1.0 if wanted == "face_centered" else float(corners**0.25)


def _conventions(arguments: CentralComposite, k: int, corners: int) -> dict[str, str]:
    kind = arguments.alpha if arguments.alpha is not None else "orthogonal blocks" if arguments.blocks > 1 else "rotatable"
    return order_conventions(arguments) | {
        "alpha": f"{kind}; rotatable would be {corners**0.25:.4g} with {corners} corner runs, spherical {sqrt(k):.4g}, "
        "face-centred 1",
        "center_points": "uniform precision (Box and Hunter 1957), as in Minitab and Montgomery, where not given",
        "low_high": "the axial points are at low and high" if arguments.alpha == "inscribed" else "the corners are at them",
    }


def _notices(arguments: CentralComposite, centers: int, alpha: float, shrink: float) -> list[Notice]:
    notices = []
    ranged = any(factor.low is not None or factor.levels is not None for factor in arguments.factors)
    if ranged and alpha > 1 and shrink == 1:
        notices.append(
            Notice(
                code="outside_low_high",
                message="Axial runs lie outside low and high: check that they can be made, or take inscribed.",
            )
        )
    if centers == 0:
        notices.append(Notice(code="no_center_points", message="Without centre runs there is no estimate of pure error."))
    return notices
