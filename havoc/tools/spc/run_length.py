"""Average run lengths: how many points pass until a chart signals."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.spc.rules_run_length import LONGEST, RUNS, has_zones_only, simulated_arl, zone_rules_arl
from havoc.tools.spc.run_rules import Rules, chosen_rules
from havoc.tools.values import SETTING, Numbers

Array = NDArray[np.float64]
STATES = 201
"""States of the Markov chain of a CUSUM; the error of the run length is below 0.2% there for usual parameters."""
NODES = 120
"""Gauss-Legendre nodes of the integral equation of an EWMA, at least."""
MAX_SHIFTS, MAX_SIMULATED = 50, 5


def shewhart_arl(shift: float, width: float, n: int) -> float | None:
    """1/P(a point lies beyond), for means of `n` values; shift in sigma of single values. None above LONGEST."""
    moved = shift * np.sqrt(n)
    beyond = float(stats.norm.sf(width - moved) + stats.norm.cdf(-width - moved))
    return 1 / beyond if beyond > 1 / LONGEST else None


def cusum_arl(shift: float, k: float, h: float, *, head_start: float = 0.0) -> float | None:
    """Two-sided tabular CUSUM by a Markov chain on each side (Brook and Evans 1972); 1/ARL adds up over both sides.

    Args:
        shift: of the mean, in sigma of the plotted points.
        k: reference value, in sigma.
        h: decision interval, in sigma.
        head_start: of both sums, in sigma (FIR).

    Returns:
        Points until a signal of either side; None above LONGEST.
    """
    upper, upper_head = _one_sided(shift, k, h, head_start)
    lower, lower_head = _one_sided(-shift, k, h, head_start)
    if min(upper, lower) > LONGEST:
        return None
    # Lucas and Crosier (1982), for a two-sided scheme with a head start; without one it is 1/(1/upper + 1/lower). Divided by
    # the longer one, which may be practically infinite.
    longer, shorter = max(upper, lower), min(upper, lower)
    long_head, short_head = (upper_head, lower_head) if upper >= lower else (lower_head, upper_head)
    both = (long_head / longer * shorter + short_head - shorter) / (1 + shorter / longer)
    return both if both < LONGEST else None


def _one_sided(shift: float, k: float, h: float, start: float) -> tuple[float, float]:
    """Average run length of one sum from 0, and from `start`; both at most LONGEST * LONGEST."""
    width = 2 * h / (2 * STATES - 1)
    states = width * np.arange(STATES)
    # State 0 holds every sum at or below width/2; from a state's value s the sum becomes s + x - k.
    upper_edges = states + width / 2
    cumulative = stats.norm.cdf(upper_edges[None, :] - states[:, None] + k - shift)
    transitions = np.diff(cumulative, axis=1, prepend=0.0)
    lengths = _solve(np.eye(STATES) - transitions)
    if lengths is None:
        return LONGEST**2, LONGEST**2
    return float(lengths[0]), float(np.interp(start, states, lengths))


def _solve(equations: Array) -> NDArray[np.floating[Any]] | None:
    """Expected steps from each state; None where they are too long for double precision."""
    try:
        lengths = np.linalg.solve(equations, np.ones(len(equations)))
    except np.linalg.LinAlgError:
        return None
    sound = np.isfinite(lengths).all() and lengths.min() > 0 and lengths.max() < LONGEST * 1e3
    return lengths if sound else None


def ewma_arl(shift: float, weight: float, width: float) -> float | None:
    """Two-sided EWMA with constant limits; shift and width in sigma of the points. None above LONGEST.

    The run length L(u) from the level u solves L(u) = 1 + integral over the limits of L(x) f(x | u) dx with the normal
    density f (Crowder 1987, Technometrics 29, 401-407), here by Gauss-Legendre quadrature.
    """
    limit = width * np.sqrt(weight / (2 - weight))
    # A small lambda makes the kernel narrow beside the limits.
    count = max(NODES, int(13 / np.sqrt(weight)))
    nodes, weights = np.polynomial.legendre.leggauss(count)
    levels = limit * nodes
    density: Array = stats.norm.pdf((levels[None, :] - (1 - weight) * levels[:, None]) / weight, loc=shift) / weight
    kernel = density * (limit * weights)[None, :]
    lengths = _solve(np.eye(count) - kernel)
    if lengths is None:
        return None
    # The equation itself carries the solution from the nodes to the start at 0.
    from_start = stats.norm.pdf(levels / weight, loc=shift) / weight * limit * weights
    length = 1 + float(from_start @ lengths)
    return length if length < LONGEST else None


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
    weight: Annotated[float, Field(ge=0.001, le=1), SETTING] = 0.2
    """Lambda of an EWMA."""
    rules: Rules = "three_sigma"
    """Run rules of a Shewhart chart: a set by name, or numbers of Nelson's rules."""


