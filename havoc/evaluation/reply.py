"""What a system under test says to a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from havoc.factory.question import Question


@dataclass(frozen=True)
class MadeCall:
    """A tool call with its result."""

    operation: str
    args: Mapping[str, Any]
    result: Mapping[str, Any]
    """Empty where it failed."""


@dataclass(frozen=True)
class Reply:
    """An answer with what is known of how it came about; of a foreign endpoint that is its text."""

    answer: str
    calls: Sequence[MadeCall] = ()
    tells_calls: bool = True
    """Whether the system says which calls it made."""
    termination_reason: str = ""
    budget: str = ""
    verified: bool | None = None
    """The system's own verdict."""
    unfounded: tuple[str, ...] = ()
    """Numerals of the answer that nothing gives, by our own check."""
    written_tokens: int = 0
    all_tokens: int = 0
    first_s: float = 0.0
    total_s: float = 0.0
    error: str = ""
    """Why there is no answer."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """Tokens per kind of block."""


class System(Protocol):
    """Something that answers."""

    name: str

    async def reply(self, question: Question) -> Reply:
        """The answer; a failure is a reply with `error`."""
