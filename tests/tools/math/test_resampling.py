"""Bootstrap and permutation against Efron and Tibshirani (1993), and enumeration."""

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.resampling import bootstrap_interval, permutation_test

SETTINGS = settings(deadline=None, derandomize=True, max_examples=40)

# Efron and Tibshirani (1993), Table 2.1: survival in days of 16 mice.
TREATED = [94, 197, 16, 38, 99, 141, 23]
CONTROL = [52, 104, 146, 10, 51, 30, 40, 27, 46]
# Efron and Tibshirani (1993), Table 14.1: spatial test, first measurement of 26 children.
SPATIAL = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41]


@pytest.mark.parametrize(
    ("method", "interval", "tolerance"),
    [("bca", (115.8, 259.6), 0.03), ("percentile", (100.8, 233.9), 0.05)],
)
def test_the_variance_of_the_spatial_test(method, interval, tolerance):
    # Efron and Tibshirani (1993), Table 14.2: variance with n 171.5; 90% BCa interval 115.8 to 259.6, percentile 100.8 to
    # 233.9, each from 2000 resamples, so up to their own error. With n - 1 they are 26/25 as large.
    result = bootstrap_interval(sample=SPATIAL, statistic="variance", method=method, alpha=0.1)
    assert result.estimate * 25 / 26 == pytest.approx(171.5, abs=0.05)
    ends = (result.ci_low * 25 / 26, result.ci_high * 25 / 26)
    assert ends == pytest.approx(interval, rel=tolerance)


def test_the_standard_error_of_a_mean_is_known():
    # Efron and Tibshirani (1993), Table 2.1 and chapter 5: mean 86.86; the ideal bootstrap's standard error is the standard
    # deviation with n over sqrt(n), 23.36 (25.24 with n - 1).
    result = bootstrap_interval(sample=TREATED)
    assert result.estimate == pytest.approx(86.86, abs=5e-3)
    assert result.standard_error == pytest.approx(25.24 * math.sqrt(6 / 7), rel=0.03)
    assert result.bias == pytest.approx(0, abs=1)
    assert result.warnings[0].code == "small_sample"


def test_percentiles_follow_a_change_of_scale():
    # The percentile and BCa ends of the variance are those of the standard deviation squared, resample by resample.
    for method in ("percentile", "bca"):
        one = bootstrap_interval(sample=SPATIAL, statistic="variance", method=method, seed=5)
        other = bootstrap_interval(sample=SPATIAL, statistic="standard_deviation", method=method, seed=5)
        assert other.ci_low**2 == pytest.approx(one.ci_low, rel=0.02)
        assert other.ci_high**2 == pytest.approx(one.ci_high, rel=0.02)


def test_the_seed_decides():
    data = {"sample": TREATED, "second": CONTROL, "resamples": 500}
    assert bootstrap_interval(**data, seed=3) == bootstrap_interval(**data, seed=3)
    assert bootstrap_interval(**data, seed=3) != bootstrap_interval(**data, seed=4)


def test_shift_and_scale():
    one = bootstrap_interval(sample=TREATED, resamples=500)
    other = bootstrap_interval(sample=[10 + 3 * value for value in TREATED], resamples=500)
    assert (other.ci_low, other.ci_high) == pytest.approx((10 + 3 * one.ci_low, 10 + 3 * one.ci_high))


def test_ratio_and_difference_of_two():
    ratio = bootstrap_interval(sample=TREATED, second=CONTROL, comparison="ratio", resamples=500)
    assert ratio.estimate == pytest.approx((608 / 7) / (506 / 9))
    assert ratio.ci_low < ratio.estimate < ratio.ci_high


def test_mice():
    # Efron and Tibshirani (1993), section 15.2: difference 30.63; 132 of 1000 permutations reach it, so 0.13 one-sided.
    result = permutation_test(group1=TREATED, group2=CONTROL, alternative="greater")
    assert result.difference == pytest.approx(30.63, abs=5e-3)
    assert result.exact
    assert result.rearrangements == math.comb(16, 7)
    assert result.p_value == pytest.approx(0.132, abs=0.03)


def test_small_samples_by_hand():
    # 1 of 20 arrangements is as extreme, doubled.
    assert permutation_test(group1=[4, 5, 6], group2=[1, 2, 3], alternative="greater").p_value == pytest.approx(1 / 20)
    assert permutation_test(group1=[4, 5, 6], group2=[1, 2, 3]).p_value == pytest.approx(2 / 20)


