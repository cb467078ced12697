"""The average and range method against AIAG's worked form."""

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.gage_rr import SMALL_STUDY, gage_rr_anova
from havoc.tools.spc.gage_rr_range import gage_rr_range
from tests.tools.spc.gage_data import AIAG


def test_aiag_form():
    # AIAG MSA 4th ed., gage R&R data sheet and report. AIAG rounds the mean range to 0.3417 and X_diff to 0.4446.
    result = gage_rr_range(**AIAG)
    assert result.mean_range == pytest.approx(0.3417, abs=5e-5)
    assert result.operator_difference == pytest.approx(0.4446, abs=2e-4)
    assert result.part_range == pytest.approx(3.511, abs=5e-4)
    assert (result.k1, result.k2, result.k3) == pytest.approx((0.5908, 0.5231, 0.3146), abs=6e-5)
    assert result.sigma_repeatability == pytest.approx(0.20188, rel=2e-4)
    assert result.sigma_reproducibility == pytest.approx(0.22963, rel=3e-4)
    assert result.sigma_grr == pytest.approx(0.30575, rel=2e-4)
    assert result.sigma_part == pytest.approx(1.10456, rel=2e-4)
    assert result.sigma_total == pytest.approx(1.14610, rel=2e-4)
    assert [line.percent_study_variation for line in result.components[:4]] == pytest.approx(
        [26.68, 17.62, 20.04, 96.38], abs=0.02
    )
    assert result.ndc == 5


def test_it_agrees_roughly_with_the_analysis_of_variance():
    # Both estimate the same components of AIAG's study.
    assert gage_rr_range(**AIAG).sigma_grr == pytest.approx(gage_rr_anova(**AIAG).sigma_grr, rel=0.05)


def test_scale_and_shift():
    moved = gage_rr_range(**{**AIAG, "measurements": [7 + 3 * value for value in AIAG["measurements"]]})
    assert moved.sigma_grr == pytest.approx(3 * gage_rr_range(**AIAG).sigma_grr)


def test_operators_alike_have_no_reproducibility():
    # By hand: equal operator averages make the difference below the root negative.
    study = {"parts": list("11112222"), "operators": list("AABBAABB"), "measurements": [1, 2, 1, 2, 2, 3, 2, 3]}
    result = gage_rr_range(**study)
    assert result.sigma_reproducibility == 0
    assert "negative" in result.conventions["AV"]


def test_single_measurements_have_no_range():
    single = {name: column[::2] for name, column in SMALL_STUDY.items()}
    with pytest.raises(ToolError, match="two trials"):
        gage_rr_range(**single)
