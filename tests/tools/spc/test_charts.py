"""Control charts against published limits."""

import itertools

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.attribute_charts import c_chart, np_chart, p_chart, u_chart
from havoc.tools.spc.individuals_chart import i_mr_chart
from havoc.tools.spc.laney_charts import laney_p_chart, laney_u_chart
from havoc.tools.spc.memory_charts import cusum_chart, ewma_chart
from havoc.tools.spc.variables_charts import xbar_r_chart, xbar_s_chart
from tests.tools.spc.chart_data import (
    CIRCUIT_BOARDS,
    CLOTH_NONCONFORMITIES,
    CLOTH_UNITS,
    EWMA_DATA,
    EWMA_VALUES,
    FLOW_RATE,
    FLOW_WIDTH,
    MORTGAGE_COSTS,
    NONCONFORMING_ORDERS,
    ORANGE_JUICE,
    ORDER_SIZES,
    SHIFTED,
    WAFER_DEFECTS,
)
from tests.tools.spc.spc_data import PISTON_RINGS


def _beyond(chart):
    return [violation.index for violation in chart.violations if violation.rule == "1"]


def test_xbar_r_on_piston_rings():
    # Montgomery (4th ed., section 5-3): grand mean 1850.028/25 = 74.001, Rbar 0.581/25 = 0.023, limits of means 74.014 and
    # 73.988, of the ranges 0 and 0.049.
    result = xbar_r_chart(subgroups=PISTON_RINGS)
    assert result.center == pytest.approx(74.001, abs=5e-4)
    assert result.dispersion_center == pytest.approx(0.581 / 25)
    assert (result.lcl, result.ucl) == pytest.approx((73.988, 74.014), abs=6e-4)
    assert (result.dispersion_chart.lcl[0], result.dispersion_chart.ucl[0]) == pytest.approx((0, 0.049), abs=5e-4)
    assert result.in_control


def test_xbar_r_on_flow_widths():
    # Montgomery, Example 6.1: grand mean 1.5056, Rbar 0.32521, limits of the means 1.69325 and 1.31795, of the ranges 0 and
    # 0.68749 (constants of three decimals), in control.
    result = xbar_r_chart(subgroups=FLOW_WIDTH)
    assert (result.center, result.dispersion_center) == pytest.approx((1.5056, 0.32521), abs=2e-5)
    assert (result.lcl, result.ucl) == pytest.approx((1.31795, 1.69325), abs=1e-4)
    assert result.dispersion_chart.ucl[0] == pytest.approx(0.68749, abs=2e-4)
    assert result.in_control


def test_individuals_of_mortgage_costs():
    # Montgomery, Example 6.5: mean 300.5, mean moving range 7.79, limits 321.22 and 279.78, of the ranges 0 and 25.45.
    result = i_mr_chart(sample=MORTGAGE_COSTS)
    assert (result.center, result.moving_range_mean) == pytest.approx((300.5, 7.79), abs=1e-3)
    assert (result.lcl, result.ucl) == pytest.approx((279.78, 321.22), abs=0.011)
    assert result.dispersion_chart.ucl[0] == pytest.approx(25.45, abs=0.011)


def test_xbar_s_on_piston_rings():
    # Montgomery, example 6.3: Sbar = 0.0094, limits of the means 74.014 and 73.988, of S 0 and 0.0196.
    result = xbar_s_chart(subgroups=PISTON_RINGS)
    assert result.dispersion_center == pytest.approx(0.0094, abs=5e-5)
    assert (result.lcl, result.ucl) == pytest.approx((73.988, 74.014), abs=6e-4)
    assert (result.dispersion_chart.lcl[0], result.dispersion_chart.ucl[0]) == pytest.approx((0.0, 0.0196), abs=1e-4)


def test_individuals_of_the_nist_handbook():
    # NIST/SEMATECH e-Handbook 6.3.2.2: mean 50.81, mean moving range 1.8778, limits 55.8041 and 45.8159 (with 1.128).
    result = i_mr_chart(sample=FLOW_RATE)
    assert result.center == pytest.approx(50.81)
    assert result.moving_range_mean == pytest.approx(1.8778, abs=5e-5)
    assert (result.ucl, result.lcl) == pytest.approx((55.8041, 45.8159), abs=2e-3)


