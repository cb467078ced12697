"""Cells of tables: numbers with or without a unit, missing ones, texts."""

import re
from dataclasses import dataclass

from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.numerals import Numeral
from havoc.prime.units import unit_at

MISSING = re.compile(r"(?:n\.?/?a\.?|nan|null|none|missing|-{1,3}|\u2013|\u2014|\?|\.|\*|#n/a)?", re.IGNORECASE)
_HEADER_UNIT = re.compile(r"\s*[(\[](?P<unit>[^()\[\]]{1,15})[)\]]\s*$|\s*,\s*(?P<bare>[^\s,]{1,8})\s*$")
_MARKS = re.compile(r"[*_`\"']+")
_TOTAL = re.compile(r"(?:grand |sub|column |row )?(?:totals?|sums?)|\u03a3|all", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4})|\d{1,2}:\d{2}(?::\d{2})?")


@dataclass(frozen=True)
class Cell:
    """One cell, blanks around it cut away."""

    text: str
    start: int
    end: int

    @property
    def is_missing(self) -> bool:
        """Whether it holds no value: empty, NA, a dash."""
        return MISSING.fullmatch(self.text) is not None


def cell_at(text: str, start: int, end: int) -> Cell:
    """The cell in `text[start:end]`."""
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    stripped = part.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"':
        left, stripped = left + 1, stripped[1:-1]
    return Cell(stripped, start + left, start + left + len(stripped))


def number_of(reading: Reading, cell: Cell) -> tuple[Numeral, str] | None:
    """The number and the unit that a cell holds; None where it is a text, a date or a time."""
    if not cell.text or not any(character.isdigit() for character in cell.text) or _DATE.fullmatch(cell.text):
        return None
    whole = reading.number(cell.text)
    if whole is not None:
        return whole, ""
    match = re.match(r"[-+\u2212\u2013]?[\d.,\u00a0\u202f]*\d", cell.text)
    numeral = reading.number(match[0]) if match else None
    if match is None or numeral is None:
        return None
    unit, end = unit_at(cell.text, match.end())
    return (numeral, unit) if unit and end == len(cell.text) else None


def add_table(reading: Reading, header: list[Cell] | None, body: list[list[Cell]], start: int, end: int) -> None:
    """Add a table by its columns; rows of totals and rows with missing numbers are left out, and that is stated.

    Args:
        reading: what it is added to.
        header: names of the columns, or None.
        body: rows of as many cells as the header has.
        start: place of the table.
        end: place behind it.
    """
    width = len(body[0])
    body = _without_totals(reading, body)
    columns = list(zip(*body, strict=True))
    numbers = [[number_of(reading, cell) for cell in column] for column in columns]
    filled = [[place for place, cell in enumerate(column) if not cell.is_missing] for column in columns]
    numeric = [bool(rows) and all(numbers[at][row] is not None for row in rows) for at, rows in enumerate(filled)]
    names = [_named(cell) for cell in header] if header else [("", "")] * width
    kept = [at for at in range(width) if filled[at] and not (header and _TOTAL.fullmatch(names[at][0]) and at == width - 1)]
    if len(kept) < width and header and _TOTAL.fullmatch(names[-1][0]):
        reading.assume(f"the column {names[-1][0]} is left out: it adds up the others", start, end)
    rows = _complete_rows(reading, body, [at for at in kept if numeric[at]], names)
    table = reading.new_table() if len(kept) > 1 else ""
    for at in kept:
        cells = [columns[at][row] for row in rows]
        if not cells:
            continue
        found = [numbers[at][row] for row in rows]
        values = [entry for entry in found if entry is not None]
        if numeric[at] and len(values) == len(cells):
            unit = names[at][1] or next((unit for _, unit in values if unit), "")
            item = Found(
                "values", names[at][0], tuple(numeral.value for numeral, _ in values), cells[0].start, cells[-1].end, unit,
                max(numeral.decimals for numeral, _ in values), all(numeral.percent for numeral, _ in values),
                table=table, layout="column" if table else "",
            )  # fmt: skip
        else:
            texts = tuple(cell.text for cell in cells)
            item = Found(
                "labels", names[at][0], texts, cells[0].start, cells[-1].end, table=table, layout="column" if table else ""
            )
        reading.found.append(item)
    reading.take(start, end)


def _named(cell: Cell) -> tuple[str, str]:
    """Name and unit of a column: `Temp (°C)`."""
    name = _MARKS.sub("", cell.text).strip()
    match = _HEADER_UNIT.search(name)
    if match is None or match.start() == 0:
        return name, ""
    unit = match["unit"] or match["bare"]
    known, end = unit_at(unit, 0)
    if match["bare"] and (not known or end != len(unit)):
        return name, ""
    return name[: match.start()].strip(), unit


def _without_totals(reading: Reading, body: list[list[Cell]]) -> list[list[Cell]]:
    kept = [row for row in body if not _TOTAL.fullmatch(_MARKS.sub("", row[0].text).strip() or "-")]
    if kept and len(kept) < len(body):
        last = next(row for row in body if row not in kept)
        reading.assume(f"the row {last[0].text} is left out: it adds up the others", last[0].start, last[-1].end)
        return kept
    return body


def _complete_rows(reading: Reading, body: list[list[Cell]], numeric: list[int], names: list[tuple[str, str]]) -> list[int]:
    """The rows in which no number is missing. A column that ends early is no reason to drop a row: the whole row is."""
    complete = [row for row, cells in enumerate(body) if all(not cells[at].is_missing for at in numeric)]
    if len(complete) == len(body) or not complete:
        return complete or list(range(len(body)))
    missing = len(body) - len(complete)
    first = next(row for row in range(len(body)) if row not in set(complete))
    where = next(names[at][0] or f"column {at + 1}" for at in numeric if body[first][at].is_missing)
    rows = "1 row" if missing == 1 else f"{missing} rows"
    reading.assume(f"{rows} with missing values ({where}) left out", body[first][0].start, body[first][-1].end)
    return complete
