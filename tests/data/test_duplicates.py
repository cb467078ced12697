import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.data.duplicates import PERMUTATIONS, keep_first_of_same, keep_first_of_similar, signature, text_key

WORDS = [f"word{number}" for number in range(5000)]


def words(seed, count=400):
    return random.Random(seed).choices(WORDS, k=count)


def jaccard(one, other, size=5):
    first, second = ({tuple(text[i : i + size]) for i in range(len(text) - size + 1)} for text in (one, other))
    return len(first & second) / len(first | second)


def keep(texts, similarity=0.8):
    return keep_first_of_similar(np.stack([signature(" ".join(text)) for text in texts]), similarity)


def changed(text, every):
    return ["changed" if place % every == every - 1 else word for place, word in enumerate(text)]


@given(st.text(max_size=60), st.sampled_from([" ", "\n", "\t", "  \n"]))
def test_white_space_does_not_count(text, space):
    same = space + space.join(text.encode(errors="ignore").decode().split()) + space
    assert text_key(same) == text_key(text.encode(errors="ignore").decode())


def test_keys_tell_words_case_and_order_apart():
    assert len({text_key(text) for text in ("a b", "ab", "A b", "b a", "a b c")}) == 5


def test_the_first_of_the_same_stays():
    assert keep_first_of_same(["a", "b", "a", "c", "b", "a"]) == [True, True, False, True, False, False]
    assert keep_first_of_same([]) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(15, 200))
def test_signatures_estimate_the_jaccard_similarity(seed, every):
    text = words(seed)
    other = changed(text, every)
    estimate = (signature(" ".join(text)) == signature(" ".join(other))).mean()
    # Five standard errors of a share of 128.
    assert abs(estimate - jaccard(text, other)) < 5 * 0.5 / PERMUTATIONS**0.5


def test_the_order_of_the_words_counts():
    text = words(1)
    assert (signature(" ".join(text)) == signature(" ".join(sorted(text)))).mean() < 0.1


def test_a_text_longer_than_a_chunk_has_the_signature_of_its_parts():
    text = words(2, 70_000)
    whole = signature(" ".join(text))
    halves = [signature(" ".join(part)) for part in (text[:40_000], text[39_996:])]
    assert (whole == np.minimum(*halves)).all()


def test_near_duplicates_go_and_others_stay():
    texts = [words(seed) for seed in range(40)]
    near = [changed(text, 100) for text in texts]  # 4 words of 400: a similarity of 0.9
    far = [changed(text, 20) for text in texts]  # 20 words of 400: a similarity of 0.6
    assert all(jaccard(text, other) > 0.88 for text, other in zip(texts, near, strict=True))
    assert all(jaccard(text, other) < 0.65 for text, other in zip(texts, far, strict=True))
    kept = keep([*texts, *near, *far])
    assert kept[:40] == [True] * 40
    assert kept[40:80] == [False] * 40
    assert kept[80:] == [True] * 40


def test_the_earlier_of_two_stays_whichever_it_is():
    text = words(3)
    for pair in ([text, changed(text, 200)], [changed(text, 200), text]):
        assert keep([words(4), *pair, words(5)]) == [True, True, False, True]


@pytest.mark.parametrize("similarity", [0.01, 0.2, 0.5, 0.8, 0.95, 1.0])
def test_any_similarity_of_the_settings_works(similarity):
    text = words(6)
    assert keep([text, words(7), text], similarity) == [True, True, False]


def test_texts_of_few_words_are_compared_as_a_whole():
    assert keep([["a", "b"], ["a", "c"], ["a", "b"], ["a"], ["b", "a"]]) == [True, True, False, True, True]
