"""What an operation's arguments are, as its schema tells."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from havoc.prime.candidates.argument_words import ARGUMENT_WORDS
from havoc.tools.operation import Operation

Kind = Literal[
    "numbers", "counts", "labels", "rows", "groups", "columns", "number", "whole", "share", "factors", "names", "expression",
    "expressions", "point", "named numbers", "named bounds", "bracket", "choice", "flag", "text", "list", "other",
]  # fmt: skip
"""What values it takes. `share` is a number between 0 and 1, `whole` one without decimals, `names` a count or a list of
names, `point` a number or a text such as `inf`, `list` numbers that are a setting."""
LISTS = ("numbers", "counts", "labels")
"""Kinds that are one list."""
NUMBERS = ("number", "whole", "share", "point")
"""Kinds that are one number."""


@dataclass(frozen=True)
class Argument:
    """One argument of an operation."""

    name: str
    kind: Kind
    data: bool
    """Whether its value may come from the evidence only."""
    required: bool
    words: tuple[str, ...]
    """Names under which it may stand in a question: its own and its aliases, without the figure at its end."""
    place: int
    """1 for `mean1`, 2 for `mean2`, 0 where there is no figure."""
    choices: tuple[str, ...]
    """Of a choice."""
    low: float | None
    high: float | None
    """Ends of what it may be, where the schema has them."""
    texts: bool
    """Of columns: whether they may be texts."""
    numeric: bool
    """Of a choice or of a list: whether one number is taken too."""
    default: str
    """Of a choice, where it has one."""


def arguments_of(operation: Operation[Any, Any]) -> tuple[Argument, ...]:
    """The arguments of an operation, without the unit."""
    schema = operation.schema()
    definitions = schema.get("$defs", {})
    return tuple(
        _argument(name, field, operation, name in schema.get("required", ()), definitions)
        for name, field in schema["properties"].items()
        if name != "unit"
    )


def _argument(
    name: str, field: Mapping[str, Any], operation: Operation[Any, Any], required: bool, definitions: Mapping[str, Any]
) -> Argument:
    members = [member for member in _members(field, definitions) if member.get("type") != "null"]
    figure = re.search(r"\d$", name)
    own = [name, *(alias for alias, target in operation.arguments.aliases.items() if target == name)]
    own += ARGUMENT_WORDS.get(name, ARGUMENT_WORDS.get(re.sub(r"\d$", "", name), "")).split()
    words = tuple(dict.fromkeys((re.sub(r"\d$", "", word) if figure else word).replace("_", " ") for word in own))
    numeric = next((member for member in members if member.get("type") in ("number", "integer")), {})
    return Argument(
        name,
        _kind(members, field["x-role"] == "data", numeric),
        field["x-role"] == "data",
        required,
        words,
        int(figure[0]) if figure and len(name) > 1 else 0,
        tuple(choice for member in members for choice in member.get("enum", ())),
        numeric.get("minimum", numeric.get("exclusiveMinimum")),
        numeric.get("maximum", numeric.get("exclusiveMaximum")),
        any('"string"' in json.dumps(member.get("additionalProperties", {})) for member in members),
        bool(numeric),
        str(field.get("default") or "") if any("enum" in member for member in members) else "",
    )


def _members(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The alternatives of a schema, references followed."""
    if "$ref" in field:
        return _members(definitions[field["$ref"].rsplit("/", 1)[-1]], definitions)
    if "anyOf" in field:
        return [one for member in field["anyOf"] for one in _members(member, definitions)]
    return [field]


def _kind(members: list[Mapping[str, Any]], data: bool, numeric: Mapping[str, Any]) -> Kind:
    arrays = [member for member in members if member.get("type") == "array"]
    objects = [member for member in members if member.get("type") == "object"]
    items = arrays[0].get("items", {}) if arrays else {}
    if any("enum" in member for member in members):
        return "choice"
    if objects:
        return _mapping(objects[0], arrays)
    if arrays and numeric:
        return _count_or_list(items, numeric)
    if arrays:
        return _array(items, arrays[0], data)
    types = {kind for member in members for kind in _types(member)}
    if {"number", "string"} <= types:
        return "point"
    if numeric:
        return _number(numeric, data)
    if "boolean" in types:
        return "flag"
    return "expression" if data and members[0].get("maxLength", 0) >= 1000 else "text"


def _types(member: Mapping[str, Any]) -> list[str]:
    given = member.get("type", [])
    return [given] if isinstance(given, str) else list(given)


def _mapping(member: Mapping[str, Any], arrays: list[Mapping[str, Any]]) -> Kind:
    entry = member.get("additionalProperties")
    if not isinstance(entry, Mapping):
        return "other"
    if entry.get("type") == "number":
        return "named numbers"
    if entry.get("type") == "string":
        return "expressions"
    if member.get("minProperties") == 2:
        return "groups"
    return "columns" if member.get("minProperties") or arrays else "named bounds"


def _count_or_list(items: Mapping[str, Any], numeric: Mapping[str, Any]) -> Kind:
    if items.get("type") == "object":
        return "factors"
    if items.get("type") == "string":
        return "names"
    return "numbers" if numeric.get("type") == "number" else "whole"


def _array(items: Mapping[str, Any], array: Mapping[str, Any], data: bool) -> Kind:
    if items.get("type") == "array":
        return "rows"
    if items.get("type") in ("number", "integer"):
        counts = items["type"] == "integer" and items.get("minimum") == 0
        return ("counts" if counts else "numbers") if data else "list"
    if isinstance(items.get("type"), list):
        return "labels" if "string" in items["type"] else "other"
    if items.get("type") == "string" and data:
        return "expressions" if array.get("maxItems", 0) <= 50 and items.get("maxLength", 0) >= 200 else "names"
    return "other"


def _number(numeric: Mapping[str, Any], data: bool) -> Kind:
    if numeric.get("exclusiveMaximum") == 1 and numeric.get("exclusiveMinimum") == 0:
        return "share"
    return "whole" if numeric["type"] == "integer" else "number"
