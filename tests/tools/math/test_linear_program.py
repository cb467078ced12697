"""Linear programs of textbooks."""

import pytest

from havoc.tools import ToolError
from havoc.tools.math.linear_program import linear_program
from havoc.tools.math.optimization import minimize

WYNDOR = {"objective": "3*x + 5*y", "constraints": ["x <= 4", "2*y <= 12", "3*x + 2*y <= 18"]}


def test_the_wyndor_glass_company():
    # Hillier and Lieberman, Introduction to Operations Research, chapters 3 and 4: 36 at (2, 6), shadow prices 0, 3/2, 1.
    result = linear_program(**WYNDOR)
    assert result.value == pytest.approx(36)
    assert result.point == pytest.approx({"x": 2, "y": 6})
    assert [one.shadow_price for one in result.constraints] == pytest.approx([0, 1.5, 1])
    assert [one.slack for one in result.constraints] == pytest.approx([2, 0, 0])


def test_beale_s_cycling_example():
    # Beale (1955): least value -1/20 at (1/25, 0, 1, 0), where a naive simplex method cycles.
    result = linear_program(
        objective="-3/4*a + 150*b - 1/50*c + 6*d",
        constraints=["1/4*a - 60*b - 1/25*c + 9*d <= 0", "1/2*a - 90*b - 1/50*c + 3*d <= 0", "c <= 1"],
        goal="minimize",
    )
    assert result.value == pytest.approx(-1 / 20)
    assert result.point == pytest.approx({"a": 1 / 25, "b": 0, "c": 1, "d": 0})


def test_shadow_prices_are_what_one_more_unit_brings():
    for index, more in enumerate(["x <= 5", "2*y <= 13", "3*x + 2*y <= 19"]):
        constraints = [*WYNDOR["constraints"][:index], more, *WYNDOR["constraints"][index + 1 :]]
        gain = linear_program(objective=WYNDOR["objective"], constraints=constraints).value - 36
        assert gain == pytest.approx(linear_program(**WYNDOR).constraints[index].shadow_price)


def test_at_least_and_equal():
    # By hand: the cheaper of two goods fills the demand. One unit more of demand costs 2.
    result = linear_program(objective="2*a + 3*b + 7", constraints=["a + b >= 10", "b = 4"], goal="minimize")
    assert result.value == pytest.approx(31)
    assert [one.shadow_price for one in result.constraints] == pytest.approx([2, 1])


def test_whole_numbers():
    # By hand: 2(x + y) <= 7 allows x + y = 3.
    result = linear_program(objective="x + y", constraints=["2x + 2y <= 7"], integer=["x", "y"])
    assert result.value == 3
    assert result.constraints[0].shadow_price is None


def test_variables_are_not_negative_unless_said():
    call = {"objective": "x", "constraints": ["x >= -5"], "goal": "minimize"}
    assert linear_program(**call).value == 0
    assert linear_program(**call, free=["x"]).value == -5
    assert linear_program(**call, bounds={"x": [-2, 2]}).value == -2


def test_the_general_method_agrees():
    result = minimize(**WYNDOR, goal="maximize", bounds={"x": [0, 10], "y": [0, 10]})
    assert result.value == pytest.approx(36, rel=1e-7)


@pytest.mark.parametrize(
    ("arguments", "path", "part"),
    [
        ({"objective": "x", "constraints": ["x >= 2"]}, "constraints", "without end"),
        ({"objective": "x", "constraints": ["x <= 1", "x >= 2"]}, "constraints", "no point satisfies"),
        ({"objective": "x*y", "constraints": ["x <= 1"]}, "objective", "not linear"),
        ({"objective": "x", "constraints": ["x^2 <= 1"]}, "constraints[0]", "not linear"),
        ({"objective": "x", "constraints": ["1/x <= 1"]}, "constraints[0]", "not linear"),
        ({"objective": "x", "constraints": ["x/0 <= 1"]}, "constraints[0]", "not linear"),
        ({"objective": "x", "constraints": ["x"]}, "constraints[0]", "expected"),
        ({"objective": "x", "constraints": ["x <= 1"], "integer": ["y"]}, "integer", "does not occur"),
        ({"objective": "x", "constraints": ["x <= 1"], "bounds": {"x": [2, 1]}}, "bounds.x", "rising"),
    ],
)
def test_what_is_no_linear_program_is_named(arguments, path, part):
    with pytest.raises(ToolError) as caught:
        linear_program(**arguments)
    assert caught.value.path == path
    assert part in str(caught.value)
