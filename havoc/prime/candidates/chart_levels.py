"""Numbers of charts that only the words around them tell: shifts to be found, and known levels."""

import re
from collections.abc import Mapping, Sequence

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

SCORE = 0.82
SHIFTED = frozenset({"average_run_length", "oc_curve_chart"})
"""Operations that are asked about shifts in standard deviations."""
_SHIFTS = frozenset({"difference", "sigma_multiple"})
_IN_CONTROL = re.compile(r"(?i)\barl\s?_?\(?0\b")
_KNOWN = (
    r"(?:histor\w+|long[- ](?:run|term)|established|known|accepted|agreed|standard|usual|past|stable|validated|previous|"
    r"last (?:year|month|quarter)(?:'s)?|base ?line|qualif\w+)"
)
_LEVEL = (
    r"(?:rates?|proportions?|fractions?|shares?|levels?|averages?|means?|standards?|[puc]-?bar|count|number|"
    r"cent(?:er|re)(?: ?line)?)"
)
_KNOWN_BEFORE = re.compile(
    rf"(?i)\b{_KNOWN}\b[^.;!?\n]{{0,40}}?\b{_LEVEL}\b[^.;!?\n\d]{{0,40}}$|\b{_KNOWN}\s+{_LEVEL}[^.;!?\n\d]{{0,30}}$"
    r"|\b[puc]_?(?:0|-?bar)\s*(?:=|of|is)\s*$|\bcent(?:er|re) ?line (?:of|at|is|=)\s*$"
)
_KNOWN_BEHIND = re.compile(
    r"(?i)^[^.;!?\n\d]{0,40}\b(?:as|for) (?:the |our |a )?(?:known |fixed |given )?(?:cent(?:er|re)|standard|base ?line)"
)
_REACH = 100


def fill_chart_levels(
    operation: str, arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers
) -> dict[str, Options]:
    """Shifts in standard deviations and levels that are known from before, where a chart takes them."""
    names = {argument.name for argument in arguments} - options.keys()
    filled: dict[str, Options] = {}
    if operation in SHIFTED:
        name = next((name for name in ("shifts", "levels") if name in names), "")
        filled |= _shifts(name, operation, offers) if name else {}
    if "exclude" in {argument.name for argument in arguments}:
        for name, most in (("proportion", 1.0), ("rate", float("inf"))):
            if name in names:
                filled |= _known(name, most, offers)
    return filled


def _shifts(name: str, operation: str, offers: Offers) -> dict[str, Options]:
    found = [item for item in offers.numbers if item.role in _SHIFTS and item.unit in ("", "sigma") and not item.percent]
    if operation == "average_run_length" and not found:
        # `ARL at 0.5s, 1s`: standard deviations, not seconds.
        found = [item for item in offers.numbers if item.unit == "s"]
    if not found:
        return {}
    values = list(dict.fromkeys(item.numbers[0] for item in found))
    if operation == "average_run_length" and _IN_CONTROL.search(offers.words) and 0 not in values:
        values.insert(0, 0)
    return {name: (option(values, tuple(item.id for item in found), SCORE, "shifts in standard deviations"),)}


def _known(name: str, most: float, offers: Offers) -> dict[str, Options]:
    """A level that is known from before, in place of the average of the data."""
    text = offers.evidence.text
    found = [item for item in offers.numbers if 0 < item.numbers[0] < most and _is_known(item, text)]
    if len({item.numbers[0] for item in found}) != 1 or (name == "rate" and found[0].percent):
        return {}
    same = [item for item in offers.numbers if item.numbers[0] == found[0].numbers[0] and item.percent == found[0].percent]
    reason = "the level that is known from before"
    return {name: (option(found[0].numbers[0], tuple(item.id for item in same), SCORE, reason),)}


def _is_known(item: Evidence, text: str) -> bool:
    before, behind = text[max(0, item.start - _REACH) : item.start], text[item.end : item.end + _REACH]
    return bool(_KNOWN_BEFORE.search(before) or _KNOWN_BEHIND.search(behind))
