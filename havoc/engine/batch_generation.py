"""Whole answers for scripts and benchmarks: prompts in, ids and text out."""

from collections.abc import Sequence as Several
from dataclasses import dataclass, field

from havoc.engine.core import EngineCore
from havoc.engine.errors import EngineError
from havoc.engine.request import FinishReason, SamplingParams
from havoc.engine.sequence import TokenLogprob, Update


@dataclass
class Completion:
    """What one prompt gave."""

    ids: list[int] = field(default_factory=list)
    text: str = ""
    logprobs: list[TokenLogprob] = field(default_factory=list)
    finish_reason: FinishReason | None = None
    error: EngineError | None = None

    def add(self, update: Update) -> None:
        """Put an update behind what there is."""
        self.ids += update.ids
        self.text += update.text
        self.logprobs += update.logprobs
        self.finish_reason, self.error = update.finish_reason, update.error


def generate(
    core: EngineCore, prompts: Several[Several[int]], params: SamplingParams | Several[SamplingParams]
) -> list[Completion]:
    """Continue all `prompts` together, each under its own `params` or all under the same.

    Raises:
        EngineError: a prompt or a setting cannot be used. What goes wrong later is in the completion.
    """
    settings = [params] * len(prompts) if isinstance(params, SamplingParams) else params
    completions = [Completion() for _ in prompts]
    sequences = [core.open(prompt) for prompt in prompts]
    try:
        for sequence, one, completion in zip(sequences, settings, completions, strict=True):
            core.start(sequence, one, completion.add)
        while core.has_work:
            core.step()
    finally:
        for sequence in sequences:
            core.close(sequence)
    return completions
