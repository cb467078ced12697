"""Plackett-Burman designs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.plackett_burman import SIZES, plackett_burman, saturated


@pytest.mark.parametrize("runs", SIZES)
def test_all_columns_are_orthogonal_and_balanced(runs):
    matrix = saturated(runs)
    assert np.array_equal(matrix.T @ matrix, runs * np.eye(runs - 1))
    assert not matrix.sum(axis=0).any()
    assert (matrix[-1] == -1).all()
    assert len(np.unique(matrix, axis=0)) == runs


def test_twelve_runs_as_published():
    # Plackett and Burman (1946), p. 323: N = 12 from the row ++-+++---+-, shifted cyclically, and a row of minus signs.
    design = plackett_burman(factors=11, randomize=False)
    signs = ["".join("+" if x > 0 else "-" for x in row) for row in design.coded]
    assert signs[0] == "++-+++---+-"
    assert signs[1] == "-++-+++---+"
    assert signs[10] == "+-+++---+-+"
    assert signs[11] == "-----------"


def test_partial_aliases_in_twelve_runs_are_a_third():
    # Box, Hunter and Hunter (2005), ch. 7; Montgomery, 8.6.3: in 12 runs every main effect is aliased with every two-factor
    # interaction without it, with coefficients of +1/3 or -1/3.
    matrix = saturated(12)
    for i in range(11):
        for j in range(i):
            coefficients = matrix.T @ (matrix[:, i] * matrix[:, j]) / 12
            assert coefficients[[i, j]] == pytest.approx([0, 0])
            assert np.allclose(np.abs(np.delete(coefficients, [i, j])), 1 / 3)


@pytest.mark.parametrize(
    ("factors", "runs"), [(2, 12), (11, 12), (12, 16), (19, 20), (23, 24), (27, 28), (39, 40), (47, 48)]
)
def test_the_least_number_of_runs_is_taken(factors, runs):
    assert plackett_burman(factors=factors).runs == runs


def test_sizes_that_other_programs_lack():
    for factors, runs in ((25, 28), (33, 36), (41, 44)):
        coded = np.array(plackett_burman(factors=factors).coded)
        assert np.array_equal(coded.T @ coded, runs * np.eye(factors))


@given(factors=st.integers(2, 47), centers=st.integers(0, 4), seed=st.integers(0, 99))
def test_runs_and_degrees_of_freedom_add_up(factors, centers, seed):
    design = plackett_burman(factors=factors, center_points=centers, seed=seed)
    assert design.runs == design.base_runs + centers
    assert design.degrees_of_freedom_for_error == design.runs - factors - 1
    assert design.center_points == centers
    assert np.allclose(np.array(design.coded).sum(axis=0), 0)


def test_a_saturated_design_says_so():
    assert {notice.code for notice in plackett_burman(factors=11).warnings} == {"aliased_effects", "saturated"}
    assert plackett_burman(factors=28 - 1).undefined["first_row"]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 48}, "factors"),
        ({"factors": 1}, "factors"),
        ({"factors": 5, "runs": 13}, "runs"),
        ({"factors": 12, "runs": 12}, "runs"),
        ({"factors": [{"name": "a", "levels": ["x", "y", "z"]}, {"name": "b"}]}, "factors[0].levels"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        plackett_burman(**arguments)
    assert caught.value.path == path
