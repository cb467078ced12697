"""Single numbers in running text, with the role that the words around them give."""

import re
from itertools import pairwise

from havoc.prime.evidence.context import MATHEMATICS, PROBABILITY, sentence_before
from havoc.prime.evidence.lists import GROUP_NOUN, MAX_LABEL
from havoc.prime.evidence.names import name_before
from havoc.prime.evidence.reading import TAKEN, Found, Reading
from havoc.prime.evidence.role_words import Cue, role_words
from havoc.prime.numerals import Numeral
from havoc.prime.prompt_words import word_set
from havoc.prime.units import is_counted, unit_at

MAX_NUMBERS = 2000
"""Single numbers that become items; who writes more of them has pasted something that no reader understood."""
BEHIND = 45
LEAST_CONFIDENCE = 0.5
_JOINED = re.compile(r"\s*(?:,?\s*and|&|or|vs\.?|versus|/|,|against|to|resp\.?|respectively)\s*", re.IGNORECASE)
_RELATION = re.compile(
    r"(?<![A-Za-z])(?P<name>[A-Za-z]\w{0,3})\s*(?:<=|>=|[<>\u2264\u2265=]|->|\u2192|goes to|approaches|tends to)\s*$"
)
_POINT = re.compile(
    r"(?i)(?:\b(?:at|for|when|where)\s+[a-z]\s*=|\b(?:at\s+most|at\s+least|exactly|more\s+than|"
    r"fewer\s+than|less\s+than|below|above|over|under|"
    r"beyond|before|after|exceeds?|greater\s+than|up\s+to|until|[<>\u2264\u2265]=?)|"
    r"\b[a-z]\s+(?:goes\s+to|approaches|tends\s+to|->|\u2192))\s*$"
)
RULE_NUMBERS = re.compile(
    r"(?i)\b(?:tests|rules|criteria)\s+(?:no\.?\s+|numbers?\s+|nr\.?\s+)?"
    r"(?P<numbers>[1-8](?:\s*(?:,\s*and|,|and|&|\+|to|through|-)\s*[1-8])+)(?![\w.%])"
)
"""Run rules by number: they name rules, and are no data."""
_ACCEPTED = re.compile(
    r"(?i)\b(?:accept|pass(?:es|ed)?\b(?! rate))\w*\b[^.;]{0,60}\b"
    r"(?:at most|up to|if|with|(?:no|not) more than|not exceeding)\s*$"
)
_TICKET = re.compile(
    r"(?i)(?:\b(?:ticket|report|capa|ncr|ncmr|order|serial|document|sop|job|part|drawing|asset|invoice|"
    r"(?<!standard )deviation)"
    r"(?:\s+(?:no\.?|nr\.?|number|id|\#))?)\s*[:#]?\s*$"
)
_YEAR_BEFORE = re.compile(r"(?i)\b(?:in|of|from|since|for|during|until|dated|year|spring|summer|autumn|fall|winter)\s+$")
_YEAR_BEHIND = re.compile(
    r"(?i)\s*(?:[).,;:?!\n]|$|(?:by|as|we|i|was|were|is|the|with|and|ask|please|that|has|have|our|when|where)\b)"
)
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    "dec(?:ember)?"
)
_BEFORE_MONTH = re.compile(rf"(?i)\.?\s+(?:{_MONTH})\b\.?")
_BEHIND_MONTH = re.compile(rf"(?i)\b(?:{_MONTH})\.?\s+$")
_PER_TIME = re.compile(r"(?i)\s*(?:per|an?|each|every)\s")
_NO_LABEL = re.compile(r"(?i)\b(?:cent(?:er|re)\s+line|(?:per|each|every|a|an|one|another|missing)\s+\w+)\s*$")
_INDEX = re.compile(
    r"(?i)\b(?:c_?[gp]m?k?|p_?pk?)\b(?: (?:and|or) \w{2,3})?[^.;,\d]{0,24}"
    r"(?:than|above|over|least|of|below|under|[<>=\u2264\u2265]|exceeds?)\s*$"
)
"""Before what an index is compared with: `Cpk above 1.33`."""
_OR_FEWER = re.compile(r"(?i)^\s*(?:or|and)\s+(?:fewer|less|more|below|above|under|over)\b")
_MARKER = re.compile(r"(?:^|\n)[ \t]*\(?$")
_INLINE_MARKER = re.compile(r"(?:^|[.?!;:,]\s|\band\s)\(?$")
_MARKER_END = re.compile(r"[.)]\s+\S")
_REFERENCE = re.compile(
    r"(?i)\b(?:questions?|exercise|problem|example|task|fig(?:ure)?\.?|page|section|chapter|sheet|"
    r"rev(?:ision)?\.?|q|no\.|nr\.?|#|version|"
    r"iso|din|astm|ansi|mil-std-?|room|building|tel\.?|phone|po)\s*\.?\s*$|#\s?$|\b(?:19|20)$"
)
_TIME_UNITS = word_set(
    "h hr hrs hour hours min mins minute minutes s sec secs second seconds day days week weeks month months "
    "year years cycles km"
)
_PERCENTILE = re.compile(
    r"(?<![\w.])(?P<percent>\d{1,2}(?:\.\d+)?)(?:st|nd|rd|th)\s+(?:percentile|percent\s+point)", re.IGNORECASE
)
_NORMAL = re.compile(r"\bN\(\s*(?P<mean>-?\d+(?:\.\d+)?)\s*[,;]\s*(?P<sd>\d+(?:\.\d+)?)\s*\)")
_SHARES = frozenset(
    {"confidence", "alpha", "consumer_risk", "variation", "power", "coverage", "aql", "ltpd", "proportion", "probability"}
)
_IN_HUNDREDTHS = frozenset({"confidence", "power", "coverage"})
"""Roles whose shares are written without the sign too: `confidence 95`."""
_DEGREES = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def read_numbers(reading: Reading) -> None:
    """Add each number that is left. Numbers of questions, figures and lists of points are passed over."""
    rest = reading.rest
    numerals = [numeral for numeral in reading.free_numerals() if not _is_reference(rest, numeral)][:MAX_NUMBERS]
    probability = PROBABILITY.search(reading.about) is not None
    mathematics = any(item.kind == "expression" for item in reading.found)
    roles = ["" if mathematics and _relation(rest, numeral) else _role(rest, numeral, probability) for numeral in numerals]
    _join(rest, numerals, roles)
    floor = 0
    for numeral, role in zip(numerals, roles, strict=True):
        unit, end = unit_at(rest, numeral.end)
        name, _, _ = name_before(rest, numeral.start, floor, close=True)
        relation = _relation(rest, numeral)
        if relation and not role:
            name, role = relation["name"], "point" if mathematics or probability else ""
        if not role and unit in _TIME_UNITS:
            role = "time"
        if role == "rate" and numeral.percent and not _PER_TIME.match(rest, numeral.end):
            role = "proportion"
        item = reading.add_numbers([numeral], name, unit, role)
        if role in _SHARES:
            _as_share(item, numeral)
        elif unit.lower() == "percent" and not role:
            item.values, item.percent, item.unit = (float(f"{numeral.value!r}e-2"),), True, ""
        floor = end


