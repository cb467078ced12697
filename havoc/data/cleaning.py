"""One document, cleaned; or the reason why it is left out."""

import re
from enum import Enum

LEAST_ALPHANUMERIC = 0.4
"""Share of letters and digits among the characters that are not space. Prose has 0.9 to 0.97, source code 0.7 to 0.9."""
LEAST_DISTINCT = 0.2
"""Share of distinct word 5-grams among all of them. Prose has 0.98, the most uniform docstrings of statsmodels have 0.32."""
GRAM_WORDS = 5

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_BLANK_LINES = re.compile(r"\n{4,}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Unfit(Enum):
    """Why a document is left out."""

    NOT_UNICODE = "not_unicode"
    """Half of a surrogate pair is in it, which has no UTF-8 form."""
    TOO_SHORT = "too_short"
    """Fewer characters than asked for, after cleaning; or none at all."""
    MOSTLY_SYMBOLS = "mostly_symbols"
    """Fewer letters and digits than LEAST_ALPHANUMERIC."""
    REPETITIVE = "repetitive"
    """Fewer distinct word 5-grams than LEAST_DISTINCT."""


def clean(text: str, min_characters: int = 0) -> str | Unfit:
    """`text` without what carries no meaning; or why it should not be trained on.

    Line ends become `\\n`; control characters other than newline and tab go, and so do a byte order mark, spaces at the
    ends of lines, empty lines at both ends, and of three or more blank lines in a row all but two. All else stays as it
    is. Cleaning a cleaned text changes nothing.
    """
    if _SURROGATE.search(text):
        return Unfit.NOT_UNICODE
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text)
    # A pattern for the spaces before a newline would take quadratic time in a long run of spaces.
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n\n\n", text).strip("\n")
    if len(text) < max(min_characters, 1):
        return Unfit.TOO_SHORT
    words = text.split()
    if len(_NOT_ALPHANUMERIC.sub("", text)) < LEAST_ALPHANUMERIC * sum(map(len, words)):
        return Unfit.MOSTLY_SYMBOLS
    grams = max(len(words) - GRAM_WORDS + 1, 1)
    if len(set(zip(*(words[start:] for start in range(GRAM_WORDS)), strict=False))) < LEAST_DISTINCT * grams and grams > 1:
        return Unfit.REPETITIVE
    return text
