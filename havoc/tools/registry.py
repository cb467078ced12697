"""Every tool under its name, called with JSON."""

import json
from collections.abc import Mapping
from typing import Any

from havoc.tools import text_form
from havoc.tools.dsl import DSLExecutor
from havoc.tools.errors import ToolError, nearest, shortened
from havoc.tools.math import PythonMathEngine
from havoc.tools.rag import RAGHelper
from havoc.tools.tool import Tool, as_json

MAX_JSON_BYTES = 24 * 2**20
"""Length of a call as text: a million numbers in full precision."""


class ToolRegistry:
    """The tools by name. A failed call is an answer with `success` false, never an exception."""

    def __init__(self, tools: Mapping[str, Tool] | None = None) -> None:
        built_in: tuple[Tool, ...] = (PythonMathEngine(), DSLExecutor(), RAGHelper())
        self.tools: dict[str, Tool] = dict(tools) if tools is not None else {tool.name: tool for tool in built_in}

    def execute(self, tool_name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Run one call.

        Returns:
            `{"success": True, "tool": ..., **what Tool.execute returns}`, or
            `{"success": False, "tool": ..., "error": one line, "details": {path, value, problem, remedy}}`.
        """
        try:
            return {"success": True, "tool": tool_name, **self._call(tool_name, args)}
        except ToolError as error:
            return {"success": False, "tool": shortened(tool_name), "error": str(error), "details": error.as_json()}

    def execute_json(self, text: str) -> str:
        """Run `{"tool": ..., "args": {"operation": ..., ...}}` and give the answer as JSON."""
        try:
            call = _parse(text)
        except ToolError as error:
            return as_json({"success": False, "error": str(error), "details": error.as_json()})
        return as_json(self.execute(call["tool"], call["args"]))

    def execute_text(self, line: str) -> dict[str, Any]:
        """Run a call in the text form (`havoc.tools.text_form`), or in JSON where the line begins with `{`."""
        try:
            if line.lstrip().startswith("{"):
                call = _parse(line)
                return self.execute(call["tool"], call["args"])
            operation, arguments = text_form.parse(line)
            return self.execute(self.tool_of(operation), {"operation": operation, **arguments})
        except ToolError as error:
            return {"success": False, "error": str(error), "details": error.as_json()}

    def tool_of(self, operation: str) -> str:
        """Name of the tool that has `operation`; names are unique over all tools.

        Raises:
            ToolError: no tool has it; the message names the nearest.
        """
        for tool in self.tools.values():  # one after the other: the modules of a later tool may not be needed
            if operation in tool.operations:
                return tool.name
        close = nearest(operation, [name for tool in self.tools.values() for name in tool.operations])
        remedy = f"did you mean {' or '.join(close)}?" if close else "`python -m havoc.tools` lists the operations"
        raise ToolError("operation", operation, "no tool has such an operation", remedy)

    def schemas(self) -> dict[str, dict[str, dict[str, Any]]]:
        """JSON schemas of the arguments: tool -> operation -> schema."""
        return {name: tool.schemas() for name, tool in self.tools.items()}

    def _call(self, tool_name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        tool = self.tools.get(tool_name) if isinstance(tool_name, str) else None
        if tool is None:
            raise ToolError("", "", f"Unknown tool: {shortened(tool_name)}", f"the tools are {', '.join(self.tools)}")
        if not isinstance(args, Mapping):
            raise ToolError("args", args, "not an object", 'give {"operation": NAME, ...}')
        arguments = {str(name): value for name, value in args.items()}
        figures = arguments.pop("figures", False)
        if not isinstance(figures, bool):
            raise ToolError("figures", figures, "not a truth value", "give true or false")
        operation = arguments.pop("operation", tool.default_operation)
        if operation is None:
            raise ToolError("operation", "", "missing", f'give {{"operation": NAME, ...}}; {tool.name} has no default')
        return tool.execute(operation, figures=figures, **arguments)


def _parse(text: str) -> dict[str, Any]:
    if len(text) > MAX_JSON_BYTES:
        raise ToolError("", "", f"a call of {len(text):,} characters", f"give at most {MAX_JSON_BYTES:,}")
    try:
        call = json.loads(text, object_pairs_hook=_object)
    except RecursionError:
        raise ToolError("", "", "nested too deeply", "give lists and objects as the schema has them") from None
    except json.JSONDecodeError as error:
        where = f'see column {error.colno}; give {{"tool": ..., "args": ...}}'
        raise ToolError("", "", f"not JSON: {error}", where) from None
    except ValueError:  # Python converts no integer of more than 4300 digits
        raise ToolError("", "", "an integer of thousands of digits", "give numbers below 1e308") from None
    if not isinstance(call, dict) or not {"tool", "args"} >= call.keys() or "tool" not in call or "args" not in call:
        raise ToolError("", "", "not a tool call", 'give {"tool": NAME, "args": {"operation": NAME, ...}} and nothing else')
    return call


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name that comes twice would lose the first of its values."""
    names = dict(pairs)
    if len(names) < len(pairs):
        given = [name for name, _ in pairs]
        twice = next(name for name in names if given.count(name) > 1)
        raise ToolError(twice, "", "given twice", "give each name once")
    return names
