"""Chi-square tests against published values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havoc.tools import ToolError
from havoc.tools.math.contingency import chi_square_goodness_of_fit, chi_square_independence

SETTINGS = settings(deadline=None, derandomize=True)

# R 4 documentation, example(chisq.test): Agresti (2007), An Introduction to Categorical Data Analysis, p. 39.
PARTY = [[762, 327, 468], [484, 239, 477]]


def test_party_and_gender():
    # R prints X-squared = 30.07, df = 2, p-value = 2.954e-07, and these expected counts and standardised residuals.
    result = chi_square_independence(table=PARTY)
    assert result.statistic == pytest.approx(30.07, abs=5e-3)
    assert (result.df, result.p_value) == (2, pytest.approx(2.954e-7, abs=5e-11))
    assert result.expected[0] == pytest.approx([703.6714, 319.6453, 533.6834], abs=5e-5)
    assert result.expected[1] == pytest.approx([542.3286, 246.3547, 411.3166], abs=5e-5)
    assert result.adjusted_residuals[0] == pytest.approx([4.5020535, 0.6994517, -5.3159455], abs=5e-8)
    assert result.residuals[0][0] == pytest.approx(2.1988558, abs=5e-8)


def test_smokers_in_four_samples():
    # R 4 documentation, example(prop.test), Fleiss (1981): X-squared = 12.6, df = 3, p-value = 0.005585.
    smokers, patients = [83, 90, 129, 70], [86, 93, 136, 82]
    result = chi_square_independence(table=[[s, n - s] for s, n in zip(smokers, patients, strict=True)])
    assert result.statistic == pytest.approx(12.6, abs=5e-3)
    assert result.p_value == pytest.approx(0.005585, abs=5e-7)


def test_berkeley_admissions_with_and_without_yates():
    # UCBAdmissions over all departments (Bickel, Hammel and O'Connell 1975): 1198 of 2691 men and 557 of 1835 women
    # admitted; X-squared = 92.205 without correction, 91.61 with (R prop.test).
    result = chi_square_independence(table=[[1198, 1493], [557, 1278]], row_names=["men", "women"])
    assert result.statistic == pytest.approx(92.205, abs=5e-4)
    assert result.statistic_yates == pytest.approx(91.61, abs=5e-3)
    assert "91.60" in result.conventions["continuity correction"]


def test_mendel_s_peas():
    # Mendel (1866), 9:3:3:1: chi-square 0.470 on 3 df, P between 0.90 and 0.95 (Fisher 1936, Annals of Science 1).
    result = chi_square_goodness_of_fit(observed=[315, 101, 108, 32], expected=[9, 3, 3, 1])
    assert result.statistic == pytest.approx(0.470, abs=5e-4)
    assert result.df == 3
    assert 0.90 < result.p_value < 0.95


def test_equal_proportions():
    # R 4 documentation, example(chisq.test): c(89, 37, 30, 28, 2) against (0.40, 0.20, 0.20, 0.15, 0.05):
    # X-squared = 9.9901, df = 4, p-value = 0.04059. Weights are rescaled.
    counts, weights = [89, 37, 30, 28, 2], [40, 20, 20, 15, 5]
    result = chi_square_goodness_of_fit(observed=counts, expected=weights)
    assert result.statistic == pytest.approx(9.9901, abs=5e-5)
    assert result.p_value == pytest.approx(0.04059, abs=5e-6)
    # By hand: equal expectation of 21 each.
    result = chi_square_goodness_of_fit(observed=[18, 22, 20, 24])
    assert result.statistic == pytest.approx((9 + 1 + 1 + 9) / 21)


def test_estimated_parameters_cost_degrees_of_freedom():
    result = chi_square_goodness_of_fit(observed=[18, 22, 20, 24], estimated=1)
    assert result.df == 2


TABLES = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(1, 60), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@SETTINGS
@given(TABLES)
def test_neither_order_nor_transposition_matters(table):
    one = chi_square_independence(table=table)
    other = chi_square_independence(table=np.array(table).T[::-1].tolist())
    assert other.statistic == pytest.approx(one.statistic, abs=1e-9)
    assert other.cramers_v == pytest.approx(one.cramers_v, abs=1e-9)
    doubled = chi_square_independence(table=[[2 * cell for cell in row] for row in table])
    assert doubled.statistic == pytest.approx(2 * one.statistic, abs=1e-9)
    assert doubled.cramers_v == pytest.approx(one.cramers_v, abs=1e-9)


def test_perfect_association():
    result = chi_square_independence(table=[[30, 0], [0, 20]])
    assert result.cramers_v == pytest.approx(1)
    assert result.statistic == pytest.approx(50)
    assert result.g_statistic > 0


def test_small_expected_counts_are_reported():
    result = chi_square_independence(table=[[3, 1], [1, 3]])
    assert not result.assumptions[0].holds
    assert "4 of 4" in result.assumptions[0].detail
    assert result.statistic_yates == pytest.approx(0.5)  # By hand: 8 (8 - 4)^2 / 4^4.


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (chi_square_independence, {"table": [[1, 2]]}, "table"),
        (chi_square_independence, {"table": [[1, 0], [3, 0]]}, "table"),
        (chi_square_independence, {"table": [[1, 2], [3, 0.5]]}, "table[1][1]"),
        (chi_square_independence, {"table": [[1, 2], [3]]}, "table[1]"),
        (chi_square_independence, {"table": [[1, 2], [3, 4]], "row_names": ["a"]}, "row_names"),
        (chi_square_goodness_of_fit, {"observed": [3]}, "observed"),
        (chi_square_goodness_of_fit, {"observed": [0, 0]}, "observed"),
        (chi_square_goodness_of_fit, {"observed": [3, 4], "expected": [1, 0]}, "expected[1]"),
        (chi_square_goodness_of_fit, {"observed": [3, 4], "expected": [1, 1, 1]}, "expected"),
        (chi_square_goodness_of_fit, {"observed": [3, 4], "estimated": 1}, "estimated"),
    ],
)
def test_what_is_no_table_of_counts_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
