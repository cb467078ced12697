import sys

import pytest
import torch

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.model import HavocModel, save_pretrained
from jobs import generate


@pytest.fixture
def checkpoint(tmp_path, tiny_tokenizer):
    torch.manual_seed(0)
    shape = HavocConfig(
        vocab_size=640,
        d_model=32,
        num_layers=2,
        max_seq_len=64,
        attention=AttentionConfig(num_heads=2, num_kv_heads=1, head_dim=16),
        mlp=MLPConfig(hidden_dim=48),
    )
    save_pretrained(HavocModel(shape), tmp_path / "final", tiny_tokenizer)
    return tmp_path / "final"


def _run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["generate", *map(str, arguments)])
    generate.main()


@pytest.mark.parametrize("mode", [[], ["--raw"]])
def test_it_writes_text_to_stdout_and_the_speed_to_stderr(checkpoint, capsys, monkeypatch, mode):
    arguments = ["--checkpoint", checkpoint, "--prompt", "mean of", "--max-new-tokens", 12, "--temperature", 1.0, *mode]
    _run(monkeypatch, *arguments)
    first = capsys.readouterr()
    _run(monkeypatch, *arguments)
    assert capsys.readouterr().out == first.out
    assert len(first.out) > 1
    assert " tokens in " in first.err
    assert first.err.endswith("tokens/s\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--checkpoint", "nowhere", "--prompt", "x"], "nowhere/manifest.json: No such file or directory"),
        (["--checkpoint", "{}", "--prompt", "x" * 200], "and a sequence holds 64"),
        (["--checkpoint", "{}", "--prompt", "x", "--top-p", "2"], "top_p: 2.0 must be"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(checkpoint, capsys, monkeypatch, arguments, message):
    with pytest.raises(SystemExit) as exit_info:
        _run(monkeypatch, *(argument.format(checkpoint) for argument in arguments))
    assert exit_info.value.code == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.out + captured.err
