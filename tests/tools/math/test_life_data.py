"""Fits of censored lives against published estimates."""

import math

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.math.life_data import life_data_analysis, weibull_analysis

# Lieblein and Zelen (1956), J. Res. NBS 57, 273-316: million revolutions to failure of 23 deep-groove ball bearings.
BEARINGS = [17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.48, 51.84, 51.96, 54.12, 55.56, 67.80]
BEARINGS += [68.64, 68.64, 68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40]
# O'Connor (1985), Practical Reliability Engineering: km of 38 vehicle shock absorbers, 11 of which failed (negative here).
SHOCKS = [-6700, 6950, 7820, 8790, -9120, 9660, 9820, 11310, 11690, 11850, 11880, 12140, -12200, 12870, -13150, 13330]
SHOCKS += [13470, 14040, -14300, -17520, 17540, 17890, 18450, 18960, 18980, 19410, -20100, 20100, 20150, 20320, -20900]
SHOCKS += [-22700, 23490, -26510, 27410, -27490, 27890, 28100]
ABSORBERS = {"times": [abs(km) for km in SHOCKS], "censored": [int(km > 0) for km in SHOCKS]}
# Freireich and others (1963), Blood 21, 699-716: weeks of remission with 6-MP; 9 relapses among 21.
REMISSION = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
CENSORED = [0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]


def _named(estimates, name):
    return next(one for one in estimates if one.name == name)


def test_the_ball_bearings():
    # Lawless, Statistical Models and Methods for Lifetime Data: shape 2.102, scale 81.87 or 81.88.
    result = weibull_analysis(times=BEARINGS)
    assert result.shape == pytest.approx(2.102, abs=5e-4)
    assert result.scale == pytest.approx(81.875, abs=0.01)
    assert result.log_likelihood == pytest.approx(-113.69, abs=5e-3)
    # Without censoring everything else follows from the two: B10, mean and reliability of a Weibull distribution.
    assert result.b10 == pytest.approx(result.scale * (-math.log(0.9)) ** (1 / result.shape))
    assert result.mttf == pytest.approx(result.scale * math.gamma(1 + 1 / result.shape))


def test_the_shock_absorbers_weibull():
    # Meeker and Escobar (1998), table 8.1: mu 10.23 (se 0.1099), sigma 0.3164 (se 0.07316, 0.2011 to 0.4978).
    result = weibull_analysis(**ABSORBERS, mission_times=[10000, 20000])
    assert (result.failures, result.suspensions, result.n_used) == (11, 27, 38)
    assert math.log(result.scale) == pytest.approx(10.23, abs=5e-3)
    assert _named(result.parameters, "scale").standard_error / result.scale == pytest.approx(0.1099, abs=5e-5)
    assert 1 / result.shape == pytest.approx(0.3164, abs=5e-5)
    assert (1 / result.shape_ci_high, 1 / result.shape_ci_low) == pytest.approx((0.2011, 0.4978), abs=5e-5)
    shape = _named(result.parameters, "shape")
    assert shape.standard_error / shape.value**2 == pytest.approx(0.07316, abs=1e-5)
    assert _named(result.reliabilities, "R(10000)").ci_low < _named(result.reliabilities, "R(10000)").value


def test_the_shock_absorbers_lognormal():
    # Meeker and Escobar (1998), table 8.1: mu 10.14 (se 0.1442), sigma 0.5301 (se 0.1127).
    result = life_data_analysis(**ABSORBERS, distribution="lognormal")
    mean, deviation = result.parameters
    assert (mean.value, mean.standard_error) == pytest.approx((10.14, 0.1442), abs=5e-3)
    assert deviation.value == pytest.approx(0.5301, abs=5e-5)
    assert deviation.standard_error == pytest.approx(0.1127, abs=5e-5)


def test_the_alpha_particles():
    # Berkson (1966); Meeker and Escobar (1998), example 7.1 and table 7.1: times between emissions of americium-241 in
    # intervals; theta = 596.3 with standard error 6.084 for all 10220.
    result = life_data_analysis(
        distribution="exponential",
        start=[0, 100, 300, 500, 700, 1000, 2000, 4000],
        end=[100, 300, 500, 700, 1000, 2000, 4000, None],
        frequencies=[1609, 2424, 1770, 1306, 1213, 1528, 354, 16],
    )
    (mean,) = result.parameters
    assert mean.value == pytest.approx(596.3, abs=0.05)
    assert mean.standard_error == pytest.approx(6.084, abs=5e-4)
    assert result.mttf == pytest.approx(mean.value)


def test_remission_with_6_mp():
    # Exponential by hand: 359 weeks over 9 relapses, standard error a third of it. Weibull: shape 1.354 (Collett, Modelling
    # Survival Data in Medical Research, and others).
    exponential = life_data_analysis(distribution="exponential", times=REMISSION, censored=CENSORED)
    assert exponential.parameters[0].value == pytest.approx(359 / 9)
    assert exponential.parameters[0].standard_error == pytest.approx(359 / 27)
    assert exponential.log_likelihood == pytest.approx(9 * math.log(9 / 359) - 9)
    assert weibull_analysis(times=REMISSION, censored=CENSORED).shape == pytest.approx(1.354, abs=5e-4)


