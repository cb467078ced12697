"""Which terms of a model a set of runs can tell apart, and what the others are mixed up with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from havoc.tools.doe.analysis_terms import CONSTANT, Coding, Term, Vector, expand, interactions
from havoc.tools.doe.fit_model import DEPENDENT, MAX_CELLS

SHOWN_ORDER = 3
"""Interactions up to this order are named as aliases; a term that the caller named always is."""
WEIGHTLESS = 1e-6
"""Weights below this are rounding."""


@dataclass(frozen=True)
class Separation:
    """Terms that are estimated, and those that are not."""

    kept: tuple[Term, ...]
    lost: dict[Term, str]
    """Term -> what its column equals, as `A` or `1/3 A - 1/3 B`."""


def separate(coding: Coding, bases: Vector, first: Sequence[Term], terms: Sequence[Term]) -> Separation:
    """Keep each term whose columns those before it do not contain, in order; `first` and the constant come before all.

    Gram-Schmidt with reorthogonalisation.
    """
    n = len(bases)
    basis = np.empty((n, min(n, 1 + sum(_width(coding, term) for term in (*first, *terms)))))
    basis[:, 0] = 1 / np.sqrt(n)
    rank = 1
    kept: list[Term] = []
    lost: list[Term] = []
    for term in (*first, *terms):
        block = expand(bases, coding.columns(term))
        independent, start = True, rank
        for column in block.T:
            rest = column - basis[:, :rank] @ (basis[:, :rank].T @ column)
            rest -= basis[:, :rank] @ (basis[:, :rank].T @ rest)
            left = np.linalg.norm(rest)
            if rank == n or left <= DEPENDENT * max(1.0, float(np.linalg.norm(column))):
                independent = False
                break
            basis[:, rank] = rest / left
            rank += 1
        if independent:
            kept.append(term)
        else:
            rank = start
            lost.append(term)
    return Separation(tuple(kept), _explained(coding, bases, kept, lost))


def full_model(coding: Coding, runs: int, most: int) -> list[Term]:
    """Main effects and interactions of as many orders as stay within `most` terms and the limit on cells."""
    found = interactions(coding, 1)
    for order in range(2, len(coding.settable) + 1):
        wider = interactions(coding, order) if _terms_of_order(len(coding.settable), order) <= most else []
        columns = sum(_width(coding, term) for term in wider)
        if not wider or len(wider) > most or columns * runs > MAX_CELLS:
            break
        found = wider
    return found


def aliases(coding: Coding, bases: Vector, kept: Sequence[Term]) -> dict[Term, list[str]]:
    """For each kept term the interactions up to third order that equal it or its negative in these runs."""
    single = [term for term in kept if _width(coding, term) == 1]
    order = SHOWN_ORDER if _terms_of_order(len(coding.settable), SHOWN_ORDER) * len(bases) <= MAX_CELLS // 2 else 2
    if not single or _terms_of_order(len(coding.settable), order) * len(bases) > MAX_CELLS:
        return {}
    others = [term for term in interactions(coding, order) if term not in set(kept) and _width(coding, term) == 1]
    if not others:
        return {}
    left = _unit(expand(bases, [coding.columns(term)[0] for term in single]))
    right = _unit(expand(bases, [coding.columns(term)[0] for term in others]))
    products = left.T @ right
    found: dict[Term, list[str]] = {}
    for i, j in np.argwhere(np.abs(products) > 1 - 1e-9).tolist():
        name = coding.term_name(others[j])
        found.setdefault(single[i], []).append(name if products[i, j] > 0 else f"-{name}")
    return found


def _explained(coding: Coding, bases: Vector, kept: Sequence[Term], lost: Sequence[Term]) -> dict[Term, str]:
    """Each lost term's columns as combinations of the kept ones."""
    if not lost:
        return {}
    columns = [(0,) * len(coding.bases), *(column for term in kept for column in coding.columns(term))]
    names = [CONSTANT, *(coding.column_name(column) for column in columns[1:])]
    wanted = [(term, column) for term in lost for column in coding.columns(term)]
    matrix, targets = expand(bases, columns), expand(bases, [column for _, column in wanted])
    weights = np.linalg.lstsq(matrix, targets, rcond=None)[0]
    unexplained = np.linalg.norm(targets - matrix @ weights, axis=0) > 1e-6
    found: dict[Term, list[str]] = {}
    for index, (term, column) in enumerate(wanted):
        text = "partly the terms before it" if unexplained[index] else _combination(weights[:, index].tolist(), names)
        one = len(coding.columns(term)) == 1
        found.setdefault(term, []).append(text if one else f"{coding.column_name(column)} = {text}")
    return {term: "; ".join(parts[:6]) for term, parts in found.items()}


def _combination(weights: Sequence[float], names: Sequence[str]) -> str:
    """`A`, `-B`, `0.3333 A - 0.3333 B`; at most eight terms."""
    parts = []
    for weight, name in zip(weights, names, strict=True):
        if abs(weight) > WEIGHTLESS:
            size = "" if abs(abs(weight) - 1) < WEIGHTLESS else f"{abs(weight):.4g} "
            parts.append(("-" if weight < 0 else "+", size + name))
    shown = " ".join(f"{sign} {text}" for sign, text in parts[:8]).removeprefix("+ ")
    if shown.startswith("- "):
        shown = "-" + shown[2:]
    return (shown or "0") + (" + ..." if len(parts) > 8 else "")


def _unit(columns: Vector) -> Vector:
    lengths = np.linalg.norm(columns, axis=0)
    return columns / np.where(lengths > 0, lengths, 1.0)


def _width(coding: Coding, term: Term) -> int:
    """Columns of `term`, without making them."""
    width = 1
    for factor, power in zip(coding.factors, term, strict=True):
        if power and factor.categorical:
            width *= len(factor.levels or []) - 1
    return width


def _terms_of_order(factors: int, order: int) -> int:
    """Terms up to `order`, without making them."""
    total, term = 0, 1
    for size in range(1, min(order, factors) + 1):
        term = term * (factors - size + 1) // size
        total += term
    return total
