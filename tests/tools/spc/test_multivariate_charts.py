"""T² and MEWMA charts of phase II: parameters that are known, or estimated from an earlier stable period."""

import numpy as np
import pytest
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.spc.multivariate_charts import mewma_chart, t_squared_chart

# Montgomery (6th ed.), Example 11.1: tensile strength and diameter of a textile fibre, 20 samples of 10.
MEANS = {"strength": 115.59, "diameter": 1.06}
COVARIANCE = [[1.23, 0.79], [0.79, 0.83]]


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def _columns(table):
    return dict(zip("xyz", table.T.tolist(), strict=False))


def test_montgomery_s_statistic_and_limits():
    # The statistic of Example 11.1, written out: T² = 10 / (1.23 * 0.83 - 0.79²) * (0.83 (x1 - 115.59)²
    # + 1.23 (x2 - 1.06)² - 2 * 0.79 (x1 - 115.59)(x2 - 1.06)). Phase II limit 15.16, chi-square limit 13.816.
    rows = {"strength": [114.0, 117.0] * 10, "diameter": [0.9, 1.3] * 10}
    known = t_squared_chart(columns=rows, subgroup_size=10, means=MEANS, covariance=COVARIANCE, alpha=0.001)
    d1, d2 = 115.5 - 115.59, 1.1 - 1.06
    expected = 10 / (1.23 * 0.83 - 0.79**2) * (0.83 * d1**2 + 1.23 * d2**2 - 2 * 0.79 * d1 * d2)
    assert known.points == pytest.approx([expected, expected])
    assert known.ucl == pytest.approx(13.816, abs=5e-4)
    assert known.phase == "II"
    estimated = t_squared_chart(
        columns=rows, subgroup_size=10, means=MEANS, covariance=COVARIANCE, reference_points=20, alpha=0.001
    )
    assert estimated.ucl == pytest.approx(15.16, abs=0.011)
    assert estimated.points == known.points
    assert "13.82" in estimated.conventions["limit"]


@pytest.mark.parametrize("n", [1, 4])
def test_reference_data_are_the_same_as_their_means_covariance_and_number(n, rng):
    old, new = rng.normal(size=(60, 3)), rng.normal(0.5, 1, size=(20, 3))
    direct = t_squared_chart(columns=_columns(new), reference=_columns(old), subgroup_size=n)
    given = t_squared_chart(
        columns=_columns(new),
        subgroup_size=n,
        means=direct.means,
        covariance=direct.covariance,
        reference_points=60 // n,
    )
    assert given.points == pytest.approx(direct.points)
    assert given.ucl == pytest.approx(direct.ucl)
    same = t_squared_chart(columns=_columns(old), subgroup_size=n, phase="II")
    assert direct.ucl == pytest.approx(same.ucl)
    assert direct.reference_points == 60 // n


def test_the_order_of_the_reference_s_columns_does_not_matter(rng):
    old, new = _columns(rng.normal(size=(40, 2))), _columns(rng.normal(size=(5, 2)))
    turned = dict(reversed(old.items()))
    assert t_squared_chart(columns=new, reference=turned).points == t_squared_chart(columns=new, reference=old).points


def test_limit_of_an_estimated_period_falls_to_the_chi_square_limit():
    row = {"strength": [115.0], "diameter": [1.0]}
    limits = [
        t_squared_chart(columns=row, means=MEANS, covariance=COVARIANCE, reference_points=m).ucl for m in (10, 50, 10**6)
    ]
    assert limits == sorted(limits, reverse=True)
    assert limits[-1] == pytest.approx(stats.chi2.isf(0.0027, 2), rel=1e-4)


def test_false_alarms_of_phase_two_are_alpha(rng):
    # 400 reference periods of 12 rows, one new row each: alpha of them signal, whatever the parameters.
    alpha, alarms = 0.05, 0
    colour = np.linalg.cholesky(COVARIANCE).T
    for _ in range(400):
        old, new = rng.normal(size=(12, 2)) @ colour, rng.normal(size=(1, 2)) @ colour
        alarms += not t_squared_chart(columns=_columns(new), reference=_columns(old), alpha=alpha).in_control
    assert alarms / 400 == pytest.approx(alpha, abs=4 * (alpha * (1 - alpha) / 400) ** 0.5)


def test_mewma_by_hand():
    # Unit matrix, means 0, lambda 0.2. Z1 = (0.2, 0), its variance factor 0.2/1.8 (1 - 0.8²) = 0.04, so T² = 1.
    # Z2 = 0.2 (1, 2) + 0.8 (0.2, 0) = (0.36, 0.4); factor 0.2/1.8 (1 - 0.8^4) = 0.0656, T² = 0.2896 / 0.0656.
    result = mewma_chart(
        columns={"x": [1, 1], "y": [0, 2]}, means={"x": 0, "y": 0}, covariance=[[1, 0], [0, 1]], weight=0.2, limit=4.4
    )
    assert result.points == pytest.approx([1.0, 0.2896 / 0.0656])
    assert result.signals == [2]
    assert "given matrix" in result.conventions["covariance"]


def test_mewma_of_phase_two_agrees_with_t_squared_at_full_weight(rng):
    old, new = _columns(rng.normal(size=(50, 2))), _columns(rng.normal(size=(9, 2)))
    squared = t_squared_chart(columns=new, reference=old)
    assert mewma_chart(columns=new, reference=old, weight=1.0, limit=10.6).points == pytest.approx(squared.points)
    given = mewma_chart(columns=new, means=squared.means, covariance=squared.covariance, weight=1.0, limit=10.6)
    assert given.points == pytest.approx(squared.points)


def test_mewma_sees_a_small_shift_from_the_reference_that_it_does_not_see_in_itself(rng):
    old, new = rng.normal(size=(300, 2)), rng.normal(size=(40, 2)) + 0.8
    assert not mewma_chart(columns=_columns(new), reference=_columns(old)).in_control
    assert mewma_chart(columns=_columns(new)).in_control


@pytest.mark.parametrize("chart", [t_squared_chart, mewma_chart])
@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"covariance": COVARIANCE}, "means"),
        ({"means": {"strength": 115.59}, "covariance": COVARIANCE}, "means"),
        ({"means": MEANS, "covariance": [[1.23, 0.79]]}, "covariance"),
        ({"means": MEANS, "covariance": [[1.0, 1.0], [1.0, 1.0]]}, "covariance"),
        ({"reference": {"strength": [1, 2, 3, 4, 5]}}, "reference"),
        ({"reference": {"strength": [1, 2, 3], "diameter": [2, 1, 2]}}, "reference"),
        ({"reference": {"strength": [1, 2, 3, 4, 5], "diameter": [2, 1, 2, 5, 1]}, "means": MEANS}, "means"),
    ],
)
def test_what_phase_two_cannot_use_is_named(chart, changes, path):
    with pytest.raises(ToolError) as caught:
        chart(columns={"strength": [115.0], "diameter": [1.0]}, **changes)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"means": MEANS}, "covariance"),
        ({"reference_points": 20}, "covariance"),
        ({"means": MEANS, "covariance": COVARIANCE, "reference_points": 2}, "reference_points"),
        ({"means": MEANS, "covariance": COVARIANCE, "reference_points": 10**30}, "reference_points"),
    ],
)
def test_what_t_squared_cannot_use_is_named(changes, path):
    with pytest.raises(ToolError) as caught:
        t_squared_chart(columns={"strength": [115.0], "diameter": [1.0]}, **changes)
    assert caught.value.path == path
