"""What is known while a question is being answered: facts with their origin, assumptions, constraints, results."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from havoc.prime.evidence import Assumption, Evidence, EvidenceSet

ANSWER_PARTS = (
    "result", "n_used", "method", "conclusion", "assumptions", "warnings", "conventions", "undefined", "excluded",
)  # fmt: skip
"""What of a tool's answer becomes facts. Its sentences are facts too: the numerals in them are given by the tool."""
_IN_UNIT = re.compile(
    r"(?:grand_|overall_|trimmed_|fitted_|predicted_)?(?:means?|medians?|minimum|maximum|range|mode)|iqr|mad|quartiles?"
    r"|standard_(?:deviations?|errors?)|sds?|sigma(?:_\w+)?|differences?|(?:difference_)?ci_(?:low|high)|lower|upper"
    r"|(?:lower|upper)_(?:limit|bound|fence)|lcl|ucl|center|center_line|target|lsl|usl|tolerance|half_width|margin"
)
"""Names of results that are measured in the unit of the data. Indices, probabilities, statistics and counts have none."""
MAX_FACTS_PER_ITEM = 2000
"""Values of one list of the question that become facts; the list itself is kept whole."""
MAX_FACTS_PER_CALL = 5000
"""Numbers of one result that become facts; designs and charts have a few hundred."""


@dataclass(frozen=True)
class Provenance:
    """Where a fact comes from."""

    kind: Literal["evidence", "tool", "reasoning"]
    source: str
    """Id of the evidence (e1) or of the tool call (c1); of what reasoning has counted, its name."""
    path: str
    """Which part of it: `[2]` of a list, `result.p_value` of an answer."""
    start: int = 0
    """Of evidence: its place in the question."""
    end: int = 0


@dataclass(frozen=True)
class Fact:
    """One value that an answer may use."""

    id: str
    """f1, f2, ..."""
    name: str
    """Last part of the path without its index, or the evidence's name."""
    value: float | bool | str
    unit: str
    provenance: Provenance
    confidence: float = 1.0
    """1 for what was computed or written; below where a reading is an assumption."""


@dataclass(frozen=True)
class ToolCall:
    """A call that was made."""

    id: str
    """c1, c2, ..."""
    tool: str
    args: Mapping[str, Any]
    answer: Mapping[str, Any]
    """What the registry gave: `success` with `result`, or `error`."""
    sources: tuple[str, ...] = ()
    """Evidence and earlier calls that its data were taken from."""
    seconds: float = 0.0
    subgoal: str = ""
    """For which it was made."""

    @property
    def success(self) -> bool:
        """Whether it gave a result."""
        return bool(self.answer.get("success"))


