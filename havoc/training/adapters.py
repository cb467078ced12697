"""LoRA through peft: adapters put into a HavocModel, kept as a small file, and merged into its weights."""

import json
from pathlib import Path
from typing import Any

import peft
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from havoc.config import ConfigError, LoraConfig
from havoc.model import HavocModel
from havoc.training.errors import TrainingError

ADAPTER = "adapter.safetensors"
_SETTINGS = "lora"


def add_adapters(model: HavocModel, config: LoraConfig) -> None:
    """Freeze `model` and give the projections named in `config` trainable low-rank updates, in place."""
    settings = peft.LoraConfig(
        r=config.rank, lora_alpha=config.alpha, target_modules=list(config.target_modules), lora_dropout=0.0, bias="none"
    )
    peft.inject_adapter_in_model(settings, model)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(_is_adapter(name))


def merge_adapters(model: HavocModel) -> None:
    """Add each update to its weight and remove the adapters, in place: the model is a plain HavocModel again."""
    layers: list[tuple[Any, str, Any]] = []
    for parent in model.modules():
        for name, child in parent.named_children():
            if isinstance(child, peft.tuners.lora.LoraLayer):
                layers.append((parent, name, child))
    with torch.no_grad():
        for parent, name, layer in layers:
            layer.merge(safe_merge=True)
            setattr(parent, name, layer.get_base_layer())


def save_adapters(model: HavocModel, config: LoraConfig, file: Path) -> None:
    """Write the updates alone, in bf16: what `apply_adapters` makes of the same base is the trained model.

    Args:
        model: with adapters in it, not merged.
        config: what they were made with.
        file: replaced where it exists.
    """
    updates = {
        name: parameter.detach().to(torch.bfloat16).contiguous().cpu()
        for name, parameter in model.named_parameters()
        if _is_adapter(name)
    }
    save_file(updates, file, metadata={_SETTINGS: config.model_dump_json()})


def apply_adapters(model: HavocModel, file: Path) -> None:
    """Add the updates of a file to the weights of their base, in place.

    Raises:
        TrainingError: the file cannot be read, or belongs to a model of another shape.
    """
    try:
        with safe_open(file, framework="pt") as opened:
            config = LoraConfig.model_validate(json.loads((opened.metadata() or {})[_SETTINGS]))
            updates = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - it is no mapping
    except (OSError, SafetensorError, KeyError, ValueError, ConfigError) as error:
        raise TrainingError(f"{file}: cannot be read as adapters ({error}); make it again, or fetch it again") from None
    add_adapters(model, config)
    wanted = {name: parameter.shape for name, parameter in model.named_parameters() if _is_adapter(name)}
    found = {name: tensor.shape for name, tensor in updates.items()}
    if wanted != found:
        different = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        raise TrainingError(f"{file}: it belongs to a model of another shape ({different[0]}); merge it with its own base")
    model.load_state_dict(updates, strict=False)
    merge_adapters(model)


def _is_adapter(name: str) -> bool:
    return "lora_" in name
