"""Numerals as people write them: their value, their place, and how exactly they are given."""

import re
from dataclasses import dataclass
from typing import Literal

Decimal = Literal[".", ","]
_MINUS = "-\u2212\u2013"
"""Hyphen, minus sign, en dash: all are typed for minus."""
_SUPERSCRIPT = str.maketrans("\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "-0123456789")
_SPACES = "\u00a0\u202f"
"""Spaces that hold a number together. An ordinary one does not: `101 203 198` are three readings."""
_UNSIGNED = {
    ".": rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d|,\d)|\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)|\d+)(?:\.\d+)?|\.\d+",
    ",": rf"(?:\d{{1,3}}(?:\.\d{{3}})+(?!\d|\.\d)|\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)|\d+)(?:,\d+)?",
}
_POWER = (
    rf"(?P<power>[eE][-+\u2212]?\d{{1,3}}(?!\w|\.\d)|[ ]?[\u00d7x*\u00b7][ ]?10(?:\^|\*\*)?[ ]?"
    rf"(?:[{_MINUS}+]?\d{{1,3}}|[\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+))?"
)
_NUMERAL = {
    decimal: re.compile(rf"(?<![\w.])(?P<sign>[{_MINUS}+])?(?P<digits>{digits}){_POWER}(?P<percent>[ ]?%)?")
    for decimal, digits in _UNSIGNED.items()
}
_NOT_NUMBERS = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\b|\b\d{1,2}:\d{2}(?::\d{2})?\b"
    r"|\b\d+(?:st|nd|rd|th)\b|\b\d+(?:\.\d+){2,}\b"
)
"""Dates, times of day, ordinals and version numbers."""


@dataclass(frozen=True)
class Numeral:
    """One number in a text."""

    value: float
    """A percentage is its share: 5% is 0.05."""
    text: str
    start: int
    end: int
    decimals: int
    """Digits behind the decimal mark, as written."""
    percent: bool = False


def find_numerals(text: str, decimal: Decimal = ".", start: int = 0, end: int | None = None) -> list[Numeral]:
    """The numerals in `text[start:end]`, left to right.

    A dash is a sign where nothing that could be subtracted from stands before it: in `100-200` it is none. Digits inside a
    word, dates, times, ordinals and version numbers are no numerals.

    Args:
        text: what somebody wrote.
        decimal: the mark before decimals; the other one separates thousands.
        start: where to begin.
        end: where to end.
    """
    end = len(text) if end is None else end
    skipped = [match.span() for match in _NOT_NUMBERS.finditer(text, start, end)]
    found = []
    for match in _NUMERAL[decimal].finditer(text, start, end):
        if any(left < match.end() and match.start("digits") < right for left, right in skipped):
            continue
        numeral = _numeral(match, text, decimal)
        if numeral is not None:
            found.append(numeral)
    return found


def _numeral(match: re.Match[str], text: str, decimal: Decimal) -> Numeral | None:
    sign, begin = match["sign"] or "", match.start()
    before = text[begin - 1] if begin else " "
    if sign and (before.isalnum() or before in ")]%\u00b0"):
        sign, begin = "", match.start("digits")
    digits = match["digits"]
    for mark in _SPACES + (",." if decimal == "." else ".").replace(decimal, ""):
        digits = digits.replace(mark, "")
    digits = digits.replace(",", ".")
    mantissa, power = digits, _exponent(match["power"])
    value = float(f"{'-' if sign in tuple(_MINUS) else ''}{mantissa}e{power}")
    if value in (float("inf"), float("-inf")):
        return None
    percent = match["percent"] is not None
    decimals = len(mantissa.partition(".")[2])
    # Read from its digits: 2.8% is 0.028, where 2.8 / 100 is not.
    share = float(f"{value!r}e-2") if percent and "e" not in repr(value) else value / 100 if percent else value
    return Numeral(share, text[begin : match.end()], begin, match.end(), decimals, percent)


def _exponent(power: str | None) -> int:
    if not power:
        return 0
    power = power.strip()
    exponent = power[1:] if power[0] in "eE" else re.split(r"10(?:\^|\*\*)?", power, maxsplit=1)[1]
    exponent = exponent.strip().translate(_SUPERSCRIPT)
    for mark in _MINUS:
        exponent = exponent.replace(mark, "-")
    return int(exponent) if exponent else 1
