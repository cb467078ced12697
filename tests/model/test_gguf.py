import gguf
import pytest
import torch
from tiny_models import build, pack

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.model import ModelError, import_gguf
from havoc.tokens.huggingface_tokenizer import _byte_of_character

# Quantised types store blocks of 32 values, so every width is a multiple of that.
SHAPE = HavocConfig(
    vocab_size=300,
    d_model=64,
    num_layers=2,
    max_seq_len=128,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=16),
    mlp=MLPConfig(hidden_dim=96),
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


def _model():
    return build(config=SHAPE.model_copy(update={"vocab_size": len(PIECES)}))


def _interleaved(weight, heads):
    """As llama.cpp stores q and k: the two halves of each head take turns."""
    return weight.unflatten(0, (heads, 2, -1)).transpose(1, 2).flatten(0, 2)


def _tensors(model):
    attention = SHAPE.attention
    q, kv = attention.num_heads * attention.head_dim, attention.num_kv_heads * attention.head_dim
    state = model.state_dict()
    tensors = {"token_embd.weight": state["embedding.weight"], "output_norm.weight": state["norm.weight"]}
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


def _write(path, kind="F32", architecture="llama", drop=(), extra=(), pre="smollm", fields=FIELDS):
    writer = gguf.GGUFWriter(path, architecture)
    for name, value in fields.items():
        writer.add_uint32(f"{architecture}.{name}", value)
    writer.add_float32(f"{architecture}.attention.layer_norm_rms_epsilon", 1e-5)
    writer.add_float32(f"{architecture}.rope.freq_base", 10_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(PIECES)
    writer.add_token_types([3, 3, 3] + [1] * 256)
    writer.add_token_merges(["a b"])
    stored = gguf.GGMLQuantizationType[kind]
    for name, tensor in [*_tensors(_model()).items(), *[(name, torch.zeros(32)) for name in extra]]:
        if name in drop:
            continue
        values = tensor.detach().numpy()
        if kind == "F32" or "norm" in name:
            writer.add_tensor(name, values)
        else:
            writer.add_tensor(name, gguf.quants.quantize(values, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_unquantised_weights_come_back_and_the_logits_are_the_same(tmp_path):
    model, tokenizer = import_gguf(_write(tmp_path / "m.gguf"))
    batch = pack([40, 30], vocab_size=len(PIECES))
    expected = _model()(*batch[:4])
    torch.testing.assert_close(model(*batch[:4])[:, : len(PIECES)], expected, rtol=0, atol=1e-5)
    assert model.config.layer_norm_eps == 1e-5
    assert model.config.vocab_size == tokenizer.vocab_size > len(PIECES)


@pytest.mark.parametrize(("kind", "error"), [("F16", 1e-3), ("BF16", 1e-2), ("Q8_0", 1e-2), ("Q4_1", 0.1), ("Q4_0", 0.1)])
def test_quantised_weights_are_near_the_originals(tmp_path, kind, error):
    model, _ = import_gguf(_write(tmp_path / "m.gguf", kind))
    for (name, found), (_, original) in zip(model.named_parameters(), _model().named_parameters(), strict=True):
        rows = min(len(found), len(original))
        assert (found[:rows] - original[:rows]).norm() <= error * original.norm(), name


def test_text_is_lossless_and_the_base_s_control_tokens_become_ours(tmp_path):
    _, tokenizer = import_gguf(_write(tmp_path / "m.gguf"), rename={"<|im_start|>": "<bos>", "<|im_end|>": "<eos>"})
    assert (tokenizer.special_id("<bos>"), tokenizer.special_id("<eos>")) == (1, 2)
    text = "x² = 12.5 <|im_end|> \U000f0000 \x04 日本"
    ids = tokenizer.encode(text)
    assert b"".join(map(tokenizer.token_bytes, ids)).decode() == text
    assert not {1, 2} & set(ids)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"architecture": "gpt2"}, "architecture 'gpt2'"),
        ({"extra": ["output.weight"]}, "head of its own"),
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


def test_a_missing_or_cut_file_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="no such file"):
        import_gguf(tmp_path / "none.gguf")
    whole = _write(tmp_path / "m.gguf").read_bytes()
    for size in (0, 3, 100, len(whole) // 2):
        (tmp_path / "cut.gguf").write_bytes(whole[:size])
        with pytest.raises(ModelError, match="not a GGUF file, or cut short"):
            import_gguf(tmp_path / "cut.gguf")
