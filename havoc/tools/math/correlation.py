"""Correlation of two columns, alone or with others held constant."""

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.math.least_squares import least_squares
from havoc.tools.math.sided import Side, finding, z_quantile
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Notice, Result
from havoc.tools.values import SETTING, Alpha, Alternative, Numbers, NumericColumns, equal_lengths

TOPIC = "Correlation"
MAX_KENDALL = 100_000
"""Pairs up to which Kendall's tau is computed in about a second."""
EXACT_KENDALL = 50
"""Pairs below which Kendall's test is exact without ties (as R does)."""
MAX_CONTROLS = 50

Method = Literal["pearson", "spearman", "kendall"]


class CorrelationResult(Result):
    """A correlation with its test and interval."""

    headline: ClassVar[tuple[str, ...]] = ("coefficient", "p_value", "ci_low", "ci_high", "r_squared")

    coefficient: float
    """r, rho or tau."""
    p_value: float
    """Of no correlation."""
    statistic: float | None
    """t of Pearson's and Spearman's coefficient; None for Kendall's and for perfect correlation."""
    df: int | None
    """Of t; None for Kendall's coefficient."""
    ci_low: float | None
    """Lower end of the interval at confidence 1 - alpha, by Fisher's z; -1 where it is one-sided downwards."""
    ci_high: float | None
    """Upper end; None where there are too few pairs."""
    r_squared: float | None
    """Share of the variation in common; None for rank correlations."""
    significant: bool
    """p_value < alpha."""


class Correlation(Arguments):
    """Two columns."""

    aliases: ClassVar = {"group1": "x", "group2": "y", "a": "x", "b": "y", "kind": "method"}

    x: Numbers
    y: Numbers
    """In the order of x."""
    method: Annotated[Method, SETTING] = "pearson"
    """`pearson` linear, `spearman` and `kendall` by ranks (monotone)."""
    alternative: Alternative = "two-sided"
    """`greater`: the correlation is positive."""
    alpha: Alpha = 0.05


