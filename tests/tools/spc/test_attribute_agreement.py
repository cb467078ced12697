"""Attribute agreement against AIAG's cross tables, exact intervals and identities."""

import numpy as np
import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.attribute_agreement import attribute_agreement, kendall_w


def _study(table):
    """Rows of ratings, one string per part, `AABB` being two trials of two appraisers, as columns."""
    rows = [
        (str(part), "AB"[index // 2], rating) for part, ratings in enumerate(table) for index, rating in enumerate(ratings)
    ]
    parts, appraisers, ratings = zip(*rows, strict=True)
    return {"parts": list(parts), "appraisers": list(appraisers), "ratings": list(ratings)}


def _with_standard(table, standard):
    return {**_study(table), "standard": [category for category in standard for _ in range(4)]}


# Ten parts; A is consistent on nine, B on eight; both and all trials agree on six.
TEN = ["gggg", "gggg", "bbbb", "bbbb", "gbgg", "ggbg", "bbgb", "bbbb", "gggg", "ggbb"]
STANDARD = "ggbbgggbgg"


def test_cross_table_of_aiag():
    # AIAG MSA 4th ed., appraisers A and B: cross table 44, 6, 3, 97, kappa 0.86.
    pairs = [("0", "0")] * 44 + [("0", "1")] * 6 + [("1", "0")] * 3 + [("1", "1")] * 97
    study = {
        "parts": [str(index) for index in range(150) for _ in "AB"],
        "appraisers": ["A", "B"] * 150,
        "ratings": [rating for pair in pairs for rating in pair],
        "category_order": ["0", "1"],
    }
    (pair,) = attribute_agreement(**study).pairs
    assert pair.table == [[44, 6], [3, 97]]
    assert pair.kappa == pytest.approx(0.86, abs=5e-3)


def test_counts_by_hand():
    result = attribute_agreement(**_with_standard(TEN, STANDARD))
    assert [line.n_matched for line in result.within_appraiser] == [9, 8]
    assert result.between_appraisers.n_matched == 6
    # A misses parts 5 (split) and 7 (bad for good), B parts 6, 7 (split) and 10.
    assert [line.n_matched for line in result.each_vs_standard] == [8, 7]
    assert result.all_vs_standard.n_matched == 6


def test_percentages_have_exact_intervals():
    # Clopper-Pearson for 8 of 10: 44.39% to 97.48% (tables of exact limits, e.g. R binom.test(8, 10)).
    line = attribute_agreement(**_with_standard(TEN, STANDARD)).each_vs_standard[0]
    assert (line.ci_low, line.ci_high) == pytest.approx((44.39, 97.48), abs=5e-3)


def test_complete_agreement_has_kappa_and_w_of_one():
    result = attribute_agreement(**_with_standard(["gggg", "bbbb", "gggg"], "gbg"), category_order=["b", "g"])
    assert result.between_appraisers.kappa == pytest.approx(1)
    assert result.all_vs_standard.kappa == pytest.approx(1)
    assert result.between_appraisers.kendall_w == pytest.approx(1)


def test_kendall_s_w_is_friedman_s_chi_square_rescaled():
    # Identity: chi-square = m (n - 1) W, with the same correction for ties.
    ratings = np.random.default_rng(7).integers(0, 4, size=(4, 12))
    w, p_value = kendall_w(ratings)
    chi_square, p = stats.friedmanchisquare(*ratings.T)
    assert 4 * 11 * w == pytest.approx(chi_square)
    assert p_value == pytest.approx(p)


def test_the_order_of_rows_of_different_parts_does_not_matter():
    study = _with_standard(TEN, STANDARD)
    order = [row for part in np.random.default_rng(3).permutation(10) for row in range(4 * part, 4 * part + 4)]
    moved = attribute_agreement(**{name: [column[row] for row in order] for name, column in study.items()})
    assert moved.between_appraisers == attribute_agreement(**study).between_appraisers


def test_one_trial_has_no_repeatability_and_no_standard_no_comparison():
    one = attribute_agreement(parts=list("112233"), appraisers=list("ABABAB"), ratings=list("ggbbgb"))
    assert one.within_appraiser == []
    assert one.all_vs_standard is None
    assert "all_vs_standard" in one.undefined


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ratings": ["g"] * 40}, "ratings"),
        ({"parts": ["1"] * 40}, "parts"),
        ({"appraisers": ["A"] * 3 + ["B"] * 37}, "ratings"),
        ({"standard": ["g", "b"] + ["g"] * 38}, "standard[1]"),
        ({"category_order": ["g"]}, "category_order"),
    ],
)
def test_what_a_study_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        attribute_agreement(**{**_study(TEN), **changes})
    assert caught.value.path == path