@dataclass
class GlobalWorkspace:
    """Everything that reasoning knows, in the order in which it came to know it. All writing goes through its methods."""

    question: str = ""
    evidence: EvidenceSet | None = None
    facts: list[Fact] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    """What the answer has to keep to, in the question's words."""
    unresolved: list[str] = field(default_factory=list)
    """What could not be done, and why."""

    def add_evidence(self, evidence: EvidenceSet) -> None:
        """Take over what was read from the question."""
        self.evidence = evidence
        for item in evidence.items:
            values: tuple[float | str, ...] = item.values
            for number, value in enumerate(values[:MAX_FACTS_PER_ITEM]):
                path = f"[{number}]" if len(item.values) > 1 else ""
                self._add(item.name or item.role or item.kind, value, item.unit, _origin(item, path))
        self.assumptions += [assumption.statement for assumption in evidence.assumptions]

    def add_call(self, call: ToolCall) -> list[Fact]:
        """Take over a call and the facts of its answer, which are returned."""
        self.calls.append(call)
        first = len(self.facts)
        if not call.success:
            self.unresolved.append(f"{call.args.get('operation', call.tool)}: {call.answer.get('error', 'failed')}")
            return []
        unit = str(call.answer.get("unit", ""))
        for part in ANSWER_PARTS:
            for path, value in _leaves(call.answer.get(part), part):
                if len(self.facts) - first >= MAX_FACTS_PER_CALL:
                    break
                name = path.rsplit(".", 1)[-1].split("[")[0]
                self._add(name, value, unit if _IN_UNIT.fullmatch(name) else "", Provenance("tool", call.id, path))
        return self.facts[first:]

    def add_setting(self, call: ToolCall, name: str, value: float) -> None:
        """Take over a setting that a call was made with, where the call leaves it to the tool."""
        self._add(name, value, "", Provenance("tool", call.id, f"settings.{name}"))

    def add_measured(self, name: str, value: float) -> None:
        """Take over a count that reasoning has made of its own steps."""
        self._add(name, value, "", Provenance("reasoning", name, ""))

    def assume(self, statement: str) -> None:
        """Note a choice that was made where the question leaves one."""
        if statement not in self.assumptions:
            self.assumptions.append(statement)

    def leave_open(self, problem: str) -> None:
        """Note what could not be done."""
        if problem not in self.unresolved:
            self.unresolved.append(problem)

    def next_call_id(self) -> str:
        """Id for the next call."""
        return f"c{len(self.calls) + 1}"

    def summarize(self) -> str:
        """Facts, assumptions and what is open, as text for people."""
        shown = [
            f"{fact.id} {fact.name} = {fact.value}{fact.unit and ' ' + fact.unit}  [{_where(fact)}]" for fact in self.facts
        ]
        parts = {"Facts": shown, "Assumptions": self.assumptions, "Constraints": self.constraints, "Open": self.unresolved}
        return "\n".join(f"{title}:\n" + "\n".join(f"  {line}" for line in lines) for title, lines in parts.items() if lines)

    def facts_json(self, ids: Collection[str]) -> list[dict[str, Any]]:
        """The facts with these ids as plain JSON values."""
        return [asdict(fact) for fact in self.facts if fact.id in ids]

    def to_json(self) -> str:
        """All of it, for `from_json`."""
        fields = {
            "question": self.question,
            "evidence": None if self.evidence is None else _evidence_json(self.evidence),
            "facts": [asdict(fact) for fact in self.facts],
            "calls": [asdict(call) for call in self.calls],
            "assumptions": self.assumptions,
            "constraints": self.constraints,
            "unresolved": self.unresolved,
        }
        return json.dumps(fields, ensure_ascii=False, allow_nan=False)

    @staticmethod
    def from_json(text: str) -> "GlobalWorkspace":
        """What `to_json` wrote."""
        fields = json.loads(text)
        evidence = fields.pop("evidence")
        facts = [Fact(**{**fact, "provenance": Provenance(**fact["provenance"])}) for fact in fields.pop("facts")]
        calls = [ToolCall(**{**call, "sources": tuple(call["sources"])}) for call in fields.pop("calls")]
        return GlobalWorkspace(
            **fields, evidence=None if evidence is None else _evidence_of(evidence), facts=facts, calls=calls
        )

    def _add(self, name: str, value: float | bool | str, unit: str, provenance: Provenance) -> None:
        self.facts.append(Fact(f"f{len(self.facts) + 1}", name, value, unit, provenance))


def _origin(item: Evidence, path: str) -> Provenance:
    return Provenance("evidence", item.id, path, item.start, item.end)


def _where(fact: Fact) -> str:
    origin = fact.provenance
    return f"{origin.source}{origin.path and ' ' + origin.path}" if origin.kind == "tool" else f"question, {origin.source}"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, float | bool | str]]:
    """The numbers, truth values and texts inside of an answer, with their paths."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _leaves(entry, f"{path}.{key}")
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _leaves(entry, f"{path}[{number}]")
    elif isinstance(value, (bool, int, float, str)):
        yield path, value


def _evidence_json(evidence: EvidenceSet) -> dict[str, Any]:
    return {
        "text": evidence.text,
        "items": [item.as_json() for item in evidence.items],
        "assumptions": [asdict(assumption) for assumption in evidence.assumptions],
    }


def _evidence_of(fields: dict[str, Any]) -> EvidenceSet:
    items = tuple(Evidence.from_json(item) for item in fields["items"])
    return EvidenceSet(fields["text"], items, tuple(Assumption(**one) for one in fields["assumptions"]))
