"""What is known about the operation behind a call: its headline, its settings where the call leaves them out."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from havoc.prime.workspace import ToolCall
from havoc.tools import ToolRegistry
from havoc.tools.operation import Operation


def operation_of(call: ToolCall) -> Operation[Any, Any] | None:
    """The operation that a call ran; None where it is none of the built-in tools'."""
    name = call.answer.get("operation") or call.args.get("operation")
    return _operations().get(name) if isinstance(name, str) else None


def settings_of(call: ToolCall) -> dict[str, Any]:
    """The arguments of a call, with the values that the operation takes for those left out."""
    operation = operation_of(call)
    given = {name: value for name, value in call.args.items() if name != "operation"}
    if operation is None:
        return given
    fields = operation.arguments.model_fields
    aliases = operation.arguments.aliases
    given = {aliases.get(name, name): value for name, value in given.items()}
    return {name: field.default for name, field in fields.items() if not field.is_required()} | given


def result_of(call: ToolCall) -> Mapping[str, Any]:
    """The named numbers of a call; empty where it failed."""
    result = call.answer.get("result")
    return result if call.success and isinstance(result, Mapping) else {}


@cache
def _operations() -> dict[str, Operation[Any, Any]]:
    return {name: operation for tool in ToolRegistry().tools.values() for name, operation in tool.operations.items()}
