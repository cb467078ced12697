"""Crossed gage R&R by analysis of variance."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from havoc.tools.checks import normality
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.spc.gage_study import (
    TOPIC,
    AnovaRow,
    Array,
    GageResult,
    GageStudy,
    component,
    crossed,
    distinct_categories,
    spread_against_tolerance,
    study_notices,
    verdict,
)
from havoc.tools.spc.mean_square import MeanSquare, f_ratio, interval_of_difference, interval_of_sum
from havoc.tools.values import Probability

SMALL_STUDY: Mapping[str, Any] = {
    "parts": ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3", "3", "3"],
    "operators": ["A", "A", "B", "B", "A", "A", "B", "B", "A", "A", "B", "B"],
    "measurements": [2.48, 2.5, 2.51, 2.52, 2.91, 2.9, 2.95, 2.93, 2.22, 2.25, 2.26, 2.24],
}
"""Three parts, two operators, two trials: short enough to be read in the documentation."""


class CrossedStudy(GageStudy):
    """Every operator measures every part, equally often."""

    alpha_pool: Probability = 0.05
    """The interaction is pooled into repeatability where its p value is above this (Minitab 0.05, AIAG 0.25)."""


class GageRRAnovaResult(GageResult):
    """Variance components with the analyses of variance behind them."""

    anova_with_interaction: list[AnovaRow]
    """Empty where single measurements do not allow it."""
    anova_without_interaction: list[AnovaRow]
    interaction_p_value: float | None
    """Of parts by operators."""
    interaction_pooled: bool
    """Whether the components come from the analysis without interaction."""


@operation(
    "gage_rr_anova",
    topic=TOPIC,
    source="AIAG, Measurement Systems Analysis, 4th ed. (2010), III.B; Burdick, Borror, Montgomery (2003), JQT 35, 342-354",
    examples=({**SMALL_STUDY, "tolerance": 1.0}, SMALL_STUDY),
)
def gage_rr_anova(arguments: CrossedStudy) -> GageRRAnovaResult:
    """How much of the variation comes from the measurement system, when every operator measures every part?

    Two-way random analysis of variance; the interaction is pooled where it is not significant. Variances have intervals.
    For the average and range form of AIAG use gage_rr_range; where measuring destroys the part, gage_rr_nested; for one part
    and one operator gage_type1; for accept/reject decisions attribute_agreement. Stability over time is a control chart of
    repeated measurements of one part (xbar_r_chart).
    """
    data = crossed(arguments)
    p, o, r = data.shape
    squares = _squares(data)
    full = _table(squares, pooled=False) if r > 1 else []
    additive = _table(squares, pooled=True)
    p_interaction = full[2].p_value if full else None
    # Without an error mean square F is undefined, and any interaction is beyond doubt.
    significant = squares["interaction"][0] > 0 if p_interaction is None else p_interaction <= arguments.alpha_pool
    pooled = not (full and significant)
    chosen = _mean_squares(squares, pooled=pooled)
    variances = _components(chosen, p, o, r)
    notices = [
        Notice(code="negative_component", message=f"The estimate for {name} is negative ({value:.4g}) and is taken as 0.")
        for name, value in variances.items()
        if value < 0
    ]
    clipped = {name: max(0.0, value) for name, value in variances.items()}
    reproducibility = clipped["operator"] + clipped.get("operator*part", 0.0)
    grr = clipped["repeatability"] + reproducibility
    total = grr + clipped["part"]
    intervals = _intervals(chosen, p, o, r, arguments.alpha)
    per_tolerance, tolerance = spread_against_tolerance(arguments, float(data.mean()))
    lines = {
        "total gage R&R": grr,
        "repeatability": clipped["repeatability"],
        "reproducibility": reproducibility,
        "operator": clipped["operator"],
        **({} if pooled else {"operator*part": clipped["operator*part"]}),
        "part-to-part": clipped["part"],
        "total variation": total,
    }
    components = [
        component(name, variance, total, arguments.study_multiplier, per_tolerance, intervals.get(name))
        for name, variance in lines.items()
    ]
    table = {line.source: line for line in components}
    ndc = distinct_categories(table["part-to-part"].standard_deviation, table["total gage R&R"].standard_deviation)
    p_text = "not testable" if p_interaction is None else f"p = {p_interaction:.4g}"
    return GageRRAnovaResult(
        method="Crossed gage R&R, analysis of variance " + ("without interaction" if pooled else "with interaction"),
        n_used=data.size,
        components=components,
        sigma_repeatability=table["repeatability"].standard_deviation,
        sigma_reproducibility=table["reproducibility"].standard_deviation,
        sigma_grr=table["total gage R&R"].standard_deviation,
        sigma_part=table["part-to-part"].standard_deviation,
        sigma_total=table["total variation"].standard_deviation,
        percent_contribution_grr=table["total gage R&R"].percent_contribution,
        percent_study_grr=table["total gage R&R"].percent_study_variation,
        percent_tolerance_grr=table["total gage R&R"].percent_tolerance,
        ndc=ndc,
        n_parts=p,
        n_operators=o,
        n_trials=r,
        anova_with_interaction=full,
        anova_without_interaction=additive,
        interaction_p_value=p_interaction,
        interaction_pooled=pooled,
        conventions={
            "interaction": f"{'pooled' if pooled else 'kept'}: {p_text}, alpha_pool = {arguments.alpha_pool:g} "
            "(Minitab 0.05, AIAG 0.25)",
            "F of parts and operators": "over repeatability" if pooled else "over the interaction mean square",
            "study variation": f"{arguments.study_multiplier:g} sigma",
            "tolerance": tolerance,
            "ndc": "floor(1.41 PV / GRR), at least 1",
            "negative components": "set to 0",
            "intervals": f"confidence {1 - arguments.alpha:g}: chi-square (repeatability), modified large sample",
        },
        assumptions=[normality("residuals", _residuals(data, pooled=pooled).ravel().tolist())],
        warnings=notices + study_notices(p, o, r, ndc),
        undefined=_undefined(per_tolerance, ndc, r, p_interaction),
        conclusion=verdict(table["total gage R&R"].percent_study_variation, ndc, "study variation"),
    )


def _undefined(per_tolerance: float | None, ndc: int | None, trials: int, p_interaction: float | None) -> dict[str, str]:
    undefined = {}
    if per_tolerance is None:
        undefined["percent_tolerance_grr"] = "no tolerance was given"
    if ndc is None:
        undefined["ndc"] = "the measurements show no gage variation, so the ratio has no value"
    if p_interaction is None:
        reason = "repeatability is zero" if trials > 1 else "one measurement per cell cannot separate the interaction"
        undefined["interaction_p_value"] = reason
    return undefined


def _squares(data: Array) -> dict[str, tuple[float, int]]:
    """Sum of squares and degrees of freedom of each source, from centred means (two passes)."""
    p, o, r = data.shape
    centred = data - data.mean()
    by_part, by_operator, by_cell = centred.mean(axis=(1, 2)), centred.mean(axis=(0, 2)), centred.mean(axis=2)
    leftover = by_cell - by_part[:, None] - by_operator[None, :]
    return {
        "part": (o * r * float(np.square(by_part).sum()), p - 1),
        "operator": (p * r * float(np.square(by_operator).sum()), o - 1),
        "interaction": (r * float(np.square(leftover).sum()), (p - 1) * (o - 1)),
        "repeatability": (float(np.square(centred - by_cell[:, :, None]).sum()), p * o * (r - 1)),
        "total": (float(np.square(centred).sum()), p * o * r - 1),
    }


def _residuals(data: Array, *, pooled: bool) -> Array:
    cells = data.mean(axis=2, keepdims=True)
    if not pooled:
        return data - cells
    return data - data.mean(axis=(1, 2), keepdims=True) - data.mean(axis=(0, 2), keepdims=True) + data.mean()


def _mean_squares(squares: dict[str, tuple[float, int]], *, pooled: bool) -> dict[str, MeanSquare]:
    """By source; pooling adds the interaction's sum of squares and degrees of freedom to repeatability."""
    found = {name: squares[name] for name in ("part", "operator")}
    if pooled:
        (one, df), (other, more) = squares["repeatability"], squares["interaction"]
        found["repeatability"] = (one + other, df + more)
    else:
        found |= {name: squares[name] for name in ("interaction", "repeatability")}
    return {name: MeanSquare(total / df, df) for name, (total, df) in found.items()}


