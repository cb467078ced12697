"""Numbers in answers: what they are said to be, how they are bounded, and which of them say nothing."""

import pytest

from havoc.prime.claims.reader import read_claims


def _values(text):
    return [(claim.numeral.value, claim.kind, claim.relation) for claim in read_claims(text)]


def _named(text):
    """Every value with its quantities."""
    return [(claim.numeral.value, claim.quantities) for claim in read_claims(text) if claim.kind == "value"]


@pytest.mark.parametrize(
    ("text", "quantity", "value"),
    [
        ("The p-value is 0.012.", "p_value", 0.012),
        ("p = .012", "p_value", 0.012),
        ("(p=0.012)", "p_value", 0.012),
        ("with a p value of only 0.012", "p_value", 0.012),
        ("**p-value:** 0.012", "p_value", 0.012),
        ("0.012 is the p-value", "p_value", 0.012),
        ("The process mean turned out at 74.01 mm", "mean", 74.01),
        ("the mean, as you can see, is 5.2", "mean", 5.2),
        ("X-bar = 12.1", "mean", 12.1),
        ("Cpk of 1.06", "cpk", 1.06),
        ("Cpk (1.06)", "cpk", 1.06),
        ("a design with 15 runs", "runs", 15),
        ("run 15 experiments", "runs", 15),
        ("three centre points", "center_points", 3),
        ("3 of them are center points", "center_points", 3),
        ("resolution IV", "resolution", 4),
        ("a resolution of 5", "resolution", 5),
        ("8 error degrees of freedom", "df", 8),
        ("df = 8", "df", 8),
        ("at the 5% level", "alpha", 0.05),
        ("alpha = 0.05", "alpha", 0.05),
        ("the 95% CI", "confidence", 0.95),
        ("R² = 87.5 percent", "r_squared", 0.875),
        ("explains 87.5% of the variation", "r_squared", 0.875),
        ("The standard deviation equals 0.24", "standard_deviation", 0.24),
        ("UCL = 10.9", "ucl", 10.9),
        ("the center line is at 10.05", "center", 10.05),
        ("B10 life: 25.9 hours", "b10", 25.9),
        ("n = 23 per group", "n", 23),
        ("a power of 0.9", "power", 0.9),
        ("22 distinct categories", "ndc", 22),
        ("G = 2.47", "statistic", 2.47),
        ("kappa is 0.86", "kappa", 0.86),
        ("a relative risk of 1.33", "relative_risk", 1.33),
        ("7.3 is an outlier", "suspect", 7.3),
    ],
)
def test_a_number_is_what_its_words_call_it(text, quantity, value):
    assert any(quantity in names and number == pytest.approx(value) for number, names in _named(text)), _named(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("95% CI from 1.2 to 3.4", [(1.2, "interval_low"), (3.4, "interval_high")]),
        ("95% confidence interval [1.2, 3.4]", [(1.2, "interval_low"), (3.4, "interval_high")]),
        ("The control limits are 9.2 and 10.9", [(9.2, "lcl"), (10.9, "ucl")]),
        ("mean and median are 5.1 and 5.0", [(5.1, "mean"), (5.0, "median")]),
        ("UCL and LCL: 10.9 and 9.2", [(10.9, "ucl"), (9.2, "lcl")]),
        ("t(8) = -1.0, p = 0.35", [(8, "df"), (-1.0, "statistic"), (0.35, "p_value")]),
        ("F(2, 6) = 19, p = 0.0025", [(2, "df"), (6, "df"), (19, "statistic"), (0.0025, "p_value")]),
        ("20 runs: 8 factorial points, 6 axial points", [(20, "runs"), (8, "factorial_runs"), (6, "axial_runs")]),
        ("n = 5, df = 4", [(5, "n"), (4, "df")]),
        ("y = 2.1 + 0.4 x1 - 0.2 x1*x2", [(2.1, "equation"), (0.4, "equation"), (0.2, "equation")]),
        ("the mean of 12 values is 5.2", [(12, "count"), (5.2, "mean")]),
        ("| Source | df | F | p |\n|---|---|---|---|\n| A | 2 | 19 | 0.003 |",
         [(2, "df"), (19, "statistic"), (0.003, "p_value")]),
        ("| Quantity | Value |\n|---|---|\n| Mean | 5.2 |\n| Cpk | 1.06 |", [(5.2, "mean"), (1.06, "cpk")]),
    ],
)  # fmt: skip
def test_several_numbers_have_each_their_name(text, expected):
    named = _named(text)
    for value, quantity in expected:
        assert any(number == value and quantity in names for number, names in named), named


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("1. First\n2. Second", ["notation", "notation"]),
        ("a 2^(5-1) fraction", ["notation", "notation", "notation"]),
        ("the L18 array", []),
        ("a 3 x 3 square", ["notation", "notation"]),
        ("Grubbs, F. E. (1969), Technometrics 11, 1-21", ["reference"] * 4),
        ("ISO 16269-6:2014", ["reference"] * 3),
        ("group 2 is higher", ["label"]),
        ("point 7 is out", ["label"]),
        ("2 + 2 = 4", ["operand", "operand", "value"]),
        ("below the usual limit of 1.33", ["custom"]),
        ("a two-sided test of H0", []),
    ],
)
def test_numbers_that_state_no_value(text, kinds):
    found = [claim.kind for claim in read_claims(text)]
    assert [kind for kind in found if kind != "value"] == [kind for kind in kinds if kind != "value"]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("p < 0.001", "<"),
        ("p is less than 0.05", "<"),
        ("p > 0.05", ">"),
        ("the Cpk exceeds 1.33", ">"),
        ("at least 20 units", ">="),
        ("no more than 3 failures", "<="),
        ("not less than 20 units", ">="),
        ("about 12 minutes", "~"),
        ("the mean is 12", "="),
        ("over the whole year the mean is 12", "="),
        ("12 ≤ 20", "<="),
    ],
)
def test_words_bound_numbers(text, relation):
    assert read_claims(text)[-1].relation == relation


@pytest.mark.parametrize("text", ["", "no numbers here", "on 2024-03-05 at 12:30", "the 3rd lot", "version 1.2.3"])
def test_texts_without_claims(text):
    assert read_claims(text) == []


def test_a_verb_is_no_name():
    assert all("runs" not in names for _, names in _named("the interval for the mean runs from 11.8 to 12.3"))


def test_a_minus_before_a_blank_is_seen():
    assert [claim.minus for claim in read_claims("y = 2 - 0.5 x")] == [False, True]


@pytest.mark.timeout(120)  # seconds of work where it grows with the length, hours where it grows with its square
def test_reading_long_texts_comes_to_an_end():
    text = "The mean of group 3 is 12.5 (95% CI 12.1 to 12.9), p = 0.03; " * 300
    hostile = [
        "1 " * 10_000,
        "(" * 20_000,
        "a, " * 6_000,
        "1-" * 10_000,
        "the mean " * 2_000,
        "|" * 20_000,
        "= 1 x + " * 2_500,
    ]
    assert len(read_claims(text)) == 1800
    for one in hostile:
        read_claims(one)
