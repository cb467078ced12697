"""What one step computes: a stretch of each of several sequences, laid end to end."""

from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import Tensor

from havoc.engine.sequence import Generation, Sequence


@dataclass(frozen=True, eq=False)
class Stretch:
    """Tokens of one sequence, from its first uncomputed one."""

    generation: Generation
    start: int
    """Position of the first token."""
    count: int
    """Ids of the sequence to compute."""
    guesses: tuple[int, ...] = ()
    """Ids behind the sequence's last, computed with it in the hope that they will be drawn."""
    ids: list[int] = field(init=False)
    """The tokens."""
    samples: bool = field(init=False)
    """Whether ids are drawn behind it. A stretch that ends before its sequence does only gets closer to that."""

    def __post_init__(self) -> None:
        ids, end = self.sequence.ids, self.start + self.count
        # Fixed now: both would change as soon as the sequence grows.
        object.__setattr__(self, "ids", [*ids[self.start : end], *self.guesses])
        object.__setattr__(self, "samples", self.generation.max_new_tokens > 0 and end == len(ids))

    @property
    def sequence(self) -> Sequence:
        """Whose tokens they are."""
        return self.generation.sequence

    @property
    def length(self) -> int:
        """Tokens to compute, guesses included."""
        return len(self.ids)

    @property
    def end(self) -> int:
        """Position behind the last token."""
        return self.start + self.length

    @property
    def num_logits(self) -> int:
        """Last tokens whose logits are computed; that of a stretch without samples shows whether its numbers are finite."""
        if self.generation.scored_from is not None:
            return max(1, self.end - max(self.start, self.generation.scored_from - 1))
        return 1 + len(self.guesses)


@dataclass(frozen=True)
class Group:
    """Neighbouring stretches of one length, whose attention is one call."""

    first: int
    """Their first token's place in the batch."""
    sequences: int
    length: int
    """Tokens of each."""
    blocks: Tensor
    """int64 [sequences, most blocks], block tables filled up with an empty block."""
    visible: Tensor | None
    """bool [sequences, length, most blocks * block_size]: which places each token sees. None where it sees all."""
    context: int
    """Most tokens that a sequence has behind this step."""
    contiguous: int | None
    """First block, where there is one sequence and its blocks follow each other in memory."""


@dataclass(frozen=True)
class Flat:
    """All that the batch's tokens see, laid end to end, for kernels that take sequences of any lengths in one call."""

    past: Tensor
    """int64 [P], slots of every token of every sequence, sequence by sequence."""
    queries: Tensor
    """int32 [sequences + 1], where each sequence's new tokens begin in the batch, then T."""
    keys: Tensor
    """int32 [sequences + 1], where each sequence begins in `past`, then P."""
    most_new: int
    most_past: int


@dataclass(frozen=True)
class Batch:
    """The tensors of a step. T is the number of its tokens."""

    ids: Tensor
    """int64 [T]"""
    positions: Tensor
    """int64 [T]"""
    slots: Tensor
    """int64 [T], where each token's keys and values go."""
    wanted: Tensor
    """int64, places of the tokens whose logits are needed."""
    groups: list[Group]
    noise: Tensor | None
    """fp32 [T, d_model], standard normal times the token's standard deviation; None for none."""
    flat: Flat | None = None
    """For the attention back ends of GPUs; elsewhere the groups say the same."""


def build(stretches: Several[Stretch], block_size: int, filler: int, noise: Tensor | None, device: torch.device) -> Batch:
    """The tensors for `stretches`, in the order of `by_length`; block tables are filled up with the block `filler`."""
    ids: list[int] = []
    positions: list[int] = []
    slots: list[int] = []
    wanted: list[int] = []
    for stretch in stretches:
        ids += stretch.ids
        places = range(stretch.start, stretch.end)
        positions += places
        blocks = stretch.sequence.blocks
        slots += [blocks[place // block_size] * block_size + place % block_size for place in places]
        wanted += range(len(ids) - stretch.num_logits, len(ids))
    groups, first, start = [], 0, 0
    while first < len(stretches):
        length = stretches[first].length
        last = first
        while last < len(stretches) and stretches[last].length == length:
            last += 1
        groups.append(_group(stretches[first:last], start, block_size, filler, device))
        start += length * (last - first)
        first = last

    def tensor(values: list[int]) -> Tensor:
        return torch.tensor(values, device=device)

    noise = None if noise is None else noise.to(device)
    flat = _flat(stretches, block_size, device) if device.type == "cuda" else None
    return Batch(tensor(ids), tensor(positions), tensor(slots), tensor(wanted), groups, noise, flat)


def by_length(stretches: Several[Stretch]) -> list[Stretch]:
    """`stretches` with equal lengths side by side, short contexts first among them."""
    return sorted(stretches, key=lambda stretch: (stretch.length, stretch.end))


def _group(stretches: Several[Stretch], first: int, block_size: int, filler: int, device: torch.device) -> Group:
    ends = [stretch.end for stretch in stretches]
    length, context = stretches[0].length, max(ends)
    most = -(-context // block_size)
    tables = [stretch.sequence.blocks[:most] for stretch in stretches]
    blocks = torch.tensor([table + [filler] * (most - len(table)) for table in tables], device=device)
    contiguous = None
    if len(tables) == 1 and tables[0] == list(range(tables[0][0], tables[0][0] + most)):
        contiguous = tables[0][0]
    places = context if contiguous is not None else most * block_size
    visible = None
    if length > 1 or min(ends) < places:
        last_seen = torch.tensor(ends, device=device)[:, None] - torch.arange(length, 0, -1, device=device)
        visible = torch.arange(places, device=device) <= last_seen[:, :, None]
    return Group(first, len(stretches), length, blocks, visible, context, contiguous)


def _flat(stretches: Several[Stretch], block_size: int, device: torch.device) -> Flat:
    new, ends = [stretch.length for stretch in stretches], [stretch.end for stretch in stretches]
    past: list[int] = []
    for stretch, end in zip(stretches, ends, strict=True):
        blocks = stretch.sequence.blocks
        past += [blocks[place // block_size] * block_size + place % block_size for place in range(end)]

    def bounds(lengths: list[int]) -> Tensor:
        return torch.tensor([0, *accumulate(lengths)], dtype=torch.int32, device=device)

    return Flat(torch.tensor(past, device=device), bounds(new), bounds(ends), max(new), max(ends))
