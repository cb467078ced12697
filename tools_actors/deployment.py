"""A tool as a Serve deployment: autoscaled, health-checked, with a deadline per call and a bounded queue."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from ray import serve
from ray.serve import Application

from havoc.config import ToolsConfig
from havoc.tools import ToolRegistry
from havoc.tools.isolated import IsolatedTools


class ToolReplica:
    """Runs the calls of one tool in a process of its own."""

    def __init__(self, tool: str, config: ToolsConfig) -> None:
        self._tool = tool
        self._tools = IsolatedTools(config.deadline_s, config.memory_gib)
        # Libraries are loaded by the first call that needs them, for seconds. Calls that come meanwhile go in between.
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    async def __call__(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """One call; its answer is `ToolRegistry.execute`'s. The replica's event loop stays free for health checks."""
        return await asyncio.to_thread(self._tools.execute, self._tool, args)

    def _warm_up(self) -> None:
        for operation in ToolRegistry().tools[self._tool].operations.values():
            for example in operation.examples[:1]:
                self._tools.execute(self._tool, {"operation": operation.name, **example})

    def __del__(self) -> None:
        self._tools.close()


def bind_tools(config: ToolsConfig) -> dict[str, Application]:
    """One application per built-in tool, to be run by itself or passed to a deployment that calls it."""
    applications = {}
    for name in ToolRegistry().tools:
        deployment = serve.deployment(ToolReplica).options(
            name=name,
            ray_actor_options={"num_cpus": config.num_cpus},
            max_ongoing_requests=2,  # one runs, the next is there when it ends
            max_queued_requests=config.max_queued,
            health_check_period_s=5,
            health_check_timeout_s=10,
            graceful_shutdown_timeout_s=config.deadline_s,
            autoscaling_config={
                "min_replicas": config.min_replicas,
                "max_replicas": config.max_replicas,
                "target_ongoing_requests": 1,
                "upscale_delay_s": 2,
            },
        )
        applications[name] = deployment.bind(name, config)
    return applications
