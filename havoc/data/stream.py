"""The resumable feed: the rows of a mixture plan, in order, carried to each rank by Ray Data or read by the rank itself."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import ray.data
from numpy.typing import NDArray

from havoc.data.errors import DataError
from havoc.data.mixture import MixturePlan
from havoc.data.shards import RowStore

Rows = dict[str, NDArray[Any]]

MIN_BLOCK_ROWS = 64
"""A block costs Ray Data about 10 ms whatever its size."""
MAX_BLOCKS = 5_000
"""Planning a dataset of 10,000 blocks takes 9 s, of 50,000 takes 50 s."""


def step_rows(step: int, rank: int, world: int, rows_per_step: int) -> NDArray[np.int64]:
    """Global sample indices of `rank` in `step`: a contiguous share, so that the step's samples do not depend on `world`."""
    share = rows_per_step // world
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
    share = rows_per_step // world
    steps = max(end_step - start_step, 1)
    steps_per_block = max(-(-MIN_BLOCK_ROWS // share), -(-steps * world // MAX_BLOCKS))
    blocks = -(-steps // steps_per_block) * world
    block_rows = steps_per_block * share

    def rows_of(batch: dict[str, NDArray[np.int64]]) -> Rows:
        store, plan = _opened(folder, tuple(weights), seed)
        block, inside = np.divmod(batch["id"], block_rows)
        rank, turn = block % world, block // world
        step = start_step + turn * steps_per_block + inside // share
        return _gather(store, plan, step * rows_per_step + rank * share + inside % share)

    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    return ray.data.range(blocks * block_rows, override_num_blocks=blocks).map_batches(rows_of, batch_size=None)


def batches(
    iterator: ray.data.DataIterator, start_step: int, end_step: int, rank: int, world: int, rows_per_step: int
) -> Iterator[Rows]:
    """The rank's rows of each step, from its split of `ray_dataset`.

    Raises:
        DataError: a row is not the one that the plan puts here, or the stream ends early. Nothing is trained on it.
    """
    step = start_step
    for rows in iterator.iter_batches(batch_size=rows_per_step // world, prefetch_batches=2):
        expected = step_rows(step, rank, world, rows_per_step)
        if not np.array_equal(rows["index"], expected):
            raise DataError(
                f"step {step}, rank {rank}: Ray Data delivered sample {rows['index'][0]} instead of {expected[0]}; "
                "start again, or set data.feed to local"
            )
        yield rows
        step += 1
        if step == end_step:
            return
    raise DataError(f"step {step}, rank {rank}: the stream of rows ended early; start again, or set data.feed to local")


def _gather(store: RowStore, plan: MixturePlan, index: NDArray[np.int64]) -> Rows:
    return {"index": index, **store.gather(*plan.lookup(index))}


_open: dict[tuple[Path, tuple[float, ...], int], tuple[RowStore, MixturePlan]] = {}


def _opened(folder: Path, weights: tuple[float, ...], seed: int) -> tuple[RowStore, MixturePlan]:
    """Store and plan, opened once per worker process."""
    key = (folder, weights, seed)
    if key not in _open:
        store = RowStore.open(folder)
        _open[key] = (store, MixturePlan.of(store, weights, seed))
    return _open[key]
