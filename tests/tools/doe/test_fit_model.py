"""Fits of models, and their tables, against published values and statsmodels."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.fit_model import ModelledExperiment, fit_experiment
from havoc.tools.doe.model_tables import coefficient_table, cooks_distances, error_rows, studentized
from tests.tools.doe.experiments import CHEM_REACT, YIELD


def fitted(experiment, **more):
    return fit_experiment(ModelledExperiment.model_validate({**experiment, **more}))[0]


def test_chem_react_with_blocks():
    # Lenth (2009), Journal of Statistical Software 32(7), summary of rsm(Yield ~ Block + SO(x1, x2)).
    fit = fitted(CHEM_REACT)
    table = {row.term: row for row in coefficient_table(fit, 0.05)}
    published = {
        "Time": (0.932541, 0.057699, 16.1622, 8.444e-07),
        "Temp": (0.577712, 0.057699, 10.0125, 2.122e-05),
        "Time*Temp": (0.125000, 0.081592, 1.5320, 0.1694),
        "Time^2": (-1.308555, 0.060064, -21.7862, 1.083e-07),
        "Temp^2": (-0.933442, 0.060064, -15.5409, 1.104e-06),
    }
    for term, (coefficient, error, t, p) in published.items():
        row = table[term]
        assert row.coefficient == pytest.approx(coefficient, abs=5e-7)
        assert row.standard_error == pytest.approx(error, abs=5e-7)
        assert row.statistic == pytest.approx(t, abs=5e-5)
        assert row.p_value == pytest.approx(p, rel=5e-4)
    # rsm compares block B2 with B1; a sum contrast is half of that difference, and the constant is between the blocks.
    assert 2 * table["Block"].coefficient == pytest.approx(-4.457530, abs=5e-7)
    assert table["Constant"].coefficient - table["Block"].coefficient == pytest.approx(84.095427, abs=5e-7)
    assert (fit.r_squared, fit.adjusted_r_squared) == pytest.approx((0.9981, 0.9964), abs=5e-5)
    rows = {row.source: row for row in error_rows(fit)}
    assert rows["Lack of fit"].statistic == pytest.approx(0.5307, abs=5e-5)
    assert rows["Lack of fit"].p_value == pytest.approx(0.6851, abs=5e-5)
    assert (rows["Lack of fit"].df, rows["Pure error"].df) == (3, 4)


def test_everything_agrees_with_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    fit = fitted(YIELD)
    other = sm.OLS(fit.response, fit.matrix).fit()
    influence = other.get_influence()
    assert fit.coefficients == pytest.approx(other.params)
    assert fit.press == pytest.approx(float((influence.resid_press**2).sum()))
    assert studentized(fit) == pytest.approx(influence.resid_studentized_external.tolist())
    assert cooks_distances(fit) == pytest.approx(influence.cooks_distance[0].tolist())
    table = coefficient_table(fit, 0.1)
    assert np.array([[row.ci_low, row.ci_high] for row in table]) == pytest.approx(other.conf_int(0.1))


def test_sequential_and_adjusted_sums_of_squares_add_up():
    # An identity: sequential ones add to the model's; the last term's adjusted one is its sequential one.
    fit = fitted(CHEM_REACT)
    total = sum(fit.sequential_ss(fit.owned([term])) for term in fit.terms)
    assert total == pytest.approx(fit.ss_total - fit.ss_error)
    assert fit.adjusted_ss(fit.owned([fit.terms[-1]])) == pytest.approx(fit.sequential_ss(fit.owned([fit.terms[-1]])))


def test_the_order_of_the_runs_does_not_matter():
    order = np.random.default_rng(1).permutation(13)
    shuffled = {
        **YIELD,
        "data": {name: [column[i] for i in order] for name, column in YIELD["data"].items()},
        "response": [YIELD["response"][i] for i in order],
    }
    assert fitted(shuffled).coefficients == pytest.approx(fitted(YIELD).coefficients)


def test_a_large_offset_costs_only_the_digits_that_the_data_lose():
    offset = {**YIELD, "response": [1e9 + y for y in YIELD["response"]]}
    before, after = fitted(YIELD), fitted(offset)
    assert after.s == pytest.approx(before.s, rel=1e-5)
    assert after.coefficients[1:] == pytest.approx(before.coefficients[1:], abs=1e-6)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"response": YIELD["response"][:-1]}, "12 values for 13 runs"),
        ({"response": [80.0] * 13}, "does not vary"),
        ({"model": ["Time", "Time^2", "Time^3", "Time^4", "Temperature^4", "Temperature^2"]}, "cannot be told apart"),
        ({"blocks": ["a", "b"]}, "2 blocks for 13 runs"),
    ],
)
def test_what_cannot_be_fitted_is_named(changed, problem):
    with pytest.raises(ToolError, match=problem):
        fitted(YIELD, **changed)


def test_a_saturated_model_has_no_error():
    square = {"factors": 2, "data": {"A": [-1, 1, -1, 1], "B": [-1, -1, 1, 1]}, "response": [1, 2, 3, 5]}
    fit = fitted(square, model="interaction")
    assert fit.s is None
    assert fit.coefficients == pytest.approx([2.75, 0.75, 1.25, 0.25])
    assert all(row.p_value is None for row in coefficient_table(fit, 0.05))
