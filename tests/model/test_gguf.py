import random

import gguf
import k_quants
import pytest
import sentencepiece
import torch
from tiny_models import build, pack

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.errors import HavocError
from havoc.model import ModelError, import_gguf
from havoc.model.gguf import TYPES
from havoc.tokens import CHATML, HAVOC
from havoc.tokens.huggingface_tokenizer import _byte_of_character

# Quantised types store blocks of 32 or 256 values, so every width is a multiple of that.
SHAPE = HavocConfig(
    vocab_size=300,
    d_model=256,
    num_layers=2,
    max_seq_len=128,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=64),
    mlp=MLPConfig(hidden_dim=256),
    layer_norm_eps=1e-5,
)
PIECES = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *_byte_of_character()]
OTHERS = {"attention.out": "attn_output", "mlp.down": "ffn_down", "attention_norm": "attn_norm", "mlp_norm": "ffn_norm"}
FIELDS = {
    "block_count": SHAPE.num_layers,
    "context_length": SHAPE.max_seq_len,
    "embedding_length": SHAPE.d_model,
    "feed_forward_length": SHAPE.mlp.hidden_dim,
    "attention.head_count": SHAPE.attention.num_heads,
    "attention.head_count_kv": SHAPE.attention.num_kv_heads,
}


def _model(tied=True):
    return build(config=SHAPE.model_copy(update={"vocab_size": len(PIECES), "tie_word_embeddings": tied}))


def _interleaved(weight, heads):
    """As llama.cpp stores q and k: the two halves of each head take turns."""
    return weight.unflatten(0, (heads, 2, -1)).transpose(1, 2).flatten(0, 2)


def _tensors(model):
    attention = SHAPE.attention
    q, kv = attention.num_heads * attention.head_dim, attention.num_kv_heads * attention.head_dim
    state = model.state_dict()
    tensors = {"output_norm.weight": state["norm.weight"]}
    if model.config.tie_word_embeddings:
        tensors["token_embd.weight"] = state["embedding.weight"]
    else:
        tensors |= {"token_embd.weight": state["input_embedding.weight"], "output.weight": state["output_embedding.weight"]}
    for layer in range(SHAPE.num_layers):
        ours, theirs = f"blocks.{layer}.", f"blk.{layer}."
        parts = state[ours + "attention.qkv.weight"].split([q, kv, kv])
        tensors[theirs + "attn_q.weight"] = _interleaved(parts[0], attention.num_heads)
        tensors[theirs + "attn_k.weight"] = _interleaved(parts[1], attention.num_kv_heads)
        tensors[theirs + "attn_v.weight"] = parts[2]
        gate, up = state[ours + "mlp.gate_up.weight"].chunk(2)
        tensors |= {theirs + "ffn_gate.weight": gate, theirs + "ffn_up.weight": up}
        for name, other in OTHERS.items():
            tensors[f"{theirs}{other}.weight"] = state[f"{ours}{name}.weight"]
    return tensors


