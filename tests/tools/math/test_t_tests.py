"""t tests against published values."""

import pytest

from havoc.tools import ToolError
from havoc.tools.math.t_tests import t_test, t_test_from_summary, t_test_one_sample, t_test_paired

# Cushny and Peebles' sleep data, as Student (1908) used them; R's `sleep` and its documented t tests.
DRUG1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_the_specification_s_example():
    result = t_test(group1=[1, 2, 3, 4, 5], group2=[2, 3, 4, 5, 6])
    assert result.statistic == pytest.approx(-1.0)
    assert result.df == pytest.approx(8)
    assert result.p_value == pytest.approx(0.3466, abs=5e-5)
    assert (result.ci_low, result.ci_high) == pytest.approx((-3.306, 1.306), abs=5e-4)


def test_welch_on_the_sleep_data():
    # R 4 documentation, example(sleep): t = -1.8608, df = 17.776, p-value = 0.07939, interval -3.3654832 0.2054832.
    result = t_test(group1=DRUG1, group2=DRUG2)
    assert result.statistic == pytest.approx(-1.8608, abs=5e-5)
    assert result.df == pytest.approx(17.776, abs=5e-4)
    assert result.p_value == pytest.approx(0.07939, abs=5e-6)
    assert (result.ci_low, result.ci_high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)


def test_paired_on_the_sleep_data():
    # R 4 documentation, example(sleep): t = -4.0621, df = 9, p-value = 0.002833, interval -2.4598858 -0.7001142.
    result = t_test_paired(before=DRUG1, after=DRUG2)
    assert result.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert result.p_value == pytest.approx(0.002833, abs=5e-7)
    assert (result.ci_low, result.ci_high) == pytest.approx((-2.4598858, -0.7001142), abs=1e-7)


def test_pooled_and_welch_from_summary_statistics():
    # NIST/SEMATECH e-Handbook 7.3.1 and 1.3.5.3 (AUTO83B.DAT): T = -12.62059 pooled.
    cars = {"mean1": 20.14458, "sd1": 6.414700, "n1": 249, "mean2": 30.48101, "sd2": 6.107710, "n2": 79}
    pooled = t_test_from_summary(**cars, equal_variances=True)
    assert pooled.statistic == pytest.approx(-12.62059, abs=2e-5)
    assert pooled.df == 326


def test_a_shift_moves_the_difference_and_a_scale_leaves_t_alone():
    before = t_test(group1=DRUG1, group2=DRUG2)
    after = t_test(group1=[10 + 3 * x for x in reversed(DRUG1)], group2=[10 + 3 * x for x in DRUG2])
    assert after.statistic == pytest.approx(before.statistic)
    assert after.difference == pytest.approx(3 * before.difference)


def test_one_sided_intervals_say_why_an_end_is_missing():
    result = t_test_one_sample(sample=[9.8, 10.2, 10.4, 9.9, 10.1], mean=10, alternative="greater")
    assert result.ci_high is None
    assert "ci_high" in result.undefined


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"group1": [1.0], "group2": [1.0, 2.0]}, "group1"),
        ({"group1": [2.0, 2.0], "group2": [2.0, 2.0]}, "group1"),
        ({"group1": [1.0, 2.0], "group2": [1.0, "x"]}, "group2[1]"),
    ],
)
def test_what_a_t_test_cannot_use_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        t_test(**arguments)
    assert caught.value.path == path


def test_one_sample_on_the_differences_of_the_sleep_data():
    # The paired test of R 4's example(sleep) is this one: t = 4.0621, df = 9, p-value = 0.002833, 0.7001142 to 2.4598858.
    differences = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    result = t_test_one_sample(sample=differences, mu0=0)
    assert result.statistic == pytest.approx(4.0621, abs=5e-5)
    assert result.df == 9
    assert result.p_value == pytest.approx(0.002833, abs=5e-7)
    assert (result.ci_low, result.ci_high) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)
