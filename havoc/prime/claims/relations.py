"""How a text bounds a number: `less than`, `at least`, `about`."""

import re
from typing import Literal

Relation = Literal["=", "<", "<=", ">", ">=", "~"]

_RELATIONS: tuple[tuple[Relation, str], ...] = (
    (">=", r"\u2265|>=|\bat least\b|\b(?:no|not) (?:less|fewer|smaller|lower) than\b|\bnot below\b|\bor more\b"),
    (
        "<=",
        r"\u2264|<=|\bat most\b|\b(?:no|not) (?:more|greater|larger|higher) than\b|\bup to\b|\bdoes not exceed\b|"
        r"\bnot above\b",
    ),
    ("<", r"<|\b(?:less|smaller|lower|fewer) than\b|\bbelow\b|\bunder\s*$|\bfalls? short of\b"),
    (">", r">|\b(?:greater|more|larger|higher|bigger) than\b|\babove\b|\bexceed\w*\b|\bover\s*$"),
    (
        "~",
        r"\u2248|~|\babout\b|\bapproximately\b|\bapprox\b|\baround\b|\broughly\b|\bnearly\b|\balmost\b|\bclose to\b|"
        r"\bsome\s*$",
    ),
)
_PATTERNS = [(relation, re.compile(pattern, re.IGNORECASE)) for relation, pattern in _RELATIONS]
_INSIDE = 12
"""Characters within which `less than` may be the end of `not less than`."""


def relation_of(words: str) -> Relation:
    """How the number behind `words` bounds what they speak of; the last word of that kind counts."""
    found = [(match.start(), relation) for relation, pattern in _PATTERNS for match in pattern.finditer(words)]
    if not found:
        return "="
    place, last = max(found, key=lambda one: one[0])
    wide = [relation for start, relation in found if relation in (">=", "<=") and start + _INSIDE >= place]
    return wide[0] if wide and last in ("<", ">") else last
