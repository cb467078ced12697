"""Which numbers a question asks for, in its own words, and where a result has them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from havoc.prime.quantities.leaves import Leaf, leaves
from havoc.prime.quantities.names import FIELD, Mention, is_computed, is_counted, mentions, qualifiers_of, quantities_of
from havoc.prime.quantities.operations import operation_of
from havoc.prime.spans import Text
from havoc.prime.workspace import MAX_FACTS_PER_CALL, ToolCall

MAX_ASKED = 8
"""Numbers that one answer names because they were asked for."""
MAX_TEXT = 20_000
"""Characters of a question in which names are looked for."""
_OPEN = re.compile(
    r"(?i)\b(?:what|whats|which|how|find|give|compute|calculate|determine|report|estimate|tell|show|state|"
    r"need|want|get|obtain|list|work out|evaluate|derive|predict|please|pls|provide|print|quote|name|"
    r"interested in|looking for|include|return)\b"
)
"""Words that ask for a quantity."""
_CLOSED = re.compile(
    r"(?i)\b(?:is|are|was|were|do|does|did|can|could|has|have|had|should|will|would)\s+"
    r"(?:the|there|these|those|this|that|our|my|its|it|they|we|you|both|any|all|[a-z]+ (?:and|significantly|really))\b"
)
"""A question of yes and no, where nothing asks for a quantity."""
_TELLS = re.compile(r"(?i)\b(?:is|are|was|were|has|have|had|gave|gives|shows|showed)\b")
_VALUE = (
    r"(?:about|around|approximately|roughly|exactly|to)?\s*[-\u2212<>\u2264\u2265~\u2248\u00b1]?\s*[$\u20ac]?\.?\d[\d.,]*"
)
_GIVEN = re.compile(
    r"(?i)\s*(?:\([^()\d]{0,12}\)\s*)?(?:(?P<sign>[=:]|is|was|are|were|equals|being|stays|remains)\s*|(?P<of>of)\s*|"
    rf"(?:at|level)\b\s*)?{_VALUE}(?P<more>(?:\s*[,;]\s*|\s+)[-\u2212]?\.?\d[\d.]*(?P<third>(?:\s*[,;]\s*|\s+)[-\u2212]?\.?\d)?)?"
    r"|\s*\(\s*(?:[a-z]{1,6}\s*=?\s*)?[-\u2212]?\.?\d[^()]{0,20}\)"
)
"""A value behind a name: it is given, unless a list of data follows as in `the mean of 12.1, 11.9`."""
_NUMBER_BEFORE = re.compile(r"\d\s*%?[\s-]*$")
_LEVELS = frozenset({"confidence", "coverage", "alpha", "power", "ppm", "probability", "reliability"})
"""Quantities whose number may stand before them: `95% confidence`, `90 % power`."""
_ADJUNCT = re.compile(
    r"(?i)[\s-]+(?:tests?|analys[ie]s|charts?|plots?|plan|plans|design|designs|study|studies|map|models?|table|calculation)\b"
)
"""Behind the name of a method that is called after a quantity: `power analysis`, `range chart`."""
_SIGNIFICANT = re.compile(r"(?i)\b(?:statistically\s+)?significan(?:t|ce|tly)\b(?!\s+(?:digit|figure|level))")
_SYMBOL = re.compile(
    r"(?:(?<=[,/&])\s?|(?<=and )|(?<=the )|(?<=report )|(?<=give )|(?<=find )|(?<=me )|(?<=is )|^)(?P<letter>[tzpFHUW])"
    r"(?=\s?(?:[,/&?.;]|and\b|please\b|pls\b|$))(?!\.\d)",
    re.MULTILINE,
)
"""A symbol of one letter among the names that are asked for: `F, df and p`."""
_PAIRS = (("_low", "_high"), ("lower", "upper"))
"""Ends of intervals: who asks for one gets both."""
_TWINS = (("lcl", "ucl"), ("interval_low", "interval_high"), ("quartile_low", "quartile_high"), ("lsl", "usl"))
"""Quantities that one name means together: `control limits`, `quartiles`."""
_CONSTANTS = frozenset({"intercept", "constant", "const"})


@dataclass(frozen=True)
class Asked:
    """One number that was asked for."""

    name: str
    """As the question calls it."""
    path: str
    """Where the answer has it: `result.p_value`."""


_P_VALUE = Asked("p value", "result.p_value")
"""What whoever asks for significance wants to know."""


def asked_for(question: str, answer: Mapping[str, Any], operation: str) -> list[Asked]:
    """The numbers of `answer` that the question asks for, in the order of the question.

    A name counts where its sentence asks, with a word such as find or what, and where no value stands behind it: `mean 12.3`
    is given, `the mean of 12.1, 11.9` is asked. In a question of yes and no only what a calculation gives counts, and where
    it asks for significance the p value. A text that asks in no sentence (`Cpk, limits 9 and 11`) asks for what it names.

    Args:
        question: the text.
        answer: of the tool.
        operation: its name; the words of it with `test` or `chart` behind them are no request for a number.
    """
    result = answer.get("result")
    if not isinstance(result, Mapping):
        return []
    headline = headline_of(answer, operation)
    every = list(islice(leaves(result, "result"), MAX_FACTS_PER_CALL))
    numbers = [leaf for leaf in every if leaf.is_number]
    # Generators of a fraction are texts, terms of a model lists: they can be asked for where no number has the name.
    others = [leaf for leaf in every if leaf.path.count(".") == 1 and "[" not in leaf.path and _is_other(leaf.value)]
    half = MAX_TEXT // 2  # of a long table what it is for stands before or behind it
    text = question if len(question) <= MAX_TEXT else f"{question[:half]}\n{question[-half:]}"
    sentences = Text(text)
    terse = not any(_asks(text, *span) for span in _spans(text, sentences))
    asked: list[tuple[int, Asked]] = []
    for mention in [*mentions(text, sorted({leaf.field for leaf in numbers})), *_symbols(text)]:
        if not _is_asked(text, sentences, mention, terse) or _names_method(text, mention, operation):
            continue
        name = " ".join(text[mention.start : mention.end].split())
        asked += [
            (mention.start, Asked(name, path))
            for path in _paths(numbers, text, mention, headline) or _paths(others, text, mention, headline)
        ]
    significant = next(
        (one for one in _SIGNIFICANT.finditer(text) if not terse and _asks(text, *sentences.sentence(one.start()))), None
    )
    if significant is not None and result.get("p_value") is not None:
        asked.append((len(text) if any(one.path == "result.p_value" for _, one in asked) else significant.start(), _P_VALUE))
    unique: dict[str, Asked] = {}
    for _, one in sorted(asked, key=lambda entry: entry[0]):
        unique.setdefault(one.path, one)
    return list(unique.values())[:MAX_ASKED]


def headline_of(answer: Mapping[str, Any], operation: str) -> tuple[str, ...]:
    """The fields that an operation names first; for a tool of somebody's own all single numbers of its result."""
    known = operation_of(ToolCall("", "", {"operation": operation}, answer))
    if known is not None:
        return known.result.headline
    result = answer.get("result")
    single = result.items() if isinstance(result, Mapping) else ()
    return tuple(str(name) for name, value in single if isinstance(value, (int, float)) and not isinstance(value, bool))