def test_p_chart_of_orange_juice_cans():
    # Montgomery, example 7.1: pbar 0.2313, limits 0.0524 and 0.4102; samples 15 and 23 beyond.
    result = p_chart(nonconforming=ORANGE_JUICE, sample_sizes=[50])
    assert result.center == pytest.approx(0.2313, abs=5e-5)
    assert (result.lcl, result.ucl) == pytest.approx((0.0524, 0.4102), abs=5e-5)
    assert _beyond(result.chart) == [15, 23]
    # Without them: pbar 0.2150, limits 0.0407 and 0.3893; then sample 21 is beyond.
    revised = p_chart(nonconforming=ORANGE_JUICE, sample_sizes=[50], exclude=[15, 23])
    assert (revised.center, revised.lcl, revised.ucl) == pytest.approx((0.2150, 0.0407, 0.3893), abs=1e-4)
    assert 21 in _beyond(revised.chart)
    in_items = np_chart(nonconforming=ORANGE_JUICE, sample_sizes=[50])
    # Example 7.2: the same as an np chart, with pbar rounded to 0.2313.
    assert (in_items.lcl, in_items.ucl) == pytest.approx((2.620, 20.510), abs=5e-3)
    assert in_items.ucl == pytest.approx(50 * result.ucl)


def test_p_chart_of_samples_that_vary_in_size():
    # Montgomery, Table 7.5: pbar 234/2450 = 0.096, limits of samples of 100 0.007 and 0.184, of 110 0.180; 11 is beyond.
    result = p_chart(nonconforming=NONCONFORMING_ORDERS, sample_sizes=ORDER_SIZES)
    assert result.center == pytest.approx(234 / 2450)
    assert (result.chart.lcl[0], result.chart.ucl[0]) == pytest.approx((0.007, 0.184), abs=5e-4)
    assert result.chart.ucl[10] == pytest.approx(0.180, abs=5e-4)
    assert _beyond(result.chart) == [11]
    assert (result.lcl, result.ucl) == (None, None)
    assert {"lcl", "ucl"} <= result.undefined.keys()


def test_u_chart_of_dyed_cloth():
    # Montgomery, Example 7.6: ubar 153/107.5 = 1.42; limits per roll, rounded from 1.42.
    result = u_chart(defects=CLOTH_NONCONFORMITIES, sizes=CLOTH_UNITS)
    assert result.center == pytest.approx(153 / 107.5)
    assert result.chart.ucl == pytest.approx([2.55, 2.68, 2.41, 2.55, 2.58, 2.55, 2.45, 2.52, 2.45, 2.43], abs=0.011)
    assert result.chart.lcl == pytest.approx([0.29, 0.16, 0.43, 0.29, 0.26, 0.29, 0.39, 0.32, 0.39, 0.41], abs=0.006)
    assert result.in_control


def test_c_chart_of_wafers_with_a_point_on_the_limit():
    # NIST/SEMATECH e-Handbook 6.3.3.1: mean 16, limits 28 and 4. Wafer 3 has 28 defects: on the limit, so no signal.
    result = c_chart(defects=WAFER_DEFECTS)
    assert (result.center, result.lcl, result.ucl) == pytest.approx((16, 4, 28))
    assert _beyond(result.chart) == [24]


def test_c_chart_of_circuit_boards():
    # Montgomery, example 7.3: cbar 19.85, limits 6.48 and 33.22; samples 6 and 20 beyond.
    result = c_chart(defects=CIRCUIT_BOARDS)
    assert (result.center, result.lcl, result.ucl) == pytest.approx((19.85, 6.48, 33.22), abs=1e-2)
    assert _beyond(result.chart) == [6, 20]
    # The same counts per unit of 100 boards: a u chart of equal sizes is the c chart.
    per_unit = u_chart(defects=CIRCUIT_BOARDS, sizes=[1] * 26)
    assert per_unit.ucl == pytest.approx(result.ucl)


