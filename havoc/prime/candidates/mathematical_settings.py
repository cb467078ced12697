"""Settings of mathematical operations from the words around a formula: names, orders, terms, points and ends."""

import re
from collections.abc import Sequence
from typing import Any

from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.notation import as_typed
from havoc.prime.candidates.taken import Options, option
from havoc.prime.evidence import EvidenceSet

_NUMBER = r"[-\u2212]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_NAME = r"[A-Za-z](?:\d{1,2}|[a-z])?"
_RESPECT = re.compile(
    rf"(?:with respect to|w\.?r\.?t\.?|for|in terms of|solve for|rearrange for|dependence on)\s+(?P<name>{_NAME})(?![\w(])"
    rf"|\bd[a-zA-Z]?\s?/\s?d(?P<under>[a-zA-Z])\b"
)
_POSITIVE = re.compile(
    rf"(?P<names>{_NAME}(?:\s*(?:,|and|&)\s*{_NAME})*)\s+(?:are|is|being|stay|always)?\s*(?:both|all|always|known to be)?\s*"
    r"(?:positive|>\s*0|greater than (?:0|zero)|above (?:0|zero))"
)
_UP_TO = re.compile(
    r"(?:up to(?: and including)?|as far as|including|through|to)\s+(?:the\s+)?(?:order\s+)?"
    rf"(?:\(?{_NAME}(?:\s*-\s*\d+)?\)?\^)(?P<power>\d)"
)
_SQUARE = re.compile(r"up to the (?P<word>square|cube|second|third|fourth|fifth)")
_OMITTED = re.compile(
    rf"(?:drop\w*|omit\w*|neglect\w*|ignor\w*|cut\w*)\b[^.?!]{{0,40}}?{_NAME}\^(?P<power>\d)|O\({_NAME}\^(?P<rest>\d)\)"
)
_ORDER = re.compile(
    r"(?P<word>second|third|fourth)\s+derivative|\bd\^?(?P<power>[2-4])\s?/\s?d|[a-zA-Z](?P<primes>'{2,3})\s*\("
)
_WORDS = {"square": 2, "second": 2, "cube": 3, "third": 3, "fourth": 4, "fifth": 5}
_FOR_EVER = re.compile(
    r"(?i)to infinity|infinite|without end|forever|for ever|in the long run|getting (?:huge|larger and larger)|grows without"
    r"|levels? off|\u221e|->\s*(?:oo|inf)|for (?:very )?large"
)
_ENDS = re.compile(
    r"(?<![A-Za-z])(?P<name>[a-zA-Z])\s*(?:=|from|over|runs from|in)\s*(?P<low>\d+)\s*"
    r"(?:,|\.\.\.?|to|up to|through|until|and|-|\u2026)\s*(?:\d+\s*,\s*){0,9}(?:\.\.\.|\u2026|and including)?\s*"
    r"(?P<high>\d+|infinity|inf|oo|\u221e|[A-Zn](?![\w]))"
)
_UNDER = re.compile(
    r"[\u03a3\u2211\u220f]\s*_?\{?(?P<name>[a-zA-Z])\s*=\s*(?P<low>\d+)\}?\s*\^?"
    r"\{?(?P<high>\d+|[A-Zn]|\u221e|inf)\}?"
)
_RANGE_WORDS = re.compile(
    rf"(?i)(?:from|between)\s+(?P<low>{_NUMBER})\s+(?:up\s+)?(?:to|and)(?: and including)?\s+"
    rf"(?P<high>{_NUMBER}|infinity|inf\b|\u221e)"
    r"|(?P<low2>\d+)\s+up to and including\s+(?P<high2>\d+)"
    rf"|(?:in|over|after) the first\s+(?P<first>{_NUMBER})"
)
_AT = re.compile(rf"(?P<name>{_NAME})\s*=\s*(?P<value>{_NUMBER})(?![\w^*/]|\.\d)")
_INSIDE = re.compile(
    r"(?:at|around|about|near|close to|when|where)\s+(?P<name>[a-z])\s*(?:=|always\s+(?:close\s+)?to|to|near)?\s*"
    r"(?P<value>\d+(?:\.\d+)?)"
)


