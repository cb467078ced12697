"""Operating characteristics against the tables of NIST and Montgomery."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.sampling_curves import oc_curve

# NIST/SEMATECH e-Handbook 6.2.3.2: N = 10000, n = 52, c = 3: Pa of p = 0.01 to 0.12, AOQ, AOQL, and ATI of p = 0.01 to 0.14.
NIST_PA = [0.998, 0.980, 0.930, 0.845, 0.739, 0.620, 0.502, 0.394, 0.300, 0.223, 0.162, 0.115]
NIST_AOQ = [0.010, 0.0196, 0.0278, 0.0338, 0.0369, 0.0372, 0.0351, 0.0315, 0.0270, 0.0223, 0.0178, 0.0138]
NIST_ATI = [70, 253, 753, 1584, 2655, 3836, 5007, 6083, 7012, 7779, 8388, 8854, 9201, 9453]


def test_nist_tables():
    proportions = [index / 100 for index in range(1, 15)]
    (plan,) = oc_curve(sample_size=[52], acceptance_number=[3], lot_size=10000, proportions=proportions).plans
    assert [point.probability_accept for point in plan.points[:12]] == pytest.approx(NIST_PA, abs=1.1e-3)
    # The handbook's AOQ leaves out the factor (N - n) / N of 0.5%.
    assert [point.aoq * 10000 / 9948 for point in plan.points[:12]] == pytest.approx(NIST_AOQ, abs=1.1e-4)
    assert [point.ati for point in plan.points] == pytest.approx(NIST_ATI, rel=0.01)
    assert plan.aoql == pytest.approx(0.0372, abs=3e-4)
    assert plan.aoql_at == pytest.approx(0.06, abs=0.005)


def test_montgomery_s_curve():
    # Montgomery, Introduction to Statistical Quality Control, Table 15.2: n = 89, c = 2.
    published = [0.9897, 0.9397, 0.7366, 0.4985, 0.3042, 0.1721, 0.0919, 0.0468, 0.0230, 0.0109]
    proportions = [0.005, *(index / 100 for index in range(1, 10))]
    result = oc_curve(sample_size=[89], acceptance_number=[2], proportions=proportions)
    assert [point.probability_accept for point in result.plans[0].points] == pytest.approx(published, abs=6e-5)


def test_type_a_and_poisson_by_hand():
    # By hand: a lot of 10 with 2 bad, sample 3, c = 0: C(8,3) / C(10,3) = 56 / 120. Poisson: exp(-3 * 0.2).
    common = {"sample_size": [3], "acceptance_number": [0], "proportions": [0.2]}
    finite = oc_curve(**common, lot_size=10, distribution="hypergeometric")
    assert finite.plans[0].points[0].probability_accept == pytest.approx(56 / 120)
    stream = oc_curve(**common, distribution="poisson")
    assert stream.plans[0].points[0].probability_accept == pytest.approx(0.548811636, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(2, 300),
    share=st.floats(0, 0.9),
    distribution=st.sampled_from(["binomial", "poisson", "hypergeometric"]),
)
def test_acceptance_falls_with_p_and_key_qualities_lie_on_the_curve(n, share, distribution):
    c = int(share * (n - 1))
    lot = {"lot_size": 1000} if distribution == "hypergeometric" else {}
    (plan,) = oc_curve(sample_size=[n], acceptance_number=[c], distribution=distribution, **lot).plans
    accepted = [point.probability_accept for point in plan.points]
    assert accepted[0] == pytest.approx(1)
    assert all(one >= other - 1e-12 for one, other in pairwise(accepted))
    assert plan.proportion_95 <= plan.proportion_50 <= plan.proportion_10
    if distribution != "hypergeometric":
        at = oc_curve(sample_size=[n], acceptance_number=[c], distribution=distribution, proportions=[plan.proportion_50])
        assert at.plans[0].points[0].probability_accept == pytest.approx(0.5, abs=1e-6)
    assert plan.aoql >= max(point.aoq for point in plan.points) - 1e-12


def test_the_finite_lot_s_aoql_is_the_best_of_all_lots():
    # Exhaustive: every number of bad items in a lot of 200.
    (plan,) = oc_curve(sample_size=[20], acceptance_number=[1], lot_size=200, distribution="hypergeometric").plans
    every = [stats.hypergeom.cdf(1, 200, bad, 20) * bad / 200 * 180 / 200 for bad in range(201)]
    assert plan.aoql == pytest.approx(max(every))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"sample_size": [0]}, "sample_size[0]"),
        ({"acceptance_number": [52]}, "acceptance_number[0]"),
        ({"lot_size": 52}, "lot_size"),
        ({"distribution": "hypergeometric"}, "lot_size"),
        ({"proportions": [0.1, 1.5]}, "proportions[1]"),
        ({"acceptance_number": [1, 2]}, "acceptance_number"),
    ],
)
def test_what_a_plan_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        oc_curve(**{"sample_size": [52], "acceptance_number": [3], **changes})
    assert caught.value.path == path
