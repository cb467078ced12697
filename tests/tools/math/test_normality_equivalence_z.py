"""Normality, equivalence and z tests against published values and identities."""

import numpy as np
import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.math.equivalence import tost
from havoc.tools.math.normality import normality_test
from havoc.tools.math.z_tests import z_test

# Shapiro and Wilk (1965), Biometrika 52, 591-611: weights of 11 men in pounds; W = 0.79.
WEIGHTS = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236]


def test_shapiro_and_wilk_s_own_example():
    # Published W = 0.79 and p about 0.01; R 4: W = 0.7888, p-value = 0.006704.
    result = normality_test(sample=WEIGHTS, test="shapiro-wilk")
    assert result.statistic == pytest.approx(0.7888, abs=5e-5)
    assert result.p_value == pytest.approx(0.006704, abs=5e-6)
    assert not result.normal


def test_anderson_darling_by_its_definition():
    # A2 = -n - sum (2i - 1)/n (ln F(y_i) + ln(1 - F(y_n+1-i))); p by D'Agostino and Stephens (1986), Table 4.9.
    result = normality_test(sample=WEIGHTS)
    y = np.sort((np.array(WEIGHTS) - np.mean(WEIGHTS)) / np.std(WEIGHTS, ddof=1))
    n, i = len(y), np.arange(1, len(y) + 1)
    a2 = -n - np.sum((2 * i - 1) / n * (stats.norm.logcdf(y) + stats.norm.logsf(y[::-1])))
    assert result.statistic == pytest.approx(a2)
    star = a2 * (1 + 0.75 / n + 2.25 / n**2)
    assert star > 0.6
    assert result.p_value == pytest.approx(np.exp(1.2937 - 5.709 * star + 0.0186 * star**2))


def test_normal_scores_are_normal_and_unit_and_order_do_not_matter():
    scores = stats.norm.ppf((np.arange(1, 51) - 0.375) / 50.25)
    for name in ("anderson-darling", "shapiro-wilk", "lilliefors", "jarque-bera", "dagostino-pearson"):
        plain = normality_test(sample=scores.tolist(), test=name)
        moved = normality_test(sample=(7 - 3 * scores[::-1]).tolist(), test=name)
        assert plain.normal
        assert moved.p_value == pytest.approx(plain.p_value, abs=1e-6)


def test_equivalence_is_the_interval_within_the_margin():
    one, two = [10.1, 9.9, 10.0, 10.2, 9.8, 10.0], [10.3, 10.1, 10.4, 10.2, 10.5, 10.1]
    result = tost(group1=one, group2=two, margin=0.5)
    assert result.equivalent == (result.ci_low > -0.5 and result.ci_high < 0.5)
    edge = max(abs(result.ci_low), abs(result.ci_high))
    assert tost(group1=one, group2=two, margin=edge * 1.0001).equivalent
    assert not tost(group1=one, group2=two, margin=edge * 0.9999).equivalent
    turned = tost(group1=two, group2=one, margin=0.5)
    assert turned.p_value == pytest.approx(result.p_value)


# A clinical trial, two variables of two groups of 15, and what R's package equivalence, tost(eps = 0.6), makes of them, as
# statsmodels' own tests quote both.
CLINIC = {
    "var1": (
        [2.84, 2.51, 2.41, 2.95, 3.14, 3.79, 4.14, 3.85, 3.02, 3.45, 5.37, 3.81, 4.19, 3.16, 3.84],
        [2.60, 2.82, 2.18, 3.46, 4.01, 3.04, 3.47, 4.06, 2.91, 3.59, 4.51, 3.16, 3.86, 3.31, 3.02],
    ),
    "var2": (
        [4.00, 3.26, 4.14, 3.42, 3.25, 4.34, 4.97, 4.31, 3.11, 3.41, 5.02, 4.21, 4.59, 5.30, 4.32],
        [3.76, 3.66, 3.65, 3.60, 3.48, 2.87, 3.24, 3.92, 3.99, 4.21, 4.21, 3.31, 3.61, 2.97, 2.73],
    ),
}


@pytest.mark.parametrize(
    ("name", "kind", "difference", "interval", "df", "p_value", "equivalent"),
    [
        (
            "var1",
            "independent",
            0.1646666666666667,
            (-0.2666862980722534, 0.596019631405587),
            26.7484787582315,
            0.04853083976,
            True,
        ),
        (
            "var2",
            "independent",
            0.562666666666666,
            (0.194916250699966, 0.930417082633366),
            24.11000151062728,
            0.43179368126,
            False,
        ),
        ("var1", "paired", 0.1646666666666667, (-0.0744336620516462, 0.4037669953849797), 14, 0.003166881489265175, True),
        ("var2", "paired", 0.5626666666666665, (0.1261653305099018, 0.999168002823431), 14, 0.4412034046017588, False),
    ],
)
def test_equivalence_of_a_clinical_trial(name, kind, difference, interval, df, p_value, equivalent):
    first, second = CLINIC[name]
    result = tost(group1=first, group2=second, margin=0.6, kind=kind)
    assert result.difference == pytest.approx(difference, rel=1e-12)
    assert (result.ci_low, result.ci_high) == pytest.approx(interval, rel=1e-10)
    assert result.df == pytest.approx(df, rel=1e-12)
    assert result.p_value == pytest.approx(p_value, rel=1e-9)
    assert result.equivalent is equivalent


def test_equivalence_by_hand():
    # Differences 1, -1, 1, -1, 0: mean 0, s = 1, standard error 1/sqrt 5, t = margin sqrt 5 with 4 degrees: for a margin of
    # 2.132/sqrt 5 (the 95% point of t) p is exactly 0.05.
    result = tost(group1=[1, -1, 1, -1, 0], mean=0, margin=2.1318467863 / 5**0.5, kind="one-sample")
    assert result.p_value == pytest.approx(0.05, abs=1e-9)
    paired = tost(group1=[2, 1, 4, 3, 5], group2=[1, 2, 3, 4, 5], margin=1, kind="paired")
    assert paired.p_value == pytest.approx(float(stats.t.sf(5**0.5, 4)))


def test_z_of_propellant():
    # Montgomery and Runger, example 9-2: mean 51.3 of 25, sigma 2, against 50: z = 3.25, p = 0.0012.
    sample = [51.3] * 25
    result = z_test(group1=sample, sigma1=2, mean=50)
    assert (result.statistic, result.p_value) == pytest.approx((3.25, 0.0012), abs=5e-5)
    assert (result.ci_low, result.ci_high) == pytest.approx((50.52, 52.08), abs=5e-3)


def test_z_of_two_means():
    # Montgomery and Runger, example 10-1: means 121 and 112 of 10, sigma 8: z = 2.52, p = 0.0059 one-sided.
    result = z_test(group1=[121] * 10, group2=[112] * 10, sigma1=8, alternative="greater")
    assert result.statistic == pytest.approx(2.52, abs=5e-3)
    assert result.p_value == pytest.approx(0.0059, abs=5e-5)
    assert result.undefined


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (normality_test, {"sample": [1, 2, 3]}, "sample"),
        (normality_test, {"sample": [5.0] * 20}, "sample"),
        (tost, {"group1": [1, 2], "margin": 1}, "group2"),
        (tost, {"group1": [1, 1], "group2": [1, 1], "margin": 1}, "group1"),
        (tost, {"group1": [1, 2], "group2": [1, 2, 3], "margin": 1, "kind": "paired"}, "group2"),
        (z_test, {"group1": [1, 2], "sigma1": 1, "sigma2": 2}, "group2"),
    ],
)
def test_what_cannot_be_tested_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
