"""Crossed gage R&R by analysis of variance against published studies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.spc.gage_rr import SMALL_STUDY, gage_rr_anova
from tests.tools.spc.gage_data import AIAG, IMPEDANCE


def _variances(result):
    return {line.source: line.variance for line in result.components}


def test_aiag_study_has_the_published_tables():
    # AIAG MSA 4th ed., gage R&R ANOVA tables; the same study is Minitab's and SixSigma's common example.
    result = gage_rr_anova(**AIAG)
    full = {row.source: row for row in result.anova_with_interaction}
    assert full["part"].f == pytest.approx(492.291, abs=5e-4)
    assert full["operator"].f == pytest.approx(79.406, abs=5e-4)
    assert full["operator*part"].f == pytest.approx(0.434, abs=5e-4)
    assert full["operator*part"].p_value == pytest.approx(0.974, abs=5e-4)
    assert full["part"].sum_of_squares == pytest.approx(88.3619, abs=5e-5)
    pooled = {row.source: row for row in result.anova_without_interaction}
    assert pooled["part"].f == pytest.approx(245.614, abs=5e-4)
    assert pooled["operator"].f == pytest.approx(39.617, abs=5e-4)
    assert pooled["repeatability"].df == 78
    assert result.interaction_pooled
    variances = _variances(result)
    assert variances["total gage R&R"] == pytest.approx(0.09143, abs=5e-6)
    assert variances["repeatability"] == pytest.approx(0.03997, abs=5e-6)
    assert variances["reproducibility"] == pytest.approx(0.05146, abs=5e-6)
    assert variances["part-to-part"] == pytest.approx(1.08645, abs=5e-6)
    assert result.sigma_grr == pytest.approx(0.30237, abs=5e-6)
    assert result.sigma_total == pytest.approx(1.08530, abs=5e-6)
    assert result.percent_study_grr == pytest.approx(27.86, abs=5e-3)
    assert result.percent_contribution_grr == pytest.approx(7.76, abs=5e-3)
    assert result.ndc == 4


def test_thermal_impedance_keeps_its_interaction():
    # Montgomery, Introduction to Statistical Quality Control, chapter 8: F 162.27, 7.28, 5.27; sigma^2 of parts 48.29,
    # inspectors 0.56, interaction 0.73, repeatability 0.51; P/T with LSL 18 and USL 58 = 6 (1.34) / 40 = 0.20.
    result = gage_rr_anova(**IMPEDANCE, lsl=18, usl=58)
    rows = {row.source: row for row in result.anova_with_interaction}
    assert [rows[name].f for name in ("part", "operator", "operator*part")] == pytest.approx([162.27, 7.28, 5.27], abs=6e-3)
    assert not result.interaction_pooled
    variances = _variances(result)
    expected = {"part-to-part": 48.29, "operator": 0.56, "operator*part": 0.73, "repeatability": 0.51}
    assert {name: variances[name] for name in expected} == pytest.approx(expected, abs=6e-3)
    assert result.percent_tolerance_grr == pytest.approx(20, abs=0.5)


def test_a_higher_pooling_level_keeps_and_a_lower_pools():
    assert not gage_rr_anova(**AIAG, alpha_pool=0.99).interaction_pooled
    assert gage_rr_anova(**IMPEDANCE, alpha_pool=1e-8).interaction_pooled


def test_intervals_enclose_their_estimates_and_widen_with_confidence():
    for study in (AIAG, IMPEDANCE):
        wide, narrow = gage_rr_anova(**study, alpha=0.01), gage_rr_anova(**study, alpha=0.2)
        for outer, inner in zip(wide.components, narrow.components, strict=True):
            if outer.ci_low is not None:
                assert outer.ci_low <= inner.ci_low <= inner.variance <= inner.ci_high <= outer.ci_high


def test_the_interval_of_repeatability_is_chi_square():
    # Exact by hand: 30.667 / chi2(0.975; 60) = 30.667 / 83.298 and 30.667 / 40.482 (tables of chi-square).
    line = next(line for line in gage_rr_anova(**IMPEDANCE).components if line.source == "repeatability")
    assert (line.ci_low, line.ci_high) == pytest.approx((30.6667 / 83.298, 30.6667 / 40.482), rel=2e-5)


@settings(max_examples=20, deadline=None)
@given(shift=st.floats(-1e3, 1e3), scale=st.floats(0.01, 100), seed=st.randoms(use_true_random=False))
def test_order_shift_and_scale(shift, scale, seed):
    rows = list(zip(AIAG["parts"], AIAG["operators"], AIAG["measurements"], strict=True))
    seed.shuffle(rows)
    parts, operators, values = zip(*rows, strict=True)
    moved = gage_rr_anova(parts=parts, operators=operators, measurements=[shift + scale * value for value in values])
    assert moved.sigma_grr == pytest.approx(scale * 0.30237152232290465, rel=1e-6)
    assert moved.percent_study_grr == pytest.approx(27.860650881142284, rel=1e-6)


def test_variances_add_up():
    variances = _variances(gage_rr_anova(**IMPEDANCE))
    assert variances["reproducibility"] == pytest.approx(variances["operator"] + variances["operator*part"])
    assert variances["total gage R&R"] == pytest.approx(variances["repeatability"] + variances["reproducibility"])
    assert variances["total variation"] == pytest.approx(variances["total gage R&R"] + variances["part-to-part"])


def test_a_negative_component_is_zero_and_said_to_be():
    # By hand: both operators have the mean 2, so MS(operator) = 0 and its component is negative.
    study = {"parts": list("11112222"), "operators": list("AABBAABB"), "measurements": [1, 2, 1, 2, 2, 3, 2, 3]}
    result = gage_rr_anova(**study)
    assert _variances(result)["operator"] == 0
    assert "negative_component" in {notice.code for notice in result.warnings}


def test_one_limit_is_compared_with_half_the_spread():
    # By definition: 3 sigma over the distance from the mean of all measurements to the limit.
    study = gage_rr_anova(**IMPEDANCE, usl=58)
    mean = sum(IMPEDANCE["measurements"]) / 90
    assert study.percent_tolerance_grr == pytest.approx(100 * 3 * study.sigma_grr / (58 - mean))


def test_single_measurements_have_no_interaction_and_a_perfect_gage_no_ndc():
    single = gage_rr_anova(parts=list("112233"), operators=list("ABABAB"), measurements=[1, 2, 4, 4, 6, 7])
    assert single.interaction_p_value is None
    assert single.anova_with_interaction == []
    perfect = gage_rr_anova(parts=list("11112222"), operators=list("AABBAABB"), measurements=[1, 1, 1, 1, 3, 3, 3, 3])
    assert perfect.ndc is None
    assert "ndc" in perfect.undefined


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"measurements": [1.0] * 12}, "measurements"),
        ({"measurements": [1.0, 2.0]}, "measurements"),
        ({"operators": ["A"] * 12}, "operators"),
        ({"parts": ["1"] * 5 + ["2"] * 3 + ["3"] * 4}, "measurements"),
        ({"lsl": 5, "usl": 4}, "usl"),
        ({"lsl": 5, "tolerance": 4}, "tolerance"),
    ],
)
def test_what_a_study_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        gage_rr_anova(**{**SMALL_STUDY, **changes})
    assert caught.value.path == path
