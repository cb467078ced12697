"""Kruskal-Wallis and Friedman against published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.rank_groups import friedman, kruskal_wallis
from havoc.tools.math.ranks import mann_whitney

SETTINGS = settings(deadline=None, derandomize=True)

# R's `airquality` (Chambers et al. 1983): ozone from May to September.
OZONE = {
    "May": [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37],
    "June": [29, 71, 39, 23, 21, 37, 20, 12, 13],
    "July": [135, 49, 32, 64, 40, 77, 97, 97, 85, 10, 27, 7, 48, 35, 61, 79, 63, 16, 80, 108, 20, 52, 82, 50, 64, 59],
    "August": [39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85],
    "September": [
        *[96, 78, 73, 91, 47, 32, 20, 23, 21, 24, 44, 21, 28, 9, 13],
        *[46, 18, 13, 24, 16, 13, 23, 36, 7, 14, 30, 14, 18, 20],
    ],
}
# Hollander and Wolfe (1973), p. 140f: seconds to round first base by three methods; R's example(friedman.test).
ROUNDING = [
    *[
        [5.40, 5.50, 5.55],
        [5.85, 5.70, 5.75],
        [5.20, 5.60, 5.50],
        [5.55, 5.50, 5.40],
        [5.90, 5.85, 5.70],
        [5.45, 5.55, 5.60],
    ],
    *[
        [5.40, 5.40, 5.35],
        [5.45, 5.50, 5.35],
        [5.25, 5.15, 5.00],
        [5.85, 5.80, 5.70],
        [5.25, 5.20, 5.10],
        [5.65, 5.55, 5.45],
    ],
    *[
        [5.60, 5.35, 5.45],
        [5.05, 5.00, 4.95],
        [5.50, 5.50, 5.40],
        [5.45, 5.55, 5.50],
        [5.55, 5.55, 5.35],
        [5.45, 5.50, 5.55],
    ],
    *[[5.50, 5.45, 5.25], [5.65, 5.60, 5.40], [5.70, 5.65, 5.55], [6.30, 6.30, 6.25]],
]


def test_mucociliary_clearance():
    # R 4 documentation, example(kruskal.test), Hollander and Wolfe (1973), 116: 0.77143, df = 2, p-value = 0.68.
    groups = {
        "normal": [2.9, 3.0, 2.5, 2.6, 3.2],
        "obstructed": [3.8, 2.7, 4.0, 2.4],
        "asbestosis": [2.8, 3.4, 3.7, 2.2, 2.0],
    }
    result = kruskal_wallis(groups=groups)
    assert result.statistic == pytest.approx(0.77143, abs=5e-6)
    assert (result.df, result.p_value) == (2, pytest.approx(0.68, abs=5e-4))
    assert not result.assumptions[0].holds


def test_ozone():
    # R 4 documentation, example(kruskal.test): chi-squared = 29.267, df = 4, p-value = 6.901e-06.
    result = kruskal_wallis(groups=OZONE)
    assert result.statistic == pytest.approx(29.267, abs=5e-4)
    assert (result.df, result.p_value) == (4, pytest.approx(6.901e-6, abs=5e-10))


def test_rounding_first_base():
    # R 4 documentation, example(friedman.test): chi-squared = 11.143, df = 2, p-value = 0.003805.
    result = friedman(blocks=ROUNDING, treatments=["out", "narrow", "wide"])
    assert result.statistic == pytest.approx(11.143, abs=5e-4)
    assert (result.df, result.p_value) == (2, pytest.approx(0.003805, abs=5e-7))
    # Hollander and Wolfe (1973), example 7.1: rank sums 53, 47, 32.
    assert result.rank_sums == [53, 47, 32]
    assert "out has the highest ranks" in result.conclusion


def test_dunn_by_hand():
    # Ranks 1..6 in three pairs: mean ranks 1.5, 3.5, 5.5, variance 6 * 7 / 12 = 3.5; z = 4 / sqrt(3.5) for the ends.
    result = kruskal_wallis(groups={"a": [1, 2], "b": [3, 4], "c": [5, 6]}, dunn=True)
    assert result.statistic == pytest.approx(32 / 7)
    scores = [pair.z for pair in result.comparisons]
    assert scores == pytest.approx([-2 / 3.5**0.5, -4 / 3.5**0.5, -2 / 3.5**0.5])
    alone, shared = result.comparisons[1].p_value, result.comparisons[1].p_value_adjusted
    assert shared == pytest.approx(3 * alone)
    assert result.comparisons[0].p_value_adjusted == pytest.approx(2 * result.comparisons[0].p_value)
    bonferroni = kruskal_wallis(groups={"a": [1, 2], "b": [3, 4], "c": [5, 6]}, dunn=True, adjustment="bonferroni")
    assert bonferroni.comparisons[0].p_value_adjusted == pytest.approx(3 * bonferroni.comparisons[0].p_value)


samples = st.lists(st.integers(-20, 20), min_size=3, max_size=8)


@SETTINGS
@given(samples, samples, samples)
def test_order_and_increasing_maps_do_not_matter(one, two, three):
    if len({*one, *two, *three}) == 1:
        return
    result = kruskal_wallis(groups=[one, two, three])
    other = kruskal_wallis(groups=[three, [value for value in reversed(one)], two])
    cubed = kruskal_wallis(groups=[[value**3 for value in group] for group in (one, two, three)])
    assert other.statistic == pytest.approx(result.statistic, abs=1e-9)
    assert cubed.statistic == pytest.approx(result.statistic, abs=1e-9)


def test_two_groups_are_mann_whitney_without_continuity():
    # Identity: with two groups and no ties H = (U - mean)^2 / variance.
    one, two = [1.0, 4.0, 6.0, 7.5], [2.0, 3.0, 9.0, 10.0, 11.0]
    u = mann_whitney(group1=one, group2=two).statistic
    assert kruskal_wallis(groups=[one, two]).statistic == pytest.approx((u - 10) ** 2 / (20 * 10 / 12))


def test_complete_agreement():
    # Kendall's W is 1, and the statistic b (k - 1).
    result = friedman(blocks=[[1, 2, 3], [2, 5, 9], [0, 4, 6], [1, 3, 8]])
    assert (result.kendalls_w, result.statistic) == pytest.approx((1, 8))
    assert result.f_statistic is None
    assert result.undefined["f_statistic"]


def test_shifting_a_block_changes_nothing():
    moved = [[value + 7 * index for value in block] for index, block in enumerate([[1, 2, 3], [3, 1, 2], [1, 3, 2]])]
    assert friedman(blocks=moved).statistic == friedman(blocks=[[1, 2, 3], [3, 1, 2], [1, 3, 2]]).statistic


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (kruskal_wallis, {"groups": [[1, 1], [1, 1]]}, "groups"),
        (kruskal_wallis, {"groups": [[1], [2], [3]]}, "groups"),
        (kruskal_wallis, {"groups": [[i, i + 1] for i in range(60)], "dunn": True}, "dunn"),
        (friedman, {"blocks": [[1, 2, 3]]}, "blocks"),
        (friedman, {"blocks": [[1, 1], [2, 2]]}, "blocks"),
        (friedman, {"blocks": [[1, 2], [2, 1]], "treatments": ["A"]}, "treatments"),
    ],
)
def test_what_cannot_be_ranked_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
