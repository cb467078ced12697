"""Tables as people paste them: Markdown, CSV with commas or semicolons, columns of a spreadsheet, aligned text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from havoc.prime.evidence.cells import Cell, add_table, cell_at, number_of
from havoc.prime.evidence.reading import TAKEN, Found, Reading
from havoc.prime.evidence.repeats import with_one_value_each

MAX_CELL = 60
"""Characters of a cell; a longer one is a sentence."""
MAX_ROW = 5000
"""Characters of a row of a table."""
MAX_REFUSED = 50
"""Lines of one shape that begin no table: those behind them begin none either, and long ones would take too long."""
MAX_NAME_WORDS = 6
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*|[-=+|\s]{3,}")
_MATRIX = re.compile(r"(?i)\bmatri(?:x|ces)\b|\bdeterminant\b|\beigen|\binverse\b|\bcontingency\b|\b2\s?x\s?2\b")
_SENTENCE = re.compile(r"[.?!]\s*$|[.?!]\s+[A-Z]")
_ROW_NAME = re.compile(
    r"^\s*(?:(?P<name>(?:\d+(?:\.\d+)?\s+)?[^\W\d_][^:=\d]{0,30}?\s?\d{0,4})\s*[:=]|\(?(?P<number>\d{1,2})(?:\)|\.(?=\s)))\s*(?=\S)"
)
_LABEL_AND_NUMBER = re.compile(
    r"(?P<label>[^:]*[^\W\d_][^:]*:|\d{1,2}:\d{2}:?|[^\d:]*[^\W\d_]\w*)\s+(?P<value>[-+\u2212]?\.?\d\S*(?: \S{1,8})?)"
)
_LABELLED_NUMBER = re.compile(r"[A-Za-z]\w*\s*=\s*[-\d]")


@dataclass(frozen=True)
class Line:
    """One line with its place."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Place behind it."""
        return self.start + len(self.text)


def read_tables(reading: Reading) -> None:
    """Add every table of the text: its columns, or its rows where these are what belongs together.

    Tried in this order: Markdown, cells set apart by tabs, semicolons or commas, columns set apart by blanks.
    """
    lines = _lines(reading.rest)
    at = refused = 0
    shape: tuple[int, ...] = ()
    while at < len(lines):
        used, before = 0, shape
        shape = tuple(lines[at].text.count(mark) for mark in "|\t;,")
        refused = refused + 1 if shape == before and any(shape) else 0
        for read in (_markdown, _delimited, _aligned) if len(lines[at].text) <= MAX_ROW and refused < MAX_REFUSED else ():
            used = read(reading, lines, at)
            if used:
                refused = 0
                break
        at += used or 1


def _lines(text: str) -> list[Line]:
    lines, start = [], 0
    for part in text.split("\n"):
        lines.append(Line(part.rstrip("\r"), start))
        start += len(part) + 1
    return lines


def _markdown(reading: Reading, lines: list[Line], at: int) -> int:
    block = [lines[at]] if "|" in lines[at].text else []
    while block and at + len(block) < len(lines) and "|" in lines[at + len(block)].text:
        block.append(lines[at + len(block)])
    rows = [_split(line, "|") for line in block if not _RULE.fullmatch(line.text)]
    rows = [
        _without_outer(row, line.text)
        for row, line in zip(rows, (b for b in block if not _RULE.fullmatch(b.text)), strict=True)
    ]
    if len(rows) < 2 or len(rows[0]) < 2 or len({len(row) for row in rows}) > 1:
        return 0
    if len(rows) == len(block) and not any(number_of(reading, cell) for row in rows[1:] for cell in row):
        return 0
    return _add(reading, rows, block)


def _without_outer(row: list[Cell], line: str) -> list[Cell]:
    stripped = line.strip()
    return row[1 if stripped.startswith("|") else 0 : -1 if stripped.endswith("|") else None]


