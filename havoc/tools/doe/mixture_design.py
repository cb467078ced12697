"""Mixture designs: components whose shares add up to a total."""

from itertools import combinations, product
from math import comb
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.design import AS_CONSTRUCTED, MAX_RUNS, Design, DesignArguments, order_conventions, run_table
from havoc.tools.doe.factor import coded_factors
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import SETTING, Positive

MAX_COMPONENTS = 10
MAX_EDGED = 300
"""Vertices up to which edges are looked for."""
CLOSE = 1e-9
"""Shares of the total below which two numbers are the same."""


class MixtureDesign(Design):
    """Blends; `natural` are amounts, `coded` are L-pseudo-components (shares of what is left above the lower bounds)."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "kind", "total", "lower_bounds", "upper_bounds")

    kind: str
    """`lattice`, `centroid` or `vertices`."""
    total: float
    """What the amounts add up to."""
    proportions: list[list[float]]
    """Amounts over the total, in run order."""
    lower_bounds: list[float]
    """Implied ones: as given, or raised because the other components cannot fill the rest."""
    upper_bounds: list[float]
    """Implied ones: as given, or lowered because the other components need their share."""
    vertices: int
    """Corners of the region."""


class Mixture(DesignArguments):
    """2 to 10 components; a factor's low and high bound its amount (0 and the total without)."""

    aliases: ClassVar = {"components": "factors", "type": "kind", "m": "degree", "centers": "center_points"}

    kind: Annotated[Literal["auto", "lattice", "centroid", "vertices"], SETTING] = "auto"
    """`lattice`: shares 0, 1/m, ..., 1 in all combinations; `centroid`: equal shares of every subset; `vertices`: corners of
    the bounded region; `auto`: vertices where an upper bound cuts the region, otherwise centroid."""
    degree: Annotated[int, Field(ge=1, le=10), SETTING] = 2
    """m of the lattice: the degree of the Scheffé polynomial that it fits."""
    total: Positive = 1.0
    """What the amounts add up to: 1, or 100 for per cent."""
    center_points: Annotated[int, Field(ge=0, le=50), SETTING] | None = None
    """Runs of the overall centroid beyond what the design has; without, 1 where the design lacks it."""
    axial: Annotated[bool, SETTING] = False
    """Add the blends half way between the overall centroid and each vertex, as checks within the region."""
    edges: Annotated[bool, SETTING] = False
    """With `vertices`: add the middles of edges, which quadratic models need."""


@operation(
    "mixture_design",
    topic="Mixture designs",
    source="Scheffé (1958, 1963), J. R. Stat. Soc. B 20, 344-360 and 25, 235-263; Cornell, Experiments with Mixtures; "
    "McLean and Anderson (1966), Technometrics 8, 447-454",
    examples=(
        {"factors": 3},
        {"factors": 3, "kind": "lattice", "degree": 3},
        {
            "factors": [
                {"name": "Resin", "low": 40, "high": 60},
                {"name": "Filler", "low": 10, "high": 40},
                {"name": "Solvent", "low": 10, "high": 30},
            ],
            "total": 100,
            "randomize": False,
        },
    ),
)
def mixture_design(arguments: Mixture) -> MixtureDesign:
    """Which blends are made of components that add up to a total?

    Simplex lattice and simplex centroid without upper bounds, vertices of the region with them. Analyse with
    analyze_mixture (no intercept). For factors that vary independently of each other take central_composite or box_behnken.
    """
    factors, q = arguments.factors, len(arguments.factors)
    if not 2 <= q <= MAX_COMPONENTS:
        raise ToolError("factors", q, "not a number of components", f"give 2 to {MAX_COMPONENTS}")
    low, high = _bounds(arguments)
    corners = vertices(low, high)
    kind = arguments.kind
    simplex = bool(np.allclose(high, 1 - low.sum() + low, atol=CLOSE))
    if kind == "auto":
        kind = "centroid" if simplex else "vertices"
    if kind != "vertices" and not simplex:
        raise ToolError("kind", kind, "upper bounds cut the simplex", "take vertices, or leave upper bounds out")
    pseudo = (corners - low) / (1 - low.sum())
    blends, types = _blends(arguments, kind, q, pseudo)
    if len(blends) * arguments.replicates > MAX_RUNS // 4:
        raise ToolError("factors", q, f"{len(blends):,} blends", "use fewer components or a lower degree")
    table = run_table(coded_factors(q), blends, types, arguments)
    shares = low + np.array(table["coded"]) * (1 - low.sum())
    shares = np.where(np.abs(shares) < CLOSE, 0.0, shares)
    table |= {
        "factor_names": [factor.name for factor in factors],
        "factor_units": [factor.unit for factor in factors],
        "natural": (shares * arguments.total).tolist(),
    }
    return MixtureDesign(
        **table,
        kind=kind,
        total=arguments.total,
        proportions=shares.tolist(),
        lower_bounds=(low * arguments.total).tolist(),
        upper_bounds=(high * arguments.total).tolist(),
        vertices=len(corners),
        method=f"Mixture design of {q} components ({_names(arguments, kind)})",
        conventions=order_conventions(arguments, AS_CONSTRUCTED)
        | {"coding": "L-pseudo-components: (amount - lower bound) / (total - sum of lower bounds), implied bounds"},
        warnings=_notices(arguments, kind, low, high),
        conclusion=f"The mixture design has {table['runs']} runs.",
    )


