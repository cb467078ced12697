"""McNemar's and Cochran's tests against published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.math.matched_proportions import cochran_q, mcnemar

SETTINGS = settings(deadline=None, derandomize=True)


def test_approval_of_the_prime_minister():
    # Agresti (2013), section 11.1 (Table 11.1): z = -4.17, so chi-square 17.36; the change 0.04 with standard error 0.0095
    # and 95% interval 0.021 to 0.059.
    result = mcnemar(table=[[794, 150], [86, 570]])
    assert result.statistic == pytest.approx(17.36, abs=5e-3)
    assert result.difference == pytest.approx(0.04)
    assert (result.ci_low, result.ci_high) == pytest.approx((0.021, 0.059), abs=5e-4)
    corrected = mcnemar(table=[[794, 150], [86, 570]], correction=True)
    assert corrected.statistic == pytest.approx(63**2 / 236)
    assert "16.81" in result.conventions["continuity correction"]


def test_exact_p_by_hand():
    # 5 discordant units, all one way: 2 / 2^5.
    assert mcnemar(table=[[10, 5], [0, 10]]).p_value == pytest.approx(2 / 32)
    assert mcnemar(table=[[10, 5], [0, 10]]).odds_ratio is None


def test_game_predictions():
    # Conover (1999), section 4.6, example 1 (three sportsmen predict 12 games): T = 2.8, p = 0.2466 (NIST Dataplot).
    games = [
        *[[1, 1, 1], [1, 1, 1], [0, 1, 0], [1, 1, 0], [0, 0, 0], [1, 1, 1]],
        *[[1, 1, 1], [1, 1, 0], [0, 0, 1], [0, 1, 0], [1, 1, 1], [1, 1, 1]],
    ]
    result = cochran_q(units=games)
    assert result.statistic == pytest.approx(2.8)
    assert result.p_value == pytest.approx(0.246597, abs=5e-7)
    assert result.informative == 5


@SETTINGS
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=40))
def test_cochran_of_two_is_mcnemar(pairs):
    cells = [[sum(pair == (one, two) for pair in pairs) for two in (1, 0)] for one in (1, 0)]
    if cells[0][1] + cells[1][0] == 0:
        return
    one, other = cochran_q(units=[list(pair) for pair in pairs]), mcnemar(table=cells)
    assert one.statistic == pytest.approx(other.statistic)
    assert one.p_value == pytest.approx(other.p_value_chi_square)
    assert one.informative == other.discordant


@SETTINGS
@given(st.integers(0, 30), st.integers(0, 30))
def test_swapping_the_judgements_mirrors(b, c):
    if b + c == 0:
        return
    one, other = mcnemar(table=[[4, b], [c, 6]]), mcnemar(table=[[4, c], [b, 6]])
    assert one.p_value == pytest.approx(other.p_value)
    assert one.p_value == pytest.approx(min(1, 2 * stats.binom.cdf(min(b, c), b + c, 0.5)))
    assert one.ci_low == pytest.approx(-other.ci_high)


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (mcnemar, {"table": [[1, 0], [0, 1]]}, "table"),
        (mcnemar, {"table": [[1, 2, 3], [3, 4, 5]]}, "table"),
        (mcnemar, {"table": [[1, -2], [3, 4]]}, "table[0][1]"),
        (cochran_q, {"units": [[1, 2], [0, 1]]}, "units[0][1]"),
        (cochran_q, {"units": [[1, 1], [0, 0]]}, "units"),
        (cochran_q, {"units": [[1, 0], [0, 1]], "conditions": ["A", "A"]}, "conditions"),
    ],
)
def test_what_is_not_matched_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
