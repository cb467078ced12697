"""A question that refers back, made whole: what an earlier turn gave, changed as the last one says."""

import re
from dataclasses import dataclass
from typing import Literal

from havoc.prime.evidence import Evidence, EvidenceSet, read_evidence
from havoc.prime.numerals import Numeral, find_numerals

OVERRIDDEN = frozenset(
    {"alpha", "confidence", "power", "coverage", "lsl", "usl", "target", "hypothesized", "margin", "tolerance", "sigma"}
)
"""Roles of single numbers that hold once: the last turn's takes the place of earlier ones."""
LARGEST_ALPHA = 0.2
_LEFT_OUT = (
    r"(?:without|leav(?:e|ing) out|leav(?:e|ing)|drop(?:ping)?|remov(?:e|ing)|exclud(?:e|ing)|ignor(?:e|ing)|omit(?:ting)?"
    r"|delet(?:e|ing)|tak(?:e|ing) out|skip(?:ping)?|throw(?:ing)? out|disregard(?:ing)?)"
)
_THING = r"(?:values?|points?|readings?|measurements?|observations?|results?|numbers?|ones?|outliers?|samples?|parts?|data)"
_PLACES = {
    "last": ("last", "final", "latest"),
    "first": ("first",),
    "largest": ("largest", "biggest", "highest", "maximum", "max", "greatest", "top"),
    "smallest": ("smallest", "lowest", "minimum", "min", "least"),
}
_PLACE = "|".join(word for words in _PLACES.values() for word in words)
_OUT_BY_PLACE = re.compile(rf"(?i)\b{_LEFT_OUT}\s+(?:the\s+|that\s+|our\s+)?(?P<place>{_PLACE})\b(?:\s+{_THING})?")
_OUT_BY_VALUE = re.compile(rf"(?i)\b{_LEFT_OUT}\s+(?:the\s+|that\s+|our\s+)?(?:{_THING}\s+)?(?:of\s+)?(?=[-+]?[\d.])")
_REPLACED = re.compile(
    r"(?i)\b(?:replac(?:e|ing)|chang(?:e|ing)|correct(?:ing)?|swap)\s+(?:the\s+)?(?P<old>[-+]?[\d.,]*\d)\s+(?:by|with|to|into|for)"
    r"\s+(?P<new>[-+]?[\d.,]*\d)"
    r"|(?P<old2>[-+]?[\d.,]*\d)\s+(?:should (?:be|have been|read)|was (?:really|actually|in fact)|is (?:really|actually)"
    r"|was a typo[^\d]{0,30})\s*(?P<new2>[-+]?[\d.,]*\d)"
)
_AGAIN = re.compile(
    r"(?i)\b(?:it|they|them|these|those|same (?:data|values|numbers|samples?|question|table|thing)|the data|as before"
    r"|as above|again|instead|the above|earlier data|this data|that data)\b"
)
_THANKS = re.compile(
    r"(?i)\W*(?:thanks?|thank you|thx|ok(?:ay)?|great|perfect|cheers|got it|bye|fine|good|super|very helpful|cool)\b"
    r"[^?\d]{0,40}$"
)
_WRITTEN = {
    "lsl": "LSL",
    "usl": "USL",
    "hypothesized": "target",
    "target": "target",
    "alpha": "alpha",
    "tolerance": "tolerance",
}
"""How single numbers are written where only data are taken over."""


@dataclass(frozen=True)
class Restated:
    """A question in full."""

    text: str
    """Earlier text, a blank line, the last question; the last question alone where it needs nothing."""
    changes: tuple[str, ...] = ()
    """What was changed in the earlier text, one sentence each."""


def refers_back(question: str) -> bool:
    """Whether its words say that it is about what came before."""
    if _OUT_BY_PLACE.search(question) or _REPLACED.search(question):
        return True
    return bool(_AGAIN.search(question)) and not read_evidence(question).of_kind("values")


def is_thanks(question: str) -> bool:
    """Whether nothing is asked any more."""
    return bool(_THANKS.fullmatch(question))


def data_of(text: str, *, limits: bool) -> str:
    """A question without its words: its lists with their names, its tables, and its limits and levels if they are wanted."""
    evidence = read_evidence(text)
    parts, tables = [], set()
    for item in evidence.items:
        if item.table:
            if item.table not in tables:
                tables.add(item.table)
                columns = evidence.of_table(item.table)
                start = text.rfind("\n", 0, min(one.start for one in columns)) + 1
                end = text.find("\n", max(one.end for one in columns))
                parts.append("\n" + text[start : end if end >= 0 else len(text)] + "\n")
        elif item.kind != "number" or (limits and item.role in _WRITTEN):
            name = item.name or _WRITTEN.get(item.role, "")
            unit = f" {item.unit}" if item.unit and item.unit not in text[item.start : item.end] else ""
            parts.append(f"{name}: {text[item.start : item.end]}{unit}" if name else text[item.start : item.end] + unit)
    return "\n".join(parts).strip()


