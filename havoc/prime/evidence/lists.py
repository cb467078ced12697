"""Numbers in a row: `A: 12.1, 11.9`, `[1, 2] vs [2, 3]`, one value per line, `5.1, 5.3 and 5.2`, `120+` among lifetimes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from havoc.prime.evidence.names import REACH, name_before
from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.evidence.role_words import holds_setting, is_setting, names_a_setting
from havoc.prime.numerals import Numeral
from havoc.prime.units import unit_at

_GAPS = (
    ("and", re.compile(r"\s*,?\s*(?:and|&|or)\s+", re.IGNORECASE)),
    (",", re.compile(r"\s*,\s*")),
    (";", re.compile(r"\s*;\s*")),
    ("|", re.compile(r"\s*\|\s*")),
    ("/", re.compile(r"\s*/\s*")),
    (":", re.compile(r":")),
    ("line", re.compile(r"[ \t]*\n[ \t]*")),
    (" ", re.compile(r"[ \t\u00a0\u202f]+")),
)
_STRENGTH = ("line", "|", ";", "/", ",", " ")
"""Where two kinds of separators are mixed, the first of them parts lists."""
_TAIL = re.compile(
    r"\s*(?:(?:bootstrap\s+)?(?:re-?samples?|resamplings|iterations|replications|replicates|simulations|permutations|factors|runs|"
    r"levels|center\s+points|centre\s+points|degrees\s+of\s+freedom|df\b|significance|confidence|power)|each\b|per\b)",
    re.IGNORECASE,
)
"""Behind the last number of a list that counts something else: `94, 197, 23, 2000 resamples`."""
_SETTING_BEFORE = re.compile(
    r"(?<![\w])(?i:sigma|target|sd|alpha|lambda|weight|(?-i:n|k|h|l)|centre|center|mu0?|µ|σ|λ|limit|usl|lsl|nominal)\s+$"
)
GROUP_NOUN = re.compile(
    r"(?i)(?<![^\W\d_])(?P<noun>machine|line|group|lathe|shift|operator|head|sample|batch|lot|day|week|"
    r"hour|supplier|method|plant|lab|"
    r"laboratory|judge|alloy|gauge|gage|treatment|station|cavity|spindle|press|mill|reactor|oven|tank|"
    r"team|site|furnace|type|"
    r"nozzle|recipe|formula|catalyst|mold|mould|tool|die|vendor|process|condition|level|run|block|set|cell|store|school|"
    r"class|counter|subgroup|part|unit|product|material|brand|design|version|visit|person|rater|inspector|"
    r"drug|dose)\s*(?:no\.?|nr\.?|\#)?\s*$"
)
_WORD_BEHIND = re.compile(r"\s[^\W\d_]{3,}")
_LAST_WORD = re.compile(r"(?P<word>[^\W\d_]{2,})\s+$")
_OPENED, _CLOSED = re.compile(r"[\[({]\s*$"), re.compile(r"\s*[\])}]")
_DESIGNATOR = re.compile(
    r"\b(?i:machine|line|group|lathe|shift|operator|head|supplier|method|plant|lab|alloy|gauge|treatment|station|cavity|press|reactor|"
    r"team|site|vendor|process|recipe|catalyst|product|material|brand|type)\s+(?:[A-Z]|\d{1,2})\b(?![.,]\d)"
)
"""Which of several things a sentence is about: `line A produced bolts of ...`."""
_ASSIGNED = re.compile(r"(?<!\w)[A-Za-z]\d?\s*=\s*[\[(]?$")
MAX_LABEL = 99
"""Largest number that numbers a group."""


@dataclass(frozen=True)
class Run:
    """Numerals with nothing but separators between them."""

    numerals: list[Numeral]
    units: list[str]
    gaps: list[str]
    """Kinds of the separators between them: one fewer."""
    censored: list[bool]
    """Which have a plus sign behind: `120+`."""
    end: int
    """Behind the last with its unit."""

    def part(self, first: int, last: int) -> "Run":
        """The numerals `first` to `last`, the last not included."""
        end = self.end if last == len(self.numerals) else self.numerals[last - 1].end
        return Run(
            self.numerals[first:last], self.units[first:last], self.gaps[first : last - 1], self.censored[first:last], end
        )

    def split(self, kind: str) -> list["Run"]:
        """Its parts between separators of one kind."""
        cuts = [0, *(place + 1 for place, gap in enumerate(self.gaps) if gap == kind), len(self.numerals)]
        return [self.part(first, last) for first, last in pairwise(cuts)]


def read_assigned(reading: Reading) -> None:
    """Add lists of data that are assigned to letters, `x = 3, 7, 1; y = 14, 20, 11`, where two or more are equally long.

    To the readers of mathematics each would be an equation and some numbers.
    """
    rest, found = reading.rest, []
    for run in _runs(reading, rest):
        for part in _parts(run, rest):
            first = part.numerals[0].start
            alike = len(part.numerals) > 2 and len(set(part.gaps) - {"and"}) == 1
            if alike and _ASSIGNED.search(rest, max(0, first - 8), first):
                found.append(part)
    if len(found) > 1 and len({len(part.numerals) for part in found}) == 1:
        for part in found:
            _add(reading, part, rest, 0, "")
            reading.found[-1].name = rest[: part.numerals[0].start].rstrip(" \t\n=[(").rsplit(None, 1)[-1]


def read_lists(reading: Reading) -> None:
    """Add every list of three numbers or more, and of two where a mark or brackets say that they are a list."""
    rest, floor = reading.rest, 0
    for run in _runs(reading, rest):
        for part in _parts(run, rest):
            part = _without_settings(part, rest)
            part, label = _without_label(part, rest, floor)
            if _is_list(part, rest, floor):
                _add(reading, part, rest, floor, label)
                floor = part.end


def _runs(reading: Reading, rest: str) -> list[Run]:
    runs: list[Run] = []
    numerals: list[Numeral] = []
    units: list[str] = []
    gaps: list[str] = []
    censored: list[bool] = []
    place = 0
    for numeral in reading.free_numerals():
        gap = _gap(rest, place, numeral.start) if numerals and not _begins_name(rest, numeral) else None
        if numerals and gap is None:
            runs.append(Run(numerals, units, gaps, censored, place))
            numerals, units, gaps, censored = [], [], [], []
        elif gap is not None:
            gaps.append(gap)
        unit, place = unit_at(rest, numeral.end)
        plus = rest[place : place + 1] == "+" and not rest[place + 1 : place + 2].isdigit()
        place += plus
        numerals.append(numeral)
        units.append(unit)
        censored.append(plus)
    if numerals:
        runs.append(Run(numerals, units, gaps, censored, place))
    return runs


def _begins_name(rest: str, numeral: Numeral) -> bool:
    """Whether a number is part of the next list's name: `100 rpm: 7 7 15; 120 rpm: 12 17 12`."""
    begins = rest[: numeral.start].rstrip(" \t")[-1:] in ("", "\n", ";", ".", "|")
    pattern = r"\s?[^\W\d_]{0,6}\s?:\s+[^\sA-Za-z]" if begins else r"\s?:\s+[^\sA-Za-z]"
    return re.match(pattern, rest[numeral.end : numeral.end + 14]) is not None


