"""What a request ends with."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from havoc.prime.adversarial import Synthesis
from havoc.prime.chrono import Stability
from havoc.prime.graph.operator_graph import OperatorGraph
from havoc.prime.result_figure import ResultFigure
from havoc.prime.routing.router import Routing
from havoc.prime.verification import VerificationReport
from havoc.prime.workspace import GlobalWorkspace
from havoc.tokens import BLOCK_TAGS, StepKind, Tokenizer

TerminationReason = Literal[
    "answered", "answered_in_part", "needs_data", "no_method", "tool_failed", "empty_question", "outside_field",
    "direct", "token_budget", "time_budget", "context_full",
]  # fmt: skip
"""Why a request ended: with an answer to all, or to a part, of what was asked; for want of data, of an operation that fits,
or of a tool that works; on nothing asked, or nothing of this field; with plain text (PRIME off, or a trivial question); with
what there was when tokens, time or context were used up."""


def tokens_by_part(ids: Sequence[int], tokenizer: Tokenizer) -> dict[str, int]:
    """See `Usage.by_part`."""
    opened = {BLOCK_TAGS[kind][0]: kind for kind in BLOCK_TAGS}
    closed = {closing for _, closing in BLOCK_TAGS.values()}
    counts: Counter[str] = Counter()
    part = StepKind.ANSWER
    for token_id in ids:
        name = tokenizer.special_name(token_id)
        part = opened.get(name or "", part)
        counts[part.value] += 1
        if name in closed:
            part = StepKind.ANSWER
    return dict(counts)


@dataclass(frozen=True)
class Usage:
    """What a request cost."""

    prompt_tokens: int
    written_tokens: int
    """Chosen by the model, those of dropped sentences included."""
    forced_tokens: int
    """Inserted by the runtime, tool results included."""
    tool_calls: int
    seconds: float
    by_part: Mapping[str, int]
    """Ids of the transcript per kind of block, tags included; `answer` is what stands outside of blocks."""


@dataclass(frozen=True)
class PrimeResult(Mapping[str, Any]):
    """An answer and all that it rests on. Its fields can be read as a mapping's entries too: `result["text"]`."""

    generated_ids: list[int]
    text: str
    """The whole transcript, tags included."""
    answer: str
    """The part behind the last block."""
    workspace: GlobalWorkspace
    verification: VerificationReport
    routing: Routing
    graph: OperatorGraph | None
    synthesis: Synthesis | None
    stability: Stability | None
    usage: Usage
    termination_reason: TerminationReason
    figures: tuple[ResultFigure, ...] = ()
    """Where they were asked for."""

    def as_json(self) -> dict[str, Any]:
        """All but the ids as plain JSON values."""
        return {
            "text": self.text,
            "answer": self.answer,
            "termination_reason": self.termination_reason,
            "routing": self.routing.as_json(),
            "graph": self.graph and self.graph.as_json(),
            "workspace": json.loads(self.workspace.to_json()),
            "verification": self.verification.as_json(),
            "synthesis": self.synthesis and self.synthesis.as_json(),
            "stability": self.stability and self.stability.as_json(),
            "figures": [asdict(figure) for figure in self.figures],
            "usage": asdict(self.usage),
        }

    def __getitem__(self, key: str) -> Any:
        """The field called `key`. KeyError where there is none."""
        if key not in self:
            raise KeyError(key)
        return getattr(self, key)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a field."""
        return any(field.name == key for field in fields(self))

    def __iter__(self) -> Iterator[str]:
        """The names of the fields."""
        return (field.name for field in fields(self))

    def __len__(self) -> int:
        """Their number."""
        return len(fields(self))
