"""A training example with where it comes from, and what was turned down and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from havoc.tokens import Message

Form = Literal["numbers", "direct", "several", "missing", "method", "conversation"]
"""What an example shows: one question with its numbers; the same without reasoning, the call alone; several at once; a
question back; a method explained; turns that refer to each other."""


@dataclass(frozen=True)
class Example:
    """A verified conversation."""

    index: int
    """Its number in its set: with the set's seed and split it gives the same example again."""
    form: Form
    messages: Sequence[Message]
    seeds: tuple[str, ...]
    """Ids of the questions that it was made from."""
    operations: tuple[str, ...]
    """What was called for the answer."""
    budget: str
    voice: str
    changes: tuple[str, ...]
    """What was done to the wording."""
    tokens: int
    """Of the last answer with its reasoning, by the factory's own tokenizer."""

    def as_record(self) -> dict[str, Any]:
        """As training reads it: `messages` with typed steps; the other fields are its provenance."""
        fields = asdict(self)
        fields["messages"] = [
            {
                "role": message.role,
                "content": message.steps[0].text
                if message.role != "assistant"
                else [{"type": step.kind.value, "text": step.text} for step in message.steps],
            }
            for message in self.messages
        ]
        return fields

    @property
    def key(self) -> str:
        """What makes it the same as another one: all that the user says, without regard to case and space."""
        said = " ".join(message.steps[0].text for message in self.messages if message.role == "user")
        return " ".join(said.lower().split())


@dataclass(frozen=True)
class Rejection:
    """An attempt that gave no example."""

    index: int
    reason: str
    """A code: see `Maker`."""
    seeds: tuple[str, ...]
    detail: Mapping[str, Any]
    """What was asked and what came of it."""
