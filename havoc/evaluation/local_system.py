"""A checkpoint with PRIME in this process, as a system under test."""

import time

from havoc.config import Budget
from havoc.engine import EngineError
from havoc.errors import HavocError
from havoc.evaluation.reply import MadeCall, Reply
from havoc.factory.question import Question
from havoc.prime import PrimeEvent, PrimeRequest, PrimeResult, Reasoner
from havoc.prime.verification import unfounded


class LocalSystem:
    """Asks a reasoner."""

    def __init__(
        self, name: str, reasoner: Reasoner, *, enable_prime: bool = True, budget: Budget | None = None, seed: int = 0
    ) -> None:
        self.name, self._reasoner = name, reasoner
        self._enable_prime, self._budget, self._seed = enable_prime, budget, seed

    async def reply(self, question: Question) -> Reply:
        """See System."""
        began = time.perf_counter()
        first: list[float] = []

        def emit(event: PrimeEvent) -> None:
            if event.type == "text" and not first:
                first.append(time.perf_counter() - began)

        request = PrimeRequest(
            question.text,
            enable_prime=self._enable_prime,
            budget=self._budget,
            seed=self._seed,
            earlier=question.earlier,
        )
        try:
            result = await self._reasoner.answer(request, emit)
        except (EngineError, HavocError) as error:
            return Reply("", error=str(error), total_s=time.perf_counter() - began)
        return _reply(result, first[0] if first else 0.0, time.perf_counter() - began)


def _reply(result: PrimeResult, first_s: float, total_s: float) -> Reply:
    calls = [
        MadeCall(
            str(call.args.get("operation", call.tool)), call.args, call.answer.get("result") or {} if call.success else {}
        )
        for call in result.workspace.calls
    ]
    return Reply(
        answer=result.answer,
        calls=calls,
        termination_reason=result.termination_reason,
        budget=result.routing.budget.value,
        verified=result.verification.passed,
        unfounded=tuple(one.text for one in unfounded(result.answer, result.workspace)),
        written_tokens=result.usage.written_tokens,
        all_tokens=len(result.generated_ids),
        first_s=first_s,
        total_s=total_s,
        parts=result.usage.by_part,
    )
