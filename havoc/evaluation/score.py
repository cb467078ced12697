"""How good a reply is."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from havoc.evaluation.reply import Reply
from havoc.factory.agreement import equal, has_arguments
from havoc.factory.question import Question
from havoc.prime.numerals import find_numerals
from havoc.prime.quantities.precision import supports

_ASKS = re.compile(r"\?|\b(give|needs?|provide|missing|please|specify|state|tell)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Score:
    """The verdicts on one reply; None where a verdict does not apply."""

    right: bool
    """As a whole: the numbers, or the question back, or words about the method."""
    operation: bool | None
    """An accepted operation was called."""
    arguments: bool | None
    """It was called with the expected arguments."""
    computed: bool | None
    """Its result has all expected numbers."""
    stated: float | None
    """Share of the expected numbers that stand in the answer's text, as exactly as it shows them."""
    asked_back: bool | None
    """Of a question with data missing: the answer computes nothing and names what it needs."""
    founded: bool
    """No numeral of the answer is without an origin."""
    verified: bool | None
    answered: bool
    """There was an answer at all."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def score(question: Question, reply: Reply) -> Score:
    """Judge a reply.

    A question for numbers is answered right where an accepted call has computed all of them and the answer states at least
    one; of a system that does not tell its calls, where the answer states at least half of them.
    """
    answered = not reply.error and bool(reply.answer.strip())
    founded = not reply.unfounded
    if question.kind == "missing":
        asked_back = answered and not any(call.result for call in _answering(reply)) and _names_need(question, reply.answer)
        return Score(asked_back, None, None, None, None, asked_back, founded, reply.verified, answered)
    if question.kind == "method":
        right = answered and len(reply.answer.split()) >= 8 and reply.termination_reason != "outside_field"
        return Score(right, None, None, None, None, None, founded, reply.verified, answered)
    stated = _stated(question, reply.answer)
    if not reply.tells_calls:
        return Score(answered and stated >= 0.5, None, None, None, stated, None, founded, reply.verified, answered)
    accepted = [call for call in reply.calls if call.result and call.operation in question.operations]
    computed = bool(accepted) and has_numbers(accepted[0].result, question.numbers)
    arguments = None
    if question.args is not None:
        arguments = any(has_arguments(call.args, question.args) for call in accepted if call.operation == question.operation)
    right = computed and (stated > 0 or not _values(question))
    return Score(right, bool(accepted), arguments, computed, stated, None, founded, reply.verified, answered)


def has_numbers(result: Mapping[str, Any], numbers: Mapping[str, Any]) -> bool:
    """Whether a result has all of these; one that it does not have at all belongs to another operation."""
    for path, expected in numbers.items():
        found: Any = result
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is not None and not equal(found, expected):
            return False
    return True


def _values(question: Question) -> list[float]:
    return [
        float(value)
        for value in question.numbers.values()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]


def _stated(question: Question, answer: str) -> float:
    values = _values(question)
    numerals = find_numerals(answer)
    found = sum(any(supports(value, numeral) for numeral in numerals) for value in values)
    return found / len(values) if values else 0.0


def _answering(reply: Reply) -> list[Any]:
    return [call for call in reply.calls if call.operation != "search"]


def _names_need(question: Question, answer: str) -> bool:
    if not _ASKS.search(answer):
        return False
    return not question.needs or any(
        word in answer.lower() for need in question.needs for word in re.findall(r"\w{3,}", need.lower())
    )
