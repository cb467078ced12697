"""From text as it is found to a corpus: gathered, cleaned, without duplicates, with documents held out for validation."""

import hashlib
import importlib.metadata
import json
import math
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from havoc.config import CorpusConfig
from havoc.data.duplicates import keep_first_of_same, keep_first_of_similar
from havoc.data.errors import DataError
from havoc.data.harvest import SOURCES, installed_modules, package_versions
from havoc.data.sources import list_files, split_file
from havoc.data.staging import PIECE_BYTES, Input, OwnText, Staged, piece_file, pieces_of, sign, stage

REPORT = "report.json"
MADE_BY = "havoc.data.corpus"
FORMAT = 1
PART_BYTES = 16 * 2**20
"""Size that a file of the corpus does not exceed, unless one document does."""
SPLITS = ("train", "validation")


@dataclass(frozen=True)
class SourceReport:
    """What became of one source."""

    train_documents: int
    train_characters: int
    validation_documents: int
    validation_characters: int
    dropped: dict[str, int]
    """Reason to documents: those of cleaning.Unfit, exact_duplicate, over_size and near_duplicate."""


@dataclass(frozen=True)
class CorpusReport:
    """What `build_corpus` made, or found."""

    folder: Path
    unchanged: bool
    """True where the corpus was there already."""
    sources: dict[str, SourceReport]


def build_corpus(config: CorpusConfig) -> CorpusReport:
    """Write `output_dir`/train/SOURCE/*.jsonl, `output_dir`/validation/SOURCE/*.jsonl and report.json.

    Of duplicates, over all sources, the earliest stays; one source's documents are cut off at `max_mib_per_source` and
    held out in the order of a seeded hash of their words. The same settings, seed and input give the same bytes. A
    corpus that is there and was made from the same is kept; another one is replaced when the new one is complete.

    The driver holds a few hundred bytes for each document, and 1 KiB for each that MinHash looks at; texts stay on disk,
    in `output_dir`'s parent, which on a cluster is a folder that all nodes share.

    Raises:
        DataError: an input is missing or wrong, a source keeps fewer than two documents, or `output_dir` holds files that
            are not a corpus.
    """
    root = config.root.expanduser().absolute()
    folder = root / config.output_dir.expanduser()
    inputs = _inputs(config, root)
    made_from = _origin(config, inputs, root)
    previous = _previous(folder)
    if previous and previous["made_from"] == made_from and _is_complete(folder, previous["files"]):
        print(f"corpus in {folder}: unchanged", flush=True)
        sources = {name: SourceReport(**values) for name, values in previous["sources"].items()}
        return CorpusReport(folder, True, sources)
    try:
        return CorpusReport(folder, False, _build(config, root, folder, inputs, made_from))
    except OSError as error:
        reason = " ".join(str(error).split())
        raise DataError(f"output_dir {folder}: cannot be written ({reason}); make room there, or set another one") from error


def _build(
    config: CorpusConfig, root: Path, folder: Path, inputs: Sequence[Input], made_from: dict[str, Any]
) -> dict[str, SourceReport]:
    """Make the corpus beside `folder`, then put it in its place."""
    building, old = folder.with_name(f"{folder.name}.building"), folder.with_name(f"{folder.name}.old")
    for left_over in (building, old):
        shutil.rmtree(left_over, ignore_errors=True)
    staged = building / "staged"
    staged.mkdir(parents=True)
    documents = stage(pieces_of(inputs), staged, root, config.min_characters)
    dropped: dict[str, Counter[str]] = defaultdict(Counter)
    kept = _select(documents, staged, config, dropped)
    names = list(config.inputs) or list(SOURCES)
    held_out = _held_out(kept, names, dropped, config)
    files = _write(kept, held_out, staged, building)
    shutil.rmtree(staged)
    sources = {name: _source_report(name, kept, held_out, dropped[name]) for name in names}
    report = {
        "made_by": MADE_BY,
        "made_from": made_from,
        "sources": {name: asdict(source) for name, source in sources.items()},
        "files": files,
    }
    (building / REPORT).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8", newline="\n")
    if folder.exists():
        folder.rename(old)
    building.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return sources


def _inputs(config: CorpusConfig, root: Path) -> list[Input]:
    if not config.inputs:
        return list(installed_modules())
    for name in config.inputs:
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise DataError(f"inputs {name!r}: a source's name becomes a folder; use letters, digits, `_`, `-` and `.`")
    return [
        OwnText(name, part)
        for name, paths in config.inputs.items()
        for path in paths
        for file in list_files(path, root)
        for part in split_file(file, PIECE_BYTES)
    ]


def _origin(config: CorpusConfig, inputs: Sequence[Input], root: Path) -> dict[str, Any]:
    """All that decides the corpus."""
    settings = config.model_dump(mode="json", exclude={"root", "output_dir"})
    versions = {"datasketch": importlib.metadata.version("datasketch")} | ({} if config.inputs else package_versions())
    own = dict.fromkeys(each.part.file for each in inputs if isinstance(each, OwnText))
    files = [[os.path.relpath(file, root), file.stat().st_size, file.stat().st_mtime_ns] for file in own]
    return {"format": FORMAT, "settings": settings, "versions": versions, "files": files}


