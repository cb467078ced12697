"""Run lengths against published tables."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.spc.mewma_limit import mewma_arl, mewma_limit
from havoc.tools.spc.rules_run_length import simulated_arl, zone_rules_arl
from havoc.tools.spc.run_length import average_run_length
from havoc.tools.spc.run_rules import WESTERN_ELECTRIC, chosen_rules


@pytest.mark.parametrize(
    ("arguments", "published"),
    [
        # Montgomery Table 9.3 (two-sided tabular CUSUM, k = 0.5).
        ({"chart": "cusum", "h": 4}, [168, 74.2, 26.6, 13.3, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71]),
        ({"chart": "cusum", "h": 5}, [465, 139, 38.0, 17.0, 10.4, 5.75, 4.01, 3.11, 2.57, 2.01]),
        # Lucas and Saccucci (1990), in Montgomery Table 9.11.
        ({"chart": "ewma", "weight": 0.4, "width": 3.054}, [500, 224, 71.2, 28.4, 14.3, 5.9, 3.5, 2.5, 2.0, 1.4]),
        ({"chart": "ewma", "weight": 0.1, "width": 2.814}, [500, 106, 31.3, 15.9, 10.3, 6.1, 4.4, 3.4, 2.9, 2.2]),
    ],
)
def test_published_run_lengths(arguments, published):
    result = average_run_length(shifts=[0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4], **arguments)
    assert result.average_run_lengths == pytest.approx(published, rel=0.012, abs=0.06)


def test_run_length_of_a_shewhart_chart():
    # 1/0.0027 = 370; for means of 5 shifted by one sigma 4.5 (Montgomery, figure 6.15's text).
    result = average_run_length(shifts=[0, 1], subgroup_size=5)
    assert result.average_run_lengths == pytest.approx([370.4, 4.5], abs=0.05)


@pytest.mark.parametrize(
    ("rules", "in_control"),
    [
        # Champ and Woodall (1987), Technometrics 29, Table 1: rules 1, 12, 13, 14 and 1234 without a shift.
        (("1",), 370.40),
        (("1", "2"), 225.44),
        (("1", "3"), 166.05),
        (("1", "4"), 152.73),
        (("1", "2", "3", "4"), 91.75),
    ],
)
def test_run_lengths_of_western_electric_rules(rules, in_control):
    chosen = {number: WESTERN_ELECTRIC[number] for number in rules}
    assert zone_rules_arl(chosen, 0.0) == pytest.approx(in_control, abs=0.006)


def test_the_operation_takes_rules():
    # Champ and Woodall (1987): all four rules, 91.75 without a shift and 9.22 with one of a sigma.
    result = average_run_length(shifts=[0, 1], rules="western_electric")
    assert result.average_run_lengths == pytest.approx([91.75, 9.22], abs=0.006)
    assert result.standard_errors is None
    means = average_run_length(shifts=[0.5], subgroup_size=4, rules="western_electric")
    assert means.average_run_lengths == pytest.approx(result.average_run_lengths[1:])


def test_the_simulation_agrees_with_the_exact_run_length():
    rules = chosen_rules("western_electric")
    simulated = simulated_arl(rules, 0.0)
    assert simulated.mean == pytest.approx(zone_rules_arl(rules, 0.0), abs=4 * simulated.standard_error)


def test_rules_of_trends_are_simulated_and_say_so():
    result = average_run_length(shifts=[0, 1], rules="nelson")
    assert len(result.standard_errors) == 2
    assert "simulated" in result.conventions["method"]
    assert result.average_run_lengths[0] < 91.75, "more rules, more false alarms"
    assert average_run_length(shifts=[0, 1], rules="nelson") == result


@pytest.mark.parametrize(
    ("characteristics", "weight", "limit"),
    [
        # Prabhu and Runger (1997), Journal of Quality Technology 29, 8-15 (Montgomery, Table 11.3): run length 200.
        (2, 0.05, 7.35),
        (2, 0.1, 8.64),
        (2, 0.2, 9.65),
        (2, 0.5, 10.44),
        (4, 0.1, 12.73),
        (4, 0.3, 14.34),
        (6, 0.1, 16.27),
        (6, 0.2, 17.51),
    ],
)
def test_published_limits_of_the_multivariate_ewma(characteristics, weight, limit):
    assert mewma_limit(characteristics, weight, 200.0) == pytest.approx(limit, abs=0.015)


def test_a_multivariate_ewma_without_memory_is_a_chi_square_chart():
    # Exactly: 1/P(chi-square with 2 degrees of freedom > 2 ln 200) = 200.
    assert mewma_arl(2, 1.0, 2 * np.log(200)) == pytest.approx(200, rel=1e-6)


def test_an_ewma_without_memory_is_a_shewhart_chart():
    ewma = average_run_length(chart="ewma", weight=1, width=3, shifts=[0, 0.7, 2])
    shewhart = average_run_length(shifts=[0, 0.7, 2])
    assert ewma.average_run_lengths == pytest.approx(shewhart.average_run_lengths, rel=1e-6)


def test_a_shift_up_is_found_as_soon_as_one_down():
    for chart in ("shewhart", "cusum", "ewma"):
        up, down = average_run_length(chart=chart, shifts=[1, -1]).average_run_lengths
        assert up == pytest.approx(down)


def test_what_practically_never_signals_has_no_run_length():
    result = average_run_length(chart="cusum", shifts=[0, 2], k=1, h=20)
    assert result.arl_in_control is None
    assert "arl_in_control" in result.undefined
    assert result.average_run_lengths[1] == pytest.approx(21, abs=1)  # h/(shift - k), and a little


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"shifts": [0.0] * 51}, "shifts"),
        ({"shifts": [0.0] * 6, "rules": "nelson"}, "shifts"),
        ({"shifts": [0], "chart": "cusum", "rules": "nelson"}, "rules"),
        ({"shifts": [0], "width": 2.5, "rules": "nelson"}, "width"),
    ],
)
def test_what_has_no_run_length_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        average_run_length(**arguments)
    assert caught.value.path == path
