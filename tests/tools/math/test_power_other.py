"""Power of chi-square tests, correlations and variances against published values."""

import math

import pytest
from scipy import integrate, stats

from havoc.tools import ToolError
from havoc.tools.math.power_other import power_chi_square, power_correlation, power_variance

R_TOLERANCE = 1e-4
"""Of the n that R's uniroot finds, relative."""


def test_the_chi_square_exercises_of_cohen():
    # R package pwr, example(pwr.chisq.test), exercises 7.1, 7.3 and 7.8 of Cohen (1988): 0.6750777, 0.8854, N = 2096.079.
    assert power_chi_square(effect_size=0.289, df=3, n=100).power == pytest.approx(0.6750777, abs=5e-8)
    assert power_chi_square(effect_size=0.346, df=2, n=140, alpha=0.01).power == pytest.approx(0.885, abs=5e-4)
    result = power_chi_square(effect_size=0.1, df=20, power=0.80)
    assert result.n_unrounded == pytest.approx(2096.079, rel=R_TOLERANCE)
    assert result.n == 2097


def test_w_of_a_two_way_table():
    # R package pwr, example(ES.w2), example 7.4 of Cohen (1988): w = 0.2558646.
    result = power_chi_square(table=[[0.225, 0.125, 0.125, 0.125], [0.16, 0.16, 0.04, 0.04]], n=200)
    assert result.effect_size == pytest.approx(0.2558646, abs=5e-8)
    assert result.df == 3
    assert result.noncentrality == pytest.approx(200 * 0.2558646**2, abs=1e-4)


def test_w_of_proportions_by_hand():
    # R package pwr, example(ES.w1): 1/4 each against .375, .208333, .208333, .208333 is w = 0.2886751 (1/sqrt(12)).
    proportions = [0.375, 0.625 / 3, 0.625 / 3, 0.625 / 3]
    result = power_chi_square(proportions=proportions, n=100)
    assert result.effect_size == pytest.approx(1 / math.sqrt(12), abs=5e-8)
    stated = power_chi_square(proportions=proportions, null_proportions=[0.25] * 4, n=100)
    assert stated.power == pytest.approx(result.power)


def test_a_chi_square_with_one_degree_of_freedom_is_a_squared_normal_deviate():
    result = power_chi_square(effect_size=0.3, df=1, n=100)
    expected = stats.norm.sf(1.959963984540054 - 3) + stats.norm.cdf(-1.959963984540054 - 3)
    assert result.power == pytest.approx(expected)
    assert power_chi_square(df=1, n=100, power=result.power).effect_size == pytest.approx(0.3)


def test_the_correlation_exercises_of_cohen():
    # R package pwr, example(pwr.r.test): r = 0.3, n = 50 gives 0.5715558 two-sided, 0.6911395 one-sided;
    # r = 0.3 with power 0.80 gives n = 84.07364; r = 0.5 gives n = 28.24841.
    assert power_correlation(correlation=0.3, n=50).fisher_z_power == pytest.approx(0.5715558, abs=5e-8)
    one_sided = power_correlation(correlation=0.3, n=50, alternative="greater")
    assert one_sided.fisher_z_power == pytest.approx(0.6911395, abs=5e-8)
    assert power_correlation(correlation=0.3, power=0.8).fisher_z_n == pytest.approx(84.07364, rel=R_TOLERANCE)
    assert power_correlation(correlation=0.5, power=0.8).fisher_z_n == pytest.approx(28.24841, rel=R_TOLERANCE)


def test_the_exact_power_of_a_correlation():
    # The density of r (Hotelling 1953) integrated over the critical region: another route to the same number.
    from scipy import special

    def density(r, n, rho):
        log = (
            math.log(n - 2)
            + special.gammaln(n - 1)
            - special.gammaln(n - 0.5)
            - 0.5 * math.log(2 * math.pi)
            + (n - 1) / 2 * math.log1p(-rho * rho)
            + (n - 4) / 2 * math.log1p(-r * r)
            - (n - 1.5) * math.log1p(-rho * r)
        )
        return math.exp(log) * special.hyp2f1(0.5, 0.5, n - 0.5, (rho * r + 1) / 2)

    for n, rho in ((10, 0.6), (50, 0.3), (84, 0.3)):
        t = stats.t.isf(0.025, n - 2)
        critical = t / math.sqrt(t * t + n - 2)
        parts = [integrate.quad(density, a, b, args=(n, rho), epsabs=1e-13)[0] for a, b in ((critical, 1), (-1, -critical))]
        assert power_correlation(correlation=rho, n=n).power == pytest.approx(sum(parts), abs=1e-9)


