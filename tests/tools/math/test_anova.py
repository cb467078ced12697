"""One-way analyses of variance against published values."""

import pytest

from havoc.tools import ToolError
from havoc.tools.math.anova import one_way_anova, welch_anova
from havoc.tools.math.t_tests import t_test

# R's PlantGrowth (Dobson 1983): dried weights under a control and two treatments.
PLANT_GROWTH = {
    "ctrl": [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    "trt1": [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    "trt2": [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
}
# NIST StRD, analysis of variance, SiRstv: resistivity of silicon wafers measured by five instruments.
SIRSTV = [
    [196.3052, 196.1240, 196.1890, 196.2569, 196.3403],
    [196.3042, 196.3825, 196.1669, 196.3257, 196.0422],
    [196.1303, 196.2005, 196.2889, 196.0343, 196.1811],
    [196.2795, 196.1748, 196.1494, 196.1485, 195.9885],
    [196.2119, 196.1051, 196.1850, 196.0052, 196.2090],
]


def test_nist_strd_sirstv():
    # Certified: SS between 5.11462616e-02 (4 df), within 2.16636560e-01 (20 df), F 1.18046237440255, R² 0.190999039051129.
    result = one_way_anova(groups=SIRSTV)
    assert result.sum_of_squares_between == pytest.approx(5.11462616e-02, rel=1e-8)
    assert result.sum_of_squares_within == pytest.approx(2.16636560e-01, rel=1e-8)
    assert result.f == pytest.approx(1.18046237440255, rel=1e-8)
    assert result.eta_squared == pytest.approx(0.190999039051129, rel=1e-8)
    assert (result.df_between, result.df_within) == (4, 20)


def test_plant_growth():
    # R 4, summary(aov(weight ~ group)): 3.766, 10.492, F 4.846, Pr 0.0159.
    result = one_way_anova(groups=PLANT_GROWTH)
    assert result.sum_of_squares_between == pytest.approx(3.766, abs=5e-4)
    assert result.sum_of_squares_within == pytest.approx(10.492, abs=5e-4)
    assert result.f == pytest.approx(4.846, abs=5e-4)
    assert result.p_value == pytest.approx(0.0159, abs=5e-5)
    # R, oneway.test(weight ~ group): F = 5.181, num df = 2, denom df = 17.128, p-value = 0.01739.
    welch = welch_anova(groups=PLANT_GROWTH)
    assert (welch.f, welch.df_within, welch.p_value) == pytest.approx((5.181, 17.128, 0.01739), abs=5e-4)


def test_two_groups_are_the_squares_of_t():
    one, two = PLANT_GROWTH["ctrl"], PLANT_GROWTH["trt2"]
    groups = {"one": one, "two": two}
    assert one_way_anova(groups=groups).f == pytest.approx(
        t_test(group1=one, group2=two, equal_variances=True).statistic ** 2
    )
    welch, t = welch_anova(groups=groups), t_test(group1=one, group2=two)
    assert (welch.f, welch.df_within, welch.p_value) == pytest.approx((t.statistic**2, t.df, t.p_value))


def test_order_of_groups_and_unit_do_not_matter():
    before = one_way_anova(groups=PLANT_GROWTH)
    after = one_way_anova(
        groups={name: [1000 * x + 7 for x in reversed(group)] for name, group in reversed(PLANT_GROWTH.items())}
    )
    assert after.f == pytest.approx(before.f)


@pytest.mark.parametrize("call", [one_way_anova, welch_anova])
@pytest.mark.parametrize("groups", [[[1, 1], [2, 2]], [[1], [2]], {"A": [1, 2]}])
def test_what_cannot_be_analysed_is_an_error(call, groups):
    with pytest.raises(ToolError):
        call(groups=groups)
