"""What was checked about an answer, and what came out."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["pass", "fail", "not_applicable"]
OMISSIONS = frozenset({"constraints", "subgoals", "assumptions"})
"""Checks of what an answer has to say; the others are of what it says."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    """numbers, conclusions, design, arithmetic, citations, constraints, subgoals or assumptions."""
    status: Status
    detail: str
    """One sentence for people."""
    start: int = 0
    """Place in the answer; from 0 to 0 for the answer as a whole."""
    end: int = 0
    fact_ids: tuple[str, ...] = ()
    """Facts that it was compared with."""


@dataclass(frozen=True)
class Provenanced:
    """A numeral of a text with what it rests on."""

    start: int
    end: int
    text: str
    fact_ids: tuple[str, ...]
    """Facts that give it; for settings and counts there may be none, and `origin` says where it comes from."""
    origin: str
    """Where it stands: `c1 result.p_value`; empty where nothing gives it."""

    @property
    def is_founded(self) -> bool:
        """Whether anything gives it."""
        return bool(self.fact_ids or self.origin)


@dataclass(frozen=True)
class VerificationReport:
    """All checks of one answer."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.faults

    @property
    def faults(self) -> tuple[Check, ...]:
        """What failed."""
        return tuple(check for check in self.checks if check.status == "fail")

    @property
    def is_sound(self) -> bool:
        """Whether what the answer says holds. It may leave out things that it has to say; a part of an answer may do so."""
        return all(check.name in OMISSIONS for check in self.faults)

    def of(self, name: str) -> tuple[Check, ...]:
        """The checks with this name."""
        return tuple(check for check in self.checks if check.name == name)

    @property
    def fact_ids(self) -> frozenset[str]:
        """Facts that something in the answer was compared with."""
        return frozenset(fact_id for check in self.checks for fact_id in check.fact_ids)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values, for `from_json`."""
        checks = [asdict(check) | {"fact_ids": list(check.fact_ids)} for check in self.checks]
        return {"passed": self.passed, "checks": checks}

    @staticmethod
    def from_json(fields: dict[str, Any]) -> "VerificationReport":
        """What `as_json` wrote."""
        return VerificationReport(
            tuple(Check(**{**check, "fact_ids": tuple(check["fact_ids"])}) for check in fields["checks"])
        )

    def to_json(self) -> str:
        """`as_json` as text."""
        return json.dumps(self.as_json(), ensure_ascii=False)

    def __str__(self) -> str:
        """For people: the verdict, and a line for each check that applied."""
        applied = [check for check in self.checks if check.status != "not_applicable"]
        marks = {"pass": "ok  ", "fail": "FAIL"}
        lines = [f"{marks[check.status]} {check.name}: {check.detail}" for check in applied]
        verdict = (
            f"{len(self.faults)} of {len(applied)} checks failed" if self.faults else f"all {len(applied)} checks passed"
        )
        return "\n".join([f"Verification: {verdict}.", *lines])
