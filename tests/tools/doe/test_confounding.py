"""Blocks of two-level designs."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.confounding import block_generators, block_numbers, confounded_effects
from havoc.tools.doe.design import yates


def test_the_classical_two_and_four_blocks():
    # Box, Hunter and Hunter (2005), ch. 5: 2^3 in 2 blocks by ABC; in blocks of 2 by AB and AC, losing BC as well.
    masks = [1, 2, 4]
    assert confounded_effects(block_generators(masks, 3, 1), masks, "ABC") == ["ABC"]
    four = block_generators(masks, 3, 2)
    assert sorted(confounded_effects(four, masks, "ABC", generalised=True)) == ["AB", "AC", "BC"]


def test_block_numbers_are_balanced_and_follow_the_signs():
    numbers = block_numbers(yates(4), [0b0111, 0b1110])
    assert [numbers.count(number) for number in (1, 2, 3, 4)] == [4, 4, 4, 4]
    table = yates(4)
    expected = 1 + (np.prod(table[:, :3], axis=1) > 0) + 2 * (np.prod(table[:, 1:], axis=1) > 0)
    assert numbers == expected.tolist()


def test_aliased_interactions_are_lost_together():
    # By hand: E = ABC makes CE = AB, so blocks by AB lose both.
    assert confounded_effects([0b011], [1, 2, 4, 0b111], "ABCE") == ["AB + CE"]


def test_main_effects_are_never_lost():
    with pytest.raises(ToolError, match="main effect"):
        block_generators([1, 2, 3], 2, 1)
