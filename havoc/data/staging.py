"""Gathered and cleaned documents on disk: made and read by Ray Data, one task for each piece of the input."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import ray.data
from numpy.typing import NDArray

from havoc.data.cleaning import Unfit, clean
from havoc.data.duplicates import PERMUTATIONS, signature, text_key
from havoc.data.errors import DataError
from havoc.data.harvest import Module, read_module
from havoc.data.ordering import keep_order
from havoc.data.preparation import MAX_PIECES
from havoc.data.sources import Part, read_records
from havoc.errors import HavocError

PIECE_BYTES = 16 * 2**20
"""Input of one task."""
MODULE_PIECE_BYTES = 2**20
"""The same for Python files: parsing takes many times as long as reading text."""
PROGRESS_S = 3.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True)
class OwnText:
    """A file of the user's own, or lines of one, in one of the formats of `havoc.data.sources`."""

    source: str
    part: Part


Input: TypeAlias = Module | OwnText


@dataclass(frozen=True, slots=True)
class Staged:
    """What is known of one document without its text."""

    source: str
    piece: int
    line: int
    """Line of the piece's file, from 0; -1 where the document is unfit."""
    key: str
    """`text_key` of the document; empty where it is unfit."""
    characters: int
    size: int
    """Bytes of the text in UTF-8."""
    unfit: str
    """Why the document was left out by cleaning; empty where it stays."""


def pieces_of(inputs: Sequence[Input]) -> list[list[Input]]:
    """The work of each task: consecutive inputs of PIECE_BYTES or MODULE_PIECE_BYTES together, of more if they are many."""
    sizes = [_size(each) for each in inputs]
    usual = MODULE_PIECE_BYTES if any(isinstance(each, Module) for each in inputs) else PIECE_BYTES
    limit = max(usual, -(-sum(sizes) // MAX_PIECES))
    pieces: list[list[Input]] = []
    room = 0
    for each, size in zip(inputs, sizes, strict=True):
        if not pieces or size > room:
            pieces.append([])
            room = limit
        pieces[-1].append(each)
        room -= size
    return pieces


def stage(pieces: Sequence[Sequence[Input]], folder: Path, root: Path, min_characters: int) -> list[Staged]:
    """Read and clean all pieces, write what is left to `folder`, and return all documents in the order of the input.

    Args:
        pieces: inputs of one task each.
        folder: an existing, empty folder that all tasks can write to.
        root: folder that the file names in the documents' records are relative to.
        min_characters: shorter documents are unfit.

    Raises:
        DataError: an input cannot be read.
    """

    def work(number: int) -> Iterator[dict[str, Any]]:
        with piece_file(folder, number).open("w", encoding="utf-8", newline="\n") as file:
            line = 0
            for source, text, origin in _documents(pieces[number], root):
                cleaned = clean(text, min_characters)
                if isinstance(cleaned, Unfit):
                    yield asdict(Staged(source, number, -1, "", len(text), 0, cleaned.value))
                    continue
                file.write(json.dumps({"text": cleaned, **origin}, ensure_ascii=False) + "\n")
                size = len(cleaned.encode())
                yield asdict(Staged(source, number, line, text_key(cleaned), len(cleaned), size, ""))
                line += 1

    return [Staged(**row) for row in _on_ray("gathered", range(len(pieces)), work)]


def sign(folder: Path, lines: Mapping[int, Sequence[int]]) -> NDArray[np.uint32]:
    """MinHash signatures [n, PERMUTATIONS] of staged documents.

    Args:
        folder: where `stage` wrote.
        lines: piece number to the lines that are wanted, both ascending; the result has that order.
    """

    def work(number: int) -> Iterator[dict[str, Any]]:
        wanted = set(lines[number])
        with piece_file(folder, number).open(encoding="utf-8", newline="\n") as file:
            for place, line in enumerate(file):
                if place in wanted:
                    yield {"piece": number, "signature": signature(json.loads(line)["text"]).tobytes()}

    signatures = b"".join(row["signature"] for row in _on_ray("signed", list(lines), work))
    return np.frombuffer(signatures, np.uint32).reshape(-1, PERMUTATIONS)


def piece_file(folder: Path, number: int) -> Path:
    """The file of a piece: a JSON record a line, `text` and where it comes from."""
    return folder / f"{number:06d}.jsonl"


def _documents(inputs: Iterable[Input], root: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(source, text, where it comes from) of every document in `inputs`."""
    for each in inputs:
        if isinstance(each, Module):
            for harvested in read_module(each):
                yield harvested.source, harvested.text, {"package": each.package, "module": each.name}
            continue
        for record in read_records(each.part.file, each.part.start, each.part.end):
            if record.text is None:
                raise DataError(
                    f"{record.where}: a conversation; a corpus is made of texts, name it in phase 2's sources instead"
                )
            yield each.source, record.text, {"file": os.path.relpath(each.part.file, root)}


def _size(each: Input) -> int:
    if isinstance(each, Module):
        return each.file.stat().st_size
    end = each.part.end if each.part.end is not None else each.part.file.stat().st_size
    return end - each.part.start


def _on_ray(done: str, numbers: Sequence[int], work: Callable[[int], Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """The rows of `work` on each piece, in order; `done` is what progress calls a piece that is through."""

    def guarded(row: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return [{"error": "", **made} for made in work(row["number"])]
        # Raised here, either would reach the driver as Ray Data's UserCodeException, without the message.
        except HavocError as error:
            return [{"error": str(error)}]
        except OSError as error:
            return [{"error": f"staged documents cannot be kept ({error}); make room there, or set another output_dir"}]

    keep_order()
    shown = time.monotonic()
    tasks = [{"number": number} for number in numbers]
    for row in ray.data.from_items(tasks, override_num_blocks=len(tasks)).flat_map(guarded).iter_rows():
        error = row.pop("error")
        if error:
            raise DataError(error)
        if time.monotonic() - shown > PROGRESS_S:
            shown = time.monotonic()
            print(f"{done} {numbers.index(row['piece'])} of {len(numbers)} pieces", flush=True)
        yield row
