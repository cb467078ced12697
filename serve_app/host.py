"""A model with engine and PRIME in one process: what a replica runs, and tests without Ray."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from havoc.config import ServingConfig
from havoc.engine import AsyncEngine, EngineCore, Metrics, SamplingParams
from havoc.model import from_pretrained
from havoc.prime import PrimeEvent, PrimeRequest, PrimeResult, Reasoner, ToolCaller
from havoc.prime.candidates import CandidateRanker
from havoc.tokens import render
from havoc.tools import ToolRegistry
from serve_app.backend import EventStream, Prompt
from serve_app.errors import ApiError


class ModelHost:
    """Answers requests. Use it as `async with ModelHost(...) as host`."""

    def __init__(
        self,
        config: ServingConfig,
        caller: ToolCaller,
        metrics: Metrics | None = None,
        on_result: Callable[[PrimeResult], None] = lambda result: None,
    ) -> None:
        """Load the checkpoint.

        Args:
            config: what is served.
            caller: runs tool calls.
            metrics: where the engine's figures go.
            on_result: gets every reasoned answer, for instruments.

        Raises:
            HavocError: checkpoint, device or memory are not there.
        """
        self.config = config
        dtype = torch.bfloat16 if config.engine.dtype == "bf16" else torch.float32
        model, self.tokenizer = from_pretrained(Path(config.checkpoint), dtype=dtype)
        self.engine = AsyncEngine(EngineCore(model, self.tokenizer, config.engine, metrics))
        self._caller, self._on_result = caller, on_result
        self._registry = ToolRegistry()
        self._reasoners: dict[tuple[str, ...], Reasoner] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "ModelHost":
        await self._stack.enter_async_context(self.engine)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def prime(self, request: PrimeRequest, tools: Sequence[str] | None = None, *, whole: bool = False) -> EventStream:
        """See Backend."""
        events: asyncio.Queue[PrimeEvent | None] = asyncio.Queue()
        task = asyncio.create_task(self._reasoner(tools).answer(request, events.put_nowait))
        task.add_done_callback(lambda done: events.put_nowait(None))
        try:
            ended = False
            while not ended:
                taken = [await events.get()]
                while not events.empty():
                    taken.append(events.get_nowait())
                ended = taken[-1] is None
                if batch := [event.as_json() for event in taken if event is not None]:
                    yield batch
            result = await task
            self._on_result(result)
            if whole:
                yield [{"type": "result", "data": result.as_json()}]
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def complete(self, prompt: Prompt, params: SamplingParams) -> EventStream:
        """See Backend."""
        ids = self._ids(prompt)
        params = replace(params, stop_ids=params.stop_ids | {self.tokenizer.special_id("<eos>")})
        sequence = await self.engine.open(ids)
        written = 0
        try:
            async with aclosing(self.engine.generate(sequence, params)) as updates:
                async for update in updates:
                    if update.error is not None:
                        raise update.error
                    written += len(update.ids)
                    event: dict[str, Any] = {"type": "text", "text": update.text, "ids": update.ids}
                    if params.logprobs is not None:
                        event["logprobs"] = [
                            [self._token(one.id, one.logprob), [self._token(*top) for top in one.top]]
                            for one in update.logprobs
                        ]
                    batch = [event]
                    if update.finish_reason is not None:
                        usage = {"prompt_tokens": len(ids), "written_tokens": written, "forced_tokens": 0}
                        batch.append({"type": "end", "data": {"termination_reason": update.finish_reason, "usage": usage}})
                    yield batch
        finally:
            await self.engine.close(sequence)

    async def can_answer(self, question: str, tools: Sequence[str] | None = None) -> bool:
        """See Backend."""
        return await asyncio.to_thread(self._reasoner(tools).fits, question)

    async def call_tool(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """See Backend."""
        return await self._caller.execute(tool, args)

    async def is_ready(self) -> bool:
        """See Backend."""
        self.engine.check_health()
        return True

    def _ids(self, prompt: Prompt) -> list[int]:
        if prompt.messages:
            return render(prompt.messages, self.tokenizer, open_turn=True).ids
        return list(prompt.ids) or [self.tokenizer.special_id("<bos>"), *self.tokenizer.encode(prompt.text)]

    def _token(self, token_id: int, logprob: float) -> dict[str, Any]:
        """An entry of OpenAI's log-probabilities."""
        name = self.tokenizer.special_name(token_id)
        data = self.tokenizer.token_bytes(token_id) if name is None else name.encode()
        return {"token": data.decode(errors="replace"), "logprob": max(logprob, -9999.0), "bytes": list(data)}

    def _reasoner(self, tools: Sequence[str] | None) -> Reasoner:
        names = tuple(self._registry.tools) if tools is None else tuple(sorted(set(tools)))
        unknown = [name for name in names if name not in self._registry.tools]
        if unknown:
            raise ApiError(
                400, f"tools: {unknown[0]!r} is none of {', '.join(self._registry.tools)}", "unknown_tool", "havoc.tools"
            )
        if names not in self._reasoners:
            ranker = CandidateRanker(ToolRegistry({name: self._registry.tools[name] for name in names}))
            self._reasoners[names] = Reasoner(self.engine, self._caller, ranker, self.config.prime)
        return self._reasoners[names]
