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
    r"confidence|tolerance|range|factors?|runs?|seed|degrees? of freedom|deviations?|stdev|median|cl|lcl|ucl|lambda|λ)"
)
_SETTING = re.compile(
    r"(?i)(?<![\w-])(?:(?:n|s|sd|cl|k|h|sigma|σ|mean|lambda|λ|µ|μ|target|centre|center|alpha|deviations?|stdev)(?:\s*[=:]|(?=\s))"
    r"|(?:lots?|samples?|sub-?groups?|batch(?:es)?) of(?: size)?|size|always)\s*\d+(?:[.,]\d+)?(?![\w.,]?\d)"
)


def names_a_setting(name: str) -> bool:
    """Whether two numbers behind this name are settings rather than a list: `df = 3, 20`."""
    words = name.split()
    return bool(words) and _SETTING_NAMES.fullmatch(words[-1]) is not None


def holds_setting(words: str) -> bool:
    """Whether the words before a list give a setting as well: `n=100 each`, `defectives per lot of 5000`."""
    return _SETTING.search(words) is not None


def is_setting(name: str) -> bool:
    """Whether what stands where a list has its name is nothing but a setting: `standard deviation 0.5`."""
    match = _SETTING.search(name)
    if match is None or "of" in match[0].split():
        return False
    return len(name[: match.start()].split()) < 3 and len(name[match.end() :].split()) < 2


_LIMIT_LABELS = {
    "lsl": re.compile(r"(?i)lsl|lower (?:spec(?:ification)? )?limit|min(?:imum)?(?: spec\w*)?|spec\w* min\w*"),
    "usl": re.compile(r"(?i)usl|upper (?:spec(?:ification)? )?limit|max(?:imum)?(?: spec\w*)?|spec\w* max\w*"),
    "target": re.compile(r"(?i)target(?: value)?|nominal(?: value)?|set ?point"),
}


def role_of_label(label: str) -> str | None:
    """The role that a label gives to the number in its row; None where it names no setting."""
    limit = next((role for role, pattern in _LIMIT_LABELS.items() if pattern.fullmatch(label)), None)
    if limit:
        return limit
    words = f"{label} "
    return next((cue.role for cue in role_words().first if cue.before is not None and cue.before.search(words)), None)
