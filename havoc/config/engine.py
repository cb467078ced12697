"""Settings of inference."""

from typing import Literal

from pydantic import Field, model_validator

from havoc.config.base import Settings


class EngineConfig(Settings):
    """How much the engine holds, and how much it computes at a time."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """`auto` takes a GPU where there is one."""
    dtype: Literal["bf16", "fp32"] = "bf16"
    """Of weights, keys and values."""
    block_size: int = Field(16, ge=1, le=512)
    """Tokens whose keys and values are kept, shared and freed together."""
    kv_cache_gib: float = Field(1.0, gt=0)
    """Memory for keys and values, allocated at the start."""
    max_seq_len: int | None = Field(None, ge=2)
    """Longest sequence, prompt and output together; the model's own limit where it is left out."""
    max_num_seqs: int = Field(32, ge=1)
    """Sequences in one step."""
    max_batch_tokens: int = Field(512, ge=1)
    """Tokens in one step. Longer prompts are computed in chunks of what the running sequences leave of it."""
    max_waiting: int = Field(1024, ge=0)
    """Generations that may wait for their turn; beyond, a new one is refused at once."""
    prefix_cache: bool = True
    """Keep finished blocks until their memory is needed, for later prompts that begin with the same tokens."""
    speculative_tokens: int = Field(3, ge=0, le=16)
    """Tokens guessed ahead where the text repeats an earlier stretch, and checked in one step; 0 never guesses. What comes
    out is the same; at one sequence a step costs as much for four tokens as for one."""
    int8_weights: bool = False
    """Keep the weights of the layers as int8 with a scale per row: half the memory to read, and less exact."""

    @model_validator(mode="after")
    def _room_for_all(self) -> "EngineConfig":
        if self.max_batch_tokens < self.max_num_seqs:
            raise ValueError(
                f"max_batch_tokens {self.max_batch_tokens} is below max_num_seqs {self.max_num_seqs}, so some sequences "
                "would never get a token; raise the one or lower the other"
            )
        return self
