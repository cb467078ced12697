"""What goes with a table of runs: repeated measurements of each run, places to predict at, and the model that it allows."""

import re
from collections.abc import Mapping, Sequence

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import Offers, plain
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

POINTS = ("points", "new_points")
"""Arguments for places to predict at."""
_STEM = re.compile(r"(?P<stem>.*?)[\s_.#-]*\d+\W*")
_UNIT = re.compile(r"\s*[(\[].*")


def fill_repeats(arguments: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """Runs whose response was measured several times: the last columns of the table, whose names differ by their figure."""
    kinds = {argument.name: argument.kind for argument in arguments}
    if kinds.get("response") != "rows" or kinds.get("data") != "columns":
        return {}
    for table in dict.fromkeys(item.table for item in offers.columns if item.table):
        columns = [item for item in offers.columns if item.table == table]
        repeats = _repeats(columns)
        factors = [item for item in columns if item not in repeats]
        if repeats and factors:
            rows = [list(entries) for entries in zip(*(item.numbers for item in repeats), strict=True)]
            data = {item.name: plain(item.values) for item in factors}
            return {
                "response": (option(rows, _ids(repeats), 0.9, "the measurements of each run"),),
                "data": (option(data, _ids(factors), 0.9, f"columns {', '.join(data)}"),),
            }
    return {}


def _repeats(columns: Sequence[Evidence]) -> list[Evidence]:
    """The last columns that are one measurement, repeated; only the last one where there are no others."""
    stem = _stem(columns[-1].name)
    kept: list[Evidence] = []
    for item in reversed(columns):
        if item.kind != "values" or (kept and (not stem or _stem(item.name) != stem)):
            break
        kept.append(item)
    return kept[::-1]


def _stem(name: str) -> str:
    match = _STEM.fullmatch(name.strip().lower())
    return match["stem"] if match else ""


def fill_points(arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers) -> dict[str, Options]:
    """Places to predict at: for every column of the data its value elsewhere in the question, under the same name."""
    names = [argument.name for argument in arguments if argument.name in POINTS and argument.kind == "columns"]
    data = options.get("data") or options.get("predictors")
    if not names or not data:
        return {}
    taken = {source for one in options.values() for source in one[0].sources}
    given = [item for item in offers.evidence.of_kind("number", "values") if item.id not in taken and not item.table]
    found = {column: [item for item in given if _plain(item.name) == _plain(column)] for column in data[0].value}
    chosen = [items[0] for items in found.values() if items]
    lengths = {len(item.values) for item in chosen}
    if len(chosen) < len(found) or len(lengths) != 1:
        return {}
    value = {column: list(items[0].numbers) for column, items in found.items()}
    return {names[0]: (option(value, _ids(chosen), 0.9, "values under the names of the columns"),)}


def _plain(name: str) -> str:
    return _UNIT.sub("", name).strip().lower()


def fill_models(arguments: Sequence[Argument], options: Mapping[str, Options]) -> dict[str, Options]:
    """A model without squares, where the runs have only two levels of each factor and the operation would take squares."""
    data = options.get("data")
    model = next((argument for argument in arguments if argument.name == "model" and argument.default == "quadratic"), None)
    if data is None or model is None or "model" in options or "interaction" not in model.choices:
        return {}
    if any(len(set(values)) > 2 for values in data[0].value.values()):
        return {}
    return {"model": (option("interaction", (), 0.8, "two levels of each factor allow no squares"),)}


def _ids(items: Sequence[Evidence]) -> tuple[str, ...]:
    return tuple(item.id for item in items)
