"""Words of the shop floor, and the terms of the field that they mean."""

import re
from functools import cache
from pathlib import Path

import yaml

THESAURUS = Path(__file__).parent / "thesaurus.yaml"


def expanded(query: str) -> str:
    """`query` with the terms that its everyday words stand for added at its end."""
    found = [terms for pattern, terms in _entries() if pattern.search(query)]
    return " ".join([query, *found])


@cache
def _entries() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(pattern of everyday words, terms) of each entry; words match whole, with plural and verbal endings."""
    entries = yaml.safe_load(THESAURUS.read_text(encoding="utf-8"))
    return tuple(
        (re.compile(r"\b(?:" + "|".join(map(_pattern, entry["words"])) + r")", re.IGNORECASE), " ".join(entry["terms"]))
        for entry in entries
    )


def _pattern(words: str) -> str:
    """A trailing * leaves the ending open; otherwise the word may take s, es, ed or ing."""
    if words.endswith("*"):
        return re.escape(words[:-1])
    return re.escape(words) + r"(?:s|es|d|ed|ing)?\b"
