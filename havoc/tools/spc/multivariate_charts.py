"""Charts of several correlated characteristics at once: Hotelling's T² and the multivariate EWMA."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.chart import used
from havoc.tools.spc.covariance import (
    Array,
    as_subgroups,
    as_table,
    estimate,
    given_covariance,
    given_means,
    inverse,
)
from havoc.tools.spc.mewma_limit import mewma_arl, mewma_limit
from havoc.tools.values import DATA, SETTING, Alpha, Count, Matrix, Named, Number, NumericColumns, ShortList

TOPIC = "Control charts"
MAX_POINTS = 1_000_000
ENOUGH_FOR_T2, ENOUGH_FOR_MEWMA = 20, 100
"""Points per characteristic below which a notice is given; more for MEWMA, whose limit has no term for their number."""


class StablePeriod(BaseModel):
    """Parameters of phase II, from an earlier stable period; mixed into the arguments."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    reference: NumericColumns | None = None
    """The same columns in an earlier stable period, from which means and covariance are estimated (phase II)."""
    means: Annotated[Named[Number], DATA] | None = None
    """Mean of each column in an earlier stable period (phase II)."""
    covariance: Matrix | None = None
    """Covariance matrix of single rows in that period, in the order of the columns."""


class MultivariateArguments(StablePeriod, Arguments):
    """Columns of characteristics, in time order."""

    aliases: ClassVar[Mapping[str, str]] = {
        "data": "columns",
        "variables": "columns",
        "n": "subgroup_size",
        "mean": "means",
    }

    columns: NumericColumns
    """One column per characteristic; rows in time order, the rows of a subgroup together."""
    subgroup_size: Annotated[int, Field(ge=1, le=1000), SETTING] = 1
    """Rows of one point."""
    phase: Annotated[Literal["I", "II"], SETTING] = "I"
    """I: are these data in control? II: limits for future points with the estimates of these data. With reference, or means
    and covariance, it is II."""
    reference_points: Count | None = None
    """Points (rows, or subgroups) from which the given means and covariance were estimated; left out, they are known."""
    exclude: Annotated[ShortList[Annotated[int, Field(ge=1)]], SETTING] = Field(default_factory=list)
    """1-based points that are shown and not used for means, covariance and limit."""
    alpha: Alpha = 0.0027
    """Probability of a false alarm per point."""


class Signal(BaseModel):
    """A point beyond its limit."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    index: int
    """1-based point."""
    statistic: float
    contributions: dict[str, float]
    """T² less T² without the characteristic: how much it adds, given the others (Mason, Tracy and Young 1995)."""


class TSquaredResult(Result):
    """T² of every point."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "ucl", "signals")

    points: list[float]
    ucl: float
    signals: list[Signal]
    in_control: bool
    means: dict[str, float]
    covariance: list[list[float]]
    """Within subgroups (pooled), or of single rows; in the order of the columns."""
    phase: str
    """`I`: limits for these data; `II`: for points that the estimates were not made of."""
    reference_points: int | None
    """Points from which means and covariance were estimated; None where they are known."""


class MewmaArguments(StablePeriod, Arguments):
    """Columns of characteristics, in time order.

    Means alone are a target: the covariance is then that of the rows.
    """

    aliases: ClassVar[Mapping[str, str]] = {"data": "columns", "lambda": "weight", "h": "limit", "mean": "means"}

    columns: NumericColumns
    """One column per characteristic, rows in time order."""
    weight: Annotated[float, Field(ge=0.01, le=1), SETTING] = 0.1
    """Lambda: share of the newest row."""
    run_length: Annotated[float, Field(ge=20, le=10_000), SETTING] = 200.0
    """Wanted average number of points between false alarms, from which the limit is computed."""
    limit: Annotated[float, Field(gt=0), SETTING] | None = None
    """Upper limit (h4, H) of the statistic, instead of run_length."""


