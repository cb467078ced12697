import gzip
import json
import random

import pytest
import ray

from havoc.config import CorpusConfig
from havoc.data import DataError, corpus, staging
from havoc.data.corpus import build_corpus
from havoc.data.harvest import Module

WORDS = [f"word{number}" for number in range(2000)]


def text(seed, count=120):
    return " ".join(random.Random(seed).choices(WORDS, k=count))


@pytest.fixture(scope="module", autouse=True)
def local_ray():
    ray.init(num_cpus=4, object_store_memory=150_000_000, include_dashboard=False)
    yield
    ray.shutdown()


@pytest.fixture
def root(tmp_path):
    """Two sources: `first` of 60 texts in two files, `second` of 40, of which 12 should go, one of them blank."""
    own = tmp_path / "own"
    (own / "second").mkdir(parents=True)
    for number in range(2):
        lines = [json.dumps({"text": text(seed), "more": 1}) for seed in range(30 * number, 30 * number + 30)]
        (own / f"first-{number}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for seed in range(100, 128):
        (own / "second" / f"{seed}.txt").write_text(text(seed), encoding="utf-8")
    with gzip.open(own / "second" / "z.jsonl.gz", "wt", encoding="utf-8") as file:
        for seed in range(4):  # the same words as in `first`
            file.write(json.dumps({"text": text(seed).replace(" ", "\n")}) + "\n")
        for seed in range(100, 103):  # nearly the same as in `second`
            file.write(json.dumps({"text": text(seed) + " and one more sentence."}) + "\n")
        for short in ("short", "brief", "  \n"):
            file.write(json.dumps({"text": short}) + "\n")
        for character in "=-":
            file.write(json.dumps({"text": f"{character * 9} a " * 30}) + "\n")
    return tmp_path


def recipe(root, **changes):
    values = {"root": root, "output_dir": "corpus", "inputs": {"first": ("own/first-*.jsonl",), "second": ("own/second",)}}
    return CorpusConfig.model_validate(values | changes)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def texts(folder, split, source):
    files = sorted((folder / split / source).glob("part-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_own_text_becomes_a_corpus(root):
    report = build_corpus(recipe(root, validation_fraction=0.1))
    assert (report.folder, report.unchanged) == (root / "corpus", False)
    first, second = report.sources["first"], report.sources["second"]
    assert (first.train_documents, first.validation_documents, first.dropped) == (54, 6, {})
    assert (second.train_documents, second.validation_documents) == (25, 3)
    assert second.dropped == {"exact_duplicate": 4, "mostly_symbols": 2, "near_duplicate": 3, "too_short": 3}
    found = [texts(report.folder, split, "first") for split in ("train", "validation")]
    assert {record["text"] for record in (*found[0], *found[1])} == {text(seed) for seed in range(60)}
    assert {record["file"] for record in found[0]} == {"own/first-0.jsonl", "own/first-1.jsonl"}
    assert sum(len(record["text"]) for record in found[0]) == first.train_characters
    kept = {record["text"] for split in ("train", "validation") for record in texts(report.folder, split, "second")}
    assert kept == {text(seed) for seed in range(100, 128)}
    assert not [path for path in root.iterdir() if path.name not in ("own", "corpus")]

    again = build_corpus(recipe(root, validation_fraction=0.1))
    assert again.unchanged
    assert again.sources == report.sources


def test_the_same_seed_gives_the_same_bytes_and_another_one_another_split(root):
    one, two, other = (
        build_corpus(recipe(root, output_dir=name, seed=seed)).folder for name, seed in zip("abc", (0, 0, 1), strict=True)
    )
    assert contents(one) == contents(two)
    assert texts(one, "validation", "first") != texts(other, "validation", "first")
    both = [
        sorted(record["text"] for split in ("train", "validation") for record in texts(folder, split, "first"))
        for folder in (one, other)
    ]
    assert both[0] == both[1]


def test_a_source_is_cut_off_at_its_size_in_seeded_order(root):
    cut = [build_corpus(recipe(root, output_dir=f"cut-{seed}", seed=seed, max_mib_per_source=0.01)) for seed in (0, 1)]
    for report in cut:
        first = report.sources["first"]
        assert 9000 < first.train_characters + first.validation_characters <= 0.01 * 2**20
        assert first.dropped == {"over_size": 60 - first.train_documents - first.validation_documents}
    assert texts(cut[0].folder, "train", "first") != texts(cut[1].folder, "train", "first")


def test_parts_keep_their_size_and_order(root, monkeypatch):
    monkeypatch.setattr(corpus, "PART_BYTES", 4000)
    folder = build_corpus(recipe(root)).folder
    parts = sorted((folder / "train" / "first").iterdir())
    assert [part.name for part in parts] == [f"part-{number:05d}.jsonl" for number in range(len(parts))]
    assert len(parts) > 10
    assert all(part.stat().st_size <= 4000 for part in parts)
    order = {text(seed): seed for seed in range(60)}
    numbers = [order[record["text"]] for record in texts(folder, "train", "first")]
    assert numbers == sorted(numbers)


def test_a_corpus_is_replaced_when_its_input_or_its_files_have_changed(root):
    folder = build_corpus(recipe(root)).folder
    (root / "own" / "second" / "new.txt").write_text(text(999), encoding="utf-8")
    assert build_corpus(recipe(root)).sources["second"].train_documents == 28
    before = contents(folder)
    (folder / "validation" / "first" / "part-00000.jsonl").unlink()
    assert not build_corpus(recipe(root)).unchanged
    assert contents(folder) == before


@pytest.mark.parametrize("foreign", ["notes.txt", "train/first/part-00009.jsonl", "report.json"])
def test_foreign_files_are_never_overwritten(root, foreign):
    folder = root / "corpus"
    if foreign == "report.json":
        folder.mkdir()
    else:
        build_corpus(recipe(root))
    (folder / foreign).write_text("{}", encoding="utf-8")
    before = contents(folder)
    with pytest.raises(DataError, match=rf"{foreign} was not made by this job; move it away, or set another output_dir"):
        build_corpus(recipe(root, seed=5))
    assert contents(folder) == before


def test_an_output_that_is_a_file_or_cannot_be_made_is_refused(root):
    (root / "corpus").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="was not made by this job"):
        build_corpus(recipe(root))
    with pytest.raises(DataError, match="cannot be written"):
        build_corpus(recipe(root, output_dir="corpus/inside"))
    assert (root / "corpus").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{broken", r"first-1\.jsonl:31: not valid JSON"),
        (json.dumps({"prompt": "p", "completion": "c"}), r"first-1\.jsonl:31: a conversation"),
    ],
)
def test_bad_input_is_named_and_leaves_the_old_corpus(root, line, message):
    folder = build_corpus(recipe(root)).folder
    before = contents(folder)
    with (root / "own" / "first-1.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n" + line)
    with pytest.raises(DataError, match=message):
        build_corpus(recipe(root))
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"min_characters": 5000}, r"source first: 0 documents are left \(60 too_short\)"),
        ({"max_mib_per_source": 1e-6}, r"source first: 0 documents are left \(60 over_size\)"),
        ({"inputs": {"first": ("own/second/100.txt",)}}, r"source first: 1 documents are left \(none was left out\)"),
        ({"inputs": {"../up": ("own/second",)}}, r"inputs '\.\./up': a source's name becomes a folder"),
        ({"inputs": {"first": ("nowhere",)}}, r"nowhere: no such file or folder"),
    ],
)
def test_a_source_without_enough_text_stops_the_job(root, changes, message):
    with pytest.raises(DataError, match=message):
        build_corpus(recipe(root, **changes))
    assert not (root / "corpus").exists()


