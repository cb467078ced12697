"""Who runs tool calls: in one process the registry itself, on a cluster the hosts of the tools."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from havoc.tools import ToolRegistry


class ToolCaller(Protocol):
    """Runs calls, several at a time."""

    async def execute(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """What `ToolRegistry.execute` gives; a failure, a time-out included, is an answer and no exception."""


class LocalToolCaller:
    """Runs calls on threads of this process."""

    def __init__(self, registry: ToolRegistry | None = None, timeout_s: float = 30.0) -> None:
        """Take a registry, by default one with all tools.

        Args:
            registry: what has the tools.
            timeout_s: seconds until a call counts as lost. Its thread cannot be stopped; the tools bound their own work.
        """
        self.registry = registry or ToolRegistry()
        self.timeout_s = timeout_s

    async def execute(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """See ToolCaller."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self.registry.execute, tool, args), self.timeout_s)
        except TimeoutError:
            problem = f"no answer within {self.timeout_s:g} s; ask for less, or raise the time limit of tools"
            return {"success": False, "tool": tool, "error": f"{tool}: {problem}"}
