"""Natively computed in bf16, a greedy answer is bit for bit that of the same request alone.

A token's numbers depend on its sequence, and on whether it is computed with at most 16 new tokens of that sequence or with
more. So answers agree whatever else goes on where all stretches are short; and where they are long, as long as each
prompt is computed in one go in both cases.
"""

import copy
import random

import pytest
import torch

from havoc.config import AttentionConfig, EngineConfig, HavocConfig, MLPConfig
from havoc.engine import Completion, EngineCore, SamplingParams
from havoc.model import HavocModel
from tests.engine.native_tiny import needs_compiler
from tests.engine.test_schedules import Schedule

pytestmark = needs_compiler

SHAPE = HavocConfig(
    vocab_size=640,
    d_model=64,
    num_layers=2,
    max_seq_len=256,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=16),
    mlp=MLPConfig(hidden_dim=96),
    initializer_range=0.3,
)
BLOCK_GIB = 2 * 4 * 2 * 2 * 16 * 2 / 1024**3
"""Memory of one block of 4 tokens at that shape in bf16."""
SHORT = 16
"""Most new tokens of a stretch that is attended to as single tokens are."""


@pytest.fixture(scope="module")
def weights():
    torch.manual_seed(3)
    return HavocModel(SHAPE).bfloat16().eval()


@pytest.fixture
def make_native(weights, tiny_tokenizer):
    made = []

    def make(blocks=400, **settings):
        config = EngineConfig(device="cpu", block_size=4, kv_cache_gib=blocks * BLOCK_GIB * 1.0001, **settings)
        core = EngineCore(copy.deepcopy(weights), tiny_tokenizer, config)
        assert core._runner._native is not None
        assert core.pool.num_blocks == blocks
        made.append(core)
        return core

    yield make
    assert [core.pool.num_used for core in made] == [0] * len(made)


class Alone:
    """What a request gets in an engine that computes nothing else at the time."""

    def __init__(self, core):
        self._core = core

    def greedy(self, ids, count):
        if not count:
            return []
        completion, sequence = Completion(), self._core.open(ids)
        self._core.start(sequence, SamplingParams(max_new_tokens=count), completion.add)
        while self._core.has_work:
            self._core.step()
        self._core.close(sequence)
        return completion.ids


@pytest.mark.parametrize("seed", range(40))
def test_in_short_stretches_an_answer_is_the_same_in_any_company(seed, make_native):
    settings = random.Random(seed)
    core = make_native(
        blocks=settings.choice([24, 40, 200]),
        max_num_seqs=settings.choice([2, 4, 8]),
        max_batch_tokens=settings.choice([8, SHORT]),
        prefix_cache=settings.random() < 0.8,
        speculative_tokens=settings.choice([0, 3]),
        max_seq_len=64,
    )
    alone = Alone(make_native(max_num_seqs=1, max_batch_tokens=SHORT, prefix_cache=False, speculative_tokens=0))
    schedule = Schedule(core, seed)
    for _ in range(120):
        schedule.act()
    for run in schedule.finish():
        got = run.completion
        assert got.error is None
        assert got.ids == alone.greedy(run.start, len(got.ids))


@pytest.mark.parametrize("seed", range(10))
def test_prompts_of_any_length_computed_in_one_go_are_answered_the_same(seed, make_native):
    rng = random.Random(seed)
    prompts = [[rng.randrange(20, 600) for _ in range(rng.choice([3, 15, 16, 17, 40, 90, 150]))] for _ in range(12)]
    settings = {"max_batch_tokens": 2048, "prefix_cache": False}
    core = make_native(max_num_seqs=16, speculative_tokens=rng.choice([0, 3]), **settings)
    alone = Alone(make_native(max_num_seqs=1, speculative_tokens=0, **settings))
    completions = [Completion() for _ in prompts]
    sequences = [core.open(prompt) for prompt in prompts]
    for sequence, completion in zip(sequences, completions, strict=True):
        core.start(sequence, SamplingParams(max_new_tokens=rng.randrange(1, 40)), completion.add)
        for _ in range(rng.randrange(3)):
            core.step()
    while core.has_work:
        core.step()
    for sequence, prompt, completion in zip(sequences, prompts, completions, strict=True):
        core.close(sequence)
        assert completion.ids == alone.greedy(prompt, len(completion.ids))
    assert core.metrics.counts.get("preemptions", 0) == 0
