"""Initial value problems with published solutions."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.differential_equations import ode_initial_value

ROBERTSON = {
    "equations": {"a": "-0.04*a + 1e4*b*c", "b": "0.04*a - 1e4*b*c - 3e7*b^2", "c": "3e7*b^2"},
    "initial": {"a": 1, "b": 0, "c": 0},
}
M = "0.012277471"
FAR, NEAR = f"((x + {M})^2 + y^2)^1.5", f"((x - 1 + {M})^2 + y^2)^1.5"
ARENSTORF = {
    "equations": {
        "x": "u",
        "y": "v",
        "u": f"x + 2*v - (1 - {M})*(x + {M})/{FAR} - {M}*(x - 1 + {M})/{NEAR}",
        "v": f"y - 2*u - (1 - {M})*y/{FAR} - {M}*y/{NEAR}",
    },
    "initial": {"x": 0.994, "y": 0, "u": 0, "v": -2.00158510637908252240537862224},
    "end": 17.0652165601579625588917206249,
}


def test_robertson_s_reaction():
    # Robertson (1966); values at t = 40 as printed with the CVODE example cvRoberts (Hindmarsh and Serban).
    result = ode_initial_value(**ROBERTSON, end=40)
    assert result.final["a"] == pytest.approx(7.158270e-01, rel=2e-6)
    assert result.final["b"] == pytest.approx(9.185535e-06, rel=2e-6)
    assert result.final["c"] == pytest.approx(2.841637e-01, rel=2e-6)
    assert sum(result.final.values()) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("method", ["automatic", "stiff"])
def test_van_der_pol_s_equation(method):
    # Mazzia and Magherini, Test Set for IVP Solvers, problem VDPOL: epsilon = 1e-6, from (2, 0) to t = 2.
    result = ode_initial_value(
        equations={"x": "v", "v": "((1 - x^2)*v - x)/1e-6"}, initial={"x": 2, "v": 0}, end=2, method=method
    )
    assert result.final["x"] == pytest.approx(1.706167732170483, rel=1e-6)
    assert result.final["v"] == pytest.approx(-0.8928097010247975, rel=5e-5)


def test_arenstorf_s_orbit_closes():
    # Hairer, Norsett and Wanner, Solving ODEs I, equation (0.1) of section II: the orbit is periodic.
    result = ode_initial_value(**ARENSTORF, method="nonstiff", relative_tolerance=1e-11, absolute_tolerance=1e-12)
    assert result.final["x"] == pytest.approx(0.994, abs=1e-9)
    assert result.final["y"] == pytest.approx(0, abs=1e-9)


# Closed forms, by separation of variables.
@pytest.mark.parametrize(
    ("equation", "start", "end", "value"),
    [
        ("-2*y", 1, 1, math.exp(-2)),
        ("y*(1 - y)", 0.1, 5, 1 / (1 + 9 * math.exp(-5))),
        ("t*y", 1, 2, math.exp(2)),
        ("1 + y^2", 0, 1, math.tan(1)),
        ("cos(t)", 0, -2, math.sin(-2)),
    ],
)
@pytest.mark.parametrize("method", ["automatic", "nonstiff", "stiff"])
def test_closed_forms(equation, start, end, value, method):
    result = ode_initial_value(equations={"y": equation}, initial={"y": start}, end=end, method=method)
    error = abs(result.final["y"] - value)
    assert error < 1e-7 * (1 + abs(value))
    assert error < 3 * result.error_estimate["y"] + 1e-9


def test_a_pendulum_comes_back():
    result = ode_initial_value(equations={"x": "v", "v": "-x"}, initial={"x": 1, "v": 0}, end=2 * math.pi, points=5)
    assert result.times == pytest.approx([0, math.pi / 2, math.pi, 1.5 * math.pi, 2 * math.pi])
    assert result.solution["x"] == pytest.approx([1, 0, -1, 0, 1], abs=1e-6)


def test_chaos_is_told():
    # Lorenz (1963): after 40 units of time nothing is left of 8 digits.
    lorenz = {"x": "10*(y - x)", "y": "x*(28 - z) - y", "z": "x*y - 8*z/3"}
    assert ode_initial_value(equations=lorenz, initial={"x": 1, "y": 1, "z": 1}, end=40).warnings[0].code == "sensitive"
    assert not ode_initial_value(equations=lorenz, initial={"x": 1, "y": 1, "z": 1}, end=1).warnings


def test_a_solution_that_becomes_infinite_is_followed_up_to_there():
    # y' = y^2 from 1 is 1/(1 - t).
    with pytest.raises(ToolError, match="beyond t = 1:"):
        ode_initial_value(equations={"y": "y^2"}, initial={"y": 1}, end=2)
    assert ode_initial_value(equations={"y": "y^2"}, initial={"y": 1}, end=0.9).final["y"] == pytest.approx(10, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"equations": {"y": "k*y"}, "initial": {"y": 1}, "end": 1}, "equations.y"),
        ({"equations": {"y": "y"}, "initial": {}, "end": 1}, "initial.y"),
        ({"equations": {"y": "y"}, "initial": {"y": 1, "z": 2}, "end": 1}, "initial.z"),
        ({"equations": {"t": "t"}, "initial": {"t": 1}, "end": 1}, "variable"),
        ({"equations": {"y": "y"}, "initial": {"y": 1}, "end": 0}, "end"),
        ({"equations": {"y": "sqrt(-y)"}, "initial": {"y": 1}, "end": 1}, "end"),
        ({"equations": {"2y": "y"}, "initial": {"2y": 1}, "end": 1}, "equations"),
        ({"equations": {"y": "y = 1"}, "initial": {"y": 1}, "end": 1}, "equations.y"),
        ({"equations": {}, "initial": {}, "end": 1}, "equations"),
    ],
)
def test_what_cannot_be_solved_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        ode_initial_value(**arguments)
    assert caught.value.path == path


def test_a_solution_of_too_many_steps_is_ended():
    with pytest.raises(ToolError, match="too many evaluations"):
        ode_initial_value(equations={"y": "sin(1e9*t)"}, initial={"y": 0}, end=1e6)