def test_ewma_of_the_nist_handbook():
    # NIST/SEMATECH e-Handbook 6.3.2.4: UCL 52.5884, LCL 47.4115, in control.
    result = ewma_chart(
        sample=EWMA_DATA, center=50, sigma=2.0539, weight=0.3, width=3, limits="steady-state", rules="three_sigma"
    )
    assert (result.ucl, result.lcl) == pytest.approx((52.5884, 47.4115), abs=1e-3)
    assert result.chart.points == pytest.approx(EWMA_VALUES, abs=0.0051)
    assert result.in_control


def test_ewma_of_montgomery():
    # Example 9.2 (lambda 0.1, L 2.7): first limits 9.73 and 10.27, steady ones 9.38, 10.62; Table 9.10: 9.945, 9.7495, ...
    # 10.5731, 10.6468, 10.6341, of which the last two are beyond.
    result = ewma_chart(sample=SHIFTED, center=10, sigma=1, weight=0.1, width=2.7)
    assert (result.chart.lcl[0], result.chart.ucl[0]) == pytest.approx((9.73, 10.27), abs=5e-3)
    assert (result.lcl_steady, result.ucl_steady) == pytest.approx((9.38, 10.62), abs=5e-3)
    assert result.chart.points[:2] == pytest.approx([9.945, 9.7495])
    assert result.chart.points[-3:] == pytest.approx([10.5731, 10.6468, 10.6341], abs=5e-5)
    assert _beyond(result.chart) == [29, 30]


def test_cusum_of_montgomery():
    # Example 9.1 (k 0.5, h 5): C+ passes 5 at period 29 with 5.28, after 7 periods: the shift began at period 23.
    result = cusum_chart(sample=SHIFTED, center=10, sigma=1, k=0.5, h=5)
    assert result.violations[0].index == 29
    assert result.upper_sums[28] == pytest.approx(5.28)
    assert result.upper_counts[28] == 7
    assert result.lower_sums[1] == pytest.approx(1.56)
    assert "since point 23" in result.conclusion


def test_a_head_start_finds_an_early_shift_sooner():
    # Lucas and Crosier (1982), h 5, k 0.5, FIR at h/2: 430 in control, 6.35 for one sigma (Montgomery, section 9.1.6).
    fast = cusum_chart(sample=SHIFTED, center=10, sigma=1, h=5, head_start=True)
    assert fast.arl_one_sigma == pytest.approx(6.35, abs=0.02)
    assert fast.arl_in_control == pytest.approx(430, abs=2)


@pytest.mark.parametrize("sizes", [[10000], [9000, 10000, 11000, 10000, 12000, 8000, 10000, 9500]])
def test_laney_limits_grow_with_the_variation_between_points(sizes):
    # By definition: p' limits are the p limits times sigma_z, the mean moving range of z over 1.128.
    counts = [310, 290, 335, 280, 322, 301, 345, 288]
    plain = p_chart(nonconforming=counts, sample_sizes=sizes)
    laney = laney_p_chart(nonconforming=counts, sample_sizes=sizes)
    paired = zip(plain.chart.points, plain.chart.ucl, strict=True)
    z = [3 * (point - plain.center) / (upper - plain.center) for point, upper in paired]
    assert laney.sigma_z == pytest.approx(sum(abs(b - a) for a, b in itertools.pairwise(z)) / 7 / 1.1283791671)
    for wide, narrow in zip(laney.chart.ucl, plain.chart.ucl, strict=True):
        assert wide - laney.center == pytest.approx(laney.sigma_z * (narrow - plain.center))


def test_laney_u_says_when_points_vary_less_than_chance():
    result = laney_u_chart(defects=[100, 101, 100, 99, 100, 101], sizes=10)
    assert result.sigma_z < 1
    assert "underdispersion" in [notice.code for notice in result.warnings]


