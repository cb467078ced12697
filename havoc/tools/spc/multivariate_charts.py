"""Charts of several correlated characteristics at once: Hotelling's T² and the multivariate EWMA."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.spc.chart import used
from havoc.tools.spc.mewma_limit import mewma_arl, mewma_limit
from havoc.tools.values import DATA, SETTING, Alpha, Number, NumericColumns

TOPIC = "Control charts"
MAX_CONDITION = 1e12
MAX_CHARACTERISTICS, MAX_ROWS = 50, 10_000
Array = NDArray[np.float64]


class MultivariateArguments(Arguments):
    """Columns of characteristics, in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "columns", "variables": "columns", "n": "subgroup_size"}

    columns: NumericColumns
    """One column per characteristic; rows in time order, the rows of a subgroup together."""
    subgroup_size: Annotated[int, Field(ge=1, le=1000), SETTING] = 1
    """Rows of one point."""
    phase: Annotated[Literal["I", "II"], SETTING] = "I"
    """I: are these data in control? II: limits for future points with the estimates of these data."""
    exclude: Annotated[list[Annotated[int, Field(ge=1)]], SETTING] = Field(default_factory=list)
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


class MewmaArguments(Arguments):
    """Columns of characteristics, in time order."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "columns", "lambda": "weight", "h": "limit"}

    columns: NumericColumns
    """One column per characteristic, rows in time order."""
    weight: Annotated[float, Field(ge=0.01, le=1), SETTING] = 0.1
    """Lambda: share of the newest row."""
    run_length: Annotated[float, Field(ge=20, le=10_000), SETTING] = 200.0
    """Wanted average number of points between false alarms, from which the limit is computed."""
    limit: Annotated[float, Field(gt=0), SETTING] | None = None
    """Upper limit (h4, H) of the statistic, instead of run_length."""
    means: Annotated[dict[str, Number], DATA] | None = None
    """Means of an earlier stable period; those of the data where they are left out."""


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
    ),
)
def t_squared_chart(arguments: MultivariateArguments) -> TSquaredResult:
    """Are several correlated characteristics jointly in control?

    One statistic instead of a chart per characteristic: it sees points that break the usual relation, and holds the joint
    false alarm rate. For one characteristic use xbar_r_chart or i_mr_chart, for small lasting shifts mewma_chart.
    """
    names, table = _table(arguments.columns)
    n, p = arguments.subgroup_size, len(names)
    if len(table) % n:
        raise ToolError("subgroup_size", n, f"does not divide the {len(table)} rows", "give complete subgroups")
    m = len(table) // n
    groups = table.reshape(m, n, p)
    kept = used(m, arguments.exclude)
    m = len(kept)
    needed = p + 2 if n == 1 else 2
    if m < needed or (n > 1 and m * (n - 1) <= p):
        raise ToolError("columns", m, f"too few points for {p} characteristics", f"give at least {needed}, better 50")
    means = groups.mean(axis=1)
    center = means[kept].mean(axis=0)
    covariance = np.cov(table[kept].T) if n == 1 else _pooled(groups[kept], means[kept])
    inverse = _inverse(covariance, names)
    points = n * np.einsum("ij,jk,ik->i", means - center, inverse, means - center, optimize=True)
    ucl = _limit(arguments.phase, m, n, p, arguments.alpha)
    signals = [
        Signal(
            index=index + 1,
            statistic=float(points[index]),
            contributions=_contributions(means[index] - center, inverse, names, n),
        )
        for index in np.flatnonzero(points > ucl).tolist()
    ]
    few = m < 20 * p
    notice = Notice(code="few_points", message=f"The covariance of {p} characteristics is known badly from {m} points.")
    return TSquaredResult(
        method=f"Hotelling T² chart, {'individual rows' if n == 1 else f'subgroups of {n}'}, phase {arguments.phase}",
        n_used=m * n,
        excluded=sorted(set(arguments.exclude)),
        points=points.tolist(),
        ucl=ucl,
        signals=signals,
        in_control=not signals,
        means=dict(zip(names, center.tolist(), strict=True)),
        covariance=covariance.tolist(),
        conventions={
            "limit": {
                (True, "I"): "Beta distribution",
                (True, "II"): "F distribution of future rows",
                (False, "I"): "F distribution, phase I",
                (False, "II"): "F distribution of future subgroups",
            }[n == 1, arguments.phase],
            "alpha": f"{arguments.alpha:g} per point",
        },
        warnings=[notice] if few else [],
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
    and the wanted run length. For large shifts t_squared_chart reacts at once; for one characteristic use ewma_chart.
    """
    names, table = _table(arguments.columns)
    if len(table) < len(names) + 2:
        raise ToolError("columns", len(table), f"too few rows for {len(names)} characteristics", "give more rows")
    center = table.mean(axis=0)
    if arguments.means is not None:
        for name in names:
            if name not in arguments.means:
                raise ToolError("means", name, "this column has no mean", "give the mean of each column, or none")
        center = np.array([arguments.means[name] for name in names])
    inverse = _inverse(np.cov(table.T), names)
    weight = arguments.weight
    level = np.zeros(len(names))
    points = []
    for index, row in enumerate(table - center, start=1):
        level = weight * row + (1 - weight) * level
        share = weight / (2 - weight) * (1 - (1 - weight) ** (2 * index))
        points.append(float(level @ inverse @ level) / share)
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
        means=dict(zip(names, center.tolist(), strict=True)),
        conventions={
            "covariance": "exact for each point (time-varying), from all rows",
            "limit": "given" if arguments.limit is not None else f"for an average run length of {arguments.run_length:g}",
            "run length": "steady-state covariance, known means and covariance",
        },
        conclusion=f"{len(signals)} points are beyond the limit." if signals else "No point is beyond the limit.",
    )


