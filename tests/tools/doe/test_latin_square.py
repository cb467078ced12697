"""Latin and Graeco-Latin squares: their definition, on every size."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.latin_square import graeco_latin_square, latin_square


@settings(max_examples=30, deadline=None)
@given(size=st.integers(2, 26), seed=st.integers(0, 999))
def test_each_treatment_once_in_every_row_and_column(size, seed):
    design = latin_square(treatments=size, seed=seed)
    for line in [*design.square, *zip(*design.square, strict=True)]:
        assert len(set(line)) == size
    assert design.runs == size * size
    assert design == latin_square(treatments=size, seed=seed)


def test_the_standard_square_and_its_table_of_runs():
    design = latin_square(treatments=["P", "Q", "R"], row_name="Operator", column_name="Day", randomize=False)
    assert design.square == [["P", "Q", "R"], ["Q", "R", "P"], ["R", "P", "Q"]]
    assert design.factor_names == ["Operator", "Day", "Treatment"]
    assert design.natural[3] == ["2", "1", "Q"]


@pytest.mark.parametrize(("size", "replicates", "df"), [(4, 1, 6), (5, 1, 12), (3, 1, 2), (3, 2, 6)])
def test_degrees_of_freedom(size, replicates, df):
    # Montgomery, Design and Analysis of Experiments, 4.2: (p - 1)(p - 2), and for n squares with new rows and columns
    # (p - 1)[n(p - 1) - 1].
    assert (size - 1) * (replicates * (size - 1) - 1) == df
    assert latin_square(treatments=size, replicates=replicates).degrees_of_freedom_for_error == df


@pytest.mark.parametrize("size", [3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 20, 21, 24, 25])
def test_graeco_latin_squares_hold_every_pair_once(size):
    design = graeco_latin_square(treatments=size, seed=1)
    cells = [cell.split(" ") for row in design.square for cell in row]
    assert len({tuple(cell) for cell in cells}) == size * size
    for part in (0, 1):
        for line in [*design.square, *zip(*design.square, strict=True)]:
            assert len({cell.split(" ")[part] for cell in line}) == size
    # (p - 1)(p - 3), Montgomery 4.3.
    assert design.degrees_of_freedom_for_error == (size - 1) * (size - 3)


@pytest.mark.parametrize("size", [2, 6, 10, 14])
def test_sizes_without_a_graeco_latin_square_are_named(size):
    # Euler's conjecture holds for 2 and 6 (Tarry 1900); other sizes of remainder 2 are not made here.
    with pytest.raises(ToolError) as caught:
        graeco_latin_square(treatments=size)
    assert caught.value.path == "treatments"


def test_a_small_square_says_that_error_has_few_degrees_of_freedom():
    assert [notice.code for notice in latin_square(treatments=3).warnings] == ["few_degrees_of_freedom"]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"treatments": 1}, "treatments"),
        ({"treatments": 27}, "treatments"),
        ({"treatments": "ABC"}, "treatments"),
        ({"treatments": ["a", "b", "a"]}, "treatments"),
        ({"treatments": 3, "row_name": "Day", "column_name": "Day"}, "row_name"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        latin_square(**arguments)
    assert caught.value.path == path
