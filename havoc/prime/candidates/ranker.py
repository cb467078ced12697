"""Operations ranked by what a question says and what it gives."""

import math
from bisect import insort
from collections.abc import Mapping, Set
from functools import cached_property
from typing import Any

from havoc.prime.candidate import Candidate, Option
from havoc.prime.candidates.arguments import Argument, arguments_of
from havoc.prime.candidates.cues import NOTHING, Cue, read_cues
from havoc.prime.candidates.fitting import Fitter, Fitting
from havoc.prime.candidates.method_questions import about_method
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.phrases import prose_of
from havoc.prime.candidates.retrieval import OperationIndex
from havoc.prime.candidates.shapes import suits
from havoc.prime.evidence import EvidenceSet
from havoc.tools.errors import ToolError
from havoc.tools.operation import Operation
from havoc.tools.registry import ToolRegistry

SEARCH = "rag_helper"
MAX_QUERY = 300
INCOMPLETE = 1.5
"""Logit that a call which lacks data reaches at most, where the question names its operation."""
LACKING = 0.7
"""Logit that a call loses which lacks data, and which the question does not name."""
READ = 12
"""Candidates, at least, whose calls are read by their operation: the best by all other signs."""
NAMED, HINTED, OPPOSED, USUAL, RETRIEVED = 4.5, 5.6, -2.4, 2.7, 5.1
MISSING, WASTE, QUALITY, UNSUITED, REFUSED = -2.0, -2.4, 1.7, -2.6, -2.0
"""Weights of the signs. They are those of a conditional logit model of which operation is meant (McFadden 1974), fitted by
maximum likelihood with a weak pull towards a first guess, on the half of havoc/factory/seeds/first_questions.yaml that is
not held back: for each question the signs of all operations, the expected ones against the others."""
EVEN, SHARPNESS = 6.5, 0.6
"""The sum of signs that is as likely right as wrong, and how quickly the prior changes with it: half of the best operations
of those questions lie above 10, half of the second ones below 5."""


class CandidateRanker:
    """Ranks the operations of a registry for questions. Its index is built at the first question."""

    def __init__(self, registry: ToolRegistry) -> None:
        self._registry = registry

    @cached_property
    def _operations(self) -> dict[str, tuple[str, Operation[Any, Any]]]:
        return {
            name: (tool.name, operation)
            for tool in self._registry.tools.values()
            if tool.name != SEARCH
            for name, operation in tool.operations.items()
        }

    @cached_property
    def _arguments(self) -> dict[str, tuple[Argument, ...]]:
        return {name: arguments_of(operation) for name, (_, operation) in self._operations.items()}

    @cached_property
    def _index(self) -> OperationIndex:
        return OperationIndex({name: operation for name, (_, operation) in self._operations.items()})

    def rank(self, question: str, evidence: EvidenceSet, top: int = 8) -> list[Candidate]:
        """The `top` operations that fit best, best first; the same for the same question.

        An operation that the question names outright is always among them, where `top` has room for all such.
        """
        offers = Offers(evidence)
        # The mark between keeps names from being read as a continuation of the sentence.
        prose = prose_of("\n; ".join([offers.words, *dict.fromkeys(item.name for item in evidence.items if item.name)]))
        cues, found = read_cues(prose, bool(offers.numeric)), self._index.search(offers.words)
        named = {name for name, cue in cues.items() if cue.named >= 1}
        fitter = Fitter(offers, prose)
        runs = next((number.numbers[0] for number in evidence.of_role("runs")), None)
        signs = {name: _words_say(cues.get(name, NOTHING), found.get(name, 0.0)) for name in self._operations}
        most = max(READ, top)
        judged: list[tuple[float, str, Fitting]] = []
        for name in sorted(signs, key=lambda name: (-signs[name], name)):
            # The evidence adds no more than QUALITY: what cannot come among the best by that need not be fitted.
            if len(judged) >= most and name not in named and signs[name] + QUALITY < judged[most - 1][0]:
                continue
            fitting = fitter.fit(name, self._arguments[name])
            sources = {source for options in fitting.options.values() for source in options[0].sources}
            values = {argument: options[0].value for argument, options in fitting.options.items()}
            shape = suits(name, values, bool(sources & offers.named_rows), offers.siblings, runs)
            insort(judged, (signs[name] + _evidence_says(fitting, shape), name, fitting), key=_best_first)
        candidates = [
            self._candidate(name, sign, fitting, cues.get(name, NOTHING), found.get(name, 0.0), evidence)
            for place, (sign, name, fitting) in enumerate(judged)
            if place < most or name in named
        ]
        if SEARCH in self._registry.tools:
            candidates.append(_search(question, about_method(prose, evidence), evidence))
        candidates.sort(key=lambda candidate: (-candidate.prior, candidate.operation))
        return _with_named(candidates, named, top)

    def _candidate(
        self, name: str, sign: float, fitting: Fitting, cue: Cue, retrieval: float, evidence: EvidenceSet
    ) -> Candidate:
        tool, operation = self._operations[name]
        logit, problem = SHARPNESS * (sign - EVEN), ""
        unused = tuple(item.id for item in evidence.items if item.id not in fitting.used)
        if fitting.missing:
            # Without its data it is no answer, however well it is named.
            logit = min(logit, INCOMPLETE) if cue.named >= 1 else min(logit - LACKING, 0.0)
        else:
            problem = _problem(operation, {argument: options[0].value for argument, options in fitting.options.items()})
            logit += SHARPNESS * REFUSED if problem else 0.0
        fit = max(0.0, 1 - 0.35 * len(fitting.missing)) * math.exp(-0.5 * fitting.waste) * (0.5 if problem else 1.0)
        return Candidate(
            tool, name, fitting.options, fitting.missing, unused, min(1.0, retrieval), fit, _logistic(logit),
            tuple(_reasons(cue, fitting, len(unused), problem)),
        )  # fmt: skip


