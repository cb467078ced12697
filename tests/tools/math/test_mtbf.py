"""MTBF intervals and test plans against published factors."""

import math

import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.math.mtbf import mtbf_demonstration, mtbf_interval


@pytest.mark.parametrize(
    ("failures", "alpha", "low", "high"),
    [
        # NIST/SEMATECH e-Handbook 8.4.5.1, table of factors for 60, 80, 90 and 95 % intervals.
        (1, 0.40, 0.3340, 4.4814),
        (1, 0.20, 0.2571, 9.4912),
        (1, 0.10, 0.2108, 19.4958),
        (1, 0.05, 0.1795, 39.4978),
        (2, 0.10, 0.3177, 5.6281),
        (3, 0.20, 0.4490, 2.7222),
        (5, 0.05, 0.4285, 3.0798),
    ],
)
def test_factors_of_the_handbook(failures, alpha, low, high):
    result = mtbf_interval(total_time=1000.0 * failures, failures=failures, alpha=alpha)
    assert result.mtbf == pytest.approx(1000)
    assert (result.ci_low, result.ci_high) == pytest.approx((1000 * low, 1000 * high), abs=0.11)


def test_no_failures():
    # NIST/SEMATECH e-Handbook 8.4.5.1: the lower limit is T / -ln(alpha).
    result = mtbf_interval(total_time=5000, failures=0, alpha=0.1, mission_time=100)
    assert result.ci_low == pytest.approx(5000 / -math.log(0.1))
    assert (result.mtbf, result.ci_high) == (None, None)
    assert set(result.undefined) == {"mtbf", "ci_high"}
    assert result.reliability == pytest.approx(math.exp(-100 * -math.log(0.1) / 5000))


def test_a_test_that_ends_with_its_first_failure_by_hand():
    # 2 T / MTBF is chi-square with 2 degrees of freedom: T / -ln(alpha / 2) and T / -ln(1 - alpha / 2).
    result = mtbf_interval(total_time=100, failures=1, termination="failure", alpha=0.1)
    assert (result.ci_low, result.ci_high) == pytest.approx((100 / -math.log(0.05), 100 / -math.log(0.95)))
    lower = mtbf_interval(total_time=100, failures=1, termination="failure", alpha=0.05, bound="lower")
    assert lower.ci_low == pytest.approx(result.ci_low)


def test_the_limits_are_those_of_a_poisson_count():
    # With the lower limit as MTBF, as few failures have probability alpha / 2; with the upper limit as many.
    result = mtbf_interval(total_time=1000, failures=7, alpha=0.08)
    assert stats.poisson.cdf(7, 1000 / result.ci_low) == pytest.approx(0.04)
    assert stats.poisson.sf(6, 1000 / result.ci_high) == pytest.approx(0.04)
    assert result.failure_rate_high == pytest.approx(1 / result.ci_low)


@pytest.mark.parametrize(
    ("failures", "confidence", "factor"),
    # NIST/SEMATECH e-Handbook 8.3.1.1, test length guide.
    [(0, 0.90, 2.30), (1, 0.90, 3.89), (2, 0.90, 5.32), (0, 0.80, 1.61), (1, 0.80, 2.99), (2, 0.80, 4.28), (0, 0.95, 3.00)],
)
def test_length_factors_of_the_handbook(failures, confidence, factor):
    result = mtbf_demonstration(mtbf=500, failures=failures, alpha=1 - confidence)
    assert result.factor == pytest.approx(factor, abs=5e-3)
    assert result.test_time == pytest.approx(500 * factor, abs=2.5)


def test_a_plan_is_what_the_interval_says_afterwards():
    plan = mtbf_demonstration(mtbf=500, failures=2, alpha=0.1, true_mtbf=500)
    assert mtbf_interval(total_time=plan.test_time, failures=2, bound="lower", alpha=0.1).ci_low == pytest.approx(500)
    assert plan.pass_probability == pytest.approx(0.1)
    assert mtbf_demonstration(test_time=plan.test_time, failures=2, alpha=0.1).mtbf == pytest.approx(500)
    assert mtbf_demonstration(mtbf=500, failures=2, alpha=0.1, true_mtbf=5000).pass_probability > 0.98


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (mtbf_interval, {"total_time": 10, "failures": 0, "termination": "failure"}, "failures"),
        (mtbf_interval, {"total_time": 0, "failures": 1}, "total_time"),
        (mtbf_interval, {"total_time": 10, "failures": 1.5}, "failures"),
        (mtbf_demonstration, {"failures": 1}, "mtbf"),
        (mtbf_demonstration, {"mtbf": 1, "test_time": 5}, "mtbf"),
        (mtbf_demonstration, {"mtbf": 1, "failures": 10**9}, "failures"),
    ],
)
def test_what_cannot_be_computed_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
