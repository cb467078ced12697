"""Arguments that are columns of a long table, where a question lays its data out in another way."""

import re
from collections.abc import Sequence

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.long_tables import Axis, Long, as_text, long_table, people_score, without_noun
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.taken import Options, option

SCORE = 0.85
"""Of what is read from a wide table or from lists: below that of a long table as it stands."""
MAX_SHORT = 3
"""Characters of a label that needs no noun."""
_STUDIES = (("parts", "operators", "measurements"), ("parts", "appraisers", "ratings"))
_REFERENCES = ("references", "measurements")
_TWO_WAY = ("factor_a", "factor_b", "response")


def fill_long(arguments: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """Parts, operators and measurements, two factors and a response, references and measurements; none where none fit."""
    names = {argument.name for argument in arguments}
    for parts, people, values in _STUDIES:
        if names >= {parts, people, values}:
            ratings = values == "ratings"
            found = long_table(offers, 2, ratings=ratings, single=not ratings)
            # Without repeats there is no repeatability: a table of people and two columns may well be one of pairs.
            return _study(found, parts, people, values, ratings) if found and (ratings or found.repeats) else {}
    if names >= set(_REFERENCES):
        found = long_table(offers, 1, references=True)
        return _referenced(found) if found and all(map(_is_number, found.axes[0].different)) else {}
    if names >= set(_TWO_WAY):
        found = long_table(offers, 2)
        return _two_way(found) if found and all(len(axis.different) > 1 for axis in found.axes) else {}
    return {}


def _study(found: Long, parts: str, people: str, values: str, ratings: bool) -> dict[str, Options]:
    first, second = found.axes
    scores = people_score(first), people_score(second)
    fewer = len(first.different) < len(second.different)
    swapped = fewer if scores[0] == scores[1] else scores[0] > scores[1]
    measured = second if swapped else first
    measuring = first if swapped else second
    entries = [as_text(value) for value in found.values] if ratings else list(found.values)
    named = {parts: _short(measured), people: _short(measuring), values: entries}
    if found.beside:
        named["standard"] = list(found.beside.labels)
    reason = f"{parts} are {_said(measured)}, {people} are {_said(measuring)}"
    return {name: (option(value, found.sources, SCORE, reason),) for name, value in named.items()}


def _short(axis: Axis) -> list[str]:
    """Labels that were names of lists or columns, without the noun that all of them begin with: `spring 1` is 1."""
    short = dict(zip(axis.different, without_noun(axis.different), strict=True))
    if axis.name or any(len(label) > MAX_SHORT for label in short.values()):
        return list(axis.labels)
    return [short[label] for label in axis.labels]


def _said(axis: Axis) -> str:
    shown = ", ".join(axis.different[:3]) + (", ..." if len(axis.different) > 3 else "")
    return f"those of the column {axis.name}" if axis.name else shown


def _referenced(found: Long) -> dict[str, Options]:
    references = [float(label) for label in found.axes[0].labels]
    reason = "each reference stands beside its measurements"
    return {
        "references": (option(references, found.sources, SCORE, reason),),
        "measurements": (option(list(found.values), found.sources, SCORE, reason),),
    }


def _is_number(label: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", label) is not None


def _two_way(found: Long) -> dict[str, Options]:
    first, second = found.axes
    reason = f"the levels are {_said(first)} and {_said(second)}"
    columns = (("response", found.values), ("factor_a", first.labels), ("factor_b", second.labels))
    return {name: (option(list(value), found.sources, SCORE, reason),) for name, value in columns}
