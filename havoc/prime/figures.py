"""Figures of an answer's results, drawn by the tools that computed them."""

import asyncio

from havoc.prime.answers.conclude import answering_calls
from havoc.prime.result_figure import ResultFigure
from havoc.prime.session import Session
from havoc.prime.workspace import ToolCall


async def draw_figures(session: Session) -> tuple[ResultFigure, ...]:
    """Draw what the answering calls have figures for, and tell each as an event.

    The calls are made a second time with figures, so that an answer never waits for its drawings. A call that fails then
    leaves its figures out and notes a problem.
    """
    drawn = await asyncio.gather(*(_draw(session, call) for call in answering_calls(session)))
    return tuple(figure for figures in drawn for figure in figures)


async def _draw(session: Session, call: ToolCall) -> list[ResultFigure]:
    answer = await session.caller.execute(call.tool, {**call.args, "figures": True})
    if not answer.get("success"):
        session.tell("problem", {"code": "no_figures", "message": f"{call.id}: {answer.get('error')}"}, (call.subgoal,))
        return []
    figures = [ResultFigure(call.id, one["name"], one["title"], one["svg"]) for one in answer.get("figures", [])]
    for figure in figures:
        session.tell("figure", vars(figure), (call.subgoal,))
    return figures
