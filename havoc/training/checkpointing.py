"""Step checkpoints: each rank's shard of weights and optimizer state, saved through Ray Train and restored exactly."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ray.train
import torch.distributed as dist
from ray.train import Checkpoint, CheckpointUploadMode

from havoc.training.errors import TrainingError
from havoc.training.run_folder import STATE, RunFolder

TAG = "ds"
UNIVERSAL_TAG = "universal"


@dataclass(frozen=True)
class TrainState:
    """What a run needs, beside weights and optimizer, to go on as if it had never stopped."""

    step: int = 0
    """Optimizer steps done; the next sample is step x effective_batch_size."""
    world_size: int = 0
    """Ranks that wrote the checkpoint."""
    source_tokens: tuple[int, ...] = ()
    """Tokens trained so far, per source of the mixture."""


def save_step(engine: Any, state: TrainState, run: RunFolder, *, attempt: int, frozen: bool) -> None:
    """Write this rank's shard and hand it to Ray, which uploads it while training goes on.

    Args:
        engine: DeepSpeed engine.
        state: reached after the step; rank 0 writes it into the checkpoint.
        run: where Ray uploads it to.
        attempt: number of this start of the run. It is part of the name, because an upload is a plain copy: a folder
            that a killed attempt left half-written must never be completed by the next one.
        frozen: leave parameters that are not trained out of the file (LoRA).
    """
    folder = tempfile.mkdtemp(prefix="havoc-step-")
    engine.save_checkpoint(folder, tag=TAG, exclude_frozen_parameters=frozen)
    if dist.get_rank() == 0:
        (Path(folder) / STATE).write_text(json.dumps(asdict(state)), encoding="utf-8")
        run.keep_snapshot()
    ray.train.report(
        {"step": state.step},
        checkpoint=Checkpoint.from_directory(folder),
        checkpoint_dir_name=f"step_{state.step:08d}-w{state.world_size}-a{attempt}",
        checkpoint_upload_mode=CheckpointUploadMode.ASYNC,
        delete_local_checkpoint_after_upload=True,
    )


def read_state(checkpoint: Checkpoint) -> TrainState:
    """The state inside `checkpoint`.

    Raises:
        TrainingError: the checkpoint has none, so it was not written by this code or was cut short.
    """
    path = Path(checkpoint.path) / STATE
    if not path.exists():
        raise TrainingError(f"{path}: missing, so the checkpoint is not complete; delete its folder and start again")
    values = json.loads(path.read_text(encoding="utf-8"))
    return TrainState(values["step"], values["world_size"], tuple(values["source_tokens"]))


def restore(engine: Any, checkpoint: Checkpoint, state: TrainState, *, frozen: bool) -> None:
    """Load weights, optimizer state and step counters into `engine`.

    The engine of a run with another number of ranks must have been configured with `load_universal`, and
    `convert_to_universal` must have run.
    """
    converted = state.world_size != dist.get_world_size()
    folder = universal_folder(checkpoint) if converted else Path(checkpoint.path)
    loaded, _ = engine.load_checkpoint(
        str(folder), tag=UNIVERSAL_TAG if converted else TAG, load_module_strict=not frozen, load_lr_scheduler_states=False
    )
    if loaded is None:
        raise TrainingError(f"{folder}: DeepSpeed found no checkpoint in it; delete the folder and start again")


def universal_folder(checkpoint: Checkpoint) -> Path:
    """Where the world-size independent copy of `checkpoint` lives while a run starts from it."""
    path = Path(checkpoint.path)
    return path.parent / f"universal-{path.name}"


def remove_universal(checkpoint: Checkpoint) -> None:
    """Delete the world-size independent copy, once every rank has loaded it."""
    shutil.rmtree(universal_folder(checkpoint))


def convert_to_universal(checkpoint: Checkpoint) -> None:
    """Rewrite `checkpoint` so that any number of ranks can load it (one process does this; the rest wait).

    State is restored exactly, but sums over another number of ranks are rounded in another order: from here on the run
    agrees with the undisturbed one in state and sample order, not in every last bit.
    """
    target = universal_folder(checkpoint)
    shutil.rmtree(target, ignore_errors=True)
    command = [sys.executable, "-m", "deepspeed.checkpoint.ds_to_universal", "--inject_missing_state"]
    command += ["--input_folder", str(Path(checkpoint.path) / TAG), "--output_folder", str(target / UNIVERSAL_TAG)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise TrainingError(
            f"{checkpoint.path}: cannot be converted to another number of workers ({' '.join(last)}); "
            "start with the number that wrote it"
        )
