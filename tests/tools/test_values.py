"""The kinds of values: what they take, where they say that something is wrong, and what an error shows of it."""

from typing import Annotated, Literal

import numpy as np
import pytest
from pydantic import ValidationError

from havoc.tools import Arguments, ToolError
from havoc.tools.errors import shortened
from havoc.tools.operation import role_of
from havoc.tools.validation import as_tool_error
from havoc.tools.values import (
    DATA,
    SETTING,
    Alpha,
    Columns,
    Count,
    FiniteNumbers,
    Groups,
    Labels,
    Matrix,
    Named,
    Number,
    Numbers,
    Positive,
    Rows,
    ShortList,
)


class Everything(Arguments):
    number: Number
    positive: Positive
    count: Count
    numbers: Numbers
    finite: FiniteNumbers
    rows: Rows
    matrix: Matrix
    groups: Groups
    columns: Columns
    labels: Labels
    names: Annotated[ShortList[str], SETTING]
    bounds: Annotated[Named[Number], DATA]
    alpha: Alpha = 0.05
    maybe: Numbers | None = None
    choice: Annotated[Literal["a", "b"], SETTING] | None = None
    either: Annotated[Literal["a"] | ShortList[int], SETTING] = "a"
    both: Annotated[Numbers | None, SETTING] = None


RIGHT = {
    "number": 0,
    "positive": 1,
    "count": 0,
    "numbers": [0],
    "finite": [0],
    "rows": [[0]],
    "matrix": [[0]],
    "groups": {"A": [0], "B": [1]},
    "columns": {"A": [0]},
    "labels": ["A"],
    "names": [],
    "bounds": {},
}


def _read(**arguments):
    try:
        return Everything.model_validate(RIGHT | arguments)
    except ValidationError as error:
        raise as_tool_error(error, "everything", Everything) from None


@pytest.mark.parametrize(
    ("arguments", "path", "part"),
    [
        ({"number": 1e151}, "number", "too large to be squared"),
        ({"number": True}, "number", "not a number"),
        ({"positive": 5e-324}, "positive", "below 1e-150"),
        ({"positive": 0}, "positive", "outside"),
        ({"count": 2**53 + 2}, "count", "not a count"),
        ({"count": 1.5}, "count", "not a count"),
        ({"alpha": 1e-300}, "alpha", "below 1e-12"),
        ({"alpha": 95}, "alpha", "95% is alpha 0.05"),
        ({"numbers": [1, -1e200]}, "numbers[1]", "too large to be squared"),
        ({"numbers": [1e-200, -1e-200]}, "numbers", "squares vanish"),
        ({"numbers": np.ones(1_000_001)}, "numbers", "1,000,001 values"),
        ({"rows": [[1, 2], [3, "x"]]}, "rows[1][1]", "not a number"),
        ({"rows": [[1, 2], []]}, "rows[1]", "empty"),
        ({"rows": [[1, 2], 3]}, "rows[1]", "not a list of numbers"),
        ({"rows": [[1, 2], [1e200]]}, "rows[1][0]", "too large to be squared"),
        ({"rows": [[0.0] * 1000] * 1001}, "rows", "1,001,000 values"),
        ({"matrix": [[1, 2], [3]]}, "matrix[1]", "the first row has 2"),
        ({"groups": {f"{i}": [0.0] * 2000 for i in range(501)}}, "groups", "1,002,000 values"),
        ({"groups": {"x" * 201: [1], "B": [2]}}, "groups", "a name of 201 characters"),
        ({"columns": {"A": [1, 2], "B": ["x", 3]}}, "columns.B[1]", "text among numbers"),
        ({"labels": ["A", "x" * 201]}, "labels[1]", "201 characters"),
        ({"labels": ["A", 10**100]}, "labels[1]", "not a label"),
        ({"names": ["A"] * 1001}, "names", "1,001 entries"),
        ({"bounds": dict.fromkeys(map(str, range(1001)), 1)}, "bounds", "1,001 entries"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(arguments, path, part):
    with pytest.raises(ToolError) as caught:
        _read(**arguments)
    assert caught.value.path == path
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"numbers": (1, 2)}, [1, 2]),
        ({"numbers": np.array([1, 2])}, [1, 2]),
        ({"numbers": [0, 0]}, [0, 0]),
        ({"numbers": [1e-200, 1]}, [1e-200, 1]),
        ({"finite": [1e300, 5e-324]}, [1e300, 5e-324]),
        ({"rows": [[1], [2, 3]]}, [[1], [2, 3]]),
        ({"rows": np.array([[1, 2], [3, 4]])}, [[1, 2], [3, 4]]),
        ({"rows": ((1, 2), [3])}, [[1, 2], [3]]),
        ({"groups": [[1, 2], [3]]}, {"group 1": [1, 2], "group 2": [3]}),
        ({"labels": ["A", 1, 2.5]}, ["A", "1", "2.5"]),
        ({"columns": {"A": [1, 2], "B": ["x", "y"]}}, {"A": [1, 2], "B": ["x", "y"]}),
    ],
)
def test_what_is_right_is_read(arguments, expected):
    (name,) = arguments
    assert getattr(_read(**arguments), name) == expected


@pytest.mark.parametrize(
    ("field", "role"),
    [
        ("numbers", "data"),
        ("maybe", "data"),
        ("choice", "setting"),
        ("either", "setting"),
        ("alpha", "setting"),
        ("bounds", "data"),
        ("both", "setting"),
        ("unit", "data"),
    ],
)
def test_the_role_is_found_in_unions_too(field, role):
    assert role_of(Everything.model_fields[field]) == role


def test_a_field_without_a_role_is_a_bug():
    class Unmarked(Arguments):
        text: str | None = None

    with pytest.raises(TypeError, match="neither DATA nor SETTING"):
        role_of(Unmarked.model_fields["text"])


def _nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, 2.5, "x"], "[1, 2.5, 'x']"),
        ({"a": [1]}, "{'a': [1]}"),
        (list(range(1000)), "list of 1000: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, ..."),
        (_nested(100_000), "[[[[[...]]]]]"),
        (dict.fromkeys(range(1000)), "object of 1000 entries"),
        (10**1000, "an integer of 3322 bits"),
        ("one\ntwo", "one\\ntwo"),
        ("x" * 10_000_000, "x" * 57 + "..."),
        ([["x" * 10_000_000] * 50] * 50, "[['" + "x" * 54 + "..."),
    ],
)
def test_an_error_shows_the_beginning_of_a_value_on_one_line(value, text):
    assert shortened(value) == text
