"""Long data in a call, written as a reference to the evidence that they are: `"@e1"` for the values of e1."""

import re
from collections.abc import Mapping
from typing import Any

from havoc.prime.evidence import EvidenceSet

MAX_WRITTEN = 60
"""Numbers of a list that are written out; longer ones would fill the context and help no reader."""
_REFERENCE = re.compile(r"@(e\d+)")


def abbreviate(value: Any, evidence: EvidenceSet) -> Any:
    """`value` with each long list that is one item of the evidence as a reference to it."""
    if isinstance(value, Mapping):
        return {key: abbreviate(entry, evidence) for key, entry in value.items()}
    if isinstance(value, list):
        if len(value) > MAX_WRITTEN:
            for item in evidence.of_kind("values", "labels"):
                if len(item.values) == len(value) and list(item.values) == value:
                    return f"@{item.id}"
        return [abbreviate(entry, evidence) for entry in value] if value and isinstance(value[0], (list, dict)) else value
    return value


def resolve(value: Any, evidence: EvidenceSet) -> Any:
    """`value` with the lists that references stand for. A reference to what is not there stays, and no tool takes it."""
    if isinstance(value, Mapping):
        return {key: resolve(entry, evidence) for key, entry in value.items()}
    if isinstance(value, list):
        return [resolve(entry, evidence) for entry in value]
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    return next((list(item.values) for item in evidence.items if item.id == match[1]), value)