def _spans(text: str, sentences: Text) -> list[tuple[int, int]]:
    spans, at = [], 0
    while at < len(text):
        _, end = sentences.sentence(at)
        spans.append((at, end))
        at = max(end, at + 1)
    return spans


@lru_cache(maxsize=256)
def _asks(text: str, start: int, end: int) -> bool:
    return "?" in text[start : min(end + 1, len(text))] or _OPEN.search(text, start, end) is not None


@lru_cache(maxsize=256)
def _is_closed(text: str, start: int, end: int) -> bool:
    return _OPEN.search(text, start, end) is None and _CLOSED.search(text, start, end) is not None


@lru_cache(maxsize=256)
def _tells(text: str, start: int, end: int) -> bool:
    """`The p value was small`."""
    return _TELLS.search(text, start, end) is not None


def _is_asked(text: str, sentences: Text, mention: Mention, terse: bool) -> bool:
    span = sentences.sentence(mention.start)
    if _tells(text, *span) if terse else not _asks(text, *span):
        return False
    if not terse and _is_closed(text, *span) and not any(is_computed(quantity) for quantity in mention.quantities):
        return False
    given = _GIVEN.match(text, mention.end)
    if given is not None and not (given["third"] or (given["more"] and given["of"])):
        return False
    if given is not None and (given["sign"] or terse):
        return False
    before = _NUMBER_BEFORE.search(text, max(0, mention.start - 12), mention.start)
    return before is None or not (is_counted(mention.quantities) or not mention.quantities.isdisjoint(_LEVELS))


