"""What requests may hold. Unknown fields are refused; limits that depend on settings are checked where the settings are."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from havoc.config import Budget

MAX_MESSAGES = 1000
MAX_NAME = 64
MAX_STOPS = 16
MAX_PROMPTS = 64

Stop = Annotated[str, Field(min_length=1, max_length=256)]
Ids = Annotated[list[int], Field(min_length=1)]
PromptT = TypeVar("PromptT")
Prompts = Annotated[list[PromptT], Field(min_length=1, max_length=MAX_PROMPTS)]


class Body(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False, protected_namespaces=())


class TextPart(Body):
    """A part of a message's content."""

    type: Literal["text"]
    text: str


class FunctionCall(Body):
    """A function that the assistant called."""

    name: str = Field(max_length=MAX_NAME)
    arguments: str
    """JSON."""


class ToolCallMessage(Body):
    """A call in an assistant's message."""

    id: str = Field(max_length=MAX_NAME)
    type: Literal["function"] = "function"
    function: FunctionCall


class ChatMessage(Body):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[TextPart] | None = None
    name: str | None = Field(None, max_length=MAX_NAME)
    tool_calls: list[ToolCallMessage] | None = None
    """Of an assistant's message."""
    tool_call_id: str | None = Field(None, max_length=MAX_NAME)
    """Of a tool's message: which call it answers."""
    reasoning: str | None = None
    """Accepted so that an answer can be sent back as it came; the content holds it."""
    reasoning_content: str | None = None
    """As `reasoning`."""
    refusal: str | None = None
    """Accepted and ignored."""
    type: Literal["text"] | None = None
    """Accepted and ignored: lm-evaluation-harness sends it."""
    havoc: dict[str, Any] | None = None
    """As `reasoning`."""

    @property
    def text(self) -> str:
        """The content as one text."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class FunctionDefinition(Body):
    """A function that the client can run."""

    name: str = Field(min_length=1, max_length=MAX_NAME, pattern=r"^[A-Za-z0-9_-]+$")
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})
    """JSON schema of its arguments."""
    strict: bool | None = None
    """Accepted; arguments always follow the schema."""


class ToolDefinition(Body):
    """A tool of the client's."""

    type: Literal["function"]
    function: FunctionDefinition


class NamedFunction(Body):
    """The name of a function."""

    name: str = Field(max_length=MAX_NAME)


class ToolChoice(Body):
    """The function that must be called."""

    type: Literal["function"]
    function: NamedFunction


class JsonSchema(Body):
    """A schema that the answer must follow."""

    name: str = Field(max_length=MAX_NAME)
    description: str | None = None
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    strict: bool | None = None


class ResponseFormat(Body):
    """The form of the answer."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def _schema_where_it_is_named(self) -> "ResponseFormat":
        if (self.type == "json_schema") != (self.json_schema is not None):
            raise ValueError("json_schema goes with type json_schema, and only with it")
        return self


class StreamOptions(Body):
    """What a stream holds besides text."""

    include_usage: bool = False


class HavocOptions(Body):
    """What HAVOC can do beyond OpenAI's interface."""

    budget: Budget | None = None
    prime: bool = True
    """False for plain generation."""
    seed: int | None = Field(None, ge=0, lt=2**32)
    tools: list[str] | None = Field(None, min_length=1, max_length=16)
    """Built-in tools that may be called; all of them where it is left out."""
    figures: bool = False
    """Also draw the figures of results."""
    files: list[str] = Field(default_factory=list, max_length=8)
    """Ids of uploaded files whose columns the question may name."""


class Sampling(Body):
    """Settings that chat and plain completions share."""

    model: str = Field("havoc", max_length=200)
    temperature: float = Field(0.0, ge=0, le=2)
    top_p: float = Field(1.0, gt=0, le=1)
    n: int = Field(1, ge=1, le=8)
    """Answers."""
    stop: Stop | Annotated[list[Stop], Field(max_length=MAX_STOPS)] | None = None
    seed: int | None = Field(None, ge=-(2**63), lt=2**63)
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str | None = None
    """Accepted and not stored."""

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop strings."""
        return () if self.stop is None else (self.stop,) if isinstance(self.stop, str) else tuple(self.stop)


class ChatRequest(Sampling):
    """`POST /v1/chat/completions`."""

    messages: list[ChatMessage] = Field(min_length=1, max_length=MAX_MESSAGES)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    """The newer name of `max_tokens`."""
    logprobs: bool = False
    top_logprobs: int | None = Field(None, ge=0, le=20)
    tools: list[ToolDefinition] | None = Field(None, max_length=128)
    tool_choice: Literal["none", "auto", "required"] | ToolChoice = "auto"
    parallel_tool_calls: bool = True
    """Accepted; one call is made at a time."""
    response_format: ResponseFormat | None = None
    havoc: HavocOptions = Field(default_factory=HavocOptions)

    @property
    def most_tokens(self) -> int | None:
        """The limit under either of its names."""
        return self.max_completion_tokens or self.max_tokens


class CompletionRequest(Sampling):
    """`POST /v1/completions`: plain continuation of a text."""

    prompt: str | Prompts[str] | Ids | Prompts[Ids]
    max_tokens: int = Field(16, ge=1)
    logprobs: int | None = Field(None, ge=0, le=5)


class PrimeBody(Body):
    """`POST /v1/prime`."""

    question: str
    budget: Budget | None = None
    seed: int = Field(0, ge=0, lt=2**32)
    temperature: float = Field(0.0, ge=0, le=2)
    max_new_tokens: int = Field(512, ge=1)
    tools: list[str] | None = Field(None, min_length=1, max_length=16)
    """Built-in tools that may be called; all of them where it is left out."""
    files: list[str] = Field(default_factory=list, max_length=8)
    """Ids of uploaded files whose columns the question may name."""
    figures: bool = False
    """Also draw the figures of results."""
    stream: bool = False


class ToolBody(Body):
    """`POST /v1/tools/{tool}`."""

    args: dict[str, Any]
