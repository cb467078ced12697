"""The operations behind the seed examples against published values."""

import json

import numpy as np
import pytest

from jobs.seed import control, designs, statistics
from jobs.seed.outcome import outcome

# Student's sleep data; the expected values are those that R's documentation of t.test gives.
SLEEP1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# The first set of Anscombe (1973).
ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
ANSCOMBE_Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


def near(expected):
    return pytest.approx(expected, rel=2e-4)


def test_welch_and_pooled_t_test():
    welch = statistics.t_test(SLEEP1, SLEEP2)
    assert welch["conventions"]["method"] == "Welch"
    assert [welch["result"][name] for name in ("t_statistic", "df", "p_value")] == near([-1.8608, 17.776, 0.07939])
    assert welch["result"]["confidence_interval"] == near([-3.3654832, 0.2054832])
    pooled = statistics.t_test(SLEEP1, SLEEP2, variances="equal")
    assert [pooled["result"][name] for name in ("t_statistic", "df", "p_value")] == near([-1.8608, 18, 0.07919])


def test_the_example_of_the_errata():
    result = statistics.t_test([1, 2, 3, 4, 5], [2, 3, 4, 5, 6])["result"]
    assert [result[name] for name in ("t_statistic", "df", "p_value", "cohens_d")] == near([-1.0, 8, 0.346594, -0.632456])
    assert result["confidence_interval"] == near([-3.306, 1.306])


def test_paired_t_test():
    result = statistics.paired_t_test(SLEEP2, SLEEP1)["result"]
    assert [result[name] for name in ("mean_difference", "t_statistic", "df", "p_value")] == near(
        [-1.58, -4.0621, 9, 0.002833]
    )
    assert result["confidence_interval"] == near([-2.4598858, -0.7001142])