@SETTINGS
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=4), st.lists(st.integers(-9, 9), min_size=2, max_size=4))
def test_exact_p_by_enumeration(one, two):
    pooled = one + two
    if len(set(pooled)) == 1:
        return
    gaps = []
    for places in combinations(range(len(pooled)), len(one)):
        first = [pooled[index] for index in places]
        gaps.append(sum(first) / len(one) - (sum(pooled) - sum(first)) / len(two))
    seen = sum(one) / len(one) - sum(two) / len(two)
    by_hand = sum(gap >= seen - 1e-9 for gap in gaps) / len(gaps)
    assert permutation_test(group1=one, group2=two, alternative="greater").p_value == pytest.approx(by_hand)


def test_tenths_tie_as_on_paper():
    # 0.1 + 0.2 and 0.3 + 0.0 are equal on paper: of 6 arrangements of 0, .1, .2, .3 four reach a sum of .3.
    result = permutation_test(group1=[0.1, 0.2], group2=[0.0, 0.3], alternative="greater")
    assert result.p_value == pytest.approx(4 / 6)


def test_many_values_are_drawn_and_said():
    one, two = [float(i % 7) for i in range(40)], [float(i % 5) for i in range(40)]
    result = permutation_test(group1=one, group2=two, resamples=999)
    assert not result.exact
    assert 0 < result.p_value_error < 0.02


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (bootstrap_interval, {"sample": [1, 2]}, "sample"),
        (bootstrap_interval, {"sample": [2, 2, 2]}, "sample"),
        (bootstrap_interval, {"sample": [1, 2, 3], "second": [4, 4, 4]}, "second"),
        (bootstrap_interval, {"sample": list(range(10_000)), "resamples": 9999}, "resamples"),
        (bootstrap_interval, {"sample": list(range(5_000)), "resamples": 1000, "method": "bca"}, "method"),
        (bootstrap_interval, {"sample": list(range(1_000_000))}, "sample"),
        (bootstrap_interval, {"sample": [1, 2, 3], "resamples": 10}, "resamples"),
        (permutation_test, {"group1": [1], "group2": [2, 3]}, "group1"),
        (permutation_test, {"group1": [1, 1], "group2": [1, 1]}, "group1"),
        (permutation_test, {"group1": list(range(4000)), "group2": list(range(4000)), "resamples": 9999}, "resamples"),
        (permutation_test, {"group1": list(range(400_000)), "group2": list(range(4000))}, "group1"),
    ],
)
def test_what_cannot_be_resampled_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path


@pytest.mark.parametrize("statistic", ["mean", "median", "standard_deviation", "variance"])
def test_what_was_left_out_adapts_to_many_values_and_says_so(statistic):
    # 100,000 values of the uniform distribution: the interval has the width of the large-sample formula, up to what 450
    # resamples leave to chance.
    sample = [(index * 0.6180339887498949) % 1 for index in range(100_000)]
    result = bootstrap_interval(sample=sample, statistic=statistic)
    assert 100 <= result.resamples < 9999
    assert str(result.resamples) in result.conventions["resamples"]
    assert "percentile" in result.conventions["method"]
    assert "percentile" in result.method
    variance_of = {"mean": 1 / 12, "median": 1 / 4, "variance": 1 / 180, "standard_deviation": 1 / 60}
    half_width = 1.96 * math.sqrt(variance_of[statistic] / 100_000)
    assert (result.ci_high - result.ci_low) / 2 == pytest.approx(half_width, rel=0.25)


def test_few_rearrangements_of_many_values_are_said():
    result = permutation_test(group1=list(range(50_000)), group2=list(range(50_000)), alpha=0.001)
    assert 100 <= result.rearrangements < 9999
    assert str(result.rearrangements) in result.conventions["resamples"]
    assert result.warnings[0].code == "few_resamples"


def test_the_defaults_of_few_values_are_as_usual():
    result = bootstrap_interval(sample=TREATED)
    assert result.resamples == 9999
    assert "BCa" in result.method
    assert not {"resamples", "method"} & result.conventions.keys()
    assert result == bootstrap_interval(sample=TREATED, resamples=9999, method="bca")
