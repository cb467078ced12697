"""Linearity against AIAG's example."""

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.gage_linearity import gage_linearity

# AIAG MSA 4th ed., linearity study: five parts, twelve measurements each.
_AIAG = {
    2: [2.7, 2.5, 2.4, 2.5, 2.7, 2.3, 2.5, 2.5, 2.4, 2.4, 2.6, 2.4],
    4: [5.1, 3.9, 4.2, 5.0, 3.8, 3.9, 3.9, 3.9, 3.9, 4.0, 4.1, 3.8],
    6: [5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1],
    8: [7.6, 7.7, 7.8, 7.7, 7.8, 7.8, 7.8, 7.7, 7.8, 7.5, 7.6, 7.7],
    10: [9.1, 9.3, 9.5, 9.3, 9.4, 9.5, 9.5, 9.5, 9.6, 9.2, 9.3, 9.4],
}
AIAG = {
    "references": [reference for reference, values in _AIAG.items() for _ in values],
    "measurements": [value for values in _AIAG.values() for value in values],
}


def test_aiag_s_study():
    # AIAG MSA 4th ed.: biases 0.491667, 0.125, 0.025, -0.29167, -0.61667; slope -0.131667, intercept 0.736667, S 0.23954,
    # R-sq 71.4%, t of the slope -12.043, of the intercept 10.158.
    result = gage_linearity(**AIAG)
    assert [line.bias for line in result.biases] == pytest.approx([0.491667, 0.125, 0.025, -0.29167, -0.61667], abs=5e-6)
    assert result.slope == pytest.approx(-0.131667, abs=5e-7)
    assert result.intercept == pytest.approx(0.736667, abs=5e-7)
    assert result.residual_sd == pytest.approx(0.23954, abs=5e-6)
    assert result.r_squared == pytest.approx(0.714, abs=5e-4)
    assert result.slope_statistic == pytest.approx(-12.043, abs=5e-4)
    assert result.intercept_statistic == pytest.approx(10.158, abs=5e-4)
    assert not result.zero_inside_band


def test_a_constant_offset_changes_the_intercept_only():
    base = gage_linearity(**AIAG)
    moved = gage_linearity(**{**AIAG, "measurements": [value + 0.5 for value in AIAG["measurements"]]})
    assert moved.slope == pytest.approx(base.slope)
    assert moved.intercept == pytest.approx(base.intercept + 0.5)


def test_the_process_gives_linearity_and_percent_bias():
    # By definition: |slope| 6 sigma, and |average bias| / 6 sigma.
    result = gage_linearity(**AIAG, process_sd=2.5)
    assert result.linearity == pytest.approx(0.131667 * 15, abs=1e-5)
    assert result.percent_bias == pytest.approx(100 * abs(result.average_bias) / 15)


def test_order_does_not_matter():
    reversed_study = {name: column[::-1] for name, column in AIAG.items()}
    assert gage_linearity(**reversed_study).slope == pytest.approx(gage_linearity(**AIAG).slope)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"references": [5.0] * 60}, "references"),
        ({"measurements": [1.0]}, "measurements"),
        ({"measurements": AIAG["references"]}, "measurements"),
    ],
)
def test_what_a_study_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        gage_linearity(**{**AIAG, **changes})
    assert caught.value.path == path
