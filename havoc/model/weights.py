"""Named tensors on disk: safetensors files, in shards with an index where they are large (Hugging Face's layout)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from havoc.model.errors import ModelError

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
SHARD_BYTES = 5_000_000_000
"""A file holds no more than this, unless a single tensor does."""


def write_weights(tensors: Mapping[str, Tensor], folder: Path, shard_bytes: int = SHARD_BYTES) -> None:
    """Write `tensors` into `folder`: one file, or numbered shards and the index that says where each tensor is."""
    shards = _shards(tensors, shard_bytes)
    if len(shards) == 1:
        _save(tensors, list(tensors), folder / SINGLE)
        return
    weight_map: dict[str, str] = {}
    for number, names in enumerate(shards, start=1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        _save(tensors, names, folder / file)
        weight_map |= dict.fromkeys(names, file)
    total = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    (folder / INDEX).write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")


def read_weights(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """Every tensor of `folder` with its name, one in memory at a time unless the caller keeps them.

    Raises:
        ModelError: there are no weights, or a file is damaged.
    """
    for file in _files(folder):
        try:
            with safe_open(file, framework="pt") as opened:
                names = list(opened.keys())
            for name in names:
                # Tensors lie where the file is mapped. With a mapping of its own each leaves memory when it is let go of.
                with safe_open(file, framework="pt") as opened:
                    yield name, opened.get_tensor(name)
        except FileNotFoundError as error:
            raise ModelError(f"{file}: missing; copy the whole folder again") from error
        except SafetensorError as error:
            raise ModelError(f"{file}: damaged or cut short ({error}); copy it again") from error


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`.

    Raises:
        ModelError: the file is missing or holds something else.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}; name the folder of a complete model") from error
    except ValueError as error:
        raise ModelError(f"{path}: not valid JSON ({error}); copy the file again") from error
    if not isinstance(values, dict):
        raise ModelError(f"{path}: a JSON object is expected, this is {type(values).__name__}; copy the file again")
    return values


def _files(folder: Path) -> list[Path]:
    if (folder / INDEX).exists():
        weight_map = read_json(folder / INDEX).get("weight_map", {})
        return [folder / name for name in sorted(set(weight_map.values()))]
    if not (folder / SINGLE).exists():
        raise ModelError(f"{folder}: neither {SINGLE} nor {INDEX} is there; name the folder of a complete model")
    return [folder / SINGLE]


def _shards(tensors: Mapping[str, Tensor], shard_bytes: int) -> list[list[str]]:
    shards: list[list[str]] = [[]]
    size = 0
    for name, tensor in tensors.items():
        if shards[-1] and size + tensor.nbytes > shard_bytes:
            shards.append([])
            size = 0
        shards[-1].append(name)
        size += tensor.nbytes
    return shards


def _save(tensors: Mapping[str, Tensor], names: list[str], file: Path) -> None:
    # Contiguous copies: safetensors refuses views into one storage, and the parts of a fused matrix are such views.
    part = {name: tensors[name].detach().to("cpu").contiguous() for name in names}
    save_file(part, file, metadata={"format": "pt"})
