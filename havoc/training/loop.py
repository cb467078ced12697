"""What every worker runs, in all three phases: rows in, optimizer steps, metrics, checkpoints, and the finished model."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import ray.train
import ray.train.torch
import torch
import torch.distributed as dist
from numpy.typing import NDArray

from havoc.config import PhaseConfig
from havoc.data import MixturePlan, RowStore, batches, local_batches
from havoc.training.batch import micro_batches, tokens_per_source
from havoc.training.checkpointing import (
    TrainState,
    convert_to_universal,
    read_state,
    remove_universal,
    restore,
    save_step,
)
from havoc.training.deepspeed_config import deepspeed_config
from havoc.training.errors import TrainingError
from havoc.training.evaluation import HeldOut
from havoc.training.extensions import import_deepspeed
from havoc.training.final import build_model, save_final
from havoc.training.optimizer import build_optimizer, set_learning_rate
from havoc.training.reporter import Reporter, StepResult
from havoc.training.run_folder import RunFolder
from havoc.training.schedule import learning_rate
from havoc.training.strategy import Strategy

TRAIN_STORE = "train"
VALIDATION_STORE = "validation"


@dataclass(frozen=True)
class Task:
    """What the driver sends to every worker."""

    config: PhaseConfig
    """The recipe, its root absolute: a worker's current folder is not the driver's."""
    strategy: Strategy
    """What the planner chose."""


def train_loop(payload: Mapping[str, Any]) -> None:
    """Entry point of a Ray Train worker; `payload["task"]` is a Task. After a failure it runs again, from the checkpoint."""
    task: Task = payload["task"]
    config, training = task.config, task.config.training
    device = _prepare_device(config)
    deepspeed = import_deepspeed(on_cpu=not config.scaling.use_gpu)
    world, rank = dist.get_world_size(), dist.get_rank()
    checkpoint = ray.train.get_checkpoint()
    state = read_state(checkpoint) if checkpoint else TrainState()
    converted = checkpoint is not None and state.world_size != world
    if converted:
        if rank == 0:
            convert_to_universal(checkpoint)
        dist.barrier()

    model, tokenizer = build_model(config)
    engine, *_ = deepspeed.initialize(
        model=model,
        optimizer=build_optimizer(model, training, task.strategy),
        config=deepspeed_config(config, task.strategy, config.accumulation, load_universal=converted),
    )
    if checkpoint is not None:
        restore(engine, checkpoint, state, frozen=config.lora is not None)
        dist.barrier()
        if converted and rank == 0:
            remove_universal(checkpoint)

    folder = RunFolder(config.resolve(config.checkpoint.dir))
    reporter = Reporter(config, model.config, folder, device, state)
    held_out = _held_out(config)
    feed = _feed(config, state.step)
    reporter.started()
    if held_out is not None and state.step == 0:
        reporter.evaluated(0, held_out.loss(engine, device))
    for step in range(state.step, training.max_steps):
        result = _step(engine, next(feed), learning_rate(step, training), config, device)
        done, last = step + 1, step + 1 == training.max_steps
        reporter.stepped(done, result)
        if held_out is not None and (last or done % training.eval_every_n_steps == 0):
            reporter.evaluated(done, held_out.loss(engine, device))
        if last or done % config.checkpoint.save_every_n_steps == 0:
            began = time.perf_counter()
            state = TrainState(done, world, reporter.source_tokens())
            save_step(engine, state, folder, attempt=reporter.attempt, frozen=config.lora is not None)
            reporter.saved(done, time.perf_counter() - began)
    save_final(engine, tokenizer, config, folder.final)
    reporter.finished()


def _prepare_device(config: PhaseConfig) -> torch.device:
    if config.scaling.use_gpu:
        return ray.train.torch.get_device()
    torch.set_num_threads(max(1, int(config.scaling.cpus_per_worker)))
    return torch.device("cpu")


def _feed(config: PhaseConfig, start_step: int) -> Iterator[Mapping[str, NDArray[np.generic]]]:
    """This rank's rows of each step from `start_step` on, in the order of the mixture plan."""
    rows_per_step = config.training.effective_batch_size
    span = (start_step, config.training.max_steps, dist.get_rank(), dist.get_world_size(), rows_per_step)
    if config.data.feed == "ray":
        return batches(ray.train.get_dataset_shard("train"), *span)
    store = RowStore.open(config.resolve(config.data.shards) / TRAIN_STORE)
    plan = MixturePlan.of(store, [source.weight for source in config.data.sources], config.data.seed)
    return local_batches(store, plan, *span)


def _held_out(config: PhaseConfig) -> HeldOut | None:
    sources = config.data.validation_sources
    if not sources:
        return None
    store = RowStore.open(config.resolve(config.data.shards) / VALIDATION_STORE)
    training = config.training
    weights = [source.weight for source in sources]
    return HeldOut(store, weights, training.eval_samples, training.batch_size, config.data.seed)


def _step(
    engine: Any, rows: Mapping[str, NDArray[np.generic]], rate: float, config: PhaseConfig, device: torch.device
) -> StepResult:
    """One optimizer step over this rank's rows."""
    started = time.perf_counter()
    passes = [batch.to(device) for batch in micro_batches(rows, config.training.batch_size)]
    trained = torch.tensor(sum(batch.trained_tokens for batch in passes), device=device)
    dist.all_reduce(trained)
    if not trained:
        raise TrainingError(
            f"sample {rows['index'][0]} and on: no token is trained in this step; check the data's loss masks"
        )
    set_learning_rate(engine.optimizer, rate)
    # DeepSpeed divides each backward by the accumulation and averages gradients over ranks; multiplied by both, what
    # remains is the mean over all trained tokens of the step, however they are spread over passes and ranks.
    scale = dist.get_world_size() * config.accumulation / int(trained)
    total = torch.zeros((), device=device)
    for batch in passes:
        loss_sum = batch.loss_sum(engine)
        engine.backward(loss_sum * scale)
        engine.step()
        total += loss_sum.detach()
    return StepResult(
        loss_sum=float(total),
        trained_tokens=sum(batch.trained_tokens for batch in passes),
        source_tokens=tokens_per_source(rows, len(config.data.sources)),
        attended=sum(batch.attended for batch in passes),
        learning_rate=rate,
        grad_norm=float(engine.get_global_grad_norm()),
        seconds=time.perf_counter() - started,
    )
