"""LoRA through peft: adapters put into a HavocModel, and merged back into its weights at the end."""

from typing import Any

import peft
import torch

from havoc.config import LoraConfig
from havoc.model import HavocModel


def add_adapters(model: HavocModel, config: LoraConfig) -> None:
    """Freeze `model` and give the projections named in `config` trainable low-rank updates, in place."""
    settings = peft.LoraConfig(
        r=config.rank, lora_alpha=config.alpha, target_modules=list(config.target_modules), lora_dropout=0.0, bias="none"
    )
    peft.inject_adapter_in_model(settings, model)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("lora_" in name)


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
