"""What an answer needs, within its tokens."""

import pytest

from havoc.prime.answers.compression import MAX_ENTRIES, FinalCompression
from havoc.prime.workspace import GlobalWorkspace, ToolCall
from havoc.tools import ToolRegistry
from tests.prime.evidence_by_hand import given, values

QUESTION = "What is the p-value of the t test?"
A, B = [1.0, 2.0, 3.0, 4.0, 50.0, 2.0, 3.0, 1.0], [2.0, 3.0, 4.0, 5.0, 6.0]


def known(count=1):
    workspace = GlobalWorkspace(QUESTION)
    workspace.add_evidence(given(QUESTION, values("A", A), values("B", B), values("C", [7, 7])))
    for number in range(count):
        args = {"operation": "t_test", "group1": A, "group2": B}
        answer = ToolRegistry().execute("python_math", args)
        workspace.add_call(ToolCall(f"c{number + 1}", "python_math", args, answer, ("e1", "e2")))
    return workspace


def compress(tokens, count_tokens=len):
    return FinalCompression().compress(known(), QUESTION, tokens, count_tokens)


def rendered(facts):
    return "\n".join(f"{fact.name} = {fact.value}" for fact in facts)


def test_what_was_asked_for_comes_first_and_then_the_main_numbers():
    names = [fact.name for fact in compress(2000)]
    assert names[0] == "p_value"
    assert names.index("statistic") < names.index("standard_error")


def test_the_data_that_were_used_and_failed_assumptions_go_before_the_rest_of_the_result():
    paths = [(fact.provenance.source, fact.provenance.path) for fact in compress(100_000)]
    rest = paths.index(("c1", "result.standard_error"))
    failing = next(place for place, (_, path) in enumerate(paths) if path.startswith("assumptions["))
    assert paths.index(("c1", "result.statistic")) < paths.index(("e1", "[0]")) < failing < rest
    assert paths.index(("e1", f"[{MAX_ENTRIES}]")) > rest


def test_data_that_went_into_no_call_are_left_out():
    sources = {fact.provenance.source for fact in compress(100_000)}
    assert {"e1", "e2"} <= sources
    assert "e3" not in sources


@pytest.mark.parametrize("tokens", [0, 20, 60, 200, 1000, 5000])
@pytest.mark.parametrize(
    "count_tokens", [len, lambda text: len(text.split()), lambda text: len(text) // 3], ids=["characters", "words", "thirds"]
)
def test_the_tokens_are_kept(tokens, count_tokens):
    assert count_tokens(rendered(compress(tokens, count_tokens))) <= tokens


def test_a_whole_that_needs_more_tokens_than_its_lines_is_kept_too():
    def dear(text):
        return len(text) + 30 * text.strip().count("\n")

    assert dear(rendered(compress(400, dear))) <= 400


def test_more_tokens_hold_more():
    sizes = [len(compress(tokens)) for tokens in (0, 20, 60, 200, 1000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 0
    assert sizes[-1] > sizes[1] > 0


def test_no_fact_comes_twice_and_the_same_workspace_gives_the_same_ones():
    facts = FinalCompression().compress(known(2), QUESTION, 100_000, len)
    assert len({fact.id for fact in facts}) == len(facts)
    assert facts == FinalCompression().compress(known(2), QUESTION, 100_000, len)
