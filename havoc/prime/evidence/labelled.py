"""Lines of numbers whose labels say two things or hold a number: `lab North, dough N1: 62.0, 62.8`, `T = 25: 24.7; 25.7`."""

import re
from dataclasses import dataclass

from havoc.prime.evidence.reading import TAKEN, Reading
from havoc.prime.evidence.role_words import names_a_setting
from havoc.prime.numerals import Numeral
from havoc.prime.units import unit_at

MAX_LINE = 1000
"""Characters of such a line."""
_LINE = re.compile(r"[ \t]*(?:[-*•][ \t]+)?(?P<label>[^\W\d_][^:\n]{0,59}):[ \t]*(?=[-+\u2212.\d])")
_TWO = re.compile(r"[^\W_][\w ().-]*\s*[,/|+]\s*[^\W_][\w ().°%-]*|[\w ()-]+\s(?:at|with|and|in|on)\s[\w ()°%-]+")
_NUMBERED = re.compile(r"[^\d,;/=]*=?\s*[-\u2212]?\d+(?:\.\d+)?\s*[^\W\d]{0,6}")
_GAP = re.compile(r"\s*(?:[,;/|]|and|&)?\s*")


@dataclass(frozen=True)
class _Line:
    label: str
    start: int
    numerals: list[Numeral]
    unit: str


def read_labelled(reading: Reading) -> None:
    """Add such lists, each with its whole label as its name, where two lines or more below each other are like that."""
    run: list[_Line] = []
    start = 0
    for text in [*reading.rest.split("\n"), ""]:
        line = _line(reading, text, start) if len(text) <= MAX_LINE and TAKEN not in text else None
        if line:
            run.append(line)
        elif text.strip() or start >= len(reading.rest):
            _add(reading, run)
            run = []
        start += len(text) + 1
    _add(reading, run)


def _line(reading: Reading, text: str, start: int) -> _Line | None:
    match = _LINE.match(text)
    if match is None:
        return None
    numerals = reading.numerals_in(start + match.end(), start + len(text))
    if len(numerals) < 2 or numerals[0].start != start + match.end():
        return None
    place, units = start + match.end(), []
    for numeral in numerals:
        if not _GAP.fullmatch(reading.text, place, numeral.start):
            return None
        unit, place = unit_at(reading.text, numeral.end)
        units.append(unit)
    if reading.text[place : start + len(text)].strip(" \t\r.;,"):
        return None
    return _Line(match["label"].strip(), start + match.start("label"), numerals, next((unit for unit in units if unit), ""))


def _add(reading: Reading, run: list[_Line]) -> None:
    labels = [line.label for line in run]
    if len(run) < 2 or len(set(labels)) < len(labels) or any(names_a_setting(label) for label in labels):
        return
    two = all(_TWO.fullmatch(label) for label in labels)
    numbered = all(_NUMBERED.fullmatch(label) for label in labels) and len({len(line.numerals) for line in run}) == 1
    short = numbered and len(run) > 2 and all(len(line.numerals) == 2 for line in run)
    fine = numbered and any("." in label or "=" in label for label in labels)
    if two or short or fine:
        for line in run:
            reading.add_numbers(line.numerals, line.label, line.unit)
            reading.take(line.start, line.numerals[-1].end)
