"""The folder that holds a tokenizer: its model file, and a manifest with the kind and the hash of that file."""

import hashlib
import json
import os
from pathlib import Path

from havoc.tokens.errors import TokensError

MANIFEST = "tokenizer_manifest.json"
MODEL_FILES = {"sentencepiece": "tokenizer.model", "huggingface": "tokenizer.json"}
"""Kind of tokenizer -> name of its model file."""


def fingerprint_of(model: bytes) -> str:
    """SHA-256 of a model file, as hexadecimal digits."""
    return hashlib.sha256(model).hexdigest()


def write_folder(folder: Path, kind: str, model: bytes) -> None:
    """Write model file and manifest into `folder`, which is created where it is missing.

    Each file appears whole, and the manifest last: a folder whose writing was interrupted has no manifest that fits its
    model, and `read_folder` refuses it.
    """
    manifest = {"kind": kind, "file": MODEL_FILES[kind], "sha256": fingerprint_of(model)}
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / MODEL_FILES[kind], model)
    replace_file(folder / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())


def read_folder(folder: Path) -> tuple[str, bytes]:
    """Kind and model file of the tokenizer in `folder`.

    Raises:
        TokensError: a file is missing or unreadable, the kind is unknown, or the model is not the one of the manifest.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(_read(path))
    except ValueError as error:
        raise TokensError(f"{path}: not valid JSON ({error}); write the tokenizer again") from error
    if not isinstance(manifest, dict) or not {"kind", "sha256"} <= manifest.keys():
        raise TokensError(f"{path}: the fields kind and sha256 are required; write the tokenizer again")
    kind = manifest["kind"]
    if kind not in MODEL_FILES:
        raise TokensError(f"{path}: kind is {kind!r}; this version reads {', '.join(MODEL_FILES)}")
    model = _read(folder / MODEL_FILES[kind])
    if fingerprint_of(model) != manifest["sha256"]:
        raise TokensError(
            f"{folder / MODEL_FILES[kind]}: sha256 is {fingerprint_of(model)}, but {MANIFEST} says {manifest['sha256']}; "
            "one of the two files was replaced: copy both from the same tokenizer"
        )
    return kind, model


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TokensError(
            f"{path}: {error.strerror}; name a folder that jobs.phase0_tokenizer or a checkpoint wrote"
        ) from error