def restate(question: str, before: str) -> Restated:
    """A question that cannot stand alone, with the text that it refers to.

    Values that it leaves out or replaces are changed there; limits, levels and targets that it gives anew are struck out.

    Args:
        question: the last turn.
        before: what it refers to: an earlier question, itself restated.
    """
    changes: list[str] = []
    before = _replace(question, before, changes)
    asked = _without_commands(question)
    before = _leave_out(question, before, changes)
    before, asked = _settle_numbers(read_evidence(asked), before)
    return Restated(f"{before}\n\n{asked}", tuple(changes))


def _replace(question: str, before: str, changes: list[str]) -> str:
    for match in _REPLACED.finditer(question):
        old, new = match["old"] or match["old2"], match["new"] or match["new2"]
        places = [numeral for numeral in find_numerals(before) if numeral.text == old]
        if len(places) == 1:
            before = before[: places[0].start] + new + before[places[0].end :]
            changes.append(f"{old} is replaced by {new}, as asked")
    return before


def _leave_out(question: str, before: str, changes: list[str]) -> str:
    evidence = read_evidence(before)
    gone: list[Numeral] = []
    for match in _OUT_BY_PLACE.finditer(question):
        place = next(name for name, words in _PLACES.items() if match["place"].lower() in words)
        numerals = _numerals(before, _meant(question, evidence))
        if numerals:
            gone.append(_at(numerals, place))
    for match in _OUT_BY_VALUE.finditer(question):
        wanted = next(iter(find_numerals(question, ".", match.end())), None)
        lists = [_numerals(before, item) for item in evidence.of_kind("values")]
        found = [one for numerals in lists for one in numerals if wanted is not None and one.value == wanted.value]
        gone += found[:1]
    for numeral in sorted(set(gone), key=lambda one: -one.start):
        before = _cut(before, numeral)
        changes.append(f"{numeral.text} is left out, as asked")
    return before


def _at(numerals: list[Numeral], place: str) -> Numeral:
    if place in ("largest", "smallest"):
        return (max if place == "largest" else min)(numerals, key=lambda one: one.value)
    return numerals[-1 if place == "last" else 0]


def _meant(question: str, evidence: EvidenceSet) -> Evidence | None:
    """The list that a question names; the only one, or the last, where it names none."""
    lists = [item for item in evidence.of_kind("values") if not item.table]
    named = [item for item in lists if item.name and re.search(rf"(?i)\b{re.escape(item.name)}\b", question)]
    return next(iter([*named, *reversed(lists)]), None)


def _numerals(text: str, item: Evidence | None) -> list[Numeral]:
    if item is None or item.table:
        return []
    marks: tuple[Literal[".", ","], ...] = (".", ",")
    for mark in marks:
        numerals = find_numerals(text, mark, item.start, item.end)
        if [one.value for one in numerals] == list(item.values):
            return numerals
    return []


def _cut(text: str, numeral: Numeral) -> str:
    """The text without a number and one of the marks beside it."""
    for mark in (r"\s*[,;/]\s*", r"\s"):
        if behind := re.match(mark, text[numeral.end :]):
            return text[: numeral.start] + text[numeral.end + behind.end() :]
        if before := re.search(mark + "$", text[: numeral.start]):
            return text[: before.start()] + text[numeral.end :]
    return text[: numeral.start] + text[numeral.end :]


def _without_commands(question: str) -> str:
    """The question without the numbers that its commands name: they are no data of their own."""
    question = _REPLACED.sub(" ", question)
    parts, at = [], 0
    for match in _OUT_BY_VALUE.finditer(question):
        numeral = next(iter(find_numerals(question, ".", match.end())), None)
        if numeral is not None and numeral.start <= match.end() + 1:
            parts.append(question[at : match.start()])
            at = numeral.end
    return "".join([*parts, question[at:]]).strip()


def _settle_numbers(new: EvidenceSet, before: str) -> tuple[str, str]:
    """Both texts, so that a number which holds once stands there once."""
    bare = [item for item in new.items if item.kind == "number" and not item.role]
    if len(new.items) == 1 and bare:
        return _retake(bare[0], new.text, before)
    roles = {item.role for item in new.items} & OVERRIDDEN
    if roles & {"alpha", "confidence"}:
        roles |= {"alpha", "confidence"}
    struck = [item for item in read_evidence(before).items if item.role in roles and item.kind == "number"]
    for item in sorted(struck, key=lambda one: -one.start):
        before = before[: item.start] + before[item.end :]
    return before, new.text


def _retake(new: Evidence, text: str, before: str) -> tuple[str, str]:
    """`and at 1%?`: the number goes where the earlier text has the nearest one of its kind; else it is a level."""
    old = [
        item
        for item in read_evidence(before).items
        if item.kind == "number" and item.percent == new.percent and (item.role in OVERRIDDEN or item.percent)
    ]
    if old:
        nearest = min(old, key=lambda item: abs(item.numbers[0] - new.numbers[0]))
        return before[: nearest.start] + text[new.start : new.end] + before[nearest.end :], text
    level = "alpha" if new.numbers[0] <= LARGEST_ALPHA else "confidence"
    return before, f"{text[: new.start]}{level} {text[new.start :]}" if new.percent else text
