"""Uploaded tables: CSV, tabs, or the first sheet of an Excel file that holds anything."""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import pandas as pd

from serve_app.errors import ApiError

MAX_CELLS = 500_000
MAX_UNPACKED = 200 * 2**20
"""Bytes that an Excel file, which is an archive, may unpack to."""
_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?\s*%?")


@dataclass(frozen=True)
class Column:
    """A column as it was written."""

    name: str
    cells: tuple[str, ...]

    @property
    def is_number(self) -> bool:
        """Whether every cell that is not empty is a number."""
        filled = [cell for cell in self.cells if cell]
        return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)

    def as_json(self) -> dict[str, object]:
        """What clients are told of it."""
        filled = sum(1 for cell in self.cells if cell)
        return {"name": self.name, "count": filled, "kind": "number" if self.is_number else "text"}


@dataclass(frozen=True)
class Table:
    """Columns of equal length."""

    columns: tuple[Column, ...]

    @property
    def num_rows(self) -> int:
        """Rows under the header."""
        return len(self.columns[0].cells) if self.columns else 0

    def as_text(self, question: str) -> str:
        """The columns that a question names, or all of them where it names none, separated by tabs."""
        named = [column for column in self.columns if _is_named(column.name, question)] or list(self.columns)
        rows = zip(*(column.cells for column in named), strict=True)
        return "\n".join("\t".join(row) for row in [tuple(column.name for column in named), *rows])


def read_table(filename: str, content: bytes) -> Table:
    """Read a file by the ending of its name.

    Raises:
        ApiError: it is none of these kinds, is damaged, empty, or too large.
    """
    ending = PurePath(filename).suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        frame = _excel(filename, content)
    elif ending in (".csv", ".tsv", ".txt", ".tab"):
        frame = _text(filename, content)
    else:
        raise _refused(f"{filename}: a table is a .csv, .tsv, .txt or .xlsx file")
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise _refused(f"{filename}: no rows under a header; give a header and at least one row")
    if frame.size > MAX_CELLS:
        raise _refused(f"{filename}: {frame.size:,} cells are more than {MAX_CELLS:,}; leave out what is not needed")
    columns = [
        Column(_clean(str(name)) or f"column {place}", tuple(_clean(_cell(value)) for value in frame.iloc[:, place - 1]))
        for place, name in enumerate(frame.columns, start=1)
    ]
    return Table(tuple(columns))


def _excel(filename: str, content: bytes) -> pd.DataFrame:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise _refused(f"{filename}: it unpacks to {unpacked:,} bytes, more than {MAX_UNPACKED:,}")
        sheets = pd.read_excel(io.BytesIO(content), sheet_name=None, dtype=object, engine="openpyxl")
    except ApiError:
        raise
    except Exception as error:  # noqa: BLE001 - readers of a damaged file raise whatever their depths happen to raise
        raise _refused(f"{filename}: no Excel file that can be read ({type(error).__name__}); save it again") from None
    return next((sheet for sheet in sheets.values() if not sheet.empty), pd.DataFrame())


def _text(filename: str, content: bytes) -> pd.DataFrame:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheets of Western systems write this where they do not write UTF-8; every byte of it is some letter.
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise _refused(f"{filename}: no text; save the table as CSV in UTF-8")
    first = text.lstrip().split("\n", 1)[0]
    separator = max("\t;,|", key=first.count)
    try:
        return pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, skip_blank_lines=True, index_col=False
        )
    except (ValueError, pd.errors.ParserError) as error:
        raise _refused(f"{filename}: {' '.join(str(error).split())}; every row needs as many cells as the header") from None


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _clean(text: str) -> str:
    """A cell without what would break the table's rows when it is written as text."""
    return re.sub(r"[\t\r\n]+", " ", text).strip()


def _is_named(name: str, question: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE) is not None


def _refused(message: str) -> ApiError:
    return ApiError(400, message, "bad_file", "file")
