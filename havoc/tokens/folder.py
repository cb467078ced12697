"""The folder that holds a tokenizer: its model file, and a manifest with kind, chat form and the hash of that file."""

import hashlib
import json
import os
from pathlib import Path

from havoc.tokens.chat_form import CHAT_FORMS, HAVOC, ChatForm
from havoc.tokens.errors import TokensError

MANIFEST = "tokenizer_manifest.json"
MODEL_FILES = {"sentencepiece": "tokenizer.model", "huggingface": "tokenizer.json"}
"""Kind of tokenizer -> name of its model file."""


def fingerprint_of(model: bytes, form: ChatForm) -> str:
    """SHA-256 of a model file and, unless it is HAVOC's own, of the chat form's name; as hexadecimal digits."""
    return _sha256(model if form == HAVOC else model + form.name.encode())


def write_folder(folder: Path, kind: str, model: bytes, form: ChatForm) -> None:
    """Write model file and manifest into `folder`, which is created where it is missing.

    Each file appears whole, and the manifest last: a folder whose writing was interrupted has no manifest that fits its
    model, and `read_folder` refuses it.
    """
    manifest = {"kind": kind, "file": MODEL_FILES[kind], "sha256": _sha256(model)}
    if form != HAVOC:  # left out, so that a folder of HAVOC's own is the same as before there were forms
        manifest["chat_form"] = form.name
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / MODEL_FILES[kind], model)
    replace_file(folder / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())


def read_folder(folder: Path) -> tuple[str, bytes, ChatForm]:
    """Kind, model file and chat form of the tokenizer in `folder`.

    Raises:
        TokensError: a file is missing or unreadable, kind or form is unknown, or the model is not the one of the manifest.
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
    form = manifest.get("chat_form", HAVOC.name)
    if form not in CHAT_FORMS:
        raise TokensError(f"{path}: chat_form is {form!r}; this version knows {', '.join(CHAT_FORMS)}")
    model = _read(folder / MODEL_FILES[kind])
    if _sha256(model) != manifest["sha256"]:
        raise TokensError(
            f"{folder / MODEL_FILES[kind]}: sha256 is {_sha256(model)}, but {MANIFEST} says {manifest['sha256']}; "
            "one of the two files was replaced: copy both from the same tokenizer"
        )
    return kind, model, CHAT_FORMS[form]


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TokensError(
            f"{path}: {error.strerror}; name a folder that jobs.phase0_tokenizer or a checkpoint wrote"
        ) from error
