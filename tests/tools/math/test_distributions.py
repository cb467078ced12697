"""Probabilities and quantiles against tables and by hand."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.distributions import FAMILIES, distribution_probability, distribution_quantile

SOME = {
    "normal": {"mean": 3, "standard_deviation": 2},
    "t": {"df": 7},
    "chi_square": {"df": 5},
    "f": {"df1": 4, "df2": 9},
    "binomial": {"n": 20, "probability": 0.3},
    "poisson": {"mean": 4.2},
    "exponential": {"scale": 50},
    "weibull": {"shape": 1.5, "scale": 100},
    "lognormal": {"log_mean": 1, "log_standard_deviation": 0.5},
    "gamma": {"shape": 2, "scale": 3},
    "beta": {"shape1": 2, "shape2": 5},
    "uniform": {"minimum": 2, "maximum": 6},
    "hypergeometric": {"population": 50, "successes": 10, "n": 8},
    "negative_binomial": {"successes": 3, "probability": 0.4},
    "geometric": {"probability": 0.25},
}


@pytest.mark.parametrize(
    ("arguments", "p", "quantile"),
    [
        # NIST/SEMATECH e-Handbook 1.3.6.7, tables of upper critical values.
        ({"distribution": "normal"}, 0.025, 1.959964),
        ({"distribution": "t", "df": 10}, 0.025, 2.228),
        ({"distribution": "t", "df": 1}, 0.05, 6.314),
        ({"distribution": "chi_square", "df": 10}, 0.05, 18.307),
        ({"distribution": "chi_square", "df": 1}, 0.01, 6.635),
        ({"distribution": "f", "df1": 5, "df2": 10}, 0.05, 3.326),
        ({"distribution": "f", "df1": 1, "df2": 1}, 0.05, 161.448),
    ],
)
def test_critical_values_of_the_handbook(arguments, p, quantile):
    assert distribution_quantile(**arguments, p=p, tail="upper").quantile == pytest.approx(quantile, abs=5.1e-4)


def test_the_standard_normal_table():
    # Any table: Phi(1.96) = 0.97500, Phi(1) = 0.84134; 6 sigma: P(Z > 6) = 9.866e-10.
    assert distribution_probability(distribution="normal", x=1).probability == pytest.approx(0.84134, abs=5e-6)
    far = distribution_probability(distribution="normal", x=6)
    assert far.upper_probability == pytest.approx(9.866e-10, rel=1e-4)
    between = distribution_probability(distribution="normal", mean=10, standard_deviation=2, x=8, x2=12)
    assert between.between == pytest.approx(0.6826895, abs=5e-8)


def test_discrete_probabilities_by_hand():
    # Binomial(4, 1/2): 1 4 6 4 1 over 16.
    result = distribution_probability(distribution="binomial", n=4, probability=0.5, x=1, x2=3)
    assert result.density == pytest.approx(4 / 16)
    assert result.probability == pytest.approx(5 / 16)
    assert result.probability_below == pytest.approx(1 / 16)
    assert result.probability_at_least == pytest.approx(15 / 16)
    assert result.between == pytest.approx(14 / 16)
    assert (result.mean, result.standard_deviation) == pytest.approx((2, 1))
    # Poisson(2): P(0) = e^-2. Between the whole numbers there is nothing.
    poisson = distribution_probability(distribution="poisson", mean=2, x=0.5)
    assert poisson.probability == pytest.approx(math.exp(-2))
    assert poisson.probability_at_least == pytest.approx(1 - math.exp(-2))
    assert poisson.density == 0
    # 2 aces in a hand of 5 from 52: C(4,2) C(48,3) / C(52,5).
    aces = distribution_probability(distribution="hypergeometric", population=52, successes=4, n=5, x=2)
    assert aces.density == pytest.approx(math.comb(4, 2) * math.comb(48, 3) / math.comb(52, 5))


def test_waiting_times_count_what_the_convention_says():
    # Geometric: the first success at trial 3 has q^2 p. Negative binomial: 2 failures before the 3rd success.
    first = distribution_probability(distribution="geometric", probability=0.25, x=3)
    assert first.density == pytest.approx(0.75**2 * 0.25)
    third = distribution_probability(distribution="negative_binomial", successes=3, probability=0.4, x=2)
    assert third.density == pytest.approx(math.comb(4, 2) * 0.4**3 * 0.6**2)
    assert "trials" in first.conventions["definition"]


def test_lives_by_hand():
    # Weibull at the characteristic life: 1 - 1/e. Exponential: median = mean * ln 2.
    assert distribution_probability(distribution="weibull", shape=3, scale=70, x=70).probability == pytest.approx(
        1 - 1 / math.e
    )
    shifted = distribution_probability(distribution="weibull", shape=3, scale=70, threshold=5, x=75)
    assert shifted.probability == pytest.approx(1 - 1 / math.e)
    assert distribution_quantile(distribution="exponential", scale=50, p=0.5).quantile == pytest.approx(50 * math.log(2))
    # Lognormal: mean exp(mu + sigma^2 / 2).
    result = distribution_probability(distribution="lognormal", log_mean=1, log_standard_deviation=0.5, x=math.e)
    assert result.probability == pytest.approx(0.5)
    assert result.mean == pytest.approx(math.exp(1.125))


def test_both_tails():
    result = distribution_quantile(distribution="chi_square", df=9, p=0.1, tail="both")
    # NIST table: 3.325 and 16.919.
    assert (result.lower_quantile, result.quantile) == pytest.approx((3.325, 16.919), abs=5e-4)


@pytest.mark.parametrize("name", FAMILIES)
def test_quantile_and_probability_are_inverse(name):
    for p in (0.001, 0.3, 0.9, 0.9999):
        quantile = distribution_quantile(distribution=name, **SOME[name], p=p).quantile
        result = distribution_probability(distribution=name, **SOME[name], x=quantile)
        assert result.probability_below <= p + 1e-12
        assert result.probability >= p - 1e-12
        assert result.probability + result.upper_probability == pytest.approx(1)
        if not FAMILIES[name].discrete:
            assert result.probability == pytest.approx(p)
            assert distribution_quantile(distribution=name, **SOME[name], p=1 - p, tail="upper").quantile == pytest.approx(
                quantile
            )


def test_what_a_distribution_does_not_have_is_said():
    cauchy = distribution_probability(distribution="t", df=1, x=0)
    assert (cauchy.mean, cauchy.standard_deviation) == (None, None)
    assert set(cauchy.undefined) == {"mean", "standard_deviation"}
    assert "density" in distribution_probability(distribution="gamma", shape=0.5, scale=1, x=0).undefined


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"distribution": "normal", "df": 3, "x": 1}, "df"),
        ({"distribution": "t", "x": 1}, "df"),
        ({"distribution": "poisson", "mean": -1, "x": 1}, "mean"),
        ({"distribution": "uniform", "minimum": 3, "maximum": 3, "x": 1}, "maximum"),
        ({"distribution": "hypergeometric", "population": 5, "successes": 6, "n": 2, "x": 1}, "successes"),
        ({"distribution": "negative_binomial", "successes": 0, "probability": 0.5, "x": 1}, "successes"),
        ({"distribution": "binomial", "n": 10, "probability": 50, "x": 1}, "probability"),
        ({"distribution": "lognormal", "log_mean": 1000, "log_standard_deviation": 1, "x": 1}, "log_mean"),
        ({"distribution": "normal", "x": 2, "x2": 1}, "x2"),
        ({"distribution": "t", "df": 1e-300, "x": 1}, "df"),
        ({"distribution": "cauchy", "x": 2}, "distribution"),
    ],
)
def test_wrong_parameters_are_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        distribution_probability(**arguments)
    assert caught.value.path == path


def test_a_quantile_beyond_double_precision_is_refused():
    with pytest.raises(ToolError) as caught:
        distribution_quantile(distribution="t", df=0.01, p=1e-9)
    assert caught.value.path == "p"
