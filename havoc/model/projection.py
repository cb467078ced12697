"""The matrices of the model: a linear map without bias that draws its own initial weights, and the embedding."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from havoc.config import HavocConfig


class Projection(nn.Linear):
    """A linear map without bias, its weights drawn from N(0, std^2).

    The weights are drawn when the module is made, not in a pass over the finished model: under `deepspeed.zero.Init` each
    parameter is partitioned as soon as its module exists, and on the meta device nothing is drawn at all.
    """

    def __init__(self, in_features: int, out_features: int, std: float) -> None:
        self.std = std
        super().__init__(in_features, out_features, bias=False)

    def reset_parameters(self) -> None:
        """Draw new weights."""
        nn.init.normal_(self.weight, std=self.std)


class Embedding(nn.Module):
    """A row for every id, [vocab_size, d_model]: what embeds the ids, what gives their logits, or both where they are tied.

    Optimizer groups go by the word in a parameter's name: an embedding is not decayed, tied to the head or not.
    """

    def __init__(self, config: HavocConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(config.vocab_size, config.d_model))
        nn.init.normal_(self.weight, std=config.initializer_range)

    def forward(self, inputs: Tensor, use: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """`use(inputs, weight)`. All uses pass through here because ZeRO-3 gathers a weight around its module's forward."""
        return use(inputs, self.weight)


def residual_std(config: HavocConfig) -> float:
    """Standard deviation of new weights that write into the residual stream (GPT-2: scaled by the number of writers)."""
    return config.initializer_range / math.sqrt(2 * config.num_layers)
