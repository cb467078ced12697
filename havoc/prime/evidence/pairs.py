"""Numbers in pairs: `4/95 6/102 3/98`, `88.9 -> 83.7, 86.3 -> 82.1`, `71.2 (82), 65.1 (75)`, with or without groups."""

import re
from collections.abc import Sequence

from havoc.prime.evidence.reading import TAKEN, Found, Reading
from havoc.prime.numerals import Numeral

LEAST, MOST_LABEL = 4, 40
"""Pairs that are data rather than fractions; characters of a group's name."""
REACH = 120
"""Characters before the first pair in which the two names are looked for."""
_END = r"(?![\w/(\[]|\.\d|\s?(?:/|->|→))"
_JOINTS = (
    ("/", r"\s?/\s?{number}"),
    ("->", r"\s?(?:->|→)\s?{number}"),
    ("(", r"\s?\(\s?{number}\s?\)"),
    ("[", r"\s?\[\s?{number}\s?\]"),
)
_BETWEEN = r"(?:[ \t]*[,;][ \t]*\n?[ \t]*|[ \t]+|[ \t]*\n[ \t]*)"
_LABEL = re.compile(r"[\s.;|,]*(?P<label>[^\W_][^\n:;|]*?)\s*:?\s*")
_NAMES = (
    re.compile(r"(?P<first>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*)?)\s?/\s?(?P<second>[^\W\d_][\w-]*)\W*$"),
    re.compile(r"\((?P<first>[^(),\d]{2,40}),\s*(?P<second>[^(),\d]{2,40})\)[^()\d]{0,20}$"),
    re.compile(r"(?P<first>[^\W\d_][\w ]*?)\s*[\[(](?P<second>[^\W\d_]\w*)[^\])]{0,20}[\])]\s*:?[^\[\]()]{0,40}$"),
    re.compile(r"(?P<second>[^\W\d_]\w*)\s+in\s+(?:\w+\s+)?(?:brackets|parentheses|paren\w*)\b"),
)


def read_pairs(reading: Reading) -> None:
    """Add runs of pairs as the two columns of a table; runs with names are one table with a column of these names."""
    mark = "," if reading.decimal == "," else r"\."
    number = rf"[-+\u2212]?\d{{1,12}}(?:{mark}\d{{1,12}})?"
    for sign, joint in _JOINTS:
        pair = rf"{number}{joint.replace('{number}', number)}{'' if sign in '([' else _END}"
        pattern = re.compile(rf"(?<![\w./(\[-]){pair}(?:{_BETWEEN}{pair})+(?!\s?[/\d])")
        runs = [match.span() for match in pattern.finditer(reading.rest)]
        for group in _grouped(reading, runs):
            _add(reading, group, sign)


def _grouped(reading: Reading, runs: Sequence[tuple[int, int]]) -> list[list[tuple[int, int, str]]]:
    """Runs that follow each other with nothing but a name between them."""
    groups: list[list[tuple[int, int, str]]] = []
    behind = -1
    for start, end in runs:
        between = reading.rest[max(behind, 0, start - MOST_LABEL) : start]
        if behind < start - MOST_LABEL or behind < 0:
            ends = between.rstrip(" \t\n").rfind("\n"), between.rfind(". "), between.rfind(": ", 0, -2)
            between = between[max(ends) + 1 :]
        match = _LABEL.fullmatch(between)
        label = match["label"] if match and TAKEN not in between else ""
        if groups and label and groups[-1][-1][2] and 0 <= start - behind <= MOST_LABEL and start - behind == len(between):
            groups[-1].append((start, end, label))
        else:
            groups.append([(start, end, label)])
        behind = end
    return groups


def _add(reading: Reading, group: Sequence[tuple[int, int, str]], sign: str) -> None:
    runs = [reading.numerals_in(start, end) for start, end, _ in group]
    if any(len(numerals) % 2 for numerals in runs):
        return
    numerals = [numeral for run in runs for numeral in run]
    first, second = numerals[::2], numerals[1::2]
    if len(first) < LEAST or (sign == "/" and _are_fractions(first, second)):
        return
    names = pair_names(reading.rest, group[0][0]) if sign != "->" else ("before", "after")
    table = reading.new_table()
    labels = [label for (_, _, label), run in zip(group, runs, strict=True) for _ in run[::2]]
    if len(group) > 1:
        reading.found.append(Found("labels", "", tuple(labels), group[0][0], group[-1][1], table=table, layout="column"))
    for name, column in zip(names, (first, second), strict=True):
        reading.found.append(
            Found(
                "values", name, tuple(numeral.value for numeral in column), column[0].start, column[-1].end,
                decimals=max(numeral.decimals for numeral in column), table=table, layout="column",
            )
        )  # fmt: skip
    written = reading.text[first[0].start : second[0].end + (sign in "([")]
    reading.assume(f"{written} and the like are read as pairs", group[0][0], group[-1][1])
    for start, end, _ in group:
        reading.take(start, end + (sign in "(["))


def _are_fractions(first: Sequence[Numeral], second: Sequence[Numeral]) -> bool:
    """Whether they are shares rather than pairs: `9/16 3/16 3/16 1/16`."""
    if all(numeral.value == 1 for numeral in first):
        return True
    below = all(numeral.value for numeral in second)
    return below and abs(sum(one.value / two.value for one, two in zip(first, second, strict=True)) - 1) < 1e-9


def pair_names(rest: str, start: int) -> tuple[str, str]:
    """The names of the first and of the second of each pair, as the words before say: `defects/boards`, `(size, faults)`."""
    before = rest[max(0, start - REACH) : start]
    for pattern in _NAMES:
        match = pattern.search(before)
        if match and TAKEN not in match[0]:
            names = match.groupdict("")
            return names.get("first", "").strip(), names["second"].strip()
    return "", ""
