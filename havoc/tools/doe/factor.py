"""Factors in their own units, and how they are coded."""

import math
import re
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator

from havoc.tools.errors import BadValueError
from havoc.tools.values import DATA, MAX_CHARACTERS, SMALLEST, Name, Number, ShortList

LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
"""Standard letters of factors: I is the identity, so it is skipped."""
MAX_FACTORS = 64
MAX_LEVELS = 100
_RANGE = re.compile(
    r"^\s*(?P<name>[^:=]*?)\s*[:=]?\s*\(?\s*(?P<low>[-+]?\d+(?:\.\d+)?)\s*(?:\.\.|to|-|–|…)\s*(?P<high>[-+]?\d+(?:\.\d+)?)"
    r"\s*(?P<unit>(?:[^\d\s).][^\s)]*)?)\s*\)?\s*$"
)


class Factor(BaseModel):
    """A factor with its range, or with its levels. Without either it is coded: -1 and +1."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: Name
    low: Number | None = None
    """Natural value of the coded -1."""
    high: Number | None = None
    """Natural value of the coded +1."""
    levels: ShortList[float | Name] | None = None
    """Levels instead of low and high: numbers in rising order, or texts of a categorical factor."""
    unit: Name = ""

    coded_unit: ClassVar[str] = "coded"

    @model_validator(mode="after")
    def _check(self) -> "Factor":
        if self.levels is not None and (self.low is not None or self.high is not None):
            raise BadValueError("both levels and low or high", "give levels, or low and high", ".levels")
        if (self.low is None) != (self.high is None):
            raise BadValueError("only one of low and high", "give both", ".low" if self.low is None else ".high")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise BadValueError(f"low {self.low:g} is not below high {self.high:g}", "give low below high", ".low", self.low)
        if self.low is not None and self.high is not None and self.high - self.low < SMALLEST:
            raise BadValueError("low and high are too near", "give the factor in another unit", ".high", self.high)
        if self.levels is not None:
            self._check_levels(self.levels)
        return self

    def _check_levels(self, levels: list[float | str]) -> None:
        if len(levels) < 2 or len(set(levels)) < len(levels):
            raise BadValueError("fewer than two different levels", "give each level once", ".levels", levels)
        if len(levels) > MAX_LEVELS:
            raise BadValueError(f"{len(levels)} levels", f"give at most {MAX_LEVELS}", ".levels")
        for level in levels:
            if isinstance(level, float) and not math.isfinite(level):
                raise BadValueError("not finite", "give finite levels", ".levels", level)
        if not self.categorical and levels != sorted(levels, key=float):
            raise BadValueError("levels do not rise", "give numbers in rising order", ".levels", levels)

    @property
    def categorical(self) -> bool:
        """Whether its levels are texts."""
        return self.levels is not None and any(isinstance(level, str) for level in self.levels)

    @property
    def limits(self) -> tuple[float, float]:
        """Natural values of -1 and +1; (-1, 1) for a coded factor."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        if self.levels is not None and not self.categorical:
            numbers = [float(level) for level in self.levels]
            return min(numbers), max(numbers)
        return -1.0, 1.0

    def natural(self, coded: float) -> float | str:
        """Natural value of a coded one; of a categorical factor with levels the nearest of -1 ... +1.

        A coded value that stands for a limit or a level gives exactly that, without rounding error.
        """
        if self.levels is not None and self.categorical:
            index = round((coded + 1) / 2 * (len(self.levels) - 1))
            return str(self.levels[index])
        low, high = self.limits
        named = [low, high, *(float(level) for level in self.levels or [])]
        nearest = min(named, key=lambda value: abs(self.coded(value) - coded))
        if abs(self.coded(nearest) - coded) < 1e-9:
            return nearest
        return low + (coded + 1) / 2 * (high - low)

    def level_codes(self) -> list[float]:
        """Coded values of its levels; -1 and +1 without levels."""
        if self.levels is None:
            return [-1.0, 1.0]
        if self.categorical:
            return [-1 + 2 * index / (len(self.levels) - 1) for index in range(len(self.levels))]
        return [self.coded(float(level)) for level in self.levels]

    def coded(self, natural: float) -> float:
        """Coded value of a natural one."""
        low, high = self.limits
        return (natural - (low + high) / 2) / ((high - low) / 2)


def coded_factors(count: int) -> list[Factor]:
    """`count` factors A, B, C, ... in coded units."""
    names = [LETTERS[i] if i < len(LETTERS) else f"X{i + 1}" for i in range(count)]
    return [Factor(name=name) for name in names]


def _read(value: object) -> object:
    if isinstance(value, bool):
        raise BadValueError("not factors", "give a count such as 3, or a list of factors", value=value)
    if isinstance(value, (int, float)):
        if not 1 <= value <= MAX_FACTORS or value != int(value):
            raise BadValueError("not a number of factors", f"give 1 to {MAX_FACTORS}", value=value)
        return coded_factors(int(value))
    if isinstance(value, (dict, list, tuple)) and len(value) > MAX_FACTORS:
        raise BadValueError(f"{len(value)} factors", f"give at most {MAX_FACTORS}")
    if isinstance(value, dict):
        value = [_named(name, entry) for name, entry in value.items()]
    if not isinstance(value, (list, tuple)) or not value:
        raise BadValueError("not factors", 'give a count, or [{"name": "Speed", "low": 50, "high": 150}]', value=value)
    factors = [_one(index, entry) for index, entry in enumerate(value)]
    names = [factor.get("name") if isinstance(factor, dict) else getattr(factor, "name", None) for factor in factors]
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            raise BadValueError("named twice", "give each factor its own name", f"[{index}]", name)
    return factors


def _named(name: object, entry: object) -> object:
    if isinstance(entry, dict):
        return {"name": str(name), **entry}
    if isinstance(entry, (list, tuple)) and len(entry) == 2 and not any(isinstance(one, str) for one in entry):
        return {"name": str(name), "low": entry[0], "high": entry[1]}
    if isinstance(entry, (list, tuple)):
        return {"name": str(name), "levels": entry}
    if isinstance(entry, str):
        return f"{name}: {entry[: MAX_CHARACTERS + 1]}"
    raise BadValueError("no range", "give [low, high], levels, or a text such as 50..150 rpm", f".{name}", entry)


def _one(index: int, entry: object) -> Any:
    if not isinstance(entry, str):
        return entry
    if len(entry) > MAX_CHARACTERS:
        raise BadValueError(f"a text of {len(entry):,} characters", f"give at most {MAX_CHARACTERS}", f"[{index}]", entry)
    matched = _RANGE.match(entry)
    if matched is None:
        return {"name": entry.strip()}
    name = matched["name"].strip() or LETTERS[index % len(LETTERS)]
    return {"name": name, "low": float(matched["low"]), "high": float(matched["high"]), "unit": matched["unit"]}


_FACTOR: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "low": {"type": "number"},
        "high": {"type": "number"},
        "levels": {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2},
        "unit": {"type": "string"},
    },
    "required": ["name"],
    "additionalProperties": False,
}

Factors = Annotated[
    list[Factor],
    BeforeValidator(_read),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "array", "items": _FACTOR, "minItems": 1}]}),
    DATA,
]
"""A count (factors A, B, C, ... in coded units), a list of factors, or texts such as `Speed 50..150 rpm`."""
