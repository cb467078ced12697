"""The path of steepest ascent against Montgomery's example."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.steepest_ascent import steepest_ascent
from tests.tools.doe.experiments import ASCENT


def test_montgomery_s_path():
    # Montgomery, Example 11.1, Table 11.3: y = 40.44 + 0.775 x1 + 0.325 x2; steps of 5 minutes and 0.42 coded units of
    # temperature (2.1, rounded to 2 degrees).
    result = steepest_ascent(**ASCENT, base_factor="Time", base_step=5)
    assert result.coefficients == pytest.approx({"Time": 0.775, "Temperature": 0.325})
    assert result.path[0].predicted == pytest.approx(40.44, abs=5e-3)
    assert result.step_coded == pytest.approx({"Time": 1.0, "Temperature": 0.42}, abs=1e-3)
    assert result.step_natural == pytest.approx({"Time": 5.0, "Temperature": 2.1}, abs=5e-3)
    assert result.path[10].settings["Time"] == pytest.approx(85)
    assert result.path[10].settings["Temperature"] == pytest.approx(176, abs=0.05)
    # The same table of variance: F = 47.83 of the model, p = 0.0002; the quadratic and the interaction are small.
    assert result.linear_p_value == pytest.approx(0.0002, abs=5e-5)
    assert result.lack_of_fit_p_value > 0.5


def test_descent_is_the_opposite():
    up, down = steepest_ascent(**ASCENT), steepest_ascent(**ASCENT, goal="minimize")
    assert [value for value in down.step_coded.values()] == pytest.approx([-value for value in up.step_coded.values()])
    assert [point.predicted for point in down.path] == sorted((point.predicted for point in down.path), reverse=True)


@given(st.floats(0.5, 20))
def test_no_other_direction_of_the_same_length_rises_more(step):
    result = steepest_ascent(**ASCENT, base_step=step)
    slopes = np.array(list(result.coefficients.values()))
    coded = np.array(list(result.step_coded.values()))
    others = np.random.default_rng(1).normal(size=(100, 2))
    others *= np.linalg.norm(coded) / np.linalg.norm(others, axis=1)[:, None]
    assert (others @ slopes).max() <= coded @ slopes * (1 + 1e-12)


def test_a_path_without_slope_is_warned_about():
    result = steepest_ascent(**{**ASCENT, "response": [1, 3, 2, 2.5, 1, 3, 2, 4, 2]})
    assert "no_slope" in {notice.code for notice in result.warnings}


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"base_factor": "Pressure"}, "base_factor"),
        ({"response": [1, 2, 2, 1, 0, 0, 0, 0, 0]}, "response"),
        ({"base_step": -1}, "base_step"),
    ],
)
def test_what_gives_no_path_is_named(changed, path):
    with pytest.raises(ToolError) as caught:
        steepest_ascent(**{**ASCENT, **changed})
    assert caught.value.path == path
