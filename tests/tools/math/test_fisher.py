"""Fisher's exact test against published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.fisher import fisher_exact

SETTINGS = settings(deadline=None, derandomize=True)


def test_the_lady_tasting_tea():
    # R 4 documentation, example(fisher.test), Agresti (1990), p. 61: p-value = 0.2429 (greater), interval 0.3135693 Inf,
    # conditional odds ratio 6.408309; R's root finder stops at a tolerance of 1.2e-4.
    result = fisher_exact(table=[[3, 1], [1, 3]], alternative="greater")
    assert result.p_value == pytest.approx(17 / 70)
    assert result.ci_low == pytest.approx(0.3135693, abs=1.2e-4)
    assert result.ci_high is None
    assert result.odds_ratio_conditional == pytest.approx(6.408309, abs=1.2e-3)
    assert result.odds_ratio == pytest.approx(9)


def test_convictions_of_twins():
    # R 4 documentation, example(fisher.test), Fisher (1962, 1970): p-value = 0.0004652 (less), odds ratio 0.04693661;
    # two-sided interval 0.003325764 0.363182271.
    table = [[2, 15], [10, 3]]
    less = fisher_exact(table=table, alternative="less")
    assert less.p_value == pytest.approx(0.0004652, abs=5e-8)
    both = fisher_exact(table=table)
    assert both.p_value == pytest.approx(0.0005367, abs=5e-8)
    assert (both.ci_low, both.ci_high) == pytest.approx((0.003325764, 0.363182271), abs=1.2e-4)
    assert both.odds_ratio_conditional == pytest.approx(0.04693661, abs=1.2e-4)


@SETTINGS
@given(st.lists(st.integers(1, 15), min_size=4, max_size=4))
def test_swapping_rows_inverts_the_odds_ratio(cells):
    a, b, c, d = cells
    one, other = fisher_exact(table=[[a, b], [c, d]]), fisher_exact(table=[[c, d], [a, b]])
    transposed = fisher_exact(table=[[a, c], [b, d]])
    assert other.p_value == pytest.approx(one.p_value)
    assert transposed.p_value == pytest.approx(one.p_value)
    assert transposed.odds_ratio_conditional == pytest.approx(one.odds_ratio_conditional)
    if other.odds_ratio_conditional and one.odds_ratio_conditional:
        assert other.odds_ratio_conditional == pytest.approx(1 / one.odds_ratio_conditional)
        assert one.ci_low <= one.odds_ratio_conditional <= one.ci_high


def test_empty_corners():
    # By hand: only one table of the margins 2, 2 is as extreme: 1 of 6 on each side.
    result = fisher_exact(table=[[2, 0], [0, 2]])
    assert result.p_value == pytest.approx(1 / 3)
    assert result.odds_ratio is None
    assert result.odds_ratio_conditional is None
    assert result.ci_high is None
    assert fisher_exact(table=[[0, 2], [2, 0]]).odds_ratio_conditional == 0


def test_the_interval_s_ends_by_definition():
    # At odds ratio t the tables of margins 4, 4 weigh 1, 16 t, 36 t^2, 16 t^3, t^4; 3 or more must weigh alpha.
    t = fisher_exact(table=[[3, 1], [1, 3]], alternative="greater").ci_low
    weights = [1, 16 * t, 36 * t**2, 16 * t**3, t**4]
    assert sum(weights[3:]) / sum(weights) == pytest.approx(0.05, rel=1e-10)
    t = fisher_exact(table=[[3, 1], [1, 3]]).odds_ratio_conditional
    weights = [1, 16 * t, 36 * t**2, 16 * t**3, t**4]
    assert sum(k * weight for k, weight in enumerate(weights)) / sum(weights) == pytest.approx(3, rel=1e-10)


def test_many_counts_agree_with_the_sample_odds_ratio():
    result = fisher_exact(table=[[20_000, 30_000], [10_000, 20_000]])
    assert result.odds_ratio_conditional == pytest.approx(result.odds_ratio, rel=1e-3)


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ([[1, 2, 3], [4, 5, 6]], "table"),
        ([[1, 0.5], [1, 1]], "table[0][1]"),
        ([[1, 0], [1, 0]], "table"),
        ([[10**6, 1], [1, 1]], "table"),
    ],
)
def test_what_is_no_two_by_two_table_is_named(table, path):
    with pytest.raises(ToolError) as caught:
        fisher_exact(table=table)
    assert caught.value.path == path
