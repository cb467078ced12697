"""Settings that the words of a question ask for, and phrases that are found in prose."""

import pytest

from havoc.prime.candidates.arguments import arguments_of
from havoc.prime.candidates.phrases import MAX_PROSE, find, prose_of, says
from havoc.prime.candidates.settings import fill_settings
from havoc.tools import ToolRegistry
from tests.prime.evidence_by_hand import given, labels, number, values

OPERATIONS = {name: operation for tool in ToolRegistry().tools.values() for name, operation in tool.operations.items()}


def _settings(operation, words, *items):
    evidence = given(words, *items)
    filled = fill_settings(arguments_of(OPERATIONS[operation]), evidence, prose_of(words), operation)
    return {name: option.value for name, option in filled.items()}


@pytest.mark.parametrize(
    ("operation", "words", "expected"),
    [
        ("t_test", "do they differ?", {}),
        ("t_test", "assume equal variances", {"equal_variances": True}),
        ("t_test", "Student's t test with pooled variance", {"equal_variances": True}),
        ("t_test", "without assuming equal variances", {}),
        ("t_test", "unequal variances", {}),
        ("t_test_one_sample", "is the mean greater than 10?", {"alternative": "greater"}),
        ("t_test_one_sample", "is the true average lower than claimed?", {"alternative": "less"}),
        ("t_test_one_sample", "H0: mu = 5, H1: mu > 5", {"alternative": "greater"}),
        ("t_test_one_sample", "H1: mu < 5", {"alternative": "less"}),
        ("t_test_one_sample", "is it different, two-sided, more or less than 5", {}),
        ("t_test_one_sample", "does it differ from 10?", {}),
        ("t_test", "which one is higher?", {}),
        ("correlation", "Spearman rank correlation", {"method": "spearman"}),
        ("correlation", "Kendall's tau", {"method": "kendall"}),
        ("normality_test", "Shapiro-Wilk", {"test": "shapiro-wilk"}),
        ("adjust_p_values", "Benjamini-Hochberg", {"adjustment": "benjamini-hochberg"}),
        ("i_mr_chart", "with Nelson rules", {"rules": "nelson"}),
        ("central_composite", "face-centred", {"alpha": "face_centered"}),
        ("central_composite", "rotatable, without centre points", {"alpha": "rotatable", "center_points": 0}),
        ("full_factorial", "no randomisation, in standard order", {"randomize": False}),
        ("linear_regression", "a line through the origin", {"intercept": False}),
        ("polynomial_regression", "a cubic fit", {"degree": 3}),
        ("differentiate", "the second derivative", {"order": 2}),
        ("fractional_factorial", "a resolution IV design", {"resolution": 4}),
        ("taguchi", "an L18 array", {"array": "L18"}),
        ("describe", "the 90th percentile", {"percentiles": [90]}),
        ("tolerance_interval_normal", "a lower tolerance bound", {"side": "lower"}),
        ("z14_plan", "level S-3, reduced inspection", {"level": "S-3", "inspection": "reduced"}),
        ("distribution_quantile", "lognormal, not normal", {"distribution": "lognormal"}),
        ("distribution_quantile", "critical value of t, two-sided", {"distribution": "t", "tail": "both"}),
        ("linear_program", "minimise the cost", {"goal": "minimize"}),
        ("one_proportion", "the exact Clopper-Pearson interval", {"interval": "exact"}),
        ("integrate", "from zero to infinity", {"upper": "inf"}),
        ("fit_distribution", "Weibull or lognormal?", {"distributions": ["lognormal", "weibull"]}),
    ],
)
def test_words_ask_for_settings(operation, words, expected):
    assert _settings(operation, words) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (number(0.01, "alpha"), 0.01),
        (number(0.95, "confidence"), 0.05),
        (number(0.999, "confidence"), 0.001),
        (number(0.9, "power"), None),
    ],
)
def test_a_level_or_a_confidence_is_alpha(item, expected):
    assert _settings("t_test", "compare", item).get("alpha") == expected


@pytest.mark.parametrize(
    ("words", "names", "expected"),
    [
        ("Is machine 1 faster than machine 2?", ("machine 1", "machine 2"), "greater"),
        ("Is machine 2 faster than machine 1?", ("machine 1", "machine 2"), "less"),
        ("I believe B scatters more than A.", ("Filler A", "Filler B"), "less"),
        ("Does method A lead to higher marks?", ("method A", "method B"), "greater"),
    ],
)
def test_a_direction_is_about_the_sample_that_is_its_subject(words, names, expected):
    items = [values(name, [1, 2, 3]) for name in names]
    assert _settings("f_test_variances", words, *items)["alternative"] == expected


def test_what_came_later_is_the_subject_of_pairs():
    items = [values("before", [1, 2, 3]), values("after", [2, 3, 4])]
    assert _settings("t_test_paired", "Does training raise the pulse?", *items)["alternative"] == "less"


def test_hard_to_change_factors_are_named():
    words = "Split-plot: A, B and C, where A is hard to change"
    assert _settings("split_plot_design", words, labels("", ["A", "B", "C"], role="factors"))["hard_to_change"] == ["A"]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("box cox", "a Box-Cox transformation", True),
        ("box cox", "boxcox", True),
        ("t test", "the T-tests", True),
        ("t test", "the best test", False),
        ("factor", "two factors", True),
        ("factor", "factorial", False),
        ("equivalen*", "equivalence", True),
        ("how many .. power", "How many parts give 90% power?", True),
        ("how many .. power", "how many? " + "x" * 80 + " power", False),
        ("c = ", "n = 5, c = 2", True),
        ("a/b test", "a test", False),
        ("s/n ratio", "the S/N ratio", True),
        ("on the same *", "on the same 6 samples", True),
        ("fisher's exact", "Fisher\u2019s exact test", True),
        ("spec", "inspect", False),
    ],
)
def test_phrases_are_found_as_words(phrase, text, found):
    assert says(prose_of(text), phrase) is found
    assert (find(phrase, prose_of(text)) is not None) is found


def test_a_long_prose_keeps_its_ends():
    text = "Begin" + "x" * 10 * MAX_PROSE + "end?"
    assert len(prose_of(text)) <= MAX_PROSE + 1
    assert says(prose_of(f"t test {'. ' * MAX_PROSE} chart"), "t test", "chart")
