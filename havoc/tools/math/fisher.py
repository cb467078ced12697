"""Fisher's exact test of a 2x2 table, with the sample and the conditional odds ratio."""

import math
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaln

from havoc.tools.errors import ToolError
from havoc.tools.math.contingency import TOPIC
from havoc.tools.math.sided import finding
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import Alpha, Alternative, Matrix

MAX_TOTAL = 100_000
"""Counts in all up to which the conditional distribution is summed; beyond, chi-square agrees with it."""
WIDEST = 700.0
"""Logarithm of the largest odds ratio of a double."""


class FisherResult(Result):
    """An exact test of association."""

    headline: ClassVar[tuple[str, ...]] = ("p_value", "odds_ratio", "odds_ratio_conditional", "ci_low", "ci_high")

    p_value: float
    odds_ratio: float | None
    """Sample odds ratio ad / bc; None where a cell of the second diagonal is 0."""
    odds_ratio_conditional: float | None
    """Maximum-likelihood estimate given the margins; None where it is infinite."""
    ci_low: float
    """Lower end of the exact interval of the odds ratio at confidence 1 - alpha."""
    ci_high: float | None
    """Upper end; None where it is infinite."""
    significant: bool
    """p_value < alpha."""


class FisherExact(Arguments):
    """A 2x2 table of counts."""

    aliases: ClassVar = {"observed": "table", "counts": "table", "data": "table"}

    table: Matrix
    """Counts [[a, b], [c, d]]."""
    alternative: Alternative = "two-sided"
    """`greater`: the odds ratio ad / bc is above 1."""
    alpha: Alpha = 0.05


@operation(
    "fisher_exact",
    topic=TOPIC,
    source="Fisher, R. A. (1935), JRSS 98, 39-54; Cornfield, J. (1956), Proceedings of the 3rd Berkeley Symposium 4, "
    "135-148",
    examples=({"table": [[3, 1], [1, 3]], "alternative": "greater"}, {"table": [[2, 15], [10, 3]]}),
)
def fisher_exact(arguments: FisherExact) -> FisherResult:
    """Are the rows and columns of a 2x2 table of few counts independent?

    Exact for any counts, given both margins. For larger tables use chi_square_independence; for the same units judged
    twice mcnemar; for the difference of two proportions with its interval two_proportions.
    """
    table = np.asarray(arguments.table, dtype=np.float64)
    if table.shape != (2, 2):
        raise ToolError("table", arguments.table, "not a 2x2 table", "give [[a, b], [c, d]], or use chi_square_independence")
    bad = np.argwhere((table < 0) | (table != np.floor(table)))
    if bad.size:
        row, column = bad[0]
        raise ToolError(f"table[{row}][{column}]", table[row, column], "not a count", "give whole numbers from 0")
    if table.sum() > MAX_TOTAL:
        raise ToolError("table", arguments.table, f"more than {MAX_TOTAL:,} counts", "use chi_square_independence")
    if 0 in (*table.sum(axis=0), *table.sum(axis=1)):
        raise ToolError("table", arguments.table, "a row or column is all 0", "give counts of both rows and both columns")
    counts = table.astype(np.int64)
    p = float(min(1.0, stats.fisher_exact(counts, arguments.alternative).pvalue))
    (a, b), (c, d) = counts.tolist()
    conditional = ConditionalOdds(a, b, c, d)
    tail = arguments.alpha / (2 if arguments.alternative == "two-sided" else 1)
    low = 0.0 if arguments.alternative == "less" else conditional.lower(tail)
    high = None if arguments.alternative == "greater" else conditional.upper(tail)
    estimate = conditional.estimate()
    undefined = {}
    if b * c == 0:
        undefined["odds_ratio"] = "b or c is 0"
    if estimate is None:
        undefined["odds_ratio_conditional"] = "infinite: no more extreme table is possible"
    if high is None:
        undefined["ci_high"] = "infinite"
    return FisherResult(
        method="Fisher's exact test",
        n_used=int(counts.sum()),
        p_value=p,
        odds_ratio=a * d / (b * c) if b * c else None,
        odds_ratio_conditional=estimate,
        ci_low=low,
        ci_high=high,
        significant=p < arguments.alpha,
        undefined=undefined,
        conventions={
            "odds ratio": "both: the sample one (scipy, Minitab) and the conditional maximum-likelihood one (R)",
            "two-sided p": "sum of the tables no more probable than the observed one (R)",
            "interval": "exact, of the conditional odds ratio (R)",
            "alternative": arguments.alternative,
        },
        conclusion=finding("The association", p, arguments.alpha),
    )


class ConditionalOdds:
    """The first cell of a 2x2 table given its margins: a noncentral hypergeometric distribution."""

    def __init__(self, a: int, b: int, c: int, d: int) -> None:
        row, other, column = a + b, c + d, a + c
        self.seen = a
        self.cells = np.arange(max(0, column - other), min(row, column) + 1, dtype=np.float64)
        cells = self.cells
        self.log_weights = -(
            gammaln(cells + 1) + gammaln(row - cells + 1) + gammaln(column - cells + 1) + gammaln(other - column + cells + 1)
        )

    def estimate(self) -> float | None:
        """Odds ratio under which the observed cell is the mean; None where infinite."""
        if self.seen == self.cells[-1]:
            return None
        if self.seen == self.cells[0]:
            return 0.0
        return self._solve(lambda log_odds: float(self._shares(log_odds) @ self.cells) - self.seen)

    def lower(self, tail: float) -> float:
        """Odds ratio under which as many or more are seen with probability `tail`."""
        if self.seen == self.cells[0]:
            return 0.0
        return self._solve(lambda log_odds: float(self._shares(log_odds)[self.cells >= self.seen].sum()) - tail)

    def upper(self, tail: float) -> float | None:
        """Odds ratio under which as few or fewer are seen with probability `tail`; None where infinite."""
        if self.seen == self.cells[-1]:
            return None
        return self._solve(lambda log_odds: tail - float(self._shares(log_odds)[self.cells <= self.seen].sum()))

    def _shares(self, log_odds: float) -> NDArray[np.float64]:
        logs = self.log_weights + self.cells * log_odds
        shares = np.exp(logs - logs.max())
        return shares / shares.sum()

    def _solve(self, increasing: Callable[[float], float]) -> float:
        return math.exp(brentq(increasing, -WIDEST, WIDEST, xtol=1e-13, rtol=1e-13))
