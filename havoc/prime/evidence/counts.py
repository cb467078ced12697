"""Counts out of totals: `12 defects in 200 units`, `18 out of 250`, `45/120`, `of 80 welds 6 failed`."""

import re

from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.evidence.role_words import THINGS
from havoc.prime.numerals import Numeral
from havoc.prime.spoken_numbers import CARDINAL, spoken
from havoc.prime.units import is_counted, unit_at

_WORDS = r"(?:[^\W\d_][\w'’-]*[ \t]+)"
_OF = re.compile(r"\s*(?:out\s+of|of|from|among)\s+(?:the\s+|our\s+|a\s+total\s+of\s+|a\s+sample\s+of\s+)?", re.IGNORECASE)
_TOLERANCE_INTERVAL = re.compile(r"\s?%?\s*(?:\w+\s+){0,2}tolerance\s+(?:interval|limit)", re.IGNORECASE)
_NONE = re.compile(
    r"\b(?P<none>no|zero|none|without(?:\s+any)?)\s+(?:[a-z-]+\s+)?(?:failures?|defects?|defectives?|errors?|events?|accidents?|rejects?|"
    r"breakdowns?|complaints?|nonconformities)\s+(?:at\s+all\s+)?(?:in|out\s+of|among|during|on|within|for)\s+(?=\d)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    rf"\b(?P<count>{CARDINAL})\s+(?:{_WORDS}{{0,2}}out\s+of|of|in|among)\s+(?:the\s+|our\s+)?(?=\d)", re.IGNORECASE
)
_SHARE = re.compile(
    rf"\b(?P<part>{CARDINAL})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<whole>{CARDINAL})\b"
    r"(?!\s+(?:days?|hours?|weeks?|months?|years?|minutes?|lots|groups|machines|lines))",
    re.IGNORECASE,
)
_EACH = re.compile(
    rf"\b(?P<size>{CARDINAL})\s+[^\W\d_]+\s+(?:per|from\s+(?:each|every)|in\s+(?:each|every)|(?:each|every))\s+"
    r"(?:lot|batch|sample|sub-?group|shift|day|hour|week|tray|box|roll|order)\b",
    re.IGNORECASE,
)
_SLASH = re.compile(r"\s?/\s?")
_IN = re.compile(
    rf"\s+{_WORDS}{{0,4}}(?:(?:out\s+of|of|in|on|among|for|from|within|over|during|per)\s+)(?:the\s+|"
    r"a\s+total\s+of\s+|a\s+sample\s+of\s+|the\s+last\s+)?",
    re.IGNORECASE,
)
_TOTAL_FIRST = re.compile(
    r"(?i)(?:\bout\s+of|(?:^|[.;:,?!(]\s*)(?:of|among|from|in))\s+(?:the\s+|our\s+|a\s+total\s+of\s+|a\s+sample\s+of\s+)?$"
)
_THEN = re.compile(rf"\s+{_WORDS}{{1,7}}?,?\s*{_WORDS}{{0,4}}|\s+{_WORDS}{{1,7}},\s*", re.IGNORECASE)
_NO_EVENTS = re.compile(
    r"(?i)\b(?:mean|average|sd|deviation|life|std|sigma|limit|factor|level|run|group|lsl|usl|alpha|confidence|treatment|"
    r"block|component|brand|point|variable|(?:or|and)\s+(?:fewer|less|more)|dimension|ingredient|center|"
    r"centre|ink|generator)s?\b"
)


_THING = re.compile(rf"\s+(?:[a-z-]+\s+)?(?:{THINGS})\b", re.IGNORECASE)
_THINGS_OUT_OF = re.compile(rf"\s+(?:[a-z-]+\s+)?(?:{THINGS})\s+out\s+of\s+(?:the\s+|a\s+total\s+of\s+)?", re.IGNORECASE)
_MONEY = re.compile(r"\s?(?:EUR|USD|GBP|CHF|\$|€|£|dollars|euros)", re.IGNORECASE)


