"""Files of text and of conversations: which ones a path names, and the records in them."""

import io
import json
import lzma
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from havoc.data.errors import DataError
from havoc.tokens import Message, TokensError, messages_from_record
from havoc.tokens.text import check_encodable

TEXT_SUFFIXES = (".txt", ".md")
RECORD_SUFFIXES = (".jsonl", ".parquet")
COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".xz": "xz"}
"""Suffix of a compressed .txt, .md or .jsonl -> format. Parquet is compressed inside."""
FIELDS = ("text", "prompt", "completion", "messages")
"""Fields of a record that are read; others are left alone."""
BUFFER_BYTES = 2**20


@dataclass(frozen=True)
class Place:
    """Where a record stands; as a string, `file` or `file:line` (of .parquet, the row)."""

    file: Path
    number: int = 0
    """Line or row, from 1, counted from `start`; 0 where the whole file is the record."""
    start: int = 0
    """Byte at which the counting of lines began."""

    def __str__(self) -> str:
        if not self.number:
            return str(self.file)
        return f"{self.file}:{_lines_before(self.file, self.start) + self.number}"


@dataclass(frozen=True)
class Record:
    """One document or conversation, and where it stands."""

    where: Place
    text: str | None
    """The document; None where this is a conversation."""
    conversation: dict[str, Any] | None
    """`prompt` and `completion`, or `messages`; None where this is text."""

    def messages(self) -> list[Message]:
        """The conversation as typed messages.

        Raises:
            DataError: it is none that can be trained on; the message names the place and the field.
        """
        with located(self.where):
            return messages_from_record(self.conversation or {})


@dataclass(frozen=True)
class Part:
    """A file, or the lines of a .jsonl that begin at the bytes `start` to `end` - 1."""

    file: Path
    start: int = 0
    end: int | None = None
    """None for the end of the file."""


def list_files(path: Path, root: Path) -> list[Path]:
    """The readable files that `path` names: a file, a folder (searched in depth), or a glob of both; relative to `root`.

    Returns:
        Absolute paths, sorted.

    Raises:
        DataError: nothing is there, or nothing of a kind that can be read.
    """
    full = (root / path.expanduser()).absolute()
    if full.exists():
        found = [full]
    elif any(letter in str(path) for letter in "*?["):
        found = _glob(path.expanduser(), root)
    else:
        raise DataError(f"{full}: no such file or folder; correct the source's path, or make it first (jobs.build_corpus)")
    inside = {file for match in found for file in (match.rglob("*") if match.is_dir() else [match])}
    files = sorted(file for file in inside if _kind(file) and file.is_file())
    if not files:
        known = ", ".join((*TEXT_SUFFIXES, *RECORD_SUFFIXES))
        raise DataError(f"{full}: no {known} file there (all but the last also {', '.join(COMPRESSIONS)}); correct the path")
    return files


def split_file(file: Path, part_bytes: int) -> list[Part]:
    """Parts of about `part_bytes` that together hold every record once.

    Only plain .jsonl is split: a text file is one document, and of the others no part can be read alone.
    """
    size = file.stat().st_size
    if file.suffix.lower() != ".jsonl" or size <= part_bytes:
        return [Part(file)]
    return [Part(file, start, start + part_bytes) for start in range(0, size, part_bytes)]


def read_records(file: Path, start: int = 0, end: int | None = None) -> Iterator[Record]:
    """The records of one file, in order; blank lines of .jsonl and empty texts are left out.

    Args:
        file: what `list_files` gave.
        start: of plain .jsonl, the byte from which on lines are read; a line belongs to where it begins.
        end: the byte from which on no line is begun; None for the end of the file.

    Raises:
        DataError: the file is not UTF-8, not JSON at some line, cut short, or a record lacks its field.
    """
    kind = _kind(file)
    with _errors_named(file):
        if kind == ".parquet":
            yield from _parquet_rows(file)
            return
        with _opened(file) as stream:
            if kind == ".jsonl":
                yield from _json_lines(stream, file, start, end)
            elif text := _decoded(stream.read(), Place(file)):
                yield Record(Place(file), text, None)


def read_texts(paths: Sequence[Path], root: Path) -> Iterator[str]:
    """All text that `paths` name; of a conversation, what its messages say.

    Raises:
        DataError: as `list_files`, `read_records` and `Record.messages` do.
    """
    for path in paths:
        for file in list_files(path, root):
            for record in read_records(file):
                if record.text is not None:
                    yield record.text
                else:
                    yield "\n".join(step.text for message in record.messages() for step in message.steps)


