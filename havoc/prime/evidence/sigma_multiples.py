"""Multiples of a standard deviation: `3-sigma limits`, `a shift of 1.5 sigma`, `one standard deviation`, `four sigma`."""

import re
from itertools import islice

from havoc.prime.evidence.context import sentence_before
from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.numerals import Numeral
from havoc.prime.spoken_numbers import CARDINAL, spoken

_SIGMA = r"(?:sigmas?|\u03c3|sds?|s\.d\.|std(?:\.|ev)?|standard deviations?|standard errors?)(?![\w\u00b2^])"
_BEHIND = re.compile(
    rf"(?:[ \u00a0]?-?[ ]?|-times[ ]|[ ]times[ ](?:the )?){_SIGMA}(?!\s*(?:[=:(]|of|is|was|about)?\s*\d)", re.IGNORECASE
)
_WORD = re.compile(
    rf"(?i)(?<![\w-])(?:(?P<half>half(?: an?| of an?| of one)?)|(?P<number>{CARDINAL}))[\s-]+{_SIGMA}(?!\s*\d)"
)
_JOINED = re.compile(r"\s*(?:,|,?\s*(?:and|or|resp\.?)|/)\s*(?:by\s+|of\s+)?", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?<!\w)[^\W\d_]\w{0,7}\s*[=:]\s*(?:[-+\u2212]\s*)?$|(?<!\w)[hkHK]\s+$")
_NAMED = re.compile(r"(?<!\w)(?P<name>[hkHK])\s*[=:]?\s*$")
_LIMITS_BEHIND = re.compile(
    r"(?i)\s*(?:\(?of the (?:mean|average|smoothed statistic|statistic|plotted \w+)s?\)?\s*)?"
    r"(?:(?:control|action|shewhart|upper|lower)[\s-]+)?(?:limits?|rules?|charts?|bands?|lines?|width|signal)\b"
)
_LIMITS_BEFORE = re.compile(r"(?i)\b(?:limits?|ucl|lcl|l)\b[^.;,!?]{0,28}$")
_MOVED = re.compile(
    r"(?i)\b(?:shift|drift|chang|mov|jump|differ|effect|detect|off\b|deviat|displac|increas|decreas|ris|drop|catch|notic|spot)"
    r"\w*"
)
MAX_NUMBERS, JOINED_WITHIN = 500, 12
"""Numbers that are looked at; characters between two numbers of a list."""
ROLES = {"width": "limit_width", "shift": "difference", "": "sigma_multiple"}


def read_sigma_multiples(reading: Reading) -> None:
    """Add numbers in units of a standard deviation: how wide limits are, how far a mean moves, or neither.

    `h = 4 sigma` is a setting with its own name, and `mean 10 sigma 2` two parameters: both are left to others.
    """
    rest = reading.rest
    if not re.search(rf"(?i){_SIGMA}", reading.about):
        return
    numerals = reading.free_numerals()[:MAX_NUMBERS]
    found: list[tuple[Numeral, str]] = []
    for place, numeral in enumerate(numerals):
        match = _BEHIND.match(rest, numeral.end)
        before = sentence_before(rest, numeral.start)
        if match is None or numeral.percent or numeral.value < 0 or _ASSIGNED.search(before):
            continue
        role = ROLES[_kind(before, rest[match.end() : match.end() + 40])]
        first = place
        while role != ROLES["width"] and first and _counts_too(rest, numerals[first - 1], numerals[first]):
            # `0.5, 1 and 2 sigma`: what stands before is counted in sigma as well.
            first -= 1
        found += [(one, role) for one in numerals[first : place + 1]]
    for numeral, role in found:
        reading.add_numbers([numeral], role.replace("_", " "), "sigma", role)
    rest = reading.rest
    for match in islice(_WORD.finditer(rest), MAX_NUMBERS):
        before = sentence_before(rest, match.start())
        named = _NAMED.search(before)
        kind = _kind(before, rest[match.end() : match.end() + 40])
        value = 0.5 if match["half"] else float(spoken(match["number"]))
        group = "half" if match["half"] else "number"
        name, role = (named["name"], "") if named else (ROLES[kind].replace("_", " "), ROLES[kind])
        reading.add(Found("number", name, (value,), *match.span(group), unit="sigma", role=role))


def _counts_too(rest: str, first: Numeral, second: Numeral) -> bool:
    """Whether a number is one of a list of multiples whose last one has the unit."""
    joined = second.start - first.end < JOINED_WITHIN and _JOINED.fullmatch(rest, first.end, second.start) is not None
    return joined and not first.percent and not _ASSIGNED.search(sentence_before(rest, first.start))


def _kind(before: str, behind: str) -> str:
    if _LIMITS_BEHIND.match(behind):
        return "width"
    near = max((match.end() for match in _MOVED.finditer(before)), default=-1)
    limits = _LIMITS_BEFORE.search(before)
    if limits and limits.start() > near:
        return "width"
    return "shift" if near >= 0 or _MOVED.search(re.split(r"[.;,!?\n]", behind)[0]) else ""
