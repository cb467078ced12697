"""The separate questions of a prompt, each with the kind of task that it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from havoc.config import Budget
from havoc.prime.evidence import EvidenceSet
from havoc.prime.routing.classify import Reading, decide, read_segment
from havoc.prime.routing.prompt_numbers import count_numbers
from havoc.prime.routing.segments import Segment, split_segments
from havoc.prime.routing.task_type import TaskType


@dataclass(frozen=True)
class Question:
    """One thing that is asked."""

    start: int
    """Its place in the prompt, with the data that belong to it."""
    end: int
    task_type: TaskType
    budget: Budget
    """What it would get if it were alone."""
    cues: tuple[str, ...]
    """Words and notation that it was told from."""

    @staticmethod
    def from_json(fields: dict[str, Any]) -> "Question":
        """What `dataclasses.asdict` made of one."""
        fields = {**fields, "task_type": TaskType(fields["task_type"]), "budget": Budget(fields["budget"])}
        return Question(**{**fields, "cues": tuple(fields["cues"])})


@dataclass(frozen=True)
class _Part:
    """What may become a question: segments that go together."""

    segment: Segment
    reading: Reading


def find_questions(prompt: str, evidence: EvidenceSet | None = None) -> list[Question]:
    """The questions in `prompt` that belong to the field, in their order.

    Sentences without a word of the field belong to the question before them, or else to the first: they are data and
    background.

    Args:
        prompt: what somebody asks.
        evidence: what was read from it.
    """
    parts: list[_Part] = []
    data = count_numbers(prompt).is_data
    for segment in split_segments(prompt):
        part = _Part(segment, read_segment(prompt, segment, evidence, data))
        if parts and not _begins(parts[-1], part):
            parts[-1] = _merged(parts[-1], part)
        else:
            parts.append(part)
    found = []
    for part in parts:
        decision = decide(part.reading)
        if decision is not None:
            cues = part.reading.cues_of(decision[0])
            found.append(Question(part.segment.start, part.segment.end, *decision, cues))
    return _with_background(found, len(prompt))


def _begins(before: _Part, part: _Part) -> bool:
    """Whether `part` is a question of its own behind `before`."""
    if part.segment.numbered:
        return True
    new = decide(part.reading, alone=False)
    if new is None or not part.segment.request:
        return False
    # `Is 3.1, 2.9, 3.3 normal?` asks by its data alone.
    old = decide(before.reading, alone=before.segment.request)
    if old is None:
        # Background without a question: this is where one begins, unless those were its data.
        return not before.reading.numbers.count
    if not before.segment.request and not before.segment.numbered:
        return False
    if {new[0], old[0]} == {TaskType.DOE_DESIGN, TaskType.DOE_ANALYSIS}:
        return before.reading.builds and not before.reading.numbers.is_data
    if new[0] is not old[0]:
        return True
    fresh = set(part.reading.named(new[0])) - set(before.reading.named(old[0]))
    return (part.segment.joined and bool(fresh or new[0] is TaskType.ARITHMETIC)) or _both_words(new, old, part, before)


def _both_words(new: tuple[TaskType, Budget], old: tuple[TaskType, Budget], part: _Part, before: _Part) -> bool:
    """Whether two questions of method ask about different things."""
    if new[0] is not TaskType.METHOD or old[0] is not TaskType.METHOD:
        return False
    return bool(set(part.reading.cues) - set(before.reading.cues)) and new[1] is Budget.MICRO


def _merged(before: _Part, part: _Part) -> _Part:
    first, second = before.segment, part.segment
    segment = replace(first, end=second.end, request=first.request or second.request)
    # A statement tells what is known; the question behind it what is wanted, and that decides where they differ.
    weight = 2 if second.request and not first.request else 1
    return _Part(segment, before.reading.joined(part.reading, weight))


def _with_background(questions: Sequence[Question], end: int) -> list[Question]:
    """The questions with what stands between them, so that the data in front of the first one are its data."""
    if not questions:
        return []
    found = [replace(question, end=after.start) for question, after in pairwise(questions)]
    found.append(replace(questions[-1], end=end))
    found[0] = replace(found[0], start=0)
    return found
