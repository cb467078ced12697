"""The parts that streams pass through: replay, coalescing, stop strings, the gate, structured output."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.coalesce import Coalescer, joined
from serve_app.conversation import Conversation
from serve_app.errors import ApiError
from serve_app.gate import Gate
from serve_app.replay import Replay
from serve_app.schemas import ChatMessage
from serve_app.stop_text import StopText
from serve_app.structured import narrowed

EVENTS = [
    {"type": "routing", "data": {}}, {"type": "text", "text": "Hello "}, {"type": "node", "path": ["s1"], "data": {"n": 1}},
    {"type": "node", "path": ["s2"], "data": {}}, {"type": "text", "text": "wide "},
    {"type": "node", "path": ["s1"], "data": {}},
    {"type": "text", "text": "world"}, {"type": "end", "data": {}},
]  # fmt: skip
TEXT = "Hello wide world"


def _text(events):
    return "".join(event.get("text", "") for event in events)


@given(st.integers(0, len(EVENTS)), st.lists(st.integers(1, 5), min_size=1, max_size=6), st.booleans())
def test_a_second_run_adds_what_the_first_had_not_sent(cut, sizes, swapped):
    replay = Replay()
    sent = list(replay.new(EVENTS[:cut]))
    replay.start_again()
    again = [dict(event) for event in EVENTS]
    if swapped:  # branches side by side may come in another order
        again[2], again[3] = again[3], again[2]
    # The second run may cut its text elsewhere.
    pieces = []
    for place, event in enumerate(again):
        size = sizes[place % len(sizes)]
        if event["type"] == "text":
            pieces += [{**event, "text": event["text"][at : at + size]} for at in range(0, len(event["text"]), size)]
        else:
            pieces.append(event)
    for piece in pieces:
        sent += replay.new([piece])
    assert _text(sent) == TEXT
    assert sorted(event["type"] for event in sent if event["type"] != "text") == sorted(
        event["type"] for event in EVENTS if event["type"] != "text"
    )


def test_a_second_run_that_says_something_else_is_an_error():
    replay = Replay()
    replay.new(EVENTS)
    replay.start_again()
    with pytest.raises(ApiError) as refused:
        replay.new([{"type": "text", "text": "Hullo"}])
    assert refused.value.code == "interrupted"


@given(st.lists(st.integers(0, len(EVENTS) - 1), max_size=20))
def test_joined_events_are_the_same_events(places):
    batch = [EVENTS[place] for place in places]
    whole = joined(batch)
    assert _text(whole) == _text(batch)
    assert [event for event in whole if event["type"] != "text"] == [event for event in batch if event["type"] != "text"]


def test_coalescing_loses_nothing_and_passes_errors_on():
    async def source(fails):
        for event in EVENTS * 20:
            yield [event]
            await asyncio.sleep(0)
        if fails:
            raise ApiError(503, "lost", "unavailable")

    async def gather(fails):
        got, batches = [], 0
        try:
            async for batch in Coalescer(50).stream(source(fails)):
                got += batch
                batches += 1
        except ApiError:
            return got, batches, True
        return got, batches, False

    for fails in (False, True):
        got, batches, failed = asyncio.run(gather(fails))
        assert _text(got) == TEXT * 20
        assert batches < 40
        assert failed is fails


@given(st.text("abc", max_size=30), st.lists(st.text("abc", min_size=1, max_size=4), max_size=3), st.integers(1, 5))
def test_stop_strings_end_a_text_however_it_is_cut(text, stops, size):
    stop = StopText(stops)
    shown = "".join(stop.feed(text[at : at + size]) for at in range(0, len(text), size)) + stop.rest()
    places = [place for one in stops if (place := text.find(one)) >= 0]
    if places and stop.stopped:
        # Cut into pieces, the stop string that is complete first counts.
        assert shown in [text[:place] for place in places]
    else:
        assert not places
        assert shown == text


def test_the_gate_lets_through_in_turn_and_refuses_the_rest():
    async def go():
        gate, order, release = Gate(1, 2), [], asyncio.Event()

        async def one(number):
            async with gate.place():
                order.append(number)
                await release.wait()

        tasks = [asyncio.create_task(one(number)) for number in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(ApiError) as refused:
            async with gate.place():
                pass
        tasks[1].cancel()
        await asyncio.gather(tasks[1], return_exceptions=True)
        release.set()
        await asyncio.gather(tasks[0], tasks[2])
        async with gate.place():
            pass
        return order, refused.value, gate.num_waiting

    order, refused, waiting = asyncio.run(go())
    assert order == [0, 2]
    assert (refused.status, refused.code, waiting) == (429, "overloaded", 0)
    assert refused.headers["Retry-After"]


def test_conversations():
    messages = [
        ChatMessage(role="developer", content="Be brief."), ChatMessage(role="assistant", content="Hi."),
        ChatMessage(role="user", content="a"), ChatMessage(role="user", content="b"),
        ChatMessage(role="assistant", content="<reason>long</reason>\n<tool>{}</tool>Result: 4."),
        ChatMessage(role="user", content="c"),
    ]  # fmt: skip
    conversation = Conversation.of(messages)
    assert conversation.system == "Be brief."
    assert conversation.turns == (("", "Hi."), ("a\n\nb", "Result: 4."))
    assert conversation.question == "c"
    with pytest.raises(ApiError):
        Conversation.of(messages[:-1])


CALL = {
    "type": "call",
    "data": {"answer": {"success": True, "result": {"p_value": 0.03, "df": 8, "means": [1.5, 2.5]}, "method": "Welch"}},
}


def test_a_schemas_numbers_are_those_of_the_results():
    schema = {
        "type": "object",
        "properties": {
            "pValue": {"type": "number"}, "other": {"type": "integer"}, "method": {"type": "string"},
            "note": {"type": "string"}, "list": {"type": "array", "items": {"type": "number"}},
        },
    }  # fmt: skip
    properties = json.loads(narrowed(schema, [CALL]).text)["properties"]
    assert properties["pValue"] == {"enum": [0.03]}
    assert properties["other"] == {"enum": [8]}
    assert properties["method"] == {"const": "Welch"}
    assert properties["note"]["pattern"] == r"^[^0-9\x00-\x1f]*$"
    assert properties["list"]["items"] == {"enum": [0.03, 8, 1.5, 2.5]}
    with pytest.raises(ApiError, match="no number is known"):
        narrowed({"type": "object", "properties": {"x": {"type": "number"}}}, [{"type": "routing", "data": {}}])
