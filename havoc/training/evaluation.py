"""Loss on held-out rows: the same rows every time, shared among the ranks."""

from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray

from havoc.data import MixturePlan, RowStore
from havoc.model import IGNORED
from havoc.training.batch import MicroBatch, collate


class HeldOut:
    """Fixed evaluation rows, drawn once by the mixture plan of the validation store."""

    def __init__(self, store: RowStore, weights: list[float], samples: int, batch_size: int, seed: int) -> None:
        rows = min(samples, sum(source.rows for source in store.sources))
        source, row = MixturePlan.of(store, weights, seed).lookup(np.arange(rows, dtype=np.int64))
        self._batches = self._share(store, source, row, batch_size)

    @staticmethod
    def _share(store: RowStore, source: NDArray[np.int64], row: NDArray[np.int64], batch_size: int) -> list[MicroBatch]:
        """This rank's micro-batches. Every rank gets as many (ZeRO-3 gathers in step); rows past the end are mute."""
        world, rank = dist.get_world_size(), dist.get_rank()
        passes = -(-len(row) // (batch_size * world))
        batches = []
        for number in range(passes):
            first = (number * world + rank) * batch_size
            wanted = np.arange(first, first + batch_size)
            inside = np.minimum(wanted, len(row) - 1)
            batch = collate(store.gather(source[inside], row[inside]))
            mute = np.repeat(wanted >= len(row), len(batch.labels) // batch_size)
            batch.labels[torch.from_numpy(mute)] = IGNORED
            batches.append(batch)
        return batches

    def loss(self, engine: Any, device: torch.device) -> float:
        """Mean cross-entropy over the trained tokens of all rows, in nats per token. Called on every rank."""
        engine.eval()
        sums = torch.zeros(2, dtype=torch.float64)
        with torch.no_grad():
            for batch in self._batches:
                total = batch.to(device).loss_sum(engine)
                sums += torch.tensor([total.item(), batch.trained_tokens], dtype=torch.float64)
        engine.train()
        sums = sums.to(device)
        dist.all_reduce(sums)
        return float(sums[0] / sums[1].clamp(min=1))
