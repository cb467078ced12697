"""The plans of MIL-STD-414 and ANSI/ASQ Z1.9 against their examples, other printings and the relation of k and M."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import special

from havoc.tools import ToolError
from havoc.tools.spc.z19 import z19_plan
from havoc.tools.spc.z19_tables import STANDARDS, K, M, percent_nonconforming

# A lot of each line of Table A-2.
LOTS = {
    "Z1.9": (2, 9, 16, 26, 51, 91, 151, 281, 401, 501, 1201, 3201, 10_001, 35_001, 150_001, 500_001),
    "MIL-STD-414": (3, 9, 16, 26, 41, 66, 111, 181, 301, 501, 801, 1301, 3201, 8001, 22_001, 110_001, 550_001),
}


@pytest.mark.parametrize(
    ("arguments", "letter", "plan"),
    [
        # MIL-STD-414, Examples B-1 to B-3: lot of 40, level IV, AQL 1%, normal: n = 5, k = 1.53, M = 3.32.
        # Example B-4: AQL 2.5% of the same lot: M = 9.80.
        ({"lot_size": 40, "aql": 1.0, "standard": "MIL-STD-414"}, "D", (5, 1.53, 3.32)),
        ({"lot_size": 40, "aql": 2.5, "standard": "MIL-STD-414", "level": "IV"}, "D", (5, 1.24, 9.80)),
        # Z1.9, the same example at its level II.
        ({"lot_size": 40, "aql": 1.0}, "D", (5, 1.53, 3.32)),
        # ISO 3951:1989 as used by OIML R 138, Annex A.2: letter J, AQL 2.5, normal: n = 35 (k = 1.57).
        ({"lot_size": 1000, "aql": 2.5}, "J", (35, 1.57, 5.57)),
        # By the rules: tightened inspection at 1.5% has the column of normal inspection at 1%.
        ({"lot_size": 1000, "aql": 1.5, "inspection": "tightened"}, "J", (35, 1.89, 2.68)),
        # By the rules: the arrow of letter B at 1% leads to C, of D at 0.4% to E.
        ({"lot_size": 20, "aql": 1.0}, "C", (4, 1.45, 1.53)),
        ({"lot_size": 8, "aql": 1.0}, "B", (4, 1.45, 1.53)),
        ({"lot_size": 40, "aql": 0.4}, "D", (7, 1.88, 1.06)),
    ],
)
def test_published_plans(arguments, letter, plan):
    result = z19_plan(**arguments)
    assert result.code_letter == letter
    assert (result.sample_size, result.k, result.maximum_percent) == plan


@pytest.mark.parametrize(
    ("n", "aqls", "published"),
    [
        # k of Z1.9 (1980) as M. Casquilho (Instituto Superior Tecnico, Lisbon) prints them for his course, AQL 0.65 to 10.
        (5, 7, "1.65 1.53 1.40 1.24 1.07 .874 .675"),
        (10, 7, "1.84 1.72 1.58 1.41 1.23 1.03 .828"),
        (20, 7, "1.96 1.82 1.69 1.51 1.33 1.12 .917"),
        (50, 7, "2.08 1.93 1.80 1.61 1.42 1.21 1.00"),
        (200, 7, "2.18 2.04 1.89 1.70 1.51 1.29 1.07"),
    ],
)
def test_k_of_another_printing(n, aqls, published):
    assert K[n][-1 - aqls : -1] == [float(text) for text in published.split()]


def test_every_k_and_m_agree():
    # Both tables round one plan, so that the intervals of their last digits must meet in the exact relation: a slip in
    # either would show.
    for n, row in K.items():
        for k, m in zip(row, M[n], strict=True):
            assert (k is None) == (m is None)
            if k is None or m is None:
                continue
            half_k = 0.0051 if k >= 1 else 0.00051
            half_m = 0.0051 if m >= 1 else 0.00051
            assert percent_nonconforming(k + half_k, n) <= m + half_m, (n, k, m)
            assert percent_nonconforming(k - half_k, n) >= m - half_m, (n, k, m)


def test_the_tables_are_monotone():
    for n, row in K.items():
        found = [k for k in row if k is not None]
        assert row[len(row) - len(found) :] == found, n
        assert all(one > two for one, two in pairwise(found))
    for column in range(14):
        found = [row[column] for row in K.values() if row[column] is not None]
        # The printed k of n = 35 and 40 at 0.15% are 2.45 and 2.44.
        assert all(one <= two + 0.0101 for one, two in pairwise(found))


def test_estimate_by_hand():
    # n = 4: the beta distribution is uniform, so the estimate is 100 (1 - 2 Q / 3) / 2; 0 from Q = 1.5.
    assert percent_nonconforming(0.6, 4) == pytest.approx(30)
    assert percent_nonconforming(1.6, 4) == 0
    # Large samples: the normal distribution.
    assert percent_nonconforming(1.5, 100_000) == pytest.approx(100 * special.ndtr(-1.5), rel=1e-3)


def test_estimate_of_table_b_5():
    # MIL-STD-414, Examples B-2 and B-3: n = 5, Q = 1.59: 2.19%; Q = 1.70: 0.66%.
    assert percent_nonconforming(1.59, 5) == pytest.approx(2.19, abs=0.005)
    assert percent_nonconforming(1.70, 5) == pytest.approx(0.66, abs=0.005)


def test_estimate_is_unbiased():
    # By simulation: 40 000 samples of 6 from a normal lot with 5% beyond the limit.
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(40_000, 6))
    limit = -float(special.ndtri(0.05))
    index = (limit - rows.mean(axis=1)) / rows.std(axis=1, ddof=1)
    at = np.clip((1 - index * 6**0.5 / 5) / 2, 0, 1)
    assert 100 * special.betainc(2, 2, at).mean() == pytest.approx(5, abs=0.15)
    assert 100 * special.betainc(2, 2, at[0]) == pytest.approx(percent_nonconforming(float(index[0]), 6))


@pytest.mark.parametrize("name", ["Z1.9", "MIL-STD-414"])
def test_larger_lots_and_higher_levels_need_no_smaller_letter(name):
    order = list(STANDARDS[name].sizes)
    lots, levels = LOTS[name], list(STANDARDS[name].letters)
    found = np.array(
        [
            [order.index(z19_plan(lot_size=lot, aql=10, level=level, standard=name).code_letter) for lot in lots]
            for level in levels
        ]
    )
    assert (np.diff(found, axis=1) >= 0).all()
    assert (np.diff(found, axis=0) >= 0).all()


@pytest.mark.parametrize("lot", [60, 300, 1000, 5000, 100_000])
@pytest.mark.parametrize("aql", [0.65, 1.0, 2.5, 4.0])
def test_lots_at_the_aql_are_mostly_accepted_and_fewer_under_tightened_inspection(lot, aql):
    normal, tightened = (z19_plan(lot_size=lot, aql=aql, inspection=kind) for kind in ("normal", "tightened"))
    assert 0.87 < normal.probability_accept_aql < 0.995
    assert tightened.probability_accept_aql < normal.probability_accept_aql
    assert normal.proportion_95 < normal.proportion_10
    assert normal.sample_size == tightened.sample_size
    assert tightened.k > normal.k
    assert tightened.maximum_percent < normal.maximum_percent


def test_a_sample_larger_than_the_lot_means_full_inspection():
    result = z19_plan(lot_size=8, aql=0.1)
    assert result.full_inspection
    assert result.sample_size == 8


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"aql": 2.0}, "aql"),
        ({"aql": 15.0}, "aql"),
        ({"aql": 0.04, "standard": "MIL-STD-414", "inspection": "tightened"}, "aql"),
        ({"lot_size": 1}, "lot_size"),
        ({"lot_size": 2, "standard": "MIL-STD-414"}, "lot_size"),
        ({"level": "IV"}, "level"),
        ({"level": "S3", "standard": "MIL-STD-414"}, "level"),
        ({"inspection": "reduced"}, "inspection"),
    ],
)
def test_what_the_standard_does_not_hold_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        z19_plan(**{"lot_size": 1000, "aql": 1.0, **changes})
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("lot", "letter", "percents"),
    [
        # Casquilho, read from the curves of Z1.9 (1980): percent accepted 10% of the time, AQL 0.65, 1, 2.5 and 4.
        (40, "D", (26, 28, 35, 39)),
        (100, "F", (13.2, 15.2, 21.5, 25.5)),
        (300, "H", (7.5, 9.3, 14.3, 18)),
        (2000, "K", (4, 5.4, 9.2, 12.4)),
    ],
)
def test_limiting_quality_of_the_standard_s_curves(lot, letter, percents):
    for aql, percent in zip((0.65, 1.0, 2.5, 4.0), percents, strict=True):
        result = z19_plan(lot_size=lot, aql=aql)
        assert result.code_letter == letter
        assert result.proportion_10 == pytest.approx(percent, rel=0.06)
