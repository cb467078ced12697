"""The call that a seed's author wrote, in the place of what the words and the evidence suggest."""

from collections.abc import Mapping
from typing import Any

from havoc.factory.agreement import equal
from havoc.factory.question import Question
from havoc.prime.candidate import Candidate, Option
from havoc.prime.candidates import CandidateRanker
from havoc.prime.evidence import EvidenceSet
from havoc.prime.numerals import find_numerals
from havoc.tools import ToolRegistry


class TaughtRanker(CandidateRanker):
    """Offers one call, whatever is asked: a question that is not yet read right becomes an example of how it should be."""

    def __init__(self, registry: ToolRegistry, question: Question) -> None:
        super().__init__(registry)
        self._question = question
        self._tool = next(name for name, one in registry.tools.items() if question.operation in one.operations)

    def rank(self, question: str, evidence: EvidenceSet, top: int = 8) -> list[Candidate]:
        """The author's call, each argument with the evidence that has its value."""
        options: dict[str, tuple[Option, ...]] = {
            name: (Option(value, _sources(value, evidence), 1.0, "as the author of the question has it"),)
            for name, value in (self._question.args or {}).items()
        }
        used = {source for one in options.values() for source in one[0].sources}
        unused = tuple(item.id for item in evidence.items if item.id not in used)
        return [Candidate(self._tool, self._question.operation, options, (), unused, 1.0, 1.0, 1.0, ())]


def is_grounded(question: Question) -> bool:
    """Whether every number of the author's call stands in the question: what does not must not be taught."""
    marks = (find_numerals(question.text, "."), find_numerals(question.text, ","))
    seen = {numeral.value for numerals in marks for numeral in numerals}
    return all(any(equal(value, one) for one in seen) for value in _long_lists(question.args or {}))


def _long_lists(value: Any) -> list[float]:
    """Numbers of the lists: single ones may stand there in words, or follow from the words."""
    if isinstance(value, Mapping):
        return [number for entry in value.values() for number in _long_lists(entry)]
    if isinstance(value, (list, tuple)):
        numbers = [float(entry) for entry in value if isinstance(entry, (int, float)) and not isinstance(entry, bool)]
        # Codes of levels and of yes and no are often written as words.
        data = numbers if len(set(numbers)) > 2 else []
        return data + [
            number for entry in value for number in _long_lists(entry) if isinstance(entry, (Mapping, list, tuple))
        ]
    return []


def _sources(value: Any, evidence: EvidenceSet) -> tuple[str, ...]:
    """Items with the same values, or with values that are all among these."""
    same = [item.id for item in evidence.items if equal(list(item.values), value) or equal([value], list(item.values))]
    if same or not isinstance(value, (list, tuple, Mapping)):
        return tuple(same[:1])
    leaves = _leaves(value)
    return tuple(item.id for item in evidence.items if item.values and set(item.values) <= leaves)


def _leaves(value: Any) -> set[Any]:
    if isinstance(value, Mapping):
        return {leaf for entry in value.values() for leaf in _leaves(entry)} | set(value)
    if isinstance(value, (list, tuple)):
        return {leaf for entry in value for leaf in _leaves(entry)}
    return {value}