def read_rule_numbers(reading: Reading) -> None:
    """Pass over the numbers of run rules."""
    for match in RULE_NUMBERS.finditer(reading.rest):
        reading.take(*match.span("numbers"))


def read_distributions(reading: Reading) -> None:
    """`95th percentile`, and `N(10, 1.5)`: mean and standard deviation."""
    for match in _PERCENTILE.finditer(reading.rest):
        share = float(f"{match['percent']}e-2")
        reading.add(Found("number", "percentile", (share,), *match.span("percent"), percent=True, role="probability"))
    for match in _NORMAL.finditer(reading.rest):
        for group, role in (("mean", "mean"), ("sd", "standard_deviation")):
            reading.add(Found("number", role.replace("_", " "), (float(match[group]),), *match.span(group), role=role))
        reading.assume(f"the second number of {match[0]} is read as the standard deviation", match.start(), match.end())


def _relation(rest: str, numeral: Numeral) -> re.Match[str] | None:
    return _RELATION.search(rest, max(0, numeral.start - 16), numeral.start)


def _as_share(item: Found, numeral: Numeral) -> None:
    if not numeral.percent and 1 < numeral.value <= 100:
        item.values, item.percent = (numeral.value / 100,), True


def _is_reference(rest: str, numeral: Numeral) -> bool:
    before, behind = rest[max(0, numeral.start - 24) : numeral.start], rest[numeral.end : numeral.end + 4]
    if _MARKER.search(before or "\n") and _MARKER_END.match(behind) and numeral.text.isdigit() and numeral.value < 100:
        return True
    if _INLINE_MARKER.search(before) and behind.startswith(") ") and numeral.text.isdigit() and numeral.value < 30:
        return True
    return _REFERENCE.search(before) is not None or _is_date(before, rest[numeral.end : numeral.end + 12], numeral)


