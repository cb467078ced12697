"""Nested brackets, bracketed texts, points and rows with names."""

import re

from havoc.prime.evidence.names import name_before
from havoc.prime.evidence.pairs import pair_names
from havoc.prime.evidence.reading import TAKEN, Found, Reading
from havoc.prime.evidence.tables import labelled_rows
from havoc.prime.numerals import Numeral

MAX_LENGTH = 100_000
"""Characters of one matrix."""
MAX_DEPTH = 3
"""Brackets within brackets; a matrix has two."""
_OPEN = re.compile(r"[\[(]\s*[\[(]")
_ROW = re.compile(r"[\[(](?P<inside>[^\[\]()]*)[\])]")
_BETWEEN = re.compile(r"[\s,;]*")
_NUMBERS_ONLY = re.compile(r"[-+\u2212\u2013\d.,;\seE%/]*")
_POINTS = re.compile(r"(?:\(\s*[-\d.]+\s*[,;]\s*[-\d.]+\s*\)[\s,;]*){2,}")
_TEXTS = re.compile(r"\[\s*(?P<inside>[\"']?[^\W\d][^\[\]\n]*)\]")
_NAMED_TEXTS = re.compile(
    r"(?:^|[.;\n])[ \t]*(?P<name>[^\W\d_][\w ]{0,25}?)[ \t]*[:=][ \t]*"
    r"(?P<inside>[^\W_][\w/+-]{0,15}(?:[ \t]*,[ \t]*[^\W_][\w/+-]{0,15}){3,})(?=\s*(?:[.;\n]|$))"
)
_SPACED_ROWS = re.compile(r"\[(?P<inside>\s*[-\d.]+(?:[\s,]+[-\d.]+)+(?:\s*;\s*[-\d.]+(?:[\s,]+[-\d.]+)+)+\s*)\]")
_SERIES_NAME = re.compile(
    r"(?i)(?:sub-?\s?groups?|samples?|batch(?:es)?|hours?|days?|lots?|parts?|shifts?|weeks?|sets?|rows?|"
    r"runs?|no\.?|#|blocks?)\s*\W?\d+|\d+"
)


def read_matrices(reading: Reading) -> None:
    """Add the rows of nested brackets, of `[1 2; 3 4]`, and of lines such as `Subgroup 1: ...`, points as two columns, and
    bracketed texts as labels."""
    _nested(reading)
    for match in _SPACED_ROWS.finditer(reading.rest):
        parts, start = [], match.start("inside")
        for part in match["inside"].split(";"):
            parts.append(reading.numerals_in(start, start + len(part)))
            start += len(part) + 1
        _add_rows(reading, parts, match.start(), match.end())
    for match in _POINTS.finditer(reading.rest):
        numerals = reading.numerals_in(match.start(), match.end())
        if len(numerals) > 2 and len(numerals) % 2 == 0:
            _add_points(reading, numerals, match.start(), match.end())
    for match in _TEXTS.finditer(reading.rest):
        _add_texts(reading, match)
    for match in _NAMED_TEXTS.finditer(reading.rest):
        texts = [text.strip() for text in match["inside"].split(",")]
        if len(set(texts)) * 2 <= len(texts) and not any(reading.number(text) for text in texts):
            reading.add(Found("labels", match["name"].strip(), tuple(texts), *match.span("inside")))
    for labelled in list(labelled_rows(reading)):
        run = [(name, line) for name, line in labelled if _SERIES_NAME.fullmatch(name)]
        rows = [reading.numerals_in(line.start, line.end) for _, line in run]
        texts = [line.text for _, line in run]
        if len(run) > 2 and len({len(row) for row in rows}) == 1 and all(_NUMBERS_ONLY.fullmatch(text) for text in texts):
            _add_rows(reading, rows, rows[0][0].start, rows[-1][-1].end, [name for name, _ in run])


def _nested(reading: Reading) -> None:
    rest, place = reading.rest, 0
    while (match := _OPEN.search(rest, place)) is not None:
        start, end = match.start(), _closing(rest, match.start())
        place = match.end() - 1
        if end < 0:
            continue
        rows: list[list[Numeral]] = []
        at = start + 1
        for row in _ROW.finditer(rest, start + 1, end):
            if not _BETWEEN.fullmatch(rest, at, row.start()) or not _NUMBERS_ONLY.fullmatch(row["inside"]):
                rows = []
                break
            rows.append(reading.numerals_in(row.start(), row.end()))
            at = row.end()
        if rows and all(rows) and _BETWEEN.fullmatch(rest, at, end):
            _add_rows(reading, rows, start, end + 1)
            place = end + 1


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, min(len(text), start + MAX_LENGTH)):
        if text[place] in "[(":
            depth += 1
            if depth > MAX_DEPTH:
                return -1
        elif text[place] in "])":
            depth -= 1
            if depth == 0:
                return place
        elif text[place] == TAKEN:
            return -1
    return -1


def _add_rows(reading: Reading, rows: list[list[Numeral]], start: int, end: int, names: list[str] | None = None) -> None:
    name = name_before(reading.rest, start)[0] if names is None else ""
    table = reading.new_table()
    if names:
        start = max(reading.rest.rfind("\n", 0, start) + 1, 0)
    for number, row in enumerate(rows):
        reading.found.append(
            Found(
                "values", names[number] if names else name, tuple(numeral.value for numeral in row), row[0].start,
                row[-1].end, decimals=max(numeral.decimals for numeral in row),
                percent=all(numeral.percent for numeral in row), table=table, layout="row",
            )
        )  # fmt: skip
    reading.take(start, end)


def _add_points(reading: Reading, numerals: list[Numeral], start: int, end: int) -> None:
    table = reading.new_table()
    first, second = pair_names(reading.rest, start)
    for name, column in ((first or "x", numerals[::2]), (second or "y", numerals[1::2])):
        reading.found.append(
            Found(
                "values", name, tuple(numeral.value for numeral in column), column[0].start, column[-1].end,
                decimals=max(numeral.decimals for numeral in column), table=table, layout="column",
            )
        )  # fmt: skip
    reading.take(start, end)


def _add_texts(reading: Reading, match: re.Match[str]) -> None:
    texts = [text.strip().strip("\"'") for text in match["inside"].split(",")]
    if len(texts) < 2 or any(not text or len(text) > 40 or len(text.split()) > 4 for text in texts):
        return
    name = name_before(reading.rest, match.start())[0]
    reading.add(Found("labels", name, tuple(texts), match.start("inside"), match.end("inside")))
