"""Which row is the n-th sample of a run: a pure function, so that a run can resume, be resized and be checked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from havoc.data.errors import DataError
from havoc.data.shards import RowStore

PERIOD = 10_000
"""Samples after which the schedule of sources repeats: weights are met to 1e-4."""
FEISTEL_ROUNDS = 6


class MixturePlan:
    """Maps a global sample index to (source, row).

    The source follows a schedule that keeps every source as near to its share as whole rows allow (largest deficit first);
    the row is the next one of a permutation of that source's rows, a new one in each epoch. Nothing is stored per sample.

    Args:
        rows: rows of each source.
        weights: wanted share of the tokens, relative.
        tokens: tokens of each source, padding left out. Shares are of tokens, so a source with half-empty rows gets more.
        seed: seed of the permutations.

    Raises:
        DataError: a source has no rows, or the weights are not positive numbers, or one is so small that none of its source
            would be seen.
    """

    def __init__(self, rows: Sequence[int], weights: Sequence[float], tokens: Sequence[int], seed: int) -> None:
        if not len(rows) == len(weights) == len(tokens) or not rows:
            raise DataError("data.sources: as many weights as sources are needed, and at least one of each")
        if min(rows) < 1 or min(tokens) < 1:
            raise DataError(f"data.sources: source number {int(np.argmin(rows))} has no rows; add text to it or remove it")
        if not all(np.isfinite(weight) and weight > 0 for weight in weights):
            raise DataError(f"data.sources: weights must be above 0, they are {list(weights)}")
        self._rows, self._seed = tuple(rows), seed
        share = np.array(weights) * np.array(rows) / np.array(tokens)
        self._schedule = _schedule(share / share.sum())
        unseen = np.flatnonzero(self._schedule[2] == 0)
        if len(unseen):
            raise DataError(
                f"data.sources: source number {unseen[0]} would get less than one row in {PERIOD}, and none at all; "
                "raise its weight or remove it"
            )

    @classmethod
    def of(cls, store: RowStore, weights: Sequence[float], seed: int) -> "MixturePlan":
        """The plan over the sources of `store`, in its order."""
        return cls([source.rows for source in store.sources], weights, [source.tokens for source in store.sources], seed)

    def lookup(self, index: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Source and row of each sample. int64 [n] -> int64 [n], int64 [n]; any order, repeats allowed."""
        slots, ranks, counts = self._schedule
        period, slot = np.divmod(np.asarray(index, np.int64), PERIOD)
        source = slots[slot]
        taken = period * counts[source] + ranks[slot]
        row = np.empty_like(taken)
        for number, rows in enumerate(self._rows):
            mine = np.flatnonzero(source == number)
            epochs, position = np.divmod(taken[mine], rows)
            for epoch in np.unique(epochs):
                chosen = epochs == epoch
                row[mine[chosen]] = permute(position[chosen], rows, (self._seed, number, int(epoch)))
        return source, row


def _schedule(shares: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Source of each slot of a period, how often that source came before in it, and each source's slots in a period."""
    slots = np.empty(PERIOD, np.int64)
    ranks = np.empty(PERIOD, np.int64)
    seen = np.zeros(len(shares), np.int64)
    for slot in range(PERIOD):
        source = int(np.argmax((slot + 1) * shares - seen))
        slots[slot], ranks[slot] = source, seen[source]
        seen[source] += 1
    return slots, ranks, seen


def permute(position: NDArray[np.int64], size: int, key: tuple[int, ...]) -> NDArray[np.int64]:
    """A permutation of 0..size-1 chosen by `key`, at `position`: int64 [n] -> int64 [n].

    A Feistel network on the next power of four, walked until the value falls inside (Black & Rogaway 2002): a bijection
    with random access and without a table.
    """
    half_bits = max(1, ((size - 1).bit_length() + 1) // 2)
    shift, mask = np.uint64(half_bits), np.uint64((1 << half_bits) - 1)
    round_keys = np.random.SeedSequence(key).generate_state(FEISTEL_ROUNDS, np.uint64)

    def encrypt(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
        left, right = value >> shift, value & mask
        for round_key in round_keys:
            left, right = right, left ^ (_mix(right + round_key) & mask)
        return (left << shift) | right

    with np.errstate(over="ignore"):
        value = encrypt(np.asarray(position, np.uint64))
        while (outside := value >= size).any():
            value[outside] = encrypt(value[outside])
    return value.astype(np.int64)


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele et al. 2014): every input bit reaches every output bit."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
