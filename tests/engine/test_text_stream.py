"""Stop strings, however the text is cut into ids."""

from hypothesis import given, strategies

from havoc.engine.text_stream import TextStream


def _stream(tokenizer, text, stops):
    stream, shown = TextStream(tokenizer, stops), ""
    for token_id in tokenizer.encode(text):
        shown += stream.feed(token_id)
        assert not any(stop in shown for stop in stops)
    return shown + stream.finish(), stream.stopped


@given(
    text=strategies.text("abé✓ ", max_size=30),
    stops=strategies.lists(strategies.text("abé✓ ", min_size=1, max_size=4), max_size=3),
)
def test_the_text_ends_before_the_first_stop_string(tiny_tokenizer, text, stops):
    shown, stopped = _stream(tiny_tokenizer, text, tuple(stops))
    places = [text.index(stop) for stop in stops if stop in text]
    if not places:
        assert (shown, stopped) == (text, None)
    else:
        assert stopped in stops
        assert text.startswith(shown + stopped)
        # The stop string that was complete first ended it; another may begin earlier and end later.
        assert len(shown) + len(stopped) <= min(text.index(stop) + len(stop) for stop in stops if stop in text) + 4


def test_a_copy_goes_its_own_way(tiny_tokenizer):
    stream = TextStream(tiny_tokenizer, ("stop",))
    for token_id in tiny_tokenizer.encode("é st"):
        stream.feed(token_id)
    twin = stream.copy()
    first = "".join(stream.feed(token_id) for token_id in tiny_tokenizer.encode("op"))
    second = "".join(twin.feed(token_id) for token_id in tiny_tokenizer.encode("ay"))
    assert (first, stream.stopped) == ("", "stop")
    assert (second + twin.finish(), twin.stopped) == ("stay", None)
