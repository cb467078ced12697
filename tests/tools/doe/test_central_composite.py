"""Central composite designs."""

from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.central_composite import central_composite, uniform_precision_centers


@pytest.mark.parametrize(
    ("factors", "core", "alpha"),
    [
        # NIST/SEMATECH e-Handbook 5.3.3.6.1, Table 3.23: alpha for rotatability.
        (2, "full", 1.414),
        (3, "full", 1.682),
        (4, "full", 2.000),
        (5, "fraction", 2.000),
        (5, "full", 2.378),
        (6, "fraction", 2.378),
        (6, "full", 2.828),
    ],
)
def test_rotatable_distance(factors, core, alpha):
    design = central_composite(factors=factors, core=core if factors >= 5 else "auto")
    assert design.alpha == pytest.approx(alpha, abs=5e-4)
    assert design.rotatable


@pytest.mark.parametrize(
    ("factors", "corners", "centers"),
    # Box and Hunter (1957); Montgomery, Design and Analysis of Experiments, uniform precision designs.
    [(2, 4, 5), (3, 8, 6), (4, 16, 7), (5, 32, 10), (5, 16, 6), (6, 64, 15), (6, 32, 9), (7, 64, 14), (8, 128, 20)],
)
def test_uniform_precision_centre_points(factors, corners, centers):
    assert uniform_precision_centers(factors, corners) == centers


@pytest.mark.parametrize(
    ("factors", "blocks", "alpha", "runs"),
    # Box and Hunter (1957); Montgomery, the table of central composite designs in orthogonal blocks.
    [(2, 2, 1.4142, [7, 7]), (3, 3, 1.6330, [6, 6, 8]), (4, 3, 2.0, [10, 10, 10]), (5, 2, 2.0, [22, 11])],
)
def test_orthogonal_blocks(factors, blocks, alpha, runs):
    design = central_composite(factors=factors, blocks=blocks)
    assert design.alpha == pytest.approx(alpha, abs=5e-5)
    assert design.orthogonal_blocks
    assert [design.blocks.count(number) for number in range(1, blocks + 1)] == runs


@pytest.mark.parametrize(("factors", "blocks"), [(2, 2), (3, 3), (4, 3), (5, 2), (6, 3), (7, 9)])
def test_block_means_of_every_model_column_are_equal(factors, blocks):
    design = central_composite(factors=factors, blocks=blocks)
    x, block = np.array(design.coded), np.array(design.blocks)
    pairs = list(combinations(range(factors), 2))
    model = np.column_stack([x, x**2, *[x[:, i] * x[:, j] for i, j in pairs]])
    means = np.array([model[block == number].mean(axis=0) for number in range(1, blocks + 1)])
    assert np.allclose(means, means[0])


@pytest.mark.parametrize(
    ("factors", "alpha"),
    # Myers and Montgomery, Response Surface Methodology: alpha of orthogonal designs with one centre point.
    [(2, 1.0), (3, 1.216), (4, 1.414), (5, 1.547)],
)
def test_orthogonal_distance(factors, alpha):
    assert central_composite(factors=factors, alpha="orthogonal", center_points=1).alpha == pytest.approx(alpha, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(factors=st.integers(2, 7), centers=st.integers(1, 8), seed=st.integers(0, 10_000))
def test_moment_condition_of_rotatability_and_uncorrelated_squares(factors, centers, seed):
    x = np.array(central_composite(factors=factors, center_points=centers, seed=seed).coded)
    fourth, mixed = (x**4).sum(axis=0), (x[:, 0] ** 2 * x[:, 1] ** 2).sum()
    assert np.allclose(fourth, 3 * mixed)
    assert np.allclose(x.T @ x, np.diag((x**2).sum(axis=0)))
    squares = np.array(central_composite(factors=factors, alpha="orthogonal", center_points=centers, seed=seed).coded) ** 2
    assert abs(np.cov(squares.T)[0, 1]) < 1e-12


def test_the_core_is_a_resolution_v_fraction_from_five_factors_and_is_estimable():
    for factors in range(5, 9):
        design = central_composite(factors=factors)
        assert design.resolution >= 5
        x = np.array(design.coded)
        pairs = list(combinations(range(factors), 2))
        model = np.column_stack([np.ones(len(x)), x, x**2, *[x[:, i] * x[:, j] for i, j in pairs]])
        assert np.linalg.matrix_rank(model) == design.quadratic_terms
    assert central_composite(factors=5, core="full").factorial_runs == 32
    assert central_composite(factors=5).generators == ["E = ABCD"]


def test_natural_units_by_kind():
    ranges = [{"name": "T", "low": 100, "high": 200}, {"name": "t", "low": 5, "high": 15}]
    faced = central_composite(factors=ranges, alpha="face_centered")
    assert {row[0] for row in faced.natural} == {100, 150, 200}
    inscribed = central_composite(factors=ranges, alpha="inscribed")
    assert min(row[0] for row in inscribed.natural) == 100
    assert max(row[1] for row in inscribed.natural) == 15
    assert 150 + 50 / sqrt(2) in [pytest.approx(row[0]) for row in inscribed.natural]
    rotatable = central_composite(factors=ranges, randomize=False)
    assert rotatable.natural[4][0] == pytest.approx(150 - 50 * sqrt(2))
    assert [notice.code for notice in rotatable.warnings] == ["outside_low_high"]
    assert central_composite(factors=ranges, alpha="spherical").alpha == pytest.approx(sqrt(2))
    assert central_composite(factors=ranges, alpha=1.2).alpha == 1.2


@pytest.mark.parametrize(("name", "alpha"), [("CCF", 1), ("face-centred", 1), ("ccc", sqrt(2)), ("CCI", sqrt(2))])
def test_other_names_of_the_kinds(name, alpha):
    # NIST/SEMATECH e-Handbook 5.3.3.6.1: CCC, CCI and CCF.
    assert central_composite(factors=2, alpha=name).alpha == pytest.approx(alpha)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 1}, "factors"),
        ({"factors": 30}, "factors"),
        ({"factors": 3, "core": "fraction"}, "core"),
        ({"factors": 3, "blocks": 4}, "blocks"),
        ({"factors": 5, "blocks": 3}, "blocks"),
        ({"factors": 3, "blocks": 2, "center_points": 3}, "center_points"),
        ({"factors": 3, "center_points_axial": 3}, "center_points_axial"),
        ({"factors": 3, "alpha": -1.0}, "alpha"),
        ({"factors": [{"name": "a", "levels": ["x", "y"]}, {"name": "b"}]}, "factors[0].levels"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        central_composite(**arguments)
    assert caught.value.path.startswith(path)
