"""Specification limits, however they are written: `LSL 9.5 USL 10.5`, `10 ± 0.5`, `between 9.5 and 10.5`, `10 +0.2/-0.1`."""

import re
from collections.abc import Sequence
from itertools import pairwise

from havoc.prime.evidence.context import CAPABILITY, DESIGN, EQUIVALENCE, PROBABILITY, REACH, sentence_before
from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.numerals import Numeral
from havoc.prime.units import unit_at

_PLUS_MINUS = re.compile(
    r"\s*(?:±|\+\s*/\s*[-\u2212\u2013]?|\+[-\u2212\u2013]|plus\s*(?:or|/|-)?\s*minus|p/m)\s*", re.IGNORECASE
)
_ALONE = re.compile(r"(?:±|\+\s*/\s*[-\u2212\u2013]?|plus or minus)\s*$", re.IGNORECASE)
_LISTED = re.compile(r"\d\s*,\s*$")
"""Before the last but one number of a list: `8, 17, 25 and 35`."""
_PLAIN = frozenset({", ", ",", " ", "; ", ";", "\t", "\n"})
"""What stands between numbers of a list: nothing is said about the next one."""
_TO = re.compile(r"\s*(?:-|\u2013|\u2014|to|\.\.\.?|\u2026|up to|and|/|through|\.\.)\s*", re.IGNORECASE)
_SPEC = re.compile(
    r"(?i)\bspecs?\b|\b(?:has|have|needs?) to (?:be|lie|stay)\b|"
    r"\bspecif(?:ied|ication)s?\b|(?<!control )(?<!confidence )\blimits?\b|\btolerances?\b|"
    r"\bdrawing\b|\brequire[sd]?\b|"
    r"\brequirements?\b|\bmust (?:not )?(?:be|lie|stay|fall|exceed)\b|\bshould (?:be|lie|stay)\b|\baccepts?\b|"
    r"\bacceptable\b|"
    r"\bacceptance (?:range|band)\b|"
    r"\ballow(?:s|ed|able)?\b|\bpermi(?:tted|ssible)\b|\bhold\b|\bnominal\b"
)
_MEAN = re.compile(r"(?i)\b(?:means?|average|avg)\b[^.;]{0,20}$")
_SD_BEHIND = re.compile(r"(?i)\s*(?:\(\s*)?(?:mean\s*)?(?:±\s*)?\(?s\.?d\b")
_LOWER = re.compile(
    r"(?i)(?:\b(?:lsl|lower(?:\s+(?:spec(?:ification)?|tolerance|engineering|acceptance|"
    r"customer))?\s+limit|lower\s+spec(?:ification)?s?|"
    r"min(?:imum|\.)?\s+spec(?:ification)?s?|spec(?:ification)?\s+min(?:imum)?|low(?:er)?\s+limit|"
    r"minimum\s+limit|lower|min(?:imum|\.)?\s+(?:allowed|permitted|permissible|admissible|required)|"
    r"(?:legal|own|agreed|contract\w*|guaranteed|required|specified|customer|customer's)\s+min(?:imum)?)\b\.?"
    r"(?:\s+(?:agreed|set|given|fixed|imposed)\s+(?:with|by|at|to)(?:\s+the)?\s+[a-z]+)?"
    r"\s*(?:is|of|was|at|only|limit)?\s*[:=(]?)\s*$"
)
_UPPER = re.compile(
    r"(?i)(?:\b(?:usl|upper(?:\s+(?:spec(?:ification)?|tolerance|engineering|acceptance|"
    r"customer))?\s+limit|upper\s+spec(?:ification)?s?|"
    r"max(?:imum|\.)?\s+spec(?:ification)?s?|spec(?:ification)?\s+max(?:imum)?|high(?:er)?\s+limit|"
    r"upper\s+limit\s+usl|maximum\s+limit|upper|max(?:imum|\.)?\s+(?:allowed|permitted|permissible|admissible)|"
    r"(?:legal|own|agreed|contract\w*|guaranteed|specified|customer|customer's)\s+max(?:imum)?)\b\.?"
    r"(?:\s+(?:agreed|set|given|fixed|imposed)\s+(?:with|by|at|to)(?:\s+the)?\s+[a-z]+)?"
    r"\s*(?:is|of|was|at|only|limit)?\s*[:=(]?)\s*$"
)
_AT_LEAST = re.compile(
    r"(?i)(?:\b(?:at\s+least|min(?:imum|\.)?(?:\s+of)?|(?:not|no)\s+(?:be\s+)?(?:less|lower|"
    r"smaller)\s+than|(?:not|never)\s+(?:be|fall|go)\s+(?:below|under)|"
    r"(?:exceed|above|over|greater than|more than))\s*[:=]?|[>\u2265]=?)\s*$"
)
_AT_MOST = re.compile(
    r"(?i)(?:\b(?:at\s+most|max(?:imum|\.)?(?:\s+of)?|(?:not|no)\s+(?:be\s+)?(?:more|higher|greater|"
    r"larger)\s+than|(?:not|never)\s+(?:be|exceed|rise)(?:\s+(?:above|over))?|"
    r"(?:below|under|less than))\s*[:=]?|[<\u2264]=?)\s*$"
)
_STRICT = re.compile(
    r"(?i)\b(?:not|no|never)\s+(?:be\s+|exceed|fall|rise|more|less|higher|lower|greater|smaller)[^.;]{0,20}$"
)
_TARGET = re.compile(
    r"(?i)\b(?:target|nominal|aim|set\s?-?point)(?:\s+(?:value|size|dimension|fill|weight|of|is|was|"
    r"diameter|length|thickness))*\s*(?:is|of|was|at)?\s*[:=(]?\s*$"
)
_TOLERANCE = re.compile(r"(?i)\b(?:tol(?:erance)?\.?)(?:\s+(?:width|range|of|is|band))*\s*[:=(]?\s*$")
_MARGIN = re.compile(
    r"(?i)\b(?:margins?|equivalen\w*(?:\s+(?:limits?|bounds?|margins?))?|(?<!sigma )(?<!deviation )(?<!sd )within|to within|"
    r"precision(?:\s+of)?|half-?width(?:\s+of)?)"
    r"(?:\s+(?:of|is|are|error))*\s*[:=(]?\s*$"
)
_MORE = re.compile(r"(?i)\b(?:more|higher|greater|larger|exceed|above|over|rise)\b[^.;]{0,12}$")
_ROLES = ((_LOWER, "lsl"), (_UPPER, "usl"), (_TARGET, "target"), (_TOLERANCE, "tolerance"), (_MARGIN, "margin"))
_NAMED_LIMIT = re.compile(r"(?i)[lu]sl\W*$")
_MARGIN_WORD = re.compile(r"(?i)margin|within[^.]{0,12}$")
_PARAMETER = re.compile(
    r"(?i)\b(?:means?|averages?|avg|sigma|sd|standard deviations?|medians?|proportions?|rates?|shares?|"
    r"variances?|mu|scatter|spread)\b"
)
"""What is said of a parameter of the population limits no single part."""
_POINTS = re.compile(r"\s*(?:percentage\s+|percent\s+|%\s?)?(?:points?|pp)\b", re.IGNORECASE)
_TYPE_1 = re.compile(r"(?i)\bc_?gk?\b|\btype[- ]?(?:1|one|i)\b[^.]{0,20}\b(?:gau?ge|stud|measure)")
_INDEX = re.compile(r"(?i)c[a-z]?pk|ppk|c_?p\b")
"""A number behind the name of an index is what the index should be."""


