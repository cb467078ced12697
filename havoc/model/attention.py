"""Grouped-query attention: the projections around whatever does the attending."""

from collections.abc import Callable

from torch import Tensor, nn

from havoc.config import HavocConfig
from havoc.model.projection import Projection, residual_std
from havoc.model.rope import Rotation, rotate_

Attend = Callable[[Tensor], Tensor]
"""[T, heads + 2 kv_heads, D] (rotated queries, rotated keys, values) -> [T, heads, D], contiguous."""


class Attention(nn.Module):
    """Queries, keys and values from one matrix (rows in that order), rotated, attended, and projected back."""

    def __init__(self, config: HavocConfig) -> None:
        super().__init__()
        shape = config.attention
        self.heads, self.kv_heads, self.head_dim = shape.num_heads, shape.num_kv_heads, shape.head_dim
        width = self.heads * self.head_dim
        self.qkv = Projection(config.d_model, width + 2 * self.kv_heads * self.head_dim, config.initializer_range)
        self.out = Projection(width, config.d_model, residual_std(config))

    def forward(self, hidden: Tensor, rotation: Rotation, attend: Attend) -> Tensor:
        """[T, d_model] -> [T, d_model]. `attend` decides which tokens see which: packed documents, or a cache."""
        qkv = rotate_(self.qkv(hidden), rotation, self.heads + self.kv_heads, self.head_dim)
        mixed = attend(qkv.view(len(hidden), -1, self.head_dim))
        projected: Tensor = self.out(mixed.reshape(len(hidden), -1))
        return projected
