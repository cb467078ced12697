"""Noise on embeddings, a function of seed and position alone."""

from collections.abc import Sequence as Several

import torch
from torch import Tensor

from havoc.engine.batch import Stretch


def noise_of(stretches: Several[Stretch], d_model: int) -> Tensor | None:
    """Noise relative to each token's root mean square, fp32 [T, d_model] on the CPU; None where no sequence has any."""
    if all(stretch.sequence.noise is None for stretch in stretches):
        return None
    return torch.cat([_of_stretch(stretch, d_model) for stretch in stretches])


def _of_stretch(stretch: Stretch, d_model: int) -> Tensor:
    values = torch.zeros(stretch.length, d_model)
    noise = stretch.sequence.noise
    if noise is not None:
        generator = torch.Generator()
        for row, position in enumerate(range(stretch.start, stretch.end)):
            if position >= stretch.sequence.noise_from:
                generator.manual_seed((noise.seed * 1_000_003 + position) % 2**63)
                values[row] = noise.std * torch.randn(d_model, generator=generator)
    return values
