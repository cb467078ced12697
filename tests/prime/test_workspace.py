"""The workspace: every fact has an origin, and all of it survives being saved."""

import pytest

from havoc.prime.evidence import Assumption, Evidence, EvidenceSet
from havoc.prime.workspace import MAX_FACTS_PER_CALL, GlobalWorkspace, ToolCall
from havoc.tools import ToolRegistry

TEXT = "A: 12.1, 11.9 at alpha 1%"
EVIDENCE = EvidenceSet(
    TEXT,
    (
        Evidence("e1", "values", "A", (12.1, 11.9), "mm", 3, 13, 1),
        Evidence("e2", "number", "", (0.01,), "", 23, 25, 0, True, "alpha"),
    ),
    (Assumption("A is a sample.", 0, 1),),
)
ARGS = {"operation": "t_test_one_sample", "values": [12.1, 11.9, 12.3], "mean": 12}


@pytest.fixture
def workspace():
    workspace = GlobalWorkspace(TEXT)
    workspace.add_evidence(EVIDENCE)
    return workspace


def test_evidence_becomes_facts_with_their_place_in_the_question(workspace):
    assert [(fact.id, fact.name, fact.value, fact.unit) for fact in workspace.facts] == [
        ("f1", "A", 12.1, "mm"),
        ("f2", "A", 11.9, "mm"),
        ("f3", "alpha", 0.01, ""),
    ]
    origins = [fact.provenance for fact in workspace.facts]
    assert [(origin.source, origin.path) for origin in origins] == [("e1", "[0]"), ("e1", "[1]"), ("e2", "")]
    assert TEXT[origins[0].start : origins[0].end] == "12.1, 11.9"
    assert workspace.assumptions == ["A is a sample."]


def test_a_calls_numbers_become_facts_with_their_path(workspace):
    answer = ToolRegistry().execute("python_math", ARGS)
    facts = workspace.add_call(ToolCall("c1", "python_math", ARGS, answer, ("e1",)))
    by_path = {fact.provenance.path: fact for fact in facts}
    assert by_path["result.p_value"].value == answer["result"]["p_value"]
    assert by_path["n_used"].value == 3
    assert by_path["conclusion"].value == answer["conclusion"]
    assert all(fact.provenance.source == "c1" for fact in facts)
    assert len({fact.id for fact in workspace.facts}) == len(workspace.facts)


def test_a_failed_call_gives_no_facts_and_stays_on_record(workspace):
    answer = ToolRegistry().execute("python_math", {**ARGS, "values": ["x"]})
    assert workspace.add_call(ToolCall("c1", "python_math", ARGS, answer)) == []
    assert workspace.calls[0].success is False
    assert "t_test_one_sample" in workspace.unresolved[0]


def test_a_huge_answer_is_cut(workspace):
    answer = {"success": True, "result": {"values": list(range(3 * MAX_FACTS_PER_CALL))}}
    assert len(workspace.add_call(ToolCall("c1", "t", {}, answer))) == MAX_FACTS_PER_CALL


def test_saved_and_read_back_it_is_the_same(workspace):
    answer = ToolRegistry().execute("python_math", ARGS)
    workspace.add_call(ToolCall("c1", "python_math", ARGS, answer, ("e1",), 0.5))
    workspace.assume("normal data")
    workspace.leave_open("nothing")
    workspace.add_measured("repetitions", 3)
    again = GlobalWorkspace.from_json(workspace.to_json())
    assert again == workspace
    assert again.summarize() == workspace.summarize()
    assert "[question, e1]" in again.summarize()


def test_the_same_remark_is_noted_once(workspace):
    for _ in range(2):
        workspace.assume("x")
        workspace.leave_open("y")
    assert workspace.assumptions.count("x") == workspace.unresolved.count("y") == 1
