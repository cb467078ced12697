import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_models import SHAPE, build, pack
from transformers import LlamaForCausalLM, MistralConfig, MistralForCausalLM

from havoc.model import ModelError, export_huggingface, import_huggingface
from havoc.tokens import CHATML, HAVOC, HuggingFaceTokenizer

UNTIED = SHAPE.model_copy(update={"tie_word_embeddings": False})


@pytest.fixture
def exported(tmp_path, tiny_tokenizer):
    export_huggingface(build(), tiny_tokenizer, tmp_path / "hf")
    return tmp_path / "hf"


@pytest.fixture
def untied(tmp_path, tiny_tokenizer):
    export_huggingface(build(config=UNTIED), tiny_tokenizer, tmp_path / "untied")
    return tmp_path / "untied"


def _give_tokenizer(folder, content):
    """Put the tokenizer.json of a base in the place of HAVOC's."""
    for path in folder.glob("tokenizer*"):
        path.unlink()
    (folder / "tokenizer.json").write_bytes(content)


def _ids(tokenizer_json):
    return max(json.loads(tokenizer_json)["model"]["vocab"].values()) + 1


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


def test_a_head_of_its_own_is_transformers_lm_head(untied):
    theirs = LlamaForCausalLM.from_pretrained(untied, dtype=torch.float32)
    assert theirs.lm_head.weight is not theirs.model.embed_tokens.weight
    ours = build(config=UNTIED)
    batch = pack([60, 60])
    rows, labels = batch.input_ids.view(2, 60), batch.labels.view(2, 60)
    logits = theirs(rows).logits.flatten(0, 1)
    torch.testing.assert_close(ours(*batch[:4]), logits, rtol=0, atol=1e-5)
    torch.nn.functional.cross_entropy(logits, labels.flatten(), reduction="sum").backward()
    ours(*batch).backward()
    for found, expected in [(ours.input_embedding, theirs.model.embed_tokens), (ours.output_embedding, theirs.lm_head)]:
        torch.testing.assert_close(found.weight.grad, expected.weight.grad, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", ["exported", "untied"])
def test_export_import_export_changes_no_byte(kind, tmp_path, request):
    exported = request.getfixturevalue(kind)
    model, tokenizer, notes = import_huggingface(exported)
    assert model.config == {"exported": SHAPE, "untied": UNTIED}[kind]
    assert notes == ()
    export_huggingface(model, tokenizer, tmp_path / "again")
    names = sorted(path.name for path in exported.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    for name in names:
        assert (exported / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


@pytest.mark.parametrize("kind", ["exported", "untied"])
def test_a_directory_that_transformers_wrote_is_imported_from_shards(kind, tmp_path, tiny_tokenizer, request):
    theirs = LlamaForCausalLM.from_pretrained(request.getfixturevalue(kind), dtype=torch.float32)
    theirs.save_pretrained(tmp_path / "theirs", max_shard_size="100KB")
    tiny_tokenizer.save(tmp_path / "theirs")
    assert (tmp_path / "theirs" / "model.safetensors.index.json").exists()
    model, *_ = import_huggingface(tmp_path / "theirs")
    batch = pack([30])
    torch.testing.assert_close(model(*batch[:4]), theirs(batch.input_ids[None]).logits[0], rtol=0, atol=1e-5)


def test_a_base_gets_rows_for_the_special_tokens(exported, byte_level_tokenizer_json):
    _give_tokenizer(exported, byte_level_tokenizer_json)
    known = _ids(byte_level_tokenizer_json)
    weights = load_file(exported / "model.safetensors")
    table = weights["model.embed_tokens.weight"][:known].clone()
    save_file(weights | {"model.embed_tokens.weight": table}, exported / "model.safetensors")
    _edit(exported, vocab_size=known)
    model, tokenizer, _ = import_huggingface(exported, dtype=torch.bfloat16)
    assert tokenizer.vocab_size == model.config.vocab_size == len(model.embedding.weight) > known
    assert torch.equal(model.embedding.weight[:known], table.bfloat16())
    torch.testing.assert_close(model.embedding.weight[known].float(), table.mean(0), rtol=0.01, atol=1e-4)


def test_rows_of_padding_that_get_an_id_are_made_new(exported, byte_level_tokenizer_json):
    """A base's table is often longer than its tokenizer, and nothing ever trained what is beyond."""
    _give_tokenizer(exported, byte_level_tokenizer_json)
    known = _ids(byte_level_tokenizer_json)
    model, tokenizer, _ = import_huggingface(exported)
    before, after = build().embedding.weight, model.embedding.weight
    assert known < tokenizer.vocab_size < len(after) == len(before)
    assert torch.equal(after[:known], before[:known])
    mean = before[:known].mean(dim=0)
    torch.testing.assert_close(after[known : tokenizer.vocab_size], mean.expand(tokenizer.vocab_size - known, -1))
    assert torch.equal(after[tokenizer.vocab_size :], before[tokenizer.vocab_size :])


def test_new_rows_of_a_head_of_its_own_are_its_mean(untied, byte_level_tokenizer_json):
    _give_tokenizer(untied, byte_level_tokenizer_json)
    known = _ids(byte_level_tokenizer_json)
    model, *_ = import_huggingface(untied)
    head = build(config=UNTIED).output_embedding.weight
    torch.testing.assert_close(model.output_embedding.weight[known], head[:known].mean(dim=0))
    assert not torch.allclose(model.output_embedding.weight[known], model.input_embedding.weight[known])


def _mistral(folder, tokenizer, **fields):
    torch.manual_seed(0)
    config = MistralConfig(
        vocab_size=640,
        hidden_size=48,
        intermediate_size=80,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=128,
        **fields,
    )
    theirs = MistralForCausalLM(config)
    theirs.save_pretrained(folder)
    tokenizer.save(folder)
    return theirs


@pytest.mark.parametrize(("window", "length"), [(None, 128), (4096, 128), (32, 32)])
def test_a_mistral_is_imported_as_far_as_its_window_reaches(tmp_path, tiny_tokenizer, window, length):
    theirs = _mistral(tmp_path / "mistral", tiny_tokenizer, sliding_window=window)
    model, _, notes = import_huggingface(tmp_path / "mistral")
    assert model.config.max_seq_len == length
    assert bool(notes) == (length < 128)
    assert not model.config.tie_word_embeddings
    batch = pack([length])
    torch.testing.assert_close(model(*batch[:4]), theirs(batch.input_ids[None]).logits[0], rtol=0, atol=1e-5)


def test_a_mistral_that_does_not_name_its_window_has_that_of_transformers(tmp_path, tiny_tokenizer):
    _mistral(tmp_path, tiny_tokenizer)
    config = json.loads((tmp_path / "config.json").read_text())
    config.pop("sliding_window", None)
    (tmp_path / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 9000}))
    assert MistralConfig.from_pretrained(tmp_path).sliding_window == 4096
    assert import_huggingface(tmp_path).model.config.max_seq_len == 4096


@pytest.mark.parametrize(
    ("said", "eos"),
    [
        ({"eos_token": "<|end|>", "bos_token": None}, "<|end|>"),
        ({"eos_token": {"content": "<|end|>"}}, "<|end|>"),
        ({}, "<|end|>"),
        ({"eos_token": "<|other|>"}, None),
    ],
)
def test_the_end_of_a_base_s_texts_becomes_ours(exported, byte_level_tokenizer_json, said, eos):
    """Named in tokenizer_config.json, or by its id in config.json."""
    _give_tokenizer(exported, byte_level_tokenizer_json)
    (exported / "tokenizer_config.json").write_text(json.dumps(said))
    ids = {token["content"]: token["id"] for token in json.loads(byte_level_tokenizer_json)["added_tokens"]}
    _edit(exported, eos_token_id=[ids["<|end|>"]], bos_token_id=None)
    _, tokenizer, _ = import_huggingface(exported)
    known = _ids(byte_level_tokenizer_json)
    assert tokenizer.chat_form == HAVOC
    assert tokenizer.special_id("<bos>") >= known
    assert tokenizer.special_id("<eos>") == ids[eos] if eos else tokenizer.special_id("<eos>") >= known


@pytest.mark.parametrize(
    ("template", "asked", "expected"),
    [
        ("{{ '<|im_start|>' + role }} ... <|im_end|>", None, CHATML),
        ([{"name": "default", "template": "<|im_start|> <|im_end|>"}], None, CHATML),
        ("[INST] {{ content }}", None, HAVOC),
        ("[INST] {{ content }}", CHATML, CHATML),
        ("<|im_start|> <|im_end|>", HAVOC, HAVOC),
    ],
)
def test_the_chat_form_follows_the_template(exported, byte_level_tokenizer_json, template, asked, expected):
    description = json.loads(byte_level_tokenizer_json)
    flags = {key: value for key, value in description["added_tokens"][0].items() if key not in ("id", "content")}
    for name in ("<|im_start|>", "<|im_end|>"):
        number = len(description["model"]["vocab"])
        description["model"]["vocab"][name] = number
        description["added_tokens"].append({"id": number, "content": name, **flags})
    _give_tokenizer(exported, json.dumps(description).encode())
    (exported / "tokenizer_config.json").write_text(json.dumps({"chat_template": template}))
    assert import_huggingface(exported, chat_form=asked).tokenizer.chat_form == expected


def test_the_chat_form_survives_export_and_import(tmp_path, byte_level_tokenizer_json):
    rename = {"<|end|>": "<eos>"}
    tokenizer = HuggingFaceTokenizer.from_base(byte_level_tokenizer_json, rename, CHATML)
    export_huggingface(build(), tokenizer, tmp_path / "hf")
    found = import_huggingface(tmp_path / "hf").tokenizer
    assert (found.fingerprint, found.chat_form) == (tokenizer.fingerprint, CHATML)


def test_a_form_that_the_tokenizer_cannot_speak_is_refused(exported, byte_level_tokenizer_json):
    with pytest.raises(ModelError, match=r"its tokenizer is HAVOC's and speaks havoc; leave the form out"):
        import_huggingface(exported, chat_form=CHATML)
    _give_tokenizer(exported, byte_level_tokenizer_json)
    with pytest.raises(ModelError, match=r"the base has no <\|im_start\|> and <\|im_end\|>, so it knows no ChatML"):
        import_huggingface(exported, chat_form=CHATML)
    (exported / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json: no such file; .* save it there with transformers"):
        import_huggingface(exported)


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
        ({"tie_word_embeddings": False}, "tensor output_embedding.weight is missing"),
        ({"model_type": "gemma"}, "model_type is 'gemma'; a base of type llama or mistral"),
        ({"model_type": "qwen2"}, "model_type is 'qwen2', whose queries, keys and values have biases"),
        ({"quantization_config": {"quant_method": "gptq"}}, "quantization_config"),
        ({"partial_rotary_factor": 0.5}, "partial_rotary_factor is 0.5"),
        ({"num_attention_heads": 0, "num_key_value_heads": 0, "head_dim": None}, "a size is no positive number"),
        ({"hidden_size": "wide", "head_dim": None}, "a size is no positive number"),
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


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("model.layers.0.mlp.up_proj.weight", (80, 40), r"the parts of blocks.0.mlp.gate_up.weight do not fit together"),
        ("model.layers.0.mlp.up_proj.weight", (70, 48), r"gate_up.weight is \[150, 48\], the model's is \[160, 48\]"),
        ("model.embed_tokens.weight", (640,), r"embedding.weight is \[640\], the model's is \[640, 48\]"),
    ],
)
def test_weights_that_do_not_fit_are_named(exported, name, shape, message):
    weights = load_file(exported / "model.safetensors")
    save_file(weights | {name: torch.zeros(shape)}, exported / "model.safetensors")
    with pytest.raises(ModelError, match=message):
        import_huggingface(exported)


def test_damaged_weights_are_refused(exported):
    path = exported / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ModelError, match="damaged or cut short"):
        import_huggingface(exported)


def test_an_export_does_not_write_over_files(exported, tiny_tokenizer):
    with pytest.raises(ModelError, match="not empty"):
        export_huggingface(build(), tiny_tokenizer, exported)
