"""Definitive screening designs, from conference matrices."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.design import (
    AS_CONSTRUCTED,
    Design,
    DesignArguments,
    order_conventions,
    require_numeric,
    run_table,
    with_centers,
)
from havoc.tools.doe.galois import is_field, paley_core
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import SETTING

MAX_FACTORS = 30


class DefinitiveScreeningDesign(Design):
    """Fold-over pairs, in each of which one factor is at its middle, and centre runs."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "conference_size", "center_points", "quadratic_correlation")

    conference_size: int
    """Order of the conference matrix: factors, fake factors and one more where that number is odd."""
    fake_factors: int
    """Columns that no factor uses, left for error: those asked for and those of the next matrix that exists."""
    degrees_of_freedom_for_error: int
    """Left by a model of main effects, with replicates and centre points."""
    quadratic_correlation: float
    """Correlation between any two squares; those of main effects with all second-order columns are 0."""


class DefinitiveScreening(DesignArguments):
    """3 to 30 numeric factors."""

    aliases: ClassVar = {"centers": "center_points", "centre_points": "center_points", "extra_factors": "fake_factors"}

    fake_factors: Annotated[int, Field(ge=0, le=10), SETTING] = 0
    """Added columns that no factor uses: two of them add four runs, and degrees of freedom for error (JMP adds two)."""
    center_points: Annotated[int, Field(ge=1, le=100), SETTING] = 1
    """Centre runs; one is needed for the squares."""


@operation(
    "definitive_screening",
    topic="Screening designs",
    source="Jones, B. and Nachtsheim, C. J. (2011), J. Qual. Technol. 43, 1-15; Xiao, Lin and Bai (2012), ibid. 44, 2-8",
    examples=({"factors": 6}, {"factors": 5, "fake_factors": 2}, {"factors": 7, "randomize": False}),
)
def definitive_screening(arguments: DefinitiveScreening) -> DefinitiveScreeningDesign:
    """Which runs screen three or more numeric factors for main effects, with squares and interactions kept out of them?

    Three levels, 2k + 1 runs for an even number of factors and 2k + 3 for an odd one. Main effects are uncorrelated with all
    second-order effects; of these a few can be found. For categorical factors use fractional_factorial or
    plackett_burman; for a full quadratic model of few factors box_behnken or central_composite.
    """
    k = len(arguments.factors)
    if not 3 <= k <= MAX_FACTORS:
        raise ToolError("factors", k, "not a number of factors for it", f"give 3 to {MAX_FACTORS}")
    require_numeric(arguments.factors, "a definitive screening design")
    size = conference_size(k + arguments.fake_factors)
    matrix = conference_matrix(size)[:, :k]
    pairs = np.stack([matrix, -matrix], axis=1).reshape(2 * size, k)
    coded, types, _ = with_centers(pairs, "screening", arguments.center_points)
    table = run_table(arguments.factors, coded, types, arguments)
    squares = coded[:, :2] ** 2
    return DefinitiveScreeningDesign(
        **table,
        conference_size=size,
        fake_factors=size - k,
        degrees_of_freedom_for_error=table["runs"] - k - 1,
        quadratic_correlation=float(np.asarray(np.corrcoef(squares.T))[0, 1]),
        method=f"Definitive screening design for {k} factors",
        conventions=order_conventions(arguments, AS_CONSTRUCTED)
        | {"size": f"2m + 1 runs with m = {size}; JMP adds two fake factors, four runs, by default"},
        warnings=_notices(k),
        conclusion=f"The definitive screening design has {table['runs']} runs.",
    )


def conference_size(columns: int) -> int:
    """Least order of a conference matrix made here that has `columns` columns, at least 4."""
    size = max(columns, 4)
    while size % 2 or not (is_field(size - 1) or size == 16):
        size += 1
    return size


def conference_matrix(size: int) -> NDArray[np.float64]:
    """C with zero diagonal, -1 and +1 elsewhere and C'C = (size - 1) I: Paley's, or for 16 the doubled one of 8."""
    if size == 16:
        half, unit = conference_matrix(8), np.eye(8)  # skew, so that its cross products with itself cancel
        return np.block([[half, half + unit], [half - unit, -half]])
    border = np.ones(size - 1)
    side = border if size % 4 == 2 else -border
    return np.block([[np.zeros((1, 1)), border[None, :]], [side[:, None], paley_core(size - 1)]])


def _notices(k: int) -> list[Notice]:
    if k >= 6:
        return []
    return [
        Notice(
            code="few_factors",
            message="Below 6 factors the design cannot fit a full quadratic model in any three factors; "
            "take fake_factors, or box_behnken.",
        )
    ]
