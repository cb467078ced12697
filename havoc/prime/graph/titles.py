"""Titles of subgoals: what a question is about, in the words of the prompt."""

import re
from collections.abc import Mapping, Sequence

from havoc.prime.candidate import Candidate
from havoc.prime.prompt_words import read_words
from havoc.prime.routing.lexicon import CUES, HINT
from havoc.prime.routing.questions import Question
from havoc.prime.routing.segments import is_request
from havoc.prime.routing.task_type import TaskType

MAX_NAMES = 4
"""Names that a title repeats."""
MAX_NAME = 24
"""Characters of a name."""
_LABEL = re.compile(
    r"(?:^|[\s,;.?!:(])([^\W\d_][\w./-]{0,23}(?:[ ](?:\d{1,3}|[A-Za-z]))?)\s?[:=]\s?[\[(]?\s?"
    r"[-+]?\d[\d.]*(?:[\s,;]{1,3}[-+]?\d|\s*\])"
)
"""A name in front of a list of numbers."""
_RANGE = re.compile(
    r"([^\W\d_][\w-]{0,23})\s?[:=(]?\s?(?:from\s|between\s)?-?\d[\d.]*\s?(?:-|\u2013|to|and|\.\.)\s?-?\d[\d.]*",
    re.IGNORECASE,
)
"""A name in front of a range."""
_LIMIT = re.compile(r"\b(LSL|USL|target|nominal|AQL|LTPD|RQL)\b\s?(?:of|is|=|:)?\s?([-+]?\d[\d.]*\s?%?)", re.IGNORECASE)
_NO_NAMES = frozenset(
    {"from", "between", "is", "are", "of", "in", "at", "to", "and", "with", "the", "spec", "n", "alpha", "x", "p"}
)
MAX_TEXT = 20_000
"""Characters of a question in which names are looked for."""

_TITLES = {
    TaskType.ARITHMETIC: "Work out the sum",
    TaskType.METHOD: "Look up the handbook",
    TaskType.DESCRIBE: "Compute centre and spread",
    TaskType.HYPOTHESIS_TEST: "Run the test",
    TaskType.REGRESSION: "Fit the model",
    TaskType.DISTRIBUTION: "Compute the probability or quantile",
    TaskType.POWER: "Compute sample size or power",
    TaskType.DOE_DESIGN: "Build the runs",
    TaskType.DOE_ANALYSIS: "Estimate the effects",
    TaskType.CONTROL_CHART: "Compute the chart and find its signals",
    TaskType.CAPABILITY: "Compute the capability",
    TaskType.MEASUREMENT_SYSTEM: "Split the variation between parts and measurement",
    TaskType.ACCEPTANCE_SAMPLING: "Compute the sampling plan",
    TaskType.RELIABILITY: "Analyse the lives",
    TaskType.CALCULUS: "Compute it symbolically or numerically",
}


def title_of(prompt: str, question: Question, candidate: Candidate | None) -> str:
    """What the main step for `question` does, with the names and limits that it is about.

    Limits stand as the prompt writes them, numeral by numeral.
    """
    text = prompt[question.start : question.end][:MAX_TEXT]
    title = _TITLES.get(question.task_type, "Compute what is asked") + _called(text, candidate)
    limits: list[str] = []
    if question.task_type in (TaskType.CAPABILITY, TaskType.ACCEPTANCE_SAMPLING):
        limits = [f"{match[1]} {match[2].strip().rstrip('.')}" for match in _LIMIT.finditer(text)]
    against = f" against {_listed(list(dict.fromkeys(limits)))}" if limits else ""
    return f"{title}{subject(prompt, question, candidate)}{against}"


def subject(prompt: str, question: Question, candidate: Candidate | None) -> str:
    """What `question` is about, to stand behind a title: ` for A and B`, ` for temperature`; empty where it has no names.

    Groups and factors are taken from the arguments of the candidate where it has them, else as the prompt writes them.
    """
    if question.task_type is TaskType.METHOD:
        names = list(question.cues[:2])
    else:
        text = prompt[question.start : question.end][:MAX_TEXT]
        names = _argument_names(candidate) if candidate is not None else []
        if not names:
            pattern = _RANGE if question.task_type is TaskType.DOE_DESIGN else _LABEL
            # `diameters in mm: 9.98, ...` names a unit.
            found = [match for match in pattern.finditer(text) if not text[: match.start(1)].endswith(" in ")]
            names = [_without_order(match[1]) for match in found]
        names = [name for name in names if name and name.lower() not in _NO_NAMES and not _is_term(name)]
    names = [name for name in dict.fromkeys(map(_clean, names)) if name]
    return f" for {_listed(names)}" if names else ""


def _called(text: str, candidate: Candidate | None) -> str:
    """The operation in brackets, where the question itself names it."""
    if candidate is None:
        return ""
    name = candidate.operation.replace("_", " ")
    named = {word.text for word in read_words(name)} <= {word.text for word in read_words(text)}
    return f" ({name})" if named else ""


def _without_order(name: str) -> str:
    """A name without the verb in front of it: `Describe A` is A; empty for what is none."""
    first, _, rest = name.partition(" ")
    if first == "in":  # `weights in g: ...` names a unit
        return ""
    return rest if rest and is_request(f"{first} ") else name


def _is_term(name: str) -> bool:
    """Whether it is a word of the field, as `t-test:` or `LSL =`, and no name of data."""
    return any(cue.weight > HINT for match in CUES.find(read_words(name)) for cue in match.value)


def _argument_names(candidate: Candidate) -> list[str]:
    """Names of groups (objects of lists) and of factors (objects with a name) among the arguments."""
    names: list[str] = []
    for value in candidate.arguments.values():
        if isinstance(value, Mapping):
            names += [str(name) for name, entry in value.items() if isinstance(entry, Sequence)]
        elif isinstance(value, Sequence) and not isinstance(value, str):
            names += [str(entry["name"]) for entry in value if isinstance(entry, Mapping) and "name" in entry]
    return names


def _clean(name: str) -> str:
    """A name on one line, of letters, digits and blanks, not too long."""
    kept = "".join(character if character.isalnum() or character in " -/." else " " for character in name[: 4 * MAX_NAME])
    return " ".join(kept.split())[:MAX_NAME].strip(" -/.")


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:MAX_NAMES])
    if len(names) > MAX_NAMES:
        return f"{', '.join(shown)} and others"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
