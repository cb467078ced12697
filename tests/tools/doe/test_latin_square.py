"""Latin and Graeco-Latin squares: their definition, on every size."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.factorial_analysis import analyze_factorial
from havoc.tools.doe.latin_square import graeco_latin_square, latin_square

# Montgomery, Design and Analysis of Experiments, 4.2 and 4.3: burning rate of five formulations of rocket propellant (A to
# E), rows batches of raw material, columns operators; in 4.3 five test assemblies (Greek) are added to the same runs.
PROPELLANT = [
    ["A alpha", "B gamma", "C epsilon", "D beta", "E delta"],
    ["B beta", "C delta", "D alpha", "E gamma", "A epsilon"],
    ["C gamma", "D epsilon", "E beta", "A delta", "B alpha"],
    ["D delta", "E alpha", "A gamma", "B epsilon", "C beta"],
    ["E epsilon", "A beta", "B delta", "C alpha", "D gamma"],
]
BURNING_RATE = [
    [24, 20, 19, 24, 24],
    [17, 24, 30, 27, 36],
    [18, 38, 26, 27, 21],
    [26, 31, 26, 23, 22],
    [22, 30, 20, 29, 31],
]


def _analysis(design, response):
    columns = dict(zip(design.factor_names, map(list, zip(*design.natural, strict=True)), strict=True))
    factors = [{"name": name, "levels": sorted(set(column))} for name, column in columns.items()]
    result = analyze_factorial(factors=factors, data=columns, response=response, model="linear")
    return {one.term: one for one in result.effects}, result


def test_the_square_of_the_rocket_propellants_and_its_analysis():
    # Montgomery, 4.2: formulations 330.00 (F 7.73, P 0.0025), batches 68.00, operators 150.00, error 128.00 with 12 degrees
    # of freedom, mean square 10.67; total 676.00.
    names = {"row_name": "Batch", "column_name": "Operator", "treatment_name": "Formulation"}
    design = latin_square(treatments=5, **names, randomize=False)
    assert design.square == [[cell.split(" ")[0] for cell in row] for row in PROPELLANT]
    effects, result = _analysis(design, [BURNING_RATE[int(row) - 1][int(column) - 1] for row, column, _ in design.natural])
    sums = {name: one.sum_of_squares for name, one in effects.items()}
    assert sums == pytest.approx({"Batch": 68, "Operator": 150, "Formulation": 330})
    assert (effects["Formulation"].f_statistic, effects["Formulation"].p_value) == pytest.approx((7.73, 0.0025), abs=5e-3)
    assert result.df_error == design.degrees_of_freedom_for_error == 12
    assert result.s**2 == pytest.approx(10.67, abs=5e-3)


def test_the_graeco_latin_square_of_the_rocket_propellants_and_its_analysis():
    # Montgomery, 4.3: formulations 330.00 (F 10.00, P 0.0033), batches 68.00, operators 150.00, test assemblies 62.00, error
    # 66.00 with 8 degrees of freedom, mean square 8.25. Montgomery's square is this one with rows and columns exchanged.
    names = {"row_name": "Operator", "column_name": "Batch", "treatment_name": "Formulation", "second_name": "Assembly"}
    design = graeco_latin_square(treatments=5, **names, randomize=False)
    assert [list(column) for column in zip(*design.square, strict=True)] == PROPELLANT
    response = [BURNING_RATE[int(batch) - 1][int(operator) - 1] for operator, batch, _, _ in design.natural]
    effects, result = _analysis(design, response)
    sums = {name: one.sum_of_squares for name, one in effects.items()}
    assert sums == pytest.approx({"Batch": 68, "Operator": 150, "Formulation": 330, "Assembly": 62})
    assert effects["Formulation"].f_statistic == pytest.approx(10)
    assert effects["Formulation"].p_value == pytest.approx(0.0033, abs=5e-5)
    assert result.df_error == design.degrees_of_freedom_for_error == 8
    assert result.s**2 == pytest.approx(8.25)


@pytest.mark.parametrize(
    ("size", "rows"),
    [
        # NIST/SEMATECH e-Handbook 5.3.3.2.2, Graeco-Latin squares for 3 and 4 levels; the order of rows is free.
        (3, ["A1 B2 C3", "C2 A3 B1", "B3 C1 A2"]),
        (4, ["A1 B2 C3 D4", "D2 C1 B4 A3", "B3 A4 D1 C2", "C4 D3 A2 B1"]),
    ],
)
def test_the_handbook_s_graeco_latin_squares(size, rows):
    design = graeco_latin_square(treatments=size, second_treatments=list("1234"[:size]), randomize=False)
    found = [" ".join(cell.replace(" ", "") for cell in row) for row in design.square]
    assert sorted(found) == sorted(rows)
    assert design.runs == size * size


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
