"""From ids back to what they mean: a stream as typed events, a whole conversation as messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from havoc.tokens.decoding import decode, utf8_decoder
from havoc.tokens.errors import TokensError
from havoc.tokens.special import BOS, EOS, SPECIAL_BY_NAME, StepKind
from havoc.tokens.tokenizer import Tokenizer
from havoc.tokens.transcript import ROLE_TOKENS, Message, Role, Step

_ROLE_OF_TOKEN: dict[str, Role] = {name: role for role, name in ROLE_TOKENS.items()}


@dataclass(frozen=True)
class StepStart:
    """A step begins."""

    kind: StepKind


@dataclass(frozen=True)
class StepText:
    """More text of the step that is open: never empty, and always whole characters."""

    kind: StepKind
    text: str


@dataclass(frozen=True)
class StepEnd:
    """The step that is open ends."""

    kind: StepKind
    complete: bool
    """False where a block was cut off before its closing tag, or an answer before `<eos>` or the next block."""


Event = StepStart | StepText | StepEnd


class EventParser:
    """Typed events of one assistant turn, from the ids behind `<assistant>`.

    Each id is taken by itself, so the events do not depend on how the ids are cut into calls. Ids that no grammar kept in
    order are read like this:

    - An opening tag inside a block cuts that block off (`complete=False`) and begins its own; blocks do not nest.
    - A closing tag that does not fit the open block, or stands outside of one, changes nothing.
    - `<eos>` ends what is open. So does any other special token that is no tag, and it completes nothing.
    - Bytes that are no UTF-8 become U+FFFD.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._utf8 = utf8_decoder()
        self._open: StepKind | None = None

    def feed(self, ids: Iterable[int]) -> list[Event]:
        """The events of further ids."""
        return [event for token_id in ids for event in self._feed_one(token_id)]

    def finish(self) -> list[Event]:
        """The events of the stream's end: what is still open was cut off. The parser can be used for another turn."""
        return self._end(complete=False)

    def _feed_one(self, token_id: int) -> list[Event]:
        name = self._tokenizer.special_name(token_id)
        if name is None:
            return self._text(self._utf8.decode(self._tokenizer.token_bytes(token_id)))
        token = SPECIAL_BY_NAME[name]
        if token.opens is not None:
            ended = self._end(complete=self._open is StepKind.ANSWER)
            self._open = token.opens
            return [*ended, StepStart(token.opens)]
        if token.closes is not None:
            return self._end(complete=True) if token.closes is self._open else []
        return self._end(complete=name == EOS and self._open is StepKind.ANSWER)

    def _text(self, text: str) -> list[Event]:
        if not text:
            return []
        if self._open is None:
            self._open = StepKind.ANSWER
            return [StepStart(self._open), StepText(self._open, text)]
        return [StepText(self._open, text)]

    def _end(self, *, complete: bool) -> list[Event]:
        events = self._text(self._utf8.decode(b"", final=True))
        if self._open is not None:
            events.append(StepEnd(self._open, complete))
            self._open = None
        return events


def steps_of(events: Iterable[Event]) -> list[Step]:
    """The steps that `events` tell of, cut-off ones included."""
    steps: list[Step] = []
    for event in events:
        if isinstance(event, StepStart):
            steps.append(Step(event.kind, ""))
        elif isinstance(event, StepText):
            steps[-1] = Step(event.kind, steps[-1].text + event.text)
    return steps


def parse(ids: Sequence[int], tokenizer: Tokenizer) -> list[Message]:
    """The messages of a rendered conversation: `parse(render(messages, tokenizer).ids, tokenizer) == messages`.

    A final `<assistant>` without steps, as `open_turn` leaves it, is no message.

    Raises:
        TokensError: the ids are no conversation that `render` makes.
    """
    starts = [position for position, token_id in enumerate(ids) if tokenizer.special_name(token_id) in _ROLE_OF_TOKEN]
    if starts[:1] != [1] or tokenizer.special_name(ids[0]) != BOS:
        raise TokensError("ids: a conversation starts with <bos> and a role token; pass the ids of `render`")
    messages: list[Message] = []
    for start, end in zip(starts, [*starts[1:], len(ids)], strict=True):
        role = _ROLE_OF_TOKEN[str(tokenizer.special_name(ids[start]))]
        body = ids[start + 1 : end]
        if role != "assistant":
            messages.append(Message(role, (Step(StepKind.ANSWER, decode(body, tokenizer)),)))
        elif body:
            parser = EventParser(tokenizer)
            messages.append(Message.assistant(steps_of(parser.feed(body) + parser.finish())))
    return messages
