"""Calls of tools on a cluster, from Serve deployments or plain actors, that survive the loss of a process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ray.exceptions import RayActorError
from ray.serve.exceptions import BackPressureError
from ray.serve.handle import DeploymentHandle

from havoc.config import ToolsConfig
from havoc.tools import ToolError

PAUSE_S = 0.2
"""Before a lost call is sent again; doubled each time, so that a replacement can start."""
QUEUE_FACTOR = 4
"""Deadlines that a call may spend waiting and running before its caller gives up."""


Send = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]


class ClusterTools:
    """Tools by name behind one asynchronous `execute`, whose answers are those of `ToolRegistry.execute`.

    Args:
        send: sends the arguments to the named tool.
        config: attempts and deadline.
    """

    def __init__(
        self, send: Mapping[str, Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]], config: ToolsConfig
    ) -> None:
        self._send, self._config = send, config
        self._turns = asyncio.Semaphore(config.max_calls)

    @classmethod
    def on_serve(cls, handles: Mapping[str, DeploymentHandle], config: ToolsConfig) -> "ClusterTools":
        """Through the handles of the deployments that `bind_tools` made."""
        return cls({name: handle.remote for name, handle in handles.items()}, config)

    @classmethod
    def on_actors(cls, actors: Mapping[str, Any], config: ToolsConfig) -> "ClusterTools":
        """Through the actors that `start_actors` made."""
        return cls({name: actor.execute.remote for name, actor in actors.items()}, config)

    async def execute(self, tool_name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Run one call. A call whose process was lost is sent again; what cannot be had is an error, never an exception."""
        try:
            async with self._turns:
                return await self._execute(tool_name, args)
        except ToolError as error:
            return {"success": False, "tool": tool_name, "error": str(error), "details": error.as_json()}

    async def _execute(self, tool_name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        if tool_name not in self._send:
            raise ToolError("", "", f"Unknown tool: {tool_name}", f"the tools are {', '.join(self._send)}")
        patience = QUEUE_FACTOR * self._config.deadline_s
        for attempt in range(self._config.attempts):
            try:
                return await asyncio.wait_for(_awaited(self._send[tool_name](args)), patience)
            except TimeoutError:
                raise ToolError(
                    "", "", f"{tool_name} did not answer within {patience:g} s", "try again when it is less busy"
                ) from None
            except BackPressureError:
                raise ToolError("", "", f"{tool_name} has too many calls waiting", "try again in a moment") from None
            except RayActorError:
                await asyncio.sleep(PAUSE_S * 2**attempt)
        raise ToolError("", "", f"{tool_name} was lost {self._config.attempts} times during the call", "try again")


async def _awaited(response: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return await response
