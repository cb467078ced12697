"""From sources to a store of rows: a Ray Data job that tokenises and packs, done once and found again."""

import pickle
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray.data

from havoc.config import DataConfig, SourceConfig
from havoc.data.errors import DataError
from havoc.data.shards import MANIFEST, RowStore, SourceInfo, unwritable
from havoc.data.sources import Part, list_files, split_file
from havoc.data.tokenising import Piece, PieceResult, tokenise_piece
from havoc.errors import HavocError
from havoc.tokens import Tokenizer, load_tokenizer

MIN_PIECE_BYTES = 4 * 2**20
"""Input of one task where there is little of it: a second or so, so that all cores have work and progress is seen."""
MAX_PIECES = 5_000
"""Ray Data plans 10,000 tasks in 9 s, and needs longer than linear for more."""
REPORT_SECONDS = 2.0


@dataclass(frozen=True)
class _Job:
    """What is the same for all pieces."""

    folder: Path
    tokenizer_folder: Path
    fingerprint: str
    config: DataConfig

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """From a row with a pickled Piece to one with its pickled PieceResult, or with what is wrong with it.

        A mistake comes back as a value: raised here, it would arrive as a page of traceback.
        """
        piece: Piece = pickle.loads(row["piece"])
        try:
            result = tokenise_piece(piece, self.folder, self.tokenizer_folder, self.fingerprint, self.config)
        except HavocError as error:
            return {"error": str(error), "result": b""}
        return {"error": "", "result": pickle.dumps(result)}


def prepare(
    sources: Sequence[SourceConfig], folder: Path, tokenizer_folder: Path, config: DataConfig, root: Path
) -> RowStore:
    """Tokenise and pack `sources` into a store at `folder`, or open the one that is there if nothing has changed.

    The new store is built beside the old one and takes its place when it is complete.

    Args:
        sources: what to read; their order is that of the store's sources.
        folder: where the store is, or will be.
        tokenizer_folder: what `havoc.tokens.load_tokenizer` reads; on a cluster, every node must see it, the sources and
            `folder` under the same paths.
        config: length of rows, packing, and what happens to conversations that are too long.
        root: folder that relative paths of `sources` start from.

    Raises:
        DataError: a source is missing, empty or wrong, or the folder cannot be written; one line with file and remedy.
        TokensError: there is no tokenizer in `tokenizer_folder`.
    """
    folder, tokenizer_folder = folder.absolute(), tokenizer_folder.absolute()
    files = [list_files(source.path, root) for source in sources]
    tokenizer = load_tokenizer(tokenizer_folder)
    made_from = _origin(sources, files, tokenizer, config)
    building = folder.with_name(f"{folder.name}.building")
    if not folder.exists() and (building / MANIFEST).exists() and _unchanged(building, made_from) is not None:
        building.rename(folder)  # complete, and interrupted between the two renames of _replace
    found = _unchanged(folder, made_from)
    if found is not None:
        print(f"rows in {folder}: unchanged", flush=True)
        return found
    with _write_errors_named(folder):
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
    results = _run(_pieces(files), _Job(building, tokenizer_folder, tokenizer.fingerprint, config))
    infos = [
        _source_info(source.label, [result for result in results if result.source == number], config)
        for number, source in enumerate(sources)
    ]
    with _write_errors_named(folder):
        RowStore.commit(building, infos, config.max_seq_len, made_from)
        _replace(folder, building)
    return RowStore.open(folder)


def _origin(
    sources: Sequence[SourceConfig], files: Sequence[Sequence[Path]], tokenizer: Tokenizer, config: DataConfig
) -> dict[str, Any]:
    """All that decides the rows; weights do not."""
    return {
        "tokenizer": tokenizer.fingerprint,
        "length": config.max_seq_len,
        "pack_sequences": config.pack_sequences,
        "too_long": config.too_long,
        "sources": [
            [source.label, [[str(file), file.stat().st_size, file.stat().st_mtime_ns] for file in found]]
            for source, found in zip(sources, files, strict=True)
        ],
    }


