"""Outlier tests against published values."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.math.outliers import dixon, generalized_esd, grubbs

# NIST/SEMATECH e-Handbook 1.3.5.17.1 (Tietjen and Moore 1972): uranium isotope readings.
URANIUM = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57]
# Rosner (1983), in NIST/SEMATECH e-Handbook 1.3.5.17.3.
ROSNER = [
    *(-0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69, 1.70),
    *(1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.40),
    *(2.47, 2.54, 2.62, 2.64, 2.90, 2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64, 5.34, 5.42, 6.01),
]


def test_grubbs_on_uranium():
    # NIST: G = 2.4687, critical value 2.032 one-sided (upper tail) at 5%.
    result = grubbs(sample=URANIUM, side="high")
    assert result.statistic == pytest.approx(2.4687, abs=1e-4)
    assert result.critical_value == pytest.approx(2.032, abs=5e-4)
    assert result.outlier
    assert (result.suspect, result.position) == (245.57, 8)


GRUBBS_TABLE = {3: 1.1543, 5: 1.7150, 8: 2.1266, 10: 2.2900, 20: 2.7082, 50: 3.1282}
Q_TABLE = {3: 0.970, 4: 0.829, 5: 0.710, 6: 0.625, 7: 0.568, 8: 0.526, 10: 0.466}


@pytest.mark.parametrize(("n", "critical"), GRUBBS_TABLE.items())
def test_published_two_sided_critical_values(n, critical):
    # Grubbs and Beck (1972), two-sided 5%.
    sample = np.linspace(0, 1, n).tolist()
    assert grubbs(sample=sample).critical_value == pytest.approx(critical, abs=6e-4)


def test_rosner_s_example():
    # NIST: R = 3.118, 2.942, 3.179, 2.810, 2.815, 2.848, ...; critical 3.158, 3.151, 3.143, 3.136, 3.128, 3.120; 3 outliers,
    # although the first two steps are not significant.
    result = generalized_esd(sample=ROSNER, max_outliers=10)
    statistics = [step.statistic for step in result.steps[:6]]
    limits = [step.critical_value for step in result.steps[:6]]
    assert statistics == pytest.approx([3.118, 2.942, 3.179, 2.810, 2.815, 2.848], abs=1e-3)
    assert limits == pytest.approx([3.158, 3.151, 3.143, 3.136, 3.128, 3.120], abs=1e-3)
    assert result.outliers == [6.01, 5.42, 5.34]


@pytest.mark.parametrize(("n", "critical"), Q_TABLE.items())
def test_published_values_of_q(n, critical):
    # Rorabacher (1991), Analytical Chemistry 63, 139-146: Q at 95% confidence, two-sided. Dixon interpolated them; for 6
    # values the distribution itself gives 0.628.
    sample = np.linspace(0, 1, n).tolist()
    assert dixon(sample=sample).critical_value == pytest.approx(critical, abs=3e-3)


def test_q_of_replicates():
    # Wikipedia, Dixon's Q test: 0.167 among ten values, Q = 0.010/0.022 = 0.455, below 0.466 at 95%.
    result = dixon(sample=[0.189, 0.167, 0.187, 0.183, 0.186, 0.182, 0.181, 0.184, 0.181, 0.177])
    assert result.suspect == 0.167
    assert result.statistic == pytest.approx(0.455, abs=5e-4)
    assert not result.outlier
    assert 0.05 < result.p_value < 0.10


def test_order_shift_and_unit_do_not_matter():
    before, after = grubbs(sample=URANIUM), grubbs(sample=[3 - 2 * x for x in reversed(URANIUM)])
    assert after.statistic == pytest.approx(before.statistic)
    assert after.p_value == pytest.approx(before.p_value)


UNFIT = [(grubbs, [1, 2]), (grubbs, [3, 3, 3]), (dixon, list(range(31))), (generalized_esd, [1, 2, 3])]


@pytest.mark.parametrize(("call", "sample"), UNFIT)
def test_what_cannot_be_tested_is_an_error(call, sample):
    with pytest.raises(ToolError) as caught:
        call(sample=sample)
    assert caught.value.path == "sample"
