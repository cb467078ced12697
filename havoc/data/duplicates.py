"""Duplicates among documents: the same words exactly, or nearly the same by MinHash over word 5-grams."""

import hashlib
import zlib
from collections.abc import Iterable

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

PERMUTATIONS = 128
"""Values of a signature. The standard error of a similarity s is sqrt(s (1 - s) / 128): 0.035 at 0.8."""
GRAM_WORDS = 5
MISSED = 0.01
"""Share of the pairs right at the asked similarity that may go unnoticed."""
_SEED = 1
_SCHEME = "affine32"
_CHUNK = 2**16
"""Grams that are permuted at once: 32 MiB of intermediate values."""


def text_key(text: str) -> str:
    """Hash by which two texts are the same if they differ in white space alone: 32 hexadecimal digits."""
    return hashlib.blake2b(" ".join(text.split()).encode(), digest_size=16).hexdigest()


def signature(text: str) -> NDArray[np.uint32]:
    """MinHash values [PERMUTATIONS] of the set of word 5-grams of `text`; of all its words where they are fewer.

    The share of equal values in two signatures estimates the Jaccard similarity of the sets (Broder 1997, "On the
    resemblance and containment of documents").
    """
    sketch = MinHash(PERMUTATIONS, seed=_SEED, scheme=_SCHEME, hashfunc=int, permutations=_PERMUTATIONS)
    grams = _gram_hashes(text)
    for start in range(0, len(grams), _CHUNK):
        sketch.update_batch(grams[start : start + _CHUNK].tolist())
    return sketch.hashvalues


def keep_first_of_same(keys: Iterable[str]) -> list[bool]:
    """Of documents that have the same `text_key`, True for the first and False for the others."""
    seen: set[str] = set()
    return [key not in seen and not seen.add(key) for key in keys]  # type: ignore[func-returns-value]


def keep_first_of_similar(signatures: NDArray[np.uint32], similarity: float) -> list[bool]:
    """False for each document that is near to an earlier one that was kept, True for all others.

    Locality-sensitive hashing proposes pairs, the estimate over the whole signatures decides: a pair below `similarity`
    never counts, and of pairs right at it at most MISSED are not proposed.

    Args:
        signatures: [n, PERMUTATIONS], in the order that decides which of two is the earlier.
        similarity: estimated Jaccard similarity from which on two documents are near.
    """
    index = MinHashLSH(num_perm=PERMUTATIONS, params=_bands(similarity))
    kept: list[bool] = []
    for number, values in enumerate(signatures):
        sketch = MinHash(hashvalues=values, seed=_SEED, scheme=_SCHEME, permutations=_PERMUTATIONS)
        candidates = index.query(sketch)
        near = bool(candidates) and bool(((signatures[candidates] == values).mean(axis=1) >= similarity).any())
        if not near:
            index.insert(number, sketch, check_duplication=False)
        kept.append(not near)
    return kept


def _bands(similarity: float) -> tuple[int, int]:
    """(bands, values per band): the longest bands of which, at `similarity`, one is equal with a chance of 1 - MISSED.

    A band of r values is equal with the chance similarity^r, and long bands propose fewer pairs in vain.
    """
    for length in range(PERMUTATIONS // 2, 1, -1):
        bands = PERMUTATIONS // length
        if (1 - similarity**length) ** bands <= MISSED:
            return bands, length
    return PERMUTATIONS, 1


def _gram_hashes(text: str) -> NDArray[np.uint32]:
    """Distinct 32-bit hashes of the word 5-grams."""
    words = np.array([zlib.crc32(word.encode()) for word in text.split()], np.uint64)
    count = max(len(words) - GRAM_WORDS + 1, min(len(words), 1))
    hashes = np.zeros(count, np.uint64)
    for place in range(min(GRAM_WORDS, len(words))):
        # Knuth's 64-bit linear congruential step, so that the order of the words matters.
        hashes = (hashes ^ words[place : place + count]) * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return np.unique((hashes >> np.uint64(32)).astype(np.uint32))


_PERMUTATIONS = MinHash(PERMUTATIONS, seed=_SEED, scheme=_SCHEME).permutations
"""Drawn once; every sketch shares them."""
