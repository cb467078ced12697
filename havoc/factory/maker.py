"""Examples one by one: example number n of a set is a pure function of the set's seed and n."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from havoc.config import Budget
from havoc.engine import EngineError
from havoc.factory.agreement import has_arguments, same_shape
from havoc.factory.errors import FactoryError
from havoc.factory.example import Example, Form, Rejection
from havoc.factory.follow_ups import draw_follow_up
from havoc.factory.question import Question
from havoc.factory.renumber import renumbered
from havoc.factory.seeds import Seed, Split, by_operation, load_seeds
from havoc.factory.solver import Solver
from havoc.factory.teacher import is_grounded
from havoc.factory.wording import reworded
from havoc.prime import PrimeResult, ToolCall
from havoc.prime.evidence import read_evidence
from havoc.tokens import Message, Step, StepKind

FORMS: tuple[Form, ...] = (
    *("numbers", "direct", "numbers", "missing", "numbers", "direct", "numbers", "direct", "several", "numbers"),
    *("direct", "numbers", "direct", "method", "numbers", "direct", "numbers", "missing", "numbers", "direct"),
)
"""What follows what; several rounds of it have every form for every operation."""
_ROUTED = None
BUDGETS = (_ROUTED, Budget.LIGHT, _ROUTED, Budget.MEDIUM, Budget.LIGHT, _ROUTED, Budget.MEDIUM, Budget.HEAVY)
WITHHELD = ("see attachment", "attached", "data to follow", "...", "?", "in the file", "see sheet")
JOINTS = ("\n\nAlso: ", "\n\nSecond question: ", "\n\nAnd another one. ", "\n2) ", "\n\nBesides that: ")
MAX_CHARS = 6000
"""Of a question; longer ones do not fit into the rows that training uses."""


class Maker:
    """Makes the examples of one set.

    A question that is read wrongly must not become an example, so each attempt is turned down unless: its call is that of
    the seed (`operation`), with the same arguments but for the numbers that were drawn (`arguments`); PRIME ends as the form
    wants it (`ending`); verification passes (`verification`); and it fits (`length`).
    """

    def __init__(self, solver: Solver, seed: int, split: Split, *, conversations: bool = False) -> None:
        """Take what does not change from example to example; `conversations` makes those of phase 3.

        Raises:
            FactoryError: the split has no seeds.
        """
        self.solver, self.seed, self.split, self.conversations = solver, seed, split, conversations
        seeds = [one for one in load_seeds() if one.split == split]
        self._by_operation = by_operation(seeds)
        self._of_kind = {kind: [one for one in seeds if one.question.kind == kind] for kind in ("missing", "method")}
        if not self._by_operation:
            raise FactoryError(f"split {split}: havoc/factory/seeds has no questions for it")

    async def make(self, index: int) -> Example | Rejection:
        """Example number `index`, or why there is none."""
        rng = np.random.default_rng([self.seed, index, int(self.split == "held_out")])
        if self.conversations:
            return await self._conversation(index, rng)
        form = FORMS[index % len(FORMS)]
        draw = {
            "numbers": self._numbers,
            "direct": self._numbers,
            "several": self._several,
            "missing": self._missing,
            "method": self._method,
        }[form]
        return await draw(index, rng)

    async def _numbers(self, index: int, rng: Generator) -> Example | Rejection:
        form, seed = FORMS[index % len(FORMS)], self._drawn_seed(index, rng)
        wording = reworded(renumbered(seed.question.text, rng) or seed.question.text, rng)
        attempt = _Attempt(self, index, form, (seed,), wording.text, wording.changes, self._budget(index))
        made = await attempt.run()
        if isinstance(made, Example) or seed.question.args is None or not is_grounded(seed.question):
            return made
        # What is read wrongly as yet is shown as its author meant it; that call has its own numbers only.
        wording = reworded(seed.question.text, rng)
        attempt = _Attempt(self, index, form, (seed,), wording.text, ("taught", *wording.changes), self._budget(index))
        return await attempt.run(taught=True)

    async def _conversation(self, index: int, rng: Generator) -> Example | Rejection:
        """A question, and a second turn that refers to it."""
        seed = self._drawn_seed(index, rng)
        wording = reworded(renumbered(seed.question.text, rng) or seed.question.text, rng)
        attempt = _Attempt(self, index, "numbers", (seed,), wording.text, wording.changes, self._budget(index))
        first = await attempt.run()
        if isinstance(first, Rejection) or attempt.result is None:
            return first
        call = _made(attempt.result)[0]
        fields = self.solver.fields_of(str(call.args.get("operation")))
        follow_up = draw_follow_up(call, fields, rng)
        if follow_up is None:
            return Rejection(index, "nothing to follow up", (seed.id,), {"question": wording.text})
        earlier = ((wording.text, attempt.result.answer),)
        second = await self.solver.solve(follow_up.text, self._budget(index), earlier)
        made = _made(second)
        if second.termination_reason != "answered" or not second.verification.passed:
            return Rejection(index, "ending", (seed.id,), {"question": wording.text, "follow-up": follow_up.text})
        if not made or not follow_up.fits(call, made[0]):
            calls = [dict(one.args) for one in made]
            detail = {"question": wording.text, "follow-up": follow_up.text, "calls": calls}
            return Rejection(index, "arguments", (seed.id,), detail)
        turns = [Message.user(follow_up.text), Message.assistant(self.solver.steps(second))]
        # What training reads of the first turn is its visible answer, as the model sees it when it goes on.
        said = [Message.user(wording.text), Message.assistant([Step(StepKind.ANSWER, attempt.result.answer)])]
        return replace(first, form="conversation", messages=[*said, *turns], tokens=len(second.generated_ids))

    async def _several(self, index: int, rng: Generator) -> Example | Rejection:
        first, second = self._drawn_seed(index, rng), self._drawn_seed(int(rng.integers(1 << 30)), rng)
        texts = [renumbered(one.question.text, rng) or one.question.text for one in (first, second)]
        text = reworded(texts[0] + str(rng.choice(JOINTS)) + texts[1], rng)
        budget = Budget.MEDIUM if rng.random() < 0.7 else Budget.HEAVY
        return await _Attempt(self, index, "several", (first, second), text.text, text.changes, budget).run()

    async def _missing(self, index: int, rng: Generator) -> Example | Rejection:
        if rng.random() < 0.5 and self._of_kind["missing"]:
            seed = self._pick(self._of_kind["missing"], rng)
            text: str | None = seed.question.text
        else:
            seed = self._drawn_seed(index, rng)
            text = withheld(seed.question.text, str(rng.choice(WITHHELD)))
        if text is None:
            return Rejection(index, "nothing to leave out", (seed.id,), {"question": seed.question.text})
        wording = reworded(text, rng)
        changes = ("data left out", *wording.changes) if seed.question.kind == "numbers" else wording.changes
        return await _Attempt(self, index, "missing", (seed,), wording.text, changes, self._budget(index)).run()

    async def _method(self, index: int, rng: Generator) -> Example | Rejection:
        if not self._of_kind["method"]:
            return Rejection(index, "no seeds of this form", (), {})
        seed = self._pick(self._of_kind["method"], rng)
        wording = reworded(seed.question.text, rng)
        return await _Attempt(self, index, "method", (seed,), wording.text, wording.changes, None).run()

    def _drawn_seed(self, index: int, rng: Generator) -> Seed:
        """Operations in turn, so that none is seen more often than another; one of its wordings by chance."""
        operations = list(self._by_operation)
        return self._pick(self._by_operation[operations[index % len(operations)]], rng)

    def _pick(self, seeds: Sequence[Seed], rng: Generator) -> Seed:
        return seeds[int(rng.integers(len(seeds)))]

    def _budget(self, index: int) -> Budget | None:
        return BUDGETS[index // len(FORMS) % len(BUDGETS)]


class _Attempt:
    """One question on its way to an example."""

    def __init__(
        self,
        maker: Maker,
        index: int,
        form: Form,
        seeds: tuple[Seed, ...],
        text: str,
        changes: tuple[str, ...],
        budget: Budget | None,
    ) -> None:
        self.maker, self.index, self.form, self.seeds = maker, index, form, seeds
        self.text, self.changes, self.budget = text, changes, budget
        self.result: PrimeResult | None = None
        """What came of it, once it was run."""

    async def run(self, *, taught: bool = False) -> Example | Rejection:
        """Answer it, and take the answer over if it is right; `taught`: with the call of the seed."""
        if len(self.text) > MAX_CHARS:
            return self._rejected("length", {})
        try:
            solver, question = self.maker.solver, self.seeds[0].question
            solving = solver.solve_as_taught(self.text, question, self.budget) if taught else None
            result = await (solving or solver.solve(self.text, self.budget))
        except EngineError as error:
            return self._rejected("length", {"error": str(error)})
        self.result = result
        reason = self._wrong(result)
        if reason:
            calls = [{"operation": call.args.get("operation"), "args": call.args} for call in _made(result)]
            return self._rejected(reason, {"calls": calls, "end": result.termination_reason, "answer": result.answer})
        steps = solver.steps(result)
        if self.form == "direct":
            steps = _call_alone(steps)
            if not steps:
                return self._rejected("operation", {"answer": result.answer})
        return Example(
            index=self.index,
            form=self.form,
            messages=[Message.user(self.text), Message.assistant(steps)],
            seeds=tuple(seed.id for seed in self.seeds),
            # Branches end in any order, and examples do not depend on it.
            operations=tuple(sorted({str(call.args.get("operation")) for call in _made(result)})),
            budget=result.routing.budget.value,
            voice=self.seeds[0].question.voice,
            changes=self.changes,
            tokens=len(result.generated_ids),
        )

    def _wrong(self, result: PrimeResult) -> str:
        """Code of the first thing that is wrong with it, or nothing."""
        if self.form == "missing":
            if result.termination_reason != "needs_data":
                return "ending"
        elif result.termination_reason not in ("answered", "direct"):
            return "ending"
        if not result.verification.passed:
            return "verification"
        if self.form in ("numbers", "direct", "several"):
            made = _made(result)
            for seed in self.seeds:
                fitting = [call for call in made if call.args.get("operation") in seed.question.operations]
                if not fitting:
                    return "operation"
                if not any(_as_in_seed(call, seed.question) for call in fitting):
                    return "arguments"
        return ""

    def _rejected(self, reason: str, detail: dict[str, Any]) -> Rejection:
        return Rejection(self.index, reason, tuple(seed.id for seed in self.seeds), {"question": self.text, **detail})


def withheld(text: str, instead: str) -> str | None:
    """A question without its longest list of data; None where it has none that stands alone in a line."""
    lists = [item for item in read_evidence(text).of_kind("values") if not item.table and len(item.values) > 2]
    if not lists:
        return None
    for item in sorted(lists, key=lambda one: -one.start):
        text = text[: item.start] + f"[{instead}]" + text[item.end :]
    return None if re.search(r"\d[ ,;]+\d[ ,;]+\d", text) else text


def _call_alone(steps: Sequence[Step]) -> list[Step]:
    """Without what was thought about it: the first call with its result, and the answer; nothing where all was looked up."""
    calls = [place for place, step in enumerate(steps) if step.kind is StepKind.TOOL_CALL]
    first = next((place for place in calls if "rag_helper" not in steps[place].text), None)
    if first is None:
        return []
    return [*steps[first : first + 2], *(step for step in steps if step.kind is StepKind.ANSWER)]


def _made(result: PrimeResult) -> list[ToolCall]:
    return [call for call in result.workspace.calls if call.success]


def _as_in_seed(call: ToolCall, question: Question) -> bool:
    """Whether a call is the seed's but for numbers, where the seed says what its call is."""
    if question.args is None or call.args.get("operation") != question.operation:
        return True
    shared = {name: call.args.get(name) for name in question.args}
    return has_arguments(call.args, question.args) or same_shape(shared, dict(question.args))
