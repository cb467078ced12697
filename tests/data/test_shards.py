import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from havoc.data import DataError, RowStore
from havoc.data.packing import Document, Row
from havoc.data.shards import MANIFEST, SourceInfo, write_shard

LENGTH, PAD = 8, 0


def row(*documents):
    made = Row()
    for ids, mask in documents:
        made.add(Document(np.array(ids, np.int32), None if mask is None else np.array(mask, np.bool_)))
    return made


def text_rows(start, count):
    """Rows of one to three documents that can be told apart by their ids; some are not full."""
    return [row(*([[start + n] * (1 + (n + part) % 2), None] for part in range(1 + n % 3))) for n in range(count)]


def make_store(folder, vocab_size=70_000):
    """Source 0: texts in three shards of different size. Source 1: two conversations."""
    texts = [text_rows(10, 5), text_rows(20, 1), text_rows(30, 4)]
    talk = [row(([5, 6, 7], [0, 1, 1]), ([8, 9], [0, 1])), row((range(1, 9), [0] * 7 + [1]))]
    infos = []
    for number, shards in enumerate([texts, [talk]]):
        paths = [folder / f"{number:03d}" / f"{part}.arrow" for part in range(len(shards))]
        written = [write_shard(path, rows, LENGTH, vocab_size, PAD) for path, rows in zip(paths, shards, strict=True)]
        infos.append(SourceInfo("ab"[number], sum(map(len, shards)), 1, 1, 1, 0, tuple(written)))
    RowStore.commit(folder, infos, LENGTH, {"seed": "x"})
    return [one for shard in texts for one in shard], talk


@pytest.mark.parametrize("vocab_size", [2**16, 2**16 + 1])
def test_rows_come_back_as_they_were_in_any_order(tmp_path, vocab_size):
    texts, talk = make_store(tmp_path, vocab_size)
    store = RowStore.open(tmp_path, verify=True)
    wanted = [(0, 9), (0, 0), (1, 1), (0, 4), (0, 5), (0, 6), (1, 0), (0, 9)]
    source, number = np.array(wanted).T
    rows = store.gather(source, number)

    assert {name: (column.dtype, column.shape) for name, column in rows.items()} == {
        "source": (np.int64, (8,)),
        "ids": (np.int32, (8, LENGTH)),
        "loss_mask": (np.uint8, (8, LENGTH)),
        "document": (np.int16, (8, LENGTH)),
    }
    assert rows["source"].tolist() == source.tolist()
    for place, (which, one) in enumerate(wanted):
        original = (talk if which else texts)[one]
        padding = LENGTH - original.tokens
        ids = np.concatenate([document.ids for document in original.documents])
        assert rows["ids"][place].tolist() == ids.tolist() + [PAD] * padding
        numbers = [n for n, document in enumerate(original.documents) for _ in range(len(document))]
        assert rows["document"][place].tolist() == numbers + [-1] * padding
        if which == 0:
            assert rows["loss_mask"][place].tolist() == [1] * original.tokens + [0] * padding
    assert rows["loss_mask"][6].tolist() == [0, 1, 1, 0, 1, 0, 0, 0]
    assert rows["loss_mask"][2].tolist() == [0] * 7 + [1]


@pytest.mark.parametrize(("vocab_size", "width"), [(2**16, "uint16"), (2**16 + 1, "uint32")])
def test_ids_are_as_wide_as_the_vocabulary_needs(tmp_path, vocab_size, width):
    top = vocab_size - 1
    write_shard(tmp_path / "a" / "0.arrow", [row(([top], None))], LENGTH, vocab_size, PAD)
    with pa.memory_map(str(tmp_path / "a" / "0.arrow")) as file:
        ids = pa.ipc.open_file(file).read_all()["ids"]
    assert str(ids.type.value_type) == width
    assert ids[0].as_py()[0] == top


def test_the_same_rows_make_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        make_store(tmp_path / name)
    assert RowStore.open(tmp_path / "one").fingerprint == RowStore.open(tmp_path / "two").fingerprint
    assert (tmp_path / "one/000/2.arrow").read_bytes() == (tmp_path / "two/000/2.arrow").read_bytes()


def test_memory_mapped_shards_hold_no_file_handles(tmp_path):
    make_store(tmp_path)
    handles = Path("/proc/self/fd")
    before = len(list(handles.iterdir()))
    stores = [RowStore.open(tmp_path) for _ in range(20)]
    total = sum(int(store.gather(np.zeros(10, np.int64), np.arange(10))["ids"].sum()) for store in stores)
    assert total > 0
    assert len(list(handles.iterdir())) <= before


def test_a_folder_without_manifest_is_no_store(tmp_path):
    with pytest.raises(DataError, match=r"no prepared rows here .*run the phase again"):
        RowStore.open(tmp_path)


@pytest.mark.parametrize("fault", [lambda file: os.truncate(file, 100), Path.unlink])
def test_a_shard_that_is_cut_or_missing_is_named(tmp_path, fault):
    make_store(tmp_path)
    fault(tmp_path / "000" / "1.arrow")
    with pytest.raises(DataError, match=r"000/1.arrow: missing or cut short; delete .* and prepare"):
        RowStore.open(tmp_path)


def test_a_changed_byte_is_found_when_asked_for(tmp_path):
    make_store(tmp_path)
    file = tmp_path / "001" / "0.arrow"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    RowStore.open(tmp_path)
    with pytest.raises(DataError, match=r"001/0.arrow: changed since it was written; delete"):
        RowStore.open(tmp_path, verify=True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda manifest: "{", "not a manifest of rows"),
        (lambda manifest: "[]", "not a manifest of rows"),
        (lambda manifest: json.dumps(manifest | {"format": 1}), "format 1, not 2; delete"),
        (lambda manifest: json.dumps({k: v for k, v in manifest.items() if k != "length"}), "KeyError.'length'"),
        (lambda manifest: json.dumps(manifest | {"sources": [{"shards": []}]}), "not a manifest of rows .TypeError"),
    ],
)
def test_a_foreign_or_cut_manifest_is_refused(tmp_path, change, expected):
    make_store(tmp_path)
    path = tmp_path / MANIFEST
    path.write_text(change(json.loads(path.read_text())))
    with pytest.raises(DataError, match=expected) as caught:
        RowStore.open(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["/dev/full", "/proc/none/0.arrow"])
def test_a_full_disk_or_a_forbidden_folder_is_one_clear_line(path):
    with pytest.raises(DataError, match=rf"^{path}: cannot be written \(.*\); make room there") as caught:
        write_shard(Path(path), text_rows(1, 50), LENGTH, 100, PAD)
    assert "\n" not in str(caught.value)