def _table(columns: Mapping[str, list[float]]) -> tuple[list[str], Array]:
    if len(columns) < 2:
        raise ToolError("columns", len(columns), "one characteristic", "give at least 2; for one use i_mr_chart")
    if len(columns) > MAX_CHARACTERISTICS:
        problem = f"more than {MAX_CHARACTERISTICS} characteristics"
        raise ToolError("columns", len(columns), problem, "chart the main components, or what belongs together")
    rows = len(next(iter(columns.values())))
    if rows > MAX_ROWS:
        raise ToolError("columns", rows, "too many rows for a chart", f"give at most {MAX_ROWS:,}")
    return list(columns), np.array(list(columns.values()), dtype=np.float64).T


def _pooled(groups: Array, means: Array) -> Array:
    """Average of the covariances within subgroups."""
    inside = groups - means[:, None, :]
    covariance: Array = np.einsum("mni,mnj->ij", inside, inside) / (groups.shape[0] * (groups.shape[1] - 1))
    return covariance


def _inverse(covariance: Array, names: list[str]) -> Array:
    """S^-1.

    Raises:
        ToolError: the covariance is singular. Judged on the correlations, so that units do not matter.
    """
    spread = np.sqrt(np.diag(covariance))
    scaled = covariance / np.outer(spread, spread)
    if not np.isfinite(scaled).all() or np.linalg.cond(scaled) > MAX_CONDITION:
        raise ToolError(
            "columns", ", ".join(names), "a column is constant, or follows from the others", "leave out what repeats others"
        )
    inverse: Array = np.linalg.inv(scaled) / np.outer(spread, spread)
    return inverse


def _limit(phase: str, m: int, n: int, p: int, alpha: float) -> float:
    """Upper limit of T² (Tracy, Young and Mason 1992; Montgomery, section 11.3)."""
    if n == 1 and phase == "I":
        return float((m - 1) ** 2 / m * stats.beta.isf(alpha, p / 2, (m - p - 1) / 2))
    if n == 1:
        return float(p * (m + 1) * (m - 1) / (m * (m - p)) * stats.f.isf(alpha, p, m - p))
    df = m * n - m - p + 1
    factor = p * (m - 1) * (n - 1) / df if phase == "I" else p * (m + 1) * (n - 1) / df
    return float(factor * stats.f.isf(alpha, p, df))


def _contributions(deviation: Array, inverse: Array, names: list[str], n: int) -> dict[str, float]:
    """T² less T² without each characteristic, which is n (S^-1 d)_j^2 / (S^-1)_jj."""
    terms = n * (inverse @ deviation) ** 2 / np.diag(inverse)
    return dict(zip(names, terms.tolist(), strict=True))
