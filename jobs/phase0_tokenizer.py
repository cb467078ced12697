"""Phase 0: train the tokenizer on a corpus, or on a sample that Ray Data takes evenly from a larger one.

python -m jobs.phase0_tokenizer --config FILE [field=value ...]
"""

import functools
import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import ray.data

from havoc.config import TokenizerConfig
from havoc.data import keep_order
from havoc.data.sources import list_files, read_texts
from havoc.errors import HavocError
from havoc.tokens import SentencePieceTokenizer, split_lines, train_sentencepiece
from jobs.command import run_job

MEASURED_BYTES = 16 * 2**20
"""Text of the sample that the compression is measured on."""


class CorpusError(HavocError):
    """A file of the corpus cannot be read."""


def main(config: TokenizerConfig) -> None:
    """Sample, train, write, report."""
    started = time.perf_counter()
    texts = read_sample(config)
    sampled = time.perf_counter()
    tokenizer = train_sentencepiece(
        texts,
        vocab_size=config.vocab_size,
        character_coverage=config.character_coverage,
        max_sentence_length=config.max_sentence_length,
        num_threads=config.num_threads,
    )
    trained = time.perf_counter()
    folder = (config.root / config.output_dir).expanduser().absolute()
    tokenizer.save(folder)
    mib = sum(map(_size, texts)) / 2**20
    print(f"sample: {mib:.1f} MiB in {len(texts)} texts, read in {sampled - started:.1f} s")
    print(f"tokenizer: {tokenizer.vocab_size} pieces, trained in {trained - sampled:.1f} s")
    print(f"{bytes_per_token(tokenizer, texts, config.num_threads):.2f} bytes per token on the sample")
    print(f"done: {folder}")


def read_sample(config: TokenizerConfig) -> list[str]:
    """The whole corpus where it has at most `sample_mib`, else about that much of it, every line with the same chance."""
    limit = int(config.sample_mib * 2**20)
    texts: list[str] = []
    size = 0
    for text in read_texts(config.input_files, config.root):
        texts.append(text)
        size += _size(text)
        if size > limit:
            return _sample_lines(config, limit)
    return texts


def bytes_per_token(tokenizer: SentencePieceTokenizer, texts: list[str], num_threads: int) -> float:
    """Mean UTF-8 bytes per id over the first texts that make up MEASURED_BYTES."""
    measured: list[str] = []
    size = 0
    for text in texts:
        measured.append(text)
        size += _size(text)
        if size >= MEASURED_BYTES:
            break
    return size / sum(map(len, tokenizer.encode_batch(measured, num_threads)))


def _sample_lines(config: TokenizerConfig, limit: int) -> list[str]:
    """Two passes over the files, one task per file: how much text there is, then each line with the chance limit / total."""
    keep_order()  # the order of the texts decides which of two equally frequent pairs is merged first
    files = [{"file": str(file.absolute())} for path in config.input_files for file in list_files(path, config.root)]
    dataset = ray.data.from_items(files, override_num_blocks=len(files))
    total = 0
    for measured in dataset.map(measure_file).iter_rows():
        if measured["error"]:
            raise CorpusError(measured["error"])
        total += measured["bytes"]
    print(f"corpus: {total / 2**20:.1f} MiB in {len(files)} files, sampling {limit / 2**20:.1f} MiB", flush=True)
    sample = functools.partial(sample_file, chance=limit / total, seed=config.seed, root=config.root)
    return [row["text"] for row in dataset.flat_map(sample).iter_rows()]


def measure_file(row: dict[str, Any]) -> dict[str, Any]:
    """Bytes of text in one file; not its size on disk, for it may be compressed or hold other fields."""
    try:
        return {"bytes": sum(map(_size, read_texts([Path(row["file"])], Path()))), "error": ""}
    except HavocError as error:
        # Raised here it would reach the driver as Ray Data's UserCodeException, without the message.
        return {"bytes": 0, "error": str(error)}


def sample_file(row: dict[str, Any], chance: float, seed: int, root: Path) -> Iterator[dict[str, Any]]:
    """The texts of one file with each line kept at `chance`; a function of the seed and of the file's path below `root`."""
    name = os.path.relpath(row["file"], root.expanduser().absolute())
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    for text in read_texts([Path(row["file"])], Path()):
        lines = split_lines(text)
        kept = random.random(len(lines)) < chance
        if kept.any():
            yield {"text": "".join(line for line, keep in zip(lines, kept, strict=True) if keep)}


def _size(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


if __name__ == "__main__":
    run_job(main, TokenizerConfig, __doc__)
