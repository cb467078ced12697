"""What the evidence of a question offers to arguments: columns, samples and subgroups, each with where it comes from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from havoc.prime.candidates.phrases import question_words
from havoc.prime.candidates.single_counts import Amounts, Tally, amounts, four_counts, tally
from havoc.prime.evidence import Evidence, EvidenceSet
from havoc.prime.prompt_words import word_set

COUNTS_ROWS = re.compile(
    r"(?:run|no|nr|number|#|id|sub ?group|obs(?:ervation)?|row|index|sample|point|std ?order|run ?order|order|hour|day|date|"
    r"shift|lot|batch|item|case|subject|patient|part|unit|time|week|wk|month|year|person|pair|taster|judge|block|athlete|piece|"
    r"bag|bottle|bolt|wafer|panel|board|roll|coil|heat|melt|cast|charge|tray|box|pallet|ticket|seq(?:uence)?|entry|line|"
    r"reading|measurement|check|test|trial|inspection|delivery|job|set|round|visit|interval|period|quarter|specimen|animal|"
    r"plot|student|employee|car|vial|ampoule|tablet|can|pack|carton|cycle|stroke|shot|weld|casting|sheet|reel|bale)?s?"
    r"[\W_]*(?:no|nr|num|number|id|#|index|position|code)?[\W_]*",
    re.IGNORECASE,
)
"""Names of columns that only count the rows where their values are consecutive whole numbers."""
_SCALE = re.compile(
    r"(?i)x\d?|dose|conc\w*|temp\w*|time|hours?|days?|age|load|speed|pressure|power|level|amount|length|width|height|distance|"
    r"weight|rate|flow|ph|rank|score|rating|count|defects?|y|z|[a-h]"
)
"""Names of columns whose consecutive numbers may be measured or set, however few they are."""
MIN_COUNTED = 4
"""Rows from which a first column of 1, 2, 3, ... counts them, whatever its name."""
SUMMARY = re.compile(r"\b(?:total|sum|all|mean|average|range)\b", re.IGNORECASE)
"""Names of columns that sum up the others."""
_NUMBERED = re.compile(r"[^\W\d_][^\d]*\d{1,3}")
_ONE = re.compile(r"(?<!\d)1\W*$")
_THINGS = re.compile(
    r"(?i)subject|patient|person|student|athlete|employee|operator|animal|pair|car|tyre|tire|specimen|volunteer|employee"
)
GOOD = word_set("pass passed yes y ok good accept accepted success hit positive detected true present right correct")
"""Verdicts that count as 1 beside another one."""
MAX_LEVELS = 20
"""Different values up to which a column of numbers can be one of levels."""


@dataclass(frozen=True)
class Sample:
    """Numbers that belong together, from one item or from several."""

    name: str
    values: list[float]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """Rows of numbers."""

    rows: list[list[float]]
    names: tuple[str, ...]
    """Of the rows, where they have some."""
    sources: tuple[str, ...]
    score: float
    """How surely these are rows, from 0 to 1."""
    across: bool
    """Whether the rows were read across the columns of a table."""


@dataclass(frozen=True)
class Traits:
    """What a list could be."""

    levels: tuple[Any, ...]
    """Its different values, rising, where it is one of levels; none where it is a measurement."""
    whole: bool
    """Whether all could be counts."""
    binary: bool
    """Whether all are 0 or 1."""


class Offers:
    """The lists of an evidence, in the shapes that operations take."""

    def __init__(self, evidence: EvidenceSet) -> None:
        self.evidence = evidence
        self.lists = tuple(item for item in evidence.of_kind("values", "labels") if item.values)
        """All lists, in the order of the text."""
        self._traits: dict[str, Traits] = {}
        self.numbers = evidence.of_kind("number")
        self.ranges = evidence.of_kind("range")
        self.expressions = evidence.of_kind("expression")

    @cached_property
    def words(self) -> str:
        """The question without its data."""
        return question_words(self.evidence)

    def traits(self, item: Evidence) -> Traits:
        """What a list could be; looked at once."""
        if item.id not in self._traits:
            self._traits[item.id] = _traits(item)
        return self._traits[item.id]

    @cached_property
    def names(self) -> dict[str, str]:
        """Id of each list -> its name."""
        return {item.id: item.name for item in self.lists}

    @cached_property
    def index_ids(self) -> frozenset[str]:
        """Columns that only count the rows."""
        return frozenset(item.id for item in self.lists if item.table and self._counts_rows(item))

    @cached_property
    def columns(self) -> tuple[Evidence, ...]:
        """Lists that are no row of a table, no counter of rows and no list of factors."""
        return tuple(
            item for item in self.lists if item.layout != "row" and item.id not in self.index_ids and item.role != "factors"
        )

    @cached_property
    def counters(self) -> tuple[Evidence, ...]:
        """Columns that only count the rows: good for an argument where nothing else is left, as the day of a trend."""
        return tuple(item for item in self.lists if item.id in self.index_ids and item.kind == "values")

    @cached_property
    def numeric(self) -> tuple[Evidence, ...]:
        """Columns of numbers."""
        return tuple(item for item in self.columns if item.kind == "values")

    @cached_property
    def groups(self) -> tuple[Sample, ...]:
        """Samples to compare: the lists, the columns of a table, or one column split by the levels of another."""
        split = self.split
        if split:
            return split
        rows = [item for item in self.lists if item.layout == "row" and item.kind == "values"]
        # The rows of two matrices are no samples.
        items = self.numeric or (tuple(rows) if len({item.table for item in rows}) == 1 else ())
        return tuple(Sample(item.name, list(item.numbers), (item.id,)) for item in items)

    @cached_property
    def split(self) -> tuple[Sample, ...]:
        """The one column of numbers split by the levels of the one column of labels, where a table has just these."""
        for table in dict.fromkeys(item.table for item in self.columns if item.table):
            columns = [item for item in self.columns if item.table == table]
            factors = [item for item in columns if item.kind == "labels"]
            responses = [item for item in columns if item.kind == "values"]
            if (
                len(factors) == 0
                and len(responses) == 2
                and self.traits(responses[0]).levels
                and not self.traits(responses[1]).levels
            ):
                factors, responses = responses[:1], responses[1:]
            if len(factors) == 1 and len(responses) == 1 and _repeats(factors[0]):
                return _by_level(factors[0], responses[0])
        return ()

    @cached_property
    def named_rows(self) -> frozenset[str]:
        """Columns of tables whose rows are people or things of their own, by names that do not repeat: pairs."""
        found: set[str] = set()
        for table in dict.fromkeys(item.table for item in self.lists if item.table):
            columns = self.evidence.of_table(table)
            names = [item for item in columns if item.kind == "labels" and len(set(item.values)) == len(item.values)]
            counted = [item for item in columns if item.id in self.index_ids and _THINGS.search(item.name)]
            if (names or counted) and len([item for item in columns if item in self.numeric]) > 1:
                found.update(item.id for item in columns)
        return frozenset(found)

    @cached_property
    def from_one(self) -> bool:
        """Whether the names of the lists are numbered from 1."""
        return any(_ONE.search(item.name) for item in self.lists)

    @cached_property
    def siblings(self) -> bool:
        """Whether the lists are named as things of one kind: `lamp red` and `lamp blue`, A and B."""
        names = [item.name.lower().split() for item in self.numeric]
        if len(names) < 2 or not all(names):
            return False
        shared = set(names[0]).intersection(*names[1:])
        return bool(shared) or all(len(name) == 1 and len(name[0]) == 1 and name[0] not in "xyz" for name in names)

    @cached_property
    def tally(self) -> Tally | None:
        """Counts with their names that are given one by one."""
        return tally(self.numbers, self.evidence.text)

    @cached_property
    def amounts(self) -> Amounts | None:
        """Events and the amounts in which they were found, given one by one."""
        return None if self.lists else amounts(self.numbers)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Rows of numbers, the surest first."""
        found = [*self._tables(), *self._stacked(), *self._four_counts()]
        return tuple(sorted(found, key=lambda block: -block.score))

    def _tables(self) -> Iterable[Block]:
        for table in dict.fromkeys(item.table for item in self.lists if item.table):
            items = [item for item in self.lists if item.table == table]
            rows = [item for item in items if item.layout == "row" and item.kind == "values"]
            columns = [item for item in items if item in self.numeric and not SUMMARY.search(item.name)]
            if rows:
                yield _block(rows, 1.0)
            elif len(columns) > 1:
                values = [list(entries) for entries in zip(*(item.numbers for item in columns), strict=False)]
                labels = next((item for item in items if item.kind == "labels"), None)
                names = tuple(map(str, labels.values)) if labels else ()
                sources = tuple(item.id for item in items)
                yield Block(values, names, sources, 0.9, True)
            elif not columns:
                yield from self._verdicts(items)

    def _verdicts(self, items: Sequence[Evidence]) -> Iterable[Block]:
        """Columns of verdicts in two words that say which is the good one, as rows of 1 and 0."""
        names = next((item for item in items if len(set(item.values)) == len(item.values)), None)
        judged = [item for item in items if item is not names]
        words = {str(value).lower() for item in judged for value in item.values}
        if len(judged) < 2 or len(words) != 2 or len(words & GOOD) != 1 or any(item.kind != "labels" for item in judged):
            return
        entries = zip(*(item.values for item in judged), strict=True)
        rows = [[float(str(value).lower() in GOOD) for value in row] for row in entries]
        labels = tuple(map(str, names.values)) if names else ()
        yield Block(rows, labels, tuple(item.id for item in judged), 0.8, True)

    def _stacked(self) -> Iterable[Block]:
        """Lists that stand by themselves, each as a row."""
        alone = [item for item in self.lists if not item.table and item.kind == "values" and item.role != "factors"]
        series = [item for item in alone if _NUMBERED.fullmatch(item.name.strip())]
        # A short list in the words before `panel 1: ...; panel 2: ...` is no row of theirs.
        if len(series) > 2 and len({item.name.rstrip("0123456789 ") for item in series}) == 1:
            alone = series
        if len(alone) > 1:
            equal = len({len(item.values) for item in alone}) == 1
            yield _block(alone, 0.8 if equal else 0.5)

    def _four_counts(self) -> Iterable[Block]:
        """Four counts that stand by themselves, as a table."""
        found = None if self.lists else four_counts(self.numbers, self.evidence.text)
        if found:
            yield Block(found[0], (), found[1], 0.5, False)

    def _counts_rows(self, item: Evidence) -> bool:
        columns = self.evidence.of_table(item.table)
        if len(columns) < 2 or item.layout == "row":
            return False
        name = item.name.strip()
        if item.kind == "labels":
            return len(set(item.values)) == len(item.values) and bool(COUNTS_ROWS.fullmatch(name))
        first, length = item.numbers[0], len(item.values)
        if first != int(first) or item.numbers != tuple(range(int(first), int(first) + length)):
            return False
        known = bool(COUNTS_ROWS.fullmatch(name))
        if known and first == 1:
            return True
        # Beside a column of 0 and 1 alone, they may well be what was measured: times of events.
        measured = any(one.kind == "values" and one.id != item.id and len(set(one.values)) > 2 for one in columns)
        leads = item.id == columns[0].id and first == 1 and length >= MIN_COUNTED and not _SCALE.fullmatch(name)
        return measured and (known or leads)


