"""What one step adds to a generation, and whether that ends it."""

from havoc.engine.errors import EngineError
from havoc.engine.request import FinishReason
from havoc.engine.sequence import Generation, TokenLogprob, Update


class Output:
    """Appends ids to a generation's sequence, one by one, until one of them ends it."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._ids: list[int] = []
        self._text: list[str] = []
        self._logprobs: list[TokenLogprob] = []
        self._stop: int | str | None = None
        self.finish_reason: FinishReason | None = None
        """Set by the id that ends the generation; further ids must not be taken."""
        self.num_forced = 0

    def take(self, token_id: int, logprob: TokenLogprob | None) -> None:
        """Take a sampled id, and all that the grammar then forces.

        Raises:
            EngineError: the grammar cannot go on.
        """
        matcher = self._generation.matcher
        if matcher is not None and matcher.is_end(token_id):
            self.finish_reason = "grammar"
            return
        self._append(token_id, logprob)
        self.take_forced()

    def take_forced(self) -> None:
        """Take what the grammar forces where the generation stands. Raises as `take`."""
        matcher = self._generation.matcher
        while matcher is not None and self.finish_reason is None:
            forced = matcher.forced()
            if not forced:
                break
            for token_id in forced:
                if self.finish_reason is None:
                    self.num_forced += 1
                    self._append(token_id, TokenLogprob(token_id, 0.0))
        if matcher is not None and matcher.finished and self.finish_reason is None:
            self.finish_reason = "grammar"

    def report(self, logprobs: list[TokenLogprob]) -> None:
        """Send log-probabilities of ids that the sequence held before."""
        self._logprobs += logprobs

    def update(self, error: EngineError | None = None) -> Update:
        """All of it. Text that was held back comes out where the generation has ended."""
        if self.finish_reason is not None:
            self._text.append(self._generation.text.finish())
        logprobs = self._logprobs if self._generation.params.logprobs is not None else []
        return Update(self._ids, "".join(self._text), logprobs, self.finish_reason, self._stop, error)

    def _append(self, token_id: int, logprob: TokenLogprob | None) -> None:
        generation = self._generation
        params = generation.params
        generation.sequence.ids.append(token_id)
        generation.num_new += 1
        self._ids.append(token_id)
        if logprob is not None:
            self._logprobs.append(logprob)
        self._text.append(generation.text.feed(token_id))
        if generation.matcher is not None:
            generation.matcher.advance([token_id])
        if token_id in params.stop_ids:
            self.finish_reason, self._stop = "stop", token_id
        elif generation.text.stopped is not None:
            self.finish_reason, self._stop = "stop", generation.text.stopped
        elif generation.matcher is not None and generation.matcher.finished:
            self.finish_reason = "grammar"
        elif generation.num_new >= generation.max_new_tokens:
            self.finish_reason = "length"
