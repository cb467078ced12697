"""Lenth's method against published values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.lenth import lenth_effects

# Montgomery, Design and Analysis of Experiments, Table 6.12: effects of the filtration rate experiment.
EFFECTS = [21.625, 3.125, 9.875, 14.625, 0.125, -18.125, 16.625, 2.375, -0.375, -1.125, 1.875, 4.125, -1.625, -2.625, 1.375]
NAMES = ["A", "B", "C", "D", "AB", "AC", "AD", "BC", "BD", "CD", "ABC", "ABD", "ACD", "BCD", "ABCD"]


def test_filtration_rate():
    # Montgomery, Lenth's method in 6.5: PSE = 1.5 x 1.75 = 2.625, ME = 2.571 x 2.625 = 6.748, SME = 5.219 x 2.625 = 13.699.
    result = lenth_effects(effects=EFFECTS, names=NAMES)
    assert result.pseudo_standard_error == pytest.approx(2.625)
    assert result.df == 5
    assert result.margin_of_error == pytest.approx(6.748, abs=5e-4)
    assert result.simultaneous_margin_of_error == pytest.approx(13.699, abs=2e-3)
    assert result.active == ["A", "AC", "AD", "D", "C"]
    assert result.active_simultaneously == ["A", "AC", "AD", "D"]


def test_half_normal_quantiles_by_hand():
    # Three effects: normal quantiles at 0.5 + (1, 3, 5)/12, that is at 7/12, 9/12 and 11/12.
    result = lenth_effects(effects=[1.0, -3.0, 2.0])
    assert [row.effect for row in result.effects] == [-3, 2, 1]
    quantiles = [row.half_normal_quantile for row in result.effects]
    assert quantiles == pytest.approx([1.382994, 0.674490, 0.210428], abs=5e-7)


@given(st.permutations(EFFECTS), st.floats(0.01, 100), st.sampled_from([-1, 1]))
def test_order_scale_and_sign_change_nothing_else(effects, scale, sign):
    before = lenth_effects(effects=EFFECTS)
    after = lenth_effects(effects=[sign * scale * effect for effect in effects])
    assert after.margin_of_error == pytest.approx(scale * before.margin_of_error)
    assert len(after.active) == len(before.active)


def test_the_margin_keeps_its_promise_on_noise():
    # Of effects that are all inactive, about alpha exceed the margin of error (Lenth found it slightly conservative).
    noise = np.random.default_rng(5).normal(size=(400, 15))
    share = np.mean([len(lenth_effects(effects=row.tolist()).active) / 15 for row in noise])
    assert 0.02 < share < 0.06


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"effects": [1.0, 2.0]}, "effects"),
        ({"effects": [0.0, 0.0, 0.0, 4.0]}, "effects"),
        ({"effects": [1.0, 2.0, 3.0], "names": ["A", "B"]}, "names"),
    ],
)
def test_what_cannot_be_judged_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        lenth_effects(**arguments)
    assert caught.value.path == path
