"""From tokenised documents to rows of equal length: pure functions, tested without Ray and without a model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WINDOW = 64
"""Rows that a conversation may still go into: more fill better, and keep the order of the source less."""


@dataclass(frozen=True)
class Document:
    """Token ids of one document or conversation."""

    ids: Sequence[int]
    loss_mask: Sequence[bool] | None = None
    """Which ids are trained; None where all are."""


@dataclass
class Row:
    """Documents that share a row, in order."""

    ids: list[int] = field(default_factory=list)
    loss_mask: list[bool] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)

    def add(self, ids: Sequence[int], loss_mask: Sequence[bool] | None) -> None:
        """Append a document, or a stretch of one."""
        self.ids.extend(ids)
        self.loss_mask.extend([True] * len(ids) if loss_mask is None else loss_mask)
        self.lengths.append(len(ids))


def pack_text(documents: Iterable[Sequence[int]], length: int) -> Iterator[Row]:
    """Lay documents end to end and cut every `length` tokens; the last row may be shorter.

    What continues in the next row is a document of its own there: its positions start again, and nothing before the cut is
    seen from it. A stretch of a single token would train nothing; it is still kept, so that no token is lost.
    """
    row = Row()
    for ids in documents:
        start = 0
        while start < len(ids):
            taken = ids[start : start + length - len(row.ids)]
            row.add(taken, None)
            start += len(taken)
            if len(row.ids) == length:
                yield row
                row = Row()
    if row.ids:
        yield row


def pack_whole(documents: Iterable[Document], length: int) -> Iterator[Row]:
    """Put whole documents into rows, each into the first open row with room for it (first fit, at most WINDOW open).

    No document may be longer than `length`; the caller has refused or dropped those.
    """
    open_rows: list[Row] = []
    for document in documents:
        room = next((row for row in open_rows if len(row.ids) + len(document.ids) <= length), None)
        if room is None:
            if len(open_rows) == WINDOW:
                yield open_rows.pop(max(range(WINDOW), key=lambda number: len(open_rows[number].ids)))
            room = Row()
            open_rows.append(room)
        room.add(document.ids, document.loss_mask)
    yield from open_rows


def one_per_row(documents: Iterable[Document], length: int) -> Iterator[Row]:
    """One document a row; one that is longer than `length` continues in further rows."""
    for document in documents:
        for start in range(0, len(document.ids), length):
            row = Row()
            mask = document.loss_mask
            row.add(document.ids[start : start + length], mask[start : start + length] if mask is not None else None)
            yield row


def document_numbers(lengths: Sequence[int], length: int) -> NDArray[np.int16]:
    """Number of the document at each place of a row, -1 on the padding behind them. int16 [length]."""
    numbers = np.full(length, -1, np.int16)
    numbers[: sum(lengths)] = np.repeat(np.arange(len(lengths), dtype=np.int16), lengths)
    return numbers
