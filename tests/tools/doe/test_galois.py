"""Finite fields: their axioms, and what Paley's construction needs."""

import numpy as np
import pytest

from havoc.tools.doe.galois import is_field, paley_core, tables


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7, 8, 9, 16, 25, 27])
def test_addition_and_multiplication_are_a_field(size):
    add, multiply = tables(size)
    everything = np.arange(size)
    assert np.array_equal(add[0], everything)
    assert np.array_equal(multiply[1], everything)
    assert np.array_equal(add, add.T)
    assert np.array_equal(multiply, multiply.T)
    assert all(sorted(row) == list(everything) for row in add)
    assert all(sorted(row[1:]) == list(everything[1:]) for row in multiply[1:])
    for a in range(size):
        assert np.array_equal(multiply[a][add], add[multiply[a][:, None], multiply[a]])


@pytest.mark.parametrize("size", [3, 5, 7, 9, 11, 13, 25, 27])
def test_paley_cores(size):
    # Paley (1933): Q Q' = q I - J, Q J = 0; symmetric for q = 4t + 1, skew for q = 4t + 3.
    core = paley_core(size)
    assert np.array_equal(core @ core.T, size * np.eye(size) - 1)
    assert not core.sum(axis=1).any()
    assert np.array_equal(core.T, core if size % 4 == 1 else -core)


def test_what_is_a_field():
    assert [size for size in range(2, 30) if is_field(size)] == [
        *(2, 3, 4, 5, 7, 8, 9, 11, 13, 16, 17, 19, 23, 25, 27, 29),
    ]
