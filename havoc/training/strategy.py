"""Where weights, gradients and optimizer state live: what DeepSpeed's ZeRO shards, and what moves to the host."""

from dataclasses import dataclass

from havoc.config import PhaseConfig
from havoc.training.errors import TrainingError


@dataclass(frozen=True)
class Strategy:
    """One way of placing the training state (Rajbhandari et al. 2020, ZeRO; Ren et al. 2021, ZeRO-Offload)."""

    zero_stage: int
    """What ranks share among themselves: 0 nothing, 1 the optimizer's state, 2 gradients too, 3 weights too."""
    offload_optimizer: bool = False
    """Keep the optimizer's state in host memory, and update there."""
    offload_parameters: bool = False
    """Keep the weights in host memory, and fetch each when it is used."""

    def __str__(self) -> str:
        moved = {
            (False, False): "",
            (True, False): " + optimizer on the host",
            (True, True): " + optimizer and parameters on the host",
        }
        return f"ZeRO-{self.zero_stage}{moved[self.offload_optimizer, self.offload_parameters]}"


CHEAPEST_FIRST = (
    Strategy(1),
    Strategy(2),
    Strategy(3),
    Strategy(2, offload_optimizer=True),
    Strategy(1, offload_optimizer=True),
    Strategy(3, offload_optimizer=True),
    Strategy(3, offload_optimizer=True, offload_parameters=True),
)
"""Every strategy that a plan considers. Each costs more communication, or more traffic to the host, than the one before."""


def strategies_for(config: PhaseConfig) -> list[Strategy]:
    """The strategies that the recipe leaves open, cheapest first. On the CPU `auto` stands for ZeRO-1.

    Raises:
        TrainingError: zero_stage, offload_optimizer and offload_parameters of the recipe exclude each other.
    """
    training = config.training
    stage, optimizer, parameters = training.zero_stage, training.offload_optimizer, training.offload_parameters
    if not config.scaling.use_gpu:
        stage = 1 if stage == "auto" and parameters is not True else stage
        optimizer = parameters is True if optimizer == "auto" else optimizer
    found = [
        strategy
        for strategy in (Strategy(0), *CHEAPEST_FIRST)
        if (strategy.zero_stage == stage if stage != "auto" else strategy.zero_stage > 0)
        and optimizer in ("auto", strategy.offload_optimizer)
        and parameters in ("auto", strategy.offload_parameters)
    ]
    if not found:
        raise TrainingError(
            f"training.zero_stage {stage}, offload_optimizer {optimizer} and offload_parameters {parameters} do not go "
            "together: offloading needs ZeRO, offload_parameters needs zero_stage 3 and offload_optimizer; set them to auto"
        )
    return found
