"""To and from Llama-shaped Hugging Face directories, which hold the fused matrices in parts."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from havoc.config import HavocConfig, validate
from havoc.model.base import Adopted, Imported, Speech, adopt, joined, with_rows
from havoc.model.checkpoint import CONFIG, assign_weights
from havoc.model.errors import ModelError
from havoc.model.transformer import HavocModel
from havoc.model.weights import read_json, read_weights, write_weights
from havoc.tokens import ChatForm, Tokenizer, TokensError, load_tokenizer

_PARTS = {
    "attention_norm": ("input_layernorm",),
    "attention.qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "attention.out": ("self_attn.o_proj",),
    "mlp_norm": ("post_attention_layernorm",),
    "mlp.gate_up": ("mlp.gate_proj", "mlp.up_proj"),
    "mlp.down": ("mlp.down_proj",),
}
"""Our matrix of a layer -> Hugging Face's, whose rows it holds in this order."""
_TABLES = {"model.embed_tokens.weight": ("embedding", "input_embedding"), "lm_head.weight": (None, "output_embedding")}
"""Hugging Face's table of all ids -> ours where the head is tied (which needs no second one), and where it is not."""
_MODEL_TYPES = ("llama", "mistral")
_MISTRAL_WINDOW = 4096
"""What transformers takes for `sliding_window` where a Mistral's config does not name it."""


def export_huggingface(model: HavocModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Write what transformers loads as a LlamaForCausalLM, with the tokenizer's own files beside it.

    Raises:
        ModelError: the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ModelError(f"{folder}: not empty; name a new folder for the export")
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(_split(model), folder)
    dtype = str(model.head.weight.dtype).removeprefix("torch.")
    description = _description(model.config, tokenizer, dtype)
    (folder / CONFIG).write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    tokenizer.save(folder)


def import_huggingface(folder: Path, *, dtype: torch.dtype | None = None, chat_form: ChatForm | None = None) -> Imported:
    """The model and the tokenizer of a directory of Llama shape: Llama, Mistral, SmolLM2.

    A directory that `export_huggingface` wrote brings its tokenizer. Any other must hold a tokenizer.json, which gets
    HAVOC's special tokens appended; their rows are the mean of the others.

    Args:
        folder: config.json and safetensors, in one file or in shards.
        dtype: of the weights; as stored where it is left out.
        chat_form: of conversations; where it is left out, ChatML if the base speaks it, else HAVOC's own.

    Raises:
        ModelError: the directory holds another architecture, or weights that do not fit its config.
        TokensError: its tokenizer cannot be used.
    """
    described = read_json(folder / CONFIG)
    config, notes = _config(described, folder / CONFIG)
    adopted = _tokenizer(folder, described, chat_form)
    rows = max(config.vocab_size, adopted.tokenizer.vocab_size)
    with torch.device("meta"):
        model = HavocModel(config.model_copy(update={"vocab_size": rows}))
    assign_weights(model, _fused(folder, config, adopted, rows), dtype, str(folder))
    return Imported(model, adopted.tokenizer, notes)


def _split(model: HavocModel) -> dict[str, Tensor]:
    attention = model.config.attention
    q, kv = attention.num_heads * attention.head_dim, attention.num_kv_heads * attention.head_dim
    sizes = {"attention.qkv": [q, kv, kv], "mlp.gate_up": [model.config.mlp.hidden_dim] * 2}
    state = model.state_dict()
    tied = model.config.tie_word_embeddings
    tensors = {theirs: state[f"{ours[not tied]}.weight"] for theirs, ours in _TABLES.items() if ours[not tied]}
    for layer in range(model.config.num_layers):
        for ours, theirs in _PARTS.items():
            fused = state[f"blocks.{layer}.{ours}.weight"]
            for name, part in zip(theirs, fused.split(sizes.get(ours, [len(fused)])), strict=True):
                tensors[f"model.layers.{layer}.{name}.weight"] = part
    tensors["model.norm.weight"] = state["norm.weight"]
    return tensors


def _fused(folder: Path, config: HavocConfig, adopted: Adopted, rows: int) -> Iterator[tuple[str, Tensor]]:
    """Our tensors, each as soon as all of its parts were read."""
    place = {
        f"model.layers.{layer}.{name}.weight": (f"blocks.{layer}.{ours}.weight", theirs, number)
        for layer in range(config.num_layers)
        for ours, theirs in _PARTS.items()
        for number, name in enumerate(theirs)
    }
    waiting: dict[str, dict[int, Tensor]] = {}
    for name, tensor in read_weights(folder):
        if name in _TABLES:
            table = _TABLES[name][not config.tie_word_embeddings]
            if table is not None:  # some tied models store their head a second time
                yield f"{table}.weight", with_rows(tensor, adopted, rows)
        elif name == "model.norm.weight":
            yield "norm.weight", tensor
        elif name in place:
            ours, theirs, number = place[name]
            parts = waiting.setdefault(ours, {})
            parts[number] = tensor
            if len(parts) == len(theirs):
                ready = waiting.pop(ours)
                yield ours, joined([ready[position] for position in range(len(theirs))], ours, str(folder))
        # Old models store a table of rotary frequencies, which follows from the base.
        elif not name.endswith("rotary_emb.inv_freq"):
            raise ModelError(f"{folder}: tensor {name} has no place in a HAVOC model; only plain Llama shapes are imported")


def _tokenizer(folder: Path, described: Mapping[str, Any], form: ChatForm | None) -> Adopted:
    if (folder / "tokenizer_manifest.json").exists():
        tokenizer = load_tokenizer(folder)
        if form is not None and form != tokenizer.chat_form:
            raise ModelError(f"{folder}: its tokenizer is HAVOC's and speaks {tokenizer.chat_form.name}; leave the form out")
        return Adopted(tokenizer, tokenizer.vocab_size)
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(f"{path}: no such file; a base's tokenizer is read from it, so save it there with transformers")
    content = path.read_bytes()
    try:
        return adopt(content, _speech(folder, described, content), form, str(folder))
    except TokensError as error:
        raise TokensError(f"{path}: {error}") from error


def _speech(folder: Path, described: Mapping[str, Any], content: bytes) -> Speech:
    """From tokenizer_config.json, or where that says nothing from the ids in config.json."""
    path = folder / "tokenizer_config.json"
    said = read_json(path) if path.is_file() else {}
    names = {token["id"]: token["content"] for token in json.loads(content).get("added_tokens", [])}

    def name(role: str) -> str | None:
        found = said.get(f"{role}_token")
        if found is None:
            ids = described.get(f"{role}_token_id")
            return names.get(ids[0] if isinstance(ids, list) and ids else ids)
        return found["content"] if isinstance(found, dict) else found

    jinja = folder / "chat_template.jinja"
    template = jinja.read_text(encoding="utf-8") if jinja.is_file() else said.get("chat_template")
    return Speech(name("bos"), name("eos"), template if isinstance(template, str) else json.dumps(template or ""))


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
        "tie_word_embeddings": config.tie_word_embeddings,
        "torch_dtype": dtype,
        "vocab_size": config.vocab_size,
    }