def _traits(item: Evidence) -> Traits:
    different = set(item.values)
    numbers = item.numbers
    whole = item.kind == "values" and all(value >= 0 and value == int(value) for value in numbers)
    discrete = item.kind == "labels" or all(value == int(value) for value in numbers)
    few = len(different) <= min(MAX_LEVELS, len(item.values) // 2)
    levels = tuple(sorted(different, key=lambda value: (isinstance(value, str), value))) if few and discrete else ()
    return Traits(levels, whole, item.kind == "values" and different <= {0.0, 1.0})


def unique_names(names: Sequence[str], fallback: str) -> list[str]:
    """The names, made different; those that are empty are numbered."""
    taken: dict[str, None] = {}
    for place, name in enumerate(names, start=1):
        own = name.strip() or f"{fallback}{place}"
        taken[own if own not in taken else f"{own} ({place})"] = None
    return list(taken)


def plain(values: Sequence[Any], counts: bool = False) -> list[Any]:
    """As JSON; counts as whole numbers."""
    return [int(value) for value in values] if counts else list(values)


def _repeats(item: Evidence) -> bool:
    return 2 <= len(set(item.values)) < len(item.values)


def _by_level(factor: Evidence, response: Evidence) -> tuple[Sample, ...]:
    groups: dict[str, list[float]] = {}
    for level, value in zip(factor.values, response.numbers, strict=False):
        name = level if isinstance(level, str) else f"{factor.name} {level:g}".strip()
        groups.setdefault(name, []).append(value)
    return tuple(Sample(name, values, (factor.id, response.id)) for name, values in groups.items())


def _block(items: Sequence[Evidence], score: float) -> Block:
    names = tuple(item.name for item in items)
    return Block([list(item.numbers) for item in items], names, tuple(item.id for item in items), score, False)