def _names_method(text: str, mention: Mention, operation: str) -> bool:
    words = re.sub(r"\W+", "_", text[mention.start : mention.end].lower())
    return words in operation and _ADJUNCT.match(text, mention.end) is not None


def _symbols(text: str) -> list[Mention]:
    found = []
    for match in _SYMBOL.finditer(text):
        # As a sign behind it would, the list around it says that the letter is a name.
        meant = next(mentions(f"{match['letter']} ="), None)
        if meant is not None:
            found.append(Mention(meant.quantities, match.start("letter"), match.end("letter")))
    return found


def _is_other(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and not isinstance(value[0], (list, bool)))


def _paths(found: Sequence[Leaf], text: str, mention: Mention, headline: Sequence[str]) -> list[str]:
    """Where the answer has what a name means: both ends of an interval, and all that it means equally well."""
    for twins in _TWINS:
        if mention.quantities.issuperset(twins):
            ends = [path for one in twins for path in _best(found, text, mention, frozenset({one}), headline)[:1]]
            if len(ends) == len(twins):
                return ends
    paths = _best(found, text, mention, mention.quantities, headline)
    if len(paths) > MAX_ASKED and text[mention.end - 1].lower() != "s":
        return []  # one of many, and nothing says which
    return _both_ends(paths[0], found) if len(paths) == 1 else paths[:MAX_ASKED]


def _best(
    found: Sequence[Leaf], text: str, mention: Mention, quantities: frozenset[str], headline: Sequence[str]
) -> list[str]:
    """The leaves that a name means: of the same quantity those that the words around it name most exactly."""
    near = f"{text[max(0, mention.start - 30) : mention.start]} {text[mention.end : mention.end + 30]}".lower()
    words, own = set(re.findall(r"\w+", near)), set(re.findall(r"\w+", text[mention.start : mention.end].lower()))
    if "%" in text[mention.start : mention.end]:
        own.add("percent")
    scored: dict[tuple[int, ...], list[str]] = {}
    for leaf in found:
        held = _held(leaf)
        if held.isdisjoint(quantities):
            continue
        exact = FIELD + leaf.field in mention.quantities or leaf.field in quantities
        said = sum(word in words or word in own for word in leaf.field.split("_"))
        extra = sum(word not in words and word not in own for word in qualifiers_of(leaf.field))
        labelled = sum(label.lower() in words or (len(label) > 3 and label.lower() in near) for label in leaf.labels)
        depth = leaf.path.count(".") + leaf.path.count("[")
        rank = (-labelled, depth, -said, not exact, leaf.field not in headline, extra)
        scored.setdefault(rank, []).append(leaf.path)
    return scored[min(scored)] if scored else []


def _held(leaf: Leaf) -> frozenset[str]:
    """The quantities that a leaf holds; of a model's terms the slopes and the intercept are told apart by their names."""
    if "coefficients[" in leaf.path and leaf.field in ("estimate", "coefficient"):
        constant = any(label.lower() in _CONSTANTS for label in leaf.labels)
        return frozenset({"intercept" if constant else "slope", "coefficient"})
    if leaf.field == "value":
        return quantities_of(leaf.field).union(*(quantities_of(label.replace(" ", "_")) for label in leaf.labels))
    return quantities_of(leaf.field)


def _both_ends(path: str, found: Sequence[Leaf]) -> list[str]:
    for low, high in _PAIRS:
        for one, other in ((low, high), (high, low)):
            if path.endswith(one):
                twin = path[: -len(one)] + other
                if any(leaf.path == twin for leaf in found):
                    return [path, twin] if one == low else [twin, path]
    return [path]
