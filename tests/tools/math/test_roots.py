"""Roots against published constants."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.algebra import solve_equation
from havoc.tools.math.roots import find_root, find_root_of_system


# OEIS A003957 (Dottie's number), A007493 (Newton's cubic), A030178 (omega constant), A115365 (tan x = x); 1e8 by hand.
@pytest.mark.parametrize(
    ("equation", "where", "root"),
    [
        ("cos(x) = x", {"bracket": [0, 1]}, 0.73908513321516064166),
        ("cos(x) = x", {"start": -5}, 0.73908513321516064166),
        ("x^3 - 2*x - 5", {"start": 2}, 2.0945514815423265915),
        ("x*exp(x) = 1", {"bracket": [0, 1]}, 0.56714329040978387300),
        ("tan(x) = x", {"bracket": [4, 4.6]}, 4.4934094579090641753),
        ("x - 10^8", {"start": 0}, 1e8),
        ("x^9 = 1e-200", {"bracket": [0, 1]}, 10 ** (-200 / 9)),
        ("log(x)", {"start": -3}, 1),
        ("exp(x) = 1e300", {"start": 1}, 300 * math.log(10)),
        ("x^2", {"bracket": [-1, 1]}, 0),
    ],
)
def test_roots(equation, where, root):
    result = find_root(equation=equation, **where)
    assert result.root == pytest.approx(root, rel=1e-14, abs=1e-300)


def test_all_changes_of_sign_are_seen():
    result = find_root(equation="sin(x)", bracket=[1, 20])
    assert [result.root, *result.other_roots] == pytest.approx([k * math.pi for k in range(1, 7)], rel=1e-3)
    assert result.warnings[0].code == "several_roots"


def test_numerical_and_exact_roots_agree():
    exact = solve_equation(equations="x^4 - 10*x^2 + 1", domain="real")
    found = find_root(equation="x^4 - 10*x^2 + 1", bracket=[-4, 4])
    assert found.root == pytest.approx(exact.solutions[0].values["x"].value, rel=1e-14)
    assert len(found.other_roots) == 3


@pytest.mark.parametrize(
    ("equation", "where", "path", "part"),
    [
        ("1/x", {"bracket": [-1, 2]}, "bracket", "pole"),
        ("tan(x)", {"bracket": [1, 2]}, "bracket", "pole"),
        ("sign(x - 0.3)", {"bracket": [-1, 1]}, "bracket", "jump"),
        ("floor(x) = 1/2", {"bracket": [0, 5]}, "bracket", "jump"),
        ("x^2 + 1", {"bracket": [-1, 1]}, "bracket", "no change of sign"),
        ("x^2 + 1", {"start": 0}, "start", "no change of sign"),
        ("x", {}, "bracket", "needed"),
        ("x", {"bracket": [0, 1], "start": 0}, "bracket", "needed"),
        ("x", {"bracket": [1, 0]}, "bracket", "rising"),
        ("x", {"bracket": [-1e308, 1.7e308]}, "bracket", "wide"),
        ("a*x", {"start": 1}, "equation", "a has no value"),
        ("x > 1", {"start": 1}, "equation", "inequality"),
    ],
)
def test_what_has_no_root_is_named(equation, where, path, part):
    with pytest.raises(ToolError) as caught:
        find_root(equation=equation, **where)
    assert caught.value.path == path
    assert part in str(caught.value)


def test_a_system():
    # x y = 1 on the circle of radius 2: x + y = sqrt(6), x - y = sqrt(2).
    result = find_root_of_system(equations=["x^2 + y^2 = 4", "x*y = 1"], start={"x": 2, "y": 0.5})
    expected = {"x": (math.sqrt(6) + math.sqrt(2)) / 2, "y": (math.sqrt(6) - math.sqrt(2)) / 2}
    assert result.solution == pytest.approx(expected, rel=1e-12)
    assert result.largest_residual < 1e-12


def test_powell_s_badly_scaled_function():
    # More, Garbow and Hillstrom (1981), test function 3: root at (1.098...e-5, 9.106...).
    equations = ["10^4*x*y = 1", "exp(-x) + exp(-y) = 1.0001"]
    result = find_root_of_system(equations=equations, start={"x": 0, "y": 1}, tolerance=1e-12)
    assert result.solution["x"] == pytest.approx(1.098e-5, rel=1e-3)
    assert result.solution["y"] == pytest.approx(9.106, rel=1e-4)


@pytest.mark.parametrize(
    "arguments",
    [
        {"equations": ["x^2 + y^2 = -1", "x = y"], "start": {"x": 1, "y": 1}},
        {"equations": ["x = 1"], "start": {"x": 1, "y": 1}},
        {"equations": ["log(x) = 0"], "start": {"x": -1}},
        {"equations": ["x = z"], "start": {"x": 1}},
    ],
)
def test_a_system_that_cannot_be_solved_is_refused(arguments):
    with pytest.raises(ToolError):
        find_root_of_system(**arguments)
