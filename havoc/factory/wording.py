"""The same question in other words around its data: greetings, context, notes, typing errors, other list marks.

What a question asks is not touched on purpose, and may still be read differently: the caller checks what comes of it.
"""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml
from numpy.random import Generator

from havoc.prime.evidence import read_evidence
from havoc.prime.numerals import find_numerals

TYPOS = 0.06
"""Share of the longer words that are mistyped."""
MIN_TYPO = 5
"""Letters of a word that is long enough to be recognised with a letter wrong."""
_WORD = re.compile(r"[A-Za-z]+")
_SEPARATORS = (", ", " ", "; ", " / ", ",", "\n", " | ")
_KEPT = re.compile(r"[|\t=\[\]{}(),\n]")
"""What stands beside data, formulas and names: words there are not touched."""


@dataclass(frozen=True)
class Wording:
    """A question and what was done to it."""

    text: str
    changes: tuple[str, ...]
    """Names of the moves, in their order."""


def reworded(text: str, rng: Generator) -> Wording:
    """One to three changes of how a question is put, drawn by `rng`; now and then none."""
    count = int(rng.choice([0, 1, 2, 3], p=[0.15, 0.4, 0.3, 0.15]))
    names = sorted(str(name) for name in rng.choice(list(_MOVES), size=count, replace=False))
    done = []
    for name in sorted(names, key=list(_MOVES).index):
        changed = _MOVES[name](text, rng)
        if changed != text:
            text = changed
            done.append(name)
    return Wording(text, tuple(done))


def _relisted(text: str, rng: Generator) -> str:
    """Another mark between the values of every list that stands in a line."""
    mark = str(rng.choice(_SEPARATORS))
    spots = []
    for item in read_evidence(text).of_kind("values"):
        numerals = find_numerals(text, ".", item.start, item.end)
        between = {text[left.end : right.start] for left, right in itertools.pairwise(numerals)}
        if not item.table and len(between) == 1 and between <= set(_SEPARATORS) and len(numerals) == len(item.values):
            spots += [(left.end, right.start) for left, right in itertools.pairwise(numerals)]
    for start, end in sorted(spots, reverse=True):
        text = text[:start] + mark + text[end:]
    return text


def _mistyped(text: str, rng: Generator) -> str:
    return _replace_words(text, lambda word: _typo(word, rng) if len(word) >= MIN_TYPO and rng.random() < TYPOS else word)


def _typo(word: str, rng: Generator) -> str:
    place = int(rng.integers(1, len(word) - 1))
    kind = int(rng.integers(3))
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place] + word[place:]


def _noted(text: str, rng: Generator) -> str:
    """As a shop-floor note: without its small words, some of the others cut short."""
    dropped, short = set(_phrases()["dropped"]), _phrases()["short"]

    def note(word: str) -> str:
        if word.lower() in dropped and len(word) > 1:
            return ""
        return short[word] if word in short and rng.random() < 0.5 else word

    return re.sub(r"(?<=\S)  +(?=\S)", " ", _replace_words(text, note)).strip()


def _lowered(text: str, rng: Generator) -> str:
    """In small letters, where no name and no formula needs its capitals."""
    evidence = read_evidence(text)
    if evidence.of_kind("labels", "expression") or "|" in text or "\t" in text:
        return text
    return text.lower()


def _greeted(text: str, rng: Generator) -> str:
    mark = "\n\n" if rng.random() < 0.4 else " "
    return _filled(str(rng.choice(_phrases()["greetings"])), rng) + mark + text


def _signed(text: str, rng: Generator) -> str:
    mark = "\n\n" if "\n" in text or rng.random() < 0.5 else " "
    return text + mark + _filled(str(rng.choice(_phrases()["signoffs"])), rng)


def _placed(text: str, rng: Generator) -> str:
    """With a sentence that does not matter before it or behind it."""
    sentence = _filled(str(rng.choice(_phrases()["contexts"])), rng)
    mark = "\n" if "\n" in text else " "
    return sentence + mark + text if rng.random() < 0.6 else text + mark + sentence


_MOVES: Mapping[str, Callable[[str, Generator], str]] = {
    "list marks": _relisted,
    "note": _noted,
    "small letters": _lowered,
    "typing errors": _mistyped,
    "context": _placed,
    "greeting": _greeted,
    "sign-off": _signed,
}


def _replace_words(text: str, change: Callable[[str], str]) -> str:
    """Change words of running text: those that begin a line of a table or stand beside data stay."""
    evidence = read_evidence(text)
    names = {word for item in evidence.items for word in item.name.split()}
    parts, at = [], 0
    for match in _WORD.finditer(text):
        around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        inside = any(item.start < match.end() and match.start() < item.end for item in evidence.items)
        if inside or match[0] in names or _KEPT.search(around) or ":" in around or any(c.isdigit() for c in around):
            continue
        parts += [text[at : match.start()], change(match[0])]
        at = match.end()
    return "".join([*parts, text[at:]])


def _filled(phrase: str, rng: Generator) -> str:
    phrases = _phrases()
    return (
        phrase.replace("{n}", str(rng.integers(2, 10)))
        .replace("{letter}", "ABCDEFGHKLM"[int(rng.integers(11))])
        .replace("{day}", str(rng.choice(phrases["days"])))
        .replace("{month}", str(rng.choice(phrases["months"])))
        .replace("{name}", str(rng.choice(phrases["names"])))
    )


@cache
def _phrases() -> dict[str, Any]:
    text = resources.files("havoc.factory").joinpath("phrases.yaml").read_text(encoding="utf-8")
    phrases: dict[str, Any] = yaml.safe_load(text)
    return phrases
