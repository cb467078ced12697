"""From a recipe to a finished phase: plan, claim the folder, prepare rows, train on Ray, report."""

import functools
import math
import os
from dataclasses import dataclass
from pathlib import Path

import ray
import ray.train
from ray.train.torch import TorchConfig, TorchTrainer

from havoc.config import PhaseConfig
from havoc.data import keep_order, prepare, ray_dataset
from havoc.errors import HavocError
from havoc.training.errors import TrainingError
from havoc.training.final import starting_point, tokenizer_folder
from havoc.training.loop import TRAIN_STORE, VALIDATION_STORE, Task, train_loop
from havoc.training.memory import OBJECT_STORE_BYTES
from havoc.training.metrics import read_events
from havoc.training.plan_report import PINNED_ROUNDING
from havoc.training.planner import choose
from havoc.training.progress import ProgressFollower
from havoc.training.run_folder import RunFolder
from havoc.training.strategy import Strategy

UPLOADED = "working_dir_files"
"""Part of the path where Ray unpacks what `ray job submit --working-dir` uploads."""
FEEDING_CPUS = 2
"""CPUs that must be left beside the workers, or the tasks that prepare and stream rows would wait for ever."""


@dataclass(frozen=True)
class PhaseResult:
    """What a finished phase leaves."""

    final: Path
    """Checkpoint directory that `from_pretrained` loads."""
    steps: int
    """Optimizer steps of the phase."""
    val_loss_start: float | None
    """Held-out loss before the first step, nats per token; None without validation sources."""
    val_loss_end: float | None
    """Held-out loss after the last step."""


def run_phase(config: PhaseConfig) -> PhaseResult:
    """Train one phase to its end, going on from the newest complete checkpoint where the run was begun before.

    Raises:
        HavocError: a setting, a source or a folder is wrong, or the plan cannot fit; raised before anything is trained.
        TrainingError: training failed more often than scaling.max_failures allows.
    """
    config = _with_absolute_root(config)
    strategy = choose(config)
    accumulation = config.accumulation
    starting_point(config)
    folder = RunFolder(config.resolve(config.checkpoint.dir))
    folder.claim(config)
    if folder.final.exists():
        print(f"{folder.final}: this run is complete; nothing to do", flush=True)
        return _result(folder, config)
    if folder.mend_snapshot():
        print(f"{folder.path}: Ray's list of checkpoints was cut short; the list before it is used", flush=True)
    for name in folder.remove_uncommitted():
        print(f"removed {name}: its upload was interrupted", flush=True)
    print(f"strategy {strategy}, {config.scaling.num_workers} workers x {accumulation} passes a step", flush=True)
    connect(config)
    keep_order()
    prepare_stores(config)
    trainer = TorchTrainer(
        train_loop,
        train_loop_config={"task": Task(config, strategy)},
        datasets={"train": functools.partial(_train_stream, config)} if config.data.feed == "ray" else None,
        scaling_config=_scaling(config),
        torch_config=TorchConfig(backend="nccl" if config.scaling.use_gpu else "gloo"),
        run_config=ray.train.RunConfig(
            name=folder.path.name,
            storage_path=str(folder.path.parent),
            failure_config=ray.train.FailureConfig(max_failures=config.scaling.max_failures),
            checkpoint_config=ray.train.CheckpointConfig(num_to_keep=config.checkpoint.keep_last_n_checkpoints),
            worker_runtime_env={"env_vars": _worker_environment(config, strategy)},
        ),
    )
    with ProgressFollower(folder.metrics, config.training.max_steps):
        try:
            trainer.fit()
        except ray.train.TrainingFailedError as error:
            raise TrainingError(
                f"checkpoint.dir {folder.path}: training failed ({_cause(error)}); the last complete checkpoint is at "
                f"step {folder.latest_step()}, and the same command goes on from there"
            ) from error
    folder.remove_uncommitted()
    return _result(folder, config)


