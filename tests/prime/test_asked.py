"""Which numbers a question asks for, and which it only gives."""

import pytest

from havoc.prime.answers.asked import MAX_ASKED, asked_for
from havoc.tools import ToolRegistry

REGISTRY = ToolRegistry()
OPERATIONS = {name: tool for tool in REGISTRY.tools.values() for name in tool.operations}


def result_of(name):
    tool = OPERATIONS[name]
    return REGISTRY.execute(tool.name, {"operation": name, **tool.operations[name].examples[0]})


def asked(question, operation):
    return asked_for(question, result_of(operation), operation)


def fields(question, operation):
    return [one.path.removeprefix("result.") for one in asked(question, operation)]


@pytest.mark.parametrize(
    ("question", "operation", "expected"),
    [
        ("What is the p-value? [1,2,3,4,5] vs [2,3,4,5,7]", "t_test", ["p_value"]),
        ("Give me t statistic and degrees of freedom for 1,2,3,4 vs 2,3,4,5.", "t_test", ["statistic", "df"]),
        ("p value please", "t_test", ["p_value"]),
        ("is the difference significant?", "t_test", ["p_value"]),
        ("Run a one-way ANOVA and report F, df and p", "one_way_anova", ["f", "df_between", "df_within", "p_value"]),
        ("p value of the interaction?", "two_way_anova", ["p_interaction"]),
        ("H and p?", "kruskal_wallis", ["statistic", "p_value"]),
        ("mean, median and standard deviation of 1, 2.5, 3?", "describe", ["mean", "median", "standard_deviation"]),
        ("What is the mean of 1, 2.5, 3, 4, 7?", "describe", ["mean"]),
        ("quartiles and IQR?", "describe", ["q1", "q3", "iqr"]),
        ("Cpk?", "process_capability", ["cpk"]),
        ("What are Cp and Cpk for limits 9 and 11?", "process_capability", ["cp", "cpk"]),
        ("Is Cpk above 1.33?", "process_capability", ["cpk"]),
        ("what ppm do we expect, spec limits 9 and 11", "process_capability", ["ppm_expected_overall"]),
        ("Compute the UCL and LCL", "i_mr_chart", ["ucl", "lcl"]),
        ("What are the control limits?", "i_mr_chart", ["lcl", "ucl"]),
        ("give the average moving range", "i_mr_chart", ["moving_range_mean"]),
        ("How many runs does it need?", "box_behnken", ["runs"]),
        ("2^(5-1) design: resolution and generators?", "fractional_factorial", ["resolution", "generators"]),
        ("Find the B10 life and the shape parameter.", "weibull_analysis", ["b10", "shape"]),
        ("What is the adjusted R squared?", "linear_regression", ["r_squared_adjusted"]),
        ("slope please", "linear_regression", ["coefficients[1].estimate"]),
        ("intercept?", "linear_regression", ["coefficients[0].estimate"]),
        ("what sample size for a difference of 2, power 0.9, sd 3?", "power_t_test", ["n"]),
        ("Do a power analysis: sample size?", "power_t_test", ["n"]),
        ("what power do we have with n = 20 per group?", "power_t_test", ["power"]),
        ("adjusted means?", "ancova", [f"adjusted_means[{number}].adjusted_mean" for number in range(3)]),
    ],
)
def test_what_is_asked_for(question, operation, expected):
    assert fields(question, operation) == expected


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("The mean was 12.3 and the p-value 0.04.", "t_test"),
        ("Known: mean 12.3, SD 0.4, n=20. Do they differ?", "t_test"),
        ("Do the mean strengths of the groups differ?", "t_test"),
        ("run a correlation analysis", "correlation"),
        ("compare them with 95% confidence, 12 runs each", "tolerance_interval_normal"),
        ("", "t_test"),
    ],
)
def test_what_is_given_or_only_mentioned_is_not_asked_for(question, operation):
    assert fields(question, operation) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("p-value and 95% CI for A 1,2,3 vs B 4,5,6", ["p_value", "ci_low", "ci_high"]),
        ("p-value, A: 1 2 3, B: 4 5 6, mean = 2", ["p_value"]),
        ("The p-value was small", []),
    ],
)
def test_a_note_without_a_sentence_asks_for_what_it_names(question, expected):
    assert fields(question, "t_test") == expected


def test_the_name_is_the_question_s_own():
    (one,) = asked("How good is the model - R squared?", "linear_regression")
    assert (one.name, one.path) == ("R squared", "result.r_squared")


def test_the_limits_of_a_chart_keep_their_own_names():
    assert [(one.name, one.path) for one in asked("UCL and LCL?", "i_mr_chart")] == [
        ("UCL", "result.ucl"),
        ("LCL", "result.lcl"),
    ]


def test_a_failed_call_has_nothing_that_was_asked_for():
    assert asked_for("p value?", {"success": False, "error": "no data"}, "t_test") == []


def test_what_stands_behind_a_long_table_is_read():
    assert fields("1.5, 2.5, " * 100_000 + "what is the median?", "describe") == ["median"]


def test_a_question_of_many_names_gives_few():
    assert len(asked("what is the mean, p value, slope, median and variance of 1 2 3? " * 5000, "describe")) <= MAX_ASKED
