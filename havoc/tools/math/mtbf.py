"""Mean time between failures at a constant failure rate: its interval, and the test that demonstrates it."""

import math
from typing import Annotated, ClassVar, Literal

from scipy import stats

from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Assumption, Result
from havoc.tools.values import SETTING, Alpha, Count, Positive

TOPIC = "Reliability"
MOST_FAILURES = 10**7
CONSTANT_RATE = Assumption(
    name="constant failure rate", holds=None, detail="only totals were given; check for trend and wear"
)


class MtbfResult(Result):
    """An MTBF with its interval."""

    headline: ClassVar[tuple[str, ...]] = ("mtbf", "ci_low", "ci_high", "failure_rate")

    mtbf: float | None
    """Total time over failures; None without failures."""
    ci_low: float
    """Lower confidence limit of the MTBF."""
    ci_high: float | None
    """Upper confidence limit; None for a lower bound and without failures."""
    failure_rate: float
    """Failures over total time."""
    failure_rate_low: float
    """Reciprocal of ci_high; 0 where that does not exist."""
    failure_rate_high: float
    """Reciprocal of ci_low."""
    reliability: float | None = None
    """Lower confidence limit of the probability of surviving mission_time; None without mission_time."""


class Mtbf(Arguments):
    """Total time and failures."""

    aliases: ClassVar = {"T": "total_time", "time": "total_time", "r": "failures"}

    total_time: Positive
    """Operating time summed over all systems."""
    failures: Count
    termination: Annotated[Literal["time", "failure"], SETTING] = "time"
    """`time`: observation ended at a set time (type I, also repairable systems in the field); `failure`: with the last
    failure (type II)."""
    bound: Annotated[Literal["two-sided", "lower"], SETTING] = "two-sided"
    """`lower`: all of alpha below the MTBF, as demonstrations want it."""
    mission_time: Positive | None = None
    """Time for which the reliability exp(-t / MTBF) is wanted."""
    alpha: Alpha = 0.05


class MtbfDemonstrationResult(Result):
    """A test plan."""

    headline: ClassVar[tuple[str, ...]] = ("test_time", "failures", "mtbf", "pass_probability")

    test_time: float
    """Total time on test, over all systems."""
    failures: int
    """Failures up to which the test is passed."""
    mtbf: float
    """MTBF that is demonstrated by passing."""
    factor: float
    """test_time over mtbf."""
    pass_probability: float | None = None
    """Of systems with the MTBF true_mtbf; None without it."""


class MtbfDemonstration(Arguments):
    """The MTBF to demonstrate, or the time that is available."""

    aliases: ClassVar = {"target": "mtbf", "max_failures": "failures", "total_time": "test_time"}

    mtbf: Positive | None = None
    """MTBF to demonstrate. Left out with test_time, it is computed."""
    test_time: Positive | None = None
    """Total time on test. Left out, it is computed."""
    failures: Count = 0
    """Failures up to which the test is passed."""
    true_mtbf: Positive | None = None
    """What the systems may really have, for the probability of passing."""
    alpha: Alpha = 0.05


