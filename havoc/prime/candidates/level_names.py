"""Names of the rows and columns of a table that an operation takes as rows of numbers."""

import re
from collections.abc import Mapping, Sequence

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import Block, Offers
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

_COLUMNS = frozenset({"conditions", "treatments", "column_names"})
_LETTERS = re.compile(r"(?<![\w'])(?:[A-Za-z](?:\s*[,/]\s*|\s+and\s+|\s))+[A-Za-z](?![\w'])")
SCORE = 0.7


def fill_level_names(arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers) -> dict[str, Options]:
    """`conditions`, `treatments`, `row_names`, `column_names`, where a table or a list gives them."""
    wanted = [
        argument for argument in arguments if argument.name in _COLUMNS | {"row_names"} and argument.name not in options
    ]
    rows = next((argument for argument in arguments if argument.kind == "rows" and argument.name in options), None)
    if not wanted or rows is None:
        return {}
    taken = options[rows.name][0]
    block = next((one for one in offers.blocks if one.sources == taken.sources and one.rows == taken.value), None)
    if block is None or len({len(row) for row in block.rows}) > 1:
        return {}
    filled: dict[str, Options] = {}
    for argument in wanted:
        names, sources = _column_names(block, offers) if argument.name in _COLUMNS else (list(block.names), block.sources)
        width = len(block.rows[0]) if argument.name in _COLUMNS else len(block.rows)
        if len(names) == width and all(names) and len(set(names)) == width:
            filled[argument.name] = (option(names, sources, SCORE, "names of the table"),)
    return filled


def _column_names(block: Block, offers: Offers) -> tuple[list[str], tuple[str, ...]]:
    if block.across:
        columns = [item for item in offers.columns if item.id in block.sources]
        named = [item for item in columns if item.kind == "values"] or columns
        return [item.name.strip() for item in named], block.sources
    width = len(block.rows[0])
    for item in offers.lists:
        if item.id not in block.sources and len(item.values) == width and item.role != "factors":
            return _texts(item, offers.evidence.text), (item.id,)
    for match in _LETTERS.finditer(offers.words):
        letters = re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", match[0])
        if len(letters) == width and all(ord(one) == ord(letters[0]) + step for step, one in enumerate(letters)):
            return letters, ()
    return [], ()


def _texts(item: Evidence, text: str) -> list[str]:
    """The entries of a list as they are written: `0h`, `2h`."""
    names = [value if isinstance(value, str) else f"{value:.12g}" for value in item.values]
    glued = item.unit and text.startswith(f"{names[0]}{item.unit}", item.start)
    return [f"{name}{item.unit}" for name in names] if glued else names
