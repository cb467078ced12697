import bz2
import gzip
import json
import lzma
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.data import DataError, read_texts
from havoc.data.sources import list_files, read_records, split_file


def zstd(content):
    compressed = pa.BufferOutputStream()
    with pa.CompressedOutputStream(compressed, "zstd") as stream:
        stream.write(content)
    return compressed.getvalue().to_pybytes()


COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstd}


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def texts_of(file):
    return [record.text for record in read_records(file)]


def error_of(file):
    with pytest.raises(DataError) as caught:
        list(read_records(file))
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(file))
    return message.removeprefix(str(file))


# --- which files


@pytest.fixture
def tree(tmp_path):
    for name in ("b.txt", "a.md", "deep/er/c.jsonl", "deep/d.TXT.gz", "e.csv", "f.parquet.gz", "README", ".txt"):
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).touch()
    return tmp_path / "root"


def names(files, root):
    return [str(file.relative_to(root)) for file in files]


def test_a_folder_is_searched_in_depth_and_sorted(tree):
    assert names(list_files(Path(), tree), tree) == ["a.md", "b.txt", "deep/d.TXT.gz", "deep/er/c.jsonl"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["b.txt"]),
        ("**/*.jsonl", ["deep/er/c.jsonl"]),
        ("d*", ["deep/d.TXT.gz", "deep/er/c.jsonl"]),
        ("../root/[ab].*", ["a.md", "b.txt"]),
        ("a.md", ["a.md"]),
    ],
)
def test_globs_are_relative_to_the_root_and_name_files_and_folders(tree, pattern, expected):
    assert names((file.resolve() for file in list_files(Path(pattern), tree)), tree) == expected
    assert len(list_files(tree / pattern, Path("elsewhere"))) == len(expected)


def test_only_the_path_is_a_pattern_not_the_root_nor_what_exists(tmp_path):
    root = tmp_path / "run[1]"
    (root / "set[2]").mkdir(parents=True)
    (root / "set[2]" / "a.txt").touch()
    expected = [root / "set[2]" / "a.txt"]
    assert list_files(Path("*/*.txt"), root) == list_files(Path("set[2]"), root) == expected


def test_paths_are_absolute_whatever_the_root(tree, monkeypatch):
    monkeypatch.chdir(tree.parent)
    assert list_files(Path("b.txt"), Path("root")) == list_files(Path("*.txt"), Path("root")) == [tree / "b.txt"]


@pytest.mark.parametrize("path", ["missing", "missing.jsonl"])
def test_a_missing_source_is_named(tree, path):
    with pytest.raises(DataError, match=rf"root/{path}: no such file or folder; correct"):
        list_files(Path(path), tree)


@pytest.mark.parametrize("path", ["e.csv", "*.csv", "none*", "README", "f.parquet.gz"])
def test_a_source_without_readable_files_is_named(tree, path):
    with pytest.raises(DataError, match=r"no \.txt, \.md, \.jsonl, \.parquet file there .*\.zst.*correct"):
        list_files(Path(path), tree)


# --- what is in them


def test_a_text_file_is_one_document_byte_for_byte(tmp_path):
    text = "x² ▁ \r\n\tend\n\n"
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    [record] = read_records(tmp_path / "a.txt")
    assert (record.text, str(record.where), record.conversation) == (text, str(tmp_path / "a.txt"), None)


