"""Charts of rare events, short runs and several characteristics, and the run test."""

import itertools

import numpy as np
import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.multivariate_charts import mewma_chart, t_squared_chart
from havoc.tools.spc.randomness import run_test
from havoc.tools.spc.rare_event_charts import g_chart, t_chart
from havoc.tools.spc.short_run_charts import target_chart, z_mr_chart


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_t_squared_by_hand():
    # Means 0, sums of squares 4 and 2, of products 2: S = [[4, 2], [2, 2]]/3, S^-1 = 3/4 [[2, -2], [-2, 4]]. T² of (1, 1),
    # (-1, -1) is 3/4 (2 - 4 + 4) = 1.5, of (1, 0) and (-1, 0) 3/4 * 2 = 1.5.
    columns = {"x": [1, -1, 1, -1], "y": [1, -1, 0, 0]}
    assert t_squared_chart(columns=columns).points == pytest.approx([1.5] * 4)


@pytest.mark.parametrize(
    ("phase", "n", "expected"),
    [
        # Montgomery, section 11.3: p(m-1)(n-1)/(mn-m-p+1) F(alpha; p, mn-m-p+1), and (m+1) in phase II.
        ("I", 5, 2 * 9 * 4 / (50 - 10 - 2 + 1) * stats.f.isf(0.001, 2, 39)),
        ("II", 5, 2 * 11 * 4 / 39 * stats.f.isf(0.001, 2, 39)),
        # Tracy, Young and Mason (1992): (m-1)²/m Beta(p/2, (m-p-1)/2); p(m+1)(m-1)/(m(m-p)) F(p, m-p).
        ("I", 1, 49**2 / 50 * stats.beta.isf(0.001, 1, 47 / 2)),
        ("II", 1, 2 * 51 * 49 / (50 * 48) * stats.f.isf(0.001, 2, 48)),
    ],
)
def test_limits_of_t_squared(phase, n, expected, rng):
    table = rng.normal(size=(50, 2))
    columns = {"x": table[:, 0].tolist(), "y": table[:, 1].tolist()}
    assert t_squared_chart(columns=columns, subgroup_size=n, phase=phase, alpha=0.001).ucl == pytest.approx(expected)


def test_a_contribution_is_what_t_squared_loses_without_the_characteristic(rng):
    table = rng.normal(size=(40, 3))
    table[7] = 4, -4, 3
    columns = dict(zip("xyz", table.T.tolist(), strict=True))
    signal = next(one for one in t_squared_chart(columns=columns).signals if one.index == 8)
    for name, contribution in signal.contributions.items():
        rest = {other: values for other, values in columns.items() if other != name}
        without = t_squared_chart(columns=rest).points[signal.index - 1]
        assert contribution == pytest.approx(signal.statistic - without)


@pytest.mark.parametrize(("phase", "ucl"), [("I", 13.72), ("II", 15.16)])
def test_published_limits_of_t_squared(phase, ucl, rng):
    # Montgomery, Example 11.1 (2 characteristics, 20 samples of 10, alpha 0.001): 13.72 in phase I, 15.16 in phase II.
    table = rng.normal(size=(200, 2))
    columns = {"strength": table[:, 0].tolist(), "diameter": table[:, 1].tolist()}
    result = t_squared_chart(columns=columns, subgroup_size=10, phase=phase, alpha=0.001)
    assert result.ucl == pytest.approx(ucl, abs=0.011)


def test_t_squared_leaves_out_what_is_excluded(rng):
    table = rng.normal(size=(30, 2))
    table[4] = 20, -20
    columns = {"x": table[:, 0].tolist(), "y": table[:, 1].tolist()}
    without = {name: [*values[:4], *values[5:]] for name, values in columns.items()}
    result, alone = t_squared_chart(columns=columns, exclude=[5]), t_squared_chart(columns=without)
    assert result.covariance == pytest.approx(np.array(alone.covariance))
    assert result.ucl == pytest.approx(alone.ucl)
    assert 5 in [signal.index for signal in result.signals]


def test_t_squared_does_not_depend_on_units_and_sees_a_broken_relation(rng):
    x = rng.normal(size=60)
    y = x + 0.1 * rng.normal(size=60)
    x[30], y[30] = 1.5, -1.5  # each within its own range, never together
    plain = t_squared_chart(columns={"x": x.tolist(), "y": y.tolist()})
    scaled = t_squared_chart(columns={"x": (5 + 100 * x).tolist(), "y": (y / 7).tolist()})
    assert plain.points == pytest.approx(scaled.points)
    assert [signal.index for signal in plain.signals] == [31]
    assert max(abs(x)) < 3 * x.std()


