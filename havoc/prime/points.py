"""What speaks for a result and what against it, found by looking at the result: no point without a check that could fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from havoc.prime.evidence import EvidenceSet
from havoc.prime.workspace import GlobalWorkspace, ToolCall

SMALL_SAMPLE = 15
"""Values below which t procedures depend on normality (Moore and McCabe, Introduction to the Practice of Statistics)."""
NEAR = 2.0
"""A p value within this factor of alpha could as well have fallen on the other side."""
Weight = Literal[1, 2, 3]


@dataclass(frozen=True)
class Point:
    """One argument about a result."""

    side: Literal["for", "against"]
    code: str
    """Stable name of the check, as `assumption_fails`."""
    text: str
    """One sentence, whose numerals are the tool's."""
    weight: Weight
    """1 worth knowing, 2 limits the use of the result, 3 may turn the conclusion over."""
    call: str
    """Id of the call that it is about; empty for the request as a whole."""
    remedy: str = ""
    """What to do about it."""


def find_points(workspace: GlobalWorkspace, checks: frozenset[str] = frozenset()) -> list[Point]:
    """All points about the calls that succeeded and about how the question was read, weightiest first.

    Args:
        workspace: what is known.
        checks: subgoals whose calls only check the assumptions of another call.
    """
    points = []
    for call in workspace.calls:
        if call.success:
            points += _check(call) if call.subgoal in checks else _about(call)
    points += _about_reading(workspace)
    different = {(point.side, point.text): point for point in reversed(points)}
    return sorted(reversed(different.values()), key=lambda point: -point.weight)


def _check(call: ToolCall) -> list[Point]:
    """A check of assumptions by its finding: a significant departure speaks against what rests on them."""
    result, said = _result(call), call.answer.get("conclusion")
    departs = result.get("significant", not result["normal"] if isinstance(result.get("normal"), bool) else None)
    if not isinstance(departs, bool) or not isinstance(said, str):
        return []
    if departs:
        remedy = "a method without this assumption should confirm the result"
        return [Point("against", "check_fails", said, 3, call.id, remedy)]
    return [Point("for", "check_passes", said, 2, call.id)]


def _about(call: ToolCall) -> list[Point]:
    return [*_assumptions(call), *_p_value(call), *_size(call), *_design(call), *_notices(call)]


def _assumptions(call: ToolCall) -> list[Point]:
    checked = [entry for entry in call.answer.get("assumptions", ()) if entry["holds"] is not None]
    remedy = "a method without this assumption should confirm the result"
    points = [
        Point("against", "assumption_fails", f"{entry['name']} is contradicted: {entry['detail']}.", 3, call.id, remedy)
        for entry in checked
        if not entry["holds"]
    ]
    kept = [entry["name"] for entry in checked if entry["holds"]]
    if kept:
        points.append(Point("for", "assumptions_hold", f"The data do not contradict {_listed(kept)}.", 2, call.id))
    unchecked = [entry["name"] for entry in call.answer.get("assumptions", ()) if entry["holds"] is None]
    if unchecked:
        points.append(
            Point("against", "assumption_unchecked", f"The data cannot show whether {_listed(unchecked)} holds.", 1, call.id)
        )
    return points


def _p_value(call: ToolCall) -> list[Point]:
    result = _result(call)
    p, alpha = result.get("p_value"), call.args.get("alpha", 0.05)
    if not isinstance(p, float) or not isinstance(alpha, (int, float)):
        return []
    if alpha / NEAR < p < alpha * NEAR:
        text = "The p value is close to the significance level, so a few other values could turn the conclusion over."
        return [Point("against", "p_near_alpha", text, 3, call.id, "more data would settle it")]
    points = []
    if p <= alpha / NEAR:
        points.append(Point("for", "p_far_below_alpha", "The p value is far below the significance level.", 2, call.id))
    else:
        points.append(Point("for", "p_far_above_alpha", "The p value is far above the significance level.", 1, call.id))
        text = "That nothing was found does not show that there is nothing: the interval says what remains possible."
        points.append(Point("against", "absence_of_evidence", text, 2, call.id, "a test of equivalence would show equality"))
    if result.get("significant") is True and isinstance(result.get("effect_size"), float):
        size = abs(result["effect_size"])
        if size < 0.2:  # Cohen (1988): below a small effect
            text = "The effect is significant and yet small; whether it matters is a question of the process."
            points.append(Point("against", "small_effect", text, 2, call.id))
    return points


def _size(call: ToolCall) -> list[Point]:
    used = call.answer.get("n_used")
    has_test = "p_value" in _result(call) or "ci_low" in _result(call)
    if not isinstance(used, int) or not has_test:
        return []
    warned = any("small" in notice["code"] for notice in call.answer.get("warnings", ()))
    if used < SMALL_SAMPLE and not warned:
        text = f"Only {used} values went into the result, so it depends on its assumptions."
        return [Point("against", "few_values", text, 2, call.id, "more values would make it firmer")]
    if used >= 2 * SMALL_SAMPLE:
        return [Point("for", "enough_values", f"The result rests on {used} values.", 1, call.id)]
    return []


def _design(call: ToolCall) -> list[Point]:
    result = _result(call)
    runs = result.get("runs")
    if not isinstance(runs, int):
        return []
    points = [Point("for", "economy", f"The design answers the question with {runs} runs.", 1, call.id)]
    centers, resolution = result.get("center_points"), result.get("resolution")
    if isinstance(centers, int):
        if centers:
            text = f"Its {centers} centre points show curvature and pure error."
            points.append(Point("for", "center_points", text, 2, call.id))
        else:
            text = "Without centre points it shows neither curvature nor pure error."
            points.append(Point("against", "no_center_points", text, 2, call.id, "add centre points"))
    if isinstance(resolution, int) and resolution == 3:
        text = "At this resolution main effects are mixed with interactions of two factors."
        points.append(Point("against", "low_resolution", text, 3, call.id, "a fold-over would free the main effects"))
    if call.args.get("operation") == "box_behnken":
        text = "It has no runs at the corners, so predictions for extreme combinations are extrapolations."
        points.append(
            Point("against", "no_corners", text, 2, call.id, "where corners matter take a central composite design")
        )
    return points


def _notices(call: ToolCall) -> list[Point]:
    return [Point("against", notice["code"], notice["message"], 2, call.id) for notice in call.answer.get("warnings", ())]


def _about_reading(workspace: GlobalWorkspace) -> list[Point]:
    points = [Point("against", "reading", f"This was assumed: {text.rstrip('.')}.", 2, "") for text in workspace.assumptions]
    unused = _unused(workspace.evidence, workspace.calls)
    if unused:
        points.append(Point("against", "unused_data", f"Not used: {_listed(unused)}.", 2, "", "say what they are for"))
    elif workspace.calls and all(call.success for call in workspace.calls):
        points.append(Point("for", "all_data_used", "All data of the question went into the result.", 1, ""))
    return points


def _unused(evidence: EvidenceSet | None, calls: list[ToolCall]) -> list[str]:
    if evidence is None:
        return []
    used = {source for call in calls for source in call.sources}
    return [item.name or f"the list {item.id}" for item in evidence.of_kind("values") if item.id not in used]


def _result(call: ToolCall) -> Mapping[str, Any]:
    result = call.answer.get("result")
    return result if isinstance(result, Mapping) else {}


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