class PartialCorrelation(Arguments):
    """Two columns and those to hold constant."""

    aliases: ClassVar = {"covariates": "controls", "z": "controls", "given": "controls"}

    x: Numbers
    y: Numbers
    """In the order of x."""
    controls: NumericColumns
    """Columns to hold constant, in the same order."""
    method: Annotated[Literal["pearson", "spearman"], SETTING] = "pearson"
    """`spearman` takes ranks of all columns first."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class PartialCorrelationResult(CorrelationResult):
    """A correlation with other columns held constant."""

    simple: float
    """The same correlation without holding anything constant."""


@operation(
    "correlation",
    topic=TOPIC,
    source="Fisher, R. A. (1921), Metron 1, 3-32; Bonett and Wright (2000), Psychometrika 65, 23-28; Kendall, M. G. (1938), "
    "Biometrika 30, 81-93",
    examples=(
        {"x": [44.4, 45.9, 41.9, 53.3, 44.7, 44.1], "y": [2.6, 3.1, 2.5, 5.0, 3.6, 4.0]},
        {"x": [1, 2, 3, 4, 5, 6], "y": [1, 4, 9, 17, 24, 37], "method": "spearman"},
    ),
)
def correlation(arguments: Correlation) -> CorrelationResult:
    """How closely do two columns go together?

    Correlation is no agreement (for gauges use bias and linearity studies) and no cause. To predict one from the other use
    linear_regression; with a third column behind both partial_correlation.
    """
    x, y = _pair(arguments.x, arguments.y, 3)
    ranked = arguments.method != "pearson"
    ties = ranked and (np.unique(x).size < x.size or np.unique(y).size < y.size)
    side = arguments.alternative
    statistic: float | None = None
    df: int | None = None
    if arguments.method == "kendall":
        if x.size > MAX_KENDALL:
            raise ToolError("x", "", f"{x.size:,} pairs", f"give at most {MAX_KENDALL:,} for Kendall's tau, or use spearman")
        exact = not ties and x.size < EXACT_KENDALL
        test = stats.kendalltau(x, y, method="exact" if exact else "asymptotic", alternative=side)
        coefficient, p = float(test.statistic), float(test.pvalue)
        convention = f"tau-b; {'exact' if exact else 'normal'} p value (R: exact below {EXACT_KENDALL} pairs without ties)"
    else:
        coefficient = _pearson(stats.rankdata(x), stats.rankdata(y)) if ranked else _pearson(x, y)
        df = x.size - 2
        statistic, p = _t_test(coefficient, df, side)
        convention = "t with n - 2 degrees of freedom" + ("; R is exact below 1290 pairs" if ranked else "")
    low, high, undefined = _interval(coefficient, x.size, arguments.method, arguments.alpha, side)
    if statistic is None:
        undefined["statistic"] = "Kendall's test has no t" if df is None else "the correlation is perfect"
    if df is None:
        undefined["df"] = "Kendall's test has no t"
    if ranked:
        undefined["r_squared"] = "a rank correlation explains no variation"
    return CorrelationResult(
        method=f"{arguments.method.capitalize()}'s correlation",
        n_used=x.size,
        coefficient=coefficient,
        p_value=p,
        statistic=statistic,
        df=df,
        ci_low=low,
        ci_high=high,
        r_squared=None if ranked else coefficient**2,
        significant=p < arguments.alpha,
        undefined=undefined,
        conventions={"p value": convention, "interval": _VARIANCES[arguments.method], "alternative": side},
        assumptions=[] if ranked else [normality("x", arguments.x), normality("y", arguments.y)],
        warnings=_monotone(x, y, coefficient) if not ranked else [],
        conclusion=finding(f"The correlation of {coefficient:.4g}", p, arguments.alpha),
    )


@operation(
    "partial_correlation",
    topic=TOPIC,
    source="Fisher, R. A. (1924), Metron 3, 329-332; Anderson, T. W. (2003), An Introduction to Multivariate Statistical "
    "Analysis, section 4.3",
    examples=(
        {
            "x": [2.1, 3.9, 6.2, 7.8, 10.1, 12.4],
            "y": [1.0, 2.2, 2.8, 4.1, 5.2, 5.7],
            "controls": {"temperature": [20, 22, 21, 25, 27, 26]},
        },
        {"x": [1, 2, 3, 4, 5], "y": [2, 1, 4, 3, 5], "controls": [5, 3, 4, 1, 2]},
    ),
)
def partial_correlation(arguments: PartialCorrelation) -> PartialCorrelationResult:
    """How closely do two columns go together when others are held constant?

    The correlation of what is left of both after regression on the controls. It answers the same test as the coefficient of
    x in a linear_regression of y on x and the controls.
    """
    controls = arguments.controls
    if len(controls) > MAX_CONTROLS:
        raise ToolError("controls", "", f"{len(controls)} columns", f"give at most {MAX_CONTROLS}")
    for name, column in controls.items():
        if len(column) != len(arguments.x):
            raise ToolError(
                f"controls.{name}", column, f"{len(column)} values, x has {len(arguments.x)}", "give lists of equal length"
            )
        if min(column) == max(column):
            raise ToolError(f"controls.{name}", column, "does not vary", "leave the column out")
    x, y = _pair(arguments.x, arguments.y, len(controls) + 3)
    columns = [np.asarray(column) for column in controls.values()]
    if arguments.method == "spearman":
        x, y, *columns = (stats.rankdata(column) for column in (x, y, *columns))
    matrix = np.column_stack([np.ones(x.size), *columns])
    names = ["Intercept", *controls]
    left_x, left_y = (least_squares(matrix, column, names, centred=True, path="controls") for column in (x, y))
    for name, fit in (("x", left_x), ("y", left_y)):
        if fit.exact:
            raise ToolError(name, "", "the controls determine it, so nothing is left to correlate", "leave controls out")
    coefficient = _pearson(left_x.residuals, left_y.residuals)
    df = x.size - 2 - len(controls)
    statistic, p = _t_test(coefficient, df, arguments.alternative)
    low, high, undefined = _interval(
        coefficient, x.size - len(controls), arguments.method, arguments.alpha, arguments.alternative
    )
    if statistic is None:
        undefined["statistic"] = "the correlation is perfect"
    ranked = arguments.method == "spearman"
    if ranked:
        undefined["r_squared"] = "a rank correlation explains no variation"
    simple = _pearson(x, y)
    return PartialCorrelationResult(
        method=f"{arguments.method.capitalize()}'s partial correlation given {', '.join(controls)[:200]}",
        n_used=x.size,
        coefficient=coefficient,
        p_value=p,
        statistic=statistic,
        df=df,
        ci_low=low,
        ci_high=high,
        r_squared=None if ranked else coefficient**2,
        significant=p < arguments.alpha,
        simple=simple,
        undefined=undefined,
        conventions={
            "p value": f"t with n - 2 - {len(controls)} degrees of freedom",
            "interval": _VARIANCES[arguments.method] + ", n less the number of controls",
            "alternative": arguments.alternative,
        },
        assumptions=[
            Assumption(name="linear dependence on the controls", holds=None, detail="look at plots of the residuals")
        ],
        conclusion=finding(f"The partial correlation of {coefficient:.4g} (simple {simple:.4g})", p, arguments.alpha),
    )


_VARIANCES: dict[str, str] = {
    "pearson": "Fisher's z with standard error 1 / sqrt(n - 3)",
    "spearman": "Fisher's z with standard error sqrt((1 + r^2 / 2) / (n - 3)) (Bonett and Wright)",
    "kendall": "Fisher's z with standard error sqrt(0.437 / (n - 4)) (Fieller, Hartley and Pearson)",
}


def _pair(x: list[float], y: list[float], needed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    equal_lengths(x=x, y=y)
    if len(x) < needed:
        raise ToolError("x", x, f"{len(x)} pairs", f"give at least {needed}")
    for name, column in (("x", x), ("y", y)):
        if min(column) == max(column):
            raise ToolError(name, column, "does not vary, so it correlates with nothing", "check the data")
    return np.asarray(x), np.asarray(y)


def _pearson(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    # Halving before the difference keeps columns near the largest double finite; lengths are scaled before the product.
    first, second = x / 2 - x.mean() / 2, y / 2 - y.mean() / 2
    first, second = first / np.abs(first).max(), second / np.abs(second).max()
    r = float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))
    return max(-1.0, min(1.0, r))


def _t_test(r: float, df: int, side: Side) -> tuple[float | None, float]:
    left = (1 - r) * (1 + r)
    if left <= 1e-15:
        wrong_side = (side == "less" and r > 0) or (side == "greater" and r < 0)
        return None, 1.0 if wrong_side else 0.0
    t = r * math.sqrt(df / left)
    p = {"two-sided": 2 * stats.t.sf(abs(t), df), "less": stats.t.cdf(t, df), "greater": stats.t.sf(t, df)}[side]
    return t, float(p)


def _interval(
    r: float, n: int, method: Method, alpha: float, side: Side
) -> tuple[float | None, float | None, dict[str, str]]:
    needed = 5 if method == "kendall" else 4
    if n < needed:
        reason = f"an interval needs {needed} pairs beyond the controls"
        return None, None, {"ci_low": reason, "ci_high": reason}
    if abs(r) == 1:
        return (-1.0 if side == "less" else r), (1.0 if side == "greater" else r), {}
    variance = {
        "pearson": 1 / (n - 3),
        "spearman": (1 + r * r / 2) / (n - 3),
        "kendall": 0.437 / (n - 4) if n > 4 else math.inf,
    }[method]
    margin = z_quantile(alpha, side) * math.sqrt(variance)
    low = -1.0 if side == "less" else math.tanh(math.atanh(r) - margin)
    high = 1.0 if side == "greater" else math.tanh(math.atanh(r) + margin)
    return low, high, {}


def _monotone(x: NDArray[np.float64], y: NDArray[np.float64], r: float) -> list[Notice]:
    rho = _pearson(stats.rankdata(x), stats.rankdata(y))
    if abs(rho - r) < 0.2:
        return []
    message = f"Spearman's coefficient is {rho:.3g}: the dependence is curved, or single points decide it. Look at the plot."
    return [Notice(code="not_linear", message=message)]