def test_mewma_with_full_weight_is_t_squared(rng):
    table = rng.normal(size=(30, 2))
    columns = {"x": table[:, 0].tolist(), "y": table[:, 1].tolist()}
    assert mewma_chart(columns=columns, weight=1.0, limit=10.6).points == pytest.approx(
        t_squared_chart(columns=columns).points
    )


def test_mewma_s_published_limit_has_its_run_length(rng):
    # Lowry and others (1992): p = 2, lambda 0.1, h4 = 8.66 gives an in-control average run length of 200 with time-varying
    # covariances; 300 simulated runs with known parameters are near it.
    lengths = []
    for _ in range(300):
        level, index, point = np.zeros(2), 0, 0.0
        while point <= 8.66:
            index += 1
            level = 0.1 * rng.normal(size=2) + 0.9 * level
            point = float(level @ level) / (0.1 / 1.9 * (1 - 0.9 ** (2 * index)))
        lengths.append(index)
    assert np.mean(lengths) == pytest.approx(200, abs=4 * np.std(lengths) / 300**0.5)


def test_g_chart_limits_are_quantiles_of_the_geometric_distribution():
    # P(X >= ucl + 1) <= 0.00135 for a geometric X with the mean of the cases, and not for one less.
    result = g_chart(cases=[12, 30, 5, 44, 18, 9, 27, 61, 15, 22])
    q = result.mean_between_events / (result.mean_between_events + 1)
    assert result.mean_between_events == pytest.approx(24.3)
    assert q ** (result.ucl + 1) <= 0.00135 < q**result.ucl


def test_a_count_on_a_limit_of_the_g_chart_is_no_signal():
    cases = [12, 30, 5, 44, 18, 9, 27, 61, 15, 22]
    upper = int(g_chart(cases=cases).ucl)
    for last, signals in ((upper, []), (upper + 1, [11])):
        result = g_chart(cases=[*cases, last], exclude=[11], rules="three_sigma")
        assert result.ucl == upper
        assert [violation.index for violation in result.chart.violations] == signals


def test_t_chart_is_an_individuals_chart_of_transformed_times():
    times = [12.5, 30.1, 5.2, 44.0, 18.3, 9.9, 27.4, 61.0, 15.2, 22.8]
    result = t_chart(times=times)
    y = np.array(times) ** (1 / 3.6)
    sigma = np.abs(np.diff(y)).mean() / 1.1283791671
    assert result.ucl == pytest.approx((y.mean() + 3 * sigma) ** 3.6)
    assert result.center == pytest.approx(y.mean() ** 3.6)


def test_t_chart_of_valve_failures():
    # Montgomery (6th ed.), Table 7.14: hours between failures of a valve; he charts y^0.2777, of which he prints the values
    # below. 1/3.6 is 0.27778.
    times = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]
    printed = [4.80986, 6.70903, 5.72650, 3.81367, 6.43541, 6.23705, 1.46958, 3.96768, 5.39007, 1.78151]
    printed += [9.09619, 5.89774, 3.38833, 4.51095, 5.91690, 5.59189, 7.16124, 7.18601, 9.09083, 3.55203]
    result = t_chart(times=times)
    assert result.center**0.2777 == pytest.approx(np.mean(printed), rel=1e-3)
    sigma = np.abs(np.diff(printed)).mean() / 1.128
    assert result.ucl**0.2777 == pytest.approx(np.mean(printed) + 3 * sigma, rel=1e-3)
    assert result.in_control


def test_charts_of_short_runs_are_charts_of_what_is_left():
    sample, products = [50.2, 49.9, 50.1, 25.1, 24.9, 25.2, 50.0], ["A", "A", "A", "B", "B", "B", "A"]
    target = target_chart(sample=sample, products=products, nominals={"A": 50, "B": 25})
    assert target.chart.points == pytest.approx([0.2, -0.1, 0.1, 0.1, -0.1, 0.2, 0.0])
    assert target.center == 0
    z = z_mr_chart(sample=sample, products=products)
    # Product A: mean 50.05, moving ranges 0.3, 0.2, 0.1 (mean 0.2).
    assert z.sigma_by_product["A"] == pytest.approx(0.2 / 1.1283791671)
    assert z.chart.points[0] == pytest.approx(0.15 * 1.1283791671 / 0.2)
    assert (z.lcl, z.ucl) == (-3, 3)


