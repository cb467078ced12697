"""Linear algebra against published matrices."""

import math

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.math.linear_algebra import eigenvalues, linear_system, matrix, matrix_product

RNG = np.random.default_rng(5)


def hilbert(n):
    return [[1 / (i + j + 1) for j in range(n)] for i in range(n)]


# Rosser (1951), with its eigenvalues: J. Res. NBS 47, 291.
ROSSER = [
    [611, 196, -192, 407, -8, -52, -49, 29],
    [196, 899, 113, -192, -71, -43, -8, -44],
    [-192, 113, 899, 196, 61, 49, 8, 52],
    [407, -192, 196, 611, 8, 44, 59, -23],
    [-8, -71, 61, 8, 411, -599, 208, 208],
    [-52, -43, 49, 44, -599, 411, 208, 208],
    [-49, -8, 8, 59, 208, 208, 99, -911],
    [29, -44, 52, -23, 208, 208, -911, 99],
]
ROSSER_VALUES = [
    *(10 * math.sqrt(10405), 1020, 510 + 100 * math.sqrt(26), 1000, 1000),
    *(510 - 100 * math.sqrt(26), 0, -10 * math.sqrt(10405)),
]


# 1/det of the Hilbert matrices: Hilbert (1894), OEIS A005249.
@pytest.mark.parametrize(
    ("n", "inverse_determinant"), [(1, 1), (2, 12), (3, 2160), (4, 6048000), (5, 266716800000), (6, 186313420339200000)]
)
def test_hilbert_determinants(n, inverse_determinant):
    # The entries are rounded to doubles, which the condition number magnifies.
    result = matrix(matrix=hilbert(n))
    assert result.determinant == pytest.approx(1 / inverse_determinant, rel=1e-15 * result.condition_number)


def test_the_inverse_and_condition_of_hilbert_matrices():
    # Inverse of order 3 in integers; condition numbers of order 5 and 10 as in Higham (2002), table 28.1 (MATLAB's hilb).
    assert np.allclose(matrix(matrix=hilbert(3)).inverse, [[9, -36, 30], [-36, 192, -180], [30, -180, 180]], rtol=1e-12)
    assert matrix(matrix=hilbert(5)).condition_number == pytest.approx(4.766e5, rel=1e-4)
    ten = matrix(matrix=hilbert(10))
    assert ten.condition_number == pytest.approx(1.6025e13, rel=1e-4)
    assert ten.warnings[0].code == "ill_conditioned"


