"""The text form: what is read, what is written back, and where a mistake is shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools.text_form import TextFormError, parse, render

AWKWARD = st.text(st.sampled_from("ab Z9_.-+%°é\"'\\,=:;{}[]()/\t\n"), max_size=8)
LOOKING_LIKE_OTHERS = st.sampled_from(
    ["true", "null", "5%", "-3", "1e5", ".5", "1.", "inf", "nan", "", " ", "a b", "Line 2"]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12) | AWKWARD | LOOKING_LIKE_OTHERS
NUMBERS = (
    st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1e22, -1e-300, 5e-324, 1.5e308, 0.1, -0.0, 1e5, 123456789012345680.0])
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.lists(NUMBERS, max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,11}", fullmatch=True)


@given(NAMES, st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_is_written_is_read_back(operation, arguments):
    text = json.dumps(arguments)
    name, back = parse(render(operation, json.loads(text)))
    assert name == operation
    assert json.dumps(back) == text, "with every type and digit"


@given(st.lists(NUMBERS, max_size=8), st.sampled_from([",", ", ", " ,", ",\t"]))
def test_a_list_of_numbers_is_read_alike_at_once_and_one_by_one(numbers, comma):
    written = comma.join(map(json.dumps, numbers))
    at_once, one_by_one = parse(f"op x=[{written}]")[1]["x"], parse(f"op x=[word, {written}]")[1]["x"]
    assert json.dumps(at_once) == json.dumps(one_by_one[1:]) == json.dumps(numbers)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("op a=1 b=-2.5e3 c=5% d=.5", {"a": 1, "b": -2500.0, "c": 0.05, "d": 0.5}),
        ("op a=true b=null c=two-sided", {"a": True, "b": None, "c": "two-sided"}),
        ("op a=[1, 2,3 ] b=[]", {"a": [1, 2, 3], "b": []}),
        ("op a=[+1, .5, 2., 5%, 1,] b=[01, 1e3]", {"a": [1, 0.5, 2.0, 0.05, 1], "b": [1, 1000.0]}),
        ("op a=[[1, 2], [x, 3]] b=[-]", {"a": [[1, 2], ["x", 3]], "b": ["-"]}),
        ("op factors=[Temperature 100..200 °C, Speed]", {"factors": ["Temperature 100..200 °C", "Speed"]}),
        ("op groups={A: [1, 2], Line 2: [3]}", {"groups": {"A": [1, 2], "Line 2": [3]}}),
        ('op a=\'it\\\'s "so"\' b="x\\ty"', {"a": 'it\'s "so"', "b": "x\ty"}),
        ("  op  ", {}),
    ],
)
def test_reading(line, arguments):
    assert parse(line) == ("op", arguments)


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ("", 1, "expected the name of an operation"),
        ("op a", 5, "expected = after a"),
        ("op a=[1, 2", 6, "[ is never closed"),
        ("op a=[1 b=2]", 10, "expected , or ]"),
        ("op a=1 a=2", 8, "a is given twice"),
        ('op a="x', 6, '" is never closed'),
        ("op a=", 6, "expected a value"),
        ("op a={b 1}", 10, "expected : after b 1"),
        ("op a=[1]]", 9, "expected a blank"),
        ("op a=" + "[" * 50, 15, "nested too deeply"),
        ("op a={b: 1, b: 2}", 13, "b is given twice"),
    ],
)
def test_a_mistake_is_shown_where_it_is(line, column, problem):
    with pytest.raises(TextFormError) as caught:
        parse(line)
    assert str(caught.value).startswith(f"column {column}: {problem}")
    shown, mark = caught.value.caret.splitlines()
    assert line.startswith(shown)
    assert mark == " " * (column - 1) + "^"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("op a=[" + "x," * 200_000 + "x]", "more than 200,000 values"),
        ("op " + " ".join(f"a{number}=1" for number in range(101)), "more than 100 arguments"),
        ("op a=" + "1" * 5_000_000, "a line of 5,000,005 characters"),
    ],
)
def test_a_line_that_would_take_long_is_refused(line, problem):
    with pytest.raises(TextFormError, match=problem):
        parse(line)


def test_a_long_list_of_numbers_is_no_such_line():
    assert parse("op a=[" + "1.5, " * 300_000 + "2]")[1]["a"][-2:] == [1.5, 2]
