import json
from pathlib import Path

import pytest

from havoc.config import PhaseConfig, load_preset
from havoc.errors import HavocError
from havoc.model import HavocModel, save_pretrained
from havoc.training.errors import TrainingError
from havoc.training.launch import run_phase
from tests.training.recipes import recipe


def test_results_are_not_written_into_rays_temporary_copy(monkeypatch, tmp_path):
    unpacked = tmp_path / "working_dir_files" / "_ray_pkg_1"
    unpacked.mkdir(parents=True)
    monkeypatch.chdir(unpacked)

    with pytest.raises(TrainingError, match="results would be lost; give root=/ABSOLUTE"):
        run_phase(recipe().model_copy(update={"root": Path()}))
    assert not list(unpacked.iterdir())


@pytest.fixture
def base(tmp_path, tiny_tokenizer):
    shape = load_preset("havoc_toy").model_copy(update={"vocab_size": 700, "max_seq_len": 64})
    save_pretrained(HavocModel(shape), tmp_path / "base", tiny_tokenizer)
    return tmp_path / "base"


def _run(root, **changes):
    values = {
        "root": root,
        "data": {"sources": [{"path": "text", "weight": 1}], "shards": "shards", "max_seq_len": 64},
        "training": {"max_steps": 4, "warmup_steps": 1},
        "checkpoint": {"dir": "run"},
        "scaling": {"use_gpu": False},
    }
    run_phase(PhaseConfig.model_validate(values | changes))


def _cut_weights(base):
    weights = base / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def _other_tokenizer(base):
    manifest = json.loads((base / "manifest.json").read_text())
    manifest["tokenizer"] = "0" * 64
    (base / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "message"),
    [(_cut_weights, r"bytes, manifest\.json says"), (_other_tokenizer, "put back the tokenizer")],
)
def test_a_damaged_start_is_refused_before_anything_is_written(base, damage, message):
    damage(base)

    with pytest.raises(HavocError, match=message):
        _run(base.parent, init_from="base")
    assert not (base.parent / "run").exists()


def test_rows_longer_than_the_base_reads_are_refused(base):
    data = {"sources": [{"path": "text", "weight": 1}], "shards": "shards", "max_seq_len": 128}

    with pytest.raises(TrainingError, match=r"data\.max_seq_len \(128\) exceeds the 64 tokens"):
        _run(base.parent, init_from="base", data=data)


def test_a_tokenizer_larger_than_the_model_is_refused(tmp_path, tiny_tokenizer_folder):
    model = load_preset("havoc_toy").model_copy(update={"vocab_size": 300})

    with pytest.raises(TrainingError, match=r"model\.vocab_size \(300\) is smaller than the tokenizer's"):
        _run(tmp_path, model=model.model_dump(), tokenizer=str(tiny_tokenizer_folder))
    assert not (tmp_path / "run").exists()
