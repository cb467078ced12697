"""Descriptive statistics against certified and hand-computed values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools.math.descriptive import describe

SAMPLES = st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=4, max_size=40).filter(
    lambda x: max(x) > min(x)
)


@pytest.mark.parametrize(
    ("sample", "mean", "deviation", "autocorrelation"),
    [
        # NIST StRD, univariate: NumAcc1 to NumAcc4, certified to all digits; the sets are defined by their formulas.
        ([10000001, 10000003, 10000002], 10000002, 1, -0.5),
        ([1.2] + [1.1, 1.3] * 500, 1.2, 0.1, -0.999),
        ([1000000.2] + [1000000.1, 1000000.3] * 500, 1000000.2, 0.1, -0.999),
        ([10000000.2] + [10000000.1, 10000000.3] * 500, 10000000.2, 0.1, -0.999),
    ],
    ids=["NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4"],
)
def test_nist_strd(sample, mean, deviation, autocorrelation):
    result = describe(sample=sample)
    assert result.mean == pytest.approx(mean, rel=1e-14)
    assert result.standard_deviation == pytest.approx(deviation, rel=1e-7)  # NumAcc4: doubles hold 8 digits of 0.1 there
    assert result.lag1_autocorrelation == pytest.approx(autocorrelation, rel=1e-7)


def test_percentile_types_by_their_definitions():
    # Type 6: position p(n + 1) = 2.5 for Q1 of 1..9; type 7: 1 + p(n - 1) = 3.
    assert describe(sample=list(range(1, 10))).q1 == pytest.approx(2.5)
    assert describe(sample=list(range(1, 10)), percentile_method="linear").q1 == pytest.approx(3.0)
    # NIST/SEMATECH e-Handbook 7.2.6.2: 90th percentile of 12 gauge readings is 95.1981.
    readings = [95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610, 95.1591, 95.1195, 95.1065, 95.0925, 95.1990, 95.1682]
    assert describe(sample=readings, percentiles=[90]).further_percentiles["90"] == pytest.approx(95.1981, abs=5e-5)


def test_bias_corrected_shape_by_hand():
    # 1, 2, 3, 4, 10: m2 = 10, m3 = 36, m4 = 278.8: g1 = 36/10^1.5 = 1.13842, G1 = g1 sqrt(20)/3 = 1.69706 (Excel SKEW);
    # G2 = 3.152 = KURT.
    result = describe(sample=[1, 2, 3, 4, 10])
    assert result.skewness == pytest.approx(1.6970563, abs=1e-6)
    assert result.excess_kurtosis == pytest.approx(3.152, abs=1e-6)


@given(SAMPLES, st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_order_shift_and_scale(sample, shift, scale):
    plain, reordered = describe(sample=sample), describe(sample=sample[::-1])
    moved = describe(sample=[shift + scale * x for x in sample])
    assert reordered.standard_deviation == pytest.approx(plain.standard_deviation)
    assert moved.mean == pytest.approx(shift + scale * plain.mean, abs=1e-6 * (1 + abs(shift) + scale * 1e3))
    assert moved.iqr == pytest.approx(scale * plain.iqr, abs=1e-6 * (1 + abs(shift) + scale * 1e3))


def test_one_value_and_constant_values_say_why_numbers_are_missing():
    assert describe(sample=[5]).undefined["standard_deviation"] == "one value has no spread"
    assert describe(sample=[5, 5, 5, 5]).undefined["skewness"] == "all values are equal"
    assert describe(sample=[-1, 1]).undefined["coefficient_of_variation"] == "the mean is 0"
