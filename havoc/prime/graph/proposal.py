"""Graphs that a model proposes: the JSON schema under which it writes, and how what it wrote is read."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from havoc.config import BudgetPolicy
from havoc.prime.graph.operator_graph import KINDS, GraphError, Kind, OperatorGraph, Subgoal

MAX_CHARS = 100_000
"""Of a proposal."""
MAX_TITLE = 120
"""Characters of a title in a proposal."""


class _ProposedSubgoal(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    kind: Kind
    title: str
    depends_on: list[str] = []
    operation: str | None = None


class _Proposal(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    subgoals: list[_ProposedSubgoal]


def proposal_schema(policy: BudgetPolicy) -> dict[str, Any]:
    """JSON schema of a proposal, for the grammar. It bounds size and names; the rest `parse_proposal` checks.

    Args:
        policy: how many subgoals there may be.
    """
    ids = [f"s{number}" for number in range(1, policy.max_subgoals + 1)]
    subgoal = {
        "type": "object",
        "properties": {
            "id": {"enum": ids},
            "kind": {"enum": list(KINDS)},
            "title": {"type": "string", "minLength": 1, "maxLength": MAX_TITLE},
            "depends_on": {"type": "array", "items": {"enum": ids}, "maxItems": max(0, len(ids) - 1)},
            "operation": {"anyOf": [{"type": "string", "minLength": 1, "maxLength": 64}, {"type": "null"}]},
        },
        "required": ["id", "kind", "title", "depends_on", "operation"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"subgoals": {"type": "array", "minItems": 1, "maxItems": len(ids), "items": subgoal}},
        "required": ["subgoals"],
        "additionalProperties": False,
    }


def parse_proposal(text: str, policy: BudgetPolicy, operations: Collection[str] | None = None) -> OperatorGraph | GraphError:
    """The graph that `text` proposes, or what is wrong with it.

    Args:
        text: JSON as the schema has it.
        policy: how large it may be.
        operations: that a tool subgoal may name; None allows any name.
    """
    if len(text) > MAX_CHARS:
        return GraphError(f"a proposal of {len(text):,} characters; at most {MAX_CHARS:,} are read")
    try:
        proposal = _Proposal.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the proposal"
        return GraphError(f"{where}: {first['msg']}; give a graph as the schema has it")
    unknown = [
        one.operation
        for one in proposal.subgoals
        if one.operation is not None and operations is not None and one.operation not in operations
    ]
    if unknown:
        return GraphError(f"{unknown[0]!r} is none of the operations that fit the question")
    try:
        graph = OperatorGraph(
            [Subgoal(one.id, one.kind, one.title, tuple(one.depends_on), one.operation) for one in proposal.subgoals],
            "proposal",
        )
        graph.validate(policy)
    except GraphError as error:
        return error
    return graph
