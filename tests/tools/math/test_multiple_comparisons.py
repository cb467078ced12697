"""Multiple comparisons against published values."""

import pytest

from havoc.tools import ToolError
from havoc.tools.math.multiple_comparisons import adjust_p_values, dunnett, fisher_lsd, games_howell, tukey_hsd
from havoc.tools.math.t_tests import t_test
from tests.tools.math.test_anova import PLANT_GROWTH

# Dunnett (1955), blood counts; also the example in scipy's and R multcomp's documentation.
BLOOD = {
    "control": [7.40, 8.50, 7.20, 8.24, 9.84, 8.32],
    "A": [9.76, 8.80, 7.68, 9.36],
    "B": [12.80, 9.68, 12.16, 9.20, 10.55],
}

# The data of rstatix's example of games_howell_test below.
STRESS_REDUCTION = {
    "medical": [1, 2, 2, 2, 3, 2, 3, 1, 3],
    "mental": [4, 4, 5, 3, 4, 4, 4],
    "physical": [4, 4, 3, 5, 4, 1, 1, 2, 3, 3],
}


def _pairs(result):
    return {(one.first, one.second): one for one in result.comparisons}


def test_tukey_on_plant_growth():
    # R 4, TukeyHSD(aov(weight ~ group)): trt1-ctrl -0.371, interval -1.0622161 0.3202161, p 0.3908711; trt2-ctrl 0.494,
    # -0.1972161 1.1852161, 0.1979960; trt2-trt1 0.865, 0.1737839 1.5562161, 0.0120064.
    pairs = _pairs(tukey_hsd(groups=PLANT_GROWTH))
    first = pairs["ctrl", "trt1"]
    assert (first.difference, first.ci_low, first.ci_high) == pytest.approx((0.371, -0.3202161, 1.0622161), abs=1e-6)
    assert first.p_value == pytest.approx(0.3908711, abs=1e-6)
    assert pairs["ctrl", "trt2"].p_value == pytest.approx(0.1979960, abs=1e-6)
    assert pairs["trt1", "trt2"].p_value == pytest.approx(0.0120064, abs=1e-6)
    assert [one.significant for one in pairs.values()] == [False, False, True]


def test_dunnett_on_blood_counts():
    # Dunnett (1955): A against control -0.94 to 3.67..., not significant; B significant. scipy documentation: p 0.62004941
    # and 0.0058744 for these data, two-sided.
    result = dunnett(groups=BLOOD)
    pairs = _pairs(result)
    assert pairs["A", "control"].p_value == pytest.approx(0.62004941, abs=2e-3)
    assert pairs["B", "control"].p_value == pytest.approx(0.0058744, abs=2e-4)
    assert dunnett(groups=BLOOD) == result, "the same seed gives the same integration"
    with pytest.raises(ToolError, match="give one of control, A, B"):
        dunnett(groups=BLOOD, control="C")


def test_lsd_pairs_are_t_tests_with_the_pooled_variance():
    # R 4, pairwise.t.test(weight, group, p.adjust.method = "none"): 0.1944, 0.0877, 0.0045.
    pairs = _pairs(fisher_lsd(groups=PLANT_GROWTH))
    found = [pairs["ctrl", "trt1"].p_value, pairs["ctrl", "trt2"].p_value, pairs["trt1", "trt2"].p_value]
    assert found == pytest.approx([0.1944, 0.0877, 0.0045], abs=5e-5)
    # With Holm's adjustment, R prints 0.194, 0.175, 0.013.
    assert adjust_p_values(p_values=found).adjusted == pytest.approx([0.194, 0.175, 0.013], abs=6e-4)


def test_games_howell_of_stress_reduction():
    # R rstatix, games_howell_test(StressReduction ~ Treatment, conf.level = 0.99), as statsmodels' own tests quote it.
    pairs = _pairs(games_howell(groups=STRESS_REDUCTION, alpha=0.01))
    expected = {
        ("medical", "mental"): (1.8888888888888888, 0.7123347940930316, 3.0654429836847461, 0.000196, True),
        ("medical", "physical"): (0.8888888888888888, -0.8105797509636128, 2.5883575287413905, 0.206, False),
        ("mental", "physical"): (-1.0, -2.6647460755237473, 0.6647460755237473, 0.127, False),
    }
    for names, (difference, low, high, p, significant) in expected.items():
        pair = pairs[names]
        # Theirs is the second minus the first.
        assert pair.difference == pytest.approx(-difference)
        assert (-pair.ci_high, -pair.ci_low) == pytest.approx((low, high), rel=1e-4)
        assert pair.p_value == pytest.approx(p, rel=5e-3)
        assert pair.significant is significant


def test_games_howell_as_spss_does_it():
    # SPSS, ONEWAY with POSTHOC=GH ALPHA(0.05), as scipy's own tests quote it (TestGamesHowell, unequal sizes).
    groups = {"0": [30, 23, 51], "1": [-81, 71, -27, 63], "2": [42, 11, 29, 19, 50], "3": [23, 22, 20, 18, 9]}
    expected = {
        ("0", "1"): (28.16666667, -141.985416377670, 198.318749711003, 0.8727542747886180),
        ("0", "2"): (4.466666667, -37.2830676783904, 46.2164010117237, 0.9752628408671710),
        ("0", "3"): (16.26666667, -35.0933112382470, 67.6266445715803, 0.4262506151302880),
        ("1", "2"): (-23.70000000, -195.315617201249, 147.915617201249, 0.9148950609000590),
        ("1", "3"): (-11.90000000, -188.105478728519, 164.305478728519, 0.9861432250093960),
        ("2", "3"): (11.80000000, -16.2894857524254, 39.8894857524254, 0.4755344436335670),
    }
    pairs = _pairs(games_howell(groups=groups))
    for names, (difference, low, high, p) in expected.items():
        pair = pairs[names]
        assert (pair.difference, pair.ci_low, pair.ci_high) == pytest.approx((difference, low, high), abs=1e-4)
        assert pair.p_value == pytest.approx(p, abs=1e-6)


def test_games_howell_of_two_groups_is_welch():
    # With two groups q = t sqrt 2, and the studentized range of two is |t| sqrt 2.
    groups = {name: PLANT_GROWTH[name] for name in ("ctrl", "trt1")}
    (pair,) = games_howell(groups=groups).comparisons
    welch = t_test(group1=groups["ctrl"], group2=groups["trt1"])
    assert pair.p_value == pytest.approx(welch.p_value, abs=1e-9)
    assert (pair.ci_low, pair.ci_high) == pytest.approx((welch.ci_low, welch.ci_high), abs=1e-6)


@pytest.mark.parametrize(
    ("adjustment", "adjusted"),
    [
        # By hand from the definitions, for p = 0.01, 0.02, 0.03, 0.04.
        ("bonferroni", [0.04, 0.08, 0.12, 0.16]),
        ("holm", [0.04, 0.06, 0.06, 0.06]),
        ("hochberg", [0.04, 0.04, 0.04, 0.04]),
        ("benjamini-hochberg", [0.04, 0.04, 0.04, 0.04]),
    ],
)
def test_adjustments_by_hand(adjustment, adjusted):
    assert adjust_p_values(p_values=[0.01, 0.02, 0.03, 0.04], adjustment=adjustment).adjusted == pytest.approx(adjusted)


def test_p_values_outside_0_to_1_are_named():
    with pytest.raises(ToolError, match=r"p_values\[1\]"):
        adjust_p_values(p_values=[0.5, 1.5])
