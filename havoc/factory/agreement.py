"""Whether two calls are the same, and whether they differ in their numbers only."""

import math
from collections.abc import Mapping
from typing import Any

TOLERANCE = 1e-6
"""Relative; of numbers that a tool computed."""


def equal(found: Any, expected: Any) -> bool:
    """Whether a value is the expected one, or what people write for it: lists entry by entry, mappings key by key."""
    if isinstance(expected, (list, tuple)):
        same_length = isinstance(found, (list, tuple)) and len(found) == len(expected)
        return same_length and all(equal(one, other) for one, other in zip(found, expected, strict=True))
    if isinstance(expected, Mapping):
        same_keys = isinstance(found, Mapping) and set(found) == set(expected)
        return same_keys and all(equal(found[key], expected[key]) for key in expected)
    if isinstance(expected, bool) or not isinstance(expected, (int, float)):
        return bool(found == expected)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return False
    return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=1e-9) or _rounds_to(found, expected)


def has_arguments(args: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Whether a call has these arguments; what it has besides are settings that nobody asked about."""
    return all(name in args and equal(args[name], value) for name, value in expected.items() if name != "operation")


def same_shape(one: Any, other: Any) -> bool:
    """Whether two values differ at most in their numbers."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(same_shape(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(same_shape(left, right) for left, right in zip(one, other, strict=True))
    numbers = [isinstance(value, (int, float)) and not isinstance(value, bool) for value in (one, other)]
    return all(numbers) or (not any(numbers) and one == other)


def _rounds_to(found: float, expected: float) -> bool:
    """Whether an expected value is this one as people write it down, to three significant digits or more."""
    digits = len(f"{abs(expected):.12e}".split("e", maxsplit=1)[0].replace(".", "").rstrip("0"))
    return 3 <= digits <= 7 and float(f"{found:.{digits - 1}e}") == expected
