"""Sampling one sequence, token by token."""

from collections.abc import Collection, Iterator, Sequence

import torch
from torch import Tensor

from havoc.model.cache import KVCache
from havoc.model.errors import ModelError
from havoc.model.transformer import HavocModel


@torch.inference_mode()
def generate(
    model: HavocModel,
    ids: Sequence[int],
    *,
    max_new_tokens: int,
    temperature: float = 0.0,
    top_p: float = 1.0,
    top_k: int = 0,
    seed: int = 0,
    stop_ids: Collection[int] = (),
    vocab_size: int | None = None,
) -> Iterator[int]:
    """Continue `ids`, one id at a time.

    Args:
        model: the weights.
        ids: the prompt, at least one id.
        max_new_tokens: end after so many.
        temperature: logits are divided by it; 0 always takes the likeliest id.
        top_p: sample among the likeliest ids that together reach this probability (Holtzman et al. 2020).
        top_k: sample among this many likeliest ids; 0 for all.
        seed: of the samples.
        stop_ids: end behind any of these. The one that was met is the last id that comes out.
        vocab_size: ids of the tokenizer, where the model has more rows than that; the others are never sampled.

    Raises:
        ModelError: a setting is out of range, or prompt and new tokens together exceed the model's longest sequence.
    """
    _check(ids, max_new_tokens, temperature, top_p, top_k)
    weight = model.embedding.weight
    cache = KVCache(model.config, len(ids) + max_new_tokens, weight.device, weight.dtype)
    generator = torch.Generator().manual_seed(seed)
    new = list(ids)
    for _ in range(max_new_tokens):
        logits = model.extend(torch.tensor(new, device=weight.device), cache)[:vocab_size]
        token = sample(logits.float().cpu(), temperature, top_p, top_k, generator)
        yield token
        if token in stop_ids:
            return
        new = [token]


def sample(logits: Tensor, temperature: float, top_p: float, top_k: int, generator: torch.Generator) -> int:
    """One id from `logits`, fp32 [vocab] on the CPU. top_k is applied before top_p, both to the tempered distribution."""
    if temperature == 0:
        return int(logits.argmax())
    values, order = logits.sort(descending=True, stable=True)
    probabilities = torch.softmax(values[: top_k or None] / temperature, dim=0)
    # An id stays if those before it have not reached top_p yet, so the likeliest one always stays.
    kept = probabilities.cumsum(0) - probabilities < top_p
    return int(order[torch.multinomial(probabilities * kept, 1, generator=generator)])


def _check(ids: Sequence[int], max_new_tokens: int, temperature: float, top_p: float, top_k: int) -> None:
    if not ids:
        raise ModelError("ids: the prompt is empty; begin with <bos>")
    if max_new_tokens < 1:
        raise ModelError(f"max_new_tokens: {max_new_tokens} must be at least 1")
    if not temperature >= 0:
        raise ModelError(f"temperature: {temperature} must not be negative; 0 always takes the likeliest id")
    if not 0 < top_p <= 1:
        raise ModelError(f"top_p: {top_p} must be above 0 and at most 1; 1 keeps every id")
    if top_k < 0:
        raise ModelError(f"top_k: {top_k} must not be negative; 0 keeps every id")
