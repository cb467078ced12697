"""The recipe of phase 0: the tokenizer and the corpus."""

from pathlib import Path

from pydantic import Field

from havoc.config.base import Settings


class TokenizerConfig(Settings):
    """How SentencePiece is trained (spec.md, phase 0; errata 18 on normalisation)."""

    root: Path = Path()
    """Folder that relative paths start from. Absolute under `ray job submit`."""
    input_files: tuple[Path, ...] = Field(min_length=1)
    """Folders, files or globs of the corpus, in the formats of training sources."""
    output_dir: Path
    """Folder for tokenizer.model, tokenizer.vocab and the manifest."""
    vocab_size: int = Field(70000, gt=300)
    """Pieces, special tokens and the 256 byte pieces included."""
    character_coverage: float = Field(0.9995, gt=0, le=1)
    """Share of the corpus's characters that get pieces of their own; the rest is spelled in bytes."""
    max_sentence_length: int = Field(4096, gt=0)
    """Longest line, in bytes, that training looks at."""
    sample_mib: float = Field(1024.0, gt=0)
    """Text that training looks at; a larger corpus is sampled by Ray Data, evenly over its files."""
    num_threads: int = Field(2, gt=0)
    """Threads of the trainer."""
    seed: int = Field(0, ge=0)
    """Seed of the sample."""


class CorpusConfig(Settings):
    """How a corpus is gathered, cleaned, deduplicated and split."""

    root: Path = Path()
    """Folder that relative paths start from. Absolute under `ray job submit`."""
    output_dir: Path
    """Folder for train/SOURCE/*.jsonl, validation/SOURCE/*.jsonl and report.json."""
    inputs: dict[str, tuple[Path, ...]] = Field(default_factory=dict)
    """Own text: source name to folders, files or globs. Empty: the documentation of the installed packages."""
    validation_fraction: float = Field(0.02, gt=0, lt=0.5)
    """Share of the documents that is held out."""
    min_characters: int = Field(200, ge=0)
    """Shorter documents are left out."""
    near_duplicate_similarity: float = Field(0.8, gt=0, le=1)
    """Estimated Jaccard similarity of word 5-grams from which on the later of two documents is left out."""
    max_mib_per_source: float = Field(1024.0, gt=0)
    """Text kept per source; what is beyond it is left out, documents in the order of a seeded hash."""
    seed: int = Field(0, ge=0)
    """Seed of the split."""
