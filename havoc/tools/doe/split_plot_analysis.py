"""Analysis of split-plot experiments: hard-to-change factors against the error between whole plots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import stats

from havoc.tools.checks import normality
from havoc.tools.doe.aliasing import full_model, separate
from havoc.tools.doe.analysis_terms import MAX_TERMS, Coding, Term, Vector, block_terms, expand, model_terms
from havoc.tools.doe.factorial_data import factorial_data
from havoc.tools.doe.fit_model import CODING_CONVENTION, EXACT, ExperimentArguments, ModelFit, fit_terms, require_response
from havoc.tools.doe.restricted_likelihood import restricted_likelihood
from havoc.tools.errors import ToolError
from havoc.tools.operation import operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Labels, Name, ShortList

Stratum = Literal["whole plot", "subplot"]
MAX_PLOTS = 1000
MAX_UNBALANCED = 2000
"""Runs of an unbalanced experiment."""


class SplitPlotTest(BaseModel):
    """One term."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    term: str
    stratum: Stratum
    """Whose error it is tested by."""
    df: int
    sum_of_squares: float | None
    """None where the experiment is unbalanced."""
    mean_square: float | None
    effect: float | None
    """Mean at high minus mean at low, of a term with one degree of freedom."""
    standard_error: float | None
    """Of the effect."""
    statistic: float | None
    """F; None without error degrees of freedom in the stratum."""
    error_df: int
    p_value: float | None
    significant: bool


