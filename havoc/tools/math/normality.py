"""Tests of normality."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Alpha, Numbers

MOST_SHAPIRO = 5000
"""Values up to which Royston's p value of W holds."""


class NormalityArguments(Arguments):
    """One sample."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "sample", "values": "sample", "x": "sample", "method": "test"}

    sample: Numbers
    test: Annotated[
        Literal["anderson-darling", "shapiro-wilk", "lilliefors", "jarque-bera", "dagostino-pearson"], SETTING
    ] = "anderson-darling"
    alpha: Alpha = 0.05


class OtherTest(BaseModel):
    """What another test says."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    statistic: float
    p_value: float


class NormalityResult(Result):
    """One test, and the others beside it."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "p_value", "normal")

    statistic: float
    """A2 (as computed, as Minitab prints it), W, D, JB or K2."""
    p_value: float
    normal: bool
    """p_value >= alpha: the data do not contradict normality."""
    skewness: float
    """G1."""
    excess_kurtosis: float
    """G2."""
    others: list[OtherTest]


@operation(
    "normality_test",
    topic="Distributions",
    source="D'Agostino, R. B. and Stephens, M. A. (1986), Goodness-of-Fit Techniques; Royston (1995), Applied Statistics 44",
    examples=({"sample": [9.8, 10.2, 10.4, 9.9, 10.1, 10.0, 9.7, 10.3, 10.1, 9.9]},),
)
def normality_test(arguments: NormalityArguments) -> NormalityResult:
    """Could a sample come from a normal distribution?

    Anderson-Darling looks at the tails, Shapiro-Wilk is the most powerful for small samples. A large p is no proof: few
    values contradict nothing. To choose another distribution use fit_distribution, to transform box_cox_transform.
    """
    values = np.asarray(arguments.sample)
    if values.size < 8:
        raise ToolError("sample", arguments.sample, "too few values to tell", "give at least 8, better 30")
    if float(np.ptp(values)) <= 1e-12 * float(np.abs(values).max()):
        raise ToolError("sample", arguments.sample, "the values do not vary", "check the data")
    found = {name: one for name, one in ((name, _test(name, values)) for name in _NAMES) if one is not None}
    if arguments.test not in found:
        raise ToolError("sample", values.size, f"too many values for {arguments.test}", "take anderson-darling")
    statistic, p = found.pop(arguments.test)
    normal = p >= arguments.alpha
    few = values.size < 30
    message = f"With {values.size} values only gross departures from normality are seen."
    return NormalityResult(
        method=_NAMES[arguments.test],
        n_used=values.size,
        statistic=statistic,
        p_value=p,
        normal=normal,
        skewness=float(stats.skew(values, bias=False)),
        excess_kurtosis=float(stats.kurtosis(values, bias=False)),
        others=[OtherTest(name=_NAMES[name], statistic=one, p_value=other) for name, (one, other) in found.items()],
        warnings=[Notice(code="small_sample", message=message)] if few else [],
        conventions={
            "p of A2": "from A2* = A2 (1 + 0.75/n + 2.25/n^2), D'Agostino and Stephens",
            "p of Lilliefors": "approximate: tables and the Dallal-Wilkinson formula differ in the second digit",
        },
        conclusion=f"The data {'do not contradict' if normal else 'contradict'} a normal distribution (p = {p:.4g}).",
    )


_NAMES = {
    "anderson-darling": "Anderson-Darling A2",
    "shapiro-wilk": "Shapiro-Wilk W",
    "lilliefors": "Lilliefors D",
    "jarque-bera": "Jarque-Bera",
    "dagostino-pearson": "D'Agostino-Pearson K2",
}


def _test(name: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float] | None:
    """Statistic and p value; None where the test does not apply to so many values."""
    from statsmodels.stats.diagnostic import lilliefors, normal_ad

    if name == "shapiro-wilk" and values.size > MOST_SHAPIRO:
        return None
    functions = {
        "anderson-darling": normal_ad,
        "shapiro-wilk": stats.shapiro,
        "lilliefors": lilliefors,
        "jarque-bera": stats.jarque_bera,
        "dagostino-pearson": stats.normaltest,
    }
    statistic, p = functions[name](values)
    return float(statistic), float(np.clip(p, 0, 1))
