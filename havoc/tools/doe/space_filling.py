"""Space-filling designs for computer experiments: Latin hypercubes and Sobol points."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.spatial.distance import pdist

from havoc.tools.doe.design import AS_CONSTRUCTED, Design, DesignArguments, order_conventions, require_numeric, run_table
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA, SETTING

MAX_POINTS = 1000
MAX_SOBOL = 8192
MAX_COMPARED = 2000
"""Points up to which every pair is compared."""
STARTS = 8
SWAPS = 600
"""Exchanges tried from each start by the search for a large least distance, at 50 points; fewer for more."""
THRESHOLD = 1.0
"""Relative growth of phi that the first exchanges may bring."""


class SpaceFillingDesign(Design):
    """Points spread over the region."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "minimum_distance", "discrepancy", "max_correlation")

    minimum_distance: float | None
    """Smallest distance between two points, in units of the range of each factor (0 to 1); None for over 2000 points."""
    discrepancy: float | None
    """Centred discrepancy: 0 is perfectly even; None for over 2000 points."""
    max_correlation: float
    """Largest absolute correlation between two factors; 0 with one factor."""


class SpaceFilling(DesignArguments):
    """Numeric factors and a number of points."""

    aliases: ClassVar = {"n": "runs", "samples": "runs", "points": "runs", "n_samples": "runs"}

    randomize: Annotated[bool, SETTING] = False
    """Shuffle the runs; without meaning for computer experiments."""


class LatinHypercube(SpaceFilling):
    """Numeric factors, a number of points, and what is made large."""

    runs: Annotated[int, Field(ge=2, le=MAX_POINTS), DATA]
    """Number of points; about ten for each factor is usual."""
    criterion: Annotated[Literal["maximin", "discrepancy", "random"], SETTING] = "maximin"
    """`maximin` makes the least distance large, `discrepancy` the points even (scipy), `random` takes the first."""
    centered: Annotated[bool, SETTING] = True
    """Put each point in the middle of its cell rather than anywhere in it."""


class Sobol(SpaceFilling):
    """Numeric factors and a number of points."""

    runs: Annotated[int, Field(ge=1, le=MAX_SOBOL), DATA]
    """Number of points, best a power of 2."""
    scramble: Annotated[bool, SETTING] = True
    """Owen's scrambling by the seed; without it the first point is the corner of all lows."""


@operation(
    "latin_hypercube",
    topic="Space-filling designs",
    source="McKay, Beckman and Conover (1979), Technometrics 21; Morris and Mitchell (1995), J. Stat. Plan. Inf. 43",
    examples=(
        {"factors": 2, "runs": 10},
        {"factors": [{"name": "x", "low": 0, "high": 5}, {"name": "y", "low": 10, "high": 20}], "runs": 8, "seed": 4},
    ),
)
def latin_hypercube(arguments: LatinHypercube) -> SpaceFillingDesign:
    """Which points fill a region evenly, with every factor at as many levels as there are runs?

    For simulations without noise and complicated surfaces, to be fitted by a Gaussian process. With noise and a polynomial
    model take box_behnken, central_composite or optimal_design; to add points later one after the other, sobol_design.
    """
    _check(arguments)
    unit = _hypercube(arguments)
    return _design(arguments, unit, f"Latin hypercube ({arguments.criterion})")


@operation(
    "sobol_design",
    topic="Space-filling designs",
    source="Sobol' (1967); Owen (1998), J. Complexity 14, 466-489; directions of Joe and Kuo (2008) in scipy",
    examples=({"factors": 2, "runs": 16}, {"factors": 3, "runs": 8, "scramble": False}),
)
def sobol_design(arguments: Sobol) -> SpaceFillingDesign:
    """Which points of a Sobol' sequence fill a region evenly?

    A sequence: more runs with the same seed begin with these points. For integrals and for experiments that may grow; at a
    fixed small number of runs latin_hypercube spreads points better.
    """
    from scipy.stats import qmc

    _check(arguments)
    engine = qmc.Sobol(len(arguments.factors), scramble=arguments.scramble, rng=np.random.default_rng(arguments.seed))
    exponent = (arguments.runs - 1).bit_length()
    unit = engine.random_base2(exponent)[: arguments.runs]
    return _design(arguments, unit, "Sobol' points")


def _check(arguments: SpaceFilling) -> None:
    require_numeric(arguments.factors, "a space-filling design")
    if len(arguments.factors) > 30:
        raise ToolError("factors", len(arguments.factors), "too many to fill", "screen the factors first; give at most 30")


