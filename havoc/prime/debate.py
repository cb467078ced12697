"""Advocate and attack side by side, then the pragmatist, who has read both."""

import asyncio

from havoc.prime.adversarial import AdversarialSynthesizer, Advocate, Argument, HavocAttack, Pragmatist, Synthesis
from havoc.prime.answers.compression import FinalCompression
from havoc.prime.answers.sentences import write_sentences
from havoc.prime.points import find_points
from havoc.prime.quantities.precision import show_forms
from havoc.prime.session import Session
from havoc.prime.transcript import Transcript

MAX_SENTENCES = 2
"""Of the model's own, behind the points that checks have found."""


class Debate:
    """The adversarial part of a request."""

    def __init__(self) -> None:
        self.advocate, self.attack, self.pragmatist = Advocate(), HavocAttack(), Pragmatist()
        self.synthesizer = AdversarialSynthesizer()

    async def hold(self, session: Session, tokens: int) -> Synthesis:
        """Append the three blocks to the transcript.

        Args:
            session: whose workspace is argued about.
            tokens: ids that the model may write in all three together.

        Raises:
            EngineError: the context is full.
        """
        graph = session.state.graph
        checks = frozenset(subgoal.id for subgoal in graph.subgoals if subgoal.supports) if graph else frozenset()
        points = find_points(session.workspace, checks)
        advocate, attack = self.advocate.argue(points), self.attack.argue(points)
        numbers = _numbers(session)
        share = tokens // 3
        session.transcript.path = ("debate",)
        await session.engine.compute(session.transcript.sequence)
        sides = [
            await session.transcript.fork(lambda event: None, ("debate", side.kind.value)) for side in (advocate, attack)
        ]
        try:
            await asyncio.gather(
                *(
                    _speak(session, branch, side, numbers, share)
                    for branch, side in zip(sides, (advocate, attack), strict=True)
                )
            )
            while sides:
                await session.transcript.join(sides[0])
                del sides[0]
        finally:
            for branch in sides:
                await branch.end()
        synthesis = self.synthesizer.combine(advocate, attack)
        session.transcript.path = ("debate", self.pragmatist.kind.value)
        await _speak(session, session.transcript, self.pragmatist.argue(synthesis), numbers, share)
        session.transcript.path = ()
        session.keep()
        return synthesis


async def _speak(session: Session, transcript: Transcript, argument: Argument, numbers: list[str], tokens: int) -> None:
    """One block: the points, then what the model has to say, in sentences whose numerals are facts."""
    await transcript.open(argument.kind)
    await transcript.say(argument.text)
    await write_sentences(session, transcript, numbers, tokens, MAX_SENTENCES)
    await transcript.close(argument.kind)


def _numbers(session: Session) -> list[str]:
    facts = FinalCompression().compress(session.workspace, session.workspace.question, 200, lambda text: len(text) // 3)
    return [form for fact in facts for form in show_forms(fact)]
