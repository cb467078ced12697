"""What a caller asks of a generation: sampling, limits, stops, grammar."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from havoc.engine.errors import EngineError

MAX_STOP_STRINGS = 16
MAX_STOP_BYTES = 256
MAX_LOGPROBS = 20

FinishReason = Literal["stop", "length", "grammar", "time", "cancelled", "error"]
"""Why a generation ended: a stop id or string; max_new_tokens or the longest sequence; a grammar that allows no more;
the time limit; its caller; an error that is reported with it."""


@dataclass(frozen=True)
class Grammar:
    """What the output must be. `text` is a JSON schema as JSON, a regular expression, or a Lark grammar."""

    kind: Literal["json_schema", "regex", "lark"]
    text: str
    """In Lark, special tokens are terminals under their own names: `start: <tool> call </tool>`."""


@dataclass(frozen=True)
class EmbeddingNoise:
    """Gaussian noise on the embeddings of a sequence's tokens, the same for a seed and position whatever the batch.

    Raises:
        EngineError: `std` is not a positive number.
    """

    std: float
    """Relative to the root mean square of the token's own embedding."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not (self.std > 0 and math.isfinite(self.std)):
            raise EngineError("bad_setting", f"noise.std: {self.std} must be above 0; leave the noise out for none")


@dataclass(frozen=True)
class SamplingParams:
    """Settings of one generation.

    Raises:
        EngineError: a value is out of range.
    """

    max_new_tokens: int = 256
    temperature: float = 0.0
    """Logits are divided by it; 0 always takes the likeliest id."""
    top_p: float = 1.0
    """Sample among the likeliest ids that together reach this probability (Holtzman et al. 2020)."""
    top_k: int = 0
    """Sample among this many likeliest ids; 0 for all. Applied before top_p."""
    min_p: float = 0.0
    """Leave out ids below this share of the likeliest one's probability (Nguyen et al. 2024)."""
    seed: int = 0
    """The n-th token drawn depends on seed, n and its distribution alone."""
    repetition_penalty: float = 1.0
    """Divides positive and multiplies negative logits of ids that the sequence holds (Keskar et al. 2019)."""
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    """Added to the logits of single ids."""
    logprobs: int | None = None
    """Report the log-probability of each id and of this many likeliest ones, before temperature, penalty, bias and
    grammar."""
    stop_ids: frozenset[int] = frozenset()
    """End behind any of these; the one that was met is the last id of the output."""
    stop_strings: tuple[str, ...] = ()
    """End as soon as the text holds one of these; the text ends before it."""
    grammar: Grammar | None = None
    time_limit_s: float | None = None
    """Seconds from the start of the generation."""

    def __post_init__(self) -> None:
        _whole("max_new_tokens", self.max_new_tokens, 1)
        _whole("top_k", self.top_k, 0)
        _number("temperature", self.temperature, 0, 100)
        _number("top_p", self.top_p, 0, 1, above=True)
        _number("min_p", self.min_p, 0, 1)
        _number("repetition_penalty", self.repetition_penalty, 0, 100, above=True)
        if self.logprobs is not None:
            _whole("logprobs", self.logprobs, 0, MAX_LOGPROBS)
        if self.time_limit_s is not None:
            _number("time_limit_s", self.time_limit_s, 0, 1e6, above=True)
        for token_id, bias in self.logit_bias.items():
            _number(f"logit_bias[{token_id}]", bias, -1000, 1000)
        if len(self.stop_strings) > MAX_STOP_STRINGS:
            raise EngineError("bad_setting", f"stop_strings: {len(self.stop_strings)} given; at most {MAX_STOP_STRINGS}")
        for stop in self.stop_strings:
            if not 0 < len(stop.encode()) <= MAX_STOP_BYTES:
                raise EngineError("bad_setting", f"stop_strings: {stop[:40]!r} must have 1 to {MAX_STOP_BYTES} bytes")

    def check_ids(self, vocab_size: int) -> None:
        """Raise EngineError where a setting names an id that the tokenizer does not have."""
        for name, ids in (("logit_bias", self.logit_bias), ("stop_ids", self.stop_ids)):
            for token_id in ids:
                check_id(name, token_id, vocab_size)


def check_id(where: str, token_id: object, vocab_size: int) -> None:
    """Raise EngineError unless `token_id` is an id of the tokenizer."""
    if type(token_id) is not int or not 0 <= token_id < vocab_size:
        raise EngineError("unknown_id", f"{where}: {token_id!r} is no id; the tokenizer has 0 to {vocab_size - 1}")


def _whole(name: str, value: object, low: int, high: int | None = None) -> None:
    if type(value) is not int or value < low or (high is not None and value > high):
        most = "" if high is None else f" to {high}"
        raise EngineError("bad_setting", f"{name}: {value!r} must be a whole number from {low}{most}")


def _number(name: str, value: object, low: float, high: float, *, above: bool = False) -> None:
    inside = isinstance(value, (int, float)) and (low < value if above else low <= value) and value <= high
    if not inside:
        start = f"above {low:g}" if above else f"from {low:g}"
        raise EngineError("bad_setting", f"{name}: {value!r} must be a number {start} to {high:g}")
