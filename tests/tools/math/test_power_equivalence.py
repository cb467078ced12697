"""Power of equivalence tests against published values."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.power_equivalence import power_equivalence


def _crossover(cv, **arguments):
    """A 2 x 2 crossover in two sequences: each within-subject contrast has variance s^2 / 2."""
    deviation = math.sqrt(math.log(1 + cv * cv) / 2)
    ratio = {"upper_limit": math.log(1.25), "lower_limit": -math.log(1.25), "difference": math.log(0.95)}
    return power_equivalence(**ratio, standard_deviation=deviation, **arguments)


def test_powertost():
    # R package PowerTOST, vignette: sampleN.TOST(CV = 0.3) needs n = 40 (20 in each sequence) with power 0.815845.
    result = _crossover(0.3, power=0.8)
    assert (result.n, result.total_n) == (20, 40)
    assert result.power == pytest.approx(0.815845, abs=5e-7)


def test_the_table_of_diletti():
    # Diletti, Hauschke and Steinijans (1991), Int. J. Clin. Pharmacol. 29, 1-8: power 0.8, true ratio 0.95; CV -> subjects.
    for cv, subjects in ((0.15, 12), (0.20, 19), (0.25, 28), (0.30, 39)):
        result = _crossover(cv, power=0.8)
        assert 2 * result.n_unrounded == pytest.approx(subjects, abs=1)


def test_without_a_limit_on_one_side_it_is_a_one_sided_t_test():
    from havoc.tools.math.power_means import power_t_test

    # The upper test alone decides where the lower limit is far away.
    both = power_equivalence(lower_limit=-1000, upper_limit=1, standard_deviation=1, n=12)
    one = power_t_test(difference=1, n=12, alternative="greater")
    assert both.power == pytest.approx(one.power, abs=1e-10)


def test_at_the_limit_the_power_is_at_most_alpha():
    for n in (5, 50, 500):
        assert power_equivalence(upper_limit=1, difference=1, standard_deviation=1, n=n).power <= 0.05 + 1e-12
    assert power_equivalence(upper_limit=1, difference=1, n=5000).power == pytest.approx(0.05, abs=1e-9)


def test_too_few_values_cannot_show_equivalence():
    assert power_equivalence(upper_limit=0.01, n=2).power < 1e-3


@pytest.mark.parametrize("design", ["two-sample", "one-sample", "paired"])
def test_symmetry_scale_and_round_trip(design):
    result = power_equivalence(upper_limit=2, lower_limit=-1, difference=0.2, n=31, design=design, standard_deviation=1.5)
    mirrored = power_equivalence(upper_limit=10, lower_limit=-20, difference=-2, n=31, design=design, standard_deviation=15)
    assert mirrored.power == pytest.approx(result.power)
    back = power_equivalence(
        upper_limit=2, lower_limit=-1, difference=0.2, power=result.power, design=design, standard_deviation=1.5
    )
    assert back.n_unrounded == pytest.approx(31)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"upper_limit": -1, "power": 0.8}, "upper_limit"),
        ({"upper_limit": 1, "difference": 1, "power": 0.8}, "difference"),
        ({"upper_limit": 1, "n": 1}, "n"),
        ({"upper_limit": 1, "n": 10, "power": 0.8}, "n"),
        ({"upper_limit": 1e-9, "power": 0.8}, "power"),
    ],
)
def test_what_cannot_be_planned_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        power_equivalence(**arguments)
    assert caught.value.path == path
