"""What a stretch of a prompt is about: cues and numbers are read, then weighed."""

import re
from dataclasses import dataclass, field

from havoc.config import Budget
from havoc.prime.evidence import EvidenceSet
from havoc.prime.prompt_words import read_words
from havoc.prime.routing.lexicon import CUES, HINT, NAMED, TOLD
from havoc.prime.routing.patterns import (
    asks_definition,
    asks_explanation,
    asks_how,
    asks_naming,
    find_notation,
)
from havoc.prime.routing.prompt_numbers import Numbers, count_numbers, is_arithmetic
from havoc.prime.routing.segments import Segment
from havoc.prime.routing.task_type import BUDGETS, TaskType

PRIORITY = (
    TaskType.MEASUREMENT_SYSTEM, TaskType.ACCEPTANCE_SAMPLING, TaskType.CAPABILITY, TaskType.CONTROL_CHART,
    TaskType.DOE_ANALYSIS, TaskType.DOE_DESIGN, TaskType.POWER, TaskType.RELIABILITY, TaskType.HYPOTHESIS_TEST,
    TaskType.REGRESSION, TaskType.DISTRIBUTION, TaskType.CALCULUS, TaskType.DESCRIBE, TaskType.METHOD,
)  # fmt: skip
"""Which kind it is where the cues say the same of two: the more special one."""
_NEEDS_NAMES = frozenset({TaskType.DOE_DESIGN, TaskType.DOE_ANALYSIS, TaskType.METHOD, TaskType.MEASUREMENT_SYSTEM})
"""Kinds that bare data never are."""
ENOUGH_WITHOUT_NUMBERS = 3
"""Weight of cues from which on words without any number and without the name of a method belong to the field."""
MANY_NUMBERS = 4
"""Numbers with which a question for yes or no is one of this field if any word says so."""
SHORT = 14
"""Words of a definition that is asked for and nothing else."""
_GIVEN = re.compile(
    r"\s{0,3}(?:\([^)\d]{0,20}\)\s?)?(?:of|is|was|=|:|around|about|near|at|\u2248|~){0,1}\s{0,3}[-+]?\d[\d.,]*\s?[^\W\d]*"
)
_YES_NO = re.compile(
    r"\W{0,3}(?:(?:and|so|then|but|now)\s)?(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should)\s(?!you\b)|"
    r"[^?]{0,300}\b(?:whether|check if|test if|see if|know if)\b",
    re.IGNORECASE,
)
_BUILDS = re.compile(
    r"\b(?:plan|create|generate|build|construct|set ?up|propose|suggest|lay ?out|make|screen|randomi[sz]e)\b|"
    r"(?:^|\b(?:please|to|you|and|then|first|now|me)\s)\W{0,3}design\b|\b(?:need|want|give me|looking for) an?\b|"
    r"\b(?:which|what) (?:runs|trials|experiments|combinations)\b",
    re.IGNORECASE,
)
"""Turns with which a design is ordered."""
_ROLES = {
    "lsl": (TaskType.CAPABILITY, TOLD), "usl": (TaskType.CAPABILITY, TOLD), "aql": (TaskType.ACCEPTANCE_SAMPLING, NAMED),
    "ltpd": (TaskType.ACCEPTANCE_SAMPLING, NAMED), "power": (TaskType.POWER, TOLD), "factors": (TaskType.DOE_DESIGN, TOLD),
    "center_points": (TaskType.DOE_DESIGN, TOLD), "resolution": (TaskType.DOE_DESIGN, TOLD),
    "hypothesized": (TaskType.HYPOTHESIS_TEST, TOLD),
}  # fmt: skip
"""What the role of an item of evidence says."""


