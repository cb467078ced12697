"""Minimisation of test functions with published minima."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.calculus import differentiate
from havoc.tools.math.optimization import minimize


def test_rosenbrock():
    # Rosenbrock (1960), Computer Journal 3, 175: 0 at (1, 1).
    result = minimize(objective="(1 - x)^2 + 100*(y - x^2)^2")
    assert result.point == pytest.approx({"x": 1, "y": 1}, rel=1e-5)
    assert result.value < 1e-12


def test_hock_and_schittkowski_71():
    # Hock and Schittkowski (1981), problem 71: 17.0140173 at (1, 4.7429994, 3.8211503, 1.3794082).
    result = minimize(
        objective="a*d*(a + b + c) + c",
        constraints=["a*b*c*d >= 25", "a^2 + b^2 + c^2 + d^2 = 40"],
        bounds={name: [1, 5] for name in "abcd"},
    )
    assert result.value == pytest.approx(17.0140173, rel=1e-8)
    assert list(result.point.values()) == pytest.approx([1, 4.7429994, 3.8211503, 1.3794082], rel=1e-6)
    assert result.active == ["a = 1", "a*b*c*d >= 25", "a^2 + b^2 + c^2 + d^2 = 40"]


# Dixon and Szego (1978), Towards Global Optimisation 2: six-hump camel, Branin, Goldstein and Price.
@pytest.mark.parametrize(
    ("objective", "bounds", "value"),
    [
        ("(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2", {"x": [-3, 3], "y": [-2, 2]}, -1.031628453489877),
        (
            "(y - 5.1*x^2/(4*pi^2) + 5*x/pi - 6)^2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
            {"x": [-5, 10], "y": [0, 15]},
            0.39788735772973816,
        ),
        (
            "(1 + (x + y + 1)^2*(19 - 14*x + 3*x^2 - 14*y + 6*x*y + 3*y^2))"
            "*(30 + (2*x - 3*y)^2*(18 - 32*x + 12*x^2 + 48*y - 36*x*y + 27*y^2))",
            {"x": [-2, 2], "y": [-2, 2]},
            3,
        ),
    ],
)
def test_several_optima(objective, bounds, value):
    assert minimize(objective=objective, bounds=bounds).value == pytest.approx(value, rel=1e-9)


def test_local_optima_are_reported():
    result = minimize(objective="sin(x) + x/10", bounds={"x": [-20, 20]})
    assert result.starts_agreeing < result.starts_used
    assert result.other_optima == sorted(result.other_optima)
    assert result.value <= result.other_optima[0]


def test_a_rectangle_of_given_circumference_is_largest_as_a_square():
    result = minimize(objective="x*y", constraints=["x + y = 10"], goal="maximize", bounds={"x": [0, 10], "y": [0, 10]})
    assert result.value == pytest.approx(25, rel=1e-8)
    assert result.active == ["x + y = 10"]


def test_the_best_tin():
    # A cylinder of least surface is as high as it is wide; with volume 1000, r = (500/pi)^(1/3).
    result = minimize(
        objective="2*pi*r^2 + 2*pi*r*h", constraints=["pi*r^2*h = 1000"], bounds={"r": [0.1, 100], "h": [0.1, 100]}
    )
    assert result.point["r"] == pytest.approx((500 / math.pi) ** (1 / 3), rel=1e-6)
    assert result.point["h"] == pytest.approx(2 * result.point["r"], rel=1e-6)


def test_an_optimum_at_a_bound_and_the_derivative_inside():
    at_bound = minimize(objective="x^2", bounds={"x": [2, 5]})
    assert (at_bound.value, at_bound.active) == (4, ["x = 2"])
    inside = minimize(objective="x*exp(-x)", bounds={"x": [0, 5]}, goal="maximize")
    assert differentiate(expression="x*exp(-x)", at=inside.point).value == pytest.approx(0, abs=1e-7)


def test_the_seed_decides():
    call = {"objective": "sin(x) + x/10", "bounds": {"x": [-20, 20]}, "starts": 3}
    assert minimize(**call, seed=3) == minimize(**call, seed=3)


def test_the_edge_of_the_domain_is_told():
    result = minimize(objective="log(x)", bounds={"x": [-1, 1]})
    assert "not_stationary" in [one.code for one in result.warnings]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"objective": "x"}, "give bounds for x"),
        ({"objective": "-x^2"}, "give bounds for x"),
        ({"objective": "x^2 + y^2", "constraints": ["x + y <= 1", "x + y >= 2"]}, "no start led"),
        ({"objective": "sqrt(-1 - x^2)"}, "no start led"),
        ({"objective": "2"}, "no variable"),
        ({"objective": "x", "bounds": {"y": [0, 1]}}, "does not occur"),
        ({"objective": "x", "bounds": {"x": [1, 0]}}, "rising"),
        ({"objective": "x", "start": {"z": 1}}, "does not occur"),
        ({"objective": "+".join(f"x{k}^2" for k in range(21))}, "21 variables"),
        ({"objective": "x^2", "constraints": ["x"]}, "expected = or a comparison"),
        ({"objective": "x^2", "constraints": ["0 < x < 1"]}, "second relation"),
    ],
)
def test_what_has_no_optimum_is_named(arguments, part):
    with pytest.raises(ToolError, match=part):
        minimize(**arguments)