def read_limits(reading: Reading) -> None:
    """Add lower and upper limits, targets and tolerances."""
    rest, numerals = reading.rest, reading.free_numerals()
    capability = CAPABILITY.search(reading.about) is not None
    used: set[int] = set()
    for first, second in pairwise(numerals):
        if first.start in used or second.start in used or second.start - first.end > 30:
            continue
        if rest[first.end : second.start] in _PLAIN and second.text[0].isdigit():
            continue
        _, behind = unit_at(rest, first.end)
        gap, before = rest[behind : second.start], sentence_before(rest, first.start)
        if _PLUS_MINUS.fullmatch(gap + ("-" if second.text[0] in "-\u2212\u2013" else "")) or _PLUS_MINUS.fullmatch(gap):
            read = _plus_minus(reading, first, second, before)
        elif _TO.fullmatch(gap) and first.value < second.value and _SPEC.search(before) and not DESIGN.search(before):
            if gap.strip() in ("and", "or", "/") and _LISTED.search(before):
                continue
            read = _pair(reading, first, second)
        elif _is_unequal(rest, numerals, first, second):
            third = numerals[numerals.index(second) + 1]
            read = _unequal(reading, first, second, third)
            used.add(third.start)
        else:
            continue
        used |= {first.start, second.start} if read else set()
    _half_widths(reading, [numeral for numeral in numerals if numeral.start not in used], capability)
    _single_limits(reading, capability)
    if _TYPE_1.search(reading.about):
        _width(reading)


