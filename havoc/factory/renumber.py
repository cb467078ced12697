"""The same question about other data: numbers of its lists are drawn anew in their places, written as they were."""

import math
from collections.abc import Sequence

from numpy.random import Generator

from havoc.prime.evidence import Evidence, EvidenceSet, read_evidence
from havoc.prime.numerals import Decimal, Numeral, find_numerals

MIN_LENGTH = 3
"""Numbers of a list that is data; a pair may be limits, levels or counts that hang together."""
NOISE = 0.3
"""Standard deviation of what is added to a value, relative to that of its list: limits and targets beside it still fit."""
SCALAR_NOISE = 0.1
"""The same for single numbers, relative to themselves."""
LARGEST_SMALL = 8
KEPT_ROLES = frozenset({"alpha", "confidence", "power", "coverage"})
"""Conventions that people choose from a few customary values."""
MAX_STRIDE = 40
"""Numerals from one of a column's values to the next."""
TRIES = 4


def renumbered(text: str, rng: Generator) -> str | None:
    """The question with other data; None where nothing can be changed.

    What the numbers are is kept: whole, positive, sorted, codes and levels stay codes and levels. The result is read again,
    and is dropped where it is not read as the same items with the same numbers of values.
    """
    for _ in range(TRIES):
        evidence = read_evidence(text)
        changes = _changes(text, evidence, rng)
        if not changes:
            return None
        changed = _replaced(text, changes)
        if _shape(read_evidence(changed)) == _shape(evidence):
            return changed
    return None


def _changes(text: str, evidence: EvidenceSet, rng: Generator) -> dict[Numeral, str]:
    changes: dict[Numeral, str] = {}
    for item in evidence.of_kind("values"):
        values = item.numbers
        if len(values) < MIN_LENGTH or _is_code(values):
            continue
        places = _places(text, item, values)
        if places is None or any(place in changes for place in places):
            continue
        decimal = _decimal_mark(places)
        drawn = _drawn(values, item, rng)
        written = [_written(value, place, item, decimal) for value, place in zip(drawn, places, strict=True)]
        changes |= dict(zip(places, written, strict=True))
    for item in evidence.of_kind("number"):
        places = _places(text, item, item.numbers)
        if places is None or item.role in KEPT_ROLES or places[0] in changes or _is_small(item):
            continue
        value = item.numbers[0] * math.exp(SCALAR_NOISE * float(rng.normal()))
        rounded = round(value, item.decimals + 2 * item.percent)
        if rounded:
            changes[places[0]] = _written(rounded, places[0], item, _decimal_mark(places))
    return changes


def _is_small(item: Evidence) -> bool:
    """Whether a number is a count of factors, levels or sides, of which other words of the question depend."""
    value = item.numbers[0]
    return item.decimals == 0 and not item.percent and abs(value) <= LARGEST_SMALL


def _places(text: str, item: Evidence, values: Sequence[float]) -> list[Numeral] | None:
    """Where a list's values stand: one behind the other, or in a column at equal distances."""
    marks: tuple[Decimal, ...] = (".", ",")
    for decimal in marks:
        numerals = find_numerals(text, decimal, item.start, item.end)
        for stride in range(1, MAX_STRIDE):
            span = stride * (len(values) - 1)
            for first in range(0, len(numerals) - span):
                chosen = numerals[first : first + span + 1 : stride]
                if all(math.isclose(one.value, value) for one, value in zip(chosen, values, strict=True)):
                    return chosen
            if span >= len(numerals):
                break
    return None


def _drawn(values: Sequence[float], item: Evidence, rng: Generator) -> list[float]:
    spread = _deviation(values)
    drawn = [
        value + NOISE * spread * float(change) for value, change in zip(values, rng.normal(size=len(values)), strict=True)
    ]
    if list(values) == sorted(values):
        drawn.sort()
    decimals = item.decimals + 2 * item.percent
    smallest = 10.0**-decimals
    drawn = [round(value, decimals) for value in drawn]
    if min(values) > 0:
        drawn = [max(value, smallest) for value in drawn]
    elif min(values) == 0:
        drawn = [max(value, 0.0) for value in drawn]
    return [min(value, 1.0) for value in drawn] if item.percent else drawn


def _is_code(values: Sequence[float]) -> bool:
    """Whether numbers stand for kinds: few different ones, each many times."""
    return len(set(values)) <= max(2, len(values) // 3)


def _decimal_mark(places: Sequence[Numeral]) -> Decimal:
    return "," if any("," in place.text and place.decimals for place in places) else "."


def _written(value: float, place: Numeral, item: Evidence, decimal: Decimal) -> str:
    """A number as its predecessor was written; where lists mix `25` and `24.8`, trailing zeros are left out as there."""
    shown = value * 100 if item.percent else value
    text = f"{shown:.{item.decimals}f}"
    if place.decimals < item.decimals:
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", decimal) + ("%" if place.percent else "")


def _replaced(text: str, changes: dict[Numeral, str]) -> str:
    parts, at = [], 0
    for numeral in sorted(changes, key=lambda one: one.start):
        parts += [text[at : numeral.start], changes[numeral]]
        at = numeral.end
    return "".join([*parts, text[at:]])


def _shape(evidence: EvidenceSet) -> list[tuple[str, str, int, str, str]]:
    return [(item.kind, item.name, len(item.values), item.role, item.layout) for item in evidence.items]


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
