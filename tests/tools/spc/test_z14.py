"""The plans of ANSI/ASQ Z1.4 against its printed tables and known examples."""

from itertools import pairwise

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.z14 import z14_plan
from havoc.tools.spc.z14_tables import AQLS, single_plan

# A lot of each line of Table I.
LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000, 500_001)


@pytest.mark.parametrize(
    ("lot", "aql", "level", "inspection", "letter", "plan"),
    [
        # MIL-STD-105E, Tables I and II-A; J at 1.0 is the textbook example (n = 80, Ac 2, Re 3).
        (1000, 1.0, "II", "normal", "J", (80, 2, 3)),
        (2000, 0.65, "II", "normal", "K", (125, 2, 3)),
        (2000, 1.5, "II", "normal", "K", (125, 5, 6)),
        (500, 4.0, "II", "normal", "H", (50, 5, 6)),
        (150, 0.65, "II", "normal", "F", (20, 0, 1)),
        # Montgomery, Introduction to Statistical Quality Control, section 15.4: N = 2000, AQL 0.65%, level II: letter K;
        # normal n = 125, Ac 2; tightened n = 125, Ac 1; reduced n = 50, Ac 1, Re 3.
        (2000, 0.65, "II", "tightened", "K", (125, 1, 2)),
        (2000, 0.65, "II", "reduced", "K", (50, 1, 3)),
        # Arrows: G at 1.0 leads down to H, F at 1.0 up to E, G at 65 up to F; letter S under tightened inspection.
        (280, 1.0, "II", "normal", "G", (50, 1, 2)),
        (150, 1.0, "II", "normal", "F", (13, 0, 1)),
        (280, 65.0, "II", "normal", "G", (20, 21, 22)),
        (600_000, 0.025, "II", "tightened", "Q", (3150, 1, 2)),
        (8, 0.010, "II", "normal", "A", (8, 0, 1)),
        # Tables II-B and II-C, letter J.
        (1000, 4.0, "II", "tightened", "J", (80, 5, 6)),
        (1000, 6.5, "II", "tightened", "J", (80, 8, 9)),
        (1000, 1.0, "II", "tightened", "J", (80, 1, 2)),
        (1000, 1.0, "II", "reduced", "J", (32, 1, 3)),
        (1000, 15.0, "II", "reduced", "J", (32, 10, 13)),
        # Table I, special levels.
        (1000, 1.0, "S-1", "normal", "C", (13, 0, 1)),
        (1000, 4.0, "S-4", "normal", "F", (20, 2, 3)),
    ],
)
def test_published_plans(lot, aql, level, inspection, letter, plan):
    result = z14_plan(lot_size=lot, aql=aql, level=level, inspection=inspection)
    assert result.code_letter == letter
    assert (result.sample_size, result.acceptance_number, result.rejection_number) == plan


def test_double_plans():
    # MIL-STD-105E, Tables III-A and III-B: J at 1.0 normal 50 + 50: 0/3, 3/4; K at 1.0 normal 80 + 80: 1/4, 4/5;
    # J at 6.5 tightened 50 + 50: 3/7, 11/12.
    normal = z14_plan(lot_size=1000, aql=1.0, sampling="double")
    assert (normal.sample_size, normal.acceptance_number, normal.rejection_number) == (50, 0, 3)
    assert (normal.second_sample_size, normal.second_acceptance_number, normal.second_rejection_number) == (50, 3, 4)
    larger = z14_plan(lot_size=2000, aql=1.0, sampling="double")
    assert (larger.sample_size, larger.acceptance_number, larger.second_acceptance_number) == (80, 1, 4)
    tightened = z14_plan(lot_size=1000, aql=6.5, sampling="double", inspection="tightened")
    assert (tightened.rejection_number, tightened.second_acceptance_number) == (7, 11)
    none = z14_plan(lot_size=1000, aql=0.15, sampling="double")
    assert none.second_sample_size is None
    assert "single_used" in {notice.code for notice in none.warnings}


def test_tightened_inspection_of_table_ii_b():
    # The table of rejection numbers for AQL 0.65 to 15 in a public guide made from MIL-STD-105E.
    published = {
        "A": [None] * 8,
        "B": [None, None, None, None, None, 1, None, None],
        "C": [None, None, None, None, 1, None, None, 2],
        "G": [1, None, None, 2, 3, 4, 6, 9],
        "J": [None, 2, 3, 4, 6, 9, 13, 19],
        "K": [2, 3, 4, 6, 9, 13, 19, None],
    }
    for letter, numbers in published.items():
        for aql, number in zip((0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0, 15.0), numbers, strict=True):
            found, _, _, rejection = single_plan(letter, aql, "tightened")
            assert (rejection if found == letter else None) == number


@pytest.mark.parametrize("inspection", ["normal", "tightened", "reduced"])
def test_every_cell_leads_to_a_plan_that_grows_with_the_aql(inspection):
    for letter in "ABCDEFGHJKLMNPQR":
        plans = [single_plan(letter, aql, inspection) for aql in AQLS]
        for (_, size, accept, reject), (_, next_size, next_accept, next_reject) in pairwise(plans):
            assert accept < reject
            assert accept / size <= next_accept / next_size + 1e-12
            assert reject / size <= next_reject / next_size + 0.2
        if inspection == "tightened":
            for aql in AQLS:
                _, size, accept, _ = single_plan(letter, aql, "normal")
                _, tight_size, tight_accept, _ = single_plan(letter, aql, "tightened")
                assert tight_accept / tight_size <= accept / size


def test_larger_lots_and_higher_levels_need_no_smaller_letter():
    order = "ABCDEFGHJKLMNPQR"
    for level in ("S-1", "S-2", "S-3", "S-4", "I", "II", "III"):
        letters = [order.index(z14_plan(lot_size=lot, aql=1.0, level=level).code_letter) for lot in LOTS]
        assert letters == sorted(letters)
    for lot in LOTS:
        letters = [
            order.index(z14_plan(lot_size=lot, aql=1.0, level=level).code_letter)
            for level in ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
        ]
        assert letters[:4] == sorted(letters[:4])
        assert letters[4:] == sorted(letters[4:])


def test_acceptance_at_the_aql_is_high_under_normal_inspection():
    # The design of the standard: about 88% (Ac 0) to 99% of lots at the AQL are accepted.
    for lot in LOTS:
        for aql in (0.65, 1.0, 2.5, 4.0):
            assert 0.87 < z14_plan(lot_size=lot, aql=aql).probability_accept_aql < 0.999


def test_a_sample_larger_than_the_lot_means_full_inspection():
    result = z14_plan(lot_size=40, aql=0.10)
    assert result.full_inspection
    assert result.sample_size == 40


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"aql": 2.0}, "aql"),
        ({"lot_size": 1}, "lot_size"),
        ({"level": "IV"}, "level"),
        ({"sampling": "double", "inspection": "reduced"}, "sampling"),
    ],
)
def test_what_the_standard_does_not_hold_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        z14_plan(**{"lot_size": 1000, "aql": 1.0, **changes})
    assert caught.value.path == path
