"""Tables of two columns whose labels name settings and whose values are theirs: `Mean 5.0`, `StDev 0.2`, `LSL 4.4`."""

import re

from havoc.prime.evidence.reading import Found, Reading
from havoc.prime.evidence.role_words import role_of_label

MOST_ROWS = 16
LEAST_NAMED = 0.6
"""Share of the labels that are known to name settings."""
_BRACKETS = re.compile(r"\s*\([^()]{0,40}\)\s*$")


def read_setting_tables(reading: Reading) -> None:
    """Make single numbers of the tables that only list settings; each keeps its label as its name."""
    tables = dict.fromkeys(item.table for item in reading.found if item.table)
    for table in tables:
        items = [item for item in reading.found if item.table == table]
        labels = [item for item in items if item.kind == "labels"]
        values = [item for item in items if item.kind == "values"]
        if len(items) == 2 and len(labels) == len(values) == 1 and values[0].layout == "column":
            _split(reading, labels[0], values[0])


def _split(reading: Reading, labels: Found, values: Found) -> None:
    names = [str(label).strip() for label in labels.values]
    if not 2 <= len(names) <= MOST_ROWS or len(set(names)) < len(names):
        return
    roles = [role_of_label(name) or role_of_label(_BRACKETS.sub("", name)) for name in names]
    # N, P and K may be anything, unless mean or LSL stand among them.
    if not any(role is not None and len(name) > 1 for name, role in zip(names, roles, strict=True)):
        return
    if sum(role is not None for role in roles) < LEAST_NAMED * len(names):
        return
    numerals = [
        numeral for numeral in reading.numerals_in(values.start, values.end + 1) if numeral.value in set(values.values)
    ]
    found: list[Found] = []
    place = 0
    for name, role, value in zip(names, roles, values.values, strict=True):
        numeral = next((one for one in numerals if one.start >= place and one.value == value), None)
        if numeral is None:
            return
        place = numeral.end
        own = Found("number", name, (numeral.value,), numeral.start, numeral.end, "", numeral.decimals, numeral.percent)
        own.role = role or ""
        found.append(own)
    reading.found = [item for item in reading.found if item is not labels and item is not values] + found
