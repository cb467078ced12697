"""Tests for values too far from the rest: Grubbs, generalized ESD, Dixon."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy import optimize, special, stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.math.quadrature import gauss_legendre
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import SETTING, Alpha, Numbers

TOPIC = "Outliers"
MAX_DIXON = 30


class OutlierArguments(Arguments):
    """One sample."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "x": "sample"}

    sample: Numbers
    alpha: Alpha = 0.05


class GrubbsArguments(OutlierArguments):
    """One sample, and the side of the suspected value."""

    side: Annotated[Literal["both", "low", "high"], SETTING] = "both"
    """Either end (two-sided), or the smallest or largest value only."""


class EsdArguments(OutlierArguments):
    """One sample, and how many outliers there may be."""

    max_outliers: Annotated[int, Field(ge=1, le=100), SETTING] = 5
    """Upper bound, chosen before looking at the data."""


class OutlierResult(Result):
    """The suspected value."""

    headline: ClassVar[tuple[str, ...]] = ("suspect", "statistic", "critical_value", "outlier")

    statistic: float
    critical_value: float
    """At alpha."""
    p_value: float | None
    suspect: float
    """The value that was tested."""
    position: int
    """Its 1-based place in the sample."""
    outlier: bool
    """statistic > critical_value."""


class EsdStep(BaseModel):
    """One step of the generalized ESD test."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    removed: int
    """Number of the step."""
    value: float
    position: int
    """1-based place in the sample."""
    statistic: float
    critical_value: float


class EsdResult(Result):
    """Outliers, most extreme first."""

    headline: ClassVar[tuple[str, ...]] = ("outlier_count", "outliers")

    outlier_count: int
    outliers: list[float]
    positions: list[int]
    """1-based places of the outliers."""
    steps: list[EsdStep]


@operation(
    "grubbs",
    topic=TOPIC,
    source="Grubbs, F. E. (1969), Technometrics 11, 1-21; NIST/SEMATECH e-Handbook 1.3.5.17.1",
    examples=({"sample": [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57]},),
)
def grubbs(arguments: GrubbsArguments) -> OutlierResult:
    """Is the most extreme value of a normal sample an outlier?

    For one suspected value. Two on one side hide each other: use generalized_esd. For 3 to 30 laboratory replicates dixon.
    """
    values = _values(arguments.sample, 3)
    n, mean, deviation = values.size, values.mean(), values.std(ddof=1)
    distances = {"both": np.abs(values - mean), "low": mean - values, "high": values - mean}[arguments.side]
    place = int(distances.argmax())
    statistic = float(distances[place] / deviation)
    tests = 2 * n if arguments.side == "both" else n
    critical = _grubbs_critical(arguments.alpha / tests, n)
    # The statistic as a t value; the Bonferroni p is exact where at most one value can be that far out.
    squared = n * (n - 2) * statistic**2 / ((n - 1) ** 2 - n * statistic**2) if (n - 1) ** 2 > n * statistic**2 else np.inf
    p = min(1.0, tests * float(stats.t.sf(np.sqrt(squared), n - 2)))
    outlier = statistic > critical
    return OutlierResult(
        method="Grubbs test",
        n_used=n,
        statistic=statistic,
        critical_value=critical,
        p_value=p,
        suspect=float(values[place]),
        position=place + 1,
        outlier=outlier,
        assumptions=[_rest(values, [place])],
        warnings=_cause(outlier),
        conventions={"side": arguments.side, "ddof": "1"},
        conclusion=_verdict(float(values[place]), outlier, arguments.alpha),
    )


@operation(
    "generalized_esd",
    topic=TOPIC,
    source="Rosner, B. (1983), Technometrics 25, 165-172; NIST/SEMATECH e-Handbook 1.3.5.17.3",
    examples=({"sample": [9.8, 10.1, 10.0, 9.9, 10.2, 9.7, 10.3, 10.1, 9.9, 10.0, 10.2, 9.8, 10.1, 10.0, 9.9, 15.1, 14.8]},),
)
def generalized_esd(arguments: EsdArguments) -> EsdResult:
    """Which values of a normal sample are outliers, when there may be several?

    Extreme values are removed one by one; the number of outliers is the last step that was significant, so that they cannot
    hide each other. Use 25 values or more. For a single suspect grubbs.
    """
    values = _values(arguments.sample, 5)
    n = values.size
    limit = min(arguments.max_outliers, n - 4)
    left = np.arange(n)
    steps: list[EsdStep] = []
    for number in range(1, limit + 1):
        rest = values[left]
        deviation = rest.std(ddof=1)
        if deviation == 0:
            break
        distances = np.abs(rest - rest.mean())
        place = int(distances.argmax())
        critical = _grubbs_critical(arguments.alpha / (2 * (n - number + 1)), n - number + 1)
        steps.append(
            EsdStep(
                removed=number,
                value=float(rest[place]),
                position=int(left[place]) + 1,
                statistic=float(distances[place] / deviation),
                critical_value=critical,
            )
        )
        left = np.delete(left, place)
    count = max((step.removed for step in steps if step.statistic > step.critical_value), default=0)
    found = steps[:count]
    return EsdResult(
        method=f"Generalized extreme studentized deviate test for up to {limit} outliers",
        n_used=n,
        outlier_count=count,
        outliers=[step.value for step in found],
        positions=[step.position for step in found],
        steps=steps,
        assumptions=[_rest(values, [step.position - 1 for step in found])],
        warnings=_cause(count > 0)
        + ([Notice(code="small_sample", message="Rosner's critical values hold from 25 values on.")] if n < 25 else []),
        conclusion=f"{count} outliers at alpha = {arguments.alpha:g}.",
    )


@operation(
    "dixon",
    topic=TOPIC,
    source="Dixon, W. J. (1950), Annals of Mathematical Statistics 21, 488-506; McBane (2006), J. Stat. Software 16(3)",
    examples=({"sample": [0.189, 0.167, 0.187, 0.183, 0.186, 0.182, 0.181, 0.184, 0.181, 0.177]},),
)
def dixon(arguments: OutlierArguments) -> OutlierResult:
    """Is the smallest or largest of a few replicates an outlier, by its gap over the range (Q test)?

    For 3 to 30 values, as in laboratories. Once only: it is not meant to be repeated. For larger samples grubbs.
    """
    values = _values(arguments.sample, 3)
    n = values.size
    if n > MAX_DIXON:
        raise ToolError("sample", n, "too many values for Dixon's test", f"give at most {MAX_DIXON}, or use grubbs")
    order = values.argsort()
    ranked = values[order]
    spread = ranked[-1] - ranked[0]
    low, high = (ranked[1] - ranked[0]) / spread, (ranked[-1] - ranked[-2]) / spread
    place = int(order[-1] if high >= low else order[0])
    statistic = float(max(low, high))
    critical = _dixon_critical(n, arguments.alpha / 2)
    outlier = statistic > critical
    return OutlierResult(
        method="Dixon's Q test (r10)",
        n_used=n,
        statistic=statistic,
        critical_value=critical,
        p_value=min(1.0, 2 * _dixon_tail(statistic, n)),
        suspect=float(values[place]),
        position=place + 1,
        outlier=outlier,
        assumptions=[_rest(values, [place])],
        warnings=_cause(outlier),
        conventions={"ratio": "r10 for every n: gap over range; Dixon took others above 7 values", "side": "both ends"},
        conclusion=_verdict(float(values[place]), outlier, arguments.alpha),
    )


def _values(sample: list[float], needed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.asarray(sample, dtype=np.float64)
    if values.size < needed:
        raise ToolError("sample", sample, "too few values to call one an outlier", f"give at least {needed}")
    if np.ptp(values) == 0:
        raise ToolError("sample", sample, "all values are equal", "there is no outlier to look for")
    return values


def _grubbs_critical(tail: float, n: int) -> float:
    t = float(stats.t.isf(tail, n - 2))
    return (n - 1) / np.sqrt(n) * np.sqrt(t**2 / (n - 2 + t**2))


def _dixon_tail(ratio: float, n: int) -> float:
    """P(r10 > ratio) at the upper end of a normal sample (Dixon 1951; McBane 2006).

    With the largest value x and the smallest x - v, the second largest is x - u for u from ratio v to v, the others between:
    n(n-1)(n-2) times the integral of phi(x) phi(x - u) phi(x - v) (F(x - u) - F(x - v))^(n-3).
    """
    x, weights_x = _nodes(-8.0, 8.0, 60)
    v, weights_v = _nodes(0.0, 14.0, 60)
    share, weights_u = _nodes(ratio, 1.0, 40)
    top, width = x[:, None, None], v[None, :, None]
    second, lowest = top - share[None, None, :] * width, top - width
    inside = np.clip(special.ndtr(second) - special.ndtr(lowest), 0, 1) ** (n - 3)
    density = _phi(top) * _phi(second) * _phi(lowest) * inside * width
    total = np.einsum("i,j,k,ijk->", weights_x, weights_v, weights_u, density)
    return float(n * (n - 1) * (n - 2) * total)


def _dixon_critical(n: int, tail: float) -> float:
    return float(optimize.brentq(lambda ratio: _dixon_tail(ratio, n) - tail, 1e-6, 1 - 1e-9, xtol=1e-6))


def _nodes(low: float, high: float, count: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    places, weights = gauss_legendre(count)
    return low + (high - low) * (places + 1) / 2, weights * (high - low) / 2


def _phi(x: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    density: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return density


def _rest(values: np.ndarray[tuple[int], np.dtype[np.float64]], without: list[int]) -> Assumption:
    return normality("the other values", np.delete(values, without).tolist())


def _cause(outlier: bool) -> list[Notice]:
    message = "Remove a value only for a documented cause; otherwise report the analysis with and without it."
    return [Notice(code="look_for_a_cause", message=message)] if outlier else []


def _verdict(value: float, outlier: bool, alpha: float) -> str:
    return f"{value:g} is {'an outlier' if outlier else 'no outlier'} at alpha = {alpha:g}."
