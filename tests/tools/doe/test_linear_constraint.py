"""Linear inequalities: hand-computable cases."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.factor import Factor, coded_factors
from havoc.tools.doe.linear_constraint import read_constraints


@pytest.mark.parametrize(
    "text", ["2*A + B <= 1", "2A+B<=1", "B + 2 A ≤ 1", "1 >= 2*A + B", "-2*A - B >= -1", "3*A <= 1 + A - B", "2*A + B < 1"]
)
def test_ways_of_writing_one_inequality(text):
    read = read_constraints([text], coded_factors(2))
    assert read.matrix.tolist() == [[2, 1]]
    assert read.bound.tolist() == [1]


def test_natural_units_become_coded():
    # T = 150 + 50 x, t = 30 + 20 y: T + 2 t <= 260 is 50 x + 40 y <= 50.
    factors = [Factor(name="Oven temperature", low=100, high=200), Factor(name="t", low=10, high=50)]
    read = read_constraints(["Oven temperature + 2*t <= 260"], factors)
    assert read.matrix.tolist() == [[50, 40]]
    assert read.bound.tolist() == [50]
    assert read.contains(np.array([[1.0, 0.0], [1.0, 0.1]])).tolist() == [True, False]


def test_the_interval_along_an_axis():
    read = read_constraints(["A + B <= 0.5", "A >= -0.25"], coded_factors(2))
    assert read.interval(np.array([0.0, 0.2]), 0) == pytest.approx((-0.25, 0.3))
    assert read.interval(np.array([0.0, 0.2]), 1) == pytest.approx((-1, 0.5))


def test_vertices_satisfy_the_constraints():
    read = read_constraints(["A + B + C <= 0"], coded_factors(3))
    vertices = read.vertices(np.random.default_rng(1))
    assert read.contains(vertices).all()


@pytest.mark.parametrize(
    "text", ["", "A", "A <= B <= 1", "A * B <= 1", "X <= 1", "1 <= 2", "A B <= 1", "A <= ", "A - A <= 1"]
)
def test_what_cannot_be_read_is_named(text):
    with pytest.raises(ToolError) as caught:
        read_constraints(["A <= 1", text], coded_factors(2))
    assert caught.value.path == "constraints[1]"


def test_impossible_constraints_are_named():
    with pytest.raises(ToolError, match="satisfies"):
        read_constraints(["A <= -2"], coded_factors(2)).vertices(np.random.default_rng(0))
