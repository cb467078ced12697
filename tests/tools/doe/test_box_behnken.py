"""Box-Behnken designs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import DSLExecutor, ToolError
from havoc.tools.doe.box_behnken import box_behnken


@pytest.mark.parametrize(
    ("factors", "edges", "runs"),
    # Box and Behnken (1960), Table 4; NIST/SEMATECH e-Handbook 5.3.3.6.3 has 15, 27 and 46 runs for 3, 4 and 5 factors.
    [(3, 12, 15), (4, 24, 27), (5, 40, 46), (6, 48, 54), (7, 56, 62), (9, 120, 130), (10, 160, 170)],
)
def test_runs_of_the_published_designs(factors, edges, runs):
    design = box_behnken(factors=factors)
    assert (design.edge_runs, design.runs) == (edges, runs)
    assert design.center_points == runs - edges
    distinct = {tuple(row) for row, kind in zip(design.coded, design.point_types, strict=True) if kind == "edge"}
    assert len(distinct) == (edges if factors != 9 else 96)


def test_three_factors_in_standard_order():
    # NIST/SEMATECH e-Handbook 5.3.3.6.2, Table 3.24: the Box-Behnken design for three factors.
    design = box_behnken(factors=3, randomize=False)
    edges = [[-1, -1, 0], [1, -1, 0], [-1, 1, 0], [1, 1, 0], [-1, 0, -1], [1, 0, -1], [-1, 0, 1], [1, 0, 1]]
    edges += [[0, -1, -1], [0, 1, -1], [0, -1, 1], [0, 1, 1]]
    assert design.coded == edges + [[0, 0, 0]] * 3


def test_the_specification_s_example():
    answer = DSLExecutor().execute(
        "box_behnken",
        factors=[
            {"name": "Temperature", "low": 100, "high": 200},
            {"name": "Pressure", "low": 10, "high": 50},
            {"name": "Speed", "low": 50, "high": 150},
        ],
    )
    natural = answer["result"]["natural"]
    assert answer["result"]["runs"] == 15
    assert sorted({row[0] for row in natural}) == [100, 150, 200]
    assert sorted({row[1] for row in natural}) == [10, 30, 50]
    assert sorted({row[2] for row in natural}) == [50, 100, 150]
    assert natural.count([150, 30, 100]) == 3


def test_texts_are_factors_too():
    texts = ["temperature (100-200°C)", "pressure (10-50 bar)", "speed (50-150 RPM)"]
    design = box_behnken(factors=texts, randomize=False)
    assert design.natural[0] == [100, 10, 100]
    assert design.factor_units == ["°C", "bar", "RPM"]


@pytest.mark.parametrize("factors", [3, 4, 5, 6, 7, 9, 10])
def test_second_order_model_is_estimable_and_moments_are_symmetric(factors):
    x = np.array(box_behnken(factors=factors).coded)
    pairs = list(combinations(range(factors), 2))
    model = np.column_stack([np.ones(len(x)), x, x**2, *[x[:, i] * x[:, j] for i, j in pairs]])
    assert np.linalg.matrix_rank(model) == model.shape[1]
    moments = x.T @ x
    assert np.array_equal(moments, np.diag(np.diag(moments)))
    assert len(set(np.diag(moments))) == 1
    assert np.abs((x**3).sum(axis=0)).max() == 0


@pytest.mark.parametrize("factors", [4, 7])
def test_four_and_seven_factors_are_rotatable(factors):
    # Box and Behnken (1960): the designs for 4 and 7 factors are rotatable, [iiii] = 3 [iijj].
    x = np.array(box_behnken(factors=factors).coded)
    fourth = (x**4).sum(axis=0)
    assert all(fourth[i] == 3 * (x[:, i] ** 2 * x[:, j] ** 2).sum() for i, j in combinations(range(factors), 2))


@pytest.mark.parametrize(("factors", "blocks"), [(4, 3), (5, 2), (6, 2), (7, 2), (9, 5)])
def test_blocks_are_orthogonal_to_the_second_order_model(factors, blocks):
    design = box_behnken(factors=factors, blocks=blocks)
    x, block = np.array(design.coded), np.array(design.blocks)
    pairs = list(combinations(range(factors), 2))
    model = np.column_stack([x, x**2, *[x[:, i] * x[:, j] for i, j in pairs]])
    means = np.array([model[block == number].mean(axis=0) for number in range(1, blocks + 1)])
    assert np.allclose(means, means[0])


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), seed=st.integers(0, 1000))
def test_natural_levels_are_low_middle_and_high_exactly(low, width, seed):
    high = low + width
    design = box_behnken(factors=[{"name": "x", "low": low, "high": high}, {"name": "y"}, {"name": "z"}], seed=seed)
    levels = sorted({row[0] for row in design.natural})
    assert (levels[0], levels[-1]) == (low, high)
    assert levels[1] == pytest.approx((low + high) / 2, abs=1e-9 * max(abs(low), abs(high)))
    assert sorted(map(tuple, design.coded)) == sorted(map(tuple, box_behnken(factors=3).coded))


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 2}, "factors"),
        ({"factors": 8}, "factors"),
        ({"factors": 64}, "factors"),
        ({"factors": 3, "blocks": 2}, "blocks"),
        ({"factors": 4, "blocks": 3, "center_points": 4}, "center_points"),
        ({"factors": [{"name": "a", "levels": ["x", "y"]}, {"name": "b"}, {"name": "c"}]}, "factors[0].levels"),
        ({"factors": [{"name": "a", "levels": [1, 2, 9]}, {"name": "b"}, {"name": "c"}]}, "factors[0].levels"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        box_behnken(**arguments)
    assert caught.value.path == path


@pytest.mark.parametrize("factors", [3, 4, 5])
def test_another_program_gives_the_same_runs(factors):
    from pydoe import bbdesign

    design = box_behnken(factors=factors)
    assert sorted(map(tuple, design.coded)) == sorted(map(tuple, bbdesign(factors, center=design.center_points).tolist()))


def test_without_centre_points_a_notice_says_what_is_lost():
    design = box_behnken(factors=4, center_points=0)
    assert [notice.code for notice in design.warnings] == ["no_center_points"]
