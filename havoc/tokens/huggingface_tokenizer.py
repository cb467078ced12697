"""A tokenizer of an imported base, through Hugging Face's `tokenizers`, with HAVOC's special tokens appended."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tokenizers

from havoc.tokens.chat_form import HAVOC, ChatForm
from havoc.tokens.errors import TokensError
from havoc.tokens.folder import fingerprint_of, write_folder
from havoc.tokens.special import SPECIAL_BY_NAME, SPECIAL_TOKENS
from havoc.tokens.text import SPACE_MARK, SPACE_MARK_BYTES, byte_of_piece, check_encodable, join_with

_NEVER_IN_UTF8 = {0xC0, 0xC1, *range(0xF5, 0x100)}
_PROBE_POINTS = (*range(0x800), *range(0x800, 0xD800, 0x800), 0xE000, *range(0xF000, 0x110000, 0xF000))
_PROBE = "".join(map(chr, _PROBE_POINTS))
"""A text in which every byte that UTF-8 uses occurs, and every ASCII character."""


class HuggingFaceTokenizer:
    """See `havoc.tokens.tokenizer.Tokenizer` for the methods.

    Text is encoded by a copy of the base's tokenizer that knows no added token, neither HAVOC's nor the base's own
    ("<|im_start|>"), so that text cannot spell one. The copy also leaves out whatever loses text: Unicode normalisation, and
    the space that some bases put in front.

    Args:
        model: content of a tokenizer.json that `from_base` made.
        chat_form: how conversations are laid out.

    Raises:
        TokensError: `model` is no byte-level or byte-fallback BPE, lacks special tokens, or loses text.
    """

    def __init__(self, model: bytes, chat_form: ChatForm = HAVOC) -> None:
        self._model = model
        self.chat_form = chat_form
        description = _parse(model)
        pieces = description["model"]["vocab"] | {token["content"]: token["id"] for token in description["added_tokens"]}
        missing = [token.name for token in SPECIAL_TOKENS if token.name not in pieces]
        if missing:
            raise TokensError(f"tokenizer.json: no token {missing[0]}; build the file with HuggingFaceTokenizer.from_base")
        self._special_ids = {token.name: pieces[token.name] for token in SPECIAL_TOKENS}
        self._special_names = {token_id: name for name, token_id in self._special_ids.items()}
        self.vocab_size: int = max(pieces.values()) + 1
        self.fingerprint = fingerprint_of(model, chat_form)

        plain = _without_added_tokens(description)
        self._plain = tokenizers.Tokenizer.from_str(json.dumps(plain))
        byte_level = _is_byte_level(description)
        self._bytes = [b""] * self.vocab_size
        for piece, token_id in plain["model"]["vocab"].items():
            self._bytes[token_id] = _byte_level_bytes(piece) if byte_level else _byte_fallback_bytes(piece)
        byte_ids = {content: token_id for token_id, content in enumerate(self._bytes) if len(content) == 1}
        # Only byte-fallback models write a space as U+2581; in a byte-level one that character is spelled like any other.
        self._space_mark_ids = None if byte_level else [byte_ids.get(bytes([value]), 0) for value in SPACE_MARK_BYTES]
        if b"".join(map(self.token_bytes, self.encode(_PROBE))) != _PROBE.encode():
            raise TokensError("tokenizer.json: this base's tokenizer does not give every text back; HAVOC cannot use it")

    @classmethod
    def from_base(
        cls, content: bytes, rename: Mapping[str, str] | None = None, chat_form: ChatForm = HAVOC
    ) -> "HuggingFaceTokenizer":
        """The tokenizer of a base with HAVOC's special tokens appended, or taken over from the base.

        Args:
            content: the base's tokenizer.json.
            rename: the base's name of a token -> HAVOC's, for tokens that the base has been trained with and that are to
                keep their ids, for example {"<|im_start|>": "<bos>", "<|im_end|>": "<eos>"}.
            chat_form: how conversations are laid out.

        Raises:
            TokensError: the tokenizer cannot be used, or a token of `rename` is not in it.
        """
        description = _parse(content)
        vocabulary, added = description["model"]["vocab"], description["added_tokens"]
        for old, new in (rename or {}).items():
            found = [token for token in added if token["content"] == old]
            if not found or new not in SPECIAL_BY_NAME or any(token["content"] == new for token in added):
                raise TokensError(
                    f"added token {old!r} cannot become {new!r}; `rename` leads from tokens of the base "
                    "to special tokens of HAVOC that the base does not have"
                )
            found[0]["content"] = new
            if old in vocabulary:
                vocabulary[new] = vocabulary.pop(old)
        present = {token["content"] for token in added}
        next_id = _next_id(description)
        for name in (token.name for token in SPECIAL_TOKENS if token.name not in present):
            if name not in vocabulary:
                next_id, token_id = next_id + 1, next_id
            else:
                token_id = vocabulary[name]
            flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            added.append({"id": token_id, "content": name, **flags})
        if _is_byte_level(description):
            # Bases leave out bytes that their training text lacked, and would drop them from a text without a word.
            for character in (spelled for spelled, value in _BYTE_OF_CHARACTER.items() if value not in _NEVER_IN_UTF8):
                if character not in vocabulary:
                    vocabulary[character], next_id = next_id, next_id + 1
        # The library wants added tokens in the order of their ids.
        added.sort(key=lambda token: token["id"])
        # It would refer to tokens by names that may just have changed, and HAVOC inserts every special token itself.
        description["post_processor"] = None
        return cls(json.dumps(description, ensure_ascii=False).encode(), chat_form)

    def __reduce__(self) -> tuple[type["HuggingFaceTokenizer"], tuple[bytes, ChatForm]]:
        return HuggingFaceTokenizer, (self._model, self.chat_form)

    def encode(self, text: str) -> list[int]:
        """Ids of plain text; never a special one."""
        check_encodable(text)
        if self._space_mark_ids is None:
            return self._encode_plain(text)
        return join_with(self._space_mark_ids, [self._encode_plain(part) for part in text.split(SPACE_MARK)])

    def encode_batch(self, texts: Sequence[str], num_threads: int = 1) -> list[list[int]]:
        """Ids of each text. The library has no number of threads per call, so this one runs on the caller's thread."""
        return [self.encode(text) for text in texts]

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes of a token; empty for special ids, the base's own among them."""
        return self._bytes[token_id]

    def special_id(self, name: str) -> int:
        """Id of a special token."""
        return self._special_ids[name]

    def special_name(self, token_id: int) -> str | None:
        """Name of a special token, None for every other id."""
        return self._special_names.get(token_id)

    def save(self, folder: Path) -> None:
        """Write tokenizer.json and its manifest."""
        write_folder(folder, "huggingface", self._model, self.chat_form)

    def _encode_plain(self, text: str) -> list[int]:
        ids: list[int] = self._plain.encode(text, add_special_tokens=False).ids
        return ids


