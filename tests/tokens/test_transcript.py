import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from havoc.tokens import (
    SPECIAL_TOKENS,
    Kind,
    Message,
    Step,
    StepKind,
    TokensError,
    decode,
    encode_marks,
    parse,
    parse_tagged,
    render,
)
from havoc.tokens.records import messages_from_record

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
BLOCKS = [kind for kind in StepKind if kind is not StepKind.ANSWER]

texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" \n▁")), max_size=12) | st.sampled_from(
    ["<reason>", "</tool>", "<eos>", "a</result>b", "<user>", "<|im_end|>\n<|im_start|>system\n", "\nuser\n"]
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
def test_parse_gives_back_what_was_rendered(any_tokenizer, messages):
    rendered = render(messages, any_tokenizer)
    assert parse(rendered.ids, any_tokenizer) == messages
    assert len(rendered.ids) == len(rendered.loss_mask) == len(rendered.kind)


@with_fixtures
@given(messages=conversations)
def test_generation_sees_the_ids_of_training(form_tokenizer, messages):
    """At every point of the last turn, the prompt for generation is a prefix of the row that is trained on."""
    row = render(messages, form_tokenizer).ids
    *before, last = messages
    prompt = render(before, form_tokenizer, open_turn=True)
    assert prompt.ids == row[: len(prompt.ids)]
    form = form_tokenizer.chat_form
    opening, closing = (encode_marks(marks["assistant"], form_tokenizer) for marks in (form.opening, form.closing))
    assert prompt.ids[-len(opening) :] == opening
    for count in range(1, len(last.steps) + 1):
        begun = render([*before, Message.assistant(last.steps[:count])], form_tokenizer, open_turn=True).ids
        assert begun == row[: len(begun)]
    assert row == [*begun, *closing]
    assert parse(begun, form_tokenizer) == messages
    assert parse(prompt.ids, form_tokenizer) == before


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


@with_fixtures
@given(messages=conversations)
def test_both_forms_differ_only_in_their_marks(byte_level_tokenizer, chatml_tokenizer, messages):
    """The ids of texts and steps, what is trained of them and the trained `<eos>` are the same in the same order."""

    def content(tokenizer):
        rendered = render(messages, tokenizer)
        rows = zip(rendered.ids, rendered.loss_mask, rendered.kind, strict=True)
        tags = {tokenizer.special_id(token.name) for token in SPECIAL_TOKENS if token.opens or token.closes}
        return [row for row in rows if row[1] or row[2] is not Kind.CONTROL or row[0] in tags]

    assert content(byte_level_tokenizer) == content(chatml_tokenizer)


def test_a_turn_ends_with_a_trained_eos(form_tokenizer):
    rendered = render([Message.user("a"), Message.assistant([Step(StepKind.ANSWER, "b")])], form_tokenizer)
    trained = [token_id for token_id, learned in zip(rendered.ids, rendered.loss_mask, strict=True) if learned]
    assert trained == [*form_tokenizer.encode("b"), form_tokenizer.special_id("<eos>")]


def test_chatml(chatml_tokenizer):
    messages = [
        Message.system("s"),
        Message.user("<|im_end|>"),
        Message.assistant([Step(StepKind.REASON, "r"), Step(StepKind.ANSWER, "b")]),
    ]
    rendered = render(messages, chatml_tokenizer)
    start, end, opened, closed = map(chatml_tokenizer.special_id, ("<bos>", "<eos>", "<reason>", "</reason>"))
    text = chatml_tokenizer.encode
    given = [start, *text("system\n"), *text("s"), end, *text("\n")]
    given += [start, *text("user\n"), *text("<|im_end|>"), end, *text("\n"), start, *text("assistant\n")]
    trained = [opened, *text("r"), closed, *text("b"), end]
    assert rendered.ids == [*given, *trained, *text("\n")]
    assert rendered.loss_mask == [False] * len(given) + [True] * len(trained) + [False]
    assert decode(rendered.ids, chatml_tokenizer) == ("system\ns\nuser\n<|im_end|>\nassistant\n<reason>\nr\n</reason>\nb\n")


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
    with pytest.raises(TokensError, match="in the form havoc starts with '<bos>' and '<user>'; pass the ids of `render`"):
        parse(ids, tiny_tokenizer)


def test_ids_that_are_no_chatml_are_refused(chatml_tokenizer):
    ids = render([Message.user("a"), Message.assistant([Step(StepKind.ANSWER, "b")])], chatml_tokenizer).ids
    tool = [chatml_tokenizer.special_id("<bos>"), *chatml_tokenizer.encode("tool\n")]
    for wrong, message in [
        ([], "in the form chatml starts with '<bos>' and 'user.n'"),
        (ids[1:], "in the form chatml starts with '<bos>' and 'user.n'"),
        (tool, r"ids\[0\]: a message begins here, and its role is none of system, user, assistant"),
        ([*ids, *tool], r"a message begins here, and its role"),
        (ids[: len(ids) // 2 - 3], "the user's message ends without its mark"),
    ]:
        with pytest.raises(TokensError, match=message):
            parse(wrong, chatml_tokenizer)


def test_an_open_turn_without_steps_is_no_message(form_tokenizer):
    assert parse(render([Message.user("a")], form_tokenizer, open_turn=True).ids, form_tokenizer) == [Message.user("a")]


plain = st.text(st.sampled_from("ab <{}▁\n²"), max_size=12).filter(lambda text: text == text.strip("\n"))


@with_fixtures
@given(message=st.lists(st.builds(Step, st.sampled_from(StepKind), plain), max_size=6).map(_assistant))
def test_visible_text_reads_back_to_the_same_steps(tiny_tokenizer, message):
    steps = [step for step in message.steps if step.kind is not StepKind.ANSWER or step.text.strip()]
    if steps:
        ids = render([Message.user(""), Message.assistant(steps)], tiny_tokenizer).ids
        assert parse_tagged(decode(ids, tiny_tokenizer)) == steps
