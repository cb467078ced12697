"""The plan of an answer: subgoals, what each of them waits for, and how far they are."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from havoc.config import BudgetPolicy
from havoc.prime.errors import PrimeError

Kind = Literal["think", "tool", "retrieve", "decide"]
"""Reason about what is known; call an operation; look up the handbook; bring everything together."""
Status = Literal["pending", "running", "done", "failed", "skipped"]
Origin = Literal["template", "proposal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)
MAX_TITLE = 160
"""Characters of a title."""
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


class GraphError(PrimeError):
    """A graph that cannot be carried out, or a step that its state does not allow."""


@dataclass
class Subgoal:
    """One step."""

    id: str
    kind: Kind
    title: str
    """One line for people."""
    depends_on: tuple[str, ...] = ()
    """Subgoals whose outcome it needs. A decision waits until they have ended; anything else needs them done."""
    operation: str | None = None
    """Of a tool subgoal: what to call; None where words, evidence and model have to choose."""
    start: int = 0
    """Place in the prompt of the question that it serves; from 0 to 0 for the prompt as a whole."""
    end: int = 0
    supports: str = ""
    """Of a check of assumptions: the subgoal whose result it checks; it is no answer by itself."""
    status: Status = "pending"
    problem: str = ""
    """Why it failed or was skipped."""
    began: float | None = None
    """Seconds after the first subgoal of the graph began."""
    seconds: float | None = None
    """How long it took."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ("done", "failed", "skipped")


