"""Rank tests against published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.ranks import mann_whitney, wilcoxon

SETTINGS = settings(deadline=None, derandomize=True)

# Hollander and Wolfe (1973), 29f: depression scale before and after therapy; R's example(wilcox.test).
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
# Hollander and Wolfe (1973), 69f: permeability of the chorioamnion at term and at 12 to 26 weeks.
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLIER = [1.15, 0.88, 0.90, 0.74, 1.21]
# R's `airquality` (Chambers et al. 1983): ozone in May and August.
MAY = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37]
AUGUST = [39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85]


def test_permeability():
    # R 4 documentation: W = 35, p-value = 0.1272 (greater).
    result = mann_whitney(group1=AT_TERM, group2=EARLIER, alternative="greater")
    assert result.statistic == 35
    assert result.p_value == pytest.approx(0.1272, abs=5e-5)
    assert result.exact
    assert result.rank_sum == 35 + 55


def test_ozone_with_ties():
    # R 4 documentation: W = 127.5, p-value = 0.0001208 (normal, with continuity correction).
    result = mann_whitney(group1=MAY, group2=AUGUST)
    assert result.statistic == 127.5
    assert result.p_value == pytest.approx(0.0001208, abs=5e-8)
    assert not result.exact
    assert result.warnings[0].code == "ties"


def test_depression():
    # R 4 documentation: V = 40, p-value = 0.01953 (greater).
    result = wilcoxon(sample=BEFORE, paired_with=AFTER, alternative="greater")
    assert (result.statistic, result.minimum) == (40, 5)
    assert result.p_value == pytest.approx(0.01953, abs=5e-6)
    # Hollander and Wolfe, examples 3.3 and 3.4: estimate -0.46 (after - before), 96% interval -0.786 to -0.010.
    both = wilcoxon(sample=AFTER, paired_with=BEFORE)
    assert both.pseudomedian == pytest.approx(-0.46)
    assert (both.ci_low, both.ci_high) == pytest.approx((-0.786, -0.010))


def test_small_samples_by_hand():
    # 3 against 3 without overlap: 1 of 20 arrangements, doubled.
    result = mann_whitney(group1=[1, 2, 3], group2=[4, 5, 6])
    assert (result.statistic, result.p_value) == (0, pytest.approx(0.1))
    assert result.ci_low is None
    assert result.difference == -3
    # 4 positive differences: 1 of 16 sets of signs, doubled.
    assert wilcoxon(sample=[1, 2, 3, 4]).p_value == pytest.approx(2 / 16)


values = st.lists(st.floats(-50, 50), min_size=4, max_size=9, unique=True)


@SETTINGS
@given(values, values, st.floats(0.1, 10), st.floats(-10, 10))
def test_swapping_mirrors_and_scaling_leaves_p(one, two, scale, shift):
    if set(one) & set(two):
        return
    result = mann_whitney(group1=one, group2=two)
    swapped = mann_whitney(group1=two, group2=list(reversed(one)))
    assert swapped.p_value == pytest.approx(result.p_value)
    assert swapped.statistic == result.u2
    assert swapped.difference == pytest.approx(-result.difference)
    assert (swapped.ci_low is None) == (result.ci_low is None)
    if result.ci_low is not None:
        assert swapped.ci_low == pytest.approx(-result.ci_high)
        assert result.ci_low <= result.difference <= result.ci_high


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_interval_holds_the_shifts_that_are_not_rejected(sign):
    # Duality: a shift just inside the interval is not significant, one just outside is.
    result = mann_whitney(group1=AT_TERM, group2=EARLIER)
    end = result.ci_low if sign < 0 else result.ci_high
    for nudge, rejected in ((1e-6, True), (-1e-6, False)):
        shifted = [value + end + sign * nudge for value in EARLIER]
        assert mann_whitney(group1=AT_TERM, group2=shifted).significant is rejected
    pairs = wilcoxon(sample=BEFORE, paired_with=AFTER)
    end = pairs.ci_low if sign < 0 else pairs.ci_high
    for nudge, rejected in ((1e-6, True), (-1e-6, False)):
        assert wilcoxon(sample=BEFORE, paired_with=AFTER, median=end + sign * nudge).significant is rejected


def test_zeros_are_left_out_and_said():
    result = wilcoxon(sample=[0, 0, 1, 2, -3, 4, 5])
    assert result.n_nonzero == 5
    assert "zeros" in {notice.code for notice in result.warnings}
    assert result.statistic == 12


def test_rounding_does_not_break_ties():
    # 1.3 - 1.2, 0.3 - 0.2 and 2.1 - 2.0 differ in the last bit of a double; on paper each is 0.1.
    result = wilcoxon(sample=[1.3, 0.3, 2.1, 5.0], paired_with=[1.2, 0.2, 2.0, 5.3])
    assert not result.exact
    assert (result.statistic, result.minimum) == (6, 4)


def test_many_values_get_no_estimate_but_a_test():
    result = mann_whitney(group1=list(range(2000)), group2=[value + 0.5 for value in range(2000)])
    assert result.difference is None
    assert "pairs" in result.undefined["difference"]


def test_one_sided_intervals():
    result = mann_whitney(group1=AT_TERM, group2=EARLIER, alternative="greater")
    assert result.ci_high is None
    assert result.ci_low is not None
    assert result.undefined["ci_high"]


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (mann_whitney, {"group1": [1, 1], "group2": [1, 1, 1]}, "group1"),
        (wilcoxon, {"sample": [2, 2], "median": 2}, "sample"),
        (wilcoxon, {"sample": [2, 3], "paired_with": [2]}, "paired_with"),
    ],
)
def test_what_cannot_be_ranked_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
