"""The two ends of a phase: the model that it starts from, and the `final/` that it leaves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

from havoc.config import HavocConfig, PhaseConfig, dump_config
from havoc.model import TOKENIZER, HavocModel, from_pretrained, read_shape, save_pretrained
from havoc.tokens import Tokenizer, load_tokenizer
from havoc.training.adapters import ADAPTER, add_adapters, merge_adapters, save_adapters
from havoc.training.errors import TrainingError


def starting_point(config: PhaseConfig) -> tuple[HavocConfig, Tokenizer]:
    """Shape and tokenizer of the phase, checked without its weights: the driver asks before anything is written.

    Raises:
        TrainingError: the tokenizer has more ids than the model has embeddings, or rows are longer than it can read.
        HavocError: the checkpoint or the tokenizer is missing, cut short, or belongs to something else.
    """
    if config.model is None:
        shape, tokenizer = read_shape(config.resolve(config.init_from or Path()))
    else:
        shape, tokenizer = config.model, load_tokenizer(tokenizer_folder(config))
    if tokenizer.vocab_size > shape.vocab_size:
        raise TrainingError(
            f"model.vocab_size ({shape.vocab_size}) is smaller than the tokenizer's {tokenizer.vocab_size} ids "
            f"({config.tokenizer}); set it to at least that"
        )
    if config.data.max_seq_len > shape.max_seq_len:
        raise TrainingError(
            f"data.max_seq_len ({config.data.max_seq_len}) exceeds the {shape.max_seq_len} tokens of the model in "
            f"{config.init_from}; lower it"
        )
    return shape, tokenizer


def tokenizer_folder(config: PhaseConfig) -> Path:
    """Where the phase's tokenizer is: its own folder for new weights, else inside the checkpoint."""
    if config.init_from is not None:
        return config.resolve(config.init_from) / TOKENIZER
    return config.resolve(config.tokenizer or Path())


def build_model(config: PhaseConfig) -> tuple[HavocModel, Tokenizer]:
    """The phase's starting point in bf16: new weights from `training.seed`, or those of `init_from`, with LoRA if asked.

    Every rank builds the same weights: on the CPU first, so that a GPU never holds more than what DeepSpeed keeps there.
    """
    training = config.training
    options: dict[str, Any] = {
        "attention_backend": training.attention_backend,
        "checkpoint_every_n_layers": training.checkpoint_every_n_layers if training.gradient_checkpointing else 0,
        "loss_chunk_tokens": training.loss_chunk_tokens,
    }
    if config.init_from is not None:
        model, tokenizer = from_pretrained(config.resolve(config.init_from), dtype=torch.bfloat16, **options)
    else:
        shape, tokenizer = starting_point(config)
        torch.manual_seed(training.seed)
        model = _in_bf16(lambda: HavocModel(shape, **options))
    if config.lora is not None:
        torch.manual_seed(training.seed)
        add_adapters(model, config.lora)
        model.to(torch.bfloat16)
    return model, tokenizer


def _in_bf16(build: Callable[[], HavocModel]) -> HavocModel:
    """Run `build` with new tensors in bf16, so that no rank ever holds the weights in fp32."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        return build()
    finally:
        torch.set_default_dtype(before)


def save_final(engine: Any, tokenizer: Tokenizer, config: PhaseConfig, folder: Path) -> None:
    """Write the trained weights as a checkpoint directory, and adapters beside it. Called on every rank; rank 0 writes."""
    if engine.zero_optimization_stage() == 3:
        weights = engine._zero3_consolidated_16bit_state_dict()  # gathers layer by layer; None on the other ranks
    else:
        weights = engine.module.state_dict()
    if dist.get_rank() == 0:
        model: HavocModel = engine.module
        if engine.zero_optimization_stage() == 3:
            model = _rebuilt(model, weights, config)
        if config.lora is not None:
            save_adapters(model, config.lora, folder.parent / ADAPTER)
            merge_adapters(model)
        save_pretrained(model, folder, tokenizer, recipe_yaml=dump_config(config))
    dist.barrier()


def _rebuilt(partitioned: HavocModel, weights: dict[str, torch.Tensor], config: PhaseConfig) -> HavocModel:
    """A whole model from gathered weights: under ZeRO-3 the engine's own parameters are only shards."""
    with torch.device("meta"):
        model = HavocModel(partitioned.config)
        if config.lora is not None:
            add_adapters(model, config.lora)
    model.load_state_dict(weights, strict=False, assign=True)
    return model
