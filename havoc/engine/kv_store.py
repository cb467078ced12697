"""Memory for the keys and values of all sequences."""

import math

import numpy as np
import torch
from torch import Tensor

from havoc.config import HavocConfig


class KVStore:
    """Keys and values of `num_blocks` blocks of `block_size` tokens, for every layer.

    A slot is the place of one token: block number times block size plus place in the block. Keys and values lie side by
    side, so that a token is written and a block is read in one piece.
    """

    def __init__(
        self, config: HavocConfig, num_blocks: int, block_size: int, device: torch.device, dtype: torch.dtype
    ) -> None:
        self.block_size = block_size
        width = 2 * config.attention.num_kv_heads
        # Two more: block tables of unequal length are filled up with the first, which stays zero; rows that pad a batch
        # write to the second.
        shape = (config.num_layers, num_blocks + 2, block_size, width, config.attention.head_dim)
        self.blocks = _zeros(shape, device, dtype)
        """[layers, num_blocks + 2, block_size, 2 kv_heads, D], key heads first."""
        self.slots = self.blocks.flatten(1, 2).unbind()
        """Per layer [(num_blocks + 2) * block_size, 2 kv_heads, D], the same memory."""

    def copy_block(self, source: int, target: int) -> None:
        """Copy one block of every layer."""
        self.blocks[:, target] = self.blocks[:, source]

    def clear_block(self, block: int) -> None:
        """Zero one block of every layer: a weight of 0 does not keep a NaN in an unused place from spreading."""
        self.blocks[:, block] = 0

    def not_finite(self, blocks: list[int]) -> list[int]:
        """Those of `blocks` that hold a number that is not finite."""
        return [block for block in blocks if not self.blocks[:, block].isfinite().all()]


def _zeros(shape: tuple[int, ...], device: torch.device, dtype: torch.dtype) -> Tensor:
    if device.type != "cpu":
        return torch.zeros(shape, device=device, dtype=dtype)
    # torch writes its zeros; the system's own take up no memory until something else is written there.
    return torch.from_numpy(np.zeros(math.prod(shape) * dtype.itemsize, dtype=np.uint8)).view(dtype).view(shape)


def bytes_per_block(config: HavocConfig, block_size: int, dtype: torch.dtype) -> int:
    """Memory of one block over all layers."""
    attention = config.attention
    return config.num_layers * block_size * 2 * attention.num_kv_heads * attention.head_dim * dtype.itemsize
