"""Chat completions: which way a request goes, reasoned or plain, and what comes back."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from havoc.config import ServingConfig
from havoc.engine import Grammar, SamplingParams
from havoc.prime import PrimeRequest
from serve_app.backend import Backend, Prompt
from serve_app.chunks import ChatAnswer
from serve_app.conversation import Conversation
from serve_app.errors import ApiError
from serve_app.files import FileStore
from serve_app.functions import call_event, call_grammar, instructions, offered
from serve_app.limits import Objects
from serve_app.schemas import ChatRequest, Sampling, ToolDefinition
from serve_app.structured import narrowed, schema_of, told

DEFAULT_NEW_TOKENS = 512


class Chat:
    """Answers chat completions through a backend."""

    def __init__(self, backend: Backend, files: FileStore, config: ServingConfig) -> None:
        self._backend, self._files, self._config = backend, files, config

    def answers(self, request: ChatRequest) -> list[ChatAnswer]:
        """The empty choices of a request, one per `n`, under one id."""
        first = ChatAnswer(request.model, request.stops)
        return [first, *(ChatAnswer(request.model, request.stops, number, first.id) for number in range(1, request.n))]

    async def chunks(self, request: ChatRequest, answer: ChatAnswer) -> Objects:
        """The chunks of one choice; `answer` holds the same when they have ended.

        Raises:
            HavocError: the request cannot be answered.
        """
        events = await self._events(request, answer.index)
        yield [answer.first()]
        async with aclosing(events):
            async for batch in events:
                chunks = [chunk for event in batch for chunk in answer.take(event)]
                if chunks:
                    yield chunks
                if answer.is_stopped:
                    break
        include_usage = request.stream_options is not None and request.stream_options.include_usage
        yield answer.last(include_usage=include_usage)

    async def _events(self, request: ChatRequest, number: int) -> Objects:
        conversation = Conversation.of(request.messages)
        question = self._files.question(conversation.question, request.havoc.files)
        tools = offered(request)
        if tools and await self._calls(request, conversation, question):
            return self._function_call(request, conversation, tools, number)
        schema = schema_of(request.response_format)
        if not request.havoc.prime or request.logprobs:
            grammar = None if schema is None else narrowed(schema, [])
            return self._plain(request, conversation.as_messages(), grammar, number)
        asked = PrimeRequest(
            question=question,
            budget=request.havoc.budget,
            max_new_tokens=most_tokens(request.most_tokens, self._config),
            temperature=request.temperature,
            seed=_seed(request, number),
            system=conversation.system,
            earlier=conversation.turns,
            figures=request.havoc.figures,
        )
        reasoned = self._backend.prime(asked, request.havoc.tools, whole=False)
        return reasoned if schema is None else self._structured(request, conversation, reasoned, schema, number)

    async def _calls(self, request: ChatRequest, conversation: Conversation, question: str) -> bool:
        """Whether the client's functions are what the turn is for.

        Where nobody says so, they are for what the built-in tools cannot answer; a result of theirs is told in words.
        """
        if request.tool_choice != "auto":
            return True
        if conversation.ends_with_result:
            return False
        return not (request.havoc.prime and await self._backend.can_answer(question, request.havoc.tools))

    def _plain(self, request: ChatRequest, messages: Sequence[Any], grammar: Grammar | None, number: int) -> Objects:
        return self._backend.complete(Prompt(tuple(messages)), self._params(request, number, grammar))

    async def _function_call(
        self, request: ChatRequest, conversation: Conversation, tools: Sequence[ToolDefinition], number: int
    ) -> Objects:
        messages = conversation.as_messages(instructions(tools))
        text, end = "", None
        async for batch in self._plain(request, messages, call_grammar(tools), number):
            for event in batch:
                text += event.get("text", "")
                end = event if event["type"] == "end" else end
        yield [call_event(text), *([] if end is None else [end])]

    async def _structured(
        self, request: ChatRequest, conversation: Conversation, reasoned: Objects, schema: dict[str, Any], number: int
    ) -> Objects:
        """A reasoned answer, told once more in the form that the request wants, with the numbers that were found."""
        events: list[dict[str, Any]] = []
        async with aclosing(reasoned):
            async for batch in reasoned:
                # Reasoning is shown beside the content, which the schema owns.
                told_beside = [{**event, "beside": True} if event["type"] == "text" else event for event in batch]
                events += told_beside
                yield [event for event in told_beside if event["type"] != "end"]
        messages = conversation.as_messages(told(events))
        async for batch in self._plain(request, messages, narrowed(schema, events), number):
            yield batch

    def _params(self, request: ChatRequest, number: int, grammar: Grammar | None) -> SamplingParams:
        return SamplingParams(
            max_new_tokens=most_tokens(request.most_tokens, self._config),
            temperature=request.temperature,
            top_p=request.top_p,
            seed=_seed(request, number),
            logprobs=(request.top_logprobs or 0) if request.logprobs else None,
            grammar=grammar,
            time_limit_s=self._config.limits.deadline_s,
        )


def most_tokens(wanted: int | None, config: ServingConfig) -> int:
    """How many ids an answer may have.

    Raises:
        ApiError: more are wanted than the server allows.
    """
    limit = config.limits.max_new_tokens
    if wanted is not None and wanted > limit:
        raise ApiError(
            400, f"max_tokens: {wanted} is above {limit}, the limit of this server", "too_many_tokens", "max_tokens"
        )
    return wanted or min(DEFAULT_NEW_TOKENS, limit)


def _seed(request: Sampling, number: int) -> int:
    own = request.havoc.seed if isinstance(request, ChatRequest) else None
    seed = own if own is not None else (request.seed or 0)
    return (seed + number) % 2**32
