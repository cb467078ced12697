"""Lenth's method: which effects of an unreplicated experiment stand out from the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.doe.analysis_terms import Vector
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import Alpha, Labels, Numbers

FEWEST = 3
"""Effects below which there is nothing to stand out from."""
ENOUGH = 7
"""Effects that Lenth studied his method for, and more."""
MOST = 5000

LENTH_CONVENTIONS = {
    "df": "m / 3, not rounded, as Lenth; some programs use simulated critical values, which are somewhat smaller",
    "pse": "1.5 times the median of |effect| below 2.5 s0, with s0 = 1.5 median |effect|",
    "sme": "t quantile at (1 + (1 - alpha)^(1/m)) / 2",
    "half_normal_quantile": "normal quantile at 0.5 + 0.5 (i - 0.5) / m for the i-th smallest |effect|",
}


@dataclass(frozen=True)
class Pseudo:
    """Pseudo standard error of effects and its margins."""

    error: float
    df: float
    margin: float
    simultaneous_margin: float


class RankedEffect(BaseModel):
    """One effect in the half-normal plot."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    effect: float
    half_normal_quantile: float
    """Expected rank statistic of |effect| in units of its standard deviation if nothing were active."""
    statistic: float
    """Lenth's t: effect / pseudo standard error."""
    significant: bool
    """|effect| exceeds the margin of error."""
    significant_simultaneously: bool
    """|effect| exceeds the simultaneous margin of error."""


class LenthResult(Result):
    """Margins and the ranked effects."""

    headline: ClassVar[tuple[str, ...]] = (
        "pseudo_standard_error",
        "margin_of_error",
        "simultaneous_margin_of_error",
        "active",
        "active_simultaneously",
    )

    pseudo_standard_error: float
    """PSE, in the unit of the effects."""
    df: float
    """m / 3 for m effects, not rounded."""
    margin_of_error: float
    """ME: an effect beyond it is significant at alpha, looked at alone."""
    simultaneous_margin_of_error: float
    """SME: no inactive effect of all exceeds it, with probability 1 - alpha."""
    active: list[str]
    """Effects beyond the margin of error, largest first."""
    active_simultaneously: list[str]
    """Effects beyond the simultaneous margin of error, largest first."""
    effects: list[RankedEffect]
    """Largest first."""


class Lenth(Arguments):
    """Effects, or other contrasts of equal variance."""

    aliases: ClassVar = {"contrasts": "effects", "values": "effects", "labels": "names", "terms": "names"}

    effects: Numbers
    """Estimated effects of equal variance, without the mean."""
    names: Labels | None = None
    """Name of each effect."""
    alpha: Alpha = 0.05


@operation(
    "lenth_effects",
    topic="Analysis of experiments",
    source="Lenth, R. V. (1989), Quick and easy analysis of unreplicated factorials, Technometrics 31, 469-473",
    examples=(
        {
            "effects": [21.625, 3.125, 9.875, 14.625, 0.125, -18.125, 16.625],
            "names": ["A", "B", "C", "D", "AB", "AC", "AD"],
        },
    ),
)
def lenth_effects(arguments: Lenth) -> LenthResult:
    """Which effects of an unreplicated two-level experiment are active?

    Takes the effects (not the coefficients), all of the same variance, and finds their error from those that look inactive;
    few should be active. With replicates or centre points analyze_factorial gives proper t tests; it calls this by itself
    where a model is saturated.
    """
    effects = np.asarray(arguments.effects)
    names = arguments.names or [f"effect {index}" for index in range(1, len(effects) + 1)]
    if len(names) != len(effects):
        raise ToolError("names", names, f"{len(names)} names for {len(effects)} effects", "give one for each")
    pseudo = pseudo_error(arguments.effects, arguments.alpha)
    rows = ranked_effects(names, effects, pseudo)
    active = [row.name for row in rows if row.significant]
    simultaneous = [row.name for row in rows if row.significant_simultaneously]
    found = f"{len(active)} of {len(effects)} effects exceed" if len(active) != 1 else f"1 of {len(effects)} effects exceeds"
    return LenthResult(
        method="Lenth's pseudo standard error",
        n_used=len(effects),
        pseudo_standard_error=pseudo.error,
        df=pseudo.df,
        margin_of_error=pseudo.margin,
        simultaneous_margin_of_error=pseudo.simultaneous_margin,
        active=active,
        active_simultaneously=simultaneous,
        effects=rows,
        conventions=LENTH_CONVENTIONS,
        assumptions=[sparsity(len(active), len(effects))],
        warnings=few_effects(len(effects)),
        conclusion=f"{found} the margin of error {pseudo.margin:.4g}{': ' + ', '.join(active[:10]) if active else ''}.",
    )


def pseudo_error(effects: Sequence[float], alpha: float) -> Pseudo:
    """PSE, ME and SME.

    Raises:
        ToolError: there are too few effects, or most of them are 0.
    """
    size = np.abs(np.asarray(effects, dtype=np.float64))
    if not FEWEST <= size.size <= MOST:
        raise ToolError("effects", list(effects), f"{size.size} effects", f"give {FEWEST} to {MOST:,}")
    first = 1.5 * float(np.median(size))
    if first == 0:
        raise ToolError("effects", list(effects), "half of the effects are 0, so they tell no error", "leave them out")
    error = 1.5 * float(np.median(size[size < 2.5 * first]))
    df = size.size / 3
    probability = (1 + (1 - alpha) ** (1 / size.size)) / 2
    return Pseudo(
        error=error,
        df=df,
        margin=float(stats.t.isf(alpha / 2, df)) * error,
        simultaneous_margin=float(stats.t.isf(1 - probability, df)) * error,
    )


def ranked_effects(names: Sequence[str], effects: Vector, pseudo: Pseudo) -> list[RankedEffect]:
    """Rows of the half-normal plot, largest effect first."""
    order = np.argsort(-np.abs(effects), kind="stable").tolist()
    count = len(order)
    quantiles = stats.norm.ppf(0.5 + 0.5 * (np.arange(count, 0, -1) - 0.5) / count)
    return [
        RankedEffect(
            name=names[index],
            effect=float(effects[index]),
            half_normal_quantile=float(quantile),
            statistic=float(effects[index] / pseudo.error),
            significant=bool(abs(effects[index]) > pseudo.margin),
            significant_simultaneously=bool(abs(effects[index]) > pseudo.simultaneous_margin),
        )
        for index, quantile in zip(order, quantiles, strict=True)
    ]


def sparsity(active: int, count: int) -> Assumption:
    """That few of the effects are active, of which the method lives."""
    return Assumption(
        name="few active effects", holds=2 * active < count, detail=f"{active} of {count} effects exceed the margin of error"
    )


def few_effects(count: int) -> list[Notice]:
    """A notice where the method rests on few effects."""
    if count >= ENOUGH:
        return []
    return [Notice(code="few_effects", message=f"{count} effects; below {ENOUGH} Lenth's method finds little.")]
