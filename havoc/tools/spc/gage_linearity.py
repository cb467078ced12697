"""Bias of a gage over its measuring range."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.gage_study import TOPIC
from havoc.tools.values import Alpha, Numbers, Positive, equal_lengths

ENOUGH_PARTS, ENOUGH_TRIALS = 5, 10
"""Parts over the range, and measurements of each, that AIAG asks for."""
MAX_PARTS = 1000

Array = np.ndarray[Any, np.dtype[np.float64]]


class LinearityStudy(Arguments):
    """Measurements of parts of known values over the range, one row per measurement."""

    aliases: ClassVar[Mapping[str, str]] = {
        "reference": "references",
        "reference_values": "references",
        "master": "references",
        "data": "measurements",
        "values": "measurements",
    }

    references: Numbers
    """True value of the part of each measurement."""
    measurements: Numbers
    """The measurements, in the order of `references`."""
    process_sd: Positive | None = None
    """Total (process) standard deviation; gives linearity and percent bias against 6 sigma."""
    alpha: Alpha = 0.05


class BiasAt(BaseModel):
    """The bias at one reference value."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    reference: float
    n: int
    mean: float
    bias: float
    p_value: float | None
    """Two-sided t test of this bias with its own spread; None for one measurement, or without spread."""
    fitted: float
    """Bias on the line."""
    band_low: float
    """Lower end of the interval of the line here."""
    band_high: float


class LinearityResult(Result):
    """The line of bias against reference value."""

    headline: ClassVar[tuple[str, ...]] = ("slope", "slope_p_value", "intercept", "average_bias", "r_squared")

    slope: float
    """Change of the bias per unit of the reference value; 0 for a linear gage."""
    slope_standard_error: float
    slope_statistic: float
    """t."""
    slope_p_value: float
    intercept: float
    intercept_standard_error: float
    intercept_statistic: float
    intercept_p_value: float
    df: int
    """Degrees of freedom of both t statistics: measurements - 2."""
    residual_sd: float
    """S of the regression."""
    r_squared: float
    percent_linearity: float
    """100 |slope|."""
    linearity: float | None
    """|slope| times 6 process_sd, in the unit of the data."""
    average_bias: float
    percent_bias: float | None
    """|average bias| as percent of 6 process_sd."""
    biases: list[BiasAt]
    zero_inside_band: bool
    """Whether zero bias lies inside the interval of the line at every reference value (AIAG's graphical test)."""


@operation(
    "gage_linearity",
    topic=TOPIC,
    source="AIAG, Measurement Systems Analysis, 4th ed. (2010), chapter III.B (linearity)",
    examples=(
        {
            "references": [2, 2, 2, 4, 4, 4, 6, 6, 6, 8, 8, 8, 10, 10, 10],
            "measurements": [2.7, 2.5, 2.4, 5.1, 3.9, 4.2, 5.8, 5.7, 5.9, 7.6, 7.7, 7.8, 9.1, 9.3, 9.5],
        },
    ),
)
def gage_linearity(arguments: LinearityStudy) -> LinearityResult:
    """Does the bias of a gage change over its measuring range?

    Regression of the bias on the reference value. For one part use gage_bias; for repeatability and reproducibility
    gage_rr_anova.
    """
    x, y, parts = _layout(arguments)
    n = x.size
    bias = y - x
    centre = float(x.mean())
    spread = float(np.square(x - centre).sum())
    slope = float(((x - centre) * (bias - bias.mean())).sum()) / spread
    intercept = float(bias.mean()) - slope * centre
    residuals = bias - intercept - slope * x
    error = float(np.square(residuals).sum())
    total = float(np.square(bias - bias.mean()).sum())
    sigma = math.sqrt(error / (n - 2))
    if error <= 1e-26 * float(np.square(y).sum()):
        raise ToolError("measurements", "", "the biases lie on a line without any spread", "give the single measurements")
    slope_error = sigma / math.sqrt(spread)
    intercept_error = sigma * math.sqrt(1 / n + centre**2 / spread)
    quantile = float(stats.t.isf(arguments.alpha / 2, n - 2))
    biases = []
    for reference in parts:
        values = y[x == reference]
        fitted = intercept + slope * reference
        margin = quantile * sigma * math.sqrt(1 / n + (reference - centre) ** 2 / spread)
        varies = values.size > 1 and np.ptp(values) > 0
        biases.append(
            BiasAt(
                reference=reference,
                n=values.size,
                mean=float(values.mean()),
                bias=float(values.mean()) - reference,
                p_value=float(stats.ttest_1samp(values, reference).pvalue) if varies else None,
                fitted=fitted,
                band_low=fitted - margin,
                band_high=fitted + margin,
            )
        )
    average = float(np.mean([line.bias for line in biases]))
    p_slope = float(2 * stats.t.sf(abs(slope / slope_error), n - 2))
    process = None if arguments.process_sd is None else 6 * arguments.process_sd
    no_process = dict.fromkeys(("linearity", "percent_bias"), "no process_sd was given")
    changes = "changes" if p_slope < arguments.alpha else "does not change"
    return LinearityResult(
        method="Gage linearity, regression of bias on reference value",
        n_used=n,
        slope=slope,
        slope_standard_error=slope_error,
        slope_statistic=slope / slope_error,
        slope_p_value=p_slope,
        intercept=intercept,
        intercept_standard_error=intercept_error,
        intercept_statistic=intercept / intercept_error,
        intercept_p_value=float(2 * stats.t.sf(abs(intercept / intercept_error), n - 2)),
        df=n - 2,
        residual_sd=sigma,
        r_squared=1 - error / total if total > 0 else 0.0,
        percent_linearity=100 * abs(slope),
        linearity=None if process is None else abs(slope) * process,
        average_bias=average,
        percent_bias=None if process is None else 100 * abs(average) / process,
        biases=biases,
        zero_inside_band=all(line.band_low <= 0 <= line.band_high for line in biases),
        conventions={
            "regression": "on the single measurements, not on the averages",
            "average bias": "mean over the reference values",
        },
        assumptions=[normality("the residuals", residuals.tolist())],
        warnings=_notices(len(parts), n),
        undefined=no_process if process is None else {},
        conclusion=f"The bias {changes} over the range: slope {slope:.4g}, p = {p_slope:.4g}.",
    )


def _layout(arguments: LinearityStudy) -> tuple[Array, Array, list[float]]:
    equal_lengths(references=arguments.references, measurements=arguments.measurements)
    parts = sorted(set(arguments.references))
    if not 2 <= len(parts) <= MAX_PARTS:
        problem = f"{len(parts)} different reference values"
        raise ToolError("references", "", problem, f"give 2 to {MAX_PARTS}, spread over the measuring range")
    if len(arguments.measurements) < 3:
        raise ToolError("measurements", "", "a line needs three measurements", "measure each part several times")
    return np.asarray(arguments.references), np.asarray(arguments.measurements), parts


def _notices(parts: int, n: int) -> list[Notice]:
    if parts >= ENOUGH_PARTS and n / parts >= ENOUGH_TRIALS:
        return []
    message = f"{parts} parts and {n / parts:.3g} measurements of each: AIAG asks for {ENOUGH_PARTS} and {ENOUGH_TRIALS}."
    return [Notice(code="small_study", message=message)]
