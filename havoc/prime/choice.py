"""Which of several calls to make: what the words and the evidence say, and what the model thinks likely, together."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from havoc.engine import EmbeddingNoise, Engine
from havoc.engine import Sequence as History
from havoc.prime.calls import call_head
from havoc.prime.candidate import Candidate

MAX_SCORED = 8
"""Candidates that the model is asked about."""


@dataclass(frozen=True)
class Share:
    """How one candidate was judged."""

    operation: str
    prior: float
    """By words and evidence, from 0 to 1."""
    log_likelihood: float
    """The model's, of the call up to the operation's name: natural logarithm, less that of the likeliest candidate."""
    probability: float
    """Of both together."""


@dataclass(frozen=True)
class Choice:
    """A decision between candidates, and what it rests on."""

    shares: tuple[Share, ...]
    """In the order of the candidates."""
    chosen: int
    """Place of the one that was taken."""
    likelihood_weight: float

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def combine(priors: Sequence[float], log_likelihoods: Sequence[float], weight: float) -> list[float]:
    """Probabilities proportional to prior / (1 - prior) * likelihood ** weight.

    A logarithmic pool (Genest and Zidek 1986): with weight 0 the prior decides alone; a model whose likelihoods mean
    something has a weight near 1, and overrules odds that are close.
    """
    scores = [
        math.log(max(prior, 1e-6)) - math.log(max(1 - prior, 1e-6)) + weight * likelihood
        for prior, likelihood in zip(priors, log_likelihoods, strict=True)
    ]
    best = max(scores)
    shares = [math.exp(score - best) for score in scores]
    return [share / sum(shares) for share in shares]


async def choose(
    engine: Engine,
    prompt: Sequence[int],
    candidates: Sequence[Candidate],
    weight: float,
    *,
    noise: EmbeddingNoise | None = None,
    draw: float | None = None,
) -> Choice:
    """Decide which candidate's call a question wants.

    The model is asked right behind the question, before a plan is written: a plan would tell it what the words have chosen.

    Args:
        engine: runs the model.
        prompt: the question as ids, up to where the assistant's turn begins.
        candidates: at least one, best prior first; those behind the first `MAX_SCORED` are left out.
        weight: of the model's likelihood; see `combine`.
        noise: on what the model reads of the calls, to see whether the decision holds.
        draw: from [0, 1), takes a candidate with its probability; without it the most probable one is taken.

    Raises:
        EngineError: the call does not fit into the context.
    """
    asked = candidates[:MAX_SCORED]
    likelihoods = [0.0] * len(asked)
    if len(asked) > 1 and weight > 0:
        trunk = await engine.open(prompt)
        try:
            await engine.compute(trunk)
            likelihoods = list(
                await asyncio.gather(*(_log_likelihood(engine, trunk, candidate, noise) for candidate in asked))
            )
        finally:
            await engine.close(trunk)
    best = max(likelihoods)
    likelihoods = [likelihood - best for likelihood in likelihoods]
    probabilities = combine([candidate.prior for candidate in asked], likelihoods, weight)
    shares = tuple(
        Share(candidate.operation, candidate.prior, likelihood, probability)
        for candidate, likelihood, probability in zip(asked, likelihoods, probabilities, strict=True)
    )
    return Choice(shares, _take(probabilities, draw), weight)


def judged(candidates: Sequence[Candidate], choice: Choice) -> list[Candidate]:
    """The candidates in the order of a choice, with priors that the model's judgement has gone into.

    The one that the model holds likeliest keeps its prior, the others lose odds; so priors still say whether any call fits.
    """
    asked = [
        replace(candidate, prior=_with(candidate.prior, choice.likelihood_weight * share.log_likelihood))
        for candidate, share in zip(candidates, choice.shares, strict=False)
    ]
    asked.sort(key=lambda candidate: -candidate.prior)
    return [*asked, *candidates[len(choice.shares) :]]


def _with(prior: float, logit: float) -> float:
    prior = min(max(prior, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-max(-30.0, math.log(prior / (1 - prior)) + logit)))


def _take(probabilities: Sequence[float], draw: float | None) -> int:
    if draw is None:
        return max(range(len(probabilities)), key=lambda place: probabilities[place])
    total = 0.0
    for place, probability in enumerate(probabilities):
        total += probability
        if draw < total:
            return place
    return len(probabilities) - 1


async def _log_likelihood(engine: Engine, trunk: History, candidate: Candidate, noise: EmbeddingNoise | None) -> float:
    fork = await engine.fork(trunk, noise)
    try:
        tag = engine.tokenizer.special_id("<tool>")
        start = len(fork.ids)
        await engine.append(fork, [tag, *engine.tokenizer.encode(call_head(candidate))])
        # The tag is the same for all.
        return sum((await engine.score(fork, start))[1:])
    finally:
        await engine.close(fork)
