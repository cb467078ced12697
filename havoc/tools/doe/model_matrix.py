"""Polynomial models in coded factors: their terms, and the matrix of a design."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from havoc.tools.errors import ToolError
from havoc.tools.values import SETTING, Name, short_list

Term = tuple[int, ...]
"""Exponent of each factor; all 0 is the constant."""
MAX_TERMS = 300
MAX_ORDER = 4
"""Sum of the exponents of a term."""

Model = Annotated[
    Literal["linear", "interaction", "quadratic"] | Annotated[list[Name], Field(max_length=MAX_TERMS)],
    BeforeValidator(short_list),
    SETTING,
]
"""`linear` main effects; `interaction` with two-factor interactions; `quadratic` with squares too; or terms such as
`["A", "B", "A*B", "A^2"]`. The constant is always in it."""


def model_terms(names: Sequence[str], model: str | Sequence[str]) -> list[Term]:
    """The terms of `model`, the constant first.

    Raises:
        ToolError: a term names no factor, or stands twice; or there are too many.
    """
    k = len(names)
    constant = (0,) * k
    if not isinstance(model, str):
        read = [_term(f"model[{index}]", text, names) for index, text in enumerate(model)]
        for index, term in enumerate(read):
            if term in read[:index]:
                raise ToolError(f"model[{index}]", model[index], "stands twice", "give each term once")
        return [constant, *[term for term in read if term != constant]]
    terms = [constant, *(_powers(k, {i: 1}) for i in range(k))]
    if model in ("interaction", "quadratic"):
        terms += [_powers(k, {i: 1, j: 1}) for i, j in combinations(range(k), 2)]
    if model == "quadratic":
        terms += [_powers(k, {i: 2}) for i in range(k)]
    if len(terms) > MAX_TERMS:
        raise ToolError("model", model, f"{len(terms)} terms", f"give at most {MAX_TERMS}: a smaller model or fewer factors")
    return terms


def term_names(terms: Sequence[Term], names: Sequence[str]) -> list[str]:
    """`1`, `A`, `A*B`, `A^2`."""
    found = []
    for term in terms:
        parts = [name if power == 1 else f"{name}^{power}" for name, power in zip(names, term, strict=True) if power]
        found.append("*".join(parts) or "1")
    return found


def expand(coded: NDArray[np.float64], terms: Sequence[Term]) -> NDArray[np.float64]:
    """float64, runs x terms."""
    return products(coded, factor_indices(terms))


def factor_indices(terms: Sequence[Term]) -> NDArray[np.int_]:
    """terms x MAX_ORDER: the factors that each term multiplies, filled up with the number of factors."""
    k = len(terms[0])
    indices = np.full((len(terms), MAX_ORDER), k)
    for row, term in enumerate(terms):
        multiplied = [i for i, power in enumerate(term) for _ in range(power)]
        indices[row, : len(multiplied)] = multiplied
    return indices


def products(coded: NDArray[np.float64], indices: NDArray[np.int_]) -> NDArray[np.float64]:
    """runs x terms, from `factor_indices`: what `expand` gives, for callers that ask many times."""
    extended = np.hstack([coded, np.ones((len(coded), 1))])
    return np.asarray(extended[:, indices].prod(axis=2))


def cube_moments(terms: Sequence[Term]) -> NDArray[np.float64]:
    """terms x terms: means of products of terms over the cube from -1 to +1, which average prediction variances."""
    exponents = np.array(terms)
    total = exponents[:, None, :] + exponents[None, :, :]
    return np.where((total % 2).any(axis=2), 0.0, np.prod(1 / (total + 1), axis=2))


def alias_terms(terms: Sequence[Term]) -> list[Term]:
    """The two-factor interactions and squares that `terms` leave out."""
    k = len(terms[0])
    second = [_powers(k, {i: 1, j: 1}) for i, j in combinations(range(k), 2)] + [_powers(k, {i: 2}) for i in range(k)]
    return [term for term in second if term not in set(terms)]


def _powers(k: int, powers: dict[int, int]) -> Term:
    return tuple(powers.get(i, 0) for i in range(k))


def _term(path: str, text: str, names: Sequence[str]) -> Term:
    powers = [0] * len(names)
    if text.strip() == "1":
        return tuple(powers)
    for part in re.split(r"[*:]", text):
        base, _, exponent = part.partition("^")
        name, power = base.strip(), exponent.strip() or "1"
        if name not in names:
            raise ToolError(path, text, f"{name or 'nothing'} is no factor", f"the factors are {', '.join(names)}")
        if power not in ("1", "2", "3"):
            raise ToolError(path, text, f"power {power}", "give powers of 1 to 3, as A^2")
        powers[names.index(name)] += int(power)
    if sum(powers) > MAX_ORDER:
        raise ToolError(path, text, f"order {sum(powers)}", f"give terms up to order {MAX_ORDER}")
    return tuple(powers)
