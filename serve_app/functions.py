"""Functions that the client can run: the model writes a call of one under the schema of its arguments."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from havoc.engine import Grammar
from serve_app.errors import ApiError
from serve_app.schemas import ChatRequest, ToolChoice, ToolDefinition


def offered(request: ChatRequest) -> list[ToolDefinition]:
    """The functions among which the model may choose; with a named choice that one.

    Raises:
        ApiError: the choice is not possible.
    """
    tools = request.tools or []
    if request.tool_choice == "none":
        return []
    if isinstance(request.tool_choice, ToolChoice):
        named = request.tool_choice.function.name
        tools = [tool for tool in tools if tool.function.name == named]
        if not tools:
            raise ApiError(400, f"tool_choice: {named!r} is none of the request's tools", "unknown_tool", "tool_choice")
    if request.tool_choice == "required" and not tools:
        raise ApiError(400, "tool_choice: required, but the request has no tools", "unknown_tool", "tool_choice")
    return tools


def instructions(tools: Sequence[ToolDefinition]) -> str:
    """What the model is told of the functions."""
    definitions = [tool.function.model_dump(exclude_none=True) for tool in tools]
    return "You may call one of these functions: " + json.dumps(definitions, ensure_ascii=False)


def call_grammar(tools: Sequence[ToolDefinition]) -> Grammar:
    """A call of any of the functions: `{"name": ..., "arguments": {...}}`."""
    calls = [
        {
            "type": "object",
            "properties": {"name": {"const": tool.function.name}, "arguments": tool.function.parameters},
            "required": ["name", "arguments"],
            "additionalProperties": False,
        }
        for tool in tools
    ]
    return Grammar("json_schema", json.dumps(calls[0] if len(calls) == 1 else {"anyOf": calls}))


def call_event(text: str) -> dict[str, Any]:
    """A written call as an event.

    Raises:
        ApiError: it was cut off.
    """
    try:
        call = json.loads(text)
    except json.JSONDecodeError:
        raise ApiError(
            400, "max_tokens: the call of a function did not fit into it; allow more", "too_few_tokens", "max_tokens"
        ) from None
    function = {"name": call["name"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)}
    return {"type": "tool_call", "data": {"id": f"call_{uuid.uuid4().hex[:24]}", "type": "function", "function": function}}
