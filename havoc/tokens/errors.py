"""What this room raises for a mistake that a user can repair."""

from havoc.errors import HavocError


class TokensError(HavocError):
    """A tokenizer, a conversation or a text cannot be used as it is; the message names the place and the remedy."""
