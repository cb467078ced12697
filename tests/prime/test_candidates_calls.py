"""The calls that the evidence of a question gives."""

import pytest

from havoc.prime.candidates import CandidateRanker
from havoc.tools import ToolRegistry
from tests.prime.evidence_by_hand import formula, given, number, rows, span, table, values

A, B, C = [5.1, 4.9, 5.0, 5.2], [5.6, 5.4, 5.5, 5.8], [5.0, 5.1, 4.8, 5.2]
FACTORS = [
    {"name": "temperature", "low": 100.0, "high": 200.0, "unit": "°C"},
    {"name": "pressure", "low": 10.0, "high": 50.0, "unit": "bar"},
    {"name": "speed", "low": 50.0, "high": 150.0, "unit": "rpm"},
]
SUBGROUPS = [[5.1, 4.9, 5.0], [5.2, 5.0, 4.8], [4.9, 5.1, 5.3], [5.0, 5.0, 4.9]]
RUNS = {"A": [-1, 1, -1, 1], "B": [-1, -1, 1, 1], "strength": [10.0, 14.0, 11.0, 17.0]}


@pytest.fixture(scope="module")
def ranker():
    return CandidateRanker(ToolRegistry())


def _first(ranker, evidence):
    return ranker.rank(evidence.text, evidence)[0]


