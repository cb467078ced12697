"""The resumable feed: the rows of a mixture plan, in order, carried to each rank by Ray Data or read by the rank itself."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import ray.data
from numpy.typing import NDArray

from havoc.data.errors import DataError
from havoc.data.mixture import MixturePlan
from havoc.data.ordering import keep_order
from havoc.data.shards import RowStore

Rows = dict[str, NDArray[Any]]

MIN_BLOCK_ROWS = 64
"""A block costs Ray Data about 10 ms whatever its size."""
MAX_BLOCKS = 5_000
"""Planning a dataset of 10,000 blocks takes 9 s, of 50,000 takes 50 s: more only where MAX_BLOCK_BYTES asks for it."""
MAX_BLOCK_BYTES = 32 * 2**20
"""Ray Data splits a block beyond 128 MiB in two, and the ranks would no longer take turns."""
BYTES_PER_TOKEN = 7
"""ids int32, loss_mask uint8, document int16"""


def step_rows(step: int, rank: int, world: int, rows_per_step: int) -> NDArray[np.int64]:
    """Global sample indices of `rank` in `step`: a contiguous share, so that the step's samples do not depend on `world`."""
    share = _share(rows_per_step, world)
    first = step * rows_per_step + rank * share
    return np.arange(first, first + share, dtype=np.int64)


def local_batches(
    store: RowStore, plan: MixturePlan, start_step: int, end_step: int, rank: int, world: int, rows_per_step: int
) -> Iterator[Rows]:
    """The rank's rows of each step, read from the store."""
    for step in range(start_step, end_step):
        yield _gather(store, plan, step_rows(step, rank, world, rows_per_step))


def ray_dataset(
    folder: Path,
    weights: Sequence[float],
    seed: int,
    *,
    start_step: int,
    end_step: int,
    world: int,
    rows_per_step: int,
) -> ray.data.Dataset:
    """The same rows as a Ray dataset, for `streaming_split(world, equal=True)`, which hands block j to rank j % world.

    A block holds the rows of one rank for several consecutive steps. The last blocks run past `end_step`: the plan has no
    end, and equal blocks are what keeps the rotation strict.
    """
    store, weights = RowStore.open(folder), tuple(weights)
    MixturePlan.of(store, weights, seed)  # a mistake in the weights shows here, and not in a task
    share = _share(rows_per_step, world)
    steps = max(end_step - start_step, 1)
    steps_per_block = max(-(-MIN_BLOCK_ROWS // share), -(-steps * world // MAX_BLOCKS))
    steps_per_block = max(1, min(steps_per_block, MAX_BLOCK_BYTES // (share * store.length * BYTES_PER_TOKEN)))
    blocks = -(-steps // steps_per_block) * world
    block_rows = steps_per_block * share
    fingerprint = store.fingerprint

    def rows_of(batch: dict[str, NDArray[np.int64]]) -> Rows:
        block, inside = np.divmod(batch["id"], block_rows)
        rank, turn = block % world, block // world
        step = start_step + turn * steps_per_block + inside // share
        index = step * rows_per_step + rank * share + inside % share
        return _gather(*_opened(folder, fingerprint, weights, seed), index)

    keep_order()
    return ray.data.range(blocks * block_rows, override_num_blocks=blocks).map_batches(rows_of, batch_size=None)


def batches(
    iterator: ray.data.DataIterator, start_step: int, end_step: int, rank: int, world: int, rows_per_step: int
) -> Iterator[Rows]:
    """The rank's rows of each step, from its split of `ray_dataset`.

    Raises:
        DataError: a row is not the one that the plan puts here, or the stream ends early. Nothing is trained on it.
    """
    stream = iter(iterator.iter_batches(batch_size=rows_per_step // world, prefetch_batches=2))
    for step in range(start_step, end_step):
        rows = next(stream, None)
        if rows is None:
            raise DataError(
                f"step {step}, rank {rank}: the stream of rows ended early; start again, or set data.feed to local"
            )
        expected = step_rows(step, rank, world, rows_per_step)
        if not np.array_equal(rows["index"], expected):
            raise DataError(
                f"step {step}, rank {rank}: Ray Data delivered sample {rows['index'][0]} instead of {expected[0]}; "
                "start again, or set data.feed to local"
            )
        yield rows


def _share(rows_per_step: int, world: int) -> int:
    if rows_per_step % world:
        raise DataError(
            f"training.effective_batch_size ({rows_per_step}) must be a multiple of scaling.num_workers ({world}), "
            "or some rows would be trained by no rank; change one of them"
        )
    return rows_per_step // world


def _gather(store: RowStore, plan: MixturePlan, index: NDArray[np.int64]) -> Rows:
    return {"index": index, **store.gather(*plan.lookup(index))}


@lru_cache(maxsize=2)
def _opened(folder: Path, fingerprint: str, weights: tuple[float, ...], seed: int) -> tuple[RowStore, MixturePlan]:
    """Store and plan, opened once per worker process, which may live longer than the store: hence the fingerprint."""
    store = RowStore.open(folder)
    if store.fingerprint != fingerprint:
        raise DataError(f"{folder}: the rows were prepared again while they were read; start again")
    return store, MixturePlan.of(store, weights, seed)
