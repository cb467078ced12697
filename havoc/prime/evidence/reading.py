"""What has been read of a text so far: each reader takes its part, and no other reads that again."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from havoc.prime.evidence.decimal_mark import decimal_mark
from havoc.prime.evidence.item import Assumption, Evidence, EvidenceSet, Kind, Layout
from havoc.prime.numerals import Numeral, find_numerals

END = 20_000
"""Characters of each end of a very long text."""
TAKEN = "\x00"
"""Stands for each character that has been read; no pattern of a reader matches it."""

_BRACKETED = re.compile(r"[\[{(]\s*[-+\u2212]?[\d.]+(?:,[-+\u2212]?[\d.]+)+\s*[\])}]")
_DOTS = re.compile(r"(?<=\d)\.\.(?=[-\d])")
"""Of a range: `60..80`."""
_TIGHT = re.compile(r"(?<![\d.,])\d{3}(?:,\d{3}){2,}(?![\d.,]|\.\d)")


@dataclass
class Found:
    """An item before it has its number: items are numbered in the order of the text."""

    kind: Kind
    name: str
    values: tuple[float, ...] | tuple[str, ...]
    start: int
    end: int
    unit: str = ""
    decimals: int = 0
    percent: bool = False
    role: str = ""
    table: str = ""
    layout: Layout = ""


class Reading:
    """A text, the numerals in it, and what its readers have found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.decimal, statement = decimal_mark(text)
        self.found: list[Found] = []
        self.assumptions: list[Assumption] = []
        self._taken: list[tuple[int, int]] = []
        self._rest: str | None = text
        self._tables = 0
        if statement is not None:
            self.assumptions.append(statement)

    @cached_property
    def numerals(self) -> list[Numeral]:
        """All numerals of the text, left to right. `[101,203]` and `101,203,198` are lists, not thousands."""
        text = _DOTS.sub(", ", self.text)
        if self.decimal == ".":
            for pattern in (_BRACKETED, _TIGHT):
                text = pattern.sub(lambda match: match[0].replace(",", ";"), text)
        return find_numerals(text, self.decimal)

    @cached_property
    def about(self) -> str:
        """The text, of a very long one its two ends: enough to tell what it is about."""
        return self.text if len(self.text) <= 2 * END else f"{self.text[:END]}\n{self.text[-END:]}"

    @property
    def rest(self) -> str:
        """The text with what has been read blanked out, so that places stay."""
        if self._rest is None:
            parts, place = [], 0
            for start, end in sorted(self._taken):
                if end <= place:
                    continue
                start = max(start, place)
                parts += [self.text[place:start], TAKEN * (end - start)]
                place = end
            self._rest = "".join(parts) + self.text[place:]
        return self._rest

    def numerals_in(self, start: int, end: int) -> list[Numeral]:
        """The numerals that begin in `text[start:end]` and end there."""
        first = bisect_left(self.numerals, start, key=lambda numeral: numeral.start)
        last = bisect_left(self.numerals, end, key=lambda numeral: numeral.start)
        return [numeral for numeral in self.numerals[first:last] if numeral.end <= end]

    def free_numerals(self) -> list[Numeral]:
        """The numerals that nobody has taken."""
        rest = self.rest
        return [numeral for numeral in self.numerals if rest[numeral.start] != TAKEN]

    def number(self, text: str) -> Numeral | None:
        """The one numeral that `text` is, blanks around it aside; None where it is none or more."""
        stripped = text.strip()
        found = find_numerals(stripped, self.decimal)
        return found[0] if len(found) == 1 and found[0].start == 0 and found[0].end == len(stripped) else None

    def new_table(self) -> str:
        """Name of the next table."""
        self._tables += 1
        return f"t{self._tables}"

    def take(self, start: int, end: int) -> None:
        """Mark `text[start:end]` as read. It counts for `rest` and `free_numerals` from now on."""
        self._taken.append((start, end))
        self._rest = None

    def add(self, item: Found) -> None:
        """Add an item, and take its place."""
        self.found.append(item)
        self.take(item.start, item.end)

    def add_numbers(self, numerals: Sequence[Numeral], name: str, unit: str = "", role: str = "") -> Found:
        """Add numerals that stand together as one item: a list of them, or one number."""
        item = Found(
            "values" if len(numerals) > 1 else "number",
            name,
            tuple(numeral.value for numeral in numerals),
            numerals[0].start,
            numerals[-1].end,
            unit,
            max(numeral.decimals for numeral in numerals),
            all(numeral.percent for numeral in numerals),
            role,
        )
        self.add(item)
        return item

    def assume(self, statement: str, start: int, end: int) -> None:
        """Note a choice that the text leaves open."""
        self.assumptions.append(Assumption(statement, start, end))

    def evidence(self) -> EvidenceSet:
        """Everything, in the order of the text."""
        ordered = sorted(self.found, key=lambda item: (item.start, item.end))
        tables: dict[str, str] = {}
        items = []
        for number, item in enumerate(ordered, start=1):
            if item.table:
                item = replace(item, table=tables.setdefault(item.table, f"t{len(tables) + 1}"))
            items.append(
                Evidence(
                    f"e{number}", item.kind, item.name, item.values, item.unit, item.start, item.end, item.decimals,
                    item.percent, item.role, item.table, item.layout,
                )
            )  # fmt: skip
        return EvidenceSet(self.text, tuple(items), tuple(self.assumptions))
