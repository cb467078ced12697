"""Rotary positions (Su et al. 2021), with the two halves of a head rotated against each other as in HF's Llama."""

from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor


class Rotation(NamedTuple):
    """The angles of T tokens, the same for every head and layer."""

    cos: Tensor
    """[T, 1, head_dim / 2]"""
    sin: Tensor
    """[T, 1, head_dim / 2]"""


def rotation_at(positions: Tensor, head_dim: int, theta: float, max_seq_len: int, dtype: torch.dtype) -> Rotation:
    """The rotation of the tokens at `positions` (int64 [T], each below `max_seq_len`), in `dtype`."""
    cos, sin = _table(max_seq_len, head_dim, theta, positions.device, dtype)
    return Rotation(cos[positions].unsqueeze(1), sin[positions].unsqueeze(1))


def rotate_(qkv: Tensor, rotation: Rotation, heads: int, head_dim: int) -> Tensor:
    """Rotate the first `heads` heads of every row of `qkv` [T, at least heads * head_dim] in place, and return it."""
    if not torch.is_grad_enabled():
        return _turn_(qkv, rotation.cos, rotation.sin, heads, head_dim)
    rotated: Tensor = _Rotate.apply(qkv, rotation.cos, rotation.sin, heads, head_dim)
    return rotated


@lru_cache(maxsize=8)
def _table(length: int, head_dim: int, theta: float, device: torch.device, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cosines and sines of all angles, each [length, head_dim / 2], computed in fp32.

    A table beside the module, not a buffer of it: `model.to(bfloat16)` would round a buffer, and building on the meta
    device would lose it. Made outside inference mode, so that training may use a table that generation made first.
    """
    with torch.inference_mode(False):
        frequencies = theta ** -(torch.arange(0, head_dim, 2, dtype=torch.float32, device=device) / head_dim)
        angles = torch.outer(torch.arange(length, dtype=torch.float32, device=device), frequencies)
        return angles.cos().to(dtype), angles.sin().to(dtype)


class _Rotate(torch.autograd.Function):
    """In place both ways: a rotation needs nothing of its input for its gradient, which is turned back by the same angle."""

    @staticmethod
    def forward(ctx: Any, qkv: Tensor, cos: Tensor, sin: Tensor, heads: int, head_dim: int) -> Tensor:
        ctx.mark_dirty(qkv)
        ctx.save_for_backward(cos, sin)
        ctx.shape = heads, head_dim
        return _turn_(qkv, cos, sin, heads, head_dim)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None, None, None]:
        cos, sin = ctx.saved_tensors
        # A copy: the gradient may be shared with another consumer.
        return _turn_(grad.clone(), cos, -sin, *ctx.shape), None, None, None, None


def _turn_(qkv: Tensor, cos: Tensor, sin: Tensor, heads: int, head_dim: int) -> Tensor:
    first, second = qkv[:, : heads * head_dim].view(-1, heads, head_dim).chunk(2, dim=-1)
    turned = torch.mul(first, cos).addcmul_(second, sin, value=-1)
    second.mul_(cos).addcmul_(first, sin)
    first.copy_(turned)
    return qkv
