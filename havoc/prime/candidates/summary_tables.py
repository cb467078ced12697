"""Numbers of two samples from a table of summaries: `| sample | n | mean | s |`, or the same with its rows as columns."""

from collections.abc import Iterator, Sequence

from havoc.prime.candidates.arguments import NUMBERS, Argument
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

SCORE = 0.9
LEAST = 2
"""Kinds of numbers that a table of summaries has."""


def fill_summaries(arguments: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """`mean1`, `sd1`, `n1`, `mean2`, ... from the first table that has two samples and at least two of these kinds."""
    placed = [argument for argument in arguments if argument.kind in NUMBERS and argument.place in (1, 2)]
    for table in dict.fromkeys(item.table for item in offers.lists if placed and item.layout == "column"):
        found: dict[str, Options] = {}
        for name, values, sources in _kinds(offers.evidence.of_table(table)):
            for argument in placed:
                if _is_called(argument, name):
                    value = values[argument.place - 1]
                    whole = argument.kind == "whole" and value == int(value)
                    reason = f"{name} of the table"
                    found.setdefault(argument.name, (option(int(value) if whole else value, sources, SCORE, reason),))
        if len(found) >= 2 * LEAST:
            return found
    return {}


def _kinds(columns: Sequence[Evidence]) -> Iterator[tuple[str, tuple[float, ...], tuple[str, ...]]]:
    """Each kind of number with its name, the values of both samples and where they come from."""
    numeric = [item for item in columns if item.kind == "values"]
    names = next((item for item in columns if item.kind == "labels"), None)
    if numeric and len(numeric[0].values) == 2:
        yield from ((item.name, item.numbers, (item.id,)) for item in numeric)
    if names is not None and len(numeric) == 2:
        sources = tuple(item.id for item in columns)
        rows = zip(names.values, numeric[0].numbers, numeric[1].numbers, strict=True)
        yield from ((str(name), (one, two), sources) for name, one, two in rows)


def _is_called(argument: Argument, name: str) -> bool:
    """Whether a name begins with a word for the argument: `mean mPa·s`, `N`, `std dev`."""
    lower = name.lower().strip(" .:")
    return any(lower == word or lower.startswith(f"{word} ") for word in (word.lower() for word in argument.words))
