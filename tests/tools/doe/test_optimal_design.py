"""Optimal designs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.full_factorial import full_factorial
from havoc.tools.doe.optimal_design import optimal_design


@pytest.mark.parametrize(
    ("runs", "determinant"),
    # Largest determinants of matrices of -1 and +1 (Hadamard's problem; OEIS A003433): orders 4 to 9.
    [(4, 16), (5, 48), (6, 160), (7, 576), (8, 4096), (9, 14336)],
)
def test_saturated_designs_reach_the_largest_determinant(runs, determinant):
    design = optimal_design(factors=runs - 1, runs=runs, model="linear", starts=100)
    assert design.d_efficiency == pytest.approx(100 * determinant ** (2 / runs) / runs)


def test_the_three_level_factorial_is_d_optimal_for_nine_runs():
    # By hand: |X'X| of the 3^2 is 6*6 for the main effects, 4 for their product and 36 for the constant with the squares.
    design = optimal_design(factors=2, runs=9, model="quadratic")
    assert (9 * design.d_efficiency / 100) ** 6 == pytest.approx(6 * 6 * 4 * 36)
    levels = full_factorial(factors=2, levels=3).coded
    assert sorted(map(tuple, design.coded)) == sorted(map(tuple, levels))


def test_orthogonal_two_level_designs_are_found():
    # Kiefer: where an orthogonal two-level design exists it is D- and A-optimal with efficiency 100.
    for criterion in ("D", "A", "I"):
        design = optimal_design(factors=3, runs=8, model="interaction", criterion=criterion)
        assert design.d_efficiency == pytest.approx(100)
        assert design.a_efficiency == pytest.approx(100)


def test_each_criterion_is_best_at_its_own():
    found = {one: optimal_design(factors=3, runs=13, criterion=one) for one in ("D", "A", "I")}
    assert max(found, key=lambda one: found[one].d_efficiency) == "D"
    assert max(found, key=lambda one: found[one].a_efficiency) == "A"
    assert min(found, key=lambda one: found[one].average_prediction_variance) == "I"


def test_constraints_hold_and_their_limits_are_used():
    ranges = [{"name": "Temperature", "low": 100, "high": 200}, {"name": "Time", "low": 10, "high": 50}]
    design = optimal_design(factors=ranges, runs=12, constraints=["Temperature + 2*Time <= 260"])
    loads = [temperature + 2 * time for temperature, time in design.natural]
    assert max(loads) == pytest.approx(260)
    assert design.d_efficiency > 35


def test_existing_runs_stay():
    existing = [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    design = optimal_design(factors=2, runs=9, existing=existing, randomize=False)
    assert design.coded[:4] == existing
    assert design.blocks == [1] * 4 + [2] * 5
    assert design.point_types[:4] == ["existing"] * 4


def test_categorical_and_listed_levels_are_kept():
    factors = [
        {"name": "m", "levels": ["x", "y"]},
        {"name": "s", "levels": [1, 2, 4, 8]},
        {"name": "t", "low": 0, "high": 1},
    ]
    design = optimal_design(factors=factors, runs=12, model=["m", "s", "t", "m*s", "s^2"], constraints=["s + t <= 8.5"])
    assert {row[0] for row in design.natural} == {"x", "y"}
    assert {row[1] for row in design.natural} <= {1, 2, 4, 8}
    assert all(row[1] + row[2] <= 8.5 + 1e-9 for row in design.natural)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), factors=st.integers(2, 4))
def test_the_same_seed_gives_the_same_design_within_the_cube(seed, factors):
    arguments = {"factors": factors, "runs": 16, "seed": seed, "starts": 3}
    design = optimal_design(**arguments)
    assert design == optimal_design(**arguments)
    assert np.abs(np.array(design.coded)).max() <= 1


def test_more_starts_are_never_worse():
    few, many = (optimal_design(factors=4, runs=18, starts=starts) for starts in (1, 30))
    assert many.d_efficiency >= few.d_efficiency - 1e-9


def test_large_problems_are_cut_short_and_say_so():
    design = optimal_design(factors=10, runs=120, starts=100)
    assert design.starts_done < 100
    assert "search_cut_short" in [notice.code for notice in design.warnings]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 3, "runs": 9}, "runs"),
        ({"factors": 30, "runs": 40, "model": "linear"}, "factors"),
        ({"factors": 2, "runs": 8, "constraints": ["A <= -2"]}, "constraints"),
        ({"factors": 2, "runs": 8, "constraints": ["A + X <= 1"]}, "constraints[0]"),
        ({"factors": 2, "runs": 8, "constraints": ["A <= -1"]}, "model"),
        ({"factors": 2, "runs": 8, "existing": [[1, 2, 3]]}, "existing"),
        ({"factors": 2, "runs": 8, "model": ["A", "C"]}, "model[1]"),
        ({"factors": [{"name": "a", "levels": ["x", "y", "z"]}, {"name": "b"}], "runs": 8}, "factors[0].levels"),
        ({"factors": [{"name": "a", "levels": ["x", "y"]}, {"name": "b"}], "runs": 8}, "model"),
    ],
)
def test_what_cannot_be_found_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        optimal_design(**arguments)
    assert caught.value.path == path
