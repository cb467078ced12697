"""What must hold for each operation, whatever it computes: examples run, JSON is plain, bad input is named."""

import json
import math
import random
from itertools import combinations
from typing import Any

import pytest

from havoc.tools import DSLExecutor, PythonMathEngine, RAGHelper, Result, ToolRegistry
from havoc.tools.text_form import parse, render

TOOLS = (PythonMathEngine(), DSLExecutor(), RAGHelper())
EVERY = [pytest.param(tool, operation, id=operation.name) for tool in TOOLS for operation in tool.operations.values()]
REGISTRY = ToolRegistry()
PAIRS = 40
"""Calls of each operation with two wrong arguments at once."""


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
    assert operation.fields.keys() == operation.arguments.model_fields.keys()
    for name, field in operation.fields.items():
        assert field.role in ("data", "setting"), name
        assert field.types - {"null"}, name
    assert set(operation.arguments.aliases.values()) <= operation.fields.keys()
    assert not operation.arguments.aliases.keys() & operation.fields.keys()


@pytest.mark.parametrize(("tool", "operation"), EVERY)
def test_its_examples_run_and_give_plain_json(tool, operation):
    for example in operation.examples:
        answer = _answer(tool, operation, example)
        assert answer["success"], answer
        text = json.dumps(answer, allow_nan=False)
        assert json.loads(text) == answer
        call = {"operation": operation.name, **example}
        again = json.loads(REGISTRY.execute_json(json.dumps({"tool": tool.name, "args": call})))
        assert again == answer, "the same call gives the same answer"
        line = render(operation.name, example)
        assert parse(line) == (operation.name, json.loads(json.dumps(example)))
        assert REGISTRY.execute_text(line) == answer, "so does the call in the text form"
        for name, reason in answer["undefined"].items():
            assert reason
            assert name in operation.result.model_fields
        for name in set(operation.result.model_fields) - set(Result.model_fields):
            assert answer["result"][name] is not None or name in answer["undefined"] or _optional(operation, name), name


def _optional(operation, name):
    """Whether None is a legitimate value that needs no reason: a field with the default None."""
    field = operation.result.model_fields[name]
    return not field.is_required() and field.default is None


NUMBERS = [math.nan, math.inf, "ten", -1e300, 1e300, 0, -1, 2, 0.5, 1e-300, 5e-324, 10**18, [], None, 10**400]
OF_TYPE: dict[str, list[Any]] = {
    "number": NUMBERS,
    "integer": [0, -1, 1, 2, 1000, 10**18, 2.5, 1e300, "two"],
    "boolean": [True, False, "maybe"],
    "string": ["", "no such name", 3],
    "choice": ["no such name", 3],
    "array": [[], [1], [1.5, -1e300], ["A", "A"], [[1, 2], [3, 4]], [None], 3],
    "object": [{}, {"A": 1}, {"A": [1, 2], "B": [2, 2]}, {"A": None}],
}


def _spoiled(value: Any) -> list[Any]:
    """`value` made wrong in the ways that real input is."""
    if isinstance(value, bool):
        return []
    if isinstance(value, (int, float)):
        return [*NUMBERS, -value, value * 1000, value / 1000]
    if isinstance(value, str):
        return ["no such name", 3, None, ""]
    if isinstance(value, list) and value and all(isinstance(one, (int, float)) for one in value):
        constant = [value[0]] * len(value)
        spoiled = [[math.nan, *value[1:]], [*value[:-1], math.inf], ["x", *value[1:]], [], value[:1], value[:2], "1,2", None]
        extreme = [[-one for one in value], [one * 1e200 for one in value], [0] * len(value), [*value, *value[:1]], constant]
        tiny = [[one * 1e-310 for one in value], [*value[:-1], 1e300], [*value[:-1], 10**400], value[::-1]]
        return spoiled + extreme + tiny
    if isinstance(value, list):
        found: list[Any] = [[], None, "text", value[:1], [None] * len(value), [value[0]] * len(value) if value else []]
        return found + [[bad, *value[1:]] for bad in _spoiled(value[0])] if value else found
    if isinstance(value, dict):
        found = [{}, None, "text", dict(list(value.items())[:1])]
        for name, entry in value.items():
            found += [{**value, name: bad} for bad in _spoiled(entry)]
        return found + [{**value, one: value[other], other: value[one]} for one, other in combinations(value, 2)][:6]
    return []


