"""The kinds of values that operations take. Each checks what it is given, and says which entry is wrong."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema

from havoc.tools.errors import BadValueError

MAX_VALUES = 1_000_000
"""Values in one call."""
MAX_GROUPS = 1000


@dataclass(frozen=True)
class Role:
    """What a field is for. `data` may be taken from the question or from a result only; a `setting` may be chosen."""

    name: Literal["data", "setting"]


def _number(value: object) -> float:
    if type(value) not in (int, float) and not isinstance(value, (np.integer, np.floating)):
        raise BadValueError("not a number", "give a plain number such as 12.5", value=value)
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise BadValueError("too large for a double", "give a number below 1e308", value=value) from None
    if not math.isfinite(number):
        raise BadValueError("not finite", "leave missing values out, and give finite numbers", value=value)
    return number


def _numbers(value: object) -> list[float]:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        raise BadValueError("not a list of numbers", "give a list such as [12.1, 11.9, 12.4]", value=value)
    if len(value) > MAX_VALUES:
        raise BadValueError(f"{len(value):,} values", f"give at most {MAX_VALUES:,}; summarise or sample them first")
    if set(map(type, value)) <= {int, float}:
        try:
            array = np.array(value, dtype=np.float64)
        except OverflowError:
            return [_entry(index, entry) for index, entry in enumerate(value)]
        if np.isfinite(array).all():
            result: list[float] = array.tolist()
            return result
    return [_entry(index, entry) for index, entry in enumerate(value)]


def _entry(index: int, value: object) -> float:
    try:
        return _number(value)
    except BadValueError as error:
        raise BadValueError(error.problem, error.remedy, f"[{index}]", value) from None


def _sample(value: object) -> list[float]:
    numbers = _numbers(value)
    if not numbers:
        raise BadValueError("empty", "give at least one number")
    return numbers


def _groups(value: object) -> dict[str, list[float]]:
    if isinstance(value, (list, tuple)):
        value = {f"group {index + 1}": group for index, group in enumerate(value[: MAX_GROUPS + 1])}
    if not isinstance(value, Mapping):
        raise BadValueError("not groups", 'give {"A": [1, 2], "B": [3, 4]} or [[1, 2], [3, 4]]', value=value)
    if len(value) < 2:
        raise BadValueError(f"{len(value)} group", "give two groups or more")
    if len(value) > MAX_GROUPS:
        raise BadValueError(f"{len(value)} groups", f"give at most {MAX_GROUPS}")
    return {str(name): _within(name, _sample, group) for name, group in value.items()}


def _within(name: object, check: Any, value: object) -> Any:
    try:
        return check(value)
    except BadValueError as error:
        raise BadValueError(error.problem, error.remedy, f".{name}{error.where}", error.value or value) from None


def _labels(value: object) -> list[str]:
    if not isinstance(value, (list, tuple)) or not value:
        raise BadValueError("not a list of labels", 'give a list such as ["A", "B", "A"]', value=value)
    if len(value) > MAX_VALUES:
        raise BadValueError(f"{len(value):,} labels", f"give at most {MAX_VALUES:,}")
    for index, entry in enumerate(value):
        if isinstance(entry, bool) or not isinstance(entry, (str, int, float)):
            raise BadValueError("not a label", "give texts or numbers", f"[{index}]", entry)
        if isinstance(entry, float) and not math.isfinite(entry):
            raise BadValueError("not finite", "leave missing rows out of every column", f"[{index}]", entry)
    return [f"{entry:g}" if isinstance(entry, float) else str(entry) for entry in value]


def _column(value: object) -> list[float] | list[str]:
    if isinstance(value, (list, tuple)) and value and any(isinstance(entry, str) for entry in value[:1000]):
        if not all(isinstance(entry, str) for entry in value):
            index = next(i for i, entry in enumerate(value) if not isinstance(entry, str))
            first = next(i for i, entry in enumerate(value) if isinstance(entry, str))
            bad = first if index == 0 else index
            raise BadValueError("text among numbers", "make the column all numbers or all texts", f"[{bad}]", value[bad])
        return _labels(value)
    return _sample(value)


def _columns(value: object) -> dict[str, list[Any]]:
    return _table(value, _column)


def _numeric_columns(value: object) -> dict[str, list[Any]]:
    if isinstance(value, (list, tuple)) and value and not isinstance(value[0], (list, tuple)):
        value = {"x": value}
    return _table(value, _sample)


def _table(value: object, check: Any) -> dict[str, list[Any]]:
    if not isinstance(value, Mapping) or not value:
        raise BadValueError("not columns", 'give {"time": [1, 2, 3], "speed": [5, 6, 8]}', value=value)
    if len(value) > MAX_GROUPS:
        raise BadValueError(f"{len(value)} columns", f"give at most {MAX_GROUPS}")
    columns = {str(name): _within(name, check, column) for name, column in value.items()}
    for (first, one), (name, other) in pairwise(columns.items()):
        if len(one) != len(other):
            raise BadValueError(
                f"{len(other)} values, {first} has {len(one)}", "give columns of equal length", f".{name}", other
            )
    return columns


def _rows(value: object) -> list[list[float]]:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (list, tuple)) or not value:
        raise BadValueError("not a list of rows", "give rows such as [[1, 2, 3], [4, 5, 6]]", value=value)
    if len(value) > MAX_VALUES or sum(len(row) for row in value if isinstance(row, (list, tuple))) > MAX_VALUES:
        raise BadValueError("too many values", f"give at most {MAX_VALUES:,}")
    rows = []
    for index, row in enumerate(value):
        try:
            rows.append(_sample(row))
        except BadValueError as error:
            raise BadValueError(error.problem, error.remedy, f"[{index}]{error.where}", error.value or row) from None
    return rows


def _matrix(value: object) -> list[list[float]]:
    rows = _rows(value)
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise BadValueError(
                f"{len(row)} values, the first row has {len(rows[0])}", "give rows of equal length", f"[{index}]", row
            )
    return rows


def _counts(value: object) -> list[int]:
    numbers = _sample(value)
    for index, number in enumerate(numbers):
        if number < 0 or number != int(number):
            raise BadValueError("not a count", "give whole numbers from 0", f"[{index}]", number)
    return [int(number) for number in numbers]


def _count(value: object) -> int:
    number = _number(value)
    if number < 0 or number != int(number):
        raise BadValueError("not a count", "give a whole number from 0", value=value)
    return int(number)


def _strict_range(low: float, high: float, text: str) -> Any:
    def check(value: object) -> float:
        number = _number(value)
        if not low < number < high:
            raise BadValueError(f"outside ({low:g}, {high:g})", text, value=value)
        return number

    return check


_NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": MAX_VALUES}
_LABELS: dict[str, Any] = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1, "maxItems": MAX_VALUES}
_COUNTS: dict[str, Any] = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1}
_ROWS: dict[str, Any] = {"type": "array", "items": _NUMBERS, "minItems": 1}
_GROUPS: dict[str, Any] = {
    "anyOf": [
        {"type": "object", "additionalProperties": _NUMBERS, "minProperties": 2},
        {"type": "array", "items": _NUMBERS, "minItems": 2},
    ]
}
_COLUMNS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"anyOf": [_NUMBERS, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
    "minProperties": 1,
}
_NUMERIC_COLUMNS: dict[str, Any] = {
    "anyOf": [{"type": "object", "additionalProperties": _NUMBERS, "minProperties": 1}, _NUMBERS]
}

DATA, SETTING = Role("data"), Role("setting")

Number = Annotated[float, BeforeValidator(_number), WithJsonSchema({"type": "number"}), DATA]
"""One finite number that belongs to the question: a mean, a limit, a target."""
Positive = Annotated[
    float,
    BeforeValidator(_strict_range(0, math.inf, "give a number above 0")),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
    DATA,
]
"""One number above 0: a standard deviation, a tolerance."""
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 0}), DATA]
"""One whole number from 0."""
Numbers = Annotated[list[float], BeforeValidator(_sample), WithJsonSchema(_NUMBERS), DATA]
"""At least one finite number."""
Counts = Annotated[list[int], BeforeValidator(_counts), WithJsonSchema(_COUNTS), DATA]
"""At least one whole number from 0."""
Labels = Annotated[list[str], BeforeValidator(_labels), WithJsonSchema(_LABELS), DATA]
"""A column of texts: levels of a factor, operators, parts."""
Rows = Annotated[list[list[float]], BeforeValidator(_rows), WithJsonSchema(_ROWS), DATA]
"""Lists of numbers, lengths free: subgroups in time order."""
Matrix = Annotated[list[list[float]], BeforeValidator(_matrix), WithJsonSchema(_ROWS), DATA]
"""Rows of equal length."""
Groups = Annotated[dict[str, list[float]], BeforeValidator(_groups), WithJsonSchema(_GROUPS), DATA]
"""Two or more named samples. A list of lists is named `group 1`, `group 2`, ..."""
Columns = Annotated[dict[str, list[Any]], BeforeValidator(_columns), WithJsonSchema(_COLUMNS), DATA]
"""Named columns of equal length, each all numbers or all texts."""
NumericColumns = Annotated[dict[str, list[Any]], BeforeValidator(_numeric_columns), WithJsonSchema(_NUMERIC_COLUMNS), DATA]
"""Named columns of numbers, of equal length. A single list is the column `x`."""

Probability = Annotated[
    float,
    BeforeValidator(_strict_range(0, 1, "give a probability between 0 and 1, 5% as 0.05")),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    SETTING,
]
"""A probability strictly between 0 and 1."""
Alpha = Annotated[
    float,
    BeforeValidator(_strict_range(0, 0.5, "give a significance level such as 0.05; a confidence of 95% is alpha 0.05")),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}),
    Field(description="Significance level; intervals have confidence 1 - alpha."),
    SETTING,
]
"""Significance level, between 0 and 0.5; intervals have confidence 1 - alpha."""
Seed = Annotated[int, Field(ge=0, lt=2**32), SETTING]
"""Seed of a numpy Generator: the same seed gives the same result."""
Alternative = Annotated[Literal["two-sided", "less", "greater"], SETTING]
"""The side of the alternative hypothesis; `less` means that the first is smaller."""


def equal_lengths(**columns: Sequence[object]) -> None:
    """Raise a ToolError unless all named columns are equally long."""
    from havoc.tools.errors import ToolError

    (first, one), *rest = columns.items()
    for name, other in rest:
        if len(other) != len(one):
            raise ToolError(name, other, f"{len(other)} values, {first} has {len(one)}", "give lists of equal length")
