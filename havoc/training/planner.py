"""What a phase will need and take, before anything is started, and the strategy that it is trained with."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from havoc.config import HavocConfig, LoraConfig, PhaseConfig
from havoc.training.errors import PlanError, TrainingError
from havoc.training.flops import training_flops
from havoc.training.memory import (
    BF16,
    GIB,
    OPTIMIZER_BYTES,
    USABLE_GPU_SHARE,
    MemoryNeed,
    count_parameters,
    memory_need,
)
from havoc.training.strategy import CHEAPEST_FIRST, Strategy, strategies_for

ADVISED_LOSS_CHUNK = 512
GPUS_OF_A_NODE = 8


@dataclass(frozen=True)
class Verdict:
    """One strategy against the hardware of the recipe."""

    need: MemoryNeed
    fits_gpu: bool
    fits_host: bool

    @property
    def fits(self) -> bool:
        """Both memories are large enough."""
        return self.fits_gpu and self.fits_host


@dataclass(frozen=True)
class Plan:
    """Everything that is known about a phase before it starts."""

    config: PhaseConfig
    model: HavocConfig
    parameters: int
    """Of the model, adapters included."""
    trained_parameters: int
    tokens_per_step: int
    tokens: int
    """Of the whole phase; padding counts."""
    flops: float
    """Forward and backward of the whole phase, as MFU counts them."""
    recomputation_flops: float
    """A second forward pass through the blocks, where activations are recomputed. Done, but not counted in MFU."""
    hours: float
    """At hardware.peak_tflops x hardware.mfu on every worker."""
    checkpoint_bytes: int
    """A step checkpoint: weights, master weights and moments."""
    final_bytes: int
    """The finished model in bf16."""
    verdicts: tuple[Verdict, ...]
    """Every strategy, cheapest first; those that the recipe rules out too."""
    choice: Strategy | None
    """The first that the recipe leaves open and that fits."""
    remedy: str
    """Where nothing fits: what is missing, and the smallest change that would do. Else empty."""

    def verdict(self, strategy: Strategy) -> Verdict:
        """The verdict on `strategy`."""
        return next(verdict for verdict in self.verdicts if verdict.need.strategy == strategy)


def choose(config: PhaseConfig) -> Strategy:
    """The strategy that the phase is trained with: the cheapest that the recipe leaves open and that fits.

    Raises:
        PlanError: none fits; the message names the smallest change that would make one fit.
        TrainingError: the recipe's settings exclude each other, or `init_from` is no checkpoint.
    """
    planned = plan(config)
    if planned.choice is None:
        raise PlanError(planned.remedy)
    return planned.choice


def plan(config: PhaseConfig, model: HavocConfig | None = None) -> Plan:
    """Work out a phase on the workers and the hardware that its recipe names.

    Args:
        config: the phase.
        model: shape of the checkpoint that `init_from` names, where it does not exist yet.

    Raises:
        TrainingError: the recipe's settings exclude each other, or the shape behind `init_from` is not known.
    """
    shape = config.model or model or _shape_of_checkpoint(config)
    training, length = config.training, config.data.max_seq_len
    count = count_parameters(shape, config.lora)
    open_strategies = strategies_for(config)
    verdicts = [_judge(config, shape, strategy) for strategy in dict.fromkeys((*CHEAPEST_FIRST, *open_strategies))]
    fitting = (verdict.need.strategy for verdict in verdicts if verdict.fits)
    choice = next((strategy for strategy in fitting if strategy in open_strategies), None)

    tokens_per_step = training.effective_batch_size * length
    tokens = training.max_steps * tokens_per_step
    attended = tokens * (length + 1) // 2  # causal, one document per row: packed documents attend to less
    per_second = config.hardware.peak_tflops * 1e12 * config.hardware.mfu * config.scaling.num_workers
    flops = training_flops(shape, tokens, attended)
    if config.lora is not None:  # frozen weights need no gradient of their own: two FLOPs less per weight and token
        flops += 6.0 * count.trained * tokens - 2.0 * shape.num_parameters * tokens
    head = shape.vocab_size * shape.d_model
    recomputation = (training_flops(shape, tokens, attended) - 6.0 * head * tokens) / 3.0
    recomputation *= training.gradient_checkpointing
    return Plan(
        config=config,
        model=shape,
        parameters=count.total,
        trained_parameters=count.trained,
        tokens_per_step=tokens_per_step,
        tokens=tokens,
        flops=flops,
        recomputation_flops=recomputation,
        hours=flops / per_second / 3600,
        checkpoint_bytes=BF16 * (count.trained if config.lora else count.total) + OPTIMIZER_BYTES * count.trained,
        final_bytes=BF16 * shape.num_parameters,
        verdicts=tuple(verdicts),
        choice=choice,
        remedy="" if choice else _refusal(config, shape),
    )


def _shape_of_checkpoint(config: PhaseConfig) -> HavocConfig:
    path = config.resolve(config.init_from or config.root) / "config.json"
    try:
        return HavocConfig.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise TrainingError(
            f"init_from {config.init_from}: {path} is missing or no HAVOC configuration; finish the earlier phase first, "
            "or, to plan without it, name the shape with --model PRESET"
        ) from error


def _judge(config: PhaseConfig, shape: HavocConfig, strategy: Strategy) -> Verdict:
    need, hardware = memory_need(config, shape, strategy), config.hardware
    return Verdict(
        need,
        fits_gpu=need.gpu_bytes <= hardware.gpu_memory_gib * USABLE_GPU_SHARE * GIB,
        fits_host=need.host_bytes <= hardware.host_memory_gib * GIB,
    )


def _open_verdicts(config: PhaseConfig, shape: HavocConfig) -> list[Verdict]:
    """Verdicts on the strategies that the recipe leaves open, cheapest first."""
    return [_judge(config, shape, strategy) for strategy in strategies_for(config)]


def _refusal(config: PhaseConfig, shape: HavocConfig) -> str:
    """What is missing under the nearest strategy, and the smallest change of the recipe that would make it fit."""
    hardware = config.hardware
    nearest = min(
        (verdict.need for verdict in _open_verdicts(config, shape)),
        key=lambda need: (
            max(0.0, need.gpu_bytes / GIB - hardware.gpu_memory_gib * USABLE_GPU_SHARE)
            + max(0.0, need.host_bytes / GIB - hardware.host_memory_gib)
        ),
    )
    missing = f"{nearest.strategy} is nearest and needs "
    if config.scaling.use_gpu:
        usable = hardware.gpu_memory_gib * USABLE_GPU_SHARE
        missing += f"{nearest.gpu_bytes / GIB:.1f} GiB per GPU (there are {usable:.1f} usable) and "
    missing += f"{nearest.host_bytes / GIB:.1f} GiB of host memory per node (there are {hardware.host_memory_gib:g})"
    for description, changed in _changes(config, shape):
        found = next((verdict for verdict in _open_verdicts(changed, shape) if verdict.fits), None)
        if found:
            how = f"{description}; it then fits with {found.need.strategy}"
            return f"the phase does not fit: {missing}. The smallest change that would do: {how}"
    enough = (
        f"hardware.gpu_memory_gib of at least {nearest.gpu_bytes / GIB / USABLE_GPU_SHARE:.1f} "
        f"and hardware.host_memory_gib of at least {nearest.host_bytes / GIB:.1f}"
    )
    return f"the phase does not fit: {missing}. No single setting changes that; it takes {enough}"


def _changes(config: PhaseConfig, shape: HavocConfig) -> Iterator[tuple[str, PhaseConfig]]:
    """Changes of the recipe by what they cost: settings first, then memory, machines, and last what is trained."""
    training, hardware = config.training, config.hardware

    def changed(section: str, **values: Any) -> PhaseConfig:
        return config.model_copy(update={section: getattr(config, section).model_copy(update=values)})

    fixed = [name for name in ("zero_stage", "offload_optimizer", "offload_parameters") if getattr(training, name) != "auto"]
    if fixed:
        named = ", ".join(f"training.{name}" for name in fixed)
        yield f"set {named} to auto", changed("training", **dict.fromkeys(fixed, "auto"))
    if not training.gradient_checkpointing:
        again = changed("training", gradient_checkpointing=True, checkpoint_every_n_layers=1)
        yield "set training.gradient_checkpointing to true, with checkpoint_every_n_layers 1", again
    elif training.checkpoint_every_n_layers > 1:
        yield "set training.checkpoint_every_n_layers to 1", changed("training", checkpoint_every_n_layers=1)
    if not 0 < training.loss_chunk_tokens <= ADVISED_LOSS_CHUNK:
        smaller = changed("training", loss_chunk_tokens=ADVISED_LOSS_CHUNK)
        yield f"set training.loss_chunk_tokens to {ADVISED_LOSS_CHUNK}", smaller
    for rows in range(training.batch_size - 1, 0, -1):
        if training.batch_size % rows == 0:
            yield f"set training.batch_size to {rows} (fewer tokens per micro-batch)", changed("training", batch_size=rows)
    on_gpu = [verdict.need.host_bytes for verdict in _open_verdicts(config, shape) if verdict.fits_gpu]
    if on_gpu:
        gib = math.ceil(min(on_gpu) / GIB)
        yield f"{gib} GiB of host memory per node (hardware.host_memory_gib)", changed("hardware", host_memory_gib=gib)
    if config.scaling.use_gpu:
        rows = training.effective_batch_size // training.batch_size
        for gpus in range(config.scaling.num_workers + 1, rows + 1):
            if rows % gpus == 0:
                per_node = min(gpus, max(hardware.gpus_per_node, GPUS_OF_A_NODE))
                nodes = hardware.model_copy(update={"gpus_per_node": per_node})
                more = changed("scaling", num_workers=gpus).model_copy(update={"hardware": nodes})
                yield f"{gpus} GPUs (scaling.num_workers), {per_node} to a node (hardware.gpus_per_node)", more
    if config.init_from is not None and config.lora is None:
        adapters = LoraConfig()
        yield f"train adapters only (lora.rank {adapters.rank})", config.model_copy(update={"lora": adapters})
