"""The routes that answer: chat, plain completions, reasoned answers, single tool calls."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from havoc.config import ServingConfig
from havoc.prime import PrimeRequest
from havoc.tools import ToolRegistry
from serve_app.answers import ChatCompletion, PrimeAnswer, TextCompletion
from serve_app.backend import Backend
from serve_app.chat import Chat, most_tokens
from serve_app.chunks import chat_completion
from serve_app.completions import Completions, completion
from serve_app.errors import ApiError
from serve_app.files import FileStore
from serve_app.gate import Gate
from serve_app.limits import Objects, gathered, in_turn, limited
from serve_app.schemas import ChatRequest, CompletionRequest, PrimeBody, ToolBody
from serve_app.sse import sse_response

# OpenAPI 3.1 has no words for the events of a stream; a schema would be read as that of each event.
_STREAM: dict[str, Any] = {"text/event-stream": {}}


def answer_routes(backend: Backend, files: FileStore, gate: Gate, config: ServingConfig) -> APIRouter:
    """The routes, over a backend and under the gate."""
    routes = APIRouter()
    chat, completions, registry = Chat(backend, files, config), Completions(backend, config), ToolRegistry()

    def bounded(objects: Objects) -> Objects:
        return limited(objects, gate, config.limits.deadline_s)

    def check_model(name: str) -> None:
        if name != config.model_name:
            raise ApiError(
                404, f"model: {name!r} is not served here; ask for {config.model_name!r}", "model_not_found", "model"
            )

    @routes.post("/v1/chat/completions", responses={200: {"model": ChatCompletion, "content": _STREAM}})
    async def chat_completions(request: ChatRequest) -> Response:
        """An answer to a conversation, in OpenAI's form.

        Answers are reasoned and checked; with `havoc.prime` false, or `logprobs`, they are plain text of the model's. With
        `response_format`, the numbers in the form are those of the reasoned answer.
        """
        check_model(request.model)
        answers = chat.answers(request)
        streams = [chat.chunks(request, answer) for answer in answers]
        if request.stream:
            return await sse_response(bounded(in_turn(streams)))
        await asyncio.gather(*(gathered(bounded(stream)) for stream in streams))
        return JSONResponse(chat_completion(answers))

    @routes.post("/v1/completions", responses={200: {"model": TextCompletion, "content": _STREAM}})
    async def plain_completions(request: CompletionRequest) -> Response:
        """A text that goes on from another, without reasoning."""
        check_model(request.model)
        streams = completions.streams(request)
        if request.stream:
            return await sse_response(bounded(in_turn(streams)))
        parts = await asyncio.gather(*(gathered(bounded(stream)) for stream in streams))
        return JSONResponse(completion([chunk for part in parts for chunk in part]))

    @routes.post("/v1/prime", responses={200: {"model": PrimeAnswer, "content": _STREAM}})
    async def prime(request: PrimeBody) -> Response:
        """A reasoned answer with graph, facts and verification; with `stream`, its typed events as they happen."""
        asked = PrimeRequest(
            question=files.question(request.question, request.files),
            budget=request.budget,
            max_new_tokens=most_tokens(request.max_new_tokens, config),
            temperature=request.temperature,
            seed=request.seed,
            figures=request.figures,
        )
        events = bounded(backend.prime(asked, request.tools, whole=not request.stream))
        if request.stream:
            return await sse_response(events)
        return JSONResponse((await gathered(events))[-1]["data"])

    @routes.get("/v1/tools")
    async def tools() -> dict[str, Any]:
        """JSON schemas of all operations: tool -> operation -> schema."""
        return registry.schemas()

    @routes.post("/v1/tools/{tool}")
    async def call_tool(tool: str, request: ToolBody) -> dict[str, Any]:
        """Run one operation; a failure is an answer with `success` false."""
        if tool not in registry.tools:
            raise ApiError(404, f"tool: {tool[:40]!r} is none of {', '.join(registry.tools)}", "unknown_tool", "tool")
        async with gate.place():
            return await backend.call_tool(tool, request.args)

    return routes
