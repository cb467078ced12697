"""Wide tables and lists with names as long ones: one row for each value, with its levels beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

from havoc.prime.candidates.list_words import LIST_WORDS
from havoc.prime.candidates.offers import COUNTS_ROWS, MIN_COUNTED, SUMMARY, Offers
from havoc.prime.evidence import Evidence

MAX_RATINGS = 8
"""Different texts up to which a column of texts can be one of ratings."""
MAX_LISTS = 200
"""Lists with names that are looked at."""
UNLIKE = 5.0
"""Ratio of means from which columns hold different things."""
_TRIAL = (
    r"(?:trials?|rounds?|reps?|repeats?|replicates?|replications?|runs?|readings?|measurements?|meas|values?|tests?|tries|try|"
    r"looks?|passes|pass|times?|no|nr|[rtxymv#])"
)
_TRIAL_NAME = re.compile(
    rf"(?i)(?:{_TRIAL}[\s._#-]*)?(?:\d{{1,2}}|i{{1,3}})|(?:1st|2nd|3rd|first|second|third)(?:\s+{_TRIAL})?|{_TRIAL}\s+[a-d]"
)
"""Name of one of several readings of the same thing."""
_TRIAL_COLUMN = re.compile(rf"(?i){_TRIAL}(?:[\s._#-]*(?:no|nr|number))?")
"""Name of a column that numbers them."""
_NUMBERED = re.compile(r"(?P<stem>.*?)[\s._#-]*(?P<number>\d{1,2})")
_APART = (
    re.compile(r"^(?P<first>.+?)\s*[,/|;]\s*(?P<second>.+)$"),
    re.compile(r"^(?P<first>.+?)\s+(?:at|with|and|in|on|for|x|×|-|–)\s+(?P<second>.+)$"),
    re.compile(r"^(?P<first>\S+)[\s_]+(?P<second>\S+(?:[\s_]\d{1,2})?)$"),
    re.compile(r"^(?P<first>\S+\s\d{1,2}|\S+\s[A-Z])\s+(?P<second>.+)$"),
    re.compile(r"^(?P<first>[^\W\d_]+)[-.:_]?(?P<second>\d{1,2})$"),
    re.compile(r"^(?P<first>[^\W_]+)[-.:_](?P<second>[^\W_]+)$"),
    re.compile(r"^(?P<first>\d{1,2})[-.:_]?(?P<second>[^\W\d_]+)$"),
)
"""Two names in one, the surest separator first."""
_PEOPLE = re.compile(
    r"(?i)\bop(?:er(?:ator)?)?s?\b|\bop\d|\binsp(?:ector)?|appraiser|\brater|grader|judge|tester|technician|worker|\blab\b|"
    r"\bshift|person|\bwho\b|assessor|reviewer|doctor|\bdr\b|nurse"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Axis:
    """Levels of one kind, one for each value."""

    name: str
    """Of the column that they come from; empty where they are names of columns or lists."""
    labels: tuple[str, ...]

    @property
    def different(self) -> tuple[str, ...]:
        """The levels, in the order of the text."""
        return tuple(dict.fromkeys(self.labels))


@dataclass(frozen=True)
class Long:
    """A long table."""

    axes: tuple[Axis, ...]
    values: tuple[Any, ...]
    sources: tuple[str, ...]
    beside: Axis | None = None
    """What is true of each thing: the standard of ratings."""

    @property
    def repeats(self) -> bool:
        """Whether some values have the same levels."""
        return len(set(zip(*(axis.labels for axis in self.axes), strict=True))) < len(self.values)


def long_table(
    offers: Offers, needed: int, *, ratings: bool = False, references: bool = False, single: bool = False
) -> Long | None:
    """The one table or set of lists of a question as a long table with `needed` axes; None where it is none, or in doubt.

    Args:
        offers: what the question offers.
        needed: how many axes.
        ratings: whether the values are ratings: texts or small numbers.
        references: whether the one axis is of numbers.
        single: whether a table that is long already counts.
    """
    tables = dict.fromkeys(item.table for item in offers.lists if item.layout == "column")
    for table in tables:
        found = _from_columns(offers, offers.evidence.of_table(table), needed, ratings, references, single)
        if found:
            return found
    lists = [item for item in offers.lists if item.layout != "column" and item.kind == "values" and item.role != "factors"]
    for table in dict.fromkeys(item.table for item in lists if not ratings):
        long = _from_lists([item for item in lists if item.table == table][:MAX_LISTS], needed)
        if long:
            return long
    return None


def _from_columns(
    offers: Offers, columns: Sequence[Evidence], needed: int, ratings: bool, references: bool, single: bool
) -> Long | None:
    columns = [item for item in columns if not SUMMARY.search(item.name)]
    beside = next((item for item in columns if ratings and _says(item.name, "standard")), None)
    columns = [item for item in columns if item is not beside]
    values = _value_columns(offers, columns, ratings, references)
    ids = [item for item in columns if item not in values]
    if single and len(values) == 1:
        ids = [item for item in ids if not _TRIAL_COLUMN.fullmatch(item.name.strip())]
        return _melted(ids, values, None, beside, [item.id for item in columns]) if len(ids) == needed else None
    if len(values) < 2 or not ids:
        return None
    levels: tuple[str, ...] | None
    if len(ids) >= needed:
        levels = None if _are_repeats([item.name for item in values], references) else ()
        ids = ids[:needed]
    else:
        levels = _levels([item.name for item in values]) if len(ids) + 1 == needed and (ratings or _alike(values)) else ()
    if levels == ():
        return None
    return _melted(ids, values, levels, beside, [item.id for item in columns])


def _value_columns(offers: Offers, columns: Sequence[Evidence], ratings: bool, references: bool) -> list[Evidence]:
    """The columns that hold what was measured or judged."""
    if ratings:
        texts = [item for item in columns if item.kind == "labels"]
        words = [set(item.values) for item in texts]
        judged = [
            item for item, own in zip(texts, words, strict=True) if len(own) <= min(MAX_RATINGS, len(item.values) // 2)
        ]
        shared = [item for item in judged if any(set(item.values) & set(one.values) for one in judged if one is not item)]
        if len(shared) > 1:
            return shared
    numeric = [item for item in columns if item.kind == "values" and not _counts(offers, item, columns[0].id)]
    if ratings and len({sum(row) for row in zip(*(item.numbers for item in numeric), strict=True)}) == 1:
        return []  # How many gave each verdict: counts of all raters.
    if references and numeric and numeric[0] is columns[0]:
        return numeric[1:]
    return numeric


def _counts(offers: Offers, item: Evidence, first: str) -> bool:
    """Whether a column of numbers numbers things: 1, 2, 3, each as often as the others, in the first column."""
    if item.id in offers.index_ids:
        return True
    whole = all(value == int(value) and value >= 0 for value in item.numbers)
    often = {item.values.count(value) for value in set(item.values)} if whole and item.id == first else set()
    levels = len(set(item.values))
    if len(often) == 1 and levels >= MIN_COUNTED - 1 and set(item.values) == set(range(1, levels + 1)):
        return True
    if not item.name.strip() or _NUMBERED.fullmatch(item.name.strip()):
        return False
    named = COUNTS_ROWS.fullmatch(item.name.strip()) is not None
    return whole and (named or any(_says(item.name, name) for name in ("parts", "operators")))


def _says(name: str, argument: str) -> bool:
    """Whether a name has a word of those of an argument."""
    lower = name.lower()
    return any(re.search(rf"(?<![a-z]){re.escape(word.strip())}", lower) for word in LIST_WORDS[argument].split(";"))


def _alike(values: Sequence[Evidence]) -> bool:
    """Whether columns could hold the same thing."""
    means = sorted(abs(fmean(item.numbers)) for item in values)
    set_values = {_are_settings(item.numbers) for item in values}
    return len(set_values) == 1 and not any(high > UNLIKE * low for low, high in pairwise(means) if low > 0)


def _are_settings(numbers: Sequence[float]) -> bool:
    """Whether few values come equally often, as the levels of a factor do."""
    often = {numbers.count(value) for value in set(numbers)}
    return len(often) == 1 < max(often)


def _are_repeats(names: Sequence[str], references: bool) -> bool:
    """Whether columns are readings of the same thing: `r1 r2 r3`, `strip 1, strip 2`, `first, second`."""
    found = [_NUMBERED.fullmatch(name.strip()) for name in names]
    if all(found) and len({match["stem"].lower() for match in found if match}) == 1:
        return True
    lettered = len({name[:-1] for name in names}) == 1 and all(name[-1:].isalpha() for name in names)
    return all(_TRIAL_NAME.fullmatch(name.strip()) for name in names) or (references and (lettered or not any(names)))


def _levels(names: Sequence[str]) -> tuple[str, ...]:
    """The level of each column, of `A-1, A-2, B-1, B-2` the letter; none where two have the same name."""
    for pattern in _APART:
        found = [pattern.match(name.strip()) for name in names]
        if not all(found):
            continue
        pairs = [(match["first"].strip(), match["second"].strip()) for match in found if match]
        first, second = ({pair[place] for pair in pairs} for place in (0, 1))
        if len(first) > 1 and len(second) > 1 and len(set(pairs)) == len(pairs) == len(first) * len(second):
            trials = [all(_TRIAL_NAME.fullmatch(name) for name in side) for side in (first, second)]
            if trials[0] != trials[1]:
                return tuple(pair[1 if trials[0] else 0] for pair in pairs)
    stripped = tuple(name.strip() for name in names)
    return stripped if all(stripped) and len(set(stripped)) == len(stripped) else ()


def _melted(
    ids: Sequence[Evidence],
    values: Sequence[Evidence],
    levels: tuple[str, ...] | None,
    beside: Evidence | None,
    sources: Sequence[str],
) -> Long:
    """Rows with the same names together, in them one level after the other."""
    keys = [tuple(as_text(entry) for entry in row) for row in zip(*(item.values for item in ids), strict=True)]
    axes: list[list[str]] = [[] for _ in range(len(ids) + (levels is not None))]
    melted: list[Any] = []
    standard: list[str] = []
    kept = levels or ("",) * len(values)
    start = 0
    while start < len(keys):
        end = next((place for place in range(start, len(keys)) if keys[place] != keys[start]), len(keys))
        for level in dict.fromkeys(kept):
            for row in range(start, end):
                for own, item in zip(kept, values, strict=True):
                    if own == level:
                        melted.append(item.values[row])
                        standard += [as_text(beside.values[row])] if beside else []
                        for axis, label in zip(axes, (*keys[row], level), strict=False):
                            axis.append(label)
        start = end
    names = [item.name for item in ids] + [""] * (levels is not None)
    return Long(
        tuple(Axis(name, tuple(axis)) for name, axis in zip(names, axes, strict=True)), tuple(melted),
        (*sources, beside.id) if beside else tuple(sources), Axis(beside.name, tuple(standard)) if beside else None,
    )  # fmt: skip


def _from_lists(lists: Sequence[Evidence], needed: int) -> Long | None:
    if needed == 1:
        # The references may be listed before: `standards of 0.5, 1.0 and 2.0`.
        said = [item for item in lists if _NUMBER.search(item.name)]
        told = {float(number) for item in said for number in _NUMBER.findall(item.name)}
        lists = [item for item in lists if item in said or set(item.numbers) != told]
    names = [item.name.strip() for item in lists]
    if len(lists) < 2 or not all(names) or len(set(names)) < len(names):
        return None
    pairs = _pairs(names) if needed == 2 else _numbers(names)
    if not pairs:
        return None
    sides = zip(*pairs, strict=True)
    axes = [[level for level, item in zip(side, lists, strict=True) for _ in item.values] for side in sides]
    values = tuple(value for item in lists for value in item.numbers)
    return Long(tuple(Axis("", tuple(axis)) for axis in axes), values, tuple(item.id for item in lists))


def _pairs(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Two levels in the name of each list: `low / night`, `lab North, dough N1`."""
    for pattern in _APART[:4]:
        found = [pattern.match(name) for name in names]
        pairs = [(match["first"].strip(), match["second"].strip()) for match in found if match]
        first, second = ({pair[place] for pair in pairs} for place in (0, 1))
        if len(pairs) == len(names) and 1 < len(first) < len(names) and len(second) > 1:
            return list(pairs)
    return []


def _numbers(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The one number in the name of each list: `standard 0.5`, `T = 25`."""
    found = [_NUMBER.findall(name) for name in names]
    same = len({_NUMBER.sub("", name).strip(" :=") for name in names}) == 1
    return [(one[0],) for one in found] if same and all(len(one) == 1 for one in found) else []


def without_noun(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels without the word that begins all of them: `spring 1, spring 2` are 1 and 2. A title is no such word."""
    words = [label.split() for label in labels]
    shared = len({one[0].lower() for one in words if one}) == 1 and all(len(one) > 1 for one in words)
    shared = shared and not words[0][0].endswith(".")
    return tuple(" ".join(one[1:]) for one in words) if shared and len(set(labels)) > 1 else tuple(labels)


def people_score(axis: Axis) -> float:
    """How much an axis is one of people who measure rather than of parts that are measured."""
    score = 2.0 * bool(_PEOPLE.search(" ".join((axis.name, *axis.different))))
    score -= 2.0 * _says(axis.name, "parts")
    digits = sum(any(character.isdigit() for character in label) for label in axis.different)
    return score - (digits == len(axis.different))


def as_text(value: Any) -> str:
    """A label: a number without decimals that say nothing."""
    return value if isinstance(value, str) else f"{value:.12g}"
