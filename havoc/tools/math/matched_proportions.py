"""Yes/no judgements of the same units under two or more conditions: McNemar's and Cochran's tests."""

import math
from typing import Annotated, ClassVar

import numpy as np
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.contingency import TOPIC
from havoc.tools.math.sided import finding
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import SETTING, Alpha, Labels, Matrix

MAX_UNITS = 10**9
FEW = 10
"""Discordant units below which the chi-square approximation is poor (Agresti 2013, section 11.1)."""
ENOUGH = 24
"""Values in the rows that are not all equal from which Cochran's Q follows chi-square (Tate and Brown 1970, JASA 65)."""


class McNemarResult(Result):
    """A change of a proportion in the same units."""

    headline: ClassVar[tuple[str, ...]] = ("p_value", "statistic", "difference", "ci_low", "ci_high")

    statistic: float
    """(b - c)^2 / (b + c), less Edwards's correction where that was asked for."""
    p_value: float
    """Exact binomial test of the discordant units."""
    p_value_chi_square: float
    """Of the statistic, on 1 degree of freedom."""
    discordant: int
    """Units whose judgement changed: b + c."""
    difference: float
    """Proportion of the first classification minus that of the second: (b - c) / n."""
    ci_low: float
    """Lower end of its Wald interval at confidence 1 - alpha."""
    ci_high: float
    odds_ratio: float | None
    """b / c; None where c is 0."""
    significant: bool
    """p_value < alpha."""


class McNemar(Arguments):
    """The same units, judged twice."""

    aliases: ClassVar = {"observed": "table", "counts": "table", "data": "table"}

    table: Matrix
    """Counts [[yes yes, yes no], [no yes, no no]]: rows the first judgement, columns the second."""
    correction: Annotated[bool, SETTING] = False
    """Edwards's continuity correction of the statistic."""
    alpha: Alpha = 0.05


class CochranQResult(Result):
    """Proportions of the same units under several conditions."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "df", "p_value", "proportions")

    statistic: float
    """Cochran's Q."""
    df: int
    p_value: float
    """From the chi-square distribution."""
    proportions: dict[str, float]
    """Of successes under each condition."""
    informative: int
    """Units whose judgements are not all the same; only these matter."""
    significant: bool
    """p_value < alpha."""


class CochranQ(Arguments):
    """0 or 1 for every unit under every condition."""

    aliases: ClassVar = {"data": "units", "table": "units", "blocks": "units", "names": "conditions"}

    units: Matrix
    """One list of 0 and 1 for each unit, in the order of the conditions."""
    conditions: Labels | None = None
    """Names of the conditions."""
    alpha: Alpha = 0.05


