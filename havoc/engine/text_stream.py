"""Visible text of a generation as it grows, and the stop strings in it."""

from havoc.tokens import StreamDecoder, Tokenizer


class TextStream:
    """Turns ids into text that may be shown: nothing of a stop string, and nothing that may yet become one."""

    def __init__(self, tokenizer: Tokenizer, stop_strings: tuple[str, ...] = ()) -> None:
        self._decoder = StreamDecoder(tokenizer)
        self._stops = stop_strings
        self._held = ""
        self.stopped: str | None = None
        """The stop string that was met. After it everything is ignored."""

    def feed(self, token_id: int) -> str:
        """Text that is certain after one more id."""
        return self._take(self._decoder.feed([token_id]))

    def finish(self) -> str:
        """What was held back, at the end of the output."""
        text = self._take(self._decoder.finish())
        rest, self._held = self._held, ""
        return text + rest

    def copy(self) -> "TextStream":
        """A stream in the same state that goes its own way."""
        twin = object.__new__(TextStream)
        twin._decoder, twin._stops = self._decoder.copy(), self._stops
        twin._held, twin.stopped = self._held, self.stopped
        return twin

    def _take(self, text: str) -> str:
        if self.stopped is not None or not text:
            return ""
        held = self._held + text
        found = [(held.index(stop), stop) for stop in self._stops if stop in held]
        if found:
            place, self.stopped = min(found)
            self._held = ""
            return held[:place]
        keep = max((_overlap(held, stop) for stop in self._stops), default=0)
        self._held = held[len(held) - keep :]
        return held[: len(held) - keep]


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` with which `stop` begins."""
    return next((length for length in range(min(len(text), len(stop) - 1), 0, -1) if stop.startswith(text[-length:])), 0)
