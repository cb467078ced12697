"""Things with their values in words: `job 1: 5 pages, 11 errors`, `Meyer: spring 1 257.0 and 258.0; spring 2 249.1 ...`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from havoc.prime.evidence.reading import TAKEN, Found, Reading
from havoc.prime.numerals import Numeral
from havoc.prime.prompt_words import word_set
from havoc.prime.units import unit_at

MAX_LINE = 2000
"""Characters of a line that is looked at."""
LEAST_CELLS = 6
"""Cells from which records are a table."""
MAX_WORDS, MAX_LABEL = 4, 99
"""Words of a label; largest number that numbers things."""
MAX_TEXTS = 5
"""Different verdicts."""
_OUTER = re.compile(r"(?:^|(?<=[;|])|(?<=\.\s))[ \t]*(?:[-*•][ \t]+)?(?P<label>[^\W_][^:;|=\n]{0,39}):[ \t]+")
_FIRST_WORD = re.compile(r"[ \t]*(?P<label>[^\W_]\S{0,15})[ \t]+(?=[^\W\d_])")
_MARKS = (re.compile(";"), re.compile(r",(?=\s)"), re.compile(r"[;,](?=\s)"), re.compile(r"\s/\s"))
_NAME = re.compile(r"[^\W_][^\d:;,|=()\[\]]*")
_BEHIND_LABEL = re.compile(r"\s*[=:]\s*$|\s*$")
_GAP = re.compile(r"\s*(?:[,/]|and|&)?\s*")
_NOUN = re.compile(r"\s+(?P<noun>[^\W\d_][^\W\d_'-]*(?:\s[^\W\d_]+){0,2})")
_VERDICT = re.compile(r"(?P<label>[^\W_][^;,:]*?)\s*[=:]?\s+(?P<text>[^\W\d_]{1,12})")
_IMPLICIT = re.compile(
    r"(?P<label>[^\W\d_]\w*(?:[ \t]+[^\W\d_]\w*){0,2})[ \t]*[=:]?[ \t]+(?P<numbers>[-+\u2212.\d][-+\u2212.,/\d \t]*)"
)
_SETTINGS = word_set(
    """
    mean average sd s n min max minimum maximum low high lower upper lsl usl target median variance stdev std sigma nominal
    tolerance alpha levels level df p from to range between and is was of at plus minus center centre confidence power limit
    limits spec ucl lcl
    """
)
"""What stands before a setting rather than before a value."""


@dataclass(frozen=True)
class _Cell:
    label: str
    numerals: tuple[Numeral, ...]
    text: str
    place: tuple[int, int]


@dataclass(frozen=True)
class _Record:
    label: str
    place: int
    """Of its label."""
    start: int
    """Of what stands behind it."""
    end: int


def read_records(reading: Reading) -> None:
    """Add runs of such records as tables: a column for each name, or long ones where each record has names of its own."""
    for run in list(_runs(reading)):
        _read_run(reading, run)


def _runs(reading: Reading) -> Iterator[list[_Record]]:
    """Records that follow each other, line by line or within a line."""
    run: list[_Record] = []
    plain: list[_Record] = []
    start = 0
    for line in reading.rest.split("\n"):
        records = _records(line, start) if len(line) <= MAX_LINE and TAKEN not in line else []
        first = _FIRST_WORD.match(line) if not records and len(line) <= MAX_LINE and TAKEN not in line else None
        if not records and run and line.strip():
            yield run
            run = []
        if not first and plain and line.strip():
            yield plain
            plain = []
        run += records
        if first:
            places = start + first.start("label"), start + first.end(), start + len(line.rstrip())
            plain.append(_Record(first["label"], *places))
        start += len(line) + 1
    yield from (one for one in (run, plain) if one)


def _records(line: str, start: int) -> list[_Record]:
    found = list(_OUTER.finditer(line))
    ends = [match.start() for match in found[1:]] + [len(line)] * bool(found)
    records = []
    for match, end in zip(found, ends, strict=True):
        places = start + match.start("label"), start + match.end(), start + len(line[:end].rstrip(" \t\r;|,."))
        records.append(_Record(match["label"].strip(), *places))
    return records


def _read_run(reading: Reading, run: list[_Record]) -> None:
    """The longest beginning of a run that is one table, after what stands before it."""
    while len(run) > 1:
        tables = [cells for grammar in _GRAMMARS if (cells := _like_each_other(reading, run, grammar))]
        tables.sort(key=lambda rows: (-len(rows), -len(rows[0])))
        added = next((len(rows) for rows in tables if _add(reading, run[: len(rows)], rows)), 1)
        run = run[added:]


def _like_each_other(reading: Reading, run: list[_Record], grammar: int) -> list[list[_Cell]]:
    """The cells of each record of the run, as long as they are alike in number."""
    rows: list[list[_Cell]] = []
    for record in run:
        cells = _cells(reading, record, grammar)
        alike = not rows or [(len(cell.numerals), not cell.text) for cell in cells] == [
            (len(cell.numerals), not cell.text) for cell in rows[0]
        ]
        if len(cells) < 2 or not alike or len({cell.label for cell in cells}) < len(cells):
            break
        rows.append(cells)
    return rows


_GRAMMARS = range(3 * len(_MARKS) + 1)


def _cells(reading: Reading, record: _Record, grammar: int) -> list[_Cell]:
    body = reading.text[record.start : record.end]
    if grammar == 3 * len(_MARKS):
        return _implicit(reading, body, record.start)
    form, mark = divmod(grammar, len(_MARKS))
    pieces, place = [], 0
    for start, end in [*(match.span() for match in _MARKS[mark].finditer(body)), (len(body), len(body))]:
        pieces.append((record.start + place, record.start + start))
        place = end
    return (_named_first, _named_behind, _verdicts)[form](reading, pieces)


def _named_first(reading: Reading, pieces: Sequence[tuple[int, int]]) -> list[_Cell]:
    """`spring 1 257.0 and 258.0`, `part 1 = 118/118`."""
    found = [(start, end, reading.numerals_in(start, end)) for start, end in pieces]
    if not all(numerals for _, _, numerals in found):
        return []
    words = [reading.text[start : numerals[0].start].strip(" \t=:") for start, _, numerals in found]
    numbers = [numerals[0].value for _, _, numerals in found]
    numbered = len(set(words)) == 1 and all(
        len(numerals) > 1 and numerals[0].text.isdigit() and numerals[0].value <= MAX_LABEL for _, _, numerals in found
    )
    numbered = numbered and numbers == [numbers[0] + step for step in range(len(numbers))] and len(numbers) > 1
    cells = []
    for word, (start, end, numerals) in zip(words, found, strict=True):
        label = f"{word} {numerals[0].text}" if numbered else word
        own = numerals[1:] if numbered else numerals
        named = _NAME.fullmatch(word) or re.fullmatch(r"[^\W_][\w .-]*", word)
        place = numerals[0].end if numbered else own[0].start
        if not named or not _is_label(word) or not _is_list(reading, own, end, place):
            return []
        cells.append(_Cell(label, tuple(own), "", (start, end)))
    return cells


def _named_behind(reading: Reading, pieces: Sequence[tuple[int, int]]) -> list[_Cell]:
    """`5 pages`, `11 corrections`."""
    cells = []
    for start, end in pieces:
        numerals = reading.numerals_in(start, end)
        match = _NOUN.fullmatch(reading.text[:end], numerals[0].end) if len(numerals) == 1 else None
        if match is None or reading.text[start : numerals[0].start].strip() or not _is_label(match["noun"]):
            return []
        cells.append(_Cell(match["noun"], tuple(numerals), "", (start, end)))
    return cells


def _verdicts(reading: Reading, pieces: Sequence[tuple[int, int]]) -> list[_Cell]:
    """`truth accept`, `Ito reject`."""
    cells = []
    for start, end in pieces:
        match = _VERDICT.fullmatch(reading.text[start:end].strip())
        if match is None or len(match["label"].split()) > MAX_WORDS or reading.numerals_in(start, end):
            return []
        cells.append(_Cell(match["label"], (), match["text"], (start, end)))
    return cells


def _implicit(reading: Reading, body: str, start: int) -> list[_Cell]:
    """`early 70.4 70.9 late 70.0 70.5`."""
    cells, place = [], 0
    for match in _IMPLICIT.finditer(body):
        numerals = reading.numerals_in(start + match.start("numbers"), start + match.end())
        if body[place : match.start()].strip(" \t,;") or not _is_label(match["label"]) or not numerals:
            return []
        if not _is_list(reading, numerals, start + match.end(), numerals[0].start):
            return []
        cells.append(_Cell(match["label"], tuple(numerals), "", (start + match.start(), start + match.end())))
        place = match.end()
    return cells if not body[place:].strip(" \t.;,") else []


def _is_label(words: str) -> bool:
    own = words.lower().split()
    return 0 < len(own) <= MAX_WORDS and not any(word.strip(".") in _SETTINGS for word in own)


def _is_list(reading: Reading, numerals: Sequence[Numeral], end: int, place: int) -> bool:
    """Whether nothing but numbers, their units and what sets them apart stands up to `end`."""
    text = reading.text
    opening = re.compile(r"\s*[=:]?\s*")
    for numeral in numerals:
        if not (_GAP.fullmatch(text, place, numeral.start) or opening.fullmatch(text, place, numeral.start)):
            return False
        _, place = unit_at(text, numeral.end)
    return not text[place:end].strip(" \t,;.")


def _add(reading: Reading, run: Sequence[_Record], rows: list[list[_Cell]]) -> bool:
    names = [cell.label for cell in rows[0]]
    cells = [cell for row in rows for cell in row]
    texts = {cell.text.lower() for cell in cells}
    same = all([cell.label for cell in row] == names for row in rows)
    behind = reading.text[cells[0].place[0] : cells[0].place[1]].strip()[:1].isdigit() and not cells[0].text
    if len(cells) < LEAST_CELLS or len({record.label for record in run}) < len(run) or not all(map(_is_label, names)):
        return False
    if ((behind or texts != {""}) and (not same or len(run) < 3)) or len(texts) > MAX_TEXTS:
        return False
    if len({len(cell.numerals) for cell in cells}) > 1:
        return False
    (_add_wide if same else _add_long)(reading, run, rows)
    reading.take(run[0].place, run[-1].end)
    return True


def _add_wide(reading: Reading, run: Sequence[_Record], rows: list[list[_Cell]]) -> None:
    """A column for each name, and one of the records' labels; several values in a cell are repeats."""
    table = reading.new_table()
    repeats = max(1, len(rows[0][0].numerals))
    labels = [record.label for record in run for _ in range(repeats)]
    _add_column(reading, table, _noun([record.label for record in run]), labels, run[0].place, run[-1].end)
    for at, name in enumerate([cell.label for cell in rows[0]]):
        column = [row[at] for row in rows]
        start, end = column[0].place[0], column[-1].place[1]
        if column[0].text:
            _add_column(reading, table, name, [cell.text for cell in column], start, end)
        else:
            _add_column(reading, table, name, [numeral for cell in column for numeral in cell.numerals], start, end)


