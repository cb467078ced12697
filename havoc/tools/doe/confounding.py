"""Blocks of two-level designs: which interactions are given up to tell the blocks apart."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from havoc.tools.errors import ToolError

ALL_ORDERS = 12
"""Factors up to which interactions of every order are counted when block generators are compared; beyond, orders 2 and 3."""
KEPT = 60
"""Partial choices that the search follows."""


def block_generators(columns: Sequence[int], basic: int, count: int) -> list[int]:
    """Columns (bits of basic factors) whose signs divide a design into 2^`count` blocks.

    No main effect is lost; of the choices that allow it, the one that loses the fewest two-factor interactions, then
    three-factor ones, and so on, generalised interactions included: the criterion behind the tables of Box, Hunter and
    Hunter (2005, Table 5A.1) and Montgomery (Table 7.9). A beam search, exhaustive for two blocks.

    Raises:
        ToolError: no choice was found that loses no main effect.
    """
    cost = _losses(columns, basic)
    group = _search(range(1, 2**basic), set(columns), cost, count)
    if group is None:
        # Where every word of the defining relation is even, some contrast of the basic factors is odd in every main effect;
        # what is even in it is a large set that holds no main effect, and from it any number of blocks can be made.
        for odd in range(1, 2**basic):
            if all((odd & column).bit_count() & 1 for column in columns):
                even = [column for column in range(1, 2**basic) if not (odd & column).bit_count() & 1]
                group = _search(even, set(columns), cost, count)
                break
    if group is None:
        raise ToolError(
            "blocks", 2**count, "no division into so many blocks was found that keeps every main effect", "give fewer blocks"
        )
    return _best_basis(group, cost)


def block_numbers(basic_table: NDArray[np.float64], generators: Sequence[int]) -> list[int]:
    """1-based block of each run, from the signs of the generators; the first changes fastest.

    Args:
        basic_table: -1 and +1, runs x basic factors.
        generators: as `block_generators` gives them.
    """
    number = np.ones(len(basic_table), dtype=np.int_)
    for place, generator in enumerate(generators):
        bits = [i for i in range(basic_table.shape[1]) if generator >> i & 1]
        number += (np.prod(basic_table[:, bits], axis=1) > 0) * 2**place
    return number.tolist()


def confounded_effects(
    generators: Sequence[int], columns: Sequence[int], letters: str, generalised: bool = False
) -> list[str]:
    """The lowest-order effect (all of order 2, where there are) equal to each block column, as `ABC` or `AB + CD`.

    With `generalised` also of the products of block generators.
    """
    group = [0]
    for generator in generators:
        group += [one ^ generator for one in group]
    wanted = group[1:] if generalised else list(generators)
    return [_name(column, columns, letters) for column in wanted]


def _search(candidates: Sequence[int], main: set[int], cost: NDArray[np.int_], count: int) -> set[int] | None:
    """The group of block columns, 0 included, that loses least; None where the search finds none."""
    beam: list[tuple[tuple[int, ...], list[int], set[int]]] = [((), [], {0})]
    for _ in range(count):
        grown: dict[frozenset[int], tuple[tuple[int, ...], list[int], set[int]]] = {}
        for _, chosen, group in beam:
            for column in candidates:
                added = {column ^ one for one in group}
                if column in group or added & main:
                    continue
                union = group | added
                key = frozenset(union)
                if key not in grown:
                    loss = tuple(cost[list(union - {0})].sum(axis=0).tolist())
                    grown[key] = (loss, [*chosen, column], union)
        beam = sorted(grown.values(), key=lambda one: (one[0], one[1]))[:KEPT]
        if not beam:
            return None
    return beam[0][2]


def _losses(columns: Sequence[int], basic: int) -> NDArray[np.int_]:
    """2^basic x orders: how many interactions of order 2, 3, ... equal each column."""
    top = len(columns) if len(columns) <= ALL_ORDERS else 3
    losses = np.zeros((2**basic, max(top - 1, 1)), dtype=np.int_)
    masks = np.asarray(columns, dtype=np.int_)
    for order in range(2, top + 1):
        subsets = np.array(list(combinations(range(len(columns)), order)))
        np.add.at(losses[:, order - 2], np.bitwise_xor.reduce(masks[subsets], axis=1), 1)
    return losses


def _best_basis(group: set[int], cost: NDArray[np.int_]) -> list[int]:
    """Independent members of `group` that lose least, lowest columns first."""
    ordered = sorted(group - {0}, key=lambda one: (tuple(cost[one].tolist()), one))
    basis: list[int] = []
    spanned = {0}
    for one in ordered:
        if one not in spanned:
            basis.append(one)
            spanned |= {one ^ other for other in spanned}
    return basis


def _name(column: int, columns: Sequence[int], letters: str) -> str:
    for order in range(2, len(columns) + 1):
        found = [
            "".join(letters[i] for i in subset)
            for subset in combinations(range(len(columns)), order)
            if _product(columns, subset) == column
        ]
        if found:
            return " + ".join(found) if order == 2 else found[0]
    return letters[columns.index(column)]


def _product(columns: Sequence[int], subset: Sequence[int]) -> int:
    result = 0
    for index in subset:
        result ^= columns[index]
    return result
