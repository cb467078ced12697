"""What a run tells: one JSON line per event beside the checkpoints, and the same figures as Ray metrics."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from ray.util.metrics import Gauge

GAUGES = {
    "loss": "Training loss, mean over the trained tokens of the step (nats)",
    "val_loss": "Held-out loss, mean over the trained tokens (nats)",
    "learning_rate": "Learning rate of the step",
    "grad_norm": "Global gradient norm before clipping",
    "tokens_per_second": "Tokens trained per second, all workers",
    "mfu": "Model FLOPs utilisation: share of the measured bf16 matrix peak",
    "step": "Optimizer steps done",
    "eta_seconds": "Estimated seconds to the last step",
}


class MetricsLog:
    """Writes events of a run to a JSONL file and mirrors numbers to Ray's metrics as `havoc_train_NAME{run=...}`."""

    def __init__(self, path: Path, run: str) -> None:
        _drop_partial_line(path)
        self._file = path.open("a", encoding="utf-8")
        self._tags = {"run": run}
        self._gauges = {
            name: Gauge(f"havoc_train_{name}", description=text, tag_keys=("run",)) for name, text in GAUGES.items()
        }

    def write(self, event: str, values: Mapping[str, Any]) -> None:
        """Append one event; flushed at once, so that a follower sees it and a crash loses nothing."""
        self._file.write(json.dumps({"event": event, "time": round(time.time(), 3), **values}) + "\n")
        self._file.flush()
        for name in self._gauges.keys() & values.keys():
            if values[name] is not None:
                self._gauges[name].set(float(values[name]), tags=self._tags)


def _drop_partial_line(path: Path) -> None:
    """Cut off what a full disk or a kill left of a last line, so that the next event does not continue it."""
    if path.exists():
        content = path.read_bytes()
        if content and not content.endswith(b"\n"):
            path.write_bytes(content[: content.rfind(b"\n") + 1])


def read_events(path: Path) -> list[dict[str, Any]]:
    """All events of a metrics file, oldest first; a line that is still being written is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def measure_peak_flops(device: torch.device, seconds: float = 0.3) -> float:
    """bf16 matrix FLOP/s that `device` reaches here and now, on square products of 2048 (CPU) or 8192 (GPU)."""
    size = 8192 if device.type == "cuda" else 2048
    left, right, product = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(3))
    best, deadline = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        _synchronize(device)
        started = time.perf_counter()
        torch.mm(left, right, out=product)
        _synchronize(device)
        best = max(best, 2.0 * size**3 / (time.perf_counter() - started))
    return best


def _synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
