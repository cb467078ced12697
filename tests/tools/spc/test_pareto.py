"""Pareto analysis against the qcc example and hand counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.spc.pareto import pareto_analysis

# R qcc, example(pareto.chart): causes of defects.
QCC = {
    "categories": ["price code", "schedule date", "supplier code", "contact num.", "part num."],
    "counts": [80, 27, 66, 94, 33],
}


def test_qcc_s_example():
    # R qcc, example(pareto.chart): contact num. 94, 31.33%; price code 80, 26.67%, 58.00%; supplier code 66, 22.00%, 80.00%;
    # part num. 33, 11.00%, 91.00%; schedule date 27, 9.00%, 100.00%.
    result = pareto_analysis(**QCC)
    assert [bar.category for bar in result.bars] == [
        "contact num.",
        "price code",
        "supplier code",
        "part num.",
        "schedule date",
    ]
    assert [bar.percent for bar in result.bars] == pytest.approx([31.3333, 26.6667, 22, 11, 9], abs=5e-5)
    assert [bar.cumulative_percent for bar in result.bars] == pytest.approx([31.3333, 58, 80, 91, 100], abs=5e-5)
    assert result.vital_few == ["contact num.", "price code", "supplier code"]


def test_observations_are_counted():
    result = pareto_analysis(categories=["b", "a", "b", "c", "b", "a"])
    assert [(bar.category, bar.count) for bar in result.bars] == [("b", 3), ("a", 2), ("c", 1)]


def test_small_categories_are_put_together_at_the_end():
    # By hand: of 300, below 12% are 33 and 27: together 60, which is more than none of the others but stands last.
    result = pareto_analysis(**QCC, other_below=12)
    assert result.bars[-1].category == "Other"
    assert result.bars[-1].count == 60
    assert result.combined == ["part num.", "schedule date"]


def test_repeated_categories_add_up():
    assert pareto_analysis(categories=["a", "b", "a"], counts=[1, 5, 2]).bars[1].count == 3


@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=60))
def test_bars_fall_and_add_up(categories):
    result = pareto_analysis(categories=categories)
    counts = [bar.count for bar in result.bars]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len(categories)
    assert result.bars[-1].cumulative_percent == pytest.approx(100)
    assert result == pareto_analysis(categories=sorted(categories))


def test_equal_categories_are_called_flat():
    assert "flat" in {notice.code for notice in pareto_analysis(categories=list("abcde")).warnings}


@pytest.mark.parametrize("changes", [{"counts": [1, 2, -3, 4, 5]}, {"counts": [0] * 5}, {"counts": [1, 2]}])
def test_bad_counts_are_refused(changes):
    with pytest.raises(ToolError, match="counts"):
        pareto_analysis(**{**QCC, **changes})
