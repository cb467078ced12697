"""Answers in the form of a JSON schema, whose numbers are those that the reasoning came to."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from havoc.engine import Grammar
from havoc.tokens import StepKind
from serve_app.errors import ApiError
from serve_app.schemas import ResponseFormat

MAX_VALUES = 200
"""Numbers among which the model chooses where no name says which one is meant."""
MAX_TEXT = 600
"""Characters of a text that the model writes into a field."""
_RESERVED = {"enum", "const", "$ref", "anyOf", "oneOf", "allOf"}


def schema_of(wanted: ResponseFormat | None) -> dict[str, Any] | None:
    """The schema that an answer must follow; None for text."""
    if wanted is None or wanted.type == "text":
        return None
    return wanted.json_schema.schema_ if wanted.json_schema is not None else {"type": "object"}


def told(events: Sequence[Mapping[str, Any]]) -> str:
    """The reasoned answer, for the turn that puts it into form."""
    answer = "".join(event["text"] for event in events if event["type"] == "text" and event.get("step") == StepKind.ANSWER)
    return f"The checked answer to the user's question is: {answer.strip()}\nPut it into JSON." if answer.strip() else ""


def narrowed(schema: dict[str, Any], events: Sequence[Mapping[str, Any]]) -> Grammar:
    """The grammar of a schema in which numbers can only be known ones.

    A field whose name a result has gets that result; other numbers are chosen among all that are known, and texts hold no
    digits. Without events, as for plain text, the schema stands as it is.

    Raises:
        ApiError: the schema wants a number, and none is known.
    """
    if not events:
        return Grammar("json_schema", json.dumps(schema))
    return Grammar("json_schema", json.dumps(_Narrowing(_known(events)).of(schema, "")))


class _Narrowing:
    """Walks through a schema."""

    def __init__(self, known: Sequence[tuple[str, Any]]) -> None:
        self._known = known

    def of(self, schema: Any, name: str) -> Any:
        """`schema`, which describes the field `name`, with its numbers bound."""
        if not isinstance(schema, dict):
            return schema
        if not _RESERVED & schema.keys():
            kind = schema.get("type")
            if kind in ("number", "integer"):
                return {"enum": self._numbers(name, whole=kind == "integer")}
            if kind == "boolean" and (found := self._named(name, bool)):
                return {"const": found[0]}
            if kind == "string":
                if found := self._named(name, str):
                    return {"const": found[0]}
                if not {"pattern", "format"} & schema.keys():
                    return {**schema, "pattern": r"^[^0-9\x00-\x1f]*$", "maxLength": schema.get("maxLength", MAX_TEXT)}
        narrowed = dict(schema)
        for key in ("properties", "$defs", "definitions"):
            if isinstance(schema.get(key), dict):
                names = {field: field if key == "properties" else "" for field in schema[key]}
                narrowed[key] = {field: self.of(part, names[field]) for field, part in schema[key].items()}
        for key in ("items", "additionalProperties"):
            if key in schema:
                narrowed[key] = self.of(schema[key], name)
        for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            if isinstance(schema.get(key), list):
                narrowed[key] = [self.of(part, name) for part in schema[key]]
        return narrowed

    def _numbers(self, name: str, *, whole: bool) -> list[float]:
        def fits(value: Any) -> bool:
            return not whole or float(value).is_integer()

        named = [value for value in self._named(name, (int, float)) if fits(value)]
        every = [value for _, value in self._known if _is_number(value) and fits(value)]
        values = named or every[:MAX_VALUES]
        if not values:
            raise ApiError(
                400, f"response_format: no {'whole ' if whole else ''}number is known for {name or 'the answer'}; make the "
                "field optional, or give data in the question", "no_number", "response_format",
            )  # fmt: skip
        return list(dict.fromkeys(int(value) if whole else value for value in values))

    def _named(self, name: str, kind: Any) -> list[Any]:
        plain = _plain(name)
        typed = [
            (known, value)
            for known, value in self._known
            if isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        ]
        return [value for known, value in typed if plain and _plain(known) == plain][:1]


def _known(events: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """Names and values of all results, then of what the question gives."""
    known: list[tuple[str, Any]] = []
    for event in events:
        if event["type"] == "call" and event["data"]["answer"].get("success"):
            answer = event["data"]["answer"]
            parts = ("result", "method", "conclusion", "n_used")
            known += [leaf for part in parts for leaf in _leaves(answer.get(part), part)]
    for event in events:
        if event["type"] == "evidence":
            known += [(item["name"] or item["kind"], value) for item in event["data"]["items"] for value in item["values"]]
    return known


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _leaves(entry, str(key))
    elif isinstance(value, list):
        for entry in value:
            yield from _leaves(entry, name)
    elif value is not None:
        yield name, value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
