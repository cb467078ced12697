"""Nested gage R&R, for measurements that destroy the part."""

import numpy as np

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.spc.gage_study import (
    TOPIC,
    AnovaRow,
    Array,
    GageResult,
    GageStudy,
    check_spread,
    component,
    distinct_categories,
    spread_against_tolerance,
    study_notices,
    verdict,
)
from havoc.tools.spc.mean_square import MeanSquare, f_ratio, interval_of_difference, interval_of_sum
from havoc.tools.values import equal_lengths


class NestedGageResult(GageResult):
    """Variance components with the analysis of variance behind them."""

    anova: list[AnovaRow]


@operation(
    "gage_rr_nested",
    topic=TOPIC,
    source="AIAG, Measurement Systems Analysis, 4th ed. (2010), IV; Searle, Casella, McCulloch (1992), Variance Components",
    examples=(
        {
            "parts": ["1", "1", "2", "2", "3", "3", "4", "4", "5", "5", "6", "6"],
            "operators": ["A", "A", "A", "A", "A", "A", "B", "B", "B", "B", "B", "B"],
            "measurements": [15.4, 15.9, 17.2, 16.8, 14.1, 14.6, 16.3, 16.0, 18.2, 17.7, 15.2, 15.0],
        },
    ),
)
def gage_rr_nested(arguments: GageStudy) -> NestedGageResult:
    """How much of the variation comes from the measurement system, when each operator measures parts of their own?

    For destructive tests: the trials of a part are taken from one homogeneous batch, whose own variation counts as
    repeatability. Part names are read within the operator. Where every operator can measure every part use gage_rr_anova.
    """
    data = _nested(arguments)
    o, p, r = data.shape
    if p < 2 or o < 2 or r < 2:
        raise ToolError("measurements", "", f"{o} operators, {p} parts each, {r} trials", "give at least two of each")
    check_spread(data)
    centred = data - data.mean()
    by_operator, by_part = centred.mean(axis=(1, 2)), centred.mean(axis=2)
    operator = MeanSquare(p * r * float(np.square(by_operator).sum()) / (o - 1), o - 1)
    part = MeanSquare(r * float(np.square(by_part - by_operator[:, None]).sum()) / (o * (p - 1)), o * (p - 1))
    residuals = centred - by_part[:, :, None]
    error = MeanSquare(float(np.square(residuals).sum()) / (o * p * (r - 1)), o * p * (r - 1))
    estimates = {
        "reproducibility": (operator.value - part.value) / (p * r),
        "part-to-part": (part.value - error.value) / r,
    }
    notices = [
        Notice(code="negative_component", message=f"The estimate for {name} is negative ({value:.4g}) and is taken as 0.")
        for name, value in estimates.items()
        if value < 0
    ]
    reproducibility, parts = (max(0.0, value) for value in estimates.values())
    grr = error.value + reproducibility
    total = grr + parts
    intervals = {
        "repeatability": interval_of_sum([(1.0, error)], arguments.alpha),
        "part-to-part": interval_of_difference(1 / r, part, error, arguments.alpha),
        "total variation": interval_of_sum(
            [(1 / (p * r), operator), ((p - 1) / (p * r), part), (1 - 1 / r, error)], arguments.alpha
        ),
    }
    per_tolerance, tolerance = spread_against_tolerance(arguments, float(data.mean()))
    lines = {
        "total gage R&R": grr,
        "repeatability": error.value,
        "reproducibility": reproducibility,
        "part-to-part": parts,
        "total variation": total,
    }
    components = [
        component(name, variance, total, arguments.study_multiplier, per_tolerance, intervals.get(name))
        for name, variance in lines.items()
    ]
    gage, repeatability, between, part_line, all_lines = components
    ndc = distinct_categories(part_line.standard_deviation, gage.standard_deviation)
    undefined = {} if per_tolerance is not None else {"percent_tolerance_grr": "no tolerance was given"}
    if ndc is None:
        undefined["ndc"] = "the measurements show no gage variation, so the ratio has no value"
    return NestedGageResult(
        method="Nested gage R&R: operators, parts within operators",
        n_used=data.size,
        components=components,
        sigma_repeatability=repeatability.standard_deviation,
        sigma_reproducibility=between.standard_deviation,
        sigma_grr=gage.standard_deviation,
        sigma_part=part_line.standard_deviation,
        sigma_total=all_lines.standard_deviation,
        percent_contribution_grr=gage.percent_contribution,
        percent_study_grr=gage.percent_study_variation,
        percent_tolerance_grr=gage.percent_tolerance,
        ndc=ndc,
        n_parts=p,
        n_operators=o,
        n_trials=r,
        anova=_table(operator, part, error, float(np.square(centred).sum())),
        conventions={
            "F of operators": "over the mean square of parts within operators",
            "repeatability": "includes the variation inside a batch",
            "study variation": f"{arguments.study_multiplier:g} sigma",
            "tolerance": tolerance,
            "ndc": "floor(1.41 PV / GRR), at least 1",
            "negative components": "set to 0",
        },
        assumptions=[normality("residuals", residuals.ravel().tolist())],
        warnings=notices + study_notices(o * p, o, r, ndc),
        undefined=undefined,
        conclusion=verdict(gage.percent_study_variation, ndc, "study variation"),
    )


def _nested(arguments: GageStudy) -> Array:
    """Measurements as operators x parts of the operator x trials."""
    equal_lengths(parts=arguments.parts, operators=arguments.operators, measurements=arguments.measurements)
    table: dict[str, dict[str, list[float]]] = {}
    for part, operator, value in zip(arguments.parts, arguments.operators, arguments.measurements, strict=True):
        table.setdefault(operator, {}).setdefault(part, []).append(value)
    first = next(iter(table.values()))
    trials = len(next(iter(first.values())))
    for operator, parts in table.items():
        if len(parts) != len(first):
            problem = f"operator {operator} has {len(parts)} parts, another has {len(first)}"
            raise ToolError("parts", "", problem, "give every operator equally many parts")
        for part, values in parts.items():
            if len(values) != trials:
                problem = f"part {part} of operator {operator} has {len(values)} measurements, others have {trials}"
                raise ToolError("measurements", "", problem, "give every part equally many measurements")
    return np.array([list(parts.values()) for parts in table.values()])


def _table(operator: MeanSquare, part: MeanSquare, error: MeanSquare, total: float) -> list[AnovaRow]:
    rows = []
    for source, square, against in (("operator", operator, part), ("part (operator)", part, error)):
        f, p_value = f_ratio(square, against)
        sum_of_squares = square.value * square.df
        rows.append(
            AnovaRow(
                source=source,
                df=square.df,
                sum_of_squares=sum_of_squares,
                mean_square=square.value,
                f=f,
                p_value=p_value,
            )
        )
    rows.append(
        AnovaRow(source="repeatability", df=error.df, sum_of_squares=error.value * error.df, mean_square=error.value)
    )
    return [*rows, AnovaRow(source="total", df=operator.df + part.df + error.df, sum_of_squares=total)]
