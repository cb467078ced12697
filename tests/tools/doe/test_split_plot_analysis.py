"""Split-plot analysis against Yates' oats and Montgomery's paper."""

import numpy as np
import pytest

from havoc.tools import ToolError
from havoc.tools.doe.restricted_likelihood import restricted_likelihood
from havoc.tools.doe.split_plot_analysis import analyze_split_plot


def experiment(blocks, first, second):
    """`blocks` -> rows of the whole-plot factor -> columns of the subplot factor."""
    rows = [
        (block, one, other, y)
        for block, plots in blocks.items()
        for one, values in zip(first[1], plots, strict=True)
        for other, y in zip(second[1], values, strict=True)
    ]
    return {
        "factors": [{"name": first[0], "levels": first[1]}, {"name": second[0], "levels": second[1]}],
        "data": {first[0]: [row[1] for row in rows], second[0]: [row[2] for row in rows]},
        "response": [row[3] for row in rows],
        "whole_plots": [f"{row[0]} {row[1]}" for row in rows],
        "blocks": [row[0] for row in rows],
    }


# Yates (1935), oats in R's MASS: six blocks, three varieties as whole plots, four amounts of nitrogen.
OATS = experiment(
    {
        "I": [[111, 130, 157, 174], [117, 114, 161, 141], [105, 140, 118, 156]],
        "II": [[61, 91, 97, 100], [70, 108, 126, 149], [96, 124, 121, 144]],
        "III": [[68, 64, 112, 86], [60, 102, 89, 96], [89, 129, 132, 124]],
        "IV": [[74, 89, 81, 122], [64, 103, 132, 133], [70, 89, 104, 117]],
        "V": [[62, 90, 100, 116], [80, 82, 94, 126], [63, 70, 109, 99]],
        "VI": [[53, 74, 118, 113], [89, 82, 86, 104], [97, 99, 119, 121]],
    },
    ("V", ["Victory", "Golden rain", "Marvellous"]),
    ("N", ["0.0cwt", "0.2cwt", "0.4cwt", "0.6cwt"]),
)
# Montgomery, Design and Analysis of Experiments, Table 14.15: tensile strength of paper.
PAPER = experiment(
    {
        "1": [[30, 35, 37, 36], [34, 41, 38, 42], [29, 26, 33, 36]],
        "2": [[28, 32, 40, 41], [31, 36, 42, 40], [31, 30, 32, 40]],
        "3": [[31, 37, 41, 40], [35, 40, 39, 44], [32, 34, 39, 45]],
    },
    ("Preparation", ["1", "2", "3"]),
    ("Temperature", ["200", "225", "250", "275"]),
)


def rows_of(result):
    return {row.term: row for row in result.tests}


def test_oats():
    # R 4, MASS: summary(aov(Y ~ N*V + Error(B/V), oats)): V 2, 1786, F 1.485, p 0.272 on 10 df (6013); N 3, 20020,
    # F 37.686, p 2.46e-12; N:V 6, 322, F 0.303, p 0.932 on 45 df (7969); blocks 5, 15875.
    result = analyze_split_plot(**OATS)
    rows = rows_of(result)
    assert result.balanced
    assert result.whole_plot_factors == ["V"]
    published = {"V": (2, 1786, 1.485, 0.272), "N": (3, 20020.5, 37.686, 2.46e-12), "V*N": (6, 321.75, 0.303, 0.932)}
    for term, (df, ss, f, p) in published.items():
        assert rows[term].df == df
        assert rows[term].sum_of_squares == pytest.approx(ss, abs=0.5)
        assert rows[term].statistic == pytest.approx(f, abs=5e-4)
        assert rows[term].p_value == pytest.approx(p, rel=2e-3)
    assert rows["Block"].sum_of_squares == pytest.approx(15875, abs=0.5)
    assert [(error.df, round(error.sum_of_squares)) for error in result.errors] == [(10, 6013), (45, 7969)]
    assert result.significant == ["N"]


def test_paper():
    # Montgomery, Table 14.16: replicates 77.55, preparation 128.39, whole-plot error 36.28, temperature 434.08,
    # preparation x temperature 75.17; F = 7.08 of the preparation. His subplot terms are pooled here as subplot error.
    result = analyze_split_plot(**PAPER)
    rows = rows_of(result)
    ss = [rows[term].sum_of_squares for term in ("Block", "Preparation", "Temperature", "Preparation*Temperature")]
    assert ss == pytest.approx([77.55, 128.39, 434.08, 75.17], abs=6e-3)
    assert result.errors[0].sum_of_squares == pytest.approx(36.28, abs=5e-3)
    assert rows["Preparation"].statistic == pytest.approx(7.08, abs=5e-3)
    assert result.whole_plot_variance == pytest.approx((9.0694 - 3.9722) / 4, abs=1e-4)


