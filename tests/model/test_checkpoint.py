import json

import pytest
import torch
from tiny_models import SHAPE, build, pack

from havoc.model import ModelError, from_pretrained, save_pretrained
from havoc.model.weights import read_weights, write_weights
from havoc.tokens import train_sentencepiece


@pytest.fixture
def saved(tmp_path, tiny_tokenizer):
    save_pretrained(build(), tmp_path / "final", tiny_tokenizer, recipe_yaml="seed: 0\n")
    return tmp_path / "final"


def test_a_checkpoint_gives_back_model_tokenizer_and_recipe(saved, tiny_tokenizer):
    model, tokenizer = from_pretrained(saved, checkpoint_every_n_layers=1)
    batch = pack([20, 11])
    assert torch.equal(model(*batch[:4]), build()(*batch[:4]))
    assert model.config == SHAPE
    assert tokenizer.fingerprint == tiny_tokenizer.fingerprint
    assert (saved / "recipe.yaml").read_text() == "seed: 0\n"
    assert [path.name for path in saved.parent.iterdir()] == ["final"]
    model(*batch).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_a_checkpoint_with_a_head_of_its_own(tmp_path, tiny_tokenizer):
    config = SHAPE.model_copy(update={"tie_word_embeddings": False})
    save_pretrained(build(config=config), tmp_path / "final", tiny_tokenizer)
    assert sum(tensor.numel() for _, tensor in read_weights(tmp_path / "final")) == config.num_parameters
    model, _ = from_pretrained(tmp_path / "final")
    assert model.config == config
    batch = pack([20, 11])
    assert torch.equal(model(*batch[:4]), build(config=config)(*batch[:4]))


def test_a_checkpoint_from_before_heads_could_be_untied_is_tied(saved):
    path = saved / "config.json"
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "tie_word_embeddings"}))
    manifest = json.loads((saved / "manifest.json").read_text())
    del manifest["files"]["config.json"]
    (saved / "manifest.json").write_text(json.dumps(manifest))
    assert from_pretrained(saved)[0].config == SHAPE


def test_the_tied_head_is_stored_once(saved):
    stored = dict(read_weights(saved))
    assert sum(tensor.numel() for tensor in stored.values()) == SHAPE.num_parameters


def test_the_dtype_is_chosen_at_loading(saved):
    model, _ = from_pretrained(saved, dtype=torch.bfloat16)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}


def test_saving_again_replaces_the_checkpoint(saved, tiny_tokenizer):
    save_pretrained(build(seed=1), saved, tiny_tokenizer)
    model, _ = from_pretrained(saved)
    assert torch.equal(model.embedding.weight, build(seed=1).embedding.weight)
    assert not (saved / "recipe.yaml").exists()
    assert [path.name for path in saved.parent.iterdir()] == ["final"]


def test_shards_and_their_index_read_back_as_one(tmp_path):
    state = build().state_dict()
    write_weights(state, tmp_path, shard_bytes=100_000)
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    assert set(index["weight_map"]) == set(state)
    assert len(set(index["weight_map"].values())) > 1
    assert index["metadata"]["total_size"] == sum(tensor.nbytes for tensor in state.values())
    stored = dict(read_weights(tmp_path))
    assert all(torch.equal(stored[name], state[name]) for name in state)


def test_a_file_that_was_cut_short_is_refused(saved):
    path = saved / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"model\.safetensors: \d+ bytes, manifest\.json says"):
        from_pretrained(saved)


@pytest.mark.parametrize("name", ["config.json", "tokenizer/tokenizer.model", "manifest.json", "model.safetensors"])
def test_a_missing_file_is_named(saved, name):
    (saved / name).unlink()
    with pytest.raises(ModelError, match=name.rpartition("/")[2]):
        from_pretrained(saved)


def test_a_changed_config_is_refused(saved):
    path = saved / "config.json"
    path.write_text(path.read_text().replace('"num_heads": 6', '"num_heads": 4'))
    with pytest.raises(ModelError, match=r"config\.json: changed since the checkpoint was written"):
        from_pretrained(saved)


def _other_tokenizer(vocab_size):
    return train_sentencepiece(
        ["the quick brown fox jumps over the lazy dog, again and again. " * 3] * 50, vocab_size=vocab_size
    )


def test_a_tokenizer_of_another_model_is_refused(saved):
    _other_tokenizer(320).save(saved / "tokenizer")
    manifest = json.loads((saved / "manifest.json").read_text())
    manifest["files"] = {}
    (saved / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=r"tokenizer: fingerprint .* is not the model's"):
        from_pretrained(saved)


def test_a_tokenizer_with_more_ids_than_embeddings_is_refused(tmp_path, tiny_tokenizer):
    small = build(config=SHAPE.model_copy(update={"vocab_size": 599}))
    with pytest.raises(ModelError, match="the tokenizer has 600 ids, the model embeds 599"):
        save_pretrained(small, tmp_path / "final", tiny_tokenizer)
    assert not (tmp_path / "final").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"norm.weight": None}, "norm.weight is missing"),
        ({"extra.weight": torch.ones(1)}, "extra.weight has no place"),
        ({"norm.weight": torch.ones(3)}, r"norm.weight is \[3\], the model's is \[48\]"),
    ],
)
def test_weights_of_another_shape_are_refused(saved, change, message):
    state = build().state_dict() | change
    write_weights({name: tensor for name, tensor in state.items() if tensor is not None}, saved)
    manifest = json.loads((saved / "manifest.json").read_text())
    del manifest["files"]["model.safetensors"]
    (saved / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=message):
        from_pretrained(saved)
