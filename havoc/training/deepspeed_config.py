"""The DeepSpeed configuration of a phase: one function, so that what the plan prints is what the engine gets."""

from typing import Any

from havoc.config import PhaseConfig
from havoc.training.strategy import Strategy


def deepspeed_config(
    config: PhaseConfig, strategy: Strategy, accumulation: int, *, load_universal: bool = False
) -> dict[str, Any]:
    """Settings for `deepspeed.initialize`.

    The optimizer is made by the caller and so is not named here: ZeRO takes torch.optim.AdamW and, where the optimizer's
    state is on the host, DeepSpeedCPUAdam.

    Args:
        config: the phase.
        strategy: what the planner chose.
        accumulation: forward passes per worker and optimizer step. DeepSpeed divides each backward by it.
        load_universal: checkpoints are read in the form that fits any number of ranks.
    """
    training = config.training
    on_host = {"device": "cpu", "pin_memory": config.scaling.use_gpu}
    zero: dict[str, Any] = {
        "stage": strategy.zero_stage,
        "reduce_bucket_size": training.reduce_bucket_size,
        # A second bucket of the same size under ZeRO-1 and 2; under ZeRO-3 there is one, and prefetching needs it.
        "overlap_comm": strategy.zero_stage == 3,
    }
    if strategy.offload_optimizer:
        zero["offload_optimizer"] = on_host
    if strategy.offload_parameters:
        zero["offload_param"] = on_host
    # data_types.grad_accum_dtype is left at the weights' bf16: fp32 would put 4 bytes per parameter on the GPU under
    # ZeRO-2 with the optimizer on the host, and select another optimizer class under ZeRO-1.
    return {
        "train_micro_batch_size_per_gpu": training.batch_size,
        "gradient_accumulation_steps": accumulation,
        "gradient_clipping": training.max_grad_norm,  # must be said: DeepSpeed's default is 1.0
        "bf16": {"enabled": True},
        "zero_optimization": zero,
        "checkpoint": {"load_universal": load_universal},
        "steps_per_print": 1_000_000_000,
        "wall_clock_breakdown": False,
    }