def _width(reading: Reading) -> None:
    """The width of the tolerance, which a study of one gauge takes, from its two limits."""
    lower = [item for item in reading.found if item.role == "lsl"]
    upper = [item for item in reading.found if item.role == "usl"]
    if any(item.role == "tolerance" for item in reading.found) or len(lower) != 1 or len(upper) != 1:
        return
    decimals = max(lower[0].decimals, upper[0].decimals)
    width = round(upper[0].values[0] - lower[0].values[0], decimals)  # type: ignore[operator]
    if width > 0:
        start, end = upper[0].start, upper[0].end
        reading.found.append(Found("number", "tolerance", (width,), start, end, upper[0].unit, decimals, role="tolerance"))
        reading.assume(f"the tolerance is the width between the limits, {width:g}", start, end)


def _plus_minus(reading: Reading, middle: Numeral, half: Numeral, before: str) -> bool:
    width = abs(half.value)
    unit, end = unit_at(reading.rest, half.end)
    spec = _SPEC.search(before) is not None
    if not spec and (_MEAN.search(before) or _SD_BEHIND.match(reading.rest, end)):
        reading.add_numbers([middle], "mean", unit, "mean")
        reading.add_numbers([half], "standard deviation", unit, "standard_deviation")
        reading.assume(f"{half.text} behind the plus-minus sign is read as a standard deviation", half.start, half.end)
        return True
    if half.percent and not middle.percent:
        width *= abs(middle.value)
    decimals = max(middle.decimals, half.decimals) + (2 if half.percent and not middle.percent else 0)
    low, high = round(middle.value - width, decimals + 2), round(middle.value + width, decimals + 2)
    if EQUIVALENCE.search(reading.about) and not spec:
        return False
    _derived(reading, middle, middle.start, half.end, unit, (low, high), decimals)
    return True


def _derived(
    reading: Reading, middle: Numeral, start: int, end: int, unit: str, limits: tuple[float, float], decimals: int
) -> None:
    for name, role, value in (("LSL", "lsl", limits[0]), ("target", "target", middle.value), ("USL", "usl", limits[1])):
        reading.found.append(Found("number", name, (value,), start, end, unit, decimals, middle.percent, role))
    reading.take(start, end)
    written = " ".join(reading.text[start:end].split())
    reading.assume(f"{written} is read as LSL {limits[0]:g}, target {middle.value:g}, USL {limits[1]:g}", start, end)


def _is_unequal(rest: str, numerals: Sequence[Numeral], first: Numeral, second: Numeral) -> bool:
    """`10 +0.2/-0.1`."""
    place = numerals.index(second) + 1 if second.text[:1] in "+-\u2212" else 0
    if not place or place >= len(numerals) or rest[unit_at(rest, first.end)[1] : second.start].strip():
        return False
    third = numerals[place]
    return (
        third.text[:1] in "+-\u2212"
        and third.text[0] != second.text[0]
        and rest[second.end : third.start].strip() in ("/", "")
    )


