"""Turns what pydantic found wrong into one ToolError with path, value and remedy."""

import difflib
from typing import Any

from pydantic import BaseModel, ValidationError

from havoc.tools.errors import BadValueError, ToolError


def as_tool_error(error: ValidationError, operation: str, model: type[BaseModel]) -> ToolError:
    """The first mistake in `error`; unknown names first, since they often explain what is missing."""
    found = sorted(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    first = found[0]
    path = _path(first["loc"])
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    cause = first.get("ctx", {}).get("error")
    value = first["input"]
    if first["type"] == "extra_forbidden":
        return ToolError(path, "", f"{operation} has no such argument", _nearest(str(first["loc"][-1]), model) + more)
    if first["type"] == "missing":
        return ToolError(path, "", f"missing from {operation}", f"give {path}{_meaning(path, model)}{more}")
    if isinstance(cause, BadValueError):
        shown = cause.value if cause.where or cause.value != "" else value
        return ToolError(path + cause.where, shown, cause.problem, cause.remedy + more)
    if isinstance(cause, ToolError):
        return cause
    problem = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return ToolError(path, value, "not accepted", f"should be {problem}{more}")


def _path(location: tuple[int | str, ...]) -> str:
    """`("factors", 0, "low")` as `factors[0].low`; the tags of unions are left out."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not any(mark in part for mark in "[]("):
            path += f".{part}" if path else part
    return path


def _nearest(name: str, model: type[BaseModel]) -> str:
    names = list(model.model_fields)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"its arguments are {', '.join(names)}"


def _meaning(path: str, model: type[BaseModel]) -> str:
    field: Any = model.model_fields.get(path)
    return f": {field.description}" if field is not None and field.description else ""