class MewmaResult(Result):
    """The statistic of every point."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "limit", "signals")

    points: list[float]
    limit: float
    arl_in_control: float | None
    """Average number of points between false alarms; None where a limit was given that is out of its reach."""
    signals: list[int]
    """1-based points beyond the limit."""
    in_control: bool
    means: dict[str, float]


@operation(
    "t_squared_chart",
    topic=TOPIC,
    source="Hotelling, H. (1947); Tracy, Young and Mason (1992), Journal of Quality Technology 24, 88-95",
    examples=(
        {
            "columns": {
                "width": [10.1, 9.9, 10.0, 10.2, 9.8, 10.0, 10.1, 9.9, 10.0, 10.3],
                "height": [5.1, 4.9, 5.0, 5.1, 4.9, 5.1, 5.0, 4.9, 5.0, 4.7],
            },
            "alpha": 0.01,
        },
        {
            "columns": {"strength": [115.6, 114.9, 118.4], "diameter": [1.05, 1.01, 1.3]},
            "means": {"strength": 115.59, "diameter": 1.06},
            "covariance": [[1.23, 0.79], [0.79, 0.83]],
        },
    ),
)
def t_squared_chart(arguments: MultivariateArguments) -> TSquaredResult:
    """Are several correlated characteristics jointly in control?

    One statistic instead of a chart per characteristic: it sees points that break the usual relation, and holds the joint
    false alarm rate. For later points give the reference data of the stable period, or its means and covariance (phase II).
    For one characteristic use xbar_r_chart or i_mr_chart, for small lasting shifts mewma_chart, for the joint spread
    generalized_variance_chart.
    """
    names, table = as_table(arguments.columns)
    n, p = arguments.subgroup_size, len(names)
    groups = as_subgroups(table, n)
    stable = _stable_period(arguments, names, n)
    kept = used(len(groups), arguments.exclude, estimated=stable is None)
    phase = arguments.phase if stable is None else "II"
    if stable is None:
        stable = Parameters(*estimate(groups[kept], names), len(kept))
    matrix = inverse(stable.covariance, names, stable.source)
    means = groups.mean(axis=1)
    deviations = means - stable.center
    points = n * np.einsum("ij,jk,ik->i", deviations, matrix, deviations, optimize=True)
    ucl = _limit(phase, stable.points, n, p, arguments.alpha)
    signals = [
        Signal(
            index=index + 1,
            statistic=float(points[index]),
            contributions=_contributions(deviations[index], matrix, names, n),
        )
        for index in np.flatnonzero(points > ucl).tolist()
    ]
    return TSquaredResult(
        method=f"Hotelling T² chart, {'individual rows' if n == 1 else f'subgroups of {n}'}, phase {phase}",
        n_used=len(kept) * n,
        excluded=sorted(set(arguments.exclude)),
        points=points.tolist(),
        ucl=ucl,
        signals=signals,
        in_control=not signals,
        means=dict(zip(names, stable.center.tolist(), strict=True)),
        covariance=stable.covariance.tolist(),
        phase=phase,
        reference_points=stable.points,
        undefined={} if stable.points else {"reference_points": "means and covariance are taken as known"},
        conventions={
            "limit": _limit_convention(phase, stable.points, n, p, arguments.alpha),
            "alpha": f"{arguments.alpha:g} per point",
        },
        warnings=_few_points(stable, p, ENOUGH_FOR_T2),
        conclusion=f"{len(signals)} points are beyond the limit." if signals else "No point is beyond the limit.",
    )


@operation(
    "mewma_chart",
    topic=TOPIC,
    source="Lowry, C. A., Woodall, W. H., Champ, C. W. and Rigdon, S. E. (1992), Technometrics 34, 46-53",
    examples=(
        {
            "columns": {"x": [0.1, -0.4, 0.6, 0.9, 1.2, 0.8, 1.1, 1.5], "y": [0.2, 0.3, -0.1, 0.7, 1.0, 1.3, 0.4, 1.6]},
            "limit": 8.66,
        },
        {"columns": {"x": [0.1, -0.4, 0.6, 0.9, 1.2, 0.8], "y": [0.2, 0.3, -0.1, 0.7, 1.0, 1.3]}, "run_length": 500},
    ),
)
def mewma_chart(arguments: MewmaArguments) -> MewmaResult:
    """Have several correlated characteristics shifted a little, jointly?

    Rows are smoothed exponentially, and their T² compared with a limit that belongs to lambda, the number of characteristics
    and the wanted run length. To watch a running process (phase II) give the reference data of a stable period, or its means
    and covariance. For large shifts t_squared_chart reacts at once; for one characteristic use ewma_chart.
    """
    names, table = as_table(arguments.columns)
    stable = _stable_period(arguments, names, 1)
    if stable is None:
        stable = Parameters(*estimate(table[:, None, :], names), len(table))
        if arguments.means is not None:
            stable = Parameters(given_means(arguments.means, names), stable.covariance, stable.points)
    matrix = inverse(stable.covariance, names, stable.source)
    weight = arguments.weight
    level = np.zeros(len(names))
    points = []
    for index, row in enumerate(table - stable.center, start=1):
        level = weight * row + (1 - weight) * level
        share = weight / (2 - weight) * (1 - (1 - weight) ** (2 * index))
        points.append(float(level @ matrix @ level) / share)
    limit = arguments.limit if arguments.limit is not None else mewma_limit(len(names), weight, arguments.run_length)
    run_length = mewma_arl(len(names), weight, limit)
    signals = [index + 1 for index, point in enumerate(points) if point > limit]
    return MewmaResult(
        method="Multivariate EWMA chart",
        n_used=len(table),
        points=points,
        limit=limit,
        arl_in_control=run_length,
        undefined={"arl_in_control": "the chart practically never signals"} if run_length is None else {},
        signals=signals,
        in_control=not signals,
        means=dict(zip(names, stable.center.tolist(), strict=True)),
        conventions={
            "covariance": f"exact for each point (time-varying), from {_origin(arguments)}",
            "limit": "given" if arguments.limit is not None else f"for an average run length of {arguments.run_length:g}",
            "run length": "steady-state covariance, known means and covariance",
        },
        warnings=_few_points(stable, len(names), ENOUGH_FOR_MEWMA) if arguments.reference is not None else [],
        conclusion=f"{len(signals)} points are beyond the limit." if signals else "No point is beyond the limit.",
    )


@dataclass(frozen=True)
class Parameters:
    """Means and covariance that points are judged by."""

    center: Array
    covariance: Array
    points: int | None
    """Points that they were estimated from; None where they are known."""
    source: str = "columns"
    """The argument that they come from."""


def _stable_period(arguments: MultivariateArguments | MewmaArguments, names: list[str], n: int) -> Parameters | None:
    """The parameters of phase II; None where they are to be estimated from the columns.

    Raises:
        ToolError: they are given twice, in part, or do not fit the columns.
    """
    points = arguments.reference_points if isinstance(arguments, MultivariateArguments) else None
    if arguments.reference is not None:
        for path in ("means", "covariance", "reference_points"):
            if getattr(arguments, path, None) is not None:
                raise ToolError(path, "", "given beside the reference data", "give either of them")
        for name in names:
            if name not in arguments.reference:
                raise ToolError("reference", name, "this column is missing", "give the same columns as in columns")
        _, table = as_table({name: arguments.reference[name] for name in names}, "reference")
        groups = as_subgroups(table, n, "reference")
        return Parameters(*estimate(groups, names, "reference"), len(groups), "reference")
    if arguments.covariance is None:
        # The MEWMA chart takes means alone as a target; T² has no limit for them.
        if isinstance(arguments, MultivariateArguments) and (arguments.means is not None or points is not None):
            raise ToolError("covariance", "", "missing", "give both means and covariance of phase II, or the reference data")
        return None
    if arguments.means is None:
        raise ToolError("means", "", "missing", "give both means and covariance of phase II, or the reference data")
    if points is not None:
        degrees = points if n == 1 else points * (n - 1)
        if points < 2 or degrees <= len(names) or points > MAX_POINTS:
            problem = f"too few for {len(names)} characteristics, or above {MAX_POINTS:,}"
            raise ToolError("reference_points", points, problem, "give the points that the covariance was estimated from")
    covariance = given_covariance(arguments.covariance, names)
    return Parameters(given_means(arguments.means, names), covariance, points, "covariance")


def _few_points(stable: Parameters, p: int, each: int) -> list[Notice]:
    if stable.points is None or stable.points >= each * p:
        return []
    message = f"The covariance of {p} characteristics is known badly from {stable.points} points."
    return [Notice(code="few_points", message=message)]


def _origin(arguments: MewmaArguments) -> str:
    if arguments.reference is not None:
        return "the reference data"
    return "all rows" if arguments.covariance is None else "the given matrix"


def _limit(phase: str, m: int | None, n: int, p: int, alpha: float) -> float:
    """Upper limit of T² (Tracy, Young and Mason 1992; Montgomery, section 11.3); `m` is None for known parameters."""
    if m is None:
        return float(stats.chi2.isf(alpha, p))
    if n == 1 and phase == "I":
        return float((m - 1) ** 2 / m * stats.beta.isf(alpha, p / 2, (m - p - 1) / 2))
    if n == 1:
        return float(p * (m + 1) * (m - 1) / (m * (m - p)) * stats.f.isf(alpha, p, m - p))
    df = m * n - m - p + 1
    factor = p * (m - 1) * (n - 1) / df if phase == "I" else p * (m + 1) * (n - 1) / df
    return float(factor * stats.f.isf(alpha, p, df))


def _limit_convention(phase: str, m: int | None, n: int, p: int, alpha: float) -> str:
    if m is None:
        return "chi-square distribution: known means and covariance"
    name = {
        (True, "I"): "Beta distribution",
        (True, "II"): "F distribution of future rows",
        (False, "I"): "F distribution, phase I",
        (False, "II"): "F distribution of future subgroups",
    }[n == 1, phase]
    return f"{name}, {m} points; chi-square (known parameters) would give {_limit(phase, None, n, p, alpha):.4g}"


def _contributions(deviation: Array, matrix: Array, names: list[str], n: int) -> dict[str, float]:
    """T² less T² without each characteristic, which is n (S^-1 d)_j^2 / (S^-1)_jj."""
    terms = n * (matrix @ deviation) ** 2 / np.diag(matrix)
    return dict(zip(names, terms.tolist(), strict=True))
