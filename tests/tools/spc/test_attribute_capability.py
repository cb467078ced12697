"""Capability of counts against Six Sigma's table and exact intervals."""

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.attribute_capability import binomial_capability, poisson_capability


@pytest.mark.parametrize(("dpmo", "level"), [(3.4, 6), (233, 5), (6210, 4), (66807, 3), (308538, 2), (691462, 1)])
def test_sigma_levels_of_the_six_sigma_table(dpmo, level):
    # Motorola's conversion with the 1.5 shift, e.g. Montgomery, Introduction to Statistical Quality Control, figure 1.12.
    # A million opportunities in 10 units with 10 dpmo defects in all.
    result = poisson_capability(nonconformities=[round(10 * dpmo)], units=[10], opportunities=1_000_000)
    assert result.dpmo == pytest.approx(dpmo)
    assert result.sigma_level == pytest.approx(level, abs=2e-3)


def test_exact_intervals():
    # Clopper-Pearson for 8 of 10: 0.4439 to 0.9748 (R binom.test); a Poisson count of 10:
    # 4.795389 to 18.390356 (R poisson.test).
    binomial = binomial_capability(nonconforming=[8], sample_sizes=[10])
    assert (binomial.ci_low, binomial.ci_high) == pytest.approx((0.4439, 0.9748), abs=5e-5)
    poisson = poisson_capability(nonconformities=[10], units=[1])
    assert (poisson.ci_low, poisson.ci_high) == pytest.approx((4.795389, 18.390356), abs=5e-7)


def test_process_z_of_a_proportion():
    # Minitab help, binomial capability of unanswered calls: proportion 0.226427, process Z 0.7507.
    result = binomial_capability(nonconforming=[226427], sample_sizes=[1_000_000])
    assert result.z == pytest.approx(0.7507, abs=5e-5)
    assert result.sigma_level == pytest.approx(2.2507, abs=5e-5)


def test_samples_add_up_and_their_order_does_not_matter():
    one = binomial_capability(nonconforming=[3, 5, 2], sample_sizes=[100, 120, 80])
    other = binomial_capability(nonconforming=[2, 3, 5], sample_sizes=[80, 100, 120])
    assert one == other
    assert one.proportion == pytest.approx(10 / 300)
    assert binomial_capability(nonconforming=[3, 5], sample_sizes=[50]).n_used == 100


def test_no_defect_has_no_z_but_an_upper_bound():
    # By hand: the exact two-sided 95% upper bound of 0 of 50 is 1 - 0.025^(1/50).
    result = binomial_capability(nonconforming=[0], sample_sizes=[50])
    assert result.z is None
    assert "z" in result.undefined
    assert result.ci_high == pytest.approx(1 - 0.025 ** (1 / 50))
    assert poisson_capability(nonconformities=[0], units=[4]).throughput_yield == 1


def test_a_target_is_tested_exactly():
    # By hand: P(X <= 0) of 100 at 5% is 0.95^100.
    result = binomial_capability(nonconforming=[0], sample_sizes=[100], target=0.05)
    assert result.p_value == pytest.approx(0.95**100)


def test_an_unstable_sample_is_reported():
    result = binomial_capability(nonconforming=[5, 6, 40, 5], sample_sizes=[100])
    assert "not_stable" in {notice.code for notice in result.warnings}


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (binomial_capability, {"nonconforming": [5], "sample_sizes": [4]}, "nonconforming[0]"),
        (binomial_capability, {"nonconforming": [5, 1], "sample_sizes": [10, 0]}, "sample_sizes[1]"),
        (poisson_capability, {"nonconformities": [5], "units": [-1]}, "units[0]"),
        (poisson_capability, {"nonconformities": [5], "units": [1], "opportunities": 2}, "opportunities"),
        (poisson_capability, {"nonconformities": [5, 2], "units": [1, 2, 3]}, "units"),
    ],
)
def test_what_cannot_be_used_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
