"""A tool's answer in the transcript."""

import json

import pytest

from havoc.prime.result_block import result_block
from havoc.tools import ToolRegistry


@pytest.fixture(scope="module")
def answers():
    registry = ToolRegistry()
    return [
        registry.execute(tool.name, {"operation": operation.name, **operation.examples[0]})
        for tool in registry.tools.values()
        for operation in tool.operations.values()
    ]


@pytest.mark.parametrize("most", [200, 1500])
def test_every_answer_is_json_of_the_length_that_is_allowed(answers, most):
    for answer in answers:
        assert answer["success"]
        text = result_block(answer, most)
        assert len(text) <= most + 20
        assert json.loads(text)


def test_its_numbers_are_the_answers(answers):
    answer = next(one for one in answers if one["operation"] == "t_test")
    shown = json.loads(result_block(answer, 2000))["result"]
    assert shown["p_value"] == pytest.approx(answer["result"]["p_value"], rel=1e-5)


def test_a_failure_shows_its_error():
    answer = ToolRegistry().execute("python_math", {"operation": "t_test", "group1": [1], "group2": []})
    assert json.loads(result_block(answer, 500)) == {"error": answer["error"]}