def test_overdispersed_counts_point_to_laney():
    counts = [310, 390, 235, 380, 222, 301, 345, 188]
    assert "overdispersion" in [notice.code for notice in p_chart(nonconforming=counts, sample_sizes=10000).warnings]
    assert "overdispersion" not in [notice.code for notice in c_chart(defects=WAFER_DEFECTS).warnings]


def test_cusum_in_the_unit_of_the_data():
    # K = k sigma and H = h sigma: both ways of giving them are the same chart.
    in_sigma = cusum_chart(sample=SHIFTED, center=10, sigma=2, k=0.25, h=2.5)
    in_data = cusum_chart(sample=SHIFTED, center=10, sigma=2, k=0.5, h=5, units="data")
    assert in_data.upper_sums == pytest.approx(in_sigma.upper_sums)
    assert in_data.arl_in_control == pytest.approx(in_sigma.arl_in_control)


def test_a_chart_that_never_signals_has_no_run_length():
    result = cusum_chart(sample=SHIFTED, center=10, sigma=1, k=2, h=50)
    assert result.arl_in_control is None
    assert "arl_in_control" in result.undefined


def test_subgroups_of_varying_size_have_their_own_limits():
    # Pooled standard deviation over c4 of its degrees of freedom, limits at 3 sigma over the root of each size, by hand.
    groups = [[9.0, 11.0], [10.0, 12.0, 8.0], [9.5, 10.5]]
    result = xbar_s_chart(subgroups=groups)
    pooled = ((2 + 8 + 0.5) / 4) ** 0.5
    assert result.sigma_within == pytest.approx(pooled / 0.9399856)  # c4 of 5 values
    assert result.center == pytest.approx(10)
    assert [upper - 10 for upper in result.chart.ucl] == pytest.approx(
        [3 * result.sigma_within / size**0.5 for size in (2, 3, 2)]
    )


def test_excluded_points_leave_no_range_across_them():
    # 10 12 | 50 | 11 12: the ranges are 2 and 1, and 50 is still shown and signals.
    result = i_mr_chart(sample=[10, 12, 50, 11, 12], exclude=[3])
    assert result.moving_range_mean == pytest.approx(1.5)
    assert result.center == pytest.approx(11.25)
    assert _beyond(result.chart) == [3]
    assert result.excluded == [3]
    assert result.dispersion_chart.in_control, "ranges of the excluded point are not judged"


def test_an_excluded_subgroup_does_not_discredit_the_limits():
    groups = [*FLOW_WIDTH, [1.0, 2.5, 1.5, 1.2, 2.0]]
    codes = [notice.code for notice in xbar_r_chart(subgroups=groups).warnings]
    assert "dispersion_out_of_control" in codes
    result = xbar_r_chart(subgroups=groups, exclude=[26])
    assert "dispersion_out_of_control" not in [notice.code for notice in result.warnings]
    assert result.sigma_within == pytest.approx(xbar_r_chart(subgroups=FLOW_WIDTH).sigma_within)


def test_stages_are_charts_of_their_own():
    before, after = MORTGAGE_COSTS[:10], [cost - 100 for cost in MORTGAGE_COSTS[10:]]
    both = i_mr_chart(sample=[*before, *after], stages=[11])
    parts = [i_mr_chart(sample=before), i_mr_chart(sample=after)]
    assert both.chart.ucl == pytest.approx([*parts[0].chart.ucl, *parts[1].chart.ucl])
    assert both.center == pytest.approx(parts[1].center)
    assert both.in_control
    assert not i_mr_chart(sample=[*before, *after]).in_control
    groups = xbar_r_chart(subgroups=FLOW_WIDTH, stages=[13])
    assert groups.chart.ucl[:12] == pytest.approx(xbar_r_chart(subgroups=FLOW_WIDTH[:12]).chart.ucl)
    counts = p_chart(nonconforming=ORANGE_JUICE, sample_sizes=50, stages=[16])
    assert counts.chart.center_line[-1] == pytest.approx(sum(ORANGE_JUICE[15:]) / 750)


