"""What the three training phases have in common as jobs: read the recipe, run it, say what came out."""

from havoc.config import PhaseConfig
from havoc.training.launch import run_phase
from jobs.command import run_job


def run_phase_job(description: str) -> None:
    """Entry point of a phase's module; `description` is its docstring."""
    run_job(_main, PhaseConfig, description)


def _main(config: PhaseConfig) -> None:
    result = run_phase(config)
    print(f"done: {result.steps} steps, model in {result.final}")
    if result.val_loss_start is not None:
        print(f"held-out loss {result.val_loss_start:.4f} -> {result.val_loss_end:.4f} nats per token")
