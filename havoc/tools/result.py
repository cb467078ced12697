"""What an operation gives back: named numbers, and what an auditor asks about them."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Assumption(BaseModel):
    """One assumption of the method, checked on the data where that is possible."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    """What is assumed, as `normality of group1`."""
    holds: bool | None
    """None where the data cannot tell."""
    detail: str
    """The check and its figures, as `Shapiro-Wilk W = 0.93, p = 0.21`."""


class Notice(BaseModel):
    """Something that a careful reader must know before using the numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    code: str
    """Stable name, as `small_sample`."""
    message: str
    """One sentence."""


class Result(BaseModel):
    """Base of every result. A subclass adds its named numbers; undefined ones are None, with the reason in `undefined`."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    headline: ClassVar[tuple[str, ...]] = ()
    """The fields to quote when nothing in particular was asked for, most important first."""

    method: str
    """What was computed, as `Welch's two-sample t test`."""
    n_used: int
    """Values, or runs, that went into the numbers."""
    excluded: list[int] = []
    """1-based positions that were left out on request."""
    conventions: dict[str, str] = {}
    """Choice on which textbooks and programs differ -> what was taken, and what the others would give."""
    assumptions: list[Assumption] = []
    """Assumptions, checked where the data can tell. A failed one is reported here, never raised."""
    warnings: list[Notice] = []
    """What limits the use of the numbers."""
    undefined: dict[str, str] = {}
    """Field that is None -> why."""
    conclusion: str = ""
    """The finding in one sentence that uses these numbers and no others."""
