"""Rows on disk: Arrow files with a manifest that says what they were made from."""

import bisect
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from havoc.data.errors import DataError
from havoc.data.packing import Row, document_numbers

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class ShardInfo:
    """One Arrow file."""

    file: str
    """Path relative to the store."""
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class SourceInfo:
    """What a store holds of one source."""

    label: str
    rows: int
    tokens: int
    """Padding left out."""
    trained_tokens: int
    documents: int
    dropped: int
    """Conversations longer than a row, left out because the recipe says so."""
    shards: tuple[ShardInfo, ...]


def write_shard(path: Path, rows: Sequence[Row], length: int, vocab_size: int, pad_id: int, masked: bool) -> ShardInfo:
    """Write `rows` as one Arrow file: ids [length], document lengths, and the loss mask where not all tokens are trained."""
    id_type = pa.uint16() if vocab_size <= 2**16 else pa.uint32()
    ids = np.full((len(rows), length), pad_id, id_type.to_pandas_dtype())
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = row.ids
    columns: dict[str, pa.Array] = {
        "ids": pa.FixedSizeListArray.from_arrays(pa.array(ids.reshape(-1)), length),
        "lengths": pa.array([row.lengths for row in rows], pa.list_(pa.int32())),
    }
    if masked:
        mask = np.zeros((len(rows), length), np.uint8)
        for number, row in enumerate(rows):
            mask[number, : len(row.ids)] = row.loss_mask
        columns["loss_mask"] = pa.FixedSizeListArray.from_arrays(pa.array(mask.reshape(-1)), length)
    table = pa.table(columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    content = path.read_bytes()
    name = str(Path(path.parent.name) / path.name)
    return ShardInfo(name, len(rows), len(content), hashlib.sha256(content).hexdigest())


class RowStore:
    """Read access to the rows of a mixture, memory-mapped."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.length: int = manifest["length"]
        """Tokens in a row."""
        self.made_from: dict[str, Any] = manifest["made_from"]
        """Inputs, settings and tokenizer; the store is up to date while they are the same."""
        self.sources = tuple(
            SourceInfo(**{**source, "shards": tuple(ShardInfo(**shard) for shard in source["shards"])})
            for source in manifest["sources"]
        )

    @classmethod
    def open(cls, folder: Path, verify: bool = False) -> "RowStore":
        """Open the store in `folder`; sizes are checked always, contents with `verify`.

        Raises:
            DataError: there is none, or a file of it is missing, cut short or changed.
        """
        path = folder / MANIFEST
        if not path.exists():
            raise DataError(f"{folder}: no prepared rows here ({MANIFEST} is missing); run the phase again to prepare them")
        store = cls(folder, json.loads(path.read_text(encoding="utf-8")))
        for source in store.sources:
            for shard in source.shards:
                file = folder / shard.file
                if not file.exists() or file.stat().st_size != shard.bytes:
                    raise DataError(f"{file}: missing or cut short; delete {folder} and prepare the rows again")
                if verify and hashlib.sha256(file.read_bytes()).hexdigest() != shard.sha256:
                    raise DataError(f"{file}: changed since it was written; delete {folder} and prepare the rows again")
        return store

    @classmethod
    def commit(cls, folder: Path, sources: Sequence[SourceInfo], length: int, made_from: dict[str, Any]) -> "RowStore":
        """Write the manifest, after which `folder` is a store."""
        manifest = {
            "format": FORMAT, "length": length, "made_from": made_from, "sources": [asdict(source) for source in sources]
        }  # fmt: skip
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        return cls.open(folder)

    def gather(self, source: NDArray[np.int64], row: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """The rows named by `source` and `row` (int64 [n] each), in that order.

        Returns:
            source int64 [n], ids int32 [n, L], loss_mask uint8 [n, L], document int16 [n, L] (-1 on padding).
        """
        count = len(source)
        ids = np.empty((count, self.length), np.int32)
        mask = np.empty((count, self.length), np.uint8)
        document = np.empty((count, self.length), np.int16)
        for number, (which, wanted) in enumerate(zip(source.tolist(), row.tolist(), strict=True)):
            ids[number], mask[number], document[number] = self._row(which, wanted)
        return {"source": np.asarray(source, np.int64), "ids": ids, "loss_mask": mask, "document": document}

    def _row(self, source: int, row: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        starts, tables = self._tables[source]
        shard = bisect.bisect_right(starts, row) - 1
        table, inside = tables[shard], row - starts[shard]
        values = table["ids"].slice(inside * self.length, self.length).to_numpy()
        document = document_numbers(table["lengths"][inside].as_py(), self.length)
        if "loss_mask" in table:
            return values, table["loss_mask"].slice(inside * self.length, self.length).to_numpy(), document
        return values, document >= 0, document

    @cached_property
    def _tables(self) -> list[tuple[list[int], list[dict[str, Any]]]]:
        """Per source: first row of each shard, and its memory-mapped columns."""
        found = []
        for source in self.sources:
            starts, tables, first = [], [], 0
            for shard in source.shards:
                starts.append(first)
                first += shard.rows
                table = pa.ipc.open_file(pa.memory_map(str(self.folder / shard.file))).read_all()
                columns = {name: table[name].chunk(0) for name in table.column_names}
                tables.append(
                    {name: c.flatten() if pa.types.is_fixed_size_list(c.type) else c for name, c in columns.items()}
                )
            found.append((starts, tables))
        return found
