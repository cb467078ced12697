"""From tokenised documents to rows of equal length: pure functions, tested without Ray and without a model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WINDOW = 64
"""Rows that a conversation may still go into: more fill better, and keep the order of the source less."""
MAX_DOCUMENTS = 2**15
"""Documents of one row: their numbers are int16."""


@dataclass(frozen=True)
class Document:
    """Token ids of one document or conversation, or of a stretch of one."""

    ids: NDArray[np.int32]
    """int32 [n]"""
    loss_mask: NDArray[np.bool_] | None = None
    """bool [n], which ids are trained; None where all are."""

    def __len__(self) -> int:
        return len(self.ids)

    def stretch(self, start: int, end: int) -> "Document":
        """Tokens `start` to `end` - 1."""
        return Document(self.ids[start:end], None if self.loss_mask is None else self.loss_mask[start:end])

    @property
    def trained_tokens(self) -> int:
        """Tokens that count in the loss: those of the mask, but never the first, which nothing before it predicts."""
        return len(self) - 1 if self.loss_mask is None else int(np.count_nonzero(self.loss_mask[1:]))


@dataclass
class Row:
    """Documents that share a row, in order."""

    documents: list[Document] = field(default_factory=list)
    tokens: int = 0

    def add(self, document: Document) -> None:
        """Append a document."""
        self.documents.append(document)
        self.tokens += len(document)

    def room(self, length: int) -> int:
        """Tokens that a row of `length` can still take."""
        return length - self.tokens if len(self.documents) < MAX_DOCUMENTS else 0


def pack_text(documents: Iterable[Document], length: int) -> Iterator[Row]:
    """Lay documents end to end and cut every `length` tokens; the last row may be shorter.

    What continues in the next row is a document of its own there: its positions start again, and nothing before the cut is
    seen from it. A stretch of a single token trains nothing; it is still kept, so that no token is lost.
    """
    row = Row()
    for document in documents:
        start = 0
        while start < len(document):
            taken = document.stretch(start, start + row.room(length))
            row.add(taken)
            start += len(taken)
            if not row.room(length):
                yield row
                row = Row()
    if row.documents:
        yield row


def pack_whole(documents: Iterable[Document], length: int) -> Iterator[Row]:
    """Put whole documents into rows, each into the first open row with room for it (first fit, at most WINDOW open).

    No document may be longer than `length`; the caller has refused or dropped those.
    """
    open_rows: list[Row] = []
    for document in documents:
        row = next((row for row in open_rows if len(document) <= row.room(length)), None)
        if row is None:
            if len(open_rows) == WINDOW:
                fullest = min(range(WINDOW), key=lambda number: open_rows[number].room(length))
                yield open_rows.pop(fullest)
            row = Row()
            open_rows.append(row)
        row.add(document)
    yield from open_rows


def one_per_row(documents: Iterable[Document], length: int) -> Iterator[Row]:
    """One document a row; one that is longer than `length` continues in further rows."""
    for document in documents:
        for start in range(0, len(document), length):
            row = Row()
            row.add(document.stretch(start, start + length))
            yield row


def document_numbers(lengths: Sequence[int] | NDArray[np.integer], length: int) -> NDArray[np.int16]:
    """Number of the document at each place of a row, -1 on the padding behind them. int16 [length]."""
    numbers = np.full(length, -1, np.int16)
    filled = np.repeat(np.arange(len(lengths), dtype=np.int16), lengths)
    numbers[: len(filled)] = filled
    return numbers
