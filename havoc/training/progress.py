"""The run as a person sees it: the driver follows metrics.jsonl, as a bar on a terminal and as plain lines elsewhere."""

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tqdm import tqdm

from havoc.training.metrics import read_events


class ProgressFollower:
    """Context manager that prints the events of a run while they are written.

    The file is on storage that driver and workers share, which the checkpoints need anyway; following it keeps worker
    output free of progress lines, and shows the same thing whether the run is local or on a cluster.
    """

    def __init__(self, metrics: Path, max_steps: int, interval_s: float = 0.5) -> None:
        self._metrics = metrics
        self._interval_s = interval_s
        self._stop = threading.Event()
        self._seen = len(read_events(metrics))
        self._bar = tqdm(total=max_steps, unit="step", disable=not sys.stderr.isatty(), dynamic_ncols=True)
        self._thread = threading.Thread(target=self._follow, name="progress", daemon=True)

    def __enter__(self) -> "ProgressFollower":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        self._show_new()
        self._bar.close()

    def _follow(self) -> None:
        while not self._stop.wait(self._interval_s):
            self._show_new()

    def _show_new(self) -> None:
        events = read_events(self._metrics)
        for event in events[self._seen :]:
            self._bar.write(describe(event), file=sys.stdout)
            if "step" in event:
                self._bar.update(event["step"] - self._bar.n)
        self._seen = len(events)
        sys.stdout.flush()


def describe(event: Mapping[str, Any]) -> str:
    """One line for a person."""
    name = event["event"]
    if name == "start":
        verb = "resumes at" if event["step"] else "starts at"
        workers = ", ".join(f"{worker['host']}:{worker['pid']}" for worker in event["workers"])
        return f"attempt {event['attempt']} {verb} step {event['step']} on {len(event['workers'])} workers ({workers})"
    if name == "eval":
        return f"step {event['step']:>7}  held-out loss {event['val_loss']:.4f}"
    if name == "train":
        return (
            f"step {event['step']:>7}  loss {event['loss']:.4f}  lr {event['learning_rate']:.2e}  "
            f"grad {event['grad_norm']:.2f}  {event['tokens_per_second']:,.0f} tok/s  "
            f"MFU {event['mfu']:.0%}  ETA {_duration(event['eta_seconds'])}"
        )
    if name == "checkpoint":
        return f"step {event['step']:>7}  checkpoint {event['seconds']:.1f} s"
    return f"{name}: " + ", ".join(f"{key} {value}" for key, value in event.items() if key not in ("event", "time"))


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
