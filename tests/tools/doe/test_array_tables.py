"""Orthogonal arrays against Taguchi's tables, and their definition."""

from itertools import combinations

import numpy as np
import pytest

from havoc.tools.doe.array_tables import ARRAYS


@pytest.mark.parametrize("array", ARRAYS.values(), ids=lambda array: array.name)
def test_every_pair_of_columns_has_every_pair_of_levels_equally_often(array):
    table = array.make()
    assert table.shape == (array.runs, len(array.levels))
    for i, j in combinations(range(len(array.levels)), 2):
        counts = np.bincount(table[:, i] * array.levels[j] + table[:, j], minlength=array.levels[i] * array.levels[j])
        assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        # Taguchi and Konishi (1987), Orthogonal Arrays and Linear Graphs.
        ("L4(2^3)", ["111", "122", "212", "221"]),
        ("L8(2^7)", ["1111111", "1112222", "1221122", "1222211", "2121212", "2122121", "2211221", "2212112"]),
        ("L9(3^4)", ["1111", "1222", "1333", "2123", "2231", "2312", "3132", "3213", "3321"]),
        (
            "L18(2^1 3^7)",
            [
                *(
                    "11111111",
                    "11222222",
                    "11333333",
                    "12112233",
                    "12223311",
                    "12331122",
                    "13121323",
                    "13232131",
                    "13313212",
                ),
                *(
                    "21133221",
                    "21211332",
                    "21322113",
                    "22123132",
                    "22231213",
                    "22312321",
                    "23132312",
                    "23213123",
                    "23321231",
                ),
            ],
        ),
    ],
)
def test_published_tables(name, rows):
    table = ARRAYS[name].make() + 1
    assert ["".join(map(str, row)) for row in table.tolist()] == rows


@pytest.mark.parametrize(
    ("name", "run", "row"),
    [
        # The same source, single rows of larger tables.
        ("L12(2^11)", 2, "11111222222"),
        ("L12(2^11)", 12, "22112121221"),
        ("L16(2^15)", 2, "111111122222222"),
        ("L16(2^15)", 16, "221211221121221"),
        ("L25(5^6)", 6, "212345"),
        ("L27(3^13)", 4, "1222111222333"),
        ("L27(3^13)", 10, "2123123123123"),
        ("L36(2^11 3^12)", 4, "11111222222" + "111122223333"),
    ],
)
def test_single_rows_of_published_tables(name, run, row):
    assert "".join(str(level + 1) for level in ARRAYS[name].make()[run - 1]) == row


def test_columns_of_interactions_in_l8():
    # Taguchi's triangular table of L8: columns 1 and 2 interact in 3, 1 and 4 in 5, 2 and 4 in 6, 3 and 4 in 7.
    table = ARRAYS["L8(2^7)"].make()
    for one, other, both in ((1, 2, 3), (1, 4, 5), (2, 4, 6), (3, 4, 7)):
        assert np.array_equal(table[:, one - 1] ^ table[:, other - 1], table[:, both - 1])


def test_names_state_the_true_columns():
    for array in ARRAYS.values():
        shape = " ".join(f"{level}^{array.levels.count(level)}" for level in sorted(set(array.levels)))
        reverse = " ".join(f"{level}^{array.levels.count(level)}" for level in sorted(set(array.levels), reverse=True))
        assert array.name in (f"L{array.runs}({shape})", f"L{array.runs}({reverse})")
