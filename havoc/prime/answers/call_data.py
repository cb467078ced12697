"""What a call holds: the numbers that went into it, and what stands at a path of its answer."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from havoc.prime.quantities.operations import operation_of
from havoc.prime.workspace import ToolCall

MAX_READ = 1000
"""Numbers of the data whose decimals are looked at."""


def decimals_of(call: ToolCall) -> int:
    """Decimals that the call's data are written with."""
    written = (repr(number).partition(".")[2] for number in islice(_flat(data_of(call)), MAX_READ))
    return max((len(digits) for digits in written if digits.isdigit() and digits != "0"), default=0)


def data_of(call: ToolCall) -> list[Any]:
    """The arguments that are data, not settings; none for a tool that is not built in."""
    operation = operation_of(call)
    known = operation.fields if operation is not None else {}
    return [value for name, value in call.args.items() if name in known and known[name].role == "data"]


def _flat(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        yield from _flat(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _flat(entry)
    elif isinstance(value, float):
        yield value


def value_at(answer: Mapping[str, Any], path: str) -> Any:
    """What stands at `result.groups[0].mean`."""
    value: Any = answer
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        try:
            value = value[int(index)] if index else value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value