def _with_absolute_root(config: PhaseConfig) -> PhaseConfig:
    """`config` with paths that mean the same on every worker."""
    root = config.root.expanduser().absolute()
    if UPLOADED in root.parts:
        raise TrainingError(
            f"root {config.root}: relative to Ray's temporary copy of the working directory, where results would be lost; "
            "give root=/ABSOLUTE/FOLDER, on a cluster one that all nodes see"
        )
    return config.model_copy(update={"root": root})


def connect(config: PhaseConfig) -> None:
    """Join the cluster that RAY_ADDRESS or `ray job submit` names, or start a Ray on this machine for this process.

    Raises:
        TrainingError: the cluster has too few CPUs for the workers and, beside them, the tasks that feed them.
    """
    needed = config.scaling.num_workers * config.scaling.cpus_per_worker + FEEDING_CPUS
    if not ray.is_initialized():
        if "RAY_ADDRESS" in os.environ:
            ray.init()
        else:
            cpus = max(os.cpu_count() or 1, math.ceil(needed))  # logical: Ray counts them, it binds nothing
            ray.init(num_cpus=cpus, object_store_memory=OBJECT_STORE_BYTES)
    there = ray.cluster_resources().get("CPU", 0.0)
    if there < needed:
        raise TrainingError(
            f"scaling: {config.scaling.num_workers} workers x {config.scaling.cpus_per_worker:g} CPUs, and {FEEDING_CPUS} "
            f"for the tasks that feed them, are {needed:g} CPUs, the cluster has {there:g}; "
            "lower scaling or start Ray with more --num-cpus"
        )


def prepare_stores(config: PhaseConfig) -> None:
    """Tokenise and pack the training and validation sources, or find the rows of an earlier start unchanged."""
    for name, sources in ((TRAIN_STORE, config.data.sources), (VALIDATION_STORE, config.data.validation_sources)):
        if sources:
            prepare(sources, config.resolve(config.data.shards) / name, tokenizer_folder(config), config.data, config.root)


def _train_stream(config: PhaseConfig) -> ray.data.Dataset:
    """The training rows from the newest complete checkpoint on. Ray calls it at every start of the worker group."""
    store = config.resolve(config.data.shards) / TRAIN_STORE
    return ray_dataset(
        store,
        [source.weight for source in config.data.sources],
        config.data.seed,
        start_step=RunFolder(config.resolve(config.checkpoint.dir)).latest_step(),
        end_step=config.training.max_steps,
        world=config.scaling.num_workers,
        rows_per_step=config.training.effective_batch_size,
    )


def _scaling(config: PhaseConfig) -> ray.train.ScalingConfig:
    scaling = config.scaling
    resources: dict[str, float] = {"CPU": scaling.cpus_per_worker}
    if scaling.use_gpu:
        resources["GPU"] = 1
    return ray.train.ScalingConfig(num_workers=scaling.num_workers, use_gpu=scaling.use_gpu, resources_per_worker=resources)


def _worker_environment(config: PhaseConfig, strategy: Strategy) -> dict[str, str]:
    environment = {"OMP_NUM_THREADS": str(max(1, int(config.scaling.cpus_per_worker)))}
    if strategy.offload_optimizer:
        name, value = PINNED_ROUNDING.split("=")
        environment[name] = value
    return environment


def _result(folder: RunFolder, config: PhaseConfig) -> PhaseResult:
    losses = [event["val_loss"] for event in read_events(folder.metrics) if event["event"] == "eval"]
    return PhaseResult(
        final=folder.final,
        steps=config.training.max_steps,
        val_loss_start=losses[0] if losses else None,
        val_loss_end=losses[-1] if losses else None,
    )


def _cause(error: Exception) -> str:
    """The line that says what happened. When one worker is lost, the others only report a closed connection."""
    failures: list[Exception] = list(getattr(error, "worker_failures", {}).values()) or [error]
    failures.sort(key=lambda failure: (not isinstance(failure, HavocError), isinstance(failure, RuntimeError)))
    return str(failures[0]).strip().splitlines()[-1]
