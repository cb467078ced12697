"""Operating characteristics against Montgomery's tables."""

import pytest

from havoc.tools import ToolError
from havoc.tools.spc.chart_oc_curve import oc_curve_chart
from havoc.tools.spc.run_length import average_run_length


def test_xbar_chart():
    # Montgomery, section 6.2.6: n = 5, a shift of 2 sigma: beta = 0.0708 (from z = -1.47, rounded).
    result = oc_curve_chart(levels=[2], subgroup_size=5)
    assert result.beta == pytest.approx([0.0708], abs=5e-4)


def test_c_chart():
    # Montgomery, Table 7.12 (limits 6.48 and 33.22): the probability of a point between the limits.
    result = oc_curve_chart(chart="c", levels=[5, 10, 30, 40], lcl=6.48, ucl=33.22)
    assert result.beta == pytest.approx([0.238, 0.870, 0.744, 0.151], abs=1.5e-3)


def test_p_chart():
    # Montgomery, Table 7.6 (n = 50, limits 0.0303 and 0.3697).
    levels = [0.01, 0.03, 0.05, 0.10, 0.20, 0.30, 0.40, 0.50]
    published = [0.0894, 0.4447, 0.7206, 0.9662, 0.9973, 0.8594, 0.3356, 0.0325]
    result = oc_curve_chart(chart="p", levels=levels, lcl=0.0303, ucl=0.3697, subgroup_size=50)
    assert result.beta == pytest.approx(published, abs=1.5e-4)


def test_the_run_length_is_that_of_average_run_length():
    shifts = [0, 0.5, 1, 3]
    curve = oc_curve_chart(levels=shifts, subgroup_size=3)
    assert curve.average_run_lengths == pytest.approx(average_run_length(shifts=shifts, subgroup_size=3).average_run_lengths)
    assert [beta + power for beta, power in zip(curve.beta, curve.power, strict=True)] == pytest.approx([1] * 4)


def test_a_count_on_a_limit_is_no_signal():
    # 0.06 * 50 is 3 and 0.14 * 50 is 7 (and 7.000000000000001 in binary arithmetic): 3 to 7 items lie inside.
    on = oc_curve_chart(chart="p", levels=[0.1], lcl=0.06, ucl=0.14, subgroup_size=50)
    beside = oc_curve_chart(chart="p", levels=[0.1], lcl=0.0599, ucl=0.1401, subgroup_size=50)
    assert on.beta == pytest.approx(beside.beta)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"chart": "p", "levels": [0.1], "lcl": 0.1}, "ucl"),
        ({"chart": "c", "levels": [3], "lcl": 9, "ucl": 5}, "lcl"),
        ({"chart": "p", "levels": [0.1, 1.5], "lcl": 0, "ucl": 0.4, "subgroup_size": 50}, "levels[1]"),
        ({"levels": [0.0] * 501}, "levels"),
    ],
)
def test_what_has_no_curve_is_named(arguments, path):
    with pytest.raises(ToolError) as caught:
        oc_curve_chart(**arguments)
    assert caught.value.path == path