@dataclass(frozen=True)
class Reading:
    """What stands in a stretch of text."""

    scores: dict[TaskType, dict[str, float]]
    """Task -> cue -> weight."""
    numbers: Numbers
    words: int
    arithmetic: bool = False
    definition: bool = False
    naming: bool = False
    explanation: bool = False
    how: bool = False
    yes_no: bool = False
    builds: bool = False
    data_elsewhere: bool = False
    """Whether the prompt holds data, be it here or not."""
    hints: dict[TaskType, dict[str, float]] = field(default_factory=dict)
    """The same for words that everyday language has too."""

    @property
    def cues(self) -> tuple[str, ...]:
        """All cues, strongest first."""
        best: dict[str, float] = {}
        for found in self.scores.values():
            for cue, weight in found.items():
                best[cue] = max(weight, best.get(cue, 0))
        return tuple(sorted(best, key=lambda cue: -best[cue]))

    def cues_of(self, task: TaskType) -> tuple[str, ...]:
        """The cues of one task, strongest first; all of them where the task is no matter of cues."""
        found = {**self.hints.get(task, {}), **self.scores.get(task, {})}
        return tuple(sorted(found, key=lambda cue: -found[cue])) or self.cues

    def named(self, task: TaskType) -> tuple[str, ...]:
        """Names of methods among the cues of a task."""
        return tuple(cue for cue, weight in self.scores.get(task, {}).items() if weight >= NAMED)

    def joined(self, other: "Reading", weight: float = 1) -> "Reading":
        """Both together, the cues of `other` weighted."""
        return Reading(
            _added(self.scores, other.scores, weight),
            Numbers(*(a + b for a, b in zip(vars(self.numbers).values(), vars(other.numbers).values(), strict=True))),
            self.words + other.words,
            self.arithmetic or other.arithmetic,
            self.definition or other.definition,
            self.naming or other.naming,
            self.explanation or other.explanation,
            self.how or other.how,
            self.yes_no or other.yes_no,
            self.builds or other.builds,
            self.data_elsewhere or other.data_elsewhere,
            _added(self.hints, other.hints, 1),
        )


Scores = dict[TaskType, dict[str, float]]


def read_segment(prompt: str, segment: Segment, evidence: EvidenceSet | None, data: bool = False) -> Reading:
    """Read one segment; `data` says whether the prompt as a whole holds data."""
    text = prompt[segment.start : segment.end]
    words = read_words(text)
    scores: Scores = {}
    hints: Scores = {}
    for match in CUES.find(words):
        for cue in match.value:
            if cue.task is TaskType.DESCRIBE and _is_given(text, match.end):
                continue  # `standard deviation 0.2` is a setting of something else
            target = hints if cue.weight == HINT else scores
            target.setdefault(cue.task, {})[match.phrase] = cue.weight
    for name, cue in find_notation(text):
        target = hints if cue.weight == HINT else scores
        target.setdefault(cue.task, {})[name] = cue.weight
    for item in evidence.items if evidence is not None else ():
        if segment.start <= item.start < segment.end and item.role in _ROLES:
            task, weight = _ROLES[item.role]
            scores.setdefault(task, {})[item.role] = weight
    return Reading(
        scores,
        count_numbers(text),
        len(words),
        is_arithmetic(text),
        asks_definition(text),
        asks_naming(text),
        asks_explanation(text),
        asks_how(text),
        _YES_NO.match(text) is not None,
        _BUILDS.search(text) is not None,
        data,
        hints,
    )


def decide(reading: Reading, *, alone: bool = True) -> tuple[TaskType, Budget] | None:
    """The kind of task and its budget; None where it is none of this field.

    Args:
        reading: what stands there.
        alone: whether there is nothing else, so that bare data are a question too.
    """
    if reading.arithmetic and not reading.numbers.rows > 1:
        return TaskType.ARITHMETIC, Budget.MICRO
    totals = _totals(reading)
    best = max(totals, key=lambda task: (totals[task], -PRIORITY.index(task)), default=None)
    if best is not None and _is_method(reading) and _belongs(reading, totals[best], definition=reading.definition):
        trivial = (reading.definition or reading.naming) and not reading.explanation and reading.words <= SHORT
        return TaskType.METHOD, Budget.MICRO if trivial else Budget.LIGHT
    if best is None or not _belongs(reading, totals[best]):
        return _by_form(reading) if alone and reading.numbers.is_data else None
    if best is TaskType.DESCRIBE and reading.yes_no and reading.numbers.is_data:
        best = TaskType.HYPOTHESIS_TEST  # yes or no is a decision; describing data makes none
    if best is TaskType.DISTRIBUTION and reading.numbers.is_data:
        return best, Budget.MEDIUM
    return best, BUDGETS[best]