def test_excluded_pieces_do_not_make_limits():
    sample, products = [50.2, 49.9, 90.0, 50.1, 25.1, 24.9, 25.2, 50.0], ["A", "A", "A", "A", "B", "B", "B", "A"]
    result = z_mr_chart(sample=sample, products=products, exclude=[3])
    # Product A without 90.0: mean 50.05; ranges 0.3 and 0.1, none across the piece left out.
    assert result.nominal_by_product["A"] == pytest.approx(50.05)
    assert result.sigma_by_product["A"] == pytest.approx(0.2 / 1.1283791671)
    assert not result.in_control


def test_expected_runs_are_those_of_all_orders():
    # Means over all 10 * 9 * ... orders are out of reach; over all arrangements of 5 high and 5 low values, and of all
    # orders of 7 values, they follow by enumeration, exactly.
    sides = [[1 if index in high else 0 for index in range(10)] for high in itertools.combinations(range(10), 5)]
    runs = [1 + sum(a != b for a, b in itertools.pairwise(side)) for side in sides]
    assert run_test(sample=list(range(10))).expected_about_median == pytest.approx(np.mean(runs))
    steps = [np.sign(np.diff(order)) for order in itertools.permutations(range(7))]
    up_down = [1 + int((step[1:] != step[:-1]).sum()) for step in steps]
    assert np.mean(up_down) == pytest.approx((2 * 7 - 1) / 3)
    assert np.var(up_down) == pytest.approx((16 * 7 - 29) / 90)
    assert run_test(sample=list(range(13))).expected_up_down == pytest.approx((2 * 13 - 1) / 3)


def test_runs_of_beam_deflections():
    # NIST/SEMATECH e-Handbook 1.3.5.13 (LEW.DAT): 120 runs of 100 values on each side of the median, Z = 2.6938.
    deflections = [*[1, -1] * 59, *[1] * 41, *[-1] * 41]
    result = run_test(sample=deflections)
    assert (result.runs_about_median, result.expected_about_median) == (120, 101)
    assert result.p_mixtures == pytest.approx(stats.norm.sf(2.6938), rel=1e-3)
    assert not result.random


def test_counts_of_runs_by_hand():
    # 1 2 3 4 5 6 7 8 9 10: two runs about the median, one run up, 5 on each side: 1 + 2*5*5/10 = 6 expected; (2*10 - 1)/3.
    rising = run_test(sample=list(range(1, 11)))
    assert (rising.runs_about_median, rising.expected_about_median) == (2, 6)
    assert (rising.runs_up_down, rising.expected_up_down) == (1, pytest.approx(19 / 3))
    assert rising.longest_up_down == 9
    assert not rising.random
    assert rising.p_clustering < 0.05
    assert rising.p_trends < 0.05
    alternating = run_test(sample=[1, 9] * 10)
    assert alternating.p_mixtures < 0.001
    assert alternating.p_oscillation < 0.001


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (t_squared_chart, {"columns": {"x": [1, 2, 3, 4, 5], "y": [2, 4, 6, 8, 10]}}, "columns"),
        (t_squared_chart, {"columns": {"x": [1, 2, 3, 4, 5]}}, "columns"),
        (t_squared_chart, {"columns": {"x": [1, 2, 3, 4, 5], "y": [2, 1, 3, 1, 2]}, "subgroup_size": 2}, "subgroup_size"),
        (mewma_chart, {"columns": {"x": [1, 2, 3, 4, 5], "y": [2, 1, 3, 1, 2]}, "limit": 8, "means": {"x": 1}}, "means"),
        (g_chart, {"cases": [0, 0, 0]}, "cases"),
        (t_chart, {"times": [1, 0, 2]}, "times[1]"),
        (target_chart, {"sample": [1, 2, 3], "products": ["A", "B", "A"], "nominals": {"A": 1}}, "nominals"),
        (z_mr_chart, {"sample": [1, 2, 3], "products": ["A", "B", "A"]}, "sample"),
        (run_test, {"sample": [1, 2, 3]}, "sample"),
    ],
)
def test_what_they_cannot_use_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path
