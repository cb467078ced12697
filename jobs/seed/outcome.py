"""What a tool of the seed examples answers: named numbers, the conventions behind them, and warnings, as plain JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

SIGNIFICANT_DIGITS = 6

Json = dict[str, Any]


def outcome(result: Mapping[str, Any], conventions: Mapping[str, Any], n_used: int, warnings: Sequence[str] = ()) -> Json:
    """The answer of one operation.

    Args:
        result: named numbers, or lists of them. Rounded to 6 significant digits.
        conventions: estimator, ddof, alpha, sides: whatever another program may have chosen differently.
        n_used: number of values that entered, or of runs of a design.
        warnings: codes of what limits the result.
    """
    return {
        "result": _plain(dict(result)),
        "conventions": _plain(dict(conventions)),
        "n_used": n_used,
        "warnings": list(warnings),
    }


def _plain(value: Any) -> Any:
    """`value` without numpy types, its floats rounded; a NaN or infinity is refused, as JSON has none."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        if not np.isfinite(value):
            raise ValueError(f"a tool result must be finite, this is {value}")
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0  # no negative zero
    return value
