"""Uploaded tables: what can be read is read right, what cannot is refused, and nothing is lost or left behind."""

import io
import zipfile

import pytest

from havoc.prime.evidence import read_evidence
from serve_app.errors import ApiError
from serve_app.files import FileStore
from serve_app.tables import read_table

WANTED = [1.1, 1.2, 1.25]


def _excel(rows):
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"thickness,line\n1.1,A\n1.2,B\n1.25,A\n"),
        ("a.csv", "\ufeffthickness;line\n1,1;A\n1,2;B\n1,25;A\n".encode()),
        ("a.csv", "thickness;Prüfer\r\n1,1;Jörg\r\n1,2;B\r\n1,25;A\r\n".encode("cp1252")),
        ("a.tsv", b"thickness\tline\n1.1\tA\n1.2\tB\n1.25\tA\n"),
        ("a.TXT", b"thickness|line\n1.1|A\n1.2|B\n1.25|A\n"),
        ("a.xlsx", _excel([["thickness", "line"], [1.1, "A"], [1.2, "B"], [1.25, "A"]])),
    ],
)
def test_tables_are_read_and_their_columns_found_in_a_question(name, content):
    table = read_table(name, content)
    assert table.num_rows == 3
    assert table.columns[0].as_json() == {"name": "thickness", "count": 3, "kind": "number"}
    question = f"What is the mean of thickness?\n\n{table.as_text('What is the mean of thickness?')}"
    items = [item for item in read_evidence(question).items if item.kind == "values"]
    assert [list(item.values) for item in items] == [WANTED]
    assert items[0].name == "thickness"


def test_whole_numbers_dates_and_empty_cells_of_excel():
    import datetime

    table = read_table("a.xlsx", _excel([["day", "count"], [datetime.date(2026, 3, 1), 5], [None, None], ["x", 7.5]]))
    assert table.columns[1].cells == ("5", "", "7.5")
    assert table.columns[0].cells[0].startswith("2026-03-01")
    assert table.columns[1].as_json() == {"name": "count", "count": 2, "kind": "number"}


def test_all_columns_where_the_question_names_none():
    table = read_table("a.csv", b"x,y\n1,2\n3,4\n")
    assert table.as_text("What is in this table?") == "x\ty\n1\t2\n3\t4"
    assert table.as_text("Regress Y on X") == "x\ty\n1\t2\n3\t4"
    assert table.as_text("mean of y") == "y\n2\n4"


def _bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 2**20))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.xlsx", b"PK\x03\x04 nonsense", "no Excel file"),
        ("a.xlsx", _excel([["x"], [1]])[:-200], "no Excel file"),
        ("a.csv", b"\x00\x01\x02", "no text"),
        ("a.csv", b"x,y\n1,2\n1,2,3,4\n", "as many cells"),
        ("a.csv", b"x,y\n", "no rows"),
        ("a.csv", b"", "a.csv"),
        ("a.pdf", b"%PDF", "a table is a .csv"),
        ("a.csv", b"x\n" + b"1\n" * 600_000, "more than"),
    ],
)
def test_what_is_no_table_is_refused(name, content, problem):
    with pytest.raises(ApiError, match=problem) as refused:
        read_table(name, content)
    assert refused.value.status == 400


def test_an_archive_that_unpacks_to_too_much_is_refused():
    with pytest.raises(ApiError, match="unpacks to"):
        read_table("a.xlsx", _bomb())


def test_names_are_no_paths_and_ids_are_ours(tmp_path):
    store = FileStore(tmp_path / "files", most=3)
    about = store.add("../../../etc/passwd.csv", "user_data", b"x\n1\n")
    assert about["filename"] == "passwd.csv"
    assert [place.name for place in tmp_path.iterdir()] == ["files"]
    assert store.content(about["id"]) == b"x\n1\n"
    for wrong in ("../files", "file-" + "0" * 24, "", "file-/../..", about["id"] + "/.."):
        with pytest.raises(ApiError) as refused:
            store.get(wrong)
        assert refused.value.status == 404


def test_the_oldest_go_and_nothing_half_written_is_seen(tmp_path, monkeypatch):
    store = FileStore(tmp_path, most=2)
    ids = []
    for number in range(4):
        monkeypatch.setattr("serve_app.files.time.time", lambda number=number: 1000 + number)
        ids.append(store.add("a.csv", "user_data", b"x\n1\n")["id"])
    assert [about["id"] for about in store.all()] == [ids[3], ids[2]]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    import errno
    import pathlib

    store = FileStore(tmp_path, most=2)

    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    with pytest.raises(ApiError) as refused:
        store.add("a.csv", "user_data", b"x\n1\n")
    assert (refused.value.status, refused.value.code) == (507, "disk_full")
    assert list(tmp_path.iterdir()) == []
