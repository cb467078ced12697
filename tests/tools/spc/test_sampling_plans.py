"""Single sampling plans against published examples."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.spc.sampling_plans import acceptance_sampling_single


def test_find_plan_of_the_acceptance_sampling_package():
    # R package AcceptanceSampling, vignette (Kiermeier 2008, J. Statist. Software 26(6)):
    # find.plan with PRP (0.05, 0.95) and CRP (0.15, 0.075), binomial: n = 80, c = 7.
    result = acceptance_sampling_single(aql=0.05, ltpd=0.15, producer_risk=0.05, consumer_risk=0.075)
    assert (result.sample_size, result.acceptance_number, result.rejection_number) == (80, 7, 8)


def test_minitab_s_example():
    # Minitab help, Attributes acceptance sampling: AQL 1.5%, RQL 10%, lot of 5000:
    # n = 52, c = 2; Pa 0.957 and 0.097; AOQ 1.420% at the AQL; ATI 266.2 and 4521.9; AOQL 2.603% at 4.300%.
    result = acceptance_sampling_single(aql=0.015, rql=0.10, lot_size=5000, proportions=[0.015, 0.10])
    assert (result.sample_size, result.acceptance_number) == (52, 2)
    assert result.probability_accept_aql == pytest.approx(0.957, abs=5e-4)
    assert result.probability_accept_ltpd == pytest.approx(0.097, abs=5e-4)
    assert result.curve[0].aoq == pytest.approx(0.01420, abs=5e-6)
    assert [point.ati for point in result.curve] == pytest.approx([266.2, 4521.9], abs=0.06)
    assert result.aoql == pytest.approx(0.02603, abs=5e-6)
    assert result.aoql_at == pytest.approx(0.04300, abs=5e-6)


def test_montgomery_s_rectifying_inspection():
    # Montgomery, Introduction to Statistical Quality Control, section 15.2: N = 10000, n = 89, c = 2, p = 0.01: Pa 0.9397,
    # AOQ 0.0093, ATI 687.
    result = acceptance_sampling_single(sample_size=89, acceptance_number=2, lot_size=10000, proportions=[0.01])
    assert result.curve[0].aoq == pytest.approx(0.0093, abs=5e-5)
    assert result.curve[0].ati == pytest.approx(687, abs=0.5)
    assert result.producer_risk is None
    assert "producer_risk" in result.undefined


@settings(max_examples=25, deadline=None)
@given(
    aql=st.floats(0.002, 0.05),
    ratio=st.floats(2, 20),
    distribution=st.sampled_from(["binomial", "poisson"]),
)
def test_the_plan_found_keeps_both_risks_and_one_item_fewer_does_not(aql, ratio, distribution):
    ltpd = min(0.95, aql * ratio)
    result = acceptance_sampling_single(aql=aql, ltpd=ltpd, distribution=distribution)
    assert result.producer_risk <= 0.05 + 1e-12
    assert result.consumer_risk <= 0.10 + 1e-12
    n, c = result.sample_size, result.acceptance_number
    if n - 1 > c:
        fewer = acceptance_sampling_single(
            sample_size=n - 1, acceptance_number=c, aql=aql, ltpd=ltpd, distribution=distribution
        )
        assert fewer.consumer_risk > 0.10


def test_a_finite_lot_needs_fewer():
    stream = acceptance_sampling_single(aql=0.05, ltpd=0.15)
    lot = acceptance_sampling_single(aql=0.05, ltpd=0.15, lot_size=200, distribution="hypergeometric")
    assert lot.sample_size < stream.sample_size
    assert lot.consumer_risk <= 0.10


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"aql": 0.1, "ltpd": 0.05}, "ltpd"),
        ({"aql": 0.01}, "ltpd"),
        ({"sample_size": 10}, "acceptance_number"),
        ({"aql": 0.0100, "ltpd": 0.0101}, "ltpd"),
        ({"aql": 0.01, "ltpd": 0.05, "lot_size": 10, "distribution": "hypergeometric"}, "ltpd"),
    ],
)
def test_what_a_plan_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        acceptance_sampling_single(**changes)
    assert caught.value.path == path
