"""Lists for arguments: columns, samples, groups and rows."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from havoc.prime.candidate import Option
from havoc.prime.candidates.arguments import LISTS, Argument
from havoc.prime.candidates.column_words import asked_for, held_constant, means_failure, predicts
from havoc.prime.candidates.list_words import INDEPENDENT, LAST, LEADING, LIST_WORDS, NAMED_ONLY, PARAMETERS
from havoc.prime.candidates.long_filling import fill_long
from havoc.prime.candidates.offers import Block, Offers, Sample, Traits, plain, unique_names
from havoc.prime.candidates.taken import Options, best_first, option
from havoc.prime.evidence import Evidence

NAMED_BONUS, ASKED_BONUS, ORDER = 0.35, 0.4, 0.04
"""For a fitting name, for a response that the words name, and for standing where such a list usually stands."""
OTHERS = 0.85
"""Share of its score for an option that is not the one taken."""
BASE = 0.6
_EVENTS = frozenset({"defects", "nonconforming", "nonconformities"})
_SIZES = frozenset({"sizes", "sample_sizes", "units"})
MAX_COLUMNS = 40
"""Lists of a question among which an argument looks for its own."""


def fill_lists(arguments: Sequence[Argument], offers: Offers, prose: str, operation: str) -> dict[str, Options]:
    """Options of the arguments that are one list.

    Two that are samples of their own are also found in a table whose column of labels splits the other one.
    """
    single = [argument for argument in arguments if argument.kind in LISTS]
    samples = _as_samples(single, offers)
    if samples:
        return samples
    long = fill_long(single, offers)
    if long:
        return long
    wrapped = _wrapped(single, offers)
    if wrapped:
        return wrapped
    counted = _one_by_one(single, offers)
    single = [argument for argument in single if argument.name not in counted]
    needed = len([argument for argument in single if argument.required])
    items = offers.columns or tuple(item for item in offers.lists if item.role != "factors")
    if len(items) < needed:
        items = tuple(sorted((*items, *offers.counters), key=lambda item: int(item.id[1:])))
    items = items[:MAX_COLUMNS]
    last = frozenset[str]() if operation in LEADING else LAST
    many = needed > 1 or any(argument.name == "response" for argument in single)
    scored = sorted(
        (
            (score, place, order)
            for place, argument in enumerate(single)
            for order, item in enumerate(items)
            for score in [_score(argument, item, offers, (order + 1) / len(items), prose, many, last)]
            if score > 0
        ),
        key=lambda entry: (-round(entry[0], 4), not single[entry[1]].required, entry[1], entry[2]),
    )
    filled: dict[int, int] = {}
    for score, place, order in scored:
        argument = single[place]
        if place in filled or order in filled.values():
            continue
        if not argument.required and not _may_take(argument, items[order], score, filled, single, items):
            continue
        if not _fits_length(argument, items[order], filled, single, items):
            continue
        filled[place] = order
    taken = {place: score for score, place, order in scored if filled.get(place) == order}
    free = {order for _, _, order in scored} - set(filled.values())
    return counted | {
        single[place].name: best_first(
            [
                _list_option(
                    single[place], items[order], offers, score if order == first else OTHERS * min(score, taken[place])
                )
                for score, other, order in scored
                if other == place and order in free | {first}
            ]
        )
        for place, first in filled.items()
    }


def _list_option(argument: Argument, item: Evidence, offers: Offers, score: float) -> Option:
    if argument.name == "censored" and means_failure(item.name, offers.words):
        return option([1 - int(value) for value in item.numbers], (item.id,), score, f"{item.name}, where 1 is a failure")
    value = plain(item.values, counts=offers.traits(item).whole and argument.kind == "counts")
    if argument.kind == "labels":
        value = [one if isinstance(one, str) else f"{one:.12g}" for one in item.values]
    return option(value, (item.id,), score, f"the list {item.name}" if item.name else "a list of the question")


def _as_samples(single: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """Two independent samples from groups that a column of labels makes."""
    pair = [argument for argument in single if argument.name in INDEPENDENT and argument.kind == "numbers"]
    if len(pair) != 2 or len(offers.split) != 2:
        return {}
    return {
        argument.name: (option(sample.values, sample.sources, 0.9, f"the values of {sample.name}"),)
        for argument, sample in zip(pair, offers.split, strict=True)
    }


def _wrapped(single: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """The one list that an operation takes, from a block of numbers without names: a long list broken over lines."""
    needed = [argument for argument in single if argument.required]
    rows = [item for item in offers.lists if item.layout == "row" and item.kind == "values"]
    others = [item for item in offers.lists if item not in rows and item.role != "factors"]
    block = len(rows) > 1 and len({item.table for item in rows}) == 1 and not any(item.name.strip() for item in rows)
    if len(needed) != 1 or needed[0].kind != "numbers" or others or not block:
        return {}
    value = [number for item in rows for number in item.numbers]
    reason = "the numbers of all lines, one after the other"
    return {needed[0].name: (option(value, tuple(item.id for item in rows), BASE, reason),)}


def _one_by_one(single: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """Categories with their counts, or events with the amounts in which they were found, from single numbers."""
    names = {argument.name for argument in single}
    tally, amounts = offers.tally, offers.amounts
    events, sizes = sorted(names & _EVENTS), sorted(names & _SIZES)
    if amounts and events and sizes:
        found = "the counts of the question, one by one"
        return {
            events[0]: (option(list(amounts.events), amounts.event_sources, 0.75, found),),
            sizes[0]: (option(list(amounts.sizes), amounts.size_sources, 0.75, found),),
        }
    if tally is None or not names & {"categories", "observed"}:
        return {}
    # Beside them only what is expected of them may be a list.
    if offers.lists and ("expected" not in names or any(len(item.values) != len(tally.counts) for item in offers.lists)):
        return {}
    whole = option(list(tally.counts), tally.sources, 0.75, "named numbers of the question")
    if "observed" in names:
        return {"observed": (whole,)}
    return {"categories": (option(list(tally.names), tally.sources, 0.75, "names of these numbers"),), "counts": (whole,)}


def _score(
    argument: Argument, item: Evidence, offers: Offers, position: float, prose: str, many: bool, last: frozenset[str]
) -> float:
    score = BASE * _kind_fit(argument, item, offers.traits(item))
    if score <= 0:
        return 0.0
    # `week 2` beside `week 3` is the first one.
    if _named(argument, item.name) and (not argument.place or offers.from_one):
        score += NAMED_BONUS
    if many and argument.name in last and item.name and asked_for(item.name, prose):
        score += ASKED_BONUS
    if argument.name not in ("controls", "covariates") and item.name and held_constant(item.name, prose):
        score -= ASKED_BONUS
    return score + ORDER * (position if argument.name in last else 1 - position)


def _kind_fit(argument: Argument, item: Evidence, traits: Traits) -> float:
    if argument.kind == "labels":
        if item.kind == "labels":
            return 1.0
        if argument.name == "response":
            return 0.8 if traits.binary else 0.3
        return 0.75 if traits.levels else 0.0
    if item.kind == "labels":
        return 0.0
    if argument.name == "censored":
        return 1.0 if traits.binary else 0.0
    if argument.kind == "counts":
        return 1.0 if traits.whole else 0.0
    return 1.0


@cache
def _word_pattern(argument: Argument) -> re.Pattern[str]:
    own = [*argument.words, argument.name.replace("_", " "), *LIST_WORDS.get(argument.name.replace("_", " "), "").split(";")]
    words = {word.strip().lower() for word in own if word.strip()}
    parts = [rf"{re.escape(word)}\w*" if len(word) > 2 else re.escape(word) for word in sorted(words, key=len, reverse=True)]
    return re.compile(rf"(?<![a-z])(?:{'|'.join(parts)})(?![a-z])")


def _named(argument: Argument, name: str) -> bool:
    lower = name.lower().replace("_", " ").strip()
    exact = re.sub(r"[\s_\-.]", "", lower)
    if exact == argument.name.replace("_", "").lower():
        return True
    figure = re.search(r"(\d)\W*$", lower)
    if argument.place and figure:
        return int(figure[1]) == argument.place
    return bool(lower and not argument.place and _word_pattern(argument).search(lower))


def _may_take(
    argument: Argument,
    item: Evidence,
    score: float,
    filled: Mapping[int, int],
    single: Sequence[Argument],
    items: Sequence[Evidence],
) -> bool:
    """Whether an argument that may be left out takes a list: by its name, or since the list is like one already taken."""
    spaced = argument.name.replace("_", " ")
    if spaced == "censored":
        return len(filled) > 0
    if spaced in NAMED_ONLY:
        return _named(argument, item.name) and len(filled) > 0
    return not any(place for place, other in enumerate(single) if other.required and place not in filled) and (
        argument.kind != "labels" or item.kind == "labels" or not item.table
    )


def _fits_length(
    argument: Argument, item: Evidence, filled: Mapping[int, int], single: Sequence[Argument], items: Sequence[Evidence]
) -> bool:
    """Lists that belong together entry by entry are equally long; a single value may stand for all."""
    if argument.name in INDEPENDENT:
        return True
    lengths = {len(items[order].values) for place, order in filled.items() if single[place].name not in INDEPENDENT}
    return not lengths or lengths == {len(item.values)}


def fill_groups(offers: Offers) -> Options:
    """Named samples to compare."""
    options = []
    for samples, score in ((offers.groups, 0.9), (_rows_as_samples(offers.blocks), 0.6)):
        if len(samples) >= 2 and all(sample.values for sample in samples):
            sources = dict.fromkeys(source for sample in samples for source in sample.sources)
            names = unique_names([sample.name for sample in samples], "group ")
            value = {name: list(sample.values) for name, sample in zip(names, samples, strict=True)}
            options.append(option(value, tuple(sources), score, f"{len(samples)} samples"))
    return best_first(options)


def _rows_as_samples(blocks: Sequence[Block]) -> tuple[Sample, ...]:
    for block in blocks:
        if not block.across:
            names = block.names or ("",) * len(block.rows)
            return tuple(Sample(name, row, block.sources) for name, row in zip(names, block.rows, strict=True))
    return ()


def fill_rows(arguments: Sequence[Argument], offers: Offers, size: int | None) -> dict[str, Options]:
    """Rows: subgroups, tables of counts, matrices. A second argument of rows takes the second table."""
    rows = [
        argument
        for argument in arguments
        if argument.kind == "rows" and (argument.required or argument.name in ("subgroups", "table"))
    ]
    blocks = [option(block.rows, block.sources, block.score, f"{len(block.rows)} rows") for block in offers.blocks]
    if len(rows) < 2:
        single = [
            item for item in offers.numeric if size and size > 1 and len(item.values) % size == 0 and len(item.values) > size
        ]
        blocks += [
            option(_cut(item.numbers, size), (item.id,), 0.7, f"cut into subgroups of {size}") for item in single if size
        ]
    filled: dict[str, Options] = {}
    for argument in rows:
        rest = [block for block in blocks if not any(block is options[0] for options in filled.values())]
        named = [block for block in rest if _block_named(argument, block, offers)]
        if rest:
            first = named[0] if named else rest[0]
            filled[argument.name] = best_first([first, *rest]) if first is rest[0] else (first,)
    return filled


def _block_named(argument: Argument, block: Option, offers: Offers) -> bool:
    return any(_named(argument, name) for name in {offers.names.get(source, "") for source in block.sources[:MAX_COLUMNS]})


def _rows(offers: Offers) -> tuple[Evidence, ...]:
    """The named rows of the one table of a question: `noise 59.8 56.1 62.6`."""
    rows = tuple(item for item in offers.lists if item.layout == "row" and item.name.strip())
    return rows if len({item.table for item in rows}) == 1 else ()


def _cut(numbers: Sequence[float], size: int | None) -> list[list[float]]:
    step = size or len(numbers)
    return [list(numbers[start : start + step]) for start in range(0, len(numbers), step)]


def fill_columns(argument: Argument, offers: Offers, taken: frozenset[str], length: int | None) -> Options:
    """Named columns from the lists that no other argument has taken, of `length` where it matters."""
    counted = [item for item in offers.counters if predicts(item.name, offers.words)]
    items = [
        item
        for item in sorted((*(offers.columns or _rows(offers)), *counted), key=lambda item: int(item.id[1:]))
        if item.id not in taken and (argument.texts or item.kind == "values") and length in (None, len(item.values))
        and not PARAMETERS.search(item.name)
    ]  # fmt: skip
    if not items and argument.texts:
        items = [item for item in offers.counters if item.id not in taken and length in (None, len(item.values))]
    if not items or len({len(item.values) for item in items}) > 1:
        return ()
    names = unique_names([item.name for item in items], "x")
    if len(items) == 1 and not items[0].name.strip():
        names = ["x"]
    value = {name: plain(item.values) for name, item in zip(names, items, strict=True)}
    return (option(value, tuple(item.id for item in items), 0.85, f"columns {', '.join(names)}"),)
