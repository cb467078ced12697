"""A conversation as typed messages, and its one rendering to ids for training and for serving alike."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from havoc.tokens.chat_form import ROLES, Mark, Role
from havoc.tokens.errors import TokensError
from havoc.tokens.special import BLOCK_TAGS, EOS, SPECIAL_BY_NAME, StepKind
from havoc.tokens.tokenizer import Tokenizer


class Kind(IntEnum):
    """What one id of a rendered conversation belongs to. Every special token and mark of the chat form is `CONTROL`."""

    CONTROL = 0
    SYSTEM = 1
    USER = 2
    REASON = 3
    TOOL_CALL = 4
    TOOL_RESULT = 5
    ADVOCATE = 6
    ATTACK = 7
    PRAGMATIST = 8
    ANSWER = 9


@dataclass(frozen=True)
class Step:
    """One stretch of a message."""

    kind: StepKind
    text: str


@dataclass(frozen=True)
class Message:
    """What one side says. `Message.system`, `.user` and `.assistant` make one.

    A system or user message is a single `ANSWER` step: plain text. An assistant's is one step or more, its answers are not
    empty, and no two of them are adjacent (they would read back as one).

    Raises:
        TokensError: the steps are not like that.
    """

    role: Role
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        kinds = [step.kind for step in self.steps]
        if self.role not in ROLES:
            raise TokensError(f"role: {self.role!r} is none of {', '.join(ROLES)}")
        if self.role != "assistant":
            if kinds != [StepKind.ANSWER]:
                raise TokensError(f"{self.role} message: it holds {len(kinds)} steps, and one plain text is allowed")
            return
        if not kinds:
            raise TokensError("assistant message: it is empty; give it an answer, or leave the message out")
        if any(step.kind is StepKind.ANSWER and not step.text for step in self.steps):
            raise TokensError("assistant message: an answer is empty; give it a text, or leave the step out")
        if any(pair == (StepKind.ANSWER, StepKind.ANSWER) for pair in itertools.pairwise(kinds)):
            raise TokensError("assistant message: two answers follow each other; join them into one")

    @staticmethod
    def system(text: str) -> "Message":
        """Instructions for the whole conversation."""
        return Message("system", (Step(StepKind.ANSWER, text),))

    @staticmethod
    def user(text: str) -> "Message":
        """A user's text."""
        return Message("user", (Step(StepKind.ANSWER, text),))

    @staticmethod
    def assistant(steps: Iterable[Step]) -> "Message":
        """The assistant's steps."""
        return Message("assistant", tuple(steps))


@dataclass(frozen=True)
class Rendered:
    """A conversation as ids. The three lists are equally long."""

    ids: list[int]
    loss_mask: list[bool]
    """True where the id is to be learned: what the assistant writes, and the `<eos>` that ends its turn."""
    kind: list[Kind]


def render(messages: Sequence[Message], tokenizer: Tokenizer, *, open_turn: bool = False) -> Rendered:
    """A conversation as ids, in the tokenizer's chat form: [system] (user assistant)*.

    Every text is encoded alone, so that none can yield or complete a special token. The loss covers the assistant's steps
    with their tags and its `<eos>`; it leaves out the form's other marks, system and user texts, and tool results with their
    tags, which the runtime inserts: a model trained on those invents them.

    Args:
        messages: an optional system message, then user and assistant in turn.
        tokenizer: gives the ids.
        open_turn: render for generation, so that the next id is the assistant's. After a user message that means a final
            opening of an assistant's; an assistant message at the end stays without its `<eos>` and can be continued.

    Raises:
        TokensError: the messages are not in that order, or a text has no UTF-8 form.
    """
    check_order(messages)
    form, writer = tokenizer.chat_form, _Writer(tokenizer)
    writer.marks(form.begin)
    for number, message in enumerate(messages):
        writer.marks(form.opening[message.role])
        if message.role == "assistant":
            for step in message.steps:
                writer.step(step)
            if open_turn and number == len(messages) - 1:
                break
        else:
            writer.text(message.steps[0].text, Kind.SYSTEM if message.role == "system" else Kind.USER, trained=False)
        writer.marks(form.closing[message.role], trained=EOS if message.role == "assistant" else None)
    if open_turn and messages[-1].role != "assistant":
        writer.marks(form.opening["assistant"])
    return Rendered(writer.ids, writer.loss_mask, writer.kind)


def encode_mark(mark: Mark, tokenizer: Tokenizer) -> list[int]:
    """The ids of one mark of a chat form."""
    return [tokenizer.special_id(mark)] if mark in SPECIAL_BY_NAME else tokenizer.encode(mark)


def encode_marks(marks: Iterable[Mark], tokenizer: Tokenizer) -> list[int]:
    """The ids of marks of a chat form."""
    return [token_id for mark in marks for token_id in encode_mark(mark, tokenizer)]


def check_order(messages: Sequence[Message]) -> None:
    """Raise TokensError unless `messages` are an optional system message, then user and assistant in turn."""
    roles = [message.role for message in messages]
    turns = roles[1:] if roles[:1] == ["system"] else roles
    if not turns:
        raise TokensError("messages: there is no user message; a conversation starts with one")
    for number, role in enumerate(turns):
        expected = ("user", "assistant")[number % 2]
        if role != expected:
            raise TokensError(
                f"messages[{len(roles) - len(turns) + number}].role: it is {role!r} where {expected!r} is due; write an "
                "optional system message first, then user and assistant in turn"
            )


class _Writer:
    """Appends to the three lists of `Rendered` in step."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.ids: list[int] = []
        self.loss_mask: list[bool] = []
        self.kind: list[Kind] = []

    def marks(self, marks: Iterable[Mark], *, trained: Mark | None = None) -> None:
        for mark in marks:
            self._append(encode_mark(mark, self._tokenizer), Kind.CONTROL, mark == trained)

    def text(self, text: str, kind: Kind, *, trained: bool) -> None:
        self._append(self._tokenizer.encode(text), kind, trained)

    def step(self, step: Step) -> None:
        trained = step.kind is not StepKind.TOOL_RESULT
        if step.kind is StepKind.ANSWER:
            self.text(step.text, Kind.ANSWER, trained=trained)
            return
        opening, closing = BLOCK_TAGS[step.kind]
        self.marks([opening], trained=opening if trained else None)
        self.text(step.text, Kind[step.kind.name], trained=trained)
        self.marks([closing], trained=closing if trained else None)

    def _append(self, ids: list[int], kind: Kind, trained: bool) -> None:
        self.ids += ids
        self.loss_mask += [trained] * len(ids)
        self.kind += [kind] * len(ids)
