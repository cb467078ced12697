"""What the gage studies share: layout of the measurements, the table of components, and what AIAG says about it."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Alpha, Labels, Number, Numbers, Positive, equal_lengths

TOPIC = "Measurement systems"
GOOD, POOR = 10.0, 30.0
"""Percent of the study variation (or tolerance) below which AIAG calls a gage acceptable, above which unacceptable."""
ENOUGH_CATEGORIES = 5
"""Distinct categories from which AIAG calls a gage adequate for analysis."""

Array = np.ndarray[Any, np.dtype[np.float64]]


class GageStudy(Arguments):
    """Measurements of parts by operators, one row per measurement."""

    aliases: ClassVar[Mapping[str, str]] = {
        "part": "parts",
        "operator": "operators",
        "appraiser": "operators",
        "appraisers": "operators",
        "measurement": "measurements",
        "values": "measurements",
        "data": "measurements",
        "y": "measurements",
        "LSL": "lsl",
        "USL": "usl",
    }

    parts: Labels
    """Part of each measurement."""
    operators: Labels
    """Operator (appraiser) of each measurement."""
    measurements: Numbers
    """The measurements, in the order of `parts` and `operators`."""
    tolerance: Positive | None = None
    """Width of the tolerance, USL - LSL; instead of lsl and usl."""
    lsl: Number | None = None
    """Lower specification limit; alone, the tolerance is one-sided."""
    usl: Number | None = None
    """Upper specification limit; alone, the tolerance is one-sided."""
    study_multiplier: Annotated[float, Field(gt=0, le=10), SETTING] = 6.0
    """Standard deviations that count as the spread of a component (AIAG 4 and Minitab 6; AIAG 3 took 5.15)."""
    alpha: Alpha = 0.05


class Component(BaseModel):
    """One source of variation."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str
    variance: float
    percent_contribution: float
    """Percent of the total variance."""
    standard_deviation: float
    study_variation: float
    """Standard deviation times the study multiplier, in the unit of the data."""
    percent_study_variation: float
    """Percent of the total standard deviation. These do not add up to 100."""
    percent_tolerance: float | None = None
    """Study variation as percent of the tolerance; None without one."""
    ci_low: float | None = None
    """Lower end of the interval for the variance at confidence 1 - alpha; None where the method has none."""
    ci_high: float | None = None
    """Upper end of that interval."""


