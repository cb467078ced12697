"""The token history of one request: what the runtime forces, what the model writes, and its text as events."""

from collections.abc import Sequence as Several

from havoc.engine import Engine, EngineError, FinishReason, SamplingParams, Sequence
from havoc.prime.events import Emit, PrimeEvent
from havoc.tokens import BLOCK_TAGS, SPECIAL_TOKENS, StepKind, StreamDecoder

_OPENS = {token.name: token.opens for token in SPECIAL_TOKENS if token.opens is not None}
_CLOSES = {token.name for token in SPECIAL_TOKENS if token.closes is not None}


class Transcript:
    """An append-only history over a sequence of the engine. Not for two writers at a time; branches are forks."""

    def __init__(self, engine: Engine, sequence: Sequence, emit: Emit, path: tuple[str, ...] = ()) -> None:
        """Take over `sequence`; what it holds already is no part of the output.

        Args:
            engine: where it lives.
            sequence: idle.
            emit: gets the text as it comes.
            path: of these events, until `path` is set anew.
        """
        self.engine = engine
        self.sequence = sequence
        self.path = path
        self.start = len(sequence.ids)
        """Ids of the prompt."""
        self.num_forced = 0
        self.num_written = 0
        """Ids that the model chose, those that a grammar forced included."""
        self._emit = emit
        self._decoder = StreamDecoder(engine.tokenizer)
        self._step = StepKind.ANSWER

    @property
    def ids(self) -> list[int]:
        """All that was appended."""
        return self.sequence.ids[self.start :]

    async def force(self, ids: Several[int]) -> None:
        """Append `ids` as they are."""
        await self.engine.append(self.sequence, ids)
        self.num_forced += len(ids)
        self._show(ids)

    async def say(self, text: str) -> None:
        """Append a text; none of it can become a tag."""
        await self.force(self.engine.tokenizer.encode(text))

    async def open(self, kind: StepKind) -> None:
        """Begin a block."""
        await self.force([self.engine.tokenizer.special_id(BLOCK_TAGS[kind][0])])

    async def close(self, kind: StepKind) -> None:
        """End a block."""
        await self.force([self.engine.tokenizer.special_id(BLOCK_TAGS[kind][1])])

    async def block(self, kind: StepKind, text: str) -> None:
        """Append a whole block."""
        tokenizer = self.engine.tokenizer
        opening, closing = (tokenizer.special_id(tag) for tag in BLOCK_TAGS[kind])
        await self.force([opening, *tokenizer.encode(text), closing])

    async def write(self, params: SamplingParams) -> tuple[list[int], FinishReason]:
        """Let the model append; the ids that it appended, and why it ended.

        Raises:
            EngineError: the generation failed. What it appended before stays.
        """
        ids: list[int] = []
        async for update in self.engine.generate(self.sequence, params):
            ids += update.ids
            self.num_written += len(update.ids)
            self._show(update.ids)
            if update.error is not None:
                raise update.error
            if update.finish_reason is not None:
                return ids, update.finish_reason
        raise EngineError("closed", "generation: it ended without a reason; the engine has stopped")

    async def fork(self, emit: Emit, path: tuple[str, ...]) -> "Transcript":
        """A branch with the same history, whose output begins here."""
        return Transcript(self.engine, await self.engine.fork(self.sequence), emit, path)

    async def join(self, branch: "Transcript") -> None:
        """Append what a branch has written, and end it."""
        ids = branch.ids
        await branch.engine.close(branch.sequence)
        await self.engine.append(self.sequence, ids)
        self.num_forced += branch.num_forced
        self.num_written += branch.num_written
        path, self.path = self.path, branch.path
        self._show(ids)
        self.path = path

    async def end(self) -> None:
        """Let go of the sequence."""
        await self.engine.close(self.sequence)

    def _show(self, ids: Several[int]) -> None:
        tokenizer, text = self.engine.tokenizer, ""
        for token_id in ids:
            name = tokenizer.special_name(token_id)
            if name in _OPENS:
                self._flush(text)
                text, self._step = "", _OPENS[name]
            text += self._decoder.feed([token_id])
            if name in _CLOSES:
                self._flush(text)
                text, self._step = "", StepKind.ANSWER
        self._flush(text)

    def _flush(self, text: str) -> None:
        if text:
            self._emit(PrimeEvent("text", self.path, text, self._step))