def _gap(rest: str, start: int, end: int) -> str | None:
    if end - start > 40:
        return None
    return next((kind for kind, pattern in _GAPS if pattern.fullmatch(rest, start, end)), None)


def _parts(run: Run, rest: str) -> list[Run]:
    """The lists of a run: it is parted where separators of different kinds are mixed."""
    kinds = [kind for kind in _STRENGTH if kind in run.gaps]
    if len(kinds) > 1:
        parts = run.split(kinds[0])
        if all(len(part.numerals) > 1 for part in parts) or kinds[0] in ("line", "|"):
            return [piece for part in parts for piece in _parts(part, rest)]
    places = [place for place, gap in enumerate(run.gaps) if gap == "and"]
    if places and (len(places) > 1 or places[0] != len(run.gaps) - 1):
        parts = run.split("and")
        if all(len(part.numerals) > 1 for part in parts):
            return parts
    return [run]


def _without_settings(run: Run, rest: str) -> Run:
    """The run without a setting at its beginning (`sigma 2, 98 102 97`) or at its end (`23, 2000 resamples`)."""
    count = len(run.numerals)
    if count > 2 and _TAIL.match(rest, run.end) and run.gaps[-1] in (",", ";", "and"):
        return run.part(0, count - 1)
    first = run.numerals[0]
    if count > 3 and run.gaps[0] in (",", ";") and _SETTING_BEFORE.search(rest, max(0, first.start - 12), first.start):
        return run.part(1, count)
    return run