def test_a_singular_matrix_is_seen_as_such():
    result = matrix(matrix=[[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert result.determinant == 0, "LU gives 6.7e-16"
    assert result.rank == 2
    assert result.inverse is None
    assert result.condition_number is None
    assert set(result.undefined) == {"inverse", "condition_number"}


def test_determinants_are_exact_for_decimals():
    # 0.1 * 0.3 - 0.2 * 0.15 = 0, and not 5.6e-18.
    assert matrix(matrix=[[0.1, 0.2], [0.15, 0.3]]).determinant_exact == "0"
    assert matrix(matrix=[[0, 1], [1, 0]]).determinant == -1
    assert matrix(matrix=[[0, 1, 2], [0, 3, 4], [0, 5, 6]]).determinant == 0


def test_norms_trace_and_transpose():
    result = matrix(matrix=[[1, -2], [3, 4]])
    assert (result.norm_1, result.norm_infinity, result.trace) == (6, 7, 5)
    assert result.norm_frobenius == pytest.approx(math.sqrt(30))
    # Singular values of a 2 x 2 matrix: s1^2 + s2^2 = 30, s1 s2 = |det| = 10.
    assert result.norm_2 == pytest.approx((math.sqrt(30 + 20) + math.sqrt(30 - 20)) / 2)
    assert result.transpose == [[1, 3], [-2, 4]]


def test_what_only_square_matrices_have_is_undefined():
    result = matrix(matrix=[[1, 2, 3], [4, 5, 6]])
    assert result.rank == 2
    assert {"determinant", "inverse", "trace"} <= set(result.undefined)


def test_large_determinants_leave_doubles():
    assert "double precision" in matrix(matrix=(np.eye(20) * 1e60).tolist()).undefined["determinant"]


def test_rosser_s_eigenvalues():
    result = eigenvalues(matrix=ROSSER)
    assert result.symmetric
    assert result.eigenvalues == pytest.approx(ROSSER_VALUES, abs=1e-11)
    assert not result.positive_definite


def test_eigenvectors_satisfy_their_equation():
    values = RNG.normal(size=(6, 6))
    for pair in eigenvalues(matrix=values.tolist()).pairs:
        vector = np.array(pair.vector) + 1j * np.array(pair.vector_imaginary)
        assert np.linalg.norm(vector) == pytest.approx(1)
        assert np.abs(values @ vector - (pair.value + 1j * pair.imaginary) * vector).max() < 1e-12


def test_complex_eigenvalues_of_a_rotation():
    result = eigenvalues(matrix=[[0, -1], [1, 0]])
    assert result.eigenvalues is None
    assert [pair.imaginary for pair in result.pairs] == [1, -1]


def test_positive_definite():
    assert eigenvalues(matrix=[[2, 1], [1, 2]]).positive_definite
    assert not eigenvalues(matrix=[[1, 1], [1, 1]]).positive_definite
    assert eigenvalues(matrix=[[1, 2], [3, 4]]).positive_definite is None


def test_hilbert_s_system():
    # The inverse of the Hilbert matrix of order 3 is [[9, -36, 30], [-36, 192, -180], [30, -180, 180]] (formula: Knuth, The
    # Art of Computer Programming 1, exercise 1.2.3-45): with a right-hand side of ones x is its sums of rows.
    result = linear_system(coefficients=hilbert(3), right_hand_side=[1, 1, 1])
    assert result.solution == pytest.approx([3, -24, 30], rel=1e-12)


def test_wilson_s_system():
    # T. S. Wilson's, in Morris (1946), Philosophical Magazine 37, 106; Ciarlet, Numerical Linear Algebra, 2.2:
    # x = (1, 1, 1, 1), and (9.2, -12.6, 4.5, -1.1) once the right-hand side moves by 0.1; condition number 2984.
    rows = [[10, 7, 8, 7], [7, 5, 6, 5], [8, 6, 10, 9], [7, 5, 9, 10]]
    result = linear_system(coefficients=rows, right_hand_side=[32, 23, 33, 31])
    assert result.solution == pytest.approx([1, 1, 1, 1], rel=1e-11)
    assert result.condition_number == pytest.approx(2984, abs=0.5)
    moved = linear_system(coefficients=rows, right_hand_side=[32.1, 22.9, 33.1, 30.9])
    assert moved.solution == pytest.approx([9.2, -12.6, 4.5, -1.1], rel=1e-11)


def test_a_system_and_its_digits():
    result = linear_system(coefficients=[[2, 1], [1, 3]], right_hand_side=[3, 5])
    assert result.solution == pytest.approx([0.8, 1.4])
    # Hilbert of order 8 with x = 1: as many digits are right as is said, give or take one.
    rows = hilbert(8)
    result = linear_system(coefficients=rows, right_hand_side=[math.fsum(row) for row in rows])
    error = max(abs(value - 1) for value in result.solution)
    assert -math.log10(error) > result.correct_digits - 1


def test_least_squares_is_refused_unless_asked_for():
    call = {"coefficients": [[1, 1], [1, 2], [1, 3]], "right_hand_side": [1, 2, 2]}
    with pytest.raises(ToolError, match="no solution"):
        linear_system(**call)
    # The line through (1, 1), (2, 2), (3, 2): slope 1/2, intercept 2/3.
    result = linear_system(**call, least_squares=True)
    assert result.solution == pytest.approx([2 / 3, 1 / 2])
    assert result.residual_norm == pytest.approx(math.sqrt(1 / 6))


@pytest.mark.parametrize(
    ("rows", "right", "part"),
    [
        ([[1, 1], [2, 2]], [1, 2], "infinitely many"),
        ([[1, 1], [2, 2]], [1, 3], "no solution"),
        ([[1, 1]], [1], "infinitely many"),
        ([[1, 0], [0, 1], [1, 1]], [1, 2, 3], "one solution"),
    ],
)
def test_systems_without_a_square_regular_matrix(rows, right, part):
    with pytest.raises(ToolError, match=part):
        linear_system(coefficients=rows, right_hand_side=right)


def test_the_product_and_its_inverse():
    # The example of MATLAB's documentation of mtimes.
    left, right = [[1, 3, 5], [2, 4, 7]], [[-5, 8, 11], [3, 9, 21], [4, 0, 8]]
    assert matrix_product(left=left, right=right).product == [[24, 35, 114], [30, 52, 162]]
    assert matrix_product(left=[[1, 2], [3, 4]], right=[[5, 6], [7, 8]]).product == [[19, 22], [43, 50]]
    values = RNG.normal(size=(5, 5)).tolist()
    identity = matrix_product(left=values, right=matrix(matrix=values).inverse).product
    assert np.allclose(identity, np.eye(5), atol=1e-12)


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (matrix_product, {"left": [[1, 2]], "right": [[1, 2]]}, "right"),
        (eigenvalues, {"matrix": [[1, 2]]}, "matrix"),
        (linear_system, {"coefficients": [[1]], "right_hand_side": [1, 2]}, "right_hand_side"),
        (matrix, {"matrix": [[1.0] * 201] * 201}, "matrix"),
        (matrix, {"matrix": [[1, 2], [3]]}, "matrix[1]"),
    ],
)
def test_shapes_that_do_not_fit_are_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
