"""A small shape, and packed documents of random ids for it."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from havoc.config import AttentionConfig, HavocConfig, MLPConfig
from havoc.model import HavocModel

SHAPE = HavocConfig(
    vocab_size=640,
    d_model=48,
    num_layers=3,
    max_seq_len=128,
    attention=AttentionConfig(num_heads=6, num_kv_heads=2, head_dim=8),
    mlp=MLPConfig(hidden_dim=80),
)


class Packed(NamedTuple):
    """The arguments of HavocModel.forward."""

    input_ids: Tensor
    positions: Tensor
    cu_seqlens: Tensor
    max_seqlen: int
    labels: Tensor


def pack(lengths: Sequence[int], seed: int = 0, vocab_size: int = SHAPE.vocab_size) -> Packed:
    """Documents of random ids; the last token of each has no label."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(vocab_size, (sum(lengths),), generator=generator)
    bounds = torch.tensor([0, *lengths]).cumsum(0)
    labels = ids.roll(-1)
    labels[bounds[1:] - 1] = -100
    positions = torch.cat([torch.arange(length) for length in lengths])
    return Packed(ids, positions, bounds.int(), max(lengths), labels)


def build(seed: int = 0, config: HavocConfig = SHAPE, **options: int) -> HavocModel:
    """A model whose norms are not all ones, so that an unused or misplaced norm shows."""
    torch.manual_seed(seed)
    model = HavocModel(config, **options)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.uniform_(0.5, 1.5)
    return model


def gradients(model: HavocModel, batch: Packed) -> dict[str, Tensor]:
    """Gradients of the summed loss."""
    model.zero_grad()
    model(*batch).backward()
    return {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
