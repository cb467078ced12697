"""Taguchi designs."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.orthogonal_array import taguchi


@pytest.mark.parametrize(
    ("levels", "array"),
    [
        ([2, 2, 2], "L4(2^3)"),
        ([2] * 7, "L8(2^7)"),
        ([4, 2, 2], "L8(4^1 2^4)"),
        ([3] * 4, "L9(3^4)"),
        ([2] * 11, "L12(2^11)"),
        ([2] * 12, "L16(2^15)"),
        ([4] * 5, "L16(4^5)"),
        ([4, 4, 2], "L16(4^2 2^9)"),
        ([2, *[3] * 7], "L18(2^1 3^7)"),
        ([3] * 5, "L18(2^1 3^7)"),
        ([5] * 6, "L25(5^6)"),
        ([3] * 13, "L27(3^13)"),
        ([2, 2, 3], "L36(2^11 3^12)"),
        ([3] * 25, "L54(2^1 3^25)"),
    ],
)
def test_the_smallest_array_with_room_is_taken(levels, array):
    # Room is read off the names of the arrays.
    design = taguchi(factors=len(levels), levels=levels)
    assert design.array == array
    assert design.runs == int(array[1:].split("(")[0])
    for column, count in zip(np.array(design.level_numbers).T, levels, strict=True):
        assert sorted(set(column)) == list(range(1, count + 1))


def test_l9_in_standard_order_with_natural_levels():
    # Taguchi's L9, rows 1 to 4.
    factors = [
        {"name": "T", "low": 100, "high": 200},
        {"name": "P", "levels": [1, 2, 5]},
        {"name": "M", "levels": ["x", "y", "z"]},
    ]
    design = taguchi(factors=factors, levels=3, randomize=False)
    assert design.natural[:4] == [[100, 1, "x"], [100, 2, "y"], [100, 5, "z"], [150, 1, "y"]]
    assert design.level_numbers[:4] == [[1, 1, 1], [1, 2, 2], [1, 3, 3], [2, 1, 2]]


def test_columns_keep_interactions_apart():
    # Taguchi's linear graph of L8: factors on columns 1, 2, 4 and 7 leave 3, 5 and 6 for their interactions.
    design = taguchi(factors=4, array="L8", columns=[1, 2, 4, 7])
    assert design.aliases[:4] == ["A", "B", "C", "D"]
    assert all(len(chain.split(" ")) == 3 for chain in design.aliases[4:])
    assert taguchi(factors=3, array="L8").aliases == ["A - BC", "B - AC", "C - AB"]


def test_aliases_have_the_sign_of_the_columns():
    design = taguchi(factors=7, array="L8", randomize=False)
    coded = np.array(design.coded)
    for chain in design.aliases:
        first, *rest = chain.split(" ")
        for sign, effect in zip(rest[::2], rest[1::2], strict=True):
            column = np.prod(coded[:, ["ABCDEFG".index(letter) for letter in effect]], axis=1)
            assert np.array_equal(column, coded[:, "ABCDEFG".index(first)] * (1 if sign == "+" else -1))


def test_randomised_runs_keep_levels_and_values_together():
    design = taguchi(factors=4, levels=3, seed=3, replicates=2)
    for row, numbers in zip(design.coded, design.level_numbers, strict=True):
        assert row == [number - 2 for number in numbers]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 4, "array": "L7"}, "array"),
        ({"factors": 8, "array": "L8"}, "factors"),
        ({"factors": 3, "levels": [2, 3]}, "levels"),
        ({"factors": 1, "levels": [6]}, "levels[0]"),
        ({"factors": 3, "levels": [3, 4, 5]}, "factors"),
        ({"factors": 2, "array": "L8", "columns": [1, 1]}, "columns"),
        ({"factors": 2, "array": "L8", "columns": [1, 9]}, "columns"),
        ({"factors": 60}, "factors"),
        ({"factors": [{"name": "a", "levels": [1, 2, 3]}], "levels": 2}, "levels[0]"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        taguchi(**arguments)
    assert caught.value.path == path
