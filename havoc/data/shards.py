"""Rows on disk: Arrow files with a manifest that says what they were made from."""

import bisect
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from havoc.data.errors import DataError
from havoc.data.packing import Row, document_numbers

MANIFEST = "manifest.json"
FORMAT = 2


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
    """Tokens that count in the loss."""
    documents: int
    dropped: int
    """Conversations longer than a row, left out because the recipe says so."""
    shards: tuple[ShardInfo, ...]


def write_shard(path: Path, rows: Sequence[Row], length: int, vocab_size: int, pad_id: int) -> ShardInfo:
    """Write `rows` as one Arrow file: ids [length], document lengths, and the loss mask where not all tokens are trained.

    Raises:
        DataError: the file cannot be written.
    """
    ids = np.full((len(rows), length), pad_id, np.uint16 if vocab_size <= 2**16 else np.uint32)
    for number, row in enumerate(rows):
        ids[number, : row.tokens] = np.concatenate([document.ids for document in row.documents])
    columns: dict[str, pa.Array] = {
        "ids": pa.FixedSizeListArray.from_arrays(pa.array(ids.reshape(-1)), length),
        "lengths": pa.array([[len(document) for document in row.documents] for row in rows], pa.list_(pa.int32())),
    }
    masks = [[document.loss_mask for document in row.documents if document.loss_mask is not None] for row in rows]
    if any(masks):
        mask = np.zeros((len(rows), length), np.uint8)
        for number, row in enumerate(rows):
            mask[number, : row.tokens] = np.concatenate(masks[number])
        columns["loss_mask"] = pa.FixedSizeListArray.from_arrays(pa.array(mask.reshape(-1)), length)
    table = pa.table(columns)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        content = path.read_bytes()
    except OSError as error:
        raise unwritable(path, error) from error
    return ShardInfo(f"{path.parent.name}/{path.name}", len(rows), len(content), hashlib.sha256(content).hexdigest())


def unwritable(path: Path, error: OSError) -> DataError:
    """The error for a full disk or a folder that may not be written to."""
    reason = " ".join(str(error).split())
    return DataError(f"{path}: cannot be written ({reason}); make room there, or name another folder in data.shards")


class RowStore:
    """Read access to the rows of a mixture, memory-mapped.

    Raises:
        DataError: `manifest` is not one of this format.
    """

    def __init__(self, folder: Path, manifest: bytes) -> None:
        self.folder = folder
        self.fingerprint = hashlib.sha256(manifest).hexdigest()
        """Hash of the manifest, which holds the hashes of all shards."""
        try:
            values = json.loads(manifest)
            if values["format"] != FORMAT:
                raise DataError(f"{folder / MANIFEST}: format {values['format']}, not {FORMAT}; {_remedy(folder)}")
            self.length: int = values["length"]
            """Tokens in a row."""
            self.made_from: dict[str, Any] = values["made_from"]
            """Inputs, settings and tokenizer; the store is up to date while they are the same."""
            self.sources = tuple(
                SourceInfo(**{**source, "shards": tuple(ShardInfo(**shard) for shard in source["shards"])})
                for source in values["sources"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{folder / MANIFEST}: not a manifest of rows ({error!r}); {_remedy(folder)}") from error
        self._starts = [list(accumulate((shard.rows for shard in s.shards), initial=0))[:-1] for s in self.sources]
        self._opened: dict[tuple[int, int], _Shard] = {}

    @classmethod
    def open(cls, folder: Path, verify: bool = False) -> "RowStore":
        """Open the store in `folder`; sizes are checked always, contents with `verify`.

        Raises:
            DataError: there is none, or a file of it is missing, cut short or changed.
        """
        path = folder / MANIFEST
        if not path.exists():
            raise DataError(f"{folder}: no prepared rows here ({MANIFEST} is missing); run the phase again to prepare them")
        store = cls(folder, path.read_bytes())
        for shard in (shard for source in store.sources for shard in source.shards):
            file = folder / shard.file
            if not file.exists() or file.stat().st_size != shard.bytes:
                raise DataError(f"{file}: missing or cut short; {_remedy(folder)}")
            if verify and hashlib.sha256(file.read_bytes()).hexdigest() != shard.sha256:
                raise DataError(f"{file}: changed since it was written; {_remedy(folder)}")
        return store

    @staticmethod
    def commit(folder: Path, sources: Sequence[SourceInfo], length: int, made_from: dict[str, Any]) -> None:
        """Write the manifest, after which `folder` is a store."""
        manifest = {"format": FORMAT, "length": length, "made_from": made_from, "sources": [asdict(s) for s in sources]}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")

    def gather(self, source: NDArray[np.int64], row: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """The rows named by `source` and `row` (int64 [n] each), in that order.

        Returns:
            source int64 [n], ids int32 [n, L], loss_mask uint8 [n, L], document int16 [n, L] (-1 on padding).
        """
        shape = (len(source), self.length)
        ids, mask, document = np.empty(shape, np.int32), np.empty(shape, np.uint8), np.empty(shape, np.int16)
        for number, (which, wanted) in enumerate(zip(source.tolist(), row.tolist(), strict=True)):
            place = bisect.bisect_right(self._starts[which], wanted) - 1
            shard, inside = self._shard(which, place), wanted - self._starts[which][place]
            ids[number] = shard.ids[inside]
            document[number] = document_numbers(shard.lengths_of(inside), self.length)
            mask[number] = document[number] >= 0 if shard.mask is None else shard.mask[inside]
        return {"source": np.asarray(source, np.int64), "ids": ids, "loss_mask": mask, "document": document}

    def _shard(self, source: int, number: int) -> "_Shard":
        """Opened when first asked for: a large store has more files than a run of a few steps touches."""
        key = (source, number)
        if key not in self._opened:
            self._opened[key] = _Shard(self.folder / self.sources[source].shards[number].file, self.length)
        return self._opened[key]


class _Shard:
    """Memory-mapped columns of one Arrow file."""

    def __init__(self, file: Path, length: int) -> None:
        with pa.memory_map(str(file)) as source:  # closed, and with it the file handle; the arrays keep the mapping
            table = pa.ipc.open_file(source).read_all()
        lengths = table["lengths"].chunk(0)
        self._offsets: NDArray[np.int32] = lengths.offsets.to_numpy()
        self._lengths: NDArray[np.int32] = lengths.values.to_numpy()
        self.ids: NDArray[np.integer] = _matrix(table["ids"], length)
        """uint16 or uint32 [rows, L]"""
        masked = "loss_mask" in table.column_names
        self.mask: NDArray[np.uint8] | None = _matrix(table["loss_mask"], length) if masked else None
        """uint8 [rows, L]; None where all tokens are trained"""

    def lengths_of(self, row: int) -> NDArray[np.int32]:
        """Tokens of each document of `row`."""
        return self._lengths[self._offsets[row] : self._offsets[row + 1]]


def _matrix(column: pa.ChunkedArray, length: int) -> NDArray[Any]:
    matrix: NDArray[Any] = column.chunk(0).flatten().to_numpy().reshape(-1, length)
    return matrix


def _remedy(folder: Path) -> str:
    return f"delete {folder} and prepare the rows again"
