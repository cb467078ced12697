"""Sentences whose numbers are facts: the grammar under which a model may write about results."""

import re
from collections.abc import Iterable

from havoc.engine import Grammar

MAX_NUMBERS = 200
"""Different numerals that a grammar offers; more make it slow to compile, and no short text needs them."""
_LETTERS = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u03a9\u03b1-\u03c9"
"""Letters, Greek ones for alpha and sigma. No digits of other scripts, superscripts or fractions: they would be numerals."""
_SENTENCE_START = r"[A-Z\u00c0-\u00d6\u00d8-\u00de\u0391-\u03a9\u03b1-\u03c9]"
_WORD = f"[{_LETTERS}',;:()\\- ]"
_BEFORE, _BEHIND = "[ (]", "[ ),;:]"
"""What stands at the two sides of a numeral, so that no text beside it can change its value."""


def grounded_prose(numbers: Iterable[str], max_sentences: int, before: str = "") -> Grammar:
    """One to `max_sentences` sentences of words and of the given numerals, as they are written there.

    A numeral stands between spaces or brackets, so that what is written is what is read: no sign, decimal mark or further
    digit can be put beside it.

    Args:
        numbers: texts of numerals; of more than `MAX_NUMBERS` the first are offered.
        max_sentences: at least 1.
        before: what the text begins with: a blank belongs to the token of the word behind it.
    """
    offered = list(dict.fromkeys(numbers))[:MAX_NUMBERS]
    inside, last = _WORD, f"[{_LETTERS}]"
    if offered:
        # Longest first is for readers: the engine takes every alternative alike.
        numeral = "|".join(re.escape(number) for number in sorted(offered, key=len, reverse=True))
        inside = f"(?:{_WORD}|{_BEFORE}(?:{numeral}){_BEHIND})"
        last = f"(?:{_BEFORE}(?:{numeral})[)]?|[{_LETTERS})])"
    sentence = f"{_SENTENCE_START}{inside}*{last}[.]"
    return Grammar("regex", f"{re.escape(before)}{sentence}(?: {sentence}){{0,{max_sentences - 1}}}")
