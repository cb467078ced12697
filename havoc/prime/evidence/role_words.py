"""The words around a number that say what it is: `role_words.yaml`, compiled."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

_FILE = Path(__file__).parent / "role_words.yaml"
_WORDS: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
THINGS = "|".join(_WORDS["things"])
"""Words for what is counted out of: parts, patients, invoices."""
_COPULA = (
    r"(?:\s+(?:of|is|was|are|be|level|value|at|equal to|equals|set to|about|around|approximately|"
    r"approx\.?|roughly|known|to be|only))*"
    r"\s*[:=(]?\s*(?:about\s+|approx\.?\s+|roughly\s+|only\s+)?$"
)
"""What may stand between the words and the number."""


@dataclass(frozen=True)
class Cue:
    """A role and the words that give it, right before a number or right behind it."""

    role: str
    before: re.Pattern[str] | None
    behind: re.Pattern[str] | None
    kind: Literal["share", "count", "any"]
    strong: bool
    """Whether the words behind go before all others: `95% confidence` says what it is whatever stands before."""


@dataclass(frozen=True)
class RoleWords:
    """All cues, in the order in which they are tried."""

    first: tuple[Cue, ...]
    weak: tuple[Cue, ...]
    """They say something only where nothing else does."""


@cache
def role_words() -> RoleWords:
    """The cues of the file; compiled once."""
    words = {name.upper(): "|".join(_WORDS[name]) for name in ("things", "events")}
    return RoleWords(*(tuple(_cue(entry, words) for entry in _WORDS[part]) for part in ("first", "weak")))


def _cue(entry: dict[str, Any], words: dict[str, str]) -> Cue:
    before, behind = (_joined(entry.get(part, []), words) for part in ("before", "behind"))
    return Cue(
        entry["role"],
        re.compile(rf"(?i)(?<![\w-])(?:{before}){_COPULA}") if before else None,
        re.compile(rf"(?i)^[\s)\-]*(?:{behind})") if behind else None,
        entry["kind"],
        entry.get("strong", False),
    )


def _joined(alternatives: list[str], words: dict[str, str]) -> str:
    text = "|".join(alternatives)
    for name, listed in words.items():
        text = text.replace(name, listed)
    parts = re.split(r"(\[[^\]]*\])", text)
    return "".join(part.replace(" ", r"\s" if part.startswith("[") else r"\s+") for part in parts)


_SETTING_NAMES = re.compile(
    r"(?i)(?:n|df|d\.f\.|sd|s|mean|alpha|limits?|spec\w*|sigma|σ|α|c|k|aql|rql|ltpd|resolution|levels?|"
    r"target|nominal|p|power|"
    r"confidence|tolerance|range|factors?|runs?|seed|degrees? of freedom)"
)


def names_a_setting(name: str) -> bool:
    """Whether two numbers behind this name are settings rather than a list: `df = 3, 20`."""
    words = name.split()
    return bool(words) and _SETTING_NAMES.fullmatch(words[-1]) is not None
