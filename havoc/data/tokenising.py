"""One piece of a source to shards of rows: what a task of the preparation does."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from havoc.config import DataConfig
from havoc.data.errors import DataError
from havoc.data.packing import Document, Row, one_per_row, pack_text, pack_whole
from havoc.data.shards import ShardInfo, write_shard
from havoc.data.sources import Part, Record, located, read_records
from havoc.tokens import Tokenizer, load_tokenizer, render, split_lines

BATCH_CHARACTERS = 2**20
"""Text that is encoded in one call."""
SHARD_TOKENS = 2**23
"""Tokens of one file, which bounds the memory of a task whatever the size of its input."""


@dataclass(frozen=True)
class Piece:
    """Work of one task."""

    source: int
    """Number of the source."""
    number: int
    """Number of the piece in its source."""
    parts: tuple[Part, ...]


@dataclass
class PieceResult:
    """What became of a piece."""

    source: int
    number: int
    kind: Literal["text", "conversation"] | None = None
    """None where the piece holds no record."""
    first: str = ""
    """Where its first record stands."""
    shards: tuple[ShardInfo, ...] = ()
    tokens: int = 0
    trained_tokens: int = 0
    documents: int = 0
    dropped: int = 0


def tokenise_piece(piece: Piece, folder: Path, tokenizer_folder: Path, fingerprint: str, config: DataConfig) -> PieceResult:
    """Read, encode and pack a piece, and write its rows below `folder`.

    Raises:
        DataError: a record or file is wrong, a shard cannot be written, or the tokenizer is not the one of `fingerprint`.
    """
    tokenizer = _tokenizer(tokenizer_folder, fingerprint)
    result = PieceResult(piece.source, piece.number)
    records = chain.from_iterable(read_records(part.file, part.start, part.end) for part in piece.parts)
    first = next(records, None)
    if first is None:
        return result
    result.kind, result.first = "text" if first.conversation is None else "conversation", str(first.where)
    rows = _rows(chain([first], records), tokenizer, config, result)
    pad = tokenizer.special_id("<pad>")
    while made := list(islice(rows, max(1, SHARD_TOKENS // config.max_seq_len))):
        path = folder / f"{piece.source:03d}" / f"{piece.number:05d}-{len(result.shards):03d}.arrow"
        result.shards += (write_shard(path, made, config.max_seq_len, tokenizer.vocab_size, pad),)
        result.tokens += sum(row.tokens for row in made)
        result.trained_tokens += sum(document.trained_tokens for row in made for document in row.documents)
    return result


def _rows(records: Iterator[Record], tokenizer: Tokenizer, config: DataConfig, result: PieceResult) -> Iterator[Row]:
    if result.kind == "text":
        documents, pack = _texts(records, tokenizer, result), pack_text
    else:
        documents, pack = _conversations(records, tokenizer, config, result), pack_whole
    return (pack if config.pack_sequences else one_per_row)(documents, config.max_seq_len)


def _texts(records: Iterator[Record], tokenizer: Tokenizer, result: PieceResult) -> Iterator[Document]:
    bos, eos = (np.array([tokenizer.special_id(name)], np.int32) for name in ("<bos>", "<eos>"))
    for texts in _batches(records):
        stretches = [_stretches(text) for text in texts]
        encoded = map(_array, tokenizer.encode_batch(list(chain.from_iterable(stretches))))
        for parts in stretches:
            result.documents += 1
            yield Document(np.concatenate([bos, *islice(encoded, len(parts)), eos]))


def _batches(records: Iterator[Record]) -> Iterator[list[str]]:
    """Texts of about BATCH_CHARACTERS together."""
    waiting: list[str] = []
    characters = 0
    for record in records:
        if record.text is None:
            raise DataError(f"{record.where}: a conversation among texts; make two sources of them")
        waiting.append(record.text)
        characters += len(record.text)
        if characters >= BATCH_CHARACTERS:
            yield waiting
            waiting, characters = [], 0
    if waiting:
        yield waiting


def _stretches(text: str) -> list[str]:
    """A long text cut between lines into stretches of about BATCH_CHARACTERS: the encoder's memory grows with its input.

    No piece of HAVOC's own vocabulary goes on behind a line's end, so that the ids are those of the whole text.
    """
    if len(text) <= BATCH_CHARACTERS:
        return [text]
    stretches, lines, characters = [], [], 0
    for line in split_lines(text):
        lines.append(line)
        characters += len(line)
        if characters >= BATCH_CHARACTERS:
            stretches.append("".join(lines))
            lines, characters = [], 0
    return [*stretches, "".join(lines)] if lines else stretches


def _conversations(
    records: Iterator[Record], tokenizer: Tokenizer, config: DataConfig, result: PieceResult
) -> Iterator[Document]:
    for record in records:
        if record.conversation is None:
            raise DataError(f"{record.where}: a text among conversations; make two sources of them")
        with located(record.where):
            rendered = render(record.messages(), tokenizer)
        if len(rendered.ids) <= config.max_seq_len:
            result.documents += 1
            yield Document(_array(rendered.ids), np.array(rendered.loss_mask, np.bool_))
        elif config.too_long == "drop":
            result.dropped += 1
        else:
            raise DataError(
                f"{record.where}: {len(rendered.ids)} tokens, more than data.max_seq_len ({config.max_seq_len}); "
                "raise it, shorten the conversation, or set data.too_long to drop"
            )


def _array(ids: list[int]) -> NDArray[np.int32]:
    return np.fromiter(ids, np.int32, len(ids))


@lru_cache(maxsize=2)
def _tokenizer(folder: Path, fingerprint: str) -> Tokenizer:
    """Loaded once per worker process, which may live longer than the tokenizer in `folder`: hence the fingerprint."""
    tokenizer = load_tokenizer(folder)
    if tokenizer.fingerprint != fingerprint:
        raise DataError(f"{folder}: not the tokenizer that the preparation began with; copy it to all nodes and start again")
    return tokenizer
