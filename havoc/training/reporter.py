"""The figures of a run, summed over its ranks and written by rank 0."""

import math
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray

from havoc.config import HavocConfig, PhaseConfig
from havoc.training.checkpointing import TrainState
from havoc.training.errors import TrainingError
from havoc.training.flops import training_flops
from havoc.training.metrics import MetricsLog, measure_peak_flops, read_events
from havoc.training.run_folder import RunFolder


@dataclass(frozen=True)
class StepResult:
    """What one optimizer step was on one rank."""

    loss_sum: float
    """Sum of the cross-entropies in nats."""
    trained_tokens: int
    """Tokens in that sum."""
    source_tokens: NDArray[np.int64]
    """Tokens, padding left out, per source of the mixture."""
    attended: int
    """Pairs of a token and a position that it attends to."""
    learning_rate: float
    grad_norm: float
    """Global norm over all ranks, before clipping."""
    seconds: float


class Reporter:
    """Writes a line every `log_every_n_steps` steps, and one for each start, evaluation, checkpoint and the end.

    Its methods are called on every rank, since the sums are collective.
    """

    def __init__(
        self, config: PhaseConfig, model: HavocConfig, folder: RunFolder, device: torch.device, state: TrainState
    ) -> None:
        self._config, self._model, self._device, self._first_step = config, model, device, state.step
        self._rank = dist.get_rank()
        self._log = MetricsLog(folder.metrics, run=folder.path.name) if self._rank == 0 else None
        attempt = [1 + sum(event["event"] == "start" for event in read_events(folder.metrics))] if self._rank == 0 else [0]
        dist.broadcast_object_list(attempt)
        self.attempt: int = attempt[0]
        """Number of this start of the run, from 1."""
        self._labels = [source.label for source in config.data.sources]
        self._source_tokens = torch.tensor(state.source_tokens or [0] * len(self._labels), dtype=torch.int64)
        self._window: list[StepResult] = []
        self._peak_flops = float(self._sum(torch.tensor([measure_peak_flops(device)], dtype=torch.float64)))

    def started(self) -> None:
        """Write where this attempt runs and where it goes on."""
        workers: list[Any] = [None] * dist.get_world_size()
        dist.all_gather_object(workers, {"rank": self._rank, "host": socket.gethostname(), "pid": os.getpid()})
        self._write("start", {"attempt": self.attempt, "step": self._first_step, "workers": workers})

    def stepped(self, done: int, result: StepResult) -> None:
        """Account for the step after which `done` steps are done.

        Raises:
            TrainingError: the loss or the gradient is not finite any more.
        """
        if not (math.isfinite(result.loss_sum) and math.isfinite(result.grad_norm)):
            raise TrainingError(
                f"step {done}: loss or gradient is not finite; lower training.learning_rate or lengthen warmup_steps"
            )
        self._window.append(result)
        max_steps = self._config.training.max_steps
        if done % self._config.training.log_every_n_steps and done != max_steps:
            return
        steps, seconds = len(self._window), sum(result.seconds for result in self._window)
        loss_sum, trained, attended, tokens = self._close_window()
        self._write(
            "train",
            {
                "step": done,
                "loss": loss_sum / trained,
                "learning_rate": result.learning_rate,
                "grad_norm": result.grad_norm,
                "tokens_per_second": tokens / seconds,
                "mfu": training_flops(self._model, tokens, attended) / seconds / self._peak_flops,
                "eta_seconds": (max_steps - done) * seconds / steps,
                "mixture": dict(zip(self._labels, self._shares(), strict=True)),
            },
        )

    def source_tokens(self) -> tuple[int, ...]:
        """Tokens trained so far per source of the mixture, over all ranks and attempts."""
        pending = np.sum([result.source_tokens for result in self._window], axis=0, dtype=np.int64)
        pending = np.broadcast_to(pending, len(self._labels))
        return tuple((self._source_tokens + self._sum(torch.tensor(pending))).tolist())

    def evaluated(self, done: int, loss: float) -> None:
        """Write a held-out loss."""
        self._write("eval", {"step": done, "val_loss": loss})

    def saved(self, done: int, seconds: float) -> None:
        """Write that a checkpoint was taken, and how long training stood still for it."""
        self._write("checkpoint", {"step": done, "seconds": round(seconds, 3)})

    def finished(self) -> None:
        """Write the mark of a complete run."""
        self._write("finished", {"step": self._config.training.max_steps})

    def _close_window(self) -> tuple[float, int, int, int]:
        """Loss sum, trained tokens, attended pairs and tokens of all ranks since the last line."""
        window, self._window = self._window, []
        own = [sum(r.loss_sum for r in window), sum(r.trained_tokens for r in window), sum(r.attended for r in window)]
        sums = self._sum(torch.tensor(own, dtype=torch.float64)).tolist()
        sources = self._sum(torch.from_numpy(np.sum([r.source_tokens for r in window], axis=0)))
        self._source_tokens += sources
        return sums[0], int(sums[1]), int(sums[2]), int(sources.sum())

    def _shares(self) -> list[float]:
        shares: list[float] = (self._source_tokens / self._source_tokens.sum()).tolist()
        return shares

    def _sum(self, values: torch.Tensor) -> torch.Tensor:
        on_device = values.to(self._device)
        dist.all_reduce(on_device)
        return on_device.cpu()

    def _write(self, event: str, values: Mapping[str, Any]) -> None:
        if self._log is not None:
            self._log.write(event, values)
