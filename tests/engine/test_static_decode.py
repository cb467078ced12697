"""Padded shapes: what a recorded graph computes must not depend on the rows that fill it up."""

import copy

import pytest
import torch

from havoc.config import EngineConfig
from havoc.engine import EngineCore, SamplingParams, generate
from havoc.engine.static_decode import StaticDecode

PROMPTS = [[30 + 7 * i % 500 for i in range(length)] for length in (3, 9, 14, 21, 40)]


@pytest.mark.parametrize("at_once", [1, 3, 5])
def test_padded_batches_give_the_same_ids(make_core, reference, monkeypatch, at_once):
    core = make_core()
    runner = core._runner
    filler = runner.num_blocks
    static = StaticDecode(runner.forward, 4, filler, filler + 1, runner.device)
    fitted = []

    def run(batch):
        fitted.append(static.fits(batch))
        return static.run(batch) if fitted[-1] else runner.forward(batch)

    monkeypatch.setattr(runner, "run", torch.inference_mode()(run))
    for prompt, completion in zip(PROMPTS[:at_once], generate(core, PROMPTS[:at_once], SamplingParams(20)), strict=True):
        assert completion.ids == reference.greedy(prompt, 20)
    assert any(fitted)
    assert not runner.store.blocks[:, filler].any(), "the filler stays empty"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="recorded graphs need a GPU")
def test_recorded_graphs_give_what_the_cpu_gives(model, tiny_tokenizer):
    answers = []
    for device in ("cpu", "cuda"):
        core = EngineCore(copy.deepcopy(model), tiny_tokenizer, EngineConfig(device=device, dtype="fp32", kv_cache_gib=0.01))
        answers.append([completion.ids for completion in generate(core, PROMPTS, SamplingParams(20))])
    assert answers[0] == answers[1]
