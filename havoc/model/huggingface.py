"""To and from Llama-shaped Hugging Face directories, which hold the fused matrices in parts."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from havoc.config import HavocConfig, validate
from havoc.model.checkpoint import CONFIG, assign_weights
from havoc.model.errors import ModelError
from havoc.model.transformer import HavocModel
from havoc.model.weights import read_json, read_weights, write_weights
from havoc.tokens import HuggingFaceTokenizer, Tokenizer, load_tokenizer

_PARTS = {
    "attention_norm": ("input_layernorm",),
    "attention.qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "attention.out": ("self_attn.o_proj",),
    "mlp_norm": ("post_attention_layernorm",),
    "mlp.gate_up": ("mlp.gate_proj", "mlp.up_proj"),
    "mlp.down": ("mlp.down_proj",),
}
"""Our matrix of a layer -> Hugging Face's, whose rows it holds in this order."""


def export_huggingface(model: HavocModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Write what transformers loads as a LlamaForCausalLM, with the tokenizer's own files beside it.

    Raises:
        ModelError: the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ModelError(f"{folder}: not empty; name a new folder for the export")
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(_split(model), folder)
    dtype = str(model.embedding.weight.dtype).removeprefix("torch.")
    description = _description(model.config, tokenizer, dtype)
    (folder / CONFIG).write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    tokenizer.save(folder)


def import_huggingface(
    folder: Path, *, dtype: torch.dtype | None = None, rename: Mapping[str, str] | None = None
) -> tuple[HavocModel, Tokenizer]:
    """The model and the tokenizer of a Llama-shaped directory.

    A directory that `export_huggingface` wrote brings its tokenizer. Any other must hold a tokenizer.json, which gets
    HAVOC's special tokens appended; where they need more rows than the embedding has, the new rows are the mean of the old.

    Args:
        folder: config.json and safetensors, in one file or in shards.
        dtype: of the weights; as stored where it is left out.
        rename: the base's name of a special token -> HAVOC's, as for HuggingFaceTokenizer.from_base.

    Raises:
        ModelError: the directory holds another architecture, an untied head, or weights that do not fit its config.
        TokensError: its tokenizer cannot be used.
    """
    described = read_json(folder / CONFIG)
    config = _config(described, folder / CONFIG)
    own = (folder / "tokenizer_manifest.json").exists()
    tokenizer = load_tokenizer(folder) if own else HuggingFaceTokenizer.from_base(folder / "tokenizer.json", rename)
    rows = max(config.vocab_size, tokenizer.vocab_size)
    with torch.device("meta"):
        model = HavocModel(config.model_copy(update={"vocab_size": rows}))
    assign_weights(model, _fused(folder, config.num_layers, rows), dtype, str(folder))
    return model, tokenizer


def _split(model: HavocModel) -> dict[str, Tensor]:
    attention = model.config.attention
    q, kv = attention.num_heads * attention.head_dim, attention.num_kv_heads * attention.head_dim
    sizes = {"attention.qkv": [q, kv, kv], "mlp.gate_up": [model.config.mlp.hidden_dim] * 2}
    state = model.state_dict()
    tensors = {"model.embed_tokens.weight": state["embedding.weight"]}
    for layer in range(model.config.num_layers):
        for ours, theirs in _PARTS.items():
            fused = state[f"blocks.{layer}.{ours}.weight"]
            for name, part in zip(theirs, fused.split(sizes.get(ours, [len(fused)])), strict=True):
                tensors[f"model.layers.{layer}.{name}.weight"] = part
    tensors["model.norm.weight"] = state["norm.weight"]
    return tensors


def _fused(folder: Path, layers: int, rows: int) -> Iterator[tuple[str, Tensor]]:
    """Our tensors, each as soon as all of its parts were read."""
    place = {
        f"model.layers.{layer}.{name}.weight": (f"blocks.{layer}.{ours}.weight", theirs, number)
        for layer in range(layers)
        for ours, theirs in _PARTS.items()
        for number, name in enumerate(theirs)
    }
    waiting: dict[str, dict[int, Tensor]] = {}
    for name, tensor in read_weights(folder):
        if name == "model.embed_tokens.weight":
            yield "embedding.weight", with_rows(tensor, rows)
        elif name == "model.norm.weight":
            yield "norm.weight", tensor
        elif name in place:
            ours, theirs, number = place[name]
            parts = waiting.setdefault(ours, {})
            parts[number] = tensor
            if len(parts) == len(theirs):
                ready = waiting.pop(ours)
                yield ours, torch.cat([ready[position] for position in range(len(theirs))])
        # Some tied models store their head a second time, and old ones a table of rotary frequencies; both follow anyway.
        elif name != "lm_head.weight" and not name.endswith("rotary_emb.inv_freq"):
            raise ModelError(f"{folder}: tensor {name} has no place in a HAVOC model; only plain Llama shapes are imported")


def with_rows(embedding: Tensor, rows: int) -> Tensor:
    """`embedding` with mean rows behind it: a new token then starts as likely as an average one (Hewitt 2021)."""
    if rows <= len(embedding):
        return embedding
    mean = embedding.float().mean(dim=0, keepdim=True).to(embedding.dtype)
    return torch.cat([embedding, mean.expand(rows - len(embedding), -1)])


def _description(config: HavocConfig, tokenizer: Tokenizer, dtype: str) -> dict[str, Any]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": tokenizer.special_id("<bos>"),
        "dtype": dtype,
        "eos_token_id": tokenizer.special_id("<eos>"),
        "head_dim": config.attention.head_dim,
        "hidden_act": "silu",
        "hidden_size": config.d_model,
        "initializer_range": config.initializer_range,
        "intermediate_size": config.mlp.hidden_dim,
        "max_position_embeddings": config.max_seq_len,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": config.attention.num_heads,
        "num_hidden_layers": config.num_layers,
        "num_key_value_heads": config.attention.num_kv_heads,
        "pad_token_id": tokenizer.special_id("<pad>"),
        "rms_norm_eps": config.layer_norm_eps,
        "rope_parameters": {"rope_theta": config.attention.rope_theta, "rope_type": "default"},
        "rope_theta": config.attention.rope_theta,
        "tie_word_embeddings": True,
        "torch_dtype": dtype,
        "vocab_size": config.vocab_size,
    }


