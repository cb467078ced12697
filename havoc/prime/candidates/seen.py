"""A number of the evidence with what stands around it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from havoc.prime.evidence import Evidence, EvidenceSet

CONTEXT = 40
"""Characters before and behind a number in which words are looked for."""
MAX_NUMBERS = 60
"""Numbers of a text that are looked at."""
_TIMES = frozenset(
    unit + plural
    for unit in ("s", "sec", "second", "ms", "min", "minute", "h", "hr", "hour", "d", "day", "week", "month", "year")
    for plural in ("", "s")
)
_POSSESSIVE = re.compile(r"['\u2019 ]s(?!\w)")


@dataclass(frozen=True)
class SeenNumber:
    """One number."""

    item: Evidence
    value: float
    name: str
    """In lower case, without possessives."""
    figure: str
    """At the end of its name: 2 of `mean 2`; empty where there is none."""
    stem: str
    """Its name without that."""
    last: str
    """The last word of this."""
    before: str
    behind: str
    is_time: bool
    """Whether its unit is one of time."""


def seen_numbers(evidence: EvidenceSet) -> tuple[SeenNumber, ...]:
    """The numbers of a question, in its order, without those that only name something."""
    items = [item for item in evidence.of_kind("number") if item.role != "label"]
    return tuple(_seen(items[:MAX_NUMBERS], evidence.text))


def _seen(items: Iterable[Evidence], text: str) -> Iterable[SeenNumber]:
    for item in items:
        name = _POSSESSIVE.sub("", item.name.strip().lower())
        figure = name[-1:] if name[-1:].isdigit() else ""
        stem = name[:-1].strip(" _") if figure else name
        before, behind = text[max(0, item.start - CONTEXT) : item.start], text[item.end : item.end + CONTEXT]
        last = stem.split()[-1] if stem else ""
        yield SeenNumber(item, item.numbers[0], name, figure, stem, last, before, behind, item.unit.lower() in _TIMES)