def fill_mathematical_settings(
    operation: str, arguments: Sequence[Argument], expression: str, evidence: EvidenceSet
) -> dict[str, Options]:
    """Options of the settings that `operation` has, by the words around the formula `expression`."""
    names = {argument.name for argument in arguments}
    text = as_typed(evidence.text)
    found: dict[str, Any] = {}
    own = set(re.findall(rf"(?<![A-Za-z])({_NAME})(?![A-Za-z(])", expression))
    respect = [one["name"] or one["under"] for one in _RESPECT.finditer(text)]
    if name := next((one for one in respect if one in own), ""):
        found |= {"variable": name, "unknowns": [name]}
    if match := _POSITIVE.search(text):
        positive = [name for name in re.findall(_NAME, match["names"]) if name in own]
        found |= {"positive": positive} if positive else {}
    found |= _terms(text) | _order(text)
    if operation == "limit" and _FOR_EVER.search(text):
        found["point"] = "inf"
    if "lower" in names:
        found |= _ends(text, own, operation != "integrate")
    if operation in ("series", "limit") and (match := _INSIDE.search(text)) and match["name"] in own:
        found.setdefault("point", _plain(match["value"]))
    settings = {one["name"]: _plain(one["value"]) for one in _AT.finditer(text) if one["name"] in own}
    settings |= _from_table(evidence, own)
    if settings and operation in ("differentiate", "evaluate"):
        found |= {"at": settings, "values": settings}
    return {name: (option(value, (), 0.9, "as the words say"),) for name, value in found.items() if name in names}


def _terms(text: str) -> dict[str, int]:
    """The first power that a series leaves out."""
    if match := _OMITTED.search(text):
        return {"terms": int(match["power"] or match["rest"])}
    if match := re.search(rf"first omitted\b[^.?!]{{0,20}}?{_NAME}\^(\d)", text):
        return {"terms": int(match[1])}
    if match := _UP_TO.search(text):
        return {"terms": int(match["power"]) + 1}
    if match := _SQUARE.search(text):
        return {"terms": _WORDS[match["word"]] + 1}
    return {}


def _order(text: str) -> dict[str, int]:
    if match := _ORDER.search(text):
        return {"order": _WORDS.get(match["word"] or "", 0) or int(match["power"] or len(match["primes"]))}
    return {}


def _ends(text: str, own: set[str], counts: bool) -> dict[str, Any]:
    """Index and ends of a sum or product, ends of an integral."""
    for pattern in (_UNDER, _ENDS):
        for match in pattern.finditer(text):
            if match["name"] in own or len(own) != 1:
                endless = pattern is _ENDS and _FOR_EVER.search(text) is not None
                high = "inf" if endless else _plain(match["high"])
                return {"index": match["name"], "lower": int(match["low"]), "upper": high}
    found: dict[str, Any] = {}
    if stated := _RANGE_WORDS.search(text):
        low, high = stated["low"] or stated["low2"] or "0", stated["high"] or stated["high2"] or stated["first"]
        found = {"lower": _plain(low), "upper": _plain(high)}
    elif counts and _FOR_EVER.search(text):
        start = re.search(r"[a-zA-Z]\s*=\s*(\d)\b", text)
        found = {"lower": int(start[1]) if start else 1, "upper": "inf"}
    if found and len(own) == 1:
        found["index"] = next(iter(own))
    return found


def _from_table(evidence: EvidenceSet, own: set[str]) -> dict[str, float]:
    """Values of names that stand in a table of symbols."""
    for table in dict.fromkeys(item.table for item in evidence.items if item.table):
        columns = evidence.of_table(table)
        names = next((item for item in columns if item.kind == "labels" and set(item.values) <= own), None)
        values = next((item for item in columns if item.kind == "values"), None)
        if names is not None and values is not None:
            return {str(name): value for name, value in zip(names.values, values.numbers, strict=False)}
    return {}


def _plain(text: str) -> Any:
    text = text.replace("\u2212", "-")
    if text in ("infinity", "oo", "\u221e", "inf"):
        return "inf"
    if not re.fullmatch(_NUMBER, text):
        return text
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
