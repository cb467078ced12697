"""What every tokenizer can do, and how one is loaded from its folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from havoc.tokens.chat_form import ChatForm
from havoc.tokens.errors import TokensError
from havoc.tokens.folder import read_folder
from havoc.tokens.huggingface_tokenizer import HuggingFaceTokenizer
from havoc.tokens.sentencepiece_tokenizer import SentencePieceTokenizer


class Tokenizer(Protocol):
    """Text to ids and back to bytes, without loss: the bytes of `encode(text)`'s ids are `text` in UTF-8."""

    @property
    def vocab_size(self) -> int:
        """Number of ids, special tokens included; ids are 0..vocab_size-1."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of model file and chat form, as hexadecimal digits. Equal fingerprints mean equal ids."""

    @property
    def chat_form(self) -> ChatForm:
        """How `render` lays out a conversation."""

    def encode(self, text: str) -> list[int]:
        """Ids of plain text. No text yields a special id, not even one that spells a tag.

        Raises:
            TokensError: `text` holds half of a surrogate pair, which UTF-8 cannot express.
        """

    def encode_batch(self, texts: Sequence[str], num_threads: int = 1) -> list[list[int]]:
        """`encode` of every text, on `num_threads` threads. Raises as `encode` does."""

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes that a token stands for, which may be part of a character; empty for special ids."""

    def special_id(self, name: str) -> int:
        """Id of the special token called `name`, for example "<bos>"; `special.py` lists them. KeyError for others."""

    def special_name(self, token_id: int) -> str | None:
        """Name of a special token of `special.py`; None for every other id."""

    def save(self, folder: Path) -> None:
        """Write what `load_tokenizer` reads into `folder`, beside whatever else it holds."""


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer that `save` wrote into `folder`.

    Raises:
        TokensError: a file is missing, is not the one that the manifest names, or is no tokenizer of HAVOC.
    """
    kind, model, form = read_folder(folder)
    try:
        return SentencePieceTokenizer(model, form) if kind == "sentencepiece" else HuggingFaceTokenizer(model, form)
    except TokensError as error:
        raise TokensError(f"{folder}: {error}") from error