def _config(described: Mapping[str, Any], path: Path) -> HavocConfig:
    """The shape that a Hugging Face config.json describes.

    Raises:
        ModelError: it describes something that a HAVOC model is not.
    """
    rope = described.get("rope_parameters") or described.get("rope_scaling") or {}
    required = {
        "model_type": (described.get("model_type"), "llama"),
        "tie_word_embeddings": (described.get("tie_word_embeddings", False), True),
        "hidden_act": (described.get("hidden_act", "silu"), "silu"),
        "attention_bias": (described.get("attention_bias", False), False),
        "mlp_bias": (described.get("mlp_bias", False), False),
        "rope_type": (rope.get("rope_type", rope.get("type", "default")), "default"),
    }
    for field, (found, wanted) in required.items():
        if found != wanted:
            raise ModelError(f"{path}: {field} is {found!r}, a HAVOC model needs {wanted!r}; choose a base that has it")
    try:
        heads, width = described["num_attention_heads"], described["hidden_size"]
        values = {
            "vocab_size": described["vocab_size"],
            "d_model": width,
            "num_layers": described["num_hidden_layers"],
            "max_seq_len": described["max_position_embeddings"],
            "attention": {
                "num_heads": heads,
                "num_kv_heads": described.get("num_key_value_heads") or heads,
                "head_dim": described.get("head_dim") or width // heads,
                "rope_theta": rope.get("rope_theta") or described.get("rope_theta", 10000.0),
            },
            "mlp": {"hidden_dim": described["intermediate_size"]},
            "layer_norm_eps": described["rms_norm_eps"],
            "initializer_range": described.get("initializer_range", 0.02),
        }
    except KeyError as error:
        raise ModelError(f"{path}: field {error} is missing; copy the file again from the base") from error
    return validate(HavocConfig, values, where=str(path))
