"""Formulas in running text, and the settings that the words around them give."""

import pytest

from havoc.prime.candidates import CandidateRanker
from havoc.prime.candidates.notation import as_typed
from havoc.prime.evidence import read_evidence
from havoc.tools import ToolRegistry


@pytest.fixture(scope="module")
def ranker():
    return CandidateRanker(ToolRegistry())


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Can (m^2 - n^2)/(m + n) be written in a nicer way?", "(m^2 - n^2)/(m + n)"),
        ("the sheet has sqrt(u^2*v)/u in cell B2", "sqrt(u^2*v)/u"),
        ("what becomes of 2t(t-3)^2 - (t+1)", "2t(t-3)^2 - (t+1)"),
        ("we found w^4 - 5*w^2 + 4 as polynomial of the loop (loop 3)", "w^4 - 5*w^2 + 4"),
    ],
)
def test_formulas_need_no_word_for_them(text, formula):
    assert [item.values[0] for item in read_evidence(text).of_kind("expression")] == [formula]


@pytest.mark.parametrize(
    "text",
    [
        "Is the mean of 9.9, 10.1, 10.4 off the target of 10?",
        "A 2^3 factorial with the generator D = ABC",
        "line A/B, part no. 4711-2, n = 25, x = 3.2 and s = 0.4",
        "Supplier X (12 of 200), supplier Y (15 of 210)",
        "screening design for factors A, B, C with A*B and A*C interactions",
        "Temperatur (C) 20 / 30, pH 5 - 7",
    ],
)
def test_data_and_names_are_no_formulas(text):
    assert not [item for item in read_evidence(text).of_kind("expression") if item.role == "formula"]


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("x² − 3·x", "x^2 - 3*x"),
        ("sin⁴x + cos x", "sin(x)^4 + cos(x)"),
        ("√12 · e⁻¹", "sqrt(12) * e^(-1)"),
        ("f(t) = 3t^2", "3t^2"),
        ("k(k+1)", "k*(k+1)"),
        ("y(0) = 1", "y(0) = 1"),
    ],
)
def test_print_becomes_what_the_tools_read(printed, typed):
    assert as_typed(printed) == typed


@pytest.mark.parametrize(
    ("text", "operation", "arguments"),
    [
        ("Taylor series of exp(x) about 0 up to and including x^3", "series", {"terms": 4}),
        ("What does (1 - cos(x))/x^2 go to as x -> 0?", "limit", {"point": 0}),
        ("Where does 5*t/(t + 2) level off if we wait forever?", "limit", {"point": "inf"}),
        ("area under 6*x - x^2 from 0 to 6", "integrate", {"lower": 0, "upper": 6}),
        ("sum of k^2 for k = 1 to 20", "summation", {"index": "k", "lower": 1, "upper": 20}),
        ("derivative of a*b/c with respect to c at a = 2, b = 3, c = 4", "differentiate", {"variable": "c"}),
        ("second derivative of t^3*exp(-t)", "differentiate", {"order": 2}),
    ],
)
def test_settings_come_from_the_words(ranker, text, operation, arguments):
    best = ranker.rank(text, read_evidence(text))[0]
    assert best.operation == operation
    assert {name: best.arguments.get(name) for name in arguments} == arguments


def test_hostile_formulas_are_read_in_no_time():
    for text in ("(" * 20_000, "x^" * 20_000, "a*" * 20_000 + "b", "sin " * 10_000, "x = " * 10_000):
        read_evidence(text)
