"""Factors: how people write them, and coding there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from havoc.tools.doe.factor import Factor, Factors, coded_factors


class Holder(BaseModel):
    factors: Factors


def read(value):
    return Holder(factors=value).factors


def test_a_count_gives_letters_without_i():
    assert "".join(factor.name for factor in read(9)) == "ABCDEFGHJ"
    assert [factor.name for factor in coded_factors(27)][-2:] == ["X26", "X27"]


@pytest.mark.parametrize(
    ("text", "name", "limits", "unit"),
    [
        ("Speed 50..150 rpm", "Speed", (50, 150), "rpm"),
        ("temperature (100-200°C)", "temperature", (100, 200), "°C"),
        ("Time: 5 to 15 min", "Time", (5, 15), "min"),
        ("pH=4.5..6.5", "pH", (4.5, 6.5), ""),
        ("x -10..-5", "x", (-10, -5), ""),
        ("Acceleration 1..5 m/s2", "Acceleration", (1, 5), "m/s2"),
        ("10..20", "A", (10, 20), ""),
        ("Catalyst", "Catalyst", (-1, 1), ""),
    ],
)
def test_texts_are_factors(text, name, limits, unit):
    (factor,) = read([text])
    assert (factor.name, factor.limits, factor.unit) == (name, limits, unit)


def test_objects_are_factors():
    factors = read({"T": [10, 20], "M": ["a", "b", "c"], "S": {"levels": [1, 2, 5]}, "P": "1..3 bar"})
    assert [factor.name for factor in factors] == ["T", "M", "S", "P"]
    assert [factor.limits for factor in factors] == [(10, 20), (-1, 1), (1, 5), (1, 3)]
    assert [factor.categorical for factor in factors] == [False, True, False, False]


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), coded=st.floats(-2, 2))
def test_coding_there_and_back(low, width, coded):
    factor = Factor(name="x", low=low, high=low + width)
    assert factor.coded(factor.natural(coded)) == pytest.approx(coded, abs=1e-6)
    assert (factor.natural(-1), factor.natural(1)) == (low, low + width)


@given(levels=st.lists(st.integers(-1000, 1000), min_size=2, max_size=8, unique=True))
def test_levels_are_given_back_exactly(levels):
    factor = Factor(name="x", levels=[float(level) for level in sorted(levels)])
    assert [factor.natural(code) for code in factor.level_codes()] == sorted(levels)
    named = Factor(name="m", levels=[f"level {level}" for level in levels])
    assert [named.natural(code) for code in named.level_codes()] == [f"level {level}" for level in levels]


@pytest.mark.parametrize(
    "value",
    [
        *(0, 65, 2.5, float("inf"), float("nan"), 10**400, True, "three", [], None),
        *(
            [{"name": "x", "low": 1}],
            [{"name": "x", "low": 2, "high": 1}],
            [{"name": "x", "low": 1, "high": 2, "levels": [1, 2]}],
        ),
        *([{"name": "x", "levels": [1]}], [{"name": "x", "levels": [1, 1]}], [{"name": "x", "levels": [2, 1]}]),
        *(["x", "x"], [{"name": "x", "levels": [1, float("nan")]}], [{"name": "x", "levels": list(range(101))}], ["x"] * 65),
    ],
)
def test_what_is_no_factor_is_refused(value):
    with pytest.raises(ValidationError):
        read(value)
