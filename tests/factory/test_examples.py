"""The factory: examples that are pure functions of their numbers, true to their seeds, and a set that survives its job."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest

from havoc.factory import FactoryError, load_questions
from havoc.factory.agreement import has_arguments, same_shape
from havoc.factory.example import Example, Rejection
from havoc.factory.maker import FORMS, Maker, withheld
from havoc.factory.production import PIECE, SetSpec, produce
from havoc.factory.renumber import renumbered
from havoc.factory.seeds import load_seeds
from havoc.factory.solver import open_solver
from havoc.factory.teacher import is_grounded
from havoc.factory.wording import reworded
from havoc.prime.evidence import read_evidence
from havoc.tokens import StepKind, messages_from_record
from havoc.tools import ToolRegistry

LINES = "Line A: 24.1, 23.8, 24.6, 24.3 g; line B: 24.9, 25.2, 24.7, 25.0 g. Is there a difference at alpha 1%?"


def _make(indices, split="train"):
    async def run():
        async with open_solver() as solver:
            maker = Maker(solver, seed=5, split=split)
            return [await maker.make(index) for index in indices]

    return asyncio.run(run())


@pytest.fixture(scope="module")
def made() -> list[Example | Rejection]:
    return _make(range(60))


def test_an_example_is_a_function_of_its_number(made):
    again = _make([7, 3])
    assert again == [made[7], made[3]]


def test_most_attempts_give_examples_and_the_others_say_why(made):
    examples = [one for one in made if isinstance(one, Example)]
    assert len(examples) > 0.5 * len(made)
    assert {one.form for one in examples} >= {"numbers", "direct"}
    assert all(one.reason and one.detail["question"] for one in made if isinstance(one, Rejection) and one.seeds)


def test_examples_are_read_by_training_and_keep_their_provenance(made):
    seeds = {seed.id: seed for seed in load_seeds()}
    for one in made:
        if isinstance(one, Example):
            record = json.loads(json.dumps(one.as_record()))
            assert messages_from_record(record) == list(one.messages)
            assert record["index"] == one.index
            assert all(seeds[name].split == "train" for name in one.seeds)


def test_results_in_examples_are_the_tools_own(made):
    registry = ToolRegistry()
    checked = 0
    for one in made:
        steps = one.messages[-1].steps if isinstance(one, Example) and one.form == "direct" else ()
        if steps:
            assert [step.kind for step in steps] == [StepKind.TOOL_CALL, StepKind.TOOL_RESULT, StepKind.ANSWER]
            call = json.loads(steps[0].text)
            answer = registry.execute(call["tool"], call["args"])
            assert answer["success"]
            assert answer["conclusion"] in steps[1].text or '"..."' in steps[1].text
            checked += 1
    assert checked > 5


def test_the_splits_share_no_wording():
    train = {seed.question.text for seed in load_seeds() if seed.split == "train"}
    held_out = {seed.question.text for seed in load_seeds() if seed.split == "held_out"}
    assert train
    assert held_out
    assert not train & held_out


def test_seeds_call_operations_that_exist_with_arguments_that_they_take():
    registry = ToolRegistry()
    tools = {name: tool.name for tool in registry.tools.values() for name in tool.operations}
    wrong = []
    for seed in load_seeds():
        question = seed.question
        if question.kind == "numbers" and question.args is not None:
            answer = registry.execute(tools[question.operation], {"operation": question.operation, **question.args})
            if not answer["success"]:
                wrong.append((seed.id, answer["error"]))
    assert not wrong


def test_other_numbers_in_the_same_places():
    rng = np.random.default_rng(1)
    changed = renumbered(LINES, rng)
    before, after = read_evidence(LINES), read_evidence(changed)
    assert changed != LINES
    assert [(item.name, len(item.values), item.role) for item in before.items] == [
        (item.name, len(item.values), item.role) for item in after.items
    ]
    assert "alpha 1%" in changed


@pytest.mark.parametrize("number", range(40))
def test_rewording_leaves_the_data_alone(number):
    wording = reworded(LINES, np.random.default_rng(number))
    values = [item.values for item in read_evidence(wording.text).of_kind("values")]
    assert values == [item.values for item in read_evidence(LINES).of_kind("values")]
    assert wording == reworded(LINES, np.random.default_rng(number))


def test_withheld_data_leave_a_question_without_them():
    text = withheld(LINES, "see attachment")
    assert text is not None
    assert not read_evidence(text).of_kind("values")
    assert "[see attachment]" in text
    assert withheld("What is the 0.95 quantile of the normal distribution?", "...") is None


def test_what_does_not_stand_in_the_question_is_not_taught(tmp_path):
    file = tmp_path / "questions.yaml"
    file.write_text(
        "- {question: 'Mean of 1, 2, 4?', operation: describe, args: {sample: [1, 2, 4]}}\n"
        "- {question: 'Mean of 1, 2, 4?', operation: describe, args: {sample: [1, 2, 5]}}\n",
        encoding="utf-8",
    )
    assert [is_grounded(question) for question in load_questions(file)] == [True, False]


def test_agreement():
    assert has_arguments({"a": [1.0, 2.0], "b": 3}, {"a": [1, 2]})
    assert not has_arguments({"a": [1.0, 2.0]}, {"a": [1, 3]})
    assert same_shape({"a": [1.0, 2.0], "b": "x"}, {"a": [5, 7], "b": "x"})
    assert not same_shape({"a": [1.0, 2.0]}, {"a": [5]})
    assert not same_shape({"b": "x"}, {"b": "y"})
    assert not same_shape({"b": True}, {"b": 1})


def test_conversations_answer_a_second_turn():
    async def run():
        async with open_solver() as solver:
            maker = Maker(solver, seed=1, split="train", conversations=True)
            return [await maker.make(index) for index in range(40)]

    examples = [one for one in asyncio.run(run()) if isinstance(one, Example)]
    assert len(examples) > 3
    for one in examples:
        assert one.form == "conversation"
        assert [message.role for message in one.messages] == ["user", "assistant"] * 2
        assert any(step.kind is StepKind.TOOL_CALL for step in one.messages[-1].steps)


def test_a_set_is_resumed_and_is_the_same_bytes(tmp_path, local_ray):
    spec = SetSpec(number=60, seed=3, split="train", conversations=False)
    report = produce(spec, tmp_path / "one")
    assert report.examples == 60
    first = (tmp_path / "one" / "examples.jsonl").read_bytes()

    # What a killed job leaves: some pieces, and one that was being written.
    pieces = sorted((tmp_path / "one" / "pieces").glob("*.jsonl"))
    other = tmp_path / "two" / "pieces"
    other.mkdir(parents=True)
    (other / "000000.1234").write_text("half of a line", encoding="utf-8")
    again = produce(spec, tmp_path / "two")
    assert (tmp_path / "two" / "examples.jsonl").read_bytes() == first
    assert again.rejected == report.rejected
    assert len(pieces) * PIECE >= report.attempts


def test_a_folder_of_another_set_is_refused(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "set.json").write_text(json.dumps({"seed": 1, "split": "train"}), encoding="utf-8")
    with pytest.raises(FactoryError, match="another conversations and seed"):
        produce(SetSpec(5, 2, "train", False), Path(folder))


def test_forms_come_round():
    assert set(FORMS) == {"numbers", "direct", "several", "missing", "method"}
