"""Repeated measures against a published table and identities."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.math.repeated_measures import repeated_measures_anova
from havoc.tools.math.t_tests import t_test_paired

# Winer (1971), Statistical Principles in Experimental Design, Table 4.3-1: reaction times of 5 persons under 4 drugs.
WINER = [[30, 28, 16, 34], [14, 18, 10, 22], [24, 20, 18, 30], [38, 34, 20, 44], [26, 28, 14, 30]]


def test_winer_s_drugs():
    # Winer: SS people 680.8, drugs 698.2, residual 112.8; F(3, 12) = 24.76 (24.7589 unrounded).
    result = repeated_measures_anova(measurements=WINER)
    assert result.sum_of_squares_subjects == pytest.approx(680.8)
    assert result.sum_of_squares_conditions == pytest.approx(698.2)
    assert result.sum_of_squares_error == pytest.approx(112.8)
    assert result.f == pytest.approx(24.76, abs=5e-3)
    assert (result.df_conditions, result.df_error) == (3, 12)


def test_two_conditions_are_the_paired_t_test():
    before, after = [row[0] for row in WINER], [row[1] for row in WINER]
    result = repeated_measures_anova(measurements=[list(pair) for pair in zip(before, after, strict=True)])
    paired = t_test_paired(before=before, after=after)
    assert result.f == pytest.approx(paired.statistic**2)
    assert result.p_greenhouse_geisser == pytest.approx(paired.p_value)


def test_epsilon_from_the_double_centred_covariance():
    # Box (1954): k²(mean diagonal - grand mean)² / ((k-1)(sum s² - 2k sum row means² + k² grand mean²)).
    covariance = np.cov(np.array(WINER, dtype=float).T)
    k, grand, rows = 4, covariance.mean(), covariance.mean(axis=1)
    top = k**2 * (np.diag(covariance).mean() - grand) ** 2
    expected = top / ((k - 1) * ((covariance**2).sum() - 2 * k * (rows**2).sum() + k**2 * grand**2))
    result = repeated_measures_anova(measurements=WINER)
    assert result.epsilon_greenhouse_geisser == pytest.approx(expected)
    assert 1 / 3 <= result.epsilon_greenhouse_geisser <= result.epsilon_huynh_feldt <= 1
    assert result.p_value <= result.p_greenhouse_geisser


def test_order_of_subjects_and_unit_do_not_matter():
    plain = repeated_measures_anova(measurements=WINER)
    moved = repeated_measures_anova(measurements=[[5 + 2 * x for x in row] for row in reversed(WINER)])
    assert moved.f == pytest.approx(plain.f)
    assert moved.mauchly_w == pytest.approx(plain.mauchly_w)


@pytest.mark.parametrize("measurements", [[[1, 2]], [[1], [2]], [[1, 2], [2, 3]], [[1, 2], [3]]])
def test_what_cannot_be_analysed_is_an_error(measurements):
    with pytest.raises(ToolError):
        repeated_measures_anova(measurements=measurements)
