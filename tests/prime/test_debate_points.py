"""Advocate, attack and pragmatist say what checks have found in the result at hand."""

import pytest

from havoc.prime.adversarial import AdversarialSynthesizer, Advocate, HavocAttack, Pragmatist
from havoc.prime.evidence import Evidence, EvidenceSet
from havoc.prime.points import find_points
from havoc.prime.workspace import GlobalWorkspace, ToolCall
from havoc.tools import ToolRegistry

GOOD = [10.1, 9.8, 10.3, 10.0, 9.9, 10.2, 10.1, 9.7, 10.4, 10.0, 9.9, 10.1, 10.2, 9.8, 10.0, 10.1]
FAR = [value + 3 for value in GOOD]
SKEWED = [1.0] * 12 + [1.1, 1.2, 9.0, 30.0]


def _points(tool, args, evidence=None, sources=()):
    workspace = GlobalWorkspace()
    if evidence is not None:
        workspace.add_evidence(evidence)
    workspace.add_call(ToolCall("c1", tool, args, ToolRegistry().execute(tool, args), sources))
    return find_points(workspace)


def _codes(points, side):
    return {point.code for point in points if point.side == side}


def test_a_clear_result_has_much_for_it_and_little_against():
    points = _points("python_math", {"operation": "t_test", "group1": GOOD, "group2": FAR})
    assert {"p_far_below_alpha", "assumptions_hold"} <= _codes(points, "for")
    assert "assumption_fails" not in _codes(points, "against")
    synthesis = AdversarialSynthesizer().combine(Advocate().argue(points), HavocAttack().argue(points))
    assert synthesis.support > 0.5
    assert synthesis.verdict != "confirm_first"


def test_a_failed_assumption_asks_for_confirmation():
    points = _points("python_math", {"operation": "t_test", "group1": GOOD, "group2": SKEWED})
    attack = HavocAttack().argue(points)
    assert attack.points[0].code == "assumption_fails"
    assert "Shapiro-Wilk" in attack.text
    synthesis = AdversarialSynthesizer().combine(Advocate().argue(points), attack)
    assert synthesis.verdict == "confirm_first"
    assert "confirmed" in Pragmatist().argue(synthesis).text


@pytest.mark.parametrize(
    ("second", "code"),
    [([1.9, 2.9, 4.2, 5.1, 6.0, 7.2], "p_near_alpha"), ([1.1, 2.2, 2.9, 4.1, 5.2, 5.8], "absence_of_evidence")],
)
def test_what_the_p_value_leaves_open_is_said(second, code):
    first = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    shift = 1.25 if code == "p_near_alpha" else 0
    args = {"operation": "t_test", "group1": first, "group2": [value + shift for value in second]}
    assert code in _codes(_points("python_math", args), "against")


def test_designs_are_judged_as_designs():
    against = _codes(_points("dsl_executor", {"operation": "box_behnken", "factors": 3}), "against")
    assert "no_corners" in against
    fraction = _points("dsl_executor", {"operation": "fractional_factorial", "factors": 7, "runs": 8})
    assert "low_resolution" in _codes(fraction, "against")


def test_data_that_were_not_used_are_named():
    evidence = EvidenceSet(
        "", (Evidence("e1", "values", "line 1", tuple(GOOD), "", 0, 1), Evidence("e2", "values", "line 2", (1.0,), "", 1, 2))
    )
    points = _points("python_math", {"operation": "describe", "values": GOOD}, evidence, ("e1",))
    assert any(point.code == "unused_data" and "line 2" in point.text for point in points)


def test_where_no_check_says_anything_both_sides_say_so():
    assert Advocate().argue([]).points[0].code == "nothing"
    assert HavocAttack().argue([]).points[0].code == "nothing"
    assert AdversarialSynthesizer().combine(Advocate().argue([]), HavocAttack().argue([])).support == 0.5
