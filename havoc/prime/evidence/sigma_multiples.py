"""Multiples of a standard deviation: `3-sigma limits`, `a shift of 1.5 sigma`, `one standard deviation`, `four sigma`."""

import re

from havoc.prime.evidence.context import sentence_before
from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.spoken_numbers import CARDINAL, spoken

_SIGMA = r"(?:sigmas?|\u03c3|sds?|s\.d\.|std(?:\.|ev)?|standard deviations?|standard errors?)(?![\w\u00b2^])"
_BEHIND = re.compile(
    rf"(?:[ \u00a0]?-?[ ]?|-times[ ]|[ ]times[ ](?:the )?){_SIGMA}(?!\s*(?:[=:(]|of|is|was|about)?\s*\d)", re.IGNORECASE
)
_WORD = re.compile(
    rf"(?i)(?<![\w-])(?:(?P<half>half(?: an?| of an?| of one)?)|(?P<number>{CARDINAL}))[\s-]+{_SIGMA}(?!\s*\d)"
)
_JOINED = re.compile(r"\s*(?:,|,?\s*(?:and|or|resp\.?)|/)\s*(?:by\s+|of\s+)?$", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?<!\w)[^\W\d_]\w{0,7}\s*[=:]\s*(?:[-+\u2212]\s*)?$|(?<!\w)[hkHK]\s+$")
_LIMITS_BEHIND = re.compile(
    r"(?i)\s*(?:\(?of the (?:mean|average|smoothed statistic|statistic|plotted \w+)s?\)?\s*)?"
    r"(?:(?:control|action|shewhart|upper|lower)[\s-]+)?(?:limits?|rules?|charts?|bands?|lines?|width|signal)\b"
)
_LIMITS_BEFORE = re.compile(r"(?i)\b(?:limits?|ucl|lcl|l)\b[^.;,!?]{0,28}$")
_MOVED = re.compile(
    r"(?i)\b(?:shift|drift|chang|mov|jump|differ|effect|detect|off\b|deviat|displac|increas|decreas|ris|drop|catch|notic|spot)"
    r"\w*"
)
ROLES = {"width": "limit_width", "shift": "difference", "": "sigma_multiple"}


def read_sigma_multiples(reading: Reading) -> None:
    """Add numbers in units of a standard deviation: how wide limits are, how far a mean moves, or neither.

    `h = 4 sigma` is a setting with its own name, and `mean 10 sigma 2` two parameters: both are left to others.
    """
    rest = reading.rest
    if not re.search(rf"(?i){_SIGMA}", reading.about):
        return
    listed: list[Found] = []
    for numeral in reading.free_numerals():
        match = _BEHIND.match(rest, numeral.end)
        before = sentence_before(rest, numeral.start)
        if match is None or numeral.percent or numeral.value < 0 or _ASSIGNED.search(before):
            continue
        role = ROLES[_kind(before, rest[match.end() : match.end() + 40])]
        item = reading.add_numbers([numeral], role.replace("_", " "), "sigma", role)
        item.values = (abs(numeral.value),)
        listed.append(item)
        for other in reversed(reading.free_numerals()):
            # `0.5, 1 and 2 sigma`: what stands before is counted in sigma as well.
            if other.end > listed[-1].start or not _JOINED.fullmatch(rest, other.end, listed[-1].start):
                continue
            if other.percent or _ASSIGNED.search(sentence_before(rest, other.start)) or role == ROLES["width"]:
                break
            listed.append(reading.add_numbers([other], item.name, "sigma", role))
    for match in _WORD.finditer(reading.rest):
        kind = _kind(sentence_before(reading.rest, match.start()), reading.rest[match.end() : match.end() + 40])
        value = 0.5 if match["half"] else float(spoken(match["number"]))
        group = "half" if match["half"] else "number"
        role = ROLES[kind]
        reading.add(Found("number", role.replace("_", " "), (value,), *match.span(group), unit="sigma", role=role))


def _kind(before: str, behind: str) -> str:
    if _LIMITS_BEHIND.match(behind):
        return "width"
    near = max((match.end() for match in _MOVED.finditer(before)), default=-1)
    limits = _LIMITS_BEFORE.search(before)
    if limits and limits.start() > near:
        return "width"
    return "shift" if near >= 0 or _MOVED.search(re.split(r"[.;,!?\n]", behind)[0]) else ""
