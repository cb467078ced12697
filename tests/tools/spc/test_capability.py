"""Process capability against NIST, Montgomery and qcc."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.spc.capability import process_capability, process_capability_from_summary
from tests.tools.spc.spc_data import PISTON_RINGS

FLAT = [value for group in PISTON_RINGS for value in group]


def test_nist_example():
    # NIST/SEMATECH e-Handbook 6.1.6: USL 20, LSL 8, mean 16, s 2: Cp 1.0, Cpu 0.6667, Cpl 1.3333, Cpk 0.6667.
    result = process_capability_from_summary(mean=16, n=50, within_sd=2, lsl=8, usl=20)
    assert (result.cp, result.cpu, result.cpl, result.cpk) == pytest.approx((1.0, 0.6667, 1.3333, 0.6667), abs=5e-5)
    assert result.ppk is None
    assert "ppk" in result.undefined


def test_bottle_bursting_strength():
    # Montgomery, Introduction to Statistical Quality Control, section 8.2: mean 264.06, s 32.02, LSL 200: 0.67.
    result = process_capability_from_summary(mean=264.06, n=100, overall_sd=32.02, lsl=200)
    assert result.ppl == pytest.approx(0.67, abs=5e-3)
    assert result.pp is None
    assert result.undefined["pp"] == "the specification has one limit"


def test_qcc_on_piston_rings():
    # R qcc, process.capability(spec.limits = c(73.95, 74.05)) on pistonrings: center 74.00118, StdDev 0.009785039, Cp 1.703,
    # Cp_l 1.743, Cp_u 1.663, Cp_k 1.663, Cpm 1.691, with n - 1 degrees of freedom.
    sigma = 0.009785039
    result = process_capability_from_summary(
        mean=74.00118, n=125, within_sd=sigma, overall_sd=sigma, lsl=73.95, usl=74.05, target=74
    )
    assert (result.cp, result.cpl, result.cpu, result.cpk) == pytest.approx((1.703, 1.743, 1.663, 1.663), abs=1e-3)
    assert (result.cp_ci_low, result.cp_ci_high) == pytest.approx((1.491, 1.915), abs=1e-3)
    assert (result.cpk_ci_low, result.cpk_ci_high) == pytest.approx((1.448, 1.878), abs=1e-3)
    assert result.cpm == pytest.approx(1.691, abs=1e-3)


def test_piston_rings_by_the_mean_range():
    # Montgomery, piston rings: grand mean 74.001, sum of ranges 0.581, sigma = Rbar / d2 with d2(5) = 2.326.
    result = process_capability(subgroups=PISTON_RINGS, lsl=73.95, usl=74.05, target=74, sigma_method="rbar")
    assert result.mean == pytest.approx(74.001, abs=5e-4)
    assert result.sigma_within == pytest.approx(0.581 / 25 / 2.326, rel=2e-4)
    assert result.cp == pytest.approx(0.1 / (6 * 0.581 / 25 / 2.326), rel=2e-4)
    assert result.df_within == pytest.approx(0.9 * 25 * 4)
    assert result.ppm_observed == 0


def test_subgroups_and_flat_data_agree():
    grouped = process_capability(subgroups=PISTON_RINGS, lsl=73.95, usl=74.05)
    assert process_capability(data=FLAT, subgroup_size=5, lsl=73.95, usl=74.05) == grouped
    assert grouped.df_within == 100


def test_individuals_take_the_moving_range():
    # By hand: moving ranges 1, 2, 1 average 4/3; sigma = 4/3 / 1.128379.
    result = process_capability(data=[10, 11, 9, 10], lsl=0, usl=20)
    assert result.sigma_within == pytest.approx(4 / 3 / 1.128379, rel=1e-6)


def test_expected_and_observed_parts_per_million():
    # A centred process with Cp = 1 has 2700 ppm outside (0.27%, Montgomery, Table 8.2), with Cp = 1.5 it has 7 ppm.
    for cp, ppm, tolerance in ((1.0, 2700, 0.5), (1.5, 6.8, 0.05)):
        result = process_capability_from_summary(mean=0, n=100, overall_sd=1, lsl=-3 * cp, usl=3 * cp)
        assert result.ppm_expected_overall == pytest.approx(ppm, abs=tolerance)
    # By hand: one of five values is above 3.
    assert process_capability(data=[1, 2, 1, 2, 4], usl=3).ppm_observed == 200_000


def test_z_bench_of_one_limit_is_three_times_the_index():
    result = process_capability_from_summary(mean=5, n=30, overall_sd=1.5, usl=10)
    assert result.z_bench_overall == pytest.approx(3 * result.ppk)
    far = process_capability_from_summary(mean=0, n=30, overall_sd=1e-3, lsl=0 - 1, usl=2)
    assert far.z_bench_overall == pytest.approx(1000)


@settings(max_examples=25, deadline=None)
@given(shift=st.floats(-100, 100), scale=st.floats(0.1, 50))
def test_indices_do_not_change_with_the_unit(shift, scale):
    base = process_capability(data=[v - 74 for v in FLAT], subgroup_size=5, lsl=-0.05, usl=0.05, target=0)
    moved = process_capability(
        data=[shift + scale * (value - 74) for value in FLAT],
        subgroup_size=5,
        lsl=shift - 0.05 * scale,
        usl=shift + 0.05 * scale,
        target=shift,
    )
    for name in ("cp", "cpk", "pp", "ppk", "cpm"):
        assert getattr(moved, name) == pytest.approx(getattr(base, name), rel=1e-6)


def test_the_mirror_image_swaps_lower_and_upper():
    result = process_capability(data=FLAT, lsl=73.95, usl=74.04)
    mirror = process_capability(data=[-value for value in FLAT], lsl=-74.04, usl=-73.95)
    assert (mirror.cpl, mirror.cpu) == pytest.approx((result.cpu, result.cpl))


def test_what_the_data_cannot_bear_is_reported():
    skewed = [2.0 ** (index / 5) for index in range(40)]
    codes = {notice.code for notice in process_capability(data=skewed, usl=1000).warnings}
    assert {"not_normal", "small_sample", "not_stable"} <= codes
    assert not process_capability(subgroups=[[1, 1], [2, 2]], usl=5).undefined.keys().isdisjoint({"cpk"})


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"lsl": None, "usl": None}, "usl"),
        ({"lsl": 75.0}, "usl"),
        ({"target": 80.0}, "target"),
        ({"data": [1.0] * 10}, "data"),
        ({"data": None}, "data"),
        ({"subgroup_size": 7}, "subgroup_size"),
        ({"sigma_method": "rbar"}, "sigma_method"),
        ({"subgroup_size": 5, "sigma_method": "mr"}, "sigma_method"),
    ],
)
def test_what_capability_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        process_capability(**{"data": FLAT[:20], "lsl": 73.95, "usl": 74.05, **changes})
    assert caught.value.path == path


def test_subgroups_of_different_sizes_are_pooled():
    # By hand: squares 2 + 0.5 over 2 + 1 degrees of freedom; c4(4) = 0.921318.
    uneven = process_capability(subgroups=[[1, 2, 3], [2, 3]], usl=9)
    assert uneven.df_within == 3
    assert uneven.sigma_within == pytest.approx((2.5 / 3) ** 0.5 / 0.921318, rel=1e-6)
