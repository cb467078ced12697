"""What a request tells while it runs: text as it is written, and what happens around it, with its place in the graph."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from havoc.tokens import StepKind

EventType = Literal[
    "routing", "evidence", "graph", "node", "text", "choice", "call", "chrono", "verification", "facts", "figure", "problem",
    "end",
]  # fmt: skip
"""`facts` are those that the answer's numbers rest on; everything that is known stands in evidence and calls."""


@dataclass(frozen=True)
class PrimeEvent:
    """One thing that happened. The texts of a request's `text` events, end to end, are its transcript."""

    type: EventType
    path: tuple[str, ...] = ()
    """Subgoal, then the branch inside of it: `("s2",)`, `("debate", "attack")`; empty for the request as a whole."""
    text: str = ""
    """Of `text` events: visible text, tags included."""
    step: StepKind | None = None
    """Of `text` events: the kind of block that the text belongs to."""
    data: dict[str, Any] = field(default_factory=dict)
    """Of the others: plain JSON values."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values, empty fields left out."""
        return {key: value for key, value in asdict(self).items() if value or key == "type"}


Emit = Callable[[PrimeEvent], None]
"""Takes events in the order of the transcript."""
