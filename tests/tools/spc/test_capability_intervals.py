"""Intervals of capability indices against published examples."""

import pytest
from scipy import stats

from havoc.tools.spc.capability_intervals import cp_interval, cpk_interval, cpm_interval


def test_cp_of_montgomery():
    # Montgomery, Introduction to Statistical Quality Control, example 8.4: USL 62, LSL 38, n = 20, s = 1.75:
    # Cp 2.29, 1.57 to 3.01 (from the rounded Cp).
    assert cp_interval(2.29, 19, 0.05) == pytest.approx((1.57, 3.01), abs=5e-3)


def test_cpk_of_montgomery():
    # Montgomery, example 8.5 (Bissell): Cpk = 1.33, n = 20: 0.88 to 1.78.
    assert cpk_interval(1.33, 20, 19, 0.05) == pytest.approx((0.88, 1.78), abs=5e-3)


def test_qcc_on_piston_rings():
    # R qcc, process.capability(pistonrings): Cp 1.703 (1.491, 1.915), Cpk 1.663 (1.448, 1.878), with n - 1 = 124.
    assert cp_interval(1.703281, 124, 0.05) == pytest.approx((1.491, 1.915), abs=5e-4)
    assert cpk_interval(1.663219, 125, 124, 0.05) == pytest.approx((1.448, 1.878), abs=5e-4)


def test_on_target_cpm_is_chi_square_with_n_degrees_of_freedom():
    # By definition: with mean = target, n s^2 / sigma^2 about the target is chi-square with n.
    expected = tuple((stats.chi2.ppf(q, 50) / 50) ** 0.5 for q in (0.025, 0.975))
    assert cpm_interval(1.0, 50, 0.0, 0.05) == pytest.approx(expected)


def test_intervals_narrow_with_n():
    widths = [high - low for low, high in (cpk_interval(1.33, n, n - 1, 0.05) for n in (10, 100, 1000))]
    assert widths == sorted(widths, reverse=True)


def test_a_cpk_of_zero_has_an_interval():
    assert cpk_interval(0.0, 25, 24, 0.05) == pytest.approx((-1.959964 / 15, 1.959964 / 15))
