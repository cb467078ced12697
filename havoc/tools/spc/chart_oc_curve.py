"""Operating characteristic of Shewhart charts: how probable is it that a point does not signal?"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.spc.chart import Array
from havoc.tools.values import SETTING, Number, Numbers, Positive

MAX_LEVELS = 500
LARGEST_LIMIT = 1e6


class OcCurveArguments(Arguments):
    """A chart and what the process may be like."""

    aliases: ClassVar[Mapping[str, str]] = {"n": "subgroup_size", "sample_size": "subgroup_size", "shifts": "levels"}

    chart: Annotated[Literal["xbar", "p", "c"], SETTING] = "xbar"
    levels: Numbers
    """xbar: shifts of the mean in standard deviations of single values; p: proportions; c: mean numbers of defects."""
    subgroup_size: Annotated[int, Field(ge=1, le=100_000), SETTING] = 1
    """Values (xbar) or items (p) of each point; not used for c."""
    width: Annotated[float, Field(gt=0, le=10), SETTING] = 3.0
    """Distance of the limits of an xbar chart, in sigma of the means."""
    lcl: Number | None = None
    """Lower limit of a p or c chart."""
    ucl: Positive | None = None
    """Upper limit of a p or c chart."""


class OcCurveResult(Result):
    """In the order of the levels."""

    headline: ClassVar[tuple[str, ...]] = ("beta",)

    levels: list[float]
    beta: list[float]
    """Probability that a point does not signal."""
    power: list[float]
    """Probability that a point signals: 1 - beta."""
    average_run_lengths: list[float | None]
    """1/power: points until a signal on average; None where a point practically never signals."""


@operation(
    "oc_curve_chart",
    topic="Control charts",
    source="Montgomery, D. C., Introduction to Statistical Quality Control, sections 6.2.6, 7.2.4 and 7.3.4",
    examples=(
        {"chart": "xbar", "levels": [0, 0.5, 1, 1.5, 2, 3], "subgroup_size": 5},
        {"chart": "c", "levels": [5, 10, 20, 30, 40], "lcl": 6.48, "ucl": 33.22},
    ),
)
def oc_curve_chart(arguments: OcCurveArguments) -> OcCurveResult:
    """With what probability does a chart miss a shift of the process in the next point?

    For Xbar, p (np) and c charts with limits only; take the limits of a p or c chart from p_chart or c_chart. For charts
    with memory or run rules use average_run_length, for a sampling plan oc_curve.
    """
    if len(arguments.levels) > MAX_LEVELS:
        raise ToolError("levels", len(arguments.levels), "too many levels", f"give at most {MAX_LEVELS}")
    levels = np.asarray(arguments.levels)
    beta, power = _means(levels, arguments) if arguments.chart == "xbar" else _counts(levels, arguments)
    return OcCurveResult(
        method=f"Operating characteristic of {'an Xbar' if arguments.chart == 'xbar' else f'a {arguments.chart}'} chart",
        n_used=levels.size,
        levels=levels.tolist(),
        beta=beta.tolist(),
        power=power.tolist(),
        average_run_lengths=[1 / one if one > 1e-9 else None for one in power.tolist()],
        conventions={"signal": "a point strictly beyond a limit; points are independent", "rules": "limits only"},
        conclusion=f"A point misses a process at {levels[0]:g} with probability {beta[0]:.4g}.",
    )


def _means(levels: Array, arguments: OcCurveArguments) -> tuple[Array, Array]:
    """P(inside the limits), P(beyond)."""
    moved = levels * np.sqrt(arguments.subgroup_size)
    below, above = stats.norm.cdf(-arguments.width - moved), stats.norm.sf(arguments.width - moved)
    return stats.norm.cdf(arguments.width - moved) - below, below + above


def _counts(levels: Array, arguments: OcCurveArguments) -> tuple[Array, Array]:
    """P(lcl <= point <= ucl), P(beyond): a count on a limit does not signal."""
    if arguments.lcl is None or arguments.ucl is None:
        missing = "lcl" if arguments.lcl is None else "ucl"
        raise ToolError(missing, "", "missing", "give lcl and ucl of the chart; lcl 0 where there is none")
    if arguments.lcl >= arguments.ucl:
        raise ToolError("lcl", arguments.lcl, "not below ucl", "give limits in order")
    top = 1.0 if arguments.chart == "p" else LARGEST_LIMIT
    for index, level in enumerate(arguments.levels):
        if not 0 <= level <= top:
            raise ToolError(f"levels[{index}]", level, f"outside 0 to {top:g}", "give proportions (p) or mean numbers (c)")
    scale = arguments.subgroup_size if arguments.chart == "p" else 1
    # Floating products such as 50 * 0.06 must not push a count that lies on the limit across it.
    highest = np.floor(min(arguments.ucl, top) * scale + 1e-9)
    lowest = np.ceil(max(arguments.lcl, 0.0) * scale - 1e-9)
    counted = stats.binom(scale, levels) if arguments.chart == "p" else stats.poisson(levels)
    below = counted.cdf(lowest - 1)
    return np.maximum(counted.cdf(highest) - below, 0.0), below + counted.sf(highest)
