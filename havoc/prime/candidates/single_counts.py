"""Counts that a text gives one by one, each in its own words: `porosity 34, scratch 21`, `12 flaws in 5 m2`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from havoc.prime.evidence import Evidence

LEAST, MOST = 3, 100
"""Counts that make a list of their own."""
APART = 15
"""Characters that stand at least between the counts of a list and a number that has nothing to do with them."""
_BEFORE = re.compile(r"(?:^|[,;:.?!\n(]|\band\b)\s*(?P<name>[A-Za-z][A-Za-z \-]{1,24}?)\s*[:=(]?\s*$")
_BEHIND = re.compile(r"\s+(?P<name>[A-Za-z][A-Za-z \-]{1,24}?)\s*(?:[,;.)\n]|\band\b|$)")
_ONLY = re.compile(r"(?i)\bonly\b|\bbut not\b")
_BOTH = re.compile(r"(?i)\bboth\b|\bneither\b")
_SIZE = re.compile(r"\d\s?[x×]\s?\d")
_WIDEST_NAME = 40


@dataclass(frozen=True)
class Tally:
    """Counts with their names."""

    names: tuple[str, ...]
    counts: tuple[int, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Amounts:
    """Events, and the amounts in which they were found."""

    events: tuple[int, ...]
    sizes: tuple[float, ...]
    event_sources: tuple[str, ...]
    size_sources: tuple[str, ...]


def tally(numbers: Sequence[Evidence], text: str) -> Tally | None:
    """Numbers in a row, each beside its name; None where one among them has none, or two have the same."""
    whole = [item for item in numbers[:MOST] if item.role in ("", "label") and _is_count(item)]
    before = [_BEFORE.search(text[max(0, item.start - _WIDEST_NAME) : item.start]) for item in whole]
    behind = [_BEHIND.match(text[item.end : item.end + _WIDEST_NAME]) for item in whole]
    names = max((before, behind), key=lambda found: sum(1 for name in found if name))
    places = [place for place, name in enumerate(names) if name]
    if len(places) < LEAST or places != list(range(places[0], places[-1] + 1)):
        return None
    first, last = places[0], places[-1]
    near_first = first > 0 and whole[first].start - whole[first - 1].end < APART
    near_last = last + 1 < len(whole) and whole[last + 1].start - whole[last].end < APART
    found = tuple(name["name"].strip() for name in names if name)
    if near_first or near_last or len(set(found)) < len(found):
        return None
    items = whole[first : last + 1]
    return Tally(found, tuple(int(item.numbers[0]) for item in items), tuple(item.id for item in items))


def four_counts(numbers: Sequence[Evidence], text: str) -> tuple[list[list[float]], tuple[str, ...]] | None:
    """Four counts as the two rows of a table, with their sources; those of `only A` and `only B` beside its diagonal, where
    those of both stand. Among more than four those are taken that follow each other and add up to another number."""
    counts = [item for item in numbers if item.role in ("", "events") and _is_count(item) and not _sizes_table(item, text)]
    if len(counts) > 4:
        windows = [counts[start : start + 4] for start in range(len(counts) - 3)]
        adding = [four for four in windows if _adds_up(four, numbers)]
        counts = adding[0] if len(adding) == 1 else counts
    if len(counts) != 4:
        return None
    only = [item for item in counts if _ONLY.search(text[max(0, item.start - 24) : item.start])]
    both = [item for item, behind in zip(counts, (counts[0].start - 24, *(item.end for item in counts)), strict=False)
            if _BOTH.search(text[max(0, behind) : item.start])]  # fmt: skip
    if len(only) == 2:
        agreed = [item for item in counts if item not in only]
        counts = [agreed[0], *only, agreed[1]]
    elif len(both) == 2:
        others = [item for item in counts if item not in both]
        counts = [both[0], *others, both[1]]
    values = [item.numbers[0] for item in counts]
    return [values[:2], values[2:]], tuple(item.id for item in counts)


def _sizes_table(item: Evidence, text: str) -> bool:
    """Whether a number says how large a table is: `2x2`."""
    return _SIZE.search(text[max(0, item.start - 4) : item.end + 4]) is not None


def _adds_up(four: Sequence[Evidence], numbers: Sequence[Evidence]) -> bool:
    total = sum(item.numbers[0] for item in four)
    return any(item.numbers[0] == total and item not in four for item in numbers)


def amounts(numbers: Sequence[Evidence]) -> Amounts | None:
    """`12 flaws in 5 m2, 7 flaws in 4 m2, ...`: events and amounts in turn, the amounts alike in role and unit."""
    events, sizes = list(numbers[0::2]), list(numbers[1::2])
    alike = len({(item.role, item.unit) for item in sizes}) == 1 and all(item.numbers[0] > 0 for item in sizes)
    if len(events) != len(sizes) or len(events) < LEAST or not alike:
        return None
    if any(item.role != "events" or not _is_count(item) for item in events) or sizes[0].role == "events":
        return None
    return Amounts(
        tuple(int(item.numbers[0]) for item in events), tuple(item.numbers[0] for item in sizes),
        tuple(item.id for item in events), tuple(item.id for item in sizes),
    )  # fmt: skip


def _is_count(item: Evidence) -> bool:
    return item.numbers[0] >= 0 and item.numbers[0] == int(item.numbers[0])
