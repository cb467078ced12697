"""Carrying out a graph: subgoals that are ready run side by side, each on a branch of its own, and join in their order."""

import asyncio
import time
from collections.abc import Sequence

from havoc.engine import EngineError
from havoc.prime.answers.compression import FinalCompression
from havoc.prime.answers.sentences import write_sentences
from havoc.prime.calls import call_grammar, call_text, read_call, schema_grammar, sources_of
from havoc.prime.candidate import Candidate
from havoc.prime.graph.operator_graph import OperatorGraph, Subgoal
from havoc.prime.quantities.operations import settings_of
from havoc.prime.quantities.precision import show_forms
from havoc.prime.references import resolve
from havoc.prime.result_block import result_block
from havoc.prime.session import Session
from havoc.prime.transcript import Transcript
from havoc.prime.workspace import ToolCall
from havoc.tokens import BLOCK_TAGS, StepKind

CLOSE = 0.8
"""A candidate for which data are missing is passed over for one that has all, down to this share of its prior. At 0.5, on
the seeds of the factory, a third more questions got a wrong method and none more a right one."""
MAX_QUERY = 300
"""Characters of a question that are searched for."""
PASSAGES = 2
MAX_UNGROUNDED = 400
"""Tokens of a call that no evidence bounds."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
MAX_READ = len(_ORDINALS)
"""Lists whose values are counted out."""


async def run_graph(session: Session, graph: OperatorGraph) -> None:
    """Run all subgoals but the decision. A subgoal that fails is an observation: what depends on it is skipped, no more.

    Raises:
        EngineError: the context is full.
    """
    assert session.policy is not None
    await _join_finished(session, graph)
    while not session.overdue:
        ready = [subgoal for subgoal in graph.ready() if subgoal.kind != "decide"][: session.policy.branches]
        if not ready:
            return
        await _run_together(session, graph, ready)


async def _run_together(session: Session, graph: OperatorGraph, ready: Sequence[Subgoal]) -> None:
    await session.engine.compute(session.transcript.sequence)
    branches: list[Transcript] = []
    runs: list[asyncio.Task[None]] = []
    try:
        for subgoal in ready:
            graph.start(subgoal.id)
            session.tell("node", {"id": subgoal.id, "status": "running"}, (subgoal.id,))
            branches.append(await session.transcript.fork(lambda event: None, (subgoal.id,)))
            runs.append(asyncio.create_task(_run(session, graph, subgoal, branches[-1])))
        for subgoal, run in zip(ready, runs, strict=True):
            await run
            await session.transcript.join(branches[0])
            del branches[0]
            session.state.branches.pop(subgoal.id, None)
            session.keep()
    finally:
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)
        for branch in branches:
            await branch.end()


async def _join_finished(session: Session, graph: OperatorGraph) -> None:
    """Append what branches had written when the process ended before they were joined."""
    for subgoal in graph.subgoals:
        ids = session.state.branches.pop(subgoal.id, None)
        if ids is not None:
            session.transcript.path = (subgoal.id,)
            await session.transcript.force(ids)
    session.transcript.path = ()


async def _run(session: Session, graph: OperatorGraph, subgoal: Subgoal, branch: Transcript) -> None:
    problem = await {"tool": _call, "retrieve": _retrieve, "think": _think}[subgoal.kind](session, subgoal, branch)
    if problem:
        graph.fail(subgoal.id, problem)
        session.workspace.leave_open(f"{subgoal.title}: {problem}")
    else:
        graph.finish(subgoal.id)
    session.state.branches[subgoal.id] = branch.ids
    session.tell("node", {"id": subgoal.id, "status": "failed" if problem else "done", "problem": problem}, (subgoal.id,))
    session.keep()


async def _call(session: Session, subgoal: Subgoal, branch: Transcript) -> str:
    """Choose, write and run a call, with repairs; why it could not be done, or nothing."""
    assert session.policy is not None
    open_ = list(candidates_for(session, subgoal))
    if not open_:
        return "no operation fits the question"
    choice = session.choices.get(place_of(session, subgoal))
    if choice is not None and subgoal.operation is None:
        session.tell("choice", choice.as_json(), (subgoal.id,))
    problem = ""
    for candidate in open_[: 1 + session.policy.repairs]:
        if candidate.missing:
            return f"{candidate.operation} needs {' and '.join(candidate.missing)}"
        call = await _write(session, candidate, branch)
        if call.success:
            return ""
        problem = str(call.answer.get("error", "failed"))
    return problem


def candidates_for(session: Session, subgoal: Subgoal) -> list[Candidate]:
    """The calls that would serve a subgoal, the best first."""
    return allowed(session.rank_part(*place_of(session, subgoal)), subgoal)


def place_of(session: Session, subgoal: Subgoal) -> tuple[int, int]:
    """The stretch of the question that a subgoal is about."""
    return (subgoal.start, subgoal.end) if subgoal.end > subgoal.start else (0, len(session.workspace.question))


def allowed(candidates: Sequence[Candidate], subgoal: Subgoal) -> list[Candidate]:
    """Those that may serve a subgoal: where one with all its data is nearly as good as the best, only such."""
    ranked = [one for one in candidates if subgoal.operation in (None, one.operation)]
    complete = [one for one in ranked if not one.missing]
    best = max((one.prior for one in ranked), default=0.0)
    return [one for one in complete if one.prior >= CLOSE * best] or ranked


async def _write(session: Session, candidate: Candidate, branch: Transcript) -> ToolCall:
    evidence = session.workspace.evidence
    assert evidence is not None
    if session.config.calls != "grounded":
        return await _write_ungrounded(session, candidate, branch)
    await branch.open(StepKind.TOOL_CALL)
    # What is forced does not count: a call without open choices costs the model nothing.
    grammar = call_grammar(candidate, evidence, session.config.option_margin)
    ids, reason = await branch.write(session.params(session.engine.max_seq_len, grammar))
    if reason != "grammar":
        raise EngineError("too_long", f"{candidate.operation}: its call does not fit into the context; give fewer data")
    await branch.close(StepKind.TOOL_CALL)
    tool, written = read_call(_text(session, ids))
    sources = sources_of(candidate, written, evidence)
    return await _execute(session, branch, tool, resolve(written, evidence), sources)


async def _write_ungrounded(session: Session, candidate: Candidate, branch: Transcript) -> ToolCall:
    """A call whose data are the model's own, under the operation's schema or under nothing."""
    grammar = schema_grammar(candidate) if session.config.calls == "schema" else None
    closing = session.engine.tokenizer.special_id(BLOCK_TAGS[StepKind.TOOL_CALL][1])
    await branch.open(StepKind.TOOL_CALL)
    ids, _ = await branch.write(session.params(MAX_UNGROUNDED, grammar, frozenset({closing})))
    if not ids or ids[-1] != closing:
        await branch.close(StepKind.TOOL_CALL)
    try:
        tool, written = read_call(_text(session, ids))
    except (ValueError, KeyError, TypeError):
        tool, written = candidate.tool, {}
    return await _execute(session, branch, tool, written, ())


def _text(session: Session, ids: Sequence[int]) -> str:
    return b"".join(map(session.engine.tokenizer.token_bytes, ids)).decode(errors="replace")


async def _execute(
    session: Session, branch: Transcript, tool: str, args: dict[str, object], sources: tuple[str, ...]
) -> ToolCall:
    began = time.monotonic()
    answer = await session.caller.execute(tool, args)
    workspace = session.workspace
    # No await between taking the id and adding the call: other branches add theirs.
    call = ToolCall(
        workspace.next_call_id(), tool, args, answer, sources, round(time.monotonic() - began, 4), branch.path[-1]
    )
    session.add_call(call, branch.path)
    alpha = settings_of(call).get("alpha")
    if call.success and isinstance(alpha, float):
        workspace.add_setting(call, "confidence", round(1 - alpha, 12))
    await branch.block(StepKind.TOOL_RESULT, result_block(answer, session.config.max_result_chars))
    return call


async def _retrieve(session: Session, subgoal: Subgoal, branch: Transcript) -> str:
    args: dict[str, object] = {"operation": "search", "query": session.workspace.question[:MAX_QUERY], "top_k": PASSAGES}
    await branch.block(StepKind.TOOL_CALL, call_text("rag_helper", args))
    call = await _execute(session, branch, "rag_helper", args, ())
    return "" if call.success else str(call.answer.get("error", "failed"))


async def _think(session: Session, subgoal: Subgoal, branch: Transcript) -> str:
    assert session.policy is not None
    facts = FinalCompression().compress(session.workspace, session.workspace.question, 200, lambda text: len(text) // 3)
    numbers = [form for fact in facts for form in show_forms(fact)]
    found = " ".join(_findings(session, subgoal) if subgoal.depends_on else _readings(session))
    await branch.open(StepKind.REASON)
    await branch.say(f"{subgoal.title}: {found}" if found else subgoal.title)
    await write_sentences(session, branch, numbers, min(session.policy.reason_tokens, session.left), 1)
    await branch.close(StepKind.REASON)
    return ""


def _findings(session: Session, subgoal: Subgoal) -> list[str]:
    """What the calls said on which a subgoal depends."""
    calls = [call for call in session.workspace.calls if call.success and call.subgoal in subgoal.depends_on]
    return [str(call.answer["conclusion"]) for call in calls if call.answer.get("conclusion")]


def _readings(session: Session) -> list[str]:
    """How many values each list has: what was left out of it, or read into it, shows here."""
    workspace = session.workspace
    said: list[str] = []
    for item in workspace.evidence.of_kind("values")[:MAX_READ] if workspace.evidence else ():
        name = item.name or f"the {_ORDINALS[len(said)]} list"
        workspace.add_measured(f"values of {name}", len(item.values))
        said.append(f"{name} has {len(item.values)} values.")
    return said
