"""How a conversation is laid out around its texts: HAVOC's own form, and the one that an imported base was trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from havoc.tokens.special import ASSISTANT, BOS, EOS, SYSTEM, USER

Role = Literal["system", "user", "assistant"]
ROLES: tuple[Role, ...] = ("system", "user", "assistant")

Mark = str
"""A special token by its name, which becomes its id; or a short text, which is encoded by itself like any other."""


@dataclass(frozen=True)
class ChatForm:
    """What stands around the texts. A message's first mark is a special token, so that no text can begin a message."""

    name: str
    """What a tokenizer's manifest calls it."""
    begin: tuple[Mark, ...]
    """Before the first message."""
    opening: Mapping[Role, tuple[Mark, ...]]
    """Before the text of a message."""
    closing: Mapping[Role, tuple[Mark, ...]]
    """Behind it. The assistant's first mark is `<eos>`, which the model writes to hand over; it ends the generation."""


HAVOC = ChatForm(
    name="havoc",
    begin=(BOS,),
    opening={"system": (SYSTEM,), "user": (USER,), "assistant": (ASSISTANT,)},
    closing={"system": (), "user": (), "assistant": (EOS,)},
)
"""`<bos> [<system> text] (<user> text <assistant> steps <eos>)*`"""

CHATML = ChatForm(
    name="chatml",
    begin=(),
    opening={role: (BOS, f"{role}\n") for role in ROLES},
    closing=dict.fromkeys(ROLES, (EOS, "\n")),
)
"""`(<|im_start|>role\\n text <|im_end|>\\n)*`, where `<|im_start|>` is called `<bos>` and `<|im_end|>` is called `<eos>`.

A base's template may put a system message of its own where none is given (SmolLM2: "You are a helpful AI assistant named
SmolLM ..."). HAVOC does not: a conversation is what its messages say. And a template encodes "user\\n" and the text in one:
the ids differ from those here where a text begins with a line break or several spaces, which join the break before them.
"""

CHATML_NAMES = {"<|im_start|>": BOS, "<|im_end|>": EOS}
"""The special tokens of a ChatML base -> what HAVOC calls them."""

CHAT_FORMS: dict[str, ChatForm] = {form.name: form for form in (HAVOC, CHATML)}
"""Every form by its name."""
