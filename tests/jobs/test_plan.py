import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from havoc.config import CorpusConfig, PhaseConfig, TokenizerConfig, load_config
from jobs.plan import main

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "jobs" / "configs" / "7b"
CARD = ["--gpus", "1", "--gpu-memory-gib", "24", "--host-memory-gib", "128"]


@pytest.mark.parametrize("phase", ["phase1_pretrain", "phase2_sft", "phase3_polish"])
def test_the_7b_recipes_fit_one_24_gib_card(phase, capsys):
    shape = [] if phase == "phase1_pretrain" else ["--model", "havoc_7b"]
    assert main(["--config", str(RECIPES / f"{phase}.yaml"), *CARD, *shape, "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert planned["parameters"] == 5_957_685_248
    assert planned["choice"] == "ZeRO-3 + optimizer on the host"


def test_7b_recipes_follow_the_specification():
    pretrain = load_config(PhaseConfig, RECIPES / "phase1_pretrain.yaml")
    assert [source.weight for source in pretrain.data.sources] == [0.25, 0.20, 0.15, 0.30, 0.10]
    assert sum(source.weight for source in pretrain.data.sources) == pytest.approx(1.0)
    assert pretrain.accumulation == 32
    assert pretrain.training.max_steps == 100_000
    tune = load_config(PhaseConfig, RECIPES / "phase2_sft.yaml")
    assert (tune.training.learning_rate, tune.training.max_steps, tune.accumulation) == (1e-5, 10_000, 16)
    polish = load_config(PhaseConfig, RECIPES / "phase3_polish.yaml")
    assert (polish.training.learning_rate, polish.training.max_steps, polish.accumulation) == (5e-6, 5_000, 16)
    assert tune.init_from == pretrain.checkpoint.dir / "final"
    assert polish.init_from == tune.checkpoint.dir / "final"
    tokenizer = load_config(TokenizerConfig, RECIPES / "phase0_tokenizer.yaml")
    assert tokenizer.vocab_size == pretrain.model.vocab_size
    assert tokenizer.output_dir == pretrain.tokenizer
    corpus = load_config(CorpusConfig, RECIPES / "corpus.yaml")
    folders = [source.path for source in pretrain.data.sources]
    assert folders == [corpus.output_dir / "train" / name for name in corpus.inputs]


def test_text_shows_tokens_strategies_and_the_pick(capsys):
    assert main(["--config", str(RECIPES / "phase1_pretrain.yaml"), *CARD]) == 0
    shown = capsys.readouterr().out
    assert "65,536 x 100,000 steps = 6,553,600,000" in shown
    assert shown.count("<- picked") == 1


def test_more_gpus_share_one_node_unless_told_otherwise(capsys):
    command = ["--config", str(RECIPES / "phase1_pretrain.yaml"), "--gpus", "8", "--host-memory-gib", "256", "--json"]
    assert main([*command, "hardware.gpu_memory_gib=80"]) == 0
    one_node = json.loads(capsys.readouterr().out)
    assert (one_node["choice"], one_node["workers"], one_node["hardware"]["gpus_per_node"]) == ("ZeRO-1", 8, 8)
    assert main([*command, "--gpus-per-node", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["hardware"]["gpus_per_node"] == 1


def test_a_refusal_is_exit_2_with_the_remedy(capsys):
    assert main(["--config", str(RECIPES / "phase1_pretrain.yaml"), *CARD[:-1], "64"]) == 2
    assert "smallest change that would do: 107 GiB of host memory" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--config", "missing.yaml"], "error: missing.yaml:"),
        (["--config", str(RECIPES / "phase2_sft.yaml")], "--model PRESET"),
        (["--config", str(RECIPES / "phase1_pretrain.yaml"), "training.batchsize=2"], "did you mean 'batch_size'"),
        (["--config", str(RECIPES / "phase1_pretrain.yaml"), "--gpus", "5"], "effective_batch_size"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert shown.count("\n") == 1


def test_fit_24gb_runs_on_the_cpu(tmp_path):
    recipe = ["--config", str(RECIPES / "phase1_pretrain.yaml"), "model.preset=havoc_nano", "data.max_seq_len=128"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "jobs.bench.fit_24gb", *recipe, "--layers", "2", "--json", "fit.json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads((tmp_path / "fit.json").read_text())
    assert (report["layers"], report["shortened"], report["strategy"]) == (2, True, "ZeRO-1")
    assert set(report["moments"]) == {"start", "pass", "step"}
    assert all(row["host"] < row["planned_host"] * 1.5 for row in report["moments"].values())
