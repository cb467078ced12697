"""From logits to ids. Each row is decided by itself: what else is in the batch changes nothing."""

import hashlib
from collections.abc import Sequence as Several
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from havoc.engine.grammar import Masks
from havoc.engine.request import SamplingParams

CANDIDATES = 128
"""Likeliest ids that top_k, top_p and min_p look at first; eight times as many while that does not settle a row."""


@dataclass(frozen=True)
class Row:
    """What decides over one row of logits."""

    params: SamplingParams
    draw: int
    """Number of the draw, which with the seed gives its random number."""
    seen: Several[int]
    """Ids of the sequence so far, for the repetition penalty."""
    mask: int | None = None
    """Row of the grammar masks that holds; None without a grammar."""


def takes_likeliest(params: SamplingParams) -> bool:
    """Whether the id is the likeliest one of the bare logits."""
    return params.temperature == 0 and params.repetition_penalty == 1 and not params.logit_bias and params.grammar is None


def likeliest(logits: Tensor) -> tuple[list[int], list[bool]]:
    """Of each row of `logits` [rows, vocab] the likeliest id (the lowest among equals), and whether the row is finite."""
    values, ids = logits.max(dim=-1)
    return ids.tolist(), values.isfinite().tolist()


def choose(logits: Tensor, rows: Several[Row], masks: Masks | None) -> list[int]:
    """One id for each row of `logits` [rows, vocab], whose entries are finite."""
    scores = _processed(logits.float(), rows, masks)
    chosen = scores.argmax(dim=-1).tolist()
    drawn = [number for number, row in enumerate(rows) if row.params.temperature > 0]
    if drawn:
        temperature = scores.new_tensor([rows[number].params.temperature for number in drawn])
        probabilities = torch.softmax(scores[drawn] / temperature[:, None], dim=-1)
        for number, token_id in zip(drawn, _draw(probabilities, [rows[number] for number in drawn]), strict=True):
            chosen[number] = token_id
    return chosen


def logprobs(logits: Tensor, chosen: int, top: int) -> tuple[float, tuple[tuple[int, float], ...]]:
    """Log-probability of `chosen` under one row of logits [vocab], and the `top` likeliest ids with theirs."""
    values = torch.log_softmax(logits.float(), dim=-1)
    best, ids = values.topk(top) if top else (values[:0], values[:0])
    return float(values[chosen]), tuple(zip(map(int, ids.tolist()), best.tolist(), strict=True))


def uniform(seed: int, draw: int) -> float:
    """A number in [0, 1) that follows from `seed` and `draw` alone."""
    digest = hashlib.blake2b(f"{seed}/{draw}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def _processed(scores: Tensor, rows: Several[Row], masks: Masks | None) -> Tensor:
    """Penalty, bias and grammar applied to fp32 scores, in place."""
    for number, row in enumerate(rows):
        if row.params.repetition_penalty != 1 and row.seen:
            seen = torch.tensor(sorted(set(row.seen)), device=scores.device)
            old = scores[number, seen]
            scores[number, seen] = torch.where(
                old > 0, old / row.params.repetition_penalty, old * row.params.repetition_penalty
            )
        for token_id, bias in row.params.logit_bias.items():
            scores[number, token_id] += bias
    masked = [(number, row.mask) for number, row in enumerate(rows) if row.mask is not None]
    if masked and masks is not None:
        bits = masks[[mask for _, mask in masked]].view(np.uint8)
        allowed = np.unpackbits(bits, axis=1, count=scores.shape[1], bitorder="little")
        places = [number for number, _ in masked]
        forbidden = torch.from_numpy(allowed == 0).to(scores.device)
        scores[places] = scores[places].masked_fill(forbidden, float("-inf"))
    return scores


def _draw(probabilities: Tensor, rows: Several[Row]) -> list[int]:
    """An id per row of `probabilities` [rows, vocab], by inversion of the distribution that its settings leave."""
    chosen = [0] * len(rows)
    plain = [number for number, row in enumerate(rows) if not _narrowed(row.params)]
    if plain:
        totals = probabilities[plain].cumsum(dim=-1, dtype=torch.float64)
        for number, place in zip(plain, _invert(totals, [rows[number] for number in plain]), strict=True):
            chosen[number] = place
    open_rows = [number for number, row in enumerate(rows) if _narrowed(row.params)]
    width = max([CANDIDATES, *(rows[number].params.top_k for number in open_rows)])
    while open_rows:
        width = min(width, probabilities.shape[1])
        best, ids = probabilities[open_rows].topk(width, dim=-1)
        kept = _kept(best, [rows[number] for number in open_rows])
        settled = [not last or width == probabilities.shape[1] for last in kept[:, -1].tolist()]
        places = _invert((best * kept).cumsum(dim=-1, dtype=torch.float64), [rows[number] for number in open_rows])
        for at, number in enumerate(open_rows):
            if settled[at]:
                chosen[number] = int(ids[at, places[at]])
        open_rows = [number for number, done in zip(open_rows, settled, strict=True) if not done]
        width *= 8
    return chosen


def _narrowed(params: SamplingParams) -> bool:
    return params.top_p < 1 or params.top_k > 0 or params.min_p > 0


def _kept(best: Tensor, rows: Several[Row]) -> Tensor:
    """Which of the likeliest probabilities [rows, width], in falling order, may be drawn. The first always may."""

    def column(values: list[float]) -> Tensor:
        return best.new_tensor(values)[:, None]

    top_k = column([row.params.top_k or best.shape[1] for row in rows])
    ranked = torch.where(torch.arange(best.shape[1], device=best.device) < top_k, best, 0.0)
    total = ranked.cumsum(dim=-1)
    before = total - ranked
    # top_p is a share of what top_k leaves; without top_k that is 1, whatever the number of candidates.
    whole = torch.where(column([float(row.params.top_k) for row in rows]) > 0, total[:, -1:], 1.0)
    in_top_p = before < column([row.params.top_p for row in rows]) * whole
    return in_top_p & (ranked > 0) & (ranked >= column([row.params.min_p for row in rows]) * best[:, :1])


def _invert(totals: Tensor, rows: Several[Row]) -> list[int]:
    """Per row the first place whose running total [rows, width] exceeds the row's random share of the last."""
    shares = totals.new_tensor([uniform(row.params.seed, row.draw) for row in rows])[:, None]
    places = torch.searchsorted(totals, shares * totals[:, -1:], right=True)
    return [int(place) for place in places[:, 0].clamp(max=totals.shape[1] - 1).tolist()]
