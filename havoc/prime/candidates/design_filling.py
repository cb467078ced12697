"""Factors and treatments: from ranges, lists of levels, names, or their number; of finished runs from their columns."""

from typing import Any

from havoc.prime.candidate import Option
from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.signs import words_around
from havoc.prime.candidates.taken import Options, best_first, option
from havoc.prime.evidence import Evidence

MOST_LEVELS = 6
"""Values up to which a list without a role may be the levels of a factor."""
_COUNT_ROLES = {"factors": ("factors",), "treatments": ("groups", "levels", "factors"), "second_treatments": ()}


def fill_factors(argument: Argument, offers: Offers) -> Options:
    """Factors of a design that is to be made."""
    described = [_described(item) for item in offers.ranges]
    levels = [item for item in offers.lists if item.role == "levels" and item.name] or _short(offers)
    names = [item for item in offers.lists if item.kind == "labels" and item.role == "factors"]
    options: list[Option] = []
    if described or levels:
        value = [*described, *map(_levelled, levels)]
        sources = (*(item.id for item in offers.ranges), *(item.id for item in levels))
        named = all(factor["name"] for factor in value)
        sure = 0.98 if named and (described or levels[0].role) else 0.8 if described or levels[0].role else 0.5
        options.append(option(value if named else _numbered(value), sources, sure, "ranges of the question"))
    for item in names:
        options.append(option([{"name": str(name)} for name in item.values], (item.id,), 0.9, "names of factors"))
    return best_first([*options, *_counts(argument, offers)])


def _short(offers: Offers) -> list[Evidence]:
    """Lists that could be levels: all of them named, apart and short."""
    apart = all(item.name and not item.table for item in offers.lists)
    fit = apart and all(2 <= len(set(item.values)) == len(item.values) <= MOST_LEVELS for item in offers.lists)
    return list(offers.lists) if fit and len(offers.lists) > 1 and not offers.ranges else []


def fill_names(argument: Argument, offers: Offers) -> Options:
    """Treatments: their number or their names."""
    labels = [
        option([str(name) for name in item.values], (item.id,), 0.7, "names in the question")
        for item in offers.lists
        if item.kind == "labels"
    ]
    return best_first([*_counts(argument, offers), *labels]) if argument.required else ()


def _counts(argument: Argument, offers: Offers) -> list[Option]:
    roles = _COUNT_ROLES.get(argument.name, ())
    options = []
    for item in offers.numbers:
        value = item.numbers[0]
        if value != int(value) or not 1 < value <= 64:
            continue
        if item.role in roles:
            options.append(
                option(int(value), (item.id,), 0.95 - 0.05 * roles.index(item.role), f"{int(value)} {argument.name}")
            )
        elif not item.role:
            before, behind = words_around(argument)
            text = offers.evidence.text
            if before.search(text[max(0, item.start - 28) : item.start]) or behind.search(text[item.end : item.end + 28]):
                options.append(option(int(value), (item.id,), 0.8, f"stands beside {argument.name}"))
            elif argument.required:
                options.append(option(int(value), (item.id,), 0.3, "the number that is left"))
    return options


def _described(item: Evidence) -> dict[str, Any]:
    low, high = sorted(item.numbers)
    return {"name": item.name, "low": low, "high": high} | ({"unit": item.unit} if item.unit else {})


def _levelled(item: Evidence) -> dict[str, Any]:
    """A factor by its levels; two numbers are its low and high."""
    if len(item.values) == 2 and item.kind == "values":
        return _described(item)
    return {"name": item.name, "levels": list(item.values)}


def _numbered(factors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [factor | {"name": factor["name"] or f"X{place}"} for place, factor in enumerate(factors, start=1)]


def factors_of_runs(columns: dict[str, list[Any]], offers: Offers) -> dict[str, list[Any]]:
    """Factor -> low and high as the columns of finished runs have them, or as ranges of these names say; texts as levels."""
    stated = {item.name.lower(): sorted(item.numbers) for item in offers.ranges}
    factors: dict[str, list[Any]] = {}
    for name, values in columns.items():
        if any(isinstance(value, str) for value in values):
            factors[name] = sorted(set(values))
        else:
            factors[name] = list(stated.get(name.lower(), (min(values), max(values))))
    return factors
