"""Response surfaces against published values."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.response_surface import analyze_response_surface
from tests.tools.doe.experiments import CHEM_REACT, YIELD


def rows_of(result):
    return {row.source: row for row in result.anova}


def coefficients_of(result):
    return {row.term: row.coefficient for row in result.coefficients}


def test_chemical_yield():
    # Montgomery, Example 11.2: yield = 79.94 + 0.99 x1 + 0.52 x2 - 1.38 x1^2 - 1.00 x2^2 + 0.25 x1 x2; R2 = 0.983,
    # adjusted 0.970, PRESS = 2.35; standard deviation 0.27; lack of fit SS 0.28, pure error SS 0.21.
    result = analyze_response_surface(**YIELD)
    assert coefficients_of(result) == pytest.approx(
        {
            "Constant": 79.94,
            "Time": 0.99,
            "Temperature": 0.52,
            "Time*Temperature": 0.25,
            "Time^2": -1.38,
            "Temperature^2": -1.00,
        },
        abs=0.0055,
    )
    assert result.s == pytest.approx(0.27, abs=0.005)
    assert (result.r_squared, result.adjusted_r_squared) == pytest.approx((0.983, 0.970), abs=5e-4)
    assert result.press == pytest.approx(2.35, abs=0.005)
    rows = rows_of(result)
    assert rows["Lack of fit"].sum_of_squares == pytest.approx(0.28, abs=0.005)
    assert rows["Pure error"].sum_of_squares == pytest.approx(0.21, abs=0.005)
    assert result.significant == ["Time^2", "Time", "Temperature^2", "Temperature"]


def test_chem_react_table_of_variance():
    # Lenth (2009), Journal of Statistical Software 32(7): sequential table of rsm(Yield ~ Block + SO(x1, x2)).
    result = analyze_response_surface(**CHEM_REACT)
    rows = rows_of(result)
    published = {
        "Blocks": (1, 69.531, 2611.0950),
        "Linear": (2, 9.626, 180.7341),
        "Interaction": (1, 0.063, 2.3470),
        "Square": (2, 17.791, 334.0539),
    }
    for source, (df, ss, f) in published.items():
        assert rows[source].df == df
        assert rows[source].sequential_sum_of_squares == pytest.approx(ss, abs=6e-4)
        if source != "Blocks":
            assert rows[source].statistic == pytest.approx(f, abs=5e-5)
            continue
        # Blocks are not quite orthogonal to the squares; rsm tests them before all else.
        assert rows[source].sequential_sum_of_squares / result.s**2 == pytest.approx(f, abs=5e-4)
    assert (rows["Error"].df, rows["Lack of fit"].df, rows["Pure error"].df) == (7, 3, 4)
    assert rows["Lack of fit"].statistic == pytest.approx(0.5307, abs=5e-5)
    assert result.lack_of_fit_p_value == pytest.approx(0.6851, abs=5e-5)


def test_the_equation_in_natural_units_predicts_the_same():
    result = analyze_response_surface(**YIELD)
    natural = result.natural_coefficients
    for time, temperature, fitted in zip(*YIELD["data"].values(), result.fitted, strict=True):
        value = (
            natural["Constant"]
            + natural["Time"] * time
            + natural["Temperature"] * temperature
            + natural["Time*Temperature"] * time * temperature
            + natural["Time^2"] * time**2
            + natural["Temperature^2"] * temperature**2
        )
        assert value == pytest.approx(fitted, abs=1e-8)


def test_a_linear_change_of_units_changes_no_test():
    before = analyze_response_surface(**YIELD)
    seconds = {
        "factors": [{"name": "Time", "low": 4800, "high": 5400}, {"name": "Temperature", "low": 338, "high": 356}],
        "data": {
            "Time": [60 * time for time in YIELD["data"]["Time"]],
            "Temperature": [32 + 1.8 * temperature for temperature in YIELD["data"]["Temperature"]],
        },
        "response": [3 * y - 5 for y in YIELD["response"]],
    }
    after = analyze_response_surface(**seconds)
    for one, other in zip(before.coefficients[1:], after.coefficients[1:], strict=True):
        assert other.coefficient == pytest.approx(3 * one.coefficient)
        assert other.p_value == pytest.approx(one.p_value)


def test_an_exact_surface_is_found_and_its_tests_are_undefined():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, (2, 12))
    y = 5 + 2 * a - b + 3 * a * b - 4 * a**2 + b**2
    result = analyze_response_surface(factors=2, data={"A": a.tolist(), "B": b.tolist()}, response=y.tolist())
    assert list(coefficients_of(result).values()) == pytest.approx([5, 2, -1, 3, -4, 1])
    assert result.s is None
    assert "s" in result.undefined


def test_lack_of_fit_is_noticed():
    a = [-1, -1, 0, 0, 1, 1, 0.5, 0.5]
    y = [1.0, 1.1, 5.0, 5.1, 1.0, 0.9, 9.0, 9.1]
    result = analyze_response_surface(factors=1, data={"A": a}, response=y)
    assert "lack_of_fit" in {notice.code for notice in result.warnings}
    assert result.lack_of_fit_p_value < 0.05


def test_a_categorical_factor_with_a_curve_for_each_level():
    # Exact by construction: B lies 4 above A and rises by 2 more.
    t = [-1, 0, 1, 0.5] * 2
    data = {"T": t, "M": ["A"] * 4 + ["B"] * 4}
    y = [1 + x - x * x for x in t[:4]] + [5 + 3 * x - x * x for x in t[4:]]
    factors = [{"name": "T", "low": -1, "high": 1}, {"name": "M", "levels": ["A", "B"]}]
    result = analyze_response_surface(factors=factors, data=data, response=y)
    found = coefficients_of(result)
    assert (found["Constant"], found["M"], found["T"], found["T*M"], found["T^2"]) == pytest.approx((3, 2, 2, 1, -1))


def test_two_levels_do_not_determine_squares():
    data = {"A": [-1, 1, -1, 1, -1, 1, -1, 1], "B": [-1, -1, 1, 1, -1, -1, 1, 1]}
    with pytest.raises(ToolError, match=r"A\^2"):
        analyze_response_surface(factors=2, data=data, response=[1, 2, 3, 4, 5, 6, 7, 9])
