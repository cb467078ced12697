"""Messages of a client as instructions, earlier turns and the question at the end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from havoc.tokens import BLOCK_TAGS, Message, Step, StepKind
from serve_app.errors import ApiError
from serve_app.schemas import ChatMessage

_BLOCK_END = re.compile("|".join(re.escape(closing) for _, closing in BLOCK_TAGS.values()))


@dataclass(frozen=True)
class Conversation:
    """What a request says."""

    system: str
    turns: tuple[tuple[str, str], ...]
    """Earlier questions and the visible answers to them."""
    question: str
    ends_with_result: bool
    """Whether the last message is the result of one of the client's functions."""

    @staticmethod
    def of(messages: Sequence[ChatMessage]) -> "Conversation":
        """Read messages. Results of functions are of the user's side; messages of one side in a row are joined.

        Raises:
            ApiError: there is no question at the end.
        """
        system: list[str] = []
        sides: list[tuple[str, str]] = []
        for message in messages:
            if message.role in ("system", "developer"):
                system.append(message.text)
                continue
            side = "assistant" if message.role == "assistant" else "user"
            text = _said(message)
            if side == "assistant" and not text:
                continue  # Nothing was answered: the question goes on.
            if sides and sides[-1][0] == side:
                sides[-1] = (side, f"{sides[-1][1]}\n\n{text}")
            else:
                sides.append((side, text))
        if not sides or sides[-1][0] != "user":
            raise ApiError(
                400, "messages: the last one must be the user's; put the question at the end", "no_question", "messages"
            )
        if sides[0][0] == "assistant":
            sides.insert(0, ("user", ""))
        turns = tuple((sides[place][1], sides[place + 1][1]) for place in range(0, len(sides) - 1, 2))
        return Conversation("\n\n".join(system), turns, sides[-1][1], messages[-1].role == "tool")

    def as_messages(self, instructions: str = "") -> tuple[Message, ...]:
        """For plain text; `instructions` are added to the system's."""
        system = "\n\n".join(part for part in (self.system, instructions) if part)
        messages = [Message.system(system)] if system else []
        for asked, answered in self.turns:
            messages += [Message.user(asked), Message.assistant([Step(StepKind.ANSWER, answered)])]
        return (*messages, Message.user(self.question))


def _said(message: ChatMessage) -> str:
    if message.role == "tool":
        return f"Result of {message.tool_call_id or 'the function'}: {message.text}"
    text = message.text
    if message.role == "assistant":
        # Of an answer of ours the part behind its blocks is what later turns build on; the blocks would fill the context.
        text = text[max((found.end() for found in _BLOCK_END.finditer(text)), default=0) :].strip()
        text += "".join(f"\nCalled {call.function.name} with {call.function.arguments}" for call in message.tool_calls or ())
    return text
