"""Box-Cox transformations of models against Box and Cox's poisons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.box_cox_model import box_cox_transform_model
from tests.tools.doe.experiments import POISONS, YIELD


def test_poisons():
    # Box and Cox (1964), section 5: for the additive model the power is -0.75 with a 95% interval of about -1.13 to -0.37,
    # and the reciprocal is taken.
    result = box_cox_transform_model(**POISONS, model="linear")
    assert result.power == pytest.approx(-0.75, abs=0.005)
    assert (result.ci_low, result.ci_high) == pytest.approx((-1.13, -0.37), abs=0.02)
    assert result.rounded_power == -1
    assert result.transformation == "1/y"
    assert result.needed
    assert result.transformed_r_squared > result.r_squared


def test_the_interval_s_ends_have_the_likelihood_that_defines_them():
    # An identity with an independent evaluation: the likelihood ratio at the ends is the chi-squared quantile 3.8415.
    result = box_cox_transform_model(**POISONS, model="linear")
    y = np.array(POISONS["response"])
    poison = np.array([["I", "II", "III"].index(one) for one in POISONS["data"]["Poison"]])
    treatment = np.array(["ABCD".index(one) for one in POISONS["data"]["Treatment"]])
    matrix = np.column_stack([np.eye(3)[poison], np.eye(4)[treatment][:, 1:]])

    def log_likelihood(power):
        z = (y**power - 1) / power
        rest = z - matrix @ np.linalg.lstsq(matrix, z, rcond=None)[0]
        return -len(y) / 2 * np.log(rest @ rest / len(y)) + (power - 1) * np.log(y).sum()

    top = log_likelihood(result.power)
    for end in (result.ci_low, result.ci_high):
        assert 2 * (top - log_likelihood(end)) == pytest.approx(3.841459, abs=1e-5)
    assert result.log_likelihood_ratio == pytest.approx(2 * (top - log_likelihood(1.0)), rel=1e-6)


@given(st.floats(1e-3, 1e3))
def test_the_unit_of_the_response_does_not_matter(scale):
    scaled = {**POISONS, "response": [scale * y for y in POISONS["response"]]}
    assert box_cox_transform_model(**scaled, model="linear").power == pytest.approx(-0.7501625, abs=1e-4)


def test_a_known_power_is_found():
    # The logarithm of the response follows the model with small even errors, so that 0 is the power.
    a, b = [-1, 1, -1, 1] * 4, [-1, -1, 1, 1] * 4
    error = np.random.default_rng(8).normal(scale=0.05, size=16)
    y = np.exp(2 + np.array(a) + 0.5 * np.array(b) + error).tolist()
    result = box_cox_transform_model(factors=2, data={"A": a, "B": b}, response=y, model="linear")
    assert result.rounded_power == 0
    assert result.transformation == "log(y)"
    assert result.transformed == pytest.approx(np.log(y).tolist())


def test_little_spread_leaves_the_power_open():
    result = box_cox_transform_model(**YIELD)
    assert "little_spread" in {notice.code for notice in result.warnings}
    assert not result.needed
    assert result.ci_low is None or result.ci_low < 1


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"response": [0.0, *POISONS["response"][1:]]}, "response[0]"),
        ({"response": [-1.0] * 24 + [2.0] * 24}, "response[0]"),
    ],
)
def test_only_positive_responses_have_powers(changed, path):
    with pytest.raises(ToolError) as caught:
        box_cox_transform_model(**{**POISONS, **changed}, model="linear")
    assert caught.value.path == path
