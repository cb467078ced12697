"""How numbers are shown, and which numbers a rounded one can be."""

import pytest

from havoc.prime.numerals import find_numerals
from havoc.prime.quantities.precision import MOST_FORMS, is_near, is_p_value, quantum, show_forms, shown, supports
from havoc.prime.workspace import Fact, Provenance


def _numeral(text):
    (numeral,) = find_numerals(text)
    return numeral


def _fact(value, name="mean"):
    return Fact("f1", name, value, "", Provenance("tool", "c1", f"result.{name}"))


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (15, "runs", "15"),
        (15.0, "df", "15"),
        (-1.0, "difference", "-1"),
        (0.03125, "p_value", "0.0312"),
        (0.5, "p_value", "0.5000"),
        (2.95e-07, "p_value", "< 0.0001"),
        (0.0, "p_value", "0"),
        (12.066666667, "mean", "12.07"),
        (0.08819171, "standard_error", "0.08819"),
        (1234567.25, "total", "1234567"),
        (123456789.5, "total", "1.235e+08"),
        (0.0000123456, "value", "1.235e-05"),
        (10.50, "mean", "10.5"),
    ],
)
def test_a_value_is_shown_as_its_kind_asks(value, name, text):
    assert shown(value, name) == text


def test_precise_data_are_shown_precisely():
    assert shown(74.0136666, "mean", decimals=4) == "74.0137"
    assert shown(1 / 3, "mean", decimals=40) == f"{1 / 3:.15f}", "never more digits than a double holds"


@pytest.mark.parametrize(
    ("value", "text", "holds"),
    [
        (12.06667, "12.07", True),
        (12.06667, "12.06", False),
        (12.06667, "12.1", True),
        (12.06667, "12", True),
        (0.0025361, "0.0025", True),
        (0.0025361, ".0025", True),
        (0.0025361, "2.54e-3", True),
        (0.0025361, "2.5 x 10^-3", True),
        (0.0025361, "2.53e-3", False),
        (0.0619, "6.2%", True),
        (6.19, "6.2%", True),
        (0.0619, "6.3%", False),
        (1200.4, "1,200", True),
        (1200.4, "1,201", False),
        (0.125, "0.12", True),
        (0.125, "0.13", True),
        (1.58, "2", False),
        (2.94, "3", True),
        (0.3, "0", False),
        (1e-14, "0", True),
        (0.0004, "0.00", True),
        (-2.5, "2.5", False),
    ],
)
def test_a_number_supports_what_it_rounds_to(value, text, holds):
    assert supports(value, _numeral(text)) is holds


@pytest.mark.parametrize(
    ("text", "unit"),
    [("1.25", 0.01), ("1.25%", 0.0001), ("1.25e-5", 1e-7), ("1,200", 1.0), ("15", 1.0), (".05", 0.01), ("0.10", 0.01)],
)
def test_the_last_digit_says_how_exactly_a_number_is_given(text, unit):
    assert quantum(_numeral(text)) == pytest.approx(unit)


@pytest.mark.parametrize(
    ("value", "text", "near"), [(1172, "1,200", True), (1172, "1,400", False), (759.3, "760", True), (759.3, "759.9", False)]
)
def test_about_means_less_the_more_digits_are_given(value, text, near):
    assert is_near(value, _numeral(text)) is near


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("p_value", True),
        ("p_interaction", True),
        ("lack_of_fit_p_value", True),
        ("p_value_error", False),
        ("proportion", False),
    ],
)
def test_p_values_are_known_by_their_field(name, holds):
    assert is_p_value(name) is holds


@pytest.mark.parametrize(
    ("value", "name"),
    [(12.0666667, "mean"), (0.0025361, "p_value"), (0.8636, "eta_squared"), (22719.6, "ppm"),
     (12000, "n"), (-3.30604, "ci_low"),
     (6.356, "percent_study_grr"), (2.954e-7, "p_value"), (3, "runs")],
)  # fmt: skip
def test_every_form_of_a_fact_is_supported_by_it(value, name):
    forms = show_forms(_fact(value, name))
    assert 1 <= len(forms) <= MOST_FORMS
    assert len(set(forms)) == len(forms)
    for form in forms:
        assert supports(value, _numeral(form)), form


def test_forms_of_what_is_no_number():
    assert show_forms(_fact(True)) == []
    assert show_forms(_fact("text")) == []
    assert show_forms(_fact(float("inf"))) == []


def test_forms_that_people_use():
    assert "86.4%" in show_forms(_fact(0.8636364, "eta_squared"))
    assert "6.36%" in show_forms(_fact(6.3561, "percent_study_grr"))
    assert "12,000" in show_forms(_fact(12000, "n"))
    assert not any("%" in form for form in show_forms(_fact(0.0312, "p_value")))
