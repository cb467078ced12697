"""Crossed gage R&R by averages and ranges, the hand calculation of AIAG."""

import math
from typing import ClassVar

import numpy as np

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.spc.constants import MAX_SUBGROUP, d2, d3
from havoc.tools.spc.gage_rr import SMALL_STUDY
from havoc.tools.spc.gage_study import (
    TOPIC,
    GageResult,
    GageStudy,
    component,
    crossed,
    distinct_categories,
    spread_against_tolerance,
    study_notices,
    verdict,
)

MANY = 15
"""Ranges from which AIAG takes d2 instead of d2*."""


class GageRRRangeResult(GageResult):
    """Variance components with the ranges behind them."""

    headline: ClassVar[tuple[str, ...]] = (
        "percent_study_grr",
        "ndc",
        "sigma_grr",
        "sigma_repeatability",
        "sigma_reproducibility",
    )

    mean_range: float
    """Average over all cells of the range of the trials."""
    operator_difference: float
    """Largest minus smallest average of the operators."""
    part_range: float
    """Largest minus smallest average of the parts."""
    k1: float
    """1 / d2* for the trials, over all cells."""
    k2: float
    """1 / d2* for the operators, one range."""
    k3: float
    """1 / d2* for the parts, one range."""


@operation(
    "gage_rr_range",
    topic=TOPIC,
    source="AIAG, Measurement Systems Analysis, 4th ed. (2010), chapter III.B; Duncan (1974), Table D3 (d2*)",
    examples=({**SMALL_STUDY, "tolerance": 1.0}, SMALL_STUDY),
)
def gage_rr_range(arguments: GageStudy) -> GageRRRangeResult:
    """What do AIAG's averages and ranges say about a crossed gage R&R study?

    For comparison with forms that are filled in by hand. It sees no interaction of parts and operators: gage_rr_anova does,
    uses the data better, and gives intervals.
    """
    data = crossed(arguments)
    p, o, r = data.shape
    if r < 2:
        raise ToolError("measurements", "", "single measurements have no range", "give two trials or more")
    if max(p, o, r) > MAX_SUBGROUP:
        raise ToolError("measurements", "", f"more than {MAX_SUBGROUP} parts, operators or trials", "use gage_rr_anova")
    mean_range = float(np.ptp(data, axis=2).mean())
    operator_difference = float(np.ptp(data.mean(axis=(0, 2))))
    part_range = float(np.ptp(data.mean(axis=(1, 2))))
    k1, k2, k3 = 1 / _d2_star(r, p * o), 1 / _d2_star(o, 1), 1 / _d2_star(p, 1)
    ev = mean_range * k1
    av_squared = (operator_difference * k2) ** 2 - ev**2 / (p * r)
    av = math.sqrt(max(0.0, av_squared))
    pv = part_range * k3
    grr = math.hypot(ev, av)
    total = math.hypot(grr, pv)
    if total == 0:
        raise ToolError("measurements", "", "no range differs from zero", "use gage_rr_anova")
    per_tolerance, tolerance = spread_against_tolerance(arguments, float(data.mean()))
    lines = {
        "total gage R&R": grr,
        "repeatability": ev,
        "reproducibility": av,
        "part-to-part": pv,
        "total variation": total,
    }
    components = [
        component(name, deviation**2, total**2, arguments.study_multiplier, per_tolerance)
        for name, deviation in lines.items()
    ]
    ndc = distinct_categories(pv, grr)
    undefined = {} if per_tolerance is not None else {"percent_tolerance_grr": "no tolerance was given"}
    if ndc is None:
        undefined["ndc"] = "the measurements show no gage variation, so the ratio has no value"
    return GageRRRangeResult(
        method="Crossed gage R&R, average and range method",
        n_used=data.size,
        components=components,
        sigma_repeatability=ev,
        sigma_reproducibility=av,
        sigma_grr=grr,
        sigma_part=pv,
        sigma_total=total,
        percent_contribution_grr=components[0].percent_contribution,
        percent_study_grr=components[0].percent_study_variation,
        percent_tolerance_grr=components[0].percent_tolerance,
        ndc=ndc,
        n_parts=p,
        n_operators=o,
        n_trials=r,
        mean_range=mean_range,
        operator_difference=operator_difference,
        part_range=part_range,
        k1=k1,
        k2=k2,
        k3=k3,
        conventions={
            "constants": f"K = 1 / d2*, exact: K1 = {k1:.4f}, K2 = {k2:.4f}, K3 = {k3:.4f}; AIAG rounds them to four "
            f"decimals and takes d2 for K1 from {MANY + 1} ranges; AIAG 3 has 5.15 times these",
            "AV": "sqrt((X_diff K2)^2 - EV^2 / (parts x trials))" + ("" if av_squared >= 0 else ", negative, so 0"),
            "study variation": f"{arguments.study_multiplier:g} sigma",
            "tolerance": tolerance,
            "ndc": "floor(1.41 PV / GRR), at least 1",
        },
        warnings=study_notices(p, o, r, ndc),
        undefined=undefined,
        conclusion=verdict(components[0].percent_study_variation, ndc, "study variation"),
    )


def _d2_star(n: int, ranges: int) -> float:
    """d2* of Duncan: the square root of the mean square of the average of `ranges` ranges of `n` standard normal values."""
    return d2(n) if ranges > MANY else math.sqrt(d2(n) ** 2 + d3(n) ** 2 / ranges)
