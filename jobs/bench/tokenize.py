"""How much of plain SentencePiece's speed is left once text is also read, checked, packed, written and hashed by Ray Data.

python -m jobs.bench.tokenize [--mib N] [--processes N] [--repeats N]

Both contenders work on the same Python source, the installed packages' own, with the same number of processes:
  plain    a multiprocessing pool whose processes hold all texts in memory, and call SentencePiece on them: nothing else
  prepare  havoc.data.prepare, from .jsonl files to a complete store
Ray and the pool are started before any clock. Rounds alternate; the first one, in which Ray's workers import what they need,
is printed and not counted.
"""

import argparse
import json
import multiprocessing
import statistics
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.pool import Pool
from pathlib import Path

import ray
import sentencepiece

from havoc.config import DataConfig, SourceConfig
from havoc.data import RowStore, prepare, read_texts
from havoc.tokens import train_sentencepiece
from havoc.tokens.text import SPACE_MARK

VOCAB_SIZE = 8_000
ROW_TOKENS = 2_048
SAMPLE_BYTES = 4 * 2**20
"""Text that the tokenizer is trained on."""
FILE_BYTES = 25 * 2**20
BATCH_CHARACTERS = 2**20
"""Text of one call of the plain encoder: the size that prepare uses too."""


def main() -> None:
    """Write the corpus, train the tokenizer, run the rounds, print the ratio."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.bench.tokenize", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mib", type=int, default=100, help="Python source to tokenise (%(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="of each contender (%(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="rounds that count (%(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), arguments.mib * 2**20, arguments.processes, arguments.repeats)


def run(folder: Path, size: int, processes: int, repeats: int) -> None:
    """The whole benchmark, with `folder` for what it writes."""
    corpus, tokenizer = folder / "corpus", folder / "tokenizer"
    texts = write_corpus(corpus, size)
    train_sentencepiece(texts[:: max(1, size // SAMPLE_BYTES)], vocab_size=VOCAB_SIZE, num_threads=processes).save(tokenizer)
    tasks = list(_batches(texts))
    characters = sum(map(len, texts))
    print(f"{characters / 2**20:.0f} M characters in {len(texts)} texts, {processes} processes each", flush=True)
    ray.init(num_cpus=processes, include_dashboard=False, object_store_memory=150_000_000, logging_level="warning")
    with multiprocessing.get_context("spawn").Pool(processes, _load, (corpus, tokenizer)) as pool:
        pool.map(_encode, [slice(0, 1)] * processes)
        ratios = []
        for number in range(repeats + 1):
            plain_tokens, plain_seconds = time_plain(pool, tasks)
            store, seconds = time_prepare(folder / f"rows-{number}", corpus, tokenizer)
            tokens = store.sources[0].tokens - 2 * store.sources[0].documents  # <bos> and <eos> of each
            if tokens != plain_tokens:
                raise SystemExit(f"the contenders made different numbers of tokens: {plain_tokens} and {tokens}")
            plain, ours = plain_tokens / plain_seconds / 1e6, tokens / seconds / 1e6
            note = "" if number else " (start-up, not counted)"
            print(f"plain {plain:.2f} Mtok/s, prepare {ours:.2f} Mtok/s, ratio {ours / plain:.0%}{note}", flush=True)
            ratios.append(ours / plain)
    print(f"median ratio of {repeats} rounds: {statistics.median(ratios[1:]):.0%}")


def write_corpus(folder: Path, size: int) -> list[str]:
    """About `size` bytes of source of the installed packages and the standard library, as .jsonl. Returns the texts."""
    folder.mkdir()
    paths = sysconfig.get_paths()
    modules = sorted({path for top in ("purelib", "stdlib") for path in Path(paths[top]).rglob("*.py")})
    texts: list[str] = []
    written = 0
    for module in modules:
        if written >= size:
            break
        content = module.read_bytes()
        try:
            text = content.decode()
        except UnicodeDecodeError:
            continue  # a few tests of packages are in other encodings on purpose
        if text and SPACE_MARK not in text:  # havoc keeps that character, plain SentencePiece takes it for a space
            with (folder / f"{written // FILE_BYTES:03d}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps({"text": text}) + "\n")
            texts.append(text)
            written += len(content)
    return texts


def time_plain(pool: Pool, tasks: list[slice]) -> tuple[int, float]:
    """Tokens and seconds of the plain encoder."""
    started = time.perf_counter()
    tokens = sum(pool.imap_unordered(_encode, tasks))
    return tokens, time.perf_counter() - started


def time_prepare(rows: Path, corpus: Path, tokenizer: Path) -> tuple[RowStore, float]:
    """The store and the seconds it took."""
    source = SourceConfig(path=corpus, weight=1.0)
    config = DataConfig(sources=(source,), shards=rows, max_seq_len=ROW_TOKENS)
    started = time.perf_counter()
    store = prepare(config.sources, rows, tokenizer, config, rows.parent)
    return store, time.perf_counter() - started


def _batches(texts: list[str]) -> Iterator[slice]:
    """Consecutive texts of about BATCH_CHARACTERS."""
    start = characters = 0
    for number, text in enumerate(texts, start=1):
        characters += len(text)
        if characters >= BATCH_CHARACTERS or number == len(texts):
            yield slice(start, number)
            start, characters = number, 0


_plain: tuple[list[str], sentencepiece.SentencePieceProcessor]
"""Of a process of the pool: all texts, and the encoder."""


def _load(corpus: Path, tokenizer: Path) -> None:
    global _plain
    _plain = list(read_texts([corpus], Path())), sentencepiece.SentencePieceProcessor(str(tokenizer / "tokenizer.model"))


def _encode(batch: slice) -> int:
    texts, processor = _plain
    return sum(map(len, processor.encode(texts[batch])))


if __name__ == "__main__":
    main()
