"""Data of a stable period beside new ones of the same characteristics: rows marked `ref` and `new`, lists given twice."""

import re
from collections.abc import Mapping, Sequence

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import Offers, plain
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

SCORE = 0.86
_STABLE = re.compile(
    r"(?i)\b(?:ref(?:erence)?|stable|base\s?line|histor\w*|qualif\w*|calibration|training|in[- ]control|phase (?:i|1)|"
    r"old|known good)\b"
)
_NEW = re.compile(
    r"(?i)\b(?:new|now|current|monitor\w*|phase (?:ii|2)|running|today|tonight|recent|test|present|this \w+)\b"
)
_REACH = 160


def fill_reference(arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers) -> dict[str, Options]:
    """`reference` and `columns` where the words say which rows are of a stable period and which are new."""
    names = {argument.name for argument in arguments}
    if not {"columns", "reference"} <= names or "reference" in options:
        return {}
    return _by_label(offers) or _by_repeated_names(offers)


def _by_label(offers: Offers) -> dict[str, Options]:
    """Rows that a column of two labels parts."""
    for labels in offers.evidence.of_kind("labels"):
        kinds = list(dict.fromkeys(map(str, labels.values)))
        if not labels.table or len(kinds) != 2 or len(set(labels.values)) == len(labels.values):
            continue
        stable = [kind for kind in kinds if _STABLE.search(kind)]
        fresh = [kind for kind in kinds if _NEW.search(kind) and kind not in stable]
        columns = [item for item in offers.evidence.of_table(labels.table) if item in offers.numeric]
        if len(stable) != 1 or len(fresh) != 1 or len(columns) < 2:
            continue
        parts = [
            {
                item.name: plain([value for value, label in zip(item.values, labels.values, strict=True) if label == kind])
                for item in columns
            }
            for kind in (stable[0], fresh[0])
        ]
        sources = (labels.id, *(item.id for item in columns))
        return _options(parts[0], parts[1], sources, sources)
    return {}


def _by_repeated_names(offers: Offers) -> dict[str, Options]:
    """The same names twice, the first time behind words of a stable period and then behind words of a new one."""
    lists = [item for item in offers.lists if item.kind == "values" and not item.table and item.name.strip()]
    half = len(lists) // 2
    first, second = lists[:half], lists[half:]
    if half < 2 or [item.name for item in first] != [item.name for item in second]:
        return {}
    if any(len({len(item.values) for item in part}) > 1 for part in (first, second)):
        return {}
    text = offers.evidence.text
    before = [text[max(0, part[0].start - _REACH) : part[0].start] for part in (first, second)]
    between = text[first[-1].end : second[0].start]
    if not _STABLE.search(before[0]) or not _NEW.search(between[-_REACH:]):
        return {}
    return _options(_columns(first), _columns(second), _ids(first), _ids(second))


def _columns(items: Sequence[Evidence]) -> dict[str, list[float]]:
    return {item.name: list(item.numbers) for item in items}


def _ids(items: Sequence[Evidence]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def _options(
    stable: Mapping[str, list[float]], fresh: Mapping[str, list[float]], before: tuple[str, ...], behind: tuple[str, ...]
) -> dict[str, Options]:
    return {
        "reference": (option(dict(stable), before, SCORE, "the rows of the stable period"),),
        "columns": (option(dict(fresh), behind, SCORE, "the new rows"),),
    }
