import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from havoc.tokens import EventParser, StepEnd, StepKind, StepStart, StepText, StreamDecoder, decode, steps_of

A, R, T = StepKind.ANSWER, StepKind.REASON, StepKind.TOOL_CALL
with_fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)

# A stream is written as a list of texts, special tokens by name and single bytes, in any order.
NAMES = ["<reason>", "</reason>", "<tool>", "</tool>", "<result>", "</result>", "<eos>", "<pad>", "<user>", "<bos>"]
streams = st.lists(
    st.sampled_from([*NAMES, "a", " b²", "👩", "<tool>".upper()]) | st.binary(min_size=1, max_size=3), max_size=12
)


def ids_of(tokenizer, *parts):
    byte_ids = {tokenizer.token_bytes(i): i for i in range(tokenizer.vocab_size) if len(tokenizer.token_bytes(i)) == 1}
    ids = []
    for part in parts:
        if isinstance(part, bytes):
            ids += [byte_ids[bytes([value])] for value in part]
        elif part in NAMES:
            ids.append(tokenizer.special_id(part))
        else:
            ids += tokenizer.encode(part)
    return ids


def events_of(tokenizer, ids):
    parser = EventParser(tokenizer)
    return parser.feed(ids) + parser.finish()


def joined(events):
    """Events with the texts of a step in one."""
    merged = []
    for event in events:
        if isinstance(event, StepText) and merged and isinstance(merged[-1], StepText):
            merged[-1] = StepText(event.kind, merged[-1].text + event.text)
        else:
            merged.append(event)
    return merged


@pytest.mark.parametrize(
    ("parts", "events"),
    [
        ([], []),
        (["hi", "<eos>"], [StepStart(A), StepText(A, "hi"), StepEnd(A, True)]),
        (["hi"], [StepStart(A), StepText(A, "hi"), StepEnd(A, False)]),
        (
            ["hi", "<user>", "x"],
            [StepStart(A), StepText(A, "hi"), StepEnd(A, False), StepStart(A), StepText(A, "x"), StepEnd(A, False)],
        ),
        (
            ["<reason>", "a", "</reason>", "b", "<tool>", "{}", "</tool>"],
            [
                *[StepStart(R), StepText(R, "a"), StepEnd(R, True)],
                *[StepStart(A), StepText(A, "b"), StepEnd(A, True)],
                *[StepStart(T), StepText(T, "{}"), StepEnd(T, True)],
            ],
        ),
        (["<reason>", "</reason>"], [StepStart(R), StepEnd(R, True)]),
        (["<reason>", "a"], [StepStart(R), StepText(R, "a"), StepEnd(R, False)]),
        (["<reason>", "a", "<eos>"], [StepStart(R), StepText(R, "a"), StepEnd(R, False)]),
        (
            ["<reason>", "a", "<tool>", "</tool>"],
            [StepStart(R), StepText(R, "a"), StepEnd(R, False), StepStart(T), StepEnd(T, True)],
        ),
        (["<reason>", "a", "</tool>", "b", "</reason>"], [StepStart(R), StepText(R, "ab"), StepEnd(R, True)]),
        (["</reason>", "a", "<eos>"], [StepStart(A), StepText(A, "a"), StepEnd(A, True)]),
        (["<reason>", b"\xf0\x9f", "</reason>"], [StepStart(R), StepText(R, "\ufffd"), StepEnd(R, True)]),
        ([b"\xf0\x9f\x91\xa9", "<eos>"], [StepStart(A), StepText(A, "👩"), StepEnd(A, True)]),
    ],
)
def test_events(tokenizer, parts, events):
    assert joined(events_of(tokenizer, ids_of(tokenizer, *parts))) == events


@with_fixtures
@given(parts=streams)
def test_every_split_in_two_gives_the_same_events_and_text(tiny_tokenizer, parts):
    ids = ids_of(tiny_tokenizer, *parts)
    whole, text = events_of(tiny_tokenizer, ids), decode(ids, tiny_tokenizer)
    for cut in range(len(ids) + 1):
        parser, decoder = EventParser(tiny_tokenizer), StreamDecoder(tiny_tokenizer)
        assert parser.feed(ids[:cut]) + parser.feed(ids[cut:]) + parser.finish() == whole
        assert decoder.feed(ids[:cut]) + decoder.feed(ids[cut:]) + decoder.finish() == text
    parser, decoder = EventParser(tiny_tokenizer), StreamDecoder(tiny_tokenizer)
    assert [event for token_id in ids for event in parser.feed([token_id])] + parser.finish() == whole
    assert "".join(decoder.feed([token_id]) for token_id in ids) + decoder.finish() == text


@with_fixtures
@given(parts=streams)
def test_events_are_well_formed_whatever_the_stream(tiny_tokenizer, parts):
    open_kind = None
    for event in events_of(tiny_tokenizer, ids_of(tiny_tokenizer, *parts)):
        if isinstance(event, StepStart):
            assert open_kind is None
            open_kind = event.kind
        else:
            assert event.kind is open_kind
        if isinstance(event, StepText):
            assert event.text
        if isinstance(event, StepEnd):
            open_kind = None
    assert open_kind is None


@with_fixtures
@given(parts=streams)
def test_no_text_is_lost(tiny_tokenizer, parts):
    ids = ids_of(tiny_tokenizer, *parts)
    specials = {tiny_tokenizer.special_id(name) for name in NAMES}
    steps = steps_of(events_of(tiny_tokenizer, ids))
    if not specials & set(ids):
        assert "".join(step.text for step in steps) == decode(ids, tiny_tokenizer)


def test_the_line_break_behind_a_chatml_turn_is_no_text(chatml_tokenizer):
    ids = ids_of(chatml_tokenizer, "hi\n", "<eos>", "\n")
    events = [StepStart(A), StepText(A, "hi\n"), StepEnd(A, True)]
    assert joined(events_of(chatml_tokenizer, ids)) == events
    parser = EventParser(chatml_tokenizer)
    assert joined([event for token_id in ids for event in parser.feed([token_id])] + parser.finish()) == events
    # Only that one: what a model writes on is seen.
    more = ids_of(chatml_tokenizer, "hi", "<eos>", "\n", "\n", "<eos>", "x")
    assert [step.text for step in steps_of(events_of(chatml_tokenizer, more))] == ["hi", "\n", "x"]
    assert events_of(chatml_tokenizer, ids_of(chatml_tokenizer, "\n"))[1] == StepText(A, "\n")


def test_a_character_is_shown_when_its_last_byte_has_come(tokenizer):
    decoder = StreamDecoder(tokenizer)
    shown = [decoder.feed([token_id]) for token_id in ids_of(tokenizer, "👩".encode())]
    assert shown == ["", "", "", "👩"]
    assert decoder.finish() == ""


def test_bytes_that_are_no_utf8_are_shown_as_replacement(tokenizer):
    assert decode(ids_of(tokenizer, b"a\xff\xe2\x82"), tokenizer) == "a\ufffd\ufffd"


def test_visible_text_has_the_shape_of_the_specification(tokenizer):
    parts = ["<bos>", "<user>", "q", "<reason>", "Task: x", "</reason>", "<tool>", "{}", "</tool>", "Result: 1", "<eos>"]
    assert decode(ids_of(tokenizer, *parts[3:]), tokenizer) == (
        "<reason>\nTask: x\n</reason>\n<tool>\n{}\n</tool>\nResult: 1"
    )
