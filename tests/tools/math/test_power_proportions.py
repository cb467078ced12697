"""Power and sample size for proportions against published values."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.power_proportions import power_one_proportion, power_two_proportions, sample_size_for_proportion


def test_r_s_power_prop_test():
    # R's example(power.prop.test): n = 50, p1 = .50, p2 = .75 gives power = 0.740; power = .90 gives n = 76.7;
    # p1 = .5, n = 50, power = .90 gives p2 = 0.8026141
    # (to the tolerance of R's uniroot).
    assert power_two_proportions(proportion1=0.5, proportion2=0.75, n=50).power == pytest.approx(0.740, abs=5e-4)
    result = power_two_proportions(proportion1=0.5, proportion2=0.75, power=0.9)
    assert result.n_unrounded == pytest.approx(76.7, abs=0.05)
    assert (result.n, result.n2, result.total_n) == (77, 77, 154)
    assert power_two_proportions(proportion1=0.5, n=50, power=0.9).proportion2 == pytest.approx(0.8026141, abs=5e-5)


def test_what_r_s_manual_says_is_impossible():
    # R's help(power.prop.test): n = 30, p1 = 0.90, power = 0.8 has no p2 up to 1; (0.9, 1) needs at least n = 74.
    with pytest.raises(ToolError, match="larger n"):
        power_two_proportions(proportion1=0.9, n=30, power=0.8)
    assert power_two_proportions(proportion1=0.9, proportion2=1 - 1e-12, power=0.8).n == 74


def test_the_handbook_s_fraction_defective():
    # NIST/SEMATECH e-Handbook 7.2.4.2: p0 = 0.10, detect 0.20, one-sided alpha 0.05, beta 0.10: N = 102. It then
    # corrects the rounded N for continuity, to 112; the unrounded one, 101.22, gives one less.
    result = power_one_proportion(null_proportion=0.1, proportion=0.2, power=0.9, alternative="greater")
    assert result.n == 102
    assert math.ceil(102 / 4 * (1 + math.sqrt(1 + 2 / (102 * 0.1))) ** 2) == 112
    assert result.continuity_corrected_n == pytest.approx(111.0, abs=0.02)


def test_the_exact_test_by_hand():
    # n = 10, p0 = 1/2, two-sided 5%: reject at 0, 1, 9, 10, which has probability 22/1024; under p = 0.9 the upper part is
    # 10 * 0.9^9 * 0.1 + 0.9^10 and the lower one 10 * 0.9 * 0.1^9 + 0.1^10.
    result = power_one_proportion(null_proportion=0.5, proportion=0.9, n=10)
    assert result.exact_alpha == pytest.approx(22 / 1024)
    assert result.exact_power == pytest.approx(0.9**9 + 0.9**10 + 9 * 0.1**9 + 0.1**10)
    lower = power_one_proportion(null_proportion=0.5, proportion=0.1, n=10, alternative="less", alpha=11.5 / 1024)
    assert lower.exact_alpha == pytest.approx(11 / 1024)


def test_two_proportions_with_the_correction_of_fleiss():
    # Fleiss, Statistical Methods for Rates and Proportions, 2nd ed., section 3.2: 0.60 against 0.70 with alpha 0.01
    # (two-sided) and power 0.95 needs 827 per group.
    result = power_two_proportions(proportion1=0.60, proportion2=0.70, power=0.95, alpha=0.01)
    assert math.ceil(result.continuity_corrected_n) == 827
    assert result.n == 808, "without the correction"


def test_the_unknowns_agree():
    for alternative, p in (("two-sided", 0.3), ("greater", 0.3), ("less", 0.1)):
        common = {"null_proportion": 0.2, "alternative": alternative}
        power = power_one_proportion(proportion=p, n=150, **common).power
        assert power_one_proportion(proportion=p, power=power, **common).n == 150
        assert power_one_proportion(n=150, power=power, **common).proportion == pytest.approx(p)
    for alternative, p in (("two-sided", 0.3), ("less", 0.3), ("greater", 0.1)):
        common = {"proportion1": 0.2, "alternative": alternative, "ratio": 2.5}
        power = power_two_proportions(proportion2=p, n=150, **common).power
        assert power_two_proportions(proportion2=p, power=power, **common).n == 150
        assert power_two_proportions(n=150, power=power, **common).proportion2 == pytest.approx(p)


def test_successes_and_failures_may_change_places():
    one = power_two_proportions(proportion1=0.1, proportion2=0.25, n=70)
    other = power_two_proportions(proportion1=0.9, proportion2=0.75, n=70)
    assert one.power == pytest.approx(other.power)
    assert one.effect_size == pytest.approx(-other.effect_size)
    assert power_one_proportion(null_proportion=0.1, proportion=0.25, n=70).exact_power == pytest.approx(
        power_one_proportion(null_proportion=0.9, proportion=0.75, n=70).exact_power
    )


def test_cohen_s_h():
    # Cohen (1988), table 6.2.2: phi of 0.50 is 1.571 and of 0.25 is 1.047.
    result = power_two_proportions(proportion1=0.5, proportion2=0.25, n=20)
    assert result.effect_size == pytest.approx(1.571 - 1.047, abs=6e-4)


def test_krejcie_and_morgan():
    # Krejcie and Morgan (1970), Determining sample size for research activities, table 1: population -> sample, for
    # p = 0.5, margin 0.05 and chi-square 3.841. They round to the nearest, here it is up.
    for population, sample in ((100, 80), (500, 217), (1000, 278), (5000, 357), (10_000, 370)):
        result = sample_size_for_proportion(margin=0.05, population=population)
        assert result.n_unrounded == pytest.approx(sample, abs=0.6)
    # Cochran's 384.16 with z = 1.96.
    assert sample_size_for_proportion(margin=0.05).n_unrounded == pytest.approx(384.146, abs=5e-4)
    assert sample_size_for_proportion(margin=0.05).n == 385


def test_few_expected_are_reported():
    result = power_one_proportion(null_proportion=0.001, proportion=0.01, n=100)
    assert [notice.code for notice in result.warnings] == ["few_expected"]


LESS = {"alternative": "less"}


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (power_one_proportion, {"null_proportion": 0.1, "proportion": 0.1, "power": 0.9}, "proportion"),
        (
            power_one_proportion,
            {"null_proportion": 0.1, "proportion": 0.2, "power": 0.9, **LESS},
            "proportion",
        ),
        (power_one_proportion, {"null_proportion": 10, "proportion": 0.2, "power": 0.9}, "null_proportion"),
        (power_one_proportion, {"null_proportion": 0.1, "proportion": 0.2, "n": 0}, "n"),
        (power_two_proportions, {"proportion1": 0.1, "proportion2": 0.1, "power": 0.9}, "proportion2"),
        (power_two_proportions, {"proportion1": 0.1, "proportion2": 0.2, "power": 0.01}, "power"),
        (power_two_proportions, {"proportion1": 0.1, "proportion2": 0.2}, "n"),
        (sample_size_for_proportion, {"margin": 1e-9}, "margin"),
        (sample_size_for_proportion, {"margin": 5}, "margin"),
    ],
)
def test_what_cannot_be_planned_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