def _delimited(reading: Reading, lines: list[Line], at: int) -> int:
    for mark in "\t;,":
        if mark == "," and reading.decimal == ",":
            continue
        count = lines[at].text.count(mark)
        if count == 0:
            continue
        block = [lines[at]]
        while at + len(block) < len(lines) and lines[at + len(block)].text.count(mark) == count:
            block.append(lines[at + len(block)])
        rows = [_split(line, mark) for line in block]
        least = 2 if mark == "\t" else 3
        while len(rows) >= least and (_is_prose(rows[0]) or _is_above(reading, rows)):
            rows, block = rows[1:], block[1:]
        if len(rows) < least or lines[at] is not block[0] or not all(map(_is_row, rows)):
            continue
        if mark == "," and any(
            _ROW_NAME.match(line.text) and number_of(reading, row[0]) is None and re.search("[:=]", line.text)
            for line, row in zip(block[1:], rows[1:], strict=True)
        ):
            continue
        if (
            any(number_of(reading, cell) for row in rows[1:] for cell in row)
            or (mark != "," and len(rows) > 3)
            or _is_text_table(rows)
        ):
            return _add(reading, rows, block)
    return 0


def _is_text_table(rows: list[list[Cell]]) -> bool:
    """Whether rows of texts are a table: short cells that repeat."""
    cells = [cell.text for row in rows[1:] for cell in row]
    return len(rows) > 4 and len(set(cells)) * 2 <= len(cells) and all(len(cell.split()) <= 2 for cell in cells)


def _is_prose(row: list[Cell]) -> bool:
    return any(len(cell.text) > MAX_CELL or (_SENTENCE.search(cell.text) and " " in cell.text) for cell in row)


def _is_above(reading: Reading, rows: list[list[Cell]]) -> bool:
    """Whether the first row is a sentence above the header: two rows of words and then numbers."""
    return (
        len(rows) > 2
        and not _numbers(reading, rows[0])
        and not _numbers(reading, rows[1])
        and _numbers(reading, rows[2]) > 0
    )


def _is_row(row: list[Cell]) -> bool:
    return all(len(cell.text) <= MAX_CELL and TAKEN not in cell.text for cell in row) and not any(
        _LABELLED_NUMBER.match(cell.text) for cell in row
    )


def _aligned(reading: Reading, lines: list[Line], at: int) -> int:
    """Columns set apart by blanks: rows of numbers, or of a name and numbers, below each other."""
    header = _fields(lines[at])
    first = _fields(lines[at + 1]) if at + 1 < len(lines) else []
    rows, block = [], []
    if header and first and len(header) == len(first) and not _numbers(reading, header) and len(header) > 1:
        if all(len(cell.text.split()) <= MAX_NAME_WORDS for cell in header) and not _SENTENCE.search(lines[at].text):
            rows, block = [header], [lines[at]]
    elif not header or not _numbers(reading, header):
        return 0
    width = len(first if rows else header)
    for line in lines[at + len(rows) :]:
        cells = _fields(line)
        if len(cells) != width or _numbers(reading, cells) < max(1, width - 1) or TAKEN in line.text:
            break
        rows.append(cells)
        block.append(line)
    if not rows:
        return 0
    least = 2 if _MATRIX.search(reading.about) and _numbers(reading, rows[0]) == width else 3
    if len(rows) < least or width < 2 or any("," in cell.text[-1:] or ";" in cell.text[-1:] for row in rows for cell in row):
        return 0
    return _add(reading, rows, block)


def _fields(line: Line) -> list[Cell]:
    """Cells set apart by two blanks or more; by one where that gives more than one."""
    pattern = r"\S+(?: \S+)*" if re.search(r"\S {2,}\S", line.text.strip()) else r"\S+"
    return [
        Cell(match[0], line.start + match.start(), line.start + match.end()) for match in re.finditer(pattern, line.text)
    ]


def _numbers(reading: Reading, cells: list[Cell]) -> int:
    return sum(number_of(reading, cell) is not None for cell in cells)


