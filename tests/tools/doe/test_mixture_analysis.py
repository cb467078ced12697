"""Mixture models against Cornell's yarn elongation."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.mixture_analysis import analyze_mixture
from tests.tools.doe.experiments import YARN


def coefficients_of(result):
    return {row.term: row.coefficient for row in result.coefficients}


def test_yarn_elongation():
    # Cornell, Experiments with Mixtures: y = 11.7 x1 + 9.4 x2 + 16.4 x3 + 19.0 x1 x2 + 11.4 x1 x3 - 9.6 x2 x3. Montgomery,
    # Example 11.5: model 128.296 with 5 df, residual 6.56 with 9 df, F = 35.20; R2 0.9514, adjusted 0.9243.
    result = analyze_mixture(**YARN)
    assert coefficients_of(result) == pytest.approx(
        {"x1": 11.7, "x2": 9.4, "x3": 16.4, "x1*x2": 19.0, "x1*x3": 11.4, "x2*x3": -9.6}, abs=1e-9
    )
    rows = {row.source: row for row in result.anova}
    assert rows["Model"].sum_of_squares == pytest.approx(128.296, abs=5e-4)
    assert rows["Error"].sum_of_squares == pytest.approx(6.56, abs=5e-3)
    assert (rows["Model"].df, rows["Error"].df) == (5, 9)
    assert rows["Model"].statistic == pytest.approx(35.20, abs=5e-3)
    assert (result.r_squared, result.adjusted_r_squared) == pytest.approx((0.9514, 0.9243), abs=6e-5)


def test_orders_add_up():
    rows = {row.source: row for row in analyze_mixture(**YARN).anova}
    parts = rows["Linear blending"].sum_of_squares + rows["Quadratic blending"].sum_of_squares
    assert parts == pytest.approx(rows["Model"].sum_of_squares)
    linear = {row.source: row for row in analyze_mixture(**YARN, model="linear").anova}
    assert linear["Model"].sum_of_squares == pytest.approx(rows["Linear blending"].sum_of_squares)


def test_percent_is_the_same_as_shares():
    percent = {name: [100 * share for share in column] for name, column in YARN["data"].items()}
    result = analyze_mixture(**{**YARN, "data": percent}, total=100)
    assert coefficients_of(result) == pytest.approx(coefficients_of(analyze_mixture(**YARN)))


def test_an_exact_special_cubic_is_found():
    shares = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1], [4, 1, 1]], dtype=float)
    shares /= shares.sum(axis=1)[:, None]
    a, b, c = shares.T
    y = 10 * a + 20 * b + 30 * c + 4 * a * b - 8 * a * c + 60 * a * b * c
    data = dict(zip("abc", (a.tolist(), b.tolist(), c.tolist()), strict=True))
    result = analyze_mixture(factors=["a", "b", "c"], data=data, response=y.tolist(), model="special cubic")
    assert list(coefficients_of(result).values()) == pytest.approx([10, 20, 30, 4, -8, 0, 60], abs=1e-9)
    assert result.s is None


def test_pseudocomponents_give_the_same_response():
    # At the corner of the pseudocomponents a coefficient is the fitted response.
    lower = np.array([0.2, 0.1, 0.1])
    pseudo = np.array(list(YARN["data"].values())).T
    real = lower + 0.6 * pseudo
    factors = [{"name": f"x{i + 1}", "low": low, "high": 1.0} for i, low in enumerate(lower.tolist())]
    data = {f"x{i + 1}": real[:, i].tolist() for i in range(3)}
    result = analyze_mixture(factors=factors, data=data, response=YARN["response"])
    assert result.pseudo_coefficients == pytest.approx(
        {"x1": 11.7, "x2": 9.4, "x3": 16.4, "x1*x2": 19.0, "x1*x3": 11.4, "x2*x3": -9.6}
    )
    assert result.fitted == pytest.approx(analyze_mixture(**YARN).fitted)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"data": {**YARN["data"], "x1": [0.9] * 15}}, "data"),
        ({"data": {**YARN["data"], "x1": [-1] * 15}}, "data.x1[0]"),
        ({"factors": ["x1"]}, "factors"),
        ({"model": "special cubic"}, "model"),
    ],
)
def test_what_is_no_mixture_is_named(changed, path):
    with pytest.raises(ToolError) as caught:
        analyze_mixture(**{**YARN, **changed})
    assert caught.value.path == path
