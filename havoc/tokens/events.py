"""From ids back to what they mean: a stream as typed events, a whole conversation as messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from havoc.tokens.decoding import decode, utf8_decoder
from havoc.tokens.errors import TokensError
from havoc.tokens.special import EOS, SPECIAL_BY_NAME, StepKind
from havoc.tokens.tokenizer import Tokenizer
from havoc.tokens.transcript import Message, Step, encode_marks


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
    """Typed events of one assistant turn, from the ids behind its opening.

    Each id is taken by itself, so the events do not depend on how the ids are cut into calls. Ids that no grammar kept in
    order are read like this:

    - An opening tag inside a block cuts that block off (`complete=False`) and begins its own; blocks do not nest.
    - A closing tag that does not fit the open block, or stands outside of one, changes nothing.
    - `<eos>` ends what is open. So does any other special token that is no tag, and it completes nothing.
    - What the chat form puts behind `<eos>` (ChatML: a line break) is no text.
    - Bytes that are no UTF-8 become U+FFFD.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._utf8 = utf8_decoder()
        self._open: StepKind | None = None
        self._behind_end = encode_marks(tokenizer.chat_form.closing["assistant"][1:], tokenizer)
        self._due: list[int] = []

    def feed(self, ids: Iterable[int]) -> list[Event]:
        """The events of further ids."""
        return [event for token_id in ids for event in self._feed_one(token_id)]

    def finish(self) -> list[Event]:
        """The events of the stream's end: what is still open was cut off. The parser can be used for another turn."""
        self._due = []
        return self._end(complete=False)

    def _feed_one(self, token_id: int) -> list[Event]:
        if self._due[:1] == [token_id]:
            self._due = self._due[1:]
            return []
        self._due = []
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
        if name == EOS:
            self._due = self._behind_end
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

    A final opening of an assistant's turn without steps, as `open_turn` leaves it, is no message.

    Raises:
        TokensError: the ids are no conversation that `render` makes with this tokenizer.
    """
    form, ids = tokenizer.chat_form, list(ids)
    begin = encode_marks(form.begin, tokenizer)
    openings = {role: encode_marks(marks, tokenizer) for role, marks in form.opening.items()}
    # A message begins with a special token, and no text or step holds one of those.
    firsts = {opening[0] for opening in openings.values()}
    starts = [position for position, token_id in enumerate(ids) if token_id in firsts and position >= len(begin)]
    if starts[:1] != [len(begin)] or ids[: len(begin)] != begin:
        named = " and ".join(map(repr, (*form.begin, *form.opening["user"])))
        raise TokensError(f"ids: a conversation in the form {form.name} starts with {named}; pass the ids of `render`")
    messages: list[Message] = []
    for start, end in zip(starts, [*starts[1:], len(ids)], strict=True):
        role = next((role for role, opening in openings.items() if ids[start : start + len(opening)] == opening), None)
        if role is None:
            raise TokensError(f"ids[{start}]: a message begins here, and its role is none of {', '.join(openings)}")
        body, closing = ids[start + len(openings[role]) : end], encode_marks(form.closing[role], tokenizer)
        closed = not closing or body[-len(closing) :] == closing
        if role != "assistant":
            if not closed:
                raise TokensError(f"ids[{end}]: the {role}'s message ends without its mark; pass the ids of `render`")
            messages.append(Message(role, (Step(StepKind.ANSWER, decode(body[: len(body) - len(closing)], tokenizer)),)))
        elif body:
            parser = EventParser(tokenizer)
            messages.append(Message.assistant(steps_of(parser.feed(body) + parser.finish())))
    return messages
