"""Questions as people write them: the first candidate is the operation that answers, with the right numbers."""

import math
from pathlib import Path

import pytest
import yaml

from havoc.prime.candidates import CandidateRanker
from havoc.prime.evidence import read_evidence
from havoc.tools import ToolRegistry

QUESTIONS = yaml.safe_load(
    (Path(__file__).parents[2] / "havoc/factory/seeds/first_questions.yaml").read_text(encoding="utf-8")
)


def _at(result, path):
    for key in path.split("."):
        if isinstance(result, list):
            result = result[int(key)] if key.isdigit() and int(key) < len(result) else None
        else:
            result = result.get(key) if isinstance(result, dict) else None
    return result


def _right(registry, question, candidate):
    if candidate.missing:
        return False
    call = candidate.call
    answer = registry.execute(call["tool"], call["args"])
    if not answer["success"]:
        return False
    expected = question.get("numbers", {})
    if candidate.operation != question["operation"]:
        expected = {name: value for name, value in expected.items() if _at(answer["result"], name) is not None}
    return all(_same(_at(answer["result"], name), value) for name, value in expected.items())


def _same(found, expected):
    if isinstance(expected, str) or isinstance(found, (str, type(None))):
        return found == expected
    return math.isclose(found, expected, rel_tol=1e-6, abs_tol=1e-9)


@pytest.fixture(scope="module")
def registry():
    return ToolRegistry()


@pytest.fixture(scope="module")
def ranker(registry):
    return CandidateRanker(registry)


@pytest.mark.parametrize(("held", "named", "right"), [(False, 0.95, 0.95), (True, 0.9, 0.88)])
def test_the_first_candidate_answers(registry, ranker, held, named, right):
    chosen = [question for question in QUESTIONS if question.get("held", False) is held]
    hits, answers = 0, 0
    for question in chosen:
        first = ranker.rank(question["question"], read_evidence(question["question"]))[0]
        if first.operation in (question["operation"], *question.get("also", ())):
            hits += 1
            answers += _right(registry, question, first)
    assert hits >= named * len(chosen)
    assert answers >= right * len(chosen)


def test_there_are_enough_questions():
    assert len(QUESTIONS) >= 450
    assert len({question["operation"] for question in QUESTIONS}) >= 165
    assert len({question["question"] for question in QUESTIONS}) == len(QUESTIONS)
