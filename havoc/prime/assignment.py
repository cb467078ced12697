"""Which of the ranked calls belongs to which of several questions."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from havoc.prime.candidate import Candidate
from havoc.prime.numerals import find_numerals
from havoc.prime.prompt_words import read_words
from havoc.prime.questions import Question
from havoc.prime.router_lexicon import CUES
from havoc.prime.task_type import TaskType

MAX_VALUES = 2000
"""Values of a candidate's arguments that are looked for in a question."""
MAX_TEXT = 50_000
"""Characters of a question whose numerals are compared."""
LEAST = 1.0
"""Score from which on a call belongs to a question at all: data, kind of task or name must point to it."""
_RELATED = {TaskType.DOE_ANALYSIS: TaskType.DOE_DESIGN}
"""Kinds of task that share their words."""


def assign(prompt: str, questions: Sequence[Question], candidates: Sequence[Candidate]) -> list[Candidate | None]:
    """For every question the call that fits it best, each call once; None where none fits.

    A single question gets the best candidate as it was ranked. Several are compared with each candidate by the kind of task
    that its name tells, by the words of its name in the question, and by how many of its values stand in the question.

    Args:
        prompt: all of the text.
        questions: stretches of it.
        candidates: best first.
    """
    if len(questions) == 1:
        return [candidates[0] if candidates else None]
    found: list[Candidate | None] = [None] * len(questions)
    texts = [prompt[question.start : question.end][:MAX_TEXT] for question in questions]
    numbers = [{numeral.value for numeral in find_numerals(text)} for text in texts]
    words = [{word.text for word in read_words(text)} for text in texts]
    scores = [
        (_score(question.task_type, numbers[place], words[place], candidate), -rank, place, candidate)
        for place, question in enumerate(questions)
        for rank, candidate in enumerate(candidates)
        if question.task_type is not TaskType.METHOD
    ]
    taken: set[int] = set()
    for score, rank, place, candidate in sorted(scores, key=lambda entry: (-entry[0], -entry[1], entry[2])):
        if score >= LEAST and found[place] is None and rank not in taken:
            found[place] = candidate
            taken.add(rank)
    return found


def _score(task: TaskType, numbers: set[float], words: set[str], candidate: Candidate) -> float:
    name = read_words(candidate.operation.replace("_", " "))
    tasks = {_RELATED.get(cue.task, cue.task) for match in CUES.find(name) for cue in match.value}
    kind = 1.0 if _RELATED.get(task, task) in tasks else 0.0
    named = sum(word.text in words for word in name) / max(1, len(name))
    values = list(islice(_values(candidate.arguments), MAX_VALUES))
    given = sum(value in numbers for value in values) / len(values) if values else 0.0
    return kind + named + 2 * given * (0.5 if candidate.missing else 1) + 0.5 * candidate.prior


def _values(arguments: Mapping[str, Any]) -> Iterator[float]:
    """The numbers in arguments."""
    stack: list[Any] = list(arguments.values())
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(value.values())
        elif isinstance(value, list | tuple):
            stack.extend(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield float(value)
