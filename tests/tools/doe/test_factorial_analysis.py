"""Analysis of factorial experiments against published values."""

from itertools import product

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.factorial_analysis import analyze_factorial
from tests.tools.doe.experiments import ASCENT, EDDY, FILTRATION, PILOT_PLANT, POISONS


def effects_of(result):
    return {row.term: row.effect for row in result.effects}


def rows_of(result):
    return {row.source: row for row in result.anova}


def test_pilot_plant():
    # Box, Hunter and Hunter (1978), 10.4: effects 23.0, -5.0, 1.5, TC 1.5, TK 10.0, CK 0.0, TCK 0.5; average 64.25.
    result = analyze_factorial(**PILOT_PLANT)
    assert result.constant == pytest.approx(64.25)
    assert effects_of(result) == pytest.approx(
        {"T": 23.0, "C": -5.0, "K": 1.5, "T*C": 1.5, "T*K": 10.0, "C*K": 0.0, "T*C*K": 0.5}, abs=1e-12
    )
    assert result.s is None
    assert "s" in result.undefined


def test_replicated_pilot_plant():
    # Box, Hunter and Hunter (1978), Table 10.2: the 16 runs; variance 8.0 with 8 df, standard error of an effect 1.4.
    one, two = [59, 74, 50, 69, 50, 81, 46, 79], [61, 70, 58, 67, 54, 85, 44, 81]
    data = {name: column * 2 for name, column in PILOT_PLANT["data"].items()}
    result = analyze_factorial(factors=PILOT_PLANT["factors"], data=data, response=one + two)
    assert effects_of(result)["T*K"] == pytest.approx(10.0)
    assert result.s**2 == pytest.approx(8.0)
    assert result.df_error == 8
    assert result.effects[0].standard_error == pytest.approx(1.4, abs=0.05)


def test_eddy_current_probe():
    # NIST/SEMATECH e-Handbook 5.6.1.5, Yates analysis: mean 2.65875, effect of turns 3.10250 with t = 21.8; the three-factor
    # interaction as error has a standard deviation of 0.20152531564, and an effect one of 0.14249992371 (single precision).
    result = analyze_factorial(**EDDY, model="interaction")
    assert result.constant == pytest.approx(2.65875)
    assert result.effects[0].effect == pytest.approx(3.10250)
    assert result.effects[0].t_statistic == pytest.approx(21.8, abs=0.05)
    assert result.s == pytest.approx(0.20152531564, rel=1e-6)
    assert result.effects[0].standard_error == pytest.approx(0.14249992371, rel=1e-6)
    assert result.df_error == 1
    # 5.6.1.6: residual standard deviations of the models with turns, and with turns and distance.
    for model, s in ((["turns"], 0.57272), (["turns", "distance"], 0.30429)):
        assert analyze_factorial(**EDDY, model=model).s == pytest.approx(s, abs=5e-6)


def test_filtration_rate():
    # Montgomery, Example 6.2, Table 6.12: effects, sums of squares and percent contributions; Lenth's margins in 6.5.
    result = analyze_factorial(**FILTRATION)
    rows = {row.term: row for row in result.effects}
    published = {
        "A": (21.625, 1870.56, 32.6397),
        "C": (9.875, 390.062, 6.80626),
        "D": (14.625, 855.563, 14.9288),
        "A*C": (-18.125, 1314.06, 22.9293),
        "A*D": (16.625, 1105.56, 19.2911),
    }
    for term, (effect, ss, percent) in published.items():
        assert rows[term].effect == pytest.approx(effect)
        assert rows[term].sum_of_squares == pytest.approx(ss, rel=5e-6)
        assert rows[term].percent_contribution == pytest.approx(percent, rel=5e-6)
    assert result.significant == ["A", "A*C", "A*D", "D", "C"]
    assert result.margin_of_error == pytest.approx(6.748, abs=5e-4)


