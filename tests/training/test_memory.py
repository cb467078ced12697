import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.config import LoraConfig, load_preset
from havoc.training.memory import GIB, count_parameters, memory_need
from havoc.training.strategy import CHEAPEST_FIRST, Strategy
from tests.training.recipes import recipe

SEVEN_B = load_preset("havoc_7b")

# GiB per rank in forward and backward on 1, 2, 4, 8 GPUs, computed by hand from ZeRO's rules at 5,957,685,248 parameters.
PASS_GIB = {
    Strategy(1): (92, 60, 43, 35),
    Strategy(2): (92, 54, 35, 25),
    Strategy(3): (94, 50, 28, 17),
    Strategy(1, True): (26.5, 26.9, 26.9, 26.9),
    Strategy(2, True): (15.4, 15.8, 15.8, 15.8),
    Strategy(3, True, True): (5.6, 6.0, 6.0, 6.0),
}


@pytest.mark.parametrize("strategy", PASS_GIB, ids=str)
@pytest.mark.parametrize(("column", "gpus"), [(0, 1), (1, 2), (2, 4), (3, 8)])
def test_forward_and_backward_of_7b(strategy, column, gpus):
    need = memory_need(recipe(gpus=gpus), SEVEN_B, strategy)
    assert sum(need.gpu["pass"].values()) / GIB == pytest.approx(PASS_GIB[strategy][column], rel=0.05)


@pytest.mark.parametrize(
    ("strategy", "passes", "gib"),
    [
        (Strategy(1, True), 1, 100),
        (Strategy(2, True), 1, 100),
        (Strategy(2, True), 32, 111),
        (Strategy(3, True, True), 32, 111),
    ],
    ids=str,
)
@pytest.mark.parametrize("gpus", [1, 8])
def test_host_memory_of_7b_is_a_nodes_total(strategy, passes, gib, gpus):
    run = memory_need(recipe(gpus=gpus, passes=passes), SEVEN_B, strategy).host["run"]
    state = sum(
        size for name, size in run.items() if name not in ("worker processes", "Ray's object store", "Ray and system")
    )
    assert state / GIB == pytest.approx(gib, rel=0.01)


def test_on_one_gpu_the_update_needs_more_than_the_backward_pass():
    need = memory_need(recipe(), SEVEN_B, Strategy(1))
    matrices = 32 * (41_943_040 + 135_266_304)
    terms = need.gpu["step"]
    state = sum(terms[name] for name in ("weights", "optimizer", "gradients", "gradients for the update"))
    assert need.gpu_moment == "step"
    assert state == 16 * SEVEN_B.num_parameters + 6 * matrices


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CHEAPEST_FIRST), st.integers(1, 64), st.integers(1, 4), st.booleans())
def test_more_gpus_never_need_more_memory_for_state(strategy, gpus, passes, lora):
    adapters = {"lora": {"rank": 8}} if lora else {}
    few, many = (memory_need(recipe(gpus=n, passes=passes, **adapters), SEVEN_B, strategy) for n in (gpus, 2 * gpus))
    for moment in few.gpu:
        grown = sum(many.gpu[moment].values()) - sum(few.gpu[moment].values())
        assert grown <= many.gpu[moment]["NCCL"]


@given(st.integers(1, 32))
def test_longer_recomputed_stretches_trade_boundaries_for_activations(layers):
    one = memory_need(recipe(), SEVEN_B, Strategy(1)).gpu["pass"]
    several = memory_need(recipe(training={"checkpoint_every_n_layers": layers}), SEVEN_B, Strategy(1)).gpu["pass"]
    assert several["layer checkpoints"] <= one["layer checkpoints"]
    assert several["recomputation"] >= one["recomputation"]


def test_without_recomputation_every_layer_keeps_its_activations():
    terms = memory_need(recipe(training={"gradient_checkpointing": False}), SEVEN_B, Strategy(1)).gpu["pass"]
    kept = 2 * (4 * 4096 + 6144 + 5120 + 4096 + 4 * 11008)  # bytes per token and layer
    assert "layer checkpoints" not in terms
    assert terms["activations"] >= 32 * 2048 * kept


def test_rows_and_length_scale_activations():
    base = memory_need(recipe(), SEVEN_B, Strategy(2, True)).gpu["pass"]
    wide = memory_need(recipe(training={"batch_size": 2}), SEVEN_B, Strategy(2, True)).gpu["pass"]
    for term in ("layer checkpoints", "recomputation"):
        assert wide[term] == 2 * base[term]
    assert wide["loss chunk"] == base["loss chunk"]


def test_lora_counts_adapters_and_trains_nothing_else():
    count = count_parameters(SEVEN_B, LoraConfig(rank=16, target_modules=("qkv", "down")))
    per_layer = 16 * (4096 + 6144) + 16 * (11008 + 4096)
    assert count.trained == 32 * per_layer
    assert count.total == SEVEN_B.num_parameters + count.trained
    terms = memory_need(recipe(lora={"rank": 16}), SEVEN_B, Strategy(1)).gpu["pass"]
    assert terms["optimizer"] == 12 * count_parameters(SEVEN_B, LoraConfig()).trained
    assert "tied gradient" not in terms


