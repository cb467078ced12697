"""Estimators of sigma against tables of Montgomery, hand computation, and each other."""

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.constants import c4
from havoc.tools.spc.sigma import (
    moving_range_sigma,
    moving_ranges,
    pooled_sigma,
    range_sigma,
    s_sigma,
    successive_sigma,
)
from tests.tools.spc.chart_data import FLOW_RATE, FLOW_WIDTH
from tests.tools.spc.spc_data import PISTON_RINGS


def test_range_estimator_of_flow_widths():
    # Montgomery, section 6.2.1: sigma = Rbar/d2 = 0.32521/2.326 = 0.1398.
    found = range_sigma(FLOW_WIDTH)
    assert found.sigma == pytest.approx(0.1398, abs=5e-5)
    assert found.df == pytest.approx(0.9 * 25 * 4)


def test_standard_deviation_estimator_of_piston_rings():
    # Montgomery, section 6.3.1: sigma = Sbar/c4 = 0.0094/0.9400 = 0.01.
    assert s_sigma(PISTON_RINGS).sigma == pytest.approx(0.01, abs=5e-5)


def test_moving_range_estimator_of_the_nist_handbook():
    # NIST/SEMATECH e-Handbook 6.3.2.2: 1.8778/1.128.
    assert moving_range_sigma(FLOW_RATE).sigma == pytest.approx(1.8778 / 1.128, rel=4e-4)


def test_each_estimator_by_hand():
    assert range_sigma([[1, 3], [4, 8]]).sigma == pytest.approx(3 / 1.1283791671)
    assert pooled_sigma([[1, 3], [4, 8]], unbiased=False).sigma == pytest.approx(5**0.5)
    assert pooled_sigma([[1, 3], [4, 8]]).sigma == pytest.approx(5**0.5 / c4(3))
    assert moving_range_sigma([1, 3, 2]).sigma == pytest.approx(1.5 / 1.1283791671)
    assert moving_range_sigma([1, 3, 2, 2.5], median=True).sigma == pytest.approx(1 / 0.9538725524)
    assert successive_sigma([1, 3, 2]).sigma == pytest.approx((2.5 / 2) ** 0.5)


def test_for_pairs_range_and_standard_deviation_agree():
    # R = s sqrt 2 for two values, and d2 = c4 sqrt 2.
    pairs = [[1.0, 3.0], [4.0, 8.0], [2.0, 2.5]]
    assert range_sigma(pairs).sigma == pytest.approx(s_sigma(pairs).sigma)


def test_ranges_across_a_value_left_out_do_not_count():
    values = [1.0, 2.0, 100.0, 4.0, 7.0]
    assert moving_ranges(values, [0, 1, 3, 4]).tolist() == [1, 3]
    assert moving_range_sigma(values, kept=[0, 1, 3, 4]).df == pytest.approx(0.62 * 2)


@pytest.mark.parametrize("estimator", [range_sigma, s_sigma, pooled_sigma])
def test_a_shift_changes_nothing_and_a_scale_scales(estimator):
    scaled = [[1e4 + 7 * value for value in group] for group in FLOW_WIDTH]
    assert estimator(scaled).sigma == pytest.approx(7 * estimator(FLOW_WIDTH).sigma)


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (range_sigma, [[1, 2], [3]], "subgroups[1]"),
        (s_sigma, [[1], [3, 4]], "subgroups[0]"),
        (pooled_sigma, [[1], [3]], "subgroups"),
        (moving_range_sigma, [1.0], "sample"),
        (successive_sigma, [1.0], "sample"),
    ],
)
def test_what_has_no_spread_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(arguments)
    assert caught.value.path == path
