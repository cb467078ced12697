"""Properties of plain text that both kinds of tokenizer have to deal with."""

from collections.abc import Sequence

from havoc.tokens.errors import TokensError

SPACE_MARK = "▁"
"""U+2581. SentencePiece's models write a space as this character."""
SPACE_MARK_BYTES = SPACE_MARK.encode()
"""A U+2581 that stands in a text itself is spelled with these bytes; as a piece it would come back as a space."""


def check_encodable(text: str) -> None:
    """Raise TokensError if `text` has no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TokensError(
            f"text: character {error.start} is U+{ord(text[error.start]):04X}, half of a surrogate pair, which UTF-8 cannot "
            "express; repair the text where it was decoded"
        ) from error


def byte_of_piece(piece: str) -> bytes:
    """The byte that a byte piece such as "<0x0A>" stands for."""
    return bytes([int(piece[3:5], 16)])


def join_with(separator: Sequence[int], parts: Sequence[Sequence[int]]) -> list[int]:
    """The ids of `parts` in one list, with `separator` between two of them."""
    joined = list(parts[0])
    for part in parts[1:]:
        joined += [*separator, *part]
    return joined
