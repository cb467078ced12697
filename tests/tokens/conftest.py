"""Tokenizers of imported bases, made here: one byte-level (as GPT-2, Llama 3, Qwen), one with byte fallback (as Llama 2)."""

import json
import statistics
from pathlib import Path

import pytest
import tokenizers
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers, processors, trainers

from havoc.tokens import CHATML, CHATML_NAMES, HuggingFaceTokenizer

CHAT_TOKENS = ["<|im_start|>", "<|im_end|>"]


@pytest.fixture(scope="session")
def byte_level_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """tokenizer.json with everything that can spoil a text: normalisation, a prefix space, a template, added tokens."""
    base = tokenizers.Tokenizer(models.BPE())
    base.normalizer = normalizers.NFKC()
    base.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    base.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=500, initial_alphabet=alphabet, special_tokens=CHAT_TOKENS, show_progress=False)
    base.train([statistics.__file__], trainer)
    base.add_tokens([AddedToken("<tool_call>", special=False)])
    base.post_processor = processors.TemplateProcessing("<|im_start|> $A", special_tokens=[("<|im_start|>", 0)])
    path = tmp_path_factory.mktemp("byte-level") / "tokenizer.json"
    base.save(str(path))
    return path


@pytest.fixture(scope="session")
def byte_fallback_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """tokenizer.json in the form of Llama 2: spaces as U+2581, a prefix, and merges that can even spell "<s>"."""
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{value:02X}>" for value in range(256))]
    pieces += ["▁", "<", ">", "s", "t", "h", "e", "/", "<s", "th", "the", "▁the"]
    merges = ["< s", "<s >", "t h", "th e", "▁ the"]
    description = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": name,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": True,
                "special": True,
            }
            for number, name in enumerate(pieces[:3])
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Prepend", "prepend": "▁"},
                {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
            ],
        },
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": "<unk>",
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": True,
            "byte_fallback": True,
            "vocab": {piece: number for number, piece in enumerate(pieces)},
            "merges": merges,
        },
    }
    path = tmp_path_factory.mktemp("byte-fallback") / "tokenizer.json"
    path.write_text(json.dumps(description), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def byte_level_tokenizer(byte_level_base: Path) -> HuggingFaceTokenizer:
    return HuggingFaceTokenizer.from_base(byte_level_base.read_bytes(), rename=CHATML_NAMES)


@pytest.fixture(scope="session")
def chatml_tokenizer(byte_level_base: Path) -> HuggingFaceTokenizer:
    """The byte-level one, of a base that was trained on ChatML."""
    return HuggingFaceTokenizer.from_base(byte_level_base.read_bytes(), rename=CHATML_NAMES, chat_form=CHATML)


@pytest.fixture(scope="session")
def byte_fallback_tokenizer(byte_fallback_base: Path) -> HuggingFaceTokenizer:
    return HuggingFaceTokenizer.from_base(byte_fallback_base.read_bytes(), rename={"<s>": "<bos>", "</s>": "<eos>"})


KINDS = ["tiny_tokenizer", "byte_level_tokenizer", "byte_fallback_tokenizer"]


@pytest.fixture(params=KINDS)
def tokenizer(request: pytest.FixtureRequest):
    """Each kind of tokenizer in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=[*KINDS, "chatml_tokenizer"])
def any_tokenizer(request: pytest.FixtureRequest):
    """Each kind of tokenizer with HAVOC's chat form, and one with ChatML."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["tiny_tokenizer", "chatml_tokenizer"])
def form_tokenizer(request: pytest.FixtureRequest):
    """One tokenizer of each chat form."""
    return request.getfixturevalue(request.param)
