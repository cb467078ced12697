"""Demonstration tests against published sample sizes."""

import math

import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.math.reliability_demonstration import reliability_demonstration


@pytest.mark.parametrize(
    ("reliability", "confidence", "failures", "n"),
    [
        # The success-run and binomial tables of any reliability handbook, as Lipson and Sheth (1973), chapter 5.
        (0.90, 0.90, 0, 22),
        (0.95, 0.95, 0, 59),
        (0.99, 0.95, 0, 299),
        (0.99, 0.90, 0, 230),
        (0.90, 0.95, 0, 29),
        (0.90, 0.90, 1, 38),
        (0.90, 0.90, 2, 52),
        (0.95, 0.95, 1, 93),
        (0.95, 0.95, 2, 124),
    ],
)
def test_sample_sizes_of_the_tables(reliability, confidence, failures, n):
    result = reliability_demonstration(reliability=reliability, failures=failures, alpha=1 - confidence)
    assert result.n == n
    assert result.achieved_confidence >= confidence
    assert stats.binom.cdf(failures, n - 1, 1 - reliability) > 1 - confidence, "one fewer is not enough"


def test_zero_failures_by_hand():
    result = reliability_demonstration(reliability=0.97, alpha=0.1)
    assert result.n_unrounded == pytest.approx(math.log(0.1) / math.log(0.97))
    assert reliability_demonstration(n=22, alpha=0.1).reliability == pytest.approx(0.1 ** (1 / 22))


def test_testing_longer_needs_fewer_units_by_hand():
    # R over the test is R^((t/m)^shape): twice the mission with shape 2 is the fourth power.
    longer = reliability_demonstration(reliability=0.9, mission_time=1000, test_time=2000, shape=2, alpha=0.1)
    assert longer.test_reliability == pytest.approx(0.9**4)
    assert longer.n == math.ceil(math.log(0.1) / (4 * math.log(0.9)))
    # n = 8 units: t = m * (ln alpha / (n ln R))^(1/shape).
    time = reliability_demonstration(reliability=0.9, n=8, mission_time=1000, shape=2, alpha=0.1)
    assert time.test_time == pytest.approx(1000 * math.sqrt(math.log(0.1) / (8 * math.log(0.9))))
    assert time.achieved_confidence == pytest.approx(0.9)


def test_the_three_unknowns_agree():
    common = {"mission_time": 500, "shape": 1.7, "failures": 2, "alpha": 0.1}
    time = reliability_demonstration(reliability=0.92, n=30, **common).test_time
    assert reliability_demonstration(reliability=0.92, test_time=time, **common).n == 30
    assert reliability_demonstration(n=30, test_time=time, **common).reliability == pytest.approx(0.92)


def test_the_probability_of_passing():
    plan = reliability_demonstration(reliability=0.9, failures=1, alpha=0.1, true_reliability=0.98)
    assert plan.pass_probability == pytest.approx(0.98**38 + 38 * 0.02 * 0.98**37)
    at_limit = reliability_demonstration(reliability=0.9, n=20, mission_time=10, shape=1, true_reliability=0.9)
    assert at_limit.pass_probability == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({}, "n"),
        ({"reliability": 0.9, "n": 5}, "n"),
        ({"n": 2, "failures": 2}, "n"),
        ({"reliability": 0.9, "test_time": 5}, "test_time"),
        ({"reliability": 0.9, "mission_time": 5, "test_time": 5}, "shape"),
        ({"reliability": 0.9, "mission_time": 5, "shape": 2}, "test_time"),
        ({"reliability": 0.9, "mission_time": 5, "test_time": 1e9, "shape": 40}, "test_time"),
        ({"reliability": 1 - 1e-12}, "reliability"),
        ({"reliability": 95}, "reliability"),
    ],
)
def test_what_cannot_be_planned_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        reliability_demonstration(**arguments)
    assert caught.value.path == path