def test_half_fraction_of_the_filtration_rate():
    # Montgomery, Example 8.1 (2^(4-1), I = ABCD): [A] = 19.00, [B] = 1.50, [C] = 14.00, [D] = 16.50, [AB] = -1.00,
    # [AC] = -18.50, [AD] = 19.00, with A = BCD and AB = CD.
    kept = [run for run in range(16) if bin(run).count("1") % 2 == 0]
    data = {name: [column[run] for run in kept] for name, column in FILTRATION["data"].items()}
    result = analyze_factorial(factors=4, data=data, response=[FILTRATION["response"][run] for run in kept])
    assert effects_of(result) == pytest.approx(
        {"A": 19.0, "B": 1.5, "C": 14.0, "D": 16.5, "A*B": -1.0, "A*C": -18.5, "A*D": 19.0}
    )
    aliases = {row.term: row.aliases for row in result.effects}
    assert aliases["A"] == ["B*C*D"]
    assert aliases["A*B"] == ["C*D"]
    assert {row.term: row.equals for row in result.aliased_terms}["C*D"] == "A*B"


def test_a_negative_generator_gives_negative_aliases():
    # By definition: C = -AB.
    a, b = [-1, 1, -1, 1], [-1, -1, 1, 1]
    data = {"A": a, "B": b, "C": [-x * y for x, y in zip(a, b, strict=True)]}
    result = analyze_factorial(factors=3, data=data, response=[1.0, 4.0, 2.0, 9.0], model="linear")
    assert [row.aliases for row in result.effects] == [["-B*C"], ["-A*C"], ["-A*B"]]


def test_plackett_burman_aliases_are_fractions():
    # Each two-factor interaction of the 12-run design is 1/3 of every main effect that is not in it (Hamada and Wu 1992).
    first = [1, 1, -1, 1, 1, 1, -1, -1, -1, 1, -1]
    rows = [first[-shift:] + first[:-shift] for shift in range(11)] + [[-1] * 11]
    data = {name: [row[i] for row in rows] for i, name in enumerate("ABCDEFGHJKL")}
    y = np.random.default_rng(2).normal(size=12).tolist()
    result = analyze_factorial(factors=11, data=data, response=y, model="interaction")
    equals = {row.term: row.equals for row in result.aliased_terms}["A*B"]
    assert equals.count("0.3333") == 8
    assert "..." in equals, "nine main effects, of which eight are shown"


def test_curvature_of_the_chemical_process():
    # Montgomery, Example 6.6: SS 2.4025, 0.4225, 0.0025; curvature SS 0.0027, F = 0.06; MSE = 0.0430.
    result = analyze_factorial(**ASCENT)
    assert [row.sum_of_squares for row in result.effects] == pytest.approx([2.4025, 0.4225, 0.0025])
    assert result.s**2 == pytest.approx(0.0430)
    assert result.curvature.difference == pytest.approx(-0.035)
    assert result.curvature.sum_of_squares == pytest.approx(0.0027, abs=5e-5)
    assert result.curvature.statistic**2 == pytest.approx(0.0633, abs=5e-5)
    assert result.effects[0].t_statistic ** 2 == pytest.approx(55.87, abs=0.005)


def test_curvature_of_the_filtration_rate():
    # Montgomery, Example 6.7: centre points 73, 75, 66, 69; 70.06 - 70.75; SS pure quadratic 1.51, MSE 16.25.
    data = {name: [*column, 0, 0, 0, 0] for name, column in FILTRATION["data"].items()}
    result = analyze_factorial(factors=4, data=data, response=[*FILTRATION["response"], 73, 75, 66, 69])
    assert result.curvature.difference == pytest.approx(-0.69, abs=0.005)
    assert result.curvature.sum_of_squares == pytest.approx(1.51, abs=0.005)
    assert result.s**2 == pytest.approx(16.25)
    assert result.df_error == 3
    assert rows_of(result)["Curvature"].statistic == pytest.approx(0.093, abs=5e-4)
    assert effects_of(result)["A"] == pytest.approx(21.625)


