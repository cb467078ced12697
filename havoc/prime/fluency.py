"""Whether a model has learnt the form of transcripts, and so how much its likelihoods and sentences are worth here."""

import math

from havoc.engine import Engine, Sequence
from havoc.tokens import BLOCK_TAGS, StepKind


async def fluency(engine: Engine, prompt: Sequence) -> float:
    """How probable the model holds it that a block of reasoning comes next, from 0 to 1.

    An untrained model, and one that was trained on other text alone, knows nothing of blocks: 0. One that was fine-tuned on
    transcripts expects the first one nearly always.

    Raises:
        EngineError: the sequence does not fit.
    """
    branch = await engine.fork(prompt)
    try:
        start = len(branch.ids)
        await engine.append(branch, [engine.tokenizer.special_id(BLOCK_TAGS[StepKind.REASON][0])])
        (score,) = await engine.score(branch, start)
    finally:
        await engine.close(branch)
    return math.exp(score)
