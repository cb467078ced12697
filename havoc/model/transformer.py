"""The model: embedding, blocks, final norm, head."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from havoc.config import HavocConfig
from havoc.model.attention import Attend
from havoc.model.backends import Backend, choose_backend, varlen_attention
from havoc.model.block import Block
from havoc.model.errors import ModelError
from havoc.model.loss import token_cross_entropy
from havoc.model.norm import RMSNorm
from havoc.model.projection import Embedding
from havoc.model.rope import Rotation, rotation_at


class HavocModel(nn.Module):
    """Decoder-only transformer over flat streams of packed documents.

    All rows of a micro-batch are laid end to end into T tokens; `cu_seqlens` says where documents begin, and no token sees
    another document. New weights come from torch's global generator: seed it before.
    """

    def __init__(
        self,
        config: HavocConfig,
        *,
        attention_backend: Backend = "auto",
        checkpoint_every_n_layers: int = 0,
        loss_chunk_tokens: int = 0,
    ) -> None:
        """Build the model with new weights.

        Args:
            config: its shape.
            attention_backend: `auto`, or one of `varlen_attention`'s by name.
            checkpoint_every_n_layers: recompute stretches of this many layers in the backward pass; 0 keeps all activations.
            loss_chunk_tokens: tokens whose logits exist at one time while the loss is computed; 0 for all of them.
        """
        super().__init__()
        self.config = config
        self.attention_backend: Backend = attention_backend
        self.checkpoint_every_n_layers = checkpoint_every_n_layers
        self.loss_chunk_tokens = loss_chunk_tokens
        # A model whose head is its own has no `embedding`: code that takes the two for one fails instead of using the wrong.
        if config.tie_word_embeddings:
            self.embedding = Embedding(config)
        else:
            self.input_embedding, self.output_embedding = Embedding(config), Embedding(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.norm = RMSNorm(config.d_model, config.layer_norm_eps)

    def forward(
        self, input_ids: Tensor, positions: Tensor, cu_seqlens: Tensor, max_seqlen: int, labels: Tensor | None = None
    ) -> Tensor:
        """Logits of every token, or the summed loss where labels are given.

        Args:
            input_ids: int64 [T].
            positions: int64 [T], counted from 0 in each document.
            cu_seqlens: int32 [documents + 1], first token of each document, then T.
            max_seqlen: length of the longest document.
            labels: int64 [T], the token to predict at each place, -100 where there is none.

        Returns:
            Logits [T, vocab_size] in the model's dtype, or the sum of the cross-entropies as an fp32 scalar.

        Raises:
            ModelError: a document is longer than the rotary table, or the attention back end cannot run here.
        """
        if max_seqlen > self.config.max_seq_len:
            raise ModelError(
                f"a document of {max_seqlen} tokens exceeds model.max_seq_len ({self.config.max_seq_len}); "
                "shorten data.max_seq_len or raise model.max_seq_len"
            )
        backend = choose_backend(self.attention_backend, input_ids.device, self.head.weight.dtype)
        shape = self.config.attention
        sizes = [shape.num_heads, shape.num_kv_heads, shape.num_kv_heads]

        def attend(heads: Tensor) -> Tensor:
            # split, not slices: its backward is one concatenation instead of three zero-filled sums.
            q, k, v = heads.split(sizes, dim=1)
            return varlen_attention(q, k, v, cu_seqlens, max_seqlen, backend)

        hidden = self.transform(self.embed(input_ids), positions, [attend] * self.config.num_layers)
        if labels is None:
            return self.project(hidden)
        return self._head(hidden, partial(token_cross_entropy, labels=labels, chunk_tokens=self.loss_chunk_tokens))

    @property
    def head(self) -> Embedding:
        """What gives the logits: the embedding, or the head's own rows where they are not tied."""
        return self.embedding if self.config.tie_word_embeddings else self.output_embedding

    def embed(self, input_ids: Tensor) -> Tensor:
        """int64 [T] -> [T, d_model], what `transform` begins with."""
        embedding = self.embedding if self.config.tie_word_embeddings else self.input_embedding
        embedded: Tensor = embedding(input_ids, functional.embedding)
        return embedded

    def project(self, hidden: Tensor) -> Tensor:
        """[T, d_model] from `transform` -> logits [T, vocab_size]."""
        return self._head(hidden, functional.linear)

    def transform(self, hidden: Tensor, positions: Tensor, attends: Sequence[Attend]) -> Tensor:
        """The residual stream behind the last block.

        Args:
            hidden: [T, d_model] from `embed`.
            positions: int64 [T].
            attends: what each layer attends with.

        Returns:
            [T, d_model], before the last norm.
        """
        shape = self.config.attention
        rotation = rotation_at(positions, shape.head_dim, shape.rope_theta, self.config.max_seq_len, hidden.dtype)
        recompute = self.checkpoint_every_n_layers > 0 and torch.is_grad_enabled()
        stretch = self.checkpoint_every_n_layers if recompute else self.config.num_layers
        for first in range(0, self.config.num_layers, stretch):
            run = partial(self._run, first, min(first + stretch, self.config.num_layers), attends)
            # There is no dropout, so the generator's state need not be kept for the recomputation.
            hidden = (
                checkpoint(run, hidden, rotation, use_reentrant=False, preserve_rng_state=False)
                if recompute
                else run(hidden, rotation)
            )
        return hidden

    def _run(self, first: int, end: int, attends: Sequence[Attend], hidden: Tensor, rotation: Rotation) -> Tensor:
        for layer in range(first, end):
            hidden = self.blocks[layer](hidden, rotation, attends[layer])
        return hidden

    def _head(self, hidden: Tensor, use: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        projected: Tensor = self.head(self.norm(hidden), use)
        return projected
