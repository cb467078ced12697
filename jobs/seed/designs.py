"""Designs as the tool `dsl_executor` answers them: counts and the first rows, the first factor changing fastest."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

from jobs.seed.outcome import Json, outcome

SHOWN_ROWS = 3
BOX_BEHNKEN_CENTRES = {3: 3, 4: 3}
COMPOSITE_CENTRES = {2: 5, 3: 6, 4: 7}

Factors = int | Sequence[Mapping[str, Any]]
Row = tuple[float, ...]


def box_behnken(factors: Factors) -> Json:
    """Box and Behnken (1960) for 3 or 4 factors: +-1 in each pair of factors, the others at 0, and 3 centre points.

    A number of factors means coded units; a list of {"name", "low", "high"} gives rows in natural units.
    """
    k = _count(factors)
    edges = [
        tuple(dict(zip(pair, signs, strict=True)).get(factor, 0.0) for factor in range(k))
        for pair in combinations(range(k), 2)
        for signs in _corners(2)
    ]
    counts = {"non_centre_runs": len(edges), "full_factorial_runs": 3**k, "quadratic_model_terms": _quadratic_terms(k)}
    return _design(factors, edges, BOX_BEHNKEN_CENTRES[k], counts)


def full_factorial(factors: Factors) -> Json:
    """All corners of a two-level design, in standard order."""
    k = _count(factors)
    return _design(factors, _corners(k), 0, {"main_effects": k, "two_factor_interactions": k * (k - 1) // 2})


def central_composite(factors: Factors) -> Json:
    """Full factorial core, axial points at the rotatable distance F^(1/4), and centre points (Box and Hunter 1957)."""
    k = _count(factors)
    corners = _corners(k)
    alpha = len(corners) ** 0.25
    axial = [
        tuple(sign * alpha if place == factor else 0.0 for place in range(k)) for factor in range(k) for sign in (-1, 1)
    ]
    counts = {
        "factorial_runs": len(corners),
        "axial_runs": len(axial),
        "axial_distance": alpha,
        "quadratic_model_terms": _quadratic_terms(k),
    }
    return _design(factors, [*corners, *axial], COMPOSITE_CENTRES[k], counts)


def _design(factors: Factors, rows: Sequence[Row], centres: int, counts: Mapping[str, float]) -> Json:
    shown = rows[:SHOWN_ROWS]
    return outcome(
        {
            "runs": len(rows) + centres,
            "factors": _count(factors),
            **counts,
            "centre_runs": centres,
            "first_rows": [_natural(factors, row) for row in shown],
        },
        {"units": "coded" if isinstance(factors, int) else "natural", "order": "standard"},
        len(rows) + centres,
        ["not_randomised"],
    )


def _quadratic_terms(k: int) -> int:
    """Coefficients of a full second-order model in k factors."""
    return (k + 1) * (k + 2) // 2


def _count(factors: Factors) -> int:
    return factors if isinstance(factors, int) else len(factors)


def _corners(k: int) -> list[Row]:
    """The 2^k corners of the coded cube, the first factor fastest."""
    return [tuple(reversed(corner)) for corner in product((-1.0, 1.0), repeat=k)]


def _natural(factors: Factors, row: Row) -> Row:
    """`row` in the units of the factors: -1 is low, 1 is high."""
    if isinstance(factors, int):
        return row
    return tuple(
        (factor["high"] + factor["low"]) / 2 + coded * (factor["high"] - factor["low"]) / 2
        for factor, coded in zip(factors, row, strict=True)
    )
