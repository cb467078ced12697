"""Latin hypercubes and Sobol' points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.space_filling import latin_hypercube, sobol_design


@settings(max_examples=20, deadline=None)
@given(
    factors=st.integers(1, 6),
    runs=st.integers(2, 25),
    seed=st.integers(0, 99),
    criterion=st.sampled_from(["maximin", "random", "discrepancy"]),
    centered=st.booleans(),
)
def test_one_point_in_each_of_as_many_slices_as_runs(factors, runs, seed, criterion, centered):
    arguments = {"factors": factors, "runs": runs, "seed": seed, "criterion": criterion, "centered": centered}
    design = latin_hypercube(**arguments)
    slices = np.floor((np.array(design.coded) + 1) / 2 * runs).astype(int)
    for column in slices.T:
        assert sorted(column) == list(range(runs))
    assert design == latin_hypercube(**arguments)


@pytest.mark.parametrize(("runs", "squared"), [(2, 2), (3, 2), (4, 5), (5, 5), (6, 5), (7, 8)])
def test_maximin_reaches_the_published_optimum_in_two_factors(runs, squared):
    # van Dam, Husslage, den Hertog and Melissen (2007), Oper. Res. 55: largest least squared distances of Latin hypercubes
    # with points on a grid of spacing 1.
    design = latin_hypercube(factors=2, runs=runs)
    assert (design.minimum_distance * runs) ** 2 == pytest.approx(squared)


def test_maximin_spreads_points_and_discrepancy_evens_them():
    found = {one: latin_hypercube(factors=4, runs=30, criterion=one) for one in ("maximin", "discrepancy", "random")}
    assert max(found, key=lambda one: found[one].minimum_distance) == "maximin"
    assert min(found, key=lambda one: found[one].discrepancy) == "discrepancy"


def test_the_first_sobol_points():
    # Joe and Kuo (2008): without scrambling the sequence begins 0, 1/2, then (3/4, 1/4), (1/4, 3/4) in two dimensions.
    design = sobol_design(factors=2, runs=4, scramble=False)
    assert [[(x + 1) / 2 for x in row] for row in design.coded] == [[0, 0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]


@given(seed=st.integers(0, 50), exponent=st.integers(2, 7))
def test_scrambled_sobol_points_are_balanced_in_powers_of_two(seed, exponent):
    runs = 2**exponent
    design = sobol_design(factors=3, runs=runs, seed=seed)
    slices = np.floor((np.array(design.coded) + 1) / 2 * runs).astype(int)
    assert all(sorted(column) == list(range(runs)) for column in slices.T)


def test_a_longer_sequence_begins_with_the_shorter():
    short, long = (sobol_design(factors=3, runs=runs, seed=5).coded for runs in (10, 30))
    assert long[:10] == short


def test_natural_units_and_what_is_not_computed():
    design = latin_hypercube(factors=[{"name": "x", "low": 0, "high": 5}], runs=5, criterion="random")
    assert sorted(row[0] for row in design.natural) == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5])
    large = sobol_design(factors=2, runs=4096)
    assert large.minimum_distance is None
    assert large.undefined.keys() == {"minimum_distance", "discrepancy"}
    assert [notice.code for notice in sobol_design(factors=2, runs=12).warnings] == ["not_a_power_of_2"]


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (latin_hypercube, {"factors": 2, "runs": 1}, "runs"),
        (latin_hypercube, {"factors": 2, "runs": 100_000}, "runs"),
        (latin_hypercube, {"factors": 40, "runs": 100}, "factors"),
        (sobol_design, {"factors": [{"name": "m", "levels": ["a", "b"]}], "runs": 8}, "factors[0].levels"),
    ],
)
def test_what_cannot_be_made_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
