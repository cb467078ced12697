"""The model with PRIME inside, as a Python object: load, ask, read the result."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import torch

from havoc.config import Budget, EngineConfig, PrimeConfig
from havoc.engine import AsyncEngine, EngineCore
from havoc.model import from_pretrained
from havoc.prime.candidates import CandidateRanker
from havoc.prime.errors import PrimeError
from havoc.prime.events import Emit
from havoc.prime.outcome import PrimeResult
from havoc.prime.reasoner import Reasoner
from havoc.prime.session import PrimeRequest, Save
from havoc.prime.tool_caller import LocalToolCaller
from havoc.tokens import decode
from havoc.tools import ToolRegistry


class HavocPrimeModel:
    """A checkpoint, the engine that runs it, and the reasoning around it."""

    def __init__(self, core: EngineCore, config: PrimeConfig | None = None) -> None:
        """Take over an engine's core; `from_pretrained` makes one."""
        self.core = core
        self.config = config or PrimeConfig()
        self.tokenizer = core.tokenizer
        self.tool_registry = ToolRegistry()
        self._ranker = CandidateRanker(self.tool_registry)

    @classmethod
    def from_pretrained(
        cls, checkpoint: str | Path, engine: EngineConfig | None = None, config: PrimeConfig | None = None
    ) -> "HavocPrimeModel":
        """Load a checkpoint directory.

        Raises:
            ModelError: it is none, or parts of it do not belong together.
            EngineError: the device or the memory that `engine` asks for is not there.
        """
        engine = engine or EngineConfig()
        model, tokenizer = from_pretrained(
            Path(checkpoint), dtype=torch.bfloat16 if engine.dtype == "bf16" else torch.float32
        )
        return cls(EngineCore(model, tokenizer, engine), config)

    def generate_with_prime(
        self,
        prompt: str | None = None,
        *,
        prompt_ids: torch.Tensor | Sequence[int] | None = None,
        tools: Mapping[str, Any] | None = None,
        max_new_tokens: int = 512,
        temperature: float = 0.0,
        enable_prime: bool = True,
        budget: Budget | str | None = None,
        seed: int = 0,
        emit: Emit = lambda event: None,
        save: Save | None = None,
    ) -> PrimeResult:
        """Answer a question, and wait for it.

        Args:
            prompt: the question. Either it or `prompt_ids`.
            prompt_ids: ids of the question's text, [n] or [1, n], without marks of a conversation.
            tools: by name, instances or classes; None for all that are built in.
            max_new_tokens: ids that the model may write; what the runtime inserts does not count.
            temperature: of the model's own sentences; 0 takes the likeliest.
            enable_prime: False for plain generation, whose arithmetic is checked and reported.
            budget: MICRO, LIGHT, MEDIUM or HEAVY instead of what the router finds.
            seed: of all that is random.
            emit: gets events as they happen, on the thread of the reasoning.
            save: gets the state whenever a step is done.

        Raises:
            PrimeError: neither prompt nor ids are given, or both, or a budget or tool is unknown.
            EngineError: the prompt does not fit.
        """
        request = PrimeRequest(
            question=self._question(prompt, prompt_ids),
            enable_prime=enable_prime,
            budget=_budget(budget),
            max_new_tokens=max_new_tokens,
            temperature=temperature,
            seed=seed,
        )
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(self._answer(request, tools, emit, save))
        # In a notebook, whose thread has a loop already, another thread runs ours.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._answer(request, tools, emit, save)).result()

    @asynccontextmanager
    async def reasoner(self, tools: Mapping[str, Any] | None = None) -> AsyncIterator[Reasoner]:
        """The asynchronous form, for servers: requests to this reasoner run at the same time on one engine.

        `async with model.reasoner() as reasoner: result = await reasoner.answer(PrimeRequest("..."))`. One at a time.
        """
        registry, ranker = self.tool_registry, self._ranker
        if tools is not None:
            registry = ToolRegistry({name: tool() if isinstance(tool, type) else tool for name, tool in tools.items()})
            ranker = CandidateRanker(registry)
        async with AsyncEngine(self.core) as engine:
            caller = LocalToolCaller(registry, self.config.tool_timeout_s)
            yield Reasoner(engine, caller, ranker, self.config)

    async def _answer(
        self, request: PrimeRequest, tools: Mapping[str, Any] | None, emit: Emit, save: Save | None
    ) -> PrimeResult:
        async with self.reasoner(tools) as reasoner:
            return await reasoner.answer(request, emit, save)

    def _question(self, prompt: str | None, prompt_ids: torch.Tensor | Sequence[int] | None) -> str:
        if (prompt is None) == (prompt_ids is None):
            raise PrimeError("prompt: give either prompt= or prompt_ids=")
        if prompt is not None:
            return prompt
        ids = torch.as_tensor(prompt_ids).flatten().tolist()
        return decode(ids, self.tokenizer)


def _budget(budget: Budget | str | None) -> Budget | None:
    if budget is None or isinstance(budget, Budget):
        return budget
    try:
        return Budget(budget.upper())
    except ValueError:
        raise PrimeError(f"budget: {budget!r} is none of {', '.join(Budget)}") from None
