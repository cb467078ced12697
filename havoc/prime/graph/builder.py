"""From a prompt and the calls that might answer it to a graph: templates, filled with what the prompt names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from havoc.config import Budget, BudgetPolicy
from havoc.prime.candidate import Candidate
from havoc.prime.graph.operator_graph import GraphError, OperatorGraph, Subgoal
from havoc.prime.graph.proposal import parse_proposal
from havoc.prime.graph.titles import subject, title_of
from havoc.prime.routing.questions import Question
from havoc.prime.routing.router import Routing
from havoc.prime.routing.task_type import TaskType

_CHECKS: tuple[tuple[frozenset[str], tuple[tuple[str, str], ...]], ...] = (
    (
        frozenset({"t_test", "one_way_anova", "tukey_hsd", "fisher_lsd", "dunnett", "tost", "z_test", "ancova"}),
        (("levene", "Check that the variances are equal"), ("normality_test", "Check normality")),
    ),
    (
        frozenset({"t_test_one_sample", "t_test_paired", "grubbs", "dixon", "generalized_esd", "tolerance_interval_normal",
                   "variance_chi_square", "f_test_variances", "bartlett"}),
        (("normality_test", "Check normality"),),
    ),
    (
        frozenset({"linear_regression", "polynomial_regression"}),
        (("regression_diagnostics", "Check the residuals and look for influential rows"),),
    ),
    (
        frozenset({"process_capability", "capability_between_within"}),
        (("i_mr_chart", "Check that the process is stable"), ("xbar_r_chart", "Check that the process is stable"),
         ("normality_test", "Check normality")),
    ),
    (
        frozenset({"analyze_factorial", "analyze_response_surface"}),
        (("design_properties", "Check what the design can estimate"),),
    ),
)  # fmt: skip
"""Operations, and what checks the assumptions on which they rest."""
_DESIGNS = frozenset({TaskType.DOE_DESIGN, TaskType.MEASUREMENT_SYSTEM, TaskType.ACCEPTANCE_SAMPLING})
"""Kinds of task in which conventions differ from book to book."""


@dataclass
class _Steps:
    """The subgoals for one question."""

    question: Question
    main: Subgoal
    checks: list[Subgoal]
    interpretation: Subgoal
    convention: Subgoal | None


class OperatorGraphBuilder:
    """Builds graphs. It has no state, and the same prompt gets the same graph every time."""

    def build_graph(
        self,
        prompt: str,
        routing: Routing,
        candidates: Sequence[Sequence[Candidate]],
        policy: BudgetPolicy,
        proposal: str | None = None,
    ) -> OperatorGraph:
        """The graph for `prompt`.

        Every separate question gets a subgoal of its own; they run side by side. What the budget leaves room for comes in
        addition, in this order: reading the data, checks of assumptions, interpretation, conventions from the handbook.

        Args:
            prompt: what is asked.
            routing: what kind of task it is.
            candidates: for each of its questions the calls that might answer it, best first.
            policy: how many subgoals and calls it may have.
            proposal: a graph that the model has written; one that is not valid is passed over for the template.

        Raises:
            GraphError: the policy has no room for a graph.
        """
        if proposal is not None:
            proposed = parse_proposal(proposal, policy, [candidate.operation for part in candidates for candidate in part])
            if isinstance(proposed, OperatorGraph):
                return proposed
        if policy.max_subgoals < 2 or policy.tool_calls < 1:
            raise GraphError(
                f"a graph has a step and a decision, and the budget has room for {policy.max_subgoals} subgoals and "
                f"{policy.tool_calls} calls; take a larger budget"
            )
        graph = _template(prompt, routing, candidates, policy)
        graph.validate(policy)
        return graph


def _template(
    prompt: str, routing: Routing, candidates: Sequence[Sequence[Candidate]], policy: BudgetPolicy
) -> OperatorGraph:
    whole = Question(0, len(prompt), routing.task_type, routing.budget, ())
    questions = routing.questions or (whole,)
    most = min(policy.max_subgoals - 1, policy.tool_calls)
    planned, left_out = questions[:most], questions[most:]
    found = [part[0] if part else None for part in candidates[:most]]
    asked = {candidate.operation for candidate in found if candidate is not None}
    checking = [one for part in candidates for one in part if not one.missing and one.operation not in asked]
    steps = [
        _steps(prompt, question, number, len(planned), candidate, checking)
        for number, (question, candidate) in enumerate(zip(planned, found, strict=True), start=1)
    ]
    chosen = [step.main for step in steps]
    room = policy.max_subgoals - len(chosen) - 1
    calls = policy.tool_calls - len(chosen)
    reading = Subgoal("read", "think", _reading_title(prompt, steps, found))
    # A sum or a definition has nothing to be read before it.
    if room and any(step.question.task_type not in (TaskType.ARITHMETIC, TaskType.METHOD) for step in steps):
        room -= 1
        for step in steps:
            step.main.depends_on = ("read",)
            if step.convention is not None:
                # Beside the calls, not before them: looking up takes as long as calling.
                step.convention.depends_on = ("read",)
        chosen.insert(0, reading)
    checked = routing.budget in (Budget.MEDIUM, Budget.HEAVY)
    for check in [check for step in steps for check in step.checks] if checked else []:
        if room and calls:
            chosen.append(check)
            room, calls = room - 1, calls - 1
    if room >= len(steps) and any(step.question.task_type is not TaskType.ARITHMETIC for step in steps):
        known = {subgoal.id for subgoal in chosen}
        for step in steps:
            needed = [step.main.id, *(check.id for check in step.checks if check.id in known)]
            step.interpretation.depends_on = tuple(needed)
            chosen.append(step.interpretation)
        room -= len(steps)
    for convention in [step.convention for step in steps if step.convention] if checked else []:
        if room and calls:
            chosen.append(convention)
            room, calls = room - 1, calls - 1
    return OperatorGraph(_numbered([*chosen, _decision(chosen, left_out)]))


def _steps(
    prompt: str,
    question: Question,
    number: int,
    questions: int,
    candidate: Candidate | None,
    checking: Sequence[Candidate],
) -> _Steps:
    """The subgoals that a question could get, under names that `_numbered` replaces."""
    place = (question.start, question.end) if questions > 1 else (0, 0)
    about = subject(prompt, question, candidate)
    title = title_of(prompt, question, candidate)
    if question.task_type is TaskType.METHOD:
        main = Subgoal(f"main{number}", "retrieve", title, start=place[0], end=place[1])
        explain = Subgoal(
            f"tell{number}", "think", f"Answer in the terms of the question{about}", start=place[0], end=place[1]
        )
        return _Steps(question, main, [], explain, None)
    # One question leaves the choice to words, evidence and model; of several, each needs a call of its own.
    operation = candidate.operation if candidate is not None and questions > 1 else None
    main = Subgoal(f"main{number}", "tool", title, operation=operation, start=place[0], end=place[1])
    called = candidate.operation if candidate is not None else None
    possible = {one.operation for one in checking}
    checks = [
        Subgoal(
            f"check{number}-{check}", "tool", f"{words}{about}", (main.id,), check, *place, supports=main.id
        )
        for operations, found in _CHECKS
        if called in operations
        for check, words in found
        if check in possible
    ]  # fmt: skip
    # What only one of several charts can check is checked by the first of them.
    checks = list({check.title: check for check in reversed(checks)}.values())[::-1]
    explain = Subgoal(f"tell{number}", "think", f"Say what the result means{about}", start=place[0], end=place[1])
    convention = None
    if question.task_type in _DESIGNS:
        words = (called or question.task_type.value).replace("_", " ")
        convention = Subgoal(
            f"look{number}", "retrieve", f"Look up the conventions of {words}", start=place[0], end=place[1]
        )
    return _Steps(question, main, checks, explain, convention)


def _reading_title(prompt: str, steps: Sequence[_Steps], candidates: Sequence[Candidate | None]) -> str:
    about = (subject(prompt, step.question, candidate) for step, candidate in zip(steps, candidates, strict=True))
    named = [words for words in dict.fromkeys(about) if words]
    if len(named) == 1:
        return f"Read the data{named[0]}"
    return "Read the data, and which belong to which question" if len(steps) > 1 else "Read what is given"


def _decision(chosen: Sequence[Subgoal], left_out: Sequence[Question]) -> Subgoal:
    needed = {name for subgoal in chosen for name in subgoal.depends_on}
    last = tuple(subgoal.id for subgoal in chosen if subgoal.id not in needed)
    mains = sum(subgoal.id.startswith("main") for subgoal in chosen)
    title = "Decide what the answer is" if mains == 1 else "Bring the answers together, one for each question"
    if left_out:
        title += "; say that the budget leaves the rest of the questions out"
    return Subgoal("decide", "decide", title, last)


def _numbered(subgoals: Sequence[Subgoal]) -> list[Subgoal]:
    """The subgoals under the ids s1, s2, ... in their order."""
    ids = {subgoal.id: f"s{number}" for number, subgoal in enumerate(subgoals, start=1)}
    return [
        replace(
            subgoal,
            id=ids[subgoal.id],
            depends_on=tuple(ids[name] for name in subgoal.depends_on),
            supports=ids[subgoal.supports] if subgoal.supports else "",
        )
        for subgoal in subgoals
    ]
