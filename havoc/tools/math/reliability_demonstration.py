"""Test plans that demonstrate a reliability: how many units, for how long, with how many failures."""

import math
from typing import ClassVar

from scipy import optimize, stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import Alpha, Count, Positive, Probability

TOPIC = "Reliability"
MOST_UNITS = 10**8


class DemonstrationResult(Result):
    """A test plan and what it shows."""

    headline: ClassVar[tuple[str, ...]] = ("n", "test_time", "reliability", "failures", "achieved_confidence")

    n: int
    """Units on test."""
    n_unrounded: float
    """Before rounding up; n itself where it was given."""
    failures: int
    """Failures up to which the test is passed."""
    reliability: float
    """Reliability over the mission that passing demonstrates."""
    test_time: float | None = None
    """Time for which each unit is tested; None where the test is the mission itself."""
    test_reliability: float
    """What the reliability amounts to over the test time."""
    achieved_confidence: float
    """Confidence that passing gives: at least 1 - alpha."""
    pass_probability: float | None = None
    """Of units with the reliability true_reliability over the mission; None without it."""


class Demonstration(Arguments):
    """All but one of reliability, n and (with mission_time) test_time."""

    aliases: ClassVar = {"max_failures": "failures", "beta": "shape", "sample_size": "n"}

    reliability: Probability | None = None
    """Reliability over the mission to demonstrate, 95% as 0.95. Left out, it is computed."""
    n: Count | None = None
    """Units on test. Left out, it is computed."""
    failures: Count = 0
    """Failures up to which the test is passed."""
    mission_time: Positive | None = None
    """Mission for which the reliability holds. Left out, the test is the mission, or the units work or not."""
    test_time: Positive | None = None
    """Time for which each unit is tested; with mission_time. Left out there, it is computed."""
    shape: Positive | None = None
    """Weibull shape of the life (from experience); with mission_time. 1 is a constant failure rate."""
    true_reliability: Probability | None = None
    """What the units may really have over the mission, for the probability of passing."""
    alpha: Alpha = 0.05


@operation(
    "reliability_demonstration",
    topic=TOPIC,
    source="Lipson, C. and Sheth, N. J. (1973), Statistical Design and Analysis of Engineering Experiments, chapter 5; "
    "Meeker, W. Q. and Escobar, L. A. (1998), Statistical Methods for Reliability Data, section 10.6",
    examples=(
        {"reliability": 0.95},
        {"reliability": 0.9, "failures": 1, "alpha": 0.1, "true_reliability": 0.98},
        {"reliability": 0.9, "n": 8, "mission_time": 1000, "shape": 2, "unit": "h"},
    ),
)
def reliability_demonstration(arguments: Demonstration) -> DemonstrationResult:
    """How many units must survive a test, or how long, to demonstrate a reliability with confidence 1 - alpha?

    Zero-failure (success run) and k-failure plans, exact by the binomial distribution. With mission_time and shape, units
    can be tested longer (or shorter) than the mission, and n is traded for time. Leave out n, test_time or reliability. For
    a constant failure rate of repairable systems use mtbf_demonstration; to analyse the failures weibull_analysis.
    """
    c, alpha = arguments.failures, arguments.alpha
    exponent = _exponent(arguments)
    _one_unknown(arguments)
    n, reliability, test_time = arguments.n, arguments.reliability, arguments.test_time
    if n is not None and not c < n <= MOST_UNITS:
        raise ToolError("n", n, f"not a test with up to {c} failures", f"give n from {c + 1} to {MOST_UNITS:,}")
    n_unrounded = float(n or 0)
    if n is None and reliability is not None:
        n, n_unrounded = _units(reliability**exponent, c, alpha)
    n = n or 0
    # Beta: the reliability at which c failures or fewer among n have probability alpha.
    shown = float(stats.beta.ppf(alpha, n - c, c + 1))
    if reliability is None:
        reliability = shown ** (1 / exponent)
    elif arguments.mission_time is not None and test_time is None and arguments.shape is not None:
        test_time = arguments.mission_time * (math.log(shown) / math.log(reliability)) ** (1 / arguments.shape)
        exponent = math.log(shown) / math.log(reliability)
    over_test = reliability**exponent
    if not 0 < over_test < 1 or not 0 < reliability < 1:
        raise ToolError("test_time", test_time or "", "too far from the mission time", "give times of a similar size")
    passed = None
    if arguments.true_reliability is not None:
        passed = float(stats.binom.cdf(c, n, 1 - arguments.true_reliability**exponent))
    duration = "" if test_time is None else f" for {test_time:.6g} each"
    return DemonstrationResult(
        method="Zero-failure test plan" if c == 0 else f"Test plan with up to {c} failures",
        n_used=n,
        n=n,
        n_unrounded=n_unrounded,
        failures=c,
        reliability=reliability,
        test_time=test_time,
        test_reliability=over_test,
        achieved_confidence=float(stats.binom.sf(c, n, 1 - over_test)),
        pass_probability=passed,
        conventions={
            "risk": "alpha is the probability that units with just this reliability pass (consumer's risk)",
            "exactness": "binomial, R^n = alpha without failures; the Bayesian success run (uniform prior) needs one fewer",
            "rounding": "n up",
        },
        assumptions=[]
        if arguments.shape is None
        else [
            Assumption(name="Weibull life", holds=None, detail=f"shape taken as {arguments.shape:g}; a wrong one misleads")
        ],
        conclusion=f"{n} units{duration} with at most {c} failures demonstrate a reliability of {reliability:.6g} with "
        f"confidence {1 - alpha:g}.",
    )


