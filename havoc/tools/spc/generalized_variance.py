"""Chart of the generalised variance: the joint spread of several correlated characteristics."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.spc.chart import TOPIC, WIDTH, ChartArguments, ChartResult, make_chart, refuse_no_spread, summary, used
from havoc.tools.spc.covariance import Array, as_subgroups, as_table, estimate, given_covariance, inverse, within
from havoc.tools.spc.run_rules import Rules
from havoc.tools.values import SETTING, Matrix, NumericColumns


class GeneralizedVariance(ChartArguments):
    """Columns of characteristics in subgroups."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "columns", "variables": "columns", "n": "subgroup_size"}

    columns: NumericColumns
    """One column per characteristic; rows in time order, the rows of a subgroup together."""
    subgroup_size: Annotated[int, Field(ge=3, le=1000), SETTING]
    """Rows of one point; more than there are characteristics."""
    covariance: Matrix | None = None
    """Known covariance matrix of an earlier stable period (phase II), in the order of the columns."""
    rules: Annotated[Rules, SETTING] = "three_sigma"
    """As of other charts; the statistic is skewed, so that only points beyond the limits are signals by default."""


class GeneralizedVarianceResult(ChartResult):
    """The determinant of each subgroup's covariance matrix, with its limits."""

    headline: ClassVar[tuple[str, ...]] = ("in_control", "center", "lcl", "ucl")

    covariance: list[list[float]]
    """Average within subgroups, or as given; in the order of the columns."""
    determinant: float
    """Estimate of the process's generalised variance |Sigma|; as given in phase II."""
    b1: float
    """E|S| / |Sigma|."""
    b2: float
    """Var|S| / |Sigma|^2."""
    false_alarm_rate: float | None
    """Exact share of points of a normal process in control beyond these limits, |Sigma| taken as known; None from 3
    characteristics."""


@operation(
    "generalized_variance_chart",
    topic=TOPIC,
    source="Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., chapter 11; Anderson (1958), 7.5",
    examples=(
        {
            "columns": {
                "width": [10.1, 9.9, 10.0, 10.2, 9.8, 10.0, 10.1, 9.9, 10.0, 10.3, 9.7, 10.1],
                "height": [5.1, 4.9, 5.1, 5.0, 4.9, 5.1, 5.0, 4.8, 5.0, 5.1, 4.9, 5.0],
            },
            "subgroup_size": 4,
        },
    ),
)
def generalized_variance_chart(arguments: GeneralizedVariance) -> GeneralizedVarianceResult:
    """Is the joint spread of several correlated characteristics in control?

    The determinant |S| of each subgroup's covariance matrix: it grows with the spreads and falls with the correlations. Use
    it beside t_squared_chart, which watches the means. Very different matrices share a determinant, so look at the single
    spreads as well (xbar_s_chart of each characteristic).
    """
    names, table = as_table(arguments.columns)
    n, p = arguments.subgroup_size, len(names)
    if n <= p:
        raise ToolError(
            "subgroup_size", n, f"not above the {p} characteristics, so every |S| is 0", f"give at least {p + 1}"
        )
    groups = as_subgroups(table, n)
    known = arguments.covariance is not None
    kept = used(len(groups), arguments.exclude, estimated=not known)
    b1, b2 = moments(n, p)
    if arguments.covariance is not None:
        covariance = given_covariance(arguments.covariance, names)
        inverse(covariance, names, "covariance")
        determinant = float(np.linalg.det(covariance))
    else:
        covariance = estimate(groups[kept], names)[1]
        inverse(covariance, names)
        determinant = float(np.linalg.det(covariance)) / b1
    center, sigma = b1 * determinant, math.sqrt(b2) * determinant
    refuse_no_spread(sigma, "covariance" if known else "columns")
    chart = make_chart("generalised variance", _determinants(groups), center, sigma, arguments.rules, floor=0.0)
    common = summary({"generalised variance": chart}, arguments, "II" if known else "I")
    rate = _false_alarms(n, p, b1, b2)
    if rate is None:
        common["undefined"] |= {"false_alarm_rate": "the distribution of |S| has a closed form for 2 characteristics only"}
    if center < WIDTH * sigma:
        message = "The lower limit is 0, so that a smaller joint spread cannot be seen; larger subgroups would show it."
        common["warnings"].append(Notice(code="no_lower_limit", message=message))
    common["conventions"] |= {
        "center": "b1 |Sigma|, |Sigma| as given"
        if known
        else "|S|, determinant of the average covariance; |Sigma| = |S| / b1",
        "limits": "b1 |Sigma| +- 3 sqrt(b2) |Sigma|, below 0 set to 0; |S| is skewed, so false alarms are more than 0.27%",
    }
    return GeneralizedVarianceResult(
        method=f"Generalised variance chart, {p} characteristics, subgroups of {n}",
        n_used=len(kept) * n,
        covariance=covariance.tolist(),
        determinant=determinant,
        b1=b1,
        b2=b2,
        false_alarm_rate=rate,
        **common,
    )


def moments(n: int, p: int) -> tuple[float, float]:
    """b1 and b2: mean of |S| over |Sigma| and variance over |Sigma|^2, for `n` normal rows of `p` characteristics.

    (n - 1)^p |S| / |Sigma| is a product of independent chi-squares with n - 1, ..., n - p degrees of freedom.
    """
    df = np.arange(n - 1, n - p - 1, -1, dtype=np.float64)
    b1 = float(np.prod(df / (n - 1)))
    return b1, b1 * float(np.prod((df + 2) / (n - 1)) - np.prod(df / (n - 1)))


def _determinants(groups: Array) -> Array:
    # Rounding can give a singular matrix a determinant a little below 0.
    result: Array = np.maximum(np.linalg.det(within(groups)), 0.0)
    return result


def _false_alarms(n: int, p: int, b1: float, b2: float) -> float | None:
    """For two characteristics 2 (n - 1) sqrt(|S| / |Sigma|) is chi-square with 2n - 4 degrees of freedom (Anderson 1958)."""
    if p != 2:
        return None
    low, high = max(b1 - WIDTH * math.sqrt(b2), 0.0), b1 + WIDTH * math.sqrt(b2)
    root = stats.chi2(2 * n - 4)
    return float(root.sf(2 * (n - 1) * math.sqrt(high)) + root.cdf(2 * (n - 1) * math.sqrt(low)))
