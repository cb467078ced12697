"""A tool's answer as it stands in the transcript: all that reasoning needs, at a length that a context can hold."""

import json
from collections.abc import Mapping
from typing import Any

KEPT = 6
"""Entries of a long list that are shown."""
MAX_TEXT = 400
"""Characters of one text inside."""
_SHOWN = ("result", "n_used", "method", "assumptions", "warnings", "undefined", "conclusion")


def result_block(answer: Mapping[str, Any], max_chars: int) -> str:
    """`answer` as JSON of at most `max_chars` characters: long lists cut, and where that is not enough, parts left out.

    The whole answer is in the workspace; nothing is lost but to the reader of the transcript.
    """
    if not answer.get("success"):
        return json.dumps({"error": str(answer.get("error", "failed"))[:MAX_TEXT]}, ensure_ascii=False)
    shown = {key: answer[key] for key in _SHOWN if answer.get(key) not in (None, [], {}, "")}
    for kept in (KEPT, 2, 0):
        text = json.dumps(_shortened(shown, kept), ensure_ascii=False)
        if len(text) <= max_chars:
            return text
    # Lists are gone: what is left is too much by its number of fields.
    parts: dict[str, Any] = {"conclusion": str(answer.get("conclusion", ""))[:max_chars]}
    for key, value in shown["result"].items() if isinstance(shown.get("result"), Mapping) else ():
        wider = {**parts, key: value}
        if not isinstance(value, (list, dict)) and len(json.dumps(wider, ensure_ascii=False)) <= max_chars:
            parts = wider
    return json.dumps(parts, ensure_ascii=False)


def _shortened(value: Any, kept: int) -> Any:
    if isinstance(value, Mapping):
        return {key: _shortened(entry, kept) for key, entry in value.items()}
    if isinstance(value, list):
        if len(value) <= max(kept, 2):
            return [_shortened(entry, kept) for entry in value]
        return [*(_shortened(entry, kept) for entry in value[:kept]), "..."]
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return value[:MAX_TEXT] + "..."
    return value
