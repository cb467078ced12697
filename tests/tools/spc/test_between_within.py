"""Between/within capability: hand calculations and identities (no published data set is quoted)."""

import math

import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.between_within import capability_between_within
from havoc.tools.spc.capability import process_capability

# Within: two values 2 apart, variance 2 each; means 10, 14, 10, 14 with moving ranges of 4.
GROUPS = [[9, 11], [13, 15], [9, 11], [13, 15]]


def test_by_hand():
    # pooled s = sqrt(2), over c4(5) = 0.939986; sigma of the means = 4 / 1.128379; between^2 = that^2 - within^2 / 2.
    result = capability_between_within(subgroups=GROUPS, lsl=0, usl=24)
    within = math.sqrt(2) / 0.939986
    between = math.sqrt((4 / 1.128379) ** 2 - within**2 / 2)
    assert result.sigma_within == pytest.approx(within, rel=1e-6)
    assert result.sigma_between == pytest.approx(between, rel=1e-6)
    assert result.cpk == pytest.approx(12 / 3 / math.hypot(between, within), rel=1e-6)
    assert result.cp == pytest.approx(result.cpk)


def test_f_is_that_of_one_way_analysis_of_variance():
    result = capability_between_within(subgroups=GROUPS, usl=24)
    expected = stats.f_oneway(*GROUPS)
    assert (result.f, result.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    assert "cp" in result.undefined


def test_without_a_difference_between_subgroups_it_is_the_within_capability():
    alike = [[9, 11], [11, 9], [9, 11]]
    result = capability_between_within(subgroups=alike, lsl=0, usl=20)
    assert result.sigma_between == 0
    assert result.cpk == pytest.approx(process_capability(subgroups=alike, lsl=0, usl=20).cpk)


def test_scale():
    scaled = capability_between_within(subgroups=[[3 * value for value in group] for group in GROUPS], lsl=0, usl=72)
    assert scaled.cpk == pytest.approx(capability_between_within(subgroups=GROUPS, lsl=0, usl=24).cpk)


@pytest.mark.parametrize("groups", [[[1, 2]], [[1, 2], [3, 4, 5]], [[2, 2], [2, 2]], [[1], [2]]])
def test_subgroups_that_do_not_do_are_refused(groups):
    with pytest.raises(ToolError, match="subgroups"):
        capability_between_within(subgroups=groups, usl=9)
