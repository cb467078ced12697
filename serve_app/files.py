"""Uploads: kept under an id of ours, the oldest given up when there are too many."""

import errno
import json
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from havoc.errors import HavocError
from serve_app.errors import ApiError
from serve_app.tables import Table, read_table

_ID = re.compile(r"file-[0-9a-f]{24}")
_CONTENT, _ABOUT = "content", "about.json"


class FileStore:
    """A folder with a subfolder per upload. Names that clients give are told back and never used as paths."""

    def __init__(self, folder: Path, most: int) -> None:
        """Take a folder, and make it.

        Raises:
            HavocError: it cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HavocError(f"files_folder: {folder} cannot be made ({error.strerror}); name another folder") from None
        self._folder, self._most = folder, most

    def add(self, filename: str, purpose: str, content: bytes) -> dict[str, Any]:
        """Keep a table, and tell what it holds.

        Raises:
            ApiError: it is no table, or the disk is full.
        """
        name = PurePath(filename.replace("\\", "/")).name[:200] or "table.csv"
        table = read_table(name, content)
        about = {
            "id": f"file-{secrets.token_hex(12)}",
            "object": "file",
            "bytes": len(content),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
            "columns": [column.as_json() for column in table.columns],
            "rows": table.num_rows,
        }
        self._write(about, content)
        self._forget_oldest()
        return about

    def all(self) -> list[dict[str, Any]]:
        """What is kept, the newest first."""
        known = [about for place in self._folder.glob("file-*") if (about := self._about(place)) is not None]
        return sorted(known, key=lambda about: (about["created_at"], about["id"]), reverse=True)

    def get(self, file_id: str) -> dict[str, Any]:
        """What is known of a file.

        Raises:
            ApiError: there is none with this id.
        """
        about = self._about(self._folder / file_id) if _ID.fullmatch(file_id) else None
        if about is None:
            raise ApiError(404, f"file: there is no {file_id[:40]!r}; upload it again", "file_not_found", "file_id")
        return about

    def content(self, file_id: str) -> bytes:
        """A file as it came. Raises as `get`."""
        self.get(file_id)
        return (self._folder / file_id / _CONTENT).read_bytes()

    def delete(self, file_id: str) -> None:
        """Forget a file. Raises as `get`."""
        self.get(file_id)
        shutil.rmtree(self._folder / file_id, ignore_errors=True)

    def table(self, file_id: str) -> Table:
        """A file as a table. Raises as `get`."""
        return read_table(self.get(file_id)["filename"], self.content(file_id))

    def question(self, question: str, file_ids: Sequence[str]) -> str:
        """A question with the columns of its files, as if they had been pasted behind it. Raises as `get`."""
        return "\n\n".join([question, *(self.table(file_id).as_text(question) for file_id in file_ids)])

    def _write(self, about: dict[str, Any], content: bytes) -> None:
        try:
            # A folder that is there is whole: it gets its name when all of it is written.
            with tempfile.TemporaryDirectory(dir=self._folder, prefix="new-") as folder:
                new = Path(folder) / "file"
                new.mkdir()
                (new / _CONTENT).write_bytes(content)
                (new / _ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
                new.rename(self._folder / about["id"])
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise ApiError(
                    507, "file: the server's disk is full; paste the table into the question", "disk_full", "file"
                ) from None
            raise ApiError(
                500, f"file: it cannot be kept ({error.strerror}); paste the table into the question", "not_kept", "file"
            ) from None

    def _forget_oldest(self) -> None:
        for about in self.all()[self._most :]:
            shutil.rmtree(self._folder / about["id"], ignore_errors=True)

    def _about(self, place: Path) -> dict[str, Any] | None:
        try:
            about: dict[str, Any] = json.loads((place / _ABOUT).read_text(encoding="utf-8"))
        except OSError:
            return None  # deleted meanwhile
        return about
