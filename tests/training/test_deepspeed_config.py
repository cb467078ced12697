import json
import os
import subprocess
import sys

import pytest

from havoc.training.deepspeed_config import deepspeed_config
from havoc.training.strategy import CHEAPEST_FIRST, Strategy
from tests.training.recipes import recipe


def test_settings_of_the_recipe_arrive():
    config = recipe(training={"batch_size": 2, "max_grad_norm": 0.0, "reduce_bucket_size": 123_456})
    settings = deepspeed_config(config, Strategy(2, offload_optimizer=True), 16, load_universal=True)
    assert settings["train_micro_batch_size_per_gpu"] == 2
    assert settings["gradient_accumulation_steps"] == 16
    assert settings["gradient_clipping"] == 0.0
    assert settings["zero_optimization"]["reduce_bucket_size"] == 123_456
    assert settings["zero_optimization"]["offload_optimizer"] == {"device": "cpu", "pin_memory": True}
    assert settings["checkpoint"]["load_universal"] is True
    assert "optimizer" not in settings


def test_nothing_is_pinned_without_a_gpu():
    config = recipe("havoc_nano", scaling={"use_gpu": False})
    zero = deepspeed_config(config, Strategy(3, True, True), 1)["zero_optimization"]
    assert not zero["offload_param"]["pin_memory"]
    assert not zero["offload_optimizer"]["pin_memory"]


PARSE = """
import json, sys
from havoc.training.extensions import import_deepspeed
import_deepspeed(on_cpu=True)
from deepspeed.runtime.config import DeepSpeedConfig
for settings in json.load(sys.stdin):
    parsed = DeepSpeedConfig(settings)
    zero = parsed.zero_config
    print("PARSED " + json.dumps({
        "stage": int(zero.stage), "bucket": zero.reduce_bucket_size, "overlap": zero.overlap_comm,
        "optimizer": str(zero.offload_optimizer.device).split(".")[-1] if zero.offload_optimizer else None,
        "parameters": str(zero.offload_param.device).split(".")[-1] if zero.offload_param else None,
        "bf16": parsed.bfloat16_config.enabled, "clip": parsed.gradient_clipping, "grad_dtype": parsed.grad_accum_dtype,
        "batch": [parsed.train_micro_batch_size_per_gpu, parsed.gradient_accumulation_steps],
        "universal": parsed.load_universal_checkpoint, "breakdown": parsed.wall_clock_breakdown}))
"""


def test_deepspeed_reads_every_strategy_as_it_is_meant():
    config = recipe(training={"max_grad_norm": 0.5, "reduce_bucket_size": 1000})
    strategies = (Strategy(0), *CHEAPEST_FIRST)
    settings = [deepspeed_config(config, strategy, 4) for strategy in strategies]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PARSE],
        input=json.dumps(settings),
        capture_output=True,
        text=True,
        timeout=120,
    )
    parsed = [json.loads(line.removeprefix("PARSED ")) for line in done.stdout.splitlines() if line.startswith("PARSED ")]
    assert len(parsed) == len(strategies), done.stderr[-2000:]
    for strategy, seen in zip(strategies, parsed, strict=True):
        assert seen == {
            "stage": strategy.zero_stage,
            "bucket": 1000,
            "overlap": strategy.zero_stage == 3,
            "optimizer": "cpu" if strategy.offload_optimizer else None,
            "parameters": "cpu" if strategy.offload_parameters else None,
            "bf16": True,
            "clip": 0.5,
            "grad_dtype": None,
            "batch": [1, 4],
            "universal": False,
            "breakdown": False,
        }


# Two steps of one rank with the optimizer that the loop passes in; the loss must fall, so the update reached the weights.
STEP = """
import sys
import torch
from havoc.training.deepspeed_config import deepspeed_config
from havoc.training.extensions import import_deepspeed
from havoc.training.optimizer import build_optimizer, set_learning_rate
from havoc.training.strategy import Strategy
from tests.training.recipes import recipe

torch.manual_seed(0)
torch.set_num_threads(1)
strategy = Strategy(*(int(v) if n == 0 else v == "True" for n, v in enumerate(sys.argv[1:])))
training = {"learning_rate": 1e-2, "warmup_steps": 0, "reduce_bucket_size": 1000}
config = recipe("havoc_nano", passes=2, scaling={"use_gpu": False}, training=training)
deepspeed = import_deepspeed(on_cpu=True)
deepspeed.init_distributed(dist_backend="gloo", verbose=False)
model = torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.Tanh(), torch.nn.Linear(32, 16)).bfloat16()
engine, *_ = deepspeed.initialize(model=model, optimizer=build_optimizer(model, config.training, strategy),
                                  config=deepspeed_config(config, strategy, 2))
x = torch.randn(8, 16, dtype=torch.bfloat16)
losses = []
for step in range(10):
    set_learning_rate(engine.optimizer, 1e-2)
    for _ in range(2):
        loss = (engine(x).float() - x.float()).pow(2).mean()
        engine.backward(loss)
        engine.step()
    losses.append(loss.item())
assert losses[-1] < 0.9 * losses[0], losses
assert engine.get_global_grad_norm() > 0
print("STEPPED", type(engine.optimizer).__name__)
"""


@pytest.mark.parametrize("strategy", [Strategy(1), Strategy(2, True), Strategy(3, True)], ids=str)
def test_zero_accepts_the_optimizer_that_the_loop_passes(strategy):
    environment = os.environ | {
        **{"OMP_NUM_THREADS": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"},
        **{"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"},
    }
    values = [str(strategy.zero_stage), str(strategy.offload_optimizer), str(strategy.offload_parameters)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STEP, *values], env=environment, capture_output=True, text=True, timeout=200
    )
    assert "STEPPED" in done.stdout, done.stderr[-2000:]
