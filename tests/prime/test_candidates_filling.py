"""What the evidence of a question gives to single arguments."""

from dataclasses import replace

import pytest

from havoc.prime.candidates import CandidateRanker
from havoc.tools import ToolRegistry
from tests.prime.evidence_by_hand import formula, given, number, placed, table, values

A, B = [5.1, 4.9, 5.0, 5.2], [5.6, 5.4, 5.5, 5.8]
RUNS = {"A": [-1, 1, -1, 1], "B": [-1, -1, 1, 1], "strength": [10.0, 14.0, 11.0, 17.0]}


@pytest.fixture(scope="module")
def ranker():
    return CandidateRanker(ToolRegistry())


def _of(ranker, evidence, operation):
    return next(one for one in ranker.rank(evidence.text, evidence, top=200) if one.operation == operation)


@pytest.mark.parametrize(
    ("evidence", "operation", "argument", "value"),
    [
        (
            given("S/N, larger is better", *table(A=[1, 1, 2, 2], B=[1, 2, 1, 2], rep_1=[9, 8, 7, 6], rep_2=[5, 4, 3, 2])),
            "signal_to_noise",
            "response",
            [[9.0, 5.0], [8.0, 4.0], [7.0, 3.0], [6.0, 2.0]],
        ),
        (
            given("Predict the response", *table(**RUNS), number(0.5, name="A"), number(-0.5, name="B")),
            "predict_response",
            "points",
            {"A": [0.5], "B": [-0.5]},
        ),
        (given("Which terms can be dropped?", *table(**RUNS)), "reduce_model", "model", "interaction"),
        (given("Quadratic model. Which terms can be dropped?", *table(**RUNS)), "reduce_model", "model", "quadratic"),
        (given("sum", formula("1/k^2"), number(1, "bound"), number(9, "bound")), "summation", "index", "k"),
        (given("product", formula("1 - 1/m"), number(2, "point", "m")), "product", "lower", 2.0),
        (given("root", formula("cos(x) = x"), number(0, "bound"), number(1, "bound")), "find_root", "bracket", [0.0, 1.0]),
        (given("Z1.4 plan", number(2000, "lot_size"), number(0.0065, "aql", percent=True)), "z14_plan", "aql", 0.65),
        (given("Z1.4 plan", number(2000, "lot_size"), number(1.0, "aql")), "z14_plan", "aql", 1),
        (given("CCD", number(2, "factors"), number(1.414, name="alpha")), "central_composite", "alpha", 1.414),
        (given("z for 99%, two-sided", number(0.99, percent=True)), "distribution_quantile", "p", 0.01),
        (given("z for 95%, upper", number(0.95, percent=True)), "distribution_quantile", "p", 0.95),
        (
            given("EWMA", values("", A), number(5, "target", "target"), number(0.2, "standard_deviation", "sigma")),
            "ewma_chart",
            "center",
            5,
        ),
        (
            given("Survival; status 1 = died, 0 = censored", *table(weeks=[3, 4, 5, 6], status=[1, 0, 1, 1])),
            "kaplan_meier",
            "censored",
            [0, 1, 0, 0],
        ),
        (
            given("Survival", *table(weeks=[3, 4, 5, 6], censored=[1, 0, 1, 1])),
            "kaplan_meier",
            "censored",
            [1, 0, 1, 1],
        ),
        (
            given("How does y depend on time and load?", *table(time=[1, 2, 3, 4], load=[5, 3, 6, 2], y=[2, 1, 4, 3])),
            "linear_regression",
            "predictors",
            {"time": [1.0, 2.0, 3.0, 4.0], "load": [5.0, 3.0, 6.0, 2.0]},
        ),
        (
            given("Power of one proportion: rise from 10% to 20%", number(0.1, "proportion"), number(0.2, "proportion")),
            "power_one_proportion",
            "null_proportion",
            0.1,
        ),
        (
            given("All runs", values("time", [10, 20], unit="min"), values("speed", [1, 2, 3])),
            "full_factorial",
            "factors",
            [{"name": "time", "low": 10.0, "high": 20.0, "unit": "min"}, {"name": "speed", "levels": [1.0, 2.0, 3.0]}],
        ),
    ],
)  # fmt: skip
def test_arguments_are_filled_as_the_question_means_them(ranker, evidence, operation, argument, value):
    assert _of(ranker, evidence, operation).arguments[argument] == value


@pytest.mark.parametrize(
    ("words", "counts", "expected"),
    [
        ("both good {}, only A good {}, only B good {}, both bad {}", [60, 10, 5, 25], [[60, 10], [5, 25]]),
        ("both good {}, both bad {}, only A good {}, only B good {}", [60, 25, 10, 5], [[60, 10], [5, 25]]),
        ("young: tea {}, coffee {}; old: tea {}, coffee {}", [20, 45, 38, 30], [[20, 45], [38, 30]]),
    ],
)
def test_four_counts_are_a_table(ranker, words, counts, expected):
    evidence = placed(words, counts)
    assert _of(ranker, evidence, "chi_square_independence").arguments["table"] == expected


def test_events_and_their_amounts_make_two_lists(ranker):
    evidence = placed("{} flaws in {} m2, {} flaws in {} m2, {} flaws in {} m2: u chart", [12, 5, 7, 4, 15, 6])
    roles = ["events", ""] * 3
    items = tuple(replace(item, role=role) for item, role in zip(evidence.items, roles, strict=True))
    found = _of(ranker, replace(evidence, items=items), "u_chart").arguments
    assert (found["defects"], found["sizes"]) == ([12, 7, 15], [5.0, 4.0, 6.0])


def test_a_list_of_counts_with_a_gap_is_none(ranker):
    evidence = placed("Mon {}, {}, Wed {}, Thu {}: equally likely?", [12, 18, 9, 15])
    assert "observed" in _of(ranker, evidence, "chi_square_goodness_of_fit").missing


def test_counts_before_their_names_are_counted(ranker):
    evidence = placed("Mendel: {} round, {} wrinkled, {} green. Do they fit?", [30, 20, 10])
    assert _of(ranker, evidence, "chi_square_goodness_of_fit").arguments["observed"] == [30, 20, 10]


def test_of_what_is_solved_for_the_least_sure_number_is_left_out(ranker):
    evidence = given(
        "How many units? reliability",
        number(0.95, "proportion", "reliability"), number(0.9, "confidence"), number(40, "subgroup_size"),
    )  # fmt: skip
    assert _of(ranker, evidence, "reliability_demonstration").arguments == {"reliability": 0.95, "alpha": 0.1}


def test_a_label_is_neither_data_nor_left_over(ranker):
    evidence = given("Is week 3 different on average?", values("week 2", A), values("week 3", B), number(3, "label", "week"))
    best = _of(ranker, evidence, "t_test")
    assert best.arguments == {"group1": A, "group2": B}
    assert best.fit == 1.0
