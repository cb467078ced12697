"""From rows of token ids to the flat stream of tokens that the model takes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from havoc.model import IGNORED


@dataclass(frozen=True)
class MicroBatch:
    """One forward pass: the rows of a micro-batch laid end to end, `T = rows x length` tokens."""

    input_ids: torch.Tensor
    """int64 [T]"""
    positions: torch.Tensor
    """int64 [T], from 0 in each document"""
    cu_seqlens: torch.Tensor
    """int32 [documents + 1], where each document starts; padding counts as one document of its row"""
    max_seqlen: int
    """Longest document in tokens."""
    labels: torch.Tensor
    """int64 [T], the next token of the same document where it is trained, IGNORED elsewhere"""

    @property
    def trained_tokens(self) -> int:
        """Positions whose label counts in the loss."""
        return int((self.labels != IGNORED).sum())

    @property
    def attended(self) -> int:
        """Pairs of a token and a position that it attends to, itself included: n (n + 1) / 2 for a document of n."""
        lengths = self.cu_seqlens.diff().long()
        return int((lengths * (lengths + 1) // 2).sum())

    def to(self, device: torch.device) -> "MicroBatch":
        """The same batch on `device`."""
        return MicroBatch(
            input_ids=self.input_ids.to(device, non_blocking=True),
            positions=self.positions.to(device, non_blocking=True),
            cu_seqlens=self.cu_seqlens.to(device, non_blocking=True),
            max_seqlen=self.max_seqlen,
            labels=self.labels.to(device, non_blocking=True),
        )

    def loss_sum(self, engine: Callable[..., torch.Tensor]) -> torch.Tensor:
        """Sum of the cross-entropies over the trained tokens, fp32 scalar, from a HavocModel or an engine around one."""
        return engine(self.input_ids, self.positions, self.cu_seqlens, self.max_seqlen, labels=self.labels)


def collate(rows: Mapping[str, NDArray[np.generic]]) -> MicroBatch:
    """Build a micro-batch from `ids` int32 [n, L], `loss_mask` uint8 [n, L] and `document` int16 [n, L] (-1 is padding).

    A label belongs to the position before it: position i is trained on token i + 1 where both stand in the same
    document and the mask of token i + 1 is set. The last token of a document predicts nothing.
    """
    ids = np.asarray(rows["ids"], dtype=np.int64)
    document = np.asarray(rows["document"], dtype=np.int64)
    trained = np.asarray(rows["loss_mask"], dtype=bool)

    labels = np.full_like(ids, IGNORED)
    same = (document[:, 1:] == document[:, :-1]) & (document[:, 1:] >= 0)
    labels[:, :-1] = np.where(same & trained[:, 1:], ids[:, 1:], IGNORED)

    boundary = np.ones_like(document, dtype=bool)
    boundary[:, 1:] = document[:, 1:] != document[:, :-1]
    starts = np.flatnonzero(boundary.reshape(-1))
    cu_seqlens = np.append(starts, ids.size)
    lengths = np.diff(cu_seqlens)
    positions = np.arange(ids.size) - np.repeat(starts, lengths)
    return MicroBatch(
        input_ids=torch.from_numpy(ids.reshape(-1)),
        positions=torch.from_numpy(positions),
        cu_seqlens=torch.from_numpy(cu_seqlens.astype(np.int32)),
        max_seqlen=int(lengths.max()),
        labels=torch.from_numpy(labels.reshape(-1)),
    )


def micro_batches(rows: Mapping[str, NDArray[np.generic]], batch_size: int) -> Iterator[MicroBatch]:
    """Cut one rank's rows of a step into micro-batches of `batch_size` rows."""
    for first in range(0, len(rows["ids"]), batch_size):
        yield collate({name: column[first : first + batch_size] for name, column in rows.items()})


def tokens_per_source(rows: Mapping[str, NDArray[np.generic]], num_sources: int) -> NDArray[np.int64]:
    """Tokens, padding left out, that each source contributed to `rows`. int64 [num_sources]."""
    tokens = (np.asarray(rows["document"]) >= 0).sum(axis=1)
    return np.bincount(np.asarray(rows["source"]), weights=tokens, minlength=num_sources).astype(np.int64)