def _config(described: Mapping[str, Any], path: Path) -> tuple[HavocConfig, tuple[str, ...]]:
    """The shape that a Hugging Face config.json describes, and what of it is left out.

    Raises:
        ModelError: it describes something that a HAVOC model is not.
    """
    kind = described.get("model_type")
    if kind not in _MODEL_TYPES:
        why = ", whose queries, keys and values have biases" if kind == "qwen2" else ""
        raise ModelError(f"{path}: model_type is {kind!r}{why}; a base of type {' or '.join(_MODEL_TYPES)} is imported")
    rope = described.get("rope_parameters") or described.get("rope_scaling") or {}
    partial = rope.get("partial_rotary_factor") or described.get("partial_rotary_factor") or 1.0
    required = {
        "hidden_act": (described.get("hidden_act", "silu"), "silu"),
        "attention_bias": (described.get("attention_bias", False), False),
        "mlp_bias": (described.get("mlp_bias", False), False),
        "rope_type": (rope.get("rope_type", rope.get("type", "default")), "default"),
        "rope_interleaved": (described.get("rope_interleaved", False), False),
        "partial_rotary_factor": (partial, 1.0),
        "quantization_config": (described.get("quantization_config"), None),
    }
    for field, (found, wanted) in required.items():
        if found != wanted:
            raise ModelError(f"{path}: {field} is {found!r}, a HAVOC model needs {wanted!r}; choose a base that has it")
    try:
        heads, width = described["num_attention_heads"], described["hidden_size"]
        length = described["max_position_embeddings"]
        window = described.get("sliding_window", _MISTRAL_WINDOW if kind == "mistral" else None) or length
        values = {
            "vocab_size": described["vocab_size"],
            "d_model": width,
            "num_layers": described["num_hidden_layers"],
            "max_seq_len": min(length, window),
            "attention": {
                "num_heads": heads,
                "num_kv_heads": described.get("num_key_value_heads") or heads,
                "head_dim": described.get("head_dim") or width // heads,
                "rope_theta": rope.get("rope_theta") or described.get("rope_theta", 10000.0),
            },
            "mlp": {"hidden_dim": described["intermediate_size"]},
            "layer_norm_eps": described["rms_norm_eps"],
            "initializer_range": described.get("initializer_range", 0.02),
            "tie_word_embeddings": described.get("tie_word_embeddings", False),
        }
    except KeyError as error:
        raise ModelError(f"{path}: field {error} is missing; copy the file again from the base") from error
    except (TypeError, ZeroDivisionError) as error:
        raise ModelError(f"{path}: a size is no positive number ({error}); copy the file again from the base") from error
    capped = f"max_seq_len is {window}, not {length}: the base sees no further back, and a HAVOC model has no such window"
    return validate(HavocConfig, values, where=str(path)), (capped,) if window < length else ()