def test_one_way_anova_of_r_plant_growth():
    groups = {
        "ctrl": [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
        "trt1": [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
        "trt2": [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
    }
    result = statistics.one_way_anova(groups)["result"]
    assert [result[name] for name in ("df_between", "df_within", "f_statistic", "p_value")] == near([2, 27, 4.846, 0.01591])
    assert result["eta_squared"] == near(3.76634 / (3.76634 + 10.49209))
    assert result["means"] == near({"ctrl": 5.032, "trt1": 4.661, "trt2": 5.526})


def test_chi_square_without_yates():
    result = statistics.chi_square([[762, 327, 468], [484, 239, 477]])["result"]  # Agresti (2007), in R's documentation
    assert [result[name] for name in ("chi2_statistic", "df")] == near([30.07, 2])
    assert result["p_value"] == pytest.approx(2.954e-07, rel=1e-3)
    two = statistics.chi_square([[10, 20], [20, 10]])
    assert two["result"]["chi2_statistic"] == near(60 * (100 - 400) ** 2 / 30**4)
    assert two["result"]["p_value"] < two["result"]["p_value_yates"]
    assert statistics.chi_square([[1, 9], [2, 8]])["warnings"] == ["expected_count_below_5"]


def test_proportions_after_newcombe_1998():
    assert statistics.proportion_interval(81, 263)["result"]["confidence_interval"] == pytest.approx(
        [0.2553, 0.3662], abs=5e-5
    )
    assert statistics.proportion_interval(15, 148)["result"]["confidence_interval"] == pytest.approx(
        [0.0624, 0.1605], abs=5e-5
    )
    difference = statistics.two_proportions([56, 48], [70, 80])["result"]
    assert difference["confidence_interval"] == pytest.approx([0.0524, 0.3339], abs=5e-5)
    assert difference["difference"] == near(0.2)


def test_means_and_quartiles():
    result = statistics.descriptive_statistics([7, 1, 3, 2, 5, 4, 6])["result"]
    assert [result[name] for name in ("first_quartile", "median", "third_quartile")] == [
        2,
        4,
        6,
    ]  # type 7 would give 2.5 and 5.5
    assert result["standard_deviation"] == near(28**0.5 / 6**0.5)
    interval = statistics.mean_interval([b - a for a, b in zip(SLEEP1, SLEEP2, strict=True)])["result"][
        "confidence_interval"
    ]
    assert interval == near([0.7001142, 2.4598858])


def test_correlation_and_regression():
    fit = statistics.linear_regression(ANSCOMBE_X, ANSCOMBE_Y)["result"]
    names = ("intercept", "slope", "r_squared", "p_value", "df")
    assert [fit[name] for name in names] == pytest.approx([3.0001, 0.5001, 0.6665, 0.00217, 9], rel=5e-4)
    low, high = fit["slope_confidence_interval"]
    assert (high - low) / 2 == pytest.approx(0.1179 * 2.262157, rel=5e-4)
    correlation = statistics.correlation(ANSCOMBE_X, ANSCOMBE_Y)["result"]
    assert correlation["r"] == near(0.81642)
    z = np.arctanh(0.81642) + np.array([-1, 1]) * 1.959964 / 8**0.5
    assert correlation["confidence_interval"] == near(list(np.tanh(z)))


def test_power_and_sample_size():
    assert statistics.power_t_test(1, 1, 20)["result"]["power"] == near(0.8689528)  # R, power.t.test
    size = statistics.sample_size_t_test(1, 1, power=0.9)["result"]
    assert size["n_unrounded"] == near(22.02110)
    assert (size["n_per_group"], size["n_total"]) == (23, 46)
    assert size["actual_power"] >= 0.9


@pytest.mark.parametrize(
    ("n", "d2", "d3"), [(2, 1.128, 0.853), (3, 1.693, 0.888), (4, 2.059, 0.880), (5, 2.326, 0.864), (10, 3.078, 0.797)]
)
def test_range_constants(n, d2, d3):
    assert control.range_constants(n) == pytest.approx((d2, d3), abs=5e-4)
    assert control.range_constants(2)[0] == pytest.approx(2 / np.pi**0.5, abs=1e-9)


def test_xbar_r_chart_with_the_published_factors():
    subgroups = [[10, 12, 11, 13, 9], [11, 10, 12, 10, 12], [12, 12, 13, 11, 9], [30, 31, 29, 30, 30]]
    result = control.xbar_r_chart(subgroups)["result"]
    center, spread = np.mean(subgroups), np.mean([4, 2, 4, 2])
    assert result["xbar_ucl"] == pytest.approx(center + 0.577 * spread, rel=2e-4)  # A2
    assert result["r_ucl"] == pytest.approx(2.114 * spread, rel=3e-4)  # D4
    assert result["r_lcl"] == 0.0
    assert result["xbar_out_of_limits"] == [1, 2, 3, 4]
    assert result["r_out_of_limits"] == []


def test_individuals_chart_of_the_nist_handbook():
    """Section 6.3.2.2, flow rates; the handbook takes d2 from the table, as 1.128."""
    flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    result = control.individuals_chart(flow)["result"]
    assert [result[name] for name in ("center", "mr_center")] == near([50.81, 1.8778])
    assert [result[name] for name in ("ucl", "lcl")] == near([55.8041, 45.8159])
    assert result["out_of_limits"] == []


def test_a_jump_is_a_signal_at_its_own_point():
    result = control.individuals_chart([10, 11, 10, 11, 10, 11, 30, 10, 11, 10, 11, 10, 11, 10, 11])["result"]
    assert result["out_of_limits"] == [7]
    assert result["mr_out_of_limits"] == [7, 8]


def test_capability_from_within_and_overall_sigma():
    subgroups = [[9.0, 11.0]] * 4
    result = control.capability(subgroups, lsl=4, usl=14)["result"]
    within = 2**0.5 / 0.939986  # c4(5), tabulated
    assert result["sigma_within"] == near(within)
    assert [result["cp"], result["cpk"]] == near([10 / (6 * within), 4 / (3 * within)])
    overall = (8 / 7) ** 0.5
    assert [result["pp"], result["ppk"]] == near([10 / (6 * overall), 4 / (3 * overall)])
    cpk = result["cpk"]
    half = 1.959964 * cpk * (1 / (9 * 8 * cpk**2) + 1 / 8) ** 0.5
    assert result["cpk_confidence_interval"] == near([cpk - half, cpk + half])


@pytest.mark.parametrize(
    ("design", "k", "runs"),
    [
        (designs.box_behnken, 3, 15),
        (designs.box_behnken, 4, 27),
        (designs.full_factorial, 2, 4),
        (designs.full_factorial, 4, 16),
        (designs.central_composite, 2, 13),
        (designs.central_composite, 3, 20),
        (designs.central_composite, 4, 31),
    ],
)
def test_runs_of_designs(design, k, runs):
    assert design(k)["result"]["runs"] == runs


def test_designs_in_standard_order_and_natural_units():
    assert designs.full_factorial(3)["result"]["first_rows"] == [[-1, -1, -1], [1, -1, -1], [-1, 1, -1]]
    assert designs.box_behnken(3)["result"]["first_rows"] == [[-1, -1, 0], [1, -1, 0], [-1, 1, 0]]
    assert designs.central_composite(3)["result"]["axial_distance"] == near(8**0.25)
    named = [
        {"name": "T", "low": 100, "high": 200},
        {"name": "P", "low": 10, "high": 50},
        {"name": "S", "low": 1, "high": 2},
    ]
    assert designs.box_behnken(named)["result"]["first_rows"] == [[100, 10, 1.5], [200, 10, 1.5], [100, 50, 1.5]]


def test_outcomes_are_plain_json_and_nan_is_refused():
    plain = outcome({"a": np.float64(1 / 3), "b": np.arange(2), "c": {"d": (np.int64(3), -0.0)}}, {"e": True}, 3)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["result"] == {"a": 0.333333, "b": [0, 1], "c": {"d": [3, 0.0]}}
    with pytest.raises(ValueError, match="must be finite"):
        outcome({"a": float("nan")}, {}, 0)
