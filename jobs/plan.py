"""What a phase will need and take, before anything is started: memory per strategy, tokens, FLOPs, hours, checkpoints.

python -m jobs.plan --config FILE [--gpus N] [--gpu-memory-gib G] [--host-memory-gib H] [--gpus-per-node N]
                    [--model PRESET] [--json] [section.field=value ...]

Exit status: 0 when a strategy fits, 2 when none does (the smallest change that would do is printed) or the recipe is wrong.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from havoc.config import PhaseConfig, load_config, load_preset
from havoc.training.plan_report import as_values, describe
from havoc.training.planner import plan
from jobs.command import errors_as_one_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the plan; return the exit status."""
    options = _parser().parse_args(arguments)
    gpus_per_node = options.gpus_per_node or options.gpus  # GPUs that are only counted are taken to share one node
    named = {
        "scaling.num_workers": options.gpus,
        "hardware.gpus_per_node": gpus_per_node,
        "hardware.gpu_memory_gib": options.gpu_memory_gib,
        "hardware.host_memory_gib": options.host_memory_gib,
    }
    overrides = [f"{field}={value}" for field, value in named.items() if value is not None]
    with errors_as_one_line():
        config = load_config(PhaseConfig, options.config, [*overrides, *options.overrides])
        planned = plan(config, load_preset(options.model) if options.model else None)
        print(json.dumps(as_values(planned), indent=2) if options.json else describe(planned))
    return 0 if planned.choice else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jobs.plan", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", type=Path, required=True, help="recipe of the phase (YAML)")
    parser.add_argument("--gpus", type=int, help="GPUs, one worker each; default: scaling.num_workers")
    parser.add_argument("--gpus-per-node", type=int, help="GPUs that share a node's memory; default: all of --gpus")
    parser.add_argument("--gpu-memory-gib", type=float, help="memory of one GPU; default: hardware.gpu_memory_gib")
    parser.add_argument("--host-memory-gib", type=float, help="memory of one node; default: hardware.host_memory_gib")
    parser.add_argument("--model", help="preset to assume for init_from while that checkpoint does not exist")
    parser.add_argument("--json", action="store_true", help="print JSON: all terms in bytes")
    parser.add_argument("overrides", nargs="*", metavar="section.field=value", help="settings that differ from the file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
