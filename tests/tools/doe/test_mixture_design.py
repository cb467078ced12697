"""Mixture designs."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.mixture_design import mixture_design, vertices


def bounded(*bounds):
    return [{"name": f"x{i + 1}", "low": low, "high": high} for i, (low, high) in enumerate(bounds)]


@pytest.mark.parametrize(
    ("components", "degree", "runs"),
    # Scheffé (1958): the {q, m} simplex lattice has (q + m - 1)! / (m! (q - 1)!) points.
    [(3, 2, 6), (3, 3, 10), (4, 2, 10), (4, 3, 20), (5, 2, 15)],
)
def test_simplex_lattices(components, degree, runs):
    design = mixture_design(factors=components, kind="lattice", degree=degree)
    assert design.runs == runs == comb(components + degree - 1, degree)
    assert {round(x * degree, 9) for row in design.proportions for x in row} == set(range(degree + 1))


@pytest.mark.parametrize(("components", "runs"), [(3, 7), (4, 15), (5, 31)])
def test_simplex_centroids(components, runs):
    # Scheffé (1963): 2^q - 1 points.
    design = mixture_design(factors=components)
    assert (design.kind, design.runs) == ("centroid", runs)
    assert design.center_points == 1


def test_the_flare_example():
    # McLean and Anderson (1966), Technometrics 8, 447-454: four components with 0.40 to 0.60, 0.10 to 0.50 twice and 0.03 to
    # 0.08 make a region of eight vertices (with their coordinates) and six faces, so twelve edges by Euler's formula.
    design = mixture_design(
        factors=bounded((0.40, 0.60), (0.10, 0.50), (0.10, 0.50), (0.03, 0.08)), edges=True, randomize=False
    )
    corners = [tuple(row) for row, kind in zip(design.proportions, design.point_types, strict=True) if kind == "vertex"]
    expected = [
        *[(0.40, 0.10, 0.47, 0.03), (0.40, 0.10, 0.42, 0.08), (0.60, 0.10, 0.27, 0.03), (0.60, 0.10, 0.22, 0.08)],
        *[(0.40, 0.47, 0.10, 0.03), (0.40, 0.42, 0.10, 0.08), (0.60, 0.27, 0.10, 0.03), (0.60, 0.22, 0.10, 0.08)],
    ]
    assert sorted(corners) == [pytest.approx(one) for one in sorted(expected)]
    assert design.vertices == 8
    assert design.point_types.count("edge") == 12
    assert design.center_points == 1


def test_pseudo_components_of_lower_bounds():
    # By hand: lower bounds 0.35, 0.20 and 0.15 leave 0.30; pseudo (1, 0, 0) is 0.65, 0.20, 0.15.
    design = mixture_design(factors=bounded((0.35, 1), (0.20, 1), (0.15, 1)), randomize=False)
    assert design.kind == "centroid"
    assert design.coded[0] == [1, 0, 0]
    assert design.natural[0] == pytest.approx([0.65, 0.20, 0.15])
    assert design.natural[-1] == pytest.approx([0.45, 0.30, 0.25])
    assert design.upper_bounds == pytest.approx([0.65, 0.50, 0.45])


def test_amounts_in_per_cent_keep_their_bounds_and_total():
    ranges = bounded((40, 60), (10, 40), (10, 30))
    design = mixture_design(factors=ranges, total=100, axial=True)
    amounts = np.array(design.natural)
    assert np.allclose(amounts.sum(axis=1), 100)
    assert (amounts.min(axis=0) >= [40 - 1e-9, 10 - 1e-9, 10 - 1e-9]).all()
    assert (amounts.max(axis=0) <= [60 + 1e-9, 40 + 1e-9, 30 + 1e-9]).all()
    assert design.kind == "vertices"
    assert design.point_types.count("axial") == design.vertices


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.2), st.floats(0.35, 0.9)), min_size=3, max_size=5))
def test_vertices_are_those_of_the_polytope(bounds):
    low, high = np.array(bounds).T
    corners = vertices(low, high)
    assert np.allclose(corners.sum(axis=1), 1)
    assert (corners >= low - 1e-8).all()
    assert (corners <= high + 1e-8).all()
    assert ((np.abs(corners - low) < 1e-8) | (np.abs(corners - high) < 1e-8)).sum(axis=1).min() >= len(low) - 1
    # A linear program is solved at one of them.
    for direction in np.random.default_rng(0).normal(size=(5, len(low))):
        order, left, best = np.argsort(-direction), 1 - low.sum(), low @ direction
        for i in order:
            step = min(left, high[i] - low[i])
            best, left = best + step * direction[i], left - step
        assert (corners @ direction).max() == pytest.approx(best)


def test_a_quadratic_mixture_model_needs_the_edges():
    ranges = bounded((0.2, 0.6), (0.1, 0.6), (0.1, 0.5))
    rank = {}
    for edges in (False, True):
        x = np.array(mixture_design(factors=ranges, edges=edges).proportions)
        model = np.column_stack([x, x[:, 0] * x[:, 1], x[:, 0] * x[:, 2], x[:, 1] * x[:, 2]])
        rank[edges] = np.linalg.matrix_rank(model)
    assert rank[True] == 6
    assert [notice.code for notice in mixture_design(factors=ranges).warnings] == ["linear_model"]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 1}, "factors"),
        ({"factors": 11}, "factors"),
        ({"factors": bounded((0.5, 0.6), (0.5, 0.6))}, "factors"),
        ({"factors": bounded((0.1, 0.3), (0.1, 0.3), (0.1, 0.3))}, "factors"),
        ({"factors": bounded((-0.1, 0.3), (0, 1))}, "factors[0].low"),
        ({"factors": bounded((0.1, 0.5), (0.1, 0.6), (0.1, 0.6)), "kind": "lattice"}, "kind"),
        ({"factors": [{"name": "a", "levels": [0, 1]}, {"name": "b"}]}, "factors[0].levels"),
        ({"factors": 10, "kind": "lattice", "degree": 9}, "degree"),
        ({"factors": bounded(*[(0.05, 0.2)] * 10), "edges": True}, "edges"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        mixture_design(**arguments)
    assert caught.value.path == path
