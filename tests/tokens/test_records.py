import pytest

from havoc.tokens import Message, Step, StepKind, TokensError, messages_from_record, parse_tagged

USER = {"role": "user", "content": "q"}


def answer(text):
    return Step(StepKind.ANSWER, text)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("2 + 2 = 4\n", [answer("2 + 2 = 4")]),
        ("<reason>\na\n</reason>\n\n\nb", [Step(StepKind.REASON, "a"), answer("b")]),
        ("<reason>a</reason>b", [Step(StepKind.REASON, "a"), answer("b")]),
        ("<attack>\n\na\n\n</attack>", [Step(StepKind.ATTACK, "\na\n")]),
        ("<reason>\n</reason>", [Step(StepKind.REASON, "")]),
        (
            "so\n<tool>\n{}\n</tool>\n \n<result>\n1\n</result>\n",
            [answer("so"), Step(StepKind.TOOL_CALL, "{}"), Step(StepKind.TOOL_RESULT, "1")],
        ),
        ("a < b, <user>, <Tool> and <eos>", [answer("a < b, <user>, <Tool> and <eos>")]),
        ("", []),
    ],
)
def test_tagged_text(text, steps):
    assert parse_tagged(text) == steps


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<reason>\na", "<reason> of line 1 is never closed; add </reason>"),
        ("a\n</reason>", "line 2: </reason> closes a block that is not open"),
        ("\n<reason>\n<tool>\n</tool>\n</reason>", "line 3: <tool> stands inside <reason> of line 2"),
        ("<reason>\n</tool>", "line 2: </tool> stands inside <reason>"),
    ],
)
def test_unbalanced_tags_are_named_with_their_line(text, message):
    with pytest.raises(TokensError, match=message) as caught:
        parse_tagged(text)
    assert "\n" not in str(caught.value)
    assert "steps" in str(caught.value)


def test_both_forms_of_a_record_give_the_same_messages():
    completion = "<reason>\na\n</reason>\nb"
    steps = [{"type": "reason", "text": "a"}, {"type": "answer", "text": "b"}]
    expected = [Message.user("q"), Message.assistant([Step(StepKind.REASON, "a"), answer("b")])]
    assert messages_from_record({"prompt": "q", "completion": completion, "id": 7}) == expected
    assert messages_from_record({"messages": [USER, {"role": "assistant", "content": completion}]}) == expected
    assert messages_from_record({"messages": [USER, {"role": "assistant", "content": steps}]}) == expected


def test_a_list_of_steps_may_hold_tags_as_text():
    content = [{"type": "answer", "text": "write <reason> first"}]
    assert messages_from_record({"messages": [USER, {"role": "assistant", "content": content}]})[1].steps == (
        answer("write <reason> first"),
    )


def test_a_users_tags_are_text():
    record = {"prompt": "<reason>\n</reason>", "completion": "a"}
    assert messages_from_record(record)[0] == Message.user("<reason>\n</reason>")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, 'record: it needs "messages", or "prompt" and "completion"'),
        ({"prompt": "q"}, "record: it needs"),
        ({"prompt": "q", "completion": 4}, "completion: it must be a string, and is a number"),
        ({"prompt": None, "completion": "a"}, "prompt: it must be a string, and is null"),
        ({"prompt": "q", "completion": " \n"}, "completion: assistant message: it is empty"),
        ({"messages": "q"}, "messages: it must be a list of messages, and is a string"),
        ({"messages": []}, "no user message"),
        ({"messages": ["q"]}, r"messages\[0\]: a message is .* and this is a string"),
        ({"messages": [{"role": "user"}]}, r"messages\[0\].content: it is missing"),
        ({"messages": [{"content": "q"}]}, r"messages\[0\].role: it is missing"),
        ({"messages": [{"role": "bot", "content": "q"}]}, r"messages\[0\].role: 'bot' is none of"),
        ({"messages": [USER]}, "the last one must be the assistant's"),
        ({"messages": [USER, {"role": "assistant", "content": None}]}, r"messages\[1\].content: .* and is null"),
        ({"messages": [USER, {"role": "assistant", "content": "<tool>"}]}, r"messages\[1\].content: <tool> of line 1"),
        (
            {"messages": [USER, {"role": "assistant", "content": [{"type": "think", "text": ""}]}]},
            r"messages\[1\].content: \[0\].type: 'think' is none of reason, tool_call, tool_result",
        ),
        (
            {"messages": [USER, {"role": "assistant", "content": [{"type": "reason"}]}]},
            r"messages\[1\].content: \[0\].text: it is missing",
        ),
    ],
)
def test_a_wrong_record_is_refused_with_its_field(record, message):
    with pytest.raises(TokensError, match=message):
        messages_from_record(record)
