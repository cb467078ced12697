"""Poisson rates against published values."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.math.rates import one_rate, two_rates

SETTINGS = settings(deadline=None, derandomize=True, max_examples=40)


def test_trisomy_among_abortuses():
    # R 4 documentation, example(poisson.test): 137 events in 24.19893: rate 5.661407, interval 4.753125 6.692709.
    result = one_rate(events=137, exposure=24.19893, null_rate=1)
    assert result.rate == pytest.approx(5.661407, abs=1e-6)
    assert (result.ci_low, result.ci_high) == pytest.approx((4.753125, 6.692709), abs=1e-6)
    assert result.p_value < 2.2e-16


def test_two_rates_of_the_same_page():
    # R 4 documentation, example(poisson.test): c(11, 6+8+7), c(800, 1083+1050+878): p-value = 0.07967,
    # interval 0.8584264 4.2772659, rate ratio 1.971488.
    result = two_rates(events1=11, exposure1=800, events2=21, exposure2=3011)
    assert result.p_value == pytest.approx(0.07967, abs=5e-6)
    assert (result.ci_low, result.ci_high) == pytest.approx((0.8584264, 4.2772659), abs=1e-7)
    assert result.rate_ratio == pytest.approx(1.971488, abs=1e-6)


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0, 3.69), (1, 0.0253, 5.57), (5, 1.62, 11.67), (10, 4.80, 18.39), (20, 12.22, 30.89)],
)
def test_garwood_s_table(events, low, high):
    # Pearson and Hartley, Biometrika Tables for Statisticians I, Table 40 (95%), after Garwood (1936).
    result = one_rate(events=events)
    assert (result.ci_low, result.ci_high) == pytest.approx((low, high), abs=5.1e-3)


@SETTINGS
@given(st.integers(0, 60), st.floats(0.1, 50))
def test_the_exact_p_value_is_the_sum_over_no_more_probable_counts(events, expected):
    # Definition, by summing the distribution out to where it is negligible.
    counts = range(400)
    pmf = stats.poisson.pmf(counts, expected)
    by_hand = sum(p for p in pmf if p <= stats.poisson.pmf(events, expected) * (1 + 1e-7))
    assert one_rate(events=events, null_rate=expected).p_value == pytest.approx(by_hand, abs=1e-10)


@SETTINGS
@given(st.integers(0, 40), st.integers(1, 40), st.floats(0.5, 20), st.floats(0.5, 20))
def test_swapping_the_samples_inverts_the_ratio(events1, events2, time1, time2):
    one = two_rates(events1=events1, exposure1=time1, events2=events2, exposure2=time2)
    other = two_rates(events1=events2, exposure1=time2, events2=events1, exposure2=time1)
    assert one.p_value == pytest.approx(other.p_value)
    assert one.ci_high == pytest.approx(1 / other.ci_low)
    assert one.difference == -other.difference


@SETTINGS
@given(st.integers(0, 1000), st.floats(1e-3, 1e3))
def test_the_unit_of_exposure_scales_the_rate(events, scale):
    one = one_rate(events=events, exposure=10, null_rate=3)
    other = one_rate(events=events, exposure=10 * scale, null_rate=3 / scale)
    assert other.ci_high * scale == pytest.approx(one.ci_high)
    assert other.statistic == pytest.approx(one.statistic)


def test_no_events_bound_the_rate_from_above():
    # The rule of three, exactly: -ln(alpha) / exposure.
    result = one_rate(events=0, exposure=1000, alternative="less")
    assert result.ci_high == pytest.approx(-math.log(0.05) / 1000)
    assert one_rate(events=5, alternative="greater").ci_high is None


def test_no_events_in_the_second_sample_leave_the_ratio_open():
    result = two_rates(events1=4, exposure1=10, events2=0, exposure2=10)
    assert result.rate_ratio is None
    assert result.ci_high is None
    assert result.ci_low > 0


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (one_rate, {"events": 1, "exposure": 0}, "exposure"),
        (one_rate, {"events": 10**12}, "events"),
        (one_rate, {"events": 1, "exposure": 1e9, "null_rate": 1e9}, "null_rate"),
        (two_rates, {"events1": 0, "exposure1": 1, "events2": 0, "exposure2": 2}, "events1"),
        (two_rates, {"events1": 1, "exposure1": 1e-300, "events2": 1, "exposure2": 1e300}, "exposure1"),
    ],
)
def test_what_cannot_be_a_rate_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