def test_a_run_does_not_go_on_into_the_next_stage():
    counts = [*[11] * 5, *[9] * 5, *[21] * 5, *[19] * 5]
    alone = c_chart(defects=counts, rules=[2], stages=[11])
    assert alone.in_control
    assert c_chart(defects=counts, rules=[2]).chart.violations


def test_zones_of_means_come_from_sigma_over_the_root_of_n():
    result = xbar_r_chart(subgroups=FLOW_WIDTH)
    assert result.chart.sigma[0] == pytest.approx(result.sigma_within / 5**0.5)


def test_the_order_within_subgroups_does_not_matter_and_units_scale():
    plain = xbar_s_chart(subgroups=FLOW_WIDTH)
    turned = xbar_s_chart(subgroups=[[10 * value + 3 for value in reversed(group)] for group in FLOW_WIDTH])
    assert turned.ucl == pytest.approx(10 * plain.ucl + 3)
    assert turned.sigma_within == pytest.approx(10 * plain.sigma_within)


def test_limits_of_phase_two_come_from_what_is_given():
    result = xbar_r_chart(subgroups=PISTON_RINGS[:3], center=74, sigma=0.01)
    assert (result.phase, result.center) == ("II", 74)
    assert result.ucl == pytest.approx(74 + 3 * 0.01 / 5**0.5)


def test_a_range_chart_out_of_control_is_said_first():
    groups = [*PISTON_RINGS[:20], [73.9, 74.1, 74.0, 73.95, 74.05]]
    codes = [notice.code for notice in xbar_r_chart(subgroups=groups).warnings]
    assert "dispersion_out_of_control" in codes


def test_autocorrelated_values_are_reported():
    values = [float(i % 20) for i in range(60)]
    checks = {check.name: check.holds for check in i_mr_chart(sample=values).assumptions}
    assert checks["independence of successive values"] is False
    assert "autocorrelation" in [notice.code for notice in i_mr_chart(sample=values).warnings]


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (xbar_r_chart, {"subgroups": [[1, 2], [3]]}, "subgroups[1]"),
        (xbar_r_chart, {"subgroups": [[1, 2], [3, 4]], "exclude": [7]}, "exclude[0]"),
        (xbar_r_chart, {"subgroups": [[1, 2], [3, 4]], "sigma": 1}, "center"),
        (xbar_r_chart, {"subgroups": [[1, 1], [3, 3]]}, "subgroups"),
        (xbar_r_chart, {"subgroups": [list(range(26)), list(range(26))]}, "subgroups[0]"),
        (i_mr_chart, {"sample": [1, 2]}, "sample"),
        (i_mr_chart, {"sample": [1, 1, 1, 5, 1, 1], "estimator": "median"}, "sample"),
        (i_mr_chart, {"sample": [1, 2, 3, 4], "stages": [9]}, "stages[0]"),
        (i_mr_chart, {"sample": [1, 2, 3, 4], "stages": [3, 3]}, "stages[1]"),
        (i_mr_chart, {"sample": [1, 2, 3, 4], "stages": [4]}, "stages"),
        (i_mr_chart, {"sample": [0.0] * 20_000, "center": 1, "sigma": 1}, "points"),
        (cusum_chart, {"sample": [1, 2, 3], "k": 20}, "k"),
        (p_chart, {"nonconforming": [5, 60], "sample_sizes": [50]}, "nonconforming[1]"),
        (p_chart, {"nonconforming": [0, 0], "sample_sizes": [50]}, "nonconforming"),
        (np_chart, {"nonconforming": [5, 6], "sample_sizes": [50, 60]}, "sample_sizes"),
        (u_chart, {"defects": [5, 6], "sizes": [1, 0]}, "sizes[1]"),
        (c_chart, {"defects": [0, 0]}, "defects"),
        (ewma_chart, {"sample": [1, 2], "subgroups": [[1, 2], [2, 3]]}, "sample"),
        (cusum_chart, {"sample": [2, 2, 2]}, "sample"),
    ],
)
def test_what_a_chart_cannot_use_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
