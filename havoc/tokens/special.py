"""The one table of special tokens: their ids, their names, the blocks they delimit and how they are shown.

All of them are control symbols: code inserts their ids, and no text can be encoded to one. The ids are those of a tokenizer
of HAVOC's own; on an imported base the same names have other ids, so everything else asks `Tokenizer.special_id`.
"""

import itertools
from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """What a stretch of an assistant's turn is. `ANSWER` is plain text without tags."""

    REASON = "reason"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    ADVOCATE = "advocate"
    ATTACK = "attack"
    PRAGMATIST = "pragmatist"
    ANSWER = "answer"


@dataclass(frozen=True)
class SpecialToken:
    """One row of the table."""

    id: int
    """Its id in a tokenizer of HAVOC's own."""
    name: str
    """Its spelling, which is also its piece in the tokenizer's model."""
    shown: str = ""
    """What stands for it in visible text. Newlines are shown and not encoded, so that they cost no tokens."""
    opens: StepKind | None = None
    """The block that it begins."""
    closes: StepKind | None = None
    """The block that it ends."""


PAD, BOS, EOS, UNK, MASK = "<pad>", "<bos>", "<eos>", "<unk>", "<mask>"
SYSTEM, USER, ASSISTANT = "<system>", "<user>", "<assistant>"


def _block(first_id: int, name: str, kind: StepKind) -> tuple[SpecialToken, SpecialToken]:
    return (
        SpecialToken(first_id, f"<{name}>", shown=f"<{name}>\n", opens=kind),
        SpecialToken(first_id + 1, f"</{name}>", shown=f"\n</{name}>\n", closes=kind),
    )


SPECIAL_TOKENS: tuple[SpecialToken, ...] = (
    *(SpecialToken(number, name) for number, name in enumerate((PAD, BOS, EOS, UNK, MASK, SYSTEM, USER, ASSISTANT))),
    *_block(8, "result", StepKind.TOOL_RESULT),
    *_block(10, "reason", StepKind.REASON),
    *_block(12, "tool", StepKind.TOOL_CALL),
    *_block(14, "advocate", StepKind.ADVOCATE),
    *_block(16, "attack", StepKind.ATTACK),
    *_block(18, "pragmatist", StepKind.PRAGMATIST),
)
"""Row n has id n (errata 10; 5-9 by design.md, Tokens)."""

SPECIAL_BY_NAME: dict[str, SpecialToken] = {token.name: token for token in SPECIAL_TOKENS}
"""The table by spelling."""

BLOCK_TAGS: dict[StepKind, tuple[str, str]] = {
    opening.opens: (opening.name, closing.name)
    for opening, closing in itertools.pairwise(SPECIAL_TOKENS)
    if opening.opens is not None
}
"""Opening and closing tag of every kind of step but `ANSWER`."""