def _choices(schema: Any) -> list[Any]:
    if not isinstance(schema, dict):
        return []
    return [*schema.get("enum", ()), *(choice for member in schema.get("anyOf", ()) for choice in _choices(member))]


def _wrong(operation, example) -> dict[str, list[Any]]:
    """Values for each argument, those that the example leaves out too: wrong ones, and every choice there is."""
    properties = operation.schema()["properties"]
    found: dict[str, list[Any]] = {}
    for name, field in operation.fields.items():
        values = _choices(properties[name])
        if name in example:
            values += _spoiled(example[name])
        else:
            values += [bad for kind in sorted(field.types - {"null"}) for bad in OF_TYPE[kind]]
        found[name] = values
    return found


def _calls(operation):
    """Calls with one wrong argument, with two that are exchanged (low above high), and a sample of those with two wrong."""
    for position, example in enumerate(operation.examples):
        wrong = _wrong(operation, example)
        for name, values in wrong.items():
            # Of arguments that the example leaves out, once is enough.
            if position == 0 or name in example:
                yield from ({**example, name: bad} for bad in values)
        numbers = [name for name, value in example.items() if isinstance(value, (int, float))]
        yield from ({**example, a: example[b], b: example[a]} for a, b in combinations(numbers, 2))
        chance = random.Random(f"{operation.name} {position}")
        names = [name for name, values in wrong.items() if values]
        for _ in range(PAIRS // len(operation.examples)):
            pair = chance.sample(names, k=min(2, len(names)))
            yield {**example, **{name: chance.choice(wrong[name]) for name in pair}}


@pytest.mark.parametrize(("tool", "operation"), EVERY)
@pytest.mark.filterwarnings("ignore")
def test_bad_input_is_a_named_error_or_a_sound_result(tool, operation):
    for call in _calls(operation):
        answer = _answer(tool, operation, call)
        if answer["success"]:
            json.dumps(answer, allow_nan=False)
        else:
            assert answer["error"]
            assert "\n" not in answer["error"]
            assert answer["details"]["remedy"]
            assert len(answer["error"]) < 700, "the value is shortened"
            assert "cause" not in answer["details"], f"{call}: the operation should have refused it: {answer['error']}"
    answer = _answer(tool, operation, {**operation.examples[0], "no_such_argument": 1})
    assert not answer["success"]
    assert "no_such_argument" in answer["error"]


def _nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.fixture(scope="module")
def too_large() -> dict[str, Any]:
    """Made when first wanted and given up after the last: the garbage collector walks through all of it."""
    many = 10_000_000
    text, numbers = "x" * many, [1.0] * many
    return {
        "numbers": numbers,
        "whole numbers": [1] * many,
        "texts": ["a"] * many,
        "nulls": [None] * many,
        "objects": [{"name": "A"}] * many,
        "rows": [[1.0]] * many,
        "long rows": [numbers, numbers],
        "groups": {"A": numbers, "B": numbers},
        "labelled columns": {"A": ["a"] * many, "B": ["b"] * many},
        "groups that are many together": {f"group {number}": [1.0] * 2000 for number in range(600)},
        "rows that are many together": [[1.0] * 2000] * 600,
        "keys": dict.fromkeys(map(str, range(1_000_000)), 1.0),
        "a text": text,
        "a text with commas": "a," * (many // 2),
        "long texts": [text, text],
        "long names": {text: [1.0, 2.0], "B": [1.0, 3.0]},
        "levels": [{"name": "A", "levels": numbers}, {"name": "B", "levels": ["a"] * many}],
        "lists in lists": _nested(100_000),
        "columns of lists in lists": {"A": _nested(100_000), "B": _nested(100_000)},
        "digits": 1 << 1_000_000,
    }


@pytest.mark.parametrize(("tool", "operation"), EVERY)
def test_what_is_too_large_is_refused_in_every_argument(tool, operation, too_large):
    for name in operation.fields:
        for what, value in too_large.items():
            answer = _answer(tool, operation, {**operation.examples[0], name: value})
            assert not answer["success"], f"{name}: {what}"
            assert len(answer["error"]) < 700
            assert "cause" not in answer["details"], f"{name}: {what}"