@contextmanager
def located(where: Place) -> Iterator[None]:
    """Turn a TokensError about a record into a DataError that says where the record stands."""
    try:
        yield
    except TokensError as error:
        raise DataError(f"{where}: {error}") from error


def _glob(path: Path, root: Path) -> list[Path]:
    """What the pattern `path` matches. Only `path` is a pattern: `root` may have brackets in its name."""
    base, pattern = (Path(path.anchor), path.relative_to(path.anchor)) if path.is_absolute() else (root, path)
    return [match.absolute() for match in base.glob(str(pattern))]


def _kind(file: Path) -> str:
    """Suffix that says how the content is read; empty where it is none of ours."""
    suffix = file.suffix.lower()
    if suffix not in COMPRESSIONS:
        return suffix if suffix in (*TEXT_SUFFIXES, *RECORD_SUFFIXES) else ""
    inner = Path(file.stem).suffix.lower()
    return inner if inner in (*TEXT_SUFFIXES, ".jsonl") else ""


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    compression = COMPRESSIONS.get(file.suffix.lower())
    if compression is None:
        with file.open("rb", buffering=BUFFER_BYTES) as plain:
            yield plain
    elif compression == "xz":
        with lzma.open(file, "rb") as decompressed:
            yield cast(BinaryIO, decompressed)
    else:
        # Not the zstandard package: its reader takes a file that was cut short for one that ends there.
        with pa.input_stream(str(file), compression=compression) as native:
            yield cast(BinaryIO, io.BufferedReader(native, BUFFER_BYTES))


@contextmanager
def _errors_named(file: Path) -> Iterator[None]:
    """Turn what a cut or foreign file raises into one line."""
    try:
        yield
    except (EOFError, lzma.LZMAError, pa.ArrowException, OSError) as error:
        raise DataError(f"{file}: cannot be read ({' '.join(str(error).split())}); replace or remove the file") from error


def _decoded(content: bytes, where: Place) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: not UTF-8 at byte {error.start} of the {'line' if where.number else 'file'}; "
            "convert the file (iconv -t UTF-8) or remove it"
        ) from error


def _json_lines(stream: BinaryIO, file: Path, start: int, end: int | None) -> Iterator[Record]:
    if start:
        stream.seek(start - 1)
        start += len(stream.readline()) - 1  # past the line that began before; nothing where one begins at `start`
    position = start
    for number, line in enumerate(stream, start=1):
        if end is not None and position >= end:
            return
        position += len(line)
        where = Place(file, number, start)
        text = _decoded(line, where).rstrip()
        if not text:
            continue
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
            raise DataError(f"{where}: not valid JSON ({reason}); one object a line is needed") from error
        yield from _record(values, where)


def _parquet_rows(file: Path) -> Iterator[Record]:
    with pq.ParquetFile(file) as table:
        columns = [name for name in table.schema_arrow.names if name in FIELDS]
        number = 0
        for batch in table.iter_batches(batch_size=1024, columns=columns or None):
            for column in batch.columns:
                column.validate(full=True)  # a string column may hold what is not UTF-8
            for values in batch.to_pylist():
                number += 1
                yield from _record({name: value for name, value in values.items() if value is not None}, Place(file, number))


def _record(values: Any, where: Place) -> Iterator[Record]:
    if not isinstance(values, dict):
        raise DataError(f"{where}: a record must be an object, this is {_type_name(values)}; one object a line is needed")
    if "messages" in values or ("prompt" in values and "completion" in values):
        yield Record(where, None, values)
        return
    if "text" not in values:
        raise DataError(
            f"{where}: no field `text`, nor `prompt` and `completion`, nor `messages`; rename one of {sorted(values)}"
        )
    text = values["text"]
    if not isinstance(text, str):
        raise DataError(f"{where}: `text` must be a string, it is {_type_name(text)}; correct or remove the record")
    with located(where):
        check_encodable(text)
    if text:
        yield Record(where, text, None)


def _type_name(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _lines_before(file: Path, start: int) -> int:
    """Newlines in the first `start` bytes. Read only for messages."""
    with file.open("rb") as stream:
        chunks = (stream.read(min(BUFFER_BYTES, start - position)) for position in range(0, start, BUFFER_BYTES))
        return sum(chunk.count(b"\n") for chunk in chunks)
