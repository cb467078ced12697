"""Two-level fractions."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.fractional_factorial import fractional_factorial


def test_a_half_fraction_of_resolution_v():
    # Box, Hunter and Hunter (2005), ch. 6: the reactor 2^(5-1) with E = ABCD, I = ABCDE.
    design = fractional_factorial(factors=5, generators=["E=ABCD"], randomize=False)
    assert (design.runs, design.fraction, design.resolution) == (16, "2^(5-1)", 5)
    assert design.defining_relation == ["ABCDE"]
    assert design.coded[0] == [-1, -1, -1, -1, 1]
    assert design.coded[1] == [1, -1, -1, -1, -1]
    assert design.clear_interaction_count == 10


def test_a_sixteenth_of_seven_factors():
    # Box, Hunter and Hunter (2005), ch. 6: 2^(7-4) with D = AB, E = AC, F = BC, G = ABC; aliases to order 2.
    design = fractional_factorial(factors=7, runs=8)
    assert design.generators == ["D = AB", "E = AC", "F = BC", "G = ABC"]
    assert design.resolution == 3
    assert design.word_length_pattern == [7, 7, 0, 0, 1]
    assert design.aliases == [
        "A + BD + CE + FG",
        "B + AD + CF + EG",
        "C + AE + BF + DG",
        "D + AB + CG + EF",
        "E + AC + BG + DF",
        "F + AG + BC + DE",
        "G + AF + BE + CD",
    ]


def test_an_eighth_of_seven_factors():
    # Montgomery, Design and Analysis of Experiments, 2^(7-3) with E = ABC, F = BCD, G = ACD (Table 8.14).
    design = fractional_factorial(factors=7, runs=16)
    assert design.defining_relation == ["ABCE", "ABFG", "ACDG", "ADEF", "BCDF", "BDEG", "CEFG"]
    assert "AB + CE + FG" in design.aliases
    assert "BD + CF + EG" in design.aliases
    assert design.clear_interactions == []


def test_signs_of_generators_are_kept():
    # By hand: D = AB, E = -AC give I = ABD = -ACE = -BCDE.
    design = fractional_factorial(factors=5, generators=["D=AB", "E=-AC"], randomize=False)
    assert design.defining_relation == ["ABD", "-ACE", "-BCDE"]
    assert design.aliases[0] == "A + BD - CE"
    assert design.coded[0] == [-1, -1, -1, 1, -1]


@pytest.mark.parametrize(
    ("arguments", "fraction"),
    [
        ({"factors": 3}, "2^(3-1)"),
        ({"factors": 5}, "2^(5-1)"),
        ({"factors": 6}, "2^(6-2)"),
        ({"factors": 8}, "2^(8-4)"),
        ({"factors": 9}, "2^(9-4)"),
        ({"factors": 7, "resolution": "III"}, "2^(7-4)"),
        ({"factors": 8, "resolution": "V"}, "2^(8-2)"),
        ({"factors": 6, "resolution": 6}, "2^(6-1)"),
        ({"factors": 15, "runs": 16}, "2^(15-11)"),
    ],
)
def test_the_smallest_fraction_of_the_wanted_resolution(arguments, fraction):
    # Box, Hunter and Hunter (2005), Table 6.22: runs and factors of fractions of resolution III, IV and V.
    assert fractional_factorial(**arguments).fraction == fraction


def test_generators_in_one_text_are_taken_apart():
    one = fractional_factorial(factors=7, generators="D=AB, E=AC, F=BC, G=ABC")
    assert one == fractional_factorial(factors=7, generators=["D=AB", "E=AC", "F=BC", "G=ABC"])


def test_factors_with_names_keep_their_units():
    design = fractional_factorial(
        factors=[
            {"name": "T", "low": 10, "high": 20},
            {"name": "P", "low": 1, "high": 3},
            {"name": "S", "levels": ["x", "y"]},
        ],
        generators=["S=TP"],
        randomize=False,
    )
    assert design.natural == [[10, 1, "y"], [20, 1, "x"], [10, 3, "x"], [20, 3, "y"]]
    assert design.letters == {"T": "T", "P": "P", "S": "S"}


def test_blocks_of_a_fraction():
    # Montgomery, Design and Analysis of Experiments, 8.4.3: 2^(6-2) with E = ABC, F = BCD in two blocks by ABD; no main
    # effect or two-factor interaction is lost.
    design = fractional_factorial(factors=6, runs=16, blocks=2, center_points=2)
    assert design.block_generators == ["ABD"]
    assert design.confounded_with_blocks == ["ABD"]
    coded, block = np.array(design.coded), np.array(design.blocks)
    assert np.array_equal(coded[block == 1].sum(axis=0), np.zeros(6))
    for i, j in combinations(range(6), 2):
        assert (coded[block == 1][:, i] * coded[block == 1][:, j]).sum() == 0
    assert design.center_points == 4


@settings(max_examples=30, deadline=None)
@given(factors=st.integers(3, 20), seed=st.integers(0, 99))
def test_columns_are_orthogonal_and_resolution_is_that_of_the_runs(factors, seed):
    design = fractional_factorial(factors=factors, seed=seed)
    coded = np.array(design.coded)
    assert np.array_equal(coded.T @ coded, len(coded) * np.eye(factors))
    assert len(np.unique(coded, axis=0)) == len(coded)
    if factors > 3:
        assert design.resolution >= 4
        three = [coded[:, i] * coded[:, j] * coded[:, k] for i, j, k in combinations(range(min(factors, 8)), 3)]
        assert all(column.sum() == 0 for column in three)
    assert fractional_factorial(factors=factors, seed=seed) == design


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 2}, "factors"),
        ({"factors": 60}, "factors"),
        ({"factors": 5, "resolution": 6}, "resolution"),
        ({"factors": 30, "resolution": 5}, "resolution"),
        ({"factors": 5, "resolution": "bad"}, "resolution"),
        ({"factors": 5, "runs": 24}, "runs"),
        ({"factors": 5, "runs": 32}, "runs"),
        ({"factors": 20, "runs": 16}, "runs"),
        ({"factors": 20, "generators": ["T=AB"]}, "generators"),
        ({"factors": 5, "generators": ["E=AB", "D=AB"]}, "generators"),
        ({"factors": 5, "generators": ["E=ABCD"], "runs": 8}, "runs"),
        ({"factors": 5, "generators": ["E=AB"], "resolution": 5}, "resolution"),
        ({"factors": 5, "blocks": 3}, "blocks"),
        ({"factors": 5, "runs": 8, "blocks": 8}, "blocks"),
        ({"factors": 7, "runs": 8, "blocks": 2}, "blocks"),
        ({"factors": [{"name": "a", "levels": [1, 2, 3]}, {"name": "b"}, {"name": "c"}]}, "factors[0].levels"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        fractional_factorial(**arguments)
    assert caught.value.path == path
