"""Scores against replies whose verdicts are known."""

import json

import pytest

from havoc.evaluation import Reply, Share, Summary, compare, score
from havoc.evaluation.reply import MadeCall
from havoc.evaluation.report import as_html, as_text
from havoc.factory import FactoryError, Question, load_questions

MEAN = Question("What is the mean of 1, 2 and 6?", operation="describe", also=("mean_ci",), numbers={"mean": 3.0, "n": 3})
CALL = MadeCall("describe", {"data": [1.0, 2.0, 6.0]}, {"mean": 3.0, "n": 3})


def test_a_right_reply():
    one = score(MEAN, Reply("Result: mean = 3.000, n = 3.", [CALL]))
    assert one.right
    assert one.operation
    assert one.computed
    assert one.stated == 1.0


@pytest.mark.parametrize(
    "reply",
    [
        Reply("Result: mean = 3.", [MadeCall("t_test", {}, {"mean": 3.0, "n": 3})]),
        Reply("Result: mean = 3.", [MadeCall("describe", {}, {"mean": 3.01, "n": 3})]),
        Reply("Result: mean = 3.", [MadeCall("describe", {}, {})]),
        Reply("It went well.", [CALL]),
        Reply("", error="the prompt does not fit"),
    ],
    ids=["operation", "number", "failed call", "nothing stated", "error"],
)
def test_wrong_replies(reply):
    assert not score(MEAN, reply).right


def test_an_accepted_operation_is_checked_where_it_has_the_same_names():
    assert score(MEAN, Reply("The mean is 3.", [MadeCall("mean_ci", {}, {"mean": 3.0, "low": 1.0})])).right
    assert not score(MEAN, Reply("The mean is 4.", [MadeCall("mean_ci", {}, {"mean": 4.0})])).right


def test_expected_numbers_may_be_rounded_as_people_write_them():
    question = Question("?", operation="t_test", numbers={"p_value": 0.000576})
    assert score(question, Reply("p = 0.00058", [MadeCall("t_test", {}, {"p_value": 0.0005756335})])).computed
    assert not score(question, Reply("p = 0.00058", [MadeCall("t_test", {}, {"p_value": 0.0005766})])).computed


def test_arguments_are_compared_where_they_are_given():
    question = Question("?", operation="describe", numbers={}, args={"data": [1, 2, 6]})
    assert score(question, Reply("3", [CALL])).arguments is True
    assert score(question, Reply("3", [MadeCall("describe", {"data": [1, 2, 7]}, {"mean": 3})])).arguments is False


def test_a_system_that_tells_no_calls_is_judged_by_its_text():
    assert score(MEAN, Reply("The mean is 3.0 of n = 3 values.", tells_calls=False)).right
    assert not score(MEAN, Reply("The mean is 4.0.", tells_calls=False)).right


def test_missing_data_want_a_question_back():
    question = Question("Is my process capable?", kind="missing", needs=("specification limits", "measurements"))
    assert score(question, Reply("Please give the measurements and the limits.")).right
    assert not score(question, Reply("Yes, Cpk = 1.33.")).right
    assert not score(question, Reply("Please give the measurements.", [CALL])).right


def test_shares_have_wilsons_interval():
    share = Share.of([True] * 9 + [False] + [None])
    assert (share.count, share.total) == (9, 10)
    assert (share.low, share.high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))


def test_pairs_by_mcnemars_exact_test():
    first, second = [True] * 8 + [False] * 2 + [True] * 5, [False] * 8 + [True] * 2 + [True] * 5
    comparison = compare(first, second)
    assert (comparison.only_first, comparison.only_second, comparison.both) == (8, 2, 5)
    assert comparison.p_value == pytest.approx(0.109375)


def test_reports_hold_every_reply_and_no_markup_of_theirs():
    wrong = Reply("<script>alert(1)</script>", [CALL])
    summary = Summary("a <b>", [(MEAN, Reply("mean = 3", [CALL]), score(MEAN, Reply("mean = 3", [CALL]))),
                                (MEAN, wrong, score(MEAN, wrong))])  # fmt: skip
    page = as_html(summary)
    assert "<script>" not in page
    assert "a &lt;b&gt;" in page
    assert "50.0% (1 of 2" in as_text(summary)
    assert json.loads(json.dumps(summary.as_json()))["shares"]["right"]["count"] == 1


def test_question_files(tmp_path):
    file = tmp_path / "questions.yaml"
    file.write_text(
        "- question: a\n  operation: t_test\n- question: b\n  missing: true\n  needs: limits\n", encoding="utf-8"
    )
    first, second = load_questions(file)
    assert (first.operation, second.kind, second.needs) == ("t_test", "missing", ("limits",))
    file.write_text("- question: a\n", encoding="utf-8")
    with pytest.raises(FactoryError, match="entry 1: needs `operation`"):
        load_questions(file)
    with pytest.raises(FactoryError, match="cannot be read"):
        load_questions(tmp_path / "none.yaml")
