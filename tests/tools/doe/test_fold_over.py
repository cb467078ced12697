"""Fold-over."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.fold_over import fold_over
from havoc.tools.doe.plackett_burman import saturated


def test_a_full_fold_over_makes_resolution_iv_of_iii():
    # Box, Hunter and Hunter (2005), ch. 6; Montgomery, 8.6.2: 2^(7-4) of resolution III becomes 2^(7-3) of resolution IV.
    design = fold_over(factors=7, runs=8)
    assert (design.original_resolution, design.resolution, design.runs) == (3, 4, 16)
    assert len(design.defining_relation) == 7
    assert design.word_length_pattern == [0, 7, 0, 0, 0]
    assert design.aliases[:7] == list("ABCDEFG")
    assert "AB + CE + FG" not in design.aliases
    assert "BD + CE + FG" in design.aliases


def test_folding_on_one_factor_frees_it_and_its_interactions():
    # Montgomery, 8.6.2: single-factor fold-over of 2^(7-4) on D frees D and all two-factor interactions with D.
    design = fold_over(factors=7, runs=8, fold_on="D")
    assert design.folded_factors == ["D"]
    assert "D" in design.aliases
    assert {effect for effect in design.clear_interactions if "D" in effect} == {"AD", "BD", "CD", "DE", "DF", "DG"}


def test_the_other_half_of_a_half_fraction_is_the_full_factorial():
    design = fold_over(factors=3, generators=["C=AB"], randomize=False)
    assert design.resolution is None
    assert "full factorial" in design.undefined["resolution"]
    assert len({tuple(row) for row in design.coded}) == 8


def test_given_runs_are_reversed():
    # Plackett and Burman (1946): a fold-over frees main effects of two-factor interactions.
    original = saturated(12)
    design = fold_over(factors=11, design=original.tolist())
    coded = np.array(design.coded)
    assert design.runs == 24
    assert np.array_equal(coded.T @ coded, 24 * np.eye(11))
    for i, j in combinations(range(11), 2):
        assert not np.any((coded[:, i] * coded[:, j]) @ coded)
    assert design.undefined["resolution"]


def test_an_even_design_is_only_repeated():
    design = fold_over(factors=4, generators=["D=ABC"])
    assert [notice.code for notice in design.warnings] == ["fold_over_repeats"]


@settings(max_examples=20, deadline=None)
@given(factors=st.integers(5, 9), seed=st.integers(0, 50))
def test_reversing_all_signs_clears_main_effects(factors, seed):
    design = fold_over(factors=factors, resolution=3, seed=seed)
    coded, block = np.array(design.coded), np.array(design.blocks)
    assert sorted(map(tuple, coded[block == 1])) == sorted(map(tuple, (-coded[block == 2] + 0.0)))
    for i, j in combinations(range(factors), 2):
        assert not np.any((coded[:, i] * coded[:, j]) @ coded)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 7, "runs": 8, "fold_on": "X"}, "fold_on"),
        ({"factors": 2, "design": [[1, 2], [1, -1]]}, "design[0][1]"),
        ({"factors": 3, "design": [[1, 1], [1, -1]]}, "design"),
        ({"factors": 2, "runs": 4, "design": [[1, 1], [1, -1]]}, "runs"),
        ({"factors": 7, "runs": 9}, "runs"),
    ],
)
def test_what_cannot_be_folded_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        fold_over(**arguments)
    assert caught.value.path == path
