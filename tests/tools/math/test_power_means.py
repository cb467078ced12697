"""Power and sample size for means against published values."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.power_means import power_anova, power_t_test, sample_size_for_mean

R_TOLERANCE = 5e-5
"""R's uniroot stops within 1.2e-4 of the root, so its printed n are good to about this."""


def test_r_s_power_t_test():
    # R's example(power.t.test): n = 20, delta = 1 gives power 0.8689528; with strict = TRUE 0.8689530.
    assert power_t_test(n=20, difference=1).power == pytest.approx(0.8689530, abs=5e-8)
    # power = .90, delta = 1 gives n = 22.02110.
    result = power_t_test(power=0.90, difference=1)
    assert result.n_unrounded == pytest.approx(22.02110, abs=R_TOLERANCE)
    assert (result.n, result.n2, result.total_n) == (23, 23, 46)
    # The same, one-sided: n = 17.84713.
    assert power_t_test(power=0.90, difference=1, alternative="greater").n_unrounded == pytest.approx(
        17.84713, abs=R_TOLERANCE
    )


def test_r_s_package_pwr():
    # R package pwr, example(pwr.t.test), exercise 2.5 of Cohen (1988): one sample, d = 0.2, n = 60, alpha = 0.10, two-sided
    # gives 0.4555818; example(pwr.t2n.test), exercise 2.3: d = 0.6, n1 = 90, n2 = 60, one-sided gives 0.9737262.
    one = power_t_test(difference=0.2, n=60, alpha=0.10, design="one-sample")
    assert one.power == pytest.approx(0.4555818, abs=5e-8)
    unequal = power_t_test(difference=0.6, n=90, ratio=60 / 90, alternative="greater")
    assert unequal.power == pytest.approx(0.9737262, abs=5e-8)
    assert (unequal.n, unequal.n2, unequal.total_n) == (90, 60, 150)


def test_the_three_unknowns_agree():
    for design in ("two-sample", "one-sample", "paired"):
        for alternative, difference in (("two-sided", 1.4), ("greater", 1.4), ("less", -1.4)):
            common = {"design": design, "alternative": alternative, "standard_deviation": 2.0, "alpha": 0.01}
            power = power_t_test(n=31, difference=difference, **common).power
            back = power_t_test(n=31, power=power, **common)
            assert back.difference == pytest.approx(difference)
            again = power_t_test(difference=difference, power=power, **common)
            assert again.n_unrounded == pytest.approx(31)
            assert again.n == 31, "noise of the search is no reason for one value more"


def test_a_difference_of_zero_is_detected_with_probability_alpha():
    # By definition of the significance level.
    assert power_t_test(n=8, difference=0, alpha=0.03).power == pytest.approx(0.03)
    assert power_t_test(n=8, difference=0, alpha=0.03, alternative="less").power == pytest.approx(0.03)


def test_only_difference_over_deviation_matters():
    small, large = (
        power_t_test(n=9, difference=1, standard_deviation=1.3),
        power_t_test(n=9, difference=50, standard_deviation=65),
    )
    assert small.power == pytest.approx(large.power)
    assert power_t_test(n=9, difference=-1, standard_deviation=1.3).power == pytest.approx(small.power)


def test_many_values_approach_the_normal_formula():
    # Limit, computed by hand: n = (1.959964 + 1.281552)^2 / 0.001^2 per sample.
    result = power_t_test(difference=0.001, power=0.9, design="one-sample")
    assert result.n_unrounded == pytest.approx((1.9599640 + 1.2815516) ** 2 / 1e-6, rel=1e-6)


def test_r_s_power_anova_test():
    # R's example(power.anova.test): groups = 4, n = 5, between.var = 1, within.var = 3 gives power 0.3535594;
    # groups = 4, between.var = 1, within.var = 3, power = 0.80 gives n = 11.92613. Means with sample variance 1:
    means = [x / math.sqrt(5 / 3) for x in (0, 1, 2, 3)]
    assert power_anova(means=means, n=5, standard_deviation=math.sqrt(3)).power == pytest.approx(0.3535594, abs=5e-8)
    result = power_anova(means=means, power=0.80, standard_deviation=math.sqrt(3))
    assert result.n_unrounded == pytest.approx(11.92613, abs=R_TOLERANCE)
    assert (result.n, result.total_n, result.df1, result.df2) == (12, 48, 3, 44)


