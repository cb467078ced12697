"""SIGKILL training workers at random steps, and compare the final weights with those of an undisturbed run, bit for bit.

python -m jobs.bench.kill_resume [--kills 10] [--seed 0] [--output DIR]

Both runs are phase 1 jobs of a tiny model on the same rows, with two workers, ZeRO-1, Ray Data's stream and asynchronous
checkpoints. Besides the weights, every step's loss is compared, so that a repeated or a skipped sample would show.
"""

import argparse
import hashlib
import inspect
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from havoc.errors import HavocError
from havoc.tokens import train_sentencepiece
from havoc.training.metrics import read_events
from jobs.command import errors_as_one_line

STEPS = 60
SAVE_EVERY = 10
POLL_S = 0.01


@dataclass(frozen=True)
class Outcome:
    """What is compared of a run."""

    weights: str
    """sha256 over the final weights' files."""
    losses: dict[int, float]
    """Loss of each step; of the last attempt where a step was run more than once."""
    starts: list[int]
    """Step at which each attempt began."""
    kills: int
    """Workers killed."""


class Killer(threading.Thread):
    """Kills a random worker of a run as soon as a chosen step is done, once for each of `steps` (ascending)."""

    def __init__(self, metrics: Path, steps: Sequence[int], rng: random.Random) -> None:
        super().__init__(name="killer", daemon=True)
        self._metrics, self._steps, self._rng = metrics, list(steps), rng
        self.killed: list[int] = []

    def run(self) -> None:
        """Wait for each step in turn; a step that an attempt has already passed is awaited in the next attempt."""
        attempt = 0
        for wanted in self._steps:
            while True:
                time.sleep(POLL_S)
                events = read_events(self._metrics)
                starts = [index for index, event in enumerate(events) if event["event"] == "start"]
                if len(starts) <= attempt:
                    continue
                current = events[starts[-1] :]
                if any(event["event"] == "train" and event["step"] >= wanted for event in current):
                    break
            attempt = len(starts)
            os.kill(self._rng.choice(current[0]["workers"])["pid"], signal.SIGKILL)
            self.killed.append(wanted)


def compare(kills: int, seed: int, output: Path) -> tuple[Outcome, Outcome]:
    """Run undisturbed and with `kills` kills, in two folders under `output`."""
    recipe = write_recipe(output)
    rng = random.Random(seed)
    steps = sorted(rng.sample(range(1, STEPS), kills))
    return run(recipe, output, "undisturbed", [], rng), run(recipe, output, "killed", steps, rng)


def run(recipe: Path, output: Path, name: str, kill_at: Sequence[int], rng: random.Random) -> Outcome:
    """One phase 1 job in its own process and its own Ray, with workers killed at the steps `kill_at`."""
    folder = output / name
    killer = Killer(folder / "metrics.jsonl", kill_at, rng)
    killer.start()
    command = [sys.executable, "-m", "jobs.phase1_pretrain", "--config", str(recipe), f"root={output}"]
    command += [f"checkpoint.dir={name}", f"scaling.max_failures={len(kill_at)}"]
    done = subprocess.run(command, check=False, cwd=Path(__file__).resolve().parents[2], stdout=sys.stderr)
    if done.returncode:
        raise HavocError(f"run {name!r}: exit code {done.returncode}; its output is above")
    return outcome(folder, len(killer.killed))


def outcome(folder: Path, kills: int) -> Outcome:
    """Read what a finished run left."""
    events = read_events(folder / "metrics.jsonl")
    digest = hashlib.sha256()
    for file in sorted((folder / "final").glob("*.safetensors")):
        digest.update(file.read_bytes())
    return Outcome(
        weights=digest.hexdigest(),
        losses={event["step"]: event["loss"] for event in events if event["event"] == "train"},
        starts=[event["step"] for event in events if event["event"] == "start"],
        kills=kills,
    )


def write_recipe(output: Path) -> Path:
    """A tiny corpus from the standard library's sources, its tokenizer, and the recipe of both runs."""
    modules: list[Any] = [argparse, inspect, json, random, subprocess, tempfile, threading]
    texts = [Path(inspect.getfile(module)).read_text(encoding="utf-8") for module in modules]
    for name, chosen in (("first", texts[::2]), ("second", texts[1::2])):
        (output / name).mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps({"text": text}) + "\n" for text in chosen)
        (output / name / "part.jsonl").write_text(lines, encoding="utf-8")
    train_sentencepiece(texts, vocab_size=600).save(output / "tokenizer")
    recipe = {
        "model": {"preset": "havoc_toy", "vocab_size": 600, "d_model": 64, "num_layers": 2, "max_seq_len": 128},
        "tokenizer": "tokenizer",
        "data": {
            "sources": [{"path": "first", "weight": 0.7}, {"path": "second", "weight": 0.3}],
            "shards": "shards",
            "max_seq_len": 128,
        },
        "training": {
            "batch_size": 2, "effective_batch_size": 16, "learning_rate": 1e-3, "min_learning_rate": 1e-4,
            "warmup_steps": 5, "max_steps": STEPS, "log_every_n_steps": 1, "gradient_checkpointing": False,
            "loss_chunk_tokens": 0,
        },
        "checkpoint": {"dir": "unnamed", "save_every_n_steps": SAVE_EVERY, "keep_last_n_checkpoints": 2},
        "scaling": {"num_workers": 2, "use_gpu": False},
    }  # fmt: skip
    path = output / "recipe.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False), encoding="utf-8")
    return path


def main() -> None:
    """Compare, print, and fail where a bit differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="folder to keep; a temporary one otherwise")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="havoc-kill-") as temporary:
        calm, killed = compare(options.kills, options.seed, options.output or Path(temporary))
    print(f"undisturbed: weights {calm.weights[:16]}, {len(calm.losses)} steps")
    print(f"killed:      weights {killed.weights[:16]}, {len(killed.losses)} steps, {killed.kills} kills")
    print(f"attempts began at steps {killed.starts}")
    if killed.kills != options.kills or calm.weights != killed.weights or calm.losses != killed.losses:
        raise HavocError("the runs differ: see the weights and attempts above")
    print("identical: every weight and every step's loss")


if __name__ == "__main__":
    with errors_as_one_line():
        main()
