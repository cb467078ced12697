"""From GGUF files (llama.cpp) of Llama shape: weights are dequantised, the tokenizer is rebuilt from the file's lists."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from havoc.config import HavocConfig, validate
from havoc.model.base import Adopted, Imported, Speech, adopt, joined, with_rows
from havoc.model.checkpoint import assign_weights
from havoc.model.errors import ModelError
from havoc.model.transformer import HavocModel
from havoc.tokens import ChatForm

ARCHITECTURE = "llama"
TYPES = ("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q4_K", "Q6_K")
"""Storage types that are read. Others exist; they are refused because nothing here has tested them."""
_PARTS = {
    "attention_norm": ("attn_norm",),
    "attention.qkv": ("attn_q", "attn_k", "attn_v"),
    "attention.out": ("attn_output",),
    "mlp_norm": ("ffn_norm",),
    "mlp.gate_up": ("ffn_gate", "ffn_up"),
    "mlp.down": ("ffn_down",),
}
"""Our matrix of a layer -> the file's, whose rows it holds in this order."""
_GPT2 = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
_DIGITS = {"type": "Digits", "individual_digits": True}
_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_PRE_TOKENIZERS: dict[str, Any] = {
    "gpt-2": _GPT2,
    "smollm": {"type": "Sequence", "pretokenizers": [_DIGITS, _GPT2]},
    "llama-bpe": {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": _LLAMA3}, "behavior": "Isolated", "invert": False},
            {**_GPT2, "use_regex": False},
        ],
    },
}
"""`tokenizer.ggml.pre` -> how text is cut before merges apply."""
_NORMAL, _CONTROL = 1, 3
"""Types of tokens."""
_PLAIN = {"llama.rope.scaling.type": ("none",), "llama.expert_count": (0,), "split.count": (0, 1)}
"""Fields of a file -> their values in a plain Llama shape in one file (`gguf-split --merge` joins parts)."""


def import_gguf(file: Path, *, dtype: torch.dtype | None = None, chat_form: ChatForm | None = None) -> Imported:
    """The model and the tokenizer of a GGUF file.

    HAVOC's special tokens are appended to the tokenizer; their rows are the mean of the others.

    Args:
        file: a Llama-shaped GGUF of one part.
        dtype: of the weights; float32 where it is left out, since dequantised values have no type of their own.
        chat_form: of conversations; where it is left out, ChatML if the base speaks it, else HAVOC's own.

    Raises:
        ModelError: the file is missing, cut short, or of another architecture or storage type.
        TokensError: its tokenizer cannot be used.
    """
    import gguf

    if not file.is_file():
        raise ModelError(f"{file}: no such file; name a .gguf file")
    try:
        reader = gguf.GGUFReader(file)
        fields = {name: field.contents() for name, field in reader.fields.items()}
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"{file}: not a GGUF file, or cut short ({reason}); copy it again") from error
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    try:
        config, notes = _config(fields, file, tied="output.weight" not in tensors)
        description = _tokenizer(fields, file)
    except KeyError as error:
        raise ModelError(f"{file}: field {error} is missing; copy the file again") from error
    adopted = adopt(json.dumps(description, ensure_ascii=False).encode(), _speech(fields), chat_form, str(file))
    rows = max(config.vocab_size, adopted.tokenizer.vocab_size)
    with torch.device("meta"):
        model = HavocModel(config.model_copy(update={"vocab_size": rows}))
    assign_weights(model, _weights(tensors, config, adopted, rows, file), dtype, str(file))
    return Imported(model, adopted.tokenizer, notes)


def _speech(fields: Mapping[str, Any]) -> Speech:
    pieces = dict(enumerate(fields["tokenizer.ggml.tokens"]))
    bos, eos = (pieces.get(fields.get(f"tokenizer.ggml.{role}_token_id", -1)) for role in ("bos", "eos"))
    return Speech(bos, eos, fields.get("tokenizer.chat_template"))


def _config(fields: Mapping[str, Any], file: Path, *, tied: bool) -> tuple[HavocConfig, tuple[str, ...]]:
    """The shape that the file's fields describe, and what of it is left out. KeyError where one is missing."""
    architecture = fields.get("general.architecture")
    if architecture != ARCHITECTURE:
        raise ModelError(
            f"{file}: architecture {architecture!r}; choose a base of plain Llama shape (Llama, Mistral, SmolLM2)"
        )
    for name, plain in _PLAIN.items():
        if fields.get(name, plain[0]) not in plain:
            raise ModelError(f"{file}: {name} is {fields[name]!r}, a HAVOC model needs {plain[-1]!r}; choose such a base")
    try:
        heads, width = fields["llama.attention.head_count"], fields["llama.embedding_length"]
        length = fields["llama.context_length"]
        window = fields.get("llama.attention.sliding_window") or length
        head_dim = fields.get("llama.attention.key_length") or width // heads
        turned = fields.get("llama.rope.dimension_count", head_dim)
        epsilon = np.float32(fields["llama.attention.layer_norm_rms_epsilon"])
        values = {
            "vocab_size": len(fields["tokenizer.ggml.tokens"]),
            "d_model": width,
            "num_layers": fields["llama.block_count"],
            "max_seq_len": min(length, window),
            "attention": {
                "num_heads": heads,
                "num_kv_heads": fields.get("llama.attention.head_count_kv", heads),
                "head_dim": head_dim,
                "rope_theta": fields.get("llama.rope.freq_base", 10_000.0),
            },
            "mlp": {"hidden_dim": fields["llama.feed_forward_length"]},
            "layer_norm_eps": float(np.format_float_positional(epsilon)),  # 9.999999747378752e-06 is meant to be 1e-5
            "tie_word_embeddings": tied,
        }
    except (TypeError, ZeroDivisionError) as error:
        raise ModelError(f"{file}: a size is no positive number ({error}); copy the file again") from error
    if turned != head_dim:
        raise ModelError(f"{file}: positions turn {turned} of a head's {head_dim} numbers; choose a base that turns all")
    capped = f"max_seq_len is {window}, not {length}: the base sees no further back, and a HAVOC model has no such window"
    return validate(HavocConfig, values, where=str(file)), (capped,) if window < length else ()


