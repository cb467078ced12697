"""A tool call that might answer a question, and why."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Option:
    """A value that an argument could take."""

    value: Any
    """As JSON."""
    sources: tuple[str, ...]
    """Evidence that it was taken from; none for a setting that the words ask for."""
    score: float
    """How well it fits, from 0 to 1: name, role, unit, kind, length."""
    reason: str
    """As `named LSL in the question`."""


@dataclass(frozen=True)
class Candidate:
    """One operation with the arguments that the evidence gives it."""

    tool: str
    operation: str
    options: dict[str, tuple[Option, ...]]
    """Per argument what it could be, best first; an argument that the call leaves out is not here."""
    missing: tuple[str, ...]
    """Required arguments for which the question has nothing."""
    unused: tuple[str, ...]
    """Evidence that no argument takes up."""
    retrieval: float
    """How well the words fit the operation's documentation and askings, from 0 to 1."""
    fit: float
    """How well the evidence fits its arguments, from 0 to 1."""
    prior: float
    """Both together, from 0 to 1: what candidates are ranked by."""
    reasons: tuple[str, ...]
    """What the scores rest on, one sentence each."""

    @property
    def arguments(self) -> dict[str, Any]:
        """The best option of every argument."""
        return {name: options[0].value for name, options in self.options.items()}

    @property
    def call(self) -> dict[str, Any]:
        """The tool call with them."""
        return {"tool": self.tool, "args": {"operation": self.operation, **self.arguments}}

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)
