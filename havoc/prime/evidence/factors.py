"""What designs are made of: `three factors at two levels`, `factors: speed, feed and depth`, `2^(5-1)`, `L18`."""

import re

from havoc.prime.evidence.context import DESIGN
from havoc.prime.evidence.reading import Found, Reading

_WORDS = {
    word: value
    for value, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ],
        start=1,
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ANY_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER_WORD = (
    rf"(?P<number>(?:(?:{_TENS})-(?:one|two|three|four|five|six|seven|eight|nine))|(?:{_ANY_WORD})"
    r"(?:\s+hundred)?|(?:a\s+|one\s+)?(?:hundred|thousand)|(?:a\s+|one\s+|two\s+)?dozen)"
)
_ROLES = {
    "factors": (
        r"(?!level)(?:[a-z-]+[ -]){0,2}?(?:factors?(?![ -]interaction)|variables|components?|ingredients|inputs|parameters)"
    ),
    "levels": r"levels?",
    "runs": r"(?:[a-z]+\s)?(?:runs|experiments)",
    "replicates": r"(?:complete\s|full\s)?(?:replicates?|replications?|repetitions)",
    "center_points": r"(?:[a-z]+\s)?cent(?:er|re)[ -]?(?:points?|runs?)",
    "blocks": r"(?:[a-z]+\s)?blocks?",
    "groups": r"(?:[a-z]+\s)?(?:groups|treatments|varieties)",
    "subgroups": r"sub-?groups",
    "events": (
        r"(?:[a-z]+\s)?(?:defectives?|defects?|failures?|errors?|breakdowns?|complaints?|accidents?|"
        r"nonconformities|rejects?)"
    ),
    "sample_size": (
        r"(?:[a-z]+\s)?(?:units|parts|pieces|items|specimens|patients|people|subjects|trials|observations|measurements)"
        r"(?:\s+(?:per|in\s+(?:the|each|every|a))\s+lot)?"
    ),
}
_COUNTED = re.compile(
    rf"(?i)\b{_NUMBER_WORD}[\s-]+(?:" + "|".join(f"(?P<{role}>{nouns})" for role, nouns in _ROLES.items()) + r")\b"
)
_PER_LOT = re.compile(r"(?i)(?:per|in\s+(?:the|each|every|a))\s+lot")
_POWER = re.compile(
    r"(?<![\w.^])(?P<levels>[2-9])\s*(?:\^|"
    r"\*\*)\s*[({]?\s*(?P<factors>\d{1,2})\s*(?:[-\u2212\u2013]\s*(?P<fraction>\d{1,2}))?\s*[)}]?(?![\w.])"
)
_SUPERSCRIPT = re.compile(r"(?<![\w.])(?P<levels>[23])(?P<factors>[\u00b2\u00b3\u2074-\u2079])(?![\w.])")
_ARRAY = re.compile(r"(?<!\w)L\s?[_-]?(?P<runs>4|8|9|12|16|18|25|27|32|36|50|54)(?!\w)")
_ROMAN = re.compile(
    r"(?i)\bresolution\s*(?:of\s+|=\s*|:\s*)?(?P<roman>III|IV|V|VI|VII)\b(?!\w)|\b(?P<behind>III|IV|V)\s+resolution\b"
)
_ROMANS = {"III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7}
_TIMES = re.compile(
    r"(?<![\w.])(?P<levels>[2-5])\s?[x\u00d7]\s?(?P=levels)(?:\s?[x\u00d7]\s?(?P=levels))*(?=\s+(?:full\s+)?(?:factorial|"
    r"design))"
)
_LIST = re.compile(
    r"(?i)\b(?:factors?|variables|components|ingredients|inputs|parameters)\b(?:\s*\((?:two|three|"
    r"\d)[ -]levels?\))?\s*(?:are|were|:|=|,|namely|such as|called)?\s*[:(]?\s*"
    r"(?P<names>[^\W\d_][\w .%/-]{0,30}?(?:\s*,\s*[^\W\d_][\w .%/-]{0,30}?){1,15}?\s*,?\s*(?:and|&)\s+[^\W\d_][\w%/-]{0,30}|"
    r"[^\W\d_][\w%/-]{0,30}\s+(?:and|&)\s+[^\W\d_][\w%/-]{0,30}|"
    r"[^\W\d_][\w .%/-]{0,30}(?:\s*,\s*[^\W\d_][\w .%/-]{0,30}){1,15})(?=\s*[.;:)\n?]|\s+(?:at|in|with|"
    r"each|are|is|for|using|please|to)\b|\s*$|,\s+(?:each|all|two|at|with|where|which|while|but)\b)"
)
_AFTER_DESIGN = re.compile(
    r"(?:factorial|design|combinations?|screening|behnken|composite|plan)\b(?:\s+(?:for|of|in|"
    r"with))\s+(?:factors?\s+)?(?P<names>[^\W\d_]\w{0,20}(?:\s*,\s*[^\W\d_]\w{0,20}){1,15}?\s*,?\s*(?:and|"
    r"&)\s+[^\W\d_]\w{0,20})(?=\s*[.;:?\n]|\s+(?:at|in|with|each)\b|\s*$)"
)
_FRACTION = re.compile(
    r"(?i)\b(?P<share>half|quarter|eighth)[- ]?(?:fraction|replicate|factorial)?(?:\s+(?:of|from))?(?:\s+(?:a|the))?\s*$"
)
_SEPARATOR = re.compile(r"\s*,\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*")
_LITTLE = re.compile(r"(?i)^(?:the|a|an|of|interest|are|is|i|we|my|our|have|which|that|interaction)\b")


def read_factors(reading: Reading) -> None:
    """Add counts in words and the notation of designs; where a text is about designs, the names of factors too."""
    design = DESIGN.search(reading.about) is not None
    for match in _COUNTED.finditer(reading.rest):
        role = next(role for role in _ROLES if match[role])
        if role == "sample_size" and _PER_LOT.search(match[role]):
            role = "lot_size"
        start, end = match.span("number")
        reading.add(Found("number", role.replace("_", " "), (float(_value(match["number"])),), start, end, role=role))
    for match in _ROMAN.finditer(reading.rest):
        group = "roman" if match["roman"] else "behind"
        start, end = match.span(group)
        reading.add(Found("number", "resolution", (float(_ROMANS[match[group].upper()]),), start, end, role="resolution"))
    if design:
        _read_notation(reading)
        _read_names(reading)


def _read_notation(reading: Reading) -> None:
    for match in [*_POWER.finditer(reading.rest), *_SUPERSCRIPT.finditer(reading.rest)]:
        digits = match["factors"].translate(str.maketrans("²³⁴⁵⁶⁷⁸⁹", "23456789"))
        levels, factors = float(match["levels"]), float(digits)
        reading.found.append(Found("number", "factors", (factors,), *match.span("factors"), role="factors"))
        reading.found.append(Found("number", "levels", (levels,), *match.span("levels"), role="levels"))
        fraction = match.groupdict().get("fraction") or _share(reading.rest[: match.start()])
        if fraction:
            runs = levels ** (factors - float(fraction))
            reading.found.append(Found("number", "runs", (runs,), *match.span(), role="runs"))
        reading.take(*match.span())
    for match in _TIMES.finditer(reading.rest):
        count = len(re.findall(r"\d", match[0]))
        reading.found.append(Found("number", "factors", (float(count),), *match.span(), role="factors"))
        reading.found.append(Found("number", "levels", (float(match["levels"]),), *match.span("levels"), role="levels"))
        reading.take(*match.span())
    for match in _ARRAY.finditer(reading.rest):
        start, end = match.span("runs")
        reading.add(Found("number", "runs", (float(match["runs"]),), start, end, role="runs"))


def _share(before: str) -> str:
    """The exponent of the fraction that the words before name: 1 for `half fraction of a 2^4`."""
    match = _FRACTION.search(before)
    return {"half": "1", "quarter": "2", "eighth": "3"}[match["share"].lower()] if match else ""


def _read_names(reading: Reading) -> None:
    for pattern in (_LIST, _AFTER_DESIGN):
        for match in pattern.finditer(reading.rest):
            names = [name.strip() for name in _SEPARATOR.split(match["names"]) if name.strip()]
            short = all(len(name.split()) <= 3 and not _LITTLE.match(name) for name in names)
            if short and 2 <= len(names) <= 20 and len(set(names)) == len(names):
                reading.found.append(Found("labels", "factors", tuple(names), *match.span("names"), role="factors"))


def _value(words: str) -> int:
    words = words.lower()
    if "dozen" in words:
        return 24 if words.startswith("two") else 12
    if "thousand" in words:
        return 1000
    total = sum(_WORDS[part] for part in re.split(r"[-\s]+", words) if part in _WORDS)
    return max(total, 1) * 100 if "hundred" in words else total