@operation(
    "mtbf_interval",
    topic=TOPIC,
    source="Epstein, B. and Sobel, M. (1953), JASA 48, 486-502; NIST/SEMATECH e-Handbook 8.4.5.1",
    examples=(
        {"total_time": 12000, "failures": 4, "unit": "h"},
        {"total_time": 5000, "failures": 0, "bound": "lower", "alpha": 0.1, "mission_time": 100},
    ),
)
def mtbf_interval(arguments: Mtbf) -> MtbfResult:
    """Which mean time between failures do a total time and a number of failures show?

    Chi-square interval for a constant failure rate (exponential life, or a repairable system without trend). With wear-out
    or early failures use weibull_analysis on the single times; to plan a test mtbf_demonstration.
    """
    total, r, alpha = arguments.total_time, arguments.failures, arguments.alpha
    _few_enough(r)
    if arguments.termination == "failure" and r == 0:
        raise ToolError("failures", r, "a test that ends with a failure has one", "give at least 1, or termination time")
    # Without failures there is no upper limit, and all of alpha belongs to the lower one.
    one_sided = arguments.bound == "lower" or r == 0
    tail = alpha if one_sided else alpha / 2
    df_low = 2 * r if arguments.termination == "failure" else 2 * r + 2
    low = float(2 * total / stats.chi2.isf(tail, df_low))
    high = None if one_sided else float(2 * total / stats.chi2.ppf(tail, 2 * r))
    mtbf = total / r if r else None
    undefined = {} if r else {"mtbf": "no failure was seen"}
    if high is None:
        undefined["ci_high"] = "no failure was seen" if r == 0 else "the interval is a lower bound only"
    reached = "" if mtbf is None else f"MTBF {mtbf:.6g}; "
    return MtbfResult(
        method=f"Chi-square interval for an MTBF, {arguments.termination} terminated",
        n_used=r,
        mtbf=mtbf,
        ci_low=low,
        ci_high=high,
        failure_rate=r / total,
        failure_rate_low=1 / high if high is not None else 0.0,
        failure_rate_high=1 / low,
        reliability=math.exp(-arguments.mission_time / low) if arguments.mission_time is not None else None,
        conventions={
            "degrees of freedom": f"lower limit {df_low}" + ("" if high is None else f", upper limit {2 * r}"),
            "sides": "lower bound with all of alpha" if one_sided else "alpha / 2 on each side",
        },
        assumptions=[CONSTANT_RATE],
        undefined=undefined,
        conclusion=f"{reached}with confidence {1 - alpha:g} it is "
        + (f"at least {low:.6g}." if high is None else f"between {low:.6g} and {high:.6g}."),
    )


@operation(
    "mtbf_demonstration",
    topic=TOPIC,
    source="Epstein, B. and Sobel, M. (1953), JASA 48, 486-502; NIST/SEMATECH e-Handbook 8.3.1.1",
    examples=(
        {"mtbf": 500, "failures": 2, "alpha": 0.2, "unit": "h"},
        {"test_time": 3000, "failures": 1, "true_mtbf": 2000},
    ),
)
def mtbf_demonstration(arguments: MtbfDemonstration) -> MtbfDemonstrationResult:
    """How long must systems be tested, with at most so many failures, to demonstrate an MTBF?

    Constant failure rate; passing shows the MTBF with confidence 1 - alpha. Give test_time instead of mtbf for the MTBF
    that a test demonstrates. For units that wear out, and for numbers of units, use reliability_demonstration.
    """
    _few_enough(arguments.failures)
    if (arguments.mtbf is None) == (arguments.test_time is None):
        raise ToolError("mtbf", "", "give one of mtbf and test_time", "leave out the one that is wanted")
    factor = float(stats.chi2.isf(arguments.alpha, 2 * arguments.failures + 2) / 2)
    test_time = arguments.test_time if arguments.test_time is not None else (arguments.mtbf or 0.0) * factor
    mtbf = arguments.mtbf if arguments.mtbf is not None else test_time / factor
    passed = None
    if arguments.true_mtbf is not None:
        passed = float(stats.poisson.cdf(arguments.failures, test_time / arguments.true_mtbf))
    return MtbfDemonstrationResult(
        method="Test plan for an MTBF, time terminated",
        n_used=0,
        test_time=test_time,
        failures=arguments.failures,
        mtbf=mtbf,
        factor=factor,
        pass_probability=passed,
        conventions={"risk": "alpha is the probability that systems with just this MTBF pass (consumer's risk)"},
        assumptions=[CONSTANT_RATE],
        conclusion=f"{test_time:.6g} with at most {arguments.failures} failures demonstrate an MTBF of {mtbf:.6g} with "
        f"confidence {1 - arguments.alpha:g}.",
    )


def _few_enough(failures: int) -> None:
    if failures > MOST_FAILURES:
        raise ToolError("failures", failures, "too many", f"give at most {MOST_FAILURES:,}")
