"""Words of fractions: properties, checked against the runs themselves."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.factor import Factor
from havoc.tools.doe.fraction_words import (
    Fraction,
    alias_chains,
    clear_interactions,
    defining_words,
    factor_letters,
    from_generators,
    generator_words,
    resolution,
    word_length_pattern,
)

LETTERS = "ABCDEFGHJ"


@st.composite
def fractions(draw):
    """Fractions of 4 to 9 factors in 8 or 16 runs, with signs and without repeated columns."""
    basic = draw(st.integers(3, 4))
    other = [column for column in range(1, 2**basic) if column & (column - 1)]
    added = draw(st.lists(st.sampled_from(other), min_size=1, max_size=min(5, len(other)), unique=True))
    signs = draw(st.lists(st.sampled_from([1, -1]), min_size=len(added), max_size=len(added)))
    return Fraction((*(1 << i for i in range(basic)), *added), (1,) * basic + tuple(signs), basic)


def words_of_the_runs(table):
    """Every set of columns whose product is constant, by brute force."""
    k = table.shape[1]
    found = set()
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            product = np.prod(table[:, subset], axis=1)
            if abs(product.sum()) == len(table):
                found.add(("-" if product[0] < 0 else "") + "".join(LETTERS[i] for i in subset))
    return found


@settings(max_examples=40, deadline=None)
@given(fractions())
def test_defining_relation_and_pattern_are_those_of_the_runs(fraction):
    letters = LETTERS[: len(fraction.columns)]
    expected = words_of_the_runs(fraction.table())
    assert set(defining_words(fraction, letters)) == expected
    lengths = [len(word.lstrip("-")) for word in expected]
    assert word_length_pattern(fraction.columns, fraction.basic) == [
        lengths.count(size) for size in range(3, len(letters) + 1)
    ]
    assert resolution(fraction.columns, fraction.basic) == min(lengths)


@settings(max_examples=40, deadline=None)
@given(fractions())
def test_aliased_effects_have_equal_or_opposite_columns(fraction):
    letters = LETTERS[: len(fraction.columns)]
    table = fraction.table()

    def column(effect):
        return np.prod(table[:, [letters.index(letter) for letter in effect]], axis=1)

    seen = []
    for chain in alias_chains(fraction, letters):
        first, *rest = chain.split(" ")
        seen.append(first)
        for sign, effect in zip(rest[::2], rest[1::2], strict=True):
            assert np.array_equal(column(effect), column(first) * (1 if sign == "+" else -1))
            seen.append(effect)
    assert len(seen) == len(set(seen)) == len(letters) * (len(letters) + 1) // 2
    for effect in clear_interactions(fraction, letters):
        others = [other for other in seen if other != effect]
        assert all(column(effect) @ column(other) == 0 for other in others)


@settings(max_examples=40, deadline=None)
@given(fractions())
def test_generators_read_back_as_the_same_fraction(fraction):
    letters = LETTERS[: len(fraction.columns)]
    assert from_generators(generator_words(fraction, letters), letters) == fraction


def test_ways_of_writing_generators():
    one = from_generators(["D=AB", "E=-AC"], "ABCDE")
    assert from_generators(["D = A*B", "E = - A C"], "ABCDE") == one
    assert from_generators(["I = ABD", "I=-ACE"], "ABCDE") == one
    assert from_generators(["E=-AC", "D=-BCE"], "ABCDE") == one, "a generator may use an added factor"


def test_letters_are_names_where_names_are_letters():
    assert factor_letters([Factor(name=name) for name in "TPS"]) == "TPS"
    assert factor_letters([Factor(name=name) for name in ("Time", "P", "I")]) == "ABC"
    assert factor_letters([Factor(name=f"x{i}") for i in range(10)]) == "ABCDEFGHJK"


@pytest.mark.parametrize(
    ("generators", "path"),
    [
        (["E"], "generators[0]"),
        (["E="], "generators[0]"),
        (["E=AEB"], "generators[0]"),
        (["E=AAB"], "generators[0]"),
        (["E=ABX"], "generators[0]"),
        (["E=AB", "E=AC"], "generators[1]"),
        (["D=EA", "E=DA"], "generators"),
        (["A=BE", "B=AE"], "generators"),
    ],
)
def test_generators_that_define_nothing_are_named(generators, path):
    with pytest.raises(ToolError) as caught:
        from_generators(generators, "ABCDE")
    assert caught.value.path == path
