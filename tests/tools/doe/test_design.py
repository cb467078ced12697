"""The table of runs: order, replicates, blocks and centre points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.design import DesignArguments, require_middle, require_numeric, run_table, with_centers, yates
from havoc.tools.doe.factor import Factor, coded_factors


def arguments(**given):
    return DesignArguments(**{"factors": 2, **given})


def table(centers=0, blocks=None, **given):
    coded, types, block = with_centers(yates(2), "factorial", centers, blocks)
    return run_table(coded_factors(2), coded, types, arguments(**given), block)


def test_yates_order_changes_the_first_factor_fastest():
    assert yates(2).tolist() == [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    assert table(randomize=False)["coded"] == yates(2).tolist()


@given(
    centers=st.integers(0, 6),
    replicates=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
    blocked=st.booleans(),
    own=st.booleans(),
)
def test_a_random_order_keeps_every_run_and_its_block(centers, replicates, seed, blocked, own):
    blocks = [1, 2, 2, 1] if blocked else None
    given = {"seed": seed, "replicates": replicates, "block_on_replicates": own}
    found, ordered = table(centers, blocks, **given), table(centers, blocks, **given, randomize=False)
    by_place = dict(zip(ordered["standard_order"], zip(ordered["coded"], ordered["blocks"], strict=True), strict=True))
    assert sorted(found["standard_order"]) == list(range(1, found["runs"] + 1))
    for place, row, block in zip(found["standard_order"], found["coded"], found["blocks"], strict=True):
        assert by_place[place] == (row, block)
    assert found["blocks"] == sorted(found["blocks"])
    assert max(found["blocks"]) == (2 if blocked else 1) * (replicates if own else 1)
    assert found["center_points"] == centers * (2 if blocked else 1) * replicates


@given(centers=st.integers(2, 9), seed=st.integers(0, 999))
def test_centre_points_are_spread_evenly(centers, seed):
    places = [i for i, kind in enumerate(table(centers, seed=seed)["point_types"]) if kind == "center"]
    gaps = np.diff(places)
    assert places[0] == 0
    assert places[-1] == 3 + centers
    assert gaps.max() - gaps.min() <= 1


def test_one_centre_point_stands_in_the_middle():
    assert table(1)["point_types"].index("center") == 2


def test_minus_zero_is_zero_and_too_many_runs_are_refused():
    found = run_table([Factor(name="x")], np.array([[-0.0]]), ["center"], arguments(factors=1))
    assert str(found["coded"][0][0]) == "0.0"
    with pytest.raises(ToolError, match="runs"):
        run_table(coded_factors(9), yates(9), ["factorial"] * 512, arguments(factors=9, replicates=100))


def test_what_has_no_middle_is_named():
    material = Factor(name="m", levels=["a", "b"])
    with pytest.raises(ToolError, match="m is categorical"):
        require_middle([material], 1)
    require_middle([material], 0)
    with pytest.raises(ToolError) as caught:
        require_numeric([Factor(name="x"), material], "this design")
    assert caught.value.path == "factors[1].levels"
