"""Full factorial designs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.full_factorial import full_factorial


def test_yates_order_and_natural_units():
    # Box, Hunter and Hunter (2005), ch. 5, the pilot plant 2^3: T 160/180, C 20/40, K A/B in standard order.
    design = full_factorial(
        factors=[
            {"name": "T", "low": 160, "high": 180, "unit": "°C"},
            {"name": "C", "low": 20, "high": 40, "unit": "%"},
            {"name": "K", "levels": ["A", "B"]},
        ],
        randomize=False,
    )
    expected = [[160, 20], [180, 20], [160, 40], [180, 40]]
    assert design.natural == [[*row, "A"] for row in expected] + [[*row, "B"] for row in expected]
    assert design.coded[1] == [1, -1, -1]
    assert design.factor_units == ["°C", "%", ""]
    assert design.runs == 8


@pytest.mark.parametrize(
    ("factors", "blocks", "orders"),
    [
        # Montgomery, Design and Analysis of Experiments, Table 7.9 (blocking 2^k): orders of the effects lost.
        (3, 2, [3]),
        (3, 4, [2, 2, 2]),
        (4, 2, [4]),
        (4, 4, [2, 3, 3]),
        (4, 8, [2] * 6 + [4]),
        (5, 2, [5]),
        (5, 4, [3, 3, 4]),
        (5, 8, [2, 2, 3, 3, 3, 3, 4]),
        (5, 16, [2] * 10 + [4] * 5),
        (6, 2, [6]),
        (6, 4, [4, 4, 4]),
        (6, 8, [3, 3, 3, 3, 4, 4, 4]),
        (6, 32, [2] * 15 + [4] * 15 + [6]),
        (7, 2, [7]),
        (7, 4, [4, 5, 5]),
    ],
)
def test_blocks_lose_the_interactions_of_the_published_table(factors, blocks, orders):
    design = full_factorial(factors=factors, blocks=blocks)
    found = sorted(len(word) for word in design.confounded_with_blocks)
    assert found == orders


def test_blocks_are_what_the_confounded_interactions_say():
    design = full_factorial(factors=4, blocks=4, center_points=1)
    coded, block = np.array(design.coded), np.array(design.blocks)
    assert sorted(block) == list(block)
    for word in design.confounded_with_blocks:
        column = np.prod(coded[:, ["ABCD".index(letter) for letter in word]], axis=1)
        corners = np.array(design.point_types) == "factorial"
        for number in range(1, 5):
            assert len(set(column[corners & (block == number)])) == 1
    assert design.center_points == 4


def test_mixed_levels_and_listed_levels():
    design = full_factorial(
        factors=[{"name": "x", "levels": [10, 20, 50]}, {"name": "m", "levels": ["p", "q", "r", "s"]}], randomize=False
    )
    assert design.runs == 12
    assert design.levels == [3, 4]
    assert design.natural[:4] == [[10, "p"], [20, "p"], [50, "p"], [10, "q"]]
    assert design.coded[1][0] == pytest.approx(-0.5)
    counted = full_factorial(factors=[{"name": "x", "low": 0, "high": 10}, {"name": "y"}], levels=[3, 2], randomize=False)
    assert [row[0] for row in counted.natural] == [0, 5, 10, 0, 5, 10]


def test_centre_points_are_spread_over_the_run_order():
    design = full_factorial(factors=4, center_points=3, seed=5)
    places = [i for i, kind in enumerate(design.point_types) if kind == "center"]
    assert places == [0, 9, 18]
    assert all(design.natural[i] == [0, 0, 0, 0] for i in places)


@settings(max_examples=25, deadline=None)
@given(factors=st.integers(2, 6), replicates=st.integers(1, 3), seed=st.integers(0, 2**32 - 1), own=st.booleans())
def test_every_combination_once_in_each_replicate_and_orthogonal(factors, replicates, seed, own):
    design = full_factorial(factors=factors, replicates=replicates, seed=seed, block_on_replicates=own)
    rows, counts = np.unique(np.array(design.coded), axis=0, return_counts=True)
    assert len(rows) == 2**factors
    assert set(counts) == {replicates}
    coded = np.array(design.coded)
    assert all(coded[:, i] @ coded[:, j] == 0 for i, j in combinations(range(factors), 2))
    assert set(design.blocks) == (set(range(1, replicates + 1)) if own else {1})
    assert sorted(design.standard_order) == list(range(1, design.runs + 1))
    again = full_factorial(factors=factors, replicates=replicates, seed=seed, block_on_replicates=own)
    assert again == design


def test_runs_in_standard_order_are_the_same_whatever_the_seed():
    one, other = full_factorial(factors=3, seed=1), full_factorial(factors=3, seed=2)
    assert one.coded != other.coded
    by_order = [[row for _, row in sorted(zip(d.standard_order, d.coded, strict=True))] for d in (one, other)]
    assert by_order[0] == by_order[1] == full_factorial(factors=3, randomize=False).coded


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 30}, "factors"),
        ({"factors": 3, "blocks": 3}, "blocks"),
        ({"factors": 3, "blocks": 8}, "blocks"),
        ({"factors": 3, "levels": 3, "blocks": 2}, "blocks"),
        ({"factors": [{"name": "m", "levels": ["a", "b"]}], "center_points": 1}, "center_points"),
        ({"factors": 3, "levels": [2, 2]}, "levels"),
        ({"factors": [{"name": "x", "low": 3, "high": 1}]}, "factors[0].low"),
        ({"factors": [{"name": "x", "levels": [3, 1]}]}, "factors[0].levels"),
        ({"factors": "x"}, "factors"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        full_factorial(**arguments)
    assert caught.value.path == path
