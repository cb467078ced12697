"""Whether a text writes 12.5 or 12,5."""

import re

from havoc.prime.evidence.item import Assumption
from havoc.prime.numerals import Decimal

_DOT = re.compile(r"(?<![\d.])\d+\.\d+(?!\d|\.\d)")
_COMMA = re.compile(r"(?<![\w.,\[({])[-+\u2212\u2013]?(?P<whole>\d+),(?P<fraction>\d+)(?![\w.]|,\d|-\w)")
_THOUSANDS_AND_COMMA = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d+(?![\d.])")
_THOUSANDS_AND_DOT = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+\.\d+(?![\d,])")
_CHAIN = re.compile(r"\d,[-+\u2212]?\d+,[-+\u2212]?\d|^\d+,\d{4}-\w", re.MULTILINE)
_PAIR_IN_BRACKETS = re.compile(r"[\[({]\s*[-+\u2212]?\d+,[-+\u2212]?\d+\s*[\])}]")
_HEADED = re.compile(
    r"^[ \t]*[^\W\d_][^,;|\t\n]{0,40},[ \t]*[^\W\d_][^,;|"
    r"\t\n]{0,40}\n[ \t]*[-+]?[\d.]+,[-+]?[\d.]+[ \t]*\n[ \t]*[^,\n]*,[^,\n]*(?:\n|$)",
    re.MULTILINE,
)
"""Two names with a comma between them above pairs of numbers: CSV."""
LOOKED_AT = 200_000
"""Characters that are looked at: who writes 12,5 does so from the beginning."""


def decimal_mark(text: str) -> tuple[Decimal, Assumption | None]:
    """The mark before decimals, with a statement where the text leaves it open.

    A comma between digits is a decimal mark where no number of the text has a point before decimals, where it is not one
    of a chain (`1,2,3` is a list) nor alone in brackets (`[4,7]`), and where what follows cannot be thousands (`12,5`).
    """
    text = text[:LOOKED_AT]
    if _THOUSANDS_AND_COMMA.search(text):
        return ",", None
    if (
        _DOT.search(text)
        or _THOUSANDS_AND_DOT.search(text)
        or _CHAIN.search(text)
        or _PAIR_IN_BRACKETS.search(text)
        or _HEADED.search(text)
    ):
        return ".", None
    found = list(_COMMA.finditer(text))
    if not found:
        return ".", None
    thousands = [match for match in found if len(match["fraction"]) == 3 and not match["whole"].startswith("0")]
    first = found[0]
    if len(thousands) == len(found):
        statement = f"{first[0]} is read as {first[0].replace(',', '')}: the comma separates thousands"
        return ".", Assumption(statement, first.start(), first.end()) if len(found) > 2 else None
    if len(thousands) * 2 > len(found):
        return ".", None
    plain = next(match for match in found if match not in thousands)
    statement = f"{plain[0]} is read as {plain[0].replace(',', '.')}: the comma is the decimal mark"
    return ",", Assumption(statement, plain.start(), plain.end())
