"""The words of a prompt, folded so that plurals do not matter, and phrases looked up among them as whole words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

MIN_FUZZY = 7
"""Letters from which on a word may be one slip of the pen away from one of the lexicon."""
MAX_FUZZY = 24
"""Letters of the longest word that is looked at for slips."""
MAX_WORDS = 20_000
"""Words of a prompt that are looked at, half of them at its end."""
MAX_CHARS = 100_000
"""Characters at its beginning, and as many at its end, in which words are looked for."""

_WORD = re.compile(r"[^\W\d_]+(?:[\u2019'][^\W\d_]+)*")
_KEPT = frozenset(
    {"does", "was", "has", "this", "its", "is", "as", "us", "gas", "bias", "plus", "minus", "analysis", "axis", "less",
     "yes", "thus", "always", "perhaps", "whereas", "besides", "series"}
)  # fmt: skip
"""Words whose last s is no plural. `does` above all, which is not several DOEs."""


@dataclass(frozen=True)
class Word:
    """One word."""

    text: str
    """Folded, see `fold`."""
    start: int
    """Place of its first character in the prompt."""
    end: int


def fold(word: str) -> str:
    """Lower case, singular, without a possessive s: `Variances` and `variance's` are `variance`."""
    plural_acronym = len(word) > 2 and word[:-1].isupper() and word.endswith("s")
    word = word.lower().replace("\u2019", "'")
    word = word.removesuffix("'s").replace("'", "")
    if plural_acronym:
        return word.removesuffix("s")
    if word in _KEPT or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as they stand."""
    return frozenset(text.split())


def read_words(text: str) -> list[Word]:
    """The words of `text`, left to right; of a very long text those at its beginning and at its end."""
    ends = (0, len(text)) if len(text) <= 2 * MAX_CHARS else (0, MAX_CHARS, len(text) - MAX_CHARS, len(text))
    found = [
        Word(fold(match[0]), match.start(), match.end())
        for start, end in zip(ends[::2], ends[1::2], strict=True)
        for match in _WORD.finditer(text, start, end)
    ]
    if len(found) <= MAX_WORDS:
        return found
    return found[: MAX_WORDS // 2] + found[-MAX_WORDS // 2 :]


T = TypeVar("T")


@dataclass(frozen=True)
class Match(Generic[T]):
    """A phrase that was found."""

    phrase: str
    value: T
    start: int
    """Place in the prompt."""
    end: int


class PhraseBook(Generic[T]):
    """Phrases of one or more words, each with a value."""

    def __init__(self, phrases: Mapping[str, T]) -> None:
        """Fold the phrases; a hyphen in them is a blank.

        Args:
            phrases: phrase -> value.
        """
        assert not any(character.isdigit() for phrase in phrases for character in phrase), "digits are no words"
        self._values = {tuple(word.text for word in read_words(phrase)): value for phrase, value in phrases.items()}
        self._longest = max(map(len, self._values), default=0)
        self._first = {phrase[0] for phrase in self._values}
        self._words = {word for phrase in self._values for word in phrase}
        self._near = {near: word for word in sorted(self._words) if len(word) >= MIN_FUZZY for near in _slips(word)}

    def find(self, words: Iterable[Word]) -> list[Match[T]]:
        """The phrases in `words`, the longest at each place, none inside of another."""
        seen: dict[str, str] = {}
        corrected = []
        for word in words:
            if word.text not in seen:
                seen[word.text] = self._corrected(word.text)
            corrected.append((seen[word.text], word))
        return list(self._find(corrected))

    def _find(self, words: list[tuple[str, Word]]) -> Iterator[Match[T]]:
        place = 0
        while place < len(words):
            length = self._match(words, place)
            if length:
                phrase = tuple(text for text, _ in words[place : place + length])
                first, last = words[place][1], words[place + length - 1][1]
                yield Match(" ".join(phrase), self._values[phrase], first.start, last.end)
            place += length or 1

    def _match(self, words: list[tuple[str, Word]], place: int) -> int:
        """Number of words of the longest phrase that begins at `place`; 0 for none."""
        if words[place][0] not in self._first:
            return 0
        for length in range(min(self._longest, len(words) - place), 0, -1):
            if tuple(text for text, _ in words[place : place + length]) in self._values:
                return length
        return 0

    def _corrected(self, word: str) -> str:
        if word in self._words or not MIN_FUZZY - 1 <= len(word) <= MAX_FUZZY:
            return word
        for slip in (word, *_slips(word)):
            meant = self._near.get(slip)
            if meant is not None and meant[0] == word[0]:
                return meant
        return word


def _slips(word: str) -> Iterator[str]:
    """The word itself, and without one of its letters: two words that share one of these differ by one slip of the pen.

    One letter left out, put in, exchanged, or swapped with its neighbour (symmetric deletes, as in SymSpell).
    """
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
