"""Box-Cox and Johnson transformations: exact recoveries and identities (no published data set is quoted)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.transformations import box_cox_transform, johnson_transform

# Normal scores: the most normal sample there is.
SCORES = stats.norm.ppf((np.arange(1, 201) - 0.5) / 200)
SKEWED = np.exp(0.5 + 0.8 * SCORES)


def test_the_logarithm_of_lognormal_data_is_found():
    result = box_cox_transform(data=SKEWED.tolist())
    assert result.power == pytest.approx(0, abs=0.02)
    assert result.ci_low < 0 < result.ci_high
    assert result.rounded_power == 0


@pytest.mark.parametrize("power", [-1.0, 0.5, 2.0])
def test_a_known_power_is_recovered(power):
    # By construction: x^power is normal.
    data = (6 + SCORES) ** (1 / power)
    result = box_cox_transform(data=data.tolist())
    assert result.ci_low < power < result.ci_high
    assert result.power == pytest.approx(power, abs=0.1)


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(0.001, 1000), exponent=st.sampled_from([-1.0, 2.0, 0.5]))
def test_scale_leaves_lambda_alone_and_powers_divide_it(scale, exponent):
    # Identity: the likelihood of x^a at lambda is that of x at a lambda.
    base = box_cox_transform(data=SKEWED.tolist()).best_power
    moved = box_cox_transform(data=(scale * SKEWED**exponent).tolist()).best_power
    assert moved == pytest.approx(base / exponent, abs=1e-3)


def test_scipy_finds_the_same_maximum():
    data = stats.gamma.ppf((np.arange(1, 61) - 0.5) / 60, 2.5)
    assert box_cox_transform(data=data.tolist()).best_power == pytest.approx(
        stats.boxcox_normmax(data, method="mle"), abs=1e-3
    )


def test_a_given_or_rounded_power_is_used():
    given_log = box_cox_transform(data=SKEWED.tolist(), power=0)
    assert given_log.transformed == pytest.approx(np.log(SKEWED).tolist())
    assert box_cox_transform(data=SKEWED.tolist(), rounded=True).power == 0


@pytest.mark.parametrize(
    ("family", "data"),
    [
        ("SU", 10 + 2 * np.sinh((SCORES - 0.5) / 1.2)),
        ("SB", 3 + 5 / (1 + np.exp(-(SCORES - 0.4) / 0.9))),
    ],
)
def test_a_johnson_sample_becomes_normal_again(family, data):
    # By construction the data are Johnson's; the transform must give the scores back.
    result = johnson_transform(data=data.tolist())
    assert result.family in (family, "SL")
    assert result.anderson_darling_after < 0.1 < result.anderson_darling_before
    assert np.corrcoef(result.transformed, SCORES)[0, 1] > 0.999
    assert np.mean(result.transformed) == pytest.approx(0, abs=0.05)
    assert np.std(result.transformed) == pytest.approx(1, abs=0.05)


def test_johnson_follows_shift_and_scale():
    data = 10 + 2 * np.sinh((SCORES - 0.5) / 1.2)
    base, moved = johnson_transform(data=data.tolist()), johnson_transform(data=(7 - 0 + 3 * data).tolist())
    assert moved.transformed == pytest.approx(base.transformed, abs=1e-6)
    assert moved.epsilon == pytest.approx(7 + 3 * base.epsilon)


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (box_cox_transform, {"data": [1.0, 2.0, 0.0]}, "data[2]"),
        (box_cox_transform, {"data": [2.0, 2.0, 2.0]}, "data"),
        (box_cox_transform, {"data": [1.0, 2.0, 4.0], "power": 9}, "power"),
        (johnson_transform, {"data": [1.0, 2.0, 4.0]}, "data"),
        (johnson_transform, {"data": [1.0] * 19 + [2.0]}, "data"),
    ],
)
def test_what_cannot_be_transformed_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
