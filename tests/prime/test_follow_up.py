"""Questions that refer back: what they take over, what they change, and when they stand alone."""

import asyncio

import pytest

from havoc.engine import AsyncEngine
from havoc.prime import LocalToolCaller, PrimeRequest, Reasoner
from havoc.prime.candidates import CandidateRanker
from havoc.prime.follow_up import data_of, is_thanks, restate
from havoc.tools import ToolRegistry

LINES = "Line A: 24.1, 23.8, 24.6, 24.3 g; line B: 24.9, 25.2, 24.7, 25.0 g. Is there a difference at alpha 5%?"
TARGET = "Is the mean of 9.9, 10.1, 10.4, 9.8, 14.2 off the target of 10?"
CAPABILITY = "Process capability of 9.8, 10.1, 10.0, 9.9, 10.2, 10.3, 9.7, 10.0, 10.1, 9.9 with LSL 9, USL 11"
POWER = "How many parts per group to detect a difference of 2 with sd 3 at 80% power?"


def _ask(engine, question, *earlier):
    async def run():
        registry = ToolRegistry()
        async with AsyncEngine(engine) as front:
            reasoner = Reasoner(front, LocalToolCaller(registry), CandidateRanker(registry))
            turns = tuple((one, "It was answered.") for one in earlier)
            return await reasoner.answer(PrimeRequest(question, earlier=turns))

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("before", "question", "operation", "arguments"),
    [
        (LINES, "and at 1%?", "t_test", {"alpha": 0.01, "group2": [24.9, 25.2, 24.7, 25.0]}),
        (LINES, "Do it again as a Mann-Whitney test.", "mann_whitney", {"group1": [24.1, 23.8, 24.6, 24.3]}),
        (TARGET, "Leave out the last value.", "t_test_one_sample", {"sample": [9.9, 10.1, 10.4, 9.8], "mean": 10}),
        (TARGET, "What if we drop 10.1?", "t_test_one_sample", {"sample": [9.9, 10.4, 9.8, 14.2], "mean": 10}),
        (TARGET, "and without the largest reading", "t_test_one_sample", {"sample": [9.9, 10.1, 10.4, 9.8]}),
        (TARGET, "Sorry, 14.2 was a typo, it is 10.2", "t_test_one_sample", {"sample": [9.9, 10.1, 10.4, 9.8, 10.2]}),
        (CAPABILITY, "And with an upper limit of 10.6?", "process_capability", {"lsl": 9, "usl": 10.6}),
        (POWER, "and for 90%?", "power_t_test", {"power": 0.9, "standard_deviation": 3}),
        ("Are we capable? LSL 9, USL 11", "9.8, 10.1, 10.0, 9.9, 10.2", "process_capability", {"lsl": 9, "usl": 11}),
        (LINES, "The 0.95 quantile of the t distribution with 8 degrees of freedom?", "distribution_quantile", {"df": 8}),
    ],
)
def test_a_follow_up_is_answered_with_what_it_refers_to(tiny_engine, before, question, operation, arguments):
    result = _ask(tiny_engine, question, before)
    call = next(one for one in result.workspace.calls if one.args.get("operation") == operation)
    assert {name: call.args[name] for name in arguments} == arguments
    assert result.verification.passed


def test_turns_add_up(tiny_engine):
    result = _ask(tiny_engine, "and at 1%?", TARGET, "Leave out the last value.")
    assert result.workspace.calls[0].args["sample"] == [9.9, 10.1, 10.4, 9.8]
    assert result.workspace.calls[0].args["alpha"] == 0.01


def test_what_was_changed_is_said(tiny_engine):
    result = _ask(tiny_engine, "Leave out the last value.", TARGET)
    assert "14.2 is left out, as asked" in result.workspace.assumptions


def test_thanks_compute_nothing(tiny_engine):
    result = _ask(tiny_engine, "Thanks a lot!", LINES)
    assert not result.workspace.calls
    assert "welcome" in result.answer


@pytest.mark.parametrize(
    ("text", "thanks"),
    [("Thanks!", True), ("ok great, thank you", True), ("Thanks. And at 1%?", False), ("ok, is it normal?", False)],
)
def test_thanks(text, thanks):
    assert is_thanks(text) is thanks


def test_only_the_named_list_loses_a_value():
    restated = restate("leave out the last value of line A", LINES)
    assert "24.1, 23.8, 24.6 g; line B: 24.9, 25.2, 24.7, 25.0 g" in restated.text
    assert restated.changes == ("24.3 is left out, as asked",)


def test_a_value_that_is_not_there_changes_nothing():
    assert restate("leave out 99.9", TARGET).text.startswith(TARGET)


def test_data_keep_their_tables_names_and_units():
    table = "Compare.\n\n| line | g |\n|---|---|\n| A | 1.5 |\n| B | 2.5 |\n\nUSL 3.0 please"
    assert "| A | 1.5 |" in data_of(table, limits=True)
    assert "USL: 3.0" in data_of(table, limits=True)
    assert "3.0" not in data_of(table, limits=False)
    assert "Compare" not in data_of(table, limits=True)
    assert "Line A: 24.1, 23.8, 24.6, 24.3 g" in data_of(LINES, limits=False)
