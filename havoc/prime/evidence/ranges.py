"""Ranges: `100-200 °C`, `10 to 50 bar`, `from 10 up to 50`, `low 1, high 3`."""

import re
from itertools import pairwise

from havoc.prime.evidence.context import CAPABILITY, DESIGN, PROBABILITY, sentence_before
from havoc.prime.evidence.names import name_before
from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.numerals import Numeral
from havoc.prime.units import unit_at

LEAST_WITHIN = 0.5
"""Share of the values within a range from which it may be that of their limits."""
_TO = re.compile(r"\s*(?:-|\u2013|\u2014|to|\.\.\.?|\u2026|up\s+to|until|through|\u2192|->|<->)\s*", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_LOW_HIGH = re.compile(
    r"\s*\(?(?:low|min(?:imum)?|-1|-)?\)?\s*[,;/]?\s*(?:and\s+)?(?:high|max(?:imum)?|\+1|\+)\s*[:=]?\s*", re.IGNORECASE
)
_LOW_HIGH_NAMED = re.compile(r"\b(?:low|min|lower)\s*/\s*(?:high|max|upper)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,/;|]\s*|\s+(?:and|vs\.?|or)\s+", re.IGNORECASE)
_OPENED, _CLOSED = re.compile(r"[(\[:=]\s*$"), re.compile(r"\s*[)\],;.\n]|\s*$|\s+and\b")
_CHANGE = re.compile(
    r"(?i)\b(?:increas\w*|decreas\w*|rais\w+|ris\w+|rose|drop\w*|improv\w*|reduc\w+|chang\w+|shift\w*|"
    r"went|fell|grow\w*|grew|moved?)\b[^.;]{0,40}$"
)
_WORDS_BEFORE = re.compile(r"(?i)\b(?:from|between|range(?:s|d)?|ranging|varied|low|min(?:imum)?)\s*[:=]?\s*$")


def read_ranges(reading: Reading) -> None:
    """Add every range as an item with low and high. Before and after of a change, and the ends of an interval that a
    probability is asked for, are numbers of their own."""
    rest = reading.rest
    design = DESIGN.search(reading.about) is not None
    probability = PROBABILITY.search(reading.about) is not None
    used, floor = -1, 0
    for first, second in pairwise(reading.free_numerals()):
        if first.start <= used or second.start - first.end > 25 or rest[: first.start].endswith("^"):
            continue
        unit, behind = unit_at(rest, first.end)
        if not _joins(rest, first, second, behind, design):
            continue
        low, high = sorted((first, second), key=lambda one: one.value)
        if first.value == second.value or (first is high and not design):
            continue
        before = sentence_before(rest, first.start)
        end_unit, end = unit_at(rest, second.end)
        used = second.start
        if probability and not design:
            for numeral in (first, second):
                reading.add_numbers([numeral], "", end_unit or unit, "bound")
            continue
        if _CHANGE.search(before) or (first.percent and not design):
            continue
        start = _WORDS_BEFORE.sub("", rest[max(0, first.start - 20) : first.start])
        place = max(0, first.start - 20) + len(start)
        name, unit_before, _ = name_before(rest, place, floor)
        percent = first.percent and second.percent
        values = (low.value, high.value)
        if second.percent and not first.percent:
            percent, values = True, (first.value / 100, second.value)
        reading.found.append(
            Found(
                "range", name, values, first.start, second.end, end_unit or unit or unit_before,
                max(first.decimals, second.decimals), percent,
            )
        )  # fmt: skip
        reading.take(first.start, end)
        floor = end
    if CAPABILITY.search(reading.about) and not design:
        _as_limits(reading)


def _as_limits(reading: Reading) -> None:
    """The one range of a text about capability, around what was measured: its limits, if no others are given."""
    ranges = [item for item in reading.found if item.kind == "range"]
    if len(ranges) != 1 or any(item.role in ("lsl", "usl", "target", "tolerance") for item in reading.found):
        return
    item = ranges[0]
    low, high = (float(value) for value in item.values)
    lists = [item.values for item in reading.found if item.kind == "values"]
    measured = [float(value) for values in lists for value in values if not isinstance(value, str)]
    within = sum(1 for value in measured if low <= value <= high)
    if within <= LEAST_WITHIN * len(measured):
        return
    reading.found.remove(item)
    for role, value in (("lsl", low), ("usl", high)):
        reading.found.append(
            Found("number", role.upper(), (value,), item.start, item.end, item.unit, item.decimals, item.percent, role)
        )
    reading.assume(f"{reading.text[item.start : item.end]} are read as the specification limits", item.start, item.end)


def _joins(rest: str, first: Numeral, second: Numeral, behind: int, design: bool) -> bool:
    gap = rest[behind : second.start]
    if _TO.fullmatch(gap):
        return True
    if second.text[0] in "-\u2013\u2212" and not gap.strip() and rest[second.start - 1 : second.start] not in (" ", "\t"):
        return False
    if _AND.fullmatch(gap) and _BETWEEN.search(rest, max(0, first.start - 12), first.start):
        return True
    if _LOW_HIGH.fullmatch(gap) and re.search(
        r"(?i)(?:low|min\w*|-1|-)\)?\s*[:=]?\s*$", rest[max(0, first.start - 12) : first.start]
    ):
        return True
    if not design or not _COMMA.fullmatch(gap):
        return False
    if "/" in gap and _LOW_HIGH_NAMED.search(rest):
        return True
    _, end = unit_at(rest, second.end)
    return bool(_OPENED.search(rest, max(0, first.start - 3), first.start) and _CLOSED.match(rest, end))