def _hypercube(arguments: LatinHypercube) -> NDArray[np.float64]:
    from scipy.stats import qmc

    n, k = arguments.runs, len(arguments.factors)
    rng = np.random.default_rng(arguments.seed)
    if arguments.criterion == "discrepancy" and n <= 100:
        engine = qmc.LatinHypercube(k, scramble=not arguments.centered, optimization="random-cd", rng=rng)
        return np.asarray(engine.random(n))
    engine = qmc.LatinHypercube(k, scramble=not arguments.centered, rng=rng)
    if arguments.criterion == "random" or k == 1:
        return np.asarray(engine.random(n))
    starts = [_spread(np.asarray(engine.random(n)), rng) for _ in range(STARTS if n <= 100 else 1)]
    return max(starts, key=lambda points: round(float(pdist(points).min()), 12))


def _spread(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """`points` after exchanges of one coordinate between two points that make Morris and Mitchell's phi smaller.

    phi is the sum of distance^-15; its smallest value goes with a large least distance. One of the two points is always of
    the closest pair. Early exchanges may make phi somewhat larger (threshold accepting), so as to leave poor arrangements.
    """
    points = points.copy()
    n, k = points.shape
    distance = _squared(points, points)
    np.fill_diagonal(distance, np.inf)
    best, largest = points.copy(), float(distance.min())
    steps = SWAPS if n <= 100 else max(200, SWAPS * STARTS * 50 // n)
    for step in range(steps):
        first = int(np.argmin(distance)) // n
        other = int(rng.integers(n - 1))
        other += other >= first
        axis = int(rng.integers(k))
        pair = [first, other]
        changed = points[pair].copy()
        changed[0, axis], changed[1, axis] = changed[1, axis], changed[0, axis]
        rows = _squared(changed, points)
        rows[0, other] = rows[1, first] = float(((changed[0] - changed[1]) ** 2).sum())
        rows[[0, 1], pair] = np.inf
        tolerance = 1 + THRESHOLD * max(0.0, 1 - 2 * step / steps)
        if (rows**-7.5).sum() < tolerance * (distance[pair] ** -7.5).sum():
            points[pair] = changed
            distance[pair], distance[:, pair] = rows, rows.T
            if distance.min() > largest + 1e-12:
                best, largest = points.copy(), float(distance.min())
    return best


def _squared(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(((one[:, None, :] - other[None, :, :]) ** 2).sum(axis=2))


def _design(arguments: SpaceFilling, unit: NDArray[np.float64], method: str) -> SpaceFillingDesign:
    from scipy.stats import qmc

    table = run_table(arguments.factors, 2 * unit - 1, ["space filling"] * len(unit), arguments)
    nearest = float(pdist(unit).min()) if 2 <= len(unit) <= MAX_COMPARED else None
    correlation = np.corrcoef(unit.T) if unit.shape[1] > 1 and len(unit) > 2 else np.eye(unit.shape[1])
    even = max(float(qmc.discrepancy(unit, method="CD")), 0.0) if len(unit) <= MAX_COMPARED else None
    distance = "" if nearest is None else f"; two points are at least {nearest:.4g} apart"
    return SpaceFillingDesign(
        **table,
        minimum_distance=nearest,
        discrepancy=even,
        undefined=_undefined(len(unit)),
        max_correlation=float(np.abs(correlation - np.diag(np.diag(correlation))).max()),
        method=method,
        conventions=order_conventions(arguments, AS_CONSTRUCTED) | {"distance": "Euclidean, every factor scaled to 0 ... 1"},
        warnings=_notices(arguments, len(unit)),
        conclusion=f"The design has {table['runs']} points{distance}.",
    )


def _undefined(count: int) -> dict[str, str]:
    if count > MAX_COMPARED:
        reason = f"not computed for over {MAX_COMPARED} points"
        return {"minimum_distance": reason, "discrepancy": reason}
    return {"minimum_distance": "one point has no other"} if count < 2 else {}


def _notices(arguments: SpaceFilling, count: int) -> list[Notice]:
    notices = []
    if count < 10 * len(arguments.factors) and isinstance(arguments, LatinHypercube):
        notices.append(Notice(code="few_points", message="Fewer than ten points for each factor."))
    if isinstance(arguments, Sobol) and count & (count - 1):
        notices.append(Notice(code="not_a_power_of_2", message="Sobol' points are balanced only in powers of 2."))
    if arguments.replicates > 1:
        notices.append(Notice(code="replicated", message="Repeating a computer experiment tells nothing new."))
    return notices
