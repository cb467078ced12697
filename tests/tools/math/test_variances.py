"""Tests of spread against the NIST handbook's data set GEAR.DAT and hand calculations."""

import pytest

from havoc.tools import ToolError
from havoc.tools.math.variances import bartlett, f_test_variances, levene, variance_chi_square

# NIST/SEMATECH e-Handbook, GEAR.DAT: diameters of gears from ten batches of ten.
GEARS = [
    [1.006, 0.996, 0.998, 1.000, 0.992, 0.993, 1.002, 0.999, 0.994, 1.000],
    [0.998, 1.006, 1.000, 1.002, 0.997, 0.998, 0.996, 1.000, 1.006, 0.988],
    [0.991, 0.987, 0.997, 0.999, 0.995, 0.994, 1.000, 0.999, 0.996, 0.996],
    [1.005, 1.002, 0.994, 1.000, 0.995, 0.994, 0.998, 0.996, 1.002, 0.996],
    [0.998, 0.998, 0.982, 0.990, 1.002, 0.984, 0.996, 0.993, 0.980, 0.996],
    [1.009, 1.013, 1.009, 0.997, 0.988, 1.002, 0.995, 0.998, 0.981, 0.996],
    [0.990, 1.004, 0.996, 1.001, 0.998, 1.000, 1.018, 1.010, 0.996, 1.002],
    [0.998, 1.000, 1.006, 1.000, 1.002, 0.996, 0.998, 0.996, 1.002, 1.006],
    [1.002, 0.998, 0.996, 0.995, 0.996, 1.004, 1.004, 0.998, 0.999, 0.991],
    [0.991, 0.995, 0.984, 0.994, 0.997, 0.997, 0.991, 0.998, 1.004, 0.997],
]


def test_levene_on_gears():
    # NIST/SEMATECH e-Handbook 1.3.5.10: W = 1.705910, critical value 1.9855.
    assert levene(groups=GEARS).statistic == pytest.approx(1.705910, abs=1e-5)  # NIST computed in single precision


def test_bartlett_on_gears():
    # NIST/SEMATECH e-Handbook 1.3.5.7: T = 20.78580, critical value 16.919.
    result = bartlett(groups=GEARS)
    assert result.statistic == pytest.approx(20.78580, abs=1e-4)
    assert result.significant


def test_chi_square_on_gears():
    # NIST/SEMATECH e-Handbook 1.3.5.8: T = 0.3903 for sigma = 0.1, with 99 degrees of freedom.
    result = variance_chi_square(sample=[x for batch in GEARS for x in batch], sigma=0.1)
    assert result.statistic == pytest.approx(0.3903, abs=5e-5)
    assert result.df == 99
    assert result.p_value < 1e-6


def test_f_by_hand():
    # s² of 1, 2, 3 is 1 and of 2, 4, 6 is 4; F(2, 2) has P(F > f) = 1/(1 + f).
    result = f_test_variances(group1=[2, 4, 6], group2=[1, 2, 3])
    assert result.f == pytest.approx(4)
    assert result.p_value == pytest.approx(2 / 5)
    assert f_test_variances(group1=[2, 4, 6], group2=[1, 2, 3], alternative="greater").p_value == pytest.approx(1 / 5)
    turned = f_test_variances(group1=[1, 2, 3], group2=[2, 4, 6])
    assert turned.ratio_ci_low == pytest.approx(1 / result.ratio_ci_high)


def test_levene_does_not_depend_on_order_shift_or_unit():
    before = levene(groups=GEARS[:3]).statistic
    after = levene(groups=[[25.4 * x + 3 for x in reversed(batch)] for batch in GEARS[:3]]).statistic
    assert after == pytest.approx(before)


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        (f_test_variances, {"group1": [1, 1], "group2": [1, 2]}, "group1"),
        (levene, {"groups": [[1, 1], [2, 2]]}, "groups"),
        (bartlett, {"groups": [[1, 2], [2, 2]]}, "groups.group 2"),
        (variance_chi_square, {"sample": [1], "sigma": 1}, "sample"),
        (variance_chi_square, {"sample": [1, 2], "sigma": 0}, "sigma"),
    ],
)
def test_what_cannot_be_tested_is_named(call, arguments, path):
    with pytest.raises(ToolError) as caught:
        call(**arguments)
    assert caught.value.path == path


def test_f_on_tooth_growth():
    # R's ToothGrowth (Crampton 1947), var.test(len ~ supp) as widely printed: F = 0.6386, 29 and 29 degrees of freedom,
    # p-value = 0.2331, interval of the ratio 0.3039488 to 1.3416857.
    orange_juice = [15.2, 21.5, 17.6, 9.7, 14.5, 10, 8.2, 9.4, 16.5, 9.7, 19.7, 23.3, 23.6, 26.4, 20]
    orange_juice += [25.2, 25.8, 21.2, 14.5, 27.3, 25.5, 26.4, 22.4, 24.5, 24.8, 30.9, 26.4, 27.3, 29.4, 23]
    ascorbic_acid = [4.2, 11.5, 7.3, 5.8, 6.4, 10, 11.2, 11.2, 5.2, 7, 16.5, 16.5, 15.2, 17.3, 22.5]
    ascorbic_acid += [17.3, 13.6, 14.5, 18.8, 15.5, 23.6, 18.5, 33.9, 25.5, 26.4, 32.5, 26.7, 21.5, 23.3, 29.5]
    result = f_test_variances(group1=orange_juice, group2=ascorbic_acid)
    assert (result.df1, result.df2) == (29, 29)
    assert result.f == pytest.approx(0.6386, abs=5e-5)
    assert result.p_value == pytest.approx(0.2331, abs=5e-5)
    assert (result.ratio_ci_low, result.ratio_ci_high) == pytest.approx((0.3039488, 1.3416857), abs=5e-8)