@dataclass
class OperatorGraph:
    """Subgoals without a cycle. They change state through `start`, `finish` and `fail` only."""

    subgoals: list[Subgoal]
    origin: Origin = "template"
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)
    """Seconds since some moment."""
    _zero: float | None = field(default=None, init=False, repr=False, compare=False)
    """What the clock said when the first subgoal began."""

    def __post_init__(self) -> None:
        _check_structure(self.subgoals)

    def __getitem__(self, subgoal_id: str) -> Subgoal:
        """The subgoal with this id.

        Raises:
            GraphError: there is none.
        """
        for subgoal in self.subgoals:
            if subgoal.id == subgoal_id:
                return subgoal
        raise GraphError(
            f"{subgoal_id!r}: the graph has no such subgoal; it has {', '.join(one.id for one in self.subgoals)}"
        )

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return all(subgoal.ended for subgoal in self.subgoals)

    def validate(self, policy: BudgetPolicy) -> None:
        """Check that it can be carried out under `policy`.

        Raises:
            GraphError: it has too many subgoals or tool calls, or no decision.
        """
        tools = sum(subgoal.kind in ("tool", "retrieve") for subgoal in self.subgoals)
        if len(self.subgoals) > policy.max_subgoals:
            raise GraphError(f"{len(self.subgoals)} subgoals are more than the {policy.max_subgoals} of the budget")
        if tools > policy.tool_calls:
            raise GraphError(f"{tools} subgoals call tools, and the budget has {policy.tool_calls} calls")
        if not any(subgoal.kind == "decide" for subgoal in self.subgoals):
            raise GraphError("no subgoal decides; add one of kind decide that depends on the others")

    def ready(self) -> list[Subgoal]:
        """The subgoals that can begin now, in their order. Asking changes nothing."""
        return [subgoal for subgoal in self.subgoals if subgoal.status == "pending" and self._open_for(subgoal)]

    def start(self, subgoal_id: str) -> None:
        """Note that a subgoal begins.

        Raises:
            GraphError: it has begun already, or waits for others.
        """
        subgoal = self[subgoal_id]
        if subgoal.status != "pending":
            raise GraphError(f"{subgoal_id} cannot begin: it is {subgoal.status}")
        if not self._open_for(subgoal):
            waiting = [before.id for before in self._before(subgoal) if before.status != "done"]
            raise GraphError(f"{subgoal_id} cannot begin: it waits for {', '.join(waiting)}")
        subgoal.status, subgoal.began = "running", self._now()

    def finish(self, subgoal_id: str) -> None:
        """Note that a running subgoal is done.

        Raises:
            GraphError: it is not running.
        """
        self._end(subgoal_id, "done", "")

    def fail(self, subgoal_id: str, why: str) -> None:
        """Note that a running subgoal has failed. What needs its outcome is skipped; decisions are not, they say so.

        Raises:
            GraphError: it is not running.
        """
        self._end(subgoal_id, "failed", why)
        lost = {subgoal_id: f"{subgoal_id} failed: {why}"}
        for subgoal in _sorted(self.subgoals):
            broken = next((name for name in subgoal.depends_on if name in lost), None)
            if broken is not None and subgoal.status == "pending" and subgoal.kind != "decide":
                subgoal.status, subgoal.problem = "skipped", lost[broken]
                lost[subgoal.id] = lost[broken]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values, for `from_json`."""
        subgoals = [asdict(subgoal) | {"depends_on": list(subgoal.depends_on)} for subgoal in self.subgoals]
        return {"origin": self.origin, "subgoals": subgoals}

    @staticmethod
    def from_json(fields: dict[str, Any]) -> "OperatorGraph":
        """What `as_json` wrote. Subgoals that were running when it was written have to be run again.

        Raises:
            GraphError: that is no graph.
        """
        try:
            subgoals = [Subgoal(**{**one, "depends_on": tuple(one["depends_on"])}) for one in fields["subgoals"]]
            graph = OperatorGraph(subgoals, fields["origin"])
        except (KeyError, TypeError) as error:
            raise GraphError(f"not a saved graph: {error}; give what as_json wrote") from None
        for subgoal in subgoals:
            if subgoal.status == "running":
                subgoal.status, subgoal.began = "pending", None
        past = max((one.began + (one.seconds or 0.0) for one in subgoals if one.began is not None), default=None)
        graph._zero = None if past is None else graph.clock() - past
        return graph

    def _open_for(self, subgoal: Subgoal) -> bool:
        if subgoal.kind == "decide":
            # All that it rests on, not its own dependencies alone: one may be skipped while what it waited for still runs.
            return all(before.ended for before in self._before(subgoal))
        return all(self[name].status == "done" for name in subgoal.depends_on)

    def _before(self, subgoal: Subgoal) -> list[Subgoal]:
        """Everything that a subgoal depends on, directly or not."""
        found: dict[str, Subgoal] = {}
        names = list(subgoal.depends_on)
        while names:
            name = names.pop()
            if name not in found:
                found[name] = self[name]
                names += found[name].depends_on
        return list(found.values())

    def _end(self, subgoal_id: str, status: Status, problem: str) -> None:
        subgoal = self[subgoal_id]
        if subgoal.status != "running" or subgoal.began is None:
            raise GraphError(f"{subgoal_id} cannot end: it is {subgoal.status}, not running")
        subgoal.status, subgoal.problem, subgoal.seconds = status, problem, round(self._now() - subgoal.began, 6)

    def _now(self) -> float:
        now = self.clock()
        if self._zero is None:
            self._zero = now
        return round(now - self._zero, 6)


def _check_structure(subgoals: Sequence[Subgoal]) -> None:
    """Raise GraphError where ids, kinds or dependencies are wrong."""
    known: set[str] = set()
    for subgoal in subgoals:
        if not isinstance(subgoal.id, str) or not _ID.fullmatch(subgoal.id):
            raise GraphError(f"{subgoal.id!r} is no id; take letters, digits, - and _, as s1")
        if subgoal.id in known:
            raise GraphError(f"two subgoals are called {subgoal.id}; give one of them another id")
        known.add(subgoal.id)
        if subgoal.kind not in KINDS or subgoal.status not in STATUSES:
            raise GraphError(f"{subgoal.id}: {subgoal.kind!r}, {subgoal.status!r}; a kind is one of {', '.join(KINDS)}")
        if not subgoal.title.strip() or len(subgoal.title) > MAX_TITLE:
            raise GraphError(f"{subgoal.id}: a title has between 1 and {MAX_TITLE} characters")
        if subgoal.operation is not None and subgoal.kind != "tool":
            raise GraphError(f"{subgoal.id} names an operation and is of kind {subgoal.kind}; only tool subgoals call one")
    if not subgoals:
        raise GraphError("a graph without subgoals; add at least one of kind decide")
    kinds = {subgoal.id: subgoal.kind for subgoal in subgoals}
    for subgoal in subgoals:
        for name in subgoal.depends_on:
            if name not in known:
                raise GraphError(f"{subgoal.id} depends on {name!r}, which the graph does not have")
            if kinds[name] == "decide" and subgoal.kind != "decide":
                raise GraphError(f"{subgoal.id} depends on {name}: decisions come last, only a decision may wait for one")
        if subgoal.supports and subgoal.supports not in known:
            raise GraphError(f"{subgoal.id} supports {subgoal.supports!r}, which the graph does not have")
    _sorted(subgoals)


def _sorted(subgoals: Sequence[Subgoal]) -> list[Subgoal]:
    """Every subgoal behind those that it depends on (Kahn 1962); GraphError where they wait for each other."""
    waiting = {subgoal.id: set(subgoal.depends_on) for subgoal in subgoals}
    by_id = {subgoal.id: subgoal for subgoal in subgoals}
    done: list[Subgoal] = []
    while waiting:
        free = [name for name, needed in waiting.items() if not needed]
        if not free:
            raise GraphError(f"{', '.join(sorted(waiting))} wait for each other in a circle; take one dependency away")
        for name in free:
            del waiting[name]
            done.append(by_id[name])
        for needed in waiting.values():
            needed.difference_update(free)
    return done
