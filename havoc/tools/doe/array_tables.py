"""Orthogonal arrays: how each is made. Levels count from 0; the first column changes slowest, as in Taguchi's tables."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.int_]

TWELVE = (
    *("00000000000", "00000111111", "00111000111", "01011011001", "01101101010", "01110110100"),
    *("10110011010", "10101110001", "10011101100", "11100001101", "11010100011", "11001010110"),
)
"""Taguchi's L12."""
SIX_MOD_3 = ("000000", "001122", "010212", "022110", "012021", "021201")
"""Rows over the integers mod 3 any two columns of which differ by 0, 1 and 2 equally often: every third run of L18."""
TWELVE_MOD_3 = (
    *("000000000000", "000011112222", "001201220112", "002102121021", "012021022101", "012100212210"),
    *("010222011012", "011220100221", "021012202011", "021110021202", "022212110100", "020121201120"),
)
"""The same of twelve columns: every third run of L36."""
LINES = ((1, 2, 3), (4, 8, 12), (5, 10, 15), (6, 11, 13), (7, 9, 14))
"""Columns of L16 of which each is the product of the two others: three of them become one of four levels."""


@dataclass(frozen=True)
class OrthogonalArray:
    """One array, named with its true columns."""

    name: str
    runs: int
    levels: tuple[int, ...]
    """Of each column."""
    make: Callable[[], Table]
    """runs x columns, levels from 0."""


def two_level(runs: int) -> Table:
    """Column j (from 1) of run r is the parity of the bits that j and r have in common, the highest bit slowest."""
    bits = runs.bit_length() - 1
    reverse = np.array([int(format(j, f"0{bits}b")[::-1], 2) for j in range(1, runs)])
    return np.asarray(np.bitwise_count(np.arange(runs)[:, None] & reverse) & 1, dtype=np.int_)


def prime_level(levels: int, basic: int) -> Table:
    """Rao-Hamming array of levels^basic runs mod a prime: each basic column plus every combination of those before it."""
    full = np.array(list(product(range(levels), repeat=basic)))
    columns = []
    for i in range(basic):
        for weights in product(range(levels), repeat=i):  # the first basic column's weight changes fastest
            columns.append((full[:, i] + full[:, :i] @ np.array(weights[::-1], dtype=np.int_)) % levels)
    return np.column_stack(columns)


def four_level(runs: int, count: int) -> Table:
    """`count` columns of four levels from triples of the two-level array, then the columns that are left."""
    table = two_level(runs)
    made = [2 * table[:, first - 1] + table[:, second - 1] for first, second, _ in LINES[:count]]
    used = {column for line in LINES[:count] for column in line}
    return np.column_stack([*made, *[table[:, j] for j in range(runs - 1) if j + 1 not in used]])


def eighteen() -> Table:
    """L18(2^1 3^7)."""
    groups = np.repeat(np.arange(6), 3)
    return np.column_stack([groups // 3, groups % 3, _developed(_digits(SIX_MOD_3))])


def thirty_six() -> Table:
    """L36(2^11 3^12)."""
    return np.hstack([np.repeat(_digits(TWELVE), 3, axis=0), _developed(_digits(TWELVE_MOD_3))])


def fifty_four() -> Table:
    """L54(2^1 3^25), from L18 and the Kronecker sum of two difference schemes."""
    three = np.outer(np.arange(3), np.arange(3))
    six = _digits(SIX_MOD_3)
    scheme = (six[:, None, :, None] + three[None, :, None, :]).reshape(18, 18) % 3
    return np.hstack([np.repeat(eighteen(), 3, axis=0), _developed(scheme)])


def _digits(rows: tuple[str, ...]) -> Table:
    return np.array([[int(digit) for digit in row] for row in rows])


def _developed(scheme: Table) -> Table:
    """Every row of `scheme` with 0, 1 and 2 added, mod 3."""
    return np.asarray((scheme[:, None, :] + np.arange(3)[None, :, None]).reshape(-1, scheme.shape[1]) % 3)


def _mixed(count: int) -> OrthogonalArray:
    left = 15 - 3 * count
    name = f"L16(4^{count} 2^{left})" if left else f"L16(4^{count})"
    return OrthogonalArray(name, 16, (4,) * count + (2,) * left, lambda: four_level(16, count))


ARRAYS: dict[str, OrthogonalArray] = {
    array.name: array
    for array in (
        OrthogonalArray("L4(2^3)", 4, (2,) * 3, lambda: two_level(4)),
        OrthogonalArray("L8(2^7)", 8, (2,) * 7, lambda: two_level(8)),
        OrthogonalArray("L8(4^1 2^4)", 8, (4, 2, 2, 2, 2), lambda: four_level(8, 1)),
        OrthogonalArray("L9(3^4)", 9, (3,) * 4, lambda: prime_level(3, 2)),
        OrthogonalArray("L12(2^11)", 12, (2,) * 11, lambda: _digits(TWELVE)),
        OrthogonalArray("L16(2^15)", 16, (2,) * 15, lambda: two_level(16)),
        *(_mixed(count) for count in (1, 2, 3, 4, 5)),
        OrthogonalArray("L18(2^1 3^7)", 18, (2, *(3,) * 7), eighteen),
        OrthogonalArray("L25(5^6)", 25, (5,) * 6, lambda: prime_level(5, 2)),
        OrthogonalArray("L27(3^13)", 27, (3,) * 13, lambda: prime_level(3, 3)),
        OrthogonalArray("L32(2^31)", 32, (2,) * 31, lambda: two_level(32)),
        OrthogonalArray("L36(2^11 3^12)", 36, (2,) * 11 + (3,) * 12, thirty_six),
        OrthogonalArray("L54(2^1 3^25)", 54, (2, *(3,) * 25), fifty_four),
    )
}
"""By name, smallest first."""