def _write(
    path,
    kind="F32",
    architecture="llama",
    drop=(),
    extra=(),
    pre="smollm",
    fields=FIELDS,
    tied=True,
    template=None,
    more=None,
):
    writer = gguf.GGUFWriter(path, architecture)
    for name, value in fields.items():
        writer.add_uint32(f"{architecture}.{name}", value)
    for name, value in (more or {}).items():
        writer.add_string(name, value) if isinstance(value, str) else writer.add_uint32(name, value)
    if template is not None:
        writer.add_chat_template(template)
    writer.add_float32(f"{architecture}.attention.layer_norm_rms_epsilon", 1e-5)
    writer.add_float32(f"{architecture}.rope.freq_base", 10_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(PIECES)
    writer.add_token_types([3, 3, 3] + [1] * 256)
    if "merges" not in drop:
        writer.add_token_merges(["a b"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    _add_tensors(writer, {**_tensors(_model(tied)), **{name: torch.zeros(32) for name in extra}}, kind, drop)
    return path


def _add_tensors(writer, tensors, kind="F32", drop=()):
    stored = gguf.GGMLQuantizationType[kind]
    for name, tensor in tensors.items():
        if name in drop:
            continue
        values = tensor.detach().numpy()
        if kind == "F32" or "norm" in name:
            writer.add_tensor(name, values)
        elif kind.endswith("_K"):
            writer.add_tensor(name, k_quants.quantize(values, kind), raw_dtype=stored)
        else:
            writer.add_tensor(name, gguf.quants.quantize(values, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize("tied", [True, False])
def test_unquantised_weights_come_back_and_the_logits_are_the_same(tmp_path, tied):
    model, tokenizer, notes = import_gguf(_write(tmp_path / "m.gguf", tied=tied))
    batch = pack([40, 30], vocab_size=len(PIECES))
    expected = _model(tied)(*batch[:4])
    torch.testing.assert_close(model(*batch[:4])[:, : len(PIECES)], expected, rtol=0, atol=1e-5)
    assert model.config.tie_word_embeddings == tied
    assert model.config.layer_norm_eps == 1e-5
    assert model.config.vocab_size == tokenizer.vocab_size > len(PIECES)
    assert notes == ()


ERRORS = {
    **{"F32": 0, "F16": 1e-3, "BF16": 1e-2, "Q8_0": 1e-2, "Q4_0": 0.1, "Q4_1": 0.1},
    **{"Q4_K": 0.1, "Q6_K": 0.02},
}


@pytest.mark.parametrize("kind", TYPES)
def test_weights_of_every_type_are_near_the_originals(tmp_path, kind):
    error = ERRORS[kind]
    model, *_ = import_gguf(_write(tmp_path / "m.gguf", kind))
    for (name, found), (_, original) in zip(model.named_parameters(), _model().named_parameters(), strict=True):
        rows = min(len(found), len(original))
        assert (found[:rows] - original[:rows]).norm() <= error * original.norm(), name


@pytest.mark.parametrize(
    ("template", "form", "expected", "bos", "eos"),
    [
        (None, None, CHATML, 1, 2),
        ("{{ '<|im_start|>' }} {{ '<|im_end|>' }}", None, CHATML, 1, 2),
        ("[INST] {{ content }} [/INST]", None, HAVOC, None, 0),
        (None, HAVOC, HAVOC, None, 0),
        ("[INST] {{ content }} [/INST]", CHATML, CHATML, 1, 2),
    ],
)
def test_the_chat_form_is_what_the_base_speaks_or_what_is_asked_for(tmp_path, template, form, expected, bos, eos):
    """In HAVOC's own form the token that ends the base's texts is `<eos>`; here it begins them too, so `<bos>` is new."""
    _, tokenizer, _ = import_gguf(_write(tmp_path / "m.gguf", template=template), chat_form=form)
    assert tokenizer.chat_form == expected
    assert tokenizer.special_id("<eos>") == eos
    assert tokenizer.special_id("<bos>") == (len(PIECES) + 1 if bos is None else bos)


def test_a_window_shorter_than_the_context_caps_the_length(tmp_path):
    file = _write(tmp_path / "m.gguf", more={"llama.attention.sliding_window": 32})
    model, _, notes = import_gguf(file)
    assert model.config.max_seq_len == 32
    assert notes == ("max_seq_len is 32, not 128: the base sees no further back, and a HAVOC model has no such window",)


def test_a_sentencepiece_tokenizer_cuts_text_as_before(tmp_path, tiny_tokenizer):
    """Written with pieces and scores as llama.cpp does for Llama 2, and compared with the SentencePiece model itself."""
    tiny_tokenizer.save(tmp_path)
    original = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "tokenizer.model"))
    ids = range(original.vocab_size())
    kinds = [2 if original.is_unknown(i) else 3 if original.is_control(i) else 6 if original.is_byte(i) else 1 for i in ids]
    writer = gguf.GGUFWriter(tmp_path / "m.gguf", "llama")
    for name, value in FIELDS.items():
        writer.add_uint32(f"llama.{name}", value)
    writer.add_float32("llama.attention.layer_norm_rms_epsilon", 1e-5)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([original.id_to_piece(i) for i in ids])
    writer.add_token_scores([original.get_score(i) for i in ids])
    writer.add_token_types(kinds)
    _add_tensors(writer, _tensors(build(config=SHAPE.model_copy(update={"vocab_size": len(ids)}))))
    _, tokenizer, _ = import_gguf(tmp_path / "m.gguf")
    assert tokenizer.vocab_size == len(ids)
    for text in ["def mean(data):\n    return sum(data) / n", "  a  b ", "x² <unk> <0x41> <eos>", "日本 ▁ 12.5"]:
        assert tokenizer.encode(text) == tiny_tokenizer.encode(text)


def test_text_is_lossless_and_the_base_s_control_tokens_become_ours(tmp_path):
    _, tokenizer, _ = import_gguf(_write(tmp_path / "m.gguf"))
    assert (tokenizer.special_id("<bos>"), tokenizer.special_id("<eos>")) == (1, 2)
    text = "x² = 12.5 <|im_end|> \U000f0000 \x04 日本"
    ids = tokenizer.encode(text)
    assert b"".join(map(tokenizer.token_bytes, ids)).decode() == text
    assert not {1, 2} & set(ids)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"architecture": "gpt2"}, "architecture 'gpt2'"),
        ({"more": {"llama.rope.scaling.type": "yarn"}}, "llama.rope.scaling.type is 'yarn', a HAVOC model needs 'none'"),
        ({"more": {"llama.expert_count": 8}}, "llama.expert_count is 8"),
        ({"more": {"split.count": 3}}, "split.count is 3, a HAVOC model needs 1"),
        ({"more": {"llama.rope.dimension_count": 32}}, "positions turn 32 of a head's 64 numbers"),
        ({"extra": ["rope_freqs.weight"]}, "rope_freqs.weight scales the positions"),
        ({"fields": FIELDS | {"attention.head_count": 0}}, "a size is no positive number"),
        ({"drop": ["merges"]}, "field 'tokenizer.ggml.merges' is missing"),
        ({"extra": ["blk.0.attn_q.bias"]}, "attn_q.bias has no place"),
        ({"drop": ["blk.1.ffn_up.weight"]}, "blk.1.ffn_up.weight is missing"),
        ({"kind": "Q5_0"}, "stored as Q5_0"),
        ({"pre": "martian"}, "cut as for 'martian'"),
        ({"fields": {name: value for name, value in FIELDS.items() if name != "block_count"}}, "block_count' is missing"),
    ],
)
def test_what_cannot_be_imported_is_named(tmp_path, changes, problem):
    with pytest.raises(ModelError, match=problem):
        import_gguf(_write(tmp_path / "m.gguf", **changes))


