"""Kaplan-Meier estimates and the log-rank test against published values."""

import math

import pytest

from havoc.tools import ToolError
from havoc.tools.math.kaplan_meier import kaplan_meier

# Freireich and others (1963), Blood 21, 699-716: weeks of remission with 6-MP and with placebo.
SIX_MP = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SIX_MP_CENSORED = [0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# Acute myelogenous leukaemia, Miller (1997), R's survival::aml: maintained and not maintained.
MAINTAINED, MAINTAINED_CENSORED = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1]
NOT_MAINTAINED = [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
NOT_MAINTAINED_CENSORED = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
AML = {
    "times": MAINTAINED + NOT_MAINTAINED,
    "censored": MAINTAINED_CENSORED + NOT_MAINTAINED_CENSORED,
    "groups": ["maintained"] * 11 + ["not"] * 12,
}
REMISSION = {
    "times": SIX_MP + PLACEBO,
    "censored": SIX_MP_CENSORED + [0] * 21,
    "groups": ["6-MP"] * 21 + ["placebo"] * 21,
}


def test_the_aml_curve_of_r():
    # R, summary(survfit(Surv(time, status) ~ x, aml)): the maintained group.
    (curve,) = kaplan_meier(times=MAINTAINED, censored=MAINTAINED_CENSORED).curves
    expected = [  # time, at risk, failures, survival, standard error
        (9, 11, 1, 0.909, 0.0867),
        (13, 10, 1, 0.818, 0.1163),
        (18, 8, 1, 0.716, 0.1397),
        (23, 7, 1, 0.614, 0.1526),
        (31, 5, 1, 0.491, 0.1642),
        (34, 4, 1, 0.368, 0.1627),
        (48, 2, 1, 0.184, 0.1535),
    ]
    for step, (time, at_risk, failures, survival, error) in zip(curve.steps, expected, strict=True):
        assert (step.time, step.at_risk, step.failures) == (time, at_risk, failures)
        assert step.survival == pytest.approx(survival, abs=5e-4)
        assert step.standard_error == pytest.approx(error, abs=5e-5)
    assert curve.median == 31


def test_the_log_interval_of_r():
    # The same output of R, conf.type = "log": after 9 weeks 0.7541 to 1.000, after 34 weeks 0.1549 to 0.875; median 31,
    # from 18 to not reached.
    (curve,) = kaplan_meier(times=MAINTAINED, censored=MAINTAINED_CENSORED, interval="log").curves
    assert (curve.steps[0].ci_low, curve.steps[0].ci_high) == pytest.approx((0.7541, 1.0), abs=5e-5)
    assert (curve.steps[5].ci_low, curve.steps[5].ci_high) == pytest.approx((0.1549, 0.875), abs=5e-4)
    assert (curve.median_ci_low, curve.median_ci_high) == (18, None)


def test_the_aml_log_rank_test_of_r():
    # R, survdiff(Surv(time, status) ~ x, aml): expected 10.69 and 7.31, chi-square 3.4, p = 0.07.
    result = kaplan_meier(**AML)
    assert [curve.expected_failures for curve in result.curves] == pytest.approx([10.69, 7.31], abs=5e-3)
    assert [curve.failures for curve in result.curves] == [7, 11]
    assert result.statistic == pytest.approx(3.4, abs=0.05)
    assert result.p_value == pytest.approx(0.07, abs=0.005)
    assert result.df == 1
    assert not result.significant


def test_the_remission_of_freireich():
    # Kleinbaum and Klein, Survival Analysis, chapter 2: log-rank 16.79; survival with 6-MP 0.857, 0.807, 0.753, 0.690,
    # 0.627, 0.538, 0.448; medians 23 and 8.
    result = kaplan_meier(**REMISSION)
    assert result.statistic == pytest.approx(16.79, abs=5e-3)
    assert result.medians == {"6-MP": 23, "placebo": 8}
    survival = [step.survival for step in result.curves[0].steps]
    assert survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=6e-4)
    assert result.curves[0].expected_failures == pytest.approx(19.26, abs=0.01)


def test_the_log_log_interval_of_kalbfleisch_and_prentice_by_hand():
    # S^exp(+-z se / |log S|) with S = 6/7 and Greenwood's sum 3 / (21 * 18).
    step = kaplan_meier(times=SIX_MP, censored=SIX_MP_CENSORED).curves[0].steps[0]
    s, width = 6 / 7, 1.959964 * math.sqrt(3 / 378) / -math.log(6 / 7)
    assert (step.ci_low, step.ci_high) == pytest.approx((s ** math.exp(width), s ** math.exp(-width)))


def test_without_censoring_it_is_the_empirical_distribution():
    (curve,) = kaplan_meier(times=PLACEBO, interval="plain").curves
    for step in curve.steps:
        s = sum(time > step.time for time in PLACEBO) / 21
        assert step.survival == pytest.approx(s, abs=1e-12)
        assert step.standard_error == pytest.approx(math.sqrt(s * (1 - s) / 21), abs=1e-12)
    assert curve.steps[-1].survival == 0


def test_statsmodels_agrees_on_three_groups():
    # Library comparison, with an artificial third group.
    from statsmodels.duration.survfunc import survdiff

    times = [*AML["times"], *SIX_MP]
    censored = [*AML["censored"], *SIX_MP_CENSORED]
    groups = [*AML["groups"], *["third"] * 21]
    result = kaplan_meier(times=times, censored=censored, groups=groups)
    chi2, p = survdiff(times, [1 - mark for mark in censored], groups)
    assert (result.statistic, result.p_value, result.df) == pytest.approx((chi2, p, 2))


def test_order_units_and_names_of_groups_do_not_matter():
    one = kaplan_meier(**REMISSION)
    other = kaplan_meier(
        times=[7 * time for time in reversed(REMISSION["times"])],
        censored=REMISSION["censored"][::-1],
        groups=[{"6-MP": 1, "placebo": 0}[name] for name in reversed(REMISSION["groups"])],
    )
    assert other.statistic == pytest.approx(one.statistic)
    assert other.medians == {"0": 56, "1": 161}


def test_the_same_group_twice_does_not_differ():
    result = kaplan_meier(times=PLACEBO * 2, groups=["a"] * 21 + ["b"] * 21)
    assert result.statistic == pytest.approx(0, abs=1e-12)
    assert result.p_value == pytest.approx(1)


def test_one_group_has_no_test_and_says_so():
    result = kaplan_meier(times=SIX_MP, censored=[1] * 20 + [0])
    assert result.p_value is None
    assert "p_value" in result.undefined


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"times": [1, 2], "censored": [1, 1]}, "censored"),
        ({"times": [1, 2], "censored": [0, 3]}, "censored[1]"),
        ({"times": [1, -2]}, "times[1]"),
        ({"times": [1, 2], "groups": ["a"]}, "groups"),
        ({"times": [1, 2, 3, 4], "censored": [1, 1, 0, 0], "groups": ["a", "a", "b", "b"]}, "groups"),
        ({"times": list(range(60)), "groups": list(range(60))}, "groups"),
    ],
)
def test_what_cannot_be_estimated_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        kaplan_meier(**arguments)
    assert caught.value.path == path