def _best_first(entry: tuple[float, str, Fitting]) -> tuple[float, str]:
    return -entry[0], entry[1]


def _words_say(cue: Cue, retrieval: float) -> float:
    return NAMED * cue.named + HINTED * cue.hinted + OPPOSED * cue.opposed + USUAL * cue.usual + RETRIEVED * retrieval


def _evidence_says(fitting: Fitting, shape: float) -> float:
    return (
        MISSING * len(fitting.missing) + WASTE * min(fitting.waste, 3.0) + QUALITY * fitting.quality + UNSUITED * (1 - shape)
    )


def _with_named(candidates: list[Candidate], named: Set[str], top: int) -> list[Candidate]:
    """The best `top` of sorted candidates, where an operation that the question names outright stays in."""
    first = {candidate.operation for candidate in candidates[:top]}
    late = [candidate.operation for candidate in candidates[top:] if candidate.operation in named][: len(first - named)]
    others = [candidate.operation for candidate in candidates[:top] if candidate.operation not in named]
    kept = first.difference(others[len(others) - len(late) :]).union(late)
    return [candidate for candidate in candidates if candidate.operation in kept]


def _search(question: str, logit: float, evidence: EvidenceSet) -> Candidate:
    """A search in the handbook for the question's own words."""
    query = " ".join(question.split())[:MAX_QUERY]
    options: dict[str, tuple[Option, ...]] = {"query": (Option(query, (), 1.0, "the question's words"),)} if query else {}
    unused = tuple(item.id for item in evidence.items)
    prior = _logistic(logit)
    reason = "The question is about a method." if logit > 0 else "The question may be about a method."
    missing = () if query else ("query",)
    return Candidate(SEARCH, "search", options, missing, unused, prior, 1.0 if not unused else 0.3, prior, (reason,))


def _problem(operation: Operation[Any, Any], arguments: Mapping[str, Any]) -> str:
    try:
        operation.read(arguments)
    except ToolError as error:
        return str(error)
    return ""


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _reasons(cue: Cue, fitting: Fitting, unused: int, problem: str) -> list[str]:
    reasons = [f"The question says {', '.join(cue.phrases[:4])}."] if cue.phrases else []
    reasons += [f"{name}: {_first(options)}." for name, options in list(fitting.options.items())[:6]]
    reasons += [f"Nothing in the question gives {name}." for name in fitting.missing]
    reasons += [f"{unused} items of evidence stay unused."] if unused else []
    return [*reasons, f"The call does not read: {problem}."] if problem else reasons


def _first(options: tuple[Option, ...]) -> str:
    return options[0].reason
