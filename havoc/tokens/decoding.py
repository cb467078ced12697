"""From ids to visible text, token by token: bytes are joined across tokens, tags are shown."""

import codecs
from collections.abc import Iterable

from havoc.tokens.special import SPECIAL_BY_NAME
from havoc.tokens.tokenizer import Tokenizer


def utf8_decoder() -> codecs.IncrementalDecoder:
    """A decoder that holds back the bytes of an unfinished character; bytes that are no UTF-8 become U+FFFD."""
    return codecs.getincrementaldecoder("utf-8")(errors="replace")


class StreamDecoder:
    """Visible text of a stream of ids, as it comes. What comes out does not depend on how the ids are cut into calls.

    Tags are shown as `special.py` says; the other special tokens show as nothing.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._utf8 = utf8_decoder()

    def feed(self, ids: Iterable[int]) -> str:
        """The text that is complete after `ids`."""
        return "".join(map(self._feed_one, ids))

    def finish(self) -> str:
        """The rest: U+FFFD where the stream ended inside a character. The decoder can be used again."""
        return self._utf8.decode(b"", final=True)

    def copy(self) -> "StreamDecoder":
        """A decoder in the same state that goes its own way."""
        twin = StreamDecoder(self._tokenizer)
        twin._utf8.setstate(self._utf8.getstate())
        return twin

    def _feed_one(self, token_id: int) -> str:
        name = self._tokenizer.special_name(token_id)
        if name is None:
            return self._utf8.decode(self._tokenizer.token_bytes(token_id))
        return self.finish() + SPECIAL_BY_NAME[name].shown


def decode(ids: Iterable[int], tokenizer: Tokenizer) -> str:
    """Visible text of `ids`, tags included. `decode(tokenizer.encode(text), tokenizer) == text`."""
    decoder = StreamDecoder(tokenizer)
    return decoder.feed(ids) + decoder.finish()
