"""Properties of designs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.doe.box_behnken import box_behnken
from havoc.tools.doe.design_properties import design_properties
from havoc.tools.doe.fractional_factorial import fractional_factorial
from havoc.tools.doe.full_factorial import full_factorial
from havoc.tools.doe.plackett_burman import saturated

SQUARE = [[-1, -1], [1, -1], [-1, 1], [1, 1]]


def test_power_of_two_groups_is_that_of_the_t_test():
    # R documentation, example(power.t.test): n = 20, delta = 1, sd = 1 has power 0.8689528 (which neglects the other tail).
    result = design_properties(design=[[-1]] * 20 + [[1]] * 20, effect=1, sigma=1)
    assert result.power["A"] == pytest.approx(0.8689528, abs=1e-5)


def test_an_orthogonal_two_level_design_is_fully_efficient():
    # By hand: X'X = 4 I for the 2^2, so every efficiency is 100 and every leverage 3/4.
    result = design_properties(design=SQUARE, model="linear")
    assert result.d_efficiency == pytest.approx(100)
    assert result.a_efficiency == pytest.approx(100)
    assert result.g_efficiency == pytest.approx(100)
    assert result.leverage == pytest.approx([0.75] * 4)
    assert result.orthogonal
    assert result.vif == pytest.approx({"A": 1, "B": 1})
    assert result.alias_matrix == {"1": {"A^2": pytest.approx(1), "B^2": pytest.approx(1)}}
    # Mean of (1 + x^2 + y^2)/4 over the square: (1 + 2/3)/4.
    assert result.average_prediction_variance == pytest.approx(5 / 12)


def test_three_points_and_a_parabola():
    # By hand: X'X = [[3, 0, 2], [0, 2, 0], [2, 0, 2]] has determinant 4; leverages are 1.
    result = design_properties(design=[[-1], [0], [1]], model="quadratic")
    assert result.d_efficiency == pytest.approx(100 * 4 ** (1 / 3) / 3)
    assert result.leverage == pytest.approx([1, 1, 1])
    assert [notice.code for notice in result.warnings] == ["saturated"]


def test_aliases_of_a_half_fraction():
    # Box, Hunter and Hunter (2005), ch. 6: in 2^(3-1) with C = AB, A is aliased with BC, B with AC, C with AB.
    table = fractional_factorial(factors=3, generators=["C=AB"]).coded
    aliases = design_properties(design=table).alias_matrix
    assert {name: {k: v for k, v in row.items() if "*" in k} for name, row in aliases.items() if name != "1"} == {
        "A": {"B*C": pytest.approx(1)},
        "B": {"A*C": pytest.approx(1)},
        "C": {"A*B": pytest.approx(1)},
    }


def test_aliases_of_plackett_burman_are_thirds():
    # Montgomery, Design and Analysis of Experiments, 8.6.3: +1/3 and -1/3 in 12 runs.
    aliases = design_properties(design=saturated(12)[:, :5].tolist()).alias_matrix["A"]
    assert set(aliases) == {"B*C", "B*D", "B*E", "C*D", "C*E", "D*E"}
    assert [abs(value) for value in aliases.values()] == pytest.approx([1 / 3] * 6)


def test_variance_inflation_of_two_correlated_columns():
    # VIF = 1/(1 - r^2).
    x = [[-1, -1], [1, 1], [-1, 1], [1, 1], [-1, -1]]
    r = np.corrcoef(np.array(x).T)[0, 1]
    result = design_properties(design=x)
    assert result.max_vif == pytest.approx(1 / (1 - r * r))
    assert result.max_correlation == pytest.approx(abs(r))
    assert not result.orthogonal


def test_natural_units_are_coded_by_the_factors():
    ranges = [{"name": "T", "low": 160, "high": 180}, {"name": "C", "low": 20, "high": 40}]
    natural = full_factorial(factors=ranges).natural
    result = design_properties(design=natural, factors=ranges, units="natural", model="interaction")
    assert result.terms == ["1", "T", "C", "T*C"]
    assert result.d_efficiency == pytest.approx(100)


@settings(max_examples=20, deadline=None)
@given(factors=st.integers(3, 5), seed=st.integers(0, 99))
def test_leverages_add_up_and_order_does_not_matter(factors, seed):
    one = design_properties(design=box_behnken(factors=factors, seed=seed).coded, model="quadratic")
    other = design_properties(design=box_behnken(factors=factors, randomize=False).coded, model="quadratic")
    assert sum(one.leverage) == pytest.approx((factors + 1) * (factors + 2) / 2)
    assert one.d_efficiency == pytest.approx(other.d_efficiency)
    assert one.average_prediction_variance == pytest.approx(other.average_prediction_variance)


def test_power_rises_with_effect_and_replicates():
    powers = [
        design_properties(design=SQUARE * n, effect=e, sigma=1).power["A"] for n, e in ((2, 1), (2, 2), (4, 2), (9, 2))
    ]
    assert powers == sorted(powers)
    assert powers[-1] > 0.999
    assert design_properties(design=SQUARE * 2, effect=1e6, sigma=1).power["A"] == 1
    assert (
        "degrees of freedom" in design_properties(design=SQUARE, model="interaction", effect=1, sigma=1).undefined["power"]
    )


def test_average_variance_is_the_mean_over_the_cube():
    table = np.array(box_behnken(factors=3, randomize=False).coded)
    result = design_properties(design=table.tolist(), model="quadratic")
    points = np.random.default_rng(1).uniform(-1, 1, (20_000, 3))

    def expand(x):
        pairs = [x[:, i] * x[:, j] for i, j in combinations(range(3), 2)]
        return np.column_stack([np.ones(len(x)), x, *pairs, x**2])

    inverse = np.linalg.inv(expand(table).T @ expand(table))
    mean = np.einsum("ij,jk,ik->i", expand(points), inverse, expand(points)).mean()
    assert result.average_prediction_variance == pytest.approx(mean, rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"design": [[-1, -1], [1, 1]], "model": "linear"}, "model"),
        ({"design": SQUARE, "model": "quadratic"}, "model"),
        ({"design": SQUARE, "factors": 3}, "factors"),
        ({"design": SQUARE, "units": "natural"}, "factors"),
        ({"design": SQUARE, "model": ["A", "Z"]}, "model[1]"),
        ({"design": [[1, 2], [1]]}, "design[1]"),
    ],
)
def test_what_cannot_be_judged_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        design_properties(**arguments)
    assert caught.value.path == path
