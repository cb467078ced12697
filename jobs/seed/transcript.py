"""From a worked problem to the text that a model learns to write: tagged blocks, each on its own lines, then the answer."""

import json

from jobs.seed.problem import Problem, ToolCall


def block(tag: str, text: str) -> str:
    """`text` between <tag> and </tag>."""
    return f"<{tag}>\n{text}\n</{tag}>\n"


def called(call: ToolCall) -> str:
    """A call and its result."""
    request = {"tool": call.tool, "args": call.args}
    return block("tool", json.dumps(request, ensure_ascii=False)) + block(
        "result", json.dumps(call.output, ensure_ascii=False)
    )


def reasoned(problem: Problem) -> str:
    """Plan, call, a second thought about the result, answer."""
    return _plan(problem) + called(problem.call) + block("reason", problem.reading) + problem.answer


def direct(problem: Problem) -> str:
    """Call and answer."""
    return called(problem.call) + problem.answer


def adversarial(problem: Problem) -> str:
    """Plan, call, the three perspectives, answer."""
    branches = (("advocate", problem.advocate), ("attack", problem.attack), ("pragmatist", problem.pragmatist))
    return _plan(problem) + called(problem.call) + "".join(block(tag, text) for tag, text in branches) + problem.answer


def _plan(problem: Problem) -> str:
    task, *subgoals = problem.plan
    lines = [f"Task: {task}", *(f"Subgoal {number}: {subgoal}" for number, subgoal in enumerate(subgoals, start=1))]
    return block("reason", "\n".join(lines))