def vertices(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of low <= x <= high, sum x = 1: all but one component at a bound (McLean and Anderson 1966), each once."""
    q = len(low)
    found: dict[tuple[float, ...], None] = {}
    for free in range(q):
        others = [i for i in range(q) if i != free]
        for choice in product(*[(low[i], high[i]) for i in others]):
            rest = 1 - sum(choice)
            if low[free] - CLOSE <= rest <= high[free] + CLOSE:
                point = np.empty(q)
                point[others], point[free] = choice, rest
                found[tuple(point.round(9) + 0.0)] = None
    ordered = sorted(found, reverse=True)
    return np.array(ordered)


def _bounds(arguments: Mixture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Implied lower and upper bounds, as shares."""
    low, high = np.zeros(len(arguments.factors)), np.ones(len(arguments.factors))
    for index, factor in enumerate(arguments.factors):
        if factor.levels is not None:
            raise ToolError(f"factors[{index}].levels", factor.levels, "a component has bounds", "give low and high")
        if factor.low is not None and factor.high is not None:
            low[index], high[index] = factor.low / arguments.total, min(factor.high / arguments.total, 1.0)
            if factor.low < 0:
                raise ToolError(f"factors[{index}].low", factor.low, "a share below 0", "give amounts from 0")
    if low.sum() >= 1 - CLOSE:
        raise ToolError("factors", low.sum() * arguments.total, "the lower bounds fill the total", "lower them")
    if high.sum() <= 1 + CLOSE:
        raise ToolError(
            "factors", high.sum() * arguments.total, "the upper bounds leave no room", "raise them, or check the total"
        )
    reach = np.minimum(high, 1 - (low.sum() - low))
    need = np.maximum(low, 1 - (high.sum() - high))
    return need, reach


def _blends(arguments: Mixture, kind: str, q: int, corners: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str]]:
    """Blends in pseudo-components, and what they are."""
    if kind == "lattice":
        if comb(q + arguments.degree - 1, arguments.degree) > MAX_RUNS:
            raise ToolError("degree", arguments.degree, "too many blends", "give a lower degree")
        rows = [np.array(one) / arguments.degree for one in _compositions(arguments.degree, q)]
        blends, types = np.array(rows), ["vertex" if row.max() == 1 else "lattice" for row in rows]
    elif kind == "centroid":
        subsets = [subset for size in range(1, q + 1) for subset in combinations(range(q), size)]
        blends = np.array([[1 / len(subset) if i in subset else 0.0 for i in range(q)] for subset in subsets])
        types = [_type(len(subset), q) for subset in subsets]
    else:
        blends, types = corners, ["vertex"] * len(corners)
        if arguments.edges:
            middles = _edge_middles(corners)
            blends, types = np.vstack([blends, middles]), types + ["edge"] * len(middles)
    center = corners.mean(axis=0)
    if arguments.axial:
        between = (corners + center) / 2
        blends, types = np.vstack([blends, between]), types + ["axial"] * len(between)
    has_center = bool((np.abs(blends - center).max(axis=1) < CLOSE).any())
    extra = arguments.center_points if arguments.center_points is not None else int(not has_center and kind == "vertices")
    return np.vstack([blends, np.repeat(center[None, :], extra, axis=0)]), types + ["center"] * extra


def _compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    """All ways to write `total` as a sum of `parts` numbers from 0, the first largest first."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total, -1, -1) for rest in _compositions(total - first, parts - 1)]


def _type(size: int, q: int) -> str:
    return "center" if size == q else {1: "vertex", 2: "edge"}.get(size, "face")


def _edge_middles(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Middles of the edges of the region: vertices that share all but two of the bounds at which components are."""
    if len(corners) > MAX_EDGED:
        raise ToolError(
            "edges", True, f"{len(corners)} vertices have too many edges", "leave edges out, or use optimal_design"
        )
    low, high = corners.min(axis=0), corners.max(axis=0)
    at = np.hstack([np.abs(corners - low) < CLOSE, np.abs(corners - high) < CLOSE]).astype(np.int_)
    middles = []
    for i in range(len(corners)):
        shared = at[i] & at
        # No third vertex lies on all the bounds that two share, if and only if the two are the ends of an edge.
        holders = (shared @ at.T == shared.sum(axis=1)[:, None]).sum(axis=1)
        middles += [(corners[i] + corners[j]) / 2 for j in range(i + 1, len(corners)) if holders[j] == 2]
    return np.array(middles).reshape(-1, corners.shape[1])


def _names(arguments: Mixture, kind: str) -> str:
    q = len(arguments.factors)
    return {
        "lattice": f"{{{q}, {arguments.degree}}} simplex lattice",
        "centroid": "simplex centroid",
        "vertices": "extreme vertices",
    }[kind]


def _notices(arguments: Mixture, kind: str, low: NDArray[np.float64], high: NDArray[np.float64]) -> list[Notice]:
    notices = []
    given = [(factor.low, factor.high) for factor in arguments.factors]
    moved = [
        factor.name
        for factor, (least, most), a, b in zip(arguments.factors, given, low, high, strict=True)
        if least is not None
        and most is not None
        and (a * arguments.total > least * (1 + CLOSE) + CLOSE or b < min(most / arguments.total, 1.0) - CLOSE)
    ]
    if moved and kind == "vertices":
        notices.append(
            Notice(code="bounds_moved", message=f"The other components keep {', '.join(moved)} from a bound that was given.")
        )
    if kind == "vertices" and not arguments.edges:
        notices.append(
            Notice(
                code="linear_model", message="Vertices and centroid alone fit a linear model; add edges for a quadratic one."
            )
        )
    return notices