def _unchanged(folder: Path, made_from: dict[str, Any]) -> RowStore | None:
    """The store in `folder` if it is whole and was made from the same.

    Raises:
        DataError: `folder` holds something that is no store, which nothing here may replace.
    """
    if not (folder / MANIFEST).exists():
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise DataError(f"{folder}: it exists and is no store of rows; name another folder in data.shards, or remove it")
        return None
    try:
        store = RowStore.open(folder)
    except DataError as error:
        print(f"{error} (done now)", flush=True)
        return None
    return store if store.made_from == made_from else None


def _pieces(files: Sequence[Sequence[Path]]) -> list[Piece]:
    """The work of each task: consecutive files of a source, or parts of large ones."""
    total = sum(file.stat().st_size for found in files for file in found)
    piece_bytes = max(MIN_PIECE_BYTES, -(-total // MAX_PIECES))
    pieces = []
    for source, found in enumerate(files):
        for number, parts in enumerate(_grouped(found, piece_bytes)):
            pieces.append(Piece(source, number, tuple(parts)))
    return pieces


def _grouped(files: Sequence[Path], piece_bytes: int) -> Iterator[list[Part]]:
    group: list[Part] = []
    size = 0
    for file in files:
        parts = split_file(file, piece_bytes)
        part_size = file.stat().st_size // len(parts)
        for part in parts:
            if group and size + part_size > piece_bytes:
                yield group
                group, size = [], 0
            group.append(part)
            size += part_size
    yield group


def _run(pieces: list[Piece], job: _Job) -> list[PieceResult]:
    """Results of all pieces, in their order whatever the order in which they were done."""
    ray.data.DataContext.get_current().enable_progress_bars = False
    started = reported = time.monotonic()
    results: list[PieceResult] = []
    items = [{"piece": pickle.dumps(piece)} for piece in pieces]
    dataset = ray.data.from_items(items, override_num_blocks=len(items)).map(job)
    with closing(iter(dataset.iter_rows())) as rows:
        for row in rows:
            if row["error"]:
                raise DataError(row["error"])
            results.append(pickle.loads(row["result"]))
            now = time.monotonic()
            if now - reported >= REPORT_SECONDS or len(results) == len(pieces):
                tokens = sum(result.tokens for result in results) / 1e6
                rate = tokens / (now - started)
                print(f"tokenised {len(results)} of {len(pieces)} pieces, {tokens:.2f} Mtok, {rate:.2f} Mtok/s", flush=True)
                reported = now
    return sorted(results, key=lambda result: (result.source, result.number))


def _source_info(label: str, results: Sequence[PieceResult], config: DataConfig) -> SourceInfo:
    texts = [result for result in results if result.kind == "text"]
    conversations = [result for result in results if result.kind == "conversation"]
    if texts and conversations:
        raise DataError(
            f"data.sources {label!r}: it mixes text ({texts[0].first}) and conversations ({conversations[0].first}); "
            "make two sources of them"
        )
    shards = tuple(shard for result in results for shard in result.shards)
    dropped = sum(result.dropped for result in results)
    if not shards:
        reason = f"all {dropped} conversations are longer than data.max_seq_len ({config.max_seq_len}); raise it"
        empty = "nothing in it to train on; add text to it"
        raise DataError(f"data.sources {label!r}: {reason if dropped else empty} or remove the source")
    return SourceInfo(
        label=label,
        rows=sum(shard.rows for shard in shards),
        tokens=sum(result.tokens for result in results),
        trained_tokens=sum(result.trained_tokens for result in results),
        documents=sum(result.documents for result in results),
        dropped=dropped,
        shards=shards,
    )


def _replace(folder: Path, building: Path) -> None:
    """Put `building` in the place of `folder`, which is there until then."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    building.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _write_errors_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(folder, error) from error