def test_in_balanced_data_the_restricted_likelihood_gives_the_strata_s_variances():
    # An identity (Patterson and Thompson 1971), where the estimate is above 0.
    result = analyze_split_plot(**PAPER)
    labels, index = np.unique(PAPER["whole_plots"], return_inverse=True)
    cells = [f"{a} {b}" for a, b in zip(*PAPER["data"].values(), strict=True)]
    cell = np.unique(cells, return_inverse=True)[1]
    block = np.unique(PAPER["blocks"], return_inverse=True)[1]
    matrix = np.column_stack([np.eye(12)[cell], np.eye(3)[block][:, 1:]])
    estimate = restricted_likelihood(matrix, np.array(PAPER["response"], dtype=float), index)
    assert estimate.within == pytest.approx(result.subplot_variance, rel=1e-6)
    assert estimate.between == pytest.approx(result.whole_plot_variance, rel=1e-6)
    assert len(labels) == result.whole_plot_count


def test_an_unbalanced_experiment_is_close_to_the_balanced_one_and_says_its_method():
    short = {name: value[:-1] if isinstance(value, list) and len(value) == 72 else value for name, value in OATS.items()}
    short["data"] = {name: column[:-1] for name, column in OATS["data"].items()}
    result = analyze_split_plot(**short)
    assert not result.balanced
    assert "restricted maximum likelihood" in result.method
    whole, part = rows_of(analyze_split_plot(**OATS)), rows_of(result)
    assert part["N"].statistic == pytest.approx(whole["N"].statistic, rel=0.1)
    assert part["V"].error_df == 10
    assert part["N"].error_df == 44


def test_the_likelihood_is_largest_at_the_estimate():
    # An independent evaluation of the restricted likelihood with full matrices.
    rng = np.random.default_rng(6)
    groups = np.repeat(np.arange(8), [3, 4, 2, 5, 3, 4, 4, 2])
    matrix = np.column_stack([np.ones(27), rng.normal(size=(27, 2))])
    y = matrix @ [1.0, 2.0, -1.0] + rng.normal(size=8)[groups] + rng.normal(scale=0.7, size=27)
    estimate = restricted_likelihood(matrix, y, groups)

    def criterion(within, between):
        v = within * np.eye(27) + between * (groups[:, None] == groups[None, :])
        inner = matrix.T @ np.linalg.solve(v, matrix)
        rest = y - matrix @ np.linalg.solve(inner, matrix.T @ np.linalg.solve(v, y))
        return np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1] + rest @ np.linalg.solve(v, rest)

    best = criterion(estimate.within, estimate.between)
    for scale in (0.9, 0.99, 1.01, 1.1):
        assert criterion(estimate.within * scale, estimate.between) > best
        assert criterion(estimate.within, estimate.between * scale) > best


def test_the_ordinary_analysis_would_find_too_much():
    # Two-level whole plots that differ by chance only: the whole-plot test has few degrees of freedom.
    plots = ["1", "1", "2", "2", "3", "3", "4", "4"]
    data = {"H": [-1, -1, 1, 1, -1, -1, 1, 1], "E": [-1, 1] * 4}
    y = [10.0, 12.1, 14.0, 15.9, 13.0, 15.2, 11.0, 13.1]
    result = analyze_split_plot(factors=["H", "E"], data=data, response=y, whole_plots=plots)
    rows = rows_of(result)
    assert rows["H"].error_df == 2
    assert rows["E"].error_df == 2
    assert rows["E"].effect == pytest.approx(2.075)
    assert not rows["H"].significant
    assert rows["E"].significant


def test_without_replicates_that_is_said():
    plots = ["1", "1", "2", "2"]
    data = {"H": [-1, -1, 1, 1], "E": [-1, 1] * 2}
    result = analyze_split_plot(factors=["H", "E"], data=data, response=[1.0, 2.0, 4.0, 9.0], whole_plots=plots)
    assert rows_of(result)["H"].p_value is None
    assert "untested" in {notice.code for notice in result.warnings}
    assert "whole_plot_variance" in result.undefined


@pytest.mark.parametrize(
    ("plots", "path"),
    [(["1"] * 72, "whole_plots"), ([str(i) for i in range(72)], "whole_plots"), (["1", "2"], "whole_plots")],
)
def test_what_has_no_whole_plots_is_named(plots, path):
    with pytest.raises(ToolError) as caught:
        analyze_split_plot(**{**OATS, "whole_plots": plots})
    assert caught.value.path == path
