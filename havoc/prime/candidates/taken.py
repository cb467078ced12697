"""What an argument can take from the evidence, and how well it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from havoc.prime.candidate import Option

Options = tuple[Option, ...]


@dataclass(frozen=True)
class Question:
    """What fillers know besides the evidence."""

    prose: str
    """The question in lower case, for `phrases.find`."""
    operation: str
    """Name of the operation."""


def best_first(options: Sequence[Option], at_most: int = 8) -> Options:
    """Without repeated values, the best first; in their order where they are equally good."""
    kept: list[Option] = []
    for option in sorted(options, key=lambda option: -option.score):
        if all(option.value != other.value for other in kept):
            kept.append(option)
    return tuple(kept[:at_most])


def option(value: Any, sources: Sequence[str], score: float, reason: str) -> Option:
    """An option whose score is held between 0 and 1."""
    return Option(value, tuple(sources), max(0.0, min(1.0, score)), reason)
