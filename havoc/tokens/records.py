"""Conversations from the records of training files and requests: JSON values in, messages out."""

import re
from collections.abc import Mapping

from havoc.tokens.errors import TokensError
from havoc.tokens.special import BLOCK_TAGS, SPECIAL_BY_NAME, StepKind
from havoc.tokens.transcript import Message, Step, check_order

_TAG = re.compile("|".join(re.escape(tag) for tags in BLOCK_TAGS.values() for tag in tags))
_LITERAL_REMEDY = 'where a text means the tag literally, give `content` as a list of {"type": ..., "text": ...} steps'


def messages_from_record(record: Mapping[str, object]) -> list[Message]:
    """The conversation of one training record.

    Two forms are read: `{"prompt": str, "completion": str}`, and `{"messages": [{"role": str, "content": ...}, ...]}`, where
    content is a string or, for an assistant, a list of `{"type": str, "text": str}` steps with the types of `StepKind`.
    A completion, and an assistant's content that is a string, is read by `parse_tagged`. Other keys are left alone.

    Raises:
        TokensError: a field is missing, of the wrong type or empty, the roles are out of order, or the last message is not
            the assistant's. The message names the field.
    """
    if "messages" in record:
        items = record["messages"]
        if not isinstance(items, list):
            raise TokensError(f"messages: it must be a list of messages, and is {_type_name(items)}")
        messages = [_message(item, f"messages[{number}]") for number, item in enumerate(items)]
    elif "prompt" in record and "completion" in record:
        prompt, completion = (_string(record, field, field) for field in ("prompt", "completion"))
        messages = [Message.user(prompt), _assistant(completion, "completion")]
    else:
        raise TokensError('record: it needs "messages", or "prompt" and "completion"; add the missing field')
    check_order(messages)
    if messages[-1].role != "assistant":
        raise TokensError("messages: the last one must be the assistant's, or nothing of it can be learned; remove the rest")
    return messages


def parse_tagged(text: str) -> list[Step]:
    """The steps of an assistant's text in the form of spec.md: blocks between tags, answers outside.

    One newline after an opening tag and one before a closing tag belong to the tags, as do all newlines around an answer. So
    `parse_tagged(decode(ids))` gives back the steps that were rendered, if none of their texts has newlines at its ends.

    Raises:
        TokensError: a block is not closed, closed twice, or has a tag inside.
    """
    steps: list[Step] = []
    position, opened, kind = 0, "", StepKind.ANSWER
    for found in _TAG.finditer(text):
        token = SPECIAL_BY_NAME[found[0]]
        inside = text[position : found.start()]
        where = f"line {text.count(chr(10), 0, found.start()) + 1}"
        if kind is StepKind.ANSWER and token.opens is not None:
            _add_answer(steps, inside)
            opened, kind = f"{token.name} of {where}", token.opens
        elif kind is not StepKind.ANSWER and token.closes is kind:
            steps.append(Step(kind, inside.removeprefix("\n").removesuffix("\n")))
            kind = StepKind.ANSWER
        elif kind is StepKind.ANSWER:
            raise TokensError(f"{where}: {token.name} closes a block that is not open; remove it, or {_LITERAL_REMEDY}")
        else:
            raise TokensError(f"{where}: {token.name} stands inside {opened}; close that first, or {_LITERAL_REMEDY}")
        position = found.end()
    if kind is not StepKind.ANSWER:
        raise TokensError(f"{opened} is never closed; add {BLOCK_TAGS[kind][1]}, or {_LITERAL_REMEDY}")
    _add_answer(steps, text[position:])
    return steps


def _add_answer(steps: list[Step], text: str) -> None:
    if text.strip():
        steps.append(Step(StepKind.ANSWER, text.strip("\n")))


def _message(item: object, where: str) -> Message:
    if not isinstance(item, Mapping):
        raise TokensError(f'{where}: a message is {{"role": ..., "content": ...}}, and this is {_type_name(item)}')
    role = _string(item, "role", f"{where}.role")
    if role == "assistant":
        return _assistant(_field(item, "content", f"{where}.content"), f"{where}.content")
    content = _string(item, "content", f"{where}.content")
    if role == "user":
        return Message.user(content)
    if role == "system":
        return Message.system(content)
    raise TokensError(f"{where}.role: {role!r} is none of system, user, assistant")


def _assistant(content: object, where: str) -> Message:
    try:
        if isinstance(content, str):
            return Message.assistant(parse_tagged(content))
        if isinstance(content, list):
            return Message.assistant(_step(item, f"[{number}]") for number, item in enumerate(content))
    except TokensError as error:
        raise TokensError(f"{where}: {error}") from error
    raise TokensError(f"{where}: it must be a string or a list of steps, and is {_type_name(content)}")


def _step(item: object, where: str) -> Step:
    if not isinstance(item, Mapping):
        raise TokensError(f'{where}: a step is {{"type": ..., "text": ...}}, and this is {_type_name(item)}')
    kind = _string(item, "type", f"{where}.type")
    if kind not in list(StepKind):
        raise TokensError(f"{where}.type: {kind!r} is none of {', '.join(StepKind)}")
    return Step(StepKind(kind), _string(item, "text", f"{where}.text"))


def _field(values: Mapping[str, object], name: str, where: str) -> object:
    if name not in values:
        raise TokensError(f"{where}: it is missing; add it")
    return values[name]


def _string(values: Mapping[str, object], name: str, where: str) -> str:
    value = _field(values, name, where)
    if not isinstance(value, str):
        raise TokensError(f"{where}: it must be a string, and is {_type_name(value)}")
    return value


def _type_name(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return "null" if value is None else names.get(type(value), type(value).__name__)
