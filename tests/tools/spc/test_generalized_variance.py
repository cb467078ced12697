"""The generalised variance chart against Montgomery's example, its moments and exact distributions."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.spc.generalized_variance import generalized_variance_chart, moments

# Montgomery (6th ed.), Examples 11.1 and 11.2: tensile strength and diameter, average covariance of 20 samples of 10.
FIBRE = [[1.23, 0.79], [0.79, 0.83]]


def _subgroups(covariance, count, n, seed=0):
    """Subgroups whose average covariance is exactly `covariance`."""
    rng = np.random.default_rng(seed)
    groups = rng.normal(size=(count, n, len(covariance)))
    inside = groups - groups.mean(axis=1, keepdims=True)
    pooled = np.einsum("mni,mnj->ij", inside, inside) / (count * (n - 1))
    coloured = groups @ np.linalg.inv(np.linalg.cholesky(pooled)).T @ np.linalg.cholesky(covariance).T
    table = coloured.reshape(-1, len(covariance))
    return dict(zip("xyzw", table.T.tolist(), strict=False))


def test_montgomery_s_limits():
    # Example 11.2: |S| = 0.3968, b1 = 0.8889, b2 = 0.4170, UCL = 1.2616, centre 0.3968, LCL below 0 and so 0.
    result = generalized_variance_chart(columns=_subgroups(FIBRE, 20, 10), subgroup_size=10)
    assert result.b1 == pytest.approx(0.8889, abs=5e-5)
    assert result.b2 == pytest.approx(0.4170, abs=5e-5)
    assert result.center == pytest.approx(0.3968, abs=5e-5)
    assert result.ucl == pytest.approx(1.2616, abs=2e-3)  # printed from rounded b1 and b2
    assert result.lcl == 0
    assert result.phase == "I"
    assert np.array(result.covariance) == pytest.approx(np.array(FIBRE))


def test_given_covariance_is_phase_two():
    # By hand: |Sigma| = 0.3968, centre b1 |Sigma| = 72/81 * 0.3968, UCL = 0.3968 (8/9 + 3 sqrt(72 (110 - 72)) / 81).
    result = generalized_variance_chart(columns=_subgroups(np.eye(2), 3, 10), subgroup_size=10, covariance=FIBRE)
    assert result.phase == "II"
    assert result.determinant == pytest.approx(0.3968)
    assert result.center == pytest.approx(0.3968 * 8 / 9)
    assert result.ucl == pytest.approx(0.3968 * (8 / 9 + 3 * (72 * 38) ** 0.5 / 81))


def test_points_are_determinants_by_hand():
    # (0, 0), (2, 0), (1, 3): variances 1 and 3, covariance 0, |S| = 3; the second subgroup is the first times 2: 2^4 |S|.
    columns = {"x": [0, 2, 1, 0, 4, 2], "y": [0, 0, 3, 0, 0, 6]}
    assert generalized_variance_chart(columns=columns, subgroup_size=3).chart.points == pytest.approx([3, 48])


def test_moments_of_one_characteristic_are_those_of_a_variance():
    # For p = 1, E s² = sigma² and Var s² = 2 sigma^4 / (n - 1).
    assert moments(8, 1) == pytest.approx((1.0, 2 / 7))


def test_moments_and_false_alarms_agree_with_simulation():
    rng = np.random.default_rng(1)
    for n, p in ((6, 2), (8, 3)):
        rows = rng.normal(size=(40_000, n, p))
        inside = rows - rows.mean(axis=1, keepdims=True)
        found = np.linalg.det(np.einsum("mni,mnj->mij", inside, inside) / (n - 1))
        b1, b2 = moments(n, p)
        assert found.mean() == pytest.approx(b1, rel=0.03)
        assert found.var() == pytest.approx(b2, rel=0.15)
        if p == 2:
            result = generalized_variance_chart(columns=_subgroups(np.eye(2), 5, n), subgroup_size=n)
            beyond = float(np.mean(found > b1 + 3 * b2**0.5))
            assert result.false_alarm_rate == pytest.approx(beyond, abs=4 * (beyond / 40_000) ** 0.5)


def test_units_and_shifts_do_not_matter_to_the_judgement():
    columns = _subgroups(FIBRE, 12, 5)
    columns["x"][20:25] = [10 * value for value in columns["x"][20:25]]
    columns["y"][20:25] = [-10 * value for value in columns["y"][20:25]]
    other = {"x": [1000 + 25.4 * value for value in columns["x"]], "y": [value / 7 - 3 for value in columns["y"]]}
    one, two = (generalized_variance_chart(columns=each, subgroup_size=5) for each in (columns, other))
    assert [violation.index for violation in one.chart.violations] == [5]
    assert [violation.index for violation in two.chart.violations] == [5]
    assert two.ucl == pytest.approx(one.ucl * (25.4 / 7) ** 2)


def test_excluded_subgroups_are_shown_and_not_used():
    columns = _subgroups(FIBRE, 10, 6)
    without = {name: values[6:] for name, values in columns.items()}
    result = generalized_variance_chart(columns=columns, subgroup_size=6, exclude=[1])
    assert result.ucl == pytest.approx(generalized_variance_chart(columns=without, subgroup_size=6).ucl)
    assert len(result.chart.points) == 10


def test_a_lower_limit_appears_with_large_subgroups():
    small = generalized_variance_chart(columns=_subgroups(FIBRE, 4, 10), subgroup_size=10)
    large = generalized_variance_chart(columns=_subgroups(FIBRE, 4, 60), subgroup_size=60)
    assert "no_lower_limit" in {notice.code for notice in small.warnings}
    assert large.lcl > 0
    three = generalized_variance_chart(columns=_subgroups(np.eye(3), 4, 10), subgroup_size=10)
    assert three.false_alarm_rate is None
    assert "false_alarm_rate" in three.undefined


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"subgroup_size": 4}, "subgroup_size"),
        ({"columns": {"x": [1, 2, 3, 4, 5, 6], "y": [2, 4, 6, 8, 10, 12]}}, "columns"),
        ({"columns": {"x": [1, 2, 3, 4, 5, 6], "y": [2, 1, 3, 1, 2, 3], "z": [1, 5, 2, 3, 1, 4]}}, "subgroup_size"),
        ({"columns": {"x": [1, 2, 3, 4, 5, 6]}}, "columns"),
        ({"covariance": [[1, 0.5], [0.4, 1]]}, "covariance"),
        ({"covariance": [[1, 2], [2, 1]]}, "covariance"),
        ({"covariance": [[1, 1], [1, 1]]}, "covariance"),
        ({"covariance": [[1]]}, "covariance"),
        ({"covariance": [[1, 0], [0, -1]]}, "covariance[1][1]"),
        ({"exclude": [7]}, "exclude[0]"),
    ],
)
def test_what_it_cannot_use_is_named(changes, path):
    valid = {"columns": {"x": [1, 2, 3, 4, 5, 6], "y": [2, 1, 3, 1, 2, 3]}, "subgroup_size": 3}
    with pytest.raises(ToolError) as caught:
        generalized_variance_chart(**{**valid, **changes})
    assert caught.value.path == path
