"""Tolerance intervals against published factors."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.math.tolerance_intervals import (
    tolerance_interval_nonparametric,
    tolerance_interval_normal,
    tolerance_sample_size,
)

RESISTIVITY = {"mean": 97.07, "standard_deviation": 0.0268, "n": 43, "coverage": 0.90, "alpha": 0.01}
"""NIST/SEMATECH e-Handbook 7.2.6.3: silicon wafers."""


def _k(n, coverage=0.95, alpha=0.05, **more):
    return tolerance_interval_normal(mean=0, standard_deviation=1, n=n, coverage=coverage, alpha=alpha, **more).k


def test_the_handbook_s_wafers():
    # NIST/SEMATECH e-Handbook 7.2.6.3: two-sided k2 = 2.217 (Howe); one-sided k = 1.8740 from noncentral t.
    two = tolerance_interval_normal(**RESISTIVITY, method="howe")
    assert two.k == pytest.approx(2.217, abs=5e-4)
    assert (two.lower, two.upper) == pytest.approx((97.07 - 2.217 * 0.0268, 97.07 + 2.217 * 0.0268), abs=2e-5)
    one = tolerance_interval_normal(**RESISTIVITY, side="lower")
    assert one.k == pytest.approx(1.8740, abs=5e-5)
    assert one.lower == pytest.approx(97.07 - 1.8740 * 0.0268, abs=2e-6)
    assert one.upper is None
    assert "upper" in one.undefined


@pytest.mark.parametrize(
    ("n", "factors"),
    # Berthouex and Brown, Statistics for Environmental Engineers, table 21.1: confidence 95%, coverage 90, 95 and 99%.
    [
        (4, (5.37, 6.34, 8.22)),
        (5, (4.29, 5.08, 6.60)),
        (8, (3.16, 3.75, 4.89)),
        (10, (2.86, 3.39, 4.44)),
        (20, (2.32, 2.76, 3.62)),
    ],
)
def test_exact_two_sided_factors(n, factors):
    for coverage, k in zip((0.90, 0.95, 0.99), factors, strict=True):
        assert _k(n, coverage=coverage) == pytest.approx(k, abs=0.006)


def test_exact_one_sided_factors():
    # ISO 16269-6 and Natrella (1963), table A-7: confidence 95%, coverage 95%.
    for n, k in ((3, 7.656), (5, 4.203), (10, 2.911), (20, 2.396)):
        assert _k(n, side="upper") == pytest.approx(k, abs=1.1e-3)
    # n = 2 and coverage 90%, confidence 95%: 20.581.
    assert _k(2, coverage=0.9, side="upper") == pytest.approx(20.581, abs=1e-3)


def test_howe_s_formula_by_hand():
    # z sqrt((n - 1) (1 + 1/n) / chi2) with z = 1.95996 and, from tables, chi2(0.05, 9) = 3.325.
    assert _k(10, method="howe") == pytest.approx(1.95996 * np.sqrt(9 * 1.1 / 3.325), abs=5e-4)


def test_many_values_approach_the_normal_quantile():
    assert _k(10**7) == pytest.approx(1.959964, abs=1e-3)
    assert _k(10**7, side="lower") == pytest.approx(1.644854, abs=1e-3)


def test_a_simulation_contains_what_it_should():
    # Coverage of the interval of n = 6 is at least 0.8 in 90% of samples; 4000 samples have a standard error of 0.5%.
    rng = np.random.default_rng(1)
    from scipy import stats

    k = _k(6, coverage=0.8, alpha=0.1)
    samples = rng.standard_normal((4000, 6))
    mean, sd = samples.mean(axis=1), samples.std(axis=1, ddof=1)
    contained = stats.norm.cdf(mean + k * sd) - stats.norm.cdf(mean - k * sd)
    assert np.mean(contained >= 0.8) == pytest.approx(0.9, abs=0.015)


def test_sample_and_summary_agree_and_scale():
    sample = [9.8, 10.2, 10.4, 9.9, 10.1, 10.0, 9.7, 10.3]
    one = tolerance_interval_normal(sample=sample)
    other = tolerance_interval_normal(mean=one.mean, standard_deviation=one.standard_deviation, n=8)
    assert (one.lower, one.upper) == pytest.approx((other.lower, other.upper))
    scaled = tolerance_interval_normal(sample=[25.4 * x + 3 for x in reversed(sample)])
    assert scaled.upper == pytest.approx(25.4 * one.upper + 3)
    assert one.assumptions[0].holds is True


def test_wilks_sample_sizes():
    # ISO 16269-6, distribution-free: coverage/confidence 90/95, 95/95, 99/95 (two-sided), and one-sided 29, 59, 299.
    for coverage, two, one in ((0.90, 46, 29), (0.95, 93, 59), (0.99, 473, 299)):
        assert tolerance_sample_size(coverage=coverage).n == two
        assert tolerance_sample_size(coverage=coverage, side="one-sided").n == one
    # One more left outside at one end is the same as a two-sided interval.
    assert tolerance_sample_size(coverage=0.95, side="one-sided", discard=1).n == 93


def test_the_extremes_of_93_values():
    # Hahn and Meeker (1991), Statistical Intervals: 93 values for 95% with 95% confidence, 59 for one side.
    # Wilks: the confidence of the extremes is 1 - n p^(n-1) + (n-1) p^n.
    result = tolerance_interval_nonparametric(sample=list(range(93)))
    assert (result.lower, result.upper, result.lower_rank, result.upper_rank) == (0, 92, 1, 93)
    assert result.achieved_confidence == pytest.approx(1 - 93 * 0.95**92 + 92 * 0.95**93)
    assert result.enough


@pytest.mark.parametrize(
    ("coverage", "confidence"),
    # NIST/SEMATECH e-Handbook 7.2.6.4, table for the extremes of N = 25.
    [(0.75, 0.993), (0.90, 0.729), (0.95, 0.358), (0.975, 0.129), (0.99, 0.026), (0.995, 0.007)],
)
def test_the_handbook_s_confidence_of_the_extremes_of_25_values(coverage, confidence):
    # At 99% no coverage of the table leaves room for ranks within the extremes.
    result = tolerance_interval_nonparametric(sample=list(range(25)), coverage=coverage, alpha=0.01)
    assert (result.lower_rank, result.upper_rank) == (1, 25)
    assert result.achieved_confidence == pytest.approx(confidence, abs=5e-4)


def test_too_few_values_are_reported_with_what_they_reach():
    # Ten values: 1 - 10 * 0.95^9 + 9 * 0.95^10, by hand.
    result = tolerance_interval_nonparametric(sample=list(range(10)))
    assert result.achieved_confidence == pytest.approx(1 - 10 * 0.95**9 + 9 * 0.95**10)
    assert not result.enough
    assert result.required_n == 93
    assert [notice.code for notice in result.warnings] == ["sample_too_small"]


def test_one_sided_limits_by_hand():
    # n = 59 is just enough for the largest value; with 100 values the second largest is the limit (confidence
    # 1 - .95^100 - 100 * .05 * .95^99 = 0.963).
    assert tolerance_interval_nonparametric(sample=list(range(59)), side="upper").upper == 58
    result = tolerance_interval_nonparametric(sample=list(range(100)), side="upper")
    assert result.upper_rank == 99
    assert result.achieved_confidence == pytest.approx(1 - 0.95**100 - 5 * 0.95**99)
    mirrored = tolerance_interval_nonparametric(sample=[-x for x in range(100)], side="lower")
    assert mirrored.lower == -result.upper
    assert mirrored.upper_rank is None


@pytest.mark.parametrize("n", [120, 200, 333, 1000])
def test_what_is_left_out_is_balanced_and_as_much_as_possible(n):
    from scipy import stats

    result = tolerance_interval_nonparametric(sample=list(range(n)))
    left_below, left_above = result.lower_rank - 1, n - result.upper_rank
    assert left_above - left_below in (0, 1)
    spacings = result.upper_rank - result.lower_rank
    assert stats.binom.cdf(spacings - 1, n, 0.95) >= 0.95 > stats.binom.cdf(spacings - 2, n, 0.95)


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (tolerance_interval_normal, {"sample": [1.0]}, "sample"),
        (tolerance_interval_normal, {"sample": [1.0, 1.0]}, "sample"),
        (tolerance_interval_normal, {"mean": 1.0, "n": 5}, "sample"),
        (tolerance_interval_normal, {"mean": 1.0, "standard_deviation": 1, "n": 1}, "n"),
        (tolerance_interval_normal, {"sample": [1.0, 2.0], "n": 2}, "sample"),
        (tolerance_interval_normal, {"sample": [1.0, 2.0], "coverage": 95}, "coverage"),
        (tolerance_interval_nonparametric, {"sample": [1.0]}, "sample"),
        (tolerance_sample_size, {"coverage": 1 - 1e-12}, "coverage"),
    ],
)
def test_what_has_no_tolerance_interval_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