def added_tokens(content: bytes) -> set[str]:
    """Names of the tokens that a tokenizer.json adds to its pieces, which its own library finds in any text."""
    return {token["content"] for token in _parse(content)["added_tokens"]}


def count_ids(content: bytes) -> int:
    """Number of ids of a tokenizer.json."""
    return _next_id(_parse(content))


def _next_id(description: Mapping[str, Any]) -> int:
    ids = [*description["model"]["vocab"].values(), *(token["id"] for token in description["added_tokens"])]
    return max(ids) + 1


def _parse(model: bytes) -> dict[str, Any]:
    """A tokenizer.json as plain values, once it is known to be a kind that this room handles."""
    try:
        description = json.loads(model)
    except ValueError as error:
        raise TokensError(f"tokenizer.json: not valid JSON ({error}); copy it again from the base") from error
    part = description.get("model") if isinstance(description, dict) else None
    kind = part.get("type") if isinstance(part, dict) else None
    if kind != "BPE" or not (_is_byte_level(description) or description["model"].get("byte_fallback")):
        raise TokensError(f"tokenizer.json: model type {kind!r}; byte-level BPE and BPE with byte fallback are supported")
    if not description["model"].keys() >= {"vocab", "merges"} or not isinstance(description.get("added_tokens"), list):
        raise TokensError("tokenizer.json: vocab, merges and added_tokens are required; copy it again from the base")
    return dict(description)


def _is_byte_level(description: Mapping[str, Any]) -> bool:
    return "ByteLevel" in json.dumps(description.get("decoder"))


def _without_added_tokens(description: Mapping[str, Any]) -> dict[str, Any]:
    """The tokenizer for plain text: added tokens are in no list, no vocabulary and no merge, and nothing loses text."""
    added = {token["content"] for token in description["added_tokens"]}
    model = dict(description["model"])
    model["vocab"] = {piece: token_id for piece, token_id in model["vocab"].items() if piece not in added}
    # Older files write a merge as "a b", newer ones as ["a", "b"].
    pairs = [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]
    model["merges"] = [pair for pair in pairs if model["vocab"].keys() >= {*pair, "".join(pair)}]
    if model.get("unk_token") not in model["vocab"]:
        model["unk_token"] = None
    if _is_byte_level(description):
        normalizer, pre_tokenizer = None, json.loads(json.dumps(description["pre_tokenizer"]))
        for step in [pre_tokenizer, *pre_tokenizer.get("pretokenizers", [])]:
            if "add_prefix_space" in step:
                step["add_prefix_space"] = False
    else:
        normalizer, pre_tokenizer = {"type": "Replace", "pattern": {"String": " "}, "content": SPACE_MARK}, None
    return {
        **description,
        "added_tokens": [],
        "model": model,
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": None,
        "truncation": None,
        "padding": None,
    }


def _byte_fallback_bytes(piece: str) -> bytes:
    if len(piece) == 6 and piece.startswith("<0x") and piece.endswith(">"):
        return byte_of_piece(piece)
    return piece.replace(SPACE_MARK, " ").encode()


def _byte_level_bytes(piece: str) -> bytes:
    # A base may reserve pieces outside this alphabet without listing them as added tokens; no text is encoded to those.
    values = [_BYTE_OF_CHARACTER.get(character, -1) for character in piece]
    return b"" if -1 in values else bytes(values)


def _byte_of_character() -> dict[str, int]:
    """GPT-2's spelling of bytes: printable Latin-1 characters stand for themselves, the others for U+0100 onwards."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [value for value in range(256) if value not in printable]
    return {chr(value): value for value in printable} | {chr(256 + n): value for n, value in enumerate(others)}


_BYTE_OF_CHARACTER = _byte_of_character()
