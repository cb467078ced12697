"""Power and sample size of equivalence tests: two one-sided t tests (TOST)."""

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.math.power_solving import (
    TOPIC,
    PowerResult,
    checked_n,
    checked_power,
    rounded_up,
    smallest_notice,
    solve_n,
    summary,
    unknown,
)
from havoc.tools.math.quadrature import gauss_legendre
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption
from havoc.tools.values import SETTING, Alpha, Count, Number, Positive, Probability

NODES = 256
"""Of the Gauss-Legendre rule."""
NEGLIGIBLE = 1e-14
"""Probability outside the range that is integrated over."""


class EquivalencePowerResult(PowerResult):
    """Sample size and power of two one-sided t tests."""

    headline: ClassVar[tuple[str, ...]] = ("n", "n_unrounded", "power", "lower_limit", "upper_limit")

    lower_limit: float
    upper_limit: float
    difference: float
    """The true difference at which the power holds."""


class PowerEquivalence(Arguments):
    """The limits of equivalence, the spread, and n or power."""

    aliases: ClassVar = {
        "sd": "standard_deviation",
        "sigma": "standard_deviation",
        "margin": "upper_limit",
        "sample_size": "n",
    }

    upper_limit: Number
    """Largest difference of the means that still counts as equivalent."""
    lower_limit: Number | None = None
    """Smallest difference that still counts as equivalent; left out, minus upper_limit."""
    difference: Number = 0.0
    """True difference at which equivalence is to be shown."""
    standard_deviation: Positive = 1.0
    """Standard deviation within a group; of the differences for the paired test."""
    n: Count | None = None
    """Sample size of each group (pairs for the paired test). Left out, it is computed."""
    power: Probability | None = None
    """Probability of showing equivalence. Left out, it is computed."""
    design: Annotated[Literal["two-sample", "one-sample", "paired"], SETTING] = "two-sample"
    alpha: Alpha = 0.05


@operation(
    "power_equivalence",
    topic=TOPIC,
    source="Schuirmann, D. J. (1987), J. Pharmacokinetics Biopharm. 15, 657-680; Phillips, K. F. (1990), ibid. 18, 137-144",
    examples=(
        {"upper_limit": 0.5, "standard_deviation": 0.6, "power": 0.9, "unit": "mm"},
        {"lower_limit": -2, "upper_limit": 3, "difference": 0.5, "standard_deviation": 2, "n": 20},
        {"upper_limit": 1, "standard_deviation": 1.5, "power": 0.8, "design": "paired"},
    ),
)
def power_equivalence(arguments: PowerEquivalence) -> EquivalencePowerResult:
    """How many values show that two means are practically equal, or with what power do they?

    Equivalence is shown when both one-sided t tests at level alpha reject, that is when the interval of confidence
    1 - 2 alpha for the difference lies within the limits. To show a difference use power_t_test.
    """
    lower = -arguments.upper_limit if arguments.lower_limit is None else arguments.lower_limit
    upper, difference, sd = arguments.upper_limit, arguments.difference, arguments.standard_deviation
    if not lower < upper:
        raise ToolError("upper_limit", upper, f"not above lower_limit = {lower:g}", "give limits with a range between them")
    if not math.isfinite((upper - lower) / sd):
        raise ToolError("standard_deviation", sd, "too small for these limits", "check the units")
    two = arguments.design == "two-sample"
    solved = unknown(n=arguments.n, power=arguments.power)

    def power_at(n: float) -> float:
        error = sd * math.sqrt(2 / n if two else 1 / n)
        df = 2 * n - 2 if two else n - 1
        return _tost_power((lower - difference) / error, (upper - difference) / error, df, arguments.alpha)

    exact_n = float(checked_n(arguments.n, 2)) if arguments.n is not None else 0.0
    if arguments.power is not None:
        checked_power(arguments.power, arguments.alpha)
        if not lower < difference < upper:
            raise ToolError("difference", difference, "not within the limits", "give a true difference between the limits")
        exact_n = solve_n(power_at, arguments.power, 2)
    whole = rounded_up(exact_n)
    power = power_at(whole)
    return EquivalencePowerResult(
        **summary(solved, exact_n, power, arguments.power, whole * (2 if two else 1)),
        method="Two one-sided t tests (TOST), " + arguments.design,
        lower_limit=lower,
        upper_limit=upper,
        difference=difference,
        conventions={
            "power": "exact (bivariate noncentral t, as PowerTOST), not the sum of two noncentral t probabilities",
            "alpha": f"each one-sided test has {arguments.alpha:g}; the interval has confidence {1 - 2 * arguments.alpha:g}",
            "rounding": "n up",
        },
        assumptions=[Assumption(name="standard deviation", holds=None, detail=f"taken as {sd:g}")],
        warnings=smallest_notice(exact_n, 2, solved),
        conclusion=f"n = {whole}{' per group' if two else ''} shows equivalence within ({lower:g}, {upper:g}) with power "
        f"{power:.4f} if the true difference is {difference:g}.",
    )


def _tost_power(low: float, high: float, df: float, alpha: float) -> float:
    """Probability that the estimate stays t * s inside both limits (in standard errors), averaged over s.

    s / sigma is chi over the root of its degrees of freedom; beyond s = (high - low) / 2t nothing is left inside.
    """
    t = float(stats.t.isf(alpha, df))
    shortest, longest = np.sqrt(stats.chi2.ppf(NEGLIGIBLE, df) / df), np.sqrt(stats.chi2.isf(NEGLIGIBLE, df) / df)
    last = min(longest, (high - low) / (2 * t))
    if last <= shortest:
        return 0.0
    nodes, weights = gauss_legendre(NODES)
    s = (shortest + last) / 2 + (last - shortest) / 2 * nodes
    density = stats.chi.pdf(s * math.sqrt(df), df) * math.sqrt(df)
    inside = stats.norm.cdf(high - t * s) - stats.norm.cdf(low + t * s)
    return float(np.dot(density * inside, weights) * (last - shortest) / 2)
