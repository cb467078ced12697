"""Complete and incomplete block designs."""

from itertools import combinations

import pytest

from havoc.tools import ToolError
from havoc.tools.doe.blocks import balanced_incomplete_block_design, randomized_block_design
from havoc.tools.math.two_way_anova import two_way_anova

# Montgomery, Design and Analysis of Experiments, 4.1: yield of vascular grafts at four extrusion pressures in six batches.
GRAFTS = {
    "8500": [90.3, 89.2, 98.2, 93.9, 87.4, 97.9],
    "8700": [92.5, 89.5, 90.6, 94.7, 87.0, 95.8],
    "8900": [85.5, 90.8, 89.6, 86.2, 88.0, 93.4],
    "9100": [82.5, 89.5, 85.6, 87.4, 78.9, 90.7],
}


def test_the_vascular_grafts_in_the_order_of_the_design():
    # Montgomery, 4.1: pressure 178.17 (3 df, F 8.11, P 0.0019), batches 192.25 (5 df), error 109.89 (15 df).
    design = randomized_block_design(treatments=list(GRAFTS), blocks=6, seed=4)
    pressures = [treatment for (treatment,) in design.natural]
    response = [GRAFTS[pressure][block - 1] for pressure, block in zip(pressures, design.blocks, strict=True)]
    result = two_way_anova(
        response=response, factor_a=pressures, factor_b=[str(block) for block in design.blocks], interaction=False
    )
    pressure, batch, error = result.table
    sums = (pressure.sum_of_squares, batch.sum_of_squares, error.sum_of_squares)
    assert sums == pytest.approx((178.17, 192.25, 109.89), abs=5e-3)
    assert (pressure.df, batch.df, error.df) == (3, 5, 15)
    assert error.df == design.degrees_of_freedom_for_error
    assert pressure.f == pytest.approx(8.11, abs=5e-3)
    assert pressure.p_value == pytest.approx(0.0019, abs=5e-5)
    assert error.mean_square == pytest.approx(7.33, abs=5e-3)
    assert (design.runs, design.block_count, design.block_size, design.replications) == (24, 6, 4, 6)


def test_every_treatment_once_in_each_block_in_random_order():
    design = randomized_block_design(treatments=5, blocks=6, seed=3)
    assert design.runs == 30
    assert all(sorted(block) == list("ABCDE") for block in design.layout)
    assert len({tuple(block) for block in design.layout}) > 1
    # (treatments - 1)(blocks - 1), Montgomery, Design and Analysis of Experiments, 4.1.
    assert design.degrees_of_freedom_for_error == 20
    assert design.efficiency == 1


@pytest.mark.parametrize(
    ("treatments", "size", "blocks", "concurrence"),
    [
        # Fisher and Yates (1938), balanced incomplete blocks: v, k, b, lambda.
        (4, 3, 4, 2),
        (5, 2, 10, 1),
        (6, 3, 10, 2),
        (7, 3, 7, 1),
        (8, 4, 14, 3),
        (9, 3, 12, 1),
        (9, 4, 18, 3),
        (10, 5, 18, 4),
        (11, 5, 11, 2),
        (13, 4, 13, 1),
        (16, 4, 20, 1),
        (21, 5, 21, 1),
        (25, 5, 30, 1),
    ],
)
def test_balanced_incomplete_blocks(treatments, size, blocks, concurrence):
    design = balanced_incomplete_block_design(treatments=treatments, block_size=size)
    assert (design.block_count, design.concurrence) == (blocks, concurrence)
    names = sorted({name for block in design.layout for name in block})
    for pair in combinations(names, 2):
        assert sum(set(pair) <= set(block) for block in design.layout) == concurrence
    assert all(len(set(block)) == size for block in design.layout)
    # Identities of balanced designs: r(k - 1) = lambda (v - 1) and b k = v r.
    assert design.replications * (size - 1) == concurrence * (treatments - 1)
    assert blocks * size == treatments * design.replications


def test_efficiency_of_the_catalyst_example():
    # Montgomery, Design and Analysis of Experiments, 4.4: 4 catalysts in 4 batches of 3, lambda 2, error df 5.
    design = balanced_incomplete_block_design(treatments=4, block_size=3)
    assert design.replications == 3
    assert design.degrees_of_freedom_for_error == 5
    assert design.efficiency == pytest.approx(8 / 9)


def test_replicates_as_blocks_and_seeds():
    design = randomized_block_design(treatments=3, blocks=2, replicates=2, block_on_replicates=True)
    assert sorted(set(design.blocks)) == [1, 2, 3, 4]
    one = randomized_block_design(treatments=6, blocks=4, seed=1)
    assert one == randomized_block_design(treatments=6, blocks=4, seed=1)
    assert one.layout != randomized_block_design(treatments=6, blocks=4, seed=2).layout


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (randomized_block_design, {"treatments": 1, "blocks": 3}, "treatments"),
        (randomized_block_design, {"treatments": ["a", "a"], "blocks": 3}, "treatments"),
        (randomized_block_design, {"treatments": 3, "blocks": 1}, "blocks"),
        (balanced_incomplete_block_design, {"treatments": 4, "block_size": 4}, "block_size"),
        (balanced_incomplete_block_design, {"treatments": 25, "block_size": 12}, "block_size"),
    ],
)
def test_what_cannot_be_made_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
