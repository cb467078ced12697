import json
import re
import statistics
from pathlib import Path

import pytest
import ray

from havoc.config import TokenizerConfig
from havoc.data import DataError
from havoc.tokens import TokensError, load_tokenizer
from jobs.phase0_tokenizer import CorpusError, main, read_sample, sample_file

TEXT = Path(statistics.__file__).read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path):
    """A corpus of three files whose every line says where it comes from, and a fourth of real text."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(3):
        lines = "".join(f"{number} {line}\n" for line in range(4000))
        (corpus / f"part-{number}.jsonl").write_text(json.dumps({"text": lines}) + "\n", encoding="utf-8")
    (tmp_path / "real.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def recipe(root, **changes):
    values = {"root": root, "input_files": ("corpus",), "output_dir": "out/tokenizer", "vocab_size": 700, "num_threads": 1}
    return TokenizerConfig.model_validate(values | changes)


def test_a_small_corpus_is_trained_on_whole(root, capsys):
    config = recipe(root, input_files=("real.txt", "corpus/part-0.jsonl"))
    assert read_sample(config)[0] == TEXT
    main(config)
    tokenizer = load_tokenizer(root / "out" / "tokenizer")
    assert tokenizer.vocab_size == 700
    assert sorted(path.name for path in (root / "out" / "tokenizer").iterdir()) == [
        "tokenizer.model",
        "tokenizer.vocab",
        "tokenizer_manifest.json",
    ]
    printed = capsys.readouterr().out
    assert "700 pieces" in printed
    assert float(re.search(r"([\d.]+) bytes per token", printed)[1]) > 1.5


def test_lines_are_sampled_by_seed_and_path_below_the_root(root):
    row = {"file": str(root / "corpus" / "part-1.jsonl")}
    first, again = (list(sample_file(row, 0.25, 7, root)) for _ in range(2))
    assert first == again
    assert first != list(sample_file(row, 0.25, 8, root))
    moved = root.with_name("elsewhere")
    root.rename(moved)
    assert first == list(sample_file({"file": str(moved / "corpus" / "part-1.jsonl")}, 0.25, 7, moved))


def test_a_large_corpus_is_sampled_evenly_over_its_files(root):
    config = recipe(root, sample_mib=0.02)
    try:
        ray.init(num_cpus=4, object_store_memory=150_000_000, include_dashboard=False)
        sample = read_sample(config)
        again = read_sample(config)
        broken = root / "corpus" / "part-9.jsonl"
        broken.write_text('{"text": 1}\n', encoding="utf-8")
        with pytest.raises(CorpusError, match=r"part-9.jsonl:1: `text` must be a string"):
            read_sample(config)
    finally:
        ray.shutdown()
    assert sample == again
    assert [text[0] for text in sample] == ["0", "1", "2"]
    size = sum(map(len, sample))
    assert size == pytest.approx(0.02 * 2**20, rel=0.1)
    for text in sample:
        assert len(text) == pytest.approx(size / 3, rel=0.1)
        lines = [int(line.split()[1]) for line in text.splitlines()]
        assert lines == sorted(set(lines))
        assert min(lines) < 100
        assert max(lines) > 3900


def test_mistakes_are_named(root):
    with pytest.raises(TokensError, match="set vocab_size to that or less"):
        main(recipe(root, vocab_size=5000))
    with pytest.raises(DataError, match="nowhere"):
        main(recipe(root, input_files=("nowhere",)))
    assert not (root / "out").exists()
