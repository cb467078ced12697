"""From a question to a graph of subgoals: route, read, rank, plan, and say so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from havoc.prime.candidate import Candidate
from havoc.prime.candidates import CandidateRanker
from havoc.prime.evidence import Evidence, EvidenceSet, read_evidence
from havoc.prime.follow_up import Restated, data_of, is_thanks, refers_back, restate
from havoc.prime.graph.builder import OperatorGraphBuilder
from havoc.prime.graph.operator_graph import OperatorGraph
from havoc.prime.graph.view import as_mermaid, as_text
from havoc.prime.joints import joints
from havoc.prime.routing.router import Question, Routing, TaskRouter
from havoc.prime.session import PrimeRequest, Session
from havoc.tokens import StepKind

FITS = 0.55
"""Prior from which on a complete call answers even a question that seems to be of another field, or to refer to another."""
MAX_SHOWN = 6
"""Values of a list that the plan repeats."""


class Planner:
    """Everything before the first subgoal."""

    def __init__(self, ranker: CandidateRanker) -> None:
        self.ranker, self.router, self.builder = ranker, TaskRouter(), OperatorGraphBuilder()

    def route(self, session: Session) -> Routing:
        """Read the question and decide what kind of task it is, and what it may cost."""
        request, workspace = session.request, session.workspace
        restated = self._restated(request)
        workspace.question = restated.text
        evidence = read_evidence(restated.text)
        workspace.add_evidence(evidence)
        for change in restated.changes:
            workspace.assume(change)
        items = [item.as_json() for item in evidence.items]
        session.tell("evidence", {"question": workspace.question, "items": items, "assumed": workspace.assumptions})
        routing = self.router.route(workspace.question, evidence, request.budget, self._breaks(workspace.question))
        session.state.routing = routing
        session.tell("routing", routing.as_json())
        return routing

    def _restated(self, request: PrimeRequest) -> Restated:
        """The question with what it refers to in earlier turns."""
        restated = Restated("")
        for question in (*(earlier for earlier, _ in request.earlier), request.question):
            alone = not restated.text or is_thanks(question) or (self.fits(question) and not refers_back(question))
            restated = Restated(question) if alone else self._with_before(question, restated.text)
        return restated

    def _with_before(self, question: str, before: str) -> Restated:
        """With the whole of an earlier question; with its data only, where the last turn asks for something else of them."""
        new = self._top(question, read_evidence(data_of(before, limits=True)))
        if new and new != self._top(before):
            for limits in (True, False):
                data = restate(question, data_of(before, limits=limits))
                if self._top(data.text) == new:
                    return data
        return restate(question, before)

    def _breaks(self, text: str) -> list[int]:
        """Where a further question begins that can be answered with its own data, as what is before it can."""
        breaks: list[int] = []
        for place in joints(text):
            start = breaks[-1] if breaks else 0
            items = read_evidence(text[place:]).items
            own = [item for item in items if item.kind != "number"] or len([item for item in items if item.role]) > 1
            if own and self._top(text[start:place]) and self._top(text[place:]):
                breaks.append(place)
        return breaks

    def _top(self, text: str, evidence: EvidenceSet | None = None) -> str:
        """The operation that fits best and lacks nothing; none where none fits."""
        candidates = self.ranker.rank(text, evidence or read_evidence(text))
        fitting = [one.operation for one in candidates if one.prior >= FITS and not one.missing]
        return fitting[0] if fitting else ""

    def fits(self, question: str) -> bool:
        """Whether an operation fits a question, and has all its data there; told without the model."""
        candidates = self.ranker.rank(question, read_evidence(question))
        return any(candidate.prior >= FITS and not candidate.missing for candidate in candidates)

    async def rank(self, session: Session, routing: Routing) -> Routing:
        """Find the operations that could answer each question; the model is asked too, as far as it counts.

        Returns:
            The routing, without parts that would only repeat the call of the one before, or complete it.

        Raises:
            EngineError: the question does not fit into the context.
        """
        session.rank = self.ranker.rank
        session.candidates = await session.judge_part(0, len(session.workspace.question))
        if len(routing.questions) < 2:
            return routing
        kept: list[Question] = []
        calls: list[dict[str, Any]] = []
        for part in routing.questions:
            candidates = await session.judge_part(part.start, part.end)
            first = candidates[0] if candidates and not candidates[0].missing else None
            call = {"operation": first.operation, **first.arguments} if first else {}
            if call and calls and call not in calls and _agree(calls[-1], call):
                # Known parameters in one paragraph and settings in the next: one question, told in two parts.
                calls[-1] |= call
                kept[-1] = replace(kept[-1], end=max(kept[-1].end, part.end))
            elif not call or call not in calls:
                calls.append(dict(call))
                kept.append(part)
        if len(kept) == 1:
            kept = [replace(kept[0], start=0, end=len(session.workspace.question))]
        session.state.routing = replace(routing, questions=tuple(kept))
        return session.state.routing

    async def plan(self, session: Session, routing: Routing) -> OperatorGraph:
        """Build the graph, and write it into the transcript.

        Raises:
            EngineError: the context is full.
        """
        assert session.policy is not None
        graph = self.builder.build_graph(session.workspace.question, routing, self._parts(session, routing), session.policy)
        session.state.graph = graph
        session.tell("graph", {"graph": graph.as_json(), "mermaid": as_mermaid(graph), "text": as_text(graph)})
        lines = [f"Task: {routing.task_type.value.replace('_', ' ')}."]
        evidence = session.workspace.evidence
        if evidence is not None and evidence.items:
            lines.append("Given: " + "; ".join(_shown(item, evidence.text) for item in evidence.items[:20]) + ".")
        lines += [f"Assumed: {statement}" for statement in session.workspace.assumptions[:5]]
        subgoals = [subgoal for subgoal in graph.subgoals if subgoal.kind != "decide"]
        lines += [f"Subgoal {number}: {subgoal.title}" for number, subgoal in enumerate(subgoals, start=1)]
        await session.transcript.block(StepKind.REASON, "\n".join(lines))
        session.keep()
        return graph

    @staticmethod
    def _parts(session: Session, routing: Routing) -> list[list[Candidate]]:
        """The candidates of each of several questions, by its own words and the data that stand in it."""
        if len(routing.questions) < 2:
            return [session.candidates]
        return [session.rank_part(part.start, part.end) for part in routing.questions]


def _agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two calls are of one operation, and say nothing different."""
    return "operation" in one and all(one[name] == value for name, value in other.items() if name in one)


def _shown(item: Evidence, text: str) -> str:
    """An item as the question has it, with the numerals that stand there."""
    written = " ".join(text[item.start : item.end].split())
    if len(item.values) > MAX_SHOWN or len(written) > 80:
        scale, sign = (100, "%") if item.percent else (1, "")
        numbers = [
            f"{value * scale:.{item.decimals}f}{sign}" if isinstance(value, (int, float)) else str(value)
            for value in item.values[: MAX_SHOWN + 1]
        ]
        written = ", ".join(numbers[:MAX_SHOWN]) + (", ..." if len(numbers) > MAX_SHOWN else "")
    name = item.name or item.role.replace("_", " ")
    return f"{name} = {written}" if name and name not in written else written
