"""How operations are ranked, and what their scores rest on."""

import pytest

from havoc.prime.candidates import CandidateRanker
from havoc.prime.candidates.arguments import arguments_of
from havoc.prime.candidates.lexicon import LEXICON
from havoc.prime.evidence import Evidence, EvidenceSet
from havoc.tools import ToolRegistry
from tests.prime.evidence_by_hand import given, labels, number, rows, values

A, B, C = [5.1, 4.9, 5.0, 5.2], [5.6, 5.4, 5.5, 5.8], [5.0, 5.1, 4.8, 5.2]
SUBGROUPS = [[5.1, 4.9, 5.0], [5.2, 5.0, 4.8], [4.9, 5.1, 5.3], [5.0, 5.0, 4.9]]


@pytest.fixture(scope="module")
def ranker():
    return CandidateRanker(ToolRegistry())


def _first(ranker, evidence):
    return ranker.rank(evidence.text, evidence)[0]


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between Cp and Cpk?",
        "When should I use a Box-Behnken design?",
        "Which assumptions does the t test make?",
        "Explain the Western Electric rules.",
        "How many centre points are recommended in a central composite design?",
        "why do we randomize an experiment",
    ],
)
def test_a_question_about_a_method_goes_to_the_handbook(ranker, question):
    best = ranker.rank(question, given(question))[0]
    assert (best.tool, best.operation, best.arguments["query"]) == ("rag_helper", "search", question)
    assert best.prior > 0.5


@pytest.mark.parametrize("question", ["", "  \n ", "Who won the football match yesterday?", "Tell me a joke about cats"])
def test_a_question_outside_of_the_field_gives_no_likely_candidate(ranker, question):
    assert all(candidate.prior < 0.5 for candidate in ranker.rank(question, EvidenceSet(question, ())))


def test_what_is_missing_is_named_and_never_invented(ranker):
    best = ranker.rank("Run a t-test.", given("Run a t-test."))[0]
    assert (best.operation, best.missing, best.arguments) == ("t_test", ("group1", "group2"), {})
    assert any("group1" in reason for reason in best.reasons)


def test_three_samples_are_no_two_sample_test(ranker):
    evidence = given("Are they different on average?", values("a", A), values("b", B), values("c", C))
    names = [one.operation for one in ranker.rank(evidence.text, evidence, top=200)]
    assert names.index("one_way_anova") < names.index("t_test")


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        ("use the Mann-Whitney test", "mann_whitney"),
        ("Kruskal-Wallis", "kruskal_wallis"),
        ("do a sign test on this", "sign_test"),
        ("a Plackett-Burman design", "plackett_burman"),
        ("Weibull analysis", "weibull_analysis"),
        ("Compare the means by a t test; or is a Games-Howell comparison better?", "games_howell"),
    ],
)
@pytest.mark.parametrize("top", [1, 3, 8])
def test_what_the_question_names_is_always_a_candidate(ranker, words, operation, top):
    data = [values("m1", A), values("m2", B), number(4, "lsl"), number(6, "usl"), number(5, "target")]
    for items in (data, data[:1], data[2:]):
        evidence = given(f"{words}. Mean, Cpk, limits", *items)
        found = ranker.rank(evidence.text, evidence, top=top)
        assert len(found) == top
        assert operation in [one.operation for one in found] or all(one.operation in _NAMED for one in found)


_NAMED = {"t_test", "games_howell", "process_capability"}
"""Operations that such a question names besides."""


