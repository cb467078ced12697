"""What kind of task a prompt is, how many questions it holds, and how much thought they get."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from havoc.config import Budget
from havoc.prime.evidence import EvidenceSet
from havoc.prime.prompt_words import read_words
from havoc.prime.routing.patterns import asks_to_skip_checks
from havoc.prime.routing.prompt_numbers import count_numbers
from havoc.prime.routing.questions import Question, find_questions
from havoc.prime.routing.task_type import BUDGETS, TaskType

__all__ = ["Features", "Question", "Routing", "TaskRouter", "TaskType"]

MANY = 3
"""Separate questions from which on a prompt gets the next dearer budget: they have to be kept apart and brought together."""
_ORDER = tuple(Budget)


@dataclass(frozen=True)
class Features:
    """What the decision rests on, in numbers."""

    words: int
    numbers: int
    lists: int
    """Lists of values, as the evidence has them, or else as they look in the text."""
    rows: int
    """Lines that look like rows of a table."""
    cues: int
    """Words and notation of the field."""
    questions: int
    skips_checks: bool
    """Whether the prompt orders to leave checks out. That changes nothing."""


@dataclass(frozen=True)
class Routing:
    """A decision, and what it rests on."""

    task_type: TaskType
    budget: Budget
    reasons: tuple[str, ...]
    """Sentences for people."""
    features: Features
    questions: tuple[Question, ...] = ()
    """The separate questions, in the order of the prompt; none where nothing is asked of this field."""

    @property
    def num_questions(self) -> int:
        """How many separate questions there are."""
        return len(self.questions)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values, for `from_json`."""
        return {**asdict(self), "reasons": list(self.reasons), "questions": [asdict(one) for one in self.questions]}

    @staticmethod
    def from_json(fields: dict[str, Any]) -> "Routing":
        """What `as_json` wrote."""
        return Routing(
            task_type=TaskType(fields["task_type"]),
            budget=Budget(fields["budget"]),
            reasons=tuple(fields["reasons"]),
            features=Features(**fields["features"]),
            questions=tuple(Question.from_json(one) for one in fields["questions"]),
        )


class TaskRouter:
    """Routes prompts. It has no state, and the same prompt gets the same routing every time."""

    def route(
        self,
        prompt: str,
        evidence: EvidenceSet | None = None,
        budget: Budget | None = None,
        breaks: Sequence[int] = (),
    ) -> Routing:
        """Decide what kind of task `prompt` is, and what it may cost.

        Nothing that the prompt says about budgets or checks has a say in it; only `budget` has.

        Args:
            prompt: what somebody asks.
            evidence: what was read from it; without it the router looks at the text alone.
            budget: fixed by whoever makes the request.
            breaks: places where a further question is known to begin; without any, words alone tell.
        """
        found_questions = _between(prompt, breaks) if breaks else find_questions(prompt, evidence)
        questions = [_computable(question, evidence) for question in found_questions]
        numbers = count_numbers(prompt)
        features = Features(
            words=len(read_words(prompt)),
            numbers=numbers.count,
            lists=numbers.lists if evidence is None else len(evidence.of_kind("values")),
            rows=numbers.rows,
            cues=sum(len(question.cues) for question in questions),
            questions=len(questions),
            skips_checks=asks_to_skip_checks(prompt),
        )
        task_type = _task_type(prompt, questions)
        reasons = [_why(task_type, questions)]
        found = _budget(task_type, questions)
        reasons.append(_why_budget(task_type, found, len(questions)))
        if features.skips_checks:
            reasons.append("The prompt asks to leave checks out; they are made all the same.")
        if budget is not None and budget is not found:
            reasons.append(f"The request fixes the budget at {budget}.")
        return Routing(task_type, budget or found, tuple(reasons), features, tuple(questions))


def _between(prompt: str, breaks: Sequence[int]) -> list[Question]:
    """One question a stretch, of the kind that its first one has."""
    questions = []
    for start, end in pairwise([0, *breaks, len(prompt)]):
        inside = find_questions(prompt[start:end])
        kind, budget, cues = TaskType.HYPOTHESIS_TEST, Budget.LIGHT, tuple[str, ...]()
        if inside:
            kind, budget, cues = inside[0].task_type, inside[0].budget, inside[0].cues
        questions.append(Question(start, end, kind, budget, cues))
    return questions


def _computable(question: Question, evidence: EvidenceSet | None) -> Question:
    """`What is the derivative of x^2?` sounds like a question of method, and has an expression to be worked with."""
    expressions = evidence.of_kind("expression") if evidence is not None else ()
    inside = any(question.start <= item.start < question.end for item in expressions)
    if question.task_type is not TaskType.METHOD or not inside:
        return question
    return replace(question, task_type=TaskType.CALCULUS, budget=BUDGETS[TaskType.CALCULUS])


def _task_type(prompt: str, questions: Sequence[Question]) -> TaskType:
    if not any(character.isalnum() for character in prompt):
        return TaskType.EMPTY
    if not questions:
        return TaskType.OUTSIDE
    return questions[0].task_type if len(questions) == 1 else TaskType.MULTI_PART


def _budget(task_type: TaskType, questions: Sequence[Question]) -> Budget:
    """What the dearest of the questions needs, and one more for many, or for several trivial ones."""
    if not questions:
        return Budget.MICRO
    dearest = max((question.budget for question in questions), key=_ORDER.index)
    if len(questions) >= MANY or (len(questions) > 1 and dearest is Budget.MICRO):
        return _ORDER[min(_ORDER.index(dearest) + 1, len(_ORDER) - 1)]
    return dearest


def _why(task_type: TaskType, questions: Sequence[Question]) -> str:
    if task_type is TaskType.EMPTY:
        return "Nothing is asked."
    if task_type is TaskType.OUTSIDE:
        return "No word or notation of statistics, experiments or process control, and no data."
    kinds = [question.task_type.value.replace("_", " ") for question in questions]
    if len(questions) > 1:
        return f"{len(questions)} separate questions: {', '.join(kinds)}."
    cues = ", ".join(f"`{cue}`" for cue in questions[0].cues[:4])
    return f"The question is one of {kinds[0]}" + (
        f", told from {cues}." if cues else ", told from the form of its numbers."
    )


def _why_budget(task_type: TaskType, budget: Budget, questions: int) -> str:
    if task_type in (TaskType.EMPTY, TaskType.OUTSIDE):
        return f"{budget}: there is nothing to compute."
    if questions >= MANY:
        return f"{budget}: {questions} questions have to be kept apart and brought together."
    return f"{budget}: {_MEANING[budget]}"


_MEANING = {
    Budget.MICRO: "a sum or a definition is answered directly.",
    Budget.LIGHT: "a simple question takes few steps.",
    Budget.MEDIUM: "a decision rests on it, and assumptions have to be checked.",
    Budget.HEAVY: "a design or a process is at stake, so the conclusion is argued about and repeated.",
}
