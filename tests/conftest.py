"""Fixtures that several rooms use."""

import json
import statistics
from pathlib import Path

import hypothesis
import pytest

from havoc.tokens import SentencePieceTokenizer, train_sentencepiece

# The same cases on every machine, and no test fails for being slow on a busy one.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def tiny_tokenizer() -> SentencePieceTokenizer:
    """600 pieces, from source text of the standard library. The pieces differ between versions of Python."""
    modules = [Path(statistics.__file__), *sorted(Path(json.__file__).parent.glob("*.py"))]
    return train_sentencepiece([module.read_text(encoding="utf-8") for module in modules], vocab_size=600)


@pytest.fixture(scope="session")
def tiny_tokenizer_folder(tiny_tokenizer: SentencePieceTokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that `load_tokenizer` reads `tiny_tokenizer` from. Not to be written to."""
    folder = tmp_path_factory.mktemp("tiny-tokenizer")
    tiny_tokenizer.save(folder)
    return folder
