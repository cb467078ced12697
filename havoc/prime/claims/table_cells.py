"""Numbers in the cells of a Markdown table, which are named by their column's head and their row's first cell."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"[\s|:\-\u2013]+")


@dataclass(frozen=True)
class Cell:
    """What a table says of the numbers in one of its cells."""

    head: str
    """The head of its column."""
    row: str
    """The first cell of its row."""


class TableCells:
    """The cells of the tables in a text."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._rows: list[tuple[int, list[tuple[int, str]], list[str]]] = []
        heads: list[str] = []
        last = -2
        for match in _ROW.finditer(text):
            cells = _cells(match[0], match.start())
            if match.start() != last + 1:
                heads = [name for _, name in cells]
            elif not _RULE.fullmatch(match[0]):
                self._starts.append(match.start())
                self._rows.append((match.end(), cells, heads))
            last = match.end()

    def at(self, place: int) -> Cell | None:
        """The cell around a place of the text; None outside of tables and in their heads."""
        number = bisect_right(self._starts, place) - 1
        if number < 0 or place >= self._rows[number][0]:
            return None
        _, cells, heads = self._rows[number]
        column = bisect_right([start for start, _ in cells], place) - 1
        if column < 1 or column >= len(heads):
            return None
        return Cell(heads[column], cells[0][1])


def _cells(row: str, start: int) -> list[tuple[int, str]]:
    """The cells of a row, each with the place where it begins in the text."""
    found, at = [], row.index("|") + 1
    while (end := row.find("|", at)) >= 0:
        found.append((start + at, row[at:end].strip()))
        at = end + 1
    return found