def _exponent(arguments: Demonstration) -> float:
    """The power of the mission's reliability that is the reliability over the test; 1 where no time is given."""
    mission, test, shape = arguments.mission_time, arguments.test_time, arguments.shape
    if mission is None:
        for name, value in (("test_time", test), ("shape", shape)):
            if value is not None:
                raise ToolError(name, value, "says nothing without mission_time", "give mission_time, too")
        return 1.0
    if shape is None or not 0.05 <= shape <= 50:
        raise ToolError(
            "shape", shape or "", "not a Weibull shape to plan with", "give one from 0.05 to 50, 1 for a constant rate"
        )
    if test is None:
        return 1.0
    ratio = shape * math.log(test / mission)
    if abs(ratio) > 50:
        raise ToolError("test_time", test, "too far from the mission time", "give times of a similar size")
    return math.exp(ratio)


def _one_unknown(arguments: Demonstration) -> None:
    wanted = ["reliability", "n"] + (["test_time"] if arguments.mission_time is not None else [])
    missing = [name for name in wanted if getattr(arguments, name) is None]
    if len(missing) != 1:
        problem = f"{' and '.join(missing)} are missing" if missing else f"all of {', '.join(wanted)} are given"
        raise ToolError((missing or wanted)[-1], "", problem, f"leave out exactly one of {', '.join(wanted)}")


def _units(reliability: float, c: int, alpha: float) -> tuple[int, float]:
    """Smallest n with P(binomial(n, 1 - reliability) <= c) <= alpha, and the same between the whole numbers."""
    if c > MOST_UNITS // 100:
        raise ToolError("failures", c, "too many", f"give at most {MOST_UNITS // 100:,}")

    def risk(n: float) -> float:
        return float(stats.beta.cdf(reliability, n - c, c + 1)) - alpha

    low, high = c + 1e-6, float(c + 1)
    while high <= MOST_UNITS and not risk(high) <= 0:
        low, high = high, 2 * high
    if high > MOST_UNITS:
        raise ToolError("reliability", reliability, f"needs more than {MOST_UNITS:,} units", "ask for less, or test longer")
    if risk(low) <= 0:
        return c + 1, high
    exact = float(optimize.brentq(risk, low, high, xtol=1e-10, rtol=1e-13))
    return max(c + 1, math.ceil(exact * (1 - 1e-10))), exact
