"""Operations ranked by what a question says and what it gives."""

import math
from bisect import insort
from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from typing import Any

import numpy as np

from havoc.prime.candidate import Candidate, Option
from havoc.prime.candidates.arguments import Argument, arguments_of
from havoc.prime.candidates.cues import NOTHING, Cue, read_cues
from havoc.prime.candidates.fitting import Fitter, Fitting
from havoc.prime.candidates.method_questions import about_method
from havoc.prime.candidates.offers import Offers
from havoc.prime.candidates.phrases import both_ends, prose_of
from havoc.prime.candidates.retrieval import OperationIndex, likeness
from havoc.prime.candidates.shapes import suits
from havoc.prime.candidates.weights import Signs, Weights, load_weights
from havoc.prime.evidence import EvidenceSet
from havoc.tools.errors import ToolError
from havoc.tools.operation import Operation
from havoc.tools.rag.embedder import Embedder
from havoc.tools.rag.index import SearchIndex
from havoc.tools.registry import ToolRegistry

SEARCH = "rag_helper"
MAX_QUERY = 300
INCOMPLETE = 1.5
"""Logit that a call which lacks data reaches at most, where the question names its operation."""
LACKING = 0.7
"""Logit that a call loses which lacks data, and which the question does not name."""
READ = 12
"""Candidates, at least, whose calls are read by their operation: the best by all other signs."""


class CandidateRanker:
    """Ranks the operations of a registry for questions. Its index is built at the first question."""

    def __init__(self, registry: ToolRegistry, weights: Weights | None = None) -> None:
        self._registry = registry
        self._weights = weights or load_weights()

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
        looked = self._look(evidence)
        weights = self._weights
        words = {name: weights.words(looked.words(name)) for name in self._operations}
        most = max(READ, top)
        judged: list[tuple[float, str, Fitting]] = []
        for name in sorted(words, key=lambda name: (-words[name], name)):
            # The evidence adds no more than the quality: what cannot come among the best by that need not be fitted.
            if len(judged) >= most and name not in looked.named and words[name] + weights.quality < judged[most - 1][0]:
                continue
            fitting, signs = looked.fit(name, self._arguments[name])
            insort(judged, (words[name] + weights.evidence(signs), name, fitting), key=_best_first)
        candidates = [
            self._candidate(name, sign, fitting, looked, evidence)
            for place, (sign, name, fitting) in enumerate(judged)
            if place < most or name in looked.named
        ]
        if SEARCH in self._registry.tools:
            candidates.append(_search(question, about_method(looked.prose, evidence), evidence))
        candidates.sort(key=lambda candidate: (-candidate.prior, candidate.operation))
        return _with_named(candidates, looked.named, top)

    @property
    def embedder(self) -> Embedder:
        """What words are compared with."""
        return self._index.embedder

    def signs(self, evidence: EvidenceSet, wordings: SearchIndex | None) -> dict[str, Signs]:
        """The signs of every operation for a question, in the order of `weights.SIGNS`: what weights are fitted on.

        Args:
            evidence: of the question.
            wordings: what people asked, in the place of those that ship.
        """
        looked = self._look(evidence)
        looked.asked = likeness(wordings, looked.words_alone)
        found = {}
        for name, (_, operation) in self._operations.items():
            fitting, signs = looked.fit(name, self._arguments[name])
            values = {argument: options[0].value for argument, options in fitting.options.items()}
            signs[-1] = bool(not fitting.missing and _problem(operation, values))
            found[name] = signs
        return found

    def words_of(self, evidence: EvidenceSet) -> str:
        """A question without its data, as it is compared with others."""
        return " ".join(both_ends(Offers(evidence).words, MAX_QUERY).split())

    def _look(self, evidence: EvidenceSet) -> "_Looked":
        return _Looked(evidence, self._index)

    def _candidate(self, name: str, sign: float, fitting: Fitting, looked: "_Looked", evidence: EvidenceSet) -> Candidate:
        (tool, operation), cue = self._operations[name], looked.cues.get(name, NOTHING)
        retrieval = looked.documented.get(name, 0.0)
        logit, problem = self._weights.sharpness * (sign - self._weights.even), ""
        unused = tuple(item.id for item in evidence.items if item.id not in fitting.used)
        if fitting.missing:
            # Without its data it is no answer, however well it is named.
            logit = min(logit, INCOMPLETE) if cue.named >= 1 else min(logit - LACKING, 0.0)
        else:
            problem = _problem(operation, {argument: options[0].value for argument, options in fitting.options.items()})
            logit += self._weights.sharpness * self._weights.refused if problem else 0.0
        fit = max(0.0, 1 - 0.35 * len(fitting.missing)) * math.exp(-0.5 * fitting.waste) * (0.5 if problem else 1.0)
        return Candidate(
            tool, name, fitting.options, fitting.missing, unused, min(1.0, retrieval), fit, _logistic(logit),
            tuple(_reasons(cue, fitting, len(unused), problem)),
        )  # fmt: skip


class _Looked:
    """What a question says, looked at once for all operations."""

    def __init__(self, evidence: EvidenceSet, index: OperationIndex) -> None:
        self._offers = offers = Offers(evidence)
        # The mark between keeps names from being read as a continuation of the sentence.
        names = dict.fromkeys(item.name for item in evidence.items if item.name)
        self.prose = prose_of("\n; ".join([offers.words, *names]))
        self.cues = read_cues(self.prose, bool(offers.numeric))
        self.words_alone = offers.words
        self.documented, self.asked = index.search(offers.words), index.asked(offers.words)
        self.named = {name for name, cue in self.cues.items() if cue.named >= 1}
        self._fitter = Fitter(offers, self.prose)
        self._runs = next((number.numbers[0] for number in evidence.of_role("runs")), None)

    def words(self, name: str) -> Signs:
        """The signs of the words; those of the evidence are 0."""
        cue = self.cues.get(name, NOTHING)
        documented, asked = self.documented.get(name, 0.0), self.asked.get(name, 0.0)
        return np.array([cue.named, cue.hinted, cue.opposed, cue.usual, documented, asked, 0, 0, 0, 0, 0])

    def fit(self, name: str, arguments: Sequence[Argument]) -> tuple[Fitting, Signs]:
        """The arguments of an operation, and all signs but the last: whether the call reads, is not looked at."""
        fitting = self._fitter.fit(name, arguments)
        sources = {source for options in fitting.options.values() for source in options[0].sources}
        values = {argument: options[0].value for argument, options in fitting.options.items()}
        rows = bool(sources & self._offers.named_rows)
        shape = suits(name, values, rows, self._offers.siblings, self._runs)
        signs = self.words(name)
        signs[6:10] = len(fitting.missing), min(fitting.waste, 3.0), fitting.quality, 1 - shape
        return fitting, signs


def _best_first(entry: tuple[float, str, Fitting]) -> tuple[float, str]:
    return -entry[0], entry[1]


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
