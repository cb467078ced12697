"""Which quantity a name means: the words of people and the fields of results, brought together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from havoc.prime.quantities.words import AMBIGUOUS, COUNTED, WORDS, QuantityWords

FIELD = "field:"
"""Before the name of a field that no quantity of the lexicon has: its own words name it then."""
_SIGN = re.compile(
    r"\s*(?:\([^()]{0,20}\)\s*)?(?:[=<>:\u2248\u2264\u2265~]|(?:is|was|of|equals|at|values?)\s+(?:about\s+)?[-.\d\u2212<>])"
)
"""Behind a symbol of one letter, which is a word or a unit elsewhere."""
_WORD = re.compile(r"%?[^\W_]+(?:[&^'\u2019][^\W_]+)*")
_GAP = re.compile(r"[._]|[\s\u00a0\-\u2010\u2011]{0,2}")
"""Between the words of one name."""
_LOWER = frozenset("cdk")
"""Symbols that are no names in capitals, in which groups and factors are called."""
_VERB = {
    "runs": re.compile(r"\s+(?:from|to|between|over)\b"),
    "ranges": re.compile(r"\s+(?:from|to|between|over)\b"),
    "means": re.compile(r"\s+(?:that|the|a|we|there|it|this|you)\b"),
}
"""Names that are verbs before these words."""
_MOST_WORDS = 7


@dataclass(frozen=True)
class Mention:
    """A quantity's name in a text."""

    quantities: frozenset[str]
    """What it can mean: names of the lexicon, or `field:NAME`."""
    start: int
    end: int


@lru_cache(maxsize=20_000)
def quantities_of(field: str) -> frozenset[str]:
    """The quantities that a result field of this name holds; its own `field:NAME` is always one."""
    return frozenset({entry.name for entry, pattern in _fields() if pattern.fullmatch(field)} | {FIELD + field})


@lru_cache(maxsize=20_000)
def qualifiers_of(field: str) -> frozenset[str]:
    """The words of a field's name that its quantity does not have: `fisher` of `p_value_fisher`, `edge` of `edge_runs`."""
    if field.replace("_", " ") in _lexicon():
        return frozenset()
    known = {word for name in quantities_of(field) if not name.startswith(FIELD) for word in name.split("_")}
    return frozenset(
        word for word in field.split("_") if word not in known and word not in ("p", "value", "number") and word
    )


def is_computed(quantity: str) -> bool:
    """Whether only a calculation gives it, so that a number called so needs a result that has it."""
    return quantity in _computed()


def mentions(text: str, fields: Iterable[str] = (), start: int = 0, end: int | None = None) -> Iterator[Mention]:
    """The quantities named in `text[start:end]`, left to right, the longest name at each place.

    Args:
        text: what somebody wrote.
        fields: names of result fields, whose words name them too.
        start: where to begin.
        end: where to end.
    """
    meanings, longest = _meanings(tuple(sorted(set(fields))))
    words = [
        (match.start(), match.end(), _folded(match[0]))
        for match in _WORD.finditer(text, start, len(text) if end is None else end)
    ]
    at = 0
    while at < len(words):
        for count in range(min(longest.get(words[at][2], 0), len(words) - at), 0, -1):
            taken = words[at : at + count]
            found = meanings.get(" ".join(word for _, _, word in taken))
            if found and _is_one_name(text, taken) and (count > 1 or _stands(text, taken[0], found)):
                yield Mention(found.quantities, taken[0][0], taken[-1][1])
                at += count - 1
                break
        at += 1


@dataclass(frozen=True)
class _Meaning:
    quantities: frozenset[str]
    needs_sign: bool


def _is_one_name(text: str, words: list[tuple[int, int, str]]) -> bool:
    return all(_GAP.fullmatch(text, left[1], right[0]) for left, right in pairwise(words))


def _stands(text: str, word: tuple[int, int, str], meaning: _Meaning) -> bool:
    """Whether a single word is a name here: a power's base is none, a symbol is one before a sign only."""
    if word[0] and text[word[0] - 1] in "^\u00b0":
        return False
    if word[2] in _LOWER and not text[word[0]].islower():
        return False
    verb = _VERB.get(word[2])
    if verb is not None and verb.match(text, word[1]):
        return False
    return not meaning.needs_sign or _SIGN.match(text, word[1]) is not None


@cache
def _fields() -> list[tuple[QuantityWords, "re.Pattern[str]"]]:
    return [
        (entry, re.compile(r"|".join(re.escape(one).replace(r"\*", ".*") for one in entry.fields.split())))
        for entry in WORDS
    ]


@cache
def _computed() -> frozenset[str]:
    return frozenset(entry.name for entry in WORDS if entry.computed)


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    meanings: dict[str, set[str]] = {}
    for entry in WORDS:
        for phrase in entry.phrases.split("; "):
            meanings.setdefault(phrase, set()).add(entry.name)
    for phrase, names in AMBIGUOUS.items():
        meanings.setdefault(phrase, set()).update(names)
    return {phrase: frozenset(names) for phrase, names in meanings.items()}


@lru_cache(maxsize=64)
def _meanings(fields: tuple[str, ...]) -> tuple[dict[str, _Meaning], dict[str, int]]:
    """What every name means, and how many words the longest name that begins with a word has."""
    meanings: dict[str, _Meaning] = {}
    for phrase, names in _lexicon().items():
        plain = phrase.removesuffix("=")
        # A symbol's letter alone may be any word; `p` is hardly anything but the p value, and still wants a sign.
        meanings[plain] = _Meaning(names | _quantities(meanings, plain), phrase.endswith("=") or len(plain) == 1)
    for field in fields:
        words = field.replace("_", " ").strip().lower()
        if words and words not in _lexicon() and len(words.split()) < _MOST_WORDS:
            # A field of one common word (`value`, `end`) names nothing in running text, only before a sign.
            meanings[words] = _Meaning(
                _quantities(meanings, words) | {FIELD + field} | (quantities_of(field) & COUNTED), " " not in words
            )
    longest: dict[str, int] = {}
    for phrase in meanings:
        first, count = phrase.split(" ", 1)[0], phrase.count(" ") + 1
        longest[first] = max(count, longest.get(first, 0))
    return meanings, longest


def _quantities(meanings: dict[str, _Meaning], phrase: str) -> frozenset[str]:
    return meanings[phrase].quantities if phrase in meanings else frozenset()


def _folded(word: str) -> str:
    return word.lower().replace("'", "").replace("\u2019", "")


def is_counted(quantities: frozenset[str]) -> bool:
    """Whether the noun of one of them stands behind its number: `15 runs`."""
    return not quantities.isdisjoint(COUNTED)
