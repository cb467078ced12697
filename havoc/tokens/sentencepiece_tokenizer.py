"""HAVOC's own tokenizer: a SentencePiece BPE model with byte fallback and the special tokens as control symbols."""

import json
from collections.abc import Sequence
from pathlib import Path

import sentencepiece

from havoc.tokens.chat_form import HAVOC, ChatForm
from havoc.tokens.errors import TokensError
from havoc.tokens.folder import fingerprint_of, replace_file, write_folder
from havoc.tokens.special import SPECIAL_BY_NAME, SPECIAL_TOKENS
from havoc.tokens.text import SPACE_MARK, SPACE_MARK_BYTES, byte_of_piece, check_encodable, join_with

VOCABULARY_FILE = "tokenizer.vocab"


class SentencePieceTokenizer:
    """See `havoc.tokens.tokenizer.Tokenizer` for the methods.

    Args:
        model: content of a model file that `train_sentencepiece` made.
        chat_form: how conversations are laid out.

    Raises:
        TokensError: `model` is no SentencePiece model, or one whose special tokens are not those of `special.py`.
    """

    def __init__(self, model: bytes, chat_form: ChatForm = HAVOC) -> None:
        self._model = model
        self.chat_form = chat_form
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        except RuntimeError as error:
            raise TokensError(f"tokenizer.model: not a SentencePiece model ({error}); train or copy it again") from error
        for token in SPECIAL_TOKENS:
            _check_special(self._processor, token.id, token.name)
        self.vocab_size: int = self._processor.vocab_size()
        self.fingerprint = fingerprint_of(model, chat_form)
        self._bytes = [self._bytes_of(token_id) for token_id in range(self.vocab_size)]
        byte_ids = {self._bytes[i]: i for i in range(self.vocab_size) if self._processor.is_byte(i)}
        self._space_mark_ids = [byte_ids[bytes([value])] for value in SPACE_MARK_BYTES]

    def __reduce__(self) -> tuple[type["SentencePieceTokenizer"], tuple[bytes, ChatForm]]:
        return SentencePieceTokenizer, (self._model, self.chat_form)

    def encode(self, text: str) -> list[int]:
        """Ids of plain text; never a special one."""
        check_encodable(text)
        if SPACE_MARK in text:
            return join_with(self._space_mark_ids, [self._processor.encode(part) for part in text.split(SPACE_MARK)])
        ids: list[int] = self._processor.encode(text)
        return ids

    def encode_batch(self, texts: Sequence[str], num_threads: int = 1) -> list[list[int]]:
        """Ids of each text."""
        for text in texts:
            check_encodable(text)
        encoded: list[list[int]] = self._processor.encode(list(texts), num_threads=num_threads)
        for row, text in enumerate(texts):
            if SPACE_MARK in text:
                encoded[row] = self.encode(text)
        return encoded

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes of a token; empty for special ids."""
        return self._bytes[token_id]

    def special_id(self, name: str) -> int:
        """Id of a special token."""
        return SPECIAL_BY_NAME[name].id

    def special_name(self, token_id: int) -> str | None:
        """Name of a special token, None for every other id."""
        return SPECIAL_TOKENS[token_id].name if token_id < len(SPECIAL_TOKENS) else None

    def save(self, folder: Path) -> None:
        """Write tokenizer.model, its manifest, and tokenizer.vocab: one line per id, to read and not to load."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = (f"{i}\t{json.dumps(self._processor.id_to_piece(i), ensure_ascii=False)}\n" for i in range(self.vocab_size))
        replace_file(folder / VOCABULARY_FILE, "".join(lines).encode())
        write_folder(folder, "sentencepiece", self._model, self.chat_form)

    def _bytes_of(self, token_id: int) -> bytes:
        if token_id < len(SPECIAL_TOKENS):
            return b""
        piece: str = self._processor.id_to_piece(token_id)
        if self._processor.is_byte(token_id):
            return byte_of_piece(piece)
        return piece.replace(SPACE_MARK, " ").encode()


def _check_special(processor: sentencepiece.SentencePieceProcessor, token_id: int, name: str) -> None:
    """Refuse a model that has another piece at a special id, or one that text could spell."""
    found = processor.id_to_piece(token_id) if token_id < processor.vocab_size() else "nothing"
    if found != name or not (processor.is_control(token_id) or processor.is_unknown(token_id)):
        raise TokensError(
            f"tokenizer.model: id {token_id} is {found!r}, and the control symbol {name!r} is required there; "
            "train the tokenizer with jobs.phase0_tokenizer"
        )
