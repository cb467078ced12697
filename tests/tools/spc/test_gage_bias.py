"""Bias and type 1 studies against AIAG's example and hand calculations."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.spc.gage_bias import gage_bias, gage_type1

# AIAG MSA 4th ed., bias study: 15 measurements of a part with reference value 6.00.
AIAG = [5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0]


def test_aiag_s_worked_example():
    # AIAG MSA 4th ed.: mean 6.0067, sigma_r 0.22514, sigma_b 0.05813, t 0.1153, df 10.8, interval -0.1185 to 0.1319.
    result = gage_bias(measurements=AIAG, reference=6.0, sigma_method="range")
    assert result.mean == pytest.approx(6.0067, abs=5e-5)
    assert result.bias == pytest.approx(0.0067, abs=5e-5)
    assert result.sigma_repeatability == pytest.approx(0.22514, rel=1e-4)
    assert result.standard_error == pytest.approx(0.05813, abs=5e-6)
    assert result.statistic == pytest.approx(0.1153, abs=1e-3)
    assert result.df == pytest.approx(10.8, abs=0.1)
    assert (result.ci_low, result.ci_high) == pytest.approx((-0.1185, 0.1319), abs=2e-4)


def test_the_default_is_the_one_sample_t_test():
    # Identity: mean minus reference over s / sqrt(n) with n - 1 degrees of freedom.
    result = gage_bias(measurements=AIAG, reference=6.0, process_sd=2.5)
    assert result.statistic == pytest.approx((np.mean(AIAG) - 6) / (np.std(AIAG, ddof=1) / 15**0.5))
    assert result.df == 14
    assert result.percent_ev == pytest.approx(100 * np.std(AIAG, ddof=1) / 2.5)
    assert not result.significant


def test_type_1_by_hand():
    # By hand: s = 0.01, mean 10.0, reference 10.01, T = 1: Cg = 0.2 / 0.06, Cgk = (0.1 - 0.01) / 0.03.
    result = gage_type1(measurements=[9.99, 10.0, 10.01], reference=10.01, tolerance=1.0, resolution=0.01)
    assert result.cg == pytest.approx(0.2 / 0.06)
    assert result.cgk == pytest.approx(3.0)
    assert result.percent_var_repeatability == pytest.approx(6.0)
    assert result.percent_resolution == pytest.approx(1.0)


def test_cg_follows_the_factors_and_the_scale():
    arguments = {"measurements": AIAG, "reference": 6.0, "tolerance": 20.0}
    base = gage_type1(**arguments)
    assert gage_type1(**arguments, percent_of_tolerance=15).cg == pytest.approx(0.75 * base.cg)
    assert gage_type1(**arguments, study_multiplier=4).cg == pytest.approx(1.5 * base.cg)
    scaled = gage_type1(measurements=[25.4 * value for value in AIAG], reference=25.4 * 6, tolerance=25.4 * 20)
    assert (scaled.cg, scaled.cgk) == pytest.approx((base.cg, base.cgk))


def test_a_bias_that_uses_up_the_allowance():
    result = gage_type1(measurements=AIAG, reference=8.0, tolerance=2.0)
    assert result.cgk < 0
    assert result.percent_var_repeatability_bias is None
    assert "not capable" in result.conclusion


def test_two_measurements_are_enough_for_both_methods():
    assert gage_bias(measurements=[1.0, 2.0], reference=1.0, sigma_method="range").df == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("measurements", [[1.0], [2.0, 2.0, 2.0]])
def test_constant_measurements_are_refused(measurements):
    with pytest.raises(ToolError) as caught:
        gage_bias(measurements=measurements, reference=1.0)
    assert caught.value.path == "measurements"
