"""What must hold for each operation, whatever it computes: examples run, JSON is plain, bad input is named."""

import json
import math
from typing import Any

import pytest

from havoc.tools import DSLExecutor, PythonMathEngine, RAGHelper, Result, ToolRegistry
from havoc.tools.values import Role

TOOLS = (PythonMathEngine(), DSLExecutor(), RAGHelper())
EVERY = [pytest.param(tool, operation, id=operation.name) for tool in TOOLS for operation in tool.operations.values()]
REGISTRY = ToolRegistry()


def _answer(tool, operation, arguments):
    return REGISTRY.execute(tool.name, {"operation": operation.name, **arguments})


@pytest.mark.parametrize(("tool", "operation"), EVERY)
def test_it_is_documented(tool, operation):
    assert len(operation.documentation) > 60, "the docstring says what it is for, and when to use something else"
    assert operation.summary.endswith((".", "?"))
    assert operation.source
    assert operation.topic
    assert operation.examples
    assert operation.result.headline, "a result names the numbers to quote"
    assert set(operation.result.headline) <= operation.result.model_fields.keys()
    schema = operation.schema()
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize(("tool", "operation"), EVERY)
def test_its_examples_run_and_give_plain_json(tool, operation):
    for example in operation.examples:
        answer = _answer(tool, operation, example)
        assert answer["success"], answer
        text = json.dumps(answer, allow_nan=False)
        assert json.loads(text) == answer
        again = json.loads(
            REGISTRY.execute_json(json.dumps({"tool": tool.name, "args": {"operation": operation.name, **example}}))
        )
        assert again == answer, "the same call gives the same answer"
        for name, reason in answer["undefined"].items():
            assert reason
            assert name in operation.result.model_fields
        for name in set(operation.result.model_fields) - set(Result.model_fields):
            assert answer["result"][name] is not None or name in answer["undefined"] or _optional(operation, name), name


def _optional(operation, name):
    """Whether None is a legitimate value that needs no reason: a field with the default None."""
    field = operation.result.model_fields[name]
    return not field.is_required() and field.default is None


def _spoiled(value: Any) -> list[Any]:
    """`value` made wrong in the ways that real input is."""
    if isinstance(value, bool):
        return []
    if isinstance(value, (int, float)):
        return [math.nan, math.inf, "ten", -1e300, 1e300, 0, -1, [], None, 10**400]
    if isinstance(value, str):
        return ["no such name", 3, None, ""]
    if isinstance(value, list) and value and all(isinstance(one, (int, float)) for one in value):
        constant = [value[0]] * len(value)
        spoiled = [[math.nan, *value[1:]], [*value[:-1], math.inf], ["x", *value[1:]], [], value[:1], value[:2], "1,2", None]
        extreme = [[-one for one in value], [one * 1e200 for one in value], [0] * len(value), [*value, *value[:1]], constant]
        return spoiled + extreme
    if isinstance(value, list):
        found: list[Any] = [[], None, "text", value[:1], [None] * len(value)]
        return found + [[bad, *value[1:]] for bad in _spoiled(value[0])] if value else found
    if isinstance(value, dict):
        found = [{}, None, "text", dict(list(value.items())[:1])]
        for name, entry in value.items():
            found += [{**value, name: bad} for bad in _spoiled(entry)]
        return found
    return []


@pytest.mark.parametrize(("tool", "operation"), EVERY)
@pytest.mark.filterwarnings("ignore")
def test_bad_input_is_a_named_error_or_a_sound_result(tool, operation):
    example = operation.examples[0]
    for name, value in example.items():
        for bad in _spoiled(value):
            answer = _answer(tool, operation, {**example, name: bad})
            if answer["success"]:
                json.dumps(answer, allow_nan=False)
            else:
                assert answer["error"]
                assert answer["details"]["remedy"]
                assert len(answer["error"]) < 700, "the value is shortened"
    answer = _answer(tool, operation, {**example, "no_such_argument": 1})
    assert not answer["success"]
    assert "no_such_argument" in answer["error"]


@pytest.mark.parametrize(("tool", "operation"), EVERY)
def test_ten_million_points_are_refused(tool, operation):
    for name, field in operation.arguments.model_fields.items():
        kinds = [mark for mark in field.metadata if isinstance(mark, Role)]
        if kinds and kinds[0].name == "data" and isinstance(operation.examples[0].get(name), list):
            answer = _answer(tool, operation, {**operation.examples[0], name: TEN_MILLION})
            assert not answer["success"]


TEN_MILLION = [1.0] * 10_000_000