def _previous(folder: Path) -> dict[str, Any] | None:
    """Report of the corpus in `folder`; None where there is none. Raises DataError where there is anything else."""
    if not folder.exists():
        return None
    report = _read_report(folder / REPORT)
    known = {REPORT, *report["files"]} if report else set()
    found = (
        [path.relative_to(folder) for path in sorted(folder.rglob("*")) if not path.is_dir()]
        if folder.is_dir()
        else [Path()]
    )
    foreign = [path for path in found if path.as_posix() not in known]
    if foreign:
        raise DataError(
            f"output_dir {folder}: {folder / foreign[0]} was not made by this job; move it away, or set another output_dir"
        )
    return report


def _read_report(path: Path) -> dict[str, Any] | None:
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) and report.get("made_by") == MADE_BY else None


def _is_complete(folder: Path, files: dict[str, int]) -> bool:
    return all((folder / name).is_file() and (folder / name).stat().st_size == size for name, size in files.items())


def _select(
    documents: Sequence[Staged], staged: Path, config: CorpusConfig, dropped: dict[str, Counter[str]]
) -> list[Staged]:
    """The documents that the corpus is made of, in the order of the input; all others are counted in `dropped`."""

    def keep(candidates: Sequence[Staged], stay: Iterable[bool], reason: str) -> list[Staged]:
        kept = []
        for document, stays in zip(candidates, stay, strict=True):
            if stays:
                kept.append(document)
            else:
                dropped[document.source][document.unfit or reason] += 1
        return kept

    kept = keep(documents, (not document.unfit for document in documents), "unfit")
    kept = keep(kept, keep_first_of_same(document.key for document in kept), "exact_duplicate")
    kept = keep(kept, _within_size(kept, config), "over_size")
    if not kept:
        return kept
    lines: dict[int, list[int]] = defaultdict(list)
    for document in kept:
        lines[document.piece].append(document.line)
    return keep(kept, keep_first_of_similar(sign(staged, lines), config.near_duplicate_similarity), "near_duplicate")


def _within_size(documents: Sequence[Staged], config: CorpusConfig) -> list[bool]:
    """True for the documents of each source that fill `max_mib_per_source`, in the order of the seeded hash."""
    filled: Counter[str] = Counter()
    within: set[str] = set()
    for document in _in_seeded_order(documents, config.seed):
        filled[document.source] += document.size
        if filled[document.source] <= config.max_mib_per_source * 2**20:
            within.add(document.key)
    return [document.key in within for document in documents]


def _held_out(
    documents: Sequence[Staged], names: Sequence[str], dropped: dict[str, Counter[str]], config: CorpusConfig
) -> set[str]:
    """Keys of the documents for validation: the first of each source in the order of the seeded hash, one at least."""
    keys: dict[str, list[str]] = {name: [] for name in names}
    for document in _in_seeded_order(documents, config.seed):
        keys[document.source].append(document.key)
    for name, found in keys.items():
        if len(found) < 2:
            reasons = ", ".join(f"{count} {reason}" for reason, count in dropped[name].items()) or "none was left out"
            raise DataError(
                f"source {name}: {len(found)} documents are left ({reasons}), and train and validation need one each; "
                "add text, lower min_characters, or raise max_mib_per_source"
            )
    return {key for found in keys.values() for key in found[: math.ceil(config.validation_fraction * len(found))]}


def _in_seeded_order(documents: Sequence[Staged], seed: int) -> list[Staged]:
    return sorted(
        documents, key=lambda document: hashlib.blake2b(f"{seed} {document.key}".encode(), digest_size=16).digest()
    )


def _write(documents: Sequence[Staged], held_out: set[str], staged: Path, folder: Path) -> dict[str, int]:
    """Write the parts, documents in the order of the input; return file name to bytes."""
    files: dict[str, int] = {}
    parts: Counter[str] = Counter()
    waiting: dict[str, list[bytes]] = defaultdict(list)
    sizes: Counter[str] = Counter()

    def flush(place: str) -> None:
        path = folder / place / f"part-{parts[place]:05d}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(waiting[place]))
        files[path.relative_to(folder).as_posix()] = sizes[place]
        parts[place] += 1
        sizes[place] = 0
        waiting[place].clear()

    wanted = {(document.piece, document.line): document for document in documents}
    for piece in sorted({document.piece for document in documents}):
        with piece_file(staged, piece).open("rb") as file:
            for number, line in enumerate(file):
                document = wanted.get((piece, number))
                if document is None:
                    continue
                place = f"{SPLITS[document.key in held_out]}/{document.source}"
                if waiting[place] and sizes[place] + len(line) > PART_BYTES:
                    flush(place)
                waiting[place].append(line)
                sizes[place] += len(line)
    for place in sorted(waiting):
        flush(place)
    return dict(sorted(files.items()))


def _source_report(name: str, documents: Sequence[Staged], held_out: set[str], dropped: Counter[str]) -> SourceReport:
    train = [document.characters for document in documents if document.source == name and document.key not in held_out]
    validation = [document.characters for document in documents if document.source == name and document.key in held_out]
    return SourceReport(len(train), sum(train), len(validation), sum(validation), dict(sorted(dropped.items())))
