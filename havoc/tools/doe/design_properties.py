"""What a table of runs can estimate, and how well."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from havoc.tools.doe.efficiency import efficiency, inverse, region
from havoc.tools.doe.factor import Factors, coded_factors
from havoc.tools.doe.model_matrix import Model, alias_terms, expand, model_terms, term_names
from havoc.tools.errors import ToolError
from havoc.tools.operation import Arguments, operation
from havoc.tools.result import Notice, Result
from havoc.tools.values import SETTING, Alpha, Matrix, Positive

MAX_RUNS = 2000
MAX_ENTRIES = 200_000
"""Runs times terms."""
ZERO = 1e-9
"""Correlations and alias coefficients below it are rounding."""


class DesignPropertiesResult(Result):
    """Efficiency, correlation, leverage and power of a design for a model."""

    headline: ClassVar[tuple[str, ...]] = ("runs", "orthogonal", "d_efficiency", "max_vif", "power")

    runs: int
    terms: list[str]
    """Of the model, the constant `1` first."""
    degrees_of_freedom_for_error: int
    """Runs minus terms."""
    replicated_runs: int
    """Degrees of freedom for pure error: runs minus different runs."""
    orthogonal: bool
    """Whether no two terms other than the constant are correlated."""
    max_correlation: float
    """Largest absolute correlation between two terms other than the constant; 0 with fewer than two."""
    d_efficiency: float
    """100 |X'X|^(1/p) / n in coded units, %."""
    a_efficiency: float
    """100 p / (n trace (X'X)^-1), %."""
    g_efficiency: float
    """100 p / (n largest prediction variance), %."""
    average_prediction_variance: float
    """Mean over the cube, relative to the error variance: the criterion of I-optimality."""
    largest_prediction_variance: float
    """Over the design and the grid or corners of the cube, relative to the error variance."""
    standard_errors: dict[str, float]
    """Of each coefficient, in units of the error's standard deviation."""
    vif: dict[str, float]
    """Variance inflation factor of each term but the constant; 1 is uncorrelated."""
    max_vif: float
    leverage: list[float]
    """Of each run; they add up to the number of terms."""
    alias_matrix: dict[str, dict[str, float]]
    """Term of the model -> second-order term left out -> how much of its coefficient is added; zeros are left out."""
    power: dict[str, float] | None
    """Term -> probability that its test finds the effect; None without `effect` and `sigma` or without error df."""


class DesignProperties(Arguments):
    """Runs and the model that they are to fit."""

    aliases: ClassVar = {"runs": "design", "coded": "design", "matrix": "design", "delta": "effect", "sd": "sigma"}

    design: Matrix
    """Runs x factors, in coded units unless `units` says natural."""
    factors: Factors | None = None
    """Names, and low and high where the runs are in natural units."""
    units: Annotated[Literal["coded", "natural"], SETTING] = "coded"
    """`natural` codes each column by its factor's low and high."""
    model: Model = "linear"
    effect: Positive | None = None
    """Difference of the response between low and high to be found: twice a coefficient."""
    sigma: Positive | None = None
    """Standard deviation of the error of one run."""
    alpha: Alpha = 0.05


@operation(
    "design_properties",
    topic="Evaluating designs",
    source="Montgomery, Design and Analysis of Experiments, 11.4; Atkinson, Donev and Tobias (2007), Optimum Experimental "
    "Designs; power from the non-central F distribution",
    examples=(
        {"design": [[-1, -1], [1, -1], [-1, 1], [1, 1]], "model": ["A", "B"], "effect": 2, "sigma": 1},
        {
            "design": [[160, 20], [180, 20], [160, 40], [180, 40], [170, 30]],
            "factors": [{"name": "T", "low": 160, "high": 180}, {"name": "C", "low": 20, "high": 40}],
            "units": "natural",
        },
    ),
)
def design_properties(arguments: DesignProperties) -> DesignPropertiesResult:
    """How well does a table of runs estimate a model, and what would it find?

    Orthogonality, efficiencies, leverage, variance inflation, alias matrix and power, before anything is measured. To make a
    design use full_factorial, box_behnken, optimal_design and the like; the number of replicates that reaches a power is
    found by calling this with the runs repeated.
    """
    coded, names = _coded(arguments)
    terms = model_terms(names, arguments.model)
    labels = term_names(terms, names)
    if len(coded) * len(terms) > MAX_ENTRIES:
        raise ToolError("model", "", f"{len(coded)} runs of {len(terms)} terms", "give a smaller model or fewer runs")
    matrix = expand(coded, terms)
    dispersion = inverse(matrix)
    quality = efficiency(coded, terms, region(coded))
    runs, count = matrix.shape
    vif = _inflation(matrix, dispersion, labels)
    inflation = max(vif.values(), default=1.0)
    largest = _largest_correlation(matrix)
    power, undefined = _power(arguments, np.diag(dispersion), runs - count, labels)
    return DesignPropertiesResult(
        runs=runs,
        n_used=runs,
        terms=labels,
        degrees_of_freedom_for_error=runs - count,
        replicated_runs=runs - len(np.unique(coded.round(9), axis=0)),
        orthogonal=largest < ZERO,
        max_correlation=largest,
        d_efficiency=quality.d,
        a_efficiency=quality.a,
        g_efficiency=quality.g,
        average_prediction_variance=quality.average_variance,
        largest_prediction_variance=quality.largest_variance,
        standard_errors={name: float(value) for name, value in zip(labels, np.sqrt(np.diag(dispersion)), strict=True)},
        vif=vif,
        max_vif=inflation,
        leverage=np.einsum("ij,jk,ik->i", matrix, dispersion, matrix).tolist(),
        alias_matrix=_aliases(coded, matrix, dispersion, terms, labels, names),
        power=power,
        undefined=undefined,
        method=f"Properties of {runs} runs for a model of {count} terms",
        conventions={
            "d_efficiency": "100 |X'X|^(1/p) / n in coded units; 100 for an orthogonal two-level design",
            "power": f"two-sided test at alpha = {arguments.alpha:g}; an effect is twice the coefficient, for every term",
            "g_efficiency": "largest variance on runs and 3-level grid (from 8 factors the corners, from 13 neither)",
        },
        warnings=_notices(coded, runs - count),
        conclusion=f"D-efficiency is {quality.d:.4g}%; the largest variance inflation is {inflation:.4g}.",
    )


