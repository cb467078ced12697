"""What the endpoint asks of the model and the tools, wherever they run."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from havoc.engine import SamplingParams
from havoc.prime import PrimeRequest
from havoc.tokens import Message

Events = list[dict[str, Any]]
"""What one step brought, as plain JSON values. Of a reasoned answer: `PrimeEvent.as_json`, and `result` in the end where it
was asked for. Of plain text: `text` events with `text`, `ids` and where asked for `logprobs`, and one `end`."""
EventStream = AsyncGenerator[Events, None]


@dataclass(frozen=True)
class Prompt:
    """What plain text goes on from: a conversation, or a text, or ids. The model's own tokenizer encodes the former two."""

    messages: tuple[Message, ...] = ()
    text: str = ""
    ids: tuple[int, ...] = ()


class Backend(Protocol):
    """A model with PRIME, and tools. What is wrong with a request is a HavocError."""

    def prime(self, request: PrimeRequest, tools: Sequence[str] | None, *, whole: bool) -> EventStream:
        """The events of a reasoned answer; leaving the loop ends it. `whole` asks for the whole result at the end."""

    def complete(self, prompt: Prompt, params: SamplingParams) -> EventStream:
        """Plain text; leaving the loop ends it."""

    async def can_answer(self, question: str, tools: Sequence[str] | None) -> bool:
        """Whether an operation of the built-in tools fits the question, and has all its data there."""

    async def call_tool(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """What `ToolRegistry.execute` gives."""

    async def is_ready(self) -> bool:
        """Whether requests can be answered."""