class AnovaRow(BaseModel):
    """One line of an analysis of variance."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str
    df: int
    sum_of_squares: float
    mean_square: float | None = None
    """None for the total."""
    f: float | None = None
    """None for error and total, and where the error mean square is zero."""
    p_value: float | None = None


class GageResult(Result):
    """Variance components of a measurement system."""

    headline: ClassVar[tuple[str, ...]] = (
        "percent_study_grr",
        "percent_tolerance_grr",
        "percent_contribution_grr",
        "ndc",
        "sigma_grr",
    )

    components: list[Component]
    """Total gage R&R, its parts, part-to-part, total."""
    sigma_repeatability: float
    """Equipment variation EV, as a standard deviation in the unit of the data."""
    sigma_reproducibility: float
    """Appraiser variation AV, as a standard deviation."""
    sigma_grr: float
    """Gage R&R as a standard deviation."""
    sigma_part: float
    """Part-to-part variation PV, as a standard deviation."""
    sigma_total: float
    """Total variation TV, as a standard deviation."""
    percent_contribution_grr: float
    """Percent of the total variance that is gage R&R."""
    percent_study_grr: float
    """Percent of the total standard deviation that is gage R&R (%GRR)."""
    percent_tolerance_grr: float | None
    """Spread of the gage R&R as percent of the tolerance (P/T ratio)."""
    ndc: int | None
    """Number of distinct categories, floor(1.41 PV / GRR), at least 1."""
    n_parts: int
    """Parts (of each operator, in a nested study)."""
    n_operators: int
    n_trials: int
    """Measurements of each part by each operator."""


def crossed(arguments: GageStudy) -> Array:
    """Measurements as parts x operators x trials, in order of appearance.

    Raises:
        ToolError: lengths differ, a cell is missing, cells differ in size, or nothing varies.
    """
    equal_lengths(parts=arguments.parts, operators=arguments.operators, measurements=arguments.measurements)
    parts, operators = _names(arguments.parts), _names(arguments.operators)
    if len(parts) < 2 or len(operators) < 2:
        few = "parts" if len(parts) < 2 else "operators"
        raise ToolError(few, "", f"a gage R&R study needs two {few}", "for one part measured repeatedly use gage_type1")
    if len(parts) * len(operators) > len(arguments.measurements):
        raise ToolError("measurements", "", "not every operator measured every part", "use gage_rr_nested if parts differ")
    cells: dict[tuple[str, str], list[float]] = {(part, operator): [] for part in parts for operator in operators}
    for part, operator, value in zip(arguments.parts, arguments.operators, arguments.measurements, strict=True):
        cells[part, operator].append(value)
    trials = len(cells[parts[0], operators[0]])
    for (part, operator), values in cells.items():
        if len(values) != trials:
            raise ToolError(
                "measurements",
                "",
                f"operator {operator} has {len(values)} measurements of part {part}, others have {trials}",
                "give every operator the same number of measurements of every part",
            )
    data = np.array([[cells[part, operator] for operator in operators] for part in parts])
    check_spread(data)
    return data


def check_spread(data: Array) -> None:
    """Raise unless the measurements vary, within double precision."""
    if np.ptp(data) == 0:
        raise ToolError("measurements", "", "all measurements are equal", "use a gage with a finer resolution")
    spread = float(np.square(data - data.mean()).sum())
    if not math.isfinite(spread) or spread == 0:
        raise ToolError("measurements", "", "the squares leave double precision", "rescale to a common unit")


def _names(labels: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(labels))


def spread_against_tolerance(arguments: GageStudy, mean: float) -> tuple[float | None, str]:
    """Factor that turns a standard deviation into percent of the tolerance, and how it was made.

    One limit alone is compared with half the study variation: the distance from the mean of the measurements to the limit
    holds one half of the spread (Minitab).
    """
    lsl, usl, width = arguments.lsl, arguments.usl, arguments.tolerance
    if width is not None:
        if lsl is not None or usl is not None:
            raise ToolError("tolerance", width, "given beside a limit", "give either tolerance, or lsl and usl")
    elif lsl is not None and usl is not None:
        if usl <= lsl:
            raise ToolError("usl", usl, f"not above lsl = {lsl:g}", "give usl > lsl")
        width = usl - lsl
    multiplier = arguments.study_multiplier
    if width is not None:
        return 100 * multiplier / width, f"{multiplier:g} sigma / {width:g}"
    limit = lsl if lsl is not None else usl
    if limit is None:
        return None, "no tolerance given"
    if limit == mean:
        raise ToolError("lsl" if lsl is not None else "usl", limit, "equals the mean of all measurements", "check the limit")
    distance = abs(limit - mean)
    return 100 * multiplier / 2 / distance, f"one-sided: {multiplier / 2:g} sigma / |limit - mean| = {distance:.5g}"


def component(
    source: str,
    variance: float,
    total: float,
    multiplier: float,
    per_tolerance: float | None,
    interval: tuple[float, float] | None = None,
) -> Component:
    """One line of the table; `variance` and `total` are not negative."""
    deviation = math.sqrt(variance)
    return Component(
        source=source,
        variance=variance,
        percent_contribution=100 * variance / total,
        standard_deviation=deviation,
        study_variation=multiplier * deviation,
        percent_study_variation=100 * math.sqrt(variance / total),
        percent_tolerance=None if per_tolerance is None else per_tolerance * deviation,
        ci_low=None if interval is None else interval[0],
        ci_high=None if interval is None else interval[1],
    )


def distinct_categories(sigma_part: float, sigma_grr: float) -> int | None:
    """AIAG's ndc; None where the gage shows no variation at all."""
    return max(1, math.floor(1.41 * sigma_part / sigma_grr)) if sigma_grr > 0 else None


def verdict(percent: float, ndc: int | None, of: str) -> str:
    """AIAG's judgement in one sentence."""
    if percent < GOOD:
        grade = "acceptable"
    elif percent <= POOR:
        grade = "conditionally acceptable"
    else:
        grade = "not acceptable"
    categories = "" if ndc is None else f", {ndc} distinct categor{'y' if ndc == 1 else 'ies'}"
    return f"Gage R&R takes {percent:.4g}% of the {of}{categories}: {grade} by AIAG's limits of 10% and 30%."


def study_notices(parts: int, operators: int, trials: int, ndc: int | None) -> list[Notice]:
    """What limits a study of this size."""
    notices = []
    if parts < 10 or operators < 3 or trials < 2:
        message = f"{parts} parts, {operators} operators, {trials} trials: below AIAG's 10, 3, 2 the components are vague."
        notices.append(Notice(code="small_study", message=message))
    if ndc is not None and ndc < ENOUGH_CATEGORIES:
        message = f"ndc = {ndc} is below {ENOUGH_CATEGORIES}: the gage cannot tell enough classes of parts apart, "
        notices.append(Notice(code="few_categories", message=message + "or the parts do not span the process."))
    return notices
