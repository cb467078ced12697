"""What the engine counts. A serving layer binds these to its own instruments."""

from collections import Counter, defaultdict, deque
from typing import Literal, Protocol

Count = Literal[
    "requests",
    "failures",
    "steps",
    "prompt_tokens",
    "prefix_hit_tokens",
    "generated_tokens",
    "forced_tokens",
    "guessed_tokens",
    "guesses_right",
    "preemptions",
]
"""Totals. Prompt tokens are those that were computed; what the prefix cache spared counts as prefix_hit_tokens."""
Gauge = Literal["running", "waiting", "waiting_tokens", "kv_blocks_used", "kv_blocks"]
"""`waiting_tokens` are those of prompts and forced stretches that have still to be computed."""
Observation = Literal["time_to_first_token_s", "inter_token_s", "batch_sequences", "batch_tokens", "step_s"]
KEPT = 10_000
"""Last observations of a kind that are kept."""


class Metrics(Protocol):
    """Where the engine's figures go. Called from the engine's thread."""

    def count(self, name: Count, amount: int = 1) -> None:
        """Add to a total."""

    def gauge(self, name: Gauge, value: float) -> None:
        """Set what holds now."""

    def observe(self, name: Observation, value: float) -> None:
        """Add one value to a distribution."""


class RecordedMetrics:
    """Metrics kept in memory, for scripts, benchmarks and tests."""

    def __init__(self) -> None:
        self.counts: Counter[Count] = Counter()
        self.gauges: dict[Gauge, float] = {}
        self.observed: defaultdict[Observation, deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))

    def count(self, name: Count, amount: int = 1) -> None:
        """See Metrics."""
        self.counts[name] += amount

    def gauge(self, name: Gauge, value: float) -> None:
        """See Metrics."""
        self.gauges[name] = value

    def observe(self, name: Observation, value: float) -> None:
        """See Metrics."""
        self.observed[name].append(value)