def _add_long(reading: Reading, run: Sequence[_Record], rows: list[list[_Cell]]) -> None:
    table = reading.new_table()
    cells = [(record, cell) for record, row in zip(run, rows, strict=True) for cell in row]
    outer = [record.label for record, cell in cells for _ in cell.numerals]
    inner = [cell.label for _, cell in cells for _ in cell.numerals]
    noun = _noun(inner)
    inner = [label[len(noun) :].strip() for label in inner]
    _add_column(reading, table, _noun([record.label for record in run]), outer, run[0].place, run[-1].end)
    _add_column(reading, table, noun, inner, run[0].start, run[-1].end)
    _add_column(reading, table, "", [numeral for _, cell in cells for numeral in cell.numerals], run[0].start, run[-1].end)


def _noun(labels: Sequence[str]) -> str:
    """The word that all labels begin with: `spring` of `spring 1` and `spring 2`."""
    first = {label.split()[0] for label in labels}
    return first.pop() if len(first) == 1 and all(len(label.split()) > 1 for label in labels) else ""


def _add_column(
    reading: Reading, table: str, name: str, values: Sequence[str] | Sequence[Numeral], start: int, end: int
) -> None:
    numerals = [value for value in values if isinstance(value, Numeral)]
    if numerals:
        item = Found(
            "values", name, tuple(numeral.value for numeral in numerals), start, end,
            decimals=max(numeral.decimals for numeral in numerals), percent=all(numeral.percent for numeral in numerals),
            table=table, layout="column",
        )  # fmt: skip
    else:
        item = Found("labels", name, tuple(map(str, values)), start, end, table=table, layout="column")
    reading.found.append(item)
