"""Lots judged by their measurements against the examples of MIL-STD-414 (the same in ANSI/ASQ Z1.9) and Montgomery."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.spc.variables_lot import variables_lot
from havoc.tools.spc.variables_sampling import variables_sampling_plan

# Examples B-1 to B-4: operating temperature of a device in °F, maximum 209, minimum 180; lot of 40, n = 5.
TEMPERATURES = [197, 188, 184, 205, 201]
# Examples D-1 and D-2: yield point of steel castings in psi, minimum 58,000, sigma known to be 3000; n = 10.
CASTINGS = [62500, 60500, 68000, 59000, 65500, 62000, 61000, 69000, 58000, 64500]


def test_example_b_1_form_1():
    # Mean 195, s 8.81, Q 1.59, k 1.53: accept.
    result = variables_lot(sample=TEMPERATURES, usl=209, k=1.53)
    assert (result.mean, result.sd) == (195, pytest.approx(8.81, abs=0.01))
    assert result.quality_index_upper == pytest.approx(1.59, abs=0.005)
    assert result.quality_index_lower is None
    assert result.accept


def test_example_b_2_form_2():
    # Estimated 2.19%, M 3.32: accept.
    result = variables_lot(sample=TEMPERATURES, usl=209, maximum_percent=3.32)
    assert result.percent_nonconforming == pytest.approx(2.19, abs=0.01)
    assert result.accept


def test_example_b_3_two_limits():
    # Q 1.59 and 1.70, 2.19% above and 0.66% below, 2.85% together, M 3.32: accept. The printed
    # percentages are those of the rounded Q, 1.704 gives 0.62%.
    result = variables_lot(sample=TEMPERATURES, lsl=180, usl=209, maximum_percent=3.32)
    assert result.percent_above == pytest.approx(2.19, abs=0.01)
    assert result.percent_below == pytest.approx(0.66, abs=0.05)
    assert result.percent_nonconforming == pytest.approx(2.85, abs=0.06)
    assert result.accept
    assert not variables_lot(sample=TEMPERATURES, lsl=180, usl=209, maximum_percent=2.5).accept


def test_example_b_4_an_m_for_each_limit():
    # AQL 2.5% below and 1% above: M 9.80 and 3.32; each is kept, and their sum is below 9.80: accept.
    result = variables_lot(sample=TEMPERATURES, lsl=180, usl=209, maximum_percent_below=9.80, maximum_percent_above=3.32)
    assert result.accept
    assert result.maximum_percent == 9.80
    turned = variables_lot(sample=TEMPERATURES, lsl=180, usl=209, maximum_percent_below=9.80, maximum_percent_above=2.0)
    assert not turned.accept


def test_examples_d_1_and_d_2_with_known_sigma():
    # Mean 63,000, Q 1.67, k 1.70: reject. Form 2: 1.054 Q = 1.76, 3.92%, M 3.63: reject.
    one = variables_lot(sample=CASTINGS, lsl=58000, sigma=3000, k=1.70)
    assert one.mean == 63000
    assert one.quality_index_lower == pytest.approx(1.67, abs=0.005)
    assert not one.accept
    two = variables_lot(sample=CASTINGS, lsl=58000, sigma=3000, maximum_percent=3.63)
    assert two.percent_nonconforming == pytest.approx(3.92, abs=0.04)
    assert not two.accept


def test_montgomery_s_bottles_agree_with_the_plan():
    # Montgomery, section 16.2: mean 255, s 15, LSL 225, n = 40, k = 1.9: index 2.0, accept.
    lot = {"sample_size": 40, "sample_mean": 255, "sample_sd": 15, "lsl": 225}
    result = variables_lot(**lot, k=1.9)
    plan = variables_sampling_plan(**lot, k=1.9)
    assert result.quality_index_lower == plan.quality_index == 2.0
    assert result.accept == plan.accept


@settings(max_examples=40, deadline=None)
@given(n=st.integers(3, 200), mean=st.floats(-3, 3), k=st.floats(-0.5, 2.5), sigma=st.sampled_from([None, 1.0]))
def test_both_forms_judge_one_limit_alike(n, mean, k, sigma):
    # Identity: M that belongs to k is the estimate at an index of k, and the estimate falls with the index.
    lot = {"sample_size": n, "sample_mean": mean, "sample_sd": 1.0, "sigma": sigma}
    edge = {**lot, "sample_mean": -k}
    largest = variables_lot(**edge, usl=0).percent_nonconforming
    one, two = variables_lot(**lot, usl=0, k=k), variables_lot(**lot, usl=0, maximum_percent=largest)
    if abs(-mean - k) > 1e-9 and 0 < largest < 100:
        assert one.accept == two.accept


def test_k_with_two_limits_is_turned_into_its_m():
    # By hand, n = 4: the estimate is 50 - 100 Q / 3, so k = 1.2 has M = 10; limits at +-1.35 sd give 5% + 5%.
    lot = {"sample_size": 4, "sample_mean": 0, "sample_sd": 1, "lsl": -1.35, "usl": 1.35}
    result = variables_lot(**lot, k=1.19)
    assert result.percent_nonconforming == pytest.approx(10)
    assert result.maximum_percent == pytest.approx(50 - 119 / 3)
    assert result.accept
    assert not variables_lot(**lot, k=1.21).accept


def test_measurements_are_the_same_as_their_summary_and_mirror_images():
    direct = variables_lot(sample=TEMPERATURES, lsl=180, usl=209)
    summary = variables_lot(sample_size=5, sample_mean=direct.mean, sample_sd=direct.sd, lsl=180, usl=209)
    mirrored = variables_lot(sample=[-value for value in TEMPERATURES], lsl=-209, usl=-180)
    assert summary.percent_nonconforming == pytest.approx(direct.percent_nonconforming)
    assert mirrored.percent_below == pytest.approx(direct.percent_above)
    assert direct.accept is None
    assert "accept" in direct.undefined
    scaled = variables_lot(sample=[32 + 1.8 * value for value in TEMPERATURES], lsl=32 + 1.8 * 180, usl=32 + 1.8 * 209)
    assert scaled.percent_nonconforming == pytest.approx(direct.percent_nonconforming)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"usl": None}, "usl"),
        ({"lsl": 210}, "usl"),
        ({"sample": [197, 188]}, "sample"),
        ({"sample": [5, 5, 5]}, "sample"),
        ({"sample": None}, "sample_size"),
        ({"sample": None, "sample_size": 5, "sample_mean": 195}, "sample_sd"),
        ({"sample_sd": 8}, "sample_sd"),
        ({"k": 1.5, "maximum_percent": 3}, "maximum_percent"),
        ({"k": 1.5, "maximum_percent_above": 3}, "maximum_percent_above"),
        ({"lsl": 180, "maximum_percent_above": 3}, "maximum_percent_below"),
        ({"maximum_percent": 120}, "maximum_percent"),
    ],
)
def test_what_it_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        variables_lot(**{"sample": TEMPERATURES, "usl": 209, **changes})
    assert caught.value.path == path