def _table(squares: dict[str, tuple[float, int]], *, pooled: bool) -> list[AnovaRow]:
    means = _mean_squares(squares, pooled=pooled)
    error = means["repeatability"]
    against = means.get("interaction", error)
    titles = {"part": "part", "operator": "operator", "interaction": "operator*part", "repeatability": "repeatability"}
    rows = []
    for name, square in means.items():
        f, p = (None, None) if name == "repeatability" else f_ratio(square, error if name == "interaction" else against)
        rows.append(
            AnovaRow(
                source=titles[name],
                df=square.df,
                sum_of_squares=square.value * square.df,
                mean_square=square.value,
                f=f,
                p_value=p,
            )
        )
    total, df = squares["total"]
    return [*rows, AnovaRow(source="total", df=df, sum_of_squares=total)]


def _components(means: dict[str, MeanSquare], p: int, o: int, r: int) -> dict[str, float]:
    """Estimates by the method of moments; they may be negative."""
    error = means["repeatability"].value
    against = means["interaction"].value if "interaction" in means else error
    found = {
        "repeatability": error,
        "operator": (means["operator"].value - against) / (p * r),
        "part": (means["part"].value - against) / (o * r),
    }
    return found | ({"operator*part": (against - error) / r} if "interaction" in means else {})


def _intervals(means: dict[str, MeanSquare], p: int, o: int, r: int, alpha: float) -> dict[str, tuple[float, float]]:
    """Repeatability, gage R&R and the total are sums of mean squares with positive weights; the part is a difference."""
    part, operator, error = means["part"], means["operator"], means["repeatability"]
    if "interaction" in means:
        against = means["interaction"]
        grr = [(1 / (p * r), operator), ((p - 1) / (p * r), against), (1 - 1 / r, error)]
        all_of_it = [(1 / (p * r), operator), ((p * o - p - o) / (p * o * r), against), (1 - 1 / r, error)]
    else:
        against = error
        grr = [(1 / (p * r), operator), (1 - 1 / (p * r), error)]
        all_of_it = [(1 / (p * r), operator), ((p * o * r - p - o) / (p * o * r), error)]
    return {
        "repeatability": interval_of_sum([(1.0, error)], alpha),
        "total gage R&R": interval_of_sum(grr, alpha),
        "part-to-part": interval_of_difference(1 / (o * r), part, against, alpha),
        "total variation": interval_of_sum([(1 / (o * r), part), *all_of_it], alpha),
    }
