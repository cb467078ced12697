"""PRIME: reasoning inside the generation loop, whose every number can be traced."""

from havoc.prime.errors import PrimeError
from havoc.prime.events import PrimeEvent
from havoc.prime.outcome import PrimeResult, TerminationReason, Usage
from havoc.prime.prime_model import HavocPrimeModel
from havoc.prime.reasoner import Reasoner
from havoc.prime.session import PrimeRequest
from havoc.prime.tool_caller import LocalToolCaller, ToolCaller
from havoc.prime.workspace import Fact, GlobalWorkspace, Provenance, ToolCall

__all__ = [
    "Fact",
    "GlobalWorkspace",
    "HavocPrimeModel",
    "LocalToolCaller",
    "PrimeError",
    "PrimeEvent",
    "PrimeRequest",
    "PrimeResult",
    "Provenance",
    "Reasoner",
    "TerminationReason",
    "ToolCall",
    "ToolCaller",
    "Usage",
]
