import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_models import SHAPE, build, pack
from transformers import LlamaForCausalLM

from havoc.model import ModelError, export_huggingface, import_huggingface


@pytest.fixture
def exported(tmp_path, tiny_tokenizer):
    export_huggingface(build(), tiny_tokenizer, tmp_path / "hf")
    return tmp_path / "hf"


def _edit(folder, **fields):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_logits_loss_and_gradients_are_those_of_transformers_llama(exported):
    theirs = LlamaForCausalLM.from_pretrained(exported, dtype=torch.float32)
    ours = build()
    batch = pack([60, 60])
    rows, labels = batch.input_ids.view(2, 60), batch.labels.view(2, 60)
    logits = theirs(rows).logits.flatten(0, 1)
    torch.testing.assert_close(ours(*batch[:4]), logits, rtol=0, atol=1e-5)
    expected = torch.nn.functional.cross_entropy(logits, labels.flatten(), reduction="sum")
    expected.backward()
    loss = ours(*batch)
    loss.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)

    def assert_same(found, *parts):
        torch.testing.assert_close(found.weight.grad, torch.cat([part.weight.grad for part in parts]), rtol=1e-4, atol=1e-4)

    assert_same(ours.embedding, theirs.model.embed_tokens)
    assert_same(ours.norm, theirs.model.norm)
    for block, layer in zip(ours.blocks, theirs.model.layers, strict=True):
        attention, mlp = layer.self_attn, layer.mlp
        assert_same(block.attention_norm, layer.input_layernorm)
        assert_same(block.attention.qkv, attention.q_proj, attention.k_proj, attention.v_proj)
        assert_same(block.attention.out, attention.o_proj)
        assert_same(block.mlp_norm, layer.post_attention_layernorm)
        assert_same(block.mlp.gate_up, mlp.gate_proj, mlp.up_proj)
        assert_same(block.mlp.down, mlp.down_proj)


def test_export_import_export_changes_no_byte(exported, tmp_path):
    model, tokenizer = import_huggingface(exported)
    assert model.config == SHAPE
    export_huggingface(model, tokenizer, tmp_path / "again")
    names = sorted(path.name for path in exported.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    for name in names:
        assert (exported / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_a_directory_that_transformers_wrote_is_imported_from_shards(exported, tmp_path, tiny_tokenizer):
    theirs = LlamaForCausalLM.from_pretrained(exported, dtype=torch.float32)
    theirs.save_pretrained(tmp_path / "theirs", max_shard_size="100KB")
    tiny_tokenizer.save(tmp_path / "theirs")
    assert (tmp_path / "theirs" / "model.safetensors.index.json").exists()
    model, _ = import_huggingface(tmp_path / "theirs")
    batch = pack([30])
    torch.testing.assert_close(model(*batch[:4]), theirs(batch.input_ids[None]).logits[0], rtol=0, atol=1e-5)


def test_a_base_gets_rows_for_the_special_tokens(exported, byte_level_tokenizer_json):
    for path in exported.glob("tokenizer*"):
        path.unlink()
    (exported / "tokenizer.json").write_bytes(byte_level_tokenizer_json)
    weights = load_file(exported / "model.safetensors")
    table = weights["model.embed_tokens.weight"][:300].clone()
    save_file(weights | {"model.embed_tokens.weight": table}, exported / "model.safetensors")
    _edit(exported, vocab_size=300)
    model, tokenizer = import_huggingface(exported, dtype=torch.bfloat16)
    assert tokenizer.vocab_size == model.config.vocab_size == len(model.embedding.weight) > 300
    assert torch.equal(model.embedding.weight[:300], table.bfloat16())
    torch.testing.assert_close(model.embedding.weight[300].float(), table.mean(0), rtol=0.01, atol=1e-4)


@pytest.fixture(scope="session")
def byte_level_tokenizer_json():
    import tokenizers
    from tokenizers import decoders, models, pre_tokenizers, trainers

    base = tokenizers.Tokenizer(models.BPE())
    base.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    base.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, special_tokens=["<|end|>"]
    )
    base.train_from_iterator(
        ["the mean of the sample, the variance of the sample, and the range of the sample"] * 20, trainer
    )
    assert base.get_vocab_size() <= 300
    return base.to_str().encode()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tie_word_embeddings": False}, "tie_word_embeddings is False, a HAVOC model needs True"),
        ({"model_type": "gemma"}, "model_type is 'gemma'"),
        ({"attention_bias": True}, "attention_bias"),
        ({"hidden_act": "gelu"}, "hidden_act"),
        ({"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}}, "rope_type is 'llama3'"),
        ({"num_hidden_layers": 4}, "blocks.3.attention.out.weight is missing"),
        ({"num_hidden_layers": 2}, "tensor model.layers.2.* has no place"),
        ({"num_attention_heads": 5}, "num_heads .5. must be a multiple"),
    ],
)
def test_what_is_no_havoc_model_is_refused_by_name(exported, fields, message):
    _edit(exported, **fields)
    with pytest.raises(Exception, match=message) as caught:
        import_huggingface(exported)
    assert "\n" not in str(caught.value)


def test_an_incomplete_config_names_the_field(exported):
    path = exported / "config.json"
    path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key != "hidden_size"}))
    with pytest.raises(ModelError, match=r"config\.json: field 'hidden_size' is missing"):
        import_huggingface(exported)


def test_damaged_weights_are_refused(exported):
    path = exported / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ModelError, match="damaged or cut short"):
        import_huggingface(exported)


def test_an_export_does_not_write_over_files(exported, tiny_tokenizer):
    with pytest.raises(ModelError, match="not empty"):
        export_huggingface(build(), tiny_tokenizer, exported)