def test_poisons():
    # Box, Hunter and Hunter (1978), Table 7.3, in units of 10^-3: poisons 1033.0, interaction 250.1, error 800.7.
    result = analyze_factorial(**POISONS)
    ss = {row.term: 1000 * row.sum_of_squares for row in result.effects}
    assert (ss["Poison"], ss["Poison*Treatment"]) == pytest.approx((1033.0, 250.1), abs=0.05)
    assert 1000 * rows_of(result)["Error"].sum_of_squares == pytest.approx(800.7, abs=0.05)
    assert [row.df for row in result.effects] == [2, 3, 6]
    assert result.significant == ["Poison", "Treatment"]


def test_three_numeric_levels_become_categories_with_a_notice():
    data = {"A": [10, 20, 30] * 3, "B": [1, 1, 1, 2, 2, 2, 3, 3, 3]}
    factors = [{"name": "A", "low": 10, "high": 30}, {"name": "B", "low": 1, "high": 3}]
    result = analyze_factorial(factors=factors, data=data, response=[1, 5, 2, 3, 7, 5, 2, 8, 4], model="linear")
    assert [row.df for row in result.effects] == [2, 2]
    assert "levels_as_categories" in {notice.code for notice in result.warnings}


def test_blocks_are_taken_out():
    # Montgomery, 7.5: a shift of a block that is confounded with ABCD changes no other effect.
    sign = [np.prod([FILTRATION["data"][name][run] for name in "ABCD"]) for run in range(16)]
    blocks = ["1" if one > 0 else "2" for one in sign]
    shifted = [y - 20 * (one > 0) for y, one in zip(FILTRATION["response"], sign, strict=True)]
    result = analyze_factorial(**{**FILTRATION, "response": shifted}, blocks=blocks)
    before = effects_of(analyze_factorial(**FILTRATION))
    after = effects_of(result)
    assert "A*B*C*D" not in after
    assert after == pytest.approx({term: before[term] for term in after})
    # Montgomery, Example 7.2, Table 7.8: block effect -18.625, half of it the contrast of a sum coding.
    assert 2 * abs(result.coefficients[1].coefficient) == pytest.approx(18.625)


def test_it_agrees_with_statsmodels_on_unbalanced_runs():
    smf = pytest.importorskip("statsmodels.formula.api")
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(3)
    grid = [list(point) for point in product([-1, 1], repeat=3)] * 2
    grid = grid[:13]
    y = rng.normal(size=13)
    data = {name: [point[i] for point in grid] for i, name in enumerate("ABC")}
    result = analyze_factorial(factors=3, data=data, response=y.tolist(), model="interaction")
    other = smf.ols("y ~ (A + B + C)**2", pd.DataFrame({**data, "y": y})).fit()
    for row in result.effects:
        name = row.term.replace("*", ":")
        assert row.coefficient == pytest.approx(other.params[name])
        assert row.standard_error == pytest.approx(2 * other.bse[name])
        assert row.p_value == pytest.approx(other.pvalues[name])


def test_natural_coefficients_predict_the_runs():
    result = analyze_factorial(**ASCENT, model="interaction")
    natural = result.natural_coefficients
    at = natural["Constant"] + 30 * natural["Time"] + 160 * natural["Temperature"] + 4800 * natural["Time*Temperature"]
    assert at == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"model": ["A", "Z"]}, "model[1]"),
        ({"response": [1.0] * 16}, "response"),
        ({"data": {"A": [-1, 1] * 8}}, "data"),
        ({"blocks": ["1"] * 3}, "blocks"),
    ],
)
def test_what_cannot_be_analysed_is_named(changed, path):
    with pytest.raises(ToolError) as caught:
        analyze_factorial(**{**FILTRATION, **changed})
    assert caught.value.path == path
