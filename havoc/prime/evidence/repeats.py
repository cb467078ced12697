"""Cells with several values: `12.52 / 12.49`, `24, 21, 22`, `ok / nok`."""

import re

from havoc.prime.evidence.cells import Cell, number_of
from havoc.prime.evidence.reading import Reading

MAX_VALUES, MAX_TEXTS = 20, 6
"""Values in one cell; different texts in such cells."""
_MARKS = tuple(map(re.compile, (r"\s*/\s*", r"\s*;\s*", r"\s*,\s*", r"\s+and\s+", r"\s+")))


def with_one_value_each(
    reading: Reading, header: list[Cell] | None, body: list[list[Cell]]
) -> tuple[list[Cell] | None, list[list[Cell]]]:
    """A table whose cells hold one value each: those with several are repeats, one row each.

    Where the header of a column has as many names between the same marks, they are columns: `faults / boards` above `19/12`.
    """
    split = [_split_column(reading, column) for column in zip(*body, strict=True)]
    counts = {len(parts[0]) for parts in split if parts}
    if len(counts) != 1:
        return header, body
    count = counts.pop()
    columns = [_names(head, body[0][at], count) if split[at] else None for at, head in enumerate(header or ())]
    if any(columns):
        return _side_by_side(header or [], body, split, columns)
    rows = []
    for place, row in enumerate(body):
        for one in range(count):
            rows.append([parts[place][one] if (parts := split[at]) else cell for at, cell in enumerate(row)])
    reading.assume(
        f"the {count} values in one cell are read as repeats of the same thing", body[0][0].start, body[-1][-1].end
    )
    return header, rows


def _split_column(reading: Reading, column: tuple[Cell, ...]) -> list[list[Cell]] | None:
    """The parts of each cell; None where the cells of the column hold one value, or not equally many."""
    if len(column) < 2 or any(cell.is_missing or number_of(reading, cell) is not None for cell in column):
        return None
    for mark in _MARKS:
        parts = [_parts(cell, mark) for cell in column]
        if len({len(own) for own in parts}) > 1 or not 1 < len(parts[0]) <= MAX_VALUES:
            continue
        if all(number_of(reading, part) is not None for own in parts for part in own):
            return None if mark is _MARKS[0] and _are_fractions(reading, parts) else parts
        texts = [part.text.lower() for own in parts for part in own]
        ratings = len(set(texts)) <= min(MAX_TEXTS, len(texts) // 2) and all(text.isalpha() for text in texts)
        if ratings and mark is not _MARKS[-1] and any(len({part.text for part in own}) == 1 for own in parts):
            return parts
    return None


def _parts(cell: Cell, mark: re.Pattern[str]) -> list[Cell]:
    parts, place = [], 0
    ends = [*(match.span() for match in mark.finditer(cell.text)), (len(cell.text), len(cell.text))]
    for start, end in ends:
        if cell.text[place:start]:
            parts.append(Cell(cell.text[place:start], cell.start + place, cell.start + start))
        place = end
    return parts


def _are_fractions(reading: Reading, parts: list[list[Cell]]) -> bool:
    """Whether cells such as `3/50` say how many of how many: whole numbers, the second always far above the first."""
    values = [[found[0] for part in own if (found := number_of(reading, part))] for own in parts]
    return all(
        len(own) == 2 and own[0].decimals == own[1].decimals == 0 and 2 * own[0].value <= own[1].value for own in values
    )


def _names(head: Cell, below: Cell, count: int) -> list[Cell] | None:
    mark = next((mark for mark in _MARKS[:3] if len(_parts(below, mark)) == count), None)
    names = _parts(head, mark) if mark else []
    return names if len(names) == count else None


def _side_by_side(
    header: list[Cell], body: list[list[Cell]], split: list[list[list[Cell]] | None], columns: list[list[Cell] | None]
) -> tuple[list[Cell], list[list[Cell]]]:
    if any(bool(parts) != bool(names) for parts, names in zip(split, columns, strict=True)):
        return header, body
    heads = [one for head, names in zip(header, columns, strict=True) for one in names or [head]]
    rows = []
    for place, row in enumerate(body):
        cells = [parts[place] if (parts := split[at]) else [cell] for at, cell in enumerate(row)]
        rows.append([one for own in cells for one in own])
    return heads, rows