def _split(line: Line, mark: str) -> list[Cell]:
    cells, start, quoted = [], 0, False
    for place, character in enumerate(f"{line.text}{mark}"):
        if character == '"':
            quoted = not quoted
        elif character == mark and (not quoted or place == len(line.text)):
            cells.append(cell_at(line.text, start, place))
            start = place + 1
    return [Cell(cell.text, cell.start + line.start, cell.end + line.start) for cell in cells]


def _add(reading: Reading, rows: list[list[Cell]], block: list[Line]) -> int:
    start, end = block[0].start, block[-1].end
    rows = _without_labels(reading, rows)
    has_header = _has_header(reading, rows)
    body = rows[1:] if has_header else rows
    names = rows[0] if has_header else None
    if has_header:
        names, body = with_one_value_each(reading, names, body)
    if has_header or any(not _all_numbers(reading, column) for column in zip(*body, strict=True)):
        if not has_header and len(rows[0]) > 2 and all(_all_numbers(reading, row[1:]) for row in rows):
            _add_rows(reading, [(row[0].text, row[1:]) for row in rows], start, end)
        else:
            add_table(reading, names, body, start, end)
    elif len(rows[0]) == 2 and not _MATRIX.search(reading.about):
        reading.assume("the two columns of numbers without names are read as pairs", start, end)
        add_table(reading, None, body, start, end)
    else:
        _add_rows(reading, [("", row) for row in rows], start, end)
    return len(block)


def _without_labels(reading: Reading, rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows whose labels are cells of their own: `7:00  506.4 g, 504.3 g` begins with a label and a number."""
    split = [_LABEL_AND_NUMBER.fullmatch(row[0].text) for row in rows]
    if not all(split) or any(number_of(reading, cell) is None for row in rows for cell in row[1:]):
        return rows
    labelled = []
    for row, match in zip(rows, split, strict=True):
        first = row[0]
        label, value = (
            Cell(match[name], first.start + match.start(name), first.start + match.end(name)) if match else first
            for name in ("label", "value")
        )
        if number_of(reading, first) is not None or number_of(reading, value) is None:
            return rows
        labelled.append([label, value, *row[1:]])
    return labelled


def _has_header(reading: Reading, rows: list[list[Cell]]) -> bool:
    if _all_numbers(reading, rows[0]):
        return False
    for first, *below in zip(*rows, strict=True):
        if number_of(reading, first) is None and below and _all_numbers(reading, below):
            return True
    texts = [cell.text for row in rows[1:] for cell in row]
    return not any(number_of(reading, cell) for cell in rows[0]) and not set(cell.text for cell in rows[0]) & set(texts)


def _all_numbers(reading: Reading, cells: tuple[Cell, ...] | list[Cell]) -> bool:
    present = [cell for cell in cells if not cell.is_missing]
    return bool(present) and all(number_of(reading, cell) is not None for cell in present)


def _add_rows(reading: Reading, rows: list[tuple[str, list[Cell]]], start: int, end: int) -> None:
    table = reading.new_table()
    for name, cells in rows:
        numbers = [entry for cell in cells if (entry := number_of(reading, cell)) is not None]
        if numbers:
            reading.found.append(
                Found(
                    "values", name.strip(" \t:="), tuple(numeral.value for numeral, _ in numbers),
                    cells[0].start, cells[-1].end, numbers[0][1], max(numeral.decimals for numeral, _ in numbers),
                    table=table, layout="row",
                )
            )  # fmt: skip
    reading.take(start, end)


def labelled_rows(reading: Reading) -> Iterator[list[tuple[str, Line]]]:
    """Runs of two lines or more of the form `Subgroup 1: 10.1 10.2 9.9`: name, and the line's part behind it."""
    run: list[tuple[str, Line]] = []
    for line in _lines(reading.rest):
        match = _ROW_NAME.match(line.text)
        rest = Line(line.text[match.end() :], line.start + match.end()) if match else line
        if match and TAKEN not in line.text and len(reading.numerals_in(rest.start, rest.end)) > 1:
            run.append(((match["name"] or match["number"]).strip(), rest))
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run
