"""Decoding on a GPU as recorded graphs: the kernels of a whole step are launched by one call."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from havoc.engine.batch import Batch, Group

MOST_SEQUENCES = 64
"""Sequences up to which launching kernels one by one takes longer than running them."""

Forward = Callable[[Batch], Tensor]


@dataclass(frozen=True)
class _Recorded:
    """Tensors that keep their places, and what computes `logits` from them."""

    batch: Batch
    logits: Tensor
    replay: Callable[[], object]


class StaticDecode:
    """Runs batches of one token per sequence in shapes rounded up to powers of two, each recorded when first met.

    Rows beyond the batch's own write to a scratch block and are thrown away. On the CPU nothing is recorded: the same padded
    batch is computed anew, which is how the padding is tested.
    """

    def __init__(self, forward: Forward, block_size: int, filler: int, scratch: int, device: torch.device) -> None:
        """Nothing is recorded yet.

        Args:
            forward: a batch's logits.
            block_size: tokens of a block.
            filler: the block that fills up block tables.
            scratch: a block that nobody reads.
            device: where the batches are.
        """
        self._forward = forward
        self._block_size, self._filler, self._scratch = block_size, filler, scratch
        self._device = device
        self._recorded: dict[tuple[int, int], _Recorded] = {}
        self._pool = torch.cuda.graph_pool_handle() if device.type == "cuda" else None

    @staticmethod
    def fits(batch: Batch) -> bool:
        """Whether `batch` is one token of each of a few sequences."""
        few = len(batch.groups) == 1 and batch.groups[0].length == 1 and batch.groups[0].sequences <= MOST_SEQUENCES
        return few and batch.noise is None

    def run(self, batch: Batch) -> Tensor:
        """The logits of a batch that fits, [sequences, vocab_size]. They hold until the next call."""
        group = batch.groups[0]
        count, width = group.blocks.shape
        key = (_rounded(count), _rounded(width))
        recorded = self._recorded.get(key)
        if recorded is None:
            recorded = self._recorded[key] = self._record(*key)
        static, static_group = recorded.batch, recorded.batch.groups[0]
        static.slots.fill_(self._scratch * self._block_size)
        static_group.blocks.fill_(self._filler)
        static.ids[:count], static.positions[:count], static.slots[:count] = batch.ids, batch.positions, batch.slots
        static_group.blocks[:count, :width] = group.blocks
        if static_group.visible is not None:
            places = torch.arange(static_group.visible.shape[2], device=self._device)
            static_group.visible.copy_((places <= static.positions[:, None])[:, None])
        recorded.replay()
        return recorded.logits[:count]

    def _record(self, count: int, width: int) -> _Recorded:
        def zeros(*shape: int) -> Tensor:
            return torch.zeros(shape, dtype=torch.int64, device=self._device)

        visible = torch.ones(count, 1, width * self._block_size, dtype=torch.bool, device=self._device)
        group = Group(0, count, 1, zeros(count, width) + self._filler, visible, width * self._block_size, None)
        slots = zeros(count) + self._scratch * self._block_size
        wanted = torch.arange(count, device=self._device)
        batch = Batch(zeros(count), zeros(count), slots, wanted, [group], None)
        if self._device.type != "cuda":
            logits = self._forward(batch)
            return _Recorded(batch, logits, lambda: logits.copy_(self._forward(batch)))
        # One run on a side stream first, as torch asks: libraries allocate their work space then, and not inside the graph.
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            self._forward(batch)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool):
            logits = self._forward(batch)
        return _Recorded(batch, logits, graph.replay)


def _rounded(number: int) -> int:
    """The smallest power of two that is at least `number`."""
    return 1 << (number - 1).bit_length()
