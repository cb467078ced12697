"""Coordinate exchange."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools.doe.design import yates
from havoc.tools.doe.exchange import Search
from havoc.tools.doe.factor import coded_factors
from havoc.tools.doe.linear_constraint import read_constraints
from havoc.tools.doe.model_matrix import model_terms


def search(criterion, constraints=(), model="quadratic", fixed=None):
    return Search(
        terms=model_terms(["A", "B"], model),
        levels=[[-1.0, 0.0, 1.0]] * 2,
        continuous=[True] * 2,
        fixed=np.empty((0, 2)) if fixed is None else fixed,
        polytope=read_constraints(constraints, coded_factors(2)),
        criterion=criterion,
    )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), criterion=st.sampled_from(["D", "A", "I"]))
def test_exchanges_never_make_a_design_worse(seed, criterion):
    start = np.random.default_rng(seed).choice([-1.0, 0.0, 1.0], size=(10, 2))
    found = search(criterion)
    better, _ = found.improve(start, 1e7)
    assert found.cost(better) <= found.cost(start) + 1e-9


def test_after_the_search_no_single_change_helps():
    found = search("D")
    best, _ = found.improve(np.random.default_rng(1).choice([-1.0, 0.0, 1.0], size=(9, 2)), 1e7)
    lowest = found.cost(best)
    for row in range(9):
        for axis in range(2):
            for level in (-1.0, 0.0, 1.0):
                other = best.copy()
                other[row, axis] = level
                assert found.cost(other) >= lowest - 1e-6


def test_fixed_runs_are_not_touched_and_constraints_hold():
    fixed = np.array([[-1.0, -1.0], [0.25, 0.25]])
    found = search("D", ["A + B <= 0.5"], fixed=fixed)
    start = np.vstack([fixed, np.full((7, 2), -0.5)])
    best, _ = found.improve(start, 1e7)
    assert np.array_equal(best[:2], fixed)
    assert found.polytope.contains(best).all()


def test_a_spent_budget_stops_early():
    start = np.tile(yates(2), (5, 1)) * 0.0
    _, spent = search("D").improve(start, 1.0)
    assert spent < 500


def test_the_cost_of_singular_runs_is_infinite():
    assert search("D").cost(yates(2)) == float("inf")
    assert search("A", model="linear").cost(yates(2)) == pytest.approx(3 / 4)