def _coded(arguments: DesignProperties) -> tuple[NDArray[np.float64], list[str]]:
    runs = np.array(arguments.design)
    if len(runs) > MAX_RUNS:
        raise ToolError("design", "", f"{len(runs):,} runs", f"give at most {MAX_RUNS:,}")
    if arguments.factors is None:
        if runs.shape[1] > 50:
            raise ToolError("design", "", f"{runs.shape[1]} factors", "give at most 50")
        if arguments.units == "natural":
            raise ToolError("factors", "", "missing", "give factors with low and high to code natural units")
        return runs, [factor.name for factor in coded_factors(runs.shape[1])]
    factors = arguments.factors
    if len(factors) != runs.shape[1]:
        raise ToolError("factors", len(factors), f"the design has {runs.shape[1]} columns", "give a factor for each column")
    if arguments.units == "natural":
        for index, factor in enumerate(factors):
            if factor.categorical:
                raise ToolError(f"factors[{index}]", factor.name, "categorical", "code its levels and give units coded")
        runs = np.column_stack([[factor.coded(x) for x in column] for factor, column in zip(factors, runs.T, strict=True)])
    return runs, [factor.name for factor in factors]


def _largest_correlation(matrix: NDArray[np.float64]) -> float:
    centred = matrix[:, 1:] - matrix[:, 1:].mean(axis=0)
    if centred.shape[1] < 2:
        return 0.0
    norms = np.sqrt((centred**2).sum(axis=0))
    correlation = (centred / norms).T @ (centred / norms)
    return float(np.abs(correlation - np.diag(np.diag(correlation))).max())


def _inflation(matrix: NDArray[np.float64], dispersion: NDArray[np.float64], labels: list[str]) -> dict[str, float]:
    """Variance of each coefficient over what it would be alone with the constant."""
    spread = ((matrix - matrix.mean(axis=0)) ** 2).sum(axis=0)
    return {labels[i]: float(dispersion[i, i] * spread[i]) for i in range(1, len(labels))}


def _aliases(
    coded: NDArray[np.float64],
    matrix: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    terms: list[tuple[int, ...]],
    labels: list[str],
    names: list[str],
) -> dict[str, dict[str, float]]:
    """(X'X)^-1 X'Z: the bias of each coefficient by the second-order terms Z that are not in the model."""
    left_out = alias_terms(terms)
    if not left_out:
        return {}
    bias = dispersion @ matrix.T @ expand(coded, left_out)
    others = term_names(left_out, names)
    rows = {
        label: {other: float(x) for other, x in zip(others, row, strict=True) if abs(x) > ZERO}
        for label, row in zip(labels, bias, strict=True)
    }
    return {label: row for label, row in rows.items() if row}


def _power(
    arguments: DesignProperties, variances: NDArray[np.float64], df: int, labels: list[str]
) -> tuple[dict[str, float] | None, dict[str, str]]:
    if arguments.effect is None or arguments.sigma is None:
        return None, {"power": "give effect and sigma"}
    if df < 1:
        return None, {"power": "the model leaves no degrees of freedom for error"}
    critical = stats.f.isf(arguments.alpha, 1, df)
    noncentrality = (arguments.effect / (2 * arguments.sigma)) ** 2 / variances
    # From about 1e4 on the probability is 1 to double precision, and scipy's series fails.
    found = [1.0 if x > 1e4 else float(stats.ncf.sf(critical, 1, df, x)) for x in noncentrality]
    return {name: value for name, value in zip(labels[1:], found[1:], strict=True)}, {}


def _notices(coded: NDArray[np.float64], df: int) -> list[Notice]:
    notices = []
    if np.abs(coded).max() > 4:
        notices.append(
            Notice(code="not_coded", message="Values beyond 4 look uncoded: efficiencies need low -1 and high +1.")
        )
    if df == 0:
        notices.append(Notice(code="saturated", message="As many terms as runs: nothing is left to estimate the error."))
    return notices
