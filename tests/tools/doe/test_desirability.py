"""Desirability against Derringer and Suich's tyre compound, and exact cases."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.desirability import optimize_desirability
from havoc.tools.doe.response_surface import analyze_response_surface
from tests.tools.doe.experiments import TYRE


def test_the_models_of_the_tyre_compound():
    # Derringer and Suich (1980), Table 2: regression coefficients of the four responses.
    published = [
        (139.12, 16.49, 17.88, 10.91, 5.13, 7.13, 7.88, -4.01, -3.45, -1.57),
        (1261.11, 268.15, 246.50, 139.48, 69.38, 94.13, 104.38, -83.55, -124.79, 199.17),
        (400.38, -99.67, -31.40, -73.92, 8.75, 6.25, 1.25, 7.93, 17.31, 0.43),
        (68.91, -1.41, 4.32, 1.63, -1.63, 0.13, -0.25, 1.56, 0.06, -0.32),
    ]
    for response, coefficients in zip(TYRE["responses"], published, strict=True):
        result = analyze_response_surface(factors=3, data=TYRE["data"], response=response["values"])
        assert [row.coefficient for row in result.coefficients] == pytest.approx(coefficients, abs=0.035)


def test_the_optimum_of_the_tyre_compound():
    # Derringer and Suich (1980): x = (-0.05, 0.145, -0.868) with D = 0.583, responses 129.5, 1300, 465.7 and 68, and
    # individual desirabilities 0.189, 1, 0.656 and 0.932.
    result = optimize_desirability(**TYRE)
    assert result.desirability == pytest.approx(0.583, abs=5e-4)
    assert list(result.coded.values()) == pytest.approx([-0.05, 0.145, -0.868], abs=0.01)
    assert [row.prediction.fit for row in result.responses] == pytest.approx([129.5, 1300, 465.7, 68.0], rel=2e-3)
    assert [row.desirability for row in result.responses] == pytest.approx([0.189, 1.0, 0.656, 0.932], abs=4e-3)


def test_no_other_point_of_the_cube_is_better():
    result = optimize_desirability(**TYRE)
    rng = np.random.default_rng(1)
    near = np.array(list(result.coded.values())) + rng.normal(scale=0.02, size=(200, 3))
    fits = [
        analyze_response_surface(factors=3, data=TYRE["data"], response=response["values"]) for response in TYRE["responses"]
    ]
    a, b, c = near.T
    matrix = np.column_stack([np.ones(200), a, b, c, a * b, a * c, b * c, a * a, b * b, c * c])
    y = [matrix @ [row.coefficient for row in fit.coefficients] for fit in fits]
    each = [
        np.clip((y[0] - 120) / 50, 0, 1),
        np.clip((y[1] - 1000) / 300, 0, 1),
        np.clip(np.minimum((y[2] - 400) / 100, (600 - y[2]) / 100), 0, 1),
        np.clip(np.minimum((y[3] - 60) / 7.5, (75 - y[3]) / 7.5), 0, 1),
    ]
    assert np.prod(each, axis=0).max() ** 0.25 <= result.desirability + 1e-9


def line(**goal):
    """One exact response: y = 10 + 5 a."""
    return {
        "factors": [{"name": "a", "low": 0, "high": 10}],
        "data": {"a": [0, 5, 10, 10]},
        "responses": [{"name": "y", "values": [5, 10, 15, 15], **goal}],
        "model": "linear",
    }


def test_goals_weights_and_limits_by_hand():
    high = optimize_desirability(**line(goal="maximize", low=5, target=25))
    assert high.settings["a"] == pytest.approx(10)
    assert high.desirability == pytest.approx(0.5)
    assert optimize_desirability(**line(goal="maximize", low=5, target=25, weight=2)).desirability == pytest.approx(0.25)
    low = optimize_desirability(**line(goal="minimize", target=0, high=10))
    assert low.settings["a"] == pytest.approx(0)
    assert low.desirability == pytest.approx(0.5)
    middle = optimize_desirability(**line(goal="target", low=6, target=8, high=14))
    assert middle.settings["a"] == pytest.approx(3)
    assert middle.desirability == pytest.approx(1)


def test_importance_moves_the_compromise():
    # y = 10 + 5 a and z = 10 - 5 a: with equal importance the middle; d = (1 + a)/2 and (1 - a)/2 to the powers 3/4 and 1/4
    # are largest at a = 1/2.
    data = {"a": [-1, 0, 1, 1]}
    one = {"name": "y", "values": [5, 10, 15, 15], "goal": "maximize", "low": 5, "target": 15}
    other = {"name": "z", "values": [15, 10, 5, 5], "goal": "maximize", "low": 5, "target": 15}
    even = optimize_desirability(factors=["a"], data=data, responses=[one, other], model="linear")
    assert even.coded["a"] == pytest.approx(0, abs=1e-5)
    assert even.desirability == pytest.approx(0.5)
    uneven = optimize_desirability(factors=["a"], data=data, responses=[{**one, "importance": 3}, other], model="linear")
    assert uneven.coded["a"] == pytest.approx(0.5, abs=1e-5)


def test_a_categorical_factor_is_searched_too():
    data = {"a": [-1, 0, 1, -1, 0, 1, 0], "m": ["p", "p", "p", "q", "q", "q", "p"]}
    y = [1.0, 2.0, 1.0, 5.0, 6.0, 5.0, 2.0]
    goal = [{"name": "y", "values": y, "goal": "maximize", "low": 0, "target": 10}]
    result = optimize_desirability(factors=["a", "m"], data=data, responses=goal, model=["a", "m", "a^2"])
    assert result.settings["m"] == "q"
    assert result.settings["a"] == pytest.approx(0, abs=1e-4)
    assert result.desirability == pytest.approx(0.6)


def test_the_sphere_reaches_the_axial_runs():
    cube = optimize_desirability(**TYRE)
    sphere = optimize_desirability(**TYRE, region="sphere")
    assert sphere.radius == pytest.approx(np.sqrt(3))
    assert sphere.desirability >= cube.desirability - 1e-6
    assert np.linalg.norm(list(sphere.coded.values())) <= sphere.radius + 1e-9


def test_the_seed_does_not_decide():
    values = [optimize_desirability(**TYRE, seed=seed).desirability for seed in (1, 2, 3)]
    assert values == pytest.approx([values[0]] * 3, abs=1e-6)


def test_unreachable_goals_are_said():
    result = optimize_desirability(**line(goal="maximize", low=50, target=60))
    assert result.desirability == 0
    assert "not_acceptable" in {notice.code for notice in result.warnings}
    assert result.settings["a"] == pytest.approx(10, abs=0.05)


def test_limits_may_come_from_the_data():
    result = optimize_desirability(**line(goal="maximize"))
    assert result.desirability == pytest.approx(1)
    assert "limits_from_data" in {notice.code for notice in result.warnings}


@pytest.mark.parametrize(
    ("goal", "path"),
    [
        ({"goal": "target"}, "responses[0].target"),
        ({"goal": "maximize", "low": 9, "target": 8}, "responses[0].target"),
        ({"goal": "target", "low": 1, "target": 8, "high": 8}, "responses[0].high"),
        ({"goal": "highest"}, "responses[0].goal"),
    ],
)
def test_contradictory_goals_are_named(goal, path):
    with pytest.raises(ToolError) as caught:
        optimize_desirability(**line(**goal))
    assert caught.value.path == path