class StratumError(BaseModel):
    """Error of a stratum."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    stratum: Stratum
    df: int
    sum_of_squares: float | None
    mean_square: float | None
    """None without degrees of freedom, or where the experiment is unbalanced."""


class SplitPlotResult(Result):
    """Tests of each term by the error of its stratum."""

    headline: ClassVar[tuple[str, ...]] = (
        "tests",
        "significant",
        "errors",
        "whole_plot_variance",
        "subplot_variance",
    )

    tests: list[SplitPlotTest]
    """Blocks first, then whole-plot terms, then subplot terms."""
    significant: list[str]
    errors: list[StratumError]
    whole_plot_variance: float | None
    """Variance between whole plots, on top of that within them; an estimate below 0 is given as 0."""
    subplot_variance: float | None
    """Variance within whole plots."""
    whole_plot_count: int
    balanced: bool
    """Exact F tests of the strata; otherwise restricted maximum likelihood."""
    whole_plot_factors: list[str]
    """Factors that never change within a whole plot."""


class SplitPlotExperiment(ExperimentArguments):
    """A split-plot experiment."""

    aliases: ClassVar = {**ExperimentArguments.aliases, "whole_plot": "whole_plots", "replicates": "blocks"}

    whole_plots: Labels
    """Whole plot of each run: a label for each time that the hard-to-change factors were set."""
    model: Annotated[
        Literal["linear", "interaction", "full"] | Annotated[ShortList[Name], Field(max_length=MAX_TERMS)], SETTING
    ] = "full"
    """`full` all interactions; `interaction` up to two factors; `linear` none; or terms such as `["A", "B", "A*B"]`."""


@dataclass(frozen=True)
class Plots:
    """Coded runs in their whole plots."""

    coding: Coding
    bases: Vector
    index: NDArray[np.int_]
    """[n]: whole plot of each run, from 0."""
    blocks: tuple[Term, ...]
    whole: tuple[Term, ...]
    """Terms that do not change within a whole plot."""
    sub: tuple[Term, ...]
    balanced: bool

    @property
    def count(self) -> int:
        """Number of whole plots."""
        return int(self.index.max()) + 1

    def means(self, values: Vector) -> Vector:
        """[n, ...]: mean of its whole plot for each run."""
        return _plot_means(values, self.index)


@operation(
    "analyze_split_plot",
    topic="Analysis of experiments",
    source="Yates, F. (1935), J. R. Statist. Soc. Suppl. 2, 181-247; Montgomery, Design and Analysis of Experiments, 14.4",
    examples=(
        {
            "factors": {"Oven": [180, 220], "Coating": ["C1", "C2"]},
            "data": {
                "Oven": [180, 180, 220, 220, 220, 220, 180, 180, 180, 180, 220, 220],
                "Coating": ["C1", "C2", "C2", "C1", "C1", "C2", "C2", "C1", "C1", "C2", "C1", "C2"],
            },
            "response": [67, 73, 78, 65, 71, 80, 76, 68, 62, 70, 69, 75],
            "whole_plots": ["1", "1", "2", "2", "3", "3", "4", "4", "5", "5", "6", "6"],
        },
    ),
)
def analyze_split_plot(arguments: SplitPlotExperiment) -> SplitPlotResult:
    """Which factors have an effect, where some were not reset for each run?

    Factors that stay the same within a whole plot (a furnace run, a batch) are tested by the error between whole plots, the
    others by the error within them. Balanced experiments get exact F tests, unbalanced ones restricted maximum likelihood.
    Give replicates as `blocks`. Where every factor was reset for each run use analyze_factorial.
    """
    plots, notices = _plots(arguments)
    response = np.asarray(arguments.response)
    result = _exact(plots, response, arguments.alpha) if plots.balanced else _likelihood(plots, response, arguments.alpha)
    tests, errors, within, between, residuals, more = result
    significant = [row.term for row in tests if row.significant and row.term not in _names(plots, plots.blocks)]
    hard = [factor.name for i, factor in enumerate(plots.coding.settable) if any(t[i] and sum(t) == 1 for t in plots.whole)]
    untested = [row.term for row in tests if row.p_value is None]
    if untested:
        text = f"No degrees of freedom are left to test {', '.join(untested[:6])}: replicate the whole plots, or drop terms."
        more.append(Notice(code="untested", message=text))
    if not hard:
        text = "No factor stays the same within the whole plots: they act as blocks."
        more.append(Notice(code="no_whole_plot_factor", message=text))
    undefined = {}
    if within is None:
        undefined["subplot_variance"] = "no degrees of freedom are left within whole plots"
    if between is None:
        undefined["whole_plot_variance"] = "no degrees of freedom are left between whole plots, or within them"
    return SplitPlotResult(
        method="Split-plot analysis by exact F tests of two strata"
        if plots.balanced
        else "Split-plot analysis by restricted maximum likelihood (unbalanced)",
        n_used=len(response),
        tests=tests,
        significant=significant,
        errors=errors,
        whole_plot_variance=between,
        subplot_variance=within,
        whole_plot_count=plots.count,
        balanced=plots.balanced,
        whole_plot_factors=hard,
        conventions=CODING_CONVENTION
        | {
            "strata": "a term that is constant within every whole plot is tested by the error between them",
            "blocks": "fixed, without interactions with factors, which Montgomery's longer table splits off",
            "error df": "exact"
            if plots.balanced
            else "containment: whole plots or runs less the terms of the stratum; Kenward-Roger's are somewhat fewer",
        },
        assumptions=[normality("subplot residuals", residuals.tolist())],
        warnings=[*notices, *more],
        undefined=undefined,
        conclusion=f"Significant at alpha = {arguments.alpha:g}: {', '.join(significant) or 'none'}.",
    )


Outcome = tuple[list[SplitPlotTest], list[StratumError], float | None, float | None, Vector, list[Notice]]


def _plots(arguments: SplitPlotExperiment) -> tuple[Plots, list[Notice]]:
    coding, bases, notices, _ = factorial_data(arguments)
    n = len(bases)
    if len(arguments.whole_plots) != n:
        raise ToolError("whole_plots", "", f"{len(arguments.whole_plots)} whole plots for {n} runs", "give one for each run")
    labels, index = np.unique(arguments.whole_plots, return_inverse=True)
    if len(labels) == n or len(labels) < 2:
        problem = "every run is a whole plot of its own" if len(labels) == n else "all runs are in one whole plot"
        raise ToolError("whole_plots", "", problem, "use analyze_factorial")
    if len(labels) > MAX_PLOTS:
        raise ToolError("whole_plots", "", f"{len(labels):,} whole plots", f"give at most {MAX_PLOTS:,}")
    require_response(arguments.response, n)
    full = arguments.model == "full"
    wanted = full_model(coding, n, MAX_TERMS) if full else model_terms(coding, arguments.model)
    separation = separate(coding, bases, block_terms(coding), wanted)
    if separation.lost:
        names = ", ".join(coding.term_name(term) for term in list(separation.lost)[:6])
        text = f"These terms cannot be told apart from others and were left out: {names}."
        notices = [*notices, Notice(code="aliased_terms", message=text)]
    whole, sub, balanced = [], [], len(set(np.bincount(index).tolist())) == 1
    for term in separation.kept:
        columns = expand(bases, coding.columns(term))
        between = _plot_means(columns, index)
        if np.abs(columns - between).max() < 1e-9:
            whole.append(term)
        else:
            sub.append(term)
            balanced = balanced and bool(np.abs(between).max() < 1e-9)
    blocks = tuple(block_terms(coding))
    if any(term in sub for term in blocks):
        raise ToolError("blocks", "", "a whole plot lies in two blocks", "give whole plots of different blocks other names")
    own = tuple(term for term in whole if term not in blocks)
    return Plots(coding, bases, index, blocks, own, tuple(sub), balanced), notices


def _exact(plots: Plots, response: Vector, alpha: float) -> Outcome:
    """Strata of a balanced experiment: whole-plot means, and deviations from them."""
    n, count = len(response), plots.count
    means = plots.means(response)
    upper = fit_terms(plots.coding, plots.bases, [*plots.blocks, *plots.whole], means.tolist())
    lower = (
        fit_terms(plots.coding, plots.bases, plots.sub, (response - means).tolist(), constant=False) if plots.sub else None
    )
    rest = response - means if lower is None else lower.residuals
    rest = np.where(np.abs(rest) <= EXACT * np.abs(response).max(), 0.0, rest)
    df = {"whole plot": count - len(upper.coefficients), "subplot": n - count - (len(lower.coefficients) if lower else 0)}
    ss = {"whole plot": _cleaned(upper.residuals, response), "subplot": _cleaned(rest, response)}
    tests, errors = [], []
    stratum: Stratum
    for stratum, fit in (("whole plot", upper), ("subplot", lower)):
        mean_square = ss[stratum] / df[stratum] if df[stratum] > 0 else None
        errors.append(StratumError(stratum=stratum, df=df[stratum], sum_of_squares=ss[stratum], mean_square=mean_square))
        if fit is not None:
            tests += [_exact_test(fit, term, stratum, mean_square, df[stratum], alpha) for term in fit.terms]
    upper_ms, within = errors[0].mean_square, errors[1].mean_square
    between = None if upper_ms is None or within is None else max(0.0, (upper_ms - within) / (n / count))
    return tests, errors, within, between, rest, []


def _exact_test(
    fit: ModelFit, term: Term, stratum: Stratum, mean_square: float | None, error_df: int, alpha: float
) -> SplitPlotTest:
    positions = fit.owned([term])
    df, ss = len(positions), fit.adjusted_ss(positions)
    statistic = ss / df / mean_square if mean_square else None
    p_value = None if statistic is None else float(stats.f.sf(statistic, df, error_df))
    error = None
    if df == 1 and mean_square:
        error = 2 * float(np.sqrt(mean_square) * np.linalg.norm(fit.root[positions[0]]))
    return SplitPlotTest(
        term=fit.coding.term_name(term),
        stratum=stratum,
        df=df,
        sum_of_squares=ss,
        mean_square=ss / df,
        effect=2 * float(fit.coefficients[positions[0]]) if df == 1 else None,
        standard_error=error,
        statistic=statistic,
        error_df=error_df,
        p_value=p_value,
        significant=p_value is not None and p_value < alpha,
    )


def _likelihood(plots: Plots, response: Vector, alpha: float) -> Outcome:
    """Wald tests of an unbalanced experiment."""
    n = len(response)
    if n > MAX_UNBALANCED:
        raise ToolError("data", "", f"{n:,} unbalanced runs", f"give at most {MAX_UNBALANCED:,}")
    terms = [*plots.blocks, *plots.whole, *plots.sub]
    fit = fit_terms(plots.coding, plots.bases, terms, response.tolist())
    if fit.exact:
        raise ToolError("model", "", "the model leaves no error", "give a smaller model")
    estimate = restricted_likelihood(fit.matrix, response, plots.index)
    upper = 1 + len(fit.owned([*plots.blocks, *plots.whole]))
    df = {"whole plot": plots.count - upper, "subplot": n - plots.count - len(fit.owned(plots.sub))}
    tests = []
    for term in terms:
        stratum: Stratum = "subplot" if term in plots.sub else "whole plot"
        positions = fit.owned([term])
        part = estimate.coefficients[positions]
        spread = estimate.covariance[np.ix_(positions, positions)]
        wald = float(part @ np.linalg.solve(spread, part)) / len(positions)
        p_value = float(stats.f.sf(wald, len(positions), df[stratum])) if df[stratum] > 0 else None
        single = len(positions) == 1
        tests.append(
            SplitPlotTest(
                term=fit.coding.term_name(term),
                stratum=stratum,
                df=len(positions),
                sum_of_squares=None,
                mean_square=None,
                effect=2 * float(part[0]) if single else None,
                standard_error=2 * float(np.sqrt(spread[0, 0])) if single else None,
                statistic=None if p_value is None else wald,
                error_df=max(0, df[stratum]),
                p_value=p_value,
                significant=p_value is not None and p_value < alpha,
            )
        )
    errors = [
        StratumError(stratum=stratum, df=max(0, df[stratum]), sum_of_squares=None, mean_square=None)
        for stratum in ("whole plot", "subplot")
    ]
    notices = []
    if estimate.between == 0:
        text = "The variance between whole plots is estimated as 0: the tests treat whole plots as if they did not matter."
        notices.append(Notice(code="no_whole_plot_variance", message=text))
    residuals = response - fit.matrix @ estimate.coefficients
    return tests, errors, estimate.within, estimate.between, residuals - plots.means(residuals), notices


def _names(plots: Plots, terms: Sequence[Term]) -> list[str]:
    return [plots.coding.term_name(term) for term in terms]


def _plot_means(values: Vector, index: NDArray[np.int_]) -> Vector:
    sums = np.zeros((int(index.max()) + 1, *values.shape[1:]))
    np.add.at(sums, index, values)
    counts = np.bincount(index).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray((sums / counts)[index])


def _cleaned(residuals: Vector, response: Vector) -> float:
    """Sum of squares; 0 where the residuals are rounding."""
    if np.abs(residuals).max() <= EXACT * np.abs(response).max():
        return 0.0
    return float(residuals @ residuals)
