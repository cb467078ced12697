"""How often the router is right: `python -m jobs.bench.router` on prompts with labels, those held back from tuning apart."""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from havoc.prime.routing.router import TaskRouter
from jobs.command import errors_as_one_line

PROMPTS = Path(__file__).resolve().parents[2] / "tests" / "prime" / "router_prompts.yaml"


def main() -> None:
    """Read the prompts, route them, print accuracies and confusion tables."""
    parser = argparse.ArgumentParser(prog="python -m jobs.bench.router", description=__doc__)
    parser.add_argument(
        "--prompts", type=Path, default=PROMPTS, help="YAML list of prompt, task, budget, held (%(default)s)"
    )
    arguments = parser.parse_args()
    with errors_as_one_line():
        rows = yaml.safe_load(arguments.prompts.read_text(encoding="utf-8"))
        router = TaskRouter()
        for held in (False, True):
            chosen = [row for row in rows if bool(row.get("held")) is held]
            found = [router.route(row["prompt"]) for row in chosen]
            tasks = [(row["task"], routing.task_type.value) for row, routing in zip(chosen, found, strict=True)]
            budgets = [(row["budget"], routing.budget.value) for row, routing in zip(chosen, found, strict=True)]
            print(f"{'Held back' if held else 'Tuned on'}: {len(chosen)} prompts, task {accuracy(tasks):.1%}, "
                  f"budget {accuracy(budgets):.1%}\n\n{confusion(tasks)}\n\n{confusion(budgets)}\n")  # fmt: skip


def accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    """Share of the (label, found) pairs that agree; 1 where there are none."""
    return sum(label == found for label, found in pairs) / len(pairs) if pairs else 1.0


def confusion(pairs: Iterable[tuple[str, str]]) -> str:
    """One line per label: how many there are, and what was found instead of it how often."""
    counts = Counter(pairs)
    labels = sorted({label for label, _ in counts})
    lines = []
    for label in labels:
        right = counts[label, label]
        wrong = sorted((found, n) for (one, found), n in counts.items() if one == label and found != label)
        total = right + sum(n for _, n in wrong)
        lines.append(f"{label:<20} {right:>3}/{total:<3} " + ", ".join(f"{found} {n}" for found, n in wrong))
    return "\n".join(line.rstrip() for line in lines)


if __name__ == "__main__":
    main()
