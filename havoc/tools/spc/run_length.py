"""Average run lengths: how many points pass until a chart signals."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Numbers

STATES = 201
"""States of the Markov chain; the error of the run length is below 0.1% there for usual parameters."""
SMALLEST_SIGNAL = 1e-9


def shewhart_arl(shift: float, width: float, n: int) -> float:
    """1/P(a point lies beyond), for means of `n` values; shift in sigma of single values."""
    moved = shift * np.sqrt(n)
    return float(1 / (stats.norm.sf(width - moved) + stats.norm.cdf(-width - moved)))


def cusum_arl(shift: float, k: float, h: float, *, head_start: float = 0.0) -> float:
    """Two-sided tabular CUSUM by a Markov chain on each side (Brook and Evans 1972); 1/ARL adds up over both sides.

    Args:
        shift: of the mean, in sigma of the plotted points.
        k: reference value, in sigma.
        h: decision interval, in sigma.
        head_start: of both sums, in sigma (FIR).
    """
    upper, lower = _one_sided(shift, k, h, head_start), _one_sided(-shift, k, h, head_start)
    if head_start:
        zero_up, zero_low = _one_sided(shift, k, h, 0.0), _one_sided(-shift, k, h, 0.0)
        # Lucas and Crosier (1982): combination of the one-sided run lengths for a two-sided scheme with head start.
        return (upper * zero_low + lower * zero_up - zero_up * zero_low) / (zero_up + zero_low)
    return 1 / (1 / upper + 1 / lower)


def _one_sided(shift: float, k: float, h: float, start: float) -> float:
    width = 2 * h / (2 * STATES - 1)
    states = width * np.arange(STATES)
    # State 0 holds every sum at or below width/2; from a state's value s the sum becomes s + x - k.
    upper_edges = states + width / 2
    cumulative = stats.norm.cdf(upper_edges[None, :] - states[:, None] + k - shift)
    transitions = np.diff(cumulative, axis=1, prepend=0.0)
    lengths = np.linalg.solve(np.eye(STATES) - transitions, np.ones(STATES))
    return float(np.interp(start, states, lengths))


def ewma_arl(shift: float, weight: float, width: float) -> float:
    """Two-sided EWMA with constant limits by a Markov chain (Lucas and Saccucci 1990); shift and width in sigma."""
    limit = width * np.sqrt(weight / (2 - weight))
    count = 2 * (STATES // 2) + 1
    edges = np.linspace(-limit, limit, count + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    bounds = (edges[None, :] - (1 - weight) * middles[:, None]) / weight - shift
    transitions = np.diff(stats.norm.cdf(bounds), axis=1)
    lengths = np.linalg.solve(np.eye(count) - transitions, np.ones(count))
    return float(lengths[count // 2])


class RunLengthArguments(Arguments):
    """A chart and shifts of the mean."""

    aliases: ClassVar[Mapping[str, str]] = {"shift": "shifts", "L": "width", "lambda": "weight", "n": "subgroup_size"}

    chart: Annotated[Literal["shewhart", "cusum", "ewma"], SETTING] = "shewhart"
    shifts: Numbers
    """Shifts of the process mean, in standard deviations of single values; 0 is in control."""
    subgroup_size: Annotated[int, Field(ge=1, le=1000), SETTING] = 1
    width: Annotated[float, Field(gt=0, le=10), SETTING] = 3.0
    """Distance of the limits from the centre, in sigma of the points (Shewhart, EWMA)."""
    k: Annotated[float, Field(ge=0, le=5), SETTING] = 0.5
    """Reference value of a CUSUM, in sigma of the points."""
    h: Annotated[float, Field(gt=0, le=20), SETTING] = 5.0
    """Decision interval of a CUSUM, in sigma of the points."""
    weight: Annotated[float, Field(gt=0, le=1), SETTING] = 0.2
    """Lambda of an EWMA."""


class RunLengthResult(Result):
    """Run lengths in the order of the shifts."""

    headline: ClassVar[tuple[str, ...]] = ("average_run_lengths", "arl_in_control")

    average_run_lengths: list[float]
    """Average number of points until a signal, for each shift."""
    arl_in_control: float
    """Without any shift: the average number of points between false alarms."""


@operation(
    "average_run_length",
    topic="Control charts",
    source="Brook, D. and Evans, D. A. (1972), Biometrika 59, 539-549; Lucas and Saccucci (1990), Technometrics 32, 1-12",
    examples=({"chart": "cusum", "shifts": [0, 0.5, 1, 2], "k": 0.5, "h": 4}, {"shifts": [0, 1], "subgroup_size": 5}),
)
def average_run_length(arguments: RunLengthArguments) -> RunLengthResult:
    """How many points pass on average until a chart signals a shift, and until it raises a false alarm?

    For comparing charts and choosing their parameters before data are taken: compare schemes at equal run length in control.
    Exact for independent normal points; run rules beyond three sigma are not included.
    """
    scale = np.sqrt(arguments.subgroup_size)

    def length(shift: float) -> float:
        if arguments.chart == "cusum":
            return cusum_arl(shift * scale, arguments.k, arguments.h)
        if arguments.chart == "ewma":
            return ewma_arl(shift * scale, arguments.weight, arguments.width)
        return shewhart_arl(shift, arguments.width, arguments.subgroup_size)

    if len(arguments.shifts) > 200:
        raise ToolError("shifts", arguments.shifts, f"{len(arguments.shifts)} shifts", "give at most 200")
    lengths = [length(shift) for shift in arguments.shifts]
    in_control = length(0.0)
    if not np.isfinite([*lengths, in_control]).all() or in_control > 1 / SMALLEST_SIGNAL or min(lengths) < 0:
        raise ToolError("width", "", "the chart practically never signals", "choose narrower limits")
    return RunLengthResult(
        method=f"Average run length of a {arguments.chart} chart",
        n_used=len(lengths),
        average_run_lengths=lengths,
        arl_in_control=in_control,
        conventions={
            "start": "zero state: the shift is there from the first point on",
            "method": "exact" if arguments.chart == "shewhart" else f"Markov chain with {STATES} states",
        },
        conclusion=f"A false alarm comes every {in_control:.4g} points on average.",
    )
