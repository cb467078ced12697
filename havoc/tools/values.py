"""The kinds of values that operations take. Each checks what it is given, and says which entry is wrong."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema

from havoc.tools.errors import BadValueError

MAX_VALUES = 1_000_000
"""Values in one call."""
MAX_GROUPS = 1000
MAX_ENTRIES = 1000
"""Entries of a list that is no data: names, generators, points to leave out."""
LARGEST, SMALLEST = 1e150, 1e-150
"""Of data in size: beyond these, squares leave double precision, and no unit is right."""
LARGEST_COUNT = 2**53
"""Beyond, doubles skip whole numbers."""
LEAST_PROBABILITY = 1e-300
LEAST_ALPHA = 1e-12
"""Below, 1 - alpha has too few digits for the quantile to mean anything."""
MAX_CHARACTERS = 200
"""Of a name, label, level or unit."""


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


def _measure(value: object) -> float:
    number = _number(value)
    if abs(number) > LARGEST:
        raise BadValueError("too large to be squared", f"give numbers below {LARGEST:g}, in another unit", value=value)
    return number


def _numbers(value: object) -> list[float]:
    value = _plain(value)
    if not isinstance(value, (list, tuple)):
        raise BadValueError("not a list of numbers", "give a list such as [12.1, 11.9, 12.4]", value=value)
    _refuse_many(len(value))
    if set(map(type, value)) <= {int, float}:
        try:
            array = np.array(value, dtype=np.float64)
        except OverflowError:
            return [_entry(index, entry) for index, entry in enumerate(value)]
        if np.isfinite(array).all():
            result: list[float] = array.tolist()
            return result
    return [_entry(index, entry) for index, entry in enumerate(value)]


def _plain(value: object) -> object:
    """An array as lists; anything else as it is."""
    if isinstance(value, np.ndarray):
        _refuse_many(value.size)
        return value.tolist()
    return value


def _refuse_many(count: int) -> None:
    if count > MAX_VALUES:
        raise BadValueError(f"{count:,} values", f"give at most {MAX_VALUES:,}; summarise or sample them first")


def _refuse_many_in(lists: Iterable[object]) -> None:
    """Refuse too many values in all lists together, before any is read."""
    _refuse_many(sum(len(one) for one in lists if isinstance(one, (list, tuple, np.ndarray))))


def _short_name(name: object) -> str:
    if isinstance(name, str):
        _refuse_long(name)
    return str(name)


def _refuse_long(text: str, where: str = "") -> None:
    """Refuse what is no name: too long, or half of a surrogate pair, which no UTF-8 text can hold."""
    if len(text) > MAX_CHARACTERS:
        raise BadValueError(f"a name of {len(text):,} characters", f"give at most {MAX_CHARACTERS}", where, text)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise BadValueError("not a text", "give whole characters, not halves of surrogate pairs", where, text)


def _entry(index: int, value: object) -> float:
    try:
        return _number(value)
    except BadValueError as error:
        raise BadValueError(error.problem, error.remedy, f"[{index}]", value) from None


def _sample(value: object) -> list[float]:
    numbers = _finite_sample(value)
    largest = max(max(numbers), -min(numbers))
    if largest > LARGEST:
        index = next(index for index, number in enumerate(numbers) if abs(number) == largest)
        remedy = f"give numbers below {LARGEST:g}, in another unit"
        raise BadValueError("too large to be squared", remedy, f"[{index}]", numbers[index])
    if 0 < largest < SMALLEST:
        raise BadValueError(f"all below {SMALLEST:g}, so that squares vanish", "give them in another unit", value=value)
    return numbers


def _finite_sample(value: object) -> list[float]:
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
    _refuse_many_in(value.values())
    return {_short_name(name): _within(name, _sample, group) for name, group in value.items()}


def _within(name: object, check: Any, value: object) -> Any:
    try:
        return check(value)
    except BadValueError as error:
        raise BadValueError(error.problem, error.remedy, f".{name}{error.where}", error.value or value) from None


def read_labels(value: object) -> list[str]:
    """Texts, or numbers as texts."""
    if not isinstance(value, (list, tuple)) or not value:
        raise BadValueError("not a list of labels", 'give a list such as ["A", "B", "A"]', value=value)
    _refuse_many(len(value))
    for index, entry in enumerate(value):
        if isinstance(entry, bool) or not isinstance(entry, (str, int, float)):
            raise BadValueError("not a label", "give texts or numbers", f"[{index}]", entry)
        if isinstance(entry, str):
            _refuse_long(entry, f"[{index}]")
        if isinstance(entry, int) and entry.bit_length() > MAX_CHARACTERS:
            raise BadValueError("not a label", "give texts, or numbers of ordinary size", f"[{index}]", entry)
        if isinstance(entry, float) and not math.isfinite(entry):
            raise BadValueError("not finite", "leave missing rows out of every column", f"[{index}]", entry)
    return [f"{entry:g}" if isinstance(entry, float) else str(entry) for entry in value]


def _column(value: object) -> list[float] | list[str]:
    value = _plain(value)
    if isinstance(value, (list, tuple)) and value and any(isinstance(entry, str) for entry in value[:1000]):
        if not all(isinstance(entry, str) for entry in value):
            index = next(i for i, entry in enumerate(value) if not isinstance(entry, str))
            first = next(i for i, entry in enumerate(value) if isinstance(entry, str))
            bad = first if index == 0 else index
            raise BadValueError("text among numbers", "make the column all numbers or all texts", f"[{bad}]", value[bad])
        return read_labels(value)
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
    _refuse_many_in(value.values())
    columns = {_short_name(name): _within(name, check, column) for name, column in value.items()}
    for (first, one), (name, other) in pairwise(columns.items()):
        if len(one) != len(other):
            raise BadValueError(
                f"{len(other)} values, {first} has {len(one)}", "give columns of equal length", f".{name}", other
            )
    return columns


def _rows(value: object) -> list[list[float]]:
    value = _plain(value)
    if not isinstance(value, (list, tuple)) or not value:
        raise BadValueError("not a list of rows", "give rows such as [[1, 2, 3], [4, 5, 6]]", value=value)
    _refuse_many(len(value))
    _refuse_many_in(value)
    quick = _rows_at_once(value)
    if quick is not None:
        return quick
    rows = []
    for index, row in enumerate(value):
        try:
            rows.append(_sample(row))
        except BadValueError as error:
            raise BadValueError(error.problem, error.remedy, f"[{index}]{error.where}", error.value or row) from None
    return rows


def _rows_at_once(value: Sequence[Any]) -> list[list[float]] | None:
    """The rows where all is well; None where a row or an entry is wrong, which is then looked for one by one."""
    if not set(map(type, value)) <= {list, tuple} or not all(value):
        return None
    try:
        entries = iter(_sample(list(chain.from_iterable(value))))
    except BadValueError:
        return None
    return [list(islice(entries, len(row))) for row in value]


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
        if not 0 <= number <= LARGEST_COUNT or number != int(number):
            raise BadValueError("not a count", "give whole numbers from 0 to 2^53", f"[{index}]", number)
    return [int(number) for number in numbers]


def _count(value: object) -> int:
    number = _number(value)
    if not 0 <= number <= LARGEST_COUNT or number != int(number):
        raise BadValueError("not a count", "give a whole number from 0 to 2^53", value=value)
    return int(number)


def short_list(value: object) -> object:
    """`value`, unless it is a list of more than `MAX_ENTRIES`: refused before its entries are read."""
    if isinstance(value, (list, tuple)) and len(value) > MAX_ENTRIES:
        raise BadValueError(f"{len(value):,} entries", f"give at most {MAX_ENTRIES:,}")
    return value


def short_mapping(value: object) -> object:
    """`value`, unless it is a mapping of more than `MAX_ENTRIES` or has long names: refused before its entries are read."""
    if isinstance(value, Mapping):
        if len(value) > MAX_ENTRIES:
            raise BadValueError(f"{len(value):,} entries", f"give at most {MAX_ENTRIES:,}")
        _refuse_many_in(value.values())
        for name in value:
            _short_name(name)
    return value


def _strict_range(low: float, high: float, text: str, least: float = 0) -> Any:
    def check(value: object) -> float:
        number = _number(value)
        if not low < number < high:
            raise BadValueError(f"outside ({low:g}, {high:g})", text, value=value)
        if number < least:
            raise BadValueError(f"below {least:g}", text, value=value)
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
EntryT = TypeVar("EntryT")

Number = Annotated[float, BeforeValidator(_measure), WithJsonSchema({"type": "number"}), DATA]
"""One number that belongs to the question: a mean, a limit, a target; its square is finite."""
Finite = Annotated[float, BeforeValidator(_number), WithJsonSchema({"type": "number"}), DATA]
"""Any finite number, for mathematics where size does not matter."""
Positive = Annotated[
    float,
    BeforeValidator(_strict_range(0, LARGEST, "give a number above 0, in a unit that makes its square finite", SMALLEST)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
    DATA,
]
"""One number above 0: a standard deviation, a tolerance."""
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 0}), DATA]
"""One whole number from 0."""
Numbers = Annotated[list[float], BeforeValidator(_sample), WithJsonSchema(_NUMBERS), DATA]
"""At least one number; the squares are finite."""
FiniteNumbers = Annotated[list[float], BeforeValidator(_finite_sample), WithJsonSchema(_NUMBERS), DATA]
"""At least one finite number of any size."""
Counts = Annotated[list[int], BeforeValidator(_counts), WithJsonSchema(_COUNTS), DATA]
"""At least one whole number from 0."""
Labels = Annotated[list[str], BeforeValidator(read_labels), WithJsonSchema(_LABELS), DATA]
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
ShortList = Annotated[list[EntryT], BeforeValidator(short_list)]
"""At most `MAX_ENTRIES` entries of any type: names, generators, points to leave out."""
Name = Annotated[str, Field(max_length=MAX_CHARACTERS)]
"""A short text."""
Named = Annotated[dict[str, EntryT], BeforeValidator(short_mapping)]
"""At most `MAX_ENTRIES` entries of any type by name: bounds, starting values."""

Probability = Annotated[
    float,
    BeforeValidator(_strict_range(0, 1, "give a probability between 0 and 1, 5% as 0.05", LEAST_PROBABILITY)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    SETTING,
]
"""A probability strictly between 0 and 1."""
Alpha = Annotated[
    float,
    BeforeValidator(
        _strict_range(0, 0.5, "give a significance level such as 0.05; a confidence of 95% is alpha 0.05", LEAST_ALPHA)
    ),
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