@pytest.mark.parametrize(
    ("evidence", "operation", "arguments"),
    [
        (given("t-test", values("A", A), values("B", B)), "t_test", {"group1": A, "group2": B}),
        (
            given("Is there any difference between the two machines on average?", values("m1", A), values("m2", B)),
            "t_test",
            {"group1": A, "group2": B},
        ),
        (
            given("Compare the means, pooled variances", values("A", A), values("B", B), number(0.01, "alpha")),
            "t_test",
            {"group1": A, "group2": B, "equal_variances": True, "alpha": 0.01},
        ),
        (
            given("Did the treatment of the same patients change anything?", values("before", A), values("after", B)),
            "t_test_paired",
            {"before": A, "after": B},
        ),
        (
            given("Does the average differ from the nominal value?", values("", A), number(5, "target")),
            "t_test_one_sample",
            {"sample": A, "mean": 5},
        ),
        (
            given("Do the three suppliers differ on average?", values("S1", A), values("S2", B), values("S3", C)),
            "one_way_anova",
            {"groups": {"S1": A, "S2": B, "S3": C}},
        ),
        (
            given(
                "Is one supplier different in its mean?",
                *table(supplier=["x", "x", "y", "y", "z", "z"], weight=[1, 2, 3, 4, 5, 6]),
            ),
            "one_way_anova",
            {"groups": {"x": [1, 2], "y": [3, 4], "z": [5, 6]}},
        ),
        (
            given("Which pairs differ? Tukey", values("S1", A), values("S2", B), values("S3", C)),
            "tukey_hsd",
            {"groups": {"S1": A, "S2": B, "S3": C}},
        ),
        (
            given("Cpk?", values("", A), number(4.5, "lsl"), number(5.5, "usl")),
            "process_capability",
            {"data": A, "lsl": 4.5, "usl": 5.5},
        ),
        (
            given(
                "Compare the defective shares of both lines",
                number(12, "events"),
                number(200, "sample_size"),
                number(25, "events"),
                number(220, "sample_size"),
            ),
            "two_proportions",
            {"events1": 12, "n1": 200, "events2": 25, "n2": 220},
        ),
        (
            given(
                "Box-Behnken design",
                span("temperature", 100, 200, "°C"),
                span("pressure", 10, 50, "bar"),
                span("speed", 50, 150, "rpm"),
            ),
            "box_behnken",
            {"factors": FACTORS},
        ),
        (given("Plackett-Burman screening", number(11, "factors")), "plackett_burman", {"factors": 11}),
        (given("X-bar and R chart of these subgroups", *rows(*SUBGROUPS)), "xbar_r_chart", {"subgroups": SUBGROUPS}),
        (
            given(
                "averages and ranges chart",
                *table(
                    hour=[1, 2, 3, 4],
                    x1=[r[0] for r in SUBGROUPS],
                    x2=[r[1] for r in SUBGROUPS],
                    x3=[r[2] for r in SUBGROUPS],
                ),
            ),
            "xbar_r_chart",
            {"subgroups": SUBGROUPS},
        ),
        (
            given(
                "Is the defect type related to the shift? chi-square",
                *table(shift=["a", "b"], scratch=[20, 31], dent=[18, 12]),
            ),
            "chi_square_independence",
            {"table": [[20, 18], [31, 12]], "row_names": ["a", "b"], "column_names": ["scratch", "dent"]},
        ),
        (
            given("p chart", *table(defectives=[3, 5, 2, 7, 4, 6], inspected=[50, 52, 48, 50, 51, 50])),
            "p_chart",
            {"nonconforming": [3, 5, 2, 7, 4, 6], "sample_sizes": [50, 52, 48, 50, 51, 50]},
        ),
        (
            given("np chart", values("rejects", [3, 5, 2, 7, 4, 6]), number(50, "subgroup_size")),
            "np_chart",
            {"nonconforming": [3, 5, 2, 7, 4, 6], "sample_sizes": 50},
        ),
        (
            given("Regression: how does strength depend on time?", *table(strength=[2.1, 3.9, 6.2, 8.1], time=[1, 2, 3, 4])),
            "linear_regression",
            {"predictors": {"time": [1, 2, 3, 4]}, "response": [2.1, 3.9, 6.2, 8.1]},
        ),
        (
            given("Analyse this factorial experiment", *table(**RUNS)),
            "analyze_factorial",
            {
                "factors": {"A": [-1, 1], "B": [-1, 1]},
                "data": {"A": RUNS["A"], "B": RUNS["B"]},
                "response": RUNS["strength"],
            },
        ),
        (
            given("Gage R&R", *table(part=["1", "1", "2", "2"], operator=["a", "b", "a", "b"], value=[1.1, 1.2, 2.1, 2.2])),
            "gage_rr_anova",
            {"parts": ["1", "1", "2", "2"], "operators": ["a", "b", "a", "b"], "measurements": [1.1, 1.2, 2.1, 2.2]},
        ),
        (
            given(
                "Sample size for a two-sample t test",
                number(1.5, "difference"),
                number(2, "standard_deviation"),
                number(0.9, "power"),
            ),
            "power_t_test",
            {"difference": 1.5, "standard_deviation": 2, "power": 0.9, "design": "two-sample"},
        ),
        (
            given(
                "Estimate the mean to within a margin",
                number(0.5, "margin"),
                number(2, "standard_deviation"),
                number(0.99, "confidence"),
            ),
            "sample_size_for_mean",
            {"margin": 0.5, "standard_deviation": 2, "alpha": 0.01},
        ),
        (
            given(
                "t test of both",
                number(20.1, "mean"),
                number(0.4, "standard_deviation"),
                number(12, "sample_size"),
                number(20.5, "mean"),
                number(0.5, "standard_deviation"),
                number(15, "sample_size"),
            ),
            "t_test_from_summary",
            {"mean1": 20.1, "sd1": 0.4, "n1": 12, "mean2": 20.5, "sd2": 0.5, "n2": 15},
        ),
        (
            given("ANSI Z1.4 plan, tightened inspection", number(2000, "lot_size"), number(0.0065, "aql", percent=True)),
            "z14_plan",
            {"lot_size": 2000, "aql": 0.65, "inspection": "tightened"},
        ),
        (
            given("integrate", formula("x^2"), number(0, "bound"), number(3, "bound")),
            "integrate",
            {"expression": "x^2", "lower": 0, "upper": 3},
        ),
        (given("What is", formula("2 + 2")), "evaluate", {"expression": "2 + 2"}),
        (
            given("Solve the system", formula("x + y = 3"), formula("x - y = 1")),
            "solve_equation",
            {"equations": ["x + y = 3", "x - y = 1"]},
        ),
        (
            given("Solve the differential equation", formula("dy/dt = -2*y"), formula("y(0) = 1"), number(1, "point", "t")),
            "ode_initial_value",
            {"equations": {"y": "-2*y"}, "initial": {"y": 1.0}, "end": 1},
        ),
        (given("Determinant of the matrix", *rows([4, 7], [2, 6])), "matrix", {"matrix": [[4, 7], [2, 6]]}),
        (
            given("Bulb life is exponential. What fraction fails before?", number(1000, "mean"), number(200, "point")),
            "distribution_probability",
            {"distribution": "exponential", "scale": 1000, "x": 200},
        ),
        (
            given("Pareto of the defects", *table(defect=["scratch", "dent", "stain"], count=[45, 23, 12])),
            "pareto_analysis",
            {"categories": ["scratch", "dent", "stain"], "counts": [45, 23, 12]},
        ),
    ],
)
def test_a_question_with_its_data_gives_the_call(ranker, evidence, operation, arguments):
    best = _first(ranker, evidence)
    assert (best.operation, best.missing) == (operation, ())
    assert best.arguments == arguments
