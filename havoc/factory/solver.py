"""PRIME with the real tools and a model that knows nothing: what its structure says is what a model is to learn."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import torch

from havoc.config import AttentionConfig, Budget, EngineConfig, HavocConfig, MLPConfig, PrimeConfig
from havoc.engine import AsyncEngine, EngineCore
from havoc.factory.question import Question
from havoc.factory.teacher import TaughtRanker
from havoc.model import HavocModel
from havoc.prime import LocalToolCaller, PrimeRequest, PrimeResult, Reasoner
from havoc.prime.candidates import CandidateRanker
from havoc.tokens import EventParser, Step, Tokenizer, steps_of, train_sentencepiece
from havoc.tools import ToolRegistry
from havoc.tools.rag.passage import handbook

UNTRAINED = HavocConfig(
    vocab_size=2048,
    d_model=32,
    num_layers=2,
    max_seq_len=16384,
    attention=AttentionConfig(num_heads=4, num_kv_heads=2, head_dim=8),
    mlp=MLPConfig(hidden_dim=48),
    initializer_range=0.3,
)
"""Random weights; it is run only because transcripts grow on an engine."""
EXAMPLES = PrimeConfig(likelihood_weight=0.0, option_margin=0.0, free_sentences="never")
"""Every choice is the structure's: nothing of the random weights gets into an example."""


def untrained() -> tuple[HavocModel, Tokenizer]:
    """The model, and a tokenizer from the handbook."""
    tokenizer = train_sentencepiece([passage.text for passage in handbook()], vocab_size=UNTRAINED.vocab_size)
    torch.manual_seed(3)
    return HavocModel(UNTRAINED).eval(), tokenizer


class Solver:
    """Answers questions one after the other; `open_solver` makes one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reasoner = Reasoner(engine, LocalToolCaller(_registry()), _ranker(), EXAMPLES)

    async def solve(
        self, question: str, budget: Budget | None = None, earlier: tuple[tuple[str, str], ...] = ()
    ) -> PrimeResult:
        """Answer a question.

        Args:
            question: what is asked.
            budget: None lets the router decide.
            earlier: turns before it, question and visible answer.

        Raises:
            EngineError: it does not fit into the context.
        """
        return await self._reasoner.answer(PrimeRequest(question, budget=budget, earlier=earlier))

    async def solve_as_taught(self, text: str, question: Question, budget: Budget | None = None) -> PrimeResult:
        """Answer a wording of a question with the call that its author wrote.

        Raises:
            EngineError: it does not fit into the context.
        """
        ranker = TaughtRanker(_registry(), question)
        reasoner = Reasoner(self._engine, LocalToolCaller(_registry()), ranker, EXAMPLES)
        return await reasoner.answer(PrimeRequest(text, budget=budget))

    def fields_of(self, operation: str) -> Mapping[str, Any]:
        """The arguments of an operation, by name."""
        tools = _registry().tools.values()
        return next(tool.operations[operation].arguments.model_fields for tool in tools if operation in tool.operations)

    def steps(self, result: PrimeResult) -> list[Step]:
        """The transcript of an answer as typed steps."""
        parser = EventParser(self._engine.tokenizer)
        return steps_of([*parser.feed(result.generated_ids), *parser.finish()])


@asynccontextmanager
async def open_solver() -> AsyncIterator[Solver]:
    """A solver with an engine of its own, which stops at the end."""
    async with AsyncEngine(_core()) as engine:
        yield Solver(engine)


@cache
def _core() -> EngineCore:
    return EngineCore(*untrained(), EngineConfig(device="cpu", dtype="fp32", kv_cache_gib=0.1))


@cache
def _ranker() -> CandidateRanker:
    return CandidateRanker(_registry())


@cache
def _registry() -> ToolRegistry:
    return ToolRegistry()
