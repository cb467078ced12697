"""Settings that the words of a question ask for; all others are left out, so that the operation's defaults hold."""

import re
from collections.abc import Sequence
from functools import lru_cache

from havoc.prime.candidate import Option
from havoc.prime.candidates.arguments import Argument
from havoc.prime.candidates.phrases import MAX_PROSE, find, prose_of, question_words, says
from havoc.prime.candidates.setting_words import (
    CHOICE_WORDS,
    DENIED,
    FLAG_WORDS,
    GREATER,
    LESS,
    NO_CENTERS,
    ONE_SIDED,
    QUESTION,
    TWO_SIDED,
)  # fmt: skip
from havoc.prime.candidates.taken import option
from havoc.prime.candidates.words import split
from havoc.prime.evidence import EvidenceSet
from havoc.prime.evidence.settings import RULE_NUMBERS

ASKED = 0.9
NEAR = 60
"""Characters within which two words belong to one thought."""
_RELATION = re.compile(r"(?:h1|ha|h_1|h_a|alternative)\W{0,3}[^\n]{0,40}?(?P<sign><|>)(?!=)")
_PERCENTILE = re.compile(r"(?<![\w.])(?P<p>\d{1,2}(?:\.\d+)?)(?:st|nd|rd|th)?[\s-]*(?:percentile|centile)|\bp(?P<q>\d{2})\b")
_B_LIFE = re.compile(r"(?<!\w)[bl](?P<p>\d{1,2})(?!\w)")
_ARRAY = re.compile(r"(?<!\w)l(?P<n>4|8|9|12|16|18|25|27|32|36|50|54|64|81)(?!\w)")
_WHICH = re.compile(r"(?<!\w)which[^.?!\n;:]{0,80}")
"""`Which one is better` names no direction."""
_SENTENCE_END = re.compile(r"[.?!;\n](?=\s|$)|\n")
_INFINITY = re.compile(r"(?P<sign>[-+]|minus )?\s*(?:\u221e|infinity|(?<!\w)inf(?!\w))")
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_DEGREES = {
    "straight line": 1,
    "linear": 1,
    "quadratic": 2,
    "second order": 2,
    "parabola": 2,
    "cubic": 3,
    "third order": 3,
    "quartic": 4,
}
_RESOLUTION = re.compile(r"resolution\s*(?P<roman>iii|iv|vi{0,2}|\d)\b")
_ROMAN = {"iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7}
_HARD = re.compile(
    r"\b(?:is|are|being)\s+(?:hard|difficult|expensive|costly)[\s-]to[\s-](?:change|vary|reset)\b", re.IGNORECASE
)


def fill_settings(arguments: Sequence[Argument], evidence: EvidenceSet, prose: str, operation: str) -> dict[str, Option]:
    """Argument -> what the words ask for."""
    filled: dict[str, Option] = {}
    for argument in arguments:
        found = _setting(argument, evidence, prose, operation)
        if found is not None:
            filled[argument.name] = found
    return filled


def _setting(argument: Argument, evidence: EvidenceSet, prose: str, operation: str) -> Option | None:
    name = argument.name
    if name == "alpha" and argument.kind == "number":
        return significance(evidence, operation)
    if name == "alpha" and operation == "central_composite":
        return _axial(argument, evidence) or _choice(argument, prose)
    if name == "consumer_risk":
        return None
    if name == "alternative":
        return alternative(prose, evidence, operation)
    if name == "rules":
        return _choice(argument, prose) or _rule_numbers(prose)
    if argument.kind == "choice":
        return _choice(argument, prose)
    if argument.kind == "flag":
        return _flag(argument, prose)
    if name == "center_points" and says(prose, *split(NO_CENTERS)):
        return option(0, (), ASKED, "no centre points are asked for") if argument.low in (None, 0) else None
    return _special(argument, evidence, prose, operation)


def _axial(argument: Argument, evidence: EvidenceSet) -> Option | None:
    """The distance of axial points: an alpha of 1 or more is no significance level."""
    for item in evidence.of_kind("number"):
        if item.name.lower() == argument.name and item.numbers[0] >= 1:
            return option(item.numbers[0], (item.id,), ASKED, "the stated distance of axial points")
    return None


def significance(evidence: EvidenceSet, operation: str) -> Option | None:
    """alpha as stated, or 1 less the stated confidence."""
    for item in evidence.of_role("alpha"):
        if operation != "central_composite" and 0 < item.numbers[0] < 0.5:
            return option(item.numbers[0], (item.id,), 0.95, "the stated significance level")
    for item in evidence.of_role("confidence"):
        if 0.5 < item.numbers[0] < 1:
            return option(round(1 - item.numbers[0], 12), (item.id,), 0.95, "1 less the stated confidence")
    return None


def _rule_numbers(prose: str) -> Option | None:
    """Nelson's rules by number: `tests 1, 2 and 5`, `rules 1 to 4`."""
    match = RULE_NUMBERS.search(prose)
    if match is None:
        return None
    numbers = [int(number) for number in re.findall(r"\d", match["numbers"])]
    if re.search(r"to|-|through", match["numbers"]) and len(numbers) == 2:
        numbers = list(range(numbers[0], numbers[1] + 1))
    return option(sorted(set(numbers)), (), ASKED, "the rules that are named")


@lru_cache(1024)
def _choice(argument: Argument, prose: str) -> Option | None:
    words = CHOICE_WORDS.get(argument.name, {})
    best: tuple[int, str, str] | None = None
    for choice in argument.choices:
        phrases = split(words.get(choice, "")) or (
            [choice.replace("_", " ")] if len(choice) > 5 and choice not in words else []
        )
        for phrase in phrases:
            span = find(phrase, prose)
            # The longest phrase says most: `lognormal` before `normal`.
            if span is not None and (best is None or span[1] - span[0] > best[0]):
                best = (span[1] - span[0], choice, phrase)
    if best is None:
        return None
    return option(best[1], (), ASKED, f"the question says {best[2]}")


@lru_cache(1024)
def _flag(argument: Argument, prose: str) -> Option | None:
    value, phrases = FLAG_WORDS.get(argument.name, (True, ""))
    found = next((phrase for phrase in split(phrases) if find(phrase, prose)), None)
    if found is None or says(prose, *split(DENIED.get(argument.name, ""))):
        return None
    return option(value, (), ASKED, f"the question says {found}")


def _special(argument: Argument, evidence: EvidenceSet, prose: str, operation: str) -> Option | None:
    name = argument.name
    if argument.kind == "point" and name in ("point", "upper", "lower"):
        return _infinite(name, prose)
    if name == "percentiles":
        found = [float(match["p"] or match["q"]) for match in _PERCENTILE.finditer(prose)]
        wanted = sorted({p for p in found if 0 < p < 100 and p not in (25, 50, 75)})
        return (
            option([int(p) if p == int(p) else p for p in wanted], (), ASKED, "percentiles that are asked for")
            if wanted
            else None
        )
    if name == "percents":
        lives = sorted({float(match["p"]) for match in _B_LIFE.finditer(prose)} - {1.0, 5.0, 10.0, 50.0} - {0.0})
        return option([1.0, 5.0, 10.0, 50.0, *lives], (), ASKED, "lives that are asked for") if lives else None
    if name == "mission_times":
        times = [item for item in evidence.of_kind("number") if item.role in ("time", "point")]
        return (
            option([item.numbers[0] for item in times], [item.id for item in times], 0.8, "stated times") if times else None
        )
    if name == "array":
        array = _ARRAY.search(prose)
        return option(f"L{array['n']}", (), ASKED, "the array that is named") if array else None
    if name == "order" and operation == "differentiate":
        named = next((order for word, order in _ORDER.items() if says(prose, f"{word} derivative")), None)
        return option(named, (), ASKED, "the order that is named") if named else None
    if name == "degree" and operation == "polynomial_regression":
        degree = next((value for word, value in _DEGREES.items() if says(prose, word)), None)
        return option(degree, (), 0.85, "the degree that is named") if degree else None
    if name == "resolution" and operation in ("fractional_factorial", "fold_over"):
        match = _RESOLUTION.search(prose)
        value = (_ROMAN.get(match["roman"]) or int(match["roman"])) if match else 0
        return option(value, (), ASKED, "the resolution that is named") if value >= 3 else None
    if name == "hard_to_change":
        return _hard(evidence)
    if name == "distributions":
        fitted = [choice for choice in _FITTED if says(prose, *split(CHOICE_WORDS["distribution"].get(choice, choice)))]
        return option(fitted, (), ASKED, "the distributions that are named") if len(fitted) > 1 else None
    if name == "control":
        return _control(evidence)
    return None


_FITTED = ("lognormal", "weibull", "gamma", "exponential", "loglogistic")


def _infinite(name: str, prose: str) -> Option | None:
    """Infinity as a bound or a point, where the words have it."""
    found = _INFINITY.search(prose)
    if found is None or (name == "lower") != (bool(found["sign"]) and found["sign"] != "+"):
        return None
    return option("-inf" if name == "lower" else "inf", (), ASKED, "infinity, in the question's words")


def _hard(evidence: EvidenceSet) -> Option | None:
    match = _HARD.search(question_words(evidence))
    known = [str(name) for item in evidence.of_kind("labels") for name in item.values] + [
        item.name for item in evidence.of_kind("range") if item.name
    ]
    if match is None:
        return None
    before = match.string[max(0, match.start() - NEAR) : match.start()]
    clause = re.split(r"[.;:]|\bwhere\b|\bof which\b|\bwhile\b", before)[-1]
    words = re.split(r"\W+", clause.lower())
    names = [name for name in known if name.lower() in words] or re.findall(r"(?<!\w)[A-Z](?!\w)", clause)
    return option(names, (), ASKED, "called hard to change") if names else None


def _control(evidence: EvidenceSet) -> Option | None:
    names = [item.name for item in evidence.of_kind("values") if item.name]
    labels = [str(value) for item in evidence.of_kind("labels") for value in dict.fromkeys(item.values)]
    for name in (*names, *labels):
        if (
            re.search(r"(?i)\b(?:control|placebo|standard|reference|untreated)\b", name)
            and name not in (names or labels)[:1]
        ):
            return option(name, (), ASKED, "its name says that it is the control")
    return None


@lru_cache(64)
def _one_direction(prose: str) -> tuple[int, bool] | None:
    """Where the question asks for one direction, and whether it is upwards."""
    up, down = _asked(GREATER, prose), _asked(LESS, prose)
    if (up is None) == (down is None) and says(prose, *split(ONE_SIDED)):
        # Whoever says one-sided means a direction, however the sentence is built.
        up, down = _said(GREATER, prose), _said(LESS, prose)
    two_sided = says(prose, "two sided", "two tailed") or _two_sided_first(prose, up, down)
    if (two_sided and not says(prose, *split(ONE_SIDED))) or (up is None) == (down is None):
        return None
    return (up, True) if up is not None else (down or 0, False)


def alternative(prose: str, evidence: EvidenceSet, operation: str) -> Option | None:
    """`greater` or `less` where the question is about one direction."""
    words = question_words(evidence)
    text = prose_of(words) if len(words) <= MAX_PROSE else prose
    relation = _RELATION.search(text)
    if relation:
        return option("greater" if relation["sign"] == ">" else "less", (), ASKED, "the stated alternative")
    direction = _one_direction(text)
    if direction is None:
        return None
    place, greater = direction
    if _about_second(text, place, evidence, operation, words):
        greater = not greater
    return option("greater" if greater else "less", (), ASKED, "the question asks for one direction")


def _asked(words: str, prose: str) -> int | None:
    """Where a comparison in one direction stands that the question is about."""
    comparisons = "|".join(_word(word) for word in split(words))
    begins = "|".join(re.escape(word.rstrip("*")) for word in split(QUESTION))
    prose = _WHICH.sub(lambda match: " " * len(match[0]), prose)
    match = re.search(
        rf"(?<!\w)(?:{begins})(?!\w)(?:[^.?!\n;:]|\.(?=\d)){{0,80}}?(?<!\w)(?P<word>{comparisons})(?!\w)", prose
    )
    return match.start("word") if match else None


def _said(words: str, prose: str) -> int | None:
    """Where a comparison in one direction stands at all."""
    match = re.search(rf"(?<!\w)(?:{'|'.join(_word(word) for word in split(words))})(?!\w)", prose)
    return match.start() if match else None


def _word(word: str) -> str:
    return rf"{re.escape(word[:-1])}\w{{0,6}}" if word.endswith("*") else re.escape(word)


def _two_sided_first(prose: str, up: int | None, down: int | None) -> bool:
    """Whether a difference in any direction is asked for, and not before a direction."""
    spans = [span for phrase in split(TWO_SIDED) if (span := find(phrase, prose))]
    places = [place for place in (up, down) if place is not None]
    return bool(spans) and all(any(0 < place - span[0] <= NEAR for span in spans) for place in places)


def _about_second(text: str, place: int, evidence: EvidenceSet, operation: str, cased: str) -> bool:
    """Whether the comparison says it of the second of two samples: the alternative is about the first."""
    names = [item.name for item in evidence.of_kind("values")]
    if len(names) < 2 or not all(names[:2]):
        return operation == "t_test_paired" and len(names) > 1
    subject = _subject(text, place, names[:2], cased)
    # Of pairs it is said what came later: `is it higher after` is about the second.
    return subject == 1 or (subject is None and operation in ("t_test_paired", "wilcoxon", "sign_test"))


def _subject(text: str, place: int, names: Sequence[str], cased: str) -> int | None:
    """Which of the names stands before the comparison in its sentence, nearest to the beginning."""
    start = max((match.end() for match in _SENTENCE_END.finditer(text, 0, place)), default=0)
    found = []
    for number, name in enumerate(names):
        own = [word for word in name.split() if word not in names[1 - number].split()] or [name]
        for word in own:
            # One letter is a name where it is a capital: `a` is an article.
            single = len(word) == 1
            pattern = rf"(?<!\w){re.escape(word if single else word.lower())}(?!\w)"
            match = re.compile(pattern).search(cased if single else text, start, place)
            if match:
                found.append((match.start(), number))
    return min(found)[1] if found else None
