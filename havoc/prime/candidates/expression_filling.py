"""Mathematics for arguments: expressions, equations, derivatives and initial values."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.notation import as_typed
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import Evidence

_DERIVATIVE = re.compile(
    r"\s*(?:d\s*(?P<a>[A-Za-z]\w*)\s*/\s*d\s*(?P<v>[A-Za-z])|(?P<b>[A-Za-z]\w*)\s*['\u2019\u2032])\s*(?:\([A-Za-z]\))?\s*=(?P<right>.+)"
)
_INITIAL = re.compile(
    r"\s*(?P<name>[A-Za-z]\w*)\s*\(\s*(?P<at>[-+\d.eE]+)\s*\)\s*=\s*(?P<value>[-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*"
)
_ASSIGNED = re.compile(r"\s*(?P<name>[A-Za-z]\w*)\s*=\s*(?P<value>[-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*")
_LEFT_SIDE = re.compile(r"^[A-Za-z]\w*\s*=\s*(?=[^=]*[A-Za-z(])")
_NAME = re.compile(r"(?<![A-Za-z\d_])[A-Za-z]\w*(?![\w(])")
_CONSTANTS = frozenset({"pi", "e", "E", "inf", "oo"})
_RELATION = re.compile(r"<=|>=|\u2264|\u2265|<|>")


def fill_expressions(arguments: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """Options of the arguments that are expressions, lists of them, derivatives, or values of names."""
    items = [item for item in offers.expressions if item.role not in ("bound", "point")]
    kinds = {argument.kind for argument in arguments}
    if not items or not kinds & {"expression", "expressions", "named numbers"}:
        return {}
    derivatives = {match["a"] or match["b"]: (match["right"].strip(), item) for item, match in _matches(_DERIVATIVE, items)}
    initial = {match["name"]: (float(match["value"]), item) for item, match in _matches(_INITIAL, items)}
    assigned = {match["name"]: (float(match["value"]), item) for item, match in _matches(_ASSIGNED, items)}
    written = " ".join(map(text_of, items))
    for item in offers.numbers:
        if item.name.isidentifier() and re.search(rf"(?<![A-Za-z]){item.name}(?![A-Za-z(])", written):
            assigned.setdefault(item.name, (item.numbers[0], item))
    relations = [item for item in items if _RELATION.search(text_of(item))]
    names = {argument.name for argument in arguments}
    filled = _bounds(arguments, offers) | _bracket(arguments, offers) | _index(arguments, items, offers)
    if "initial" in names:
        return _mappings({"equations": derivatives, "initial": initial})
    if "constraints" in names:
        objective = next((item for item in items if item not in relations), None)
        if objective is not None:
            filled["objective"] = (_expression(objective),)
        if relations:
            filled["constraints"] = (option([text_of(item) for item in relations], _ids(relations), 0.9, "constraints"),)
        return filled
    rest = [item for item in items if item not in relations and item.id not in _ids_of(derivatives, initial)]
    for argument in arguments:
        if argument.kind == "expression" and rest:
            formulas = [item for item in rest if not _ASSIGNED.fullmatch(text_of(item))] or rest
            # Where several stand there, one with names and functions is meant, the longest, of equals the last.
            first = max(reversed(formulas), key=_weight)
            filled[argument.name] = (_expression(first), *(_expression(item, 0.6) for item in rest if item is not first))
        elif argument.kind == "expressions" and argument.required and rest:
            value: Any = [text_of(item) for item in rest]
            filled[argument.name] = (option(value if len(rest) > 1 else value[0], _ids(rest), 0.9, "equations"),)
        elif (
            argument.kind == "named numbers"
            and assigned
            and len(items) > len([i for i in items if i.id in _ids_of(assigned)])
        ):
            filled |= _mappings({argument.name: assigned})
    return filled


def _weight(item: Evidence) -> tuple[bool, bool, int]:
    text = text_of(item)
    return bool(set(_NAME.findall(text)) - _CONSTANTS), re.search(r"[a-z]{2}\(|\^", text) is not None, len(text)


def _bracket(arguments: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """Two ends between which a root is looked for: a range, or two bounds."""
    if not any(argument.name == "bracket" for argument in arguments):
        return {}
    ends = [item for item in offers.numbers if item.role == "bound"]
    values, sources = [value for item in ends for value in item.numbers], _ids(ends)
    if offers.ranges:
        values, sources = list(offers.ranges[0].numbers), (offers.ranges[0].id,)
    return {"bracket": (option(values, sources, 0.9, "the ends of the question"),)} if len(values) == 2 else {}


def _index(arguments: Sequence[Argument], items: Sequence[Evidence], offers: Offers) -> dict[str, Options]:
    """The name that a sum runs over, the only one of its expression, and the ends that are given under this name."""
    names = {name for item in items for name in _NAME.findall(text_of(item))} - _CONSTANTS
    if all(argument.name != "index" for argument in arguments) or len(names) != 1:
        return {}
    name = names.pop()
    ends = next((item for item in (*offers.ranges, *offers.numbers) if item.name == name), None)
    given = zip(("lower", "upper"), ends.numbers, strict=False) if ends else ()
    filled = {argument: (option(value, _ids([ends]), 0.9, f"ends of {name}"),) for argument, value in given if ends}
    return {**filled, "index": (option(name, _ids(items), 0.8, "the only name of the expression"),)}


def _bounds(arguments: Sequence[Argument], offers: Offers) -> dict[str, Options]:
    """Bounds and points that are written as expressions, such as pi/2, with the numbers among them in their order."""
    items = [item for item in offers.evidence.of_kind("expression", "number") if item.role in ("bound", "point")]
    places = [argument for argument in arguments if argument.kind == "point"]
    if not places or all(item.kind == "number" for item in items):
        return {}
    values = [text_of(item) if item.kind == "expression" else item.numbers[0] for item in items]
    return {
        argument.name: (option(value, (item.id,), 0.9, "the bound of the question"),)
        for argument, value, item in zip(places, values, items, strict=False)
    }


def text_of(item: Evidence) -> str:
    """An expression as the tools read it."""
    return as_typed(str(item.values[0]).strip().rstrip("?.;,").strip())


def _matches(pattern: re.Pattern[str], items: Sequence[Evidence]) -> list[tuple[Evidence, re.Match[str]]]:
    return [(item, match) for item in items if (match := pattern.fullmatch(text_of(item)))]


def _mappings(parts: Mapping[str, Mapping[str, tuple[Any, Evidence]]]) -> dict[str, Options]:
    return {
        name: (
            option(
                {key: value for key, (value, _) in entries.items()},
                tuple(dict.fromkeys(item.id for _, item in entries.values())),
                0.9,
                f"{name} of the question",
            ),
        )
        for name, entries in parts.items()
        if entries
    }


def _expression(item: Evidence, score: float = 0.95) -> Any:
    """Of `y = 3x` what y is: only equations have two sides."""
    return option(_LEFT_SIDE.sub("", text_of(item)), (item.id,), score, "the expression of the question")


def _ids(items: Sequence[Evidence]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def _ids_of(*entries: Mapping[str, tuple[Any, Evidence]]) -> set[str]:
    return {item.id for mapping in entries for _, item in mapping.values()}
