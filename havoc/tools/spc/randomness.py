"""Runs about the median and runs up or down: is a sequence random in time?"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import Alpha, Numbers


class RunTestArguments(Arguments):
    """A sequence in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "points": "sample"}

    sample: Numbers
    """Values in time order."""
    alpha: Alpha = 0.05


class RunTestResult(Result):
    """Counts of runs, and what too few or too many of them mean."""

    headline: ClassVar[tuple[str, ...]] = ("p_clustering", "p_mixtures", "p_trends", "p_oscillation")

    median: float
    runs_about_median: int
    expected_about_median: float
    longest_about_median: int
    runs_up_down: int
    """Runs of successive rises or falls."""
    expected_up_down: float
    longest_up_down: int
    """Points in the longest steady rise or fall, less one."""
    p_clustering: float
    """Too few runs about the median: groups of high and low values."""
    p_mixtures: float
    """Too many runs about the median: two alternating streams."""
    p_trends: float
    """Too few runs up and down: drifts."""
    p_oscillation: float
    """Too many runs up and down: rapid ups and downs."""
    random: bool
    """None of the four is below alpha."""


@operation(
    "run_test",
    topic="Control charts",
    source="Swed, F. S. and Eisenhart, C. (1943), Annals of Math. Statistics 14, 66-87; NIST/SEMATECH e-Handbook 1.3.5.13",
    examples=({"sample": [5.1, 5.3, 4.9, 5.2, 5.0, 5.4, 4.8, 5.1, 5.2, 5.0, 4.9, 5.3]},),
)
def run_test(arguments: RunTestArguments) -> RunTestResult:
    """Is a sequence random in time, or does it cluster, alternate, drift or oscillate?

    A run chart's tests, without any distribution; for the first look at a process, and for residuals in run order. With
    limits and a known sigma use run_rules or a control chart.
    """
    values = np.asarray(arguments.sample)
    if values.size < 10:
        raise ToolError("sample", arguments.sample, "too few values for counts of runs", "give at least 10 in time order")
    median = float(np.median(values))
    above = values > median  # values on the median count as below, as Minitab counts them
    high, low = int(above.sum()), int((~above).sum())
    if high == 0 or low == 0:
        raise ToolError("sample", arguments.sample, "no values on both sides of the median", "check for constant data")
    n = values.size
    runs = 1 + int((above[1:] != above[:-1]).sum())
    expected = 1 + 2 * high * low / n
    variance = 2 * high * low * (2 * high * low - n) / (n**2 * (n - 1))
    steps = np.sign(np.diff(values))
    steps = steps[steps != 0]  # a tie continues the run before it
    if steps.size == 0:
        raise ToolError("sample", arguments.sample, "the values never change", "check the data")
    up_down = 1 + int((steps[1:] != steps[:-1]).sum())
    expected_up_down = (2 * n - 1) / 3
    deviation_up_down = np.sqrt((16 * n - 29) / 90)
    z_median = (runs - expected) / np.sqrt(variance) if variance > 0 else 0.0
    z_up_down = (up_down - expected_up_down) / deviation_up_down
    found = {
        "p_clustering": float(stats.norm.cdf(z_median)),
        "p_mixtures": float(stats.norm.sf(z_median)),
        "p_trends": float(stats.norm.cdf(z_up_down)),
        "p_oscillation": float(stats.norm.sf(z_up_down)),
    }
    signs = [name.removeprefix("p_") for name, p in found.items() if p < arguments.alpha]
    return RunTestResult(
        method="Runs about the median, and runs up and down",
        n_used=n,
        median=median,
        runs_about_median=runs,
        expected_about_median=expected,
        longest_about_median=_longest(above),
        runs_up_down=up_down,
        expected_up_down=expected_up_down,
        longest_up_down=_longest(steps),
        random=not signs,
        conventions={"p": "normal approximation, one-sided each", "ties": "values on the median count as below it"},
        conclusion=f"Signs of {' and '.join(signs)}." if signs else "No sign of a pattern in time.",
        **found,
    )


def _longest(marks: np.ndarray[tuple[int], np.dtype[np.generic]]) -> int:
    """Length of the longest stretch of equal marks."""
    edges = np.flatnonzero(np.concatenate([[True], marks[1:] != marks[:-1], [True]]))
    return int(np.diff(edges).max())
