"""From sources to a store of rows: a Ray Data job that tokenises and packs, done once and found again."""

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import ray.data

from havoc.config import DataConfig, SourceConfig
from havoc.data.errors import DataError
from havoc.data.packing import Document, Row, one_per_row, pack_text, pack_whole
from havoc.data.shards import FORMAT, MANIFEST, RowStore, ShardInfo, SourceInfo, write_shard
from havoc.data.sources import Record, list_files, read_records
from havoc.errors import HavocError
from havoc.tokens import Tokenizer, load_tokenizer, messages_from_record, render

PIECE_BYTES = 16 * 2**20
"""Input of one task. A file is never split, so many files of this size or less use all cores."""
BATCH_CHARACTERS = 2**20
"""Text that is encoded in one call."""


def prepare(
    sources: Sequence[SourceConfig], folder: Path, tokenizer_folder: Path, config: DataConfig, root: Path
) -> RowStore:
    """Tokenise and pack `sources` into a store at `folder`, or open the one that is there if nothing has changed.

    The new store is built beside the old one and takes its place when it is complete.

    Raises:
        DataError: a source is missing, empty or wrong; the message names file, line and remedy.
    """
    files = {source.label: list_files(source.path, root) for source in sources}
    tokenizer = load_tokenizer(tokenizer_folder)
    made_from = _origin(sources, files, tokenizer, config)
    if (folder / MANIFEST).exists():
        store = RowStore.open(folder)
        if store.made_from == made_from:
            print(f"rows in {folder}: unchanged", flush=True)
            return store
    building = folder.with_name(folder.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    pieces = [piece for label, found in files.items() for piece in _pieces(label, found)]
    done = _run(pieces, building, tokenizer_folder, config)
    infos = [_source_info(source.label, done, config) for source in sources]
    RowStore.commit(building, infos, config.max_seq_len, made_from)
    if folder.exists():
        shutil.rmtree(folder)
    building.rename(folder)
    return RowStore.open(folder)


def _origin(
    sources: Sequence[SourceConfig], files: dict[str, list[Path]], tokenizer: Tokenizer, config: DataConfig
) -> dict[str, Any]:
    """All that decides the rows; weights do not."""
    return {
        "format": FORMAT,
        "tokenizer": tokenizer.fingerprint,
        "length": config.max_seq_len,
        "pack_sequences": config.pack_sequences,
        "too_long": config.too_long,
        "sources": {
            source.label: [[str(file), file.stat().st_size, file.stat().st_mtime_ns] for file in files[source.label]]
            for source in sources
        },
    }


def _pieces(label: str, files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Consecutive files of about PIECE_BYTES."""
    group: list[str] = []
    size = number = 0
    for file in files:
        if group and size + file.stat().st_size > PIECE_BYTES:
            yield {"label": label, "number": number, "files": group}
            group, size, number = [], 0, number + 1
        group.append(str(file))
        size += file.stat().st_size
    yield {"label": label, "number": number, "files": group}


def _run(pieces: list[dict[str, Any]], folder: Path, tokenizer_folder: Path, config: DataConfig) -> list[dict[str, Any]]:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True

    def work(piece: dict[str, Any]) -> dict[str, Any]:
        try:
            return _pack_piece(piece, folder, tokenizer_folder, config)
        except HavocError as error:
            return {"label": piece["label"], "error": str(error)}

    started = time.monotonic()
    results: list[dict[str, Any]] = []
    tokens = 0
    dataset = ray.data.from_items(pieces, override_num_blocks=len(pieces)).map(work)
    for result in dataset.iter_rows():
        if result.get("error"):
            raise DataError(result["error"])
        results.append(result)
        tokens += result["tokens"]
        rate = tokens / 1e6 / (time.monotonic() - started)
        print(f"tokenised {len(results)} of {len(pieces)} pieces, {tokens / 1e6:.2f} Mtok, {rate:.2f} Mtok/s", flush=True)
    return results


def _pack_piece(piece: dict[str, Any], folder: Path, tokenizer_folder: Path, config: DataConfig) -> dict[str, Any]:
    tokenizer = _tokenizer(tokenizer_folder)
    records = chain.from_iterable(read_records(Path(file)) for file in piece["files"])
    first = next(records, None)
    counts = {"documents": 0, "dropped": 0}
    if first is None:
        rows: Iterator[Row] = iter(())
        masked = False
    else:
        masked = first.conversation is not None
        records = chain([first], records)
        rows = _packed(records, tokenizer, config, counts, masked)
    made = list(rows)
    path = folder / piece["label"] / f"part-{piece['number']:05d}.arrow"
    pad = tokenizer.special_id("<pad>")
    shard = write_shard(path, made, config.max_seq_len, tokenizer.vocab_size, pad, masked) if made else None
    return {
        "label": piece["label"],
        "error": "",
        "shard": asdict(shard) if shard else None,
        "rows": len(made),
        "tokens": sum(len(row.ids) for row in made),
        "trained_tokens": sum(sum(row.loss_mask) for row in made),
        **counts,
    }


def _packed(
    records: Iterator[Record], tokenizer: Tokenizer, config: DataConfig, counts: dict[str, int], masked: bool
) -> Iterator[Row]:
    if masked:
        documents = _conversations(records, tokenizer, config, counts)
        return (pack_whole if config.pack_sequences else one_per_row)(documents, config.max_seq_len)
    texts = _texts(records, tokenizer, counts)
    if config.pack_sequences:
        return pack_text(texts, config.max_seq_len)
    return one_per_row((Document(ids) for ids in texts), config.max_seq_len)


def _texts(records: Iterator[Record], tokenizer: Tokenizer, counts: dict[str, int]) -> Iterator[list[int]]:
    bos, eos = [tokenizer.special_id("<bos>")], [tokenizer.special_id("<eos>")]
    waiting: list[str] = []
    characters = 0

    def encoded() -> Iterator[list[int]]:
        for ids in tokenizer.encode_batch(waiting):
            counts["documents"] += 1
            yield bos + ids + eos

    for record in records:
        if record.text is None:
            raise DataError(f"{record.where}: a conversation among texts; keep the two in different sources")
        waiting.append(record.text)
        characters += len(record.text)
        if characters >= BATCH_CHARACTERS:
            yield from encoded()
            waiting, characters = [], 0
    yield from encoded()


def _conversations(
    records: Iterator[Record], tokenizer: Tokenizer, config: DataConfig, counts: dict[str, int]
) -> Iterator[Document]:
    for record in records:
        if record.conversation is None:
            raise DataError(f"{record.where}: a text among conversations; keep the two in different sources")
        try:
            rendered = render(messages_from_record(record.conversation), tokenizer)
        except HavocError as error:
            raise DataError(f"{record.where}: {error}") from error
        if len(rendered.ids) > config.max_seq_len:
            if config.too_long == "error":
                raise DataError(
                    f"{record.where}: {len(rendered.ids)} tokens, more than data.max_seq_len ({config.max_seq_len}); "
                    "raise it, shorten the conversation, or set data.too_long to drop"
                )
            counts["dropped"] += 1
            continue
        counts["documents"] += 1
        yield Document(rendered.ids, rendered.loss_mask)


def _source_info(label: str, done: list[dict[str, Any]], config: DataConfig) -> SourceInfo:
    mine = [result for result in done if result["label"] == label]
    if not any(result["rows"] for result in mine):
        raise DataError(f"data.sources {label}: nothing in it to train on; add text to it or remove the source")
    return SourceInfo(
        label=label,
        shards=tuple(ShardInfo(**result["shard"]) for result in mine if result["shard"]),
        **{name: sum(r[name] for r in mine) for name in ("rows", "tokens", "trained_tokens", "documents", "dropped")},
    )


@lru_cache(maxsize=2)
def _tokenizer(folder: Path) -> Tokenizer:
    """Loaded once per worker process."""
    return load_tokenizer(folder)