def _without_label(run: Run, rest: str, floor: int) -> tuple[Run, str]:
    """`Alloy 1 220 231 218`: the first number belongs to the name."""
    first = run.numerals[0]
    label = first.text.isdigit() and first.value <= MAX_LABEL
    if len(run.numerals) < 3 or not label or run.gaps[0] != " " or run.units[0]:
        return run, ""
    before = rest[max(floor, first.start - 40) : first.start]
    named = GROUP_NOUN.search(before)
    word = _LAST_WORD.search(before)
    recurs = word is not None and _recurs(rest, word["word"], first.start)
    counting = all(numeral.decimals == 0 and numeral.value <= MAX_LABEL for numeral in run.numerals[1:])
    if not recurs and (named is None or counting):
        return run, ""
    return run.part(1, len(run.numerals)), first.text


def _recurs(rest: str, word: str, start: int) -> bool:
    """Whether the word numbers something else too, with a list behind it."""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}\s+\d{{1,2}}[\s:=]+-?\d+(?:\.\d+)?[\s,;]")
    return any(match.start() + len(word) + 1 < start - 1 or match.start() > start for match in pattern.finditer(rest))


def _is_list(run: Run, rest: str, floor: int) -> bool:
    count, kinds = len(run.numerals), set(run.gaps)
    if count < 2:
        return False
    if ":" in kinds:
        return kinds == {":"} and count > 2
    name, _, marked = name_before(rest, run.numerals[0].start, floor)
    if count > 2:
        return not ("/" in kinds and count == 3 and all(numeral.decimals == 0 for numeral in run.numerals) and not name)
    bracketed = (
        _OPENED.search(rest[max(0, run.numerals[0].start - 3) : run.numerals[0].start]) is not None
        and _CLOSED.match(rest, run.end) is not None
    )
    if kinds <= {"and", "/", ":"} and not bracketed:
        return False
    if run.units[0] and not run.units[1] and _WORD_BEHIND.match(rest, run.end) and not bracketed:
        # `sd = 29.8 psi, 90 bottles` counts something else.
        return False
    return (marked or bracketed) and not names_a_setting(name)


def _add(reading: Reading, run: Run, rest: str, floor: int, label: str) -> None:
    first = run.numerals[0]
    start = first.start
    if label:
        start = rest.rfind(label, 0, first.start)
    name, unit, marked = name_before(rest, start, floor)
    if label:
        name = f"{name} {label}".strip()
    elif marked and rest.rfind(name, floor, start) >= floor:
        place = rest.rfind(name, floor, start)
        if not holds_setting(rest[place:start]):
            # Numbers in a name are no numbers of their own: `160 W: 575, 542`.
            reading.take(place, start)
        elif is_setting(name):
            name = ""
        unit = "" if holds_setting(unit) else unit
    elif name.rpartition(" ")[2].isdigit():
        words, _, digits = name.rpartition(" ")
        if GROUP_NOUN.search(words + " "):
            reading.take(rest.rfind(digits, floor, start), start)
        else:
            name = ""
    designators = [match[0] for match in _DESIGNATOR.finditer(rest, max(floor, start - REACH), start)]
    if not label and len(designators) == 1 and designators[0] not in name and ":" not in rest[max(0, start - 2) : start]:
        name = designators[0]
    if ":" in run.gaps:
        name = name or "ratio"
    unit = unit or next((one for one in run.units if one), "")
    values = [numeral.value for numeral in run.numerals]
    shares = [numeral.percent for numeral in run.numerals]
    if shares[-1] and not any(shares[:-1]):
        # `3.2, 3.5, 3.1 %`: the sign stands for all of them.
        values, shares = [float(f"{value!r}e-2") for value in values[:-1]] + values[-1:], [True]
    item = Found(
        "values", name, tuple(values), first.start, run.numerals[-1].end, unit,
        max(numeral.decimals for numeral in run.numerals), all(shares),
    )  # fmt: skip
    if any(run.censored):
        _add_censored(reading, item, run.censored)
    else:
        reading.found.append(item)
    reading.take(first.start, run.end)


def _add_censored(reading: Reading, item: Found, censored: Sequence[bool]) -> None:
    item.table, item.layout, item.name = reading.new_table(), "column", item.name or "time"
    marks = Found(
        "values",
        "censored",
        tuple(float(mark) for mark in censored),
        item.start,
        item.end,
        table=item.table,
        layout="column",
    )
    reading.found += [item, marks]
    count = sum(censored)
    reading.assume(
        f"a plus sign marks a value that was not reached, a censored one ({count} of {len(censored)})", item.start, item.end
    )
