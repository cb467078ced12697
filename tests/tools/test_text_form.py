"""The text form: what is read, what is written back, and where a mistake is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools.text_form import TextFormError, parse, render

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(str.strip), inner, max_size=3),
    max_leaves=12,
)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,11}", fullmatch=True)


@given(NAMES, st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_is_written_is_read_back(operation, arguments):
    assert parse(render(operation, arguments)) == (operation, arguments)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("op a=1 b=-2.5e3 c=5% d=.5", {"a": 1, "b": -2500.0, "c": 0.05, "d": 0.5}),
        ("op a=true b=null c=two-sided", {"a": True, "b": None, "c": "two-sided"}),
        ("op a=[1, 2,3 ] b=[]", {"a": [1, 2, 3], "b": []}),
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
    ],
)
def test_a_mistake_is_shown_where_it_is(line, column, problem):
    with pytest.raises(TextFormError) as caught:
        parse(line)
    assert str(caught.value).startswith(f"column {column}: {problem}")
    shown, mark = caught.value.caret.splitlines()
    assert line.startswith(shown)
    assert mark == " " * (column - 1) + "^"