def test_the_sign_of_a_correlation_does_not_matter():
    assert power_correlation(correlation=-0.4, n=30).power == pytest.approx(power_correlation(correlation=0.4, n=30).power)
    assert power_correlation(correlation=0, n=30, alpha=0.02).power == pytest.approx(0.02)
    result = power_correlation(n=30, power=0.8)
    assert power_correlation(correlation=result.correlation, power=0.8).n == 30


def test_the_handbook_s_sample_size_for_a_variance():
    # NIST/SEMATECH e-Handbook 7.2.3.2: variance 155 against 100, one-sided alpha 0.05, beta 0.01: the degrees of freedom
    # come to 169.3, and 170 are recommended; with n - 1 of them n is one more.
    result = power_variance(sd_ratio=math.sqrt(1.55), power=0.99, alternative="greater")
    assert result.n_unrounded - 1 == pytest.approx(169.3, abs=0.05)
    assert result.n == 171


def test_the_f_test_with_two_degrees_of_freedom_by_hand():
    # F(2, 2) has P(F > x) = 1 / (1 + x): with n = 3, alpha 0.05 one-sided, the critical value is 19, and a variance ratio of
    # 19 is detected with probability 1/2.
    result = power_variance(sd_ratio=math.sqrt(19), n=3, design="two-sample", alternative="greater")
    assert result.power == pytest.approx(0.5)


def test_a_chi_square_with_two_degrees_of_freedom_by_hand():
    # P(chi2 > x) = exp(-x / 2) for 2 degrees of freedom, so that the power is 0.05^(1 / variance ratio).
    assert power_variance(sd_ratio=2, n=3, alternative="greater").power == pytest.approx(0.05**0.25)


def test_ratios_of_variances_round_trip():
    for design in ("one-sample", "two-sample"):
        for alternative, ratio in (("two-sided", 1.6), ("greater", 1.6), ("less", 0.6)):
            common = {"design": design, "alternative": alternative}
            power = power_variance(sd_ratio=ratio, n=20, **common).power
            assert power_variance(sd_ratio=ratio, power=power, **common).n == 20
            assert power_variance(n=20, power=power, **common).sd_ratio == pytest.approx(ratio)
    one = power_variance(sd_ratio=1.6, n=20, design="two-sample").power
    assert power_variance(sd_ratio=1 / 1.6, n=20, design="two-sample").power == pytest.approx(one), "groups change places"


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (power_chi_square, {"effect_size": 0.3, "n": 100}, "df"),
        (power_chi_square, {"effect_size": 0.3, "proportions": [0.5, 0.5], "n": 100}, "proportions"),
        (power_chi_square, {"proportions": [0.5, 0.6], "n": 100}, "proportions"),
        (power_chi_square, {"proportions": [0.5, 0.5], "power": 0.9}, "proportions"),
        (power_chi_square, {"proportions": [0.5, 0.5], "null_proportions": [1.0, 0.0], "n": 9}, "null_proportions"),
        (power_chi_square, {"table": [[0.5, 0.5]], "n": 100}, "table"),
        (power_chi_square, {"table": [[0.5, 0.5], [0, 0]], "n": 100}, "table"),
        (power_correlation, {"correlation": 1, "n": 10}, "correlation"),
        (power_correlation, {"correlation": 0.2, "n": 3}, "n"),
        (power_correlation, {"correlation": 0.2, "power": 0.8, "alternative": "less"}, "correlation"),
        (power_correlation, {"correlation": -0.2, "power": 0.8, "alternative": "greater"}, "correlation"),
        (power_variance, {"sd_ratio": 1, "power": 0.8}, "sd_ratio"),
        (power_variance, {"sd_ratio": 0.5, "power": 0.8, "alternative": "greater"}, "sd_ratio"),
    ],
)
def test_what_cannot_be_planned_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
