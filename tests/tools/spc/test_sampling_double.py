"""Double sampling plans against a published example and exhaustive sums."""

import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.sampling_curves import oc_curve
from havoc.tools.spc.sampling_double import acceptance_sampling_double


def test_montgomery_s_double_plan():
    # Montgomery, section 15.3: n1 = 50, c1 = 1, n2 = 100, c2 = 3 at p = 0.05: 0.279 on the first sample, 0.289 in all (from
    # rounded terms).
    result = acceptance_sampling_double(n1=50, c1=1, n2=100, c2=3, proportions=[0.05])
    assert result.rejection_number1 == 4
    assert result.curve[0].probability_accept_first == pytest.approx(0.279, abs=5e-4)
    assert result.curve[0].probability_accept == pytest.approx(0.289, abs=2e-3)
    point = result.curve[0]
    undecided = 1 - point.probability_accept_first - point.probability_reject_first
    assert point.asn == pytest.approx(50 + 100 * undecided)


@pytest.mark.parametrize("distribution", ["binomial", "hypergeometric", "poisson"])
def test_a_double_plan_is_the_sum_over_its_outcomes(distribution):
    # Exhaustive: all pairs of counts in both samples.
    n1, c1, n2, c2, lot, p = 20, 0, 30, 2, 200, 0.04
    total = 0.0
    for first in range(n1 + 1):
        for second in range(n2 + 1):
            if not (first <= c1 or (first <= c2 and first + second <= c2)):
                continue
            one, two = {
                "binomial": (stats.binom.pmf(first, n1, p), stats.binom.pmf(second, n2, p)),
                "poisson": (stats.poisson.pmf(first, n1 * p), stats.poisson.pmf(second, n2 * p)),
                "hypergeometric": (
                    stats.hypergeom.pmf(first, lot, 8, n1),
                    stats.hypergeom.pmf(second, lot - n1, max(0, 8 - first), n2),
                ),
            }[distribution]
            total += one * two
    result = acceptance_sampling_double(n1=n1, c1=c1, n2=n2, c2=c2, lot_size=lot, proportions=[p], distribution=distribution)
    assert result.curve[0].probability_accept == pytest.approx(total, abs=1e-6)


def test_a_double_plan_accepts_between_the_single_plans_that_bound_it():
    proportions = [0.01, 0.03, 0.05, 0.08]
    double = acceptance_sampling_double(n1=50, c1=1, n2=100, c2=3, proportions=proportions).curve
    strict, lenient = (
        oc_curve(sample_size=[50], acceptance_number=[c], proportions=proportions).plans[0].points for c in (1, 3)
    )
    for low, point, high in zip(strict, double, lenient, strict=True):
        assert low.probability_accept <= point.probability_accept <= high.probability_accept


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"acceptance_number2": 1}, "acceptance_number2"),
        ({"rejection_number1": 2}, "rejection_number1"),
        ({"lot_size": 150}, "lot_size"),
        ({"sample_size1": 3}, "sample_size1"),
    ],
)
def test_what_a_plan_cannot_use_is_named(changes, path):
    plan = {"sample_size1": 50, "acceptance_number1": 1, "sample_size2": 100, "acceptance_number2": 3}
    with pytest.raises(ToolError) as caught:
        acceptance_sampling_double(**{**plan, **changes})
    assert caught.value.path == path
