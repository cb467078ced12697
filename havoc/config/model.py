"""The shape of a HAVOC transformer. Names follow spec.md; there is no dropout and rotation covers the whole head."""

from typing import Literal

from pydantic import Field, model_validator

from havoc.config.base import Settings


class AttentionConfig(Settings):
    """Grouped-query attention with rotary positions."""

    num_heads: int = Field(32, gt=0)
    """Query heads."""
    num_kv_heads: int = Field(8, gt=0)
    """Key and value heads; each serves `num_heads / num_kv_heads` query heads."""
    head_dim: int = Field(128, gt=0, multiple_of=2)
    """Width of one head. The rotary embedding turns all of it."""
    rope_theta: float = Field(10000.0, gt=0)
    """Base of the rotary frequencies (Su et al. 2021, RoFormer)."""

    @model_validator(mode="after")
    def _heads_divide(self) -> "AttentionConfig":
        if self.num_heads % self.num_kv_heads:
            raise ValueError(
                f"num_heads ({self.num_heads}) must be a multiple of num_kv_heads ({self.num_kv_heads}); change one of them"
            )
        return self


class MLPConfig(Settings):
    """Gated feed-forward block."""

    hidden_dim: int = Field(11008, gt=0)
    """Width of the gate and of the up projection."""
    activation: Literal["swiglu"] = "swiglu"
    """SwiGLU (Shazeer 2020) is the one that is implemented."""


class HavocConfig(Settings):
    """A decoder-only transformer: RMSNorm, RoPE, grouped-query attention, SwiGLU."""

    vocab_size: int = Field(70000, gt=19)
    """Rows of the embedding. At least as many as the tokenizer has ids."""
    d_model: int = Field(4096, gt=0)
    """Width of the residual stream."""
    num_layers: int = Field(32, gt=0)
    """Transformer blocks."""
    max_seq_len: int = Field(4096, gt=0)
    """Longest sequence, in tokens, that the rotary table covers."""
    attention: AttentionConfig = AttentionConfig()
    mlp: MLPConfig = MLPConfig()
    layer_norm_eps: float = Field(1e-5, gt=0)
    """Added to the mean square inside every RMSNorm."""
    tie_word_embeddings: bool = True
    """Whether the output head is the embedding itself (Press & Wolf 2017), or a matrix of its own (Llama, Mistral)."""
    initializer_range: float = Field(0.02, gt=0)
    """Standard deviation of new weights; residual projections get it divided by sqrt(2 * num_layers) (GPT-2)."""

    @property
    def num_parameters(self) -> int:
        """Trainable numbers of the whole model, a tied head counted once."""
        attention = self.attention
        q = attention.num_heads * attention.head_dim
        kv = attention.num_kv_heads * attention.head_dim
        layer = self.d_model * (2 * q + 2 * kv) + 3 * self.d_model * self.mlp.hidden_dim + 2 * self.d_model
        embeddings = (1 if self.tie_word_embeddings else 2) * self.vocab_size * self.d_model
        return embeddings + self.num_layers * layer + self.d_model


class Havoc7BConfig(HavocConfig):
    """The production shape: 5,957,685,248 parameters (spec.md's sum of 6.96B slipped by one billion, errata 1)."""
