"""Control charts against published limits."""

import itertools

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.attribute_charts import c_chart, np_chart, p_chart, u_chart
from havoc.tools.spc.individuals_chart import i_mr_chart
from havoc.tools.spc.laney_charts import laney_p_chart, laney_u_chart
from havoc.tools.spc.memory_charts import cusum_chart, ewma_chart
from havoc.tools.spc.run_length import average_run_length
from havoc.tools.spc.sigma import moving_range_sigma, pooled_sigma, range_sigma, successive_sigma
from havoc.tools.spc.variables_charts import xbar_r_chart, xbar_s_chart
from tests.tools.spc.chart_data import CIRCUIT_BOARDS, EWMA_DATA, EWMA_VALUES, FLOW_RATE, ORANGE_JUICE, PISTON_RINGS, SHIFTED


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
    assert in_items.ucl == pytest.approx(50 * result.ucl)


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


@pytest.mark.parametrize(
    ("arguments", "published"),
    [
        # Montgomery Table 9.3 (two-sided tabular CUSUM, k = 0.5).
        ({"chart": "cusum", "h": 4}, [168, 74.2, 26.6, 13.3, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71]),
        ({"chart": "cusum", "h": 5}, [465, 139, 38.0, 17.0, 10.4, 5.75, 4.01, 3.11, 2.57, 2.01]),
        # Lucas and Saccucci (1990), in Montgomery Table 9.11.
        ({"chart": "ewma", "weight": 0.4, "width": 3.054}, [500, 224, 71.2, 28.4, 14.3, 5.9, 3.5, 2.5, 2.0, 1.4]),
        ({"chart": "ewma", "weight": 0.1, "width": 2.814}, [500, 106, 31.3, 15.9, 10.3, 6.1, 4.4, 3.4, 2.9, 2.2]),
    ],
)
def test_published_run_lengths(arguments, published):
    result = average_run_length(shifts=[0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4], **arguments)
    assert result.average_run_lengths == pytest.approx(published, rel=0.012, abs=0.06)


def test_run_length_of_a_shewhart_chart():
    # 1/0.0027 = 370; for means of 5 shifted by one sigma 4.5 (Montgomery, figure 6.15's text).
    result = average_run_length(shifts=[0, 1], subgroup_size=5)
    assert result.average_run_lengths == pytest.approx([370.4, 4.5], abs=0.05)


def test_a_head_start_finds_an_early_shift_sooner():
    # Lucas and Crosier (1982), h 5, k 0.5, FIR at h/2: 430 in control, 6.35 for one sigma (Montgomery, section 9.1.6).
    fast = cusum_chart(sample=SHIFTED, center=10, sigma=1, h=5, head_start=True)
    assert fast.arl_one_sigma == pytest.approx(6.35, abs=0.02)
    assert fast.arl_in_control == pytest.approx(430, abs=2)


def test_laney_limits_grow_with_the_variation_between_points():
    # By definition: p' limits are the p limits times sigma_z, the mean moving range of z over 1.128.
    counts, size = [310, 290, 335, 280, 322, 301, 345, 288], 10000
    plain, laney = (
        p_chart(nonconforming=counts, sample_sizes=[size]),
        laney_p_chart(nonconforming=counts, sample_sizes=[size]),
    )
    assert laney.ucl - laney.center == pytest.approx(laney.sigma_z * (plain.ucl - plain.center))
    z = [(count / size - plain.center) / ((plain.center * (1 - plain.center) / size) ** 0.5) for count in counts]
    assert laney.sigma_z == pytest.approx(sum(abs(b - a) for a, b in itertools.pairwise(z)) / 7 / 1.1283791671)


def test_estimators_agree_on_what_they_estimate():
    # Wheeler: for n = 2 subgroups the range estimator is the moving range estimator without the overlaps.
    assert range_sigma([[1, 3], [4, 8]]).sigma == pytest.approx(3 / 1.1283791671)
    assert pooled_sigma([[1, 3], [4, 8]], unbiased=False).sigma == pytest.approx(5**0.5)
    assert moving_range_sigma([1, 3, 2]).sigma == pytest.approx(1.5 / 1.1283791671)
    assert moving_range_sigma([1, 3, 2, 2.5], median=True).sigma == pytest.approx(1 / 0.9538725524)
    assert successive_sigma([1, 3, 2]).sigma == pytest.approx((2.5 / 2) ** 0.5)


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


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (xbar_r_chart, {"subgroups": [[1, 2], [3]]}, "subgroups[1]"),
        (xbar_r_chart, {"subgroups": [[1, 2], [3, 4]], "exclude": [7]}, "exclude[0]"),
        (xbar_r_chart, {"subgroups": [[1, 2], [3, 4]], "sigma": 1}, "center"),
        (i_mr_chart, {"sample": [1, 2]}, "sample"),
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
