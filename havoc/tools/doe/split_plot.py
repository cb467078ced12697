"""Split-plot designs: factors that are hard to change are set once for several runs."""

from math import prod
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from havoc.tools.doe.design import MAX_RUNS, Design, DesignArguments, Texts, order_conventions, run_table
from havoc.tools.doe.factor import Factor
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice
from havoc.tools.values import DATA


class SplitPlotDesign(Design):
    """Whole plots, within each of which the easy factors vary."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "whole_plot_count", "whole_plot_error_df", "subplot_error_df")

    whole_plots: list[int]
    """1-based whole plot of each run, in run order: the hard factors are set anew at each change."""
    replicate_of_run: list[int]
    """1-based replicate of each run."""
    whole_plot_count: int
    whole_plot_size: int
    """Runs in each whole plot."""
    hard_to_change: list[str]
    whole_plot_error_df: int
    """Degrees of freedom to test the hard factors, from replicates as blocks; 0 without replicates."""
    subplot_error_df: int
    """Degrees of freedom to test the easy factors and their interactions with the hard ones."""


class SplitPlot(DesignArguments):
    """Factors, those that are hard to change, and replicates of the whole plots."""

    aliases: ClassVar = {"whole_plot_factors": "hard_to_change", "htc": "hard_to_change", "hard": "hard_to_change"}

    hard_to_change: Annotated[Texts, Field(min_length=1, max_length=20), DATA]
    """Names of the factors that are set once for each whole plot."""


@operation(
    "split_plot_design",
    topic="Block designs",
    source="Montgomery, Design and Analysis of Experiments, 14.4; Box, Hunter and Hunter (2005), ch. 9",
    examples=(
        {"factors": 3, "hard_to_change": ["A"], "replicates": 2},
        {
            "factors": [
                {"name": "Oven", "low": 180, "high": 220, "unit": "°C"},
                {"name": "Coating", "levels": ["C1", "C2", "C3"]},
            ],
            "hard_to_change": ["Oven"],
            "replicates": 3,
        },
    ),
)
def split_plot_design(arguments: SplitPlot) -> SplitPlotDesign:
    """In which order are runs made when some factors are hard to change?

    All combinations of the hard factors make whole plots, in random order within each replicate; in each, all combinations
    of the others are run in random order. Replicates are blocks. Analyse with analyze_split_plot: the ordinary analysis
    finds too much in the hard factors. Where every factor can be reset for each run take full_factorial.
    """
    factors = arguments.factors
    names = [factor.name for factor in factors]
    hard = _hard(arguments, names)
    counts = [len(factor.level_codes()) for factor in factors]
    size = prod(count for count, is_hard in zip(counts, hard, strict=True) if not is_hard)
    plots = prod(count for count, is_hard in zip(counts, hard, strict=True) if is_hard)
    if plots * size * arguments.replicates > MAX_RUNS:
        raise ToolError(
            "factors", len(factors), f"{plots * size * arguments.replicates:,} runs", f"at most {MAX_RUNS:,} are made"
        )
    one = _combinations(factors, hard)
    rng = np.random.default_rng(arguments.seed)
    numbers = np.concatenate(
        [
            np.repeat(rng.permutation(plots) if arguments.randomize else np.arange(plots), size) + replicate * plots + 1
            for replicate in range(arguments.replicates)
        ]
    )
    whole = np.tile(one, (arguments.replicates, 1))
    # Each whole plot is a block of the run table, whose runs it keeps together; replicates are there already.
    single = arguments.model_copy(update={"replicates": 1, "block_on_replicates": False})
    table = run_table(factors, whole, ["factorial"] * len(whole), single, numbers.tolist())
    of_run = [(number - 1) // plots + 1 for number in table["blocks"]]
    error = (arguments.replicates - 1) * (plots - 1)
    subplot = plots * (arguments.replicates - 1) * (size - 1)
    return SplitPlotDesign(
        **{**table, "blocks": of_run},
        whole_plots=table["blocks"],
        replicate_of_run=of_run,
        whole_plot_count=plots * arguments.replicates,
        whole_plot_size=size,
        hard_to_change=[name for name, is_hard in zip(names, hard, strict=True) if is_hard],
        whole_plot_error_df=error,
        subplot_error_df=subplot,
        method="Split-plot design, full factorial in both strata",
        conventions=order_conventions(arguments)
        | {
            "run_order": "replicates in turn; whole plots at random in each, runs at random in each whole plot"
            if arguments.randomize
            else "standard order, not randomised",
            "degrees_of_freedom": "model with all interactions of whole-plot and subplot factors, replicates as blocks",
        },
        warnings=_notices(arguments.replicates),
        conclusion=f"{table['runs']} runs in {plots * arguments.replicates} whole plots of {size}.",
    )


def _hard(arguments: SplitPlot, names: list[str]) -> list[bool]:
    for index, name in enumerate(arguments.hard_to_change):
        if name not in names:
            raise ToolError(f"hard_to_change[{index}]", name, "no such factor", f"the factors are {', '.join(names)}")
    hard = [name in arguments.hard_to_change for name in names]
    if all(hard):
        raise ToolError(
            "hard_to_change", arguments.hard_to_change, "no factor is left to vary within whole plots", "use full_factorial"
        )
    return hard


def _combinations(factors: list[Factor], hard: list[bool]) -> NDArray[np.float64]:
    """All combinations, those of the easy factors changing fastest and the first of each kind before the next."""
    order = [i for i, one in enumerate(hard) if not one] + [i for i, one in enumerate(hard) if one]
    grid = np.meshgrid(*[np.array(factors[i].level_codes()) for i in order], indexing="ij")
    coded = np.empty((grid[0].size, len(factors)))
    for column, axis in zip(order, grid, strict=True):
        coded[:, column] = axis.ravel(order="F")
    return coded


def _notices(replicates: int) -> list[Notice]:
    if replicates > 1:
        return []
    return [
        Notice(
            code="no_whole_plot_error",
            message="Without replicates there is no estimate of the error between whole plots to test the hard factors by.",
        )
    ]
