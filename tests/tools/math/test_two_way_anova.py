"""Two-way analysis of variance against published tables."""

import pytest

from havoc.tools import ToolError
from havoc.tools.math.two_way_anova import two_way_anova

# Montgomery, Design and Analysis of Experiments, Table 5.1: battery life by material (3) and temperature (15, 70, 125 F).
BATTERY = {
    ("1", "15"): [130, 155, 74, 180],
    ("1", "70"): [34, 40, 80, 75],
    ("1", "125"): [20, 70, 82, 58],
    ("2", "15"): [150, 188, 159, 126],
    ("2", "70"): [136, 122, 106, 115],
    ("2", "125"): [25, 70, 58, 45],
    ("3", "15"): [138, 110, 168, 160],
    ("3", "70"): [174, 120, 150, 139],
    ("3", "125"): [96, 104, 82, 60],
}


def _rows(cells):
    rows = [(value, a, b) for (a, b), values in cells.items() for value in values]
    response, factor_a, factor_b = zip(*rows, strict=True)
    return {"response": list(response), "factor_a": list(factor_a), "factor_b": list(factor_b)}


def test_battery_design():
    # Montgomery, Table 5.5: SS material 10683.72, temperature 39118.72, interaction 9613.78, error 18230.75 (27 df);
    # F 7.91, 28.97, 3.56; P 0.0020, < 0.0001, 0.0186.
    result = two_way_anova(**_rows(BATTERY))
    material, temperature, interaction, error = result.table
    assert [row.sum_of_squares for row in result.table] == pytest.approx([10683.72, 39118.72, 9613.78, 18230.75], abs=5e-3)
    assert [material.f, temperature.f, interaction.f] == pytest.approx([7.91, 28.97, 3.56], abs=5e-3)
    assert (result.p_a, result.p_interaction) == pytest.approx((0.0020, 0.0186), abs=5e-5)
    assert error.df == 27
    assert result.balanced
    assert material.sum_of_squares_type2 == pytest.approx(material.sum_of_squares), "balanced: all types agree"


def test_blocks_without_interaction():
    # Montgomery, Example 4.1's form by hand: treatments 1, 2 in blocks a, b, c with y = treatment + block effects exactly
    # plus residuals r that sum to zero in rows and columns, so SS follow from the effects alone.
    effects, blocks, r = {"1": -1.0, "2": 1.0}, {"a": 0.0, "b": 3.0, "c": -3.0}, [0.1, -0.2, 0.1]
    rows = [(effects[t] + blocks[b] + (r[i] if t == "1" else -r[i]), t, b) for t in effects for i, b in enumerate(blocks)]
    response, factor_a, factor_b = zip(*rows, strict=True)
    result = two_way_anova(response=response, factor_a=factor_a, factor_b=factor_b, interaction=False)
    assert [row.sum_of_squares for row in result.table] == pytest.approx([6.0, 36.0, 2 * (0.01 + 0.04 + 0.01)])
    assert [row.df for row in result.table] == [1, 2, 2]


def test_an_unbalanced_table_depends_on_the_type_and_not_on_order():
    cells = {key: values[: 4 - (index % 3)] for index, (key, values) in enumerate(BATTERY.items())}
    result = two_way_anova(**_rows(cells))
    assert not result.balanced
    assert result.table[0].sum_of_squares_type2 != pytest.approx(result.table[0].sum_of_squares, rel=1e-3)
    turned = two_way_anova(**_rows(dict(reversed(cells.items()))))
    assert [row.sum_of_squares for row in turned.table] == pytest.approx([row.sum_of_squares for row in result.table])


def test_single_rows_leave_the_interaction_out_and_say_so():
    result = two_way_anova(**_rows({key: values[:1] for key, values in BATTERY.items()}))
    assert result.p_interaction is None
    assert result.undefined["p_interaction"] == "no repeated rows"


@pytest.mark.parametrize(
    "arguments",
    [
        {"response": [1, 2, 3], "factor_a": ["a", "b"], "factor_b": ["x", "y", "x"]},
        {"response": [1, 2, 3, 4], "factor_a": ["a", "a", "a", "a"], "factor_b": ["x", "y", "x", "y"]},
        {"response": [1, 2, 3, 5], "factor_a": ["a", "a", "b", "b"], "factor_b": ["x", "x", "y", "y"]},
        {"response": [1, 1, 2, 2], "factor_a": ["a", "a", "b", "b"], "factor_b": ["x", "y", "x", "y"]},
    ],
)
def test_what_cannot_be_analysed_is_an_error(arguments):
    with pytest.raises(ToolError):
        two_way_anova(**arguments)
