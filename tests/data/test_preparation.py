import gzip
import json
import os
import shutil

import numpy as np
import pytest
import ray

from havoc.config import DataConfig, SourceConfig
from havoc.data import DataError, RowStore, preparation, prepare, tokenising
from havoc.data.shards import MANIFEST
from havoc.data.sources import Part, list_files
from havoc.data.tokenising import Piece, tokenise_piece
from havoc.tokens import train_sentencepiece

LENGTH = 64
TEXT = "The mean of {0} parts is {0}.5 mm.\n\tSpread: ±{0} µm ▁\n\n"


@pytest.fixture(scope="module", autouse=True)
def ray_on_this_machine():
    ray.init(num_cpus=4, include_dashboard=False, object_store_memory=150_000_000, log_to_driver=False)
    yield
    ray.shutdown()


def write_lines(path, records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def texts(count, start=0):
    return [{"text": TEXT.format(number) * (1 + number % 7)} for number in range(start, start + count)]


def talks(count):
    return [{"prompt": f"Mean of {n}?", "completion": f"<reason>easy</reason>It is {n}."} for n in range(count)]


class Recipe:
    """Sources `web` (two .jsonl, one compressed), `notes` (a text) and `talk` (conversations) and where their rows go."""

    def __init__(self, root, tokenizer):
        self.root, self.tokenizer, self.rows = root, tokenizer, root / "rows" / "train"
        write_lines(root / "web" / "a.jsonl", texts(60))
        write_lines(root / "web" / "b.jsonl", texts(30, 60))
        (root / "web" / "c.txt.gz").write_bytes(gzip.compress(TEXT.format("zipped").encode()))
        (root / "notes.md").write_text(TEXT.format("note") * 50)
        write_lines(root / "talk" / "one.jsonl", talks(40))
        self.settings = {"max_seq_len": LENGTH}
        self.sources = [
            SourceConfig(path="web", weight=0.5),
            SourceConfig(path="*.md", weight=0.3),
            SourceConfig(path="talk/*", weight=0.2, name="../talk/x"),
        ]

    def prepare(self):
        config = DataConfig(sources=self.sources, shards=self.rows, **self.settings)
        return prepare(config.sources, self.rows, self.tokenizer, config, self.root)


@pytest.fixture
def recipe(tmp_path, tiny_tokenizer_folder):
    return Recipe(tmp_path, tiny_tokenizer_folder)


def all_rows(store, source):
    count = store.sources[source].rows
    return store.gather(np.full(count, source), np.arange(count))


def spoken(store, source, tokenizer):
    """All that the rows of a source say, padding left out."""
    rows = all_rows(store, source)
    ids = rows["ids"][rows["document"] >= 0].tolist()
    return b"".join((tokenizer.special_name(one) or "").encode() or tokenizer.token_bytes(one) for one in ids).decode()


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def only_error(recipe):
    with pytest.raises(DataError) as caught:
        recipe.prepare()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_token_of_every_source_is_in_the_store(recipe, tiny_tokenizer, capsys):
    store = recipe.prepare()
    assert [source.label for source in store.sources] == ["web", "*", "../talk/x"]
    assert {path.parent.name for path in recipe.rows.rglob("*.arrow")} == {"000", "001", "002"}

    documents = [record["text"] for record in texts(90)] + [TEXT.format("zipped")]
    assert spoken(store, 0, tiny_tokenizer) == "".join(f"<bos>{text}<eos>" for text in documents)
    assert spoken(store, 1, tiny_tokenizer) == f"<bos>{TEXT.format('note') * 50}<eos>"
    said = spoken(store, 2, tiny_tokenizer)
    for record in talks(40):
        assert said.count(f"<bos><user>{record['prompt']}<assistant>{record['completion']}<eos>") == 1

    for number, source in enumerate(store.sources):
        rows = all_rows(store, number)
        assert source.tokens == (rows["document"] >= 0).sum()
        assert source.documents == (91, 1, 40)[number]
        inside = rows["document"][:, 1:] == rows["document"][:, :-1]
        assert source.trained_tokens == (inside & (rows["loss_mask"][:, 1:] == 1)).sum()
    assert 0 < store.sources[2].trained_tokens < store.sources[2].tokens
    assert "tokenised 3 of 3 pieces" in capsys.readouterr().out
    RowStore.open(recipe.rows, verify=True)


def test_an_unchanged_store_is_found_and_a_second_build_has_the_same_bytes(recipe, capsys, monkeypatch):
    recipe.prepare()
    first = content(recipe.rows)
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(preparation, "_run", None)  # would be called if anything were read again
        recipe.prepare()
    assert "unchanged" in capsys.readouterr().out
    recipe.sources = [source.model_copy(update={"weight": 7.0}) for source in recipe.sources]
    recipe.prepare()
    assert "unchanged" in capsys.readouterr().out  # weights decide the order, not the rows
    shutil.rmtree(recipe.rows)
    recipe.prepare()
    assert content(recipe.rows) == first
    assert [path.name for path in recipe.rows.parent.iterdir()] == ["train"]


def test_a_store_that_was_complete_when_its_renaming_was_interrupted_is_used(recipe, monkeypatch, capsys):
    recipe.prepare()
    first = content(recipe.rows)
    recipe.rows.rename(recipe.rows.with_name(f"{recipe.rows.name}.building"))
    with monkeypatch.context() as patch:
        patch.setattr(preparation, "_run", None)
        recipe.prepare()

    assert content(recipe.rows) == first


@pytest.mark.parametrize("change", ["content", "time", "file", "length", "packing", "label", "order", "damage", "format"])
def test_what_decides_the_rows_builds_them_again(recipe, change):
    before = recipe.prepare().fingerprint
    if change == "content":
        write_lines(recipe.root / "web" / "a.jsonl", texts(61))
    elif change == "time":
        os.utime(recipe.root / "notes.md", (1, 1))
    elif change == "file":
        write_lines(recipe.root / "talk" / "two.jsonl", talks(2))
    elif change == "length":
        recipe.settings["max_seq_len"] = 2 * LENGTH
    elif change == "packing":
        recipe.settings["pack_sequences"] = False
    elif change == "label":
        recipe.sources[0] = recipe.sources[0].model_copy(update={"name": "other"})
    elif change == "order":
        recipe.sources.reverse()
    elif change == "damage":
        os.truncate(next(recipe.rows.rglob("*.arrow")), 10)
    else:
        manifest = json.loads((recipe.rows / MANIFEST).read_text())
        (recipe.rows / MANIFEST).write_text(json.dumps(manifest | {"format": 0}))
    after = RowStore.open(recipe.rows, verify=recipe.prepare() is not None).fingerprint
    assert (after == before) == (change in ("damage", "format"))


def test_another_tokenizer_in_the_same_folder_is_used_at_once(recipe, tmp_path, tiny_tokenizer_folder):
    recipe.tokenizer = shutil.copytree(tiny_tokenizer_folder, tmp_path / "tokenizer")
    recipe.prepare()
    other = train_sentencepiece([TEXT.format(number) for number in range(300)], vocab_size=340)
    shutil.rmtree(recipe.tokenizer)
    other.save(recipe.tokenizer)
    store = recipe.prepare()
    assert spoken(store, 1, other) == f"<bos>{TEXT.format('note') * 50}<eos>"


def test_a_task_refuses_another_tokenizer_than_the_driver_saw(recipe):
    config = DataConfig(sources=recipe.sources, shards=recipe.rows)
    with pytest.raises(DataError, match="not the tokenizer that the preparation began with"):
        tokenise_piece(Piece(0, 0, ()), recipe.rows, recipe.tokenizer, "0" * 64, config)


def test_a_failure_midway_leaves_the_old_store_whole(recipe):
    recipe.prepare()
    before = content(recipe.rows)
    bad = recipe.root / "web" / "z.jsonl"
    write_lines(bad, [*texts(3), {"txt": "no"}])
    assert only_error(recipe).startswith(f"{bad}:4: no field `text`")
    assert content(recipe.rows) == before
    RowStore.open(recipe.rows, verify=True)
    bad.unlink()
    recipe.prepare()
    assert content(recipe.rows) == before


def test_what_is_no_store_is_not_replaced(recipe):
    recipe.rows.mkdir(parents=True)
    (recipe.rows / "thesis.doc").write_text("years of work")
    assert "exists and is no store of rows; name another folder" in only_error(recipe)
    assert (recipe.rows / "thesis.doc").read_text() == "years of work"
    (recipe.rows / "thesis.doc").unlink()
    recipe.prepare()


@pytest.mark.parametrize("blocked", ["rows", "rows/train"])
def test_a_folder_that_cannot_be_made_is_one_line(recipe, blocked):
    (recipe.root / blocked).parent.mkdir(exist_ok=True)
    (recipe.root / blocked).write_text("a file where a folder should be")
    assert "name another folder in data.shards" in only_error(recipe)


@pytest.mark.parametrize(
    ("name", "records", "expected"),
    [
        ("web/z.jsonl", talks(1), "z.jsonl:1: a conversation among texts; make two sources"),
        ("talk/z.jsonl", texts(1), "z.jsonl:1: a text among conversations; make two sources"),
        ("talk/z.jsonl", [{"prompt": "p", "completion": 5}], "z.jsonl:1: completion: "),
        ("talk/z.jsonl", [{"prompt": "\ud800", "completion": "c"}], "z.jsonl:1: text: character 0 is U+D800"),
        ("talk/z.jsonl", [{"prompt": "p", "completion": "c " * 99}], "tokens, more than data.max_seq_len (64); raise it"),
    ],
)
def test_a_bad_record_reaches_the_user_as_one_line(recipe, name, records, expected):
    write_lines(recipe.root / name, records)
    message = only_error(recipe)
    assert message.startswith(str(recipe.root / name))
    assert expected in message


def test_a_source_that_mixes_its_kinds_in_different_pieces_is_refused(recipe, monkeypatch):
    monkeypatch.setattr(preparation, "MIN_PIECE_BYTES", 8_000)
    write_lines(recipe.root / "web" / "z.jsonl", talks(100))
    assert "data.sources 'web': it mixes text (" in (message := only_error(recipe))
    assert "z.jsonl:1); make two sources" in message


def test_sources_with_nothing_to_train_on_are_named(recipe):
    (recipe.root / "notes.md").write_text("")
    assert "data.sources '*': nothing in it to train on" in only_error(recipe)
    (recipe.root / "notes.md").write_text("a note")
    recipe.settings |= {"too_long": "drop", "max_seq_len": 4}
    assert "data.sources '../talk/x': all 40 conversations are longer than data.max_seq_len (4)" in only_error(recipe)


def test_conversations_that_are_too_long_are_dropped_and_counted_on_request(recipe):
    write_lines(recipe.root / "talk" / "z.jsonl", [{"prompt": "p", "completion": "c " * 99}] * 3)
    recipe.settings["too_long"] = "drop"
    talk = recipe.prepare().sources[2]
    assert (talk.documents, talk.dropped) == (40, 3)


def test_without_packing_each_document_has_its_rows(recipe):
    recipe.settings["pack_sequences"] = False
    store = recipe.prepare()
    assert store.sources[2].rows == 40
    assert all(all_rows(store, number)["document"].max() == 0 for number in range(3))


def test_a_large_file_becomes_many_pieces_and_loses_nothing(recipe, tiny_tokenizer, monkeypatch, capsys):
    write_lines(recipe.root / "big.jsonl", texts(300))
    recipe.sources = [SourceConfig(path="big.jsonl", weight=1)]
    monkeypatch.setattr(preparation, "MIN_PIECE_BYTES", 8_000)
    store = recipe.prepare()
    pieces = -(-(recipe.root / "big.jsonl").stat().st_size // 8_000)
    assert pieces > 5
    assert f"tokenised {pieces} of {pieces} pieces" in capsys.readouterr().out
    assert spoken(store, 0, tiny_tokenizer) == "".join(f"<bos>{record['text']}<eos>" for record in texts(300))


def test_pieces_are_of_even_size_and_not_too_many(recipe, monkeypatch):
    for number in range(40):
        (recipe.root / "many" / f"{number:02d}.txt").parent.mkdir(exist_ok=True)
        (recipe.root / "many" / f"{number:02d}.txt").write_bytes(b"x" * 1000)
    files = [list_files(recipe.root / "many", recipe.root), list_files(recipe.root / "notes.md", recipe.root)]
    monkeypatch.setattr(preparation, "MIN_PIECE_BYTES", 4_500)
    pieces = preparation._pieces(files)
    assert [(piece.source, piece.number, len(piece.parts)) for piece in pieces] == [
        *((0, n, 4) for n in range(10)),
        (1, 0, 1),
    ]
    monkeypatch.setattr(preparation, "MAX_PIECES", 3)
    assert [len(piece.parts) for piece in preparation._pieces(files)] == [14, 14, 12, 1]


def test_a_piece_of_any_size_is_written_in_shards_and_long_texts_in_stretches(recipe, tiny_tokenizer, monkeypatch):
    """Both bounds keep the memory of a task small; neither changes an id."""
    text = recipe.root / "notes.md"
    config = DataConfig(sources=recipe.sources, shards=recipe.rows, **recipe.settings)
    piece = Piece(0, 0, (Part(text),))

    def ids(name):
        result = tokenise_piece(piece, recipe.root / name, recipe.tokenizer, tiny_tokenizer.fingerprint, config)
        infos = preparation._source_info("notes", [result], config)
        RowStore.commit(recipe.root / name, [infos], LENGTH, {})
        return len(result.shards), all_rows(RowStore.open(recipe.root / name), 0)["ids"].tolist()

    shards, whole = ids("whole")
    assert shards == 1
    monkeypatch.setattr(tokenising, "SHARD_TOKENS", 4 * LENGTH)
    monkeypatch.setattr(tokenising, "BATCH_CHARACTERS", 100)
    assert "".join(tokenising._stretches(text.read_text())) == text.read_text()
    assert len(tokenising._stretches(text.read_text())) > 10
    shards, parts = ids("parts")
    assert shards > 5
    assert parts == whole
