"""What answers hold, for the OpenAPI document and for programs that read it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(use_attribute_docstrings=True, protected_namespaces=())


class ErrorBody(Answer):
    """What was wrong."""

    message: str
    """One line: what, where, the remedy."""
    type: str
    param: str | None
    """Field of the request."""
    code: str
    """Stable name."""


class ErrorAnswer(Answer):
    """An error in OpenAI's form."""

    error: ErrorBody


class Health(Answer):
    """Whether requests can be answered."""

    ready: bool


class ModelEntry(Answer):
    """A model that is served."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(Answer):
    """The models that are served."""

    object: Literal["list"]
    data: list[ModelEntry]


class UsageAnswer(Answer):
    """Tokens that a request cost."""

    prompt_tokens: int
    completion_tokens: int
    """Chosen by the model or inserted by the runtime, tool results included."""
    total_tokens: int
    completion_tokens_details: dict[str, int] = Field(default_factory=dict)


class CalledFunction(Answer):
    """A function with its arguments as JSON."""

    name: str
    arguments: str


class FunctionCallAnswer(Answer):
    """A call that the client is to make."""

    id: str
    type: Literal["function"]
    function: CalledFunction


class AssistantMessage(Answer):
    """An answer."""

    role: Literal["assistant"]
    content: str | None
    """All that was written, blocks with their tags included."""
    refusal: str | None
    reasoning: str | None
    """The blocks alone."""
    reasoning_content: str | None
    """As `reasoning`."""
    tool_calls: list[FunctionCallAnswer] | None = None
    havoc: dict[str, Any] | None = None
    """Routing, evidence, graph, calls, facts with their provenance, verification, usage by part, why it ended."""


class ChatChoice(Answer):
    """One of the answers."""

    index: int
    message: AssistantMessage
    finish_reason: Literal["stop", "length", "tool_calls"]
    logprobs: dict[str, Any] | None


class ChatCompletion(Answer):
    """`POST /v1/chat/completions`."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: UsageAnswer


class TextChoice(Answer):
    """One of the texts."""

    index: int
    text: str
    finish_reason: Literal["stop", "length"]
    logprobs: dict[str, Any] | None


class TextCompletion(Answer):
    """`POST /v1/completions`."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: UsageAnswer


class PrimeAnswer(Answer):
    """`POST /v1/prime`."""

    text: str
    """The whole transcript, tags included."""
    answer: str
    """The part behind the last block."""
    termination_reason: str
    routing: dict[str, Any]
    graph: dict[str, Any] | None
    workspace: dict[str, Any]
    """Evidence, facts with their provenance, calls, assumptions, what is open."""
    verification: dict[str, Any]
    synthesis: dict[str, Any] | None
    stability: dict[str, Any] | None
    figures: list[dict[str, Any]]
    usage: dict[str, Any]


class FileAnswer(Answer):
    """An uploaded table."""

    id: str
    object: Literal["file"]
    bytes: int
    created_at: int
    filename: str
    purpose: str
    status: str
    columns: list[dict[str, Any]]
    """Name, count of cells that are not empty, and kind (number or text) of each."""
    rows: int


class FileList(Answer):
    """The uploads that are kept."""

    object: Literal["list"]
    data: list[FileAnswer]


class FileDeleted(Answer):
    """An upload that is no more."""

    id: str
    object: Literal["file"]
    deleted: Literal[True]
