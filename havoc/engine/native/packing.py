"""Weights in the order in which the native code reads them."""

import ctypes
import mmap
from collections.abc import Iterator
from typing import NamedTuple, cast

import torch
from torch import Tensor
from torch.nn import functional

from havoc.config import AttentionConfig
from havoc.engine.native.interface import Layer, Matrix
from havoc.model import HavocModel
from havoc.model.block import Block

PANEL = 16
"""Rows of a matrix that lie together."""
DEPTH = 32
"""What the columns are padded to a multiple of: the depth of a tile."""


class Packed(NamedTuple):
    """A model's matrices in panels."""

    layers: list[Layer]
    head: Matrix
    memory: Tensor
    """What they point into."""


def pack(model: HavocModel, head: Tensor) -> Packed:
    """Copy the matrices of the layers of `model`, and `head` [vocab_size, d_model]. Norms are pointed to where they are."""
    shapes = [_padded(weight.shape) for weight in _matrices(model, head)]
    memory = torch.empty(sum(rows * depth for rows, depth in shapes), dtype=torch.bfloat16)
    prefer_huge_pages(memory)
    packed, start = [], 0
    for weight, (rows, depth) in zip(_matrices(model, head), shapes, strict=True):
        _pack(weight, memory[start : start + rows * depth].view(rows // PANEL, depth // 2, PANEL, 2))
        packed.append(Matrix(memory[start:].data_ptr(), rows // PANEL, 1, depth))
        start += rows * depth
    layers = []
    for number, block in enumerate(blocks_of(model)):
        qkv, out, gate_up, down = packed[4 * number : 4 * number + 4]
        gate_up.units, gate_up.unit_panels = gate_up.units // 2, 2
        norms = block.attention_norm.weight.data_ptr(), block.mlp_norm.weight.data_ptr()
        layers.append(Layer(norms[0], qkv, out, norms[1], gate_up, down))
    return Packed(layers, packed[-1], memory)


def blocks_of(model: HavocModel) -> list[Block]:
    """The layers of `model`."""
    return [cast(Block, block) for block in model.blocks]


def prefer_huge_pages(tensor: Tensor) -> None:
    """Ask the system for large pages under memory that was not touched yet: walking through 4 KiB pages costs bandwidth."""
    start = -(-tensor.data_ptr() // mmap.PAGESIZE) * mmap.PAGESIZE
    length = tensor.data_ptr() + tensor.nbytes - start
    advise = getattr(ctypes.CDLL(None), "madvise", None)
    if advise is not None and hasattr(mmap, "MADV_HUGEPAGE") and length > 0:
        # Only a wish: what it answers does not matter.
        advise(ctypes.c_void_p(start), ctypes.c_size_t(length), mmap.MADV_HUGEPAGE)


def _matrices(model: HavocModel, head: Tensor) -> Iterator[Tensor]:
    order = _rotary_order(model.config.attention)
    for block in blocks_of(model):
        yield block.attention.qkv.weight.detach()[order]
        yield block.attention.out.weight.detach()
        yield _alternating(block.mlp.gate_up.weight.detach())
        yield block.mlp.down.weight.detach()
    yield head


def _rotary_order(shape: AttentionConfig) -> Tensor:
    """The rows of a qkv matrix such that a panel of a rotated head has 8 pairs of rows that are turned together."""
    head = torch.arange(shape.head_dim).view(2, -1, PANEL // 2).transpose(0, 1).flatten()
    rotated = shape.num_heads + shape.num_kv_heads
    starts = torch.arange(0, rotated * shape.head_dim, shape.head_dim)
    values = torch.arange(rotated * shape.head_dim, (rotated + shape.num_kv_heads) * shape.head_dim)
    return torch.cat([(starts[:, None] + head).flatten(), values])


def _alternating(gate_up: Tensor) -> Tensor:
    """A panel of the gate, the same panel of up, and so on. Rows of zeros make their number that of down's columns."""
    halves = gate_up.view(2, -1, gate_up.shape[1])
    halves = functional.pad(halves, (0, 0, 0, -halves.shape[1] % DEPTH))
    return halves.view(2, -1, PANEL, gate_up.shape[1]).transpose(0, 1).reshape(-1, gate_up.shape[1])


def _padded(shape: torch.Size) -> tuple[int, int]:
    rows, columns = shape
    return rows + -rows % PANEL, columns + -columns % DEPTH


def _pack(weight: Tensor, panels: Tensor) -> None:
    """Write `weight` [rows, columns] to `panels` [panels, pairs of columns, 16, 2]."""
    rows, columns = weight.shape
    weight = functional.pad(weight, (0, -columns % DEPTH, 0, -rows % PANEL))
    panels.copy_(weight.view(len(panels), PANEL, -1, 2).transpose(1, 2))
