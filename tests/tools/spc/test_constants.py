"""The constants against the tables that every textbook prints (Montgomery, appendix VI; ASTM E2587)."""

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.constants import c4, c5, d2, d3

TABLE = {
    2: (1.128, 0.853, 0.7979),
    3: (1.693, 0.888, 0.8862),
    4: (2.059, 0.880, 0.9213),
    5: (2.326, 0.864, 0.9400),
    6: (2.534, 0.848, 0.9515),
    7: (2.704, 0.833, 0.9594),
    8: (2.847, 0.820, 0.9650),
    9: (2.970, 0.808, 0.9693),
    10: (3.078, 0.797, 0.9727),
    15: (3.472, 0.756, 0.9823),
    25: (3.931, 0.708, 0.9896),
}


@pytest.mark.parametrize(("n", "expected"), TABLE.items())
def test_tabled_values(n, expected):
    assert (d2(n), d3(n), c4(n)) == pytest.approx(expected, abs=6e-4)


def test_for_two_values_range_and_standard_deviation_are_the_same_thing():
    # R = s sqrt 2, so d2 = c4 sqrt 2 and d3 = c5 sqrt 2, exactly.
    assert d2(2) == pytest.approx(c4(2) * 2**0.5, rel=1e-12)
    assert d3(2) == pytest.approx(c5(2) * 2**0.5, rel=1e-8)


@pytest.mark.parametrize("n", [0, 1, 1001])
def test_sizes_without_a_constant_are_errors(n):
    with pytest.raises(ToolError):
        d2(n)