def _is_date(before: str, behind: str, numeral: Numeral) -> bool:
    """Whether a number is a year, a day of a month, or the number of a document."""
    if not numeral.text.isdigit():
        return False
    if numeral.value >= 100 and _TICKET.search(before):
        return True
    if 1950 <= numeral.value < 2050 and _YEAR_BEFORE.search(before) and _YEAR_BEHIND.match(behind):
        return True
    day_or_year = numeral.value <= 31 or 1950 <= numeral.value < 2050
    return day_or_year and bool(_BEFORE_MONTH.match(behind) or _BEHIND_MONTH.search(before))


def _role(rest: str, numeral: Numeral, probability: bool) -> str:
    before, behind = sentence_before(rest, numeral.start), rest[numeral.end : numeral.end + BEHIND]
    if (
        GROUP_NOUN.search(before)
        and not _NO_LABEL.search(before)
        and numeral.text.isdigit()
        and numeral.value <= MAX_LABEL
        and not unit_at(rest, numeral.end)[0]
    ):
        return "label"
    if _ACCEPTED.search(before) and not numeral.percent:
        return "acceptance_number"
    if _INDEX.search(before) and not numeral.percent:
        return ""
    if probability and (_POINT.search(before) or _OR_FEWER.match(behind)) and not numeral.percent:
        return "point"
    fitting = [cue for cue in role_words().first if _fits(cue, rest, numeral)]
    behind = _cut(behind.replace(TAKEN, "x"))
    for cue in fitting:
        if cue.strong and cue.behind is not None and cue.behind.match(behind):
            return cue.role
    for cue in fitting:
        if cue.before is not None and cue.before.search(before):
            return cue.role
    for cue in fitting:
        if cue.behind is not None and cue.behind.match(behind):
            return cue.role
    for cue in role_words().weak:
        if _fits(cue, rest, numeral) and cue.before is not None and cue.before.search(before):
            return cue.role
    if probability and numeral.percent:
        return "probability"
    return ""


def _fits(cue: Cue, rest: str, numeral: Numeral) -> bool:
    """Whether a number can be what a cue says."""
    value = numeral.value
    if cue.kind == "count":
        if value < 0 or numeral.percent or numeral.decimals:
            return False
        unit, _ = unit_at(rest, numeral.end)
        # What is measured is not counted: `a mission time of 200 h`.
        return (
            not unit or is_counted(unit) or cue.role not in ("events", "groups", "sample_size", "lot_size", "subgroup_size")
        )
    if cue.role == "confidence" and numeral.percent and value < LEAST_CONFIDENCE:
        return False
    if cue.kind == "share":
        return numeral.percent or 0 < value < 1 or (cue.role in _IN_HUNDREDTHS and 50 <= value < 100)
    return True


def _cut(behind: str) -> str:
    """What stands behind a number, up to the next one or the end of its part of the sentence."""
    match = re.search(r"[,;:\n]|\.\s|\d", behind)
    return behind[: match.start()] if match else behind


def _join(rest: str, numerals: list[Numeral], roles: list[str]) -> None:
    """`sd 0.9 and 1.1`: the second number is what the first is, and the other way round: `3 and 20 degrees of freedom`."""
    for place, (first, second) in enumerate(pairwise(numerals)):
        _, end = unit_at(rest, first.end)
        if first.percent != second.percent or not _JOINED.fullmatch(rest, end, second.start):
            continue
        if roles[place] and not roles[place + 1]:
            roles[place + 1] = roles[place]
        elif (
            roles[place + 1]
            and not roles[place]
            and roles[place + 1] in ("df", "proportion", "probability", "mean", "standard_deviation", "rate")
        ):
            roles[place] = roles[place + 1]


def read_orders(reading: Reading) -> None:
    """`second derivative`, `quadratic`: degrees and orders in words."""
    if not MATHEMATICS.search(reading.about) and not re.search(
        r"(?i)polynomial|quadratic|cubic|regression|fit", reading.text
    ):
        return
    for match in re.finditer(
        r"(?i)\b(?P<word>second|third|fourth)[- ](?:derivative|order|degree)\b|\b(?P<shape>quadratic|"
        r"cubic)\s+(?:polynomial|fit|curve|regression)\b",
        reading.rest,
    ):
        value = _DEGREES[match["word"].lower()] if match["word"] else {"quadratic": 2, "cubic": 3}[match["shape"].lower()]
        start, end = match.span("word" if match["word"] else "shape")
        reading.add(Found("number", "degree", (float(value),), start, end, role="degree"))