def read_counts(reading: Reading) -> None:
    """Add pairs of a count and its total as numbers in the roles `events` and `sample_size`, or `time` where it is one."""
    _read_none(reading)
    _read_spoken(reading)
    _read_shares(reading)
    rest = reading.rest
    numerals = [numeral for numeral in reading.free_numerals() if _is_count(numeral)]
    place = 0
    while place < len(numerals) - 1:
        first, second = numerals[place], numerals[place + 1]
        place += 1
        gap = rest[first.end : second.start]
        if _SLASH.fullmatch(gap) and _TOLERANCE_INTERVAL.match(rest, second.end):
            _add_levels(reading, first, second)
            place += 1
            continue
        if len(gap) > 70 or "\n" in gap:
            continue
        before = rest[max(0, first.start - 40) : first.start]
        if first.value <= second.value and _is_pair(gap, before, rest, second):
            _add(reading, first, second)
        elif (
            first.value >= second.value
            and _TOTAL_FIRST.search(before)
            and _THEN.fullmatch(gap)
            and not _NO_EVENTS.search(gap)
        ):
            _add(reading, second, first)
        else:
            continue
        place += 1


def _read_none(reading: Reading) -> None:
    """`No failures in 50 trials`: nothing, out of so many."""
    for match in _NONE.finditer(reading.rest):
        reading.add(Found("number", "", (0.0,), *match.span("none"), role="events"))


def _read_spoken(reading: Reading) -> None:
    """`Fourteen of 200`, `one in 50`; `one of 3 machines` is none."""
    numerals = {numeral.start: numeral for numeral in reading.free_numerals()}
    for match in _SPOKEN.finditer(reading.rest):
        count = spoken(match["count"])
        total = numerals.get(match.end())
        if total is None or not _is_count(total) or total.value <= count or (count == 1 and " of" in match[0]):
            continue
        reading.add(Found("number", "", (float(count),), *match.span("count"), role="events"))
        unit, _ = unit_at(reading.rest, total.end)
        measured = bool(unit) and not is_counted(unit)
        reading.add_numbers([total], "", unit, "time" if measured else "sample_size")


def _read_shares(reading: Reading) -> None:
    """`One in five` and `three out of ten` as shares, `ten doors per lot` as the size of each."""
    for match in _SHARE.finditer(reading.rest):
        part, whole = spoken(match["part"]), spoken(match["whole"])
        if part < whole:
            reading.add(Found("number", "", (part / whole,), *match.span(), percent=True, role="proportion"))
    for match in _EACH.finditer(reading.rest):
        value = float(spoken(match["size"]))
        reading.add(Found("number", "sample size", (value,), *match.span("size"), role="subgroup_size"))


def _add_levels(reading: Reading, first: Numeral, second: Numeral) -> None:
    for numeral, role in ((first, "confidence"), (second, "coverage")):
        item = reading.add_numbers([numeral], role, "", role)
        if not numeral.percent:
            item.values, item.percent = (float(f"{numeral.value!r}e-2"),), True
    written = reading.text[first.start : second.end]
    reading.assume(f"{written} is read as confidence first and coverage second", first.start, second.end)


def _is_pair(gap: str, before: str, rest: str, second: Numeral) -> bool:
    if _OF.fullmatch(gap):
        return not _NO_EVENTS.search(rest[second.end : second.end + 12]) or "out" in gap
    if _SLASH.fullmatch(gap):
        return not re.search(r"[-+*/^=]\s*$", before) and not re.match(r"\s*[-+*/^=]|/", rest[second.end : second.end + 4])
    if _THINGS_OUT_OF.fullmatch(gap):
        return True
    if _THING.match(gap) or _MONEY.match(rest, second.end):
        return False
    if _IN.fullmatch(gap) is None or _NO_EVENTS.search(gap) or (second.value < 10 and len(gap.split()) < 2):
        return False
    return not _NO_EVENTS.search(rest[second.end : second.end + 15])


def _is_count(numeral: Numeral) -> bool:
    return numeral.decimals == 0 and not numeral.percent and numeral.value >= 0


def _add(reading: Reading, events: Numeral, total: Numeral) -> None:
    unit, _ = unit_at(reading.rest, total.end)
    measured = bool(unit) and not is_counted(unit)
    reading.add_numbers([events], "", "", "events")
    reading.add_numbers([total], "", unit, "time" if measured else "sample_size")