def test_complete_lognormal_lives_by_hand():
    logs = np.log(BEARINGS)
    result = life_data_analysis(distribution="lognormal", times=BEARINGS)
    mean, deviation = result.parameters
    assert (mean.value, deviation.value) == pytest.approx((logs.mean(), logs.std()))
    assert mean.standard_error == pytest.approx(logs.std() / math.sqrt(23))
    assert deviation.standard_error == pytest.approx(logs.std() / math.sqrt(46))
    assert _named(result.percentiles, "B50").value == pytest.approx(math.exp(logs.mean()))


def test_start_and_end_say_the_same_as_censored():
    end = [None if mark else time for time, mark in zip(REMISSION, CENSORED, strict=True)]
    one = life_data_analysis(times=REMISSION, censored=CENSORED)
    other = life_data_analysis(start=REMISSION, end=end)
    assert other.parameters == one.parameters
    assert other.log_likelihood == one.log_likelihood


def test_frequencies_are_repeated_rows():
    one = weibull_analysis(times=[3.0, 5.0, 5.0, 5.0, 9.0, 9.0], censored=[0, 0, 0, 0, 1, 1])
    other = weibull_analysis(times=[3.0, 5.0, 9.0, 7.0], censored=[0, 0, 1, 0], frequencies=[1, 3, 2, 0])
    assert other.shape == pytest.approx(one.shape)
    assert other.n_used == 6


@pytest.mark.parametrize("distribution", ["weibull", "lognormal", "loglogistic", "exponential"])
def test_units_and_order_do_not_matter(distribution):
    one = life_data_analysis(**ABSORBERS, distribution=distribution, mission_times=[15000])
    other = life_data_analysis(
        times=[1e-3 * time for time in reversed(ABSORBERS["times"])],
        censored=ABSORBERS["censored"][::-1],
        distribution=distribution,
        mission_times=[15],
    )
    assert other.b10 == pytest.approx(1e-3 * one.b10)
    assert other.b10_ci_low == pytest.approx(1e-3 * one.b10_ci_low)
    assert other.reliabilities[0].value == pytest.approx(one.reliabilities[0].value)
    assert one.reliabilities[0].ci_low < one.reliabilities[0].value < one.reliabilities[0].ci_high


@pytest.mark.parametrize("distribution", ["weibull", "lognormal", "loglogistic"])
def test_narrow_intervals_approach_exact_times(distribution):
    exact = life_data_analysis(times=BEARINGS, distribution=distribution)
    narrow = life_data_analysis(
        start=[time * (1 - 1e-5) for time in BEARINGS],
        end=[time * (1 + 1e-5) for time in BEARINGS],
        distribution=distribution,
    )
    assert [one.value for one in narrow.parameters] == pytest.approx([one.value for one in exact.parameters], rel=1e-6)


@pytest.mark.parametrize("distribution", ["weibull", "lognormal", "loglogistic", "exponential"])
def test_left_right_and_interval_censoring_together_are_at_the_maximum(distribution):
    from scipy import stats

    start, end = [None, 50, 50, 100, 20, 30, None], [50, 100, 100, None, 20, 30, 10]
    result = life_data_analysis(start=start, end=end, frequencies=[2, 3, 1, 4, 1, 1, 1], distribution=distribution)
    make = {
        "weibull": lambda shape, scale: stats.weibull_min(shape, 0, scale),
        "exponential": lambda scale: stats.expon(0, scale),
        "lognormal": lambda log_mean, log_standard_deviation: stats.lognorm(log_standard_deviation, 0, math.exp(log_mean)),
        "loglogistic": lambda shape, scale: stats.fisk(shape, 0, scale),
    }[distribution]

    def log_likelihood(parameters):
        life = make(**parameters)
        return (
            2 * math.log(life.cdf(50))
            + 4 * math.log(life.cdf(100) - life.cdf(50))
            + 4 * math.log(life.sf(100))
            + life.logpdf(20)
            + life.logpdf(30)
            + math.log(life.cdf(10))
        )

    found = {one.name: one.value for one in result.parameters}
    assert result.log_likelihood == pytest.approx(log_likelihood(found))
    for name, value in found.items():
        for step in (0.99, 1.01):
            assert log_likelihood({**found, name: value * step}) < result.log_likelihood


def test_a_mean_that_does_not_exist_is_said():
    result = life_data_analysis(times=[1, 5, 30, 200, 4000, 90000], distribution="loglogistic")
    assert result.mttf is None
    assert "mttf" in result.undefined


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"times": [1.0, 2.0], "censored": [1, 1]}, "times"),
        ({"times": [2.0, 2.0]}, "times"),
        ({"times": [1.0, 0.0]}, "times[1]"),
        ({"times": [1.0, 2.0], "censored": [0]}, "censored"),
        ({"times": [1.0, 2.0], "censored": [0, 2]}, "censored[1]"),
        ({"times": [1.0, 2.0], "frequencies": [1]}, "frequencies"),
        ({"times": [1.0, 2.0], "start": [1, 2]}, "start"),
        ({"start": [1, 2]}, "times"),
        ({"start": [3, 2], "end": [2, 3]}, "end[0]"),
        ({"start": [None, 2], "end": [None, 3]}, "start[0]"),
        ({"start": [1, "x"], "end": [None, 3]}, "start[1]"),
        ({"times": [1.0, 2.0], "percents": [100]}, "percents"),
        ({"times": [1.0, 2.0], "mission_times": [-1]}, "mission_times"),
    ],
)
def test_what_cannot_be_fitted_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        life_data_analysis(**arguments)
    assert caught.value.path == path
