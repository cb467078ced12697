import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from havoc.tokens import Kind, Message, Step, StepKind, TokensError, decode, parse, parse_tagged, render
from havoc.tokens.records import messages_from_record

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
BLOCKS = [kind for kind in StepKind if kind is not StepKind.ANSWER]

texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" \n▁")), max_size=12) | st.sampled_from(
    ["<reason>", "</tool>", "<eos>", "a</result>b", "<user>"]
)


def _assistant(steps):
    """Drop the answers that a message may not hold: empty ones, and one behind another."""
    kept = []
    for step in steps:
        if step.kind is not StepKind.ANSWER or (step.text and not (kept and kept[-1].kind is StepKind.ANSWER)):
            kept.append(step)
    return Message.assistant(kept or [Step(StepKind.ANSWER, "x")])


assistants = st.lists(st.builds(Step, st.sampled_from(StepKind), texts), max_size=6).map(_assistant)
turns = st.lists(st.tuples(texts.map(Message.user), assistants), min_size=1, max_size=3)
conversations = st.builds(
    lambda system, turns: [*system, *itertools.chain.from_iterable(turns)],
    st.lists(texts.map(Message.system), max_size=1),
    turns,
)
with_fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)


def runs(rendered, tokenizer):
    """A rendering to read: special tokens by name, and the ids between them as the text that they spell."""
    rows = []
    for (kind, trained), group in itertools.groupby(
        zip(rendered.ids, rendered.kind, rendered.loss_mask, strict=True), key=lambda row: row[1:]
    ):
        ids = [row[0] for row in group]
        label = "trained" if trained else "given"
        if kind is Kind.CONTROL:
            rows += [[tokenizer.special_name(token_id), kind.name, label] for token_id in ids]
        else:
            rows.append([decode(ids, tokenizer), kind.name, label])
    return rows


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(tokenizer, path):
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert runs(render(messages_from_record(golden["record"]), tokenizer), tokenizer) == golden["rendered"]


def test_there_are_golden_files():
    assert [path.stem for path in GOLDEN] == ["multi_turn", "prime", "single_turn", "tool"]


@with_fixtures
@given(messages=conversations)
def test_parse_gives_back_what_was_rendered(tokenizer, messages):
    rendered = render(messages, tokenizer)
    assert parse(rendered.ids, tokenizer) == messages
    assert len(rendered.ids) == len(rendered.loss_mask) == len(rendered.kind)


@with_fixtures
@given(messages=conversations)
def test_generation_sees_the_ids_of_training(tiny_tokenizer, messages):
    """At every point of the last turn, the prompt for generation is a prefix of the row that is trained on."""
    row = render(messages, tiny_tokenizer).ids
    *before, last = messages
    prompt = render(before, tiny_tokenizer, open_turn=True)
    assert prompt.ids == row[: len(prompt.ids)]
    assert prompt.ids[-1] == tiny_tokenizer.special_id("<assistant>")
    for count in range(1, len(last.steps) + 1):
        begun = render([*before, Message.assistant(last.steps[:count])], tiny_tokenizer, open_turn=True).ids
        assert begun == row[: len(begun)]
    assert row == [*begun, tiny_tokenizer.special_id("<eos>")]


@with_fixtures
@given(messages=conversations)
def test_the_loss_covers_what_the_assistant_writes_and_nothing_else(tiny_tokenizer, messages):
    rendered = render(messages, tiny_tokenizer)
    expected, speaker, inside = [], None, None
    for token_id in rendered.ids:
        name = tiny_tokenizer.special_name(token_id)
        if name in ("<bos>", "<system>", "<user>", "<assistant>"):
            speaker = name
            expected.append(False)
            continue
        inside = "result" if name == "<result>" else inside
        expected.append(speaker == "<assistant>" and inside is None)
        inside = None if name == "</result>" else inside
    assert rendered.loss_mask == expected
    assert any(rendered.loss_mask)
    assert not all(rendered.loss_mask)


@with_fixtures
@given(messages=conversations)
def test_kinds_tell_control_from_text(tiny_tokenizer, messages):
    rendered = render(messages, tiny_tokenizer)
    for token_id, kind in zip(rendered.ids, rendered.kind, strict=True):
        assert (tiny_tokenizer.special_name(token_id) is not None) == (kind is Kind.CONTROL)


def test_a_turn_ends_with_a_trained_eos(tiny_tokenizer):
    rendered = render([Message.user("a"), Message.assistant([Step(StepKind.ANSWER, "b")])], tiny_tokenizer)
    assert (rendered.ids[-1], rendered.loss_mask[-1]) == (tiny_tokenizer.special_id("<eos>"), True)


@pytest.mark.parametrize(
    ("roles", "where"),
    [
        ("", "no user message"),
        ("s", "no user message"),
        ("a", r"messages\[0\].role: it is 'assistant' where 'user' is due"),
        ("uu", r"messages\[1\].role: it is 'user' where 'assistant'"),
        ("usa", r"messages\[1\].role: it is 'system'"),
        ("suaa", r"messages\[3\].role: it is 'assistant' where 'user'"),
    ],
)
def test_wrong_order_is_refused(tiny_tokenizer, roles, where):
    make = {"s": Message.system("s"), "u": Message.user("u"), "a": Message.assistant([Step(StepKind.ANSWER, "a")])}
    with pytest.raises(TokensError, match=where):
        render([make[role] for role in roles], tiny_tokenizer)


@pytest.mark.parametrize(
    ("role", "steps", "message"),
    [
        ("assistant", [], "it is empty"),
        ("assistant", [(StepKind.ANSWER, "")], "an answer is empty"),
        ("assistant", [(StepKind.ANSWER, "a"), (StepKind.ANSWER, "b")], "join them"),
        ("user", [(StepKind.REASON, "a")], "one plain text"),
        ("system", [], "it holds 0 steps"),
        ("tool", [(StepKind.ANSWER, "a")], "'tool' is none of system, user, assistant"),
    ],
)
def test_impossible_messages_are_refused(role, steps, message):
    with pytest.raises(TokensError, match=message):
        Message(role, tuple(Step(*step) for step in steps))


@pytest.mark.parametrize("ids", [[], [1], [2, 6], [6, 30], [1, 30, 6]])
def test_ids_that_are_no_conversation_are_refused(tiny_tokenizer, ids):
    with pytest.raises(TokensError, match="starts with <bos> and a role token"):
        parse(ids, tiny_tokenizer)


def test_an_open_turn_without_steps_is_no_message(tiny_tokenizer):
    assert parse(render([Message.user("a")], tiny_tokenizer, open_turn=True).ids, tiny_tokenizer) == [Message.user("a")]


plain = st.text(st.sampled_from("ab <{}▁\n²"), max_size=12).filter(lambda text: text == text.strip("\n"))


@with_fixtures
@given(message=st.lists(st.builds(Step, st.sampled_from(StepKind), plain), max_size=6).map(_assistant))
def test_visible_text_reads_back_to_the_same_steps(tiny_tokenizer, message):
    steps = [step for step in message.steps if step.kind is not StepKind.ANSWER or step.text.strip()]
    if steps:
        ids = render([Message.user(""), Message.assistant(steps)], tiny_tokenizer).ids
        assert parse_tagged(decode(ids, tiny_tokenizer)) == steps
