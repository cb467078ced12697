"""Run rules on sequences whose patterns are made by hand from the published definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.spc.run_rules import NELSON, find_violations, run_rules


def _signals(points, rule):
    found = find_violations(np.array(points, dtype=float), {rule: NELSON[rule]})
    return [(violation.index, violation.side) for violation in found]


def test_false_alarms_of_the_western_electric_rules_are_as_frequent_as_published():
    # Champ and Woodall (1987), Technometrics 29, 393-399: with all four rules 91.75 points until a false alarm, and 9.22
    # until a shift of one sigma is found. 600 sequences, four standard errors.
    rng = np.random.default_rng(8)
    for shift, expected, count in ((0.0, 91.75, 1000), (1.0, 9.22, 100)):
        lengths = []
        for _ in range(600):
            points = rng.normal(shift, 1, count).tolist()
            result = run_rules(points=points, center=0, sigma=1, rules="western_electric")
            lengths.append(min(violation.index for violation in result.violations))
        assert np.mean(lengths) == pytest.approx(expected, abs=4 * np.std(lengths) / 600**0.5)


@pytest.mark.parametrize(
    ("rule", "points", "signals"),
    [
        ("1", [0, 3.01, -3.01, 3.0], [(2, "above"), (3, "below")]),  # on the limit is no signal
        ("2", [0.1] * 9, [(9, "above")]),
        ("2", [0.1] * 8 + [-0.1] + [0.1] * 8, []),
        ("2", [0.1] * 4 + [0.0] + [0.1] * 4, []),  # a point on the centre line is on neither side
        ("3", [1, 2, 3, 4, 5, 6], [(6, "above")]),  # six points, five steps
        ("3", [1, 2, 3, 3, 4, 5, 6], []),  # a tie breaks the trend
        ("3", [6, 5, 4, 3, 2, 1, 0], [(6, "below"), (7, "below")]),
        ("4", [1, -1] * 7, [(14, "both")]),
        ("4", [1, -1] * 6 + [1, 1], []),
        ("5", [2.1, 0, 2.1], [(3, "above")]),
        ("5", [2.1, 2.1, 0], []),  # two points are no window of three yet, and the third is not beyond
        ("5", [2.1, 0, -2.1], []),  # different sides
        ("6", [1.1, 1.1, 1.1, 0, 1.1], [(5, "above")]),
        ("6", [1.1, 1.1, 1.1, 1.1, 0], []),  # the last point must lie in the zone
        ("7", [0.9, -0.9] * 7 + [0.9], [(15, "both")]),
        ("7", [0.9, -0.9] * 7 + [1.0], []),
        ("8", [1.1, -1.2] * 4, [(8, "both")]),
        ("8", [1.1, -1.2] * 3 + [1.1, 0.9], []),
    ],
)
def test_each_of_nelson_s_rules(rule, points, signals):
    assert _signals(points, rule) == signals


@pytest.mark.parametrize(("point", "center", "sigma"), [(10.3, 10, 0.1), (9.7, 10, 0.1), (0.3, 0, 0.1), (74.003, 74, 0.001)])
def test_a_point_on_the_limit_is_no_signal_in_binary_arithmetic_either(point, center, sigma):
    assert run_rules(points=[point], center=center, sigma=sigma).in_control
    assert not run_rules(points=[center + 1.0001 * (point - center)], center=center, sigma=sigma).in_control


def test_a_point_on_the_centre_line_is_on_neither_side_in_binary_arithmetic_either():
    # 0.1 + 0.2 is above 0.3 by 4e-17.
    assert run_rules(points=[0.1 + 0.2] * 9, center=0.3, sigma=1, rules=[2]).in_control


def test_the_sets_differ_in_the_length_of_a_run():
    points = [0.1] * 9
    found = {
        name: run_rules(points=points, center=0, sigma=1, rules=name).violations
        for name in ("western_electric", "nelson", "aiag", "three_sigma")
    }
    lengths = {name: [violation.index for violation in violations] for name, violations in found.items()}
    assert lengths == {"western_electric": [8, 9], "nelson": [9], "aiag": [7, 8, 9], "three_sigma": []}


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.floats(-100, 100), st.floats(0.1, 10))
def test_a_change_of_unit_changes_nothing(points, center, sigma):
    plain = [v.index for v in run_rules(points=points, center=0, sigma=1, rules=[1, 2, 5]).violations]
    z = np.array(points)
    if np.any(np.abs(np.abs(z)[:, None] - [0, 1, 2, 3]) < 1e-6):
        return  # on the edge of a zone rounding decides
    scaled = (center + sigma * z).tolist()
    assert [v.index for v in run_rules(points=scaled, center=center, sigma=sigma, rules=[1, 2, 5]).violations] == plain


def test_mirrored_points_signal_on_the_other_side():
    points = [0.5, 2.5, 2.2, -0.1, 3.5, 1.2, 1.3, 1.4, 1.1, 0.2]
    for one, other in zip(
        run_rules(points=points, center=0, sigma=1).violations,
        run_rules(points=[-point for point in points], center=0, sigma=1).violations,
        strict=True,
    ):
        assert (one.rule, one.index, one.window) == (other.rule, other.index, other.window)
        assert {one.side, other.side} in ({"above", "below"}, {"both"})


def test_more_points_than_a_chart_holds_are_refused():
    with pytest.raises(ToolError) as caught:
        run_rules(points=[5.0] * 10_001, center=0, sigma=1)
    assert caught.value.path == "points"


@pytest.mark.parametrize("rules", ["westgard", [9], [0], [], [True], 3])
def test_unknown_rules_are_named(rules):
    with pytest.raises(ToolError) as caught:
        run_rules(points=[1, 2], center=0, sigma=1, rules=rules)
    assert caught.value.path.startswith("rules")
