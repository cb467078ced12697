"""The whitelist parser: what it reads, what it refuses and where it points."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.expression import MAX_CHARACTERS, ExpressionError, parse, parse_relation
from havoc.tools.math.expression_fields import read
from havoc.tools.math.expression_tree import Call, Constant, Symbol, symbols
from havoc.tools.math.numeric_function import Budget, NumericFunction


def value(text, **values):
    return float(NumericFunction(parse(text, "expression"), list(values), "expression", Budget())(*values.values()))


# Values of arithmetic as it is taught; nothing here comes from another program.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7),
        ("2^3^2", 512),
        ("2**3", 8),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^-1", 0.5),
        ("8/4/2", 1),
        ("8/4*2", 4),
        ("2 - 3 - 4", -5),
        ("2 - -3", 5),
        ("--2", 2),
        ("5!", 120),
        ("3!^2", 36),
        ("-3!", -6),
        ("2x", 6),
        ("2(x + 1)(x - 1)", 16),
        ("2 x^2", 18),
        ("x sqrt(4)", 6),
        (".5 + 1.", 1.5),
        ("1.5e3", 1500),
        ("2e", 2 * math.e),
        ("2π", 2 * math.pi),
        ("7 − 2·3", 1),
        ("log(e^2)", 2),
        ("log(8, 2)", 3),
        ("log10(1000) + log2(8) + ln(e)", 7),
        ("arcsin(1)", math.pi / 2),
        ("cbrt(-8)", -2),
        ("atan2(1, -1)", 3 * math.pi / 4),
        ("binomial(5, 2)", 10),
        ("max(1, x, 2) - min(4, 2)", 1),
        ("abs(-2) + ceil(0.2) + floor(1.9) + sign(-3)", 3),
        ("gamma(5) + factorial(3)", 30),
        ("cot(1)*tan(1) + sec(1)*cos(1) + csc(1)*sin(1)", 3),
        ("erf(0.3) + erfc(0.3)", 1),
    ],
)
def test_it_reads_what_people_write(text, expected):
    names = {"x": 3.0} if "x" in symbols(parse(text, "expression")) else {}
    assert value(text, **names) == pytest.approx(expected, rel=1e-14)


def test_decimals_are_exact():
    assert parse("0.1", "e").value * 10 == 1
    assert parse("1e-3", "e").value * 1000 == 1


def test_names():
    assert symbols(parse("rate*t + k_1 - μ + 3 min", "e")) == ["k_1", "min", "rate", "t", "μ"]
    assert parse("e", "e") == Constant("e")
    assert parse("E", "e") == Symbol("E")
    assert parse("min(1, 2)", "e") == Call("min", tuple(parse(one, "e") for one in "12"))
    assert parse("µ", "e") == parse("μ", "e"), "the micro sign and the Greek letter are one name"


def test_relations():
    assert parse_relation("x + 1 <= 2*y", "c").comparison == "<="
    assert parse_relation("x ≥ 1", "c").comparison == ">="
    assert parse_relation("x == 1", "c").comparison == "="


@pytest.mark.parametrize(
    ("text", "column", "remedy"),
    [
        ("2x + * 3", 6, "complete the operation"),
        ("1/2x", 4, "(b*c)"),
        ("e^2x", 4, "e^(2*x)"),
        ("x(x + 1)", 1, "x*(...)"),
        ("y(t)", 1, "y*(...)"),
        ("3 1/2", 3, "3 + 1/2"),
        ("1,000", 2, "without a separator"),
        ("sinn(x)", 1, "did you mean sin"),
        ("sin x", 1, "sin(x)"),
        ("sin(1, 2)", 1, "give 1"),
        ("(x + 1", 1, "add )"),
        ("x + 1)", 6, "remove )"),
        ("5!!", 3, "(n!)!"),
        ("5%", 2, "0.05"),
        ("|x|", 1, "abs(x)"),
        ("x²", 2, "^2"),
        ("x = 2", 3, "solve_equation"),
        ("", 1, "give a number"),
        ("2 +", 4, "give a number"),
        ("inf - 1", 1, "alone"),
        ("nan", 1, "alone"),
        ("(x+1)2", 6, "between"),
        ("1e999", 1, "digits"),
        ("1.2.3", 4, "between"),
    ],
)
def test_what_is_wrong_is_pointed_at(text, column, remedy):
    with pytest.raises(ExpressionError) as caught:
        parse(text, "expression")
    assert f"at column {column}" in str(caught.value)
    assert remedy in caught.value.remedy
    marked, caret = caught.value.as_json()["caret"].split("\n")
    assert caret.index("^") == column - 1
    assert marked == text
    assert "\n" not in str(caught.value)


HOSTILE = [
    "__import__('os').system('ls')",
    "().__class__.__bases__",
    "x.__class__",
    "lambda: 0",
    "lambda x: x",
    "[x for x in y]",
    "eval('1')",
    "exec(x)",
    "open(x)",
    "getattr(x, y)",
    "x if y else z",
    "'text'",
    '"text"',
    "f'{x}'",
    "1; 2",
    "x := 1",
    "x[0]",
    "{x}",
    "x\x00y",
    "\x00",
    "x\u200by",
    "ｅｖａｌ(1)",
    "𝐱 + 1",
    "x\u202e+1",
    "１+１",
    "ⅷ",
    "x\ud800",
    "(" * 50_000,
    "(" * 2000 + "1" + ")" * 1999,
    "sin(" * 500 + "1" + ")" * 500,
    "2^" * 1500 + "2",
    "x" * 4000,
    "1" * 4000,
    "1e" + "9" * 3000,
    "+".join(f"x{i}" for i in range(700)),
    "1+" * 50_000 + "1",
    "x" + "!" * 3000,
    "9^9^9^9",
    "9^9^9",
    "(9^99)^99^9",
    "2^(10^10)",
    "2^(-10^10)",
    "10^10^10^10^10",
    "e^e^e^e^e",
    "exp(exp(exp(100)))",
    "100000!",
    "(1000!)!",
    "((3!)!)!!",
    "gamma(10^8)",
    "binomial(10^9, 5*10^8)",
    "(2^3000)^(2^3000)",
    "sinh(10^9)",
]


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(one)[:30] for one in HOSTILE])
def test_hostile_text_is_refused_at_once(text):
    began = time.process_time()
    with pytest.raises(ToolError) as caught:
        read(text, "expression")
    assert time.process_time() - began < 1
    assert len(str(caught.value)) < 300
    assert caught.value.remedy


def test_long_text_is_refused_unread():
    with pytest.raises(ToolError, match="characters"):
        parse("x" * (MAX_CHARACTERS + 1), "expression")


def test_a_long_flat_expression_is_fine():
    text = "+".join(["x"] * 1900)
    assert value(text, x=1.0) == 1900


def refusal(text):
    try:
        read(text, "expression")
    except ToolError as error:
        return error
    return None


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_tree_or_a_named_error(text):
    error = refusal(text)
    assert error is None or (error.path == "expression" and error.remedy)


TOKENS = st.sampled_from(["1", "2.5", "x", "y", "+", "-", "*", "/", "^", "(", ")", "!", "sin(", ",", " ", "e", "=", "max("])


@given(st.lists(TOKENS, max_size=25))
@settings(max_examples=500, deadline=None)
def test_any_row_of_tokens_is_a_tree_or_a_named_error(tokens):
    error = refusal("".join(tokens))
    assert error is None or error.remedy


@given(st.floats(-50, 50), st.floats(0.1, 50))
@settings(deadline=None)
def test_python_agrees_on_arithmetic(x, y):
    # Where both read the same text, they must mean the same; the text is fixed, so evaluating it as Python is safe.
    assert value("-x^2*y/(1 + y)^2 - 3*x + y^-1.5", x=x, y=y) == pytest.approx(-(x**2) * y / (1 + y) ** 2 - 3 * x + y**-1.5)


def test_functions_take_arrays():
    function = NumericFunction(parse("x^2 + 1", "e"), ["x"], "e", Budget())
    assert function(np.array([0.0, 1.0, 2.0])).tolist() == [1, 2, 5]


def test_a_name_without_value_is_named():
    with pytest.raises(ToolError, match="k has no value"):
        NumericFunction(parse("k*x", "equation"), ["x"], "equation", Budget())


def test_a_budget_ends_a_search():
    function = NumericFunction(parse("x", "e"), ["x"], "e", Budget(25))
    function(1.0)
    function(1.0)
    with pytest.raises(ToolError, match="too many evaluations"):
        function(1.0)
