"""Known parameters by name: nominals of products, means and covariances of several characteristics."""

import re
from collections.abc import Mapping, Sequence

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

SCORE = 0.82
REACH = 48
_CUES = {
    "nominals": re.compile(r"(?i)\bnominals?\b|\btargets?\b|\bset ?points?\b|\(\s*\d"),
    "means": re.compile(r"(?i)\b(?:means?|averages?|centres?|centers?|targets?|expected)\b"),
}
"""What the words must say before numbers beside names are taken for these."""
_VECTOR = re.compile(r"(?i)\b(?:means?|averages?|mu|\u03bc|targets?|nominals?)\b")
_COVARIANCE = re.compile(r"(?i)\bcov(?:ariance)?s?(?:\s+(?:matrix|is|of|=|:|\w+ and \w+))*\s*[=:]?\s*$")
_MATRIX = re.compile(r"(?i)\bcov")
_GAP = r"(?:\s*[(,:=\u2013-]|\s+(?:[a-z]+|is|of)){0,4}\s*$"


def fill_named_values(arguments: Sequence[Argument], options: Mapping[str, Options], offers: Offers) -> dict[str, Options]:
    """Numbers that stand beside the names of products or columns, all of them or none; and what their covariance is."""
    wanted = {argument.name: argument.kind for argument in arguments if argument.name not in options}
    keys = _keys(options)
    if len(keys) < 2:
        return {}
    filled: dict[str, Options] = {}
    columns = options["columns"][0].value if "columns" in options else {}
    for name in ("nominals", "means"):
        if wanted.get(name) == "named numbers" and _CUES[name].search(offers.words):
            filled |= _beside(name, keys, columns, offers)
    if wanted.get("covariance") == "rows":
        filled |= _covariance(keys, offers)
    return filled


def _keys(options: Mapping[str, Options]) -> list[str]:
    if "products" in options:
        return [str(value) for value in dict.fromkeys(options["products"][0].value)]
    if "columns" in options and isinstance(options["columns"][0].value, Mapping):
        return [str(key) for key in options["columns"][0].value]
    return []


def _beside(name: str, keys: Sequence[str], columns: Mapping[str, Sequence[float]], offers: Offers) -> dict[str, Options]:
    vector = [item for item in offers.lists if _VECTOR.search(item.name) and len(item.values) == len(keys)]
    if len(vector) == 1 and name == "means" and not _MATRIX.search(vector[0].name) and vector[0].kind == "values":
        value = dict(zip(keys, vector[0].numbers, strict=True))
        return {name: (option(value, (vector[0].id,), SCORE, f"the list {vector[0].name}"),)}
    found: dict[str, list[Evidence]] = {key: [] for key in keys}
    text = offers.evidence.text
    for item in offers.numbers:
        before, behind = text[max(0, item.start - REACH) : item.start], text[item.end : item.end + REACH]
        own = [key for key in keys if _is_of(key, keys, before, behind)]
        if len(own) == 1:
            found[own[0]].append(item)
    values = {key: {_in_unit(item, columns.get(key, ())) for item in items} for key, items in found.items()}
    if any(len(one) != 1 for one in values.values()):
        return {}
    sources = tuple(item.id for items in found.values() for item in items)
    value = {key: next(iter(one)) for key, one in values.items()}
    return {name: (option(value, sources, SCORE, "the numbers beside the names"),)}


def _is_of(key: str, keys: Sequence[str], before: str, behind: str) -> bool:
    """Whether a number stands behind a name, `A 50`, `rod, nominal 4`, or before it in brackets: `10 (P10)`."""
    if re.match(rf"\s*\S{{0,6}}?\s*\(\s*{re.escape(key)}\s*\)", behind):
        return True
    if re.match(r"\s*\S{0,6}?\s*\(\s*[^()\d\s]\w{0,20}\s*\)", behind) and any(f"({other})" in behind for other in keys):
        return False
    match = re.search(rf"(?<!\w){re.escape(key)}(?P<gap>{_GAP})", before)
    if match is None:
        return False
    return not any(re.search(rf"(?<!\w){re.escape(other)}(?!\w)", match["gap"]) for other in keys)


def _in_unit(item: Evidence, data: Sequence[float]) -> float:
    """A percentage as percent, where the data are in percent."""
    value = item.numbers[0]
    numbers = [abs(one) for one in data if isinstance(one, (int, float))]
    if item.percent and numbers and max(numbers) > 10 * abs(value):
        return round(value * 100, 10)
    return value


def _covariance(keys: Sequence[str], offers: Offers) -> dict[str, Options]:
    """A square of numbers with that name; or two variances and the covariance."""
    size = len(keys)
    rows = [item for item in offers.lists if item.layout == "row" and _MATRIX.search(item.name) and len(item.values) == size]
    if len(rows) == size and len({item.table for item in rows}) == 1:
        value = [list(item.numbers) for item in rows]
        return {"covariance": (option(value, tuple(item.id for item in rows), SCORE, "the covariance matrix"),)}
    text = offers.evidence.text
    shared = [item for item in offers.numbers if _COVARIANCE.search(text[max(0, item.start - REACH) : item.start])]
    variances = [item for item in offers.numbers if item.role == "variance" and item not in shared]
    if size != 2 or len(shared) != 1 or len(variances) != 2:
        return {}
    named = [
        [key for key in keys if re.search(rf"(?<!\w){re.escape(key)}\W*$", text[max(0, item.start - REACH) : item.start])]
        for item in variances
    ]
    if named[0] == [keys[1]] and named[1] == [keys[0]]:
        variances.reverse()
    first, second = (item.numbers[0] for item in variances)
    both = shared[0].numbers[0]
    if first * second < both * both:
        return {}
    sources = (*(item.id for item in variances), shared[0].id)
    return {"covariance": (option([[first, both], [both, second]], sources, SCORE, "variances and covariance"),)}
