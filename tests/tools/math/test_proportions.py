"""Proportions against published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.proportions import one_proportion, two_proportions

SETTINGS = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("events", "n", "wilson", "exact"),
    [  # Newcombe (1998), Statistics in Medicine 17, 857-872, Table I: methods 3 and 5.
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_newcombe_s_intervals_for_one_proportion(events, n, wilson, exact):
    result = one_proportion(events=events, n=n)
    assert (result.ci_low, result.ci_high) == pytest.approx(wilson, abs=5.1e-5)
    result = one_proportion(events=events, n=n, interval="exact")
    assert (result.ci_low, result.ci_high) == pytest.approx(exact, abs=5.1e-5)


def test_mendel_s_peas():
    # R 4 documentation, example(binom.test): 682 of 925, p = 3/4: p-value = 0.3825, interval 0.7076683 0.7654066.
    result = one_proportion(events=682, n=925, null_proportion=0.75, interval="exact")
    assert result.p_value == pytest.approx(0.3825, abs=5e-5)
    assert (result.ci_low, result.ci_high) == pytest.approx((0.7076683, 0.7654066), abs=1e-7)
    assert result.proportion == pytest.approx(0.7372973, abs=1e-7)


def test_defective_chips():
    # NIST/SEMATECH e-Handbook 7.2.4: 26 defectives in 200 against 10%: z = 1.414.
    result = one_proportion(x=26, trials=200, p0=0.1, alternative="greater")
    assert result.statistic == pytest.approx(1.414, abs=5e-4)
    assert result.p_value_z > 0.05
    assert result.ci_high == 1.0


@pytest.mark.parametrize(
    ("events1", "n1", "events2", "n2", "interval"),
    [  # Newcombe (1998), Statistics in Medicine 17, 873-890, Table II, method 10.
        (56, 70, 48, 80, (0.0524, 0.3339)),
        (9, 10, 3, 10, (0.1705, 0.8090)),
        (6, 7, 2, 7, (0.0582, 0.8062)),
        (5, 56, 0, 29, (-0.0381, 0.1926)),
    ],
)
def test_newcombe_s_intervals_for_a_difference(events1, n1, events2, n2, interval):
    result = two_proportions(events1=events1, n1=n1, events2=events2, n2=n2)
    assert (result.ci_low, result.ci_high) == pytest.approx(interval, abs=5.1e-5)


def test_the_lady_tasting_tea():
    # Fisher (1935), The Design of Experiments: 3 of 4 cups right; Agresti (2002), section 3.5.2: p = 0.243 one-sided.
    result = two_proportions(events1=3, n1=4, events2=1, n2=4, alternative="greater")
    assert result.p_value_fisher == pytest.approx(17 / 70)
    assert not result.assumptions[0].holds


def test_z_squared_is_chi_square():
    # Identity: the pooled z squared is Pearson's chi-square of the 2x2 table, n (ad - bc)^2 / product of margins.
    result = two_proportions(events1=20, n1=100, events2=35, n2=110)
    a, b, c, d = 20, 80, 35, 75
    assert result.statistic**2 == pytest.approx(210 * (a * d - b * c) ** 2 / (100 * 110 * 55 * 155))


def test_relative_risk_by_hand():
    # Katz's interval by hand: RR = 2, variance of its log 0.8/20 + 0.9/10 = 0.13.
    result = two_proportions(events1=20, n1=100, events2=10, n2=100)
    assert result.relative_risk == pytest.approx(2)
    assert result.relative_risk_low * result.relative_risk_high == pytest.approx(4)
    assert result.relative_risk_high == pytest.approx(2 * 2.718281828459045 ** (1.959963984540054 * 0.13**0.5))


@SETTINGS
@given(st.integers(1, 40), st.data())
def test_swapping_events_and_failures_mirrors(n, data):
    events = data.draw(st.integers(0, n))
    for interval in ("wilson", "exact"):
        one = one_proportion(events=events, n=n, null_proportion=0.3, interval=interval)
        other = one_proportion(events=n - events, n=n, null_proportion=0.7, interval=interval)
        assert one.ci_low == pytest.approx(1 - other.ci_high, abs=1e-12)
        assert one.p_value == pytest.approx(other.p_value)
        assert one.ci_low <= one.proportion <= one.ci_high


@SETTINGS
@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_swapping_the_samples_changes_the_sign(n1, n2, data):
    events1, events2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    if events1 + events2 in (0, n1 + n2):
        return
    one = two_proportions(events1=events1, n1=n1, events2=events2, n2=n2)
    other = two_proportions(events1=events2, n1=n2, events2=events1, n2=n1)
    assert one.difference == -other.difference
    assert one.ci_low == pytest.approx(-other.ci_high)
    assert one.p_value == pytest.approx(other.p_value)
    assert one.p_value_fisher == pytest.approx(other.p_value_fisher)


def test_one_sided_intervals_end_at_the_parameter_s_bound():
    result = two_proportions(events1=9, n1=10, events2=3, n2=10, alternative="less")
    assert result.ci_low == -1.0
    two_sided = two_proportions(events1=9, n1=10, events2=3, n2=10, alpha=0.1)
    assert result.ci_high == pytest.approx(two_sided.ci_high)


def test_no_hypothesis_no_test():
    result = one_proportion(events=3, n=50)
    assert result.p_value is None
    assert result.undefined["p_value"] == "no null_proportion was given"


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (one_proportion, {"events": 5, "n": 4}, "events"),
        (one_proportion, {"events": 0, "n": 0}, "n"),
        (one_proportion, {"events": 1.5, "n": 4}, "events"),
        (one_proportion, {"events": 1, "n": 4, "null_proportion": 1.0}, "null_proportion"),
        (two_proportions, {"events1": 0, "n1": 4, "events2": 0, "n2": 5}, "events1"),
        (two_proportions, {"events1": 1, "n1": 4, "events2": 9, "n2": 5}, "events2"),
    ],
)
def test_what_cannot_be_a_proportion_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