def test_jsonl_holds_texts_or_conversations(tmp_path):
    file = tmp_path / "a.jsonl"
    prompt = {"prompt": "p", "completion": "c", "id": 7}
    dialogue = {"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]}
    file.write_bytes(b"\xef\xbb\xbf" + lines({"text": "one"}) + b"\n  \r\n" + lines({"text": ""}, prompt, dialogue))
    records = list(read_records(file))
    assert [str(record.where) for record in records] == [f"{file}:1", f"{file}:5", f"{file}:6"]
    assert [record.text for record in records] == ["one", None, None]
    assert [record.conversation for record in records] == [None, prompt, dialogue]


def test_parquet_holds_the_same_and_null_fields_count_as_missing(tmp_path):
    file = tmp_path / "a.parquet"
    columns = {"text": ["one", None], "prompt": [None, "p"], "completion": [None, "c"], "extra": [1, 2]}
    pq.write_table(pa.table(columns), file)
    first, second = read_records(file)
    assert (first.text, second.text) == ("one", None)
    assert second.conversation == {"prompt": "p", "completion": "c"}
    assert str(second.where) == f"{file}:2"


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("kind", [".txt", ".jsonl"])
def test_compressed_files_read_like_plain_ones_in_several_frames_too(tmp_path, suffix, kind):
    parts = [lines({"text": f"{number} ünï\n" * 2000}) for number in range(2)]
    plain, packed = tmp_path / f"a{kind}", tmp_path / f"a{kind}{suffix}"
    plain.write_bytes(b"".join(parts))
    packed.write_bytes(b"".join(map(COMPRESS[suffix], parts)))
    assert texts_of(packed) == texts_of(plain)


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("cut", [0.02, 0.5, 0.999])
def test_a_compressed_file_that_was_cut_short_is_refused(tmp_path, suffix, cut):
    content = COMPRESS[suffix](lines(*({"text": random.Random(n).randbytes(300).hex()} for n in range(300))))
    file = tmp_path / f"a.jsonl{suffix}"
    file.write_bytes(content[: int(len(content) * cut)])
    assert "cannot be read" in error_of(file)


@pytest.mark.parametrize("suffix", [*COMPRESS, ""])
def test_a_file_of_another_format_is_refused(tmp_path, suffix):
    file = tmp_path / (f"a.jsonl{suffix}" if suffix else "a.parquet")
    file.write_bytes(b"plain text, whatever its name says\n" * 100)
    assert "cannot be read" in error_of(file)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"text": "cut"', "not valid JSON (Expecting ',' delimiter at column 15); one object a line"),
        (b'{"text": 1' + b"0" * 5000 + b"}", "not valid JSON (Exceeds the limit"),
        (b"[" * 100_000, "not valid JSON (maximum recursion depth"),
        (b'["text"]', "a record must be an object, this is list"),
        (b'"text"', "a record must be an object, this is str"),
        (b"null", "a record must be an object, this is null"),
        (b'{"txt": "a", "prompt": "b"}', "no field `text`, nor `prompt` and `completion`, nor `messages`; rename one of"),
        (b'{"text": 5}', "`text` must be a string, it is int"),
        (b'{"text": null}', "`text` must be a string, it is null"),
        (b'{"text": "half \\ud800"}', "text: character 5 is U+D800, half of a surrogate pair"),
        ('{"text": "é"}'.encode("latin-1"), "not UTF-8 at byte 10 of the line; convert"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path, line, expected):
    file = tmp_path / "a.jsonl"
    file.write_bytes(lines({"text": "good"}) + b"\n" + line + b"\n" + lines({"text": "good"}))
    assert error_of(file).startswith(f":3: {expected}")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"prompt": "p", "completion": ["c"]}, "completion"),
        ({"prompt": "", "completion": "<reason>never closed"}, "closed"),
        ({"messages": "hello"}, "messages: it must be a list"),
        ({"messages": [{"role": "assistant", "content": "a"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": "a"}]}, "the last one must be the assistant's"),
    ],
)
def test_a_bad_conversation_is_named_with_its_line(tmp_path, record, expected):
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n" + lines(record))
    [read] = read_records(file)
    with pytest.raises(DataError) as caught:
        read.messages()
    assert str(caught.value).startswith(f"{file}:2: ")
    assert expected in str(caught.value)


def test_bad_text_and_parquet_files_are_named(tmp_path):
    text, table, binary = tmp_path / "a.txt", tmp_path / "a.parquet", tmp_path / "b.parquet"
    text.write_bytes(b"line\n" * 10 + b"\xff")
    assert error_of(text).startswith(": not UTF-8 at byte 50 of the file; convert")
    pq.write_table(pa.table({"content": ["a"]}), table)
    assert error_of(table).startswith(":1: no field `text`")
    wrong = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\x01\0\0\0"), pa.py_buffer(b"\xff"))
    pq.write_table(pa.table({"text": wrong}), binary)
    assert "cannot be read" in error_of(binary)
    assert "UTF8" in error_of(binary)


def test_read_texts_gives_what_is_said_and_nothing_around_it(tmp_path):
    tagged = "<reason>think</reason>42"
    turns = [{"role": "user", "content": "ask"}, {"role": "assistant", "content": "answer"}]
    (tmp_path / "a.jsonl").write_bytes(lines({"prompt": "what", "completion": tagged, "id": "x1"}, {"messages": turns}))
    (tmp_path / "b.txt").write_text("document")
    expected = ["what\nthink\n42", "ask\nanswer", "document"]
    assert list(read_texts([Path("a.jsonl"), Path("b.txt")], tmp_path)) == expected


# --- parts of large files


@settings(max_examples=60, deadline=None)
@given(sizes=st.lists(st.integers(0, 40), min_size=1, max_size=12), part_bytes=st.integers(5, 60), ending=st.booleans())
def test_parts_hold_every_line_once_in_order(tmp_path_factory, sizes, part_bytes, ending):
    file = tmp_path_factory.mktemp("parts") / "a.jsonl"
    content = b"".join(lines({"text": f"{number:02d}" + "ü" * size}) for number, size in enumerate(sizes))
    file.write_bytes(content if ending else content.removesuffix(b"\n"))
    parts = split_file(file, part_bytes)
    read = [record for part in parts for record in read_records(part.file, part.start, part.end)]
    whole = list(read_records(file))
    assert [record.text for record in read] == [record.text for record in whole]
    assert [str(record.where) for record in read] == [f"{file}:{number}" for number in range(1, len(sizes) + 1)]


def test_only_plain_jsonl_is_split(tmp_path):
    for name, count in (("a.jsonl", 10), ("a.txt", 1), ("a.jsonl.gz", 1)):
        (tmp_path / name).write_bytes(b"x" * 1000)
        assert len(split_file(tmp_path / name, 100)) == count


def test_a_bad_line_in_a_later_part_has_its_number_in_the_file(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(lines(*({"text": str(number)} for number in range(100))) + b"oops\n")
    *good, bad = split_file(file, 64)
    for part in good:
        list(read_records(part.file, part.start, part.end))
    with pytest.raises(DataError, match=r"a.jsonl:101: not valid JSON"):
        list(read_records(bad.file, bad.start, bad.end))
