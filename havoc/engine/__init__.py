"""Inference: sequences that are extended, constrained and forked, many at a time, over paged keys and values."""

from havoc.engine.batch_generation import Completion, generate
from havoc.engine.core import EngineCore
from havoc.engine.errors import EngineError
from havoc.engine.front import AsyncEngine, Engine
from havoc.engine.metrics import Metrics, RecordedMetrics
from havoc.engine.request import EmbeddingNoise, FinishReason, Grammar, SamplingParams
from havoc.engine.sequence import Generation, Sequence, TokenLogprob, Update

__all__ = [
    "AsyncEngine",
    "Completion",
    "EmbeddingNoise",
    "Engine",
    "EngineCore",
    "EngineError",
    "FinishReason",
    "Generation",
    "Grammar",
    "Metrics",
    "RecordedMetrics",
    "SamplingParams",
    "Sequence",
    "TokenLogprob",
    "Update",
    "generate",
]
