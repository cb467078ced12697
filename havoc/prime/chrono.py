"""The chrono-loop: would the same conclusion come out again, were the decisions on the way taken under perturbation?"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from havoc.engine import EmbeddingNoise, Engine
from havoc.prime.candidate import Candidate
from havoc.prime.choice import choose
from havoc.prime.tool_caller import ToolCaller

DECISIONS = frozenset(
    {"significant", "equivalent", "rejected", "normal", "outlier", "in_control", "random", "accept", "orthogonal", "exists"}
)
"""Fields of results that answer a question with yes or no; other truth values describe the method."""


@dataclass(frozen=True)
class Round:
    """One repetition."""

    operation: str
    """What was called this time."""
    conclusion: str
    """See `conclusion_of`."""
    agrees: bool
    """Whether it is the draft's conclusion."""


@dataclass(frozen=True)
class Stability:
    """How firm a conclusion is."""

    conclusion: str
    """The draft's."""
    rounds: tuple[Round, ...] = ()

    @property
    def share(self) -> float:
        """Rounds that agree, as a share; 1 where there was none."""
        return sum(one.agrees for one in self.rounds) / len(self.rounds) if self.rounds else 1.0

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {**asdict(self), "share": self.share}


def conclusion_of(answer: Mapping[str, Any]) -> str:
    """The finding of a call without its figures, so that two ways to it can be compared.

    The decisions in the result where there are any (`significant: true`), whatever the operation was; else the operation and
    the first number that it quotes, to three digits.
    """
    if not answer.get("success"):
        return "failed"
    result: Mapping[str, Any] = answer.get("result") or {}
    decisions = {key: value for key, value in result.items() if key in DECISIONS and isinstance(value, bool)}
    if decisions:
        return ", ".join(f"{key}: {str(value).lower()}" for key, value in sorted(decisions.items()))
    number = next((value for value in result.values() if isinstance(value, (int, float))), None)
    return f"{answer.get('operation')}: {number:.3g}" if number is not None else str(answer.get("operation"))


class ChronoLoop:
    """Repeats the choice of a call with noise on what the model reads and a draw instead of the best, and compares."""

    def __init__(self, caller: ToolCaller, likelihood_weight: float, noise_std: float, seed: int) -> None:
        """Take what a repetition needs.

        Args:
            caller: runs calls that were not made yet.
            likelihood_weight: see `choice.combine`.
            noise_std: of the embeddings, relative to their size; with 0 every round is the draft again.
            seed: of noise and draws.
        """
        self._caller, self._weight, self._noise_std, self._seed = caller, likelihood_weight, noise_std, seed

    async def run(
        self, engine: Engine, prompt: Sequence[int], candidates: Sequence[Candidate], draft: Mapping[str, Any], rounds: int
    ) -> Stability:
        """Repeat `rounds` times.

        Args:
            engine: runs the model.
            prompt: the question, as when the call was chosen.
            candidates: of that choice, as they were before the model was asked.
            draft: the answer that the chosen call gave.
            rounds: repetitions.

        Raises:
            EngineError: the context is full.
        """
        known = {str(draft.get("operation")): draft}
        expected, done = conclusion_of(draft), []
        rng = random.Random(self._seed)
        for number in range(rounds):
            noise, draw = None, None
            if self._noise_std > 0:
                noise, draw = EmbeddingNoise(self._noise_std, seed=self._seed + number), rng.random()
            choice = await choose(engine, prompt, candidates, self._weight, noise=noise, draw=draw)
            candidate = candidates[choice.chosen]
            if candidate.operation not in known:
                known[candidate.operation] = await self._caller.execute(
                    candidate.tool, {"operation": candidate.operation, **candidate.arguments}
                )
            conclusion = conclusion_of(known[candidate.operation])
            done.append(Round(candidate.operation, conclusion, conclusion == expected))
        return Stability(expected, tuple(done))