class RunLengthResult(Result):
    """Run lengths in the order of the shifts."""

    headline: ClassVar[tuple[str, ...]] = ("average_run_lengths", "arl_in_control")

    average_run_lengths: list[float | None]
    """Average number of points until a signal, for each shift; None above a thousand million."""
    arl_in_control: float | None
    """Without any shift: the average number of points between false alarms; None above a thousand million."""
    standard_errors: list[float] | None = None
    """Of simulated run lengths (rules of trends); None where they are exact."""


@operation(
    "average_run_length",
    topic="Control charts",
    source="Brook and Evans (1972), Biometrika 59, 539-549; Crowder (1987) and Champ and Woodall (1987), Technometrics 29",
    examples=(
        {"chart": "cusum", "shifts": [0, 0.5, 1, 2], "k": 0.5, "h": 4},
        {"shifts": [0, 1], "subgroup_size": 5},
        {"shifts": [0, 1], "rules": "western_electric"},
    ),
)
def average_run_length(arguments: RunLengthArguments) -> RunLengthResult:
    """How many points pass on average until a chart signals a shift, and until it raises a false alarm?

    For comparing charts and choosing their parameters before data are taken: compare schemes at equal run length in control.
    Run rules make a Shewhart chart faster, and false alarms much more frequent. For the probability of not seeing a shift in
    the next point use oc_curve_chart.
    """
    simulated = _check(arguments)
    lengths, errors = [], []
    for shift in [0.0, *arguments.shifts]:
        length, error = _length(arguments, shift)
        lengths.append(length)
        errors.append(error)
    in_control = lengths[0]
    how = {
        "shewhart": "exact" if arguments.rules == "three_sigma" else "exact (Markov chain of zones)",
        "cusum": f"Markov chain with {STATES} states",
        "ewma": "integral equation, steady-state limits",
    }[arguments.chart]
    undefined = {"arl_in_control": "the chart practically never signals"} if in_control is None else {}
    every = "practically never" if in_control is None else f"every {in_control:.4g} points on average"
    return RunLengthResult(
        method=f"Average run length of a {arguments.chart} chart",
        n_used=len(arguments.shifts),
        average_run_lengths=lengths[1:],
        arl_in_control=in_control,
        standard_errors=errors[1:] if simulated else None,
        conventions={
            "start": "zero state: the shift is there from the first point on",
            "method": f"{RUNS} simulated runs" if simulated else how,
        },
        undefined=undefined,
        conclusion=f"A false alarm comes {every}.",
    )


def _check(arguments: RunLengthArguments) -> bool:
    """Whether run lengths must be simulated.

    Raises:
        ToolError: there are too many shifts, or rules that do not go with the chart.
    """
    simulated = not has_zones_only(chosen_rules(arguments.rules))
    largest = MAX_SIMULATED if simulated else MAX_SHIFTS
    if arguments.rules != "three_sigma":
        if arguments.chart != "shewhart":
            raise ToolError(
                "rules", arguments.rules, f"run rules do not apply to a {arguments.chart} chart", "leave them out"
            )
        if arguments.width != 3:
            raise ToolError("width", arguments.width, "run rules belong to limits at three sigma", "leave one of them out")
        largest = min(largest, MAX_SIMULATED)
    if len(arguments.shifts) > largest:
        raise ToolError("shifts", arguments.shifts, f"{len(arguments.shifts)} shifts", f"give at most {largest}")
    return simulated


def _length(arguments: RunLengthArguments, shift: float) -> tuple[float | None, float]:
    """Average run length, and its standard error."""
    moved = shift * float(np.sqrt(arguments.subgroup_size))
    if arguments.chart == "cusum":
        return cusum_arl(moved, arguments.k, arguments.h), 0.0
    if arguments.chart == "ewma":
        return ewma_arl(moved, arguments.weight, arguments.width), 0.0
    rules = chosen_rules(arguments.rules)
    if arguments.rules == "three_sigma":
        return shewhart_arl(shift, arguments.width, arguments.subgroup_size), 0.0
    if has_zones_only(rules):
        return zone_rules_arl(rules, moved), 0.0
    found = simulated_arl(rules, moved)
    return found.mean, found.standard_error
