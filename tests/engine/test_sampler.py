"""Distributions: what may be drawn, and how often."""

import math
from collections import Counter

import pytest
import torch

from havoc.engine.request import SamplingParams
from havoc.engine.sampler import Row, choose, logprobs, uniform

PROBABILITIES = [0.05, 0.4, 0.2, 0.3, 0.05]
LOGITS = torch.tensor(PROBABILITIES).log()


def _draws(count=4000, logits=LOGITS, **settings):
    params = SamplingParams(temperature=settings.pop("temperature", 1.0), seed=5, **settings)
    rows = [Row(params, draw, ()) for draw in range(count)]
    return Counter(choose(logits.expand(count, -1), rows, None))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, PROBABILITIES),
        ({"top_k": 2}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_p": 0.5}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_p": 0.71}, [0, 4 / 9, 2 / 9, 3 / 9, 0]),
        ({"top_k": 3, "top_p": 0.6}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"min_p": 0.6}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_p": 1e-9}, [0, 1, 0, 0, 0]),
        ({"temperature": 0.5}, [p * p / 0.295 for p in PROBABILITIES]),
    ],
)
def test_frequencies_are_those_of_the_settings(settings, expected):
    counts = _draws(**settings)
    for token_id, share in enumerate(expected):
        # Four standard deviations of a binomial count.
        assert counts[token_id] / 4000 == pytest.approx(share, abs=4 * math.sqrt(max(share * (1 - share), 1e-9) / 4000))


def test_a_flat_distribution_needs_more_candidates_than_are_looked_at_first():
    logits = torch.zeros(3000)
    logits[:3] = 1.0
    counts = _draws(3000, logits, top_p=0.999)
    assert len(counts) > 1500
    assert max(counts) > 2500
    assert set(_draws(500, logits, top_k=700)) <= set(range(3000))
    assert len(set(_draws(2000, torch.arange(3000) / 1e4, top_k=700))) > 500


def test_a_row_does_not_depend_on_its_neighbours():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(64, 5000, generator=generator) * 3
    kinds = [{}, {"top_p": 0.9}, {"top_k": 300, "top_p": 0.95}, {"min_p": 0.02}, {"temperature": 0.0}]
    rows = [Row(SamplingParams(**{"temperature": 1.2, "seed": n, **kinds[n % 5]}), n % 7, ()) for n in range(64)]
    together = choose(logits, rows, None)
    assert together == [choose(logits[n : n + 1], rows[n : n + 1], None)[0] for n in range(64)]


def test_random_numbers_are_even_and_repeatable():
    values = [uniform(3, draw) for draw in range(10_000)]
    assert values == [uniform(3, draw) for draw in range(10_000)]
    assert min(values) >= 0
    assert max(values) < 1
    assert sum(values) / 10_000 == pytest.approx(0.5, abs=0.012)
    assert sum(value < 0.1 for value in values) / 10_000 == pytest.approx(0.1, abs=0.012)


def test_logprobs():
    chosen, top = logprobs(LOGITS, 2, 2)
    assert chosen == pytest.approx(math.log(0.2))
    assert [token_id for token_id, _ in top] == [1, 3]
    assert logprobs(LOGITS, 2, 0)[1] == ()