def test_a_file_with_a_wrong_byte_is_read_or_refused(tmp_path):
    """Any one byte of the header: no error but ours, and it is one line."""
    whole = _write(tmp_path / "m.gguf").read_bytes()
    header = gguf.GGUFReader(tmp_path / "m.gguf").data_offset
    generator = random.Random(3)
    refused = []
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[generator.randrange(header)] = generator.randrange(256)
        (tmp_path / "damaged.gguf").write_bytes(damaged)
        try:
            import_gguf(tmp_path / "damaged.gguf")
        except HavocError as error:
            refused.append(str(error))
    assert len(refused) > 20
    assert not any("\n" in message for message in refused)


def test_queries_that_do_not_divide_into_heads_are_named(tmp_path):
    file = _write(tmp_path / "m.gguf", fields=FIELDS | {"attention.head_count": 6, "attention.key_length": 64})
    with pytest.raises(ModelError, match=r"attention.out.weight is \[256, 256\], the model's is \[256, 384\]"):
        import_gguf(file)


def test_a_missing_or_cut_file_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="no such file"):
        import_gguf(tmp_path / "none.gguf")
    whole = _write(tmp_path / "m.gguf").read_bytes()
    for size in (0, 3, 20, 100, 1000, 5000, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.gguf").write_bytes(whole[:size])
        with pytest.raises(ModelError, match="not a GGUF file, or cut short"):
            import_gguf(tmp_path / "cut.gguf")
