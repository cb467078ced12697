"""The reasoner: drives one token history from a question to a verified answer."""

from dataclasses import replace

from havoc.config import Budget, BudgetPolicy, PrimeConfig
from havoc.engine import Engine, EngineError
from havoc.prime.adversarial import Synthesis
from havoc.prime.answers.conclude import Conclusion, answering_calls
from havoc.prime.candidates import CandidateRanker
from havoc.prime.chrono import ChronoLoop, Stability
from havoc.prime.debate import Debate
from havoc.prime.direct import Direct
from havoc.prime.events import Emit
from havoc.prime.figures import draw_figures
from havoc.prime.fluency import fluency
from havoc.prime.follow_up import is_thanks
from havoc.prime.graph.operator_graph import OperatorGraph
from havoc.prime.outcome import PrimeResult, TerminationReason, Usage, tokens_by_part
from havoc.prime.plan import FITS, Planner
from havoc.prime.result_figure import ResultFigure
from havoc.prime.routing.router import Routing, TaskType
from havoc.prime.session import PrimeRequest, Save, Session, State
from havoc.prime.subgoals import place_of, run_graph
from havoc.prime.tool_caller import ToolCaller
from havoc.prime.transcript import Transcript
from havoc.prime.verification import VerificationReport
from havoc.tokens import Message, Step, StepKind, decode, render

FITS_DATA = 0.3
"""The same where the question has data: who gives a list wants something computed."""
_ORDER = list(Budget)
"""Budgets, the smallest first."""


