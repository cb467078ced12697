"""Kappa against published tables."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.spc.kappa import cohen_kappa, fleiss_kappa

# Fleiss (1971), Table 1: 30 patients, six psychiatrists each; the digits count depression, personality disorder,
# schizophrenia, neurosis, other.
_TABLE_1 = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031",
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006",
)
DIAGNOSES = [[int(digit) for digit in patient] for line in _TABLE_1 for patient in line.split()]
# Wikipedia, Fleiss' kappa, worked example: ten items, fourteen raters, five categories.
FOURTEEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_fleiss_s_diagnoses():
    # Fleiss (1971): kappa 0.430; R irr::kappam.fleiss(diagnoses, detail = TRUE): z = 17.7; by category 0.245, 0.245, 0.520,
    # 0.471, 0.566 with z 5.192, 5.192, 11.031, 9.994, 12.009.
    result = fleiss_kappa(counts=DIAGNOSES)
    assert result.kappa == pytest.approx(0.430, abs=5e-4)
    assert result.z == pytest.approx(17.7, abs=0.05)
    assert [one.kappa for one in result.by_category] == pytest.approx([0.245, 0.245, 0.520, 0.471, 0.566], abs=5e-4)
    assert [one.z for one in result.by_category] == pytest.approx([5.192, 5.192, 11.031, 9.994, 12.009], abs=5e-4)


def test_fourteen_raters():
    assert fleiss_kappa(counts=FOURTEEN).kappa == pytest.approx(0.210, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # AIAG MSA 4th ed., attribute study: appraisers A, B, C against each other and the reference.
        ([[44, 6], [3, 97]], 0.86),
        ([[42, 5], [9, 94]], 0.79),
        ([[43, 7], [8, 92]], 0.78),
        ([[45, 5], [3, 97]], 0.88),
        ([[45, 2], [3, 100]], 0.92),
        ([[42, 9], [6, 93]], 0.77),
        # Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, Table 18.1.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.68),
    ],
)
def test_cohen_s_kappa(table, kappa):
    assert cohen_kappa(table=table).kappa == pytest.approx(kappa, abs=5e-3)


def test_agreement_by_chance_and_complete_agreement():
    # By hand: independent margins give 0, a diagonal table 1.
    assert cohen_kappa(table=[[10, 20], [20, 40]]).kappa == pytest.approx(0, abs=1e-12)
    assert cohen_kappa(table=[[10, 0], [0, 40]]).kappa == pytest.approx(1)
    assert fleiss_kappa(counts=[[3, 0], [0, 3], [3, 0]]).kappa == pytest.approx(1)


def test_ratings_and_table_agree_and_the_order_does_not_matter():
    one, two = list("aabbccabca"), list("abbbccaaca")
    forward = cohen_kappa(ratings1=one, ratings2=two)
    table = [[3, 1, 0], [1, 2, 0], [0, 0, 3]]
    assert forward.kappa == pytest.approx(cohen_kappa(table=table).kappa)
    assert cohen_kappa(ratings1=two[::-1], ratings2=one[::-1]).kappa == pytest.approx(forward.kappa)


def test_two_categories_of_fleiss_agree_with_the_whole():
    # Identity: with two categories, both category kappas equal the overall one.
    result = fleiss_kappa(counts=[[4, 1], [2, 3], [0, 5], [5, 0]])
    assert [one.kappa for one in result.by_category] == pytest.approx([result.kappa] * 2)


def test_weights_forgive_near_misses():
    near = [[20, 5, 0], [5, 20, 5], [0, 5, 20]]
    assert cohen_kappa(table=near, weights="quadratic").kappa > cohen_kappa(table=near).kappa


def test_interval_encloses_the_estimate():
    result = cohen_kappa(table=[[44, 6], [3, 97]])
    assert result.ci_low < result.kappa < result.ci_high <= 1
    assert np.isclose(result.kappa - result.ci_low, 1.959964 * result.standard_error)


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (cohen_kappa, {"table": [[5, 0], [0, 0]]}, "table"),
        (cohen_kappa, {"table": [[5, 1, 2], [0, 3, 4]]}, "table"),
        (cohen_kappa, {"table": [[5, 1.5], [0, 3]]}, "table"),
        (cohen_kappa, {"ratings1": ["a", "b"]}, "ratings2"),
        (fleiss_kappa, {"counts": [[3, 0], [2, 2]]}, "counts[1]"),
        (fleiss_kappa, {"counts": [[3, 0], [3, 0]]}, "counts"),
    ],
)
def test_what_kappa_cannot_use_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
