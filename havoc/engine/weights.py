"""Matrices in the layout that inference reads fastest."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from havoc.model import HavocModel, Projection

Linear = Callable[[Tensor], Tensor]
"""[T, in_features] -> [T, out_features]"""


class PackedLinear(nn.Module):
    """A linear map without bias whose weight oneDNN has put into its own block order.

    Without that, torch reorders the weight in every call: with one token, 21 ms instead of 13 for the matrices of a 135M
    model on two cores. What a row of the input gives does not depend on the other rows.
    """

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.packed = torch.ops.mkldnn._reorder_linear_weight(weight, 1)

    def forward(self, hidden: Tensor) -> Tensor:
        """[T, in_features] -> [T, out_features]."""
        product: Tensor = torch.ops.mkldnn._linear_pointwise(hidden, self.packed, None, "none", [], "")
        return product


class Int8Linear(nn.Module):
    """A linear map whose weight is kept as int8 with one scale per row; the products are those of the input's dtype."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.float().abs().amax(dim=1).clamp(min=1e-12) / 127
        self.register_buffer("weight", (weight.float() / scale[:, None]).round().to(torch.int8))
        self.register_buffer("scale", scale.to(weight.dtype))

    def forward(self, hidden: Tensor) -> Tensor:
        """[T, in_features] -> [T, out_features]."""
        product: Tensor = torch.ops.aten._weight_int8pack_mm(hidden, self.weight, self.scale)
        return product


def packable(weight: Tensor) -> bool:
    """Whether oneDNN has bf16 products for `weight` here."""
    on_cpu = weight.device.type == "cpu" and weight.dtype == torch.bfloat16
    return on_cpu and torch.backends.mkldnn.is_available() and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def arrange(model: HavocModel, *, int8: bool) -> Linear:
    """Put the projections of `model` into their fastest layout, in place, and return its output head."""
    for block in model.blocks:
        for part, name in ((block.attention, "qkv"), (block.attention, "out"), (block.mlp, "gate_up"), (block.mlp, "down")):
            setattr(part, name, _arranged(getattr(part, name), int8=int8))
    weight = model.head.weight.detach()
    if not model.config.tie_word_embeddings:
        del model.output_embedding  # what is returned holds these weights; kept here they would be in memory twice
    if packable(weight):
        return PackedLinear(weight)
    return lambda hidden: nn.functional.linear(hidden, weight)


def _arranged(projection: Projection, *, int8: bool) -> nn.Module:
    weight = projection.weight.detach()
    if int8:
        return Int8Linear(weight)
    return PackedLinear(weight) if packable(weight) else projection
