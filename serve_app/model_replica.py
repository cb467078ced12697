"""The deployment of the model: a replica holds engine and PRIME, and sends what happens as lists of events."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from ray.serve.handle import DeploymentHandle

from havoc.config import ServingConfig
from havoc.engine import SamplingParams
from havoc.errors import HavocError
from havoc.prime import LocalToolCaller, PrimeRequest
from serve_app.backend import EventStream, Prompt
from serve_app.coalesce import Coalescer
from serve_app.errors import as_api_error
from serve_app.host import ModelHost
from serve_app.metrics import EngineMetrics, Instruments
from tools_actors import ClusterTools

FIRST_QUESTION = "Is there a difference between A: 1, 2, 3, 4, 6 and B: 2, 3, 4, 5, 7?"
"""Takes a test, a check of its assumptions, and a debate; that is, most of what there is."""


class ModelReplica:
    """A ModelHost behind Serve. The model computes in the engine's own thread, so that health checks are answered."""

    async def __init__(  # type: ignore[misc] # Serve awaits it
        self, config: ServingConfig, tools: Mapping[str, DeploymentHandle]
    ) -> None:
        """Load the checkpoint, and answer once, so that no request waits for what is built or read at first use.

        Raises:
            HavocError: checkpoint, device or memory are not there.
        """
        # Ray gives actors one thread, unless they reserve whole CPUs.
        torch.set_num_threads(config.num_threads or len(os.sched_getaffinity(0)))
        self._instruments = Instruments()
        self._metrics = EngineMetrics(self._instruments)
        self._coalescer = Coalescer(config.messages_per_s)
        caller = ClusterTools.on_serve(tools, config.tools) if tools else LocalToolCaller(timeout_s=config.tools.deadline_s)
        self._host = await asyncio.to_thread(ModelHost, config, caller, self._metrics, self._instruments.prime_result)
        await self._host.__aenter__()
        async for _ in self._host.prime(PrimeRequest(FIRST_QUESTION)):
            pass

    async def prime(self, request: PrimeRequest, tools: Sequence[str] | None, whole: bool) -> EventStream:
        """See Backend; what is wrong with the request is an `error` event."""
        async for batch in self._sent(self._host.prime(request, tools, whole=whole)):
            yield batch

    async def complete(self, prompt: Prompt, params: SamplingParams) -> EventStream:
        """See Backend; what is wrong with the request is an `error` event."""
        async for batch in self._sent(self._host.complete(prompt, params)):
            yield batch

    async def _sent(self, batches: EventStream) -> EventStream:
        try:
            async for batch in self._coalescer.stream(batches):
                yield batch
        except HavocError as error:
            yield [as_api_error(error).as_event()]

    async def can_answer(self, question: str, tools: Sequence[str] | None) -> bool:
        """See Backend."""
        return await self._host.can_answer(question, tools)

    async def call_tool(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """See Backend."""
        return await self._host.call_tool(tool, args)

    async def is_ready(self) -> bool:
        """See Backend."""
        return await self._host.is_ready()

    def check_health(self) -> None:
        """Serve asks this from time to time, and replaces a replica whose engine has stopped."""
        self._host.engine.check_health()
        self._instruments.refresh()

    def record_autoscaling_stats(self) -> dict[str, float]:
        """What `serve_app.autoscaling` goes by."""
        return {"waiting_tokens": self._metrics.waiting_tokens}
