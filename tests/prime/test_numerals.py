"""Numbers in text."""

import pytest

from havoc.prime.numerals import find_numerals


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A: 12.1, 11.9", [12.1, 11.9]),
        ("[1,2,3] vs [2,3,4]", [1, 2, 3, 2, 3, 4]),
        ("12,11,13", [12, 11, 13]),
        ("100-200 °C", [100, 200]),
        ("100 - 200", [100, 200]),
        ("5 -3", [5, -3]),
        ("-5, −3, +2 (-1)", [-5, -3, 2, -1]),
        ("10 ± 0.5", [10, 0.5]),
        ("1,234.5 and 1,234 and 12,345,678", [1234.5, 1234, 12345678]),
        ("101 203 198 200", [101, 203, 198, 200]),
        ("1\u00a0234\u00a0567", [1234567]),
        ("n=25, alpha of 1%, p<.05, 7 %", [25, 0.01, 0.05, 0.07]),
        ("1.2e-3, 3×10^5, 4 x 10^-2, 6·10⁻³, 2E3", [1.2e-3, 3e5, 4e-2, 6e-3, 2e3]),
        ("10mm 5V", [10, 5]),
        ("It is 3. It was 0.5.", [3, 0.5]),
        ("2024-11-23 12:30 the 3rd v1.2.3 M6 A12 x1 1.2.3", []),
        ("1e999", []),
        ("", []),
    ],
)
def test_values(text, values):
    assert [numeral.value for numeral in find_numerals(text)] == values


def test_decimal_commas():
    assert [one.value for one in find_numerals("12,5\t-13,1\t1.234,5\t3", ",")] == [12.5, -13.1, 1234.5, 3]


def test_places_and_decimals_are_those_of_the_text():
    text = "mean 12.50 mm, −0.125, 5 %, 3"
    found = find_numerals(text)
    assert [text[one.start : one.end] for one in found] == [one.text for one in found] == ["12.50", "−0.125", "5 %", "3"]
    assert [one.decimals for one in found] == [2, 3, 0, 0]
    assert [one.percent for one in found] == [False, False, True, False]


def test_a_hundred_thousand_numbers_are_read():
    assert len(find_numerals(", ".join(map(str, range(100_000))))) == 100_000
