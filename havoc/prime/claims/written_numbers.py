"""Counts that are written without digits: `resolution IV`, `three centre points`."""

import re
from collections.abc import Iterator

from havoc.prime.numerals import Numeral
from havoc.prime.quantities.names import mentions

_ROMAN = re.compile(
    r"\b[Rr]esolution\s+(?:of\s+|is\s+|=\s*)?(III|IV|VIII|VII|VI|V|II)\b|\b(III|IV|VIII|VII|VI|V|II)\s+resolution\b"
)
_ROMAN_VALUES = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}
_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_WORD = re.compile(
    rf"\b({'|'.join(_WORDS[2:])})\s+(?:\w+\s+)?(?=(?:runs|cent(?:er|re)[ -]?points|cent(?:er|re) runs|axial|signals|"
    r"violations|outliers|blocks|degrees of freedom)\b)",
    re.IGNORECASE,
)
_NAME = 40
"""Characters behind the word in which the name of what it counts begins."""


def written_numbers(text: str) -> Iterator[tuple[Numeral, frozenset[str]]]:
    """The counts in `text` that have no digits, each with the quantities that it may be of."""
    for match in _ROMAN.finditer(text):
        group = 1 if match[1] else 2
        yield _numeral(_ROMAN_VALUES[match[group]], match, group), frozenset({"resolution"})
    for match in _WORD.finditer(text):
        mention = next(mentions(text, (), match.end(), min(len(text), match.end() + _NAME)), None)
        if mention is not None:
            yield _numeral(_WORDS.index(match[1].lower()), match, 1), mention.quantities


def _numeral(value: int, match: "re.Match[str]", group: int) -> Numeral:
    return Numeral(float(value), match[group], match.start(group), match.end(group), 0)
