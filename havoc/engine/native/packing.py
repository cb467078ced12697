"""Weights in the order in which the native code reads them."""

import ctypes
import mmap
from collections.abc import Callable
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from havoc.config import AttentionConfig
from havoc.engine.native.interface import Layer, Matrix
from havoc.model import HavocModel
from havoc.model.block import Block
from havoc.model.projection import Embedding, Projection

PANEL = 16
"""Rows of a matrix that lie together."""
DEPTH = 32
"""What the columns are padded to a multiple of: the depth of a tile."""


class Packed(NamedTuple):
    """A model's matrices in panels, and its norms."""

    layers: list[Layer]
    norm: int
    """Address of the last norm."""
    head: Matrix
    memory: tuple[Tensor, Tensor]
    """What all these point into."""


class _Source(NamedTuple):
    """A matrix to pack."""

    module: Projection | Embedding
    rows: int
    columns: int
    arranged: Callable[[Tensor], Tensor]
    """What puts the rows into their order, from the module's weight."""


def pack(model: HavocModel, vocab_size: int) -> Packed:
    """Move the weights of `model` out of it, and the first `vocab_size` rows of its head; only what embeds stays in it.

    Each tensor is let go of as soon as it is packed, so that no second copy of all the weights is ever in memory.
    """
    sources = _sources(model, vocab_size)
    memory = torch.empty(sum(rows * columns for _, rows, columns, _ in sources), dtype=torch.bfloat16)
    prefer_huge_pages(memory)
    packed, start = [], 0
    for source in sources:
        end = start + source.rows * source.columns
        shape = source.rows // PANEL, source.columns // 2, PANEL, 2
        _pack(source.arranged(source.module.weight.detach()), memory[start:end].view(shape))
        packed.append(Matrix(memory[start:].data_ptr(), source.rows // PANEL, 1, source.columns))
        start = end
        if not (source.module is model.head and model.config.tie_word_embeddings):
            _release(source.module)
    norms = _norms(model)
    layers = []
    for number in range(model.config.num_layers):
        qkv, out, gate_up, down = packed[4 * number : 4 * number + 4]
        gate_up.units, gate_up.unit_panels = gate_up.units // 2, 2
        layers.append(Layer(norms[2 * number].data_ptr(), qkv, out, norms[2 * number + 1].data_ptr(), gate_up, down))
    return Packed(layers, norms[-1].data_ptr(), packed[-1], (memory, norms))


def prefer_huge_pages(tensor: Tensor) -> None:
    """Ask the system for large pages under memory that was not touched yet: walking through 4 KiB pages costs bandwidth."""
    start = -(-tensor.data_ptr() // mmap.PAGESIZE) * mmap.PAGESIZE
    length = tensor.data_ptr() + tensor.nbytes - start
    advise = getattr(ctypes.CDLL(None), "madvise", None)
    if advise is not None and hasattr(mmap, "MADV_HUGEPAGE") and length > 0:
        # Only a wish: what it answers does not matter.
        advise(ctypes.c_void_p(start), ctypes.c_size_t(length), mmap.MADV_HUGEPAGE)


def _sources(model: HavocModel, vocab_size: int) -> list[_Source]:
    shape, width = model.config.attention, model.config.d_model
    mixed, hidden = shape.num_heads * shape.head_dim, _up(model.config.mlp.hidden_dim, DEPTH)
    order = _rotary_order(shape)
    sources = []
    for block in (cast(Block, block) for block in model.blocks):
        sources += [
            _Source(block.attention.qkv, len(order), width, lambda weight: weight[order]),
            _Source(block.attention.out, width, _up(mixed, DEPTH), _as_it_is),
            _Source(block.mlp.gate_up, 2 * hidden, width, _alternating),
            _Source(block.mlp.down, width, hidden, _as_it_is),
        ]
    return [*sources, _Source(model.head, _up(vocab_size, PANEL), width, lambda weight: weight[:vocab_size])]


def _norms(model: HavocModel) -> Tensor:
    """[2 * layers + 1, d_model]: of every layer the two, then the last."""
    blocks = [cast(Block, block) for block in model.blocks]
    modules = [norm for block in blocks for norm in (block.attention_norm, block.mlp_norm)] + [model.norm]
    norms = torch.stack([norm.weight.detach() for norm in modules])
    for norm in modules:
        _release(norm)
    return norms


def _release(module: nn.Module) -> None:
    module.weight = nn.Parameter(torch.empty(0, dtype=torch.bfloat16), requires_grad=False)


def _up(number: int, step: int) -> int:
    return number + -number % step


def _as_it_is(weight: Tensor) -> Tensor:
    return weight


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


def _pack(weight: Tensor, panels: Tensor) -> None:
    """Write `weight` [rows, columns] to `panels` [panels, pairs of columns, 16, 2], with zeros where there is more room."""
    rows, columns = len(panels) * PANEL, panels.shape[1] * 2
    if weight.shape != (rows, columns):
        weight = functional.pad(weight, (0, columns - weight.shape[1], 0, rows - weight.shape[0]))
    panels.copy_(weight.view(len(panels), PANEL, -1, 2).transpose(1, 2))
