"""Split-plot designs."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.split_plot import split_plot_design


def test_degrees_of_freedom_of_the_paper_example():
    # Montgomery, Design and Analysis of Experiments, 14.4 (tensile strength of paper): 3 pulp methods (whole plots),
    # 4 temperatures, 3 replicates: 4 degrees of freedom for the whole-plot error, 18 for the subplot error.
    factors = [{"name": "Pulp", "levels": ["1", "2", "3"]}, {"name": "Temperature", "levels": [200, 225, 250, 275]}]
    design = split_plot_design(factors=factors, hard_to_change=["Pulp"], replicates=3)
    assert (design.runs, design.whole_plot_count, design.whole_plot_size) == (36, 9, 4)
    assert (design.whole_plot_error_df, design.subplot_error_df) == (4, 18)


@given(seed=st.integers(0, 999), replicates=st.integers(1, 3), hard=st.sampled_from([["A"], ["B"], ["A", "C"]]))
def test_hard_factors_are_set_once_in_each_whole_plot(seed, replicates, hard):
    design = split_plot_design(factors=4, hard_to_change=hard, replicates=replicates, seed=seed)
    places = ["ABCD".index(name) for name in hard]
    runs = list(zip(design.whole_plots, design.coded, strict=True))
    plots = [list(group) for _, group in groupby(runs, key=lambda run: run[0])]
    assert len(plots) == design.whole_plot_count, "the runs of a whole plot follow each other"
    for plot in plots:
        assert len({tuple(row[i] for i in places) for _, row in plot}) == 1
        assert len({tuple(row) for _, row in plot}) == design.whole_plot_size
    rows, counts = np.unique(np.array(design.coded), axis=0, return_counts=True)
    assert len(rows) == 16
    assert set(counts) == {replicates}
    assert design.blocks == sorted(design.blocks) == design.replicate_of_run
    again = split_plot_design(factors=4, hard_to_change=hard, replicates=replicates, seed=seed)
    assert again == design


def test_whole_plots_are_randomised_anew_in_each_replicate():
    design = split_plot_design(
        factors=[{"name": "H", "levels": list("abcde")}, {"name": "e"}], hard_to_change=["H"], replicates=4
    )
    orders = [[row[0] for row in design.natural[i : i + 10 : 2]] for i in range(0, 40, 10)]
    assert all(sorted(order) == list("abcde") for order in orders)
    assert len({tuple(order) for order in orders}) > 1


def test_without_replicates_hard_factors_cannot_be_tested():
    design = split_plot_design(factors=3, hard_to_change=["A"], randomize=False)
    assert design.whole_plot_error_df == 0
    assert [notice.code for notice in design.warnings] == ["no_whole_plot_error"]
    assert [row[0] for row in design.coded] == [-1] * 4 + [1] * 4


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"factors": 3, "hard_to_change": ["Z"]}, "hard_to_change[0]"),
        ({"factors": 2, "hard_to_change": ["A", "B"]}, "hard_to_change"),
        ({"factors": 20, "hard_to_change": ["A"]}, "factors"),
        ({"factors": 3, "hard_to_change": []}, "hard_to_change"),
    ],
)
def test_what_cannot_be_made_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        split_plot_design(**arguments)
    assert caught.value.path == path