def _totals(reading: Reading) -> dict[TaskType, float]:
    """Task -> weight of what speaks for it. Everyday words count where there are numbers, or more telling words."""
    totals = {task: sum(cues.values()) for task, cues in reading.scores.items()}
    data = reading.numbers.is_data
    for task, cues in reading.hints.items():
        if task in totals or (reading.numbers.count > 1 and task not in _NEEDS_NAMES):
            totals[task] = totals.get(task, 0) + sum(cues.values())
    if TaskType.DOE_DESIGN in totals or TaskType.DOE_ANALYSIS in totals:
        _weigh_experiment(totals, reading)
    if totals.get(TaskType.POWER, 0) >= TOLD and reading.numbers.count > 1:
        rival = any(reading.named(task) for task in totals if task is not TaskType.POWER)
        totals[TaskType.POWER] += -TOLD if data else 0 if rival and not reading.named(TaskType.POWER) else TOLD
    if not data and totals.get(TaskType.DESCRIBE, 0) and not reading.data_elsewhere:
        totals[TaskType.DESCRIBE] = min(totals[TaskType.DESCRIBE], TOLD - 0.5)  # there is nothing to describe
    if data and not reading.named(TaskType.DISTRIBUTION) and len(totals) > 1:
        totals.pop(TaskType.DISTRIBUTION, None)  # data are tested; a probability is asked of a distribution
    if {TaskType.DISTRIBUTION, TaskType.HYPOTHESIS_TEST} <= totals.keys():
        totals[TaskType.HYPOTHESIS_TEST if data else TaskType.DISTRIBUTION] += HINT
    if len(totals) > 1:
        totals.pop(TaskType.METHOD, None)
    return {task: total for task, total in totals.items() if total > 0}


def _weigh_experiment(totals: dict[TaskType, float], reading: Reading) -> None:
    """Whether an experiment is to be made or was made: only where there are results can it have been."""
    design, analysis = totals.get(TaskType.DOE_DESIGN, 0), totals.get(TaskType.DOE_ANALYSIS, 0)
    if reading.numbers.is_data:
        analysis = max(analysis, sum(reading.hints.get(TaskType.DOE_ANALYSIS, {}).values()))
    results = reading.numbers.rows >= 4 or reading.numbers.lists >= 4
    planned = reading.builds and not reading.numbers.is_data
    if (analysis >= NAMED and not planned) or (analysis and reading.numbers.is_data) or (results and design and not planned):
        totals[TaskType.DOE_ANALYSIS] = design + analysis + HINT
    else:
        totals[TaskType.DOE_DESIGN] = design + analysis


def _belongs(reading: Reading, total: float, definition: bool = False) -> bool:
    """Whether the cues are enough: without a number and without a name, one turn of phrase is not, but in a definition."""
    if (
        reading.numbers.is_data
        or reading.data_elsewhere
        or (definition and total >= TOLD)
        or any(weight >= NAMED for cues in reading.scores.values() for weight in cues.values())
    ):
        return True
    many = reading.numbers.count - reading.numbers.spelled >= MANY_NUMBERS and reading.yes_no
    return total >= ENOUGH_WITHOUT_NUMBERS or (reading.numbers.count > 1 and total >= TOLD) or many


def _is_method(reading: Reading) -> bool:
    """Whether words are asked for: there are no data, and hardly a number."""
    if reading.numbers.is_data:
        return False
    digits = reading.numbers.count - reading.numbers.spelled
    named = any(weight >= NAMED for cues in reading.scores.values() for weight in cues.values())
    notation = TaskType.CALCULUS in reading.scores and not named
    if reading.definition:
        return digits <= 2 and not notation
    if reading.explanation:
        return digits <= (3 if named else 1)
    return digits == 0 and (reading.naming or reading.how)


def _by_form(reading: Reading) -> tuple[TaskType, Budget]:
    """What to do with data about which nothing telling is said."""
    hints = {task: sum(cues.values()) for task, cues in reading.hints.items() if task not in _NEEDS_NAMES}
    best = max(hints, key=lambda task: (hints[task], -PRIORITY.index(task)), default=None)
    if best is None:
        best = TaskType.HYPOTHESIS_TEST if reading.numbers.lists > 1 or reading.yes_no else TaskType.DESCRIBE
    return best, BUDGETS[best]


def _is_given(text: str, place: int) -> bool:
    """Whether one number follows that a word gives a value to, and no list."""
    match = _GIVEN.match(text, place, place + 60)
    return match is not None and count_numbers(text[place : place + 80]).lists == 0


def _added(first: Scores, second: Scores, weight: float) -> Scores:
    found = {task: dict(cues) for task, cues in first.items()}
    for task, cues in second.items():
        for cue, value in cues.items():
            known = found.setdefault(task, {})
            known[cue] = max(known.get(cue, 0), value * weight)
    return found