def _unequal(reading: Reading, first: Numeral, second: Numeral, third: Numeral) -> bool:
    unit, _ = unit_at(reading.rest, third.end)
    decimals = max(first.decimals, second.decimals, third.decimals)
    low, high = sorted(round(first.value + part.value, decimals) for part in (second, third))
    _derived(reading, first, first.start, third.end, unit, (low, high), decimals)
    return True


def _pair(reading: Reading, first: Numeral, second: Numeral) -> bool:
    unit, _ = unit_at(reading.rest, second.end)
    reading.add_numbers([first], "LSL", unit, "lsl")
    reading.add_numbers([second], "USL", unit, "usl")
    return True


def _half_widths(reading: Reading, numerals: list[Numeral], capability: bool) -> None:
    """`± 0.5` by itself: limits around a nominal value that stands elsewhere, else a margin."""
    rest = reading.rest
    for half in numerals:
        if rest[max(0, half.start - 2) : half.start] in _PLAIN:
            continue
        place = half.start - 1 if rest[half.start - 1 : half.start + 1] in ("+-", "+\u2212") else half.start
        alone = _ALONE.search(rest, max(0, half.start - 16), half.start) or re.compile(r"\+").match(rest, place)
        if alone is None:
            continue
        before = sentence_before(rest, alone.start())
        unit, _ = unit_at(rest, half.end)
        nominal = next(
            (one for one in numerals if one is not half and _TARGET.search(sentence_before(rest, one.start))), None
        )
        if nominal is not None and (capability or _SPEC.search(before)) and not EQUIVALENCE.search(reading.about):
            width, decimals = abs(half.value), max(half.decimals, nominal.decimals)
            for name, role, value in (("LSL", "lsl", nominal.value - width), ("USL", "usl", nominal.value + width)):
                reading.found.append(
                    Found("number", name, (round(value, decimals),), half.start, half.end, unit, decimals, role=role)
                )
            reading.take(half.start, half.end)
            reading.assume(f"the limits are {nominal.text} plus and minus {half.text.lstrip('-')}", half.start, half.end)
        else:
            item = reading.add_numbers([half], "margin", unit, "margin")
            points = _POINTS.match(rest, half.end) is not None and not half.percent
            item.values, item.percent = (
                (float(f"{abs(half.value)!r}e-2") if points else abs(half.value),),
                points or half.percent,
            )


def _single_limits(reading: Reading, capability: bool) -> None:
    rest, place = reading.rest, 0
    probability = PROBABILITY.search(reading.about) is not None
    equivalence = EQUIVALENCE.search(reading.about) is not None
    for numeral in reading.free_numerals():
        within_list, place = rest[place : numeral.start] in _PLAIN, numeral.end
        if within_list:
            continue
        before = sentence_before(rest, numeral.start)
        behind = rest[numeral.end : numeral.end + REACH]
        role = _role(before)
        if role in ("lsl", "usl"):
            named = _NAMED_LIMIT.search(before) or _SPEC.search(before)
            role = role if capability or named else ""
        elif role == "margin":
            role = role if equivalence or _MARGIN_WORD.search(before) else ""
        elif not role and not numeral.percent and not _INDEX.search(before):
            strict = _STRICT.search(before) is not None and not probability and not _PARAMETER.search(before)
            spoken = capability and _SPEC.search(before + behind) is not None
            if strict:
                role = "usl" if _MORE.search(before) else "lsl"
            elif spoken:
                role = "lsl" if _AT_LEAST.search(before) else "usl" if _AT_MOST.search(before) else ""
        if role:
            unit, _ = unit_at(rest, numeral.end)
            item = reading.add_numbers([numeral], {"lsl": "LSL", "usl": "USL"}.get(role, role), unit, role)
            if role == "margin" and not numeral.percent and _POINTS.match(rest, numeral.end):
                item.values, item.percent, item.unit = (float(f"{numeral.value!r}e-2"),), True, ""


def _role(before: str) -> str:
    """What the words right before a number say about it, taken by themselves."""
    return next((role for pattern, role in _ROLES if pattern.search(before)), "")
