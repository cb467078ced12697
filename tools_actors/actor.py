"""A tool as a plain Ray actor, for use without Serve."""

import asyncio
from collections.abc import Mapping
from typing import Any

import ray

from havoc.config import ToolsConfig
from havoc.tools import ToolRegistry
from havoc.tools.isolated import IsolatedTools

WAITING = 1000
"""Calls that an actor holds; the bound that protects a cluster is Serve's."""


class ToolActor:
    """Runs the calls of one tool in a process of its own."""

    def __init__(self, tool: str, config: ToolsConfig) -> None:
        self._tool = tool
        self._tools = IsolatedTools(config.deadline_s, config.memory_gib)

    async def execute(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """One call; its answer is `ToolRegistry.execute`'s."""
        return await asyncio.to_thread(self._tools.execute, self._tool, args)


def start_actors(config: ToolsConfig) -> dict[str, Any]:
    """One actor per built-in tool; Ray starts a lost one again."""
    remote = ray.remote(ToolActor).options(num_cpus=config.num_cpus, max_restarts=-1, max_concurrency=WAITING)
    return {name: remote.remote(name, config) for name in ToolRegistry().tools}