def test_without_gpus_all_ranks_share_the_host():
    config = recipe("havoc_nano", gpus=2, scaling={"use_gpu": False})
    need = memory_need(config, load_preset("havoc_nano"), Strategy(1))
    assert need.gpu_bytes == 0
    assert need.host["pass"]["weights"] == 2 * 2 * load_preset("havoc_nano").num_parameters


# One rank of DeepSpeed on the CPU; prints bytes that are really held, and the peak of a whole optimizer step above them.
MEASURE = """
import gc, json, os, sys
import torch
from torch.profiler import ProfilerActivity, profile
from havoc.config import load_preset
from havoc.model import HavocModel
from havoc.training.deepspeed_config import deepspeed_config
from havoc.training.extensions import import_deepspeed
from havoc.training.optimizer import build_optimizer
from havoc.training.strategy import Strategy
from tests.training.recipes import recipe

torch.set_num_threads(1)
stage, offload, trace = int(sys.argv[1]), sys.argv[2] == "True", sys.argv[3]
strategy, shape = Strategy(stage, offload), load_preset("havoc_nano")
config = recipe("havoc_nano", passes=2, scaling={"use_gpu": False}, training={"reduce_bucket_size": 1_000_000})
deepspeed = import_deepspeed(on_cpu=True)
deepspeed.init_distributed(dist_backend="gloo", verbose=False)
model = HavocModel(shape, checkpoint_every_n_layers=1, loss_chunk_tokens=16).bfloat16()
engine, *_ = deepspeed.initialize(model=model, optimizer=build_optimizer(model, config.training, strategy),
                                  config=deepspeed_config(config, strategy, 2))

def held(tensors):
    return sum({t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors if t is not None}.values())

def one_pass():
    ids = torch.randint(0, shape.vocab_size, (32,))
    engine.backward(engine(ids, torch.arange(32), torch.tensor([0, 32], dtype=torch.int32), 32, labels=ids))
    engine.step()

def everything():
    gc.collect()
    return held(o for o in gc.get_objects() if isinstance(o, torch.Tensor))

def peak(passes):
    before = everything()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as recorded:
        for _ in range(passes):
            one_pass()
    recorded.export_chrome_trace(trace)
    events = [e for e in json.load(open(trace))["traceEvents"] if e.get("name") == "[memory]"]
    level = highest = 0
    for event in sorted(events, key=lambda event: event["ts"]):
        level += event["args"]["Bytes"]
        highest = max(highest, level)
    return before + highest

for _ in range(2):
    one_pass()
state = engine.optimizer.optimizer.state
masters = [p for g in engine.optimizer.optimizer.param_groups for p in g["params"]]
moments = [m for p in masters for m in state[p].values() if torch.is_tensor(m) and m.numel() > 1]
result = {"weights": held(model.parameters()), "optimizer": held(masters) + held(moments)}
result["pass"] = peak(1)
result["gradients"] = held(p.grad for p in model.parameters())
result["step"] = peak(1)
print("RESULT " + json.dumps(result))
"""


@pytest.mark.parametrize("strategy", [Strategy(1), Strategy(2, True)], ids=str)
def test_terms_against_bytes_that_deepspeed_allocates(strategy, tmp_path):
    environment = os.environ | {
        **{"OMP_NUM_THREADS": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"},
        **{"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"},
    }
    command = [sys.executable, "-W", "ignore", "-c", MEASURE, str(strategy.zero_stage), str(strategy.offload_optimizer)]
    done = subprocess.run([*command, str(tmp_path / "trace")], env=environment, capture_output=True, text=True, timeout=200)
    assert "RESULT " in done.stdout, done.stderr[-2000:]
    measured = json.loads(done.stdout.split("RESULT ")[1])

    nano = load_preset("havoc_nano")
    config = recipe(
        "havoc_nano",
        passes=2,
        scaling={"use_gpu": False},
        data={"max_seq_len": 32},
        training={"reduce_bucket_size": 1_000_000, "loss_chunk_tokens": 16},
    )
    need = memory_need(config, nano, strategy)
    common = ("worker processes", "Ray's object store", "Ray and system")
    planned = {
        moment: {name: size for name, size in terms.items() if name not in common} for moment, terms in need.host.items()
    }
    assert measured["weights"] == pytest.approx(planned["pass"]["weights"], rel=0.05)
    if not strategy.offload_optimizer:
        assert measured["optimizer"] == pytest.approx(planned["pass"]["optimizer"], rel=0.05)
        assert measured["gradients"] == pytest.approx(planned["pass"]["gradients"], rel=0.05)
    for moment in ("pass", "step"):
        assert measured[moment] == pytest.approx(sum(planned[moment].values()), rel=0.05), planned[moment]
