"""How many replicas of the model there should be: as many as the tokens that wait ask for."""

import math
from typing import Any

from ray.serve.config import AutoscalingContext

BUSY = 0.8
"""Share of the requests that all replicas can work on, from which another replica is wanted even if few tokens wait."""


class WaitingTokens:
    """An autoscaling policy of Ray Serve. What counts is work in tokens: one long prompt is more than ten short ones."""

    def __init__(self, target_waiting_tokens: int, max_ongoing_requests: int) -> None:
        self._target, self._most = target_waiting_tokens, max_ongoing_requests

    def __call__(self, context: AutoscalingContext) -> tuple[int, dict[str, Any]]:
        """The number of replicas, within the bounds that the deployment has, and the policy's state, which is empty."""
        waiting = sum((context.aggregated_metrics or {}).get("waiting_tokens", {}).values())
        by_tokens = math.ceil(waiting / self._target)
        by_requests = math.ceil(context.total_num_requests / (BUSY * self._most))
        wanted = max(by_tokens, by_requests)
        return min(max(wanted, context.capacity_adjusted_min_replicas), context.capacity_adjusted_max_replicas), {}
