"""Tests of means with a known standard deviation."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Result
from havoc.tools.values import Alpha, Alternative, Number, Numbers, Positive


class ZArguments(Arguments):
    """One or two samples whose standard deviation is known beforehand."""

    aliases: ClassVar[Mapping[str, str]] = {"data": "group1", "sample": "group1", "sigma": "sigma1", "mu": "mean"}

    group1: Numbers
    """First sample, or the only one."""
    sigma1: Positive
    """Known standard deviation of its population."""
    group2: Numbers | None = None
    """Second sample, if there is one."""
    sigma2: Positive | None = None
    """Its known standard deviation; that of the first where it is left out."""
    mean: Number = 0.0
    """Hypothesised mean, or with two samples the hypothesised difference."""
    alternative: Alternative = "two-sided"
    alpha: Alpha = 0.05


class ZResult(Result):
    """A z statistic with its interval."""

    headline: ClassVar[tuple[str, ...]] = ("statistic", "p_value", "estimate", "ci_low", "ci_high")

    statistic: float
    p_value: float
    estimate: float
    """Mean, or difference of means."""
    standard_error: float
    ci_low: float | None
    """Interval for the estimate at confidence 1 - alpha; None where it is one-sided."""
    ci_high: float | None
    significant: bool


@operation(
    "z_test",
    topic="Means",
    source="NIST/SEMATECH e-Handbook 7.2.2; Montgomery and Runger, Applied Statistics and Probability for Engineers",
    examples=({"group1": [51.2, 50.8, 51.5, 51.1, 51.6], "sigma1": 2, "mean": 50},),
)
def z_test(arguments: ZArguments) -> ZResult:
    """Does a mean differ from a value, or from another mean, when sigma is known?

    Only where the standard deviation comes from long experience. If it was computed from these values use t_test_one_sample
    or t_test.
    """
    one = np.asarray(arguments.group1)
    if arguments.sigma2 is not None and arguments.group2 is None:
        raise ToolError("group2", "", "missing", "give the second sample, or leave sigma2 out")
    estimate, variance, n = float(one.mean()), arguments.sigma1**2 / one.size, one.size
    if arguments.group2 is not None:
        two = np.asarray(arguments.group2)
        estimate -= float(two.mean())
        variance += (arguments.sigma2 or arguments.sigma1) ** 2 / two.size
        n += two.size
    error = float(np.sqrt(variance))
    z = (estimate - arguments.mean) / error
    side = arguments.alternative
    p = {"two-sided": 2 * stats.norm.sf(abs(z)), "less": stats.norm.cdf(z), "greater": stats.norm.sf(z)}[side]
    half = float(stats.norm.ppf(1 - arguments.alpha / (2 if side == "two-sided" else 1))) * error
    missing = {"less": "ci_low", "greater": "ci_high"}.get(side)
    return ZResult(
        method="z test with known standard deviation",
        n_used=n,
        statistic=z,
        p_value=float(p),
        estimate=estimate,
        standard_error=error,
        ci_low=None if side == "less" else estimate - half,
        ci_high=None if side == "greater" else estimate + half,
        significant=bool(p < arguments.alpha),
        undefined={missing: "the interval of a one-sided test has one end"} if missing else {},
        assumptions=[normality("group1", arguments.group1)],
        conventions={"sigma": "taken as known", "alternative": side},
        conclusion=f"The difference is {'' if p < arguments.alpha else 'not '}significant (p = {p:.4g}).",
    )
