"""Words of two-level fractions: generators, defining relation, word length pattern, resolution and alias chains.

A fraction of k factors in 2^m runs is written as one column per factor: an integer whose bits are the basic factors that
multiply to it, and a sign. All else follows: a set of factors is a word of the defining relation when its columns
multiply to the identity (their exclusive or is 0), and effects are aliased when their columns are equal.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np
from numpy.typing import NDArray

from havoc.tools.doe.design import yates
from havoc.tools.doe.factor import LETTERS, Factor
from havoc.tools.errors import ToolError

WORD_LETTERS = LETTERS + LETTERS.lower()
"""Letters of words: capitals and then small letters, both without I."""
MAX_LISTED = 255
"""Words of the defining relation that are listed in full; of a longer one only those of length 3 and 4 are."""
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True)
class Fraction:
    """A regular two-level fraction, or the full factorial."""

    columns: tuple[int, ...]
    """For each factor the bits of the basic factors whose product it is."""
    signs: tuple[int, ...]
    """For each factor +1 or -1."""
    basic: int
    """Number of basic factors; there are 2^basic runs."""

    def table(self) -> NDArray[np.float64]:
        """float64, 2^basic x factors, the basic factors in Yates order."""
        full = yates(self.basic)
        chosen = [[i for i in range(self.basic) if column >> i & 1] for column in self.columns]
        return np.column_stack(
            [sign * np.prod(full[:, bits], axis=1) for sign, bits in zip(self.signs, chosen, strict=True)]
        )


def factor_letters(factors: Sequence[Factor]) -> str:
    """One letter for each factor: its name where all names are single letters, else A, B, C, ... without I."""
    names = [factor.name for factor in factors]
    if all(len(name) == 1 and name.isalpha() and name != "I" for name in names):
        return "".join(names)
    if len(names) > len(WORD_LETTERS):
        raise ToolError("factors", len(names), f"{len(names)} factors", f"give at most {len(WORD_LETTERS)}")
    return WORD_LETTERS[: len(names)]


def from_generators(generators: Sequence[str], letters: str) -> Fraction:
    """The fraction that generators such as `E=ABC`, `E=-ABC`, `E = A*B*C` or `I=ABCE` define.

    Raises:
        ToolError: a generator cannot be read, defines a factor twice or in terms of itself.
    """
    rules: dict[str, tuple[int, str]] = {}
    for index, text in enumerate(generators):
        path = f"generators[{index}]"
        left, sign, right = _read(path, text, letters)
        if left == "I":
            free = [letter for letter in right if letter not in rules]
            if not free:
                raise ToolError(path, text, "every letter of it is defined already", "leave it out, or change it")
            left = max(free, key=letters.index)
            right = right.replace(left, "")
        if left in right:
            raise ToolError(path, text, f"{left} is defined by itself", "leave it out of the right side")
        if left in rules:
            raise ToolError(path, text, f"{left} is defined twice", "give one generator for each added factor")
        rules[left] = (sign, right)
    basic = [letter for letter in letters if letter not in rules]
    if not basic:
        raise ToolError("generators", list(generators), "no factor is left to vary freely", "leave a generator out")
    known = {letter: (1 << position, 1) for position, letter in enumerate(basic)}
    pending = dict(rules)
    while pending:
        ready = [letter for letter, (_, word) in pending.items() if all(part in known for part in word)]
        if not ready:
            raise ToolError("generators", list(generators), f"{', '.join(pending)} define each other", "use basic factors")
        for letter in ready:
            sign, word = pending.pop(letter)
            column = 0
            for part in word:
                column ^= known[part][0]
                sign *= known[part][1]
            if column == 0:
                raise ToolError("generators", list(generators), f"{letter} is constant", "change its generator")
            known[letter] = (column, sign)
    return Fraction(tuple(known[x][0] for x in letters), tuple(known[x][1] for x in letters), len(basic))


def generator_words(fraction: Fraction, letters: str) -> list[str]:
    """Generators of the added factors in terms of the basic ones, as `E = ABC`."""
    basic = _basic_letters(fraction, letters)
    found = []
    for letter, column, sign in zip(letters, fraction.columns, fraction.signs, strict=True):
        if letter not in basic:
            word = "".join(basic[i] for i in range(fraction.basic) if column >> i & 1)
            found.append(f"{letter} = {'-' if sign < 0 else ''}{word}")
    return found


def defining_words(fraction: Fraction, letters: str) -> list[str]:
    """Words of the defining relation with sign, shortest first; beyond `MAX_LISTED` those of up to 4 letters only."""
    if 2 ** len(_independent_words(fraction.columns)) - 1 > MAX_LISTED:
        short = [
            subset
            for size in (1, 2, 3, 4)
            for subset in combinations(range(len(letters)), size)
            if _product(fraction, subset)[0] == 0
        ]
        return [_word(fraction, subset, letters) for subset in short]
    words: list[set[int]] = [set()]
    for generator in _independent_words(fraction.columns):
        words += [word ^ generator for word in words]
    found = sorted((sorted(word) for word in words[1:]), key=lambda word: (len(word), word))
    return [_word(fraction, word, letters) for word in found]


def word_length_pattern(columns: Sequence[int], basic: int) -> list[int]:
    """Number of words of length 3, 4, ..., k (and of 1 and 2 first where there are any, which makes no useful design).

    By MacWilliams' identity: words of the defining relation are the dual code of the runs, so the weights of the 2^m runs
    give their number without listing the 2^p words.
    """
    k = len(columns)
    weights = np.zeros(k + 1, dtype=object)
    runs = np.arange(2**basic, dtype=np.int64)
    weight = np.zeros(len(runs), dtype=np.int64)
    for column in columns:
        weight += np.bitwise_count(runs & column) & 1
    for size, count in zip(*np.unique(weight, return_counts=True), strict=True):
        weights[size] = int(count)
    pattern = []
    for length in range(1, k + 1):
        total = sum(weights[size] * _krawtchouk(length, size, k) for size in range(k + 1) if weights[size])
        pattern.append(int(total) >> basic)
    return pattern[2:] if not any(pattern[:2]) else pattern


def resolution(columns: Sequence[int], basic: int) -> int | None:
    """Length of the shortest word; None for a full factorial."""
    pattern = word_length_pattern(columns, basic)
    first = 3 if len(pattern) == len(columns) - 2 else 1
    return next((first + i for i, count in enumerate(pattern) if count), None)


def alias_chains(fraction: Fraction, letters: str) -> list[str]:
    """Chains of main effects and two-factor interactions that share a column, as `A + BD + CE`; unaliased effects too.

    Main effects come first. Signs are relative to the first effect of the chain. Three-factor and higher interactions are
    neglected.
    """
    return [text for text, _ in _chains(fraction, letters)]


def clear_interactions(fraction: Fraction, letters: str) -> list[str]:
    """Two-factor interactions aliased with no main effect and no other two-factor interaction."""
    return [text for text, effects in _chains(fraction, letters) if len(effects) == 1 and len(effects[0]) == 2]


def _chains(fraction: Fraction, letters: str) -> list[tuple[str, list[tuple[int, ...]]]]:
    chains: dict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
    k = len(letters)
    for effect in [*combinations(range(k), 1), *combinations(range(k), 2)]:
        column, sign = _product(fraction, effect)
        chains[column].append((effect, sign))
    found = []
    for effects in chains.values():
        first = effects[0][1]
        text = "".join(letters[i] for i in effects[0][0])
        for effect, sign in effects[1:]:
            text += f" {'+' if sign == first else '-'} " + "".join(letters[i] for i in effect)
        found.append((text, [effect for effect, _ in effects]))
    return found


def _independent_words(columns: Sequence[int]) -> list[set[int]]:
    """A basis of the sets of factors whose columns multiply to the identity, by elimination over the field of 2."""
    reduced: list[tuple[int, set[int]]] = []
    words = []
    for index, column in enumerate(columns):
        members = {index}
        for other, parts in reduced:
            if column ^ other < column:
                column, members = column ^ other, members ^ parts
        if column:
            reduced.append((column, members))
            reduced.sort(key=lambda entry: -entry[0])
        else:
            words.append(members)
    return words


def _product(fraction: Fraction, subset: Sequence[int]) -> tuple[int, int]:
    column, sign = 0, 1
    for index in subset:
        column ^= fraction.columns[index]
        sign *= fraction.signs[index]
    return column, sign


def _word(fraction: Fraction, subset: Sequence[int], letters: str) -> str:
    _, sign = _product(fraction, subset)
    return ("-" if sign < 0 else "") + "".join(letters[i] for i in subset)


def _basic_letters(fraction: Fraction, letters: str) -> list[str]:
    """The letter of each basic factor, in the order of the bits."""
    place = {column: letter for letter, column in reversed(list(zip(letters, fraction.columns, strict=True)))}
    return [place[1 << i] for i in range(fraction.basic)]


def _krawtchouk(length: int, size: int, k: int) -> int:
    """Sum over sets of `length` of `k` runs' coordinates, `size` of which are odd, of their sign."""
    return sum((-1) ** odd * comb(size, odd) * comb(k - size, length - odd) for odd in range(min(length, size) + 1))


def _read(path: str, text: str, letters: str) -> tuple[str, int, str]:
    """Left letter, sign and right word of a generator."""
    parts = re.sub(r"[\s*·:]", "", text).split("=")
    if len(text) > 200 or len(parts) != 2 or not parts[0] or not parts[1].lstrip("+-"):
        raise ToolError(path, text, "not a generator", "write it as E=ABC or E=-ABC")
    left, right = parts
    sign = -1 if right.startswith("-") else 1
    right = right.lstrip("+-")
    if len(left) > 1 and right in letters:
        left, right = right, left
    if left != "I" and (len(left) != 1 or left not in letters):
        raise ToolError(path, text, f"{left} is no factor", f"the factors are {', '.join(letters)}")
    for one in right:
        if one not in letters:
            raise ToolError(path, text, f"{one} is no factor", f"the factors are {', '.join(letters)}")
    ordered = sorted(right, key=letters.index)
    for one, other in pairwise(ordered):
        if one == other:
            raise ToolError(path, text, f"{one} occurs twice", "give each letter once")
    return left, sign, "".join(ordered)
