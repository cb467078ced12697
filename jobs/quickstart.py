"""The main job at toy size: corpus, tokenizer, the three training phases on a local Ray, and the model that came out writes.

python -m jobs.quickstart [--output runs/quickstart] [--dashboard-port 8265]

Started again, it goes on where it was interrupted; finished phases are found complete.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from havoc.errors import HavocError
from havoc.training.metrics import read_events
from jobs.command import errors_as_one_line
from jobs.local_head import LocalHead

REPOSITORY = Path(__file__).resolve().parent.parent
RECIPES = "jobs/configs/toy"
PHASES = ("phase1_pretrain", "phase2_sft", "phase3_polish")
PROMPTS = ("What is the standard deviation?", "Compare two groups using t-test: [1,2,3,4,5] vs [2,3,4,5,6]")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every step; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=REPOSITORY / "runs" / "quickstart", help="folder of all results")
    parser.add_argument("--dashboard-port", type=int, default=8265, help="another free port is taken where it is in use")
    options = parser.parse_args(arguments)
    output: Path = options.output.absolute()
    output.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()

    with LocalHead(dashboard_port=options.dashboard_port) as head:
        print(f"Ray dashboard: {head.dashboard_url} (token: {head.token})", flush=True)
        steps = [
            ("corpus from the installed documentation", _recipe("jobs.build_corpus", "corpus", output)),
            ("seed examples", ["python", "-m", "jobs.seed_examples", "--output", str(output / "seed")]),
            ("phase 0, tokenizer", _recipe("jobs.phase0_tokenizer", "phase0_tokenizer", output)),
            *((f"{phase.replace('_', ', ')}", _recipe(f"jobs.{phase}", phase, output)) for phase in PHASES),
        ]
        for title, entrypoint in steps:
            print(f"\n=== {title} ({_clock(started)})\n    {' '.join(entrypoint)}", flush=True)
            head.submit(entrypoint, REPOSITORY)

    print(f"\n=== the model writes ({_clock(started)})", flush=True)
    final = output / "checkpoints" / "phase3" / "final"
    for prompt in PROMPTS:
        command = [sys.executable, "-m", "jobs.generate", "--checkpoint", str(final), "--prompt", prompt]
        subprocess.run(
            [*command, "--max-new-tokens", "160", "--temperature", "0.7", "--seed", "0"], check=True, cwd=REPOSITORY
        )
    _summarise(output, started)


def _recipe(module: str, name: str, output: Path) -> list[str]:
    return ["python", "-m", module, "--config", f"{RECIPES}/{name}.yaml", f"root={output}"]


def _summarise(output: Path, started: float) -> None:
    """Print each phase's held-out loss and refuse a run in which one did not fall."""
    print(f"\n=== summary ({_clock(started)})")
    for phase in PHASES:
        events = read_events(output / "checkpoints" / phase.split("_")[0] / "metrics.jsonl")
        first, *_, last = [event["val_loss"] for event in events if event["event"] == "eval"]
        print(f"{phase:<16} held-out loss {first:.3f} -> {last:.3f} nats per token")
        if last >= first:
            raise HavocError(
                f"{phase}: the held-out loss did not fall ({first:.3f} -> {last:.3f}); look at its metrics.jsonl"
            )
    print(f"model: {output / 'checkpoints' / 'phase3' / 'final'}")


def _clock(started: float) -> str:
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    return f"{minutes}:{seconds:02d}"


if __name__ == "__main__":
    with errors_as_one_line():
        main()