def test_installed_documentation_is_harvested(root, monkeypatch):
    wanted = ("statistics", "fractions", "decimal", "_pydecimal", "argparse", "json.decoder", "numpy.linalg._linalg")
    wanted += ("scipy.signal._ltisys", "scipy.stats._entropy", "scipy.stats._binomtest", "sympy.physics.units.prefixes")
    modules = [module for module in corpus.installed_modules() if module.name in wanted]
    monkeypatch.setattr(corpus, "installed_modules", lambda: modules)
    monkeypatch.setattr(staging, "MODULE_PIECE_BYTES", 100_000)
    report = build_corpus(recipe(root, inputs={}))
    assert list(report.sources) == ["math", "stats", "engineering", "general", "code"]
    records = texts(report.folder, "train", "stats") + texts(report.folder, "validation", "stats")
    assert {"scipy.stats._entropy", "scipy.stats._binomtest"} <= {record["module"] for record in records}
    assert {record["package"] for record in records} == {"python", "scipy"}
    made_from = json.loads((report.folder / "report.json").read_text(encoding="utf-8"))["made_from"]
    assert {"python", "scipy", "datasketch"} < set(made_from["versions"])


def test_pieces_hold_every_input_once_and_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "MODULE_PIECE_BYTES", 10)
    modules = []
    for number, size in enumerate([4, 4, 4, 30, 1, 9, 1]):
        file = tmp_path / f"{number}.py"
        file.write_bytes(b"x" * size)
        modules.append(Module("python", str(number), file))
    pieces = staging.pieces_of(modules)
    assert [[module.name for module in piece] for piece in pieces] == [["0", "1"], ["2"], ["3"], ["4", "5"], ["6"]]
