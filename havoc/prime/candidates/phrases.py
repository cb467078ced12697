"""Phrases of the field, looked for in prose: `chi square`, `equivalen*`, `how many .. power`."""

import re
from collections.abc import Iterable
from functools import lru_cache

from havoc.prime.evidence import EvidenceSet

MAX_PROSE = 6000
"""Characters of a question's words that are looked at: its beginning and its end."""
GAP = 48
"""Characters that `..` may span."""
MAX_PHRASES = 16_384
"""Phrases that are kept as patterns."""
_LONG = 3
"""Values from which a list is left out of a query; shorter ones may belong to a sentence."""
Span = tuple[int, int]


@lru_cache(MAX_PHRASES)
def _needed(phrase: str) -> tuple[str, ...]:
    """What must stand in a prose for the phrase to be there: quick to see."""
    words = phrase.lower().replace("..", " ").split()
    return tuple(sorted((word.rstrip("*") for word in words), key=len, reverse=True))


@lru_cache(MAX_PHRASES)
def _longest(phrase: str) -> str:
    return next(iter(_needed(phrase)), "")


@lru_cache(MAX_PHRASES)
def _pattern(phrase: str) -> re.Pattern[str]:
    parts = [part.split() for part in phrase.lower().split("..")]
    gap = rf"[^\n]{{0,{GAP}}}?(?<!\w)"
    between = r"[\s\-\u2013_/.,()]{0,3}"
    text = gap.join(between.join(map(_word, part)) for part in parts)
    return re.compile(rf"(?<!\w){text}(?!\w)")


def _word(word: str) -> str:
    if word == "*":
        return r"\w+"
    if word.endswith("*") and len(word) > 1:
        return re.escape(word[:-1]) + r"\w{0,12}"
    plural = r"(?:'?s|es)?" if word[-1:].isalpha() and len(word) > 2 else ""
    return re.escape(word) + plural


def find(phrase: str, prose: str) -> Span | None:
    """Where a phrase stands in `prose_of` a text, first of all; None where it does not.

    A blank in a phrase stands for blanks, hyphens or nothing (`box cox` finds Box-Cox and boxcox), a word also for its
    plural, `*` for the rest of a word or for any one, `..` for up to `GAP` characters.
    """
    if not all(word in prose for word in _needed(phrase)):
        return None
    match = _pattern(phrase).search(prose)
    return match.span() if match else None


def find_all(phrases: Iterable[str], prose: str) -> dict[str, Span]:
    """The phrases that stand in the prose, with their places."""
    likely = [phrase for phrase in phrases if _longest(phrase) in prose]
    return {phrase: span for phrase in likely if (span := find(phrase, prose)) is not None}


def says(prose: str, *phrases: str) -> bool:
    """Whether one of the phrases stands in `prose_of` a text."""
    return any(find(phrase, prose) for phrase in phrases)


def both_ends(text: str, length: int) -> str:
    """The beginning and the end of a text that is longer than `length`: a question stands at either."""
    return text if len(text) <= length else f"{text[: length // 2]}\n{text[-length // 2 :]}"


def prose_of(text: str) -> str:
    """The words of a text for `find`: lower case, apostrophes and blanks made plain, not longer than `MAX_PROSE`."""
    return (
        both_ends(text, MAX_PROSE)
        .lower()
        .replace("\u2019", "'")
        .replace("what's", "what is")
        .replace("\u00a0", " ")
        .replace("\u2013", "-")
        .replace("\u2212", "-")
    )


def question_words(evidence: EvidenceSet) -> str:
    """The question without its long lists and tables, whose numbers say nothing about what is asked."""
    kept, end = [], 0
    for item in sorted(evidence.items, key=lambda item: item.start):
        if item.start < end or (len(item.values) < _LONG and not item.table):
            continue
        kept.append(evidence.text[end : item.start])
        end = max(end, item.end)
    kept.append(evidence.text[end:])
    # Parts of a question that are not asked now are blank: they must not take the room of the others.
    words = re.sub(r"[ \t]{2,}", " ", " ".join(kept))
    return re.sub(r"[-|:;,]{2,}[ \t|:-]*", " ", both_ends(words, MAX_PROSE))
