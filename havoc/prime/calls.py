"""Tool calls as text: the grammar under which the model writes one, and what it may choose in it."""

import json
from collections.abc import Mapping
from typing import Any

from havoc.engine import Grammar
from havoc.prime.candidate import Candidate, Option
from havoc.prime.evidence import EvidenceSet
from havoc.prime.references import abbreviate
from havoc.tools import ToolRegistry

MAX_OPTIONS = 6
"""Of one argument."""


def call_text(tool: str, args: Mapping[str, Any]) -> str:
    """A call as it stands in the transcript."""
    return json.dumps({"tool": tool, "args": dict(args)}, ensure_ascii=False)


def call_head(candidate: Candidate) -> str:
    """The beginning of a candidate's call, up to and with the operation's name."""
    return call_text(candidate.tool, {"operation": candidate.operation})[: -len("}}")]


def open_options(candidate: Candidate, margin: float) -> dict[str, tuple[Option, ...]]:
    """Per argument the options among which the model may choose; one where nothing is open, as with a margin of 0."""
    most = MAX_OPTIONS if margin else 1
    return {
        name: tuple(option for option in options[:most] if option.score >= options[0].score - margin)
        for name, options in candidate.options.items()
    }


def call_grammar(candidate: Candidate, evidence: EvidenceSet, margin: float) -> Grammar:
    """What may stand between the tags of this candidate's call.

    Data are evidence, as it was read, and nothing else; settings are what the words ask for, from those that the operation's
    schema has. All but the places where several options are open is fixed, and costs no step of the model.
    """
    parts = [json.dumps(call_head(candidate), ensure_ascii=False)]
    for name, options in open_options(candidate, margin).items():
        parts.append(json.dumps(f', "{name}": '))
        texts = [json.dumps(abbreviate(option.value, evidence), ensure_ascii=False) for option in options]
        alternatives = [json.dumps(text, ensure_ascii=False) for text in dict.fromkeys(texts)]
        parts.append(alternatives[0] if len(alternatives) == 1 else f"({' | '.join(alternatives)})")
    parts.append('"}}"')
    return Grammar("lark", f"start: {' '.join(parts)}")


def schema_grammar(candidate: Candidate) -> Grammar:
    """A call of this candidate's operation with whatever its schema allows."""
    schema = dict(ToolRegistry().schemas()[candidate.tool][candidate.operation])
    definitions = schema.pop("$defs", {})
    operation = {"operation": {"const": candidate.operation}}
    args = schema | {
        "properties": operation | schema.get("properties", {}),
        "required": ["operation", *schema.get("required", [])],
    }
    call = {
        "type": "object",
        "properties": {"tool": {"const": candidate.tool}, "args": args},
        "required": ["tool", "args"],
        "additionalProperties": False,
        "$defs": definitions,
    }
    return Grammar("json_schema", json.dumps(call))


def read_call(text: str) -> tuple[str, dict[str, Any]]:
    """Tool and arguments of a call that `call_grammar` allows, references not yet resolved.

    Raises:
        ValueError, KeyError, TypeError: another text is no call.
    """
    call = json.loads(text)
    return call["tool"], call["args"]


def sources_of(candidate: Candidate, args: Mapping[str, Any], evidence: EvidenceSet) -> tuple[str, ...]:
    """Evidence that the data of a written call come from."""
    sources: dict[str, None] = {}
    for name, options in candidate.options.items():
        written = args.get(name)
        for option in options:
            if abbreviate(option.value, evidence) == written or option.value == written:
                sources |= dict.fromkeys(option.sources)
                break
    return tuple(sources)
