"""Efficiencies: hand-computable cases."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.design import yates
from havoc.tools.doe.efficiency import efficiency, inverse, region
from havoc.tools.doe.model_matrix import model_terms


def test_the_inverse_is_that_of_the_normal_equations():
    matrix = np.random.default_rng(2).normal(size=(12, 4))
    assert np.allclose(inverse(matrix) @ (matrix.T @ matrix), np.eye(4))
    with pytest.raises(ToolError, match="3 of 4"):
        inverse(matrix[:, [0, 1, 2, 2]])


def test_doubling_the_runs_halves_variances_and_keeps_efficiencies():
    terms = model_terms(["A", "B"], "quadratic")
    x = np.vstack([yates(2), np.zeros((1, 2)), np.eye(2), -np.eye(2)])
    one, two = (efficiency(runs, terms, region(x)) for runs in (x, np.vstack([x, x])))
    assert (one.d, one.a, one.g) == pytest.approx((two.d, two.a, two.g))
    assert two.average_variance == pytest.approx(one.average_variance / 2)
    assert two.largest_variance == pytest.approx(one.largest_variance / 2)


def test_a_d_optimal_design_is_g_optimal():
    # Kiefer and Wolfowitz (1960): for a line on -1 ... 1 the ends are optimal for both, efficiency 100 in both.
    quality = efficiency(np.array([[-1.0], [1.0]]), model_terms(["A"], "linear"), np.linspace(-1, 1, 21)[:, None])
    assert (quality.d, quality.g) == pytest.approx((100, 100))


@pytest.mark.parametrize(("factors", "points"), [(2, 4 + 9), (8, 256 + 256), (13, 5)])
def test_the_region_is_bounded(factors, points):
    runs = yates(factors) if factors < 13 else np.ones((5, 13))
    assert len(region(runs)) == points
