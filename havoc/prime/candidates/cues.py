"""How strongly the words of a question speak for an operation."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache

from havoc.prime.candidates.lexicon import LEXICON
from havoc.prime.candidates.phrases import Span, find, find_all, says
from havoc.prime.candidates.words import Words

INSIDE = 0.35
"""What a name counts that stands inside of a longer one of another operation: `t test` in `paired t test`."""
SECOND_NAME = 0.15
HINT, OBJECTION = 0.72, 0.6
"""What is left of the doubt after each hint, and of the standing after each objection."""


@dataclass(frozen=True)
class Cue:
    """What the words say about one operation."""

    named: float
    """Whether it is named: 1 for a name, a little more for several."""
    hinted: float
    """From 0 to 1: how much else speaks for it."""
    opposed: float
    """From 0 to 1: how much speaks for something else."""
    usual: float
    """From 0 to 1: how ordinary it is among methods for the same data."""
    phrases: tuple[str, ...]
    """Names and hints that were found, for people."""


ASIDES = (
    "assum* equal variance",
    "assum* .. variances are equal",
    "assum* .. variances equal",
    "equal variances assumed",
    "variances .. assumed equal",
    "equal variances can be assumed",
    "may assume .. variances",
    "with equal variances",
    "assum* normal*",
    "assuming .. normal*",
    "normal data",
    "after anova",
    "after the anova",
    "after an anova",
    "anova was significant",
    "anova is significant",
    "significant anova",
    "f test was significant",
)
"""What questions take for granted without asking about it."""
DISTRUST = (
    "not trust normal*",
    "don't trust normal*",
    "normality .. doubtful",
    "doubt .. normal*",
    "no normal* assumption",
    "normality .. violated",
    "cannot assume normal*",
    "can't assume normal*",
    "not assume normal*",
    "without assuming normal*",
    "without normality",
    "normality fails",
    "normality failed",
    "not normally distributed",
    "normality is questionable",
    "normality cannot",
)
"""Doubts about normality: they ask for methods that need none, not for a test of it."""
COUNTING = ("how many", "how large")
"""What asks for the size of a sample, where there is none yet."""
NOTHING = Cue(0.0, 0.0, 0.0, 0.0, ())


@cache
def _phrases() -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(phrase for words in LEXICON.values() for phrase in (*words.named, *words.hinted, *words.opposed))
    )


@cache
def _split(operation: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    words: Words = LEXICON[operation]
    return words.named, words.hinted, words.opposed


def read_cues(prose: str, data: bool = False) -> dict[str, Cue]:
    """Operation -> what the words say about it.

    Args:
        prose: from `phrases.prose_of`.
        data: whether the question gives lists of data; `how many` plans no experiment then.
    """
    found = find_all(_phrases(), _without_asides(prose, COUNTING if data else ()))
    names = {operation: {p: found[p] for p in _split(operation)[0] if p in found} for operation in LEXICON}
    places = {span for spans in names.values() for span in spans.values()}
    return {operation: _cue(operation, names[operation], places, found) for operation in LEXICON}


def _without_asides(prose: str, others: tuple[str, ...]) -> str:
    """The prose without what is taken for granted: `assuming equal variances` does not ask about variances."""
    if says(prose, *DISTRUST):
        prose = f"{prose} nonparametric"
    for aside in (*DISTRUST, *ASIDES, *others):
        span = find(aside, prose)
        if span is not None:
            prose = f"{prose[: span[0]]}{' ' * (span[1] - span[0])}{prose[span[1] :]}"
    return prose


def _cue(operation: str, own: Mapping[str, Span], names: Set[Span], found: Mapping[str, Span]) -> Cue:
    _, hints, objections = _split(operation)
    others = names - set(own.values()) if own else names
    strengths = sorted((INSIDE if _inside(span, others) else 1.0 for span in own.values()), reverse=True)
    named = strengths[0] + (SECOND_NAME if len(strengths) > 1 else 0.0) if strengths else 0.0
    hinted = [phrase for phrase in hints if phrase in found and phrase not in own]
    opposed = [phrase for phrase in objections if phrase in found]
    return Cue(
        named,
        1 - HINT ** _apart(hinted, found),
        1 - OBJECTION ** _apart(opposed, found),
        LEXICON[operation].usual,
        (*own, *hinted),
    )


def _inside(span: Span, others: Set[Span]) -> bool:
    """Whether it stands inside of a longer one."""
    return any(low <= span[0] and span[1] <= high and high - low > span[1] - span[0] for low, high in others)


def _apart(phrases: list[str], found: Mapping[str, Span]) -> int:
    """How many of them stand at different places: `mean` within `mean difference` says nothing new."""
    places: list[Span] = []
    for span in sorted({found[phrase] for phrase in phrases}, key=lambda span: span[0] - span[1]):
        if not any(low < span[1] and span[0] < high for low, high in places):
            places.append(span)
    return len(places)
