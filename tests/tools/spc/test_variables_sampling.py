"""Plans by variables against published examples."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.spc.variables_sampling import variables_sampling_plan

# R package AcceptanceSampling, vignette (Kiermeier 2008, J. Statist. Software 26(6)): PRP (0.05, 0.95), CRP (0.15, 0.075).
POINTS = {"aql": 0.05, "ltpd": 0.15, "producer_risk": 0.05, "consumer_risk": 0.075}


def test_plans_of_the_acceptance_sampling_package():
    # find.plan(type = "normal"): known sigma n = 26, k = 1.322271; unknown sigma n = 49, k = 1.326538.
    known, unknown = (variables_sampling_plan(**POINTS, sigma=sigma) for sigma in ("known", "unknown"))
    assert (known.sample_size, known.k) == (26, pytest.approx(1.322271, abs=5e-7))
    assert (unknown.sample_size, unknown.k) == (49, pytest.approx(1.326538, abs=1e-5))


def test_montgomery_s_nomograph():
    # Montgomery, Introduction to Statistical Quality Control, section 16.2 (bottler): p1 = 0.01, p2 = 0.06:
    # n = 40, k = 1.9 read from the nomograph; mean 255, s 15, LSL 225: (255 - 225) / 15 = 2 > 1.9, accept.
    exact = variables_sampling_plan(aql=0.01, ltpd=0.06)
    assert exact.sample_size == pytest.approx(40, abs=2)
    assert exact.k == pytest.approx(1.9, abs=0.01)
    lot = variables_sampling_plan(n=40, k=1.9, aql=0.01, ltpd=0.06, sample_mean=255, sample_sd=15, lsl=225)
    assert lot.quality_index == pytest.approx(2.0)
    assert lot.accept
    assert lot.producer_risk == pytest.approx(0.05, abs=0.005)
    assert lot.consumer_risk == pytest.approx(0.10, abs=0.005)


@settings(max_examples=20, deadline=None)
@given(aql=st.floats(0.001, 0.05), ratio=st.floats(2, 10), sigma=st.sampled_from(["known", "unknown"]))
def test_the_plan_keeps_both_risks_and_needs_fewer_items_than_attributes(aql, ratio, sigma):
    result = variables_sampling_plan(aql=aql, ltpd=aql * ratio, sigma=sigma)
    assert result.producer_risk <= 0.05 + 1e-9
    assert result.consumer_risk <= 0.10 + 1e-9
    assert result.sample_size <= result.attributes_sample_size
    assert result.proportion_95 < result.proportion_50 < result.proportion_10
    accepted = [point.probability_accept for point in result.curve]
    assert accepted == sorted(accepted, reverse=True)


def test_known_sigma_by_hand():
    # By hand: with n = 4 and k = 2 half of the lots with 2.275% beyond the limit (z = 2) pass.
    result = variables_sampling_plan(n=4, k=2.0, sigma="known")
    assert result.proportion_50 == pytest.approx(0.0227501319)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ltpd": 0.01}, "ltpd"),
        ({"ltpd": None}, "ltpd"),
        ({"sample_size": 10}, "k"),
        ({"ltpd": 0.0501}, "ltpd"),
        ({"sample_mean": 5.0}, "sample_sd"),
        ({"sample_mean": 5.0, "sample_sd": 1.0, "lsl": 1.0, "usl": 9.0}, "usl"),
        ({"aql": 1e-12}, "aql"),
    ],
)
def test_what_a_plan_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        variables_sampling_plan(**{**POINTS, **changes})
    assert caught.value.path == path
