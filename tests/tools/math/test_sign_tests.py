"""Sign, median and runs tests against published and hand-computed values."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from havoc.tools import ToolError
from havoc.tools.math.contingency import chi_square_independence
from havoc.tools.math.sign_tests import mood_median, runs_test_randomness, sign_test

SETTINGS = settings(deadline=None, derandomize=True)

# Hollander and Wolfe (1973), 29f: depression scale before and after therapy.
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]


def sequence(above, below, runs):
    """A sequence of +1 and -1 with these counts and this many runs."""
    high, low = (runs + 1) // 2, runs // 2
    ups = [above - high + 1] + [1] * (high - 1)
    downs = [below - low + 1] + [1] * (low - 1)
    found = []
    for index in range(high):
        found += [1] * ups[index]
        if index < low:
            found += [-1] * downs[index]
    return found


def test_depression():
    # Hollander and Wolfe, example 3.5: 7 of 9 patients improved, P(B >= 7) = 0.0898 (46/512).
    result = sign_test(sample=BEFORE, paired_with=AFTER, alternative="greater")
    assert (result.above, result.below) == (7, 2)
    assert result.p_value == pytest.approx(46 / 512)


def test_rounding_does_not_break_ties():
    # 1.3 - 1.2 is not 0.1 in doubles, but it is on paper.
    result = sign_test(sample=[1.3, 0.3, 5.0], paired_with=[1.2, 0.2, 2.0], median=0.1)
    assert (result.above, result.below, result.equal) == (1, 0, 2)


def test_the_median_s_interval():
    # Binomial table, n = 10: the 2nd and the 9th value cover 97.85%, the 3rd and the 8th only 89.06%.
    result = sign_test(sample=list(range(1, 11)), median=5)
    assert (result.ci_low, result.ci_high) == (2, 9)
    assert result.confidence == pytest.approx(0.9785, abs=5e-5)
    assert sign_test(sample=list(range(1, 11)), median=5, alpha=0.1094).ci_low == 3
    assert sign_test(sample=[1, 2, 3], median=0).ci_low is None


def test_beam_deflections():
    # NIST/SEMATECH e-Handbook 1.3.5.13 (LEW.DAT, 200 values): Z = 2.6938. Its 120 runs of 100 values on each side.
    result = runs_test_randomness(sample=sequence(100, 100, 120))
    assert (result.runs, result.expected_runs) == (120, 101)
    assert result.statistic == pytest.approx(2.6938, abs=5e-5)
    assert result.significant
    assert "more runs" in result.conclusion


@SETTINGS
@given(st.integers(1, 5), st.integers(2, 5), st.data())
def test_exact_runs_by_enumeration(above, below, data):
    order = data.draw(st.permutations([1.0] * above + [-1.0] * below))
    result = runs_test_randomness(sample=order, about=0)
    every = []
    for places in combinations(range(above + below), above):
        signs = [index in places for index in range(above + below)]
        every.append(1 + sum(one != two for one, two in pairwise(signs)))
    share = {runs: every.count(runs) for runs in every}
    by_hand = sum(count for count in share.values() if count <= share[result.runs]) / len(every)
    assert result.p_value_exact == pytest.approx(by_hand)
    assert result.expected_runs == pytest.approx(sum(every) / len(every))


def test_mood_is_chi_square_above_and_not_above():
    groups = {"A": [83, 91, 94, 89, 89, 96, 91, 92, 90], "B": [78, 82, 81, 77, 79, 81, 80, 81], "C": [91, 90, 81, 83, 84]}
    result = mood_median(groups=groups)
    table = [[result.above[name], result.not_above[name]] for name in groups]
    identity = chi_square_independence(table=table)
    assert (result.statistic, result.df) == (pytest.approx(identity.statistic), 2)
    assert result.p_value == pytest.approx(identity.p_value)


def test_mood_on_corn_yields():
    # Conover (1999), section 4.3, example 1 (four ways of growing corn): T = 17.6, 3 df, median 89.
    methods = [
        [83, 91, 94, 89, 89, 96, 91, 92, 90],
        [91, 90, 81, 83, 84, 83, 88, 91, 89, 84],
        [101, 100, 91, 93, 96, 95, 94],
        [78, 82, 81, 77, 79, 81, 80, 81],
    ]
    result = mood_median(groups=methods)
    assert result.grand_median == 89
    assert list(result.above.values()) == [6, 3, 7, 0]
    assert result.statistic == pytest.approx(17.6, abs=0.06)


@SETTINGS
@given(st.lists(st.integers(-9, 9), min_size=3, max_size=30))
def test_the_sign_test_mirrors(values):
    if not any(values):
        return
    one, other = sign_test(sample=values), sign_test(sample=[-value for value in values])
    assert one.p_value == pytest.approx(other.p_value)
    assert (one.above, one.equal) == (other.below, other.equal)
    if one.ci_low is not None:
        assert one.ci_low == -other.ci_high
        assert one.confidence >= 0.95
    greater = sign_test(sample=values, alternative="greater").p_value
    assert greater == pytest.approx(stats.binom.sf(one.above - 1, one.above + one.below, 0.5))


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        (sign_test, {"sample": [2, 2], "median": 2}, "sample"),
        (sign_test, {"sample": [2, 3], "paired_with": [1]}, "paired_with"),
        (mood_median, {"groups": [[1, 1], [1, 1]]}, "groups"),
        (runs_test_randomness, {"sample": [1, 2, 3], "about": 9}, "sample"),
        (runs_test_randomness, {"sample": [1, 2]}, "sample"),
    ],
)
def test_what_has_no_two_sides_is_named(operation, arguments, path):
    with pytest.raises(ToolError) as caught:
        operation(**arguments)
    assert caught.value.path == path
