"""Keys and values of one sequence, kept so that each new token costs one token's work."""

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from havoc.config import HavocConfig
from havoc.model.attention import Attend
from havoc.model.errors import ModelError


class KVCache:
    """Room for `capacity` tokens of one sequence: keys and values [layers, kv_heads, capacity, D]."""

    def __init__(self, config: HavocConfig, capacity: int, device: torch.device, dtype: torch.dtype) -> None:
        """Allocate the cache.

        Raises:
            ModelError: `capacity` exceeds the model's longest sequence.
        """
        if capacity > config.max_seq_len:
            raise ModelError(
                f"a sequence of {capacity} tokens exceeds model.max_seq_len ({config.max_seq_len}); "
                "shorten the prompt or ask for fewer new tokens"
            )
        shape = (config.num_layers, config.attention.num_kv_heads, capacity, config.attention.head_dim)
        self.keys = torch.empty(shape, device=device, dtype=dtype)
        self.values = torch.empty(shape, device=device, dtype=dtype)
        self.capacity = capacity
        self.length = 0

    def reserve(self, count: int) -> Tensor:
        """Make room for `count` more tokens and return their positions, int64 [count].

        Raises:
            ModelError: the cache is full.
        """
        if self.length + count > self.capacity:
            raise ModelError(f"the cache holds {self.capacity} tokens, {self.length + count} are needed; make a larger one")
        start, self.length = self.length, self.length + count
        return torch.arange(start, self.length, device=self.keys.device)

    def attend(self, layer: int) -> Attend:
        """What `layer` attends with: the tokens last reserved are stored, and see all before them."""
        return partial(self._attend, layer)

    def _attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        new = len(q)
        past = self.length - new
        self.keys[layer, :, past : self.length] = k.transpose(0, 1)
        self.values[layer, :, past : self.length] = v.transpose(0, 1)
        keys = self.keys[layer, :, : self.length].unsqueeze(0)
        values = self.values[layer, :, : self.length].unsqueeze(0)
        # Token i of the new ones sees the past and the new ones up to itself; a single one sees everything.
        mask = None if new == 1 else torch.ones(new, self.length, dtype=torch.bool, device=q.device).tril_(past)
        queries = q.transpose(0, 1).unsqueeze(0)
        mixed = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, enable_gqa=True)
        return mixed.squeeze(0).transpose(0, 1)
