"""Capability of data that are not normal: a published Weibull study, and constructed samples."""

import math

import numpy as np
import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.capability import process_capability
from havoc.tools.spc.nonnormal_capability import capability_nonnormal, fit_distribution

GRID = (np.arange(1, 401) - 0.5) / 400
# Minitab help, Capability Analysis (Nonnormal), warped floor tiles: Weibull shape 1.69368, scale 3.27812, USL 8: Ppk 0.73,
# expected overall 10764.53 ppm.
SHAPE, SCALE, LIMIT = 1.69368, 3.27812, 8.0
TILES = SCALE * (-np.log1p(-GRID)) ** (1 / SHAPE)


def test_minitab_s_warped_tiles():
    # The 100 tiles are replaced by the quantiles of the published fit, so the fitted parameters differ a little.
    result = capability_nonnormal(data=TILES.tolist(), usl=LIMIT, method="weibull")
    assert result.parameters["shape"] == pytest.approx(SHAPE, rel=0.01)
    assert result.parameters["scale"] == pytest.approx(SCALE, rel=0.01)
    assert result.ppk == pytest.approx(0.73, abs=0.01)
    assert result.ppm_expected_overall == pytest.approx(10764.53, rel=0.05)
    assert result.pp is None


@pytest.mark.parametrize("name", ["weibull", "lognormal", "gamma"])
def test_the_maximum_of_the_likelihood_is_scipy_s(name):
    data = stats.gamma.ppf(GRID[::8], 2.2, scale=1.7)
    ours = fit_distribution(name, data)
    family = {"weibull": stats.weibull_min, "lognormal": stats.lognorm, "gamma": stats.gamma}[name]
    theirs = family(*family.fit(data, floc=0))
    assert ours.frozen.logpdf(data).sum() >= theirs.logpdf(data).sum() - 1e-6
    assert ours.frozen.ppf(0.5) == pytest.approx(theirs.ppf(0.5), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("weibull", TILES),
        ("lognormal", np.exp(0.7 * stats.norm.ppf(GRID))),
        ("gamma", stats.gamma.ppf(GRID, 4)),
    ],
)
def test_the_best_fit_is_the_distribution_behind_the_data(name, data):
    result = capability_nonnormal(data=data.tolist(), usl=50)
    assert result.distribution == name
    assert [fit.distribution for fit in result.fits] == ["weibull", "lognormal", "gamma"]


def test_lognormal_percentiles_by_hand():
    # By hand: X50 = exp(mu), X99.865 = exp(mu + 3 sigma).
    result = capability_nonnormal(data=np.exp(0.5 * stats.norm.ppf(GRID)).tolist(), lsl=0.1, usl=10, method="lognormal")
    mu, sigma = result.parameters["mu"], result.parameters["sigma"]
    assert result.percentile_high == pytest.approx(math.exp(mu + 3 * sigma))
    assert result.percentile_low == pytest.approx(math.exp(mu - 3 * sigma))
    assert result.ppu == pytest.approx((10 - math.exp(mu)) / (math.exp(mu + 3 * sigma) - math.exp(mu)))
    assert result.pp == pytest.approx(9.9 / (math.exp(mu + 3 * sigma) - math.exp(mu - 3 * sigma)))


def test_box_cox_of_lognormal_data_is_the_capability_of_their_logarithms():
    data = np.exp(0.5 * stats.norm.ppf(GRID))
    result = capability_nonnormal(data=data.tolist(), lsl=0.1, usl=10, method="box_cox")
    logs = process_capability(data=np.log(data).tolist(), lsl=math.log(0.1), usl=math.log(10))
    assert result.parameters["power"] == 0
    assert (result.pp, result.ppk) == pytest.approx((logs.pp, logs.ppk))
    assert (result.ppk_ci_low, result.ppk_ci_high) == pytest.approx((logs.ppk_ci_low, logs.ppk_ci_high))


def test_johnson_keeps_normal_data_as_they_are():
    data = 50 + 2 * stats.norm.ppf(GRID)
    result = capability_nonnormal(data=data.tolist(), lsl=44, usl=56, method="johnson")
    assert result.ppk == pytest.approx(1.0, abs=0.05)


def test_a_limit_beyond_a_bounded_curve_is_undefined():
    data = 3 + 5 / (1 + np.exp(-stats.norm.ppf(GRID) / 0.9))
    result = capability_nonnormal(data=data.tolist(), lsl=-100, usl=7, method="johnson")
    assert result.lsl_transformed is None
    assert "ppl" in result.undefined
    assert result.ppk == result.ppu


def test_percentiles_follow_the_scale():
    base = capability_nonnormal(data=TILES.tolist(), usl=LIMIT, method="gamma")
    scaled = capability_nonnormal(data=(25.4 * TILES).tolist(), usl=25.4 * LIMIT, method="gamma")
    assert scaled.ppk == pytest.approx(base.ppk)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"data": [1.0, 2.0, -1.0]}, "data[2]"),
        ({"data": [2.0] * 5}, "data"),
        ({"usl": None}, "usl"),
        ({"lsl": 0.0, "method": "box_cox"}, "lsl"),
    ],
)
def test_what_cannot_be_used_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        capability_nonnormal(**{"data": TILES.tolist(), "usl": LIMIT, **changes})
    assert caught.value.path == path
