"""Subgroups that a table holds row by row, with a column that numbers them: `lot 1, 1, 1, 2, 2, 2`."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import COUNTS_ROWS, Offers
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

SCORE = 0.88
_GROUPS = frozenset({"sub", "subgroup", "group", "grp", "set", "check"})
"""Further names of columns that number subgroups."""


def fill_stacked(arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers) -> dict[str, Options]:
    """The columns without the one that numbers their subgroups, and how many rows a subgroup has."""
    names = {argument.name for argument in arguments}
    if not {"columns", "subgroup_size"} <= names or "columns" not in options:
        return {}
    columns = options["columns"][0]
    items = [item for item in offers.lists if item.id in columns.sources]
    tables = {item.table for item in items if item.table}
    beside = [item for table in tables for item in offers.evidence.of_table(table)]
    for item in dict.fromkeys((*items, *beside)):
        size = _block_size(item)
        kept = [other for other in items if other is not item and other.kind == "values"]
        if not size or not kept:
            continue
        value = {key: found for key, found in columns.value.items() if key != item.name.strip()}
        if len(value) != len(kept):
            continue
        sources = tuple(other.id for other in kept)
        return {
            "columns": (option(value, sources, columns.score, f"columns {', '.join(value)}"),),
            "subgroup_size": (option(size, (item.id,), SCORE, f"rows of a subgroup, as {item.name} numbers them"),),
        }
    return {}


def _block_size(item: Evidence) -> int:
    """Rows of each subgroup where the column numbers equally large ones in turn; 0 where it does not."""
    name = item.name.strip().lower().rstrip("s")
    if not (name in _GROUPS or COUNTS_ROWS.fullmatch(name) or item.kind == "labels"):
        return 0
    blocks = [(value, len(list(rows))) for value, rows in groupby(item.values)]
    sizes = {size for _, size in blocks}
    different = len({value for value, _ in blocks}) == len(blocks)
    return sizes.pop() if different and len(blocks) > 1 and len(sizes) == 1 and min(sizes) > 1 else 0
