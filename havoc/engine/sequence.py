"""One growing history of ids, and the generation that is appending to it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from havoc.engine.errors import EngineError
from havoc.engine.grammar import Matcher
from havoc.engine.request import EmbeddingNoise, FinishReason, SamplingParams
from havoc.engine.text_stream import TextStream

_numbers = itertools.count(1)


@dataclass(eq=False)
class Sequence:
    """An append-only list of ids, and the blocks that hold the keys and values of the first `num_computed` of them.

    The last id is never computed before something is generated behind it, so `num_computed < len(ids)`.
    """

    ids: list[int]
    noise: EmbeddingNoise | None = None
    noise_from: int = 0
    """Position of the first id whose embedding gets the noise."""
    blocks: list[int] = field(default_factory=list)
    num_computed: int = 0
    num_registered: int = 0
    """Leading blocks that were offered to the prefix cache."""
    generation: "Generation | None" = None
    """What is appending to it now."""
    closed: bool = False
    last_used: int = 0
    """Step in which it was last computed."""
    number: int = field(default_factory=lambda: next(_numbers))


@dataclass(frozen=True)
class TokenLogprob:
    """Log-probability (natural) of an id."""

    id: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()
    """The likeliest ids with theirs, likeliest first."""


@dataclass(frozen=True)
class Update:
    """What one step added to a generation."""

    ids: list[int]
    """New ids, those that a grammar forced included."""
    text: str
    """New visible text. It is held back while it may be the beginning of a stop string."""
    logprobs: list[TokenLogprob] = field(default_factory=list)
    """One per id where they were asked for. A forced id has the log-probability 0."""
    finish_reason: FinishReason | None = None
    """Set in the last update."""
    stop: int | str | None = None
    """The stop id or string that ended it."""
    error: EngineError | None = None


@dataclass(eq=False)
class Generation:
    """A run of sampling on a sequence."""

    sequence: Sequence
    params: SamplingParams
    max_new_tokens: int
    """What params ask for, or what the longest sequence leaves of it. 0 computes the sequence and samples nothing."""
    matcher: Matcher | None
    text: TextStream
    on_update: Callable[[Update], None]
    started: float
    """Seconds on the monotonic clock."""
    num_sampled: int = 0
    """Draws so far: the counter of the random numbers."""
    num_new: int = 0
    """Ids appended so far."""
    finish_reason: FinishReason | None = None
    last_token_at: float | None = None
    """When the latest id came, on the same clock."""
    scored_from: int | None = None
    """Place of the first id whose log-probability is wanted; None where none is."""
    scores: dict[int, float] = field(default_factory=dict)
    """Log-probabilities by place, as far as they are computed."""
    number: int = field(default_factory=lambda: next(_numbers))
    """Order of arrival; earlier ones go first."""

    @property
    def uncomputed(self) -> int:
        """Ids that are still to be computed: up to the last, whose logits are wanted, or all but it where none are."""
        return len(self.sequence.ids) - self.sequence.num_computed - (self.max_new_tokens == 0)
