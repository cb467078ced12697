"""Does it fit? Full optimizer steps of a recipe's model under a memory cap, and what they took against what was planned.

python -m jobs.bench.fit_24gb --config jobs/configs/7b/phase1_pretrain.yaml [--layers N] [--json FILE] [key=value ...]

The cap is `hardware.gpu_memory_gib`, so a larger GPU stands in for a smaller one. `--layers` shortens the model where the
host's memory does not allow the whole one; the plan is then that of the shorter model. Without a GPU the same code runs
on the CPU, where only the host column means anything. Exit status: 0 when it fitted, 2 when the plan refuses the recipe.
"""

import argparse
import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from havoc.config import HavocConfig, PhaseConfig, load_config
from havoc.model import HavocModel
from havoc.training.batch import MicroBatch, collate
from havoc.training.deepspeed_config import deepspeed_config
from havoc.training.errors import PlanError, TrainingError
from havoc.training.extensions import import_deepspeed
from havoc.training.memory import CUDA_CONTEXT, GIB, USABLE_GPU_SHARE, MemoryNeed
from havoc.training.optimizer import build_optimizer
from havoc.training.plan_report import PINNED_ROUNDING
from havoc.training.planner import plan
from jobs.command import errors_as_one_line

NOT_OURS = ("Ray's object store", "Ray and system")
PASSES = 2  # a pass that is not the last of its step, and one that is: more of them need no more memory


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and return the exit status."""
    options = _parser().parse_args(arguments)
    with errors_as_one_line():
        report = measure(_recipe(options.config, options.overrides), options.layers, options.steps)
    print(_table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(config: PhaseConfig, layers: int | None = None, steps: int = 2) -> dict[str, Any]:
    """Train `steps` steps of random tokens in this process; planned and measured GiB by moment.

    Raises:
        PlanError: the plan refuses the recipe.
        TrainingError: the recipe starts from a checkpoint.
    """
    if config.model is None:
        raise TrainingError("init_from: this measures new weights; give a recipe with `model`")
    shape = config.model.model_copy(update={"num_layers": layers or config.model.num_layers})
    config = config.model_copy(update={"model": shape})
    planned = plan(config)
    if planned.choice is None:
        raise PlanError(planned.remedy)
    need = next(verdict.need for verdict in planned.verdicts if verdict.need.strategy == planned.choice)
    device = torch.device("cuda", 0) if config.scaling.use_gpu else torch.device("cpu")
    gauge = _Gauge(device, config.hardware.gpu_memory_gib)

    engine = _engine(config, shape, planned.choice, device)
    moments = {"start": gauge.read()}
    batch = _batch(config, shape).to(device)
    seconds = []
    for _ in range(steps):
        began = time.perf_counter()
        for number in range(PASSES):
            engine.backward(batch.loss_sum(engine))
            if number == PASSES - 1:
                moments["pass"] = gauge.read()
            engine.step()
        moments["step"] = gauge.read()
        seconds.append(time.perf_counter() - began)
    return {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU",
        "cap_gib": config.hardware.gpu_memory_gib if device.type == "cuda" else None,
        "strategy": str(planned.choice),
        "parameters": planned.parameters,
        "layers": shape.num_layers,
        "shortened": layers is not None,
        "seconds_per_step": min(seconds),
        "passes_per_step": PASSES,
        "moments": {name: _planned(need, name) | measured for name, measured in moments.items()},
    }


class _Gauge:
    """Peaks of GPU memory since the last reading, and the host memory of this process."""

    def __init__(self, device: torch.device, cap_gib: float) -> None:
        self._gpu = device if device.type == "cuda" else None
        if self._gpu is not None:
            usable = cap_gib * USABLE_GPU_SHARE * GIB - CUDA_CONTEXT  # the allocator's cap does not see the context
            torch.cuda.set_per_process_memory_fraction(usable / torch.cuda.mem_get_info(self._gpu)[1], self._gpu)

    def read(self) -> dict[str, float | None]:
        """GiB since the last call: `gpu` as allocated plus context, `host` resident now."""
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
        host = int(status["VmRSS"].split()[0]) * 1024 / GIB
        if self._gpu is None:
            return {"gpu": None, "host": host}
        torch.cuda.synchronize(self._gpu)
        gpu = (torch.cuda.max_memory_allocated(self._gpu) + CUDA_CONTEXT) / GIB
        torch.cuda.reset_peak_memory_stats(self._gpu)
        return {"gpu": gpu, "host": host}


def _planned(need: MemoryNeed, moment: str) -> dict[str, float | None]:
    gpu = need.gpu.get(moment)
    host = need.host.get(moment) or need.host["run"]
    return {
        "planned_gpu": sum(gpu.values()) / GIB if gpu else None,
        "planned_host": sum(size for name, size in host.items() if name not in NOT_OURS) / GIB,
    }


def _engine(config: PhaseConfig, shape: HavocConfig, strategy: Any, device: torch.device) -> Any:
    """A DeepSpeed engine of one rank around new bf16 weights, which never exist in fp32 outside the optimizer."""
    if device.type == "cuda" and strategy.offload_optimizer:
        name, value = PINNED_ROUNDING.split("=")
        os.environ.setdefault(name, value)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"}
    deepspeed = import_deepspeed(on_cpu=device.type == "cpu")
    deepspeed.init_distributed(dist_backend="nccl" if device.type == "cuda" else "gloo", verbose=False)
    training = config.training
    torch.set_default_dtype(torch.bfloat16)
    model = HavocModel(
        shape,
        attention_backend=training.attention_backend,
        checkpoint_every_n_layers=training.checkpoint_every_n_layers if training.gradient_checkpointing else 0,
        loss_chunk_tokens=training.loss_chunk_tokens,
    )
    torch.set_default_dtype(torch.float32)
    engine, *_ = deepspeed.initialize(
        model=model,
        optimizer=build_optimizer(model, training, strategy),
        config=deepspeed_config(config, strategy, accumulation=PASSES),
    )
    return engine


def _batch(config: PhaseConfig, shape: HavocConfig) -> MicroBatch:
    """One micro-batch of random tokens, each row a single document."""
    size = (config.training.batch_size, config.data.max_seq_len)
    ids = np.random.default_rng(0).integers(0, shape.vocab_size, size, dtype=np.int32)
    return collate({"ids": ids, "loss_mask": np.ones(size, np.uint8), "document": np.zeros(size, np.int16)})


def _recipe(path: Path, overrides: Sequence[str]) -> PhaseConfig:
    on_gpu = torch.cuda.is_available()
    fixed = ["scaling.num_workers=1", f"scaling.use_gpu={str(on_gpu).lower()}"]
    config = load_config(PhaseConfig, path, [*overrides, *fixed])
    rows = PASSES * config.training.batch_size
    return config.model_copy(update={"training": config.training.model_copy(update={"effective_batch_size": rows})})


def _table(report: dict[str, Any]) -> str:
    cap = f"capped at {report['cap_gib']:g} GiB" if report["cap_gib"] else "no GPU here: host memory only"
    layers = f"{report['layers']} layers" + (" (shortened by --layers)" if report["shortened"] else "")
    lines = [
        f"{report['parameters']:,} parameters, {layers}, {report['strategy']}, on {report['device']}, {cap}",
        f"{report['seconds_per_step']:.2f} s for a step of {report['passes_per_step']} passes",
        f"{'GiB':<8}{'GPU planned':>13}{'measured':>10}{'host planned':>14}{'measured':>10}",
    ]
    for moment, row in report["moments"].items():
        values = [row["planned_gpu"], row["gpu"], row["planned_host"], row["host"]]
        shown = ["-" if value is None else f"{value:.2f}" for value in values]
        lines.append(f"{moment:<8}{shown[0]:>13}{shown[1]:>10}{shown[2]:>14}{shown[3]:>10}")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jobs.bench.fit_24gb", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", type=Path, required=True, help="recipe with `model` (YAML)")
    parser.add_argument("--layers", type=int, help="shorten the model to so many layers")
    parser.add_argument(
        "--steps", type=int, default=2, help="optimizer steps; the second has the optimizer's state in place"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("overrides", nargs="*", metavar="section.field=value", help="settings that differ from the file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
