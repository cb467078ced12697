"""The recipe of one training phase: everything that decides what a run computes, and where it runs."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from havoc.config.base import ConfigError, Settings
from havoc.config.model import HavocConfig


class SourceConfig(Settings):
    """One source of the mixture."""

    path: Path
    """Folder, file or glob of .txt, .md, .jsonl or .parquet files, plain or compressed."""
    weight: float = Field(gt=0)
    """Share of the training tokens, relative to the other sources' weights."""
    name: str = ""
    """Name in metrics and manifests; the last part of the path (without suffix) where it is left out."""

    @property
    def label(self) -> str:
        """The source's name in metrics, manifests and messages."""
        return self.name or self.path.name.split(".")[0]


class DataConfig(Settings):
    """What is trained on, and how it becomes rows of equal length."""

    sources: tuple[SourceConfig, ...] = Field(min_length=1)
    """The training mixture."""
    validation_sources: tuple[SourceConfig, ...] = ()
    """Held-out text, evaluated in the mixture of its weights. Without it nothing is evaluated."""
    shards: Path
    """Folder for the tokenised rows; prepared once, then found unchanged by its manifest."""
    max_seq_len: int = Field(2048, gt=1)
    """Tokens in a row."""
    pack_sequences: bool = True
    """Fill each row with as many documents as fit; attention never crosses between them. False: one document a row."""
    too_long: Literal["error", "drop"] = "error"
    """A conversation longer than a row: stop and name it, or leave it out and count it. (Plain text is split instead.)"""
    feed: Literal["ray", "local"] = "ray"
    """How rows reach a worker: streamed by Ray Data, or read from the shards by the worker. Same rows, same order."""
    seed: int = Field(0, ge=0)
    """Seed of the mixture plan: which row is the n-th sample."""

    @model_validator(mode="after")
    def _labels_differ(self) -> "DataConfig":
        for sources in (self.sources, self.validation_sources):
            labels = [source.label for source in sources]
            twice = {label for label in labels if labels.count(label) > 1}
            if twice:
                raise ValueError(f"two sources are called {sorted(twice)[0]!r}; give one of them another `name`")
        return self


class TrainingConfig(Settings):
    """Optimisation. Defaults are those of spec.md's phase 1."""

    batch_size: int = Field(1, gt=0)
    """Rows of one forward pass on one worker (the micro-batch)."""
    effective_batch_size: int = Field(32, gt=0)
    """Rows of one optimizer step over all workers: batch_size x accumulation x workers."""
    learning_rate: float = Field(3e-4, gt=0)
    """Peak of the cosine schedule."""
    min_learning_rate: float = Field(3e-5, ge=0)
    """Floor of the cosine schedule, reached at max_steps."""
    warmup_steps: int = Field(2000, ge=0)
    """Steps of linear warm-up from zero."""
    max_steps: int = Field(100_000, gt=0)
    """Optimizer steps of the phase."""
    weight_decay: float = Field(0.1, ge=0)
    """Decoupled decay of matrices; norms and embeddings are never decayed."""
    adam_beta1: float = Field(0.9, ge=0, lt=1)
    """Decay of AdamW's first moment."""
    adam_beta2: float = Field(0.95, ge=0, lt=1)
    """Decay of AdamW's second moment."""
    adam_epsilon: float = Field(1e-8, gt=0)
    """Added to the root of the second moment."""
    max_grad_norm: float = Field(1.0, ge=0)
    """Global norm to which gradients are clipped; 0 leaves them."""
    gradient_checkpointing: bool = True
    """Recompute activations in the backward pass instead of keeping them."""
    checkpoint_every_n_layers: int = Field(1, gt=0)
    """Layers in one recomputed stretch: fewer need less memory inside a stretch, more keep fewer boundaries."""
    loss_chunk_tokens: int = Field(512, ge=0)
    """Tokens whose logits exist at one time; 0 computes all of them at once."""
    attention_backend: Literal["auto", "flash_attn", "torch_varlen", "sdpa"] = "auto"
    """auto takes the fastest that the machine has: flash_attn, then torch_varlen (both CUDA), then sdpa."""
    zero_stage: Literal["auto", 0, 1, 2, 3] = "auto"
    """DeepSpeed ZeRO stage; auto lets the planner pick the cheapest that fits."""
    offload_optimizer: bool | Literal["auto"] = "auto"
    """Keep the optimizer's state in host memory (spec.md: cpu_offload_optimizer)."""
    offload_parameters: bool | Literal["auto"] = "auto"
    """Keep parameters in host memory; needs ZeRO-3 (spec.md: cpu_offload_params)."""
    reduce_bucket_size: int = Field(100_000_000, gt=0)
    """Elements of one gradient reduction; DeepSpeed's own default of 5e8 costs 0.93 GiB."""
    eval_every_n_steps: int = Field(1000, gt=0)
    """Steps between evaluations on the held-out rows."""
    eval_samples: int = Field(200, gt=0)
    """Held-out rows of one evaluation."""
    log_every_n_steps: int = Field(10, gt=0)
    """Steps between two lines of metrics."""
    seed: int = Field(0, ge=0)
    """Seed of new weights."""

    @model_validator(mode="after")
    def _schedule_is_possible(self) -> "TrainingConfig":
        if self.warmup_steps >= self.max_steps:
            raise ValueError(f"warmup_steps ({self.warmup_steps}) must be smaller than max_steps ({self.max_steps})")
        if self.min_learning_rate > self.learning_rate:
            raise ValueError(f"min_learning_rate ({self.min_learning_rate}) is above learning_rate ({self.learning_rate})")
        if self.effective_batch_size % self.batch_size:
            raise ValueError(
                f"effective_batch_size ({self.effective_batch_size}) must be a multiple of batch_size ({self.batch_size})"
            )
        return self


