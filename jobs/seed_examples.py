"""Write the seed set: small worked examples for phases 2 and 3, every number in them computed here.

python -m jobs.seed_examples --output DIR [--seed 0]
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from havoc.errors import HavocError
from jobs.command import errors_as_one_line
from jobs.seed.charts import CHARTS
from jobs.seed.comparisons import COMPARISONS, specified_comparison
from jobs.seed.conversations import FORMS, NEEDS_MEASUREMENTS, with_system
from jobs.seed.estimates import ESTIMATES
from jobs.seed.experiments import EXPERIMENTS, specified_designs
from jobs.seed.grounding import ungrounded
from jobs.seed.knowledge import add_up, choose_method, explain_term
from jobs.seed.problem import Operation, Problem
from jobs.seed.transcript import adversarial, direct, reasoned

OPERATIONS: tuple[Operation, ...] = (*COMPARISONS, *ESTIMATES, *CHARTS, *EXPERIMENTS)
REASONING, TOOL_USE, PRIME, CONVERSATIONS = 96, 72, 72, 80
HELD_OUT_EVERY = 7
"""Every so manyth example is held out; the examples of the specification come first and never are."""

Record = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the eight files and say how many examples they hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="folder for sft/, polish/ and their held-out companions")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other data; 0 or more")
    options = parser.parse_args(arguments)
    with errors_as_one_line():
        for name, records in seed_set(options.seed).items():
            _write(options.output / name, records)
            print(f"{options.output / name}: {len(records)} examples")


def seed_set(seed: int) -> dict[str, list[Record]]:
    """The examples of each file, a pure function of `seed`.

    Raises:
        HavocError: seed is negative.
    """
    if seed < 0:
        raise HavocError(f"--seed {seed}: a seed is 0 or more")
    rngs = [np.random.default_rng([seed, stream]) for stream in range(4)]
    seen: set[str] = set()
    splits = {
        "sft/reasoning.jsonl": _records(REASONING, rngs[0], _reasoning_record, seen, _specified_reasoning()),
        "sft/tool_use.jsonl": _records(
            TOOL_USE, rngs[1], _worked(direct), seen, [_worked_record(specified_comparison(), direct)]
        ),
        "sft/prime.jsonl": _records(PRIME, rngs[2], _worked(adversarial), seen, _specified_prime()),
        "polish/conversations.jsonl": _records(CONVERSATIONS, rngs[3], _conversation, seen, []),
    }
    files: dict[str, list[Record]] = {}
    for name, records in splits.items():
        folder, _, file = name.partition("/")
        held_out = records[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY]
        files[name] = [record for index, record in enumerate(records, start=1) if index % HELD_OUT_EVERY]
        files[f"{folder}_validation/{file}"] = held_out
    return files


def _records(
    count: int, rng: Generator, draw: Callable[[Generator, int], Record], seen: set[str], first: Sequence[Record]
) -> list[Record]:
    """`first`, then drawn records that nobody has seen, `count` in all; each numeral in them is accounted for."""
    records = list(first)
    seen.update(record["prompt"] for record in first)
    while len(records) < count:
        record = draw(rng, len(records))
        key = record.get("prompt") or json.dumps(record)
        if key not in seen:
            records.append(record)
            seen.add(key)
    for record in records:
        unknown = ungrounded(messages(record))
        if unknown:
            raise ValueError(f"numerals {unknown} come from nowhere in {json.dumps(record, ensure_ascii=False)}")
    return records


def messages(record: Record) -> list[dict[str, str]]:
    """The turns of a record of either shape."""
    if "messages" in record:
        turns: list[dict[str, str]] = record["messages"]
        return turns
    return [{"role": "user", "content": record["prompt"]}, {"role": "assistant", "content": record["completion"]}]


def _worked_record(problem: Problem, told: Callable[[Problem], str]) -> Record:
    return {"prompt": problem.prompt, "completion": told(problem)}


def _worked(told: Callable[[Problem], str]) -> Callable[[Generator, int], Record]:
    """Draw the operations in turn, and tell each in the way of `told`."""
    return lambda rng, index: _worked_record(OPERATIONS[index % len(OPERATIONS)].draw(rng), told)


def _reasoning_record(rng: Generator, index: int) -> Record:
    """Two of three with a tool, the others a matter of knowledge."""
    if index % 3:
        return _worked(reasoned)(rng, index - index // 3)  # the knowledge questions do not count: no operation is left out
    prompt, completion = (choose_method, explain_term, choose_method, add_up)[index // 3 % 4](rng)
    return {"prompt": prompt, "completion": completion}


def _specified_reasoning() -> list[Record]:
    problems = [specified_comparison(), specified_designs()[0]]
    return [
        {"prompt": "What is 2 + 2?", "completion": "2 + 2 = 4"},
        *(_worked_record(problem, reasoned) for problem in problems),
    ]


def _specified_prime() -> list[Record]:
    return [_worked_record(problem, adversarial) for problem in (specified_comparison(), *specified_designs())]


def _conversation(rng: Generator, index: int) -> Record:
    form = FORMS[index % len(FORMS)]
    operations = [operation for operation in OPERATIONS if operation.measured or form not in NEEDS_MEASUREMENTS]
    turns = form(rng, operations[index % len(operations)])
    return {"messages": with_system(turns) if rng.random() < 0.25 else turns}


def _write(path: Path, records: Iterable[Record]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    except OSError as error:
        raise HavocError(f"{path}: {error.strerror}; --output names a folder that can be written") from error


if __name__ == "__main__":
    main()