@operation(
    "mcnemar",
    topic=TOPIC,
    source="McNemar, Q. (1947), Psychometrika 12, 153-157; "
    "Agresti, A. (2013), Categorical Data Analysis, 3rd ed., section 11.1",
    examples=({"table": [[794, 150], [86, 570]]}, {"table": [[20, 9], [2, 15]], "correction": True}),
)
def mcnemar(arguments: McNemar) -> McNemarResult:
    """Did a proportion change between two judgements of the same units?

    For before and after, or two inspectors on the same parts. For independent samples use two_proportions, for more than
    two judgements cochran_q, for the agreement of inspectors attribute_agreement.
    """
    table = np.asarray(arguments.table, dtype=np.float64)
    if table.shape != (2, 2):
        raise ToolError("table", arguments.table, "not a 2x2 table", "give [[yes yes, yes no], [no yes, no no]]")
    bad = np.argwhere((table < 0) | (table != np.floor(table)) | (table > MAX_UNITS))
    if bad.size:
        row, column = bad[0]
        raise ToolError(
            f"table[{row}][{column}]", table[row, column], "not a count", f"give whole numbers from 0 to {MAX_UNITS:,}"
        )
    b, c, n = int(table[0, 1]), int(table[1, 0]), int(table.sum())
    if b + c == 0:
        raise ToolError("table", arguments.table, "no unit changed, so there is nothing to test", "check the table")
    statistic = (b - c) ** 2 / (b + c)
    corrected = max(abs(b - c) - 1, 0) ** 2 / (b + c)
    taken, other = (corrected, statistic) if arguments.correction else (statistic, corrected)
    p = float(stats.binomtest(b, b + c, 0.5).pvalue)
    margin = stats.norm.isf(arguments.alpha / 2) * math.sqrt(b + c - (b - c) ** 2 / n) / n
    return McNemarResult(
        method="McNemar's test",
        n_used=n,
        statistic=taken,
        p_value=p,
        p_value_chi_square=float(stats.chi2.sf(taken, 1)),
        discordant=b + c,
        difference=(b - c) / n,
        ci_low=max(-1.0, float((b - c) / n - margin)),
        ci_high=min(1.0, float((b - c) / n + margin)),
        odds_ratio=b / c if c else None,
        significant=p < arguments.alpha,
        undefined={} if c else {"odds_ratio": "no unit changed from no to yes"},
        conventions={
            "continuity correction": f"{'applied' if arguments.correction else 'none'}; "
            f"{'without' if arguments.correction else 'R applies it:'} {other:.6g}",
            "interval": "Wald, for dependent proportions",
        },
        assumptions=[
            Assumption(
                name="chi-square approximation",
                holds=b + c >= FEW,
                detail=f"{b + c} discordant units, {FEW} needed; p_value is exact in any case",
            )
        ],
        conclusion=finding("The change of the proportion", p, arguments.alpha),
    )


@operation(
    "cochran_q",
    topic=TOPIC,
    source="Cochran, W. G. (1950), Biometrika 37, 256-266; Conover, W. J. (1999), section 4.6",
    examples=(
        {
            "units": [[1, 1, 1], [1, 1, 1], [0, 1, 0], [1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 1, 0], [0, 0, 1]],
            "conditions": ["A", "B", "C"],
        },
    ),
)
def cochran_q(arguments: CochranQ) -> CochranQResult:
    """Do the proportions of success of the same units differ between conditions?

    For several inspectors, methods or times on the same units. With two conditions it is mcnemar without correction; for
    measured or ranked values use friedman, for independent samples chi_square_independence.
    """
    table = np.asarray(arguments.units, dtype=np.float64)
    bad = np.argwhere((table != 0) & (table != 1))
    if bad.size:
        row, column = bad[0]
        raise ToolError(f"units[{row}][{column}]", table[row, column], "neither 0 nor 1", "code failure as 0, success as 1")
    units, conditions = table.shape
    if units < 2 or conditions < 2:
        raise ToolError("units", arguments.units, f"{units} units of {conditions}", "give two units and conditions or more")
    names = arguments.conditions or [f"condition {index + 1}" for index in range(conditions)]
    if len(names) != conditions or len(set(names)) != conditions:
        raise ToolError("conditions", names, f"not {conditions} different names", "give one for each condition")
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    spread = float((rows * (conditions - rows)).sum())
    if spread == 0:
        raise ToolError("units", "", "every unit is judged the same under all conditions", "check the data")
    statistic = conditions * (conditions - 1) * float(((columns - columns.mean()) ** 2).sum()) / spread
    informative = int(((rows > 0) & (rows < conditions)).sum())
    p = float(stats.chi2.sf(statistic, conditions - 1))
    return CochranQResult(
        method="Cochran's Q test",
        n_used=units,
        statistic=statistic,
        df=conditions - 1,
        p_value=p,
        proportions=dict(zip(names, (columns / units).tolist(), strict=True)),
        informative=informative,
        significant=p < arguments.alpha,
        assumptions=[
            Assumption(
                name="chi-square approximation",
                holds=informative >= 4 and informative * conditions >= ENOUGH,
                detail=f"{informative} informative units of {conditions} conditions, {ENOUGH} values needed",
            )
        ],
        conclusion=finding("The difference of the proportions", p, arguments.alpha),
    )
