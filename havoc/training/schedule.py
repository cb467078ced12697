"""Learning rate by step, and which parameters are decayed."""

import math
from collections.abc import Iterable
from typing import Any

import torch

from havoc.config import TrainingConfig


def learning_rate(step: int, training: TrainingConfig) -> float:
    """Learning rate of optimizer step `step`, counted from 0.

    Linear warm-up to the peak, which is reached at step `warmup_steps - 1`; step 0 already learns. Then half a cosine
    (Loshchilov & Hutter 2017) down to `min_learning_rate` at the last step, `max_steps - 1`.
    """
    if step < training.warmup_steps:
        return training.learning_rate * (step + 1) / training.warmup_steps
    falling = training.max_steps - training.warmup_steps
    progress = min(1.0, (step + 1 - training.warmup_steps) / falling)
    above_floor = (training.learning_rate - training.min_learning_rate) * 0.5 * (1.0 + math.cos(math.pi * progress))
    return training.min_learning_rate + above_floor


def parameter_groups(
    named_parameters: Iterable[tuple[str, torch.nn.Parameter]], weight_decay: float
) -> list[dict[str, Any]]:
    """Optimizer groups: matrices with `weight_decay`; embeddings (so the tied head too), norms and biases without.

    Empty groups and parameters that are not trained are left out.
    """
    decayed: list[torch.nn.Parameter] = []
    plain: list[torch.nn.Parameter] = []
    for name, parameter in named_parameters:
        if parameter.requires_grad:
            is_matrix = parameter.dim() >= 2 and "embed" not in name
            (decayed if is_matrix else plain).append(parameter)
    groups = [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]
