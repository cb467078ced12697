"""What the tools can do, as text for a terminal."""

import textwrap
from typing import Any, Literal, get_args, get_origin

from havoc.tools import text_form
from havoc.tools.operation import Arguments, Operation
from havoc.tools.registry import ToolRegistry
from havoc.tools.result import Result

WIDTH = 110


def overview(registry: ToolRegistry) -> str:
    """Every operation with its first sentence, by tool and topic."""
    lines: list[str] = []
    for tool in registry.tools.values():
        lines.append(f"{tool.name}  ({len(tool.operations)} operations)")
        topics: dict[str, list[Operation[Any, Any]]] = {}
        for operation in tool.operations.values():
            topics.setdefault(operation.topic, []).append(operation)
        for topic, operations in topics.items():
            lines.append(f"  {topic}")
            lines += [_listed(operation) for operation in operations]
    return "\n".join(lines)


def _listed(operation: Operation[Any, Any]) -> str:
    return f"    {operation.name:<31} " + textwrap.shorten(operation.summary, WIDTH - 36, placeholder=" ...")


def manual(operation: Operation[Any, Any]) -> str:
    """Everything about one operation: purpose, arguments, results, source, an example in the text form."""
    lines = [operation.name, "", operation.documentation, "", "Arguments"]
    fields = operation.arguments.model_fields
    for name, field in sorted(fields.items(), key=lambda entry: entry[0] in Arguments.model_fields):
        default = "" if field.is_required() else f"(default {field.get_default(call_default_factory=True)!r})"
        values = " or ".join(map(repr, _choices(field.annotation)))
        said = [(field.description or "").strip(), f"One of {values}." if values else "", default]
        lines += _entry(name, " ".join(part for part in said if part))
    aliases = operation.arguments.aliases
    if aliases:
        lines += _entry("also known as", ", ".join(f"{other} = {name}" for other, name in aliases.items()))
    lines += ["", "Result"]
    for name, field in operation.result.model_fields.items():
        if name not in Result.model_fields:
            lines += _entry(name, field.description or "")
    lines += ["", f"Source: {operation.source}", "", "Example"]
    lines += [f"  {text_form.render(operation.name, example)}" for example in operation.examples]
    return "\n".join(lines)


def _choices(annotation: Any) -> list[Any]:
    """The values that a field may have, where they are few and fixed."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    parts = [part for part in get_args(annotation) if get_origin(part) is Literal]
    return [value for part in parts for value in get_args(part)]


def _entry(name: str, text: str) -> list[str]:
    wrapped = textwrap.wrap(" ".join(text.split()), WIDTH - 26) or [""]
    return [f"  {name:<22}  {wrapped[0]}", *(" " * 26 + line for line in wrapped[1:])]
