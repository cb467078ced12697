"""What a model is worth here: how well it predicts what the user wrote, and whether it knows the form of transcripts."""

import math

from havoc.engine import Engine, Sequence

MAX_IDS = 256
"""Ids of a question that are looked at."""


async def reliability(engine: Engine, sequence: Sequence, start: int) -> float:
    """1 minus the model's cross-entropy on the ids from place `start` on, over that of guessing; between 0 and 1.

    An untrained model is no better than guessing, and gets 0; a good one predicts English at a third of it, and gets 0.7. It
    costs nothing extra: the ids have to be computed anyway.

    Args:
        engine: where the sequence lives.
        sequence: nothing of it from `start` on is computed yet.
        start: place of the question's first id, above 0.

    Raises:
        EngineError: the sequence does not fit, or is computed already.
    """
    start = max(start, len(sequence.ids) - MAX_IDS)
    if start >= len(sequence.ids):
        return 0.0
    scores = await engine.score(sequence, start)
    chance = math.log(engine.tokenizer.vocab_size)
    return min(1.0, max(0.0, 1 + sum(scores) / len(scores) / chance))


async def tag_probability(engine: Engine, sequence: Sequence, tag: int) -> float:
    """How probable the model holds `tag` as the next id behind `sequence`.

    Raises:
        EngineError: the sequence does not fit.
    """
    branch = await engine.fork(sequence)
    try:
        start = len(branch.ids)
        await engine.append(branch, [tag])
        (score,) = await engine.score(branch, start)
    finally:
        await engine.close(branch)
    return math.exp(score)