def _weights(
    tensors: dict[str, Any], config: HavocConfig, adopted: Adopted, rows: int, file: Path
) -> Iterator[tuple[str, Tensor]]:
    """Our tensors. Rows of q and k go back to Hugging Face's order: llama.cpp interleaves the halves that RoPE turns."""

    def take(name: str) -> Tensor:
        if name not in tensors:
            raise ModelError(f"{file}: tensor {name} is missing; copy the file again")
        return _dequantised(tensors.pop(name), file)

    tied = config.tie_word_embeddings
    yield "embedding.weight" if tied else "input_embedding.weight", with_rows(take("token_embd.weight"), adopted, rows)
    if not tied:
        yield "output_embedding.weight", with_rows(take("output.weight"), adopted, rows)
    yield "norm.weight", take("output_norm.weight")
    attention = config.attention
    heads = {"attn_q": attention.num_heads, "attn_k": attention.num_kv_heads}
    for layer in range(config.num_layers):
        for ours, theirs in _PARTS.items():
            full = f"blocks.{layer}.{ours}.weight"
            parts = [_in_order(take(f"blk.{layer}.{name}.weight"), heads.get(name)) for name in theirs]
            yield full, joined(parts, full, str(file))
    if "rope_freqs.weight" in tensors and not bool((take("rope_freqs.weight") == 1).all()):  # Llama 3.1 and later
        raise ModelError(f"{file}: rope_freqs.weight scales the positions; choose a base without rope scaling")
    if tensors:
        raise ModelError(f"{file}: tensor {min(tensors)} has no place in a HAVOC model; choose a plain Llama shape")


def _dequantised(tensor: Any, file: Path) -> Tensor:
    import gguf

    kind = tensor.tensor_type.name
    if kind not in TYPES:
        raise ModelError(f"{file}: {tensor.name} is stored as {kind}; {', '.join(TYPES)} are read")
    values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
    return torch.from_numpy(np.array(values, dtype=np.float32))  # a copy: the file is only mapped


def _in_order(weight: Tensor, heads: int | None) -> Tensor:
    """(heads x head_dim, d_model): rows 0, 2, 4, ... of each head first, then 1, 3, 5, ...; no heads, no change."""
    if heads is None or len(weight) % (2 * heads):
        return weight  # where the rows do not divide, `assign_weights` says that they are too many or too few
    return weight.unflatten(0, (heads, -1, 2)).transpose(1, 2).flatten(0, 2)


def _tokenizer(fields: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """The content of a tokenizer.json that cuts text as the file's lists say."""
    model = fields.get("tokenizer.ggml.model")
    pieces = fields["tokenizer.ggml.tokens"]
    kinds = fields.get("tokenizer.ggml.token_type", [_NORMAL] * len(pieces))
    control = [index for index, kind in enumerate(kinds) if kind == _CONTROL]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    shared = {
        "version": "1.0",
        "added_tokens": [{"id": index, "content": pieces[index], **flags} for index in control],
        "post_processor": None,
    }
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    if model == "gpt2":
        pre = fields.get("tokenizer.ggml.pre", "gpt-2")
        if pre not in _PRE_TOKENIZERS:
            raise ModelError(f"{file}: text is cut as for {pre!r}; known are {', '.join(_PRE_TOKENIZERS)}")
        merges = [merge.split(" ") for merge in fields["tokenizer.ggml.merges"]]
        return {
            **shared,
            "normalizer": None,
            "pre_tokenizer": _PRE_TOKENIZERS[pre],
            "decoder": _GPT2,
            "model": {"type": "BPE", "vocab": vocabulary, "merges": merges},
        }
    if model == "llama":
        normal = {piece: index for piece, index in vocabulary.items() if kinds[index] == _NORMAL}
        merges = _merges_of_scores(normal, fields["tokenizer.ggml.scores"])
        return {
            **shared,
            "normalizer": None,
            "pre_tokenizer": None,
            "decoder": {"type": "ByteFallback"},
            "model": {"type": "BPE", "vocab": vocabulary, "merges": merges, "byte_fallback": True, "fuse_unk": True},
        }
    raise ModelError(f"{file}: tokenizer {model!r}; byte-level BPE (gpt2) and SentencePiece BPE (llama) are imported")


def _merges_of_scores(vocabulary: Mapping[str, int], scores: list[float]) -> list[list[str]]:
    """SentencePiece joins the pair whose result scores highest; the merges in that order say the same to `tokenizers`."""
    found = [
        (-scores[index], index, [piece[:cut], piece[cut:]])
        for piece, index in vocabulary.items()
        for cut in range(1, len(piece))
        if piece[:cut] in vocabulary and piece[cut:] in vocabulary
    ]
    return [pair for *_, pair in sorted(found, key=lambda entry: entry[:2])]
