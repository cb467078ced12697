"""A plan as a person reads it, and as plain values for JSON."""

import json
from dataclasses import asdict
from typing import Any

from havoc.training.deepspeed_config import deepspeed_config
from havoc.training.memory import GIB, OBJECT_STORE_BYTES, USABLE_GPU_SHARE
from havoc.training.planner import Plan

PINNED_ROUNDING = "PYTORCH_ALLOC_CONF=pinned_max_round_threshold_mb:64"
"""Environment of a worker whose optimizer is on the host: torch rounds pinned buffers up to powers of two otherwise."""


def as_values(plan: Plan) -> dict[str, Any]:
    """Plain values: sizes in bytes, each strategy with all its terms, and the DeepSpeed configuration of the choice."""
    config, choice = plan.config, plan.choice
    return {
        "fits": choice is not None,
        "choice": str(choice) if choice else None,
        "remedy": plan.remedy or None,
        "workers": config.scaling.num_workers,
        "parameters": plan.parameters,
        "trained_parameters": plan.trained_parameters,
        "tokens_per_step": plan.tokens_per_step,
        "tokens": plan.tokens,
        "flops": plan.flops,
        "recomputation_flops": plan.recomputation_flops,
        "hours": plan.hours,
        "tokens_per_second": plan.tokens / plan.hours / 3600,
        "checkpoint_bytes": plan.checkpoint_bytes,
        "final_bytes": plan.final_bytes,
        "hardware": config.hardware.model_dump(),
        "strategies": [
            {"name": str(verdict.need.strategy), "fits": verdict.fits}
            | {"gpu_bytes": verdict.need.gpu_bytes, "host_bytes": verdict.need.host_bytes}
            | asdict(verdict.need)
            for verdict in plan.verdicts
        ],
        "deepspeed": deepspeed_config(config, choice, config.accumulation) if choice else None,
    }


def describe(plan: Plan) -> str:
    """The plan as text of about forty lines."""
    return "\n".join([*_work(plan), "", *_table(plan), "", *_outcome(plan)])


def _work(plan: Plan) -> list[str]:
    config, hardware = plan.config, plan.config.hardware
    training, workers = config.training, config.scaling.num_workers
    frozen = "" if plan.trained_parameters == plan.parameters else f", {plan.trained_parameters:,} of them trained"
    recomputed = f" + {plan.recomputation_flops:.3g} recomputed" if plan.recomputation_flops else ""
    step = f"{training.batch_size} x {config.data.max_seq_len} tokens x {config.accumulation} passes x {workers} workers"
    speed = f"{hardware.mfu:.0%} of {hardware.peak_tflops:g} TFLOP/s on each of {workers} workers"
    return [
        f"parameters   {plan.parameters:,}{frozen}",
        f"step         {step} = {plan.tokens_per_step:,} tokens",
        f"tokens       {plan.tokens_per_step:,} x {training.max_steps:,} steps = {plan.tokens:,}",
        f"FLOPs        {plan.flops:.3g}{recomputed} (the latter do not count in MFU)",
        f"time         {plan.hours:,.1f} h at {speed}, {plan.tokens / plan.hours / 3600:,.0f} tokens/s",
        f"checkpoints  {_gb(plan.checkpoint_bytes)} each, {config.checkpoint.keep_last_n_checkpoints} kept; "
        f"final {_gb(plan.final_bytes)}",
    ]


def _table(plan: Plan) -> list[str]:
    on_gpu, hardware = plan.config.scaling.use_gpu, plan.config.hardware
    limit = f"{hardware.gpu_memory_gib * USABLE_GPU_SHARE:.1f}" if on_gpu else "-"
    rows = [f"{'GiB needed':<48}{'GPU':>7}  {'most in':<7}{'host':>7}"]
    for verdict in plan.verdicts:
        need = verdict.need
        gpu = f"{need.gpu_bytes / GIB:.1f}" if on_gpu else "-"
        mark = "fits" if verdict.fits else "GPU too small" if not verdict.fits_gpu else "host too small"
        picked = "  <- picked" if need.strategy == plan.choice else ""
        moment = need.gpu_moment if on_gpu else ""
        rows.append(f"  {need.strategy!s:<46}{gpu:>7}  {moment:<7}{need.host_bytes / GIB:>7.1f}  {mark}{picked}")
    rows.append(f"{'there are (usable on a GPU; a node)':<48}{limit:>7}  {'':<7}{hardware.host_memory_gib:>7.1f}")
    return rows


def _outcome(plan: Plan) -> list[str]:
    if plan.choice is None:
        return [plan.remedy]
    need = next(verdict.need for verdict in plan.verdicts if verdict.need.strategy == plan.choice)
    lines = [f"{plan.choice}, GiB by moment"]
    for place, moments in (("GPU", need.gpu), ("host", need.host)):
        for moment, terms in moments.items():
            shown = ", ".join(f"{name} {size / GIB:.2f}" for name, size in terms.items() if size)
            lines.append(f"  {place:<4} {moment:<5} {sum(terms.values()) / GIB:>6.1f} = {shown}")
    store = f"{OBJECT_STORE_BYTES // GIB} GiB"
    lines += [
        f"DeepSpeed: {json.dumps(deepspeed_config(plan.config, plan.choice, plan.config.accumulation))}",
        f"Ray's object store is planned with {store} per node (ray start --object-store-memory; its default is 30% of RAM)",
    ]
    if plan.choice.offload_optimizer:
        lines.append(f"workers need {PINNED_ROUNDING}; without it pinned buffers round up to powers of two")
        lines.append("hours leave out the traffic between GPU and host, which a large step (many passes) hides best")
    return lines


def _gb(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"
