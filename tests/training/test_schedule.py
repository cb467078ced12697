import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from havoc.config import TrainingConfig
from havoc.training.schedule import learning_rate, parameter_groups

SPEC = TrainingConfig()  # spec.md's phase 1


def test_known_values_of_phase_1():
    assert learning_rate(0, SPEC) == pytest.approx(3e-4 / 2000)
    assert learning_rate(999, SPEC) == pytest.approx(1.5e-4)
    assert learning_rate(1999, SPEC) == pytest.approx(3e-4)
    assert learning_rate(2000 + 49_000 - 1, SPEC) == pytest.approx((3e-4 + 3e-5) / 2)
    assert learning_rate(99_999, SPEC) == pytest.approx(3e-5)


@given(st.integers(1, 300), st.integers(0, 300), st.floats(0, 1))
def test_rises_then_falls_within_its_bounds(extra, warmup, floor):
    training = TrainingConfig(
        learning_rate=1e-3, min_learning_rate=floor * 1e-3, warmup_steps=warmup, max_steps=warmup + extra
    )
    rates = [learning_rate(step, training) for step in range(training.max_steps)]
    assert all(rate > 0 for rate in rates[:-1])
    assert max(rates) <= 1e-3 * (1 + 1e-12)
    assert all(a < b for a, b in itertools.pairwise(rates[:warmup]))
    falling = rates[max(0, warmup - 1) :]
    assert all(a >= b for a, b in itertools.pairwise(falling))
    assert math.isclose(rates[-1], floor * 1e-3, rel_tol=1e-9, abs_tol=1e-15)


class _Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(7, 4)
        self.proj = torch.nn.Linear(4, 4)
        self.norm = torch.nn.RMSNorm(4)
        self.frozen = torch.nn.Linear(4, 4, bias=False).requires_grad_(False)


def test_only_matrices_are_decayed_and_every_trained_parameter_is_in_one_group():
    model = _Model()
    decayed, plain = parameter_groups(model.named_parameters(), 0.1)
    assert [id(p) for p in decayed["params"]] == [id(model.proj.weight)]
    assert {id(p) for p in plain["params"]} == {id(model.embedding.weight), id(model.norm.weight), id(model.proj.bias)}
    assert (decayed["weight_decay"], plain["weight_decay"]) == (0.1, 0.0)


def test_an_empty_group_is_left_out():
    layer = torch.nn.Linear(3, 3, bias=False)
    assert len(parameter_groups(layer.named_parameters(), 0.1)) == 1
