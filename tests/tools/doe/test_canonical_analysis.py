"""Canonical analysis against published values, and exact optima of known quadratics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.canonical_analysis import canonical_analysis
from havoc.tools.doe.quadratic_optimum import largest_in_ball, largest_in_cube
from tests.tools.doe.experiments import CHEM_REACT, YIELD


def test_chemical_yield():
    # Montgomery, Example 11.2: stationary point (0.389, 0.306), time 86.95 minutes, temperature 176.53, yield 80.21;
    # eigenvalues -0.9634 and -1.4141.
    result = canonical_analysis(**YIELD)
    assert list(result.stationary_point.coded.values()) == pytest.approx([0.389, 0.306], abs=1e-3)
    assert result.stationary_point.point == pytest.approx({"Time": 86.95, "Temperature": 176.53}, abs=5e-3)
    assert result.stationary_point.response == pytest.approx(80.21, abs=5e-3)
    assert result.eigenvalues == pytest.approx([-0.9634, -1.4141], abs=5e-4)
    assert result.nature == "maximum"
    assert result.inside_region


def test_chem_react():
    # Lenth (2009), Journal of Statistical Software 32(7): stationary point 0.3722954, 0.3343802 (Time 86.86148, Temp
    # 176.67190), eigenvalues -0.9233027, -1.3186949.
    result = canonical_analysis(**CHEM_REACT)
    assert result.stationary_point.coded == pytest.approx({"Time": 0.3722954, "Temp": 0.3343802}, abs=5e-8)
    assert result.stationary_point.point == pytest.approx({"Time": 86.86148, "Temp": 176.67190}, abs=5e-6)
    assert result.eigenvalues == pytest.approx([-0.9233027, -1.3186949], abs=5e-8)


def test_a_maximum_inside_is_the_constrained_maximum():
    result = canonical_analysis(**YIELD)
    assert result.constrained_maximum.coded == pytest.approx(result.stationary_point.coded)
    assert result.constrained_minimum.response < result.constrained_maximum.response


def surface(linear, square, **more):
    """Exact runs on a 3^2 grid."""
    points = np.array([[a, b] for a in (-1, 0, 1) for b in (-1, 0, 1)], dtype=float)
    y = points @ linear + np.einsum("ni,ij,nj->n", points, square, points)
    data = {"A": points[:, 0].tolist(), "B": points[:, 1].tolist()}
    return canonical_analysis(factors=2, data=data, response=y.tolist(), **more)


def test_a_saddle_and_a_minimum_and_ridges():
    # Known quadratics, so that every number follows by hand.
    saddle = surface([0, 0], np.diag([2.0, -1.0]))
    assert saddle.nature == "saddle point"
    assert saddle.eigenvalues == pytest.approx([2, -1])
    assert surface([0.2, 0], np.diag([2.0, 1.0])).nature == "minimum"
    assert surface([0, 0], np.diag([-2.0, -0.01])).nature == "stationary ridge"
    assert surface([0, 1], np.diag([-2.0, -0.01])).nature == "rising ridge"


def test_outside_the_region_the_constrained_optimum_is_given():
    # y = 6 a - a^2 - b^2: maximum at a = 3; within the cube at a = 1, b = 0.
    result = surface([6, 0], np.diag([-1.0, -1.0]), region="cube")
    assert result.stationary_point.coded == pytest.approx({"A": 3, "B": 0}, abs=1e-9)
    assert not result.inside_region
    assert "outside_region" in {notice.code for notice in result.warnings}
    assert result.constrained_maximum.coded == pytest.approx({"A": 1, "B": 0}, abs=1e-9)
    assert result.constrained_maximum.response == pytest.approx(5)
    round_one = surface([6, 0], np.diag([-1.0, -1.0]), region="sphere")
    assert round_one.constrained_maximum.coded == pytest.approx({"A": np.sqrt(2), "B": 0}, abs=1e-9)


def test_without_a_stationary_point_that_is_said():
    result = surface([0, 1], np.diag([-2.0, 0.0]))
    assert result.stationary_point is None
    assert "stationary_point" in result.undefined
    assert result.constrained_maximum.coded["B"] == pytest.approx(1)


numbers = st.floats(-3, 3, allow_subnormal=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(numbers, min_size=3, max_size=3), st.lists(numbers, min_size=9, max_size=9), st.floats(0.5, 2))
def test_no_other_point_of_the_region_is_better(linear, entries, radius):
    b = np.array(linear)
    half = np.array(entries).reshape(3, 3)
    square = half + half.T

    def value(points):
        return points @ b + np.einsum("ni,ij,nj->n", points, square, points)

    others = np.random.default_rng(0).uniform(-1, 1, (3000, 3))
    corner = largest_in_cube(b, square)
    assert np.abs(corner).max() <= 1
    assert value(corner[None])[0] >= value(np.vstack([others, np.sign(others)])).max() - 1e-9
    ball = largest_in_ball(b, square, radius)
    assert np.linalg.norm(ball) <= radius * (1 + 1e-6)
    sphere = radius * others / np.linalg.norm(others, axis=1)[:, None]
    assert value(ball[None])[0] >= value(np.vstack([sphere, sphere * 0.5])).max() - 1e-6


def test_a_categorical_factor_or_a_straight_surface_is_refused():
    data = {"A": [-1, 0, 1, -1, 0, 1, 0], "M": ["p", "p", "p", "q", "q", "q", "p"]}
    with pytest.raises(ToolError, match="categorical"):
        canonical_analysis(factors=["A", "M"], data=data, response=[1, 2, 1, 2, 4, 3, 2])
    with pytest.raises(ToolError, match="no curvature"):
        canonical_analysis(factors=1, data={"A": [-1, 0, 1, 1]}, response=[1, 2, 3, 3], model="linear")
