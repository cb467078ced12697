"""Definitive screening designs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.definitive_screening import conference_matrix, conference_size, definitive_screening


@pytest.mark.parametrize("size", [4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 26, 28, 30])
def test_conference_matrices(size):
    # Xiao, Lin and Bai (2012): C'C = (m - 1) I, zero diagonal, -1 and +1 elsewhere.
    matrix = conference_matrix(size)
    assert conference_size(size) == size
    assert np.array_equal(matrix.T @ matrix, (size - 1) * np.eye(size))
    assert np.array_equal(np.abs(matrix), 1 - np.eye(size))


def test_there_is_no_conference_matrix_of_order_22():
    # 21 is not the sum of two squares (Belevitch), so 22 factors take the matrix of order 24.
    assert conference_size(22) == conference_size(21) == 24


@pytest.mark.parametrize(
    ("factors", "runs"),
    # Jones and Nachtsheim (2011): 2m + 1 runs; odd numbers of factors by dropping a column (Xiao, Lin and Bai 2012).
    [(4, 9), (5, 13), (6, 13), (7, 17), (8, 17), (9, 21), (10, 21), (11, 25), (12, 25)],
)
def test_runs(factors, runs):
    design = definitive_screening(factors=factors)
    assert design.runs == runs
    assert design.fake_factors == factors % 2


@pytest.mark.parametrize(("factors", "correlation"), [(6, 1 / 3 - 1 / 5), (8, 1 / 3 - 1 / 7), (12, 1 / 3 - 1 / 11)])
def test_correlation_of_squares(factors, correlation):
    # Jones and Nachtsheim (2011): 1/3 - 1/(m - 1) between any two quadratic effects.
    assert definitive_screening(factors=factors).quadratic_correlation == pytest.approx(correlation)


@settings(max_examples=25, deadline=None)
@given(factors=st.integers(3, 30), fake=st.integers(0, 2), seed=st.integers(0, 99))
def test_main_effects_are_orthogonal_to_each_other_and_to_second_order_effects(factors, fake, seed):
    design = definitive_screening(factors=factors, fake_factors=fake, seed=seed)
    x = np.array(design.coded)
    moments = x.T @ x
    assert np.array_equal(moments, np.diag(np.diag(moments)))
    second = [x[:, i] * x[:, j] for i, j in combinations(range(min(factors, 9)), 2)]
    assert not np.any(x.T @ np.column_stack([*second, x**2]))
    assert (np.count_nonzero(x == 0, axis=0) == 3).all()
    assert design.fake_factors >= fake
    assert design.degrees_of_freedom_for_error == design.runs - factors - 1


@pytest.mark.parametrize("factors", [6, 8, 10])
def test_any_three_factors_can_be_fitted_with_a_full_quadratic_model(factors):
    # Jones and Nachtsheim (2011): from six factors on.
    x = np.array(definitive_screening(factors=factors).coded)
    for chosen in combinations(range(factors), 3):
        z = x[:, chosen]
        model = np.column_stack([np.ones(len(z)), z, z**2, z[:, 0] * z[:, 1], z[:, 0] * z[:, 2], z[:, 1] * z[:, 2]])
        assert np.linalg.matrix_rank(model) == 10


def test_two_fake_factors_add_four_runs():
    # JMP's default: two extra columns, four more runs.
    assert definitive_screening(factors=6, fake_factors=2).runs == 17


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 2}, "factors"),
        ({"factors": 31}, "factors"),
        ({"factors": 4, "center_points": 0}, "center_points"),
        ({"factors": [{"name": "a", "levels": ["x", "y"]}, {"name": "b"}, {"name": "c"}]}, "factors[0].levels"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        definitive_screening(**arguments)
    assert caught.value.path == path
