"""A checkpoint directory: weights, shape, tokenizer, recipe, and a manifest that says what belongs together."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from havoc.config import HavocConfig, validate
from havoc.model.backends import Backend
from havoc.model.errors import ModelError
from havoc.model.transformer import HavocModel
from havoc.model.weights import read_json, read_weights, write_weights
from havoc.tokens import Tokenizer, load_tokenizer

CONFIG = "config.json"
RECIPE = "recipe.yaml"
TOKENIZER = "tokenizer"
MANIFEST = "manifest.json"
HASHED_BYTES = 64 * 1024**2
"""Files up to this size are hashed in the manifest; of larger ones it holds the size, which finds an interrupted copy."""


def save_pretrained(model: HavocModel, folder: Path, tokenizer: Tokenizer, recipe_yaml: str | None = None) -> None:
    """Write `model` and all that belongs to it as `folder`, replacing an older checkpoint of that name.

    The folder appears complete or not at all: it is written beside its place, flushed to disk and renamed.

    Args:
        model: the weights; a tied head is stored once.
        folder: model.safetensors (shards beyond 5 GB), config.json, tokenizer/, recipe.yaml, manifest.json.
        tokenizer: the one that the model was trained with.
        recipe_yaml: the recipe that made it.

    Raises:
        ModelError: the tokenizer has more ids than the model has embeddings.
    """
    _check_vocabulary(tokenizer, model.config, str(folder))
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    write_weights(model.state_dict(), partial)
    (partial / CONFIG).write_text(model.config.model_dump_json(indent=2) + "\n", encoding="utf-8")
    tokenizer.save(partial / TOKENIZER)
    if recipe_yaml is not None:
        (partial / RECIPE).write_text(recipe_yaml, encoding="utf-8")
    files = sorted(path for path in partial.rglob("*") if path.is_file())
    manifest = {
        "parameters": model.config.num_parameters,
        "tokenizer": tokenizer.fingerprint,
        "files": {path.relative_to(partial).as_posix(): _entry(path) for path in files},
    }
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in (*partial.rglob("*"), partial):
        _flush(path)
    _put_in_place(partial, folder)


def from_pretrained(
    folder: Path,
    *,
    dtype: torch.dtype | None = None,
    attention_backend: Backend = "auto",
    checkpoint_every_n_layers: int = 0,
    loss_chunk_tokens: int = 0,
) -> tuple[HavocModel, Tokenizer]:
    """The model and the tokenizer that `save_pretrained` wrote, on the CPU.

    Args:
        folder: the checkpoint directory.
        dtype: of the weights; as stored where it is left out.
        attention_backend: as for HavocModel.
        checkpoint_every_n_layers: as for HavocModel.
        loss_chunk_tokens: as for HavocModel.

    Raises:
        ModelError: a file is missing, cut short or changed, or tokenizer, shape and weights do not belong together.
    """
    config, tokenizer = read_shape(folder)
    with torch.device("meta"):
        model = HavocModel(
            config,
            attention_backend=attention_backend,
            checkpoint_every_n_layers=checkpoint_every_n_layers,
            loss_chunk_tokens=loss_chunk_tokens,
        )
    assign_weights(model, read_weights(folder), dtype, str(folder))
    return model, tokenizer


def read_shape(folder: Path) -> tuple[HavocConfig, Tokenizer]:
    """Shape and tokenizer of a checkpoint, all that can be checked of it without reading its weights.

    Raises:
        ModelError: a file is missing, cut short or changed, or the tokenizer does not belong to the model.
    """
    manifest = read_json(folder / MANIFEST)
    _check_files(folder, manifest)
    config = validate(HavocConfig, read_json(folder / CONFIG), where=str(folder / CONFIG))
    tokenizer = load_tokenizer(folder / TOKENIZER)
    if tokenizer.fingerprint != manifest.get("tokenizer"):
        raise ModelError(
            f"{folder / TOKENIZER}: fingerprint {tokenizer.fingerprint[:12]} is not the model's "
            f"{str(manifest.get('tokenizer'))[:12]}; put back the tokenizer that the model was trained with"
        )
    _check_vocabulary(tokenizer, config, str(folder))
    return config, tokenizer


def assign_weights(model: HavocModel, tensors: Iterable[tuple[str, Tensor]], dtype: torch.dtype | None, where: str) -> None:
    """Put `tensors` in the place of the parameters of a model on the meta device, so that nothing is in memory twice.

    Raises:
        ModelError: a tensor is missing, unknown or of the wrong shape.
    """
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    state = {name: tensor if dtype is None else tensor.to(dtype) for name, tensor in tensors}
    for name in sorted(shapes.keys() | state.keys()):
        if name not in state or name not in shapes:
            kind = "is missing" if name in shapes else "has no place in a model of this shape"
            raise ModelError(f"{where}: tensor {name} {kind}; weights and {CONFIG} must come from the same model")
        if state[name].shape != shapes[name]:
            raise ModelError(
                f"{where}: tensor {name} is {list(state[name].shape)}, the model's is {list(shapes[name])}; "
                f"weights and {CONFIG} must come from the same model"
            )
    model.load_state_dict(state, assign=True)


def _check_vocabulary(tokenizer: Tokenizer, config: HavocConfig, where: str) -> None:
    if tokenizer.vocab_size > config.vocab_size:
        raise ModelError(
            f"{where}: the tokenizer has {tokenizer.vocab_size} ids, the model embeds {config.vocab_size}; "
            "use the tokenizer that the model was trained with"
        )


def _check_files(folder: Path, manifest: dict[str, Any]) -> None:
    for name, expected in manifest.get("files", {}).items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"{path}: missing, though {MANIFEST} lists it; copy the checkpoint again")
        size = path.stat().st_size
        if size != expected["bytes"]:
            raise ModelError(f"{path}: {size} bytes, {MANIFEST} says {expected['bytes']}; copy the checkpoint again")
        if "sha256" in expected and _sha256(path) != expected["sha256"]:
            raise ModelError(f"{path}: changed since the checkpoint was written ({MANIFEST}, sha256); copy it again")


def _entry(path: Path) -> dict[str, Any]:
    size = path.stat().st_size
    return {"bytes": size, "sha256": _sha256(path)} if size <= HASHED_BYTES else {"bytes": size}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_in_place(partial: Path, folder: Path) -> None:
    """Rename `partial` to `folder`. An older checkpoint steps aside first: a directory cannot be replaced in one move."""
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.rename(aside)
    partial.rename(folder)
    _flush(folder.parent)
    if aside.exists():
        shutil.rmtree(aside)