class LoraConfig(Settings):
    """Low-rank adapters (Hu et al. 2021) on the projections instead of full fine-tuning."""

    rank: int = Field(16, gt=0)
    """Rank of each update."""
    alpha: float = Field(32.0, gt=0)
    """Scale of the update: alpha / rank."""
    target_modules: tuple[Literal["qkv", "out", "gate_up", "down"], ...] = ("qkv", "out", "gate_up", "down")
    """Projections that get an adapter."""


class CheckpointConfig(Settings):
    """Where a run keeps what it must not lose."""

    dir: Path
    """Folder of the run: step checkpoints, metrics.jsonl, recipe.yaml and, at the end, final/."""
    save_every_n_steps: int = Field(5000, gt=0)
    """Steps between checkpoints."""
    keep_last_n_checkpoints: int = Field(3, gt=0)
    """Older ones are deleted once a newer one is complete."""


class ScalingConfig(Settings):
    """How many workers, and what each of them gets."""

    num_workers: int = Field(1, gt=0)
    """Data-parallel ranks."""
    use_gpu: bool = True
    """One GPU per worker; False trains on the CPU."""
    cpus_per_worker: float = Field(1.0, gt=0)
    """Logical CPUs that Ray reserves per worker; also its number of torch threads on the CPU."""
    max_failures: int = Field(3, ge=-1)
    """Restarts from the last checkpoint after a worker is lost; -1 for no limit."""


class HardwareConfig(Settings):
    """The machine that the planner assumes. Nothing is allocated from it."""

    gpu_memory_gib: float = Field(24.0, gt=0)
    """Memory of one GPU, as printed on its box."""
    host_memory_gib: float = Field(128.0, gt=0)
    """Main memory of one node."""
    gpus_per_node: int = Field(1, gt=0)
    """GPUs that share the host memory."""
    peak_tflops: float = Field(165.0, gt=0)
    """Dense bf16 peak of one device in TFLOP/s; 165 is the RTX 4090's with fp32 accumulation (vendor's white paper)."""
    mfu: float = Field(0.4, gt=0, le=1)
    """Share of that peak that hours are estimated with."""


class PhaseConfig(Settings):
    """The recipe of one training phase (1 pretraining, 2 supervised fine-tuning, 3 polish)."""

    root: Path = Path()
    """Folder that relative paths of the recipe start from. Absolute under `ray job submit`."""
    model: HavocConfig | None = None
    """Shape of new weights (phase 1). In YAML: `preset: NAME` and the fields that differ."""
    init_from: Path | None = None
    """Checkpoint to start from (phases 2 and 3): a `final/` of an earlier phase or an imported base."""
    tokenizer: Path | None = None
    """Folder of the tokenizer for new weights; a checkpoint brings its own."""
    data: DataConfig
    training: TrainingConfig = TrainingConfig()
    lora: LoraConfig | None = None
    checkpoint: CheckpointConfig
    scaling: ScalingConfig = ScalingConfig()
    hardware: HardwareConfig = HardwareConfig()

    @model_validator(mode="after")
    def _start_is_named(self) -> "PhaseConfig":
        if (self.model is None) == (self.init_from is None):
            raise ValueError("give either `model` (new weights) or `init_from` (a checkpoint), not both and not neither")
        if self.model is not None and self.tokenizer is None:
            raise ValueError("new weights need `tokenizer`: the folder that jobs.phase0_tokenizer wrote")
        if self.model is not None and self.lora is not None:
            raise ValueError("`lora` adapts existing weights; it needs `init_from` instead of `model`")
        if self.init_from is not None and self.tokenizer is not None:
            raise ValueError("`tokenizer` does not go with `init_from`: the checkpoint brings its own")
        if self.model is not None and self.data.max_seq_len > self.model.max_seq_len:
            raise ValueError(
                f"data.max_seq_len ({self.data.max_seq_len}) exceeds model.max_seq_len ({self.model.max_seq_len})"
            )
        return self

    @property
    def accumulation(self) -> int:
        """Forward passes per worker and optimizer step.

        Raises:
            ConfigError: effective_batch_size is not a multiple of batch_size x num_workers.
        """
        per_pass = self.training.batch_size * self.scaling.num_workers
        if self.training.effective_batch_size % per_pass:
            raise ConfigError(
                f"training.effective_batch_size ({self.training.effective_batch_size}) must be a multiple of "
                f"batch_size x num_workers ({per_pass}); change one of the three"
            )
        return self.training.effective_batch_size // per_pass

    def resolve(self, path: Path) -> Path:
        """`path`, made absolute against `root`."""
        return (self.root / path).expanduser().absolute()
