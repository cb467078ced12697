"""Finite fields, from which orthogonal designs are made."""

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

IRREDUCIBLE: dict[int, tuple[int, ...]] = {
    4: (1, 1, 1),
    8: (1, 1, 0, 1),
    9: (1, 0, 1),
    16: (1, 1, 0, 0, 1),
    25: (2, 0, 1),
    27: (1, 2, 0, 1),
}
"""Size -> an irreducible polynomial over the prime field, coefficients from the constant up."""


@cache
def tables(size: int) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Addition and multiplication tables of the field of `size`, elements numbered from 0; element 1 is the unit.

    Raises:
        KeyError: `size` is neither a prime nor a key of `IRREDUCIBLE`.
    """
    if _is_prime(size):
        numbers = np.arange(size)
        return (numbers[:, None] + numbers) % size, (numbers[:, None] * numbers) % size
    polynomial = IRREDUCIBLE[size]
    degree = len(polynomial) - 1
    prime = round(size ** (1 / degree))
    elements = [tuple(reversed(one)) for one in product(range(prime), repeat=degree)]
    place = {element: index for index, element in enumerate(elements)}
    add = np.array([[place[_sum(a, b, prime)] for b in elements] for a in elements])
    multiply = np.array([[place[_times(a, b, prime, polynomial)] for b in elements] for a in elements])
    return add, multiply


def is_field(size: int) -> bool:
    """Whether `tables` has the field of this size."""
    return _is_prime(size) or size in IRREDUCIBLE


def paley_core(size: int) -> NDArray[np.float64]:
    """size x size for an odd field: +1 where row - column is a square, -1 where it is none, 0 on the diagonal.

    Its rows have inner product -1 (Paley 1933); it is symmetric for size 4t + 1 and skew for 4t + 3.
    """
    add, multiply = tables(size)
    squares = {int(multiply[i, i]) for i in range(1, size)}
    negative = [int(np.flatnonzero(add[i] == 0)[0]) for i in range(size)]
    character = np.array([0.0 if i == 0 else 1.0 if i in squares else -1.0 for i in range(size)])
    return np.array([[character[add[i, negative[j]]] for j in range(size)] for i in range(size)])


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def _sum(a: tuple[int, ...], b: tuple[int, ...], prime: int) -> tuple[int, ...]:
    return tuple((x + y) % prime for x, y in zip(a, b, strict=True))


def _times(a: tuple[int, ...], b: tuple[int, ...], prime: int, polynomial: tuple[int, ...]) -> tuple[int, ...]:
    degree = len(polynomial) - 1
    result = [0] * (2 * degree - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    for top in range(2 * degree - 2, degree - 1, -1):
        leading = result[top] % prime
        for offset, coefficient in enumerate(polynomial):
            result[top - degree + offset] -= leading * coefficient
    return tuple(value % prime for value in result[:degree])