class Reasoner:
    """Answers requests on an engine, with tools behind a caller. Several requests may run at the same time."""

    def __init__(
        self, engine: Engine, caller: ToolCaller, ranker: CandidateRanker, config: PrimeConfig | None = None
    ) -> None:
        """Take what all requests share.

        Args:
            engine: runs the model.
            caller: runs tool calls.
            ranker: knows the operations; only those that it knows are called.
            config: budgets and settings.
        """
        self.engine, self.caller, self.config = engine, caller, config or PrimeConfig()
        self.planner, self.debate, self.conclusion, self.direct = Planner(ranker), Debate(), Conclusion(), Direct()

    async def answer(self, request: PrimeRequest, emit: Emit = lambda event: None, save: Save | None = None) -> PrimeResult:
        """Answer one request.

        Args:
            request: what is asked.
            emit: gets everything as it happens.
            save: gets the state as text whenever a step is done; `resume` goes on from the last one.

        Raises:
            EngineError: the prompt does not fit, or the engine has stopped.
        """
        return await self._run(State(request), emit, save)

    async def resume(self, saved: str, emit: Emit = lambda event: None, save: Save | None = None) -> PrimeResult:
        """Go on where a saved request stood: no call that has ended is made again."""
        return await self._run(State.from_json(saved), emit, save)

    def fits(self, question: str) -> bool:
        """Whether an operation fits a question, and has all its data there; told without the model."""
        return self.planner.fits(question)

    async def _run(self, state: State, emit: Emit, save: Save | None) -> PrimeResult:
        prompt = self._prompt(state.request)
        sequence = await self.engine.open(prompt)
        try:
            transcript = Transcript(self.engine, sequence, emit)
            session = Session(state, transcript, self.caller, self.config, emit, save)
            session.prompt = lambda text: self._prompt(replace(state.request, question=text)) if text else prompt
            if state.request.enable_prime:
                worth = await fluency(self.engine, sequence)
                session.likelihood_weight = self.config.likelihood_weight * worth
                session.speaks = self._speaks(worth)
            if state.output:
                await transcript.force(state.output)
            return await self._answer(session, len(prompt))
        finally:
            await self.engine.close(sequence)

    def _speaks(self, fluent: float) -> bool:
        if self.config.free_sentences != "trained":
            return self.config.free_sentences == "always"
        return fluent >= self.config.min_fluency

    async def _answer(self, session: Session, prompt_tokens: int) -> PrimeResult:
        routing = session.state.routing or self.planner.route(session)
        synthesis: Synthesis | None = None
        stability: Stability | None = None
        report: VerificationReport | None = None
        reason: TerminationReason = "direct"
        session.policy = self._policy(session, routing.budget)
        try:
            if not session.request.enable_prime:
                routing = await self.planner.rank(session, routing)
                await self.direct.plain(session)
            elif await self._is_refused(session, routing):
                reason = await self._refuse(session, routing)
            else:
                routing = session.state.routing or routing
                if routing.budget is not Budget.MICRO or not await self.direct.checked(session):
                    # A direct answer that would have been wrong: the question was not that trivial.
                    session.policy = self._policy(session, max(routing.budget, Budget.LIGHT, key=_ORDER.index))
                    graph = session.state.graph or await self.planner.plan(session, routing)
                    await run_graph(session, graph)
                    synthesis, stability = await self._doubt(session, graph)
                    report, reason = await self.conclusion.write(session, graph, synthesis, stability)
                    self._close(graph, report)
        except EngineError as error:
            if error.code != "too_long":
                raise
            session.tell("problem", {"code": error.code, "message": str(error)})
            reason = "context_full"
        if report is None:
            answer = _visible_answer(session)
            report = session.check(answer)
        session.tell("verification", report.as_json())
        session.tell("facts", {"facts": session.workspace.facts_json(report.fact_ids)})
        figures = await draw_figures(session) if session.request.figures else ()
        return self._result(session, prompt_tokens, report, reason, synthesis, stability, figures)

    def _policy(self, session: Session, budget: Budget) -> BudgetPolicy:
        return self.config.policy(budget).scaled(session.request.max_new_tokens)

    async def _doubt(self, session: Session, graph: OperatorGraph) -> tuple[Synthesis | None, Stability | None]:
        """The adversarial part and the chrono-loop, as far as the budget has them."""
        assert session.policy is not None
        synthesis, stability = None, None
        good = [call for call in answering_calls(session) if call.tool != "rag_helper"]
        if session.policy.adversarial_tokens and session.workspace.calls and not session.overdue:
            synthesis = await self.debate.hold(session, min(session.policy.adversarial_tokens, max(0, session.left)))
            session.tell("choice", synthesis.as_json(), ("debate",))
        rounds = session.policy.chrono_rounds
        doubtful = synthesis is not None and synthesis.verdict == "confirm_first"
        if rounds and good and not session.overdue and (session.policy.always_chrono or doubtful):
            subgoal = next(one for one in graph.subgoals if one.id == good[0].subgoal)
            loop = ChronoLoop(self.caller, session.likelihood_weight, self.config.noise_std, session.request.seed)
            place = place_of(session, subgoal)
            # All that could answer: what is passed over for a better one may be what another reading would take.
            offered = [one for one in session.offered.get(place, []) if not one.missing]
            offered = [one for one in offered if subgoal.operation in (None, one.operation)]
            if offered:
                stability = await loop.run(session.engine, session.prompt_of(*place), offered, good[0].answer, rounds)
                session.tell("chrono", stability.as_json())
        return synthesis, stability

    async def _is_refused(self, session: Session, routing: Routing) -> bool:
        """Rank the operations, unless nothing was asked. What no word of the field tells may still fit a call."""
        if routing.task_type is TaskType.EMPTY or is_thanks(session.workspace.question):
            return True
        routing = await self.planner.rank(session, routing)
        evidence = session.workspace.evidence
        has_data = evidence is not None and bool(evidence.of_kind("values", "labels", "range", "expression"))
        least = FITS_DATA if has_data else FITS
        fits = any(candidate.prior >= least and not candidate.missing for candidate in session.candidates)
        return routing.task_type is TaskType.OUTSIDE and not fits

    async def _refuse(self, session: Session, routing: Routing) -> TerminationReason:
        thanks = is_thanks(session.workspace.question)
        text, reason = _WELCOME if thanks else _REFUSALS[routing.task_type]
        await session.transcript.say(text)
        return reason

    def _close(self, graph: OperatorGraph, report: VerificationReport) -> None:
        for subgoal in graph.ready():
            graph.start(subgoal.id)
            if report.passed:
                graph.finish(subgoal.id)
            else:
                graph.fail(subgoal.id, "verification found a fault")

    def _result(
        self,
        session: Session,
        prompt_tokens: int,
        report: VerificationReport,
        reason: TerminationReason,
        synthesis: Synthesis | None,
        stability: Stability | None,
        figures: tuple[ResultFigure, ...],
    ) -> PrimeResult:
        usage = Usage(
            prompt_tokens,
            session.state.num_written,
            session.transcript.num_forced,
            len(session.workspace.calls),
            session.elapsed,
            tokens_by_part(session.transcript.ids, self.engine.tokenizer),
        )
        session.tell("end", {"termination_reason": reason, "usage": vars(usage)})
        session.keep()
        assert session.state.routing is not None
        return PrimeResult(
            generated_ids=session.transcript.ids,
            text=decode(session.transcript.ids, self.engine.tokenizer),
            answer=_visible_answer(session),
            workspace=session.workspace,
            verification=report,
            routing=session.state.routing,
            graph=session.state.graph,
            synthesis=synthesis,
            stability=stability,
            usage=usage,
            termination_reason=reason,
            figures=figures,
        )

    def _prompt(self, request: PrimeRequest) -> list[int]:
        messages = [Message.system(request.system)] if request.system else []
        for question, answer in request.earlier:
            messages += [Message.user(question), Message.assistant([Step(StepKind.ANSWER, answer)])]
        most = self.engine.max_seq_len // 3
        return render(
            [*messages, Message.user(_shortened(request.question, most))], self.engine.tokenizer, open_turn=True
        ).ids


_WELCOME: tuple[str, TerminationReason] = ("You are welcome.", "empty_question")
_REFUSALS: dict[TaskType, tuple[str, TerminationReason]] = {
    TaskType.EMPTY: (
        "Nothing was asked. Ask a question of statistics, design of experiments or process control.",
        "empty_question",
    ),
    TaskType.OUTSIDE: (
        "This is outside of my field, which is statistics, design of experiments and process control; I have no tool that "
        "could check an answer.",
        "outside_field",
    ),
}


def _shortened(question: str, most: int) -> str:
    """A question that would fill the context, with its middle left out; evidence was read from all of it."""
    return question if len(question) <= most else f"{question[: most // 2]} ... {question[-most // 2 :]}"


def _visible_answer(session: Session) -> str:
    """What stands behind the last block."""
    tokenizer, ids = session.engine.tokenizer, session.transcript.ids
    last = max((place for place, token_id in enumerate(ids) if tokenizer.special_name(token_id) is not None
                and tokenizer.special_name(token_id) != "<eos>"), default=-1)  # fmt: skip
    return decode(ids[last + 1 :], tokenizer)
