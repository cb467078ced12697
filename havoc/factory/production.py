"""A whole set of examples as a Ray Data job: pieces side by side, resumable, the same bytes on any number of workers."""

import asyncio
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import ray.data
from tqdm import tqdm

from havoc.factory.errors import FactoryError
from havoc.factory.example import Example
from havoc.factory.maker import Maker
from havoc.factory.seeds import Split, fingerprint
from havoc.factory.solver import open_solver

PIECE = 200
"""Attempts of one task; what a killed job loses of one worker's work."""
YIELD = 0.6
"""Share of attempts that is expected to give examples; where it is less, further pieces are made."""


@dataclass(frozen=True)
class SetSpec:
    """What a set is made of. The same values give the same examples."""

    number: int
    """Examples that are wanted."""
    seed: int
    split: Split
    conversations: bool
    """Turns that refer to each other, for phase 3, instead of single questions for phase 2."""


@dataclass
class SetReport:
    """What was made."""

    examples: int = 0
    attempts: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """Reason -> attempts."""
    operations: Counter[str] = field(default_factory=Counter)
    budgets: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    """Of work, all workers together."""

    @property
    def per_second(self) -> float:
        """Examples per second of one worker."""
        return self.examples / self.seconds if self.seconds else 0.0


def produce(spec: SetSpec, output: Path) -> SetReport:
    """Make `output`/examples.jsonl, with report.json beside it and rejected.jsonl for what was turned down.

    Pieces that are there already are taken over, so that a job that was killed goes on.

    Raises:
        FactoryError: the folder holds pieces of another set, or nothing more can be made.
    """
    pieces = output / "pieces"
    _claim(output, spec)
    report, count = SetReport(), 0
    while True:
        wanted = max(1, -(-int((spec.number - report.examples) / YIELD) // PIECE))
        _make_pieces(spec, pieces, range(count, count + wanted))
        count += wanted
        before = report.examples
        report = _join(spec, output, [_piece_file(pieces, number) for number in range(count)])
        if report.examples >= spec.number:
            return report
        if report.examples - before < wanted:
            raise FactoryError(
                f"{output}: {report.attempts} attempts gave {report.examples} different examples, and hardly any more come; "
                f"ask for fewer than {spec.number}, or add questions to havoc/factory/seeds"
            )


def _make_pieces(spec: SetSpec, folder: Path, numbers: range) -> None:
    missing = [number for number in numbers if not _piece_file(folder, number).exists()]
    if not missing:
        return
    ray.data.DataContext.get_current().enable_progress_bars = False
    tasks = [{"number": number} for number in missing]
    dataset = ray.data.from_items(tasks, override_num_blocks=len(tasks)).map(
        lambda row: {"number": _make_piece(spec, folder, int(row["number"]))}
    )
    with tqdm(total=len(missing) * PIECE, unit=" attempts", desc="examples", disable=None) as bar:
        for _ in dataset.iter_rows():
            bar.update(PIECE)


def _make_piece(spec: SetSpec, folder: Path, number: int) -> int:
    """One task: its attempts in a file, which appears when it is whole."""
    began = time.perf_counter()
    lines = asyncio.run(_attempts(spec, range(number * PIECE, (number + 1) * PIECE)))
    lines.append({"seconds": round(time.perf_counter() - began, 3)})
    file = _piece_file(folder, number)
    building = file.with_suffix(f".{os.getpid()}")
    building.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    building.rename(file)
    return number


async def _attempts(spec: SetSpec, indices: Sequence[int]) -> list[dict[str, Any]]:
    async with open_solver() as solver:
        maker = Maker(solver, spec.seed, spec.split, conversations=spec.conversations)
        lines: list[dict[str, Any]] = []
        for index in indices:
            made = await maker.make(index)
            if isinstance(made, Example):
                lines.append({"key": made.key, "example": made.as_record()})
            else:
                lines.append({"rejected": asdict(made)})
        return lines


def _join(spec: SetSpec, output: Path, files: Sequence[Path]) -> SetReport:
    """The first examples that nobody has asked before, in the order of their numbers."""
    report, seen = SetReport(), set()
    examples, rejected = output / "examples.jsonl", output / "rejected.jsonl"
    building = [path.with_suffix(".building") for path in (examples, rejected)]
    with building[0].open("w", encoding="utf-8") as kept, building[1].open("w", encoding="utf-8") as turned_down:
        for line in _lines(files):
            if "seconds" in line:
                report.seconds += line["seconds"]
            elif report.examples == spec.number:
                continue
            elif "rejected" in line:
                report.attempts += 1
                report.rejected[line["rejected"]["reason"]] += 1
                turned_down.write(json.dumps(line["rejected"], ensure_ascii=False) + "\n")
            elif _digest(line["key"]) in seen:
                report.attempts += 1
                report.duplicates += 1
            else:
                report.attempts += 1
                seen.add(_digest(line["key"]))
                example = line["example"]
                kept.write(json.dumps(example, ensure_ascii=False) + "\n")
                report.examples += 1
                report.operations.update(set(example["operations"]))
                report.budgets[example["budget"]] += 1
                report.forms[example["form"]] += 1
    for path, final in zip(building, (examples, rejected), strict=True):
        path.rename(final)
    # The time that it took is no property of the set, and is not in its files.
    fields = {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(report).items()}
    del fields["seconds"]
    (output / "report.json").write_text(json.dumps(fields, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return report


def _claim(output: Path, spec: SetSpec) -> None:
    """Make the folder this set's, or find that it is."""
    manifest = output / "set.json"
    # A larger set of the same seed begins with the same examples.
    fields = {name: value for name, value in asdict(spec).items() if name != "number"} | {"seeds": fingerprint()}
    if manifest.exists():
        found = json.loads(manifest.read_text(encoding="utf-8"))
        different = sorted(name for name in fields if found.get(name) != fields[name])
        if different:
            raise FactoryError(
                f"{output}: it holds a set with another {' and '.join(different)}; name another folder, or remove this one"
            )
    (output / "pieces").mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")


def _lines(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _piece_file(folder: Path, number: int) -> Path:
    return folder / f"{number:06d}.jsonl"


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=12).digest()
