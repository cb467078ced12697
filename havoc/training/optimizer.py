"""AdamW as DeepSpeed is given it: fused on the device, or DeepSpeed's vectorised one where its state lives on the host."""

import torch

from havoc.config import TrainingConfig
from havoc.training.extensions import compiling
from havoc.training.schedule import learning_rate, parameter_groups
from havoc.training.strategy import Strategy


def build_optimizer(model: torch.nn.Module, training: TrainingConfig, strategy: Strategy) -> torch.optim.Optimizer:
    """Decoupled weight decay on matrices only; the learning rate is set before each step by `set_learning_rate`."""
    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    groups = parameter_groups(trained, training.weight_decay)
    betas = (training.adam_beta1, training.adam_beta2)
    rate = learning_rate(0, training)
    if strategy.offload_optimizer:
        from deepspeed.ops.adam import DeepSpeedCPUAdam  # compiled on first use, so only where it is wanted

        with compiling():
            return DeepSpeedCPUAdam(groups, lr=rate, betas=betas, eps=training.adam_epsilon, adamw_mode=True)
    return torch.optim.AdamW(groups, lr=rate, betas=betas, eps=training.adam_epsilon, fused=True)


def set_learning_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Use `rate` for the next step in every parameter group."""
    for group in optimizer.param_groups:
        group["lr"] = rate
