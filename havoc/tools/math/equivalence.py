"""Two one-sided tests: showing that a difference is smaller than what matters."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import SETTING, Alpha, Number, Numbers, Positive, equal_lengths

KIND = Annotated[Literal["independent", "paired", "one-sample"], SETTING]


class TostArguments(Arguments):
    """One or two samples, and the margin within which they count as equivalent."""

    aliases: ClassVar[Mapping[str, str]] = {"a": "group1", "b": "group2", "delta": "margin", "mu": "mean"}

    group1: Numbers
    """First sample, or the only one."""
    group2: Numbers | None = None
    """Second sample; for one sample leave it out and give mean."""
    mean: Number | None = None
    """Value that one sample is compared with."""
    margin: Positive
    """Largest difference that does not matter, in the unit of the data."""
    kind: KIND = "independent"
    """Independent samples, pairs of measurements, or one sample against mean."""
    alpha: Alpha = 0.05


class TostResult(Result):
    """Both one-sided tests."""

    headline: ClassVar[tuple[str, ...]] = ("p_value", "difference", "ci_low", "ci_high", "equivalent")

    difference: float
    """First minus second."""
    standard_error: float
    df: float
    p_lower: float
    """Of the hypothesis that the difference is at or below -margin."""
    p_upper: float
    """Of the hypothesis that it is at or above margin."""
    p_value: float
    """The larger of both: equivalence is shown where it is below alpha."""
    ci_low: float
    """Interval at confidence 1 - 2 alpha; equivalence is shown where it lies within the margin."""
    ci_high: float
    equivalent: bool


@operation(
    "tost",
    topic="Means",
    source="Schuirmann, D. J. (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680",
    examples=({"group1": [10.1, 9.9, 10.0, 10.2, 9.8, 10.0], "group2": [10.0, 10.1, 9.9, 10.2, 10.0, 9.9], "margin": 0.5},),
)
def tost(arguments: TostArguments) -> TostResult:
    """Are two means equivalent, that is: is their difference smaller than a margin that matters?

    For showing that a new supplier, gauge or method changes nothing relevant. t_test cannot show that: without significance
    it leaves the question open. Fix the margin before measuring.
    """
    difference, error, df = _estimate(arguments)
    if error == 0:
        raise ToolError("group1", arguments.group1, "the values do not vary", "check the data")
    p_lower = float(stats.t.sf((difference + arguments.margin) / error, df))
    p_upper = float(stats.t.cdf((difference - arguments.margin) / error, df))
    p = max(p_lower, p_upper)
    half = float(stats.t.ppf(1 - arguments.alpha, df)) * error
    equivalent = p < arguments.alpha
    samples = {"group1": arguments.group1} | ({"group2": arguments.group2} if arguments.group2 else {})
    return TostResult(
        method=f"Two one-sided t tests, {arguments.kind}",
        n_used=sum(map(len, samples.values())),
        difference=difference,
        standard_error=error,
        df=df,
        p_lower=p_lower,
        p_upper=p_upper,
        p_value=p,
        ci_low=difference - half,
        ci_high=difference + half,
        equivalent=equivalent,
        assumptions=[normality(name, sample) for name, sample in samples.items()],
        conventions={"interval": f"confidence {1 - 2 * arguments.alpha:g}, as the test needs it", "variances": "Welch"},
        conclusion=f"Equivalence within {arguments.margin:g} is {'shown' if equivalent else 'not shown'} (p = {p:.4g}).",
    )


def _estimate(arguments: TostArguments) -> tuple[float, float, float]:
    """Difference, standard error, degrees of freedom."""
    one = np.asarray(arguments.group1)
    if one.size < 2:
        raise ToolError("group1", arguments.group1, "one value has no spread", "give at least 2 values")
    if arguments.group2 is None:
        if arguments.mean is None:
            raise ToolError("group2", "", "missing", "give a second sample, or the mean that one sample is compared with")
        return float(one.mean()) - arguments.mean, float(one.std(ddof=1) / np.sqrt(one.size)), one.size - 1.0
    if arguments.kind == "paired":
        equal_lengths(group1=arguments.group1, group2=arguments.group2)
        differences = one - np.asarray(arguments.group2)
        return float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(one.size)), one.size - 1.0
    two = np.asarray(arguments.group2)
    if two.size < 2:
        raise ToolError("group2", arguments.group2, "one value has no spread", "give at least 2 values")
    shares = one.var(ddof=1) / one.size, two.var(ddof=1) / two.size
    total = float(sum(shares))
    if total == 0:
        return float(one.mean() - two.mean()), 0.0, 1.0
    df = total**2 / float(shares[0] ** 2 / (one.size - 1) + shares[1] ** 2 / (two.size - 1))
    return float(one.mean() - two.mean()), float(np.sqrt(total)), df
