"""The backend of a cluster: handles of the model's and the tools' deployments, and what survives the loss of a replica."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ray.exceptions import RayActorError
from ray.serve.exceptions import DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from havoc.config import ServingConfig
from havoc.engine import SamplingParams
from havoc.prime import PrimeRequest, ToolCaller
from serve_app.backend import EventStream, Prompt
from serve_app.errors import RETRY_AFTER_S, ApiError
from serve_app.replay import Replay

_log = logging.getLogger("ray.serve")
PAUSE_S = 0.5
"""Before a lost request is sent again; a replacement takes some seconds to load."""


class ClusterBackend:
    """A Backend over Serve handles."""

    def __init__(self, model: DeploymentHandle, tools: ToolCaller | None, config: ServingConfig) -> None:
        """Take the handle of the model's deployment, and the caller of the tools where these are not in its replicas."""
        # Lists of small objects are cheaper sent as they are than by way of the object store.
        self._model = model.options(stream=True, _by_reference=False)
        self._answers = model.options(_by_reference=False)
        self._tools, self._config = tools, config

    async def prime(self, request: PrimeRequest, tools: Sequence[str] | None, *, whole: bool = False) -> EventStream:
        """See Backend."""
        async for batch in self._stream(lambda: self._model.prime.remote(request, tools, whole)):
            yield batch

    async def complete(self, prompt: Prompt, params: SamplingParams) -> EventStream:
        """See Backend."""
        async for batch in self._stream(lambda: self._model.complete.remote(prompt, params)):
            yield batch

    async def can_answer(self, question: str, tools: Sequence[str] | None) -> bool:
        """See Backend."""
        return bool(await self._answers.can_answer.remote(question, tools))

    async def call_tool(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """See Backend."""
        if self._tools is not None:
            return await self._tools.execute(tool, args)
        return dict(await self._answers.call_tool.remote(tool, args))

    async def is_ready(self) -> bool:
        """See Backend."""
        try:
            return bool(await asyncio.wait_for(_awaited(self._answers.is_ready.remote()), 5))
        except (TimeoutError, RayActorError, DeploymentUnavailableError):
            return False

    async def _stream(self, send: Callable[[], Any]) -> EventStream:
        replay, loop = Replay(), asyncio.get_running_loop()
        patient_until = loop.time() + self._config.limits.patience_s
        while True:
            response = send()
            try:
                async for batch in response:
                    patient_until = loop.time() + self._config.limits.patience_s
                    if batch[-1]["type"] == "error":
                        raise ApiError.from_event(batch[-1])
                    if fresh := replay.new(batch):
                        yield fresh
                return
            except (RayActorError, DeploymentUnavailableError) as error:
                if loop.time() > patient_until:
                    raise ApiError(
                        503, "the model is not available; try again shortly", "unavailable", retry_after_s=RETRY_AFTER_S
                    ) from None
                _log.warning("a replica of the model was lost; its request runs again (%s)", type(error).__name__)
                replay.start_again()
                await asyncio.sleep(PAUSE_S)
            finally:
                # Frees what the replica holds for a request whose client has left, and does nothing where it has ended.
                response.cancel()


async def _awaited(response: Any) -> Any:
    return await response
