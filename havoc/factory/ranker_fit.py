"""The weights of the ranker's signs, by maximum likelihood on the seeds that are for training."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from havoc.factory.errors import FactoryError
from havoc.factory.seeds import Seed
from havoc.prime.candidates import CandidateRanker
from havoc.prime.candidates.retrieval import index_of_wordings
from havoc.prime.candidates.weights import SIGNS, Weights, load_weights
from havoc.prime.evidence import read_evidence
from havoc.tools import ToolRegistry

FOLDS = 6
"""A question is compared with the wordings of the other folds only: its own would tell everything."""
PULL = 1.0
"""Of the weights towards those that ship: with few questions for an operation, the signs are not all seen."""
FIRST_SHARE = 0.3
"""Weight of a question of the first set, on which words and rules were tuned, beside a new one."""
PULLS = np.array([3 * PULL if name == "usual" else PULL for name in SIGNS])
"""Seeds come evenly from all operations, people's questions do not: how ordinary one is can hardly be learnt here."""
MAX_ASKED = 12
"""Wordings of an operation that are kept."""
FIRST = "first_questions"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Weights, and how good they are."""

    weights: Weights
    wordings: dict[str, list[str]]
    found: dict[int, float]
    """Share of the questions of folds left out whose operation is among the first 1, 4 and 8; of the new seeds."""


@dataclass(frozen=True)
class _Case:
    signs: Floats
    """One row for each operation."""
    meant: NDArray[np.bool_]
    weight: float
    fold: int


def fit_ranker(seeds: Sequence[Seed]) -> Fit:
    """Fit on the seeds' questions for numbers.

    Raises:
        FactoryError: there are none.
    """
    asked = [seed for seed in seeds if seed.question.kind == "numbers"]
    if not asked:
        raise FactoryError("seeds: none wants numbers; add questions to havoc/factory/seeds")
    ranker = CandidateRanker(ToolRegistry())
    wordings = [ranker.words_of(read_evidence(seed.question.text)) for seed in asked]
    cases = [case for fold in range(FOLDS) for case in _cases(ranker, asked, wordings, fold)]
    start = np.array([getattr(load_weights(), name) for name in SIGNS])
    found = np.zeros(3)
    for fold in range(FOLDS):
        vector = _fitted([case for case in cases if case.fold != fold], start)
        found += _found([case for case in cases if case.fold == fold and case.weight == 1.0], vector)
    vector = _fitted(cases, start)
    even, sharpness = _calibrated(cases, vector)
    values = {name: round(float(value), 3) for name, value in zip(SIGNS, vector, strict=True)}
    total = max(1, sum(case.weight == 1.0 for case in cases))
    return Fit(
        Weights(**values, even=round(even, 3), sharpness=round(sharpness, 3)),
        _by_operation(asked, wordings, lambda place: True),
        {most: float(count / total) for most, count in zip((1, 4, 8), found, strict=True)},
    )


def as_fields(weights: Weights) -> dict[str, float]:
    """For weights.yaml."""
    return asdict(weights)


def _cases(ranker: CandidateRanker, asked: Sequence[Seed], wordings: Sequence[str], fold: int) -> list[_Case]:
    """The questions of one fold, by the wordings of the others."""
    others = index_of_wordings(_by_operation(asked, wordings, lambda place: place % FOLDS != fold), ranker.embedder)
    cases = []
    for place, seed in enumerate(asked):
        if place % FOLDS == fold:
            evidence = read_evidence(seed.question.text)
            signs = ranker.signs(evidence, others)
            meant = np.array([name in seed.question.operations for name in signs])
            if meant.any():
                weight = FIRST_SHARE if seed.id.startswith(f"{FIRST}/") else 1.0
                cases.append(_Case(np.stack(list(signs.values())), meant, weight, fold))
    return cases


def _by_operation(asked: Sequence[Seed], wordings: Sequence[str], takes: Callable[[int], bool]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place, (seed, words) in enumerate(zip(asked, wordings, strict=True)):
        if takes(place) and words:
            found.setdefault(seed.question.operation, []).append(words)
    return {name: texts[-MAX_ASKED:] for name, texts in sorted(found.items())}


def _fitted(cases: Sequence[_Case], start: Floats) -> Floats:
    signs, meant = np.stack([case.signs for case in cases]), np.stack([case.meant for case in cases])
    weight = np.array([case.weight for case in cases])

    def loss(vector: Floats) -> tuple[float, Floats]:
        scores = signs @ vector
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        total, right = shares.sum(axis=1), (shares * meant).sum(axis=1) + 1e-300
        pulled = vector - start
        gradient = np.einsum("n,nk,nkf->f", weight, shares * meant / right[:, None] - shares / total[:, None], signs)
        value = -(weight * (np.log(right) - np.log(total))).sum() + (PULLS * pulled**2).sum()
        return float(value), -gradient + 2 * PULLS * pulled

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _found(cases: Sequence[_Case], vector: Floats) -> Floats:
    counts = np.zeros(3)
    for case in cases:
        order = np.argsort(-(case.signs @ vector), kind="stable")
        counts += [case.meant[order[:most]].any() for most in (1, 4, 8)]
    return counts


def _calibrated(cases: Sequence[_Case], vector: Floats) -> tuple[float, float]:
    """The sum at which the best operation is as likely right as wrong, and the slope there, by logistic regression."""
    best = [(float((case.signs @ vector).max()), bool(case.meant[np.argmax(case.signs @ vector)])) for case in cases]
    sums, right = np.array([one for one, _ in best]), np.array([float(one) for _, one in best])

    def loss(parameters: Floats) -> float:
        logits = parameters[1] * (sums - parameters[0])
        return float((np.logaddexp(0, logits) - right * logits).sum())

    even, sharpness = minimize(loss, np.array([float(np.median(sums)), 0.5]), method="Nelder-Mead").x
    return float(even), float(sharpness)
