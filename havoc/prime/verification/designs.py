"""Properties of designs, recomputed from the runs: orthogonality, fractions, and the names of designs."""

import math
import re
from collections.abc import Sequence
from typing import Any

from havoc.prime.claims.claim import Claim
from havoc.prime.quantities.operations import result_of
from havoc.prime.spans import Text
from havoc.prime.verification.grounds import Grounds
from havoc.prime.verification.report import Check
from havoc.prime.workspace import ToolCall

_TOLERANCE = 1e-9
_POWER = re.compile(r"(?:L\d+\s?\(\s?)?(\d+)\s?(?:\^|\*\*)\s?(?:\(\s?(\d+)\s?[-\u2212\u2013]\s?(\d+)\s?\)|(\d+))")
_ARRAY = re.compile(r"\bL(\d+)\b")
_CROSSED = re.compile(r"(?<![.,\d])\d+(?:\.\d+)?(?:\s?[x\u00d7]\s?(?!10\b)\d+(?:\.\d+)?)+\b(?!\.?\w|\s?(?:\^|\*\*))")
_SQUARE = re.compile(r"\s(?:\w+[- ]){0,2}?squares?\b", re.IGNORECASE)
_FRACTION = re.compile(r"\b(half|quarter|eighth|sixteenth|full)[ -](?:fraction|replicate|factorial)", re.IGNORECASE)
_FRACTIONS = {"full": 0, "half": 1, "quarter": 2, "eighth": 3, "sixteenth": 4}


def orthogonality(call: ToolCall) -> bool | None:
    """Whether the main effects of a design can be estimated independently: its centred columns have products of 0.

    None where the call made no design of numeric factors, or has one factor only. Where the operation judged a model's
    terms itself, that judgement is given.
    """
    result = result_of(call)
    if isinstance(result.get("orthogonal"), bool):
        return bool(result["orthogonal"])
    rows = result.get("coded")
    if not isinstance(rows, list) or len(rows) < 2 or not all(_is_numeric(row) for row in rows):
        return None
    columns = [_centred([float(row[number]) for row in rows]) for number in range(len(rows[0]))]
    columns = [column for column in columns if any(column)]
    if len(columns) < 2:
        return None
    return all(
        abs(_product(left, right)) <= _TOLERANCE * math.sqrt(_product(left, left) * _product(right, right))
        for place, left in enumerate(columns)
        for right in columns[place + 1 :]
    )


def check_designs(claims: Sequence[Claim], text: Text, grounds: Grounds, calls: Sequence[ToolCall]) -> list[Check]:
    """Names of designs, as `2^(5-1)`, `L18`, `4 x 4` and `half fraction`, against those made or asked for."""
    known = _compact(" ".join(said for said, _, _ in grounds.texts))
    given = {one.value for one in grounds.all if one.source not in ("text", "data", "stated") and not one.is_entry}
    checks = []
    for match in _POWER.finditer(text.text):
        base, factors, left_out, plain = match[1], match[2], match[3], match[4]
        right = _compact(match[0]) in known or any(
            _is_power(call, int(base), int(factors or plain), int(left_out or 0)) for call in calls
        )
        if right or any(result_of(call).get("runs") for call in calls):
            checks.append(_check(match, right))
    for match in (*_ARRAY.finditer(text.text), *_CROSSED.finditer(text.text)):
        if _POWER.match(text.text, match.start()):
            continue
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", match[0])]
        sizes = [size for call in calls if (size := result_of(call).get("size")) is not None]
        if sizes and _SQUARE.match(text.text, match.end()):
            right = len(set(numbers)) == 1 and numbers[0] in sizes
        else:
            right = _compact(match[0]) in known or all(number in given for number in numbers)
        checks.append(_check(match, right))
    for match in _FRACTION.finditer(text.text):
        names = [str(result_of(call).get("fraction", "")) for call in calls if result_of(call).get("fraction")]
        if names:
            wanted = _FRACTIONS[match[1].lower()]
            right = any(_left_out(name) == wanted for name in names)
            checks.append(_check(match, right))
    return checks


def _left_out(fraction: str) -> int:
    """p of `2^(k-p)`."""
    match = re.search(r"-(\d+)\)", fraction)
    return int(match[1]) if match else 0


def _is_power(call: ToolCall, base: int, factors: int, left_out: int) -> bool:
    """Whether a call made such a design: so many factors at so many levels, in a multiple of so many runs."""
    result = result_of(call)
    names, runs = result.get("factor_names"), result.get("runs")
    if not isinstance(names, list) or not isinstance(runs, int):
        return False
    corners = result.get("factorial_runs", runs - (result.get("center_points") or 0))
    return (len(names) == factors and base ** max(0, factors - left_out) in (runs, corners)) or (
        len(names) == factors and corners % max(1, base ** max(0, factors - left_out)) == 0 and left_out == 0
    )


def _check(match: "re.Match[str]", right: bool) -> Check:
    detail = f"{match[0].strip()} is {'' if right else 'not '}the design that was made or asked for"
    return Check("design", "pass" if right else "fail", detail, match.start(), match.end())


def _compact(text: str) -> str:
    return re.sub(
        r"\s", "", text.replace("\u2212", "-").replace("\u2013", "-").replace("**", "^").replace("\u00d7", "x")
    ).lower()


def _is_numeric(row: Any) -> bool:
    return isinstance(row, list) and all(isinstance(entry, (int, float)) and not isinstance(entry, bool) for entry in row)


def _product(left: list[float], right: list[float]) -> float:
    return math.fsum(one * other for one, other in zip(left, right, strict=True))


def _centred(column: list[float]) -> list[float]:
    mean = math.fsum(column) / len(column)
    # What is left of equal values is rounding, and no variation.
    return [entry - mean if abs(entry - mean) > _TOLERANCE else 0.0 for entry in column]
