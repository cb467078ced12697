"""What people call the fields of results."""

import re

_SYMBOLS = {
    **dict.fromkeys(("t_test", "t_test_one_sample", "t_test_paired", "t_test_from_summary"), "t"),
    **dict.fromkeys(("z_test", "one_proportion", "two_proportions"), "z"),
    **dict.fromkeys(("one_way_anova", "welch_anova", "levene", "f_test_variances"), "F"),
    **dict.fromkeys(
        ("chi_square_independence", "chi_square_goodness_of_fit", "variance_chi_square", "bartlett", "friedman"),
        "chi-square",
    ),
    "mann_whitney": "U",
    "wilcoxon": "W",
    "kruskal_wallis": "H",
}
"""Operation -> what its statistic is called."""
_WORDS = {
    "p_value": "p", "r_squared": "R-squared", "n_solutions": "number of solutions", "f": "F", "f_statistic": "F",
    "predicted_r_squared": "predicted R-squared", "adjusted_r_squared": "adjusted R-squared",
    "r_squared_adjusted": "adjusted R-squared", "r_squared_predicted": "predicted R-squared", "lambda_": "lambda",
    "cramers_v": "Cramer's V", "kendalls_w": "Kendall's W", "ppm_expected_overall": "expected ppm overall",
    "significant_pairs": "significant pairs", "block_count": "blocks", "arl_in_control": "in-control ARL",
    "ci_low": "lower confidence limit", "ci_high": "upper confidence limit", "lower": "lower bound", "upper": "upper bound",
}  # fmt: skip
"""Fields whose names people write in another way."""
_CAPITALS = {
    **{word: word.upper() for word in ("lcl", "ucl", "lsl", "usl", "arl", "mtbf", "mttf", "aoql", "asn", "aic", "bic")},
    **{word: word.upper() for word in ("b10", "grr", "dpmo", "dpu", "sd", "ci")},
    **{word: word.capitalize() for word in ("cp", "cpk", "cpl", "cpu", "pp", "ppk", "ppl", "ppu", "cpm", "cg", "cgk")},
}  # fmt: skip
_MEASURED = frozenset(
    {"mean", "median", "standard_deviation", "difference", "lcl", "ucl", "center", "range", "quantile", "b10", "minimum",
     "maximum", "q1", "q3", "iqr", "sigma_within", "sigma_overall", "standard_error", "mttf", "mtbf", "pseudomedian"}
)  # fmt: skip
"""Fields in the unit of the data."""


def field_name(name: str) -> str:
    """A field's name as people write it."""
    words = [_CAPITALS.get(word, word) for word in name.split("_") if word]
    # A digit of its own would be a number: `norm_1` is no 1.
    return _WORDS.get(name) or re.sub(r" (?=\d)", "", " ".join(words))


def statistic_name(operation: str) -> str:
    """What the test statistic of an operation is called."""
    return _SYMBOLS.get(operation, "statistic")


def is_measured(name: str) -> bool:
    """Whether a field is in the unit of the data."""
    return name in _MEASURED