def test_data_come_from_the_evidence_and_from_nothing_else(ranker):
    evidence = given(
        "Compare 17.5 and 3.25 with the machines, limits 4 and 6",
        values("m1", A, unit="mm"), values("m2", B, unit="mm"), number(4, "lsl"), number(6, "usl"), number(0.1, "alpha"),
    )  # fmt: skip
    known = {value for item in evidence.items for value in item.values}
    operations = {name: op for tool in ToolRegistry().tools.values() for name, op in tool.operations.items()}
    for candidate in ranker.rank(evidence.text, evidence, top=20)[:20]:
        if candidate.tool == "rag_helper":
            continue
        data = {argument.name for argument in arguments_of(operations[candidate.operation]) if argument.data}
        for name, options in candidate.options.items():
            for option in options:
                assert name not in data or option.sources, (candidate.operation, name)
                assert set(option.sources) <= {item.id for item in evidence.items}
                assert name not in data or _numbers(option.value) <= known, (candidate.operation, name)
        assert set(candidate.unused) <= {item.id for item in evidence.items}


def _numbers(value):
    if isinstance(value, dict):
        return set().union(*map(_numbers, value.values()))
    if isinstance(value, list):
        return set().union(*map(_numbers, value))
    return {value} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()


def test_every_prior_and_score_is_a_share_and_the_order_holds(ranker):
    evidence = given("Is there a difference?", values("a", A), values("b", B))
    found = ranker.rank(evidence.text, evidence, top=12)
    assert [one.prior for one in found] == sorted((one.prior for one in found), reverse=True)
    assert all(0 < one.prior < 1 and 0 <= one.fit <= 1 and 0 <= one.retrieval <= 1 for one in found)
    scores = [[option.score for option in options] for one in found for options in one.options.values()]
    assert all(one == sorted(one, reverse=True) and min(one) >= 0 and max(one) <= 1 for one in scores)
    assert found == CandidateRanker(ToolRegistry()).rank(evidence.text, evidence, top=12)


def test_only_operations_of_the_registry_are_ranked():
    registry = ToolRegistry()
    small = CandidateRanker(ToolRegistry({"python_math": registry.tools["python_math"]}))
    evidence = given("X-bar and R chart", *rows(*SUBGROUPS))
    assert {one.tool for one in small.rank(evidence.text, evidence)} == {"python_math"}


@pytest.mark.parametrize(
    "items",
    [
        [values("", [number % 97 / 7 for number in range(100_000)])],
        [number(value) for value in range(3000)],
        [values(f"g{place}", [1, 2, place]) for place in range(1000)],
        [values("", []), labels("", [])],
        [values("a", [1]), values("b", [2])],
    ],
)
def test_any_amount_of_evidence_is_ranked(ranker, items):
    evidence = given("Describe these data and compare them.", *items)
    assert ranker.rank(evidence.text, evidence)


def test_a_long_text_is_ranked(ranker):
    text = "t test " + "x y z " * 150_000
    assert ranker.rank(text, EvidenceSet(text, ()))


def test_the_lexicon_names_operations_that_exist():
    known = {name for tool in ToolRegistry().tools.values() for name in tool.operations}
    assert set(LEXICON) == known - {"search", "passage"}


def test_every_required_argument_has_a_kind_that_can_be_filled():
    open_ = {
        f"{operation.name}.{argument.name}"
        for tool in ToolRegistry().tools.values()
        for operation in tool.operations.values()
        for argument in arguments_of(operation)
        if argument.required and argument.kind == "other"
    }
    assert open_ == {"optimize_desirability.responses"}


def test_a_call_that_its_operation_refuses_says_so(ranker):
    evidence = given("Fisher's exact test", *rows([3, 1, 4], [1, 3, 5]))
    refused = [one for one in ranker.rank(evidence.text, evidence) if one.operation == "fisher_exact"]
    assert all(one.prior < 0.9 for one in refused)


def test_evidence_is_left_as_it_was(ranker):
    item = Evidence("e1", "values", "a", (1.0, 2.0, 4.0), "", 0, 3)
    evidence = EvidenceSet("1 2 4 mean", (item,))
    first = ranker.rank(evidence.text, evidence)[0]
    first.arguments["sample"].append(9.0)
    assert item.values == (1.0, 2.0, 4.0)
    assert ranker.rank(evidence.text, evidence)[0].arguments["sample"] == [1.0, 2.0, 4.0]
