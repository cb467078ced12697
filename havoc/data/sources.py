"""Files of text and of conversations: which ones a path names, and the records in them."""

import bz2
import gzip
import io
import json
import lzma
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from havoc.data.errors import DataError

TEXT_SUFFIXES = (".txt", ".md")
RECORD_SUFFIXES = (".jsonl", ".parquet")
COMPRESSIONS = (".gz", ".bz2", ".xz", ".zst")


@dataclass(frozen=True)
class Record:
    """One document or conversation, and where it stands."""

    where: str
    """`file`, or `file:line`, for messages."""
    text: str | None
    """The document; None where this is a conversation."""
    conversation: dict[str, Any] | None
    """`prompt` and `completion`, or `messages`; None where this is text."""


def list_files(path: Path, root: Path) -> list[Path]:
    """The readable files that `path` names, sorted: a file, a folder (searched in depth), or a glob; relative to `root`.

    Raises:
        DataError: nothing is there, or nothing of a kind that can be read.
    """
    full = (root / path).expanduser()
    if any(letter in str(path) for letter in "*?["):
        base = Path(full.anchor) if full.is_absolute() else Path()
        found = sorted(base.glob(str(full.relative_to(base))))
    elif full.is_dir():
        found = sorted(full.rglob("*"))
    elif full.exists():
        found = [full]
    else:
        raise DataError(f"{full}: no such file or folder; correct the source's path, or make it first (jobs.build_corpus)")
    files = [file for file in found if file.is_file() and _kind(file)]
    if not files:
        known = ", ".join((*TEXT_SUFFIXES, *RECORD_SUFFIXES))
        raise DataError(f"{full}: no {known} file in it (plain or {', '.join(COMPRESSIONS)}); correct the source's path")
    return files


def read_records(file: Path) -> Iterator[Record]:
    """The records of one file, in order; blank lines of .jsonl and empty texts are left out.

    Raises:
        DataError: the file is not UTF-8, not JSON at some line, cut short, or a record lacks its field.
    """
    kind = _kind(file)
    with _errors_named(file), _opened(file) as stream:
        if kind in TEXT_SUFFIXES:
            text = _decoded(stream.read(), file)
            if text:
                yield Record(str(file), text, None)
        elif kind == ".jsonl":
            yield from _json_lines(stream, file)
        else:
            yield from _parquet_rows(stream, file)


def read_texts(paths: Sequence[Path], root: Path) -> Iterator[str]:
    """All text that `paths` name; of conversations, every string in them."""
    for path in paths:
        for file in list_files(path, root):
            for record in read_records(file):
                yield record.text if record.text is not None else "\n".join(_strings(record.conversation))


def _kind(file: Path) -> str:
    """Suffix that says how the content is read; empty where it is none of ours."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    known = suffixes and suffixes[-1] in (*TEXT_SUFFIXES, *RECORD_SUFFIXES)
    return suffixes[-1] if known else ""


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".zst": zstandard.open}
    with openers.get(file.suffix.lower(), open)(file, "rb") as stream:
        yield stream


@contextmanager
def _errors_named(file: Path) -> Iterator[None]:
    """Turn what a cut or foreign file raises into one line."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zstandard.ZstdError, pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{file}: cannot be read ({' '.join(str(error).split())}); replace or remove the file") from error


def _decoded(content: bytes, file: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: not UTF-8 at byte {error.start}; convert it (iconv -t UTF-8) or remove it") from error


def _json_lines(stream: BinaryIO, file: Path) -> Iterator[Record]:
    for number, line in enumerate(io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream, start=1):
        where = f"{file}:{number}"
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{where}: not UTF-8 at byte {error.start} of the line; convert the file to UTF-8") from error
        if not text.strip():
            continue
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise DataError(
                f"{where}: not valid JSON ({error.msg} at column {error.colno}); one object a line is needed"
            ) from error
        yield from _record(values, where)


def _parquet_rows(stream: BinaryIO, file: Path) -> Iterator[Record]:
    number = 0
    for batch in pq.ParquetFile(stream).iter_batches():
        for values in batch.to_pylist():
            number += 1
            yield from _record(values, f"{file}: row {number}")


def _record(values: Any, where: str) -> Iterator[Record]:
    if not isinstance(values, dict):
        raise DataError(f"{where}: a record is an object, this is {type(values).__name__}")
    if "messages" in values or ("prompt" in values and "completion" in values):
        yield Record(where, None, values)
        return
    if "text" not in values:
        raise DataError(
            f"{where}: no field `text`, nor `prompt` and `completion`, nor `messages`; there are {sorted(values)}"
        )
    if not isinstance(values["text"], str):
        raise DataError(f"{where}: `text` must be a string, it is {type(values['text']).__name__}")
    if values["text"]:
        yield Record(where, values["text"], None)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
