"""A drawing of a result."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResultFigure:
    """One drawing."""

    call: str
    """Id of the call whose result it shows."""
    name: str
    title: str
    svg: str