def test_cohen_s_f():
    # pwr's example(pwr.anova.test), exercise 8.1 of Cohen (1988): f = 0.28, k = 4, n = 20 gives 0.5149793;
    # f = 0.25, k = 5, power = 0.8 gives n = 39.15340 (Kabacoff, R in Action, section 10.2.2).
    assert power_anova(effect_size=0.28, groups=4, n=20).power == pytest.approx(0.5149793, abs=5e-8)
    assert power_anova(effect_size=0.25, groups=5, power=0.8).n_unrounded == pytest.approx(39.15340, abs=R_TOLERANCE)


def test_the_etch_rates_of_montgomery():
    # Montgomery, Design and Analysis of Experiments, section 3.7: means 575, 600, 650, 675, sigma 25, alpha 0.01; from the
    # charts, beta is about 0.25 for n = 3 and about 0.04 for n = 4.
    common = {"means": [575, 600, 650, 675], "standard_deviation": 25, "alpha": 0.01}
    assert power_anova(**common, n=3).power == pytest.approx(0.75, abs=0.03)
    assert power_anova(**common, n=4).power == pytest.approx(0.96, abs=0.02)
    assert power_anova(**common, power=0.9).n == 4


def test_two_groups_are_a_t_test():
    # F with one degree of freedom is t squared.
    assert power_anova(groups=2, maximum_difference=0.8, n=14).power == pytest.approx(
        power_t_test(difference=0.8, n=14).power
    )


def test_the_largest_difference_of_an_analysis_of_variance_round_trips():
    power = power_anova(groups=5, maximum_difference=1.7, n=8, standard_deviation=1.2).power
    assert power_anova(groups=5, power=power, n=8, standard_deviation=1.2).maximum_difference == pytest.approx(1.7)
    stated = power_anova(means=[0, 0.85, 0.85, 0.85, 1.7], n=8, standard_deviation=1.2)
    assert stated.power == pytest.approx(power), "the others in the middle"


def test_sample_size_for_a_mean():
    # Known standard deviation: (1.959964 * 10 / 2)^2 = 96.04, by hand. Montgomery, Introduction to SQC, and others.
    known = sample_size_for_mean(margin=2, standard_deviation=10, known_standard_deviation=True)
    assert known.n_unrounded == pytest.approx(96.0365, abs=5e-5)
    assert known.n == 97
    # Iterated t: the half-width of the interval is the margin at the unrounded n, and wider with one value less.
    unknown = sample_size_for_mean(margin=2, standard_deviation=10)
    assert unknown.n == 99
    assert unknown.margin <= 2 < 1.9845 * 10 / math.sqrt(98), "t(0.975, 97) = 1.9847"


def test_a_finite_population_needs_less():
    # Cochran (1977), section 4.6: n = n0 / (1 + (n0 - 1) / N), by hand with n0 = 96.0365.
    result = sample_size_for_mean(margin=2, standard_deviation=10, known_standard_deviation=True, population=500)
    assert result.n_unrounded == pytest.approx(96.0365 / (1 + 95.0365 / 500), abs=1e-4)
    assert sample_size_for_mean(margin=1e-9, standard_deviation=10, population=50).n == 50


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (power_t_test, {"n": 10, "difference": 1, "power": 0.9}, "n"),
        (power_t_test, {"n": 10}, "difference"),
        (power_t_test, {"n": 1, "difference": 1}, "n"),
        (power_t_test, {"difference": 0, "power": 0.9}, "difference"),
        (power_t_test, {"difference": 1, "power": 0.9, "alternative": "less"}, "difference"),
        (power_t_test, {"difference": 1, "power": 0.04}, "power"),
        (power_t_test, {"difference": 1e-9, "power": 0.9}, "power"),
        (power_t_test, {"difference": 1, "n": 5, "ratio": 2, "design": "paired"}, "ratio"),
        (power_anova, {"n": 5, "effect_size": 1}, "groups"),
        (power_anova, {"groups": 3, "means": [1, 2], "n": 5}, "groups"),
        (power_anova, {"means": [2, 2], "power": 0.9}, "means"),
        (power_anova, {"means": [2, 3], "effect_size": 1, "power": 0.9}, "effect_size"),
        (sample_size_for_mean, {"margin": 1e-9, "standard_deviation": 1}, "margin"),
        (sample_size_for_mean, {"margin": 1, "standard_deviation": 1, "population": 1}, "population"),
    ],
)
def test_what_cannot_be_planned_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
