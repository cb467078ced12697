"""Make verified training examples on Ray Data: `python -m jobs.make_examples --output DIR --number 100000`.

Phase 2 trains on single questions; `--conversations` makes the turns of phase 3. A job that was killed goes on when it is
started again with the same arguments. `--split held_out` takes wordings that training never sees.
"""

import argparse
from pathlib import Path
from typing import get_args

from havoc.factory.errors import FactoryError
from havoc.factory.production import SetReport, SetSpec, produce
from havoc.factory.seeds import Split
from jobs.command import errors_as_one_line


def main() -> None:
    """Read the arguments, make the set, say what it holds."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.make_examples", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for examples.jsonl and what belongs to it")
    parser.add_argument("--number", type=int, required=True, help="examples")
    parser.add_argument("--seed", type=int, default=0, help="another one draws other data and wordings (%(default)s)")
    parser.add_argument("--split", choices=get_args(Split), default="train", help="of the wordings (%(default)s)")
    parser.add_argument("--conversations", action="store_true", help="turns that refer back, instead of single questions")
    options = parser.parse_args()
    with errors_as_one_line():
        for name, least in (("number", 1), ("seed", 0)):
            if getattr(options, name) < least:
                raise FactoryError(f"--{name} {getattr(options, name)}: give {least} or more")
        spec = SetSpec(options.number, options.seed, options.split, options.conversations)
        print(as_text(produce(spec, options.output.resolve())))


def as_text(report: SetReport) -> str:
    """The report for people."""
    rejected = sum(report.rejected.values())
    counts = report.operations.values()
    return "\n".join(
        [
            f"{report.examples} examples of {report.attempts} attempts; {report.duplicates} were there already, {rejected} "
            f"({rejected / max(1, report.attempts):.1%}) were turned down: {_shares(report.rejected, report.attempts)}",
            f"forms: {_shares(report.forms, report.examples)}; budgets: {_shares(report.budgets, report.examples)}",
            f"{len(report.operations)} operations, each in {min(counts, default=0)} to {max(counts, default=0)} examples",
            f"{report.per_second:.1f} examples per second of a worker",
        ]
    )


def _shares(counts: dict[str, int], total: int) -> str:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {count / max(1, total):.1%}" for name, count in ordered) or "none"


if __name__ == "__main__":
    main()
