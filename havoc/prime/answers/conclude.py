"""From facts to the answer: rendered from what is known, checked before it is said, explained in grounded sentences."""

from havoc.prime.adversarial import Synthesis
from havoc.prime.answers.compression import FinalCompression
from havoc.prime.answers.result_line import result_line
from havoc.prime.answers.sentences import write_sentences
from havoc.prime.answers.wants import question_back
from havoc.prime.candidate import Candidate
from havoc.prime.chrono import Stability
from havoc.prime.graph.operator_graph import OperatorGraph
from havoc.prime.outcome import TerminationReason
from havoc.prime.points import find_points
from havoc.prime.quantities.precision import show_forms
from havoc.prime.session import Session
from havoc.prime.subgoals import candidates_for
from havoc.prime.verification import VerificationReport
from havoc.prime.workspace import ToolCall

MAX_CAUTIONS = 2
NO_METHOD = "I could not answer this: no calculation of mine fits the question as it stands. Say what should be found out."
MAX_INTERPRETATION = 2
"""Sentences of the model's own in an answer."""


class Conclusion:
    """The end of a request: draft, verification, answer."""

    def __init__(self) -> None:
        self.compression = FinalCompression()

    async def write(
        self, session: Session, graph: OperatorGraph, synthesis: Synthesis | None, stability: Stability | None
    ) -> tuple[VerificationReport, TerminationReason]:
        """Say the answer, and what was found when it was checked.

        Raises:
            EngineError: the context is full.
        """
        lines = self.draft(session, graph, synthesis, stability)
        draft = "\n".join(lines)
        if not session.check(draft).is_sound:
            # What does not hold is left out line by line; the lines rendered from facts hold by themselves.
            lines = [line for line in lines if session.check(line).is_sound] or lines[:1]
            draft = "\n".join(lines)
        await session.transcript.say(draft)
        explained = await self._interpret(session, graph, draft)
        report = session.check(f"{draft}{explained and ' ' + explained}")
        return report, self._reason(session, graph)

    def draft(
        self, session: Session, graph: OperatorGraph, synthesis: Synthesis | None, stability: Stability | None
    ) -> list[str]:
        """The lines of the answer that are rendered from what is known."""
        workspace = session.workspace
        lines = [result_line(session.workspace.question, workspace, call).text for call in answering_calls(session)]
        if synthesis is not None:
            lines += [f"Caution: {point.text}" for point in synthesis.cautions[:MAX_CAUTIONS] if point.weight > 1]
        else:
            # Without a debate too, what may turn the conclusion over is said.
            points = find_points(workspace, frozenset(subgoal.id for subgoal in graph.subgoals if subgoal.supports))
            grave = [point for point in points if point.side == "against" and point.weight == 3]
            lines += [f"Caution: {point.text}" for point in grave[:MAX_CAUTIONS]]
        if stability is not None and stability.rounds:
            agreeing, rounds = sum(one.agrees for one in stability.rounds), len(stability.rounds)
            workspace.add_measured("agreeing repetitions", agreeing)
            workspace.add_measured("repetitions", rounds)
            lines.append(f"Stability: the same conclusion in {agreeing} of {rounds} repetitions.")
        lines += [f"Assumed: {statement}" for statement in workspace.assumptions[:MAX_CAUTIONS]]
        lines += [f"Not done: {problem}" for problem in workspace.unresolved[:MAX_CAUTIONS]]
        lacking = _lacking(session, graph)
        if lacking is not None:
            return [question_back(lacking.operation, lacking.missing), *lines]
        return lines if answering_calls(session) else [NO_METHOD, *lines]

    async def _interpret(self, session: Session, graph: OperatorGraph, draft: str) -> str:
        assert session.policy is not None
        if not answering_calls(session):
            return ""
        facts = self.compression.compress(
            session.workspace, session.workspace.question, session.policy.answer_tokens, lambda text: len(text) // 3
        )
        numbers = [form for fact in facts for form in show_forms(fact)]

        def holds(sentence: str) -> bool:
            return session.check(f"{draft} {sentence}").is_sound

        return await write_sentences(
            session, session.transcript, numbers, session.policy.answer_tokens, MAX_INTERPRETATION, holds
        )

    @staticmethod
    def _reason(session: Session, graph: OperatorGraph) -> TerminationReason:
        if session.overdue:
            return "time_budget"
        failed = [call for call in session.workspace.calls if not call.success]
        open_ = [subgoal for subgoal in graph.subgoals if subgoal.kind == "tool" and subgoal.status != "done"]
        if _lacking(session, graph) is not None:
            return "needs_data"
        if answering_calls(session):
            return "answered_in_part" if open_ else "answered"
        return "tool_failed" if failed else "no_method"


def _lacking(session: Session, graph: OperatorGraph) -> Candidate | None:
    """Where nothing was calculated: the call that would have answered, had the question given its data."""
    if any(call.success and call.tool != "rag_helper" for call in session.workspace.calls):
        return None
    for subgoal in graph.subgoals:
        if subgoal.kind == "tool" and subgoal.status != "done":
            for candidate in candidates_for(session, subgoal)[:1]:
                if candidate.missing:
                    return candidate
    return None


def answering_calls(session: Session) -> list[ToolCall]:
    """The calls whose results are the answer, in the order of their subgoals: calculations, or where there is none, what was
    looked up. Checks of another call's assumptions are not among them: the debate speaks of these."""
    graph = session.state.graph
    places = {subgoal.id: place for place, subgoal in enumerate(graph.subgoals)} if graph else {}
    checks = {subgoal.id for subgoal in graph.subgoals if subgoal.supports} if graph else set()
    good = sorted((call for call in session.workspace.calls if call.success), key=lambda call: places.get(call.subgoal, 0))
    own = [call for call in good if call.subgoal not in checks] or good
    return [call for call in own if call.tool != "rag_helper"] or own[:1]
