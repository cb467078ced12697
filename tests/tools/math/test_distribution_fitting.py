"""Fits of distributions against published estimates."""

import math

import numpy as np
import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.math.distribution_fitting import FITTERS, fit_distribution

# Lieblein and Zelen (1956), J. Res. NBS 57, 273-316: million revolutions to failure of 23 deep-groove ball bearings.
BEARINGS = [17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.48, 51.84, 51.96, 54.12, 55.56, 67.80]
BEARINGS += [68.64, 68.64, 68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40]
# Weights of leghorn chicks, D'Agostino and Stephens (1986), section 4.
CHICKS = [156, 162, 168, 182, 186, 190, 190, 196, 202, 210, 214, 220, 226, 230, 230, 236, 236, 242, 246, 270]


def _fit(name, sample, **more):
    return fit_distribution(sample=sample, distributions=[name], **more)


def test_the_weibull_fit_of_the_ball_bearings():
    # Lawless, Statistical Models and Methods for Lifetime Data: shape 2.102, scale 81.87 or 81.88.
    result = _fit("weibull", BEARINGS)
    assert result.parameters["shape"] == pytest.approx(2.102, abs=5e-4)
    assert result.parameters["scale"] == pytest.approx(81.875, abs=0.01)
    # Gupta and Kundu (2001), Biometrical Journal 43, 117-130 (48.80 for 48.48): log-likelihoods Weibull -113.6887,
    # gamma -113.0274 with shape 4.0196.
    assert result.log_likelihood == pytest.approx(-113.6887, abs=0.01)
    gamma = _fit("gamma", BEARINGS)
    assert gamma.log_likelihood == pytest.approx(-113.0274, abs=0.01)
    assert gamma.parameters["shape"] == pytest.approx(4.0196, abs=0.01)


def test_the_lognormal_fit_of_the_ball_bearings():
    # Lawless: mean 4.150 and standard deviation 0.522 of the logarithms.
    parameters = _fit("lognormal", BEARINGS).parameters
    assert parameters["log_mean"] == pytest.approx(4.150, abs=5e-4)
    assert parameters["log_standard_deviation"] == pytest.approx(0.522, abs=5e-4)


def test_the_bearings_cannot_tell_weibull_gamma_and_lognormal_apart():
    result = fit_distribution(sample=BEARINGS)
    assert {"gamma", "lognormal"} <= {fit.distribution for fit in result.fits[:3]}
    codes = [notice.code for notice in result.warnings]
    assert "close_competitors" in codes
    assert [fit.aic for fit in result.fits] == sorted(fit.aic for fit in result.fits)
    assert next(fit for fit in result.fits if fit.distribution == "exponential").adequate is False


def test_anderson_darling_of_the_leghorn_chicks():
    # The book's mean 209.6; A2 and p against statsmodels, which has the same tables.
    from statsmodels.stats.diagnostic import normal_ad

    result = _fit("normal", CHICKS)
    assert result.parameters["mean"] == pytest.approx(209.6)
    assert (result.anderson_darling, result.p_value) == pytest.approx(normal_ad(np.array(CHICKS, dtype=float)))


def test_the_exponential_by_hand():
    # log-likelihood -n (ln mean + 1), one parameter.
    result = _fit("exponential", [1.0, 2.0, 6.0])
    assert result.parameters == {"scale": pytest.approx(3.0)}
    assert result.log_likelihood == pytest.approx(-3 * (math.log(3) + 1))
    assert result.aic == pytest.approx(2 - 2 * result.log_likelihood)
    assert result.bic == pytest.approx(math.log(3) - 2 * result.log_likelihood)


SCIPY = {
    "normal": lambda mean, standard_deviation: stats.norm(mean, standard_deviation),
    "lognormal": lambda log_mean, log_standard_deviation: stats.lognorm(log_standard_deviation, 0, math.exp(log_mean)),
    "weibull": lambda shape, scale: stats.weibull_min(shape, 0, scale),
    "weibull_3": lambda shape, scale, threshold: stats.weibull_min(shape, threshold, scale),
    "gamma": lambda shape, scale: stats.gamma(shape, 0, scale),
    "exponential": lambda scale: stats.expon(0, scale),
    "logistic": lambda location, scale: stats.logistic(location, scale),
    "loglogistic": lambda shape, scale: stats.fisk(shape, 0, scale),
    "gumbel_max": lambda location, scale: stats.gumbel_r(location, scale),
    "gumbel_min": lambda location, scale: stats.gumbel_l(location, scale),
    "beta": lambda shape1, shape2: stats.beta(shape1, shape2),
}


@pytest.mark.parametrize("name", FITTERS)
def test_no_small_step_improves_the_likelihood(name):
    rng = np.random.default_rng(5)
    sample = rng.beta(2, 5, 60) if name == "beta" else 10 + rng.weibull(2.5, 60) * 5
    fit = _fit(name, sample.tolist())
    for parameter, value in fit.parameters.items():
        for step in (0.999, 1.001):
            moved = SCIPY[name](**{**fit.parameters, parameter: value * step}).logpdf(sample).sum()
            assert moved < fit.log_likelihood + 1e-9


def test_other_units_scale_the_parameters():
    one = fit_distribution(sample=BEARINGS)
    other = fit_distribution(sample=[1e-6 * x for x in reversed(BEARINGS)])
    assert [fit.distribution for fit in other.fits] == [fit.distribution for fit in one.fits]
    for fit, same in zip(other.fits, one.fits, strict=True):
        assert fit.anderson_darling == pytest.approx(same.anderson_darling, rel=1e-5)
        if "scale" in fit.parameters:
            assert fit.parameters["scale"] == pytest.approx(1e-6 * same.parameters["scale"], rel=1e-5)


def test_mirrored_values_have_the_mirrored_extreme_value_distribution():
    largest = _fit("gumbel_max", BEARINGS).parameters
    smallest = _fit("gumbel_min", [-x for x in BEARINGS]).parameters
    assert smallest["location"] == pytest.approx(-largest["location"])
    assert smallest["scale"] == pytest.approx(largest["scale"])


def test_a_threshold_is_found_again():
    # Quantiles of a Weibull distribution with threshold 100: no chance in the sample.
    sample = stats.weibull_min(2, 100, 30).ppf((np.arange(200) + 0.5) / 200)
    parameters = _fit("weibull_3", sample.tolist()).parameters
    assert parameters["threshold"] == pytest.approx(100, abs=1)
    assert parameters["shape"] == pytest.approx(2, abs=0.1)


def test_what_cannot_be_fitted_is_skipped_with_its_reason():
    result = fit_distribution(sample=[-1.0, 0.5, 2.0, 1.2, 0.1])
    assert set(result.skipped) == {"lognormal", "weibull", "gamma", "exponential", "loglogistic"}
    assert "0" in result.skipped["weibull"]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"sample": [1.0, 2.0]}, "sample"),
        ({"sample": [2.0, 2.0, 2.0]}, "sample"),
        ({"sample": [1e12, 1e12 + 1, 1e12 + 2]}, "sample"),
        ({"sample": [-1.0, 2.0, 3.0], "distributions": ["weibull"]}, "distributions"),
        ({"sample": [1.0, 2.0, 3.0], "distributions": ["zipf"]}, "distributions[0]"),
        ({"sample": [1.0, 2.0, 3.0], "distributions": []}, "distributions"),
    ],
)
def test_what_cannot_be_fitted_at_all_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        fit_distribution(**arguments)
    assert caught.value.path == path
